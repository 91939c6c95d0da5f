//! Which messages a patient wants: switched off at one press in the mail program, chosen on their page, changed by staff.

use axum::http::StatusCode;
use chrono::TimeDelta;
use mail_parser::MessageParser;
use seriesbook::actions::Actor;
use seriesbook::actions::preferences::{set_preferences, unsubscribe};
use seriesbook::domain::mail_topics::Topic;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::store::Store;

use super::world::{MARIA, TOM, World};
use crate::support::databases::{count, on_each_database};
use crate::support::smtp::Mail;
use crate::support::web::Browser;

/// A header of a mail as it came, unfolded.
fn header(mail: &Mail, name: &'static str) -> Option<String> {
    let message = MessageParser::default().parse(&mail.data).expect("a mail that parses");
    message.header_raw(name).map(|value| value.replace("\r\n", "").trim().to_owned())
}

/// The path of the one-click address of a mail.
fn one_click(mail: &Mail) -> String {
    let address = header(mail, "List-Unsubscribe").expect("a way out");
    let address = address.trim_start_matches("<https://clinic.test").trim_end_matches('>').to_owned();
    assert!(address.starts_with("/v/") && address.ends_with("/unsubscribe"), "{address}");
    address
}

/// A clinic whose links begin with https://, a patient with a course, and her first message about what to set before a visit.
async fn asked(store: Store) -> (World, seriesbook::domain::ids::PatientId, Mail) {
    let https = |config: &mut seriesbook::config::Config| config.base_url = "https://clinic.test".to_owned();
    let world = World::open_with(store, "2026-11-16 09:00", https).await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.pass_until(first.starts_at - TimeDelta::hours(60)).await;
    let mails = world.mails_to(MARIA);
    let mail = mails.into_iter().find(|mail| mail.subject().starts_with("Before your visit"));
    (world, maria, mail.expect("a message before the visit"))
}

const PRESS: [(&str, &str); 1] = [("List-Unsubscribe", "One-Click")];

#[tokio::test(flavor = "multi_thread")]
async fn one_press_in_the_mail_program_stops_messages_of_one_kind_and_no_others() {
    on_each_database(one_press).await;
}

async fn one_press(store: Store) {
    let (world, maria, mail) = asked(store).await;
    let store = world.clinic.store();
    for mail in world.mails_to(MARIA) {
        let subject = mail.subject();
        let can_stop = subject.starts_with("Before your visit") || subject.starts_with("Your check-in");
        assert_eq!(header(&mail, "List-Unsubscribe").is_some(), can_stop, "{subject}");
        let post = header(&mail, "List-Unsubscribe-Post");
        assert_eq!(post.as_deref(), can_stop.then_some("List-Unsubscribe=One-Click"), "{subject}");
    }
    let path = one_click(&mail);
    // A stranger's browser: no cookie, no form of ours before it.
    let mut program = Browser::of(&world.clinic);
    for _ in 0..3 {
        program.get(&path).await.ok().says("Something to set before a visit").says("Stop these messages");
    }
    assert_eq!(count(store, "SELECT COUNT(*) FROM message_preferences").await, 0, "looking changes nothing");
    let mut scanner = Browser::of(&world.clinic);
    scanner.post(&path, &[]).await.is(StatusCode::BAD_REQUEST);
    assert_eq!(count(store, "SELECT COUNT(*) FROM message_preferences").await, 0);

    let mut machine = Browser::of(&world.clinic);
    machine.post(&path, &PRESS).await.ok().says("Stopped.");
    machine.post(&path, &PRESS).await.ok().says("Stopped.");
    assert_eq!(world.audited(maria, "preferences.change").await, 1, "pressed twice, noted once");
    let said = world.clinic.read().await.preferences_of(maria).await.expect("an answer");
    assert_eq!(said.len(), 1);
    let first = (said[0].topic, said[0].wanted, said[0].source.as_str());
    assert_eq!(first, (Topic::Preparing, false, "one_click"));

    // The page of another link of hers is not this token's, and this token opens no page.
    let page = path.trim_end_matches("/unsubscribe");
    for below in ["", "/messages", "/driver", "/calendar.ics"] {
        program.get(&format!("{page}{below}")).await.is(StatusCode::NOT_FOUND);
    }
    program.post(&format!("{page}/messages"), &[("topics", "preparing")]).await.is(StatusCode::NOT_FOUND);

    let before = world.mails_to(MARIA).len();
    world.pass_until(world.clinic.at("2026-12-16T09:00")).await;
    let after = &world.mails_to(MARIA)[before..];
    assert!(after.iter().any(|mail| mail.subject().starts_with("Your visit on")), "reminders still come");
    assert!(after.iter().all(|mail| !mail.subject().starts_with("Before your visit")), "but these do not");
    let rows = world.clinic.read().await.messages_of(maria, 1000).await.expect("messages");
    let ended: Vec<_> = rows
        .iter()
        .filter(|row| row.stage == Stage::Intention && row.status == MessageStatus::NotNeeded)
        .filter(|row| row.last_error.as_deref().is_some_and(|why| why.contains("does not want")))
        .collect();
    assert!(!ended.is_empty(), "the outbox says why it did not go");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_chooses_on_the_page_behind_any_message_and_staff_see_and_change_it() {
    on_each_database(chooses).await;
}

async fn chooses(store: Store) {
    let (world, maria, mail) = asked(store).await;
    let store = world.clinic.store();
    let home = world.page_of(MARIA);
    let page = format!("{home}/messages");
    let mut phone = Browser::of(&world.clinic);
    phone.get(&home).await.ok().holds(&format!("href=\"{page}\""));
    phone.get(&page).await.ok().says("Check-ins: how are you?").says("Reminders before a visit");
    let all = "preparing,check_ins,quiet_days,next_visit";
    let fewer = [("topics", "preparing"), ("topics", "next_visit"), ("shown", all)];
    phone.post(&page, &fewer).await.goes_to(&page);
    phone.get(&format!("{page}?done=saved")).await.ok().says("Saved.");
    let off = "SELECT COUNT(*) FROM message_preferences WHERE source = 'patient'";
    assert_eq!(count(store, off).await, 2, "only what was unticked is written");

    // A form that lay open at the desk does not switch on again what she stopped meanwhile.
    let chart = format!("/patients/{maria}");
    let mut desk = world.signed_in("desk@harbor.test").await;
    desk.get(&chart).await.ok().says("Does not want:").says("Check-ins");
    desk.get(&format!("{chart}/messages")).await.ok().says("not wanted since");
    let mut machine = Browser::of(&world.clinic);
    machine.post(&one_click(&mail), &PRESS).await.ok();
    let open = [("topics", "preparing"), ("topics", "next_visit"), ("topics", "check_ins")];
    let open: Vec<_> = open.into_iter().chain([("shown", "preparing,next_visit")]).collect();
    desk.post(&format!("{chart}/messages"), &open).await.goes_to(&chart);
    let said = world.clinic.read().await.preferences_of(maria).await.expect("an answer");
    let wanted = |topic: Topic| said.iter().find(|one| one.topic == topic).is_none_or(|one| one.wanted);
    assert!(wanted(Topic::CheckIns) && wanted(Topic::NextVisit));
    assert!(!wanted(Topic::Preparing) && !wanted(Topic::QuietDays));
    assert_eq!(world.audited(maria, "preferences.change").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_chooses_for_somebody_else() {
    on_each_database(nobody_else).await;
}

async fn nobody_else(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let tom = world.decided_patient("Tom Berger", TOM).await;
    let off = [(Topic::CheckIns, false)];
    for actor in [Actor::Patient { id: tom }, world.clinic.nurse(), world.coach.clone()] {
        let refused =
            world.act(&actor, async |tx| set_preferences(tx, &actor, &world.site, maria, &off).await).await;
        assert!(refused.is_err(), "{actor:?}");
    }
    for actor in [Actor::Patient { id: tom }, world.desk.clone()] {
        let refused = world
            .act(&actor, async |tx| unsubscribe(tx, &actor, &world.site, maria, Topic::CheckIns).await)
            .await;
        assert!(refused.is_err(), "{actor:?}");
    }
    assert_eq!(count(world.clinic.store(), "SELECT COUNT(*) FROM message_preferences").await, 0);
}
