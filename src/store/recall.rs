//! Recall: who was treated last when, asked of the treatments themselves; the windows, and what is different for one patient.

use chrono::{DateTime, TimeDelta, Utc};

use super::messages::Message;
use super::{StoreError, Tx, on_db};
use crate::domain::ids::{AppointmentId, MessageId, PatientId, SeriesId, ServiceId, SiteId};
use crate::domain::messages::MessageStatus;
use crate::domain::recall::{Overrides, Windows};

/// The setting that keeps the clinic's windows.
const WINDOWS: &str = "recall_windows";
/// A booked treatment nobody came to or noted anything about keeps its course running this long (days).
const FORGOTTEN_DAYS: i64 = 1;

/// The last completed treatment of a patient none of whose courses has a treatment left.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LastTreatment {
    /// The visit.
    pub id: AppointmentId,
    /// Whose.
    pub patient_id: PatientId,
    /// Which service it was.
    pub service_id: ServiceId,
    /// The course or booster it was part of, if any.
    pub series_id: Option<SeriesId>,
    /// Name for staff.
    pub name: String,
    /// When it began.
    pub starts_at: DateTime<Utc>,
    /// The last course of several treatments; `None` if there was none here.
    pub course_id: Option<SeriesId>,
}

/// What is different for one patient.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RecallSettings {
    /// Whose.
    pub patient_id: PatientId,
    /// Days until a booster is due.
    pub due_days: Option<i64>,
    /// Days until it is recommended.
    pub recommended_days: Option<i64>,
    /// Months until it is overdue.
    pub overdue_months: Option<i64>,
    /// Since when they are not called back any more.
    pub stopped_at: Option<DateTime<Utc>>,
    /// Who stopped it.
    pub stopped_by: Option<String>,
    /// Why.
    pub stop_reason: Option<String>,
    /// When this was changed last.
    pub updated_at: DateTime<Utc>,
}

impl RecallSettings {
    /// Nothing different.
    pub fn plain(patient_id: PatientId, updated_at: DateTime<Utc>) -> Self {
        Self {
            patient_id,
            due_days: None,
            recommended_days: None,
            overdue_months: None,
            stopped_at: None,
            stopped_by: None,
            stop_reason: None,
            updated_at,
        }
    }

    /// The patient's own numbers.
    pub fn overrides(&self) -> Overrides {
        Overrides {
            due_days: self.due_days,
            recommended_days: self.recommended_days,
            overdue_months: self.overdue_months,
        }
    }
}

/// Patients with a completed treatment of a course and no course of several treatments that still has one ahead; `$1` is the instant from which
/// a booked treatment counts as ahead.
const LAST: &str = "SELECT a.id, a.patient_id, a.service_id, a.series_id, a.name, a.starts_at,
        (SELECT c.series_id FROM appointments c JOIN series s ON s.id = c.series_id JOIN protocols p ON p.id = s.protocol_id
         WHERE c.patient_id = a.patient_id AND c.category = 'treatment' AND c.status = 'fulfilled' AND p.visits_max > 1
         ORDER BY c.starts_at DESC, c.id DESC LIMIT 1) AS course_id
    FROM appointments a
    WHERE a.category = 'treatment' AND a.status = 'fulfilled'
    AND NOT EXISTS (SELECT 1 FROM appointments b WHERE b.patient_id = a.patient_id AND b.category = 'treatment'
        AND b.status = 'fulfilled' AND (b.starts_at > a.starts_at OR (b.starts_at = a.starts_at AND b.id > a.id)))
    AND EXISTS (SELECT 1 FROM appointments d WHERE d.patient_id = a.patient_id AND d.series_id IS NOT NULL
        AND d.category = 'treatment' AND d.status = 'fulfilled')
    AND NOT EXISTS (SELECT 1 FROM appointments r JOIN series s ON s.id = r.series_id JOIN protocols p ON p.id = s.protocol_id
        WHERE r.patient_id = a.patient_id AND r.category = 'treatment' AND p.visits_max > 1
        AND (r.status IN ('arrived', 'in_progress', 'recovering') OR (r.status = 'booked' AND r.starts_at > $1)))";

impl Tx {
    /// The last treatments of a site's patients that may be called back and were treated since an instant, longest ago first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_treatments(
        &mut self,
        site: SiteId,
        since: DateTime<Utc>,
    ) -> Result<Vec<LastTreatment>, StoreError> {
        let ahead = self.now - TimeDelta::days(FORGOTTEN_DAYS);
        let sql = sqlx::AssertSqlSafe(format!(
            "{LAST} AND a.site_id = $2 AND a.starts_at >= $3 ORDER BY a.starts_at, a.id"
        ));
        Ok(on_db!(self, c => sqlx::query_as(sql).bind(ahead).bind(site).bind(since).fetch_all(c).await?))
    }

    /// The last treatment of one patient who may be called back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_treatment_of(
        &mut self,
        patient: PatientId,
    ) -> Result<Option<LastTreatment>, StoreError> {
        let ahead = self.now - TimeDelta::days(FORGOTTEN_DAYS);
        let sql = sqlx::AssertSqlSafe(format!("{LAST} AND a.patient_id = $2"));
        Ok(on_db!(self, c => sqlx::query_as(sql).bind(ahead).bind(patient).fetch_optional(c).await?))
    }

    /// The clinic's windows; the usual ones until the owner changes them.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] for a value no program of this version writes.
    pub async fn recall_windows(&mut self) -> Result<Windows, StoreError> {
        let Some(text) = self.setting(WINDOWS).await? else { return Ok(Windows::default()) };
        serde_json::from_str(&text)
            .map_err(|error| StoreError::Inconsistent(format!("setting {WINDOWS}: {error}")))
    }

    /// Sets the clinic's windows.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_recall_windows(&mut self, windows: Windows) -> Result<(), StoreError> {
        let text = serde_json::to_string(&windows)
            .map_err(|error| StoreError::Inconsistent(format!("setting {WINDOWS}: {error}")))?;
        self.set_setting(WINDOWS, &text).await
    }

    /// What is different for a patient, if anything.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn recall_settings(
        &mut self,
        patient: PatientId,
    ) -> Result<Option<RecallSettings>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM recall_settings WHERE patient_id = $1")
            .bind(patient).fetch_optional(c).await?))
    }

    /// Writes what is different for a patient.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn save_recall_settings(&mut self, own: &RecallSettings) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO recall_settings (patient_id, due_days, recommended_days, overdue_months, stopped_at, stopped_by,
             stop_reason, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (patient_id) DO UPDATE SET due_days = excluded.due_days,
                 recommended_days = excluded.recommended_days, overdue_months = excluded.overdue_months,
                 stopped_at = excluded.stopped_at, stopped_by = excluded.stopped_by, stop_reason = excluded.stop_reason,
                 updated_at = excluded.updated_at")
            .bind(own.patient_id).bind(own.due_days).bind(own.recommended_days).bind(own.overdue_months)
            .bind(own.stopped_at).bind(&own.stopped_by).bind(&own.stop_reason).bind(own.updated_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// The messages that call a patient back and wait, or are held.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn waiting_recall(&mut self, patient: PatientId) -> Result<Vec<Message>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM messages WHERE patient_id = $1 AND status IN ('pending', 'held')
             AND stage IN ('booster_invitation', 'booster_recommended', 'booster_overdue') ORDER BY due_at, id")
            .bind(patient).fetch_all(c).await?))
    }

    /// Silences one message that waits or is held; one that is on its way goes its way.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn silence_message(&mut self, id: MessageId, status: MessageStatus) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = $2 WHERE id = $1 AND status IN ('pending', 'held') AND NOT in_flight")
            .bind(id).bind(status).execute(c).await?.rows_affected());
        Ok(())
    }
}
