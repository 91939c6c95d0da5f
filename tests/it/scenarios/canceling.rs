//! Canceling one visit of a course, and taking it back.

use chrono::TimeDelta;
use seriesbook::actions::ActionError;
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::services::{Category, Kind};
use seriesbook::store::Store;

use super::world::{FRIEND, MARIA, TOM, World};
use crate::support::databases::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn canceling_a_treatment_takes_its_coaching_out_of_book_and_calendar_and_frees_the_driver() {
    on_each_database(canceled).await;
}

async fn canceled(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let treatments = world.treatments(series).await;
    world.name_driver(maria, &treatments, "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    for visit in &treatments {
        world.answer(*visit, true).await;
    }
    let told = (world.mails_to(MARIA).len(), world.mails_to(FRIEND).len());
    let (second, talk) = (world.main(series, 2).await, world.talk(series, 2).await);
    let gone = world.cancel(second.id, second.version).await.expect("it can be canceled");
    assert_eq!(gone, [second.id, talk.id]);
    for id in gone {
        assert_eq!(world.visit(id).await.status, AppointmentStatus::Cancelled);
    }
    assert!(world.drive(second.id).await.is_none(), "nobody drives to it");
    world.pass_minutes(5).await;
    let (to_maria, to_friend) = (world.mails_to(MARIA), world.mails_to(FRIEND));
    assert_eq!(to_maria.len(), told.0 + 1, "one message for both visits");
    let mail = to_maria.last().expect("a mail");
    assert!(mail.subject().starts_with("Canceled"), "{}", mail.subject());
    let calendars = mail.calendars();
    for visit in [&second, &talk] {
        let uid = format!("UID:{}\n", visit.ical_uid);
        let part = calendars.iter().find(|part| part.contains(&uid)).expect("the same UID as before");
        assert!(part.contains("METHOD:CANCEL") && part.contains("STATUS:CANCELLED"), "{part}");
        assert!(part.contains("SEQUENCE:1\n"), "higher than before: {part}");
    }
    let raw = String::from_utf8_lossy(&mail.data).to_lowercase();
    assert!(raw.contains("method=cancel"), "the method stands in the type too");
    assert_eq!(to_friend.len(), told.1 + 1, "the driver hears that the day is free");
    assert!(to_friend.last().expect("a mail").calendars().join("").contains("METHOD:CANCEL"));

    world.pass_until(second.starts_at).await;
    for id in [second.id, talk.id] {
        let reminders = world.messages_about(maria, id).await;
        let spoken = reminders
            .iter()
            .filter(|m| m.stage == Stage::PatientReminder || m.stage == Stage::DriverReminder);
        assert!(
            spoken.into_iter().all(|message| message.status != MessageStatus::Sent),
            "a canceled visit is silent"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_visit_comes_back_with_its_coaching_and_its_driver() {
    on_each_database(restored).await;
}

async fn restored(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let second = world.main(series, 2).await;
    world.name_driver(maria, &[second.id], "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    world.cancel(second.id, second.version).await.expect("canceled");
    world.pass_minutes(5).await;
    world.restore(second.id).await.expect("the times are still free");
    let (back, talk) = (world.main(series, 2).await, world.talk(series, 2).await);
    assert_eq!((back.status, talk.status), (AppointmentStatus::Booked, AppointmentStatus::Booked));
    assert_eq!((back.starts_at, back.version), (second.starts_at, second.version + 2));
    assert!(world.drive(second.id).await.is_some(), "her driver is asked again");
    let twice = world.restore(second.id).await;
    assert!(matches!(twice, Err(ActionError::Refused(_))), "{twice:?}");
    world.pass_minutes(5).await;
    assert!(world.mails_to(MARIA).last().expect("a mail").subject().starts_with("Your visit on"));
    world.pass_until(back.starts_at).await;
    let ledger = world.messages_about(maria, back.id).await;
    let sent = ledger.iter().filter(|m| m.stage == Stage::PatientReminder && m.status == MessageStatus::Sent);
    assert_eq!(sent.count(), 3, "reminded again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_taken_back_at_once_is_told_to_nobody() {
    on_each_database(restored_at_once).await;
}

async fn restored_at_once(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let second = world.main(series, 2).await;
    world.name_driver(maria, &[second.id], "Daniel Reed", FRIEND).await;
    world.answer(second.id, true).await;
    world.pass_minutes(5).await;
    let told = (world.mails_to(MARIA).len(), world.mails_to(FRIEND).len());
    world.cancel(second.id, second.version).await.expect("canceled");
    world.restore(second.id).await.expect("restored");
    world.pass_minutes(10).await;
    assert_eq!((world.mails_to(MARIA).len(), world.mails_to(FRIEND).len()), told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_given_to_somebody_else_does_not_come_back() {
    on_each_database(given_away).await;
}

async fn given_away(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let tom = world.decided_patient("Tom Berger", TOM).await;
    let course = world.plan(maria, "2026-12-01").await;
    let series = world.book(maria, &course, false).await.expect("booked");
    let second = world.main(series, 2).await;
    world.cancel(second.id, second.version).await.expect("canceled");
    let with = second.resource_for(Kind::Clinician);
    let service = world.service(Category::Consultation).id;
    world.book_visit_with(tom, service, second.starts_at, with).await.expect("free now");
    let refused = world.restore(second.id).await;
    assert!(matches!(&refused, Err(ActionError::Conflicts(all)) if !all.is_empty()), "{refused:?}");
    assert_eq!(world.visit(second.id).await.status, AppointmentStatus::Cancelled, "all of it or nothing");
    assert_eq!(world.talk(series, 2).await.status, AppointmentStatus::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_asked_for_all_visits_is_still_asked_when_the_first_is_canceled_at_once() {
    on_each_database(others_still_asked).await;
}

async fn others_still_asked(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let treatments = world.treatments(series).await;
    world.name_driver(maria, &treatments, "Daniel Reed", FRIEND).await;
    world.advance(TimeDelta::minutes(1));
    let first = world.main(series, 1).await;
    world.cancel(first.id, first.version).await.expect("canceled");
    world.pass_minutes(5).await;
    let mails = world.mails_to(FRIEND);
    assert!(!mails.is_empty(), "five drives remain to be asked for");
    let day = first.starts_at.with_timezone(&world.site.timezone).format("%A, %B %-d").to_string();
    assert!(
        mails
            .iter()
            .all(|mail| !mail.text().contains(&format!("{day},"))
                && !mail.text().contains(&format!("{day}\n")))
    );
    let page = world.get(&mails[0].link("/d/")).await.1;
    assert!(!page.contains(&day), "the canceled day is not asked for");
}
