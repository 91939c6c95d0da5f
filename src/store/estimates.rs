//! Estimates: what a plan would cost, as a patient was told, and when they read it.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::{EstimateId, PatientId, SeriesId};
use crate::domain::prices::PriceLine;

/// An estimate; its lines and total stay as they were told, whatever prices are by now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Estimate {
    /// Its id.
    pub id: EstimateId,
    /// For whom.
    pub patient_id: PatientId,
    /// Of which course, once there is one.
    pub series_id: Option<SeriesId>,
    /// The chosen visits, while there is no course yet.
    pub plan: Option<String>,
    /// What costs what.
    #[sqlx(json)]
    pub lines: Vec<PriceLine>,
    /// The sum, in cents.
    pub total_cents: i64,
    /// Its currency.
    pub currency: String,
    /// Who made it, as the audit log names them.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When the patient was told that it is there.
    pub sent_at: Option<DateTime<Utc>>,
    /// When the patient said that they read it.
    pub acknowledged_at: Option<DateTime<Utc>>,
}

impl Tx {
    /// One estimate of a patient.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn estimate(
        &mut self,
        id: EstimateId,
        patient: PatientId,
    ) -> Result<Option<Estimate>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM estimates WHERE id = $1 AND patient_id = $2")
            .bind(id).bind(patient).fetch_optional(c).await?))
    }

    /// A patient's estimates, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn estimates_of(&mut self, patient: PatientId) -> Result<Vec<Estimate>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM estimates WHERE patient_id = $1 ORDER BY created_at DESC, id DESC")
            .bind(patient).fetch_all(c).await?))
    }

    /// Adds an estimate.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_estimate(&mut self, e: &Estimate) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO estimates (id, patient_id, series_id, plan, lines, total_cents, currency, created_by, created_at,
             sent_at, acknowledged_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
            .bind(e.id).bind(e.patient_id).bind(e.series_id).bind(&e.plan).bind(sqlx::types::Json(&e.lines))
            .bind(e.total_cents).bind(&e.currency).bind(&e.created_by).bind(e.created_at).bind(e.sent_at)
            .bind(e.acknowledged_at).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Notes that a patient read an estimate; `false` if it was noted before or is not theirs.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn acknowledge_estimate(
        &mut self,
        id: EstimateId,
        patient: PatientId,
    ) -> Result<bool, StoreError> {
        let now = self.now;
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE estimates SET acknowledged_at = $3 WHERE id = $1 AND patient_id = $2 AND acknowledged_at IS NULL")
            .bind(id).bind(patient).bind(now).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }
}
