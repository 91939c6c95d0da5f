//! What a decision names is what is booked; what it takes back is seen; and nobody decides over another's decision unread.

use axum::http::StatusCode;
use chrono::{NaiveDate, TimeDelta};
use seriesbook::actions::decide::{NewDecision, decide, decide_and_tell};
use seriesbook::actions::providers::{NewProvider, add_provider, record_consent};
use seriesbook::actions::{ActionError, outbox};
use seriesbook::domain::candidacy::Outcome;
use seriesbook::domain::gates::Unmet;
use seriesbook::domain::ids::{PatientId, ProviderId};
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::providers::ConsentScope;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;
use seriesbook::store::outbox::NO_DECISION;

use super::world::{MARIA, World};
use crate::support::databases::{count, on_each_database};

const OPEN_LINES: &str = "SELECT COUNT(*) FROM work_items WHERE kind = 'no_decision' AND done_at IS NULL";

/// A clinician decides for a protocol with a number.
async fn decided_for(world: &World, patient: PatientId, protocol: &str, planned: i64) {
    let new = NewDecision {
        patient,
        outcome: Outcome::Suitable,
        protocol: Some(world.clinic.protocol(protocol).await.id),
        planned_visits: Some(planned),
        expires_on: NaiveDate::from_ymd_opt(2027, 6, 30),
        note: String::new(),
        conditions: String::new(),
    };
    world.act(&world.doctor, async |tx| decide(tx, &world.doctor, new).await).await.expect("a decision");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_treatment_is_of_the_program_decided_and_no_more_than_its_number() {
    on_each_database(|store| Box::pin(single(store))).await;
}

async fn single(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let infusion = world.clinic.service("Infusion, 60 minutes").await.id;
    let side = world.clinic.service("SGB, one side").await.id;
    let at = |day: &str| world.clinic.at(&format!("{day}T10:00"));
    decided_for(&world, maria, "At home", 6).await;
    for service in [infusion, side] {
        let refused = world.book_visit(maria, service, at("2026-12-01")).await;
        let other = [Unmet::OtherProgramme];
        assert!(matches!(&refused, Err(ActionError::Unmet(all)) if all == &other), "{refused:?}");
    }
    let mut desk = world.signed_in("desk@harbor.test").await;
    let page = desk.get(&format!("/patients/{maria}/book?service={infusion}")).await;
    page.ok().says("the decision names another program");

    world.advance(TimeDelta::hours(1));
    decided_for(&world, maria, "SGB", 1).await;
    world.book_visit(maria, side, at("2026-12-01")).await.expect("decided and free");
    let second = world.book_visit(maria, side, at("2026-12-08")).await;
    let all_booked = [Unmet::AllBooked { decided: 1, booked: 1 }];
    assert!(matches!(&second, Err(ActionError::Unmet(all)) if all == &all_booked), "{second:?}");
    let mut desk = world.signed_in("desk@harbor.test").await;
    let page = desk.get(&format!("/patients/{maria}/book?service={side}")).await;
    page.ok().says("Decided: 1 treatment; 1 is booked already.");

    // A newer decision for another program leaves alone what was booked under this one.
    world.advance(TimeDelta::hours(1));
    decided_for(&world, maria, "Induction, 60 minutes", 6).await;
    let booked = world.visits_of(maria).await.remove(0);
    world.move_visit(booked.id, booked.version, at("2026-12-02"), None).await.expect("it may move");
    world.book_visit(maria, infusion, at("2026-12-09")).await.expect("what was decided");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_after_the_booking_stands_on_top_of_the_worklist_and_keeps_the_reminders_back() {
    on_each_database(|store| Box::pin(taken_back(store))).await;
}

async fn taken_back(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let (first, last) = (world.main(series, 1).await, world.main(series, 6).await);
    world.decide(maria, Outcome::NotSuitable, None).await.expect("decided anew");
    let line = (WorkKind::NoDecision, Some(first.id));
    assert_eq!(world.worklist().await.first(), Some(&line));
    let mut desk = world.signed_in("desk@harbor.test").await;
    let page = desk.get("/worklist").await;
    page.ok().says("Booked without a valid decision").says("6 treatments, from Tue, Dec 8 on");
    page.holds(&format!("href=\"/patients/{maria}\""));

    world.pass_until(first.starts_at - TimeDelta::hours(1)).await;
    let about = world.messages_about(maria, first.id).await;
    let reminders: Vec<_> = about.iter().filter(|row| row.stage == Stage::PatientReminder).collect();
    assert!(!reminders.is_empty());
    for row in &reminders {
        let kept = (row.status, row.last_error.as_deref());
        assert_eq!(kept, (MessageStatus::Held, Some(NO_DECISION)), "{}", row.lead_minutes);
    }
    assert!(world.worklist().await.iter().all(|(kind, _)| *kind != WorkKind::NoAddress));

    // All at once releases none of them; one by one, somebody has looked.
    let (desk, site) = (&world.desk, world.site.id);
    let released = world.act(desk, async |tx| outbox::release_held(tx, desk, site, Some(maria)).await).await;
    assert_eq!(released.expect("an answer"), 0);
    let newest = reminders.iter().max_by_key(|row| row.due_at).expect("a reminder").id;
    world.act(desk, async |tx| outbox::release(tx, desk, newest).await).await.expect("released");
    world.pass_minutes(1).await;
    let about = world.messages_about(maria, first.id).await;
    let released = about.iter().find(|row| row.id == newest).expect("the reminder");
    assert_eq!(released.status, MessageStatus::Sent);

    world.decide(maria, Outcome::Suitable, Some("2027-06-30")).await.expect("decided again");
    assert!(!world.worklist().await.contains(&line));
    let now = world.now();
    let rows = world.messages_about(maria, first.id).await;
    assert!(rows.iter().all(|row| row.status != MessageStatus::Held || row.useful_until <= now));

    world.advance(TimeDelta::hours(2));
    world.decide(maria, Outcome::NotSuitable, None).await.expect("decided anew");
    assert_eq!(count(world.clinic.store(), OPEN_LINES).await, 1);
    world.clock_to(last.starts_at + TimeDelta::minutes(1));
    world.tick().await;
    assert_eq!(count(world.clinic.store(), OPEN_LINES).await, 0, "no such treatment lies ahead");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_decides_on_an_old_page_reads_the_newer_decision_first() {
    on_each_database(|store| Box::pin(old_page(store))).await;
}

async fn old_page(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let (path, chart) = (format!("/patients/{maria}/decide"), format!("/patients/{maria}"));
    let protocol = world.protocol.id.to_string();
    let typed = [
        ("outcome", "suitable"),
        ("protocol", protocol.as_str()),
        ("expires_on", "2027-03-01"),
        ("note", "Spoke with her prescriber"),
    ];
    let newest = async || world.clinic.read().await.decision_of(maria).await.expect("an answer");
    let mut jane = world.signed_in("jane@harbor.test").await;
    let mut tom = world.signed_in("tom@harbor.test").await;
    jane.get(&path).await.ok();
    tom.get(&path).await.ok();
    tom.post(&path, &[("outcome", "not_suitable")]).await.goes_to(&chart);
    world.advance(TimeDelta::minutes(1));
    let refused = jane.post(&path, &typed).await;
    refused.is(StatusCode::CONFLICT).says("Dr. Tom Baker decided at").says("Nothing was saved.");
    refused.holds("Spoke with her prescriber");
    assert_eq!(newest().await.map(|one| one.outcome), Some(Outcome::NotSuitable));
    jane.post(&path, &typed).await.goes_to(&chart);
    assert_eq!(newest().await.map(|one| one.outcome), Some(Outcome::Suitable), "now she has read it");

    let decisions = "SELECT COUNT(*) FROM decisions";
    for (field, value, words) in [
        ("idempotency_key", "nonsense", "This form came back incomplete"),
        ("expires_on", "2199-12-31", "Enter a day within the next two years"),
    ] {
        jane.get(&path).await.ok();
        let mut other: Vec<(&str, &str)> = typed.iter().filter(|(name, _)| *name != field).copied().collect();
        other.push((field, value));
        jane.post(&path, &other).await.is(StatusCode::UNPROCESSABLE_ENTITY).says(words);
        assert_eq!(count(world.clinic.store(), decisions).await, 2, "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_were_replaced_say_so_in_the_frame_of_the_patients_pages() {
    on_each_database(replaced).await;
}

async fn replaced(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let rules = world.clinic.rules();
    for told in ["We can begin in December.", ""] {
        let new = NewDecision {
            patient: maria,
            outcome: Outcome::Suitable,
            protocol: Some(world.protocol.id),
            planned_visits: Some(6),
            expires_on: NaiveDate::from_ymd_opt(2027, 6, 30),
            note: String::new(),
            conditions: String::new(),
        };
        let doctor = &world.doctor;
        world
            .act(doctor, async |tx| decide_and_tell(tx, doctor, &rules, new, told).await)
            .await
            .expect("a decision");
        world.pass_minutes(10).await;
    }
    let page = world.mails_to(MARIA)[0].link("/v/");
    let (status, body) = world.get(&page).await;
    assert_eq!(status, 404);
    for words in ["This message was replaced.", world.site.phone.as_str(), "988"] {
        assert!(body.contains(words), "{words} in {body}");
    }
    let (status, body) = world.get(&page.replace("/message", "/phq9/99")).await;
    assert_eq!(status, 404);
    assert!(body.contains("This page is not there") && body.contains("988"), "{body}");
    assert!(!body.contains("href=\"/\""), "no way to the desk: {body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_time_is_offered_on_a_day_that_would_be_refused() {
    on_each_database(open_days).await;
}

async fn open_days(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    world.booked_series(maria, "2026-12-01").await;
    world.decide(maria, Outcome::Suitable, Some("2026-12-10")).await.expect("until that day");
    let infusion = world.clinic.service("Infusion, 60 minutes").await.id;
    let offered = world.offer(infusion, maria, "2026-11-30", 14).await;
    let mut days: Vec<String> = offered
        .iter()
        .map(|time| time.starts_at.with_timezone(&world.site.timezone).date_naive().to_string())
        .collect();
    days.dedup();
    let open = ["30", "01", "02", "03", "04", "07", "09", "10"].map(|day| match day {
        "30" => "2026-11-30".to_owned(),
        day => format!("2026-12-{day}"),
    });
    assert_eq!(days, open, "neither the Tuesdays of the course nor a day after the decision ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_agreed_to_anything_before_they_were_born() {
    on_each_database(born).await;
}

async fn born(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let (desk, site, id) = (&world.desk, &world.site, ProviderId::new());
    let new = NewProvider {
        name: "Dr. Lee".to_owned(),
        role: "prescriber".to_owned(),
        phone: None,
        email: None,
        address: None,
    };
    world.act(desk, async |tx| add_provider(tx, desk, site, maria, new, id).await).await.expect("a provider");
    let agree = async |day: &str| {
        let day: NaiveDate = day.parse().expect("a date");
        world.act(desk, async |tx| record_consent(tx, desk, site, id, ConsentScope::Dates, day).await).await
    };
    let early = agree("1988-03-03").await;
    assert!(matches!(early, Err(ActionError::Refused("consent-date-before-birth"))), "{early:?}");
    agree("1988-03-04").await.expect("on the day itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clinics_name_says_nothing_that_mail_must_not() {
    on_each_database(clinic_name).await;
}

async fn clinic_name(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let mut owner = world.signed_in("owner@harbor.test").await;
    owner.get("/settings/clinic").await.ok();
    let typed = |name: &'static str| {
        [
            ("name", name),
            ("phone", "+1 555 010 0100"),
            ("email", "hello@harbor.test"),
            ("address", "1 Pier Street, New York"),
        ]
    };
    let refused = owner.post("/settings/clinic", &typed("Harbor Ketamine Clinic")).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says("Choose a name without “ketamine”");
    refused.holds("Harbor Ketamine Clinic");
    owner.post("/settings/clinic", &typed("Harbor House")).await.goes_to("/settings");
}
