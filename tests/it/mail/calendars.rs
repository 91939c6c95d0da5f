//! The calendar parts of a whole course's mail, read back strictly: what they say of themselves, and that they hold the book's instants.

use chrono::TimeDelta;
use seriesbook::store::Store;

use crate::scenarios::world::{FRIEND, MARIA, World};
use crate::support::databases::on_each_database;
use crate::support::ical::read;

#[tokio::test(flavor = "multi_thread")]
async fn every_calendar_part_of_a_course_is_sound_and_newer_ones_follow_older_ones() {
    on_each_database(whole_course).await;
}

async fn whole_course(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let treatments = world.treatments(series).await;
    world.name_driver(maria, &treatments[..2], "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    let third = world.main(series, 3).await;
    world
        .move_visit(third.id, third.version, third.starts_at + TimeDelta::days(1), None)
        .await
        .expect("moved");
    world.pass_minutes(5).await;
    let second = world.main(series, 2).await;
    world.cancel(second.id, second.version).await.expect("canceled");
    world.pass_minutes(5).await;

    let mut methods = Vec::new();
    let mut newest: Vec<(String, u32)> = Vec::new();
    for mail in world.smtp.mails() {
        for (method, part) in mail.calendar_parts() {
            let calendar = read(&part);
            assert_eq!(calendar.get("METHOD"), method, "{:?}", mail.subject());
            for event in &calendar.events {
                let sequence: u32 = event.get("SEQUENCE").parse().expect("a number");
                let uid = event.get("UID").to_owned();
                // In the order they were sent, no entry goes back to an older state.
                let before = newest.iter().rev().find(|(known, _)| *known == uid).map(|(_, number)| *number);
                assert!(before.is_none_or(|before| before <= sequence), "{uid}: {before:?} then {sequence}");
                newest.push((uid, sequence));
            }
            methods.push(method);
        }
    }
    for method in ["PUBLISH", "REQUEST", "CANCEL"] {
        assert!(methods.iter().any(|one| one == method), "no {method} among {methods:?}");
    }

    // What was told last of each visit is what the book holds.
    let mails = world.mails_to(MARIA);
    for visit in world.visits(series).await {
        let parts: Vec<String> =
            mails.iter().flat_map(|mail| mail.calendar_parts()).map(|(_, part)| part).collect();
        let calendars: Vec<_> = parts.iter().map(|part| read(part)).collect();
        let last = calendars
            .iter()
            .flat_map(|calendar| &calendar.events)
            .rfind(|event| event.get("UID") == visit.ical_uid)
            .expect("each visit was told");
        assert_eq!((last.at("DTSTART"), last.at("DTEND")), (visit.starts_at, visit.ends_at));
        let state = if visit.status.occupies() { "CONFIRMED" } else { "CANCELLED" };
        assert_eq!(last.get("STATUS"), state, "{}", visit.ical_uid);
        assert_eq!(last.get("SEQUENCE"), (visit.version - 1).to_string());
    }
}
