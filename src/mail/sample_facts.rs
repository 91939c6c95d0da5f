//! Rows for the tests of messages: one clinic, one patient, one driver, two visits.

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};

use crate::domain::appointments::AppointmentStatus;
use crate::domain::companions::{Companion, Venue};
use crate::domain::ids::{AppointmentId, DriverId, PatientId, ServiceId, SiteId};
use crate::domain::patients::ContactPreference;
use crate::domain::services::Category;
use crate::store::appointments::Appointment;
use crate::store::drivers::Driver;
use crate::store::patients::Patient;
use crate::store::sites::Site;

/// Friday, November 20, 2026, 9:00 AM in New York.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 14, 0, 0).unwrap()
}

/// Tuesday, December 1, 2026, 10:00 AM in New York.
pub fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap()
}

pub fn site() -> Site {
    Site {
        id: SiteId::new(),
        name: "Elm Street Clinic".to_owned(),
        timezone: chrono_tz::America::New_York,
        phone: "+1 555 010 0100".to_owned(),
        email: "desk@elmstreet.example".to_owned(),
        address: "12 Elm Street, door B".to_owned(),
        currency: "USD".to_owned(),
        created_at: now(),
    }
}

pub fn patient() -> Patient {
    Patient {
        id: PatientId::new(),
        site_id: SiteId::new(),
        full_name: "Maria Alvarez".to_owned(),
        sort_name: "Alvarez, Maria".to_owned(),
        name_to_use: None,
        birth_date: NaiveDate::from_ymd_opt(1988, 3, 4).expect("a date"),
        email: Some("maria@patient.example".to_owned()),
        phone: Some("+1 555 010 0133".to_owned()),
        contact: ContactPreference::Email,
        version: 1,
        created_at: now(),
    }
}

pub fn driver(patient: PatientId) -> Driver {
    Driver {
        id: DriverId::new(),
        patient_id: patient,
        full_name: "Daniel Reyes".to_owned(),
        email: Some("daniel@driver.example".to_owned()),
        phone: None,
        created_at: now(),
    }
}

/// A booked treatment of 150 minutes with tell-tale names, which no message may carry.
pub fn visit(patient: PatientId, starts_at: DateTime<Utc>) -> Appointment {
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
        created_at: now(),
    }
}
