//! Set or revisit an intention before a treatment; write a note about a session.

use serde_json::json;

use super::{ActionError, Actor};
use crate::domain::ids::{AppointmentId, IntentionId, SessionNoteId};
use crate::domain::integration::{MAX_ANSWER, MAX_MUSIC, MAX_NOTE, may_set};
use crate::domain::messages::{MessageStatus, Stage};
use crate::domain::roles::Permission;
use crate::store::integration::{Intention, SessionNote};
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// What a patient wrote; each part may be empty, not all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntentionWords {
    /// What matters to them.
    pub matters: String,
    /// What they would like to be open to.
    pub open_to: String,
    /// What they would like to take along.
    pub take_along: String,
    /// What they would like to hear.
    pub music: String,
}

/// Sets the intention of a treatment, or puts new words in the place of the old ones. Only the patient does this.
///
/// # Errors
/// [`ActionError::NotPermitted`] for everybody else; [`ActionError::Refused`] for a visit that has none, and for words that
/// are missing or too long.
pub async fn set_intention(
    tx: &mut Tx,
    actor: &Actor,
    visit: AppointmentId,
    words: IntentionWords,
) -> Result<(), ActionError> {
    let Actor::Patient { id: patient } = actor else { return Err(ActionError::NotPermitted) };
    let visit = tx
        .appointment(visit)
        .await?
        .filter(|visit| visit.patient_id == *patient)
        .ok_or(ActionError::NotFound)?;
    if !may_set(visit.status, visit.is_treatment()) || visit.ends_at <= tx.now() {
        return Err(ActionError::Refused("intention-over"));
    }
    let answers = [&words.matters, &words.open_to, &words.take_along];
    if answers.iter().all(|answer| answer.is_empty()) && words.music.is_empty() {
        return Err(ActionError::Refused("intention-empty"));
    }
    let long = answers.iter().any(|answer| answer.chars().count() > MAX_ANSWER);
    if long || words.music.chars().count() > MAX_MUSIC {
        return Err(ActionError::Refused("intention-long"));
    }
    let now = tx.now();
    let intention = Intention {
        id: IntentionId::new(),
        appointment_id: visit.id,
        patient_id: *patient,
        matters: words.matters,
        open_to: words.open_to,
        take_along: words.take_along,
        music: words.music,
        created_at: now,
        updated_at: now,
        starts_at: visit.starts_at,
    };
    tx.set_intention(&intention).await?;
    tx.silence_stage(visit.id, Stage::Intention, MessageStatus::NotNeeded).await?;
    // The words themselves stay out of the log: the desk reads it, and they are not the desk's.
    tx.audit(
        AuditEntry::new("intention.set", Some(*patient), "appointment", visit.id.0)
            .after(json!({ "music": !intention.music.is_empty() })),
    );
    Ok(())
}

/// Writes a note about a session. It stays as it is; a correction is a new note.
///
/// # Errors
/// [`ActionError::NotPermitted`] for everybody but coaches and clinicians; [`ActionError::Refused`] for a note that is empty
/// or too long.
pub async fn add_note(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    visit: AppointmentId,
    body: &str,
) -> Result<SessionNoteId, ActionError> {
    actor.needs(Permission::ReadIntegration)?;
    let Actor::Staff { id: author_id, name, .. } = actor else { return Err(ActionError::NotPermitted) };
    let visit =
        tx.appointment(visit).await?.filter(|visit| visit.site_id == site.id).ok_or(ActionError::NotFound)?;
    let body = body.trim();
    if body.is_empty() || body.chars().count() > MAX_NOTE {
        return Err(ActionError::Refused("notes-enter"));
    }
    let note = SessionNote {
        id: SessionNoteId::new(),
        appointment_id: visit.id,
        patient_id: visit.patient_id,
        author_id: *author_id,
        author: name.clone(),
        body: body.to_owned(),
        created_at: tx.now(),
        starts_at: visit.starts_at,
    };
    tx.insert_session_note(&note).await?;
    tx.audit(AuditEntry::new("session_note.add", Some(note.patient_id), "session note", note.id.0));
    Ok(note.id)
}
