//! The desk's side of intake: take down an inquiry, send the form, close what came to its end.

use serde_json::json;

use super::{ActionError, Actor, notify_intake};
use crate::config::Rules;
use crate::domain::ids::{IntakeId, PatientId, SiteId};
use crate::domain::intake::{
    Channel, IntakeEvent, IntakeState, Source, Unoffered, Waiting, WaitsOn, follows, unoffered, waiting,
};
use crate::domain::roles::Permission;
use crate::store::intakes::Intake;
use crate::store::sites::Site;
use crate::store::{AuditEntry, StoreError, Tx};

/// Most intakes a page or the worklist reads.
const MOST_INTAKES: i64 = 500;

/// What the desk took down of a call or a letter, already read.
#[derive(Clone, Debug)]
pub struct NewInquiry {
    /// Whose.
    pub patient: PatientId,
    /// How they got in touch.
    pub channel: Channel,
    /// How they came to know the clinic.
    pub source: Source,
    /// Why, in the caller's words.
    pub reason: String,
}

/// Takes an inquiry down under an id made before.
///
/// # Errors
/// [`ActionError::Refused`] when the patient has an open one; [`ActionError::NotFound`] for nobody of this site.
pub async fn open_inquiry(
    tx: &mut Tx,
    actor: &Actor,
    site: SiteId,
    new: NewInquiry,
    id: IntakeId,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    let patient =
        tx.patient(new.patient).await?.filter(|one| one.site_id == site).ok_or(ActionError::NotFound)?;
    let now = tx.now();
    let intake = Intake {
        id,
        site_id: site,
        patient_id: patient.id,
        state: IntakeState::Inquiry,
        channel: new.channel,
        source: new.source,
        reason: new.reason,
        since: now,
        sent_count: 0,
        sent_at: None,
        returned_at: None,
        offered_at: None,
        reviewed_by: None,
        reviewed_at: None,
        note: String::new(),
        words: String::new(),
        closed_why: String::new(),
        version: 1,
        created_by: actor.label(),
        created_at: now,
    };
    match tx.insert_intake(&intake).await {
        Err(StoreError::Unique) => return Err(ActionError::Refused("intake-open-already")),
        other => other?,
    }
    // The reason stays out of the log: it is the caller's own word about their health, kept in one place.
    tx.audit(
        AuditEntry::new("intake.open", Some(patient.id), "intake", id.0)
            .after(json!({ "intake": intake.state, "by": intake.channel })),
    );
    Ok(())
}

/// Sends the form, for the first time or again; the patient is reminded while it is not back.
///
/// # Errors
/// [`ActionError::Changed`] when the form is back already or nobody waits for it.
pub async fn send_form(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: SiteId,
    id: IntakeId,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    let before = find(tx, site, id).await?;
    let now = tx.now();
    let mut after = stepped(&before, IntakeEvent::Send)?;
    after.since = now;
    after.sent_at = Some(now);
    after.sent_count += 1;
    change(tx, "intake.send", &before, &after).await?;
    notify_intake::form_sent(tx, rules, &after).await
}

/// Ends an intake that leads nowhere, with the reason.
///
/// # Errors
/// [`ActionError::Refused`] without a reason; [`ActionError::Changed`] when it is closed.
pub async fn close(
    tx: &mut Tx,
    actor: &Actor,
    site: SiteId,
    id: IntakeId,
    why: &str,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    if why.trim().is_empty() {
        return Err(ActionError::Refused("intake-close-why"));
    }
    let before = find(tx, site, id).await?;
    let mut after = stepped(&before, IntakeEvent::Close)?;
    after.since = tx.now();
    why.trim().clone_into(&mut after.closed_why);
    change(tx, "intake.close", &before, &after).await?;
    notify_intake::form_settled(tx, &after).await
}

/// A consultation was booked: an intake whose clinician offered it has come to its end.
pub(super) async fn consultation_booked(tx: &mut Tx, patient: PatientId) -> Result<(), ActionError> {
    let Some(before) = tx.last_intake_of(patient).await? else { return Ok(()) };
    if before.state != IntakeState::Offered {
        return Ok(());
    }
    let mut after = stepped(&before, IntakeEvent::Close)?;
    after.since = tx.now();
    change(tx, "intake.close", &before, &after).await
}

/// Why no review stands behind a consultation for a patient; `None` when one was offered or a clinician has decided already.
///
/// # Errors
/// When the store fails.
pub async fn consultation_unoffered(
    tx: &mut Tx,
    patient: PatientId,
) -> Result<Option<Unoffered>, ActionError> {
    if tx.decision_of(patient).await?.is_some() {
        return Ok(None);
    }
    let last = tx.last_intake_of(patient).await?;
    Ok(unoffered(last.map(|intake| (intake.state, intake.offered_at.is_some()))))
}

/// How an intake waits.
pub fn waiting_of(rules: &Rules, site: &Site, intake: &Intake) -> Waiting {
    waiting(intake.state, intake.since, intake.is_told(), site.timezone, &rules.intake)
}

/// Every intake somebody has to do something about, overdue ones first, then by how long they wait.
///
/// # Errors
/// When the store fails.
pub async fn pipeline(
    tx: &mut Tx,
    rules: &Rules,
    site: &Site,
) -> Result<Vec<(Intake, Waiting)>, ActionError> {
    let now = tx.now();
    let mut found: Vec<(Intake, Waiting)> = tx
        .waiting_intakes(site.id, MOST_INTAKES)
        .await?
        .into_iter()
        .map(|intake| {
            let waits = waiting_of(rules, site, &intake);
            (intake, waits)
        })
        .filter(|(_, waits)| waits.on != WaitsOn::Nobody)
        .collect();
    // A stable sort: the store gives the longest waiting first.
    found.sort_by_key(|(_, waits)| !waits.is_overdue(now));
    Ok(found)
}

/// Those of the pipeline that belong on the worklist: what the clinic has to do, and patients who take too long.
///
/// # Errors
/// When the store fails.
pub async fn needing_somebody(
    tx: &mut Tx,
    rules: &Rules,
    site: &Site,
) -> Result<Vec<(Intake, Waiting)>, ActionError> {
    let now = tx.now();
    let mut found = pipeline(tx, rules, site).await?;
    found.retain(|(_, waits)| waits.on != WaitsOn::Patient || waits.is_overdue(now));
    Ok(found)
}

/// An intake of a site.
pub(super) async fn find(tx: &mut Tx, site: SiteId, id: IntakeId) -> Result<Intake, ActionError> {
    tx.intake(id).await?.filter(|one| one.site_id == site).ok_or(ActionError::NotFound)
}

/// The same intake after an event.
pub(super) fn stepped(before: &Intake, event: IntakeEvent) -> Result<Intake, ActionError> {
    let state = follows(before.state, event).ok_or(ActionError::Changed)?;
    Ok(Intake { state, ..before.clone() })
}

/// Writes a change with its entry in the log.
pub(super) async fn change(
    tx: &mut Tx,
    action: &'static str,
    before: &Intake,
    after: &Intake,
) -> Result<(), ActionError> {
    if !tx.update_intake(after).await? {
        return Err(ActionError::Changed);
    }
    tx.audit(
        AuditEntry::new(action, Some(after.patient_id), "intake", after.id.0)
            .before(json!({ "intake": before.state }))
            .after(json!({ "intake": after.state })),
    );
    Ok(())
}
