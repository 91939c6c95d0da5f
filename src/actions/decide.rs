//! Record whether treatment suits a patient, and tell them in the clinician's own words, if there are any.

use chrono::NaiveDate;
use serde_json::json;

use super::{ActionError, Actor, no_decision, notify, notify_rules};
use crate::config::Rules;
use crate::domain::candidacy::{Decision, Outcome, is_too_far};
use crate::domain::ids::{DecisionId, PatientId, ProtocolId};
use crate::domain::messages::{MessageStatus, Stage};
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::{AuditEntry, Tx};

/// A decision as a clinician makes it.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// For whom.
    pub patient: PatientId,
    /// What was decided.
    pub outcome: Outcome,
    /// The course it names; required when suitable.
    pub protocol: Option<ProtocolId>,
    /// The number of treatments it names; required when suitable.
    pub planned_visits: Option<i64>,
    /// Last day (suitable) or day of the new decision (deferred); required for both.
    pub expires_on: Option<NaiveDate>,
    /// Why; for clinicians.
    pub note: String,
    /// What must hold for it, for everybody who plans and books.
    pub conditions: String,
}

/// Records a decision and tells the patient nothing; the newest counts.
///
/// # Errors
/// [`ActionError::NotPermitted`] for everybody but clinicians; [`ActionError::Refused`] for values that do not belong
/// together.
pub async fn decide(tx: &mut Tx, actor: &Actor, new: NewDecision) -> Result<DecisionId, ActionError> {
    Ok(record(tx, actor, new, "").await?.id)
}

/// Records a decision and what the patient is told of it: the words stand on their page, and a message says that they are there.
/// Without words nobody is told anything: the program never words an outcome.
///
/// # Errors
/// As [`decide`].
pub async fn decide_and_tell(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    new: NewDecision,
    told: &str,
) -> Result<DecisionId, ActionError> {
    let decision = record(tx, actor, new, told.trim()).await?;
    if !decision.told.is_empty() {
        notify::decision_told(tx, rules, &decision).await?;
    }
    Ok(decision.id)
}

/// [`decide_and_tell`] for somebody who decided with an earlier decision before their eyes, or with none.
///
/// # Errors
/// [`ActionError::Changed`] when another decision counts by now; nothing is recorded then. Else as [`decide`].
pub async fn decide_after(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    new: NewDecision,
    told: &str,
    seen: Option<DecisionId>,
) -> Result<DecisionId, ActionError> {
    actor.needs(Permission::DecideCandidacy)?;
    let site = tx.site().await?.ok_or(ActionError::NotFound)?;
    // Of two who decide at the same moment, one sees what the other decided.
    tx.lock_bookings(site.id).await?;
    if tx.decision_of(new.patient).await?.map(|newest| newest.id) != seen {
        return Err(ActionError::Changed);
    }
    decide_and_tell(tx, actor, rules, new, told).await
}

async fn record(tx: &mut Tx, actor: &Actor, new: NewDecision, told: &str) -> Result<Decision, ActionError> {
    actor.needs(Permission::DecideCandidacy)?;
    let Actor::Staff { id: decided_by, .. } = actor else { return Err(ActionError::NotPermitted) };
    let patient = tx.patient(new.patient).await?.ok_or(ActionError::NotFound)?;
    let site = tx.site().await?.ok_or(ActionError::NotFound)?;
    tx.lock_bookings(site.id).await?;
    let today = tx.now().with_timezone(&site.timezone).date_naive();
    if new.outcome != Outcome::NotSuitable {
        let day = new.expires_on.ok_or(ActionError::Refused("decide-no-date"))?;
        if day < today {
            return Err(ActionError::Refused("decide-date-past"));
        }
        if is_too_far(day, today) {
            return Err(ActionError::Refused("decide-date-far"));
        }
    }
    let suitable = new.outcome == Outcome::Suitable;
    if suitable {
        let protocol = new.protocol.ok_or(ActionError::Refused("decide-no-protocol"))?;
        let protocol = tx.protocol(protocol).await?.ok_or(ActionError::Refused("decide-no-protocol"))?;
        let planned = new.planned_visits.ok_or(ActionError::Refused("decide-no-number"))?;
        if !(protocol.visits_min..=protocol.visits_max).contains(&planned) {
            return Err(ActionError::Refused("decide-no-number"));
        }
    }
    let decision = Decision {
        id: DecisionId::new(),
        patient_id: patient.id,
        outcome: new.outcome,
        protocol_id: new.protocol.filter(|_| suitable),
        planned_visits: new.planned_visits.filter(|_| suitable),
        expires_on: new.expires_on.filter(|_| new.outcome != Outcome::NotSuitable),
        decided_by: *decided_by,
        decided_at: tx.now(),
        note: new.note,
        conditions: new.conditions.trim().to_owned(),
        told: told.to_owned(),
    };
    tx.insert_decision(&decision).await?;
    notify_rules::decided(tx, site.id, &decision).await?;
    tx.audit(AuditEntry::new("decision.add", Some(patient.id), "decision", decision.id.0).after(json!({
        "outcome": decision.outcome, "until": decision.expires_on, "number": decision.planned_visits,
        "conditions": decision.conditions, "patient_told": !decision.told.is_empty(),
    })));
    // What an earlier decision asked for or was about to tell is overtaken.
    tx.silence_patient(patient.id, &[Stage::DecisionTold], MessageStatus::Superseded).await?;
    for kind in [WorkKind::DecideAgain, WorkKind::DecisionEnds] {
        tx.settle_about(kind, patient.id.0, &actor.label()).await?;
    }
    no_decision::follow(tx, &site, patient.id, &actor.label()).await?;
    Ok(decision)
}
