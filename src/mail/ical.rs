//! iCalendar text (RFC 5545, 3.1 to 3.3): lines that end in CRLF and are folded by octets, values that stay inside their line.
//!
//! Written here because the icalendar crate (0.17.17) never ends on a line that mixes emoji with many blanks: its folding steps back over
//! characters by one count and over octets by another. The tests read our text back with that crate's parser.

use chrono::{DateTime, Utc};

/// Longest line without its end, in octets (RFC 5545, 3.1).
const LINE_OCTETS: usize = 75;

/// A calendar's text in the making, line by line.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    text: String,
}

impl Lines {
    /// Opens a component.
    pub fn begin(&mut self, component: &str) {
        self.word("BEGIN", component);
    }

    /// Closes a component.
    pub fn end(&mut self, component: &str) {
        self.word("END", component);
    }

    /// A value that is written as it stands: a word of the RFC, a number, a duration.
    pub fn word(&mut self, property: &str, value: &str) {
        self.line(&format!("{property}:{}", one_line(value)));
    }

    /// A TEXT value (RFC 5545, 3.3.11).
    pub fn text(&mut self, property: &str, value: &str) {
        self.line(&format!("{property}:{}", escaped(value)));
    }

    /// An instant, in UTC: no zone needs to be told.
    pub fn instant(&mut self, property: &str, at: DateTime<Utc>) {
        self.word(property, &at.format("%Y%m%dT%H%M%SZ").to_string());
    }

    /// A calendar user (RFC 5545, 3.3.3) by email address; blanks and control characters are no part of one.
    pub fn user(&mut self, property: &str, email: &str) {
        let email: String = email.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
        self.line(&format!("{property}:mailto:{email}"));
    }

    /// The whole text.
    pub fn finish(self) -> String {
        self.text
    }

    fn line(&mut self, line: &str) {
        let mut left = LINE_OCTETS;
        for c in line.chars() {
            if c.len_utf8() > left {
                self.text.push_str("\r\n ");
                // The blank that marks the fold counts too.
                left = LINE_OCTETS - 1;
            }
            self.text.push(c);
            left -= c.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

/// A parameter's value in double quotes; a double quote has no escape there (RFC 5545, 3.2).
pub fn parameter(text: &str) -> String {
    format!("\"{}\"", one_line(text).replace('"', "'"))
}

/// Breaks and control characters become blanks.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_separator(c) { ' ' } else { c }).collect()
}

/// Backslash, semicolon and comma escaped, breaks as `\n`, a tab as a blank, other control characters left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' | '\r' => out.push_str("\\n"),
            c if is_separator(c) => out.push_str("\\n"),
            '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Unicode's line and paragraph separators break lines in some programs.
fn is_separator(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn text_line(value: &str) -> String {
        let mut lines = Lines::default();
        lines.text("SUMMARY", value);
        lines.finish()
    }

    #[test]
    fn what_has_a_meaning_is_escaped_and_breaks_stay_in_their_line() {
        assert_eq!(text_line("a,b;c\\d: \"e\""), "SUMMARY:a\\,b\\;c\\\\d: \"e\"\r\n");
        assert_eq!(text_line("a\r\nb\nc\rd\u{2028}e"), "SUMMARY:a\\nb\\nc\\nd\\ne\r\n");
        assert_eq!(text_line("a\tb\u{0}\u{1b}\u{7f}\u{85}c"), "SUMMARY:a bc\r\n");
        assert_eq!(text_line("\r\nATTENDEE:evil"), "SUMMARY:\\nATTENDEE:evil\r\n");
    }

    #[test]
    fn a_line_is_folded_at_75_octets_and_never_inside_a_character() {
        // 8 octets of name and colon, 67 of the first line, 74 of each further one.
        let exact = text_line(&"x".repeat(67));
        assert_eq!(exact, format!("SUMMARY:{}\r\n", "x".repeat(67)));
        let over = text_line(&"x".repeat(68));
        assert_eq!(over, format!("SUMMARY:{}\r\n x\r\n", "x".repeat(67)));
        for before in 60..70 {
            let value = format!("{}{}", "x".repeat(before), "🙂é".repeat(40));
            let line = text_line(&value);
            assert!(line.split("\r\n").all(|part| part.len() <= 75), "{line}");
            assert_eq!(line.replace("\r\n ", ""), format!("SUMMARY:{value}\r\n"));
        }
    }

    #[test]
    fn a_line_of_emoji_and_blanks_ends() {
        // On this one the folding of the icalendar crate does not.
        let value = format!("Visit at {}{}a", "🙂".repeat(25), "a ".repeat(47));
        assert_eq!(text_line(&value).replace("\r\n ", ""), format!("SUMMARY:{value}\r\n"));
    }

    #[test]
    fn addresses_and_parameters_cannot_begin_a_line_or_another_parameter() {
        let mut lines = Lines::default();
        let name = parameter("Elm \"Street\";RSVP=TRUE\r\nX-EVIL:1");
        lines.user(&format!("ORGANIZER;CN={name}"), "desk@elm.example\r\nX-EVIL:1");
        lines.word("METHOD", "PUBLISH\r\nX-EVIL:1");
        assert_eq!(
            lines.finish().replace("\r\n ", ""),
            "ORGANIZER;CN=\"Elm 'Street';RSVP=TRUE  X-EVIL:1\":mailto:desk@elm.exampleX-EVIL:1\r\n\
             METHOD:PUBLISH  X-EVIL:1\r\n"
        );
    }

    #[test]
    fn instants_are_written_in_utc() {
        let mut lines = Lines::default();
        lines.instant("DTSTART", Utc.with_ymd_and_hms(2026, 11, 1, 5, 30, 0).unwrap());
        assert_eq!(lines.finish(), "DTSTART:20261101T053000Z\r\n");
    }
}
