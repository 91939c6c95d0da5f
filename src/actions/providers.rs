//! Outside providers: add one, put them right, retire them; record what the patient agreed that they are told, withdraw it.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{ActionError, Actor};
use crate::domain::ids::{ConsentId, PatientId, ProviderId};
use crate::domain::providers::ConsentScope;
use crate::domain::roles::Permission;
use crate::store::providers::{Provider, ProviderConsent};
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// A provider as the desk typed them, already read.
#[derive(Clone, Debug)]
pub struct NewProvider {
    /// Their name.
    pub name: String,
    /// What they are to the patient.
    pub role: String,
    /// Phone, if known.
    pub phone: Option<String>,
    /// Email, if known.
    pub email: Option<String>,
    /// Postal address, if known.
    pub address: Option<String>,
}

/// Adds a provider under an id made before. That they are known is no consent to tell them anything.
///
/// # Errors
/// [`ActionError::NotFound`] for a patient of another site.
pub async fn add_provider(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    new: NewProvider,
    id: ProviderId,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    let patient = tx.patient(patient).await?.filter(|p| p.site_id == site.id).ok_or(ActionError::NotFound)?;
    let provider = Provider {
        id,
        patient_id: patient.id,
        name: new.name,
        role: new.role,
        phone: new.phone,
        email: new.email,
        address: new.address,
        created_at: tx.now(),
        retired_at: None,
    };
    tx.insert_provider(&provider).await?;
    tx.audit(AuditEntry::new("provider.add", Some(patient.id), "provider", id.0).after(values(&provider)));
    Ok(())
}

/// Changes what is known of a provider. Letters written before stay as they were written.
///
/// # Errors
/// [`ActionError::NotFound`] for a provider of another site's patient.
pub async fn change_provider(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    provider: ProviderId,
    new: NewProvider,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    // A letter at the same moment must come before or after, never in between.
    tx.lock_bookings(site.id).await?;
    let before = find(tx, site, provider).await?;
    let NewProvider { name, role, phone, email, address } = new;
    let after = Provider { name, role, phone, email, address, ..before.clone() };
    if values(&before) == values(&after) {
        return Ok(());
    }
    tx.update_provider(&after).await?;
    tx.audit(
        AuditEntry::new("provider.change", Some(before.patient_id), "provider", before.id.0)
            .before(values(&before))
            .after(values(&after)),
    );
    Ok(())
}

/// Retires a provider: no new letter goes to them, and what was written stays. Done twice, it is done once.
///
/// # Errors
/// [`ActionError::NotFound`] for a provider of another site's patient.
pub async fn retire_provider(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    provider: ProviderId,
) -> Result<(), ActionError> {
    set_retired(tx, actor, site, provider, true).await
}

/// Brings a retired provider back. What the patient agreed counts as it did. Done twice, it is done once.
///
/// # Errors
/// [`ActionError::NotFound`] for a provider of another site's patient.
pub async fn bring_back(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    provider: ProviderId,
) -> Result<(), ActionError> {
    set_retired(tx, actor, site, provider, false).await
}

async fn set_retired(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    provider: ProviderId,
    retired: bool,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    tx.lock_bookings(site.id).await?;
    let before = find(tx, site, provider).await?;
    if before.retired_at.is_some() == retired {
        return Ok(());
    }
    let retired_at = retired.then(|| tx.now());
    tx.update_provider(&Provider { retired_at, ..before.clone() }).await?;
    let action = if retired { "provider.retire" } else { "provider.return" };
    tx.audit(
        AuditEntry::new(action, Some(before.patient_id), "provider", before.id.0)
            .after(json!({ "provider": before.name })),
    );
    Ok(())
}

/// What is known of a provider, for the audit log and to see whether anything changed.
fn values(one: &Provider) -> Value {
    json!({
        "name": one.name, "role": one.role, "phone": one.phone, "email": one.email, "address": one.address,
    })
}

/// Records that the patient agreed, from a date on. The newest consent counts.
///
/// # Errors
/// [`ActionError::Refused`] for a date that is not here yet, or before the patient was born.
pub async fn record_consent(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    provider: ProviderId,
    scope: ConsentScope,
    given_on: NaiveDate,
) -> Result<ConsentId, ActionError> {
    actor.needs(Permission::Book)?;
    // A letter at the same moment must come before or after, never in between.
    tx.lock_bookings(site.id).await?;
    let provider = find(tx, site, provider).await?;
    if given_on > super::book::date_at(site, tx.now()) {
        return Err(ActionError::Refused("consent-date-ahead"));
    }
    let patient = tx.patient(provider.patient_id).await?.ok_or(ActionError::NotFound)?;
    if given_on < patient.birth_date {
        return Err(ActionError::Refused("consent-date-before-birth"));
    }
    let consent = ProviderConsent {
        id: ConsentId::new(),
        provider_id: provider.id,
        scope,
        given_on,
        withdrawn_on: None,
        recorded_by: actor.label(),
        created_at: tx.now(),
    };
    tx.insert_consent(&consent).await?;
    tx.audit(
        AuditEntry::new("consent.give", Some(provider.patient_id), "provider", provider.id.0)
            .after(json!({ "provider": provider.name, "scope": scope, "given on": given_on })),
    );
    Ok(consent.id)
}

/// Withdraws what the patient agreed, from today on. Done twice, it is done once.
///
/// # Errors
/// [`ActionError::NotFound`] for a provider of another site's patient.
pub async fn withdraw_consent(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    provider: ProviderId,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    // A letter at the same moment must come before or after, never in between.
    tx.lock_bookings(site.id).await?;
    let provider = find(tx, site, provider).await?;
    let today = super::book::date_at(site, tx.now());
    if tx.withdraw_consents(provider.id, today).await? > 0 {
        tx.audit(
            AuditEntry::new("consent.withdraw", Some(provider.patient_id), "provider", provider.id.0)
                .after(json!({ "provider": provider.name, "withdrawn on": today })),
        );
    }
    Ok(())
}

/// A provider of a patient of this site.
pub(super) async fn find(tx: &mut Tx, site: &Site, id: ProviderId) -> Result<Provider, ActionError> {
    let provider = tx.provider(id).await?.ok_or(ActionError::NotFound)?;
    let patient = tx.patient(provider.patient_id).await?;
    if patient.is_some_and(|patient| patient.site_id == site.id) {
        Ok(provider)
    } else {
        Err(ActionError::NotFound)
    }
}
