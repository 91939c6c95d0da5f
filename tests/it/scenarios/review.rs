//! The review at the end of a course: who has to hold it, what it decides, and what follows; and the patient who chooses a time.

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::actions::ActionError;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::protocols::VisitRole;
use seriesbook::domain::review::ReviewOutcome;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;

use super::world::{MARIA, World};
use crate::support::databases::on_each_database;
use crate::support::web::Browser;

#[tokio::test(flavor = "multi_thread")]
async fn a_course_that_ends_without_its_review_asks_a_clinician_to_hold_one() {
    on_each_database(review_to_hold).await;
}

async fn review_to_hold(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.short_course(maria, "2026-12-01").await;
    let visits = world.visits(series).await;
    let last = visits.iter().find(|visit| visit.role == Some(VisitRole::AfterLast)).expect("a review");
    for visit in visits.iter().filter(|visit| visit.id != last.id) {
        world.takes_place(visit.id).await;
    }
    let line = (WorkKind::ReviewDue, None);
    assert!(!world.worklist().await.contains(&line), "the review is booked");
    world.cancel(last.id, last.version).await.expect("it lies ahead");
    assert!(world.worklist().await.contains(&line));

    let desk = world.review(&world.desk, series, ReviewOutcome::Done, None).await;
    assert!(matches!(desk, Err(ActionError::NotPermitted)), "{desk:?}");
    let no_date = world.review(&world.doctor, series, ReviewOutcome::Boosters, None).await;
    assert!(matches!(no_date, Err(ActionError::Refused("review-first-due-missing"))), "{no_date:?}");
    assert!(world.worklist().await.contains(&line), "a refused decision settles nothing");

    world.review(&world.doctor, series, ReviewOutcome::AnotherSeries, None).await.expect("decided");
    let lines = world.worklist().await;
    assert!(!lines.contains(&line) && lines.contains(&(WorkKind::PlanSeries, None)), "{lines:?}");
    assert!(world.recalled(maria).await.is_none(), "another course is planned, not a booster");
    world.review(&world.doctor, series, ReviewOutcome::Referral, None).await.expect("decided anew");
    let lines = world.worklist().await;
    let kinds = (lines.contains(&(WorkKind::PlanSeries, None)), lines.contains(&(WorkKind::Refer, None)));
    assert_eq!(kinds, (false, true), "the newest decision counts");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_review_closes_the_course_or_names_the_first_date_of_the_boosters() {
    on_each_database(review_decides).await;
}

async fn review_decides(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.short_course(maria, "2026-12-01").await;
    world.course_takes_place(series).await;
    assert!(!world.worklist().await.contains(&(WorkKind::ReviewDue, None)), "the review took place");
    let plain = world.recalled(maria).await.expect("she is on the list").dates;

    world.review(&world.doctor, series, ReviewOutcome::Done, None).await.expect("closed");
    assert!(world.recalled(maria).await.is_none(), "a closed course calls nobody back");
    let calls = world.calls(maria, Stage::BoosterRecommended).await;
    assert_eq!(calls[0].status, MessageStatus::NotNeeded);

    let first = plain.due + TimeDelta::days(20);
    world.review(&world.doctor, series, ReviewOutcome::Boosters, Some(first)).await.expect("opened again");
    let one = world.recalled(maria).await.expect("she is on the list again");
    assert_eq!((one.dates.due, one.dates.recommended), (first, plain.recommended + TimeDelta::days(20)));
    let calls = world.calls(maria, Stage::BoosterRecommended).await;
    let waiting = calls.iter().find(|one| one.status == MessageStatus::Pending).expect("a message waits");
    assert_eq!(waiting.due_at, world.morning(one.dates.recommended));

    // The first date is about the first booster only.
    let booster = world.booster(maria, first).await;
    world.course_takes_place(booster).await;
    let one = world.recalled(maria).await.expect("she is on the list");
    assert_eq!(one.dates.due, one.last_on + TimeDelta::days(21));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_patient_chooses_one_time_and_has_a_booster_with_its_coaching() {
    on_each_database(patient_chooses).await;
}

async fn patient_chooses(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let first = world.booster(maria, world.day_of(world.now()) + TimeDelta::days(7)).await;
    world.pass_minutes(5).await;
    let early = world.mails_to(MARIA)[0].link("/v/");
    world.course_takes_place(first).await;
    let (status, page) = world.get(&format!("{early}/next")).await;
    assert_eq!((status, page.contains("name=\"start\"")), (200, false), "nobody asked her yet");

    world.clock_to(world.morning(world.recalled(maria).await.expect("on the list").dates.due));
    world.invite(maria).await.expect("she reads mail");
    let again = world.invite(maria).await;
    assert!(matches!(again, Err(ActionError::Refused("recall-invited-already"))), "{again:?}");
    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    let mail = mails.iter().find(|mail| mail.subject() == "Your next visit").expect("an invitation");
    let link = mail.link("/v/");
    let (_, home) = world.get(&link).await;
    assert!(home.contains("Choose a time for your next visit"));
    let (_, page) = world.get(&format!("{link}/next")).await;
    let times: Vec<String> = page
        .split("name=\"start\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect();
    assert!((1..=9).contains(&times.len()), "{times:?}");
    assert!(page.contains("$700"), "the price stands before the choice");

    let elsewhere = vec![("start", "2027-01-01T03:00".to_owned())];
    assert_eq!(world.post(&format!("{link}/next"), &elsewhere).await.0, 409, "a time nobody offered");
    let chosen = vec![("start", times[0].clone())];
    assert_eq!(world.post(&format!("{link}/next"), &chosen).await.0, 303);
    let series = world.clinic.read().await.series_of(maria).await.expect("courses").remove(0);
    assert_eq!(series.created_by, "patient by link");
    let (main, talk) = (world.main(series.id, 1).await, world.talk(series.id, 1).await);
    let after = talk.starts_at - main.ends_at;
    assert!((TimeDelta::hours(48)..=TimeDelta::hours(72)).contains(&after), "{after}");
    let local = main.starts_at.with_timezone(&world.site.timezone).naive_local();
    assert_eq!(local.format("%Y-%m-%dT%H:%M").to_string(), times[0]);

    let other = vec![("start", times[times.len() - 1].clone())];
    assert_eq!(world.post(&format!("{link}/next"), &other).await.0, 409, "one booster, not two");
    let boosters = world.clinic.read().await.series_of(maria).await.expect("courses");
    assert_eq!(boosters.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_for_whom_no_time_fits_asks_and_stands_on_the_worklist() {
    on_each_database(patient_asks).await;
}

async fn patient_asks(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let first = world.booster(maria, world.day_of(world.now()) + TimeDelta::days(7)).await;
    world.course_takes_place(first).await;
    world.clock_to(world.calls(maria, Stage::BoosterRecommended).await[0].due_at);
    world.tick().await;
    let mails = world.mails_to(MARIA);
    let link = mails.iter().find(|mail| mail.subject() == "Your next visit").expect("a call").link("/v/");
    let note = vec![("note", "Evenings only".to_owned())];
    assert_eq!(world.post(&format!("{link}/next/ask"), &note).await.0, 303);
    let line = (WorkKind::AsksForTime, None);
    assert!(world.worklist().await.contains(&line));
    world.booster(maria, world.day_of(world.now()) + TimeDelta::days(3)).await;
    assert!(!world.worklist().await.contains(&line), "a booked booster answers her");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_works_the_list_and_only_a_clinician_decides_the_review() {
    on_each_database(pages).await;
}

async fn pages(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.short_course(maria, "2026-12-01").await;
    world.course_takes_place(series).await;
    let dates = world.recalled(maria).await.expect("she is on the list").dates;
    world.clock_to(world.morning(dates.due));

    let mut desk = Browser::of(&world.clinic);
    desk.sign_in("desk@harbor.test").await;
    let list = desk.get("/recall").await;
    list.ok().says("ALVAREZ, Maria").says("Due since").says("Nothing booked");
    let booster = world.clinic.protocol("Booster").await.id;
    list.holds(&format!("/patients/{maria}/plan?protocol={booster}"));
    desk.post(&format!("/recall/{maria}/invite"), &[]).await.goes_to("/recall");
    assert_eq!(world.calls(maria, Stage::BoosterInvitation).await.len(), 1);
    desk.get(&format!("/recall/{maria}")).await.ok();
    let wrong = [("due_days", "soon"), ("recommended_days", "20")];
    let page = desk.post(&format!("/recall/{maria}/windows"), &wrong).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).holds("soon").says("Enter a number of days from 1 to 365");
    desk.post(&format!("/recall/{maria}/stop"), &[("reason", "")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    desk.post(&format!("/recall/{maria}/stop"), &[("reason", "Moved away")]).await.goes_to("/recall/");
    desk.get("/recall").await.ok().says("1 stopped").says("Moved away");

    let path = format!("/series/{series}/review");
    let review = desk.get(&path).await;
    review.ok().says("4 of 4 treatments took place").says("home with Ana Alvarez");
    assert!(!review.body.contains("name=\"outcome\""), "the desk reads, it does not decide");
    desk.post(&path, &[("outcome", "done")]).await.is(StatusCode::FORBIDDEN);
    let mut doctor = Browser::of(&world.clinic);
    doctor.sign_in("jane@harbor.test").await;
    doctor.get(&path).await.ok().holds("name=\"outcome\"");
    let wrong = [("outcome", "boosters"), ("first_due", "soon"), ("note", "Wants fewer")];
    let page = doctor.post(&path, &wrong).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).holds("Wants fewer").holds("soon");
    doctor.post(&path, &[("outcome", "done"), ("note", "Wants no more")]).await.goes_to(&path);
    doctor.get(&path).await.ok().says("Done: nothing more").says("Wants no more");
    assert!(!desk.get(&path).await.text().contains("Wants no more"), "the note is for those who decide");
    assert!(!desk.get("/recall").await.text().contains("ALVAREZ"), "a closed course leaves the list");
}
