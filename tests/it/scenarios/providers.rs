//! Letters to outside providers: no consent, no letter; a withdrawn consent shuts the gate again, also for a letter written before.

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::actions::mood::record_mood;
use seriesbook::domain::ids::ProviderId;
use seriesbook::domain::providers::ConsentScope;
use seriesbook::store::Store;

use super::world::{MARIA, World};
use crate::support::databases::{count, on_each_database};
use crate::support::web::Browser;

#[tokio::test(flavor = "multi_thread")]
async fn no_consent_no_letter_and_with_it_only_what_it_covers() {
    on_each_database(letters).await;
}

/// The desk records a consent from today on.
async fn agree(world: &World, desk: &mut Browser, provider: ProviderId, scope: ConsentScope) {
    let path = format!("/providers/{provider}/consent");
    desk.get(&path).await.ok();
    let today = world.clinic.today().to_string();
    desk.post(&path, &[("scope", scope.as_str()), ("given_on", &today)]).await.goes_to("/patients/");
}

async fn letters(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.attend(world.main(series, 1).await.id).await;
    let today = world.clinic.today();
    let (full, short) = (today.format("%b %-d, %Y").to_string(), today.format("%a, %b %-d").to_string());
    let mut desk = world.signed_in("desk@harbor.test").await;
    let providers = format!("/patients/{maria}/providers");
    desk.get(&providers).await.ok().says("Nobody is recorded.");
    let wrong = desk.post(&providers, &[("name", "Dr. Lee"), ("role", ""), ("phone", "12")]).await;
    wrong.is(StatusCode::UNPROCESSABLE_ENTITY).holds("Dr. Lee");
    desk.get(&providers).await.ok();
    desk.post(&providers, &[("name", "Dr. Lee"), ("role", "prescriber")]).await.goes_to(&providers);
    desk.get(&providers).await.ok().says("Dr. Lee").says("No consent");
    let provider = world.clinic.read().await.providers_of(maria).await.expect("providers")[0].id;
    let letter = format!("/providers/{provider}/letter");
    desk.get(&letter).await.is(StatusCode::FORBIDDEN);

    let mut doctor = world.signed_in("jane@harbor.test").await;
    doctor.get(&letter).await.ok().says("No letter can go to Dr. Lee.").says("Consent: none is recorded.");
    doctor.post(&letter, &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("Consent: none is recorded.");
    assert_eq!(count(world.clinic.store(), "SELECT COUNT(*) FROM letters").await, 0);

    agree(&world, &mut desk, provider, ConsentScope::Dates).await;
    doctor.get(&letter).await.ok().says("What the letter says");
    let beyond = doctor.post(&letter, &[("change", "Sleeps better")]).await;
    beyond.is(StatusCode::UNPROCESSABLE_ENTITY).says("covers the dates attended").says("Sleeps better");
    doctor.get(&letter).await.ok();
    let written = doctor.post(&letter, &[]).await;
    let kept = written.goes_to("/letters/").location().expect("an address").to_owned();
    let page = doctor.get(&kept).await;
    page.ok().says(&format!("Maria Alvarez was seen here on: - {full}")).says(&format!("agreed on {full}"));
    assert!(!page.text().contains("Sleeps better"));

    agree(&world, &mut desk, provider, ConsentScope::DatesAndChange).await;
    let jane = &world.doctor;
    for (days, score) in [(30, 3), (0, 6)] {
        let at = world.now() - TimeDelta::days(days);
        world
            .act(jane, async |tx| record_mood(tx, jane, &world.site, maria, score, at).await)
            .await
            .expect("a score");
    }
    let measured = doctor.get(&letter).await;
    measured.ok().says("How things changed").says("Mood from 0 to 10, higher is better: 3 before the first");
    measured.says(&format!("6 on {full}. That is 3 higher."));
    let written = doctor.post(&letter, &[("change", "Sleeps better")]).await;
    let fuller = written.goes_to("/letters/").location().expect("an address").to_owned();
    doctor.get(&fuller).await.ok().says("Sleeps better");
    doctor.post(&format!("{fuller}/sent"), &[]).await.goes_to(&fuller);
    doctor.get(&fuller).await.ok().says(&format!("Sent {short}"));
    doctor.post(&format!("{fuller}/sent"), &[]).await.goes_to(&fuller);
    assert_eq!(world.audited(maria, "letter.send").await, 1, "sent once");
    desk.get(&fuller).await.is(StatusCode::FORBIDDEN);

    // Withdrawn: neither a new letter, nor the one that lies there written.
    desk.get(&providers).await.ok();
    desk.post(&format!("/providers/{provider}/withdraw"), &[]).await.goes_to(&providers);
    desk.get(&providers).await.ok().says(&format!("Withdrawn {short}"));
    doctor.get(&letter).await.ok().says(&format!("Consent: withdrawn {short}."));
    doctor.post(&letter, &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let page = doctor.get(&kept).await;
    page.ok().says("No letter can go to Dr. Lee.").says("Consent: withdrawn");
    assert!(!page.text().contains("was seen here on"), "nothing to print: {}", page.text());
    let past = doctor.get(&fuller).await;
    past.ok().says("Sleeps better");
    let late = doctor.post(&format!("{kept}/sent"), &[]).await;
    late.is(StatusCode::UNPROCESSABLE_ENTITY).says("Consent: withdrawn");
    let sent = "SELECT COUNT(*) FROM letters WHERE sent_at IS NOT NULL";
    assert_eq!(count(world.clinic.store(), sent).await, 1);
    assert_eq!(world.audited(maria, "letter.write").await, 2);
    assert_eq!(world.audited(maria, "consent.withdraw").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_put_right_and_retired_and_no_new_letter_goes_to_them() {
    on_each_database(put_right).await;
}

async fn put_right(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.attend(world.main(series, 1).await.id).await;
    let mut desk = world.signed_in("desk@harbor.test").await;
    let providers = format!("/patients/{maria}/providers");
    desk.get(&providers).await.ok();
    desk.post(&providers, &[("name", "Dr. Lea"), ("role", "prescriber")]).await.goes_to(&providers);
    let provider = world.clinic.read().await.providers_of(maria).await.expect("providers")[0].id;
    agree(&world, &mut desk, provider, ConsentScope::Dates).await;

    let edit = format!("/providers/{provider}/edit");
    desk.get(&edit).await.ok().holds("value=\"Dr. Lea\"");
    let wrong = desk.post(&edit, &[("name", "Dr. Lee"), ("role", ""), ("email", "lee")]).await;
    wrong.is(StatusCode::UNPROCESSABLE_ENTITY).holds("value=\"Dr. Lee\"").holds("value=\"lee\"");
    let right = [("name", "Dr. Lee"), ("role", "prescriber"), ("email", "lee@example.org")];
    for _ in 0..2 {
        desk.post(&edit, &right).await.goes_to(&providers);
    }
    assert_eq!(world.audited(maria, "provider.change").await, 1);
    let mut doctor = world.signed_in("jane@harbor.test").await;
    let letter = format!("/providers/{provider}/letter");
    doctor.get(&letter).await.ok().says("Letter to Dr. Lee");
    let written = doctor.post(&letter, &[]).await;
    let kept = written.goes_to("/letters/").location().expect("an address").to_owned();
    doctor.post(&format!("{kept}/sent"), &[]).await.goes_to(&kept);

    let retire = format!("/providers/{provider}/retire");
    desk.post(&retire, &[("act", "retire")]).await.goes_to(&providers);
    desk.get(&providers).await.ok().says("No new letters since").says("Dr. Lee");
    doctor.get(&letter).await.ok().says("Letters: none go to this provider any more.");
    doctor.post(&letter, &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    doctor.get(&kept).await.ok().says("was seen here on");
    desk.post(&retire, &[("act", "back")]).await.goes_to(&providers);
    doctor.get(&letter).await.ok().says("What the letter says");
    assert_eq!(world.audited(maria, "provider.retire").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_who_was_never_here_has_nothing_to_write_about() {
    on_each_database(never_here).await;
}

async fn never_here(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let mut desk = world.signed_in("desk@harbor.test").await;
    let providers = format!("/patients/{maria}/providers");
    desk.get(&providers).await.ok();
    desk.post(&providers, &[("name", "Dr. Lee"), ("role", "prescriber")]).await.goes_to(&providers);
    let provider = world.clinic.read().await.providers_of(maria).await.expect("providers")[0].id;
    let mut doctor = world.signed_in("jane@harbor.test").await;
    let page = doctor.get(&format!("/providers/{provider}/letter")).await;
    page.ok().says("2 things are in the way.").says("Consent: none");
    page.says("Visits: none has been attended yet.");
    let path = format!("/providers/{provider}/consent");
    desk.get(&path).await.ok();
    let ahead = desk.post(&path, &[("scope", "dates"), ("given_on", "2026-11-17")]).await;
    ahead.is(StatusCode::UNPROCESSABLE_ENTITY).says("not after today");
    assert_eq!(count(world.clinic.store(), "SELECT COUNT(*) FROM provider_consents").await, 0);
}
