//! Between check-in and start: what changed counts, a clinician's reason stands for what it named, and a day is a day.

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::actions::{ActionError, Actor, run_visit};
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::candidacy::{CandidacyFault, Outcome};
use seriesbook::domain::gates::Unmet;
use seriesbook::domain::ids::{AppointmentId, PatientId};
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;
use seriesbook::store::appointments::Appointment;

use super::world::{FRIEND, MARIA, World};
use crate::support::databases::on_each_database;

const WHY: &str = "Her sister waits outside, spoken to in person";

/// Maria's first treatment, to which Daniel drives, at its start.
async fn on_the_day(world: &World) -> (PatientId, Appointment) {
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.name_driver(maria, &[first.id], "Daniel Reed", FRIEND).await;
    world.answer(first.id, true).await;
    world.clock_to(first.starts_at);
    (maria, first)
}

async fn start(world: &World, who: &Actor, id: AppointmentId, why: Option<&str>) -> Result<(), ActionError> {
    world.act(who, async |tx| run_visit::start_visit(tx, who, id, why).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_drivers_no_and_another_decision_nothing_begins_without_a_clinicians_reason() {
    on_each_database(changed_since).await;
}

async fn changed_since(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, first) = on_the_day(&world).await;
    world.check_in(&world.desk, first.id, None).await.expect("everything is there");
    world.answer(first.id, false).await;
    world.decide(maria, Outcome::NotSuitable, None).await.expect("decided anew");

    let path = format!("/appointments/{}/start", first.id);
    let mut nurse = world.signed_in("sam@harbor.test").await;
    nurse.get("/today").await.ok();
    let page = nurse.post(&path, &[]).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("The visit of Maria Alvarez cannot start yet. 2 things");
    page.says("Driver: nobody is named.").says("Candidacy: the decision is “not suitable”.");
    assert!(!page.text().contains("Start anyway"), "the nurse cannot go past it: {}", page.text());
    let reasoned = start(&world, &world.clinic.nurse(), first.id, Some(WHY)).await;
    assert!(matches!(reasoned, Err(ActionError::NotPermitted)), "{reasoned:?}");
    assert_eq!(world.visit(first.id).await.status, AppointmentStatus::Arrived);

    let mut doctor = world.signed_in("jane@harbor.test").await;
    doctor.get("/today").await.ok();
    doctor.post(&path, &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("Start anyway");
    let short = doctor.post(&path, &[("override_reason", "fine")]).await;
    short.is(StatusCode::UNPROCESSABLE_ENTITY).says("Write why it is safe to go on");
    doctor.post(&path, &[("override_reason", WHY)]).await.goes_to("/today");
    let visit = world.visit(first.id).await;
    assert_eq!(visit.status, AppointmentStatus::InProgress);
    assert!(visit.override_reason.is_some_and(|why| why.contains(WHY)));
    assert!(world.worklist().await.contains(&(WorkKind::Override, Some(first.id))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reason_at_check_in_stands_for_what_it_named_and_for_nothing_that_came_up_since() {
    on_each_database(reason_stands).await;
}

async fn reason_stands(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, first) = on_the_day(&world).await;
    let nurse = world.clinic.nurse();
    world.answer(first.id, false).await;
    world.check_in(&world.doctor, first.id, Some(WHY)).await.expect("a clinician with a reason");
    world.advance(TimeDelta::minutes(1));
    world.decide(maria, Outcome::NotSuitable, None).await.expect("decided anew");
    let refused = start(&world, &nurse, first.id, None).await;
    let expected = [Unmet::Candidacy(CandidacyFault::NotSuitable)];
    assert!(matches!(&refused, Err(ActionError::Unmet(all)) if all == &expected), "{refused:?}");
    world.advance(TimeDelta::minutes(1));
    world.decide_as(&world.doctor, maria).await.expect("decided once more");
    start(&world, &nurse, first.id, None).await.expect("the missing driver was spoken of");

    // A check-in that was taken back takes its reason with it.
    let series = first.series_id.expect("a course");
    let second = world.main(series, 2).await;
    world.clock_to(second.starts_at);
    world.check_in(&world.doctor, second.id, Some(WHY)).await.expect("a clinician with a reason");
    let (doctor, id) = (&world.doctor, second.id);
    world.act(doctor, async |tx| run_visit::undo_check_in(tx, doctor, id).await).await.expect("undone");
    world.name_driver(maria, &[id], "Daniel Reed", FRIEND).await;
    world.answer(id, true).await;
    world.check_in(&world.desk, id, None).await.expect("everything is there");
    world.answer(id, false).await;
    let refused = start(&world, &nurse, id, None).await;
    assert!(matches!(&refused, Err(ActionError::Unmet(all)) if all == &[Unmet::NoDriver]), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_treatment_begins_on_its_own_day_and_on_no_other() {
    on_each_database(own_day).await;
}

async fn own_day(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (_, first) = on_the_day(&world).await;
    world.check_in(&world.desk, first.id, None).await.expect("everything is there");
    world.clock_to(first.starts_at + TimeDelta::days(1));
    for (who, why) in [(&world.clinic.nurse(), None), (&world.doctor, Some(WHY))] {
        let refused = start(&world, who, first.id, why).await;
        let expected = [Unmet::DayIsOver(first.starts_at)];
        assert!(matches!(&refused, Err(ActionError::Unmet(all)) if all == &expected), "{refused:?}");
    }
    let mut desk = world.signed_in("desk@harbor.test").await;
    let page = desk.get(&format!("/appointments/{}", first.id)).await;
    page.ok().says("Undo the check-in");
    let page = desk.post(&format!("/appointments/{}/start", first.id), &[]).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("Undo the check-in, then move the visit to today.");
    assert_eq!(world.visit(first.id).await.status, AppointmentStatus::Arrived);

    // As the page says: back in the book, where it can be moved; on this day it cannot be checked in either.
    desk.post(&format!("/appointments/{}/undo-check-in", first.id), &[]).await.goes_to("/today");
    let refused = desk.post(&format!("/appointments/{}/check-in", first.id), &[]).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says("not today. Move it first.");
    refused.holds(&format!("href=\"/appointments/{}/move\"", first.id));
    desk.get(&format!("/appointments/{}/move", first.id)).await.ok();
}
