//! Add and change patients.

use chrono::NaiveDate;
use serde_json::json;

use super::{ActionError, Actor, bounces, patient_address};
use crate::domain::ids::{PatientId, SiteId};
use crate::domain::patients::{ContactPreference, sort_name};
use crate::domain::roles::Permission;
use crate::store::patients::Patient;
use crate::store::{AuditEntry, Tx};

/// What the desk typed about a patient, already read.
#[derive(Clone, Debug)]
pub struct NewPatient {
    /// Name as in the ID.
    pub full_name: String,
    /// The name they go by, if another.
    pub name_to_use: Option<String>,
    /// Birth date.
    pub birth_date: NaiveDate,
    /// Email, if they have one.
    pub email: Option<String>,
    /// Phone, if they have one.
    pub phone: Option<String>,
    /// How they want to be reached.
    pub contact: ContactPreference,
}

/// Adds a patient under an id made before.
///
/// # Errors
/// [`ActionError::NotPermitted`]; [`ActionError::Refused`] without phone and email.
pub async fn add_patient(
    tx: &mut Tx,
    actor: &Actor,
    site: SiteId,
    new: NewPatient,
    id: PatientId,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    let patient = build(site, id, 1, new, tx.now())?;
    tx.insert_patient(&patient).await?;
    tx.audit(AuditEntry::new("patient.add", Some(id), "patient", id.0).after(values(&patient)));
    Ok(())
}

/// Changes a patient that still stands at `version`.
///
/// # Errors
/// [`ActionError::Changed`] when somebody changed them since; [`ActionError::NotFound`].
pub async fn change_patient(
    tx: &mut Tx,
    actor: &Actor,
    id: PatientId,
    version: i64,
    new: NewPatient,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    let before = tx.patient(id).await?.ok_or(ActionError::NotFound)?;
    let mut patient = build(before.site_id, id, version, new, before.created_at)?;
    let same_address = is_same_address(before.email.as_deref(), patient.email.as_deref());
    patient.address_wrong_at = before.address_wrong_at.filter(|_| same_address);
    if !tx.update_patient(&patient).await? {
        return Err(ActionError::Changed);
    }
    if !same_address {
        patient_address::address_changed(tx, actor, id).await?;
    }
    tx.audit(
        AuditEntry::new("patient.change", Some(id), "patient", id.0)
            .before(values(&before))
            .after(values(&patient)),
    );
    if before.email != patient.email {
        bounces::address_changed(tx, actor, id, None).await?;
    }
    Ok(())
}

fn build(
    site_id: SiteId,
    id: PatientId,
    version: i64,
    new: NewPatient,
    created_at: chrono::DateTime<chrono::Utc>,
) -> Result<Patient, ActionError> {
    if new.email.is_none() && new.phone.is_none() {
        return Err(ActionError::Refused("patients-no-contact"));
    }
    Ok(Patient {
        id,
        site_id,
        sort_name: sort_name(&new.full_name),
        full_name: new.full_name,
        name_to_use: new.name_to_use,
        birth_date: new.birth_date,
        email: new.email,
        phone: new.phone,
        contact: new.contact,
        address_bounced: None,
        address_bounced_at: None,
        address_wrong_at: None,
        version,
        created_at,
    })
}

/// Whether two addresses are one, however it is written.
fn is_same_address(before: Option<&str>, after: Option<&str>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => before.eq_ignore_ascii_case(after),
        (None, None) => true,
        _ => false,
    }
}

fn values(patient: &Patient) -> serde_json::Value {
    json!({
        "name": patient.full_name, "name to use": patient.name_to_use, "born": patient.birth_date,
        "email": patient.email, "phone": patient.phone, "contact": patient.contact,
    })
}
