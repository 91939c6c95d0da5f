//! Outside providers, what patients agreed that they are told, and the letters written to them.

use chrono::{DateTime, NaiveDate, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::{ConsentId, LetterId, PatientId, ProviderId};
use crate::domain::providers::{Consent, ConsentScope};

/// Somebody outside who cares for a patient too.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Provider {
    /// Their id.
    pub id: ProviderId,
    /// For whom they care.
    pub patient_id: PatientId,
    /// Their name.
    pub name: String,
    /// What they are to the patient.
    pub role: String,
    /// Phone as written.
    pub phone: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// Since when no new letter goes to them.
    pub retired_at: Option<DateTime<Utc>>,
}

/// One consent; the newest of a provider counts, the others are history.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ProviderConsent {
    /// Its id.
    pub id: ConsentId,
    /// For which provider.
    pub provider_id: ProviderId,
    /// What it covers.
    pub scope: ConsentScope,
    /// From this date on.
    pub given_on: NaiveDate,
    /// From this date on no more.
    pub withdrawn_on: Option<NaiveDate>,
    /// Who recorded it, as the audit log names them.
    pub recorded_by: String,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
}

impl ProviderConsent {
    /// As the gate before a letter looks at it.
    pub fn terms(&self) -> Consent {
        Consent { scope: self.scope, given_on: self.given_on, withdrawn_on: self.withdrawn_on }
    }
}

/// A letter, its words as they were written.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ProviderLetter {
    /// Its id.
    pub id: LetterId,
    /// To whom.
    pub provider_id: ProviderId,
    /// On which consent it rests.
    pub consent_id: ConsentId,
    /// Its words.
    pub body: String,
    /// Whether it tells how things changed.
    pub tells_change: bool,
    /// Who wrote it.
    pub written_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Who sent it.
    pub sent_by: Option<String>,
}

impl Tx {
    /// One provider.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn provider(&mut self, id: ProviderId) -> Result<Option<Provider>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM providers WHERE id = $1").bind(id).fetch_optional(c).await?),
        )
    }

    /// A patient's providers, in the order in which they were added.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn providers_of(&mut self, patient: PatientId) -> Result<Vec<Provider>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM providers WHERE patient_id = $1 ORDER BY created_at, id")
            .bind(patient).fetch_all(c).await?),
        )
    }

    /// Adds a provider.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_provider(&mut self, p: &Provider) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO providers (id, patient_id, name, role, phone, email, address, created_at, retired_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind(p.id).bind(p.patient_id).bind(&p.name).bind(&p.role).bind(&p.phone).bind(&p.email).bind(&p.address)
            .bind(p.created_at).bind(p.retired_at).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Changes a provider; for whom they care stays.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn update_provider(&mut self, p: &Provider) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "UPDATE providers SET name = $2, role = $3, phone = $4, email = $5, address = $6, retired_at = $7 WHERE id = $1")
            .bind(p.id).bind(&p.name).bind(&p.role).bind(&p.phone).bind(&p.email).bind(&p.address).bind(p.retired_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// The consent that counts for a provider: the newest.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn consent_for(&mut self, provider: ProviderId) -> Result<Option<ProviderConsent>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM provider_consents WHERE provider_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1")
            .bind(provider).fetch_optional(c).await?))
    }

    /// Every consent of a patient for anybody, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn consents_of(&mut self, patient: PatientId) -> Result<Vec<ProviderConsent>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT k.* FROM provider_consents k JOIN providers p ON p.id = k.provider_id
             WHERE p.patient_id = $1 ORDER BY k.created_at DESC, k.id DESC")
            .bind(patient).fetch_all(c).await?))
    }

    /// Adds a consent.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_consent(&mut self, k: &ProviderConsent) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO provider_consents (id, provider_id, scope, given_on, withdrawn_on, recorded_by, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(k.id).bind(k.provider_id).bind(k.scope).bind(k.given_on).bind(k.withdrawn_on).bind(&k.recorded_by)
            .bind(k.created_at).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Ends every consent for a provider that still stands; how many did.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn withdraw_consents(
        &mut self,
        provider: ProviderId,
        on: NaiveDate,
    ) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query(
            "UPDATE provider_consents SET withdrawn_on = $2 WHERE provider_id = $1 AND withdrawn_on IS NULL")
            .bind(provider).bind(on).execute(c).await?.rows_affected()))
    }

    /// One letter.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn letter(&mut self, id: LetterId) -> Result<Option<ProviderLetter>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM letters WHERE id = $1").bind(id).fetch_optional(c).await?),
        )
    }

    /// Letters about a patient, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn letters_of(&mut self, patient: PatientId) -> Result<Vec<ProviderLetter>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT l.* FROM letters l JOIN providers p ON p.id = l.provider_id
             WHERE p.patient_id = $1 ORDER BY l.created_at DESC, l.id DESC")
            .bind(patient).fetch_all(c).await?))
    }

    /// Adds a letter.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_letter(&mut self, l: &ProviderLetter) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO letters (id, provider_id, consent_id, body, tells_change, written_by, created_at, sent_at, sent_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind(l.id).bind(l.provider_id).bind(l.consent_id).bind(&l.body).bind(l.tells_change).bind(&l.written_by)
            .bind(l.created_at).bind(l.sent_at).bind(&l.sent_by).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Notes that a letter was sent; `false` if it was noted before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn mark_letter_sent(&mut self, id: LetterId, by: &str) -> Result<bool, StoreError> {
        let now = self.now;
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE letters SET sent_at = $2, sent_by = $3 WHERE id = $1 AND sent_at IS NULL")
            .bind(id).bind(now).bind(by).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }
}
