//! Drivers asked: one way or both, all days or some, again, by phone, and the wrong person.

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::actions::ActionError;
use seriesbook::actions::driver_contact::change_contact;
use seriesbook::actions::drivers::set_legs;
use seriesbook::domain::drivers::{DriveStatus, Legs};
use seriesbook::domain::ids::{AppointmentId, PatientId};
use seriesbook::domain::messages::Stage;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::mail::forbidden::found_in;
use seriesbook::store::Store;
use seriesbook::store::appointments::Appointment;
use seriesbook::words::format::Format;

use super::world::{FRIEND, MARIA, World};
use crate::support::databases::on_each_database;
use crate::support::web::Browser;

/// Maria with a course of six treatments, all of them asked of Daniel, and the way to his page.
async fn asked(world: &World) -> (PatientId, Vec<Appointment>, String) {
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let mut visits = Vec::new();
    for number in 1..=6 {
        visits.push(world.main(series, number).await);
    }
    let ids: Vec<AppointmentId> = visits.iter().map(|visit| visit.id).collect();
    world.name_driver(maria, &ids, "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    let door = world.mails_to(FRIEND)[0].link("/d/");
    (maria, visits, door)
}

/// What the form sends for one visit's drive.
async fn value(world: &World, visit: &Appointment) -> String {
    format!("{}:{}", world.drive(visit.id).await.expect("somebody is asked").id, visit.version)
}

fn day(world: &World, visit: &Appointment) -> String {
    let f = Format::new(world.site.timezone, world.now());
    f.long_day(f.date_of(visit.starts_at))
}

/// The driver's page as it reads, which tells nothing of what the visit is for.
async fn reads(world: &World, door: &str) -> String {
    let text = Browser::of(&world.clinic).get(door).await.ok().text();
    assert!(found_in(&text, true).is_empty(), "{:?} in {text}", found_in(&text, true));
    for secret in ["Alvarez", MARIA, "0133"] {
        assert!(!text.contains(secret), "a driver reads {secret}: {text}");
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_takes_the_patient_home_is_asked_for_that_and_the_gate_is_content() {
    on_each_database(home_only).await;
}

async fn home_only(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.pass_minutes(5).await;
    let page = world.page_of(MARIA);
    let mut named = vec![
        ("who", "other".to_owned()),
        ("name", "Daniel Reed".to_owned()),
        ("email", FRIEND.to_owned()),
        ("which", "some".to_owned()),
        ("visits", first.id.to_string()),
        ("legs", "home".to_owned()),
    ];
    assert_eq!(world.post(&format!("{page}/driver"), &named).await.0, 303);
    world.pass_minutes(5).await;
    let mail = world.mails_to(FRIEND).remove(0);
    assert!(mail.text().contains("Someone else brings Maria."), "{}", mail.text());
    assert!(!mail.text().contains("Bring Maria"), "{}", mail.text());
    let door = mail.link("/d/");
    assert!(reads(&world, &door).await.contains("Someone else brings Maria. Come to 1 Pier Street"));
    let yes = vec![("drive", value(&world, &first).await), ("answer", "yes".to_owned())];
    assert_eq!(world.post(&format!("{door}/answer"), &yes).await.0, 303);
    assert!(world.get(&page).await.1.contains("Daniel takes you home."));

    // Now he is to bring her too: that is another question, so his yes does not stand for it.
    named[5].1 = "both".to_owned();
    assert_eq!(world.post(&format!("{page}/driver"), &named).await.0, 303);
    let drive = world.drive(first.id).await.expect("a drive");
    assert_eq!((drive.legs, drive.status), (Legs::Both, DriveStatus::Asked));
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(FRIEND).len(), 2, "asked again");
    assert_eq!(world.post(&format!("{door}/answer"), &yes).await.0, 303);
    world.clock_to(first.starts_at);
    world.check_in(&world.desk, first.id, None).await.expect("the way home is what the gate asks for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_asked_for_a_whole_course_ticks_the_days_they_can() {
    on_each_database(some_days).await;
}

async fn some_days(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, visits, door) = asked(&world).await;
    assert_eq!(world.mails_to(FRIEND).len(), 1, "asked once for all six");
    let text = reads(&world, &door).await;
    assert!(visits.iter().all(|visit| text.contains(&day(&world, visit))), "{text}");
    let mut form = vec![("answer", "some".to_owned())];
    let mut values = Vec::new();
    for visit in &visits {
        values.push(value(&world, visit).await);
    }
    form.extend(values.iter().map(|value| ("asked", value.clone())));
    let (status, refused) = world.post(&format!("{door}/answer"), &form).await;
    assert_eq!(status, 422, "no tick may be a slip");
    assert!(refused.contains("Tick at least one day"), "{refused}");
    form.extend(values[..2].iter().map(|value| ("drive", value.clone())));
    let told = world.mails_to(MARIA).len();
    assert_eq!(world.post(&format!("{door}/answer"), &form).await.0, 303);
    for (number, visit) in visits.iter().enumerate() {
        let status = world.drive(visit.id).await.map(|drive| drive.status);
        assert_eq!(status, (number < 2).then_some(DriveStatus::Confirmed), "day {number}");
    }
    let lines = world.worklist().await.into_iter().filter(|(kind, _)| *kind == WorkKind::DriverDeclined);
    assert_eq!(lines.count(), 4);

    // One of the four is taken before the mail goes: Maria hears of the other three, once.
    world.name_driver(maria, &[visits[2].id], "Ana Alvarez", "ana@example.org").await;
    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), told + 1, "one message for all of them");
    let text = mails[told].text();
    assert!(text.contains("Daniel cannot drive you on these days."), "{text}");
    let named: Vec<bool> = visits.iter().map(|visit| text.contains(&day(&world, visit))).collect();
    assert_eq!(named, [false, false, false, true, true, true], "{text}");

    // Later he finds that he can on the fourth day after all.
    let later = vec![("drive", values[3].clone()), ("answer", "yes".to_owned())];
    assert_eq!(world.post(&format!("{door}/answer"), &later).await.0, 303);
    assert_eq!(world.drive(visits[3].id).await.map(|drive| drive.status), Some(DriveStatus::Confirmed));
    let taken = vec![("drive", values[2].clone()), ("answer", "yes".to_owned())];
    assert_eq!(world.post(&format!("{door}/answer"), &taken).await.0, 409, "Ana drives that day");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_who_said_yes_withdraws_and_patient_and_desk_hear_of_it() {
    on_each_database(withdraw).await;
}

async fn withdraw(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (_, visits, door) = asked(&world).await;
    let first = &visits[0];
    let yes = vec![("drive", value(&world, first).await), ("answer", "yes".to_owned())];
    assert_eq!(world.post(&format!("{door}/answer"), &yes).await.0, 303);
    assert!(reads(&world, &door).await.contains("I can no longer drive"));
    let no = vec![("drive", value(&world, first).await), ("answer", "no".to_owned())];
    let told = world.mails_to(MARIA).len();
    for _ in 0..2 {
        assert_eq!(world.post(&format!("{door}/answer"), &no).await.0, 303, "said twice, done once");
    }
    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), told + 1);
    assert!(mails[told].text().contains(&format!("Daniel cannot drive you on {}.", day(&world, first))));
    assert!(world.worklist().await.contains(&(WorkKind::DriverDeclined, Some(first.id))));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ways_of_a_drive_that_is_off_cannot_be_changed() {
    on_each_database(off).await;
}

async fn off(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, visits, _) = asked(&world).await;
    let last = &visits[5];
    world.cancel(last.id, last.version).await.expect("it can be canceled");
    let (rules, desk) = (world.clinic.rules(), &world.desk);
    let set = world
        .act(desk, async |tx| set_legs(tx, desk, &rules, &world.site, maria, &[last.id], Legs::Home).await)
        .await;
    assert!(matches!(set, Err(ActionError::Refused("drivers-not-needed"))), "{set:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_person_says_so_once_and_is_never_written_to_again() {
    on_each_database(wrong_person).await;
}

async fn wrong_person(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, visits, door) = asked(&world).await;
    let told = world.mails_to(MARIA).len();
    let yes = vec![("drive", value(&world, &visits[0]).await), ("answer", "yes".to_owned())];
    for _ in 0..2 {
        assert_eq!(world.post(&format!("{door}/not-me"), &[]).await.0, 303);
    }
    // A page that still lies open in another tab, and the file of the drives.
    assert_eq!(world.post(&format!("{door}/answer"), &yes).await.0, 409);
    let (status, file) = world.get(&format!("{door}/calendar.ics")).await;
    assert!(status == 409 && !file.contains("VEVENT"), "{status}: {file}");
    let text = reads(&world, &door).await;
    assert!(text.contains("We will not write to this address again") && !text.contains("Maria"), "{text}");
    assert_eq!(world.audited(maria, "driver.wrong_person").await, 1);
    let line = (WorkKind::DriverAddressWrong, Some(visits[0].id));
    assert!(world.worklist().await.contains(&line));
    for visit in &visits {
        assert!(world.drive(visit.id).await.is_none(), "every day is open again");
    }
    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), told + 1, "one message for six days");
    assert!(mails[told].text().contains("Our message to Daniel reached someone else."));

    // The same address again is refused where it was typed; another one is asked.
    let page = world.page_of(MARIA);
    let named = |email: &str| {
        [("who", "other"), ("name", "Daniel Reed"), ("email", email), ("which", "all")]
            .map(|(name, value)| (name, value.to_owned()))
    };
    let (status, refused) = world.post(&format!("{page}/driver"), &named("Daniel@example.org")).await;
    assert_eq!(status, 422);
    assert!(refused.contains("reached someone else") && refused.contains("Daniel@example.org"), "{refused}");
    assert_eq!(world.post(&format!("{page}/driver"), &named("daniel.reed@example.org")).await.0, 303);
    assert!(!world.worklist().await.contains(&line), "somebody else is asked");
    let stranger = world.clinic.read().await.drivers_of(maria).await.expect("drivers");
    let stranger = stranger.into_iter().find(|one| one.address_wrong_at.is_some()).expect("the marked one");
    let right = Some("dan@example.org".to_owned());
    let (desk, site) = (&world.desk, world.site.id);
    world
        .act(desk, async |tx| change_contact(tx, desk, site, stranger.id, right, None).await)
        .await
        .expect("the desk puts the address right");
    let mended = world.clinic.read().await.driver(stranger.id).await.expect("an answer").expect("a driver");
    assert_eq!(mended.mail_address(), Some("dan@example.org"));
    world.pass_until(visits[0].starts_at).await;
    assert_eq!(world.mails_to(FRIEND).len(), 1, "nothing more goes there");
    assert!(world.mails_to("daniel.reed@example.org").len() >= 3, "a question and two reminders");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_asks_again_and_records_who_said_yes_on_the_phone() {
    on_each_database(by_phone).await;
}

async fn by_phone(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, visits, _) = asked(&world).await;
    let first = &visits[0];
    world.clock_to(first.starts_at - TimeDelta::days(4));
    let drive = world.drive(first.id).await.expect("somebody is asked").id;
    let mut desk = world.signed_in("desk@harbor.test").await;
    let page = desk.get("/drivers").await;
    page.ok().says("ALVAREZ, Maria").says("Daniel Reed").says("Asked, no answer yet").says("There and home");
    page.says("1 treatment · 1 without a confirmed driver").says("Call Daniel, +1 555 010 0177");
    for _ in 0..2 {
        desk.post(&format!("/drives/{drive}/ask-again"), &[]).await.goes_to("/drivers");
    }
    let rows = world.clinic.read().await.messages_of(maria, 1000).await.expect("messages");
    let questions = rows.iter().filter(|row| row.stage == Stage::DriverAsked).count();
    assert_eq!(questions, 2, "asked once more, however often the button is pressed");

    let path = format!("/drives/{drive}/by-phone");
    let nobody = desk.post(&path, &[("answer", "yes"), ("said_by", "")]).await;
    nobody.is(StatusCode::UNPROCESSABLE_ENTITY).says("Enter who said so");
    desk.post(&path, &[("answer", "yes"), ("said_by", "His wife, Rosa")]).await.goes_to("/drivers");
    let drive = world.drive(first.id).await.expect("a drive");
    assert_eq!(drive.status, DriveStatus::Confirmed);
    assert_eq!(drive.said_by.as_deref(), Some("His wife, Rosa"));
    desk.get("/drivers").await.ok().says("all with a driver").says("Pick-up between");
    desk.get(&format!("/appointments/{}", first.id)).await.ok().says("Said by His wife, Rosa.");
}
