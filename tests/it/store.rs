//! Every aggregate of the store comes back from both databases as it went in, and each refusal is the database's own.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use seriesbook::actions::Actor;
use seriesbook::domain::appointments::{AppointmentStatus, SeriesStatus};
use seriesbook::domain::candidacy::{Decision, Outcome};
use seriesbook::domain::companions::{Companion, Venue};
use seriesbook::domain::drivers::{DaySign, DriveStatus, Legs};
use seriesbook::domain::ids::{
    AbsenceId, AppointmentId, DecisionId, DriveId, DriverId, LinkId, MessageId, PatientId, ProtocolId,
    ResourceId, SeriesId, ServiceId, WorkItemId,
};
use seriesbook::domain::messages::{MessageStatus, Stage, unique_key};
use seriesbook::domain::patients::ContactPreference;
use seriesbook::domain::protocols::VisitRole;
use seriesbook::domain::services::{Assignment, Category, Kind, Phase};
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::appointments::Appointment;
use seriesbook::store::drivers::{Drive, Driver};
use seriesbook::store::links::Link;
use seriesbook::store::messages::{Message, SentCopy};
use seriesbook::store::patients::Patient;
use seriesbook::store::resources::Absence;
use seriesbook::store::series::Series;
use seriesbook::store::sessions::Session;
use seriesbook::store::work_items::WorkItem;
use seriesbook::store::{AuditEntry, Store, StoreError, Tx};

use crate::support::clinic::Clinic;
use crate::support::databases::{count, execute, literal, on_each_database};

/// Two rows are the same when every field prints the same.
macro_rules! assert_same {
    ($left:expr, $right:expr) => {
        assert_eq!(format!("{:?}", $left), format!("{:?}", $right))
    };
}

mod care;
mod ledger;
mod log;
mod people;
mod taken;
mod visits;

/// A transaction of the program's own.
async fn write(clinic: &Clinic) -> Tx {
    clinic.write(&Actor::System).await
}

fn phase(name: &str, offset: i64, minutes: i64, needs: &[Kind]) -> Phase {
    Phase { name: name.to_owned(), offset, minutes, needs: needs.to_vec() }
}

/// A visit of two phases: Jane for the first hour, then Sam for half an hour.
async fn visit(clinic: &Clinic, patient: &Patient, local: &str) -> Appointment {
    let service = clinic.service("Consultation").await;
    let starts_at = clinic.at(local);
    let id = AppointmentId::new();
    Appointment {
        id,
        site_id: clinic.site.id,
        patient_id: patient.id,
        service_id: service.id,
        series_id: None,
        role: None,
        role_index: None,
        category: Category::Consultation,
        venue: Venue::Clinic,
        companion: Companion::Driver,
        name: service.name,
        public_name: service.public_name,
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(90),
        phases: vec![phase("talk", 0, 60, &[Kind::Clinician]), phase("rest", 60, 30, &[Kind::Attendant])],
        assigned: vec![
            Assignment { kind: Kind::Clinician, resource: clinic.jane },
            Assignment { kind: Kind::Attendant, resource: clinic.sam },
        ],
        status: AppointmentStatus::Booked,
        version: 1,
        ical_uid: format!("{id}@test"),
        price_cents: 25_000,
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
        created_at: clinic.now(),
    }
}

/// A pending message that is due now, with nothing optional in it.
fn message(clinic: &Clinic, patient: &Patient) -> Message {
    let id = MessageId::new();
    Message {
        id,
        site_id: clinic.site.id,
        unique_key: unique_key(id.0, 1, patient.id.0, Stage::PatientReminder, 60),
        stage: Stage::PatientReminder,
        lead_minutes: 60,
        patient_id: patient.id,
        series_id: None,
        appointment_id: None,
        version: 1,
        driver_id: None,
        rule_id: None,
        details: json!({ "was": ["2026-12-01T10:00:00Z"], "name": "Núñez “x”" }),
        due_at: clinic.now(),
        useful_until: clinic.now() + TimeDelta::days(1),
        status: MessageStatus::Pending,
        claimed_until: clinic.now(),
        claims: 0,
        tries: 0,
        last_error: None,
        maybe_twice: false,
        message_id: format!("{id}@clinic.test"),
        sent_at: None,
        sent_to: None,
        subject: None,
        body_text: None,
        body_html: None,
        calendar: None,
        created_at: clinic.now(),
    }
}
