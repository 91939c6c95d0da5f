//! The demo's patients as their stories need them: since when they are known, and who acts for them.

use chrono::{DateTime, TimeDelta, Utc};

use super::cast::Who;
use super::story::{Habit, Stage, Step};
use super::timeline::Timeline;
use super::times;
use crate::domain::ids::{DriverId, PatientId};

/// Days from the first call to the first treatment.
const LEAD_DAYS: i64 = 12;

/// A patient of the demo.
pub(super) struct Folk {
    pub id: PatientId,
    pub stage: Stage,
    pub habit: Habit,
    /// Which of the two clinicians sees them.
    pub clinician: usize,
    pub has_email: bool,
    /// Whom they named, if the driver can answer by link.
    pub driver: Option<DriverId>,
}

impl Timeline<'_> {
    /// When somebody called for the first time, by what they have come to.
    pub(super) fn first_call(&mut self, stage: Stage) -> DateTime<Utc> {
        let days = match stage {
            Stage::Inquiry(days) | Stage::Decided(_, days, _) => days,
            Stage::ConsultationAhead => 2,
            Stage::ConsultationNear(_) => 6,
            Stage::ConsultationMissed => 12,
            Stage::ConsultationCancelled => 3,
            Stage::Held(_) => 10,
            Stage::Course(start, ..) => (LEAD_DAYS - start).max(10),
            Stage::Single(_) => 68,
        };
        let minute = 9 * 60 + 15 + i64::try_from(self.rng.below(380)).unwrap_or(0);
        self.at(times::workday_until(self.today() - TimeDelta::days(days)), minute)
    }

    /// In whose name a step happens.
    pub(super) fn who(&self, step: Step) -> Who {
        match step {
            Step::Decide(number) => Who::Clinician(self.folk.get(number).map_or(0, |folk| folk.clinician)),
            Step::Confirm(number) => match self.folk.get(number) {
                Some(folk) if folk.has_email => Who::Patient(folk.id),
                _ => Who::Desk,
            },
            Step::FillIn(number) => self.folk.get(number).map_or(Who::Desk, |folk| Who::Patient(folk.id)),
            Step::Answer(number) => {
                self.folk.get(number).and_then(|folk| folk.driver).map_or(Who::Desk, Who::Driver)
            }
            Step::Begin(_, true) | Step::Rest(_) | Step::GoHome(_, true) => Who::Nurse,
            Step::CoachCheckIn(_) | Step::Note(_) => Who::Coach,
            Step::Seen(_) | Step::Review(..) => Who::Clinician(0),
            Step::Week(number, _) => match self.folk.get(number) {
                Some(folk) if folk.has_email => Who::Patient(folk.id),
                _ => Who::Nurse,
            },
            Step::Mood(visit, _) | Step::Intend(visit) => {
                self.visits.get(&visit).copied().map_or(Who::Desk, Who::Patient)
            }
            Step::Absence => Who::Owner,
            Step::Inquire(_)
            | Step::BookConsultation(_)
            | Step::BookNear(_)
            | Step::Plan(_)
            | Step::CheckIn(_)
            | Step::Begin(_, false)
            | Step::GoHome(_, false)
            | Step::Missed(_)
            | Step::Provider(_)
            | Step::Cancel(..) => Who::Desk,
        }
    }
}
