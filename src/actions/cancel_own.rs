//! Patients cancel a visit of theirs by their link, and take that back for a while.

use chrono::{DateTime, Utc};

use super::cancel::{bring_back, cancel_out};
use super::follow::Course;
use super::{ActionError, Actor, worklist};
use crate::config::Rules;
use crate::domain::appointments::AppointmentStatus;
use crate::domain::ids::{AppointmentId, PatientId};
use crate::domain::own_cancel::{Canceled, may_cancel, undo_until};
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::sites::Site;
use crate::words::Words;

/// Until when a patient can take back a cancellation of their own; `None` where they cannot, or not any more.
pub fn undo_open_until(rules: &Rules, visit: &Appointment, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let by_patient = visit.cancelled_by == Some(Actor::Patient { id: visit.patient_id }.label());
    let at = visit.cancelled_at.filter(|_| visit.status == AppointmentStatus::Cancelled);
    undo_until(Canceled { at, by_patient, starts_at: visit.starts_at }, rules.cancel_undo_minutes, now)
}

/// Whether a patient may cancel a visit by their link now.
pub fn is_cancelable(rules: &Rules, visit: &Appointment, now: DateTime<Utc>) -> bool {
    may_cancel(visit.status, visit.starts_at, rules.link_cancel_minutes, now)
}

/// The coaching that goes with a visit when it is canceled.
///
/// # Errors
/// When the store fails.
pub async fn goes_too(tx: &mut Tx, visit: &Appointment) -> Result<Option<Appointment>, ActionError> {
    Ok(Course::of(tx, visit).await?.and_then(|course| course.talk_after(visit).cloned()))
}

/// Cancels a patient's own visit that still stands at `version`, with the coaching after it; the desk has a line. Pressed twice, it is
/// done once.
///
/// # Errors
/// [`ActionError::Changed`] when somebody changed it since; [`ActionError::Refused`] when it is too near or not booked;
/// [`ActionError::NotFound`] for a visit that is not theirs.
pub async fn cancel_own(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    patient: PatientId,
    id: AppointmentId,
    version: i64,
) -> Result<(), ActionError> {
    actor.needs_or_is(Permission::Book, patient)?;
    tx.lock_bookings(site.id).await?;
    let visit = own(tx, site, patient, id).await?;
    if undo_open_until(rules, &visit, tx.now()).is_some() {
        return Ok(());
    }
    if visit.version != version {
        return Err(ActionError::Changed);
    }
    if !is_cancelable(rules, &visit, tx.now()) {
        return Err(ActionError::Refused("my-cancel-late"));
    }
    let reason = Words::default().t("my-cancel-reason");
    cancel_out(tx, actor, rules, site, id, version, &reason).await?;
    let kind = WorkKind::PatientCanceled;
    worklist::raise(tx, site.id, kind, id.0, Some(patient), Some(&visit), "").await?;
    Ok(())
}

/// Takes a patient's own cancellation back, with the coaching that went with it. Pressed twice, it is done once.
///
/// # Errors
/// [`ActionError::Refused`] when the time for it is over or somebody else canceled; [`ActionError::Conflicts`] when the time was given
/// to somebody else; [`ActionError::Unmet`] when a gate shut.
pub async fn restore_own(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    patient: PatientId,
    id: AppointmentId,
) -> Result<(), ActionError> {
    actor.needs_or_is(Permission::Book, patient)?;
    tx.lock_bookings(site.id).await?;
    let visit = own(tx, site, patient, id).await?;
    if visit.status == AppointmentStatus::Booked {
        return Ok(());
    }
    if undo_open_until(rules, &visit, tx.now()).is_none() {
        return Err(ActionError::Refused("moves-undo-over"));
    }
    bring_back(tx, rules, site, id).await
}

async fn own(
    tx: &mut Tx,
    site: &Site,
    patient: PatientId,
    id: AppointmentId,
) -> Result<Appointment, ActionError> {
    let visit = tx.appointment(id).await?;
    visit.filter(|visit| visit.site_id == site.id && visit.patient_id == patient).ok_or(ActionError::NotFound)
}
