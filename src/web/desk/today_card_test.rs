//! Cards of the board: their order, their column, their one act and their minutes.

use chrono::{NaiveDate, TimeZone};

use super::*;
use crate::domain::companions::{Companion, Venue};
use crate::domain::drivers::{DaySign, Legs};
use crate::domain::ids::{DriveId, DriverId, ServiceId, SiteId};
use crate::domain::patients::ContactPreference;
use crate::domain::services::{Category, Kind, Phase};

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 12, 1, 15, 12, 0).unwrap()
}

fn patient() -> Patient {
    Patient {
        id: PatientId::new(),
        site_id: SiteId::new(),
        full_name: "Jin Park".into(),
        sort_name: "Park, Jin".into(),
        name_to_use: None,
        birth_date: NaiveDate::from_ymd_opt(1990, 1, 1).expect("a date"),
        email: None,
        phone: None,
        contact: ContactPreference::Email,
        address_bounced: None,
        address_bounced_at: None,
        address_wrong_at: None,
        version: 1,
        created_at: now(),
    }
}

fn visit(patient: &Patient, category: Category, minutes_ago: i64) -> Appointment {
    let starts_at = now() - TimeDelta::minutes(minutes_ago);
    let phase = |name: &str, offset, minutes, needs: &[Kind]| Phase {
        name: name.into(),
        offset,
        minutes,
        needs: needs.to_vec(),
    };
    let phases = if category == Category::Treatment {
        vec![phase("infusion", 0, 60, &[Kind::Clinician]), phase("recovery", 60, 45, &[Kind::Coach])]
    } else {
        vec![phase("talk", 0, 50, &[Kind::Coach])]
    };
    Appointment {
        id: AppointmentId::new(),
        site_id: patient.site_id,
        patient_id: patient.id,
        service_id: ServiceId::new(),
        series_id: None,
        role: None,
        role_index: None,
        category,
        venue: Venue::Clinic,
        companion: Companion::Driver,
        name: "Infusion".into(),
        public_name: "Visit".into(),
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(105),
        phases,
        assigned: Vec::new(),
        status: AppointmentStatus::Booked,
        version: 1,
        ical_uid: String::new(),
        price_cents: 0,
        treatment_day: None,
        confirmed_at: Some(now()),
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

fn drive(visit: &Appointment, status: DriveStatus) -> Drive {
    Drive {
        id: DriveId::new(),
        appointment_id: visit.id,
        driver_id: DriverId::new(),
        status,
        legs: Legs::Both,
        appointment_version: 1,
        asked_at: now(),
        answered_at: None,
        answered_by: None,
        said_by: None,
        sign: None,
        sign_at: None,
        full_name: "Min Park".into(),
        email: None,
        phone: None,
    }
}

fn card_of(patient: &Patient, visit: &Appointment, drive: Option<Drive>) -> Card {
    Context {
        w: Words::default(),
        f: Format::new(chrono_tz::America::New_York, now()),
        now: now(),
        may_run: true,
        may_book: true,
        may_coach: false,
        patients: &HashMap::from([(patient.id, patient.clone())]),
        series: &HashMap::new(),
        decisions: &HashMap::new(),
        drives: &drive.into_iter().map(|drive| (drive.appointment_id, drive)).collect(),
        names: &HashMap::new(),
    }
    .card(visit)
    .expect("a card")
}

#[test]
fn cards_stand_in_order_of_column_then_time() {
    let patient = patient();
    let mut arrived = visit(&patient, Category::Coaching, 90);
    arrived.status = AppointmentStatus::Arrived;
    let (early, late) = (visit(&patient, Category::Coaching, 60), visit(&patient, Category::Coaching, 10));
    let mut cards: Vec<Card> = [&arrived, &late, &early].map(|visit| card_of(&patient, visit, None)).into();
    sort(&mut cards);
    let order: Vec<AppointmentId> = cards.iter().map(|card| card.id).collect();
    assert_eq!(order, [early.id, late.id, arrived.id]);
}

#[test]
fn the_one_button_cures_the_first_thing_missing() {
    let patient = patient();
    let treatment = visit(&patient, Category::Treatment, 12);
    let path = |card: Card| card.act.map(|act| act.path).unwrap_or_default();
    let base = format!("/appointments/{}", treatment.id);
    assert_eq!(path(card_of(&patient, &treatment, None)), format!("{base}/driver"));
    let yes = drive(&treatment, DriveStatus::Confirmed);
    let card = card_of(&patient, &treatment, Some(yes));
    assert_eq!(card.missing.len(), 1, "the decision is missing: {:?}", card.missing);
    assert_eq!(path(card), format!("/patients/{}", patient.id));
    let talk = visit(&patient, Category::Coaching, 12);
    let card = card_of(&patient, &talk, None);
    assert_eq!(card.timer.as_deref(), Some("12 min late"));
    assert_eq!(path(card), format!("/appointments/{}/check-in", talk.id));
}

#[test]
fn recovery_counts_down_to_the_minute_and_then_offers_the_way_home() {
    let patient = patient();
    let mut resting = visit(&patient, Category::Treatment, 100);
    resting.status = AppointmentStatus::Recovering;
    resting.recovery_at = Some(now() - TimeDelta::minutes(44) - TimeDelta::seconds(30));
    let card = card_of(&patient, &resting, None);
    assert_eq!(card.place, Place::Recovering);
    assert!(card.timer.expect("a timer").ends_with("in 1 min"));
    // The desk cannot record the coach's check-in; the card leads to the visit instead.
    assert!(!card.act.expect("an act").post);

    resting.coach_check_in_by = Some("Sam Reed".into());
    resting.recovery_at = Some(now() - TimeDelta::minutes(45));
    let yes = drive(&resting, DriveStatus::Confirmed);
    let act = card_of(&patient, &resting, Some(yes)).act.expect("an act");
    assert_eq!(act.hidden, [("escort", "Min Park".to_owned())]);
}

#[test]
fn a_waiting_driver_stands_on_the_card_with_the_time() {
    let patient = patient();
    let mut resting = visit(&patient, Category::Treatment, 100);
    resting.status = AppointmentStatus::Recovering;
    resting.recovery_at = Some(now() - TimeDelta::minutes(20));
    let mut yes = drive(&resting, DriveStatus::Confirmed);
    assert_eq!(card_of(&patient, &resting, Some(yes.clone())).driver_sign, None);
    (yes.sign, yes.sign_at) = (Some(DaySign::Waiting), Some(now() - TimeDelta::minutes(2)));
    let said = card_of(&patient, &resting, Some(yes.clone())).driver_sign.expect("a sign");
    assert_eq!(said, "Driver waiting: Min Park, since 10:10 AM");
    resting.status = AppointmentStatus::Fulfilled;
    assert_eq!(card_of(&patient, &resting, Some(yes)).driver_sign, None, "they have gone home");
}

#[test]
fn who_stays_with_a_patient_at_home_is_named_as_that_on_the_card() {
    let patient = patient();
    let mut at_home = visit(&patient, Category::Treatment, 12);
    (at_home.venue, at_home.companion) = (Venue::Home, Companion::Sitter);
    let mut yes = drive(&at_home, DriveStatus::Confirmed);
    assert_eq!(card_of(&patient, &at_home, Some(yes.clone())).driver, "Sitter: Min Park");
    (yes.sign, yes.sign_at) = (Some(DaySign::Waiting), Some(now() - TimeDelta::minutes(2)));
    let said = card_of(&patient, &at_home, Some(yes)).driver_sign.expect("a sign");
    assert_eq!(said, "Sitter is there: Min Park, since 10:10 AM");
    at_home.status = AppointmentStatus::Arrived;
    assert_eq!(card_of(&patient, &at_home, None).missing, ["Sitter: none named"]);
}
