//! A clinician's answer to an intake: offer a consultation, offer none, or ask for more. The patient reads the clinician's own
//! words or none: no outcome is ever worded by the program.

use super::intake::{change, consultation_booked, find, stepped};
use super::{ActionError, Actor, notify_intake};
use crate::config::Rules;
use crate::domain::ids::IntakeId;
use crate::domain::intake::IntakeEvent;
use crate::domain::roles::Permission;
use crate::domain::services::Category;
use crate::store::Tx;
use crate::store::sites::Site;
use crate::text_enum;

text_enum! {
    /// What a clinician answers.
    pub enum Answered {
        /// A consultation is offered.
        Offer = "offer", "intake-answer-offer";
        /// More is asked.
        More = "more", "intake-answer-more";
        /// None is offered.
        Decline = "decline", "intake-answer-decline";
    }
}

/// A clinician's answer, already read.
#[derive(Clone, Debug)]
pub struct NewReview {
    /// The intake.
    pub intake: IntakeId,
    /// The version that was read.
    pub version: i64,
    /// The answer.
    pub answer: Answered,
    /// For the clinic: why, what to ask.
    pub note: String,
    /// For the patient, in the clinician's own words; empty for no message.
    pub words: String,
}

/// Records a clinician's answer; words for the patient stand on the patient's page, and a message says that they do.
///
/// # Errors
/// [`ActionError::NotPermitted`] for everybody but clinicians; [`ActionError::Changed`] when the intake is another by now;
/// [`ActionError::Refused`] when more is asked and nothing says what.
pub async fn review(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    new: NewReview,
) -> Result<(), ActionError> {
    actor.needs(Permission::DecideCandidacy)?;
    let before = find(tx, site.id, new.intake).await?;
    if before.version != new.version {
        return Err(ActionError::Changed);
    }
    let (event, action) = match new.answer {
        Answered::Offer => (IntakeEvent::Offer, "intake.offer"),
        Answered::More => (IntakeEvent::AskMore, "intake.ask"),
        Answered::Decline => (IntakeEvent::Decline, "intake.decline"),
    };
    let mut after = stepped(&before, event)?;
    if new.answer == Answered::More && new.note.is_empty() && new.words.is_empty() {
        return Err(ActionError::Refused("intake-more-what"));
    }
    let now = tx.now();
    after.since = now;
    after.reviewed_by = Some(actor.label());
    after.reviewed_at = Some(now);
    after.note = new.note;
    after.words = new.words;
    if new.answer == Answered::Offer {
        after.offered_at = Some(now);
    }
    // What waits of an earlier answer is out of date; the words of this one are messages of their own.
    after.sent_count += 1;
    change(tx, action, &before, &after).await?;
    notify_intake::earlier_words(tx, &after).await?;
    if !after.words.is_empty() {
        notify_intake::words_written(tx, rules, &after).await?;
    }
    // The desk may have booked one before anybody answered: then nothing is left to do.
    let visits = tx.appointments_of(after.patient_id).await?;
    let booked = visits.iter().any(|visit| {
        visit.category == Category::Consultation && visit.status.is_ahead() && visit.starts_at > now
    });
    if booked { consultation_booked(tx, after.patient_id).await } else { Ok(()) }
}
