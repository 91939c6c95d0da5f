//! Confirm visits: the patient by link, or the desk for a patient on the phone.

use serde_json::json;

use super::{ActionError, Actor};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::ids::AppointmentId;
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::{AuditEntry, Tx};

/// Confirms each visit that still stands at the version the person saw. Confirming twice is fine.
///
/// # Errors
/// [`ActionError::Changed`] when a visit has another time by now or is off; nothing is confirmed then.
pub async fn confirm_visits(
    tx: &mut Tx,
    actor: &Actor,
    visits: &[(AppointmentId, i64)],
) -> Result<usize, ActionError> {
    let mut confirmed = 0;
    for (id, version) in visits {
        let before = tx.appointment(*id).await?.ok_or(ActionError::NotFound)?;
        actor.needs_or_is(Permission::Book, before.patient_id)?;
        if before.version != *version || before.status == AppointmentStatus::Cancelled {
            return Err(ActionError::Changed);
        }
        if before.status != AppointmentStatus::Booked || before.confirmed_at.is_some() {
            continue;
        }
        let mut after = before.clone();
        after.confirmed_at = Some(tx.now());
        if !tx.update_appointment(&after, before.status, before.version).await? {
            return Err(ActionError::Changed);
        }
        tx.settle_work(*id, &[WorkKind::Unconfirmed], &actor.label()).await?;
        tx.audit(
            AuditEntry::new("appointment.confirm", Some(before.patient_id), "appointment", id.0)
                .after(json!({ "confirmed": after.confirmed_at })),
        );
        confirmed += 1;
    }
    Ok(confirmed)
}
