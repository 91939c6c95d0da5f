//! Mail to a patient reached somebody else: nothing more goes there, the links are dead, and the desk puts the address right.

use serde_json::json;

use super::{ActionError, Actor, feeds, worklist};
use crate::domain::feeds::FeedOf;
use crate::domain::ids::PatientId;
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::patients::Patient;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// Whoever reads a patient's mail says that they are somebody else: nothing goes to that address any more, and every link that went
/// there is dead for good. Said twice, it is done once.
///
/// # Errors
/// [`ActionError::NotFound`] for a patient of another site; [`ActionError::Changed`] when somebody changed them at this moment.
pub async fn wrong_person(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
) -> Result<(), ActionError> {
    actor.needs_or_is(Permission::Book, patient)?;
    tx.lock_bookings(site.id).await?;
    let person = of_site(tx, site, patient).await?;
    if person.address_wrong_at.is_some() {
        return Ok(());
    }
    let marked = Patient { address_wrong_at: Some(tx.now()), ..person.clone() };
    if !tx.update_patient(&marked).await? {
        return Err(ActionError::Changed);
    }
    tx.revoke_patient_links(patient).await?;
    // A calendar address made on the page leads to the visits too.
    if let Some(feed) = tx.feed_of(FeedOf::Patient(patient)).await? {
        feeds::stop_feed(tx, actor, site, feed.id).await?;
    }
    let kind = WorkKind::PatientAddressWrong;
    worklist::raise(tx, site.id, kind, patient.0, Some(patient), None, "").await?;
    tx.audit(
        AuditEntry::new("patient.wrong_person", Some(patient), "patient", patient.0)
            .after(json!({ "email": person.email })),
    );
    Ok(())
}

/// Staff spoke to the patient: the address is theirs after all, and mail goes there again. The links that went out stay dead.
///
/// # Errors
/// [`ActionError::NotFound`] for a patient of another site; [`ActionError::Changed`] when somebody changed them at this moment.
pub async fn address_is_right(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    let person = of_site(tx, site, patient).await?;
    if person.address_wrong_at.is_none() {
        return Ok(());
    }
    if !tx.update_patient(&Patient { address_wrong_at: None, ..person.clone() }).await? {
        return Err(ActionError::Changed);
    }
    settle(tx, actor, patient).await?;
    tx.audit(
        AuditEntry::new("patient.address_right", Some(patient), "patient", patient.0)
            .after(json!({ "email": person.email })),
    );
    Ok(())
}

/// The address changed: mail goes to the new one, links that went to the old one end, and the line about it is done.
pub(super) async fn address_changed(
    tx: &mut Tx,
    actor: &Actor,
    patient: PatientId,
) -> Result<(), ActionError> {
    tx.end_patient_links(patient).await?;
    settle(tx, actor, patient).await
}

async fn settle(tx: &mut Tx, actor: &Actor, patient: PatientId) -> Result<(), ActionError> {
    Ok(tx.settle_about(WorkKind::PatientAddressWrong, patient.0, &actor.label()).await?)
}

async fn of_site(tx: &mut Tx, site: &Site, patient: PatientId) -> Result<Patient, ActionError> {
    let person = tx.patient(patient).await?;
    person.filter(|one| one.site_id == site.id).ok_or(ActionError::NotFound)
}
