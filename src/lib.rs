//! Seriesbook: clinic scheduling and induction-series planner.
//!
//! Dependencies point inward: `web`, `jobs` and the commands call `actions`; those use `store` and `mail`; all of them use the
//! pure `domain` and `planner`.

pub mod actions;
pub mod app;
pub mod auth;
pub mod cli;
mod cli_capacity;
mod cli_mail;
pub mod clock;
pub mod config;
pub mod demo;
pub mod domain;
mod failpoint;
pub mod jobs;
pub mod mail;
pub mod planner;
pub mod serve;
pub mod store;
pub mod web;
pub mod words;
