//! Cost before commitment: an estimate read once, a package price, a statement of what was attended.

use axum::http::StatusCode;
use seriesbook::actions::plan::{ChosenVisit, Wishes};
use seriesbook::domain::protocols::Protocol;
use seriesbook::store::Store;
use seriesbook::words::format::money;

use super::world::{MARIA, TOM, World};
use crate::support::databases::{count, on_each_database};
use crate::support::web::Browser;

#[tokio::test(flavor = "multi_thread")]
async fn an_estimate_of_a_held_course_is_told_without_an_amount_and_read_once() {
    on_each_database(held_estimate).await;
}

async fn held_estimate(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let course = world.plan(maria, "2026-12-01").await;
    let series = world.book(maria, &course, true).await.expect("held");
    let tom = world.decided_patient("Tom Berger", TOM).await;
    let any_day = Wishes { weekdays: Vec::new(), must_hours: None, ..world.wishes("2026-12-01") };
    let toms = world.plan_as(tom, &any_day).await;
    world.book(tom, &toms, false).await.expect("booked");
    let total = money(world.series(series).await.total_cents, "USD");

    let mut desk = world.signed_in("desk@harbor.test").await;
    let path = format!("/series/{series}");
    desk.get(&path).await.ok().says("Not sent yet");
    desk.post(&format!("{path}/estimate"), &[]).await.goes_to(&path);
    desk.post(&format!("{path}/estimate"), &[]).await.goes_to(&path);
    let sent = count(world.clinic.store(), "SELECT COUNT(*) FROM estimates").await;
    assert_eq!(sent, 1, "a double press sends one");
    desk.get(&path).await.ok().says(&format!("{total}, sent")).says("not read yet");

    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    let mail = mails.iter().find(|mail| mail.subject().starts_with("Your plan")).expect("a mail");
    assert!(!mail.text().contains('$') && !mail.html().contains('$'), "no amount in the mail");
    let page = mail.link("/v/");
    let mut phone = Browser::of(&world.clinic);
    phone.get(&page).await.ok().says(&total).says("I have read this");
    let home = page.split("/estimate/").next().expect("the page").to_owned();
    phone.get(&home).await.ok().says("What your plan would cost");
    phone.post(&page, &[]).await.goes_to(&page);
    let first = world.clinic.read().await.estimates_of(maria).await.expect("estimates")[0].acknowledged_at;
    assert_eq!(first, Some(world.now()));
    world.pass_minutes(10).await;
    phone.post(&page, &[]).await.goes_to(&page);
    let second = world.clinic.read().await.estimates_of(maria).await.expect("estimates")[0].acknowledged_at;
    assert_eq!((second, world.audited(maria, "estimate.read").await), (first, 1));
    phone.get(&page).await.ok().says("You read this on");
    desk.get(&path).await.ok().says(&format!("{total}, read"));

    // Tom's link opens only what is Tom's.
    let id = page.rsplit('/').next().expect("an id");
    let foreign = format!("{}/estimate/{id}", world.page_of(TOM));
    phone.get(&foreign).await.is(StatusCode::NOT_FOUND);
    phone.post(&foreign, &[]).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_estimated_before_anything_of_it_is_held_or_booked() {
    on_each_database(plan_estimate).await;
}

async fn plan_estimate(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let course = world.plan(maria, "2026-12-01").await;
    let text = ChosenVisit::to_text(&course.chosen());
    let mut desk = world.signed_in("desk@harbor.test").await;
    let path = format!("/patients/{maria}/plan");
    desk.get(&path).await.ok().says("Send the estimate");
    let protocol = world.protocol.id.to_string();
    let form = [
        ("course", text.as_str()),
        ("protocol", protocol.as_str()),
        ("wishes", "visits=6"),
        ("act", "estimate"),
    ];
    desk.post(&path, &form).await.goes_to(&format!("{path}?visits=6"));
    for table in ["series", "appointments"] {
        assert_eq!(count(world.clinic.store(), &format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
    let estimates = world.clinic.read().await.estimates_of(maria).await.expect("estimates");
    assert_eq!(estimates.len(), 1);
    assert_eq!(estimates[0].total_cents, course.total_cents);
    let lines: i64 = estimates[0].lines.iter().map(|line| line.cents).sum();
    let visits: i64 = estimates[0].lines.iter().map(|line| line.count).sum();
    assert_eq!((lines, visits), (course.total_cents, 14));
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), 1, "the estimate, and nothing about visits");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_price_replaces_the_sum_from_the_plan_to_the_statement() {
    on_each_database(package).await;
}

async fn package(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let mut tx = world.clinic.write(&world.clinic.owner()).await;
    let priced = Protocol { package_cents: Some(390_000), ..world.protocol.clone() };
    tx.update_protocol(&priced).await.expect("changed");
    tx.commit().await.expect("a commit");
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let course = world.plan(maria, "2026-12-01").await;
    assert_eq!(course.total_cents, 390_000);
    let series = world.book(maria, &course, false).await.expect("booked");
    assert_eq!(world.series(series).await.total_cents, 390_000);
    let shares: i64 = world.visits(series).await.iter().map(|visit| visit.price_cents).sum();
    assert_eq!(shares, 390_000, "every visit carries its share");

    let first = world.main(series, 1).await;
    world.attend(first.id).await;
    let mut desk = world.signed_in("desk@harbor.test").await;
    let path = format!("/patients/{maria}/statement");
    let share = money(first.price_cents, "USD");
    let day = world.clinic.today().format("%b %-d, %Y").to_string();
    desk.get(&path).await.ok().says(&format!("Total {share}")).says(&day);
    let other = format!("{path}?from=2026-11-01&to=2026-11-30");
    desk.get(&other).await.ok().says("No visit was attended in these days.");
    let turned = format!("{path}?from=2026-12-02&to=2026-12-01");
    desk.get(&turned).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("The last day must not come before");
}
