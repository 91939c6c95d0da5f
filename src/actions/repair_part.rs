//! Visits that a repair plans as one request: their places, and what ties them together.

use chrono::{NaiveDate, NaiveDateTime};

use crate::domain::ids::{AppointmentId, PatientId};
use crate::domain::protocols::{DayWindow, Gap, VisitRole};
use crate::domain::services::Phase;
use crate::store::appointments::Appointment;

/// A place in a part.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    /// `None`: an imagined talk.
    pub visit: Option<Appointment>,
    /// Civil start as the planner sees it.
    pub start: NaiveDateTime,
    /// Whether it may move.
    pub free: bool,
    /// Whether it stands with its own people; otherwise its time stays taken and nobody in particular holds the place.
    pub real: bool,
}

impl Slot {
    /// A talk nobody booked, for a treatment that stays.
    pub fn imagined(start: NaiveDateTime) -> Self {
        Self { visit: None, start, free: false, real: false }
    }
}

/// Visits that are repaired as one request.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub patient: PatientId,
    pub mains: Vec<Slot>,
    /// None, or one for each main visit.
    pub talks: Vec<Slot>,
    pub before: Option<(Slot, DayWindow)>,
    pub after_last: Option<(Slot, DayWindow)>,
    pub main_phases: Vec<Phase>,
    pub talk_phases: Vec<Phase>,
    pub gap: Option<Gap>,
    /// Fewest and most hours from a treatment's end to its talk.
    pub talk_hours: (i64, i64),
    /// First and last date of main visits, where other treatments of the course stand before or after.
    pub earliest: Option<NaiveDate>,
    pub latest: Option<NaiveDate>,
    /// Whether the main visits are treatments.
    pub treats: bool,
}

impl Part {
    /// One visit by itself.
    pub fn single(visit: &Appointment, slot: Slot) -> Self {
        Self {
            patient: visit.patient_id,
            mains: vec![slot],
            talks: Vec::new(),
            before: None,
            after_last: None,
            main_phases: visit.phases.clone(),
            talk_phases: Vec::new(),
            gap: None,
            talk_hours: (0, 0),
            earliest: None,
            latest: None,
            treats: visit.is_treatment(),
        }
    }

    /// Every place with its role, in the planner's numbering.
    pub fn slots(&self) -> impl Iterator<Item = (VisitRole, i64, &Slot)> {
        let before = self.before.iter().map(|(slot, _)| (VisitRole::Before, 1, slot));
        let mains = (1..).zip(&self.mains).map(|(number, slot)| (VisitRole::Main, number, slot));
        let talks = (1..).zip(&self.talks).map(|(number, slot)| (VisitRole::AfterEach, number, slot));
        let last = self.after_last.iter().map(|(slot, _)| (VisitRole::AfterLast, 1, slot));
        before.chain(mains).chain(talks).chain(last)
    }

    /// The visits it holds.
    pub fn ids(&self) -> impl Iterator<Item = AppointmentId> {
        self.slots().filter_map(|(_, _, slot)| slot.visit.as_ref().map(|visit| visit.id))
    }

    /// Visits whose time the plan places anew, or takes over as it is.
    pub fn placed(&self) -> impl Iterator<Item = AppointmentId> {
        let placed = self.slots().filter(|(_, _, slot)| slot.real);
        placed.filter_map(|(_, _, slot)| slot.visit.as_ref().map(|visit| visit.id))
    }

    /// The phases of a role's visits.
    pub fn phases(&self, role: VisitRole) -> Option<&[Phase]> {
        let hanging = match role {
            VisitRole::Main => return Some(&self.main_phases),
            VisitRole::AfterEach => {
                return (!self.talks.is_empty()).then_some(self.talk_phases.as_slice());
            }
            VisitRole::Before => self.before.as_ref(),
            VisitRole::AfterLast => self.after_last.as_ref(),
        };
        hanging.and_then(|(slot, _)| slot.visit.as_ref()).map(|visit| visit.phases.as_slice())
    }

    /// What people call a role's visits.
    pub fn name(&self, role: VisitRole) -> &str {
        let named = self.slots().find(|(other, _, slot)| *other == role && slot.visit.is_some());
        named.and_then(|(_, _, slot)| slot.visit.as_ref()).map_or("", |visit| visit.name.as_str())
    }
}
