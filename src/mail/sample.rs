//! A made-up patient, driver and visits, and each message about them in a clinic's name: for previews, samples and tests.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::compose::{ComposeError, Facts, compose_in};
use super::render::Rendered;
use crate::domain::appointments::AppointmentStatus;
use crate::domain::companions::{Companion, Venue};
use crate::domain::drivers::PickUp;
use crate::domain::ids::{AppointmentId, DriverId, PatientId, ServiceId, SiteId};
use crate::domain::messages::Stage;
use crate::domain::patients::ContactPreference;
use crate::domain::services::Category;
use crate::domain::time::visit_start;
use crate::store::appointments::Appointment;
use crate::store::drivers::Driver;
use crate::store::patients::Patient;
use crate::store::sites::Site;
use crate::store::wordings::Wording;
use crate::words::Words;
use crate::words::format::Format;

/// The first made-up visit is this far ahead (days).
const AHEAD_DAYS: i64 = 11;
/// Hour of the day it starts at.
const HOUR: u32 = 10;
/// How wide its pick-up is.
const PICK_UP: PickUp = PickUp { before_minutes: 0, after_minutes: 30 };

/// The message of a stage about made-up people, in a clinic's name and words. Its links lead nowhere, and it has no calendar part:
/// nobody's calendar should keep a made-up visit.
///
/// # Errors
/// [`ComposeError`] for a message that needs what nobody has made up yet.
pub fn sample_letter(
    w: Words,
    site: &Site,
    stage: Stage,
    base_url: &str,
    now: DateTime<Utc>,
    own: &[Wording],
) -> Result<Rendered, ComposeError> {
    let (patient, f) = (patient(now), Format::new(site.timezone, now));
    let driver = driver(patient.id, now);
    let local = (f.today() + TimeDelta::days(AHEAD_DAYS))
        .and_time(NaiveTime::from_hms_opt(HOUR, 0, 0).unwrap_or_default());
    let start = visit_start(site.timezone, local).unwrap_or(now + TimeDelta::days(AHEAD_DAYS));
    let (visits, details) = visits_for(stage, patient.id, start, now);
    let url = format!("{base_url}/{}/sample", if stage.is_for_driver() { "d" } else { "v" });
    let facts = Facts {
        w,
        f,
        site,
        patient: &patient,
        stage,
        appointment: visits.first(),
        series: None,
        visits: &visits,
        driver: Some(&driver),
        drive_confirmed: false,
        driver_named: true,
        home_only: &[],
        pick_up: PICK_UP,
        details: &details,
        url: &url,
        organizer_email: &site.email,
        now,
        hold_until: Some(now + TimeDelta::hours(24)),
    };
    compose_in(&facts, own).map(|letter| Rendered { calendar: None, ..letter })
}

/// Two made-up visits a week apart, in the state a stage speaks of, and what it tells besides.
pub fn visits_for(
    stage: Stage,
    patient: PatientId,
    start: DateTime<Utc>,
    now: DateTime<Utc>,
) -> (Vec<Appointment>, Value) {
    let mut visits = vec![visit(patient, start, now), visit(patient, start + TimeDelta::days(7), now)];
    match stage {
        Stage::SeriesHeld => {
            visits.iter_mut().for_each(|visit| visit.status = AppointmentStatus::Held);
        }
        Stage::VisitCancelled => visits[0].status = AppointmentStatus::Cancelled,
        _ => {}
    }
    let first = visits[0].id;
    let details = json!({
        "moved": [{ "appointment": first, "from": start - TimeDelta::hours(21), "to": start }],
        "cancelled": [first],
        "counts_from": first,
        "intake": first,
        "decision": first,
        "link": first,
        "estimate": "0198c0de-0000-7000-8000-000000000000",
    });
    (visits, details)
}

/// Maria Alvarez, who reads mail.
pub fn patient(now: DateTime<Utc>) -> Patient {
    Patient {
        id: PatientId::new(),
        site_id: SiteId::new(),
        full_name: "Maria Alvarez".to_owned(),
        sort_name: "Alvarez, Maria".to_owned(),
        name_to_use: None,
        birth_date: NaiveDate::from_ymd_opt(1988, 3, 4).unwrap_or_default(),
        email: Some("maria@patient.example".to_owned()),
        phone: Some("+1 555 010 0133".to_owned()),
        contact: ContactPreference::Email,
        address_bounced: None,
        address_bounced_at: None,
        address_wrong_at: None,
        version: 1,
        created_at: now,
    }
}

/// Daniel Reyes, who drives her.
pub fn driver(patient: PatientId, now: DateTime<Utc>) -> Driver {
    Driver {
        id: DriverId::new(),
        patient_id: patient,
        full_name: "Daniel Reyes".to_owned(),
        email: Some("daniel@driver.example".to_owned()),
        phone: None,
        address_wrong_at: None,
        address_bounced: None,
        address_bounced_at: None,
        created_at: now,
    }
}

/// A booked treatment of 150 minutes with tell-tale names, which no message may carry.
pub fn visit(patient: PatientId, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Appointment {
    Appointment {
        id: AppointmentId::new(),
        site_id: SiteId::new(),
        patient_id: patient,
        service_id: ServiceId::new(),
        series_id: None,
        role: None,
        role_index: Some(3),
        category: Category::Treatment,
        venue: Venue::Clinic,
        companion: Companion::Driver,
        name: "Ketamine infusion".to_owned(),
        public_name: "Infusion".to_owned(),
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(150),
        phases: Vec::new(),
        assigned: Vec::new(),
        status: AppointmentStatus::Booked,
        version: 3,
        ical_uid: format!("visit-{}@clinic.example", starts_at.timestamp()),
        price_cents: 45_000,
        treatment_day: None,
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
        created_at: now,
    }
}
