//! Drivers and the drives asked of them.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::bounces::is_bounced;
use crate::domain::drivers::{DaySign, DriveStatus, Legs};
use crate::domain::ids::{AppointmentId, DriveId, DriverId, PatientId, SiteId};

/// A person who drives a patient.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Driver {
    /// Their id.
    pub id: DriverId,
    /// Whom they drive.
    pub patient_id: PatientId,
    /// Their name.
    pub full_name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// Phone as written.
    pub phone: Option<String>,
    /// Since when it is known that mail to them reaches somebody else.
    pub address_wrong_at: Option<DateTime<Utc>>,
    /// The address mail came back from, if it did; of no weight once they have another.
    pub address_bounced: Option<String>,
    /// Since when.
    pub address_bounced_at: Option<DateTime<Utc>>,
    /// When they were named.
    pub created_at: DateTime<Utc>,
}

impl Driver {
    /// Where mail to them may go: nowhere once it reached somebody else, or while it comes back.
    pub fn mail_address(&self) -> Option<&str> {
        self.email.as_deref().filter(|_| self.address_wrong_at.is_none() && !self.mail_bounces())
    }

    /// Whether mail to their present address comes back.
    pub fn mail_bounces(&self) -> bool {
        is_bounced(self.email.as_deref(), self.address_bounced.as_deref())
    }
}

/// One drive asked of one driver, with the driver's name and contacts.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Drive {
    /// Its id.
    pub id: DriveId,
    /// To which visit.
    pub appointment_id: AppointmentId,
    /// Of whom.
    pub driver_id: DriverId,
    /// How far the asking has come.
    pub status: DriveStatus,
    /// Which ways they take on.
    pub legs: Legs,
    /// The version of the visit that was asked about.
    pub appointment_version: i64,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// When they answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// Who recorded the answer: the driver by link, or staff by phone.
    pub answered_by: Option<String>,
    /// Who told staff of the answer.
    pub said_by: Option<String>,
    /// What the driver says of themselves on the day.
    pub sign: Option<DaySign>,
    /// Since when.
    pub sign_at: Option<DateTime<Utc>>,
    /// The driver's name.
    pub full_name: String,
    /// The driver's email.
    pub email: Option<String>,
    /// The driver's phone.
    pub phone: Option<String>,
}

const SELECT_DRIVE: &str =
    "SELECT d.*, p.full_name, p.email, p.phone FROM drives d JOIN drivers p ON p.id = d.driver_id";

impl Tx {
    /// One driver.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn driver(&mut self, id: DriverId) -> Result<Option<Driver>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM drivers WHERE id = $1").bind(id).fetch_optional(c).await?),
        )
    }

    /// Drivers a patient has named, the last first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn drivers_of(&mut self, patient: PatientId) -> Result<Vec<Driver>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM drivers WHERE patient_id = $1 ORDER BY created_at DESC, id DESC")
            .bind(patient).fetch_all(c).await?))
    }

    /// Adds a driver.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_driver(&mut self, driver: &Driver) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO drivers (id, patient_id, full_name, email, phone, created_at, address_wrong_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(driver.id).bind(driver.patient_id).bind(&driver.full_name).bind(&driver.email).bind(&driver.phone)
            .bind(driver.created_at).bind(driver.address_wrong_at).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Changes a driver's contacts, and whether their address is somebody else's.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn update_driver(&mut self, driver: &Driver) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "UPDATE drivers SET full_name = $2, email = $3, phone = $4, address_wrong_at = $5 WHERE id = $1")
            .bind(driver.id).bind(&driver.full_name).bind(&driver.email).bind(&driver.phone)
            .bind(driver.address_wrong_at).execute(c).await?.rows_affected());
        Ok(())
    }

    /// The drive that counts for a visit (asked or confirmed).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn current_drive(&mut self, appointment: AppointmentId) -> Result<Option<Drive>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{SELECT_DRIVE} WHERE d.appointment_id = $1 AND d.status IN ('asked', 'confirmed')"
        ));
        Ok(on_db!(self, c => sqlx::query_as(sql).bind(appointment).fetch_optional(c).await?))
    }

    /// Every drive of a visit, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn drives_to(&mut self, appointment: AppointmentId) -> Result<Vec<Drive>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{SELECT_DRIVE} WHERE d.appointment_id = $1 ORDER BY d.asked_at DESC, d.id DESC"
        ));
        Ok(on_db!(self, c => sqlx::query_as(sql).bind(appointment).fetch_all(c).await?))
    }

    /// The drives asked of a driver that count, in order of asking.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn drives_by(&mut self, driver: DriverId) -> Result<Vec<Drive>, StoreError> {
        let sql =
            sqlx::AssertSqlSafe(format!("{SELECT_DRIVE} WHERE d.driver_id = $1 ORDER BY d.asked_at, d.id"));
        Ok(on_db!(self, c => sqlx::query_as(sql).bind(driver).fetch_all(c).await?))
    }

    /// The drives that count for visits of a site starting inside a window.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn current_drives_between(
        &mut self,
        site: SiteId,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<Drive>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{SELECT_DRIVE} JOIN appointments a ON a.id = d.appointment_id
             WHERE a.site_id = $1 AND a.starts_at >= $2 AND a.starts_at < $3 AND d.status IN ('asked', 'confirmed')"
        ));
        Ok(on_db!(self, c => sqlx::query_as(sql).bind(site).bind(from).bind(to).fetch_all(c).await?))
    }

    /// The drives that count for a patient's visits.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn current_drives_of(&mut self, patient: PatientId) -> Result<Vec<Drive>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{SELECT_DRIVE} JOIN appointments a ON a.id = d.appointment_id
             WHERE a.patient_id = $1 AND d.status IN ('asked', 'confirmed')"
        ));
        Ok(on_db!(self, c => sqlx::query_as(sql).bind(patient).fetch_all(c).await?))
    }

    /// Adds a drive.
    ///
    /// # Errors
    /// [`StoreError::Unique`] when the visit has a current one.
    pub async fn insert_drive(&mut self, drive: &Drive) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO drives (id, appointment_id, driver_id, status, appointment_version, asked_at, answered_at, answered_by,
             legs, sign, sign_at, said_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
            .bind(drive.id).bind(drive.appointment_id).bind(drive.driver_id).bind(drive.status)
            .bind(drive.appointment_version).bind(drive.asked_at).bind(drive.answered_at).bind(&drive.answered_by)
            .bind(drive.legs).bind(drive.sign).bind(drive.sign_at).bind(&drive.said_by)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Records how a drive stands now, if it still stood as `was`; `false` if somebody was first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn update_drive(&mut self, drive: &Drive, was: DriveStatus) -> Result<bool, StoreError> {
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE drives SET status = $3, appointment_version = $4, answered_at = $5, answered_by = $6, legs = $7,
             sign = $8, sign_at = $9, said_by = $10 WHERE id = $1 AND status = $2")
            .bind(drive.id).bind(was).bind(drive.status).bind(drive.appointment_version).bind(drive.answered_at)
            .bind(&drive.answered_by).bind(drive.legs).bind(drive.sign).bind(drive.sign_at).bind(&drive.said_by)
            .execute(c).await?.rows_affected());
        Ok(changed == 1)
    }
}

impl Tx {
    /// One drive.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn drive(&mut self, id: DriveId) -> Result<Option<Drive>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("{SELECT_DRIVE} WHERE d.id = $1"));
        Ok(on_db!(self, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await?))
    }
}

impl Tx {
    /// Every drive asked for a patient's visits, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn drives_of(&mut self, patient: PatientId) -> Result<Vec<Drive>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{SELECT_DRIVE} JOIN appointments a ON a.id = d.appointment_id
             WHERE a.patient_id = $1 ORDER BY d.asked_at DESC, d.id DESC"
        ));
        Ok(on_db!(self, c => sqlx::query_as(sql).bind(patient).fetch_all(c).await?))
    }
}
