//! When mail must not go by itself: a flood, a restored database; and what a clock that jumped means.

use chrono::{DateTime, TimeDelta, Utc};

use crate::text_enum;

/// Messages are counted over this long (the limit is one per minute).
pub const WINDOW: TimeDelta = TimeDelta::minutes(1);
/// A step of the clock longer than this between two ticks is a jump: the program was off, or somebody set the clock.
pub const JUMP: TimeDelta = TimeDelta::hours(1);

text_enum! {
    /// Why all mail is held.
    pub enum HoldReason {
        /// More became due at once than may go in a minute.
        Flood = "flood", "hold-flood";
        /// The database was restored from a backup: what waits in it may have gone already.
        Restore = "restore", "hold-restore";
        /// Somebody held it.
        Staff = "staff", "hold-staff";
    }
}

/// How fast mail goes: what a person released is counted in neither number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Messages that went within the last minute.
    pub went: i64,
    /// Messages that are due, still of use, and wait or are on their way.
    pub waiting: i64,
}

/// Whether letting what waits go would make more than `limit` messages in a minute. Then none of it goes, rather than the first
/// `limit`: so many at once are a mistake more often than not. A limit of 0 never brakes.
pub fn is_flood(limit: i64, pace: Pace) -> bool {
    limit > 0 && pace.waiting > 0 && pace.went.saturating_add(pace.waiting) > limit
}

/// Up to when a person let everything go: what was due by then is counted no more, or a release would brake itself. A release
/// that lies ahead was made under a wrong clock and clears nothing.
pub fn cleared(released_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    released_at.filter(|at| *at <= now)
}

/// The first whole second after an instant: a form that knows no parts of a second, and leaves out what was due before, leaves out
/// what was due at it too.
pub fn next_second(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(at.timestamp() + 1, 0).unwrap_or(at)
}

/// What the clock did since the last tick that was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockStep {
    /// It went on.
    Steady,
    /// It is more than [`JUMP`] ahead. By itself this holds nothing: what became due meanwhile is counted like the rest.
    Forward(TimeDelta),
    /// It went back by more than a minute.
    Back(TimeDelta),
}

/// Compares the last tick with the present.
pub fn clock_step(last_tick: Option<DateTime<Utc>>, now: DateTime<Utc>) -> ClockStep {
    let Some(last) = last_tick else { return ClockStep::Steady };
    let step = now - last;
    if step > JUMP {
        ClockStep::Forward(step)
    } else if step < -WINDOW {
        ClockStep::Back(-step)
    } else {
        ClockStep::Steady
    }
}

/// Whether the database is older than mail that went. Its number rises with every batch claimed and is copied to a marker file
/// outside the database before the batch goes, so a database behind its file has forgotten mail. With `required`, a
/// database that has claimed anything must have its file: one without was copied here from elsewhere.
pub fn is_restored(file: Option<i64>, database: i64, required: bool) -> bool {
    match file {
        Some(file) => database < file,
        None => required && database > 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use proptest::prelude::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap() + TimeDelta::seconds(seconds)
    }

    #[test]
    fn the_limit_itself_may_go_and_one_more_may_not() {
        assert!(!is_flood(120, Pace { went: 100, waiting: 20 }));
        assert!(is_flood(120, Pace { went: 100, waiting: 21 }));
        assert!(!is_flood(120, Pace { went: 500, waiting: 0 }), "nothing waits, nothing is held");
        assert!(!is_flood(0, Pace { went: 0, waiting: 1_000_000 }), "0 never brakes");
    }

    #[test]
    fn a_release_under_a_wrong_clock_clears_nothing() {
        assert_eq!(cleared(Some(at(0)), at(10)), Some(at(0)));
        assert_eq!(cleared(Some(at(100_000)), at(10)), None);
        assert_eq!(cleared(None, at(10)), None);
    }

    #[test]
    fn what_was_due_when_mail_last_went_was_due_before_the_second_after() {
        for at in [at(0), at(0) + TimeDelta::microseconds(1), at(0) + TimeDelta::microseconds(999_999)] {
            assert_eq!(next_second(at), self::at(1));
        }
        assert_eq!(next_second(at(1)), at(2));
    }

    #[test]
    fn a_jump_is_told_from_a_late_tick() {
        assert_eq!(clock_step(None, at(0)), ClockStep::Steady);
        assert_eq!(clock_step(Some(at(0)), at(3600)), ClockStep::Steady);
        assert_eq!(clock_step(Some(at(0)), at(93_600)), ClockStep::Forward(TimeDelta::hours(26)));
        assert_eq!(clock_step(Some(at(30)), at(0)), ClockStep::Steady, "clocks are set by seconds all day");
        assert_eq!(clock_step(Some(at(93_600)), at(0)), ClockStep::Back(TimeDelta::hours(26)));
    }

    #[test]
    fn a_database_that_never_claimed_anything_needs_no_file() {
        assert!(!is_restored(None, 0, true));
        assert!(is_restored(None, 7, true), "copied from elsewhere");
        assert!(!is_restored(None, 7, false), "a new replica of a shared database");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Whatever becomes due when: no minute sees more than the limit unless a person let it go.
        #[test]
        fn no_minute_sees_more_than_the_limit(
            limit in 1..40_i64,
            steps in prop::collection::vec((1..90_i64, 0..30_i64), 1..60),
        ) {
            let (mut now, mut waiting, mut held) = (0, 0, false);
            let mut went: Vec<i64> = Vec::new();
            for (seconds, due) in steps {
                now += seconds;
                waiting += due;
                let recent = went.iter().filter(|sent| **sent > now - 60).count() as i64;
                held = held || is_flood(limit, Pace { went: recent, waiting });
                if !held {
                    went.extend(std::iter::repeat_n(now, waiting as usize));
                    waiting = 0;
                }
                let minute = went.iter().filter(|sent| **sent > now - 60).count() as i64;
                prop_assert!(minute <= limit, "{minute} in a minute, {limit} allowed");
            }
        }

        /// More mail never lets a brake go.
        #[test]
        fn more_mail_never_lets_the_brake_go(limit in 0..200_i64, went in 0..200_i64, waiting in 0..200_i64, more in 0..200_i64) {
            let before = is_flood(limit, Pace { went, waiting });
            let faster = Pace { went: went + more, waiting };
            prop_assert!(!before || is_flood(limit, faster));
            let fuller = Pace { went, waiting: waiting + more };
            prop_assert!(!before || is_flood(limit, fuller));
        }

        /// A backup is taken somewhere among batches, some of which crash before the file is written: restored, it is noticed
        /// if and only if a batch went after it; without a restore nothing is ever noticed.
        #[test]
        fn a_restored_database_is_noticed_exactly_when_mail_went_after_the_backup(
            crashes in prop::collection::vec(any::<bool>(), 0..40),
            backup in 0..40_usize,
        ) {
            let (mut database, mut file, mut copy, mut went_after) = (0_i64, None, 0_i64, false);
            for (number, crash) in crashes.into_iter().enumerate() {
                if number == backup {
                    (copy, went_after) = (database, false);
                }
                database += 1;
                if !crash {
                    file = Some(database);
                    went_after = true;
                }
                prop_assert!(!is_restored(file, database, false));
            }
            prop_assert_eq!(file.is_some() && is_restored(file, copy, true), went_after && file > Some(copy));
        }
    }
}
