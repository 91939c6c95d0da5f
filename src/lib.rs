//! Seriesbook: clinic scheduling and induction-series planner.
//!
//! Dependencies point inward: `web`, `jobs` and the commands call `actions`; those use `store` and `mail`; all of them use the
//! pure `domain` and `planner`.

pub mod clock;
pub mod domain;
pub mod store;
