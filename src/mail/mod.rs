//! Messages to patients and drivers: from what is true now to subject, text, HTML and calendar part, and out.

pub mod bounce;
mod bounce_mime;
pub mod calendar;
pub mod compose;
pub mod connections;
pub mod dress;
mod facts;
pub mod forbidden;
pub mod ical;
pub mod letter;
pub mod messages;
pub mod relay;
pub mod render;
pub mod sample;
pub mod text;
pub mod transport;

#[cfg(test)]
mod bounce_test;
#[cfg(test)]
mod calendar_test;
#[cfg(test)]
mod craft_test;
#[cfg(test)]
mod mail_test;
#[cfg(test)]
mod read_back_test;
#[cfg(test)]
mod sample_facts;

pub use compose::{ComposeError, Facts, compose, compose_in};
pub use render::{CalendarPart, Method, Rendered};
