//! What becomes of a row of the ledger when its time has come, and after a try that failed.

use chrono::{DateTime, Utc};

use super::appointments::AppointmentStatus;
use super::messages::{MessageStatus, Stage, retry_delay};

/// What a row about a visit says, and to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saying {
    /// What it is about.
    pub stage: Stage,
    /// The version of the visit it speaks of.
    pub version: i64,
    /// Whether a driver reads it.
    pub to_driver: bool,
}

/// How the visit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub status: AppointmentStatus,
    /// Its version.
    pub version: i64,
}

/// How a row ends that has nothing to say any more, because its visit was canceled or moved or is over (I1); `None` while what
/// it says stands. `settled` is whether what it asks for is there already: an intention is set, the mood was told, another
/// driver is named, or the driver it speaks to is not asked any more.
pub fn overtaken(row: Saying, visit: Standing, settled: bool) -> Option<MessageStatus> {
    let unless = |stands: bool| (!stands).then_some(MessageStatus::NotNeeded);
    let booked = visit.status == AppointmentStatus::Booked;
    match row.stage {
        // That a driver does not drive stays true when the visit moves.
        Stage::DriverReleased => return unless(!settled),
        Stage::DriverDeclined => return unless(!settled && booked),
        stage if stage.is_after_visit() => return unless(visit.status == AppointmentStatus::Fulfilled),
        // Who has set one needs no asking.
        Stage::Intention if settled => return Some(MessageStatus::NotNeeded),
        _ => {}
    }
    if row.version != visit.version {
        return Some(MessageStatus::Superseded);
    }
    match row.stage {
        Stage::MoodCheckIn => {
            let took_place = visit.status == AppointmentStatus::Fulfilled || visit.status.is_here();
            unless(took_place && !settled)
        }
        Stage::VisitCancelled => unless(visit.status == AppointmentStatus::Cancelled),
        _ => unless(booked && !(row.to_driver && settled)),
    }
}

/// How a row ends whose time has come: overtaken, or too late to be of use (I4); `None` where it goes.
pub fn end(
    overtaken: Option<MessageStatus>,
    useful_until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<MessageStatus> {
    overtaken.or((useful_until <= now).then_some(MessageStatus::Expired))
}

/// A row whose try failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Tries that failed before this one.
    pub tries: i64,
    /// Whether an earlier try may have arrived.
    pub maybe_twice: bool,
    /// Of no use from then on.
    pub useful_until: DateTime<Utc>,
}

/// How a try failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Trying again cannot help.
    pub permanent: bool,
    /// The letter may have arrived all the same.
    pub maybe_sent: bool,
}

/// When a letter is tried again; `None` where somebody has to look after it: it was refused for good, the next try would come too
/// late or there is none left, or two copies may have arrived already and a third would only puzzle its reader.
pub fn next_try(tried: Tried, failure: Failure, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if failure.permanent || (failure.maybe_sent && tried.maybe_twice) {
        return None;
    }
    retry_delay(tried.tries + 1).map(|delay| now + delay).filter(|at| *at < tried.useful_until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeDelta, TimeZone};

    fn reminder(version: i64) -> Saying {
        Saying { stage: Stage::PatientReminder, version, to_driver: false }
    }

    fn visit(status: AppointmentStatus, version: i64) -> Standing {
        Standing { status, version }
    }

    #[test]
    fn i1_only_a_booked_visit_of_the_same_version_is_reminded_of() {
        for status in AppointmentStatus::ALL {
            let ends = overtaken(reminder(1), visit(*status, 1), false);
            let expected = (*status != AppointmentStatus::Booked).then_some(MessageStatus::NotNeeded);
            assert_eq!(ends, expected, "{status}");
            assert_eq!(
                overtaken(reminder(1), visit(*status, 2), false),
                Some(MessageStatus::Superseded),
                "{status}"
            );
        }
    }

    #[test]
    fn what_tells_that_a_visit_is_off_needs_it_to_be_off() {
        let off = Saying { stage: Stage::VisitCancelled, version: 2, to_driver: false };
        assert_eq!(overtaken(off, visit(AppointmentStatus::Cancelled, 2), false), None);
        let back = overtaken(off, visit(AppointmentStatus::Booked, 2), false);
        assert_eq!(back, Some(MessageStatus::NotNeeded));
    }

    #[test]
    fn a_driver_who_is_not_asked_any_more_hears_nothing_but_that() {
        let booked = visit(AppointmentStatus::Booked, 1);
        let drive = |stage| Saying { stage, version: 1, to_driver: true };
        assert_eq!(overtaken(drive(Stage::DriverReminder), booked, true), Some(MessageStatus::NotNeeded));
        assert_eq!(overtaken(drive(Stage::DriverReminder), booked, false), None);
        let moved = visit(AppointmentStatus::Booked, 5);
        assert_eq!(overtaken(drive(Stage::DriverReleased), moved, false), None, "true whatever moved");
        assert_eq!(overtaken(drive(Stage::DriverReleased), moved, true), Some(MessageStatus::NotNeeded));
    }

    #[test]
    fn check_ins_follow_visits_that_took_place() {
        let mood = Saying { stage: Stage::MoodCheckIn, version: 1, to_driver: false };
        assert_eq!(overtaken(mood, visit(AppointmentStatus::Fulfilled, 1), false), None);
        for (status, settled) in [(AppointmentStatus::Fulfilled, true), (AppointmentStatus::NoShow, false)] {
            assert_eq!(overtaken(mood, visit(status, 1), settled), Some(MessageStatus::NotNeeded));
        }
    }

    #[test]
    fn i4_what_is_of_no_use_any_more_ends_and_what_was_overtaken_says_so_first() {
        let now = Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap();
        assert_eq!(end(None, now, now), Some(MessageStatus::Expired));
        assert_eq!(end(None, now + TimeDelta::seconds(1), now), None);
        assert_eq!(end(Some(MessageStatus::Superseded), now, now), Some(MessageStatus::Superseded));
    }

    #[test]
    fn a_letter_is_tried_until_it_is_refused_useless_or_perhaps_there_twice() {
        let now = Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap();
        let fresh = Tried { tries: 0, maybe_twice: false, useful_until: now + TimeDelta::days(2) };
        let put_off = Failure { permanent: false, maybe_sent: false };
        let lost = Failure { permanent: false, maybe_sent: true };
        assert_eq!(next_try(fresh, put_off, now), Some(now + TimeDelta::minutes(1)));
        assert_eq!(next_try(fresh, lost, now), Some(now + TimeDelta::minutes(1)));
        assert_eq!(next_try(Tried { maybe_twice: true, ..fresh }, lost, now), None);
        assert!(next_try(Tried { maybe_twice: true, ..fresh }, put_off, now).is_some());
        assert_eq!(next_try(fresh, Failure { permanent: true, maybe_sent: false }, now), None);
        assert_eq!(next_try(Tried { tries: 12, ..fresh }, put_off, now), None);
        let late = Tried { useful_until: now + TimeDelta::minutes(1), ..fresh };
        assert_eq!(next_try(late, put_off, now), None);
    }
}
