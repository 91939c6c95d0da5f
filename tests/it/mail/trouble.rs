//! Servers that put off, refuse and hang up; people without an address or with a new one.

use chrono::TimeDelta;
use seriesbook::actions::mail_hold::{self, Release};
use seriesbook::actions::patients::{NewPatient, change_patient};
use seriesbook::domain::ids::PatientId;
use seriesbook::domain::mail_brake::HoldReason;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::services::Category;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;
use seriesbook::store::messages::Message;

use crate::scenarios::world::{MARIA, TOM, World};
use crate::support::databases::{count, on_each_database};
use crate::support::smtp::Trouble;

/// A patient with a consultation on December 2, whose booking is due to be told.
async fn told(world: &World, name: &str, email: Option<&str>, hour: &str) -> PatientId {
    let patient = world.add_patient(name, email).await;
    let service = world.service(Category::Consultation).id;
    let at = world.clinic.at(&format!("2026-12-02T{hour}"));
    world.book_visit(patient, service, at).await.expect("a free hour");
    patient
}

/// The ledger's row about the booking.
async fn row(world: &World, patient: PatientId) -> Message {
    let rows = world.clinic.read().await.messages_of(patient, 100).await.expect("messages");
    rows.into_iter().find(|row| row.stage == Stage::VisitBooked).expect("a row about the booking")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_greylisted_mail_is_tried_again_and_arrives_once() {
    on_each_database(greylisted).await;
}

async fn greylisted(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    world.smtp.greylist(MARIA);
    let maria = told(&world, "Maria Alvarez", Some(MARIA), "10:00").await;
    world.advance(TimeDelta::minutes(4));
    let report = world.tick().await;
    assert_eq!((report.sent, report.retried, report.failed), (0, 1, 0));
    let waiting = row(&world, maria).await;
    assert_eq!((waiting.status, waiting.tries, waiting.maybe_twice), (MessageStatus::Pending, 1, false));
    assert!(waiting.sent_at.is_none() && waiting.last_error.is_some_and(|said| said.contains("Try again")));
    assert_eq!(world.tick().await.sent, 0, "not before its time");
    world.pass_minutes(2).await;
    world.pass_minutes(60).await;
    let sent = row(&world, maria).await;
    assert_eq!((sent.status, world.mails_to(MARIA).len()), (MessageStatus::Sent, 1));
    assert!(world.mails_to(MARIA)[0].message_id().starts_with(&waiting.message_id), "the Message-ID stayed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_address_ends_on_the_worklist_and_holds_up_nobody_else() {
    on_each_database(refused).await;
}

async fn refused(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    world.smtp.refuse(MARIA);
    let maria = told(&world, "Maria Alvarez", Some(MARIA), "10:00").await;
    let tom = told(&world, "Tom Berger", Some(TOM), "14:00").await;
    world.advance(TimeDelta::minutes(4));
    let report = world.tick().await;
    assert_eq!((report.sent, report.retried, report.failed), (1, 0, 1));
    assert_eq!(
        (row(&world, maria).await.status, row(&world, tom).await.status),
        (MessageStatus::Failed, MessageStatus::Sent)
    );
    assert_eq!(world.mails_to(TOM).len(), 1);
    let visit = world.visits_of(maria).await[0].id;
    assert!(world.worklist().await.contains(&(WorkKind::MailFailed, Some(visit))));
    let tries = world.smtp.deliveries();
    world.pass_minutes(120).await;
    assert_eq!(world.smtp.deliveries(), tries, "a final refusal is final");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_up_after_the_final_dot_gets_the_same_message_id_again_and_the_row_says_so() {
    on_each_database(dropped_after_dot).await;
}

async fn dropped_after_dot(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = told(&world, "Maria Alvarez", Some(MARIA), "10:00").await;
    world.smtp.trouble(Trouble::DropAfterDot, 1);
    world.advance(TimeDelta::minutes(4));
    assert_eq!(world.tick().await.retried, 1);
    assert_ne!(
        row(&world, maria).await.status,
        MessageStatus::Sent,
        "sent is written only after the server's yes"
    );
    world.pass_minutes(2).await;
    let sent = row(&world, maria).await;
    assert_eq!((sent.status, sent.maybe_twice), (MessageStatus::Sent, true));
    let copies = world.mails_to(MARIA);
    assert_eq!(copies.len(), 2, "the one copy RFC 1047 cannot rule out");
    assert_eq!(copies[0].message_id(), copies[1].message_id());
    assert_eq!(copies[0].subject(), copies[1].subject());
    world.pass_minutes(60).await;
    assert_eq!(world.mails_to(MARIA).len(), 2, "and never a third");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_up_before_the_mail_gets_it_once_later() {
    on_each_database(dropped_at_data).await;
}

async fn dropped_at_data(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = told(&world, "Maria Alvarez", Some(MARIA), "10:00").await;
    world.smtp.trouble(Trouble::DropAtData, 2);
    world.pass_minutes(4).await;
    world.pass_minutes(2).await;
    world.pass_minutes(3).await;
    assert_eq!((row(&world, maria).await.status, row(&world, maria).await.tries), (MessageStatus::Sent, 2));
    assert_eq!(world.mails_to(MARIA).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_without_an_address_is_a_line_on_the_worklist_not_a_lost_message() {
    on_each_database(no_address).await;
}

async fn no_address(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = told(&world, "Maria Alvarez", None, "10:00").await;
    told(&world, "Tom Berger", Some(TOM), "14:00").await;
    world.pass_minutes(5).await;
    let held = row(&world, maria).await;
    assert_eq!(held.status, MessageStatus::Held);
    let visit = world.visits_of(maria).await[0].id;
    let lines = world.worklist().await;
    assert_eq!(
        lines.iter().filter(|line| **line == (WorkKind::NoAddress, Some(visit))).count(),
        1,
        "{lines:?}"
    );
    assert_eq!(world.smtp.mails().len(), 1, "Tom's, and nobody else's");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_corrected_after_queueing_is_the_one_that_gets_the_mail() {
    on_each_database(corrected_address).await;
}

async fn corrected_address(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = told(&world, "Maria Alvarez", Some("mraia@example.org"), "10:00").await;
    let before = world.clinic.read().await.patient(maria).await.expect("an answer").expect("the patient");
    let new = NewPatient {
        full_name: before.full_name,
        name_to_use: None,
        birth_date: before.birth_date,
        email: Some(MARIA.to_owned()),
        phone: before.phone,
        contact: before.contact,
    };
    let (desk, version) = (&world.desk, before.version);
    world.act(desk, async |tx| change_patient(tx, desk, maria, version, new).await).await.expect("corrected");
    world.pass_until(world.clinic.at("2026-12-02T10:00")).await;
    assert_eq!(world.mails_to(MARIA).len(), 4, "the booking and three reminders");
    assert!(world.mails_to("mraia@example.org").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn i3_what_fails_after_a_visit_is_on_the_worklist_too() {
    on_each_database(|store| Box::pin(after_the_visit(store))).await;
}

async fn after_the_visit(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.pass_minutes(5).await;
    world.attend(first.id).await;
    world.smtp.refuse(MARIA);
    world.pass_until(first.ends_at + TimeDelta::hours(7)).await;
    let rows = world.messages_about(maria, first.id).await;
    let evening = rows.iter().find(|row| row.stage == Stage::QuietEvening).map(|row| row.status);
    assert_eq!(evening, Some(MessageStatus::Failed));
    let open = "SELECT COUNT(*) FROM work_items w JOIN messages m ON m.id = w.message_id
                WHERE w.kind = 'mail_failed' AND w.done_at IS NULL AND m.stage = 'quiet_evening'";
    assert_eq!(count(world.clinic.store(), open).await, 1, "it stays though the visit is over");
    let lines = world.worklist().await;
    assert!(lines.contains(&(WorkKind::MailFailed, None)), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_later_tries_and_ended_holds_are_deleted() {
    on_each_database(|store| Box::pin(tidied(store))).await;
}

async fn tidied(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    told(&world, "Maria Alvarez", Some(MARIA), "10:00").await;
    world.pass_minutes(5).await;
    let (desk, site) = (&world.desk, world.site.id);
    world
        .act(desk, async |tx| mail_hold::hold(tx, desk, HoldReason::Staff, "", None).await)
        .await
        .expect("held");
    let hold = world.clinic.read().await.standing_hold().await.expect("an answer").expect("a hold").id;
    world
        .act(desk, async |tx| mail_hold::release(tx, desk, site, hold, Release::All).await)
        .await
        .expect("released");
    let store = world.clinic.store();
    let kept = "SELECT (SELECT COUNT(*) FROM message_tries) + (SELECT COUNT(*) FROM mail_holds)";
    assert_eq!(count(store, kept).await, 2);
    world.advance(TimeDelta::days(399));
    world.tick().await;
    assert_eq!(count(store, kept).await, 2, "somebody may still ask");
    world.advance(TimeDelta::days(2));
    world.tick().await;
    assert_eq!(count(store, kept).await, 0);
}
