//! Record a mood score: the patient by link, or staff for a patient on the phone.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{ActionError, Actor};
use crate::domain::ids::{MoodScoreId, PatientId};
use crate::domain::mood::{MOOD_MAX, ScoreSource, corrects};
use crate::domain::roles::Permission;
use crate::store::mood::MoodScore;
use crate::store::patients::Patient;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// Records a score from 0 to 10. A patient's second tap within a quarter of an hour corrects the first.
///
/// # Errors
/// [`ActionError::Refused`] for another score, a time ahead, or one that is there already; [`ActionError::NotFound`] for
/// nobody of this site.
pub async fn record_mood(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    score: i64,
    taken_at: DateTime<Utc>,
) -> Result<(), ActionError> {
    let (patient, source) = subject(tx, actor, site, patient).await?;
    if !(0..=MOOD_MAX).contains(&score) {
        return Err(ActionError::Refused("my-mood-choose"));
    }
    let now = tx.now();
    if taken_at > now {
        return Err(ActionError::Refused("mood-when-ahead"));
    }
    if source == ScoreSource::Link
        && let Some(last) = tx.last_mood_score(patient.id, source).await?
        && corrects(last.taken_at, now)
    {
        return correct(tx, &last, score).await;
    }
    let one = MoodScore {
        id: MoodScoreId::new(),
        site_id: site.id,
        patient_id: patient.id,
        score,
        taken_at,
        source,
        recorded_by: actor.label(),
        batch_id: None,
        created_at: now,
    };
    if !tx.insert_mood_score(&one).await? {
        return Err(ActionError::Refused("mood-there-already"));
    }
    tx.audit(
        AuditEntry::new("mood.record", Some(patient.id), "mood score", one.id.0)
            .after(json!({ "score": score, "taken": taken_at, "source": source })),
    );
    Ok(())
}

async fn correct(tx: &mut Tx, last: &MoodScore, score: i64) -> Result<(), ActionError> {
    if last.score == score {
        return Ok(());
    }
    tx.change_mood_score(last.id, score).await?;
    tx.audit(
        AuditEntry::new("mood.correct", Some(last.patient_id), "mood score", last.id.0)
            .before(json!({ "score": last.score }))
            .after(json!({ "score": score })),
    );
    Ok(())
}

/// Whose score it is, and how it comes in by this actor: the patient's own link, or staff who may see scores.
pub(super) async fn subject(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
) -> Result<(Patient, ScoreSource), ActionError> {
    actor.needs_or_is(Permission::SeeScores, patient)?;
    let source = match actor {
        Actor::Patient { .. } => ScoreSource::Link,
        Actor::Staff { .. } | Actor::Driver { .. } | Actor::System => ScoreSource::Staff,
    };
    let patient =
        tx.patient(patient).await?.filter(|one| one.site_id == site.id).ok_or(ActionError::NotFound)?;
    Ok((patient, source))
}
