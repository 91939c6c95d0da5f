//! The hours of a reader's day in which a message may go, and where one goes that falls outside them.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::time::bound;

/// Fewest minutes from the first to the last hour.
pub const SHORTEST: i64 = 120;
/// Minutes of a day.
const DAY: i64 = 1440;
/// A message that is brought forward goes so many minutes before the hours end, so that a worker still sends it in them.
const MARGIN: i64 = 30;
/// Days looked at for the next opening: some zones once skipped a date.
const DAYS_AHEAD: usize = 3;

/// Civil hours of every day, in minutes after midnight: from the first, up to but not including the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayHours {
    /// From.
    pub from: i64,
    /// To.
    pub to: i64,
}

impl DayHours {
    /// Whether the hours lie in one day and are long enough.
    pub fn is_sound(self) -> bool {
        0 <= self.from && self.to <= DAY && self.to - self.from >= SHORTEST
    }

    /// Whether an instant lies in them.
    pub fn holds(self, zone: Tz, at: DateTime<Utc>) -> bool {
        let (open, close) = self.on(zone, date_of(zone, at));
        open <= at && at < close
    }

    /// The instant itself if it lies in the hours, else when they begin next.
    pub fn next(self, zone: Tz, at: DateTime<Utc>) -> DateTime<Utc> {
        let first = date_of(zone, at);
        for date in first.iter_days().take(DAYS_AHEAD) {
            let (open, close) = self.on(zone, date);
            if open < close && at < close {
                return at.max(open);
            }
        }
        at
    }

    /// Where a message due at an instant goes: in the hours, at once or when they begin next; if that is too late for it, shortly
    /// before they ended last, unless that is past. `until` is when it is of no use any more.
    pub fn place(
        self,
        zone: Tz,
        at: DateTime<Utc>,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let later = self.next(zone, at);
        if later < until {
            return Some(later);
        }
        let earlier = self.end_before(zone, at);
        (now <= earlier).then_some(earlier)
    }

    fn end_before(self, zone: Tz, at: DateTime<Utc>) -> DateTime<Utc> {
        let date = date_of(zone, at);
        let (open, close) = self.on(zone, date);
        let end = if at < open { self.on(zone, date.pred_opt().unwrap_or(date)).1 } else { close };
        (end - TimeDelta::minutes(MARGIN)).min(at)
    }

    fn on(self, zone: Tz, date: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
        let at = |minutes| bound(zone, date.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes));
        (at(self.from), at(self.to))
    }
}

fn date_of(zone: Tz, at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{NaiveDateTime, Timelike};
    use chrono_tz::America::New_York;
    use proptest::prelude::*;

    const USUAL: DayHours = DayHours { from: 480, to: 1200 };
    const ZONES: [Tz; 5] = [
        New_York,
        chrono_tz::Europe::Berlin,
        chrono_tz::Australia::Lord_Howe,
        chrono_tz::Asia::Kolkata,
        chrono_tz::Pacific::Apia,
    ];

    fn at(local: &str) -> DateTime<Utc> {
        bound(New_York, NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").expect("a local time"))
    }

    #[test]
    fn what_falls_into_the_night_waits_for_the_morning() {
        let (early, late, long) = (at("2026-12-01T06:00"), at("2026-12-01T21:00"), at("2026-12-09T06:00"));
        assert_eq!(USUAL.place(New_York, early, long, early), Some(at("2026-12-01T08:00")));
        assert_eq!(USUAL.place(New_York, late, long, early), Some(at("2026-12-02T08:00")));
        let noon = at("2026-12-01T12:00");
        assert_eq!(USUAL.place(New_York, noon, long, early), Some(noon));
        assert!(USUAL.holds(New_York, at("2026-12-01T08:00")));
        assert!(!USUAL.holds(New_York, at("2026-12-01T20:00")), "the end is not in them");
    }

    #[test]
    fn what_would_come_too_late_in_the_morning_goes_the_evening_before_or_not_at_all() {
        let (due, until) = (at("2026-12-01T05:00"), at("2026-12-01T08:00"));
        let evening = at("2026-11-30T19:30");
        assert_eq!(USUAL.place(New_York, due, until, at("2026-11-30T12:00")), Some(evening));
        assert_eq!(USUAL.place(New_York, due, until, evening), Some(evening));
        assert_eq!(USUAL.place(New_York, due, until, at("2026-11-30T19:31")), None);
    }

    #[test]
    fn eight_in_the_morning_stays_eight_on_the_days_the_clocks_change() {
        let days = [("2026-11-01", 13), ("2026-10-31", 12), ("2027-03-14", 12), ("2027-03-13", 13)];
        for (day, utc_hour) in days {
            let placed = USUAL.next(New_York, at(&format!("{day}T03:30")));
            assert_eq!((placed.hour(), placed.minute()), (utc_hour, 0), "{day}");
        }
        // The evening before the clocks change, seen from the night in which they do.
        let (due, until) = (at("2027-03-14T05:00"), at("2027-03-14T07:00"));
        let brought = USUAL.place(New_York, due, until, due - TimeDelta::days(2));
        assert_eq!(brought, Some(at("2027-03-13T19:30")));
    }

    proptest! {
        #[test]
        fn nothing_is_placed_outside_the_hours_after_its_use_or_before_now(
            minutes in 0i64..4_000_000,
            useful in 1i64..3_000,
            waited in 0i64..3_000,
            from in 300i64..900,
            length in SHORTEST..480,
            zone in 0usize..ZONES.len(),
        ) {
            let zone = ZONES[zone];
            let hours = DayHours { from, to: from + length };
            let due = at("2024-01-01T00:00") + TimeDelta::minutes(minutes);
            let (until, now) = (due + TimeDelta::minutes(useful), due - TimeDelta::minutes(waited));
            prop_assert!(hours.is_sound());
            let Some(placed) = hours.place(zone, due, until, now) else { return Ok(()) };
            let local = placed.with_timezone(&zone).time();
            let minute = i64::from(local.hour() * 60 + local.minute());
            prop_assert!((hours.from..hours.to).contains(&minute), "{local} in {zone}");
            prop_assert!(now <= placed && placed < until);
            prop_assert!(hours.holds(zone, placed));
            if hours.holds(zone, due) {
                prop_assert_eq!(placed, due);
            }
        }
    }
}
