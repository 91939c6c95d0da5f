//! Book a single visit: person and room together, under every gate.

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use serde_json::json;

use super::availability::{Wanted, Window};
use super::programme::single_gate;
use super::{ActionError, Actor, Conflict, ConflictKind, notify, pass, recall};
use crate::config::Rules;
use crate::domain::appointments::AppointmentStatus;
use crate::domain::gates::{self, BookingFacts, Unmet};
use crate::domain::ids::{AppointmentId, PatientId, ResourceId, SeriesId, ServiceId};
use crate::domain::protocols::VisitRole;
use crate::domain::roles::Permission;
use crate::domain::services::{Assignment, Category, Service};
use crate::domain::time::visit_start;
use crate::store::appointments::Appointment;
use crate::store::sites::Site;
use crate::store::{AuditEntry, StoreError, Tx};

/// A single visit to be booked.
#[derive(Clone, Copy, Debug)]
pub struct BookVisit {
    /// The id it will have.
    pub id: AppointmentId,
    /// For whom.
    pub patient: PatientId,
    /// Which service.
    pub service: ServiceId,
    /// When.
    pub starts_at: DateTime<Utc>,
    /// With whom, if it matters; rooms are chosen.
    pub with: Option<ResourceId>,
}

/// Books a single visit.
///
/// # Errors
/// [`ActionError::Unmet`] with every shut gate, [`ActionError::Conflicts`] with everybody in the way.
pub async fn book_visit(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    visit: BookVisit,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    tx.lock_bookings(site.id).await?;
    super::series::release_ended_holds(tx, site).await?;
    let patient =
        tx.patient(visit.patient).await?.filter(|p| p.site_id == site.id).ok_or(ActionError::NotFound)?;
    let service =
        tx.service(visit.service).await?.filter(|service| service.active).ok_or(ActionError::NotFound)?;
    if visit.starts_at <= tx.now() {
        return Err(ActionError::Refused("book-time-past"));
    }
    on_grid(rules, site, visit.starts_at)?;
    not_far(tx.now(), visit.starts_at)?;
    let ends_at = visit.starts_at + TimeDelta::minutes(service.minutes());
    let mut unmet = booking_gate(tx, site, patient.id, &service, &[visit.starts_at], &[]).await?;
    unmet.extend(single_gate(tx, site, patient.id, &service).await?);
    pass(unmet)?;
    let window = Window::load(tx, site, visit.starts_at, ends_at).await?;
    let wanted = Wanted {
        name: &service.name,
        phases: &service.phases,
        start: visit.starts_at,
        patient: Some(patient.id),
        with: visit.with,
        except: &[],
    };
    let Some(assigned) = window.assign(&wanted) else {
        return Err(ActionError::Conflicts(named(window.conflicts(&wanted), &wanted)));
    };
    let place = Place { patient: patient.id, series: None, role: None, status: AppointmentStatus::Booked };
    let appointment = build(tx, site, &service, visit.id, visit.starts_at, assigned, place);
    enter(tx, &appointment).await?;
    notify::visit_booked(tx, rules, &appointment).await?;
    if appointment.is_treatment() {
        recall::replan(tx, patient.id).await?;
    }
    audit(tx, "appointment.book", &appointment);
    if service.category == Category::Consultation {
        super::intake::consultation_booked(tx, patient.id).await?;
    }
    Ok(())
}

/// How far ahead anything is booked, in days: hours and prices of later years are nobody's promise.
const FARTHEST_DAYS: i64 = 400;

/// Refuses a start beyond [`FARTHEST_DAYS`].
pub(super) fn not_far(now: DateTime<Utc>, start: DateTime<Utc>) -> Result<(), ActionError> {
    if start - now > TimeDelta::days(FARTHEST_DAYS) {
        Err(ActionError::Refused("book-date-far"))
    } else {
        Ok(())
    }
}

/// Refuses a start that is not on the clinic's grid, or at a wall-clock time that a clock change makes ambiguous.
pub(super) fn on_grid(rules: &Rules, site: &Site, start: DateTime<Utc>) -> Result<(), ActionError> {
    let local = start.with_timezone(&site.timezone).naive_local();
    let minute = i64::from(local.time().num_seconds_from_midnight());
    let sound = minute % (rules.grid_minutes * 60) == 0 && visit_start(site.timezone, local) == Some(start);
    if sound { Ok(()) } else { Err(ActionError::Refused("book-off-grid")) }
}

/// The visit as the service it was booked as: a move never brings in later changes of the service.
pub(super) fn as_service(visit: &Appointment) -> Service {
    Service {
        id: visit.service_id,
        name: visit.name.clone(),
        public_name: visit.public_name.clone(),
        category: visit.category,
        venue: visit.venue,
        companion: visit.companion,
        phases: visit.phases.clone(),
        price_cents: visit.price_cents,
        active: true,
    }
}

/// Whether treatments of a patient may enter the book at these starts; `except` are visits being moved or replaced.
pub(super) async fn booking_gate(
    tx: &mut Tx,
    site: &Site,
    patient: PatientId,
    service: &Service,
    starts: &[DateTime<Utc>],
    except: &[AppointmentId],
) -> Result<Vec<Unmet>, ActionError> {
    let is_treatment = service.category.needs_candidacy();
    if !is_treatment {
        return Ok(Vec::new());
    }
    let decision = tx.decision_of(patient).await?;
    let mut days: Vec<NaiveDate> = tx
        .appointments_of(patient)
        .await?
        .into_iter()
        .filter(|other| !except.contains(&other.id))
        .filter_map(|other| other.treatment_day)
        .collect();
    let mut unmet = Vec::new();
    for start in starts {
        let date = date_at(site, *start);
        let facts = BookingFacts { is_treatment, decision: decision.as_ref(), date, treatment_days: &days };
        for one in gates::booking(&facts) {
            if !unmet.contains(&one) {
                unmet.push(one);
            }
        }
        days.push(date);
    }
    Ok(unmet)
}

/// Where a visit belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub patient: PatientId,
    pub series: Option<SeriesId>,
    pub role: Option<(VisitRole, i64)>,
    pub status: AppointmentStatus,
}

/// A new appointment with what the service says now; later changes of the service leave it alone.
pub(super) fn build(
    tx: &Tx,
    site: &Site,
    service: &Service,
    id: AppointmentId,
    starts_at: DateTime<Utc>,
    assigned: Vec<Assignment>,
    place: Place,
) -> Appointment {
    Appointment {
        id,
        site_id: site.id,
        patient_id: place.patient,
        service_id: service.id,
        series_id: place.series,
        role: place.role.map(|(role, _)| role),
        role_index: place.role.map(|(_, index)| index),
        category: service.category,
        venue: service.venue,
        companion: service.companion,
        name: service.name.clone(),
        public_name: service.public_name.clone(),
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(service.minutes()),
        phases: service.phases.clone(),
        assigned,
        status: place.status,
        version: 1,
        ical_uid: format!("{id}@seriesbook"),
        price_cents: service.price_cents,
        treatment_day: service.category.needs_candidacy().then(|| date_at(site, starts_at)),
        confirmed_at: None,
        arrived_at: None,
        started_at: None,
        recovery_at: None,
        ended_at: None,
        coach_check_in_by: None,
        coach_check_in_waived: None,
        escort: None,
        override_reason: None,
        cancelled_at: None,
        cancelled_by: None,
        cancel_reason: None,
        created_at: tx.now(),
    }
}

/// Puts an appointment and its time into the book. The database's own refusals come back as the conflicts they are.
pub(super) async fn enter(tx: &mut Tx, appointment: &Appointment) -> Result<(), ActionError> {
    tx.insert_appointment(appointment).await.map_err(|error| refused(error, appointment))?;
    tx.occupy(appointment).await.map_err(|error| refused(error, appointment))
}

/// The database's own refusals in the actions' words.
pub(super) fn refused(error: StoreError, appointment: &Appointment) -> ActionError {
    match error {
        StoreError::Overlap => ActionError::Conflicts(vec![Conflict {
            visit: appointment.name.clone(),
            starts_at: appointment.starts_at,
            ends_at: appointment.ends_at,
            who: String::new(),
            what: ConflictKind::Taken,
        }]),
        StoreError::TreatmentThatDay => {
            ActionError::Unmet(appointment.treatment_day.map(Unmet::TreatmentThatDay).into_iter().collect())
        }
        other => ActionError::Store(other),
    }
}

/// A visit nobody can take must say so even where no single person is in the way (two needs that only one could fill).
pub(super) fn named(conflicts: Vec<Conflict>, wanted: &Wanted<'_>) -> Vec<Conflict> {
    if !conflicts.is_empty() {
        return conflicts;
    }
    let minutes = crate::domain::services::length(wanted.phases);
    vec![Conflict {
        visit: wanted.name.to_owned(),
        starts_at: wanted.start,
        ends_at: wanted.start + TimeDelta::minutes(minutes),
        who: String::new(),
        what: ConflictKind::Taken,
    }]
}

/// The site's date of an instant.
pub(super) fn date_at(site: &Site, at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&site.timezone).date_naive()
}

pub(super) fn audit(tx: &mut Tx, action: &'static str, appointment: &Appointment) {
    tx.audit(AuditEntry::new(action, Some(appointment.patient_id), "appointment", appointment.id.0).after(
        json!({
            "service": appointment.name, "start": appointment.starts_at, "state": appointment.status,
        }),
    ));
}
