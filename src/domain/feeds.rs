//! Calendar feeds: whose visits one shows, from when to when, how a visit stands in it, and what of a patient's name.

use chrono::{DateTime, TimeDelta, Utc};

use super::appointments::AppointmentStatus;
use super::ids::{PatientId, ResourceId};
use crate::text_enum;

/// Visits that began up to so many days ago are shown.
const BACK_DAYS: i64 = 60;
/// Visits that begin within so many days are shown.
const AHEAD_DAYS: i64 = 400;
/// A canceled visit is shown as canceled for so many days, so that calendar programs take it out.
const OFF_DAYS: i64 = 30;
/// More visits than one feed shows.
pub const MOST_VISITS: i64 = 2000;

text_enum! {
    /// Whose visits a feed shows.
    pub enum FeedKind {
        /// A patient's.
        Patient = "patient", "feed-kind-patient";
        /// Those of a member of staff.
        Staff = "staff", "feed-kind-staff";
        /// Those in a room.
        Room = "room", "feed-kind-room";
    }
}

/// Whose feed it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedOf {
    /// A patient's.
    Patient(PatientId),
    /// A member of staff's, by their bookable time.
    Staff(ResourceId),
    /// A room's.
    Room(ResourceId),
}

impl FeedOf {
    /// Its kind.
    pub fn kind(self) -> FeedKind {
        match self {
            Self::Patient(_) => FeedKind::Patient,
            Self::Staff(_) => FeedKind::Staff,
            Self::Room(_) => FeedKind::Room,
        }
    }

    /// The patient, if it is a patient's.
    pub fn patient(self) -> Option<PatientId> {
        match self {
            Self::Patient(id) => Some(id),
            Self::Staff(_) | Self::Room(_) => None,
        }
    }

    /// The bookable time, if it is no patient's.
    pub fn resource(self) -> Option<ResourceId> {
        match self {
            Self::Patient(_) => None,
            Self::Staff(id) | Self::Room(id) => Some(id),
        }
    }
}

/// What a feed looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Visits that start from then on.
    pub from: DateTime<Utc>,
    /// Visits that start before then.
    pub to: DateTime<Utc>,
    /// Canceled visits only if they were canceled from then on.
    pub off_since: DateTime<Utc>,
}

impl Window {
    /// The window of an instant.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self {
            from: now - TimeDelta::days(BACK_DAYS),
            to: now + TimeDelta::days(AHEAD_DAYS),
            off_since: now - TimeDelta::days(OFF_DAYS),
        }
    }

    /// Whether a visit that starts then is inside.
    pub fn holds(&self, starts_at: DateTime<Utc>) -> bool {
        (self.from..self.to).contains(&starts_at)
    }
}

/// How an entry stands in a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It takes place, or did.
    Booked,
    /// Its time is only kept.
    Held,
    /// It is off.
    Off,
}

/// How a visit stands in a feed; `None` if the feed does not show it.
pub fn standing(kind: FeedKind, status: AppointmentStatus, version: i64) -> Option<Standing> {
    let is_patients = kind == FeedKind::Patient;
    match status {
        // What is only offered is not in the patient's calendar yet.
        AppointmentStatus::Held => (!is_patients).then_some(Standing::Held),
        // At its first version it was a hold that ended: the patient's calendar never had it.
        AppointmentStatus::Cancelled if is_patients && version == 1 => None,
        AppointmentStatus::Cancelled => Some(Standing::Off),
        AppointmentStatus::NoShow => None,
        AppointmentStatus::Booked
        | AppointmentStatus::Arrived
        | AppointmentStatus::InProgress
        | AppointmentStatus::Recovering
        | AppointmentStatus::Fulfilled => Some(Standing::Booked),
    }
}

/// "M.A." of "Maria del Mar Alvarez": all that a calendar outside the clinic's own pages tells of a patient.
pub fn initials(full_name: &str) -> String {
    let mut letters =
        full_name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphabetic()));
    let first = letters.next();
    let last = letters.next_back();
    first.into_iter().chain(last).flat_map(|c| c.to_uppercase().chain(['.'])).collect()
}

/// Stretches of time that touch or overlap, joined; in order.
pub fn joined(mut spans: Vec<(DateTime<Utc>, DateTime<Utc>)>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    spans.sort_unstable();
    let mut out: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::new();
    for (from, to) in spans {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn a_patient_sees_what_is_booked_or_was_and_nothing_that_was_only_offered() {
        use AppointmentStatus::{Booked, Cancelled, Fulfilled, Held, NoShow};
        let of = |status, version| standing(FeedKind::Patient, status, version);
        assert_eq!(of(Booked, 1), Some(Standing::Booked));
        assert_eq!(of(Fulfilled, 3), Some(Standing::Booked));
        assert_eq!(of(Cancelled, 2), Some(Standing::Off));
        assert_eq!((of(Held, 1), of(Cancelled, 1), of(NoShow, 1)), (None, None, None));
    }

    #[test]
    fn staff_see_kept_times_too_and_when_they_are_let_go() {
        for kind in [FeedKind::Staff, FeedKind::Room] {
            assert_eq!(standing(kind, AppointmentStatus::Held, 1), Some(Standing::Held));
            assert_eq!(standing(kind, AppointmentStatus::Cancelled, 1), Some(Standing::Off));
        }
    }

    #[test]
    fn a_name_becomes_its_first_and_last_initial_and_nothing_else_of_it_stays() {
        for (name, told) in [
            ("Maria Alvarez", "M.A."),
            ("Maria del Mar Alvarez", "M.A."),
            ("cher", "C."),
            ("  (Ana)\r\nATTENDEE:mailto:evil@example.org ", "A.A."),
            ("🙂 Élan ñ", "É.Ñ."),
            ("123 ---", ""),
        ] {
            assert_eq!(initials(name), told, "{name:?}");
        }
    }

    #[test]
    fn stretches_that_touch_are_one_and_those_apart_stay_apart() {
        let at = |minute| Utc.with_ymd_and_hms(2026, 12, 1, 15, minute, 0).unwrap();
        let spans = vec![(at(40), at(50)), (at(15), at(30)), (at(0), at(15)), (at(5), at(10))];
        assert_eq!(joined(spans), [(at(0), at(30)), (at(40), at(50))]);
        assert!(joined(Vec::new()).is_empty());
    }

    #[test]
    fn the_window_reaches_back_and_ahead_and_is_no_larger() {
        let now = Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap();
        let window = Window::at(now);
        assert!(window.holds(now - TimeDelta::days(60)) && window.holds(now + TimeDelta::days(399)));
        assert!(!window.holds(now - TimeDelta::days(61)) && !window.holds(now + TimeDelta::days(400)));
        assert_eq!(now - window.off_since, TimeDelta::days(30));
    }
}
