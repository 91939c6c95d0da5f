//! Reads calendars back, strictly: lines and properties by the rules of RFC 5545 and 5546, values by another program's parser.
//! The integration tests include this file too.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use icalendar::parser::{Property, read_calendar, unfold};

/// What a calendar of ours may hold, and whether it must.
const CALENDAR: [(&str, bool); 8] = [
    ("VERSION", true),
    ("PRODID", true),
    ("CALSCALE", true),
    ("METHOD", false),
    ("NAME", false),
    ("X-WR-CALNAME", false),
    ("REFRESH-INTERVAL", false),
    ("X-PUBLISHED-TTL", false),
];
/// The same of an event.
const EVENT: [(&str, bool); 13] = [
    ("UID", true),
    ("SEQUENCE", true),
    ("DTSTAMP", true),
    ("DTSTART", true),
    ("DTEND", true),
    ("SUMMARY", true),
    ("STATUS", true),
    ("TRANSP", true),
    ("CLASS", true),
    ("DESCRIPTION", false),
    ("LOCATION", false),
    ("ORGANIZER", false),
    ("ATTENDEE", false),
];

/// A calendar that was read.
pub struct Calendar {
    values: BTreeMap<String, String>,
    /// Its events, in order.
    pub events: Vec<Event>,
}

/// An event that was read.
pub struct Event {
    values: BTreeMap<String, String>,
}

impl Calendar {
    /// A property's value, empty if it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }
}

impl Event {
    /// A property's value, its escapes undone; empty if it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// The instant of a property.
    pub fn at(&self, name: &str) -> DateTime<Utc> {
        let text = self.get(name);
        NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ")
            .unwrap_or_else(|_| panic!("{name} is no instant in UTC: {text:?}"))
            .and_utc()
    }
}

/// Reads a calendar; fails on anything that a strict reader would refuse, or that is not of our making.
pub fn read(text: &str) -> Calendar {
    check_lines(text);
    let unfolded = unfold(text);
    let read = read_calendar(&unfolded).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let calendar = Calendar {
        values: values(&read.properties, &CALENDAR, text),
        events: read
            .components
            .iter()
            .filter(|component| component.name == "VEVENT")
            .map(|component| Event { values: values(&component.properties, &EVENT, text) })
            .collect(),
    };
    assert_eq!(calendar.get("VERSION"), "2.0", "{text}");
    // One component at least; a zone only where there is no event.
    let others: Vec<&str> = read
        .components
        .iter()
        .map(|component| component.name.as_str())
        .filter(|name| *name != "VEVENT")
        .collect();
    let wanted: &[&str] = if calendar.events.is_empty() { &["VTIMEZONE"] } else { &[] };
    assert_eq!(others, wanted, "{text}");
    let uids: BTreeSet<&str> = calendar.events.iter().map(|event| event.get("UID")).collect();
    assert_eq!(uids.len(), calendar.events.len(), "a UID stands for one event:\n{text}");
    for event in &calendar.events {
        check_event(event, text);
        check_method(calendar.get("METHOD"), calendar.events.len(), event, text);
    }
    calendar
}

/// CRLF at every end, 75 octets at most, no other control character, a name before each value.
fn check_lines(text: &str) {
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"), "{text}");
    for line in text.split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.chars().any(char::is_control), "a control character: {line:?}");
    }
    for line in unfold(text).split("\r\n").filter(|line| !line.is_empty()) {
        let head = line.split([':', ';']).next().unwrap_or_default();
        let is_name = head.chars().all(|c| c.is_ascii_uppercase() || c == '-');
        assert!(is_name && !head.is_empty() && head.len() < line.len(), "no content line: {line:?}");
    }
}

/// Each property once, none that is not ours, and all that must be there.
fn values(properties: &[Property<'_>], known: &[(&str, bool)], text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for property in properties {
        let name = property.name.as_str();
        assert!(known.iter().any(|(one, _)| *one == name), "{name} is not ours:\n{text}");
        let before = found.insert(name.to_owned(), property.val.as_str().to_owned());
        assert!(before.is_none(), "{name} stands twice:\n{text}");
    }
    for (name, must) in known {
        assert!(!must || found.contains_key(*name), "no {name}:\n{text}");
    }
    found
}

fn check_event(event: &Event, text: &str) {
    assert!(event.at("DTEND") > event.at("DTSTART"), "{text}");
    assert!(event.at("DTSTAMP") > DateTime::UNIX_EPOCH, "{text}");
    assert!(event.get("SEQUENCE").parse::<u32>().is_ok(), "{text}");
    assert!(!event.get("UID").is_empty() && !event.get("SUMMARY").is_empty(), "{text}");
    assert_eq!(event.get("CLASS"), "PRIVATE", "{text}");
    let takes_time = match event.get("STATUS") {
        "CONFIRMED" | "TENTATIVE" => "OPAQUE",
        "CANCELLED" => "TRANSPARENT",
        other => panic!("no status of an event: {other}\n{text}"),
    };
    assert_eq!(event.get("TRANSP"), takes_time, "{text}");
}

/// Who must and who may not be named, and how many events there may be (RFC 5546, 3.2).
fn check_method(method: &str, events: usize, event: &Event, text: &str) {
    let named = (event.get("ORGANIZER").starts_with("mailto:"), event.get("ATTENDEE").starts_with("mailto:"));
    match method {
        "" => assert_eq!(named, (false, false), "{text}"),
        "PUBLISH" => assert_eq!(named, (true, false), "{text}"),
        "REQUEST" => {
            assert_eq!((named, events, event.get("STATUS")), ((true, true), 1, "CONFIRMED"), "{text}");
        }
        "CANCEL" => {
            assert_eq!((named, events, event.get("STATUS")), ((true, true), 1, "CANCELLED"), "{text}");
        }
        other => panic!("no method of ours: {other}\n{text}"),
    }
}
