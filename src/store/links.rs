//! Links in messages; only the hash of a link's token is stored.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::{AppointmentId, DriverId, LinkId, PatientId, SeriesId};

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
    /// The version of that visit; another version makes a driver's link old.
    pub appointment_version: Option<i64>,
    /// The driver, for drivers' links.
    pub driver_id: Option<DriverId>,
    /// No use from then on.
    pub expires_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl Tx {
    /// The link with this token hash that has not ended.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn link(&mut self, token_hash: &[u8], purpose: &str) -> Result<Option<Link>, StoreError> {
        let now = self.now;
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM links WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3")
            .bind(token_hash).bind(purpose).bind(now).fetch_optional(c).await?))
    }

    /// Adds a link.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_link(&mut self, link: &Link) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO links (id, token_hash, purpose, patient_id, series_id, appointment_id, appointment_version,
             driver_id, expires_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
            .bind(link.id).bind(&link.token_hash).bind(&link.purpose).bind(link.patient_id).bind(link.series_id)
            .bind(link.appointment_id).bind(link.appointment_version).bind(link.driver_id).bind(link.expires_at)
            .bind(link.created_at).execute(c).await?.rows_affected());
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
