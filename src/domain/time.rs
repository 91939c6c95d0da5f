//! Civil time and instants: the one function that crosses from a site's wall clock to UTC, and what it does in a gap or a fold.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// What a wall-clock time means in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalInstant {
    /// It happens once.
    Exact(DateTime<Utc>),
    /// The clock jumped over it (spring); the instant is the first moment after the jump.
    Gap(DateTime<Utc>),
    /// It happens twice (autumn): the earlier and the later instant.
    Fold(DateTime<Utc>, DateTime<Utc>),
}

/// Reads a wall-clock time in a zone. Nothing else in the program may call `from_local_datetime`.
#[expect(clippy::disallowed_methods, reason = "this is the one function that crosses")]
pub fn resolve_local(zone: Tz, local: NaiveDateTime) -> LocalInstant {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) => LocalInstant::Exact(at.to_utc()),
        LocalResult::Ambiguous(first, second) => {
            let (first, second) = (first.to_utc(), second.to_utc());
            LocalInstant::Fold(first.min(second), first.max(second))
        }
        LocalResult::None => LocalInstant::Gap(end_of_gap(zone, local)),
    }
}

/// The instant of a wall-clock time for a *bound* (opening hours, absences, day starts): in a gap the moment after
/// it, in a fold the earlier of the two. Never use it for a visit's start; see [`visit_start`].
pub fn bound(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match resolve_local(zone, local) {
        LocalInstant::Exact(at) | LocalInstant::Gap(at) | LocalInstant::Fold(at, _) => at,
    }
}

/// The instant a visit starts, or `None` where the wall-clock time does not exist exactly once: nobody is booked at
/// a time that could be misread.
pub fn visit_start(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    match resolve_local(zone, local) {
        LocalInstant::Exact(at) => Some(at),
        LocalInstant::Gap(_) | LocalInstant::Fold(..) => None,
    }
}

/// The instants between which a site's calendar day lies (half open; 23, 24 or 25 hours).
pub fn day_bounds(zone: Tz, date: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
    let next = date.succ_opt().unwrap_or(date);
    (bound(zone, date.and_time(NaiveTime::MIN)), bound(zone, next.and_time(NaiveTime::MIN)))
}

#[expect(clippy::disallowed_methods, reason = "this is the one function that crosses")]
fn end_of_gap(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    // Gaps are whole minutes and at most a day (zones that skipped a date), so stepping finds the end.
    let mut probe = local;
    for _ in 0..=2880 {
        probe += TimeDelta::minutes(1);
        if let Some(at) = zone.from_local_datetime(&probe).earliest() {
            return at.to_utc();
        }
    }
    DateTime::<Utc>::from_naive_utc_and_offset(local, Utc)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::America::New_York;

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").expect("a local time")
    }

    #[test]
    fn a_time_in_the_spring_gap_is_no_start_and_bounds_move_to_its_end() {
        assert_eq!(visit_start(New_York, local("2027-03-14T02:30")), None);
        assert_eq!(bound(New_York, local("2027-03-14T02:30")), bound(New_York, local("2027-03-14T03:00")));
    }

    #[test]
    fn a_time_in_the_autumn_fold_is_no_start_and_its_bound_is_the_earlier() {
        assert_eq!(visit_start(New_York, local("2026-11-01T01:30")), None);
        assert_eq!(bound(New_York, local("2026-11-01T01:30")).to_rfc3339(), "2026-11-01T05:30:00+00:00");
    }

    #[test]
    fn days_have_23_24_or_25_hours() {
        let hours = |y, m, d| {
            let (from, to) = day_bounds(New_York, NaiveDate::from_ymd_opt(y, m, d).expect("a date"));
            (to - from).num_hours()
        };
        assert_eq!((hours(2027, 3, 14), hours(2026, 12, 1), hours(2026, 11, 1)), (23, 24, 25));
    }

    #[test]
    fn a_zone_that_skipped_a_date_still_has_bounds() {
        let (from, to) =
            day_bounds(chrono_tz::Pacific::Apia, NaiveDate::from_ymd_opt(2011, 12, 30).expect("a date"));
        assert_eq!(from, to);
    }
}
