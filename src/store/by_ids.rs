//! Rows of many ids in one statement a page, so that no page asks once per row.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::appointments::Appointment;
use super::decisions::Row as DecisionRow;
use super::drivers::Driver;
use super::patients::Patient;
use super::recall::RecallSettings;
use super::reviews::Review;
use super::series::Series;
use super::wishes::KeptRow;
use super::{StoreError, Tx, on_db};
use crate::domain::candidacy::Decision;
use crate::domain::ids::{AppointmentId, DriverId, PatientId, SeriesId};

/// Ids per statement, below every database's limit of bound values.
const CHUNK: usize = 500;

/// `$1, $2, …` for so many values.
pub(super) fn places(count: usize) -> String {
    (1..=count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

macro_rules! rows_by_ids {
    ($tx:expr, $row:ty, $ids:expr, $before:literal, $after:literal) => {{
        let mut found: Vec<$row> = Vec::new();
        for chunk in $ids.chunks(CHUNK) {
            let sql = format!(concat!($before, " ({}) ", $after), places(chunk.len()));
            let rows: Vec<$row> = on_db!($tx, c => {
                let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql));
                for id in chunk {
                    query = query.bind(*id);
                }
                query.fetch_all(c).await?
            });
            found.extend(rows);
        }
        found
    }};
}

impl Tx {
    /// Patients by id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn patients_by_ids(
        &mut self,
        ids: &[PatientId],
    ) -> Result<HashMap<PatientId, Patient>, StoreError> {
        let rows = rows_by_ids!(self, Patient, ids, "SELECT * FROM patients WHERE id IN", "");
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// Series by id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn series_by_ids(&mut self, ids: &[SeriesId]) -> Result<HashMap<SeriesId, Series>, StoreError> {
        let rows = rows_by_ids!(self, Series, ids, "SELECT * FROM series WHERE id IN", "");
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// Appointments by id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn appointments_by_ids(
        &mut self,
        ids: &[AppointmentId],
    ) -> Result<HashMap<AppointmentId, Appointment>, StoreError> {
        let rows = rows_by_ids!(self, Appointment, ids, "SELECT * FROM appointments WHERE id IN", "");
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// Drivers by id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn drivers_by_ids(
        &mut self,
        ids: &[DriverId],
    ) -> Result<HashMap<DriverId, Driver>, StoreError> {
        let rows = rows_by_ids!(self, Driver, ids, "SELECT * FROM drivers WHERE id IN", "");
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// The decision that counts of each patient who has one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn decisions_by_patients(
        &mut self,
        ids: &[PatientId],
    ) -> Result<HashMap<PatientId, Decision>, StoreError> {
        let rows = rows_by_ids!(
            self,
            DecisionRow,
            ids,
            "SELECT * FROM decisions WHERE patient_id IN",
            "ORDER BY decided_at, id"
        );
        // In order of time, so that the newest of each patient is the one that stays.
        Ok(rows.into_iter().map(Decision::from).map(|one| (one.patient_id, one)).collect())
    }

    /// Kept wishes of each patient who has any.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn wishes_by_patients(
        &mut self,
        ids: &[PatientId],
    ) -> Result<HashMap<PatientId, KeptRow>, StoreError> {
        let rows = rows_by_ids!(self, KeptRow, ids, "SELECT * FROM wishes WHERE patient_id IN", "");
        Ok(rows.into_iter().map(|row| (row.patient_id, row)).collect())
    }

    /// Each patient's next visit that lies ahead, if there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next_visits_of(
        &mut self,
        ids: &[PatientId],
    ) -> Result<HashMap<PatientId, Appointment>, StoreError> {
        let now = self.now;
        let rows = rows_by_ids!(
            self,
            Appointment,
            ids,
            "SELECT * FROM appointments WHERE patient_id IN",
            "AND status IN ('held', 'booked') ORDER BY starts_at DESC, id DESC"
        );
        // Latest first, so that the soonest of each patient is the one that stays.
        Ok(rows.into_iter().filter(|one| one.starts_at > now).map(|one| (one.patient_id, one)).collect())
    }

    /// Each patient's next treatment that lies ahead or is going on, if there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next_treatments_of(
        &mut self,
        ids: &[PatientId],
    ) -> Result<HashMap<PatientId, Appointment>, StoreError> {
        let now = self.now;
        let rows = rows_by_ids!(
            self,
            Appointment,
            ids,
            "SELECT * FROM appointments WHERE patient_id IN",
            "AND category = 'treatment' AND status IN ('held', 'booked', 'arrived', 'in_progress', 'recovering')
             ORDER BY starts_at DESC, id DESC"
        );
        let ahead = rows.into_iter().filter(|one| one.status.is_here() || one.starts_at > now);
        Ok(ahead.map(|one| (one.patient_id, one)).collect())
    }

    /// The review that counts of each course that has one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reviews_by_courses(
        &mut self,
        ids: &[SeriesId],
    ) -> Result<HashMap<SeriesId, Review>, StoreError> {
        let rows = rows_by_ids!(
            self,
            Review,
            ids,
            "SELECT * FROM reviews WHERE series_id IN",
            "ORDER BY decided_at, id"
        );
        Ok(rows.into_iter().map(|row| (row.series_id, row)).collect())
    }

    /// What is different for each patient for whom something is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn recall_settings_of(
        &mut self,
        ids: &[PatientId],
    ) -> Result<HashMap<PatientId, RecallSettings>, StoreError> {
        let rows =
            rows_by_ids!(self, RecallSettings, ids, "SELECT * FROM recall_settings WHERE patient_id IN", "");
        Ok(rows.into_iter().map(|row| (row.patient_id, row)).collect())
    }

    /// When each patient was last called back by a message that went.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn called_back_at(
        &mut self,
        ids: &[PatientId],
    ) -> Result<HashMap<PatientId, DateTime<Utc>>, StoreError> {
        let rows = rows_by_ids!(
            self,
            Called,
            ids,
            "SELECT patient_id, sent_at FROM messages WHERE patient_id IN",
            "AND stage IN ('booster_invitation', 'booster_recommended', 'booster_overdue') AND sent_at IS NOT NULL
             ORDER BY sent_at"
        );
        Ok(rows.into_iter().map(|row| (row.patient_id, row.sent_at)).collect())
    }
}

/// A message that called somebody back.
#[derive(sqlx::FromRow)]
struct Called {
    patient_id: PatientId,
    sent_at: DateTime<Utc>,
}
