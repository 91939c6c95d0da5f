//! Before and after a treatment: an intention set by link, notes of the coach, quiet days, and who may read what.

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::actions::Actor;
use seriesbook::actions::integration::{IntentionWords, set_intention};
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::store::Store;

use super::world::{MARIA, TOM, World};
use crate::support::databases::{count, on_each_database};
use crate::support::web::Browser;

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_sets_an_intention_by_the_link_that_comes_three_days_before_and_revisits_it() {
    on_each_database(set_by_link).await;
}

async fn set_by_link(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let (first, talk) = (world.main(series, 1).await, world.talk(series, 1).await);
    world.pass_until(first.starts_at - TimeDelta::hours(60)).await;
    let mails = world.mails_to(MARIA);
    let asked: Vec<_> = mails.iter().filter(|mail| mail.subject().starts_with("Before your visit")).collect();
    assert_eq!(asked.len(), 1, "one message, for the one treatment that is near");
    let rows = world.messages_about(maria, first.id).await;
    let row = rows.iter().find(|row| row.stage == Stage::Intention).expect("a row");
    assert_eq!(row.due_at, first.starts_at - TimeDelta::hours(72));

    let page = asked[0].link("/v/");
    assert!(page.ends_with(&format!("/intention/{}", first.id)), "{page}");
    let mut phone = Browser::of(&world.clinic);
    phone.get(&page).await.ok().says("What matters to you right now?").says("Only you, your coach");
    let empty = phone.post(&page, &[("matters", " "), ("music", "")]).await;
    empty.is(StatusCode::UNPROCESSABLE_ENTITY).says("Write a few words");
    let long = "x".repeat(1001);
    let refused = phone.post(&page, &[("matters", "My daughter"), ("open_to", &long)]).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).holds(&long).says("My daughter");
    assert_eq!(count(world.clinic.store(), "SELECT COUNT(*) FROM intentions").await, 0);

    let words = [("matters", "My daughter"), ("open_to", ""), ("music", "Rain & piano")];
    phone.post(&page, &words).await.goes_to("/v/");
    phone.get(&page).await.ok().says("My daughter").says("Rain & piano");
    phone.post(&page, &[("matters", "My daughter, and rest"), ("music", "")]).await.goes_to("/v/");
    let kept = count(world.clinic.store(), "SELECT COUNT(*) FROM intentions").await;
    assert_eq!(kept, 1, "revisited, not doubled");
    let home = page.split("/intention/").next().expect("the page").to_owned();
    phone.get(&home).await.ok().says("Your intention for").says("is set.");

    // The next one shows the earlier one above; a talk has none.
    let second = world.main(series, 2).await;
    let next = page.replace(&first.id.to_string(), &second.id.to_string());
    phone.get(&next).await.ok().says("What you set earlier").says("My daughter, and rest");
    let of_talk = page.replace(&first.id.to_string(), &talk.id.to_string());
    phone.get(&of_talk).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_set_an_intention_is_not_asked_and_nobody_sets_one_for_somebody_else() {
    on_each_database(not_asked).await;
}

async fn not_asked(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let tom = world.decided_patient("Tom Berger", TOM).await;
    let first = world.main(series, 1).await;
    let words = IntentionWords { matters: "Rest".to_owned(), ..IntentionWords::default() };
    for actor in [Actor::Patient { id: tom }, world.desk.clone(), world.doctor.clone()] {
        let words = words.clone();
        let refused = world.act(&actor, async |tx| set_intention(tx, &actor, first.id, words).await).await;
        assert!(refused.is_err(), "{actor:?}");
    }
    let herself = Actor::Patient { id: maria };
    world
        .act(&herself, async |tx| set_intention(tx, &herself, first.id, words).await)
        .await
        .expect("her own");
    world.pass_until(first.starts_at - TimeDelta::hours(1)).await;
    let rows = world.messages_about(maria, first.id).await;
    let asked: Vec<_> = rows.iter().filter(|row| row.stage == Stage::Intention).collect();
    assert!(!asked.is_empty(), "it was planned");
    assert!(asked.iter().all(|row| row.status == MessageStatus::NotNeeded), "{asked:#?}");
    assert!(world.mails_to(MARIA).iter().all(|mail| !mail.subject().starts_with("Before your visit")));
}

#[tokio::test(flavor = "multi_thread")]
async fn coach_and_clinician_read_intention_and_notes_and_nobody_else_does() {
    on_each_database(private).await;
}

async fn private(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    let herself = Actor::Patient { id: maria };
    let words = IntentionWords { matters: "My daughter".to_owned(), ..IntentionWords::default() };
    world.act(&herself, async |tx| set_intention(tx, &herself, first.id, words).await).await.expect("set");

    let notes = format!("/appointments/{}/notes", first.id);
    let mut coach = world.signed_in("lena@harbor.test").await;
    coach.get(&notes).await.ok().says("My daughter").says("Nobody has written a note yet.");
    coach.post(&notes, &[("note", "")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    coach.get(&notes).await.ok();
    coach.post(&notes, &[("note", "Spoke of the sea")]).await.goes_to(&notes);
    let mut doctor = world.signed_in("jane@harbor.test").await;
    doctor.get(&notes).await.ok().says("Spoke of the sea").says("Lena Fischer");
    // A correction is a new note; the first stays.
    doctor.post(&notes, &[("note", "It was the lake")]).await.goes_to(&notes);
    doctor.get(&notes).await.ok().says("Spoke of the sea").says("It was the lake");

    for email in ["desk@harbor.test", "sam@harbor.test", "owner@harbor.test"] {
        let mut other = world.signed_in(email).await;
        other.get(&notes).await.is(StatusCode::FORBIDDEN);
        for path in [format!("/patients/{maria}"), format!("/appointments/{}", first.id)] {
            let page = other.get(&path).await;
            for secret in ["My daughter", "Spoke of the sea", "Intention and notes"] {
                assert!(!page.ok().text().contains(secret), "{email} reads {secret} on {path}");
            }
        }
        other.post(&notes, &[("note", "mine")]).await.is(StatusCode::FORBIDDEN);
    }
    assert_eq!(count(world.clinic.store(), "SELECT COUNT(*) FROM session_notes").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quiet_days_after_a_treatment_bring_two_messages_that_name_the_talk() {
    on_each_database(quiet_days).await;
}

async fn quiet_days(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let page = world.page_of(MARIA);
    let (first, talk) = (world.main(series, 1).await, world.talk(series, 1).await);
    let is_quiet = |stage: Stage| matches!(stage, Stage::Prompt24h | Stage::Prompt48h);
    let before = world.messages_about(maria, first.id).await;
    assert!(!before.iter().any(|row| is_quiet(row.stage)), "nothing before she went home");
    assert!(!world.get(&page).await.1.contains("The days after your visit"));

    world.attend(first.id).await;
    let after = world.messages_about(maria, first.id).await;
    let mut due: Vec<_> =
        after.iter().filter(|row| is_quiet(row.stage)).map(|row| row.due_at - first.ends_at).collect();
    due.sort_unstable();
    assert_eq!(due, [TimeDelta::hours(24), TimeDelta::hours(48)]);
    world.pass_until(first.ends_at + TimeDelta::hours(4)).await;
    let evening = world.get(&page).await.1;
    for words in ["For the rest of today", "Do not drive today.", "Leave big decisions for another day."] {
        assert!(evening.contains(words), "{words}: the evening's message promises it");
    }
    world.pass_until(first.ends_at + TimeDelta::hours(51)).await;
    assert!(!world.get(&page).await.1.contains("Do not drive today."), "the day is over");
    let mails = world.mails_to(MARIA);
    let quiet: Vec<_> =
        mails.iter().filter(|mail| mail.subject() == "A few quiet things for today").collect();
    assert_eq!(quiet.len(), 2);
    let day = talk.starts_at.with_timezone(&world.site.timezone).format("%A, %B %-d").to_string();
    assert!(quiet[0].text().contains(&day), "{}", quiet[0].text());
    let (status, html) = world.get(&quiet[1].link("/v/")).await;
    assert_eq!(status, 200);
    assert!(html.contains("The days after your visit") && html.contains("No hard exercise."));
    world.pass_until(first.ends_at + TimeDelta::hours(73)).await;
    assert!(!world.get(&page).await.1.contains("The days after your visit"), "three days, then no more");
}
