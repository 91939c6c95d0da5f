//! Mail against a real server that misbehaves: what arrives, how often, to whom, and what becomes of what does not.
//!
//! The tests name the ledger's invariants. I1: a claim sends only what its visit still says. I2: one row per visit, version, stage and
//! reader. I3: every row ends sent or on the staff's list. I4: nothing late, nothing after the start. I5: every mention of a time is of
//! one instant. I6: "sent" is written only after the server's yes. I7: a replan is whole or not at all.

mod behavior_table;
mod behaviors;
mod brake;
mod calendars;
mod content;
mod downtime;
mod drain;
mod history;
mod injection;
mod kills;
mod model;
mod restore;
mod simulation;
mod trouble;
mod year;
