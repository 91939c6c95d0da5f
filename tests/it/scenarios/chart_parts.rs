//! The chart's sections: what each role reads, and that a long history makes the page no longer.

use chrono::TimeDelta;
use seriesbook::actions::integration::add_note;
use seriesbook::actions::providers::{NewProvider, add_provider};
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::ids::{AppointmentId, PatientId, ProviderId};
use seriesbook::domain::services::Category;
use seriesbook::store::Store;

use super::world::{FRIEND, MARIA, World};
use crate::support::databases::on_each_database;
use crate::support::web::Page;

/// What only some may read, and the roles' accounts that may.
const PRIVATE: [(&str, &[&str]); 4] = [
    ("Spoke of the sea", &["jane@harbor.test", "lena@harbor.test"]),
    ("Fit for treatment", &["jane@harbor.test"]),
    ("Mood", &["jane@harbor.test", "lena@harbor.test", "sam@harbor.test", "owner@harbor.test"]),
    ("Statement of visits attended", &["jane@harbor.test", "desk@harbor.test", "owner@harbor.test"]),
];

async fn read(world: &World, email: &str, path: &str) -> Page {
    let page = world.signed_in(email).await.get(path).await;
    page.ok();
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_reads_its_own_sections_of_the_chart_and_no_other() {
    on_each_database(|store| Box::pin(by_role(store))).await;
}

async fn by_role(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let row = world.clinic.read().await.patient(maria).await.expect("an answer").expect("the patient");
    world.clinic.suitable(&row).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.clinic.told_mood(&row, &[3, 5, 6]).await;
    let (coach, site, first) = (&world.coach, &world.site, world.main(series, 1).await);
    world
        .act(coach, async |tx| add_note(tx, coach, site, first.id, "Spoke of the sea").await)
        .await
        .expect("a note");
    let chart = format!("/patients/{maria}");
    let all = ["desk", "jane", "sam", "lena", "owner"].map(|name| format!("{name}@harbor.test"));
    for email in &all {
        let page = read(&world, email, &chart).await;
        let text = page.text();
        for (secret, readers) in PRIVATE {
            assert_eq!(text.contains(secret), readers.contains(&email.as_str()), "{email}: {secret}\n{text}");
        }
        page.says("Induction: treatment 1 of 6").says("Treatment 6").says("Talk 6");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn drivers_messages_and_consents_are_read_in_words() {
    on_each_database(|store| Box::pin(in_words(store))).await;
}

async fn in_words(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.name_driver(maria, &[first.id], "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    let new = NewProvider {
        name: "Dr. Lee".to_owned(),
        role: "family doctor".to_owned(),
        phone: None,
        email: None,
        address: None,
    };
    let (desk, site) = (&world.desk, &world.site);
    world
        .act(desk, async |tx| add_provider(tx, desk, site, maria, new, ProviderId::new()).await)
        .await
        .expect("a provider");
    let chart = format!("/patients/{maria}");
    let page = read(&world, "desk@harbor.test", &chart).await;
    page.says("Whether a message was opened is not known");
    page.says("Sent").says("Not yet").says("Daniel Reed").says("Asked");
    page.says("Dr. Lee").says("No consent for 1 outside provider");
    page.holds("href=\"tel:+15550100133\"");
    world.answer(first.id, true).await;
    let page = read(&world, "desk@harbor.test", &chart).await;
    page.says("driver Daniel Reed, confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn why_somebody_went_past_a_gate_is_signed_by_them_and_not_by_the_visit() {
    on_each_database(|store| Box::pin(past_a_gate(store))).await;
}

async fn past_a_gate(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.attend(first.id).await;
    let page = read(&world, "jane@harbor.test", &format!("/patients/{maria}")).await;
    let (_, notes) = page.body.split_once("id=\"notes\"").expect("there are notes");
    let (_, note) = notes.split_once("Her sister waits outside").expect("the reason");
    let (note, _) = note.split_once("</li>").expect("its line");
    assert!(!note.contains(&first.name), "the visit signed nothing: {note}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_of_200_visits_makes_the_chart_no_longer_and_is_read_page_by_page() {
    on_each_database(|store| Box::pin(long_history(store))).await;
}

/// Consultations that took place, one a day, from so many days ago on.
async fn past_visits(world: &World, patient: PatientId, numbers: std::ops::Range<i64>) {
    let model = world.visits_of(patient).await.pop().expect("the booked one");
    let mut tx = world.clinic.write(&world.desk).await;
    for number in numbers {
        let mut visit = model.clone();
        visit.id = AppointmentId::new();
        visit.ical_uid = format!("{}@clinic.test", visit.id);
        visit.status = AppointmentStatus::Fulfilled;
        visit.starts_at = model.starts_at - TimeDelta::days(400 - number);
        visit.ends_at = model.ends_at - TimeDelta::days(400 - number);
        tx.insert_appointment(&visit).await.expect("a visit");
    }
    tx.commit().await.expect("a commit");
}

async fn long_history(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let service = world.service(Category::Consultation).id;
    world.book_visit(maria, service, world.clinic.at("2026-11-24T10:00")).await.expect("a free hour");
    past_visits(&world, maria, 0..20).await;
    let chart = format!("/patients/{maria}");
    let short = read(&world, "desk@harbor.test", &chart).await;
    past_visits(&world, maria, 20..200).await;
    let long = read(&world, "desk@harbor.test", &chart).await;
    let rows = |page: &Page| page.body.matches("<tr class=\"done\">").count();
    assert_eq!(rows(&short), 8);
    assert_eq!(rows(&long), 8);
    let (was, is) = (short.body.len(), long.body.len());
    assert!(is.abs_diff(was) < was / 20, "{was} bytes with 20 visits, {is} with 200");
    let all = format!("{chart}/visits");
    long.says("All past visits").holds(&format!("href=\"{all}\""));

    let mut desk = world.signed_in("desk@harbor.test").await;
    let (mut seen, mut path) = (0, all.clone());
    for number in 1..=8 {
        let page = desk.get(&path).await;
        page.ok();
        assert_eq!(rows(&page), 25, "page {number}");
        seen += rows(&page);
        assert_eq!(page.text().contains("Older"), number < 8, "page {number}");
        path = format!("{all}?page={}", number + 1);
        assert!(number == 8 || page.body.contains(&format!("href=\"{path}\"")), "page {number}");
    }
    assert_eq!(seen, 200, "every visit once");
    desk.get(&path).await.ok().says("No visit is over or canceled.");
    desk.get(&format!("{all}?page=soon")).await.ok().says("Older");
}
