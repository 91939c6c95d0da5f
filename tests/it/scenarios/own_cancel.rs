//! A patient cancels a visit on their page, in two steps, and takes it back for a while.

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::services::Category;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;

use super::world::{MARIA, TOM, World};
use crate::support::databases::on_each_database;
use crate::support::web::Browser;

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_canceled_by_its_link_can_be_taken_back_and_then_nobody_hears_of_it() {
    on_each_database(taken_back).await;
}

async fn taken_back(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let page = world.page_of(MARIA);
    let second = world.main(series, 2).await;
    let path = format!("{page}/cancel/{}", second.id);
    let mut phone = Browser::of(&world.clinic);
    phone.get(&format!("{page}/ask")).await.ok().says("Cancel without a new time").holds(&path);
    let asks = phone.get(&path).await;
    asks.ok().says("Cancel this visit?").says("is canceled too.").says("Your other visits stay.");
    asks.says("You can undo this for 60 minutes.");
    assert_eq!(world.visit(second.id).await.status, AppointmentStatus::Booked, "looking is no press");

    let version = second.version.to_string();
    for _ in 0..2 {
        phone.post(&path, &[("version", version.as_str())]).await.goes_to(&page);
    }
    let (main, talk) = (world.visit(second.id).await, world.talk(series, 2).await);
    assert_eq!((main.status, talk.status), (AppointmentStatus::Cancelled, AppointmentStatus::Cancelled));
    assert_eq!(main.version, second.version + 1, "pressed twice, canceled once");
    let line = (WorkKind::PatientCanceled, Some(second.id));
    assert!(world.worklist().await.contains(&line));
    let back = format!("{page}/restore/{}", second.id);
    let home = phone.get(&page).await;
    home.ok().says("Changed your mind? Undo until").holds(&format!("action=\"{back}\""));
    assert_eq!(home.body.matches("/restore/").count(), 1, "the talk comes back with it");

    for _ in 0..2 {
        phone.post(&back, &[]).await.goes_to(&format!("{page}?done=restored"));
    }
    phone.get(&format!("{page}?done=restored")).await.ok().says("Your visit is booked again.");
    let (main, talk) = (world.visit(second.id).await, world.talk(series, 2).await);
    assert_eq!((main.status, talk.status), (AppointmentStatus::Booked, AppointmentStatus::Booked));
    assert!(!world.worklist().await.contains(&line));
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), 1, "a slip undone sends nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_stays_open_on_a_link_to_that_visit_alone_and_shuts_when_its_time_is_over() {
    on_each_database(shuts).await;
}

async fn shuts(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let tom = world.decided_patient("Tom Berger", TOM).await;
    let consultation = world.service(Category::Consultation).id;
    world.book_visit(tom, consultation, world.clinic.at("2026-11-24T14:00")).await.expect("free");
    world.pass_minutes(5).await;
    let page = world.page_of(TOM);
    let visit = world.visits_of(tom).await.remove(0);
    let (path, back) = (format!("{page}/cancel/{}", visit.id), format!("{page}/restore/{}", visit.id));
    let mut phone = Browser::of(&world.clinic);
    let version = visit.version.to_string();
    phone.post(&path, &[("version", version.as_str())]).await.goes_to(&page);
    phone.get(&page).await.ok().says("Changed your mind?");
    phone.post(&back, &[]).await.goes_to(&page);
    phone.get(&page).await.ok().says("Hello Tom");
    let version = world.visit(visit.id).await.version.to_string();
    phone.post(&path, &[("version", version.as_str())]).await.goes_to(&page);
    world.pass_minutes(61).await;
    phone.get(&page).await.is(StatusCode::GONE).says("Your visit was canceled since");
    let newer = world.mails_to(TOM).last().expect("a mail").link("/v/");
    let late = phone.post(&format!("{newer}/restore/{}", visit.id), &[]).await;
    late.is(StatusCode::CONFLICT).says("Call us and we will find a time.");
    assert_eq!(world.visit(visit.id).await.status, AppointmentStatus::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_cancels_alone_too_near_to_a_visit_or_another_patients_and_nobody_undoes_what_the_desk_did() {
    on_each_database(limits).await;
}

async fn limits(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let tom = world.decided_patient("Tom Berger", TOM).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let consultation = world.service(Category::Consultation).id;
    world.book_visit(tom, consultation, world.clinic.at("2026-11-19T14:00")).await.expect("free");
    world.pass_minutes(5).await;
    let (hers, his) = (world.page_of(MARIA), world.page_of(TOM));
    let (first, second) = (world.main(series, 1).await, world.main(series, 2).await);
    let mut phone = Browser::of(&world.clinic);
    let version = second.version.to_string();
    let foreign = format!("{his}/cancel/{}", second.id);
    phone.get(&foreign).await.is(StatusCode::NOT_FOUND);
    phone.post(&foreign, &[("version", version.as_str())]).await.is(StatusCode::NOT_FOUND);
    phone.post(&format!("{hers}/cancel/{}", second.id), &[("version", "7")]).await.is(StatusCode::CONFLICT);
    assert_eq!(world.visit(second.id).await.status, AppointmentStatus::Booked);

    world.cancel(second.id, second.version).await.expect("the desk cancels");
    assert!(!phone.get(&hers).await.ok().text().contains("Changed your mind?"));
    let undone = phone.post(&format!("{hers}/restore/{}", second.id), &[]).await;
    undone.is(StatusCode::CONFLICT);
    assert_eq!(world.visit(second.id).await.status, AppointmentStatus::Cancelled);

    world.clock_to(first.starts_at - TimeDelta::hours(47));
    let path = format!("{hers}/cancel/{}", first.id);
    phone.get(&path).await.ok().says("It is too late to cancel this visit here");
    let version = first.version.to_string();
    let near = phone.post(&path, &[("version", version.as_str())]).await;
    near.is(StatusCode::CONFLICT).says("Call us.");
    assert_eq!(world.visit(first.id).await.status, AppointmentStatus::Booked);
}
