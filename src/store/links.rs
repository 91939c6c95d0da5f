//! Links in messages; only the hash of a link's token is stored. An ended link stays for a while, so that it can say what happened.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::{AppointmentId, DriverId, LinkId, PatientId, SeriesId};
use crate::domain::messages::Stage;

/// A link: one reader, one purpose.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// SHA-256 of the 256-bit token.
    pub token_hash: Vec<u8>,
    /// `patient` or `driver`.
    pub purpose: String,
    /// Whose visits.
    pub patient_id: PatientId,
    /// The course it shows, if any.
    pub series_id: Option<SeriesId>,
    /// The visit it shows, if it is about one.
    pub appointment_id: Option<AppointmentId>,
    /// The version of that visit it told of.
    pub appointment_version: Option<i64>,
    /// The start of that visit it told of; links made before this was kept have none.
    pub visit_starts_at: Option<DateTime<Utc>>,
    /// The driver, for drivers' links.
    pub driver_id: Option<DriverId>,
    /// No use from then on.
    pub expires_at: DateTime<Utc>,
    /// Since when it is known that it reached somebody else.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl Tx {
    /// The link with this token hash, in use or ended.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn link(&mut self, token_hash: &[u8], purpose: &str) -> Result<Option<Link>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM links WHERE token_hash = $1 AND purpose = $2")
            .bind(token_hash).bind(purpose).fetch_optional(c).await?))
    }

    /// Adds a link.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_link(&mut self, link: &Link) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO links (id, token_hash, purpose, patient_id, series_id, appointment_id, appointment_version,
             driver_id, expires_at, created_at, visit_starts_at, revoked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
            .bind(link.id).bind(&link.token_hash).bind(&link.purpose).bind(link.patient_id).bind(link.series_id)
            .bind(link.appointment_id).bind(link.appointment_version).bind(link.driver_id).bind(link.expires_at)
            .bind(link.created_at).bind(link.visit_starts_at).bind(link.revoked_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Removes links that ended before an instant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_old_links(&mut self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query("DELETE FROM links WHERE expires_at < $1")
            .bind(before).execute(c).await?.rows_affected()))
    }
}

impl Tx {
    /// Ends a patient's links now: they were sent to an address that is no longer theirs.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_patient_links(&mut self, patient: PatientId) -> Result<u64, StoreError> {
        let now = self.now;
        Ok(on_db!(self, c => sqlx::query(
            "UPDATE links SET expires_at = $2 WHERE patient_id = $1 AND purpose = 'patient' AND expires_at > $2")
            .bind(patient).bind(now).execute(c).await?.rows_affected()))
    }

    /// Takes every link of a driver out of use for good: they reached somebody else.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_driver_links(&mut self, driver: DriverId) -> Result<u64, StoreError> {
        let now = self.now;
        Ok(on_db!(self, c => sqlx::query(
            "UPDATE links SET revoked_at = $2 WHERE driver_id = $1 AND revoked_at IS NULL")
            .bind(driver).bind(now).execute(c).await?.rows_affected()))
    }

    /// Takes every link of a patient out of use for good: they reached somebody else.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn revoke_patient_links(&mut self, patient: PatientId) -> Result<u64, StoreError> {
        let now = self.now;
        Ok(on_db!(self, c => sqlx::query(
            "UPDATE links SET revoked_at = $2 WHERE patient_id = $1 AND purpose = 'patient' AND revoked_at IS NULL")
            .bind(patient).bind(now).execute(c).await?.rows_affected()))
    }

    /// Whether a course was changed, and the patient told of it, after an instant.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn course_changed_since(
        &mut self,
        series: SeriesId,
        since: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let found: Option<i64> = on_db!(self, c => sqlx::query_scalar(
            "SELECT CAST(1 AS BIGINT) FROM messages WHERE series_id = $1 AND stage = $2 AND status = 'sent'
             AND created_at > $3 LIMIT 1")
            .bind(series).bind(Stage::SeriesChanged).bind(since).fetch_optional(c).await?);
        Ok(found.is_some())
    }

    /// Whether a patient, or one of their drivers, asked for a fresh link after an instant.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn asked_fresh_since(
        &mut self,
        stage: Stage,
        patient: PatientId,
        driver: Option<DriverId>,
        since: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let found: Option<i64> = on_db!(self, c => sqlx::query_scalar(
            "SELECT CAST(1 AS BIGINT) FROM messages WHERE patient_id = $1 AND stage = $2 AND created_at > $3
             AND ($4 IS NULL OR driver_id = $4) LIMIT 1")
            .bind(patient).bind(stage).bind(since).bind(driver).fetch_optional(c).await?);
        Ok(found.is_some())
    }
}
