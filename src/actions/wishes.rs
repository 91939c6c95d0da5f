//! Keep a patient's wishes for later planning.

use chrono::NaiveDate;
use serde_json::json;

use super::plan::Wishes;
use super::{ActionError, Actor};
use crate::domain::ids::PatientId;
use crate::domain::protocols::Protocol;
use crate::domain::roles::Permission;
use crate::domain::wishes::KeptWishes;
use crate::store::sites::Site;
use crate::store::wishes::KeptRow;
use crate::store::{AuditEntry, Tx};

/// Keeps wishes in place of those kept before; empty ones are kept too, as "no wishes".
///
/// # Errors
/// [`ActionError::NotFound`] for a patient of another site; [`ActionError::NotPermitted`].
pub async fn keep(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    wished: KeptWishes,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    let patient = tx.patient(patient).await?.filter(|p| p.site_id == site.id).ok_or(ActionError::NotFound)?;
    let row = KeptRow { patient_id: patient.id, wished, updated_at: tx.now(), updated_by: actor.label() };
    tx.keep_wishes(&row).await?;
    tx.audit(
        AuditEntry::new("wishes.keep", Some(patient.id), "patient", patient.id.0)
            .after(json!({ "wishes": row.wished })),
    );
    Ok(())
}

/// Kept wishes as the planner takes them.
pub fn as_wishes(kept: &KeptWishes, protocol: &Protocol, visits: i64, today: NaiveDate) -> Wishes {
    Wishes {
        protocol: protocol.id,
        visits,
        earliest: kept.from.unwrap_or(today).max(today),
        weekdays: kept.days.clone(),
        rather_weekdays: kept.rather.clone(),
        must_hours: kept.hours.filter(|_| kept.hours_must),
        rather_hours: kept.hours.filter(|_| !kept.hours_must),
        away: kept.away.clone(),
        must_with: kept.with.filter(|_| kept.with_must),
        rather_with: kept.with.filter(|_| !kept.with_must),
        pins: Vec::new(),
        excluded: Vec::new(),
    }
}
