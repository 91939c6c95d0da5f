//! Calendar addresses end: by their owner, by the clinic, by a newer one, with the account; and then they say nothing.

use axum::http::StatusCode;
use seriesbook::domain::services::Category;
use seriesbook::store::Store;

use super::feeds::{address_on, follow, own_address};
use super::world::{MARIA, World};
use crate::support::databases::{count, on_each_database};
use crate::support::web::Browser;

async fn is_dead(world: &World, address: &str) {
    let page = Browser::of(&world.clinic).get(address).await;
    page.is(StatusCode::NOT_FOUND);
    assert_eq!(page.body, "", "a dead address says nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patients_address_ends_by_a_newer_one_by_the_patient_and_by_the_desk() {
    on_each_database(patients).await;
}

async fn patients(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let page = format!("{}/feed", world.page_of(MARIA));
    let first = own_address(&world, MARIA).await;
    follow(&world, &first).await;
    let second = own_address(&world, MARIA).await;
    is_dead(&world, &first).await;
    follow(&world, &second).await;
    // Reading is no act: neither the calendar nor the page with the buttons changes anything.
    let before = count(world.clinic.store(), "SELECT COUNT(*) FROM audit").await;
    for path in [&second, &page, &format!("{page}/stop")] {
        world.get(path).await;
    }
    assert_eq!(count(world.clinic.store(), "SELECT COUNT(*) FROM audit").await, before);
    follow(&world, &second).await;

    let mut phone = Browser::of(&world.clinic);
    phone.post(&format!("{page}/stop"), &[]).await.goes_to(&page);
    phone.get(&format!("{page}?done=stopped")).await.ok().says("The calendar address is stopped.");
    phone.post(&format!("{page}/stop"), &[]).await.goes_to(&page);
    is_dead(&world, &second).await;

    let third = own_address(&world, MARIA).await;
    let mut desk = world.signed_in("desk@harbor.test").await;
    let path = format!("/patients/{maria}/feed");
    let shown = desk.get(&path).await;
    shown.ok().says("made by patient by link.");
    assert!(!shown.body.contains(&third), "the desk never sees the address");
    desk.post(&path, &[]).await.is(StatusCode::NOT_FOUND);
    let id = world.clinic.read().await.feeds_in_use(world.site.id).await.expect("feeds").remove(0).id;
    desk.get(&path).await.ok();
    desk.post(&format!("/feeds/{id}/stop"), &[("back", path.as_str())]).await.goes_to(&path);
    is_dead(&world, &third).await;
    let audited = (world.audited(maria, "feed.open").await, world.audited(maria, "feed.stop").await);
    assert_eq!(audited, (3, 3), "each made and stopped once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doctors_address_is_theirs_to_make_and_ends_with_the_account() {
    on_each_database(doctors).await;
}

async fn doctors(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let mut jane = world.signed_in("jane@harbor.test").await;
    jane.get("/calendar/mine").await.ok();
    let mine = address_on(&jane.post("/calendar/mine", &[]).await);
    assert!(follow(&world, &mine).await.events.is_empty());
    let id = world.clinic.read().await.feeds_in_use(world.site.id).await.expect("feeds").remove(0).id;

    let mut nurse = world.signed_in("sam@harbor.test").await;
    nurse.get("/calendar/mine").await.ok();
    nurse.post(&format!("/feeds/{id}/stop"), &[]).await.is(StatusCode::FORBIDDEN);
    let mut desk = world.signed_in("desk@harbor.test").await;
    desk.get("/calendar/mine").await.ok().says("Nobody is booked with you");
    desk.post("/calendar/mine", &[]).await.is(StatusCode::NOT_FOUND);
    follow(&world, &mine).await;

    let mut tx = world.clinic.write(&world.clinic.owner()).await;
    let mut staff = tx.staff_by_email("jane@harbor.test").await.expect("an answer").expect("Jane");
    staff.active = false;
    tx.update_staff(&staff).await.expect("closed");
    tx.commit().await.expect("a commit");
    is_dead(&world, &mine).await;

    let mut owner = world.signed_in("owner@harbor.test").await;
    owner.get("/settings").await.ok().says("1 in use");
    owner.get("/settings/feeds").await.ok().says("Dr. Jane Miller");
    let stop = format!("/feeds/{id}/stop");
    owner.post(&stop, &[("back", "/settings/feeds")]).await.goes_to("/settings/feeds");
    owner.get("/settings/feeds").await.ok().says("No calendar address is in use.");
    owner.get("/settings/feeds").await.ok();
    // What is no room has no address of a room.
    let path = format!("/settings/resources/{}/feed", world.clinic.jane);
    owner.post(&path, &[]).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_never_made_says_nothing() {
    on_each_database(never_made).await;
}

async fn never_made(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let service = world.service(Category::Consultation).id;
    world.book_visit(maria, service, world.clinic.at("2026-12-02T10:00")).await.expect("free");
    world.pass_minutes(5).await;
    let made = own_address(&world, MARIA).await;
    let link = world.page_of(MARIA).replace("/v/", "/calendar/");
    for address in [
        format!("/calendar/{}.ics", "a".repeat(43)),
        "/calendar/short.ics".to_owned(),
        // The token of a page is no token of a calendar, and a calendar's is nothing without its ending.
        format!("{link}.ics"),
        made.trim_end_matches(".ics").to_owned(),
    ] {
        is_dead(&world, &address).await;
    }
    let page = made.replace("/calendar/", "/v/").replace(".ics", "");
    assert_eq!(world.get(&page).await.0, 404, "nor is a calendar's token one of a page");
}
