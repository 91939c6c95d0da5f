//! Mail that comes back: the address is marked, the desk hears of it once, and when the address is put right what waits goes there.

use std::path::PathBuf;

use chrono::TimeDelta;
use seriesbook::actions::patients::{NewPatient, change_patient};
use seriesbook::domain::bounces::HELD;
use seriesbook::domain::ids::PatientId;
use seriesbook::domain::messages::MessageStatus;
use seriesbook::domain::services::Category;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;
use seriesbook::store::patients::Patient;

use super::world::{FRIEND, MARIA, World};
use crate::support::databases::{count, on_each_database};

const NO_SUCH_MAILBOX: &str = include_str!("../mail/bounces/postfix_failed.eml");
const DELAYED: &str = include_str!("../mail/bounces/postfix_delayed.eml");
const FULL: &str = include_str!("../mail/bounces/full_mailbox.eml");
const AWAY: &str = include_str!("../mail/bounces/out_of_office.eml");
const ARRIVED: &str = include_str!("../mail/bounces/arrived.eml");
/// An address with two letters swapped.
const WRONG: &str = "mraia@example.org";
const BOUNCES: &str = "bounces@harbor.test";

/// The bounce mailbox of a story.
struct Mailbox(tempfile::TempDir);

impl Mailbox {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for part in ["new", "cur", "tmp"] {
            std::fs::create_dir(folder.path().join(part)).expect("a mailbox");
        }
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    /// A mail server delivers a mail about a message to somebody.
    fn deliver(&self, name: &str, mail: &str, message_id: &str, to: &str) {
        let mail = mail.replace("{message_id}", message_id).replace("{recipient}", to);
        std::fs::write(self.0.path().join("new").join(name), mail).expect("delivered");
    }

    /// How many mails lie in one of its folders.
    fn lies(&self, folder: &str) -> usize {
        std::fs::read_dir(self.0.path().join(folder)).map_or(0, Iterator::count)
    }
}

async fn open(store: Store, mailbox: &Mailbox) -> World {
    let path = mailbox.path();
    World::open_with(store, "2026-11-16 09:00", |config| {
        config.bounce_maildir = Some(path);
        config.bounce_address = Some(BOUNCES.to_owned());
    })
    .await
}

/// A patient with a consultation on December 2 at 10, of whose booking she was sent a mail.
async fn told(world: &World, email: &str) -> PatientId {
    let maria = world.add_patient("Maria Alvarez", Some(email)).await;
    let (service, at) = (world.service(Category::Consultation).id, world.clinic.at("2026-12-02T10:00"));
    world.book_visit(maria, service, at).await.expect("a free hour");
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(email).len(), 1, "the booking");
    maria
}

async fn record(world: &World, id: PatientId) -> Patient {
    world.clinic.read().await.patient(id).await.expect("an answer").expect("the patient")
}

async fn put_right(world: &World, id: PatientId, email: &str) {
    let before = record(world, id).await;
    let new = NewPatient {
        full_name: before.full_name,
        name_to_use: None,
        birth_date: before.birth_date,
        email: Some(email.to_owned()),
        phone: before.phone,
        contact: before.contact,
    };
    let (desk, version) = (&world.desk, before.version);
    world.act(desk, async |tx| change_patient(tx, desk, id, version, new).await).await.expect("put right");
}

/// How many lines of a kind are on the worklist.
async fn lines(world: &World, kind: WorkKind) -> usize {
    world.worklist().await.iter().filter(|(one, _)| *one == kind).count()
}

async fn reports(world: &World) -> i64 {
    count(world.clinic.store(), "SELECT COUNT(*) FROM bounces").await
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_to_a_dead_address_stops_the_desk_hears_once_and_a_new_address_gets_what_is_still_of_use() {
    on_each_database(|store| Box::pin(dead_address(store))).await;
}

async fn dead_address(store: Store) {
    let mailbox = Mailbox::new();
    let world = open(store, &mailbox).await;
    let maria = told(&world, WRONG).await;
    let mail = world.mails_to(WRONG).remove(0);
    assert_eq!(mail.from, BOUNCES, "so that it comes back to the mailbox");
    assert!(String::from_utf8_lossy(&mail.data).contains("hello@harbor.test"), "but it is from the clinic");

    mailbox.deliver("1.one.host", NO_SUCH_MAILBOX, &mail.message_id(), WRONG);
    world.pass_minutes(1).await;
    assert!(record(&world, maria).await.mail_bounces());
    assert_eq!(lines(&world, WorkKind::AddressBounced).await, 1);
    assert_eq!((mailbox.lies("new"), mailbox.lies(".Seriesbook.done/cur")), (0, 1));

    // The same report again, as after a crash between writing down and moving aside.
    mailbox.deliver("2.two.host", NO_SUCH_MAILBOX, &mail.message_id(), WRONG);
    world.pass_minutes(1).await;
    assert_eq!((reports(&world).await, world.audited(maria, "message.bounced").await), (1, 1));
    assert_eq!(mailbox.lies(".Seriesbook.done/cur"), 2);

    world.pass_until(world.clinic.at("2026-11-30T12:00")).await;
    assert_eq!(world.mails_to(WRONG).len(), 1, "nothing more goes there");
    let rows = world.clinic.read().await.messages_of(maria, 100).await.expect("messages");
    let held = |row: &&seriesbook::store::messages::Message| {
        row.status == MessageStatus::Held && row.last_error.as_deref() == Some(HELD)
    };
    assert_eq!(rows.iter().filter(held).count(), 2, "the reminders of 7 and 2 days before");
    assert_eq!(lines(&world, WorkKind::AddressBounced).await, 1, "one call to make, not three");

    let mut desk = world.signed_in("desk@harbor.test").await;
    let list = desk.get("/worklist").await;
    list.ok().says("Mail to Maria comes back. Call, and put the address right").says("Call +1 555 010 0133");
    list.holds(&format!("/patients/{maria}/edit"));
    desk.get(&format!("/patients/{maria}")).await.ok().says("Mail comes back since");
    let sent = desk.get("/outbox?show=sent").await;
    sent.ok().says("Came back").says("User unknown");
    assert!(!sent.text().contains("Send again"), "not there");
    let booking = rows.iter().find(|row| row.sent_at.is_some()).expect("the booking").id;
    desk.get(&format!("/outbox/{booking}")).await.ok().says("Came back").says("5.1.1");
    desk.get("/outbox?show=held").await.ok().says("Held: mail to this address comes back");

    put_right(&world, maria, MARIA).await;
    assert_eq!(lines(&world, WorkKind::AddressBounced).await, 0, "the line leaves by itself");
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), 2, "the booking, and the one reminder that is still of use");
    world.pass_until(world.clinic.at("2026-12-02T10:00")).await;
    assert_eq!(world.mails_to(MARIA).len(), 3, "and the next one");
    assert_eq!(world.mails_to(WRONG).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_mailbox_marks_the_address_only_after_three_messages_in_a_row() {
    on_each_database(|store| Box::pin(full_mailbox(store))).await;
}

async fn full_mailbox(store: Store) {
    let mailbox = Mailbox::new();
    let world = open(store, &mailbox).await;
    let maria = told(&world, MARIA).await;
    mailbox.deliver("0.late", DELAYED, &world.mails_to(MARIA)[0].message_id(), MARIA);
    world.pass_minutes(1).await;
    assert_eq!((reports(&world).await, lines(&world, WorkKind::MailFailed).await), (1, 0), "only noted");

    for (number, day) in ["2026-11-16T10:00", "2026-11-25T12:00", "2026-11-30T12:00"].iter().enumerate() {
        assert!(!record(&world, maria).await.mail_bounces(), "{number} came back so far");
        world.pass_until(world.clinic.at(day)).await;
        let mails = world.mails_to(MARIA);
        assert_eq!(mails.len(), number + 1);
        mailbox.deliver(&format!("{number}.full"), FULL, &mails[number].message_id(), MARIA);
        world.pass_minutes(1).await;
        let failed = if number < 2 { number + 1 } else { 0 };
        assert_eq!(
            lines(&world, WorkKind::MailFailed).await,
            failed,
            "a line for each, one for all in the end"
        );
    }
    assert!(record(&world, maria).await.mail_bounces());
    assert_eq!(lines(&world, WorkKind::AddressBounced).await, 1);

    // She emptied it, and says so on the phone.
    let mut desk = world.signed_in("desk@harbor.test").await;
    desk.get(&format!("/patients/{maria}")).await.ok().says("Write there again");
    let again = format!("/patients/{maria}/mail-again");
    desk.post(&again, &[]).await.goes_to(&format!("/patients/{maria}"));
    let chart = desk.get(&format!("/patients/{maria}")).await;
    chart.ok().says("Mail goes there again. 2 messages go now or at their time.");
    desk.post(&again, &[]).await.goes_to(&format!("/patients/{maria}"));
    let chart = desk.get(&format!("/patients/{maria}")).await;
    chart.ok().says("Nothing stands against this address any more.");
    assert!(!record(&world, maria).await.mail_bounces());
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), 5, "the booking and the last reminder once more");
    assert_eq!(lines(&world, WorkKind::AddressBounced).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_mail_and_mail_made_to_do_harm_change_nothing_and_are_moved_aside() {
    on_each_database(|store| Box::pin(other_mail(store))).await;
}

async fn other_mail(store: Store) {
    let mailbox = Mailbox::new();
    let world = open(store, &mailbox).await;
    let maria = told(&world, MARIA).await;
    let id = world.mails_to(MARIA)[0].message_id();
    let elsewhere = id.replace("@harbor.test", "@elsewhere.test");
    mailbox.deliver("1", AWAY, &id, MARIA);
    mailbox.deliver("2", ARRIVED, &id, MARIA);
    mailbox.deliver("3", NO_SUCH_MAILBOX, &elsewhere, MARIA);
    mailbox.deliver("4", NO_SUCH_MAILBOX, "0198c0de-0000-7000-8000-000000000000@harbor.test", MARIA);
    mailbox.deliver("5", NO_SUCH_MAILBOX, "'; DROP TABLE bounces; --@harbor.test", MARIA);
    mailbox.deliver("6", &"--b\n".repeat(100_000), &id, MARIA);
    std::fs::write(mailbox.path().join("cur/7:2,"), [0xff, 0x00, 0xfe, 0x0a]).expect("delivered");
    world.pass_minutes(1).await;
    assert_eq!((reports(&world).await, world.audited(maria, "message.bounced").await), (0, 0));
    assert!(!record(&world, maria).await.mail_bounces());
    assert_eq!(mailbox.lies(".Seriesbook.other/cur"), 7);
    assert_eq!((mailbox.lies("new"), mailbox.lies("cur")), (0, 0));

    // A report of ours with all the rest around it is found all the same, and what it says cannot break a page or a table.
    let odd = NO_SUCH_MAILBOX.replace("User unknown", "<script>alert(1)</script>\u{202e}\u{0}");
    mailbox.deliver("8", &odd, &id, MARIA);
    world.pass_minutes(1).await;
    assert_eq!(reports(&world).await, 1);
    let mut desk = world.signed_in("desk@harbor.test").await;
    let sent = desk.get("/outbox?show=sent").await;
    assert!(sent.ok().text().contains("Came back") && !sent.body.contains("<script>alert"), "{}", sent.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_is_gone_does_not_stop_the_mail() {
    on_each_database(|store| Box::pin(mailbox_gone(store))).await;
}

async fn mailbox_gone(store: Store) {
    let mailbox = Mailbox::new();
    let world = open(store, &mailbox).await;
    std::fs::remove_dir_all(mailbox.path()).expect("gone");
    told(&world, MARIA).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_about_an_address_that_is_put_right_already_sends_the_message_to_the_new_one() {
    on_each_database(|store| Box::pin(put_right_already(store))).await;
}

async fn put_right_already(store: Store) {
    let mailbox = Mailbox::new();
    let world = open(store, &mailbox).await;
    let maria = told(&world, WRONG).await;
    let id = world.mails_to(WRONG)[0].message_id();
    put_right(&world, maria, MARIA).await;
    world.pass_minutes(5).await;
    assert!(world.mails_to(MARIA).is_empty(), "nobody knows yet that it did not arrive");
    mailbox.deliver("1", NO_SUCH_MAILBOX, &id, WRONG);
    world.pass_minutes(1).await;
    world.pass_minutes(1).await;
    assert_eq!(world.mails_to(MARIA).len(), 1);
    assert!(!record(&world, maria).await.mail_bounces());
    assert_eq!(lines(&world, WorkKind::AddressBounced).await, 0);

    // A second report about the first copy says nothing of the second.
    let later = NO_SUCH_MAILBOX.replace("User unknown", "No user");
    mailbox.deliver("2", &later, &id, WRONG);
    world.pass_minutes(1).await;
    world.advance(TimeDelta::hours(1));
    world.tick().await;
    assert_eq!((reports(&world).await, world.mails_to(MARIA).len()), (2, 1));
    assert!(!record(&world, maria).await.mail_bounces());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_whose_mail_comes_back_is_one_line_with_their_phone_and_is_asked_again_at_the_new_address() {
    on_each_database(|store| Box::pin(driver_unreached(store))).await;
}

async fn driver_unreached(store: Store) {
    let mailbox = Mailbox::new();
    let world = open(store, &mailbox).await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    let wrong = "dnaiel@example.org";
    world.name_driver(maria, &[first.id], "Daniel Reed", wrong).await;
    world.pass_minutes(5).await;
    mailbox.deliver("1", NO_SUCH_MAILBOX, &world.mails_to(wrong)[0].message_id(), wrong);
    world.pass_minutes(1).await;
    assert_eq!(lines(&world, WorkKind::AddressBounced).await, 1);
    assert!(!record(&world, maria).await.mail_bounces(), "hers is another address");

    let mut desk = world.signed_in("desk@harbor.test").await;
    let driver = world.drive(first.id).await.expect("a drive").driver_id;
    let contact = format!("/drivers/{driver}/contact");
    let list = desk.get("/worklist").await;
    list.ok().says("Mail to Daniel Reed comes back").says("Call +1 555 010 0177").holds(&contact);
    desk.get(&format!("/patients/{maria}")).await.ok().says("mail comes back");
    desk.get(&contact).await.ok().says("Mail to this address comes back since");
    let form = [("email", FRIEND), ("phone", "+1 555 010 0177"), ("back", "/worklist")];
    desk.post(&contact, &form).await.goes_to("/worklist");
    assert_eq!(lines(&world, WorkKind::AddressBounced).await, 0);
    world.pass_minutes(5).await;
    let asked = world.mails_to(FRIEND);
    assert_eq!((asked.len(), world.mails_to(wrong).len()), (1, 1));
    assert!(asked[0].link("/d/").starts_with("/d/"));
}
