//! The pages of a search: started, watched, stopped, taken up, and nobody else's.

use std::time::Duration;

use axum::http::StatusCode;
use seriesbook::store::Store;

use crate::support::clinic::Clinic;
use crate::support::databases::{count, on_each_database};
use crate::support::web::{Browser, Page};

const ABSENCES: &str = "SELECT COUNT(*) FROM absences";

/// The front desk, on a page with a form.
async fn desk(clinic: &Clinic) -> Browser {
    let mut browser = Browser::of(clinic);
    browser.sign_in("desk@harbor.test").await;
    browser.get("/absence").await.ok();
    browser
}

/// Looks until the search is over; a browser without script would do the same.
async fn finished(browser: &mut Browser, path: &str) -> Page {
    for _ in 0..400 {
        let page = browser.get(path).await;
        page.ok();
        if !page.body.contains("data-run-events") {
            return page;
        }
        page.holds("http-equiv=\"refresh\"");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{path} never ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_is_watched_stopped_and_applied_once_and_is_no_business_of_others() {
    on_each_database(repair_pages).await;
}

async fn repair_pages(store: Store) {
    let clinic = Clinic::open(store).await;
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.suitable(&ana).await;
    clinic.book_course(&ana).await;
    let mut browser = desk(&clinic).await;
    let lena = clinic.lena.to_string();
    let away = [
        ("resource", lena.as_str()),
        ("from_date", "2026-12-01"),
        ("from_time", "00:00"),
        ("to_date", "2026-12-05"),
        ("to_time", "00:00"),
        ("note", "ill"),
    ];
    let started = browser.post("/absence/plan", &away).await;
    let path = started.goes_to("/absence/runs/").location().expect("an address").to_owned();

    let mut other = Browser::of(&clinic);
    other.sign_in("owner@harbor.test").await;
    other.get("/absence").await.ok();
    other.get(&path).await.is(StatusCode::NOT_FOUND);
    other.get(&format!("{path}/events")).await.is(StatusCode::NOT_FOUND);
    other.post(&format!("{path}/stop"), &[]).await.is(StatusCode::NOT_FOUND);
    other.post(&format!("{path}/apply"), &[("act", "only")]).await.is(StatusCode::NOT_FOUND);

    browser.get(&path).await.ok().says("Lena Fischer is away");
    browser.post(&format!("{path}/stop"), &[]).await.goes_to(&path);
    let page = finished(&mut browser, &path).await;
    page.says("RUIZ, Ana").says("Enter the absence only");
    let news = browser.get(&format!("{path}/events")).await;
    news.ok();
    assert!(news.header("content-type").starts_with("text/event-stream"));
    assert!(news.body.contains("event: progress") && news.body.contains("event: done"), "{}", news.body);
    let long = news.body.split("\n\n").map(str::len).max();
    assert!(long.is_some_and(|bytes| bytes <= 4096), "a patch of {long:?} bytes");

    let page = browser.get(&path).await;
    let key = page.hidden("idempotency_key").expect("a key");
    let only = [("act", "only"), ("idempotency_key", key.as_str())];
    browser.post(&format!("{path}/apply"), &only).await.goes_to("/worklist");
    browser.post(&format!("{path}/apply"), &only).await.goes_to("/worklist");
    assert_eq!(count(clinic.store(), ABSENCES).await, 1);
    browser.get("/worklist").await.ok().says("Lena Fischer is away");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absence_that_ends_before_it_starts_is_refused_with_what_was_typed() {
    on_each_database(wrong_order).await;
}

async fn wrong_order(store: Store) {
    let clinic = Clinic::open(store).await;
    let mut browser = desk(&clinic).await;
    let jane = clinic.jane.to_string();
    let away = [
        ("resource", jane.as_str()),
        ("from_date", "2026-12-02"),
        ("from_time", "09:00"),
        ("to_date", "2026-12-01"),
        ("to_time", "09:00"),
        ("note", "dentist"),
    ];
    let page = browser.post("/absence/plan", &away).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("The absence must end after it starts").holds("dentist");
    assert_eq!(count(clinic.store(), ABSENCES).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_waiting_list_is_planned_and_booked_from_its_page_and_wishes_are_kept() {
    on_each_database(waiting_pages).await;
}

async fn waiting_pages(store: Store) {
    let clinic = Clinic::open(store).await;
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.suitable(&ana).await;
    let mut browser = desk(&clinic).await;
    let wishes = [("wishes", "days=tue&days=wed&part=morning&visits=5")];
    let kept = browser.post(&format!("/patients/{}/wishes", ana.id), &wishes).await;
    kept.goes_to(&format!("/patients/{}/plan?", ana.id));
    let plan = browser.get(&format!("/patients/{}/plan", ana.id)).await;
    plan.ok().says("These wishes were kept").holds("id=\"visits\" name=\"visits\" type=\"text\" value=\"5\"");

    browser.get("/waiting-list").await.ok().says("RUIZ, Ana").says("Tue, Wed");
    let started = browser.post("/waiting-list/plan", &[]).await;
    let path = started.goes_to("/waiting-list/runs/").location().expect("an address").to_owned();
    browser.post(&format!("{path}/stop"), &[]).await.goes_to(&path);
    finished(&mut browser, &path).await;

    // Stopped or not, a plan of one is found at once; the second one surely is.
    let started = browser.post("/waiting-list/plan", &[]).await;
    let path = started.goes_to("/waiting-list/runs/").location().expect("an address").to_owned();
    let page = finished(&mut browser, &path).await;
    page.says("No better plan exists: 1 of 1 have a course").says("Hold for 24 hours");
    browser.post(&format!("{path}/book"), &[("act", "book")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    browser.get(&path).await.ok();
    let booked = browser.post(&format!("{path}/book"), &[("act", "book"), ("pick", "0")]).await;
    booked.goes_to("/waiting-list");
    browser.get("/waiting-list").await.ok().says("1 course booked").says("Nobody waits");
    browser.get(&path).await.ok();
    let again = browser.post(&format!("{path}/book"), &[("act", "book"), ("pick", "0")]).await;
    again.is(StatusCode::CONFLICT).says("There is a held or running course already");
    assert_eq!(count(clinic.store(), "SELECT COUNT(*) FROM series").await, 1);
}
