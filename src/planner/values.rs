//! Single values of a document: dates, times, numbers, windows, each checked with its path.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::document::{Interval, WEEKDAYS, WeeklyWindow};
use super::error::{InstanceError, shortened};
use super::instance::Windows;
use super::localtime::{DAY, LocalTime};

pub(super) type Checked<T> = Result<T, InstanceError>;

pub(super) fn wrong(path: &str, expected: &str, found: &str) -> InstanceError {
    let message = format!("expected {expected}, found \"{}\"", shortened(found));
    InstanceError::new(path, message)
}

pub(super) fn wrong_number(path: &str, expected: &str, found: i64) -> InstanceError {
    InstanceError::new(path, format!("expected {expected}, found {found}"))
}

pub(super) fn twice(path: &str, found: &str) -> InstanceError {
    let message = format!("\"{}\" is listed twice", shortened(found));
    InstanceError::new(path, message)
}

/// A whole number from `min` to `max`.
pub(super) fn within(path: &str, value: i64, min: i64, max: i64) -> Checked<i64> {
    if value < min {
        let expected = format!("a whole number of {min} or more");
        return Err(wrong_number(path, &expected, value));
    }
    if value > max {
        let expected = format!("a whole number of {max} or less");
        return Err(wrong_number(path, &expected, value));
    }
    Ok(value)
}

/// Two numbers of which the second may not be smaller.
pub(super) fn ordered(path: &str, low: &str, high: &str, values: (i64, i64)) -> Checked<()> {
    if values.0 <= values.1 {
        return Ok(());
    }
    let expected = format!("at least {low} ({})", values.0);
    Err(wrong_number(&format!("{path}.{high}"), &expected, values.1))
}

/// Exactly `pattern`'s shape: digits where it has `0`, itself elsewhere.
fn shaped(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(t, p)| match p {
            b'0' => t.is_ascii_digit(),
            _ => t == p,
        })
}

pub(super) fn date(path: &str, text: &str) -> Checked<NaiveDate> {
    let parsed = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    parsed
        .filter(|d| shaped(text, "0000-00-00") && d.year() >= 1900)
        .ok_or_else(|| wrong(path, "a date like 2026-12-01", text))
}

pub(super) fn date_time(path: &str, text: &str) -> Checked<NaiveDateTime> {
    let parsed = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok();
    parsed
        .filter(|d| shaped(text, "0000-00-00T00:00") && d.year() >= 1900)
        .ok_or_else(|| wrong(path, "a local time like 2026-12-01T10:00", text))
}

/// Minutes after midnight; `24:00` if `end`.
fn time_of_day(path: &str, text: &str, end: bool) -> Checked<i64> {
    if end && text == "24:00" {
        return Ok(DAY);
    }
    let parsed = NaiveTime::parse_from_str(text, "%H:%M").ok();
    parsed
        .filter(|_| shaped(text, "00:00"))
        .map(|t| i64::from(t.hour() * 60 + t.minute()))
        .ok_or_else(|| wrong(path, "a time of day like 09:30", text))
}

pub(super) fn windows(path: &str, list: &[WeeklyWindow]) -> Checked<Windows> {
    let mut out = Windows { any: !list.is_empty(), ..Windows::default() };
    for (i, window) in list.iter().enumerate() {
        let at = format!("{path}[{i}]");
        let found = WEEKDAYS.iter().position(|w| *w == window.weekday);
        let Some(weekday) = found else {
            let expected = "one of mon, tue, wed, thu, fri, sat, sun";
            return Err(wrong(&format!("{at}.weekday"), expected, &window.weekday));
        };
        let from = time_of_day(&format!("{at}.from"), &window.from, false)?;
        let to = time_of_day(&format!("{at}.to"), &window.to, true)?;
        if to < from {
            let expected = format!("a time not before {}", window.from);
            return Err(wrong(&format!("{at}.to"), &expected, &window.to));
        }
        out.by_day[weekday].push((from, to));
    }
    Ok(out)
}

pub(super) fn intervals(path: &str, list: &[Interval], time: &LocalTime) -> Checked<Vec<(i64, i64)>> {
    let mut out = Vec::with_capacity(list.len());
    for (i, interval) in list.iter().enumerate() {
        let at = format!("{path}[{i}]");
        let from = date_time(&format!("{at}.from"), &interval.from)?;
        let to = date_time(&format!("{at}.to"), &interval.to)?;
        if to < from {
            let expected = format!("a time not before {}", interval.from);
            return Err(wrong(&format!("{at}.to"), &expected, &interval.to));
        }
        out.push((time.minute(from), time.minute(to)));
    }
    Ok(out)
}
