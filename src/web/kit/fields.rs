//! A posted form or a query as the person typed it, with the messages that belong at each field.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{Uri, header};
use chrono::{NaiveDate, NaiveTime};

use super::{PageError, multipart};

/// More fields than any form of ours has.
const MAX_FIELDS: usize = 500;

/// A message at one field; the page shows it in its summary and at the field itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's `name`; the summary links to `#name`.
    pub field: String,
    /// What to do, in the person's language.
    pub message: String,
}

/// What was typed, field by field, and what is wrong with it. Nothing typed is ever thrown away.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    values: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads `a=1&b=2`, a posted body or a query string. Control characters other than line ends become spaces.
    pub fn parse(encoded: &[u8]) -> Self {
        let values = form_urlencoded::parse(encoded)
            .take(MAX_FIELDS)
            .map(|(name, value)| (name.into_owned(), clean(&value)))
            .collect();
        Self { values, errors: Vec::new() }
    }

    /// Reads a posted body that carries a file; another content type reads as an empty form.
    pub fn parse_parts(content_type: &str, body: &[u8]) -> Self {
        let values = multipart::parts(content_type, body)
            .into_iter()
            .take(MAX_FIELDS)
            .map(|(name, value)| (name, clean(&value)))
            .collect();
        Self { values, errors: Vec::new() }
    }

    /// The query of an address.
    pub fn from_query(uri: &Uri) -> Self {
        Self::parse(uri.query().unwrap_or_default().as_bytes())
    }

    /// The first value of a field, trimmed; empty if it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.values.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// The first value exactly as typed (passwords).
    pub fn raw(&self, name: &str) -> &str {
        self.values.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// Every value of a field that may be given several times (check boxes).
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.values.iter().filter(|(key, _)| key == name).map(|(_, value)| value.trim()).collect()
    }

    /// Whether a field is there at all (check boxes, named buttons).
    pub fn has(&self, name: &str) -> bool {
        self.values.iter().any(|(key, _)| key == name)
    }

    /// Whether a check box of this name carries this value.
    pub fn checked(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(key, held)| key == name && held == value)
    }

    /// Puts a value in, replacing what was there (pre-filling an edit form).
    pub fn set(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.values.retain(|(key, _)| key != name);
        self.values.push((name.to_owned(), value.into()));
        self
    }

    /// Adds one more value of a field (pre-filling check boxes).
    pub fn add(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.values.push((name.to_owned(), value.into()));
        self
    }

    /// Records what is wrong at a field.
    pub fn fail(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    /// Everything that is wrong, in the order it was found.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// The first message at a field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == name).map(|error| error.message.as_str())
    }

    /// Whether nothing is wrong.
    pub fn is_ok(&self) -> bool {
        self.errors.is_empty()
    }

    /// A non-empty text of at most `max` characters, or `message` at the field.
    pub fn text(&mut self, name: &str, max: usize, message: &str) -> Option<String> {
        let value = self.get(name).to_owned();
        if value.is_empty() || value.chars().count() > max {
            self.fail(name, message);
            return None;
        }
        Some(value)
    }

    /// A text that may be empty (then `None` inside), of at most `max` characters.
    pub fn optional_text(&mut self, name: &str, max: usize, message: &str) -> Option<String> {
        let value = self.get(name).to_owned();
        if value.chars().count() > max {
            self.fail(name, message);
            return None;
        }
        (!value.is_empty()).then_some(value)
    }

    /// A whole number inside `range`, or `message` at the field.
    pub fn number(&mut self, name: &str, range: std::ops::RangeInclusive<i64>, message: &str) -> Option<i64> {
        match self.get(name).parse::<i64>() {
            Ok(number) if range.contains(&number) => Some(number),
            _ => {
                self.fail(name, message);
                None
            }
        }
    }

    /// A date as an `<input type="date">` sends it (`2026-12-01`), or `message` at the field.
    pub fn date(&mut self, name: &str, message: &str) -> Option<NaiveDate> {
        let parsed = parse_date(self.get(name));
        if parsed.is_none() {
            self.fail(name, message);
        }
        parsed
    }

    /// A time of day as an `<input type="time">` sends it (`09:00`), or `message` at the field.
    pub fn time(&mut self, name: &str, message: &str) -> Option<NaiveTime> {
        let parsed = NaiveTime::parse_from_str(self.get(name), "%H:%M")
            .or_else(|_| NaiveTime::parse_from_str(self.get(name), "%H:%M:%S"))
            .ok();
        if parsed.is_none() {
            self.fail(name, message);
        }
        parsed
    }

    /// An amount of money such as `250` or `250.50`, in cents, or `message` at the field.
    pub fn cents(&mut self, name: &str, message: &str) -> Option<i64> {
        let typed = self.get(name).trim_start_matches('$').replace(',', "");
        let parsed = parse_cents(&typed);
        if parsed.is_none() {
            self.fail(name, message);
        }
        parsed
    }

    /// Something with its own reading (`TryFrom<&str>`, an id, an enum), or `message` at the field.
    pub fn parsed<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Option<T>,
        message: &str,
    ) -> Option<T> {
        let parsed = read(self.get(name));
        if parsed.is_none() {
            self.fail(name, message);
        }
        parsed
    }
}

/// A date of a plausible year, so that later arithmetic cannot leave the calendar.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    use chrono::Datelike;
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|date| (1900..=2200).contains(&date.year()))
}

fn parse_cents(text: &str) -> Option<i64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(rest) || rest.len() > 2 {
        return None;
    }
    let cents = format!("{rest:0<2}").parse::<i64>().ok()?;
    whole.parse::<i64>().ok().filter(|whole| *whole <= 10_000_000).map(|whole| whole * 100 + cents)
}

fn clean(value: &str) -> String {
    let joined = value.replace("\r\n", "\n").replace('\r', "\n");
    joined
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| if (c.is_control() && c != '\n' && c != '\t') || is_separator(c) { ' ' } else { c })
        .collect()
}

/// Characters that show nothing: a name of them would read as blank, and two names could look the same.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{00AD}')
}

/// Unicode line and paragraph separators break headers and logs the way CR and LF do.
fn is_separator(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// The posted form. Bodies are bounded by the router's limit; content types no form of ours has read as an empty form.
impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.map(str::to_owned);
        let body = Bytes::from_request(request, state).await.map_err(|_| PageError::TooLarge)?;
        Ok(match kind {
            Some(kind) if !kind.starts_with("application/x-www-form-urlencoded") => {
                Self::parse_parts(&kind, &body)
            }
            _ => Self::parse(&body),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_text_stays_when_a_field_is_wrong() {
        let mut fields = Fields::parse(b"visits=six&name=Ana%20Ruiz");
        assert_eq!(fields.number("visits", 1..=12, "Enter a number from 1 to 12"), None);
        assert_eq!(fields.get("visits"), "six");
        assert_eq!(fields.error("visits"), Some("Enter a number from 1 to 12"));
        assert!(!fields.is_ok());
    }

    #[test]
    fn line_separators_and_control_characters_cannot_reach_a_header() {
        let fields = Fields::parse("name=Ana%00Ruiz%E2%80%A8X%1BY".as_bytes());
        assert_eq!(fields.get("name"), "Ana Ruiz X Y");
    }

    #[test]
    fn money_is_read_in_cents_and_nothing_else_is() {
        for (typed, cents) in
            [("250", Some(25_000)), ("$1,250.5", Some(125_050)), ("2.505", None), ("-1", None), ("", None)]
        {
            let mut fields = Fields::new();
            fields.set("price", typed);
            assert_eq!(fields.cents("price", "Enter a price"), cents, "{typed}");
        }
    }

    #[test]
    fn dates_outside_the_calendar_of_a_clinic_are_refused() {
        assert!(parse_date("2026-12-01").is_some());
        assert!(parse_date("+262142-01-01").is_none());
        assert!(parse_date("0001-01-01").is_none());
        assert!(parse_date("2026-02-30").is_none());
    }
}
