//! Occupancy: time taken, one row per holder and phase, the patient included. The database refuses an overlap.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::appointments::Appointment;
use super::{StoreError, Tx, on_db};
use crate::domain::ids::{AppointmentId, SiteId};

/// The kind under which a patient's own time is taken.
pub const PATIENT_KIND: &str = "patient";

/// A stretch of somebody's or a room's taken time.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Occupied {
    /// For which appointment.
    pub appointment_id: AppointmentId,
    /// Resource id, or the patient's id.
    pub holder: Uuid,
    /// As what, or `patient`.
    pub kind: String,
    /// In which phase; `visit` for the patient.
    pub phase: String,
    /// From (inclusive).
    pub starts_at: DateTime<Utc>,
    /// To (exclusive).
    pub ends_at: DateTime<Utc>,
}

/// The rows an appointment takes: each resource phase by phase, the patient from start to end.
pub fn rows_of(appointment: &Appointment) -> Vec<Occupied> {
    let mut rows: Vec<Occupied> = appointment
        .stretches()
        .into_iter()
        .map(|stretch| Occupied {
            appointment_id: appointment.id,
            holder: stretch.resource.0,
            kind: stretch.kind.as_str().to_owned(),
            phase: stretch.phase,
            starts_at: stretch.starts_at,
            ends_at: stretch.ends_at,
        })
        .collect();
    rows.push(Occupied {
        appointment_id: appointment.id,
        holder: appointment.patient_id.0,
        kind: PATIENT_KIND.to_owned(),
        phase: "visit".to_owned(),
        starts_at: appointment.starts_at,
        ends_at: appointment.ends_at,
    });
    rows
}

impl Tx {
    /// Takes the time of an appointment.
    ///
    /// # Errors
    /// [`StoreError::Overlap`] when anybody it binds is taken; the transaction is of no further use then.
    pub async fn occupy(&mut self, appointment: &Appointment) -> Result<(), StoreError> {
        for row in rows_of(appointment) {
            self.insert_occupied(&row).await?;
        }
        Ok(())
    }

    /// Takes one stretch of time.
    ///
    /// # Errors
    /// [`StoreError::Overlap`] when the holder is taken.
    pub async fn insert_occupied(&mut self, row: &Occupied) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO occupancy (appointment_id, holder, kind, phase, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(row.appointment_id).bind(row.holder).bind(&row.kind).bind(&row.phase).bind(row.starts_at)
            .bind(row.ends_at).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Gives an appointment's time back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn vacate(&mut self, appointment: AppointmentId) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query("DELETE FROM occupancy WHERE appointment_id = $1")
            .bind(appointment).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Time taken of a site's appointments that touches a window. One statement, however many holders.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn occupied_between(
        &mut self,
        site: SiteId,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<Occupied>, StoreError> {
        // No visit lasts longer than a day, so the index on the appointments' start bounds what is read.
        let reach = from - chrono::TimeDelta::days(1);
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT o.* FROM appointments a JOIN occupancy o ON o.appointment_id = a.id
             WHERE a.site_id = $1 AND a.starts_at >= $4 AND a.starts_at < $3 AND o.ends_at > $2 AND o.starts_at < $3
             ORDER BY o.starts_at, o.holder")
            .bind(site).bind(from).bind(to).bind(reach).fetch_all(c).await?))
    }

    /// What stands in the way of a stretch of a holder's time, other than the appointments in `except`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn in_the_way(
        &mut self,
        holder: Uuid,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        except: &[AppointmentId],
    ) -> Result<Vec<Occupied>, StoreError> {
        let found: Vec<Occupied> = on_db!(self, c => sqlx::query_as(
            "SELECT * FROM occupancy WHERE holder = $1 AND ends_at > $2 AND starts_at < $3 ORDER BY starts_at")
            .bind(holder).bind(from).bind(to).fetch_all(c).await?);
        Ok(found.into_iter().filter(|row| !except.contains(&row.appointment_id)).collect())
    }
}
