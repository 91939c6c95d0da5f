//! Wall-clock minutes of the horizon, their UTC minutes, and which of them exist exactly once.
//!
//! The planner counts minutes of the wall clock from the horizon's first midnight, as if no clock ever
//! changed. Only elapsed hours need UTC, and only starts need to exist once.

use std::collections::HashMap;

use chrono::{Datelike, Duration, MappedLocalTime, NaiveDate, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

/// Minutes of a calendar day.
pub const DAY: i64 = 1440;

/// The zone's clock over the horizon.
#[derive(Clone, Debug)]
pub struct LocalTime {
    zone: Tz,
    first: NaiveDate,
    first_weekday: i64,
    /// Seconds east of UTC at each midnight, for days on which the clock certainly stands still.
    quiet: Vec<Option<i64>>,
    /// Minute by minute (offset in seconds, exists once) for the other days.
    stirred: HashMap<i64, Vec<(i64, bool)>>,
}

impl LocalTime {
    /// `days` counts the horizon's dates from `first` on.
    pub(super) fn new(zone: Tz, first: NaiveDate, days: i64) -> Self {
        let mut time = LocalTime {
            zone,
            first,
            first_weekday: i64::from(first.weekday().num_days_from_monday()),
            quiet: Vec::new(),
            stirred: HashMap::new(),
        };
        let midnight: Vec<i64> = (-1..days + 4).map(|d| time.look_up(d * DAY).0).collect();
        for (at, day) in (0..days + 2).enumerate() {
            // A change near midnight can make times of the day before it ambiguous, so a day is
            // taken as quiet only if its neighbours are.
            let near = midnight.get(at..at + 4).unwrap_or(&[]);
            let same = near.iter().all(|offset| Some(offset) == near.first());
            time.quiet.push(near.first().copied().filter(|_| same && !near.is_empty()));
            if !same {
                let minutes = (0..DAY).map(|m| time.look_up(day * DAY + m)).collect();
                time.stirred.insert(day, minutes);
            }
        }
        time
    }

    /// Offset in seconds, and whether the time exists exactly once. A time that exists twice has its first
    /// offset, one that is skipped the offset before the gap (so it falls after the gap).
    fn look_up(&self, minute: i64) -> (i64, bool) {
        let local = self.at(minute);
        match self.zone.offset_from_local_datetime(&local) {
            MappedLocalTime::Single(offset) => (seconds(offset.fix()), true),
            MappedLocalTime::Ambiguous(first, _) => (seconds(first.fix()), false),
            MappedLocalTime::None => {
                let mut before = local;
                for _ in 0..200 {
                    before -= Duration::minutes(15);
                    match self.zone.offset_from_local_datetime(&before) {
                        MappedLocalTime::Single(o) => return (seconds(o.fix()), false),
                        MappedLocalTime::Ambiguous(_, o) => return (seconds(o.fix()), false),
                        MappedLocalTime::None => {}
                    }
                }
                (0, false)
            }
        }
    }

    fn known(&self, minute: i64) -> (i64, bool) {
        let day = minute.div_euclid(DAY);
        let quiet = usize::try_from(day).ok().and_then(|d| self.quiet.get(d));
        match quiet {
            Some(Some(offset)) => (*offset, true),
            Some(None) => {
                let minutes = self.stirred.get(&day);
                let found = minutes.and_then(|m| m.get(minute.rem_euclid(DAY) as usize));
                found.copied().unwrap_or((0, false))
            }
            None => self.look_up(minute),
        }
    }

    /// Whether this wall-clock minute happens exactly once.
    pub fn exists_once(&self, minute: i64) -> bool {
        self.known(minute).1
    }

    /// UTC in whole minutes (rounded down) from the horizon's first local midnight read as UTC: only
    /// differences mean anything.
    pub fn utc(&self, minute: i64) -> i64 {
        (minute * 60 - self.known(minute).0).div_euclid(60)
    }

    /// The local date and time of a minute.
    pub fn at(&self, minute: i64) -> NaiveDateTime {
        self.first.and_time(chrono::NaiveTime::MIN) + Duration::minutes(minute)
    }

    /// The minute of a local date and time.
    pub fn minute(&self, time: NaiveDateTime) -> i64 {
        (time - self.first.and_time(chrono::NaiveTime::MIN)).num_minutes()
    }

    /// Days from the horizon's first date.
    pub fn day(&self, date: NaiveDate) -> i64 {
        (date - self.first).num_days()
    }

    /// The date of a day number.
    pub fn date(&self, day: i64) -> NaiveDate {
        self.first + Duration::days(day)
    }

    /// 0 is Monday.
    pub fn weekday(&self, day: i64) -> usize {
        (self.first_weekday + day).rem_euclid(7) as usize
    }

    /// The zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }
}

fn seconds(offset: chrono::FixedOffset) -> i64 {
    i64::from(offset.local_minus_utc())
}
