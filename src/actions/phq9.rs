//! Answer a PHQ-9 question by question, enter a whole one, and review one whose item 9 is above zero.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::mood::subject;
use super::{ActionError, Actor, worklist};
use crate::domain::ids::{ImportId, PatientId, Phq9Id, SiteId};
use crate::domain::mood::ScoreSource;
use crate::domain::phq9::{self, Answers, ITEM_MAX, ITEMS, Phq9State, RISK_ITEM, band};
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::phq9::Phq9;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// What comes after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Whether it was item 9 above zero: help is shown before anything else.
    pub is_risk: bool,
    /// The next item without an answer; `None` when the questionnaire is complete.
    pub next: Option<usize>,
}

/// A questionnaire that is entered whole.
pub(super) struct Whole {
    pub answers: Answers,
    pub total: i64,
    pub taken_at: DateTime<Utc>,
    pub source: ScoreSource,
    pub batch: Option<ImportId>,
    /// Whether an item 9 above zero calls for a clinician now.
    pub flag: bool,
}

/// Keeps the answer to one item (1 to 9) of the questionnaire a patient is answering, and completes it with the last one. Item 9
/// above zero is flagged and on the worklist in the same transaction, whatever becomes of the rest.
///
/// # Errors
/// [`ActionError::Refused`] for an item or an answer there is not; [`ActionError::Changed`] when it was completed meanwhile.
pub async fn answer_item(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    item: usize,
    answer: i64,
) -> Result<Answered, ActionError> {
    let (patient, source) = subject(tx, actor, site, patient).await?;
    if !(1..=ITEMS).contains(&item) || !(0..=ITEM_MAX).contains(&answer) {
        return Err(ActionError::Refused("phq9-choose"));
    }
    let open = match tx.open_phq9(patient.id).await? {
        Some(open) if phq9::resumes(open.updated_at, tx.now()) => open.id,
        stale => {
            if let Some(stale) = stale {
                tx.close_phq9(stale.id, Phq9State::Left, None).await?;
            }
            begin(tx, actor, site.id, patient.id, source).await?
        }
    };
    if !tx.answer_phq9(open, item, answer).await? {
        return Err(ActionError::Changed);
    }
    tx.audit(
        AuditEntry::new("phq9.answer", Some(patient.id), "phq-9", open.0)
            .after(json!({ "item": item, "answer": answer })),
    );
    let kept = tx.phq9(open).await?.ok_or(ActionError::Changed)?;
    let is_risk = item == RISK_ITEM && answer > 0;
    if is_risk && kept.waits_for_review() {
        raise(tx, &kept).await?;
    }
    if let Some(total) = phq9::total(&kept.answers) {
        tx.close_phq9(open, Phq9State::Complete, Some(total)).await?;
        audit_whole(tx, patient.id, open, total, source);
    }
    Ok(Answered { is_risk, next: phq9::next_open(&kept.answers, item) })
}

/// Begins a questionnaire; of two that begin at once the first stands.
async fn begin(
    tx: &mut Tx,
    actor: &Actor,
    site: SiteId,
    patient: PatientId,
    source: ScoreSource,
) -> Result<Phq9Id, ActionError> {
    let new = Phq9 { source, recorded_by: actor.label(), ..empty(site, patient, tx.now()) };
    if tx.insert_phq9(&new).await? {
        return Ok(new.id);
    }
    Ok(tx.open_phq9(patient).await?.ok_or(ActionError::Changed)?.id)
}

fn empty(site_id: SiteId, patient_id: PatientId, now: DateTime<Utc>) -> Phq9 {
    Phq9 {
        id: Phq9Id::new(),
        site_id,
        patient_id,
        state: Phq9State::Open,
        answers: [None; ITEMS],
        total: None,
        item9_highest: 0,
        flagged_at: None,
        reviewed_at: None,
        reviewed_by: None,
        reviewed_by_id: None,
        review_note: None,
        taken_at: now,
        source: ScoreSource::Link,
        recorded_by: String::new(),
        batch_id: None,
        created_at: now,
        updated_at: now,
    }
}

/// Enters a whole questionnaire that staff asked on the phone or in the room. Answers whether item 9 is above zero.
///
/// # Errors
/// [`ActionError::Refused`] when an answer is missing, the time lies ahead, or one of that instant is there already.
pub async fn record_phq9(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    answers: Answers,
    taken_at: DateTime<Utc>,
) -> Result<bool, ActionError> {
    let (patient, source) = subject(tx, actor, site, patient).await?;
    if answers.iter().flatten().any(|answer| !(0..=ITEM_MAX).contains(answer)) {
        return Err(ActionError::Refused("phq9-choose"));
    }
    let total = phq9::total(&answers).ok_or(ActionError::Refused("phq9-answer-all"))?;
    if taken_at > tx.now() {
        return Err(ActionError::Refused("mood-when-ahead"));
    }
    let flag = item9(&answers) > 0;
    let whole = Whole { answers, total, taken_at, source, batch: None, flag };
    match enter(tx, actor, site.id, patient.id, whole).await? {
        Some(id) => audit_whole(tx, patient.id, id, total, source),
        None => return Err(ActionError::Refused("mood-there-already")),
    }
    Ok(flag)
}

/// Adds a complete questionnaire with its flag and worklist line; `None` if one of that instant and source is there.
pub(super) async fn enter(
    tx: &mut Tx,
    actor: &Actor,
    site: SiteId,
    patient: PatientId,
    whole: Whole,
) -> Result<Option<Phq9Id>, ActionError> {
    let now = tx.now();
    let new = Phq9 {
        state: Phq9State::Complete,
        answers: whole.answers,
        total: Some(whole.total),
        item9_highest: item9(&whole.answers),
        flagged_at: whole.flag.then_some(now),
        taken_at: whole.taken_at,
        source: whole.source,
        recorded_by: actor.label(),
        batch_id: whole.batch,
        ..empty(site, patient, now)
    };
    if !tx.insert_phq9(&new).await? {
        return Ok(None);
    }
    if new.waits_for_review() {
        raise(tx, &new).await?;
    }
    Ok(Some(new.id))
}

fn item9(answers: &Answers) -> i64 {
    answers.get(RISK_ITEM - 1).copied().flatten().unwrap_or(0)
}

/// The line on the worklist, due now, for clinicians.
async fn raise(tx: &mut Tx, one: &Phq9) -> Result<(), ActionError> {
    let (kind, patient) = (WorkKind::Phq9Item9, Some(one.patient_id));
    worklist::raise(tx, one.site_id, kind, one.id.0, patient, None, "").await?;
    tx.audit(
        AuditEntry::new("phq9.flag", patient, "phq-9", one.id.0)
            .after(json!({ "item 9": one.item9_highest })),
    );
    Ok(())
}

fn audit_whole(tx: &mut Tx, patient: PatientId, id: Phq9Id, total: i64, source: ScoreSource) {
    tx.audit(
        AuditEntry::new("phq9.complete", Some(patient), "phq-9", id.0)
            .after(json!({ "total": total, "band": band(total), "source": source })),
    );
}

/// Notes that a clinician has seen an item 9 above zero and what came of it; the line leaves the worklist.
///
/// # Errors
/// [`ActionError::NotPermitted`] for everybody but clinicians; [`ActionError::Refused`] without a note;
/// [`ActionError::Changed`] when somebody was first.
pub async fn review_item9(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    id: Phq9Id,
    note: &str,
) -> Result<PatientId, ActionError> {
    actor.needs(Permission::ReviewRisk)?;
    let Actor::Staff { id: by, name, .. } = actor else { return Err(ActionError::NotPermitted) };
    let one = tx.phq9(id).await?.filter(|one| one.site_id == site.id).ok_or(ActionError::NotFound)?;
    let note = note.trim();
    if note.is_empty() {
        return Err(ActionError::Refused("phq9-review-enter-note"));
    }
    if !tx.review_phq9(id, *by, name, note).await? {
        return Err(ActionError::Changed);
    }
    tx.settle_work_key(&worklist::key(WorkKind::Phq9Item9, id.0), &actor.label()).await?;
    tx.audit(
        AuditEntry::new("phq9.review", Some(one.patient_id), "phq-9", id.0).after(json!({ "note": note })),
    );
    Ok(one.patient_id)
}
