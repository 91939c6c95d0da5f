//! Services: kinds of appointments, their phases, and the kinds of people and rooms each phase binds.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::companions::{Companion, Venue};
use super::ids::{ResourceId, ServiceId};
use crate::text_enum;

text_enum! {
    /// What a service is for; rules hang on this, names and lengths are the clinic's.
    pub enum Category {
        /// Before any treatment: history, goals, fitness.
        Consultation = "consultation", "category-consultation";
        /// An infusion or another treatment: needs a decision and a driver, one a day at most.
        Treatment = "treatment", "category-treatment";
        /// Integration coaching after a treatment.
        Coaching = "coaching", "category-coaching";
        /// The session before a series.
        Preparation = "preparation", "category-preparation";
        /// The look back at the end of a series.
        Review = "review", "category-review";
    }
}

impl Category {
    /// Whether a candidacy decision must stand (domain.md: "No treatment before a valid candidacy decision").
    pub fn needs_candidacy(self) -> bool {
        self == Self::Treatment
    }

    /// Whether a companion is needed: somebody who drives, or stays with a patient at home (domain.md: "A driver is a clinical
    /// requirement without exceptions").
    pub fn needs_driver(self) -> bool {
        self == Self::Treatment
    }
}

text_enum! {
    /// What somebody or a room can be bound as.
    pub enum Kind {
        /// Places the line, monitors, decides.
        Clinician = "clinician", "kind-clinician";
        /// Stays during recovery.
        Attendant = "attendant", "kind-attendant";
        /// Coaches and checks in before discharge.
        Coach = "coach", "kind-coach";
        /// A room with a chair for infusions.
        InfusionRoom = "infusion_room", "kind-infusion-room";
        /// A room to talk in.
        TalkRoom = "talk_room", "kind-talk-room";
    }
}

impl Kind {
    /// Whether rooms, not people, serve this kind.
    pub fn is_room(self) -> bool {
        matches!(self, Self::InfusionRoom | Self::TalkRoom)
    }
}

/// Phase names that rules look for.
pub const PHASE_RECOVERY: &str = "recovery";
/// The treatment proper.
pub const PHASE_INFUSION: &str = "infusion";

/// A stretch of a visit and what it needs; times in minutes from the visit's start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// Short name, such as `recovery`.
    pub name: String,
    /// Start, minutes after the visit's start.
    pub offset: i64,
    /// Length in minutes.
    pub minutes: i64,
    /// Kinds of people and rooms bound throughout.
    pub needs: Vec<Kind>,
}

/// A kind of appointment the clinic offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Its name for staff, as the owner wrote it.
    pub name: String,
    /// The name patients read: neutral, no clinical word.
    pub public_name: String,
    /// What it is for.
    pub category: Category,
    /// Where the patient is.
    pub venue: Venue,
    /// Who must be with the patient, if it is a treatment.
    pub companion: Companion,
    /// Its phases in order of their start.
    pub phases: Vec<Phase>,
    /// Price in cents.
    pub price_cents: i64,
    /// Whether it can be booked now.
    pub active: bool,
}

impl Service {
    /// From arrival to the end of the last phase, in minutes.
    pub fn minutes(&self) -> i64 {
        length(&self.phases)
    }

    /// Every kind some phase needs, in order of first need.
    pub fn kinds(&self) -> Vec<Kind> {
        kinds(&self.phases)
    }
}

/// Latest end of the phases in minutes.
pub fn length(phases: &[Phase]) -> i64 {
    phases.iter().map(|phase| phase.offset + phase.minutes).max().unwrap_or(0)
}

/// Every kind some phase needs, in order of first need.
pub fn kinds(phases: &[Phase]) -> Vec<Kind> {
    let mut found = Vec::new();
    for kind in phases.iter().flat_map(|phase| &phase.needs) {
        if !found.contains(kind) {
            found.push(*kind);
        }
    }
    found
}

/// Who serves which kind in one visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The kind.
    pub kind: Kind,
    /// Who or which room.
    pub resource: ResourceId,
}

/// A stretch of one resource's time that a visit takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Whose time.
    pub resource: ResourceId,
    /// As what.
    pub kind: Kind,
    /// In which phase.
    pub phase: String,
    /// From (inclusive).
    pub starts_at: DateTime<Utc>,
    /// To (exclusive).
    pub ends_at: DateTime<Utc>,
}

/// The time a visit takes of everybody it binds, phase by phase.
pub fn stretches(phases: &[Phase], start: DateTime<Utc>, assigned: &[Assignment]) -> Vec<Stretch> {
    let mut out = Vec::new();
    for phase in phases {
        for kind in &phase.needs {
            for assignment in assigned.iter().filter(|assignment| assignment.kind == *kind) {
                out.push(Stretch {
                    resource: assignment.resource,
                    kind: *kind,
                    phase: phase.name.clone(),
                    starts_at: start + TimeDelta::minutes(phase.offset),
                    ends_at: start + TimeDelta::minutes(phase.offset + phase.minutes),
                });
            }
        }
    }
    out
}

/// When recovery may end, for a treatment that started (line placement) at `start`.
pub fn recovery_ends(phases: &[Phase], start: DateTime<Utc>) -> Option<DateTime<Utc>> {
    phases
        .iter()
        .filter(|phase| phase.name == PHASE_RECOVERY)
        .map(|phase| start + TimeDelta::minutes(phase.offset + phase.minutes))
        .max()
}

/// How long recovery must last by the service, in minutes (domain.md: 30 to 60).
pub fn recovery_minutes(phases: &[Phase]) -> i64 {
    phases.iter().filter(|phase| phase.name == PHASE_RECOVERY).map(|phase| phase.minutes).max().unwrap_or(0)
}

/// What is wrong with an owner's phases, as keys of the catalogue with the phase's number (from 1).
pub fn phase_faults(phases: &[Phase]) -> Vec<(usize, &'static str)> {
    let mut faults = Vec::new();
    if phases.is_empty() {
        faults.push((1, "services-fault-none"));
    }
    for (index, phase) in phases.iter().enumerate() {
        let number = index + 1;
        if phase.name.trim().is_empty() {
            faults.push((number, "services-fault-name"));
        }
        if !(1..=720).contains(&phase.minutes) {
            faults.push((number, "services-fault-minutes"));
        }
        if !(0..=720).contains(&phase.offset) {
            faults.push((number, "services-fault-offset"));
        }
        if phase.needs.is_empty() {
            faults.push((number, "services-fault-needs"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn infusion() -> Vec<Phase> {
        let phase = |name: &str, offset, minutes, needs: &[Kind]| Phase {
            name: name.to_owned(),
            offset,
            minutes,
            needs: needs.to_vec(),
        };
        vec![
            phase("placement", 0, 15, &[Kind::Clinician, Kind::InfusionRoom]),
            phase("infusion", 15, 60, &[Kind::Clinician, Kind::InfusionRoom]),
            phase("recovery", 75, 45, &[Kind::Attendant, Kind::InfusionRoom]),
            phase("check-in", 105, 15, &[Kind::Coach]),
        ]
    }

    #[test]
    fn a_visit_binds_each_resource_only_in_the_phases_that_need_it() {
        let start = Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap();
        let coach = ResourceId::new();
        let taken = stretches(&infusion(), start, &[Assignment { kind: Kind::Coach, resource: coach }]);
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].starts_at, start + TimeDelta::minutes(105));
        assert_eq!(length(&infusion()), 120);
        assert_eq!(kinds(&infusion()), [Kind::Clinician, Kind::InfusionRoom, Kind::Attendant, Kind::Coach]);
    }

    #[test]
    fn faulty_phases_are_all_named() {
        let mut phases = infusion();
        phases[0].minutes = 0;
        phases[2].needs.clear();
        assert_eq!(phase_faults(&phases), [(1, "services-fault-minutes"), (3, "services-fault-needs")]);
        assert_eq!(phase_faults(&[]), [(1, "services-fault-none")]);
    }
}
