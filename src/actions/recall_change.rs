//! Invite somebody on the recall list, stop calling them back or begin again, and set the windows, for one patient or for the clinic.

use chrono::TimeDelta;
use serde_json::json;

use super::recall::{recall_list, recalled, replan};
use super::{ActionError, Actor, notify};
use crate::config::Rules;
use crate::domain::ids::PatientId;
use crate::domain::mail_topics::Topic;
use crate::domain::messages::{self, Stage};
use crate::domain::recall::{Overrides, Windows};
use crate::domain::roles::Permission;
use crate::store::recall::RecallSettings;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// How long an invitation stays of use, in days.
const INVITED_DAYS: i64 = 30;

/// Sends a patient an invitation to choose their next visit on their page.
///
/// # Errors
/// [`ActionError::NotFound`] for somebody who is not on the list; [`ActionError::Refused`] when they may not be called, read no mail, or
/// an invitation waits already.
pub async fn invite(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    patient: PatientId,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    tx.lock_bookings(site.id).await?;
    let one = recalled(tx, site, patient).await?.ok_or(ActionError::NotFound)?;
    if one.is_stopped() {
        return Err(ActionError::Refused("recall-is-stopped"));
    }
    if one.next.is_some() {
        return Err(ActionError::Refused("recall-is-booked"));
    }
    if !one.may_be_called() {
        return Err(ActionError::Refused("recall-not-suitable"));
    }
    if one.patient.mail_address().is_none() {
        return Err(ActionError::Refused("recall-no-mail"));
    }
    if !tx.wants(patient, Topic::NextVisit).await? {
        return Err(ActionError::Refused("recall-not-wanted"));
    }
    let waits = tx.waiting_recall(patient).await?;
    if waits.iter().any(|message| message.stage == Stage::BoosterInvitation) {
        return Err(ActionError::Refused("recall-invited-already"));
    }
    let now = tx.now();
    let until = now + TimeDelta::days(INVITED_DAYS);
    let due = messages::at_once(Stage::BoosterInvitation, now, rules.mail_undo_minutes, until);
    notify::next_visit(tx, site.id, patient, one.last.id, due, now.timestamp_micros()).await?;
    tx.audit(AuditEntry::new("recall.invite", Some(patient), "patient", patient.0));
    Ok(())
}

/// Stops calling a patient back, with the reason; what waits is silenced.
///
/// # Errors
/// [`ActionError::Refused`] without a reason; [`ActionError::NotFound`] for a patient of another site.
pub async fn stop(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    reason: &str,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    if reason.trim().is_empty() {
        return Err(ActionError::Refused("recall-stop-why"));
    }
    let mut own = settings_of(tx, site, patient).await?;
    own.stopped_at = Some(tx.now());
    own.stopped_by = Some(actor.label());
    own.stop_reason = Some(reason.trim().to_owned());
    save(tx, own).await?;
    let entry = AuditEntry::new("recall.stop", Some(patient), "patient", patient.0);
    tx.audit(entry.after(json!({ "reason": reason.trim() })));
    Ok(())
}

/// Calls a patient back again who was stopped.
///
/// # Errors
/// [`ActionError::Changed`] when nobody stopped it; [`ActionError::NotFound`] for a patient of another site.
pub async fn resume(tx: &mut Tx, actor: &Actor, site: &Site, patient: PatientId) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    let mut own = settings_of(tx, site, patient).await?;
    if own.stopped_at.is_none() {
        return Err(ActionError::Changed);
    }
    let before = json!({ "reason": own.stop_reason });
    own.stopped_at = None;
    own.stopped_by = None;
    own.stop_reason = None;
    save(tx, own).await?;
    tx.audit(AuditEntry::new("recall.resume", Some(patient), "patient", patient.0).before(before));
    Ok(())
}

/// Sets a patient's own windows; `None` goes back to the clinic's number.
///
/// # Errors
/// [`ActionError::Refused`] for numbers that cannot be; [`ActionError::NotFound`] for a patient of another site.
pub async fn set_own_windows(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    new: Overrides,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    let mut own = settings_of(tx, site, patient).await?;
    if let Some((_, key)) = tx.recall_windows().await?.with(new).faults().first() {
        return Err(ActionError::Refused(key));
    }
    let values = |one: &RecallSettings| {
        json!({
            "due days": one.due_days, "recommended days": one.recommended_days, "overdue months": one.overdue_months,
        })
    };
    let before = values(&own);
    own.due_days = new.due_days;
    own.recommended_days = new.recommended_days;
    own.overdue_months = new.overdue_months;
    let after = values(&own);
    save(tx, own).await?;
    let entry = AuditEntry::new("recall.windows", Some(patient), "patient", patient.0);
    tx.audit(entry.before(before).after(after));
    Ok(())
}

/// Sets the clinic's windows; messages that wait follow.
///
/// # Errors
/// [`ActionError::Refused`] for numbers that cannot be.
pub async fn set_windows(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    windows: Windows,
) -> Result<(), ActionError> {
    actor.needs(Permission::ManageSettings)?;
    if let Some((_, key)) = windows.faults().first() {
        return Err(ActionError::Refused(key));
    }
    let before = tx.recall_windows().await?;
    tx.set_recall_windows(windows).await?;
    for one in recall_list(tx, site, &std::collections::HashSet::new()).await? {
        replan(tx, one.patient.id).await?;
    }
    let entry = AuditEntry::new("recall.clinic_windows", None, "site", site.id.0);
    tx.audit(entry.before(json!(before)).after(json!(windows)));
    Ok(())
}

/// What is different for a patient of this site, or nothing yet.
async fn settings_of(tx: &mut Tx, site: &Site, patient: PatientId) -> Result<RecallSettings, ActionError> {
    // Of two who change it at once, the second must see what the first wrote.
    tx.lock_bookings(site.id).await?;
    tx.patient(patient).await?.filter(|one| one.site_id == site.id).ok_or(ActionError::NotFound)?;
    let now = tx.now();
    Ok(tx.recall_settings(patient).await?.unwrap_or_else(|| RecallSettings::plain(patient, now)))
}

async fn save(tx: &mut Tx, mut own: RecallSettings) -> Result<(), ActionError> {
    own.updated_at = tx.now();
    tx.save_recall_settings(&own).await?;
    replan(tx, own.patient_id).await
}
