//! Appointments: visits that are in the book, each with its own row, identity and version.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::appointments::{AppointmentStatus, ShownState, recovery_until};
use crate::domain::companions::{Companion, Venue};
use crate::domain::drivers::{self, PickUp, VisitTimes};
use crate::domain::ids::{AppointmentId, PatientId, ResourceId, SeriesId, ServiceId, SiteId};
use crate::domain::protocols::VisitRole;
use crate::domain::services::{self, Assignment, Category, Kind, Phase, Stretch};

/// A visit in the book. Phases, names and price are those of the booking, whatever the service says by now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// Where.
    pub site_id: SiteId,
    /// For whom.
    pub patient_id: PatientId,
    /// Which service it was booked as.
    pub service_id: ServiceId,
    /// The course it belongs to.
    pub series_id: Option<SeriesId>,
    /// Its place in the course.
    pub role: Option<VisitRole>,
    /// Counts from 1 within the role.
    pub role_index: Option<i64>,
    /// What it is for.
    pub category: Category,
    /// Where the patient is.
    pub venue: Venue,
    /// Who must be with the patient, if it is a treatment.
    pub companion: Companion,
    /// Name for staff.
    pub name: String,
    /// Neutral name for patients.
    pub public_name: String,
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: DateTime<Utc>,
    /// Its phases.
    #[sqlx(json)]
    pub phases: Vec<Phase>,
    /// Who serves which kind.
    #[sqlx(json)]
    pub assigned: Vec<Assignment>,
    /// Its state.
    pub status: AppointmentStatus,
    /// Rises whenever its time changes, it goes or comes back; iCalendar's SEQUENCE is one less. Other people at the same time
    /// leave it alone, so that links and mails stay valid.
    pub version: i64,
    /// iCalendar UID, for life.
    pub ical_uid: String,
    /// Price in cents.
    pub price_cents: i64,
    /// The site's date, while it is a treatment that takes place; the database allows one a day.
    pub treatment_day: Option<NaiveDate>,
    /// When the patient said they come.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When they were checked in.
    pub arrived_at: Option<DateTime<Utc>>,
    /// When treatment or talk began.
    pub started_at: Option<DateTime<Utc>>,
    /// When recovery began.
    pub recovery_at: Option<DateTime<Utc>>,
    /// When they went home.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who recorded or waived the coach's check-in.
    pub coach_check_in_by: Option<String>,
    /// Why it was waived, if it was.
    pub coach_check_in_waived: Option<String>,
    /// Who took the patient home.
    pub escort: Option<String>,
    /// Why somebody went past a gate, and who.
    pub override_reason: Option<String>,
    /// When it was canceled.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// By whom.
    pub cancelled_by: Option<String>,
    /// Why.
    pub cancel_reason: Option<String>,
    /// When it was booked.
    pub created_at: DateTime<Utc>,
}

impl Appointment {
    /// Whether it is a treatment, with all that hangs on one.
    pub fn is_treatment(&self) -> bool {
        self.category.needs_candidacy()
    }

    /// Whether a companion is needed: a driver, or at home a sitter.
    pub fn needs_driver(&self) -> bool {
        self.category.needs_driver()
    }

    /// Who serves a kind.
    pub fn resource_for(&self, kind: Kind) -> Option<ResourceId> {
        self.assigned.iter().find(|assignment| assignment.kind == kind).map(|assignment| assignment.resource)
    }

    /// The time it takes of everybody it binds.
    pub fn stretches(&self) -> Vec<Stretch> {
        services::stretches(&self.phases, self.starts_at, &self.assigned)
    }

    /// When recovery may end: counted from its real beginning once that is known, else from the plan.
    pub fn recovery_until(&self) -> Option<DateTime<Utc>> {
        match self.recovery_at {
            Some(began) => Some(recovery_until(began, services::recovery_minutes(&self.phases))),
            None => services::recovery_ends(&self.phases, self.starts_at),
        }
    }

    /// When the treatment proper should end, once it has begun.
    pub fn treatment_until(&self) -> Option<DateTime<Utc>> {
        let recovery = self.phases.iter().find(|phase| phase.name == services::PHASE_RECOVERY);
        let minutes = recovery.map_or_else(|| services::length(&self.phases), |phase| phase.offset);
        self.started_at.map(|began| began + TimeDelta::minutes(minutes))
    }

    /// The window in which a driver picks the patient up, as things stand now.
    pub fn pick_up(&self, pick_up: PickUp, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
        let times = VisitTimes {
            phases: &self.phases,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            arrived_at: self.arrived_at,
            started_at: self.started_at,
            recovery_at: self.recovery_at,
        };
        drivers::pick_up_window(&times, pick_up, now)
    }

    /// Whether a coach's check-in belongs to this visit before discharge.
    pub fn has_coach_check_in(&self) -> bool {
        self.is_treatment() && self.phases.iter().any(|phase| phase.needs.contains(&Kind::Coach))
    }

    /// Its state as people see it.
    pub fn shown_state(&self, now: DateTime<Utc>) -> ShownState {
        ShownState::of(self.status, self.confirmed_at.is_some(), self.recovery_until(), now)
    }
}

impl Tx {
    /// One appointment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn appointment(&mut self, id: AppointmentId) -> Result<Option<Appointment>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM appointments WHERE id = $1")
            .bind(id).fetch_optional(c).await?))
    }

    /// Appointments of a site that start inside a window, in order of start; canceled ones too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn appointments_between(
        &mut self,
        site: SiteId,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<Appointment>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM appointments WHERE site_id = $1 AND starts_at >= $2 AND starts_at < $3 ORDER BY starts_at, id")
            .bind(site).bind(from).bind(to).fetch_all(c).await?))
    }

    /// A patient's appointments in order of start; canceled ones too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn appointments_of(&mut self, patient: PatientId) -> Result<Vec<Appointment>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM appointments WHERE patient_id = $1 ORDER BY starts_at, id")
            .bind(patient).fetch_all(c).await?),
        )
    }

    /// A series' appointments in order of start; canceled ones too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn appointments_in(&mut self, series: SeriesId) -> Result<Vec<Appointment>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM appointments WHERE series_id = $1 ORDER BY starts_at, id")
            .bind(series).fetch_all(c).await?),
        )
    }

    /// The first appointment of a site that is still ahead at an instant.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next_appointment(
        &mut self,
        site: SiteId,
        after: DateTime<Utc>,
    ) -> Result<Option<Appointment>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM appointments WHERE site_id = $1 AND starts_at > $2 AND status IN ('held', 'booked')
             ORDER BY starts_at, id LIMIT 1")
            .bind(site).bind(after).fetch_optional(c).await?))
    }

    /// Appointments whose patients are in the house but whose day began before an instant: loose ends of earlier days.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn loose_ends(
        &mut self,
        site: SiteId,
        before: DateTime<Utc>,
    ) -> Result<Vec<Appointment>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM appointments WHERE site_id = $1 AND starts_at < $2
             AND status IN ('arrived', 'in_progress', 'recovering') ORDER BY starts_at, id LIMIT 50")
            .bind(site).bind(before).fetch_all(c).await?))
    }

    /// Adds an appointment; its time is taken by [`Tx::occupy`].
    ///
    /// # Errors
    /// [`StoreError::TreatmentThatDay`] when the patient has another treatment that day.
    pub async fn insert_appointment(&mut self, a: &Appointment) -> Result<(), StoreError> {
        use sqlx::types::Json;
        on_db!(self, c => sqlx::query(
            "INSERT INTO appointments (id, site_id, patient_id, service_id, series_id, role, role_index, category, name,
             public_name, starts_at, ends_at, phases, assigned, status, version, ical_uid, price_cents, treatment_day,
             confirmed_at, created_at, venue, companion)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)")
            .bind(a.id).bind(a.site_id).bind(a.patient_id).bind(a.service_id).bind(a.series_id).bind(a.role)
            .bind(a.role_index).bind(a.category).bind(&a.name).bind(&a.public_name).bind(a.starts_at).bind(a.ends_at)
            .bind(Json(&a.phases)).bind(Json(&a.assigned)).bind(a.status).bind(a.version).bind(&a.ical_uid)
            .bind(a.price_cents).bind(a.treatment_day).bind(a.confirmed_at).bind(a.created_at)
            .bind(a.venue).bind(a.companion)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Writes every changeable value of an appointment if it is still in `was` at version `was_version`; `false` if
    /// somebody was first.
    ///
    /// # Errors
    /// [`StoreError::TreatmentThatDay`] when the patient has another treatment on the new day.
    pub async fn update_appointment(
        &mut self,
        a: &Appointment,
        was: AppointmentStatus,
        was_version: i64,
    ) -> Result<bool, StoreError> {
        use sqlx::types::Json;
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE appointments SET starts_at = $4, ends_at = $5, phases = $6, assigned = $7, status = $8, version = $9,
             treatment_day = $10, confirmed_at = $11, arrived_at = $12, started_at = $13, recovery_at = $14,
             ended_at = $15, coach_check_in_by = $16, coach_check_in_waived = $17, escort = $18, override_reason = $19,
             cancelled_at = $20, cancelled_by = $21, cancel_reason = $22, service_id = $23, name = $24, public_name = $25,
             price_cents = $26, venue = $27, companion = $28
             WHERE id = $1 AND status = $2 AND version = $3")
            .bind(a.id).bind(was).bind(was_version).bind(a.starts_at).bind(a.ends_at).bind(Json(&a.phases))
            .bind(Json(&a.assigned)).bind(a.status).bind(a.version).bind(a.treatment_day).bind(a.confirmed_at)
            .bind(a.arrived_at).bind(a.started_at).bind(a.recovery_at).bind(a.ended_at).bind(&a.coach_check_in_by)
            .bind(&a.coach_check_in_waived).bind(&a.escort).bind(&a.override_reason).bind(a.cancelled_at)
            .bind(&a.cancelled_by).bind(&a.cancel_reason).bind(a.service_id).bind(&a.name).bind(&a.public_name)
            .bind(a.price_cents).bind(a.venue).bind(a.companion)
            .execute(c).await?.rows_affected());
        if changed == 1 {
            self.note_change(a.id).await?;
        }
        Ok(changed == 1)
    }

    /// Gives up the day a treatment holds, until it takes its new one: treatments of one course may move onto each other's days.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn free_treatment_day(&mut self, id: AppointmentId) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query("UPDATE appointments SET treatment_day = NULL WHERE id = $1")
            .bind(id).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Gives a visit another number in its course; nobody is told of numbers, so its version stays.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn renumber_visit(&mut self, id: AppointmentId, index: i64) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query("UPDATE appointments SET role_index = $2 WHERE id = $1")
            .bind(id).bind(index).execute(c).await?.rows_affected());
        Ok(())
    }
}
