//! One file per thing somebody does. Each takes who acts and an open transaction, asks the gates, and writes rows, audit entries and
//! messages together. Pages, jobs and commands all call these; none of them commits, that is the caller's.

pub mod absence;
pub mod absence_apply;
pub mod absence_read;
pub mod availability;
pub mod book;
pub mod bounces;
pub mod cancel;
pub mod cancel_own;
pub mod capacity;
pub mod change_course;
mod change_layout;
mod change_place;
pub mod change_series;
pub mod confirm;
pub mod decide;
pub mod decide_again;
pub mod delivery;
pub mod driver_contact;
pub mod drivers;
mod drivers_answer;
mod drivers_change;
pub mod drivers_week;
pub mod estimates;
pub mod feeds;
pub mod follow;
pub mod intake;
pub mod intake_answers;
pub mod intake_review;
pub mod integration;
mod letter_change;
pub mod letters;
pub mod links;
pub mod mail_hold;
mod message_defaults;
mod message_replan;
pub mod message_rules;
pub mod mood;
pub mod mood_import;
pub mod move_visit;
pub mod no_decision;
pub mod notify;
mod notify_intake;
mod notify_moves;
mod notify_rules;
pub mod offer;
pub mod outbox;
pub mod outbox_search;
pub mod pathway;
pub mod patient_address;
pub mod patients;
pub mod phq9;
pub mod plan;
pub mod plan_instance;
mod plan_request;
pub mod plan_words;
pub mod planning_runs;
pub mod preferences;
pub mod programme;
pub mod providers;
pub mod rearrange;
pub mod recall;
pub mod recall_book;
pub mod recall_change;
mod repair_course;
mod repair_instance;
mod repair_part;
mod repair_ties;
pub mod review;
pub mod run_visit;
pub mod sample_mails;
pub mod series;
pub mod settings;
pub mod setup;
pub mod waiting_book;
pub mod waiting_list;
pub mod wishes;
pub mod wordings;
pub mod worklist;

use chrono::{DateTime, Utc};

use crate::domain::gates::Unmet;
use crate::domain::ids::{DriverId, PatientId, StaffId};
use crate::domain::roles::{Permission, Role, Roles};
use crate::store::{AuditContext, StoreError};

/// Who acts.
#[derive(Clone, Debug)]
pub enum Actor {
    /// A signed-in member of staff.
    Staff {
        /// The account.
        id: StaffId,
        /// Their name.
        name: String,
        /// What they may do.
        roles: Roles,
    },
    /// A patient through a link.
    Patient {
        /// Which.
        id: PatientId,
    },
    /// A driver through a link.
    Driver {
        /// Which.
        id: DriverId,
    },
    /// The program itself.
    System,
}

impl Actor {
    /// Whether the actor holds a permission. Patients and drivers hold none: what their link allows, its page does.
    pub fn may(&self, permission: Permission) -> bool {
        match self {
            Self::Staff { roles, .. } => roles.allow(permission),
            Self::Patient { .. } | Self::Driver { .. } => false,
            Self::System => true,
        }
    }

    /// Refuses an actor without the permission.
    ///
    /// # Errors
    /// [`ActionError::NotPermitted`].
    pub fn needs(&self, permission: Permission) -> Result<(), ActionError> {
        if self.may(permission) { Ok(()) } else { Err(ActionError::NotPermitted) }
    }

    /// Refuses everybody but the patient themselves and staff with the permission.
    ///
    /// # Errors
    /// [`ActionError::NotPermitted`].
    pub fn needs_or_is(&self, permission: Permission, patient: PatientId) -> Result<(), ActionError> {
        match self {
            Self::Patient { id } if *id == patient => Ok(()),
            other => other.needs(permission),
        }
    }

    /// How the audit log names them.
    pub fn label(&self) -> String {
        match self {
            Self::Staff { name, .. } => name.clone(),
            Self::Patient { .. } => "patient by link".to_owned(),
            Self::Driver { .. } => "driver by link".to_owned(),
            Self::System => "system".to_owned(),
        }
    }

    /// The audit context of a change in their name.
    pub fn context(&self, request_id: Option<String>, origin: Option<String>) -> AuditContext {
        let actor_id = match self {
            Self::Staff { id, .. } => Some(id.0),
            Self::Patient { id } => Some(id.0),
            Self::Driver { id } => Some(id.0),
            Self::System => None,
        };
        AuditContext { actor: self.label(), actor_id, request_id, origin }
    }

    /// Whether they are staff of this role.
    pub fn is(&self, role: Role) -> bool {
        matches!(self, Self::Staff { roles, .. } if roles.has(role))
    }
}

/// Why somebody or some room cannot take a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConflictKind {
    /// Has another visit.
    Taken,
    /// Is away.
    Away,
    /// Does not work then.
    OutsideHours,
    /// The patient has another visit.
    PatientBusy,
}

impl ConflictKind {
    /// The key of its sentence (arguments `who`, `when`, `visit`).
    pub fn word_key(self) -> &'static str {
        match self {
            Self::Taken => "conflict-taken",
            Self::Away => "conflict-away",
            Self::OutsideHours => "conflict-outside-hours",
            Self::PatientBusy => "conflict-patient-busy",
        }
    }
}

/// One thing in the way of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The service's name.
    pub visit: String,
    /// When the visit would start.
    pub starts_at: DateTime<Utc>,
    /// When it would end.
    pub ends_at: DateTime<Utc>,
    /// Who or which room is in the way.
    pub who: String,
    /// Why.
    pub what: ConflictKind,
}

/// Why something was not done. Nothing of it remains: the caller drops the transaction.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such thing here.
    #[error("not found")]
    NotFound,
    /// The actor's role does not allow it.
    #[error("not permitted")]
    NotPermitted,
    /// Gates that are shut, every one.
    #[error("conditions are not met: {0:?}")]
    Unmet(Vec<Unmet>),
    /// Who and what is in the way, every one.
    #[error("in the way: {0:?}")]
    Conflicts(Vec<Conflict>),
    /// Both at once: gates that are shut, and who and what is in the way.
    #[error("conditions are not met: {unmet:?}; in the way: {conflicts:?}")]
    InTheWay {
        /// Gates that are shut, every one.
        unmet: Vec<Unmet>,
        /// Who and what is in the way, every one.
        conflicts: Vec<Conflict>,
    },
    /// Somebody changed it meanwhile.
    #[error("changed meanwhile")]
    Changed,
    /// Another rule; the key of its sentence in the catalogue.
    #[error("refused: {0}")]
    Refused(&'static str),
}

/// Turns a shut gate into a refusal, an open one into nothing.
pub(crate) fn pass(unmet: Vec<Unmet>) -> Result<(), ActionError> {
    if unmet.is_empty() { Ok(()) } else { Err(ActionError::Unmet(unmet)) }
}
