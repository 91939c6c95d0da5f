//! Candidacy decisions; the newest of a patient counts, the others are history.

use chrono::{DateTime, NaiveDate, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::candidacy::{Decision, Outcome};
use crate::domain::ids::{DecisionId, PatientId, ProtocolId, StaffId};

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: DecisionId,
    patient_id: PatientId,
    outcome: Outcome,
    protocol_id: Option<ProtocolId>,
    planned_visits: Option<i64>,
    expires_on: Option<NaiveDate>,
    decided_by: StaffId,
    decided_at: DateTime<Utc>,
    note: String,
}

impl From<Row> for Decision {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            patient_id: row.patient_id,
            outcome: row.outcome,
            protocol_id: row.protocol_id,
            planned_visits: row.planned_visits,
            expires_on: row.expires_on,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            note: row.note,
        }
    }
}

impl Tx {
    /// A patient's decisions, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn decisions_of(&mut self, patient: PatientId) -> Result<Vec<Decision>, StoreError> {
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(
            "SELECT * FROM decisions WHERE patient_id = $1 ORDER BY decided_at DESC, id DESC")
            .bind(patient).fetch_all(c).await?);
        Ok(rows.into_iter().map(Decision::from).collect())
    }

    /// The decision that counts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn decision_of(&mut self, patient: PatientId) -> Result<Option<Decision>, StoreError> {
        let row: Option<Row> = on_db!(self, c => sqlx::query_as(
            "SELECT * FROM decisions WHERE patient_id = $1 ORDER BY decided_at DESC, id DESC LIMIT 1")
            .bind(patient).fetch_optional(c).await?);
        Ok(row.map(Decision::from))
    }

    /// Adds a decision.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_decision(&mut self, decision: &Decision) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO decisions (id, patient_id, outcome, protocol_id, planned_visits, expires_on, decided_by, decided_at, note)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind(decision.id).bind(decision.patient_id).bind(decision.outcome).bind(decision.protocol_id)
            .bind(decision.planned_visits).bind(decision.expires_on).bind(decision.decided_by)
            .bind(decision.decided_at).bind(&decision.note)
            .execute(c).await?.rows_affected());
        Ok(())
    }
}
