//! Calendar parts (RFC 5545) and how they travel (RFC 5546): UTC times, one UID for life, a neutral summary.
//!
//! A course goes as PUBLISH, because a REQUEST or CANCEL may hold only one UID (RFC 5546, 3.2.2 and 3.2.5) and a patient
//! should get one message for a course, not one per visit. Moves and cancellations go as one VCALENDAR per visit. A feed has no method:
//! a calendar program reads it by itself and puts it in the place of what it read before.

use chrono::{DateTime, TimeDelta, Utc};

use super::ical::{Lines, parameter};
use super::render::Method;
use crate::domain::companions::{Companion, Venue};
use crate::domain::feeds::Standing;
use crate::store::appointments::Appointment;
use crate::store::sites::Site;
use crate::words::Words;

/// How long a driver stays free after the planned end of the visit, in minutes.
pub const DRIVER_STAYS_FREE_MINUTES: i64 = 60;
/// From when the SEQUENCE of drives counts (2024, seconds of Unix time).
const DRIVES_COUNT_FROM: i64 = 1_704_067_200;
/// How often a calendar program should read a feed anew (RFC 7986, 5.7).
const READ_ANEW: &str = "PT1H";

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

/// Who writes; every method wants to know (RFC 5546, 3.2).
#[derive(Clone, Copy, Debug)]
pub struct Organizer<'a> {
    /// The clinic's name.
    pub name: &'a str,
    /// Where a calendar program sends a reply.
    pub email: &'a str,
}

impl<'a> Organizer<'a> {
    /// The clinic; `mail_from` is the address the settings give its mail.
    pub fn of(site: &'a Site, mail_from: Option<&'a str>) -> Self {
        Self { name: &site.name, email: mail_from.unwrap_or(&site.email) }
    }
}

/// One entry of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedEntry {
    /// The entry.
    pub entry: Entry,
    /// Whether it takes place.
    pub standing: Standing,
    /// When anything of it changed last.
    pub changed_at: DateTime<Utc>,
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

/// Where a visit's patient is, in words: the address, "At home", "We call you".
pub fn place(w: Words, site: &Site, visit: &Appointment) -> String {
    match visit.venue {
        Venue::Clinic => site.address.clone(),
        Venue::Home => w.t("mail-place-home"),
        Venue::Phone => w.t("mail-place-phone"),
    }
}

/// A visit as its patient sees it.
pub fn visit_entry(w: Words, site: &Site, visit: &Appointment) -> Entry {
    let summary = match visit.venue {
        Venue::Clinic => "mail-calendar-visit",
        Venue::Home => "mail-calendar-home",
        Venue::Phone => "mail-calendar-phone",
    };
    Entry {
        uid: visit.ical_uid.clone(),
        sequence: sequence(visit),
        starts_at: visit.starts_at,
        ends_at: visit.ends_at,
        summary: w.f(summary, [("clinic", &site.name)]),
        place: place(w, site, visit),
        description: w.f("mail-call", [("phone", &site.phone)]),
    }
}

/// A drive as its driver sees it, or the hours with a patient as a sitter does. A driver who takes the patient home only comes when
/// the pick-up begins, at `home_from`. Its UID is not the visit's: a couple that shares a mailbox would see one entry overwrite the
/// other. Its SEQUENCE is the time it is told at: a drive comes, goes and changes its hours while the visit's version stays.
pub fn drive_entry(
    w: Words,
    site: &Site,
    visit: &Appointment,
    home_from: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Entry {
    let starts_at = match visit.companion {
        Companion::Driver => home_from.unwrap_or(visit.starts_at),
        Companion::Sitter => visit.starts_at,
    };
    let entry = Entry {
        uid: format!("drive-{}", visit.ical_uid),
        sequence: drive_sequence(now),
        starts_at,
        ends_at: driver_free_until(visit).max(starts_at),
        summary: w.f("mail-calendar-drive", [("clinic", &site.name)]),
        ..visit_entry(w, site, visit)
    };
    match visit.companion {
        Companion::Driver => entry,
        Companion::Sitter => Entry {
            summary: w.f("mail-calendar-sitter", [("clinic", &site.name)]),
            place: w.t("mail-place-theirs"),
            ..entry
        },
    }
}

/// The same once the driver is not needed any more: newer than what was told in the same second (RFC 5546, 2.1.4).
pub fn released_drive_entry(
    w: Words,
    site: &Site,
    visit: &Appointment,
    home_from: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Entry {
    let entry = drive_entry(w, site, visit, home_from, now);
    Entry { sequence: entry.sequence.saturating_add(1), ..entry }
}

fn drive_sequence(now: DateTime<Utc>) -> u32 {
    u32::try_from(now.timestamp() - DRIVES_COUNT_FROM).unwrap_or(0)
}

/// Until when a driver stays free, or a sitter with the patient.
pub fn driver_free_until(visit: &Appointment) -> DateTime<Utc> {
    visit.ends_at + TimeDelta::minutes(DRIVER_STAYS_FREE_MINUTES)
}

/// One VCALENDAR with every entry, asking for no reply.
pub fn publish(entries: &[Entry], organizer: Organizer<'_>, now: DateTime<Utc>) -> String {
    publish_changed(entries, &[], organizer, now)
}

/// The same with entries that are off: their STATUS and raised SEQUENCE take them out of a calendar that has them.
pub fn publish_changed(
    entries: &[Entry],
    off: &[Entry],
    organizer: Organizer<'_>,
    now: DateTime<Utc>,
) -> String {
    let mut lines = open(Some(Method::Publish));
    for (entries, standing) in [(entries, Standing::Booked), (off, Standing::Off)] {
        for entry in entries {
            event(&mut lines, entry, standing, Some(organizer), None, now);
        }
    }
    close(lines, entries.is_empty() && off.is_empty())
}

/// One VCALENDAR for one changed entry.
pub fn request(entry: &Entry, parties: Parties<'_>, now: DateTime<Utc>) -> String {
    to_one(Method::Request, entry, Standing::Booked, parties, now)
}

/// One VCALENDAR that takes one entry out.
pub fn cancel(entry: &Entry, parties: Parties<'_>, now: DateTime<Utc>) -> String {
    to_one(Method::Cancel, entry, Standing::Off, parties, now)
}

/// One VCALENDAR without a method, for a calendar program that reads it by itself. The same entries make the same text.
pub fn feed(name: &str, entries: &[FeedEntry]) -> String {
    let mut lines = open(None);
    lines.text("NAME", name);
    lines.text("X-WR-CALNAME", name);
    lines.word("REFRESH-INTERVAL;VALUE=DURATION", READ_ANEW);
    lines.word("X-PUBLISHED-TTL", READ_ANEW);
    for FeedEntry { entry, standing, changed_at } in entries {
        event(&mut lines, entry, *standing, None, None, *changed_at);
    }
    close(lines, entries.is_empty())
}

/// SEQUENCE of a visit.
pub fn sequence(visit: &Appointment) -> u32 {
    u32::try_from(visit.version - 1).unwrap_or(0)
}

fn to_one(
    method: Method,
    entry: &Entry,
    standing: Standing,
    parties: Parties<'_>,
    now: DateTime<Utc>,
) -> String {
    let organizer = Organizer { name: parties.organizer_name, email: parties.organizer_email };
    let mut lines = open(Some(method));
    event(&mut lines, entry, standing, Some(organizer), Some(parties.attendee_email), now);
    close(lines, false)
}

fn open(method: Option<Method>) -> Lines {
    let mut lines = Lines::default();
    lines.begin("VCALENDAR");
    lines.word("VERSION", "2.0");
    lines.text("PRODID", "-//Seriesbook//Seriesbook//EN");
    lines.word("CALSCALE", "GREGORIAN");
    if let Some(method) = method {
        lines.word("METHOD", method.as_str());
    }
    lines
}

fn close(mut lines: Lines, is_empty: bool) -> String {
    if is_empty {
        // A calendar holds one component at least (RFC 5545, 3.6); a zone that nothing refers to is the one that shows nothing.
        lines.begin("VTIMEZONE");
        lines.text("TZID", "UTC");
        lines.begin("STANDARD");
        lines.word("DTSTART", "19700101T000000");
        lines.word("TZOFFSETFROM", "+0000");
        lines.word("TZOFFSETTO", "+0000");
        lines.end("STANDARD");
        lines.end("VTIMEZONE");
    }
    lines.end("VCALENDAR");
    lines.finish()
}

/// `stamp` is the instant of the message or, where there is no method, of the last change (RFC 5545, 3.8.7.2).
fn event(
    lines: &mut Lines,
    entry: &Entry,
    standing: Standing,
    organizer: Option<Organizer<'_>>,
    attendee_email: Option<&str>,
    stamp: DateTime<Utc>,
) {
    // What is off takes nobody's time, even in a program that goes on showing it.
    let (status, transparency) = match standing {
        Standing::Booked => ("CONFIRMED", "OPAQUE"),
        Standing::Held => ("TENTATIVE", "OPAQUE"),
        Standing::Off => ("CANCELLED", "TRANSPARENT"),
    };
    lines.begin("VEVENT");
    lines.text("UID", &entry.uid);
    lines.word("SEQUENCE", &entry.sequence.to_string());
    lines.instant("DTSTAMP", stamp);
    lines.instant("DTSTART", entry.starts_at);
    lines.instant("DTEND", entry.ends_at);
    lines.text("SUMMARY", &entry.summary);
    for (property, value) in [("DESCRIPTION", &entry.description), ("LOCATION", &entry.place)] {
        if !value.is_empty() {
            lines.text(property, value);
        }
    }
    lines.word("STATUS", status);
    lines.word("TRANSP", transparency);
    lines.word("CLASS", "PRIVATE");
    if let Some(organizer) = organizer {
        lines.user(&format!("ORGANIZER;CN={}", parameter(organizer.name)), organizer.email);
    }
    if let Some(email) = attendee_email {
        lines.user("ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=FALSE", email);
    }
    lines.end("VEVENT");
}
