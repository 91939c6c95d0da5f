//! Drivers: who takes a patient to a treatment and home, how far the asking has come, and when the way home begins.

use chrono::{DateTime, TimeDelta, Utc};

use super::appointments::{AppointmentStatus, recovery_until};
use super::services::{self, Phase};
use crate::text_enum;

/// Times of a pick-up are said in whole steps of this (seconds).
const STEP_SECONDS: i64 = 300;

text_enum! {
    /// State of one drive asked of one driver.
    pub enum DriveStatus {
        /// Named, no answer yet.
        Asked = "asked", "drive-asked";
        /// Said yes.
        Confirmed = "confirmed", "drive-confirmed";
        /// Said no.
        Declined = "declined", "drive-declined";
        /// Somebody else drives now, or the visit is off.
        Replaced = "replaced", "drive-replaced";
    }
}

text_enum! {
    /// Which ways of a visit a driver takes on. Every drive takes the patient home: that is what the gate asks for.
    pub enum Legs {
        /// There and home.
        Both = "both", "legs-both";
        /// Home only; somebody else brings the patient.
        Home = "home", "legs-home";
    }
}

text_enum! {
    /// What a driver says of themselves on the day.
    pub enum DaySign {
        /// On the way to the clinic.
        OnTheWay = "on_the_way", "sign-on-the-way";
        /// Here, waiting.
        Waiting = "waiting", "sign-waiting";
    }
}

impl DriveStatus {
    /// Whether this drive is the one that counts for its visit.
    pub fn is_current(self) -> bool {
        matches!(self, Self::Asked | Self::Confirmed)
    }
}

/// How a visit stands for a driver, from its current drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriverNeed {
    /// The visit needs none.
    NotNeeded,
    /// Nobody is named.
    Missing,
    /// Somebody is named and has not answered.
    Unanswered,
    /// Somebody said yes.
    Confirmed,
}

impl DriverNeed {
    /// From whether the visit needs a driver and the state of its current drive.
    pub fn of(needs_driver: bool, current: Option<DriveStatus>) -> Self {
        match (needs_driver, current) {
            (false, _) => Self::NotNeeded,
            (true, Some(DriveStatus::Confirmed)) => Self::Confirmed,
            (true, Some(DriveStatus::Asked)) => Self::Unanswered,
            (true, _) => Self::Missing,
        }
    }

    /// The key of its word.
    pub fn word_key(self) -> &'static str {
        match self {
            Self::NotNeeded => "driver-not-needed",
            Self::Missing => "driver-missing",
            Self::Unanswered => "driver-unanswered",
            Self::Confirmed => "driver-confirmed",
        }
    }
}

/// Whether a driver can say where they are: on the day, for a drive they said yes to, until the patient has gone home.
pub fn may_sign(drive: DriveStatus, visit: AppointmentStatus, on_the_day: bool) -> bool {
    let is_open = visit == AppointmentStatus::Booked || visit.is_here();
    on_the_day && is_open && drive == DriveStatus::Confirmed
}

/// How wide the pick-up is around the end of recovery; minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PickUp {
    /// Before it.
    pub before_minutes: i64,
    /// After it.
    pub after_minutes: i64,
}

/// The times of a visit from which its way home follows.
#[derive(Clone, Copy, Debug)]
pub struct VisitTimes<'a> {
    /// Its phases.
    pub phases: &'a [Phase],
    /// Planned start.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: DateTime<Utc>,
    /// When the patient was checked in.
    pub arrived_at: Option<DateTime<Utc>>,
    /// When treatment began.
    pub started_at: Option<DateTime<Utc>>,
    /// When recovery began.
    pub recovery_at: Option<DateTime<Utc>>,
}

/// When the patient may go home as things stand: counted from the real beginning of recovery or treatment once it is known, else
/// from the planned start, or from now where that has passed.
pub fn goes_home_at(times: &VisitTimes<'_>, now: DateTime<Utc>) -> DateTime<Utc> {
    if let Some(began) = times.recovery_at {
        return recovery_until(began, services::recovery_minutes(times.phases));
    }
    let not_begun = || times.starts_at.max(times.arrived_at.unwrap_or(times.starts_at)).max(now);
    let begins = times.started_at.unwrap_or_else(not_begun);
    services::recovery_ends(times.phases, begins).unwrap_or(begins + (times.ends_at - times.starts_at))
}

/// The window in which the driver picks the patient up, in whole five minutes.
pub fn pick_up_window(
    times: &VisitTimes<'_>,
    pick_up: PickUp,
    now: DateTime<Utc>,
) -> (DateTime<Utc>, DateTime<Utc>) {
    let end = rounded_up(goes_home_at(times, now));
    (end - TimeDelta::minutes(pick_up.before_minutes), end + TimeDelta::minutes(pick_up.after_minutes))
}

fn rounded_up(at: DateTime<Utc>) -> DateTime<Utc> {
    let seconds = at.timestamp() + i64::from(at.timestamp_subsec_nanos() > 0);
    let whole = (seconds + STEP_SECONDS - 1).div_euclid(STEP_SECONDS) * STEP_SECONDS;
    DateTime::from_timestamp(whole, 0).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    const PICK_UP: PickUp = PickUp { before_minutes: 0, after_minutes: 30 };

    fn at(hour: u32, minute: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 12, 1, hour, minute, 0).unwrap()
    }

    fn phases() -> Vec<Phase> {
        let phase =
            |name: &str, offset, minutes| Phase { name: name.to_owned(), offset, minutes, needs: Vec::new() };
        vec![phase("placement", 0, 15), phase("infusion", 15, 60), phase("recovery", 75, 45)]
    }

    fn times(phases: &[Phase]) -> VisitTimes<'_> {
        VisitTimes {
            phases,
            starts_at: at(15, 0),
            ends_at: at(17, 0),
            arrived_at: None,
            started_at: None,
            recovery_at: None,
        }
    }

    #[test]
    fn the_pick_up_follows_the_planned_end_of_recovery() {
        let phases = phases();
        assert_eq!(pick_up_window(&times(&phases), PICK_UP, at(9, 0)), (at(17, 0), at(17, 30)));
        let wide = PickUp { before_minutes: 15, after_minutes: 0 };
        assert_eq!(pick_up_window(&times(&phases), wide, at(9, 0)), (at(16, 45), at(17, 0)));
        assert_eq!(goes_home_at(&times(&[]), at(9, 0)), at(17, 0), "without phases the planned end counts");
    }

    #[test]
    fn a_visit_that_starts_late_moves_the_pick_up_with_it() {
        let phases = phases();
        let mut late = times(&phases);
        assert_eq!(pick_up_window(&late, PICK_UP, at(15, 20)), (at(17, 20), at(17, 50)), "not begun yet");
        late.arrived_at = Some(at(15, 10));
        assert_eq!(goes_home_at(&late, at(15, 10)), at(17, 10));
        late.started_at = Some(at(15, 22));
        let window = pick_up_window(&late, PICK_UP, at(16, 0));
        assert_eq!(window, (at(17, 25), at(17, 55)), "in whole five minutes");
        late.recovery_at = Some(at(16, 50));
        assert_eq!(pick_up_window(&late, PICK_UP, at(17, 0)), (at(17, 35), at(18, 5)));
    }

    #[test]
    fn early_arrival_brings_nobody_home_earlier() {
        let phases = phases();
        let mut early = times(&phases);
        early.arrived_at = Some(at(14, 40));
        assert_eq!(goes_home_at(&early, at(14, 45)), at(17, 0));
    }

    #[test]
    fn a_sign_is_given_on_the_day_by_who_said_yes() {
        let (yes, booked) = (DriveStatus::Confirmed, AppointmentStatus::Booked);
        assert!(may_sign(yes, booked, true) && may_sign(yes, AppointmentStatus::Recovering, true));
        assert!(!may_sign(yes, booked, false), "another day");
        assert!(!may_sign(DriveStatus::Asked, booked, true), "no answer yet");
        assert!(!may_sign(yes, AppointmentStatus::Fulfilled, true), "gone home");
        assert!(!may_sign(yes, AppointmentStatus::Cancelled, true));
    }
}
