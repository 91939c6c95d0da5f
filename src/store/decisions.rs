//! Candidacy decisions; the newest of a patient counts, the others are history.

use chrono::{DateTime, NaiveDate, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::candidacy::{Decision, Outcome};
use crate::domain::ids::{DecisionId, PatientId, ProtocolId, SiteId, StaffId};

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
    conditions: String,
    told: String,
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
            conditions: row.conditions,
            told: row.told,
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

    /// The decisions of a site's patients that count, say yes and end on a date or later.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn decisions_ending(
        &mut self,
        site: SiteId,
        from: NaiveDate,
    ) -> Result<Vec<Decision>, StoreError> {
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(
            "SELECT d.* FROM decisions d JOIN patients p ON p.id = d.patient_id
             WHERE p.site_id = $1 AND d.outcome = 'suitable' AND d.expires_on >= $2
             AND NOT EXISTS (SELECT 1 FROM decisions n WHERE n.patient_id = d.patient_id
                 AND (n.decided_at > d.decided_at OR (n.decided_at = d.decided_at AND n.id > d.id)))
             ORDER BY d.expires_on, d.id")
            .bind(site).bind(from).fetch_all(c).await?);
        Ok(rows.into_iter().map(Decision::from).collect())
    }

    /// Adds a decision.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_decision(&mut self, decision: &Decision) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO decisions (id, patient_id, outcome, protocol_id, planned_visits, expires_on, decided_by, decided_at, note,
             conditions, told) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
            .bind(decision.id).bind(decision.patient_id).bind(decision.outcome).bind(decision.protocol_id)
            .bind(decision.planned_visits).bind(decision.expires_on).bind(decision.decided_by)
            .bind(decision.decided_at).bind(&decision.note).bind(&decision.conditions)
            .bind(&decision.told).execute(c).await?.rows_affected());
        Ok(())
    }
}

/// Of a decision `d` of a patient `p`: no newer one counts in its place.
const IS_NEWEST: &str = "NOT EXISTS (SELECT 1 FROM decisions n WHERE n.patient_id = d.patient_id
     AND (n.decided_at > d.decided_at OR (n.decided_at = d.decided_at AND n.id > d.id)))";
/// Most decisions that get their line in one go; the next tick goes on.
const AT_ONCE: i64 = 200;

impl Tx {
    /// Decisions that were put off until a day inside these (both inclusive) and had no line on the worklist since.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn deferred_without_line(
        &mut self,
        site: SiteId,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Decision>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT d.* FROM decisions d JOIN patients p ON p.id = d.patient_id
             WHERE p.site_id = $1 AND d.outcome = 'deferred' AND d.expires_on >= $2 AND d.expires_on <= $3 AND {IS_NEWEST}
             AND NOT EXISTS (SELECT 1 FROM work_items w WHERE w.patient_id = d.patient_id AND w.kind = 'decide_again'
                             AND w.created_at >= d.decided_at)
             ORDER BY d.expires_on, d.id LIMIT $4"
        ));
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(sql)
            .bind(site).bind(from).bind(to).bind(AT_ONCE).fetch_all(c).await?);
        Ok(rows.into_iter().map(Decision::from).collect())
    }

    /// Decisions for treatment that end on a day inside these (both inclusive) while a treatment lies ahead or a course runs, and
    /// had no line on the worklist since.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ending_without_line(
        &mut self,
        site: SiteId,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Decision>, StoreError> {
        let now = self.now;
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT d.* FROM decisions d JOIN patients p ON p.id = d.patient_id
             WHERE p.site_id = $1 AND d.outcome = 'suitable' AND d.expires_on >= $2 AND d.expires_on <= $3 AND {IS_NEWEST}
             AND NOT EXISTS (SELECT 1 FROM work_items w WHERE w.patient_id = d.patient_id AND w.kind = 'decision_ends'
                             AND w.created_at >= d.decided_at)
             AND (EXISTS (SELECT 1 FROM series s WHERE s.patient_id = d.patient_id AND s.status = 'active')
                  OR EXISTS (SELECT 1 FROM appointments a WHERE a.patient_id = d.patient_id AND a.category = 'treatment'
                             AND a.status IN ('held', 'booked') AND a.starts_at > $5))
             ORDER BY d.expires_on, d.id LIMIT $4"
        ));
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(sql)
            .bind(site).bind(from).bind(to).bind(AT_ONCE).bind(now).fetch_all(c).await?);
        Ok(rows.into_iter().map(Decision::from).collect())
    }
}
