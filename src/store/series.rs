//! Series: a patient's course under a protocol.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::appointments::SeriesStatus;
use crate::domain::ids::{DecisionId, PatientId, ProtocolId, SeriesId, SiteId};

/// A course.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Series {
    /// Its id.
    pub id: SeriesId,
    /// Where.
    pub site_id: SiteId,
    /// Whose.
    pub patient_id: PatientId,
    /// Under which protocol.
    pub protocol_id: ProtocolId,
    /// On which decision it rests.
    pub decision_id: DecisionId,
    /// How it stands.
    pub status: SeriesStatus,
    /// Planned main visits.
    pub visits: i64,
    /// When a hold ends.
    pub hold_until: Option<DateTime<Utc>>,
    /// Total price in cents.
    pub total_cents: i64,
    /// Its currency.
    pub currency: String,
    /// Rises with every change.
    pub version: i64,
    /// Who planned it, as the audit log names them.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Since when it is on pause; its treatments that were ahead are out of the book until it goes on.
    pub paused_at: Option<DateTime<Utc>>,
    /// Numbers of the treatments before which a gap longer than the protocol's was agreed (a skipped week, a pause).
    #[sqlx(json)]
    pub breaks: Vec<i64>,
}

impl Tx {
    /// One series.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn series(&mut self, id: SeriesId) -> Result<Option<Series>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM series WHERE id = $1").bind(id).fetch_optional(c).await?),
        )
    }

    /// A patient's series, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn series_of(&mut self, patient: PatientId) -> Result<Vec<Series>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM series WHERE patient_id = $1 ORDER BY created_at DESC, id DESC")
            .bind(patient).fetch_all(c).await?))
    }

    /// Adds a series.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_series(&mut self, series: &Series) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO series (id, site_id, patient_id, protocol_id, decision_id, status, visits, hold_until,
             total_cents, currency, version, created_by, created_at, paused_at, breaks)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)")
            .bind(series.id).bind(series.site_id).bind(series.patient_id).bind(series.protocol_id)
            .bind(series.decision_id).bind(series.status).bind(series.visits).bind(series.hold_until)
            .bind(series.total_cents).bind(&series.currency).bind(series.version).bind(&series.created_by)
            .bind(series.created_at).bind(series.paused_at).bind(sqlx::types::Json(&series.breaks))
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Writes every changeable value of a series if it is still at `series.version`; `false` if somebody was first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn update_series(&mut self, series: &Series) -> Result<bool, StoreError> {
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE series SET status = $3, hold_until = $4, protocol_id = $5, visits = $6, total_cents = $7, paused_at = $8,
             breaks = $9, version = version + 1 WHERE id = $1 AND version = $2")
            .bind(series.id).bind(series.version).bind(series.status).bind(series.hold_until)
            .bind(series.protocol_id).bind(series.visits).bind(series.total_cents).bind(series.paused_at)
            .bind(sqlx::types::Json(&series.breaks))
            .execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Holds of a site that ended by an instant.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ended_holds(&mut self, site: SiteId, by: DateTime<Utc>) -> Result<Vec<Series>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM series WHERE site_id = $1 AND status = 'held' AND hold_until <= $2 ORDER BY hold_until, id")
            .bind(site).bind(by).fetch_all(c).await?))
    }

    /// Holds of a site that are still open, soonest end first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_holds(&mut self, site: SiteId) -> Result<Vec<Series>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM series WHERE site_id = $1 AND status = 'held' ORDER BY hold_until, id")
            .bind(site).fetch_all(c).await?))
    }
}
