//! Calendars that follow the book by themselves: a patient's, a doctor's, a room's; each instant is the book's, and nothing says too much.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc, Weekday};
use seriesbook::actions::plan::Wishes;
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::ids::PatientId;
use seriesbook::domain::services::{Category, Kind};
use seriesbook::mail::forbidden::found_in;
use seriesbook::store::Store;

use super::world::{MARIA, TOM, World};
use crate::support::databases::on_each_database;
use crate::support::ical::{Calendar, read};
use crate::support::web::{Browser, Page};

/// What a calendar says of a visit.
type Told = (String, DateTime<Utc>, DateTime<Utc>, String);

/// The path of the calendar address that a page shows.
pub fn address_on(page: &Page) -> String {
    let mark = "value=\"http://clinic.test";
    let from = page.body.find(&format!("{mark}/calendar/")).expect("an address") + mark.len();
    page.body[from..].split('"').next().unwrap_or_default().to_owned()
}

/// The patient makes an address on the page of their first message.
pub async fn own_address(world: &World, email: &str) -> String {
    let page = format!("{}/feed", world.page_of(email));
    let made = Browser::of(&world.clinic).post(&page, &[]).await;
    made.ok().says("Your calendar address is ready");
    address_on(&made)
}

/// What a calendar program reads at an address.
pub async fn follow(world: &World, address: &str) -> Calendar {
    let page = Browser::of(&world.clinic).get(address).await;
    page.ok();
    assert_eq!(page.header("content-type"), "text/calendar; charset=utf-8");
    read(&page.body)
}

fn told(calendar: &Calendar) -> Vec<Told> {
    let text = |value: &str| value.to_owned();
    calendar
        .events
        .iter()
        .map(|one| (text(one.get("UID")), one.at("DTSTART"), one.at("DTEND"), text(one.get("STATUS"))))
        .collect()
}

async fn in_the_book(world: &World, patient: PatientId) -> Vec<Told> {
    let state = |status: AppointmentStatus| match status {
        AppointmentStatus::Cancelled => "CANCELLED".to_owned(),
        _ => "CONFIRMED".to_owned(),
    };
    let visits = world.visits_of(patient).await;
    visits.into_iter().map(|one| (one.ical_uid, one.starts_at, one.ends_at, state(one.status))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patients_calendar_follows_moves_and_cancellations_by_itself() {
    on_each_database(follows).await;
}

async fn follows(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let page = world.page_of(MARIA);
    let mut phone = Browser::of(&world.clinic);
    phone.get(&page).await.ok().says("Keep my calendar up to date");
    phone.get(&format!("{page}/feed")).await.ok().says("Add my visits to my calendar");
    let made = phone.post(&format!("{page}/feed"), &[]).await;
    made.ok().says("Add to my calendar").holds("href=\"webcal://clinic.test/calendar/");
    let address = address_on(&made);
    let again = phone.get(&format!("{page}/feed")).await;
    again.ok().says("since Monday, November 16");
    assert!(!again.body.contains(&address), "the address is shown once");

    let calendar = follow(&world, &address).await;
    assert_eq!(calendar.get("X-WR-CALNAME"), "Visits at Harbor Clinic");
    assert_eq!(told(&calendar), in_the_book(&world, maria).await);
    assert!(calendar.events.iter().all(|one| one.get("SUMMARY") == "Visit at Harbor Clinic"));
    let text = phone.get(&address).await.body.replace("\r\n ", "");
    assert!(found_in(&text, false).is_empty(), "{:?} in {text}", found_in(&text, false));
    assert!(!text.contains("Maria") && !text.contains("Alvarez"), "{text}");

    let third = world.main(series, 3).await;
    world
        .move_visit(third.id, third.version, third.starts_at + TimeDelta::days(1), None)
        .await
        .expect("moved");
    let second = world.main(series, 2).await;
    world.cancel(second.id, second.version).await.expect("canceled");
    let calendar = follow(&world, &address).await;
    assert_eq!(told(&calendar), in_the_book(&world, maria).await, "moved and canceled ones too");
    let moved = calendar.events.iter().find(|one| one.get("UID") == third.ical_uid).expect("the third");
    assert_eq!(moved.get("SEQUENCE"), "1");
    assert!(told(&calendar).iter().any(|(uid, _, _, state)| *uid == second.ical_uid && state == "CANCELLED"));

    world.advance(TimeDelta::days(31));
    let calendar = follow(&world, &address).await;
    assert!(calendar.events.iter().all(|one| one.get("STATUS") == "CONFIRMED"), "not for ever");
    assert!(calendar.events.iter().any(|one| one.get("UID") == third.ical_uid));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_program_that_has_the_newest_state_is_sent_nothing_and_no_cookie() {
    on_each_database(asks_again).await;
}

async fn asks_again(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let address = own_address(&world, MARIA).await;
    let mut program = Browser::of(&world.clinic);
    let first = program.get(&address).await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    assert!(first.header("last-modified").ends_with(" GMT"), "{}", first.header("last-modified"));
    assert_eq!(first.header("cache-control"), "private, no-cache");
    assert_eq!(first.header("set-cookie"), "");
    world.advance(TimeDelta::hours(1));
    let same = program.get_with(&address, "if-none-match", &tag).await;
    same.is(StatusCode::NOT_MODIFIED);
    assert_eq!((same.body.as_str(), same.header("etag")), ("", tag.as_str()));
    let visit = world.main(series, 1).await;
    world.cancel(visit.id, visit.version).await.expect("canceled");
    let newer = program.get_with(&address, "if-none-match", &tag).await;
    newer.ok();
    assert_ne!(newer.header("etag"), tag);
    assert_ne!(newer.header("last-modified"), first.header("last-modified"));
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_and_calendar_hold_the_books_instants_across_november_1_2026() {
    on_each_database(autumn).await;
}

async fn autumn(store: Store) {
    across(World::open(store, "2026-09-28 09:00").await, "2026-10-09").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_and_calendar_hold_the_books_instants_across_march_14_2027() {
    on_each_database(spring).await;
}

async fn spring(store: Store) {
    across(World::open(store, "2027-02-08 09:00").await, "2027-02-19").await;
}

async fn across(world: World, earliest: &str) {
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let wishes = Wishes { weekdays: vec![Weekday::Fri], ..world.wishes(earliest) };
    let course = world.plan_as(maria, &wishes).await;
    world.book(maria, &course, false).await.expect("booked");
    world.pass_minutes(5).await;
    let book = in_the_book(&world, maria).await;
    let address = own_address(&world, MARIA).await;
    assert_eq!(told(&follow(&world, &address).await), book);
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), 1);
    for (_, part) in mails[0].calendar_parts() {
        let mut mailed = told(&read(&part));
        mailed.sort_by_key(|(_, starts_at, _, _)| *starts_at);
        assert_eq!(mailed, book);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_and_a_room_are_followed_by_initials_and_nothing_else_of_a_patient() {
    on_each_database(staff_and_room).await;
}

async fn staff_and_room(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria del Mar Alvarez", Some(MARIA)).await;
    let tom = world.add_patient("Tom Ortiz", Some(TOM)).await;
    let service = world.service(Category::Consultation).id;
    let at = world.clinic.at("2026-12-02T10:00");
    world.book_visit_with(maria, service, at, Some(world.clinic.jane)).await.expect("free");
    let later = world.clinic.at("2026-12-02T14:00");
    world.book_visit_with(tom, service, later, Some(world.clinic.tom)).await.expect("free");
    let visit = world.visits_of(maria).await.remove(0);
    let room = visit.assigned.iter().find(|one| one.kind.is_room()).expect("a room").resource;
    let rooms = world.clinic.read().await.resources(world.site.id).await.expect("resources");
    let room_name = rooms.into_iter().find(|one| one.id == room).expect("the room").name;

    let mut jane = world.signed_in("jane@harbor.test").await;
    jane.get("/calendar/mine").await.ok().says("There is no calendar address.");
    let made = jane.post("/calendar/mine", &[]).await;
    made.ok().says("In use since Mon, Nov 16, made by Dr. Jane Miller.");
    let mine = address_on(&made);
    let mut owner = world.signed_in("owner@harbor.test").await;
    owner.get(&format!("/settings/resources/{room}")).await.ok().says("Calendar address of this room");
    let path = format!("/settings/resources/{room}/feed");
    owner.get(&path).await.ok().says(&format!("Calendar of {room_name}"));
    let rooms_address = address_on(&owner.post(&path, &[]).await);

    // Both visits are in the one room for talks, but only one of them is hers.
    for (address, name, visits, summary) in [
        (&mine, "Dr. Jane Miller".to_owned(), 1, format!("Visit (M.A.), {room_name}")),
        (&rooms_address, room_name.clone(), 2, "Visit (M.A.)".to_owned()),
    ] {
        let calendar = follow(&world, address).await;
        assert_eq!(calendar.get("X-WR-CALNAME"), format!("{name}, Harbor Clinic"));
        assert_eq!(calendar.events.len(), visits, "{name}");
        let event = &calendar.events[0];
        assert_eq!((event.at("DTSTART"), event.at("DTEND")), (visit.starts_at, visit.ends_at));
        assert_eq!((event.get("SUMMARY"), event.get("LOCATION")), (summary.as_str(), room_name.as_str()));
        let text = jane.get(address).await.body.replace("\r\n ", "");
        for secret in ["Maria", "Alvarez", "Ortiz", "Consult", MARIA, "0133"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    world.cancel(visit.id, visit.version).await.expect("canceled");
    for address in [&mine, &rooms_address] {
        assert_eq!(follow(&world, address).await.events[0].get("STATUS"), "CANCELLED");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn held_times_are_in_the_doctors_calendar_as_kept_and_not_in_the_patients() {
    on_each_database(held).await;
}

async fn held(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let course = world.plan(maria, "2026-12-01").await;
    let series = world.book(maria, &course, true).await.expect("held");
    world.pass_minutes(5).await;
    let hers = own_address(&world, MARIA).await;
    let doctor = world.main(series, 1).await.resource_for(Kind::Clinician).expect("a doctor");
    let email = if doctor == world.clinic.jane { "jane@harbor.test" } else { "tom@harbor.test" };
    let mut desk = world.signed_in(email).await;
    desk.get("/calendar/mine").await.ok();
    let his = address_on(&desk.post("/calendar/mine", &[]).await);
    assert!(follow(&world, &hers).await.events.is_empty(), "an offer is no visit yet");
    let kept = follow(&world, &his).await;
    assert!(!kept.events.is_empty());
    for event in &kept.events {
        assert_eq!(event.get("STATUS"), "TENTATIVE");
        assert!(event.get("SUMMARY").starts_with("Held (M.A.)"), "{}", event.get("SUMMARY"));
    }
    let version = world.series(series).await.version.to_string();
    let accept = [("series", series.to_string()), ("version", version)];
    world.post(&format!("{}/accept", world.page_of(MARIA)), &accept).await;
    assert_eq!(told(&follow(&world, &hers).await), in_the_book(&world, maria).await);
    assert!(follow(&world, &his).await.events.iter().all(|one| one.get("STATUS") == "CONFIRMED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_try_to_be_calendar_lines_stay_names() {
    on_each_database(hostile).await;
}

async fn hostile(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let name = "M\r\nATTENDEE:mailto:evil@example.org\r\nEND:VEVENT A, lvarez;";
    let maria = world.add_patient(name, Some(MARIA)).await;
    let service = world.service(Category::Consultation).id;
    let at = world.clinic.at("2026-12-02T10:00");
    world.book_visit_with(maria, service, at, Some(world.clinic.jane)).await.expect("free");
    world.pass_minutes(5).await;
    let hers = own_address(&world, MARIA).await;
    let mut jane = world.signed_in("jane@harbor.test").await;
    jane.get("/calendar/mine").await.ok();
    let mine = address_on(&jane.post("/calendar/mine", &[]).await);
    // The second one hung a library that folds lines.
    let blanks = format!("{}{}a", "🙂".repeat(25), "a ".repeat(47));
    for clinic in ["Harbor\r\nATTENDEE:evil, \"x\";:\\ 🙂", blanks.as_str()] {
        let mut site = world.site.clone();
        site.name = clinic.to_owned();
        site.address = format!("1 Pier\r\nATTENDEE:evil {}", "🙂é".repeat(30));
        let mut tx = world.clinic.write(&world.desk).await;
        tx.update_site(&site).await.expect("changed");
        tx.commit().await.expect("a commit");
        for address in [&hers, &mine] {
            let calendar = follow(&world, address).await;
            assert_eq!(calendar.events.len(), 1, "one visit, whatever the names are");
            assert_eq!(calendar.events[0].at("DTSTART"), at);
            assert_eq!(calendar.events[0].get("ATTENDEE"), "");
        }
    }
}
