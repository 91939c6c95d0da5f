//! Send a message again, stop a waiting one, release a held one.

use chrono::TimeDelta;
use serde_json::json;

use super::{ActionError, Actor};
use crate::domain::ids::MessageId;
use crate::domain::messages::MessageStatus;
use crate::domain::roles::Permission;
use crate::store::messages::Message;
use crate::store::{AuditEntry, Tx};

/// How long a message sent again by hand stays of use, if its own time is over (hours).
const USEFUL_HOURS: i64 = 24;

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
