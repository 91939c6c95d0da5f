//! Rows for the tests of messages: one clinic, one patient, one driver, two visits.

use chrono::{DateTime, TimeZone, Utc};

use super::sample;
use crate::domain::ids::{PatientId, SiteId};
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
    sample::patient(now())
}

pub fn driver(patient: PatientId) -> Driver {
    sample::driver(patient, now())
}

/// A booked treatment of 150 minutes with tell-tale names, which no message may carry.
pub fn visit(patient: PatientId, starts_at: DateTime<Utc>) -> Appointment {
    sample::visit(patient, starts_at, now())
}
