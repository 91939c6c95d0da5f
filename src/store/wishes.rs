//! Kept wishes of patients, and who waits for a course.

use chrono::{DateTime, NaiveDate, Utc};

use super::decisions::Row as DecisionRow;
use super::{StoreError, Tx, on_db};
use crate::domain::candidacy::Decision;
use crate::domain::ids::{PatientId, SiteId};
use crate::domain::wishes::KeptWishes;

/// A patient's kept wishes.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct KeptRow {
    /// Whose.
    pub patient_id: PatientId,
    /// What they wish.
    #[sqlx(json)]
    pub wished: KeptWishes,
    /// When they were kept.
    pub updated_at: DateTime<Utc>,
    /// By whom, as the audit log names them.
    pub updated_by: String,
}

/// Who waits at a site ($1) on a date ($2).
const WAITING: &str = "FROM decisions d JOIN patients p ON p.id = d.patient_id
    JOIN protocols r ON r.id = d.protocol_id AND r.site_id = p.site_id
    WHERE p.site_id = $1 AND d.outcome = 'suitable' AND d.expires_on >= $2 AND r.active AND r.visits_max > 1
    AND NOT EXISTS (SELECT 1 FROM decisions n WHERE n.patient_id = d.patient_id
        AND (n.decided_at > d.decided_at OR (n.decided_at = d.decided_at AND n.id > d.id)))
    AND NOT EXISTS (SELECT 1 FROM series s WHERE s.patient_id = d.patient_id
        AND (s.status IN ('held', 'active') OR (s.hold_until IS NULL AND s.created_at >= d.decided_at)))";

impl Tx {
    /// A patient's kept wishes, if there are any.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn wishes_of(&mut self, patient: PatientId) -> Result<Option<KeptRow>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM wishes WHERE patient_id = $1")
            .bind(patient).fetch_optional(c).await?))
    }

    /// Keeps wishes in place of those kept before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_wishes(&mut self, row: &KeptRow) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO wishes (patient_id, wished, updated_at, updated_by) VALUES ($1, $2, $3, $4)
             ON CONFLICT (patient_id) DO UPDATE SET wished = excluded.wished, updated_at = excluded.updated_at,
             updated_by = excluded.updated_by")
            .bind(row.patient_id).bind(sqlx::types::Json(&row.wished)).bind(row.updated_at).bind(&row.updated_by)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Decisions "suitable" that count and stand on a date, for a course of several treatments that is still given, of
    /// patients of a site who have no running or held course and for whom no course was booked since (a hold that ran out
    /// was only an offer), oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn decisions_waiting(
        &mut self,
        site: SiteId,
        on: NaiveDate,
        limit: i64,
    ) -> Result<Vec<Decision>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT d.* {WAITING} ORDER BY d.decided_at, d.id LIMIT $3"));
        let rows: Vec<DecisionRow> = on_db!(self, c => sqlx::query_as(sql)
            .bind(site).bind(on).bind(limit).fetch_all(c).await?);
        Ok(rows.into_iter().map(Decision::from).collect())
    }

    /// How many such decisions there are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn waiting_count(&mut self, site: SiteId, on: NaiveDate) -> Result<i64, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) {WAITING}"));
        Ok(on_db!(self, c => sqlx::query_scalar(sql).bind(site).bind(on).fetch_one(c).await?))
    }
}
