//! The clinic's programmes, each in its short story: KAP, the block on days of its own, sessions at home with a sitter, and one that
//! the owner made without a developer.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use seriesbook::actions::decide::{NewDecision, decide};
use seriesbook::actions::plan::Wishes;
use seriesbook::actions::{ActionError, run_visit};
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::candidacy::Outcome;
use seriesbook::domain::companions::{Companion, Venue};
use seriesbook::domain::gates::Unmet;
use seriesbook::domain::ids::PatientId;
use seriesbook::store::Store;
use seriesbook::words::format::Format;

use super::world::{FRIEND, MARIA, World};
use crate::support::databases::on_each_database;

/// The stories' clinic, about one of its protocols.
async fn open(store: Store, protocol: &str) -> World {
    let mut world = World::open(store, "2026-11-16 09:00").await;
    world.protocol = world.clinic.protocol(protocol).await;
    world
}

/// A clinician decides for the world's protocol with its usual number.
async fn suits(world: &World, patient: PatientId) {
    let new = NewDecision {
        patient,
        outcome: Outcome::Suitable,
        protocol: Some(world.protocol.id),
        planned_visits: Some(world.protocol.visits),
        expires_on: NaiveDate::from_ymd_opt(2027, 6, 30),
        note: String::new(),
        conditions: String::new(),
    };
    world.act(&world.doctor, async |tx| decide(tx, &world.doctor, new).await).await.expect("a decision");
}

/// The usual number of treatments from a date on, and nothing else wished.
fn wishes(world: &World, earliest: &str) -> Wishes {
    let usual = world.wishes(earliest);
    Wishes { visits: world.protocol.visits, weekdays: Vec::new(), must_hours: None, ..usual }
}

#[tokio::test(flavor = "multi_thread")]
async fn kap_is_a_preparation_two_long_infusions_and_coaching_after_each() {
    on_each_database(kap).await;
}

async fn kap(store: Store) {
    let world = open(store, "KAP, 2 infusions").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    suits(&world, maria).await;
    let course = world.plan_as(maria, &wishes(&world, "2026-11-30")).await;
    let series = world.book(maria, &course, false).await.expect("the planned course is free");
    let visits = world.visits(series).await;
    let names: Vec<&str> = visits.iter().map(|visit| visit.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Preparation session",
            "KAP infusion, 2 hours",
            "Integration coaching",
            "KAP infusion, 2 hours",
            "Integration coaching"
        ]
    );
    for number in [1, 2] {
        let (infusion, talk) = (world.main(series, number).await, world.talk(series, number).await);
        let phase = infusion.phases.iter().find(|phase| phase.name == "infusion").expect("the infusion");
        assert_eq!(phase.minutes, 120);
        let after = talk.starts_at - infusion.ends_at;
        assert!((TimeDelta::hours(48)..=TimeDelta::hours(72)).contains(&after), "{after}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_block_of_two_sides_takes_two_days_and_never_a_day_of_an_infusion() {
    on_each_database(block).await;
}

async fn block(store: Store) {
    let mut world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let infusions = world.booked_series(maria, "2026-12-01").await;
    let infusions: BTreeSet<_> = world
        .clinic
        .treatments(infusions)
        .await
        .into_iter()
        .filter_map(|visit| visit.treatment_day)
        .collect();
    assert_eq!(infusions.len(), 6);

    world.protocol = world.clinic.protocol("SGB").await;
    suits(&world, maria).await;
    let one_side = world.clinic.service("SGB, one side").await;
    let day = *infusions.first().expect("a day of an infusion");
    let same_day = world.book_visit(maria, one_side.id, world.clinic.at(&format!("{day}T14:00"))).await;
    assert!(
        matches!(&same_day, Err(ActionError::Unmet(all)) if all == &[Unmet::TreatmentThatDay(day)]),
        "{same_day:?}"
    );

    let course = world.plan_as(maria, &wishes(&world, "2026-12-01")).await;
    let series = world.book(maria, &course, false).await.expect("the planned course is free");
    let sides = world.clinic.treatments(series).await;
    let days: BTreeSet<_> = sides.iter().filter_map(|visit| visit.treatment_day).collect();
    assert_eq!((sides.len(), days.len()), (2, 2), "each side on a day of its own");
    assert!(days.is_disjoint(&infusions), "{days:?} and {infusions:?}");
    world.clock_to(sides[0].starts_at);
    let refused = world.check_in(&world.desk, sides[0].id, None).await;
    assert!(matches!(&refused, Err(ActionError::Unmet(all)) if all == &[Unmet::NoDriver]), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_home_a_sitter_says_yes_by_link_takes_the_drivers_place_and_is_recorded_at_the_end() {
    on_each_database(at_home).await;
}

async fn at_home(store: Store) {
    let world = open(store, "At home").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    suits(&world, maria).await;
    let course = world.plan_as(maria, &wishes(&world, "2026-11-30")).await;
    let series = world.book(maria, &course, false).await.expect("the planned course is free");
    let visits = world.visits(series).await;
    assert_eq!(visits.len(), 13, "a call before, six sessions, a call after each");
    for visit in &visits {
        assert_ne!(visit.venue, Venue::Clinic, "{}", visit.name);
        assert!(visit.assigned.iter().all(|one| !one.kind.is_room()), "{} takes a room", visit.name);
    }
    world.pass_minutes(5).await;
    let booked = world.mails_to(MARIA).remove(0).text();
    for words in ["At home", "We call you", "You need someone to stay with you"] {
        assert!(booked.contains(words) || booked.contains(&words.to_lowercase()), "{words} in {booked}");
    }
    assert!(!booked.contains("drive you"), "{booked}");

    let first = world.main(series, 1).await;
    assert_eq!(first.companion, Companion::Sitter);
    world.name_driver(maria, &[first.id], "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    let asked = world.mails_to(FRIEND).remove(0);
    assert!(asked.text().contains("Maria asked you to stay with them at home."), "{}", asked.text());
    assert!(!asked.text().contains("Bring"), "{}", asked.text());
    let page = asked.link("/d/");
    let (_, shown) = world.get(&page).await;
    assert!(shown.contains("Yes, I can be there") && shown.contains("Maria"), "{shown}");

    world.clock_to(first.starts_at);
    let refused = world.check_in(&world.desk, first.id, None).await;
    let unanswered =
        |all: &[Unmet]| matches!(all, [Unmet::SitterUnanswered { name, .. }] if name == "Daniel Reed");
    assert!(matches!(&refused, Err(ActionError::Unmet(all)) if unanswered(all)), "{refused:?}");
    let drive = world.drive(first.id).await.expect("he is asked");
    let answer = [("drive", format!("{}:{}", drive.id, first.version)), ("answer", "yes".to_owned())];
    assert_eq!(world.post(&format!("{page}/answer"), &answer).await.0, 303);
    let (_, shown) = world.get(&page).await;
    assert!(shown.contains("I am on my way") && shown.contains("I can no longer be there"), "{shown}");
    assert!(!shown.contains("Take Maria home"), "nobody is picked up at home: {shown}");
    let sign = [("drive", drive.id.to_string()), ("sign", "waiting".to_owned())];
    assert_eq!(world.post(&format!("{page}/day"), &sign).await.0, 303);
    let since = Format::new(world.site.timezone, world.now()).time(world.now());
    let mut desk = world.signed_in("desk@harbor.test").await;
    desk.get("/today").await.ok().says(&format!("Sitter is there: Daniel Reed, since {since}"));
    desk.get("/drivers").await.ok().says("Sitter is there: Daniel Reed").says("all with a driver or sitter");
    assert!(!world.get(&world.page_of(MARIA)).await.1.contains("Pick-up"));
    world.check_in(&world.desk, first.id, None).await.expect("the gate is open");

    let (id, doctor) = (first.id, &world.doctor);
    world.act(doctor, async |tx| run_visit::start_visit(tx, doctor, id, None).await).await.expect("begun");
    world.advance(TimeDelta::minutes(75));
    world.act(doctor, async |tx| run_visit::start_recovery(tx, doctor, id).await).await.expect("rest");
    world.advance(TimeDelta::minutes(45));
    let alone = world.discharge(id, None).await;
    assert!(matches!(&alone, Err(ActionError::Unmet(all)) if all == &[Unmet::NoSitterStays]), "{alone:?}");
    world.discharge(id, Some("Daniel Reed")).await.expect("he stays with her");
    let over = world.visit(id).await;
    assert_eq!((over.status, over.escort.as_deref()), (AppointmentStatus::Fulfilled, Some("Daniel Reed")));

    let second = world.main(series, 2).await;
    world.clock_to(second.starts_at);
    let nobody = world.check_in(&world.desk, second.id, None).await;
    assert!(matches!(&nobody, Err(ActionError::Unmet(all)) if all == &[Unmet::NoSitter]), "{nobody:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_defines_a_daily_course_of_two_weeks_on_the_settings_pages() {
    on_each_database(daily).await;
}

async fn daily(store: Store) {
    let mut world = World::open(store, "2026-11-16 09:00").await;
    let mut owner = world.signed_in("owner@harbor.test").await;
    owner.get("/settings/services/new").await.ok().says("Who is with the patient?");
    let service = [
        ("name", "Short infusion"),
        ("public_name", "Visit"),
        ("category", "treatment"),
        ("venue", "clinic"),
        ("companion", "driver"),
        ("price", "300"),
        ("active", "yes"),
        ("phase_1_name", "infusion"),
        ("phase_1_offset", "0"),
        ("phase_1_minutes", "40"),
        ("phase_1_needs", "clinician"),
        ("phase_1_needs", "infusion_room"),
        ("phase_2_name", "recovery"),
        ("phase_2_offset", "40"),
        ("phase_2_minutes", "30"),
        ("phase_2_needs", "attendant"),
        ("phase_2_needs", "infusion_room"),
    ];
    owner.post("/settings/services/new", &service).await.goes_to("/settings/services");
    let short = world.clinic.service("Short infusion").await.id.to_string();
    owner.get("/settings/protocols/new").await.ok().says("Short infusion");
    let protocol = [
        ("name", "Daily for two weeks"),
        ("programme", "Daily"),
        ("service", short.as_str()),
        ("visits", "10"),
        ("visits_min", "5"),
        ("visits_max", "14"),
        ("gap_min", "1"),
        ("gap_target", "1"),
        ("gap_max", "3"),
        ("active", "yes"),
    ];
    owner.post("/settings/protocols/new", &protocol).await.goes_to("/settings/protocols");

    world.protocol = world.clinic.protocol("Daily for two weeks").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    suits(&world, maria).await;
    let course = world.plan_as(maria, &wishes(&world, "2026-11-30")).await;
    let series = world.book(maria, &course, false).await.expect("the planned course is free");
    let treatments = world.clinic.treatments(series).await;
    let days: BTreeSet<_> = treatments.iter().filter_map(|visit| visit.treatment_day).collect();
    assert_eq!((treatments.len(), days.len()), (10, 10), "one a day");
    let (Some(first), Some(last)) = (days.first(), days.last()) else { panic!("no days") };
    assert!((*last - *first).num_days() <= 13, "from {first} to {last}");
}
