//! Calendar parts (RFC 5545) and how they travel (RFC 5546): UTC times, one UID for life, a neutral summary.
//!
//! A course goes as PUBLISH, because a REQUEST or CANCEL may hold only one UID (RFC 5546, 3.2.2 and 3.2.5) and a patient
//! should get one message for a course, not one per visit. Moves and cancellations go as one VCALENDAR per visit.
//! Times are UTC: the icalendar crate cannot write a correct VTIMEZONE, and UTC needs none.

use chrono::{DateTime, TimeDelta, Utc};
use icalendar::{Calendar, Component, Event, EventStatus, Property};

use super::render::Method;
use crate::store::appointments::Appointment;
use crate::store::sites::Site;
use crate::words::Words;

/// How long a driver stays free after the planned end of the visit, in minutes.
pub const DRIVER_STAYS_FREE_MINUTES: i64 = 60;

/// One entry of a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// UID, for life.
    pub uid: String,
    /// Rises with each change, from 0.
    pub sequence: u32,
    /// From.
    pub starts_at: DateTime<Utc>,
    /// To.
    pub ends_at: DateTime<Utc>,
    /// Neutral: "Visit at Elm Street Clinic".
    pub summary: String,
    /// The address.
    pub place: String,
    /// Whom to call.
    pub description: String,
}

/// Who writes and who reads a REQUEST or a CANCEL.
#[derive(Clone, Copy, Debug)]
pub struct Parties<'a> {
    /// The clinic's name.
    pub organizer_name: &'a str,
    /// Where a calendar program sends a reply.
    pub organizer_email: &'a str,
    /// The address the message goes to.
    pub attendee_email: &'a str,
}

/// A visit as its patient sees it.
pub fn visit_entry(w: Words, site: &Site, visit: &Appointment) -> Entry {
    Entry {
        uid: visit.ical_uid.clone(),
        sequence: sequence(visit),
        starts_at: visit.starts_at,
        ends_at: visit.ends_at,
        summary: w.f("mail-calendar-visit", [("clinic", &site.name)]),
        place: site.address.clone(),
        description: w.f("mail-call", [("phone", &site.phone)]),
    }
}

/// A drive as its driver sees it. Its UID is not the visit's: a couple that shares a mailbox would see one entry
/// overwrite the other.
pub fn drive_entry(w: Words, site: &Site, visit: &Appointment) -> Entry {
    Entry {
        uid: format!("drive-{}", visit.ical_uid),
        ends_at: driver_free_until(visit),
        summary: w.f("mail-calendar-drive", [("clinic", &site.name)]),
        ..visit_entry(w, site, visit)
    }
}

/// Until when a driver stays free.
pub fn driver_free_until(visit: &Appointment) -> DateTime<Utc> {
    visit.ends_at + TimeDelta::minutes(DRIVER_STAYS_FREE_MINUTES)
}

/// One VCALENDAR with every entry, asking for no reply.
pub fn publish(entries: &[Entry], now: DateTime<Utc>) -> String {
    publish_changed(entries, &[], now)
}

/// The same with entries that are off: their STATUS and raised SEQUENCE take them out of a calendar that has them.
pub fn publish_changed(entries: &[Entry], off: &[Entry], now: DateTime<Utc>) -> String {
    let mut calendar = frame(Method::Publish);
    for entry in entries {
        calendar.push(event(entry, EventStatus::Confirmed, None, now));
    }
    for entry in off {
        calendar.push(event(entry, EventStatus::Cancelled, None, now));
    }
    calendar.to_string()
}

/// One VCALENDAR for one changed entry.
pub fn request(entry: &Entry, parties: Parties<'_>, now: DateTime<Utc>) -> String {
    let mut calendar = frame(Method::Request);
    calendar.push(event(entry, EventStatus::Confirmed, Some(parties), now));
    calendar.to_string()
}

/// One VCALENDAR that takes one entry out.
pub fn cancel(entry: &Entry, parties: Parties<'_>, now: DateTime<Utc>) -> String {
    let mut calendar = frame(Method::Cancel);
    calendar.push(event(entry, EventStatus::Cancelled, Some(parties), now));
    calendar.to_string()
}

fn sequence(visit: &Appointment) -> u32 {
    u32::try_from(visit.version - 1).unwrap_or(0)
}

fn frame(method: Method) -> Calendar {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Seriesbook//Seriesbook//EN"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .append_property(("METHOD", method.as_str()));
    calendar
}

fn event(entry: &Entry, status: EventStatus, parties: Option<Parties<'_>>, now: DateTime<Utc>) -> Event {
    let mut event = Event::new();
    event
        .uid(&plain(&entry.uid))
        .sequence(entry.sequence)
        // The crate would write the system's clock; ours may be a test's or the demo's.
        .timestamp(now)
        .add_property("DTSTART", utc(entry.starts_at))
        .add_property("DTEND", utc(entry.ends_at))
        .summary(&plain(&entry.summary))
        .description(&plain(&entry.description))
        .add_property("LOCATION", plain(&entry.place))
        .add_property("CLASS", "PRIVATE");
    event.status(status);
    if let Some(parties) = parties {
        event.append_property(
            Property::new("ORGANIZER", format!("mailto:{}", plain(parties.organizer_email)))
                .add_parameter("CN", &parameter(parties.organizer_name))
                .done(),
        );
        event.append_multi_property(
            Property::new("ATTENDEE", format!("mailto:{}", plain(parties.attendee_email)))
                .add_parameter("RSVP", "FALSE")
                .done(),
        );
    }
    event
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// One line without control characters; the crate escapes the rest but lets a bare CR through.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A parameter value: a double quote has no escape there (RFC 5545, 3.2).
fn parameter(text: &str) -> String {
    plain(text).replace('"', "'")
}
