//! Integration: the guiding questions of an intention, for which visits one is set, and the quiet days after a treatment.

use chrono::{DateTime, TimeDelta, Utc};

use super::appointments::AppointmentStatus;
use super::messages::{Due, Stage};
use crate::text_enum;

/// Longest answer to one question, in characters.
pub const MAX_ANSWER: usize = 1000;
/// Longest music wish, in characters.
pub const MAX_MUSIC: usize = 500;
/// Longest session note, in characters.
pub const MAX_NOTE: usize = 4000;
/// How long the quiet days after a treatment last, in hours (domain.md: the 48 to 72 hours).
pub const QUIET_HOURS: i64 = 72;

/// Hours after a treatment at which a message points to the page, and until which it is of use.
const PROMPTS: [(Stage, i64, i64); 2] = [(Stage::Prompt24h, 24, 48), (Stage::Prompt48h, 48, QUIET_HOURS)];

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

/// The messages of the quiet days; those whose time is past at `now` are left out.
pub fn prompts(from: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Due> {
    PROMPTS
        .iter()
        .map(|(stage, after, until)| Due {
            stage: *stage,
            lead_minutes: 0,
            due_at: from + TimeDelta::hours(*after),
            useful_until: from + TimeDelta::hours(*until),
        })
        .filter(|due| due.due_at > now)
        .collect()
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
    fn the_quiet_days_bring_two_messages_one_and_two_days_after_the_end() {
        let due = prompts(end(), end());
        assert_eq!(
            due.iter().map(|due| (due.stage, due.due_at)).collect::<Vec<_>>(),
            [
                (Stage::Prompt24h, end() + TimeDelta::hours(24)),
                (Stage::Prompt48h, end() + TimeDelta::hours(48))
            ]
        );
        assert_eq!(due[0].useful_until, due[1].due_at, "nobody gets two at once");
        assert_eq!(due[1].useful_until, end() + TimeDelta::hours(72));
    }

    #[test]
    fn going_home_noted_a_day_late_skips_what_is_past_and_puts_nothing_off() {
        let noted = end() + TimeDelta::hours(30);
        let from = counted_from(end(), Some(noted));
        assert_eq!(from, end());
        assert_eq!(prompts(from, noted).iter().map(|due| due.stage).collect::<Vec<_>>(), [Stage::Prompt48h]);
        let early = end() - TimeDelta::minutes(20);
        assert_eq!(counted_from(end(), Some(early)), early);
    }

    #[test]
    fn the_quiet_days_end_after_72_hours() {
        assert!(!is_quiet(end(), end() - TimeDelta::minutes(1)));
        assert!(is_quiet(end(), end()));
        assert!(is_quiet(end(), end() + TimeDelta::hours(71)));
        assert!(!is_quiet(end(), end() + TimeDelta::hours(72)));
    }
}
