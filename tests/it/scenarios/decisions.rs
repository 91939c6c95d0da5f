//! What follows from a decision: conditions for the desk, the clinician's own words for the patient, and the day it comes back.

use chrono::NaiveDate;
use seriesbook::actions::decide::{NewDecision, decide_and_tell};
use seriesbook::actions::{ActionError, Actor, worklist};
use seriesbook::domain::candidacy::Outcome;
use seriesbook::domain::ids::{PatientId, WorkItemId};
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;

use super::world::{MARIA, TOM, World};
use crate::support::databases::on_each_database;

const WORDS: &str = "We can begin in December. Please bring your lab report.";

async fn decide_telling(world: &World, patient: PatientId, told: &str) {
    let new = NewDecision {
        patient,
        outcome: Outcome::Suitable,
        protocol: Some(world.protocol.id),
        planned_visits: Some(6),
        expires_on: NaiveDate::from_ymd_opt(2027, 6, 30),
        note: "Liver values were borderline".to_owned(),
        conditions: "A lab report before the first visit".to_owned(),
    };
    let rules = world.clinic.rules();
    world
        .act(&world.doctor, async |tx| decide_and_tell(tx, &world.doctor, &rules, new, told).await)
        .await
        .expect("a decision");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_reads_the_clinicians_own_words_on_their_page_and_never_others() {
    on_each_database(told).await;
}

async fn told(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    decide_telling(&world, maria, "").await;
    world.pass_minutes(10).await;
    assert!(world.mails_to(MARIA).is_empty(), "without words nobody is told");

    decide_telling(&world, maria, WORDS).await;
    world.pass_minutes(10).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), 1);
    let text = mails[0].text();
    assert!(text.contains("There is a message from your clinic."), "{text}");
    assert!(!text.contains("December") && !text.contains("suitable"), "{text}");
    let page = mails[0].link("/v/");
    assert!(page.ends_with("/message"), "{page}");
    let (status, body) = world.get(&page).await;
    assert_eq!(status, 200);
    assert!(body.contains("We can begin in December.") && body.contains("Dr. Jane Miller"), "{body}");
    assert!(!body.contains("borderline") && !body.contains("Suitable"), "{body}");

    // The same words are not told for a decision they were not written for.
    decide_telling(&world, maria, "").await;
    assert_eq!(world.get(&page).await.0, 404);
    decide_telling(&world, maria, "Words that are overtaken at once").await;
    decide_telling(&world, maria, "").await;
    world.pass_minutes(10).await;
    assert_eq!(world.mails_to(MARIA).len(), 1, "what was overtaken before it went is not sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_reads_the_conditions_on_chart_and_plan_and_not_the_note() {
    on_each_database(conditions).await;
}

async fn conditions(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    decide_telling(&world, maria, WORDS).await;
    let mut desk = world.signed_in("desk@harbor.test").await;
    for path in [format!("/patients/{maria}"), format!("/patients/{maria}/plan")] {
        let page = desk.get(&path).await;
        page.ok().says("A lab report before the first visit");
        assert!(!page.body.contains("borderline"), "{path} tells the note");
    }
    desk.get(&format!("/patients/{maria}")).await.ok().says("We can begin in December.");

    let mut doctor = world.signed_in("jane@harbor.test").await;
    doctor.get(&format!("/patients/{maria}/decide")).await.ok().says("What the patient is told");
    let long = "x".repeat(501);
    let typed =
        [("outcome", "not_suitable"), ("conditions", long.as_str()), ("told", "Call us, and we will talk.")];
    let refused = doctor.post(&format!("/patients/{maria}/decide"), &typed).await;
    refused.says("Shorten the conditions to 500 characters").says("Call us, and we will talk.");
    let typed = [("outcome", "not_suitable"), ("told", "Call us, and we will talk.")];
    doctor.post(&format!("/patients/{maria}/decide"), &typed).await.goes_to(&format!("/patients/{maria}"));
    let newest = world.clinic.read().await.decision_of(maria).await.expect("an answer").expect("a decision");
    assert_eq!((newest.outcome, newest.told.as_str()), (Outcome::NotSuitable, "Call us, and we will talk."));
}

/// How many lines of a kind are open, and the id of the first.
async fn lines(world: &World, kind: WorkKind) -> (usize, Option<WorkItemId>) {
    let all = worklist::worklist(&mut world.clinic.read().await, &world.clinic.rules(), &world.site)
        .await
        .expect("a worklist");
    let found: Vec<_> = all.into_iter().filter(|line| line.kind == kind).collect();
    (found.len(), found.first().and_then(|line| line.item))
}

async fn finish(world: &World, actor: &Actor, item: WorkItemId) -> Result<(), ActionError> {
    world.act(actor, async |tx| worklist::finish(tx, actor, item).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_off_comes_back_to_the_clinicians_once_on_its_day() {
    on_each_database(put_off).await;
}

async fn put_off(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    world.decide(maria, Outcome::Deferred, Some("2026-12-01")).await.expect("put off");
    world.clinic.move_to("2026-11-30T23:30");
    world.tick().await;
    assert_eq!(lines(&world, WorkKind::DecideAgain).await.0, 0, "the day has not come");
    world.clinic.move_to("2026-12-01T00:30");
    world.tick().await;
    world.tick().await;
    let (count, item) = lines(&world, WorkKind::DecideAgain).await;
    assert_eq!(count, 1, "a doubled tick adds nothing");
    assert!(!worklist::is_for(WorkKind::DecideAgain, &world.desk));
    assert!(worklist::is_for(WorkKind::DecideAgain, &world.doctor));
    let item = item.expect("a stored line");
    let by_desk = finish(&world, &world.desk, item).await;
    assert!(matches!(by_desk, Err(ActionError::NotPermitted)), "{by_desk:?}");
    finish(&world, &world.doctor, item).await.expect("the doctor may");
    world.clinic.move_to("2026-12-02T09:00");
    world.tick().await;
    assert_eq!(lines(&world, WorkKind::DecideAgain).await.0, 0, "done stays done");

    // Put off again, it comes again; decided, it is gone.
    world.decide(maria, Outcome::Deferred, Some("2026-12-04")).await.expect("put off again");
    world.clinic.move_to("2026-12-04T09:00");
    world.tick().await;
    assert_eq!(lines(&world, WorkKind::DecideAgain).await.0, 1);
    world.decide(maria, Outcome::Suitable, Some("2027-06-30")).await.expect("decided");
    assert_eq!(lines(&world, WorkKind::DecideAgain).await.0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_ends_while_treatment_lies_ahead_is_asked_for_two_weeks_before() {
    on_each_database(ending).await;
}

async fn ending(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let tom = world.add_patient("Tom Baker", Some(TOM)).await;
    for patient in [maria, tom] {
        world.decide(patient, Outcome::Suitable, Some("2026-12-20")).await.expect("decided");
    }
    let infusion = world.clinic.service("Infusion, 60 minutes").await.id;
    world.book_visit(maria, infusion, world.clinic.at("2026-12-15T10:00")).await.expect("free");
    world.clinic.move_to("2026-12-05T09:00");
    world.tick().await;
    assert_eq!(lines(&world, WorkKind::DecisionEnds).await.0, 0, "more than two weeks are left");
    world.clinic.move_to("2026-12-06T09:00");
    world.tick().await;
    world.tick().await;
    assert_eq!(lines(&world, WorkKind::DecisionEnds).await.0, 1, "only where treatment lies ahead, and once");
    let mut doctor = world.signed_in("jane@harbor.test").await;
    doctor.get("/worklist").await.ok().says("Suitable only until Sun, Dec 20, and treatment goes on");
    let mut desk = world.signed_in("desk@harbor.test").await;
    let page = desk.get("/worklist").await;
    assert!(!page.ok().body.contains("Suitable only until"), "the desk cannot decide");
    world.decide(maria, Outcome::Suitable, Some("2027-06-30")).await.expect("decided again");
    assert_eq!(lines(&world, WorkKind::DecisionEnds).await.0, 0);
}
