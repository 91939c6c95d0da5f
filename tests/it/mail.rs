//! Mail against a real server that misbehaves: what arrives, how often, to whom, and what becomes of what does not.

mod brake;
mod calendars;
mod content;
mod downtime;
mod injection;
mod restore;
mod trouble;
