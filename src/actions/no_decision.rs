//! Treatments in the book that the decision that counts does not allow: their line on the worklist, and the reminders about them.

use std::collections::HashMap;

use super::{ActionError, worklist};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::candidacy::{Decision, allows_on};
use crate::domain::ids::PatientId;
use crate::domain::messages::{MessageStatus, Stage};
use crate::domain::worklist::WorkKind;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::messages::Message;
use crate::store::outbox::NO_DECISION;
use crate::store::sites::Site;
use crate::store::work_items::WorkItem;

/// Most messages of a patient that are looked through.
const MOST_MESSAGES: i64 = 1000;

/// A patient's booked treatments ahead that the newest decision does not allow on their day, by start.
///
/// # Errors
/// When the store fails.
pub async fn uncovered(
    tx: &mut Tx,
    site: &Site,
    patient: PatientId,
) -> Result<Vec<Appointment>, ActionError> {
    let (now, decision) = (tx.now(), tx.decision_of(patient).await?);
    let mut visits = tx.appointments_of(patient).await?;
    visits.retain(|visit| {
        visit.status == AppointmentStatus::Booked
            && visit.starts_at > now
            && lacks(site, decision.as_ref(), visit)
    });
    Ok(visits)
}

fn lacks(site: &Site, decision: Option<&Decision>, visit: &Appointment) -> bool {
    visit.is_treatment() && allows_on(decision, super::book::date_at(site, visit.starts_at)).is_err()
}

/// After a decision: one line while treatments lie ahead that it does not allow, none else; reminders that were kept back for want
/// of one go where it allows them.
pub(super) async fn follow(
    tx: &mut Tx,
    site: &Site,
    patient: PatientId,
    by: &str,
) -> Result<(), ActionError> {
    let left = uncovered(tx, site, patient).await?;
    if left.is_empty() {
        tx.settle_about(WorkKind::NoDecision, patient.0, by).await?;
    } else {
        raise(tx, site, patient).await?;
    }
    let now = tx.now();
    for message in tx.messages_of(patient, MOST_MESSAGES).await? {
        let Some(visit) = message.appointment_id.filter(|_| was_kept_back(&message)) else { continue };
        if message.useful_until > now && left.iter().all(|one| one.id != visit) {
            tx.requeue_message(message.id, message.useful_until).await?;
        }
    }
    Ok(())
}

/// Puts the patient's line on the worklist, once.
///
/// # Errors
/// When the store fails.
pub async fn raise(tx: &mut Tx, site: &Site, patient: PatientId) -> Result<(), ActionError> {
    worklist::raise(tx, site.id, WorkKind::NoDecision, patient.0, Some(patient), None, "").await.map(drop)
}

/// Takes lines away whose treatments were canceled, moved or begun, and answers the treatments of the others.
pub(super) async fn keep_standing(
    tx: &mut Tx,
    site: &Site,
    items: &mut Vec<WorkItem>,
) -> Result<HashMap<PatientId, Vec<Appointment>>, ActionError> {
    let mut standing = HashMap::new();
    for item in items.iter().filter(|item| item.kind == WorkKind::NoDecision) {
        let Some(patient) = item.patient_id else { continue };
        let visits = uncovered(tx, site, patient).await?;
        if !visits.is_empty() {
            standing.insert(patient, visits);
        }
    }
    items.retain(|item| {
        item.kind != WorkKind::NoDecision || item.patient_id.is_some_and(|one| standing.contains_key(&one))
    });
    Ok(standing)
}

/// The patients whose line has nothing to say any more.
///
/// # Errors
/// When the store fails.
pub async fn settled(tx: &mut Tx, site: &Site) -> Result<Vec<PatientId>, ActionError> {
    let mut gone = Vec::new();
    for item in tx.open_work_of_kind(site.id, WorkKind::NoDecision).await? {
        if let Some(patient) = item.patient_id
            && uncovered(tx, site, patient).await?.is_empty()
        {
            gone.push(patient);
        }
    }
    Ok(gone)
}

/// Whether a reminder waits until somebody has decided or released it: its treatment has no decision behind it. Who released it
/// once has looked at it.
///
/// # Errors
/// When the store fails.
pub async fn keeps_back(
    tx: &mut Tx,
    site: &Site,
    message: &Message,
    visit: Option<&Appointment>,
) -> Result<bool, ActionError> {
    let Some(visit) = visit.filter(|_| reminds(message.stage)) else { return Ok(false) };
    if message.last_error.as_deref() == Some(NO_DECISION) {
        return Ok(false);
    }
    let decision = tx.decision_of(visit.patient_id).await?;
    Ok(lacks(site, decision.as_ref(), visit))
}

/// Whether a held message was kept back for want of a decision, and there still is none.
pub(super) async fn still_kept_back(tx: &mut Tx, message: &Message) -> Result<bool, ActionError> {
    let (Some(id), Some(site)) = (message.appointment_id, tx.site().await?) else { return Ok(false) };
    if !was_kept_back(message) {
        return Ok(false);
    }
    let Some(visit) = tx.appointment(id).await? else { return Ok(false) };
    let decision = tx.decision_of(visit.patient_id).await?;
    Ok(lacks(&site, decision.as_ref(), &visit))
}

fn was_kept_back(message: &Message) -> bool {
    message.status == MessageStatus::Held && message.last_error.as_deref() == Some(NO_DECISION)
}

/// Whether it gets somebody ready for a visit.
fn reminds(stage: Stage) -> bool {
    matches!(
        stage,
        Stage::PatientReminder
            | Stage::GettingReady
            | Stage::Intention
            | Stage::DriverLastCall
            | Stage::DriverReminder
    )
}
