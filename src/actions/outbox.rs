//! Send a message again, stop a waiting one, release a held one or every held one, decide against one.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::{ActionError, Actor, no_decision};
use crate::domain::ids::{MessageId, PatientId, SiteId};
use crate::domain::messages::MessageStatus;
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::messages::Message;
use crate::store::outbox::{NO_DECISION, Wanted};
use crate::store::{AuditEntry, Tx};

/// How long a message sent again by hand stays of use, if its own time is over (hours).
const USEFUL_HOURS: i64 = 24;
/// Held messages that one press releases.
const MOST_RELEASED: i64 = 200;
/// Far enough ahead for every message (days).
const EVER_DAYS: i64 = 3650;

/// Sends a message again that was sent, failed or came too late.
///
/// # Errors
/// [`ActionError::Changed`] when it waits already or was replaced.
pub async fn send_again(tx: &mut Tx, actor: &Actor, message: MessageId) -> Result<(), ActionError> {
    requeue(tx, actor, message, "message.again").await
}

/// Releases a held message.
///
/// # Errors
/// [`ActionError::Changed`] when it is not held any more.
pub async fn release(tx: &mut Tx, actor: &Actor, message: MessageId) -> Result<(), ActionError> {
    requeue(tx, actor, message, "message.release").await
}

/// Stops a message that waits.
///
/// # Errors
/// [`ActionError::Changed`] when it is on its way or does not wait.
pub async fn stop(tx: &mut Tx, actor: &Actor, message: MessageId) -> Result<(), ActionError> {
    actor.needs(Permission::ManageMail)?;
    let found = find(tx, message).await?;
    if !tx.stop_message(message).await? {
        return Err(ActionError::Changed);
    }
    note(tx, "message.stop", &found);
    Ok(())
}

/// Decides that a message that waits, is held or failed is not sent.
///
/// # Errors
/// [`ActionError::Changed`] when it is on its way, went or ended.
pub async fn drop_one(tx: &mut Tx, actor: &Actor, message: MessageId) -> Result<(), ActionError> {
    actor.needs(Permission::ManageMail)?;
    let found = find(tx, message).await?;
    if !tx.drop_message(message).await? {
        return Err(ActionError::Changed);
    }
    settle(tx, actor, &found).await?;
    note(tx, "message.drop", &found);
    Ok(())
}

/// Takes that back: the message goes at its time, or now if that is over and it is still of use.
///
/// # Errors
/// [`ActionError::Changed`] when nobody decided against it, or it is of no use any more.
pub async fn undrop(tx: &mut Tx, actor: &Actor, message: MessageId) -> Result<(), ActionError> {
    actor.needs(Permission::ManageMail)?;
    let found = find(tx, message).await?;
    if !tx.undrop_message(message).await? {
        return Err(ActionError::Changed);
    }
    note(tx, "message.undrop", &found);
    Ok(())
}

/// Releases a site's held messages, of one patient or of all, that have an address to go to and are not too late. How many were
/// released.
///
/// # Errors
/// [`ActionError::NotPermitted`] for other roles.
pub async fn release_held(
    tx: &mut Tx,
    actor: &Actor,
    site: SiteId,
    patient: Option<PatientId>,
) -> Result<i64, ActionError> {
    actor.needs(Permission::ManageMail)?;
    let people = patient.map(|one| [one]);
    let wanted = Wanted {
        site,
        status: MessageStatus::Held,
        people: people.as_ref().map(|people| &people[..]),
        stage: None,
        subject: None,
        from: chrono::DateTime::UNIX_EPOCH,
        until: tx.now() + TimeDelta::days(EVER_DAYS),
        after: None,
        soonest_first: true,
    };
    let ids: Vec<MessageId> =
        tx.find_messages(&wanted, MOST_RELEASED).await?.into_iter().map(|place| place.id).collect();
    let mut held = tx.messages_by_ids(&ids).await?;
    let mut released = 0;
    for message in ids.iter().filter_map(|id| held.remove(id)) {
        // What a clinician's decision keeps back is released one by one, by somebody who looks at it.
        if !has_reader(tx, &message).await? || no_decision::still_kept_back(tx, &message).await? {
            continue;
        }
        match requeue(tx, actor, message.id, "message.release").await {
            Ok(()) => released += 1,
            // One that is too late or was changed meanwhile stays as it is.
            Err(ActionError::Changed | ActionError::Refused(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(released)
}

/// Whether there is an address a message may go to.
async fn has_reader(tx: &mut Tx, message: &Message) -> Result<bool, ActionError> {
    Ok(match message.driver_id {
        Some(driver) => tx.driver(driver).await?.is_some_and(|one| one.mail_address().is_some()),
        None => tx.patient(message.patient_id).await?.is_some_and(|one| one.mail_address().is_some()),
    })
}

/// What the worklist line about a message that had nobody to go to, or came too late, is about: the visit, or the patient where it
/// belongs to none or outlives it.
pub(super) fn missed(message: &Message) -> Uuid {
    let visit = message.appointment_id.filter(|_| !message.stage.outlives_visit());
    visit.map_or(message.patient_id.0, |visit| visit.0)
}

/// Ends the worklist lines that asked for what was done now; if it fails again, they come back.
async fn settle(tx: &mut Tx, actor: &Actor, message: &Message) -> Result<(), ActionError> {
    let by = actor.label();
    tx.settle_about(WorkKind::MailFailed, message.id.0, &by).await?;
    match message.status {
        // The patient's line about a missing decision leaves with the next decision, not with one message.
        MessageStatus::Held if message.last_error.as_deref() == Some(NO_DECISION) => {}
        MessageStatus::Held => tx.settle_about(WorkKind::NoAddress, missed(message), &by).await?,
        MessageStatus::Expired => tx.settle_about(WorkKind::MailLate, missed(message), &by).await?,
        _ => {}
    }
    Ok(())
}

async fn requeue(
    tx: &mut Tx,
    actor: &Actor,
    message: MessageId,
    action: &'static str,
) -> Result<(), ActionError> {
    actor.needs(Permission::ManageMail)?;
    let found = find(tx, message).await?;
    if matches!(found.status, MessageStatus::Superseded | MessageStatus::NotNeeded) {
        return Err(ActionError::Changed);
    }
    let mut useful_until = found.useful_until.max(tx.now() + TimeDelta::hours(USEFUL_HOURS));
    // A check-in is of use after its visit too.
    if let Some(visit) = found.appointment_id.filter(|_| !found.stage.is_check_in()) {
        let visit = tx.appointment(visit).await?.ok_or(ActionError::NotFound)?;
        // Nothing about a visit goes after it began, but for what is meant for the days after it.
        if !found.stage.is_after_visit() {
            if visit.starts_at <= tx.now() {
                return Err(ActionError::Refused("outbox-too-late"));
            }
            useful_until = useful_until.min(visit.starts_at);
        }
    }
    if !tx.requeue_message(message, useful_until).await? {
        return Err(ActionError::Changed);
    }
    settle(tx, actor, &found).await?;
    note(tx, action, &found);
    Ok(())
}

async fn find(tx: &mut Tx, message: MessageId) -> Result<Message, ActionError> {
    tx.message(message).await?.ok_or(ActionError::NotFound)
}

fn note(tx: &mut Tx, action: &'static str, message: &Message) {
    let entry = AuditEntry::new(action, Some(message.patient_id), "message", message.id.0);
    tx.audit(entry.before(json!({ "state": message.status, "about": message.stage })));
}
