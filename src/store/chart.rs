//! What a patient's chart reads: never more rows than it shows, however long the history.

use super::appointments::Appointment;
use super::drivers::Drive;
use super::integration::SessionNote;
use super::messages::Message;
use super::work_items::WorkItem;
use super::{StoreError, Tx, on_db};
use crate::domain::ids::PatientId;

/// A drive with the driver's name and contacts, and the visit as `a`.
const DRIVE_WITH_VISIT: &str = "SELECT d.*, p.full_name, p.email, p.phone FROM drives d
    JOIN drivers p ON p.id = d.driver_id JOIN appointments a ON a.id = d.appointment_id
    WHERE a.patient_id = $1";

impl Tx {
    /// The next messages of a patient that wait to go, soonest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next_messages_of(
        &mut self,
        patient: PatientId,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM messages WHERE patient_id = $1 AND status = 'pending' ORDER BY due_at, id LIMIT $2")
            .bind(patient).bind(limit).fetch_all(c).await?))
    }

    /// A patient's messages that went or should have gone, newest first; not those that became needless.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn told_messages_of(
        &mut self,
        patient: PatientId,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM messages WHERE patient_id = $1 AND status IN ('sent', 'failed', 'held', 'expired')
             ORDER BY due_at DESC, id DESC LIMIT $2")
            .bind(patient).bind(limit).fetch_all(c).await?))
    }

    /// A patient's visits that lie ahead or go on, and every visit of a held or running course, by start; canceled ones too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn standing_visits_of(&mut self, patient: PatientId) -> Result<Vec<Appointment>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM appointments WHERE patient_id = $1
             AND (status IN ('held', 'booked', 'arrived', 'in_progress', 'recovering')
                OR series_id IN (SELECT s.id FROM series s WHERE s.patient_id = $1 AND s.status IN ('held', 'active')))
             ORDER BY starts_at, id")
            .bind(patient).fetch_all(c).await?))
    }

    /// A patient's visits that are over or canceled, newest first, after so many of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn past_visits_of(
        &mut self,
        patient: PatientId,
        limit: i64,
        after: i64,
    ) -> Result<Vec<Appointment>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM appointments WHERE patient_id = $1 AND status IN ('fulfilled', 'cancelled', 'noshow')
             ORDER BY starts_at DESC, id DESC LIMIT $2 OFFSET $3")
            .bind(patient).bind(limit).bind(after).fetch_all(c).await?))
    }

    /// A patient's newest consultation that is booked, goes on or took place.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_consultation_of(
        &mut self,
        patient: PatientId,
    ) -> Result<Option<Appointment>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM appointments WHERE patient_id = $1 AND category = 'consultation'
             AND status NOT IN ('cancelled', 'noshow') ORDER BY starts_at DESC, id DESC LIMIT 1")
            .bind(patient).fetch_optional(c).await?))
    }

    /// The drives that count for a patient's visits that lie ahead or go on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn standing_drives_of(&mut self, patient: PatientId) -> Result<Vec<Drive>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{DRIVE_WITH_VISIT} AND d.status IN ('asked', 'confirmed')
             AND a.status IN ('held', 'booked', 'arrived', 'in_progress', 'recovering')"
        ));
        Ok(on_db!(self, c => sqlx::query_as(sql).bind(patient).fetch_all(c).await?))
    }

    /// The drives asked last for a patient's visits, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_drives_of(&mut self, patient: PatientId, limit: i64) -> Result<Vec<Drive>, StoreError> {
        let sql =
            sqlx::AssertSqlSafe(format!("{DRIVE_WITH_VISIT} ORDER BY d.asked_at DESC, d.id DESC LIMIT $2"));
        Ok(on_db!(self, c => sqlx::query_as(sql).bind(patient).bind(limit).fetch_all(c).await?))
    }

    /// Open lines of the worklist about a patient, soonest due first; snoozed ones too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_work_of(
        &mut self,
        patient: PatientId,
        limit: i64,
    ) -> Result<Vec<WorkItem>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM work_items WHERE patient_id = $1 AND done_at IS NULL ORDER BY due_at, id LIMIT $2")
            .bind(patient).bind(limit).fetch_all(c).await?))
    }

    /// The notes about a patient's visits that were written last, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_session_notes_of(
        &mut self,
        patient: PatientId,
        limit: i64,
    ) -> Result<Vec<SessionNote>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT n.*, a.starts_at FROM session_notes n JOIN appointments a ON a.id = n.appointment_id
             WHERE n.patient_id = $1 ORDER BY n.created_at DESC, n.id DESC LIMIT $2")
            .bind(patient).bind(limit).fetch_all(c).await?))
    }
}
