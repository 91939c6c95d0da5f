//! The integration tests: one binary, so that the program is linked once. Stores, pages, whole scenarios, mail, commands.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test should stop right there"
)]

mod support;

mod browser;
mod catalogue;
mod commands;
mod mail;
mod migrations;
mod pages;
mod races;
mod scenarios;
mod store;
