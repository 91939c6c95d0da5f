//! Integration: the guiding questions of an intention, for which visits one is set, and the quiet days after a treatment.

use chrono::{DateTime, TimeDelta, Utc};

use super::appointments::AppointmentStatus;
use crate::text_enum;

/// Longest answer to one question, in characters.
pub const MAX_ANSWER: usize = 1000;
/// Longest music wish, in characters.
pub const MAX_MUSIC: usize = 500;
/// Longest session note, in characters.
pub const MAX_NOTE: usize = 4000;
/// How long the quiet days after a treatment last, in hours (domain.md: the 48 to 72 hours).
pub const QUIET_HOURS: i64 = 72;

text_enum! {
    /// A guiding question of an intention: a direction, not a script. Each is answered in the patient's own words.
    pub enum Question {
        /// What matters to them now.
        Matters = "matters", "intention-matters";
        /// What they would like to be open to.
        OpenTo = "open_to", "intention-open-to";
        /// What they would like to take along afterwards.
        TakeAlong = "take_along", "intention-take-along";
    }
}

/// Whether an intention can be set or revisited for a visit: a booked treatment that has not begun.
pub fn may_set(status: AppointmentStatus, is_treatment: bool) -> bool {
    is_treatment && matches!(status, AppointmentStatus::Booked | AppointmentStatus::Arrived)
}

/// The instant the quiet days count from: the planned end, or going home if that came first. Going home noted late
/// does not put them off.
pub fn counted_from(planned_end: DateTime<Utc>, went_home: Option<DateTime<Utc>>) -> DateTime<Utc> {
    went_home.map_or(planned_end, |at| at.min(planned_end))
}

/// Whether an instant lies in the quiet days after a treatment.
pub fn is_quiet(from: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    from <= now && now < from + TimeDelta::hours(QUIET_HOURS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn end() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 12, 1, 17, 0, 0).unwrap()
    }

    #[test]
    fn an_intention_belongs_to_a_booked_treatment_that_has_not_begun() {
        for status in AppointmentStatus::ALL {
            let open = matches!(status, AppointmentStatus::Booked | AppointmentStatus::Arrived);
            assert_eq!(may_set(*status, true), open, "{status}");
            assert!(!may_set(*status, false), "a talk has none: {status}");
        }
    }

    #[test]
    fn going_home_noted_a_day_late_puts_nothing_off() {
        let noted = end() + TimeDelta::hours(30);
        assert_eq!(counted_from(end(), Some(noted)), end());
        let early = end() - TimeDelta::minutes(20);
        assert_eq!(counted_from(end(), Some(early)), early);
        assert_eq!(counted_from(end(), None), end());
    }

    #[test]
    fn the_quiet_days_end_after_72_hours() {
        assert!(!is_quiet(end(), end() - TimeDelta::minutes(1)));
        assert!(is_quiet(end(), end()));
        assert!(is_quiet(end(), end() + TimeDelta::hours(71)));
        assert!(!is_quiet(end(), end() + TimeDelta::hours(72)));
    }
}
