//! Days and times of the demo's stories, in the clinic's civil time.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Tz;

use crate::domain::time::bound;

/// Whether the clinic treats on a day.
pub(super) fn is_workday(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The day itself, or the Friday before a weekend.
pub(super) fn workday_until(date: NaiveDate) -> NaiveDate {
    date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday().saturating_sub(4)))
}

/// The day itself, or the Monday after a weekend.
pub(super) fn workday_from(date: NaiveDate) -> NaiveDate {
    if is_workday(date) { date } else { workday_until(date) + TimeDelta::days(3) }
}

/// The Friday of the week after a day's own.
pub(super) fn friday_next_week(date: NaiveDate) -> NaiveDate {
    date + TimeDelta::days(11 - i64::from(date.weekday().num_days_from_monday()))
}

/// The instant of a minute of a day.
pub(super) fn at(zone: Tz, date: NaiveDate, minute: i64) -> DateTime<Utc> {
    bound(zone, date.and_time(NaiveTime::MIN) + TimeDelta::minutes(minute))
}

/// The day of an instant.
pub(super) fn day_of(zone: Tz, at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// The minute of the day of an instant, on the quarter hour.
pub(super) fn quarter_of(zone: Tz, at: DateTime<Utc>) -> i64 {
    let local = at.with_timezone(&zone);
    i64::from(local.hour() * 60 + local.minute()) / 15 * 15
}

/// Starts to try around a wished minute of the day: shortly after it, then before it, then later ones; only those
/// between the bounds.
pub(super) fn starts_around(wished: i64, first: i64, last: i64) -> Vec<i64> {
    let soon = (0..=4).map(|step| wished + 15 * step);
    let before = (1..=96).map(|step| wished - 15 * step);
    let later = (5..=96).map(|step| wished + 15 * step);
    soon.chain(before).chain(later).filter(|minute| (first..=last).contains(minute)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_around_the_night_still_fall_into_the_hours() {
        assert_eq!(starts_around(3 * 60, 540, 900).first(), Some(&540));
        assert_eq!(starts_around(22 * 60, 540, 900).first(), Some(&900));
        assert_eq!(starts_around(600, 540, 900).first(), Some(&600));
    }

    #[test]
    fn weekends_lie_between_their_friday_and_monday() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        for weekend in ["2026-11-21", "2026-11-22"] {
            assert_eq!(workday_until(day(weekend)), day("2026-11-20"));
            assert_eq!(workday_from(day(weekend)), day("2026-11-23"));
        }
        assert_eq!(workday_until(day("2026-11-18")), day("2026-11-18"));
    }
}
