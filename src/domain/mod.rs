//! The clinic's rules, pure: no database, no HTTP, no clock. Time comes in as an argument.

pub mod appointments;
pub mod bounces;
pub mod candidacy;
pub mod companions;
pub mod day_hours;
pub mod defaults;
pub mod delivery;
pub mod driver_ladder;
pub mod drivers;
pub mod feeds;
pub mod gates;
#[cfg(test)]
mod gates_walk_test;
pub mod ids;
pub mod intake;
pub mod intake_form;
#[cfg(test)]
mod intake_tests;
pub mod integration;
pub mod link_end;
pub mod mail_brake;
pub mod mail_topics;
pub mod message_fate;
pub mod message_rules;
pub mod messages;
pub mod mood;
pub mod mood_rows;
pub mod own_cancel;
pub mod pathway;
pub mod pathway_next;
#[cfg(test)]
mod pathway_test;
pub mod patients;
pub mod phq9;
pub mod prices;
pub mod programme;
pub mod protocols;
pub mod providers;
pub mod recall;
pub mod repair;
pub mod review;
pub mod roles;
pub mod series_change;
#[cfg(test)]
mod series_change_test;
mod series_course;
mod series_moves;
pub mod series_rules;
pub mod server_words;
pub mod services;
pub mod text_enum;
pub mod time;
pub mod typed_date;
pub mod waiting;
pub mod wishes;
pub mod wording;
pub mod worklist;
