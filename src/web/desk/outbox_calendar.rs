//! Reads the few lines of a calendar part that staff want to see: what, from when, until when.

use chrono::NaiveDateTime;

use crate::words::format::{Format, clock_time};

/// One event of a calendar part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// SUMMARY.
    pub summary: String,
    /// DTSTART in words.
    pub from: String,
    /// DTEND in words.
    pub to: String,
}

/// METHOD and the events of an iCalendar text (RFC 5545); lines it does not know are passed over.
pub fn read(f: Format, text: &str) -> (String, Vec<Event>) {
    let (mut method, mut events, mut open) = (String::new(), Vec::new(), None::<Event>);
    for line in unfold(text).lines() {
        let Some((head, value)) = line.split_once(':') else { continue };
        let name = head.split(';').next().unwrap_or(head).to_ascii_uppercase();
        match name.as_str() {
            "METHOD" => method = value.trim().to_owned(),
            "BEGIN" if value.trim() == "VEVENT" => open = Some(Event::default()),
            "END" if value.trim() == "VEVENT" => events.extend(open.take()),
            _ => {}
        }
        let Some(event) = open.as_mut() else { continue };
        match name.as_str() {
            "SUMMARY" => event.summary = unescape(value),
            "DTSTART" => event.from = time_words(f, value),
            "DTEND" => event.to = time_words(f, value),
            _ => {}
        }
    }
    (method, events)
}

/// A line that begins with a blank goes on the line before (RFC 5545, 3.1).
fn unfold(text: &str) -> String {
    text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
}

fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n' | 'N') => out.push(' '),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

/// UTC times on the site's clock; times with a zone of their own as they stand; anything else to the letter.
fn time_words(f: Format, value: &str) -> String {
    let value = value.trim();
    let Ok(time) = NaiveDateTime::parse_from_str(value.trim_end_matches('Z'), "%Y%m%dT%H%M%S") else {
        return value.to_owned();
    };
    if value.ends_with('Z') {
        return f.when(time.and_utc());
    }
    format!("{}, {}", f.day(time.date()), clock_time(time.time()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone, Utc};

    #[test]
    fn folded_and_escaped_lines_are_read_and_times_are_the_sites() {
        let f =
            Format::new(chrono_tz::America::New_York, Utc.with_ymd_and_hms(2026, 11, 20, 12, 0, 0).unwrap());
        let text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Your visit\\, Elm St\r\n reet\r\n\
                    DTSTART:20261201T150000Z\r\nDTEND;TZID=America/New_York:20261201T123000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let (method, events) = read(f, text);
        assert_eq!(method, "REQUEST");
        assert_eq!(
            events,
            [Event {
                summary: "Your visit, Elm Street".into(),
                from: "Tue, Dec 1, 10:00 AM".into(),
                to: "Tue, Dec 1, 12:30 PM".into(),
            }]
        );
    }

    #[test]
    fn what_is_no_calendar_has_no_events() {
        let f = Format::new(chrono_tz::UTC, Utc.with_ymd_and_hms(2026, 11, 20, 12, 0, 0).unwrap());
        assert_eq!(read(f, "hello\nEND:VEVENT\nSUMMARY:x"), (String::new(), Vec::new()));
        assert_eq!(time_words(f, "soon"), "soon");
    }
}
