//! The way to the day without a driver, step by step; and the day itself: on the way, here, late, and not coming after all.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use seriesbook::actions::run_visit;
use seriesbook::domain::drivers::DriveStatus;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::mail::forbidden::found_in;
use seriesbook::store::Store;
use seriesbook::store::appointments::Appointment;
use seriesbook::words::format::Format;

use super::world::{FRIEND, MARIA, World};
use crate::support::databases::{execute, on_each_database};
use crate::support::web::Browser;

/// Maria's first treatment, for which Daniel said yes, and the way to his page.
async fn driven(world: &World) -> (Appointment, String) {
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.name_driver(maria, &[first.id], "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    world.answer(first.id, true).await;
    let door = world.mails_to(FRIEND)[0].link("/d/");
    (first, door)
}

/// "Take Maria home between 12:45 and 1:15 PM." for a way home that begins at an instant.
fn window(world: &World, from: DateTime<Utc>) -> String {
    let f = Format::new(world.site.timezone, world.now());
    let (first, last) = f.between(from, from + TimeDelta::minutes(30));
    format!("between {first} and {last}")
}

async fn reads(world: &World, door: &str) -> String {
    let text = Browser::of(&world.clinic).get(door).await.ok().text();
    assert!(found_in(&text, true).is_empty(), "{:?} in {text}", found_in(&text, true));
    text
}

async fn says(world: &World, door: &str, drive: &str, sign: &str) -> u16 {
    let form = vec![("drive", drive.to_owned()), ("sign", sign.to_owned())];
    world.post(&format!("{door}/day"), &form).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pick_up_follows_a_visit_that_starts_late() {
    on_each_database(late).await;
}

async fn late(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (first, door) = driven(&world).await;
    let planned = format!("Take Maria home {}.", window(&world, first.ends_at));
    assert!(reads(&world, &door).await.contains(&planned));
    assert!(world.mails_to(FRIEND)[0].text().contains(&planned), "the mail says the same");
    let page = world.page_of(MARIA);
    assert!(world.get(&page).await.1.contains(&window(&world, first.ends_at)), "and Maria's page");

    world.clock_to(first.starts_at + TimeDelta::minutes(30));
    world.check_in(&world.desk, first.id, None).await.expect("checked in");
    world
        .act(&world.doctor, async |tx| run_visit::start_visit(tx, &world.doctor, first.id, None).await)
        .await
        .expect("begun");
    let moved = window(&world, first.ends_at + TimeDelta::minutes(30));
    assert!(reads(&world, &door).await.contains(&moved));
    let mut desk = world.signed_in("desk@harbor.test").await;
    desk.get(&format!("/appointments/{}", first.id)).await.ok().says(&format!("Pick-up {moved}"));
    desk.get("/drivers").await.ok().says(&format!("Pick-up {moved}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_day_desk_and_nurse_see_where_the_driver_is() {
    on_each_database(where_the_driver_is).await;
}

async fn where_the_driver_is(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (first, door) = driven(&world).await;
    let drive = world.drive(first.id).await.expect("a drive").id.to_string();
    assert_eq!(says(&world, &door, &drive, "on_the_way").await, 409, "only on the day");
    assert!(!reads(&world, &door).await.contains("I am on my way"));
    world.clock_to(first.starts_at - TimeDelta::hours(1));
    assert!(reads(&world, &door).await.contains("I am on my way"));
    assert_eq!(says(&world, &door, &drive, "asleep").await, 400);
    assert_eq!(says(&world, &door, &drive, "on_the_way").await, 303);
    let f = Format::new(world.site.timezone, world.now());
    let since = f.time(world.now());
    assert!(reads(&world, &door).await.contains(&format!("You said at {since} that you are on your way.")));
    let mut desk = world.signed_in("desk@harbor.test").await;
    let board = desk.get("/today").await;
    board.ok().says(&format!("Driver on the way: Daniel Reed, since {since}"));

    world.advance(TimeDelta::minutes(10));
    assert_eq!(says(&world, &door, &drive, "waiting").await, 303, "the other takes its place");
    for who in ["desk@harbor.test", "sam@harbor.test"] {
        let since = f.time(world.now());
        let board = world.signed_in(who).await.get("/today").await;
        board.ok().says(&format!("Driver waiting: Daniel Reed, since {since}"));
        assert!(!board.text().contains("on the way"), "{}", board.text());
    }
    assert_eq!(says(&world, &door, &drive, "none").await, 303, "pressed too early: taken back");
    assert!(!desk.get("/today").await.ok().text().contains("Driver waiting"));
    // The desk sees him come in.
    desk.get(&format!("/appointments/{}", first.id)).await.ok();
    let noted = desk.post(&format!("/drives/{drive}/sign"), &[("sign", "waiting")]).await;
    noted.goes_to(&format!("/appointments/{}", first.id));
    desk.get("/today").await.ok().says("Driver waiting: Daniel Reed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_who_cannot_come_while_the_patient_is_here_leaves_a_line_until_she_is_home() {
    on_each_database(cannot_come).await;
}

async fn cannot_come(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (first, door) = driven(&world).await;
    let drive = world.drive(first.id).await.expect("a drive").id;
    world.clock_to(first.starts_at);
    world.check_in(&world.desk, first.id, None).await.expect("checked in");
    world
        .act(&world.doctor, async |tx| run_visit::start_visit(tx, &world.doctor, first.id, None).await)
        .await
        .expect("begun");
    let no = vec![("drive", format!("{drive}:{}", first.version)), ("answer", "no".to_owned())];
    assert_eq!(world.post(&format!("{door}/answer"), &no).await.0, 303);
    let line = (WorkKind::DriverWithdrew, Some(first.id));
    world.pass_minutes(10).await;
    assert!(world.worklist().await.contains(&line), "it stays while she is here");
    let mut desk = world.signed_in("desk@harbor.test").await;
    desk.get("/today").await.ok().says("Driver: none named");
    let yes = vec![("drive", format!("{drive}:{}", first.version)), ("answer", "yes".to_owned())];
    assert_eq!(
        world.post(&format!("{door}/answer"), &yes).await.0,
        409,
        "now the desk decides who takes her"
    );

    world.advance(TimeDelta::minutes(75));
    world
        .act(&world.doctor, async |tx| run_visit::start_recovery(tx, &world.doctor, first.id).await)
        .await
        .expect("rest");
    world
        .act(&world.coach, async |tx| {
            run_visit::record_coach_check_in(tx, &world.coach, first.id, None).await
        })
        .await
        .expect("the coach looked in");
    world.advance(TimeDelta::minutes(45));
    world.discharge(first.id, Some("Her sister")).await.expect("home");
    assert!(!world.worklist().await.contains(&line));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_driver_the_patient_is_asked_then_the_desk_calls_then_a_clinician_decides() {
    on_each_database(ladder).await;
}

async fn ladder(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    let decision = (WorkKind::DriverDecision, Some(first.id));

    world.clock_to(first.starts_at - TimeDelta::hours(100));
    let mut desk = world.signed_in("desk@harbor.test").await;
    desk.get("/drivers").await.ok().says("None named").says("Next: The patient is asked again");
    desk.post(&format!("/appointments/{}/ask-driver", first.id), &[]).await.goes_to("/drivers");
    world.pass_minutes(5).await;
    let asked = |mail: &crate::support::smtp::Mail| mail.text().contains("Nobody is named to drive you");
    assert_eq!(world.mails_to(MARIA).iter().filter(|mail| asked(mail)).count(), 1);

    world.clock_to(first.starts_at - TimeDelta::hours(40));
    let mut desk = world.signed_in("desk@harbor.test").await;
    let page = desk.get("/drivers").await;
    page.ok().says("The desk calls: since").says("Next: A clinician decides");
    let list = desk.get("/worklist").await;
    list.ok().says("Driver missing").says("What to say").says("Someone needs to take you home that day.");
    assert!(!world.worklist().await.contains(&decision));

    world.clock_to(first.starts_at - TimeDelta::hours(24));
    let lines = world.worklist().await;
    assert!(lines.contains(&decision) && lines.contains(&(WorkKind::DriverMissing, Some(first.id))));
    let mut doctor = world.signed_in("jane@harbor.test").await;
    let list = doctor.get("/worklist").await;
    list.ok().says("No driver: decide").holds(&format!("/appointments/{}/cancel", first.id));
    list.holds(&format!("/appointments/{}/move", first.id));
    let mut desk = world.signed_in("desk@harbor.test").await;
    assert!(
        !desk.get("/worklist").await.ok().text().contains("No driver: decide"),
        "not the desk's to decide"
    );

    world.name_driver(maria, &[first.id], "Daniel Reed", FRIEND).await;
    assert!(world.worklist().await.contains(&decision), "named is not a yes");
    world.answer(first.id, true).await;
    assert!(!world.worklist().await.contains(&decision));
    let drive = world.drive(first.id).await.expect("a drive");
    assert_eq!(drive.status, DriveStatus::Confirmed);
    let again = desk.post(&format!("/drives/{}/ask-again", drive.id), &[]).await;
    again.is(StatusCode::CONFLICT).says("Daniel Reed: this was not done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_who_wants_to_be_called_is_not_asked_by_mail() {
    on_each_database(wants_a_call).await;
}

async fn wants_a_call(store: Store) {
    let world = World::open(store.clone(), "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.clock_to(first.starts_at - TimeDelta::hours(100));
    let mut desk = world.signed_in("desk@harbor.test").await;
    desk.get("/drivers").await.ok().says("Ask the patient again");
    execute(&store, "UPDATE patients SET contact = 'phone'").await.expect("she said so");
    let page = desk.get("/drivers").await;
    page.ok().says("None named");
    assert!(!page.text().contains("Ask the patient again"), "{}", page.text());
}
