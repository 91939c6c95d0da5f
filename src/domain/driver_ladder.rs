//! The ladder of a treatment without a confirmed driver: who acts next, and when, the nearer the day comes.

use chrono::{DateTime, TimeDelta, Utc};

use super::drivers::DriverNeed;
use crate::text_enum;

text_enum! {
    /// A step of the ladder, in the order they are reached.
    pub enum LadderStep {
        /// The patient is asked again, or the named driver is reminded.
        AskPatient = "ask_patient", "ladder-ask-patient";
        /// The desk calls.
        DeskCalls = "desk_calls", "ladder-desk-calls";
        /// A clinician decides: release the time, or go on with a reason.
        ClinicianDecides = "clinician_decides", "ladder-clinician-decides";
    }
}

/// When each step is reached: minutes before the visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LadderRules {
    /// The patient is asked again; `None` where no message does.
    pub ask_patient: Option<i64>,
    /// The desk calls.
    pub desk_calls: i64,
    /// A clinician decides.
    pub clinician_decides: i64,
}

/// A step and when it is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// Which.
    pub step: LadderStep,
    /// When.
    pub at: DateTime<Utc>,
}

/// Where a visit stands on its ladder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The last step reached.
    pub reached: Option<Rung>,
    /// The one that comes next.
    pub next: Option<Rung>,
}

impl Standing {
    /// Whether a step has been reached.
    pub fn has_reached(&self, step: LadderStep) -> bool {
        self.reached.is_some_and(|rung| rung.step >= step)
    }
}

/// The steps of a visit in order. A step whose minutes would put it before the one below waits for that one; none lies after the
/// visit's start.
pub fn ladder(starts_at: DateTime<Utc>, rules: &LadderRules) -> Vec<Rung> {
    let first = rules.ask_patient.map(|lead| lead.max(0));
    let second = rules.desk_calls.clamp(0, first.unwrap_or(i64::MAX));
    let third = rules.clinician_decides.clamp(0, second);
    let rung = |step, lead| Rung { step, at: starts_at - TimeDelta::minutes(lead) };
    let asked = first.map(|lead| rung(LadderStep::AskPatient, lead));
    let called = [rung(LadderStep::DeskCalls, second), rung(LadderStep::ClinicianDecides, third)];
    asked.into_iter().chain(called).collect()
}

/// Where a visit stands now. With a confirmed driver, or without need of one, it stands on no ladder.
pub fn standing(
    starts_at: DateTime<Utc>,
    need: DriverNeed,
    rules: &LadderRules,
    now: DateTime<Utc>,
) -> Standing {
    if matches!(need, DriverNeed::NotNeeded | DriverNeed::Confirmed) {
        return Standing::default();
    }
    let rungs = ladder(starts_at, rules);
    Standing {
        reached: rungs.iter().rev().find(|rung| rung.at <= now).copied(),
        next: rungs.iter().find(|rung| rung.at > now).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use proptest::prelude::*;

    const RULES: LadderRules =
        LadderRules { ask_patient: Some(4320), desk_calls: 2880, clinician_decides: 1440 };

    fn start() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 12, 10, 15, 0, 0).unwrap()
    }

    fn steps(hours_before: i64, need: DriverNeed) -> (Option<LadderStep>, Option<LadderStep>) {
        let stands = standing(start(), need, &RULES, start() - TimeDelta::hours(hours_before));
        (stands.reached.map(|rung| rung.step), stands.next.map(|rung| rung.step))
    }

    #[test]
    fn the_patient_then_the_desk_then_a_clinician() {
        use LadderStep::{AskPatient, ClinicianDecides, DeskCalls};
        assert_eq!(steps(100, DriverNeed::Missing), (None, Some(AskPatient)));
        assert_eq!(steps(72, DriverNeed::Missing), (Some(AskPatient), Some(DeskCalls)));
        assert_eq!(steps(48, DriverNeed::Unanswered), (Some(DeskCalls), Some(ClinicianDecides)));
        assert_eq!(steps(24, DriverNeed::Unanswered), (Some(ClinicianDecides), None));
    }

    #[test]
    fn where_no_message_asks_the_patient_the_desk_comes_first() {
        let rules = LadderRules { ask_patient: None, ..RULES };
        let stands = standing(start(), DriverNeed::Missing, &rules, start() - TimeDelta::hours(60));
        assert_eq!(stands.reached, None);
        assert_eq!(stands.next.map(|rung| rung.step), Some(LadderStep::DeskCalls));
    }

    #[test]
    fn a_yes_takes_the_visit_off_the_ladder() {
        assert_eq!(steps(1, DriverNeed::Confirmed), (None, None));
        assert_eq!(steps(1, DriverNeed::NotNeeded), (None, None));
    }

    proptest! {
        #[test]
        fn steps_are_in_order_never_after_the_visit_and_each_is_reached_once(
            ask_patient in proptest::option::of(-60_i64..50_000),
            desk_calls in -60_i64..50_000,
            clinician_decides in -60_i64..50_000,
            pause in 15_i64..3_000,
        ) {
            let rules = LadderRules { ask_patient, desk_calls, clinician_decides };
            let rungs = ladder(start(), &rules);
            let in_order = |pair: &[Rung]| pair[0].at <= pair[1].at && pair[0].step < pair[1].step;
            prop_assert!(rungs.windows(2).all(in_order));
            prop_assert!(rungs.iter().all(|rung| rung.at <= start()));

            let mut climbed: Vec<LadderStep> = Vec::new();
            let mut now = start() - TimeDelta::minutes(60_000);
            while now <= start() {
                let stands = standing(start(), DriverNeed::Missing, &rules, now);
                if let Some(rung) = stands.reached {
                    prop_assert!(rung.at <= now);
                    if climbed.last() != Some(&rung.step) {
                        climbed.push(rung.step);
                    }
                }
                if let Some(next) = stands.next {
                    prop_assert!(next.at > now);
                    prop_assert!(stands.reached.is_none_or(|rung| rung.step < next.step));
                }
                now += TimeDelta::minutes(pause);
            }
            prop_assert!(climbed.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", climbed);
            let last = standing(start(), DriverNeed::Missing, &rules, start());
            prop_assert!(last.has_reached(LadderStep::ClinicianDecides) && last.next.is_none());
        }
    }
}
