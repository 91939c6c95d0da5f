//! A course offered to a patient: its times are kept, taken by her own page, or free again when the hold ends.

use chrono::TimeDelta;
use seriesbook::actions::ActionError;
use seriesbook::domain::appointments::{AppointmentStatus, SeriesStatus};
use seriesbook::domain::services::Category;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;

use super::world::{MARIA, TOM, World};
use crate::support::databases::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_keeps_its_times_for_24_hours_and_then_they_are_free_again() {
    on_each_database(hold_runs_out).await;
}

async fn hold_runs_out(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let tom = world.decided_patient("Tom Berger", TOM).await;
    let course = world.plan(maria, "2026-12-01").await;
    let held = world.book(maria, &course, true).await.expect("held");
    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), 1);
    assert!(mails[0].subject().starts_with("Times kept for you"), "{}", mails[0].subject());
    assert!(mails[0].calendars().is_empty(), "held times do not enter her calendar");

    let taken = world.book(tom, &course, false).await;
    let Err(ActionError::Conflicts(conflicts)) = &taken else { panic!("{taken:?}") };
    assert!(conflicts.len() >= course.visits.len(), "every visit's conflict is named: {}", conflicts.len());
    assert!(world.visits_of(tom).await.is_empty(), "nothing of Tom's course was booked");

    world.clock_to(world.series(held).await.hold_until.expect("a hold ends") - TimeDelta::minutes(1));
    assert_eq!(world.tick().await.released, 0);
    world.advance(TimeDelta::minutes(2));
    assert_eq!(world.tick().await.released, 1);
    assert_eq!(world.series(held).await.status, SeriesStatus::Cancelled);
    assert!(world.visits(held).await.iter().all(|visit| visit.status == AppointmentStatus::Cancelled));
    assert!(world.worklist().await.iter().any(|(kind, _)| *kind == WorkKind::HoldEnded));
    world.book(tom, &course, false).await.expect("the times are free");

    let page = mails[0].link("/v/");
    let late = world
        .post(&format!("{page}/accept"), &[("series", held.to_string()), ("version", "1".to_owned())])
        .await;
    assert_eq!(late.0, 409);
    assert!(late.1.contains("no longer kept"), "her page says why and what to do");
    assert!(world.visits(held).await.iter().all(|visit| visit.status == AppointmentStatus::Cancelled));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_hold_is_in_nobodys_way_even_before_the_next_tick() {
    on_each_database(ended_before_the_tick).await;
}

async fn ended_before_the_tick(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let tom = world.decided_patient("Tom Berger", TOM).await;
    let course = world.plan(maria, "2026-12-01").await;
    let held = world.book(maria, &course, true).await.expect("held");
    world.advance(TimeDelta::hours(24));
    let series = world.book(tom, &course, false).await.expect("the hold is over, tick or no tick");
    assert_eq!(world.visits(series).await.len(), course.visits.len());
    assert_eq!(world.series(held).await.status, SeriesStatus::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn she_accepts_the_held_course_on_her_page_and_pressing_twice_changes_nothing() {
    on_each_database(accepted_by_page).await;
}

async fn accepted_by_page(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let course = world.plan(maria, "2026-12-01").await;
    let held = world.book(maria, &course, true).await.expect("held");
    world.pass_minutes(5).await;
    let page = world.mails_to(MARIA)[0].link("/v/");
    let (status, html) = world.get(&page).await;
    assert_eq!(status, 200);
    assert!(html.contains(&held.to_string()) && html.contains("Times kept for you"));
    let accept = [("series", held.to_string()), ("version", "1".to_owned())];
    for _ in 0..2 {
        assert_eq!(world.post(&format!("{page}/accept"), &accept).await.0, 303);
    }
    assert_eq!(world.series(held).await.status, SeriesStatus::Active);
    assert!(world.visits(held).await.iter().all(|visit| visit.status == AppointmentStatus::Booked));
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), 2, "one message for the booked course, once");
    world.advance(TimeDelta::hours(48));
    assert_eq!(world.tick().await.released, 0, "a booked course has no hold to end");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_accepts_the_held_course_of_another_patient() {
    on_each_database(foreign_hold).await;
}

async fn foreign_hold(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let tom = world.decided_patient("Tom Berger", TOM).await;
    let course = world.plan(maria, "2026-12-01").await;
    let held = world.book(maria, &course, true).await.expect("held");
    let consultation = world.service(Category::Consultation).id;
    world.book_visit(tom, consultation, world.clinic.at("2026-11-19T14:00")).await.expect("free");
    world.pass_minutes(5).await;
    let page = world.mails_to(TOM)[0].link("/v/");
    assert_eq!(
        world
            .post(&format!("{page}/accept"), &[("series", held.to_string()), ("version", "1".to_owned())])
            .await
            .0,
        404
    );
    assert_eq!(world.series(held).await.status, SeriesStatus::Held);
}
