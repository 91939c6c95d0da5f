//! Put a driver's address or phone right, so that their messages reach them.

use serde_json::json;

use super::drivers::{NamedDriver, is_somebody_else};
use super::{ActionError, Actor, bounces};
use crate::domain::ids::{DriverId, SiteId};
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::drivers::Driver;
use crate::store::patients::Patient;
use crate::store::{AuditEntry, Tx};

/// A driver and whom they drive, if the patient is one of the site's.
///
/// # Errors
/// [`ActionError::NotFound`] for a driver of nobody here.
pub async fn driver_of_site(
    tx: &mut Tx,
    site: SiteId,
    driver: DriverId,
) -> Result<(Driver, Patient), ActionError> {
    let driver = tx.driver(driver).await?.ok_or(ActionError::NotFound)?;
    let patient = tx.patient(driver.patient_id).await?.filter(|patient| patient.site_id == site);
    patient.map(|patient| (driver, patient)).ok_or(ActionError::NotFound)
}

/// Changes a driver's contacts. What waits for them goes to the new address.
///
/// # Errors
/// [`ActionError::Refused`] without any contact or with one that is the patient's own; [`ActionError::NotFound`];
/// [`ActionError::NotPermitted`].
pub async fn change_contact(
    tx: &mut Tx,
    actor: &Actor,
    site: SiteId,
    driver: DriverId,
    email: Option<String>,
    phone: Option<String>,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    let (before, patient) = driver_of_site(tx, site, driver).await?;
    if email.is_none() && phone.is_none() {
        return Err(ActionError::Refused("drivers-no-contact"));
    }
    let mut after = Driver { email, phone, ..before.clone() };
    if before.address_wrong_at.is_some() && before.email != after.email {
        // Another address is theirs; whoever read the old one keeps no link that works.
        after.address_wrong_at = None;
        tx.end_driver_links(driver).await?;
        tx.settle_about(WorkKind::DriverAddressWrong, driver.0, &actor.label()).await?;
    }
    is_somebody_else(tx, patient.id, &NamedDriver::from(&after)).await?;
    tx.update_driver(&after).await?;
    let values = |one: &Driver| json!({ "name": one.full_name, "phone": one.phone, "email": one.email });
    tx.audit(
        AuditEntry::new("driver.change", Some(patient.id), "driver", driver.0)
            .before(values(&before))
            .after(values(&after)),
    );
    if before.email != after.email {
        bounces::address_changed(tx, actor, patient.id, Some(driver)).await?;
    }
    Ok(())
}
