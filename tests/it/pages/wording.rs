//! The clinic's own words in messages, every message seen before it goes, and samples to oneself.

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::domain::messages::Stage;
use seriesbook::domain::services::Category;
use seriesbook::store::Store;

use crate::scenarios::world::{MARIA, World};
use crate::support::databases::{count, on_each_database};
use crate::support::smtp::Trouble;

const BOOKED: &str = "/settings/wording/visit_booked";

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_writes_a_messages_words_sees_them_first_and_goes_back() {
    on_each_database(own_words).await;
}

async fn own_words(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let store = world.clinic.store();
    let mut owner = world.signed_in("owner@harbor.test").await;
    owner.get("/settings").await.ok().says("Wording of messages");
    owner.get("/settings/wording").await.ok().says("Visit booked").says("As it comes");
    owner.get(BOOKED).await.ok().says("{day}").says("Your visit on");

    owner.get("/settings/wording/driver_asked").await.ok().says("For visits at home");
    assert!(!owner.get(BOOKED).await.text().contains("For visits at home"));

    let wrong = [
        ("subject", "Your infusion {whenever}"),
        ("opening", "Open https://evil.example { now"),
        ("closing", ""),
        ("act", "save"),
    ];
    let page = owner.post(BOOKED, &wrong).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).holds("Your infusion {whenever}");
    page.holds("https://evil.example { now");
    page.says("Take {whenever} out").says("Put {day} in").says("Leave out “infusion”");
    page.says("Close every curly bracket").says("Leave out addresses of pages");
    assert_eq!(count(store, "SELECT COUNT(*) FROM wordings").await, 0);

    let words = [("subject", "See you on {day}"), ("opening", "Good to have you, {name}."), ("closing", "")];
    let preview: Vec<_> = words.into_iter().chain([("act", "preview")]).collect();
    let page = owner.post(BOOKED, &preview).await;
    page.ok().says("nothing is saved yet").says("See you on").says("Good to have you, Maria.");
    page.holds(&format!("<iframe class=\"mail-frame phone gap-top\" sandbox src=\"{BOOKED}/html?draft=1"));
    assert_eq!(count(store, "SELECT COUNT(*) FROM wordings").await, 0);
    let html = owner.get(&format!("{BOOKED}/html?draft=1&opening=Hello+%3Cb%3E&subject=On+%7Bday%7D")).await;
    html.ok().holds("Hello &#60;b&#62;");
    assert!(html.header("content-security-policy").contains("sandbox"), "it may show itself and no more");
    owner.get(&format!("{BOOKED}/html?draft=1&subject=ketamine")).await.is(StatusCode::NOT_FOUND);

    let save: Vec<_> = words.into_iter().chain([("act", "save")]).collect();
    owner.post(BOOKED, &save).await.goes_to("/settings/wording");
    assert_eq!(count(store, "SELECT COUNT(*) FROM wordings").await, 2);
    assert_eq!(count(store, "SELECT COUNT(*) FROM audit WHERE action = 'wording.change'").await, 1);
    owner.get("/settings/wording").await.ok().says("Your own, Maya Chen");

    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let at = world.clinic.at("2026-12-02T10:00");
    world.book_visit(maria, world.service(Category::Consultation).id, at).await.expect("free");
    world.pass_minutes(5).await;
    let mail = &world.mails_to(MARIA)[0];
    assert_eq!(mail.subject(), "See you on Wednesday, December 2");
    for body in [mail.text(), mail.html()] {
        assert!(body.contains("Good to have you, Maria."), "{body}");
        assert!(body.contains("Wednesday, December 2, 10:00 AM"), "the time stays: {body}");
        assert!(body.contains(&mail.link("/v/")), "the link stays");
    }

    owner.get(BOOKED).await.ok().says("Back to the default");
    owner.post(BOOKED, &[("act", "default")]).await.goes_to("/settings/wording");
    assert_eq!(count(store, "SELECT COUNT(*) FROM wordings").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_can_be_seen_before_it_goes_and_looking_changes_nothing() {
    on_each_database(seen_before).await;
}

async fn seen_before(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.pass_minutes(5).await;
    let store = world.clinic.store();
    let changed = "SELECT (SELECT COUNT(*) FROM links) + (SELECT COUNT(*) FROM audit)
                   + (SELECT COUNT(*) FROM unsubscribe_links)";
    let mut desk = world.signed_in("desk@harbor.test").await;
    let before = count(store, changed).await;
    desk.get("/outbox").await.ok().holds("href=\"/outbox/preview\"");
    desk.get("/outbox/preview").await.ok().says("Reminder for the driver").says("Always comes");
    for stage in Stage::ALL {
        let path = format!("/outbox/preview/{stage}");
        desk.get(&path).await.ok().says("Made-up people").says("Harbor Clinic");
        let html = desk.get(&format!("{path}/html")).await;
        assert!(html.ok().header("content-security-policy").contains("sandbox"), "{stage}");
    }
    desk.get("/outbox/preview/nonsense").await.is(StatusCode::NOT_FOUND);

    desk.get(&format!("/patients/{maria}/next-message")).await.goes_to("/outbox/");
    let rows = world.messages_about(maria, first.id).await;
    let reminder = rows.iter().find(|row| row.stage == Stage::PatientReminder).expect("a reminder");
    let day = first.starts_at.with_timezone(&world.site.timezone).format("%A, %B %-d").to_string();
    let page = desk.get(&format!("/outbox/{}/preview", reminder.id)).await;
    page.ok().says("As things stand now").says(&day).says("m…@example.org");
    let html = desk.get(&format!("/outbox/{}/preview/html", reminder.id)).await;
    html.ok().holds("http://clinic.test/v/…");
    assert_eq!(count(store, changed).await, before, "looking makes no link and no entry");
}

#[tokio::test(flavor = "multi_thread")]
async fn send_me_this_goes_to_oneself_once_and_is_not_lost_when_the_server_is_away() {
    on_each_database(samples).await;
}

async fn samples(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let store = world.clinic.store();
    let mut desk = world.signed_in("desk@harbor.test").await;
    let path = "/outbox/preview/patient_reminder";
    desk.get(path).await.ok().says("Send me this").says("desk@harbor.test");
    let key = [("idempotency_key", "0123456789abcdef0123456789abcdef")];
    desk.post(&format!("{path}/send"), &key).await.goes_to(path);
    desk.post(&format!("{path}/send"), &key).await.goes_to(path);
    assert_eq!(count(store, "SELECT COUNT(*) FROM sample_mails").await, 1, "pressed twice, asked for once");
    assert_eq!(count(store, "SELECT COUNT(*) FROM audit WHERE action = 'sample.send'").await, 1);

    world.smtp.trouble(Trouble::DropAtData, 1);
    world.tick().await;
    assert!(world.smtp.mails().is_empty());
    desk.get("/outbox/preview").await.ok().says("tries again");
    world.advance(TimeDelta::minutes(2));
    world.tick().await;
    world.tick().await;
    let mails = world.smtp.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, ["desk@harbor.test"]);
    assert!(mails[0].subject().starts_with("[Sample] Your visit on"), "{}", mails[0].subject());
    assert!(mails[0].text().contains("Harbor Clinic") && mails[0].calendars().is_empty());
    desk.get("/outbox/preview").await.ok().says("sent");

    for _ in 0..19 {
        desk.get(path).await.ok();
        desk.post(&format!("{path}/send"), &[]).await.goes_to(path);
    }
    desk.get(path).await.ok();
    desk.post(&format!("{path}/send"), &[]).await.goes_to(path);
    assert_eq!(count(store, "SELECT COUNT(*) FROM sample_mails").await, 20, "twenty an hour and no more");
    desk.get(path).await.ok().says("20 samples within an hour");
}
