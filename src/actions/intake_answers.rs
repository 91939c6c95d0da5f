//! The patient's side of intake: keep what was typed, page by page, and send the form back, once.

use serde_json::json;

use super::intake::{change, stepped};
use super::{ActionError, Actor, notify_intake};
use crate::domain::ids::PatientId;
use crate::domain::intake::{IntakeEvent, IntakeState};
use crate::domain::intake_form::{CHECK, COST, Section, YES};
use crate::store::intakes::Intake;
use crate::store::{AuditEntry, Tx};

/// Keeps the answers of one page as typed. `answers` are names and values; names that are none of the page's are left alone.
///
/// # Errors
/// [`ActionError::NotPermitted`] for everybody but the patient; [`ActionError::Changed`] when the form is back already or
/// was saved elsewhere at the same moment.
pub async fn save_section(
    tx: &mut Tx,
    actor: &Actor,
    intake: &Intake,
    section: Section,
    answers: &[(&str, &str)],
) -> Result<(), ActionError> {
    only_patient(actor, intake.patient_id)?;
    let mut after = stepped(intake, IntakeEvent::Save)?;
    if after.state != intake.state {
        after.since = tx.now();
    }
    // The row changes with every page, so that a page saved while the form is sent back meets it.
    if !tx.update_intake(&after).await? {
        return Err(ActionError::Changed);
    }
    for name in section.names() {
        if let Some((_, value)) = answers.iter().find(|(given, _)| *given == name) {
            tx.save_intake_answer(intake.id, section.as_str(), name, value).await?;
        }
    }
    // What was answered stays out of the log: it is kept in one place, for those who may read it.
    let entry = AuditEntry::new("intake.save", Some(intake.patient_id), "intake", intake.id.0);
    tx.audit(
        entry
            .before(json!({ "intake": intake.state }))
            .after(json!({ "intake": after.state, "page": section.number() })),
    );
    Ok(())
}

/// Sends the form back. A second time finds the work done.
///
/// # Errors
/// [`ActionError::Refused`] when nothing is answered yet; [`ActionError::Changed`] when it was saved elsewhere at the same
/// moment.
pub async fn send_back(tx: &mut Tx, actor: &Actor, intake: &Intake) -> Result<(), ActionError> {
    only_patient(actor, intake.patient_id)?;
    if !intake.state.is_with_patient() {
        return Ok(());
    }
    if intake.state == IntakeState::PacketSent {
        return Err(ActionError::Refused("intake-nothing-yet"));
    }
    let now = tx.now();
    let mut after = stepped(intake, IntakeEvent::Return)?;
    after.since = now;
    after.returned_at = Some(now);
    change(tx, "intake.return", intake, &after).await?;
    tx.save_intake_answer(intake.id, CHECK, COST, YES).await?;
    notify_intake::form_settled(tx, &after).await
}

/// Nobody answers in a patient's place.
fn only_patient(actor: &Actor, patient: PatientId) -> Result<(), ActionError> {
    match actor {
        Actor::Patient { id } if *id == patient => Ok(()),
        _ => Err(ActionError::NotPermitted),
    }
}
