//! Whole stories in the users' words, on both databases, with real mail: from the first call to discharge, and what goes wrong on the way.

mod absence_repair;
mod canceling;
mod check_in;
mod clock_changes;
mod feeds;
mod feeds_stopped;
mod hold;
mod intake;
mod integration;
mod mood;
mod mood_import;
mod moving;
mod no_decision;
mod prices;
mod providers;
mod reasons;
mod recall;
mod refused_moves;
mod review;
mod second_thoughts;
mod series_changes;
mod verbs;
mod verbs_recall;
mod waiting_list;
mod whole_job;
pub mod world;
