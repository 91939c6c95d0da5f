//! The brakes: a flood is held whole until staff release it, a clock that jumps sends nothing twice, and what came too late is one
//! line for each visit.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use seriesbook::actions::mail_hold::{self, Release};
use seriesbook::actions::outbox;
use seriesbook::domain::ids::PatientId;
use seriesbook::domain::mail_brake::HoldReason;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::services::Category;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;
use seriesbook::store::mail_holds::MailHold;

use crate::scenarios::world::{FRIEND, MARIA, World};
use crate::support::databases::on_each_database;
use crate::support::ledger::fill;

/// Messages that may go in a minute in these stories.
const LIMIT: i64 = 5;

async fn world(store: Store) -> World {
    World::open_with(store, "2026-11-16 09:00", |config| config.mail_flood_per_minute = LIMIT).await
}

/// So many patients with a consultation each on a day; each is told of it in three minutes.
async fn told(world: &World, day: &str, many: usize) -> Vec<PatientId> {
    let service = world.service(Category::Consultation).id;
    let mut all = Vec::new();
    for hour in ["09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00"].iter().take(many) {
        let email = format!("at{}on{day}@example.org", &hour[..2]);
        let patient = world.add_patient(&format!("Patient {hour} {day}"), Some(&email)).await;
        world.book_visit(patient, service, world.clinic.at(&format!("{day}T{hour}"))).await.expect("free");
        all.push(patient);
    }
    all
}

async fn hold(world: &World) -> Option<MailHold> {
    world.clinic.read().await.standing_hold().await.expect("an answer")
}

async fn release(world: &World, how: Release) -> mail_hold::Released {
    let (id, site) = (hold(world).await.expect("a hold").id, world.site.id);
    world
        .act(&world.desk, async |tx| mail_hold::release(tx, &world.desk, site, id, how).await)
        .await
        .expect("released")
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_may_go_in_a_minute_is_held_whole_and_goes_once_when_staff_release_it() {
    on_each_database(|store| Box::pin(flood(store))).await;
}

async fn flood(store: Store) {
    let world = world(store).await;
    told(&world, "2026-12-02", 6).await;
    world.advance(TimeDelta::minutes(4));
    assert_eq!(world.tick().await.sent, 0, "six are due and five may go");
    let held = hold(&world).await.expect("all mail is held");
    assert_eq!((held.reason, held.waiting, held.held_by.as_str()), (HoldReason::Flood, 6, "system"));
    world.pass_minutes(60).await;
    assert!(world.smtp.mails().is_empty(), "time does not let it go");
    assert_eq!(hold(&world).await.map(|one| one.id), Some(held.id), "one hold, not one a tick");

    let done = release(&world, Release::All).await;
    assert_eq!((done.going, done.ended), (6, 0));
    assert_eq!(world.tick().await.sent, 6, "what a person released is not counted again");
    assert_eq!(world.tick().await.sent, 0, "each once");
    assert!(hold(&world).await.is_none());

    told(&world, "2026-12-03", 6).await;
    world.advance(TimeDelta::minutes(4));
    assert_eq!(world.tick().await.sent, 0, "the next flood is held again");
    assert!(hold(&world).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn held_messages_that_staff_release_are_no_flood() {
    on_each_database(|store| Box::pin(let_go(store))).await;
}

async fn let_go(store: Store) {
    let world = world(store).await;
    told(&world, "2026-12-02", 6).await;
    let (desk, site, soon) = (&world.desk, world.site.id, world.now() + TimeDelta::minutes(5));
    let waiting = world.clinic.read().await.messages_in(site, MessageStatus::Pending, soon, 100).await;
    let waiting = waiting.expect("messages");
    assert_eq!(waiting.len(), 6);
    for one in &waiting {
        world.act(desk, async |tx| outbox::stop(tx, desk, one.id).await).await.expect("stopped");
    }
    world.pass_minutes(30).await;
    assert!(world.smtp.mails().is_empty());
    let released = world.act(desk, async |tx| outbox::release_held(tx, desk, site, None).await).await;
    assert_eq!(released.expect("released"), 6);
    assert_eq!(world.tick().await.sent, 6, "a person let them go");
    assert!(hold(&world).await.is_none());

    told(&world, "2026-12-03", 6).await;
    world.advance(TimeDelta::minutes(4));
    assert_eq!(world.tick().await.sent, 0, "these nobody released");
    assert!(hold(&world).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_released_in_the_evening_goes_in_the_morning_and_is_no_flood_then() {
    on_each_database(|store| Box::pin(overnight(store))).await;
}

async fn overnight(store: Store) {
    let world = world(store).await;
    told(&world, "2026-12-03", 6).await;
    world.advance(TimeDelta::minutes(4));
    world.tick().await;
    release(&world, Release::All).await;
    assert_eq!(world.tick().await.sent, 6, "the bookings");
    let (desk, staff) = (&world.desk, HoldReason::Staff);
    world
        .act(desk, async |tx| mail_hold::hold(tx, desk, staff, "the relay is away", None).await)
        .await
        .expect("held");
    world.clock_to(world.clinic.at("2026-12-02T21:00"));
    assert_eq!(world.tick().await.sent, 0);
    assert_eq!(release(&world, Release::Useful).await.going, 6, "the last reminder of each");
    assert_eq!(world.tick().await.sent, 0, "not at night");
    let waiting = world.clinic.read().await.waiting_by_stage(world.site.id).await.expect("an answer");
    assert!(waiting.is_empty(), "what waits for morning is not due: {waiting:?}");
    world.clock_to(world.clinic.at("2026-12-03T08:00"));
    assert_eq!(world.tick().await.sent, 6, "released is released");
    assert!(hold(&world).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_batch_leaves_after_somebody_held_the_mail() {
    on_each_database(|store| Box::pin(held_in_time(store))).await;
}

async fn held_in_time(store: Store) {
    let world = World::open(store.clone(), "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let start = world.clinic.at("2026-12-02T10:00");
    world.book_visit(maria, world.service(Category::Consultation).id, start).await.expect("free");
    world.pass_minutes(5).await;
    let visit = world.visits_of(maria).await.remove(0);
    fill(&store, &visit, world.now(), 1).await;
    let (desk, clinic) = (&world.desk, world.clinic.clone());
    let mut tx = world.clinic.write(desk).await;
    mail_hold::hold(&mut tx, desk, HoldReason::Staff, "wait", None).await.expect("held");
    let tick = tokio::spawn(async move { clinic.tick().await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    tx.commit().await.expect("a commit");
    assert_eq!(tick.await.expect("it ends").sent, 0);
    assert_eq!(world.mails_to(MARIA).len(), 1, "the booking");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_was_released_takes_no_graver_reason_and_mail_is_held_anew() {
    on_each_database(|store| Box::pin(held_anew(store))).await;
}

async fn held_anew(store: Store) {
    let world = world(store).await;
    let desk = &world.desk;
    let held = async |reason: HoldReason| {
        let made = world.act(desk, async |tx| mail_hold::hold(tx, desk, reason, "", None).await).await;
        made.expect("an answer")
    };
    assert!(held(HoldReason::Staff).await);
    let first = hold(&world).await.expect("a hold").id;
    assert!(!held(HoldReason::Restore).await, "one hold, with the graver reason");
    assert_eq!(hold(&world).await.map(|one| (one.id, one.reason)), Some((first, HoldReason::Restore)));
    release(&world, Release::All).await;
    let mut tx = world.clinic.write(desk).await;
    assert!(!tx.sharpen_hold(first, HoldReason::Restore, None).await.expect("an answer"));
    drop(tx);
    assert!(held(HoldReason::Restore).await);
    assert!(hold(&world).await.is_some_and(|one| one.id != first));
}

#[tokio::test(flavor = "multi_thread")]
async fn up_to_the_limit_goes_by_itself_minute_after_minute() {
    on_each_database(|store| Box::pin(steady(store))).await;
}

async fn steady(store: Store) {
    let world = world(store).await;
    told(&world, "2026-12-02", 5).await;
    world.advance(TimeDelta::minutes(4));
    assert_eq!(world.tick().await.sent, 5);
    told(&world, "2026-12-03", 5).await;
    world.advance(TimeDelta::minutes(4));
    assert_eq!(world.tick().await.sent, 5, "a minute later as many may go again");
    assert!(hold(&world).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_called_off_while_mail_was_held_stays_silent_after_the_release() {
    on_each_database(|store| Box::pin(called_off(store))).await;
}

async fn called_off(store: Store) {
    let world = world(store).await;
    let staff = HoldReason::Staff;
    world
        .act(&world.desk, async |tx| mail_hold::hold(tx, &world.desk, staff, "moving house", None).await)
        .await
        .expect("held");
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let start = world.clinic.at("2026-12-02T10:00");
    world.book_visit(maria, world.service(Category::Consultation).id, start).await.expect("free");
    world.pass_minutes(10).await;
    assert!(world.smtp.mails().is_empty());
    let visit = world.visits_of(maria).await.remove(0);
    world.cancel(visit.id, visit.version).await.expect("canceled");
    release(&world, Release::Useful).await;
    world.pass_until(start).await;
    assert!(world.smtp.mails().is_empty(), "nobody hears of a visit that never was");
    let rows = world.messages_about(maria, visit.id).await;
    assert!(rows.iter().all(|row| row.status != MessageStatus::Pending), "every row ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_ahead_is_no_flood_and_one_that_goes_back_sends_nothing_twice_and_delays_nothing()
{
    on_each_database(|store| Box::pin(jumps(store))).await;
}

async fn jumps(store: Store) {
    let world = world(store).await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let start = world.clinic.at("2026-12-02T10:00");
    world.book_visit(maria, world.service(Category::Consultation).id, start).await.expect("free");
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), 1);

    // Somebody sets the clock ten days ahead; the reminder of seven days before is due and put off by the server.
    world.smtp.greylist(MARIA);
    let wrong = world.clinic.at("2026-11-26T09:00");
    world.clock_to(wrong);
    assert_eq!(world.tick().await.retried, 1);
    assert!(hold(&world).await.is_none(), "one message is no flood, however far the clock jumped");

    // And back: what waits for a second try in that future goes at its own time, not then.
    world.clock_to(world.clinic.at("2026-11-17T09:00"));
    assert_eq!(world.tick().await.sent, 0);
    world.pass_until(start - TimeDelta::days(7) + TimeDelta::hours(4)).await;
    assert!(world.now() < wrong);
    assert_eq!(world.mails_to(MARIA).len(), 2);
    world.pass_until(start).await;
    let ids: Vec<String> = world.mails_to(MARIA).iter().map(|mail| mail.message_id()).collect();
    let once: BTreeSet<&String> = ids.iter().collect();
    assert_eq!((ids.len(), once.len()), (4, 4), "the booking and three reminders, each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_downtime_what_came_too_late_for_a_visit_is_one_line_not_one_a_message() {
    on_each_database(|store| Box::pin(one_line(store))).await;
}

async fn one_line(store: Store) {
    let world = world(store).await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let start = world.clinic.at("2026-12-02T10:00");
    world.book_visit(maria, world.service(Category::Consultation).id, start).await.expect("free");
    world.pass_minutes(5).await;
    world.clock_to(start - TimeDelta::hours(22));
    world.tick().await;
    let visit = world.visits_of(maria).await[0].id;
    let rows = world.messages_about(maria, visit).await;
    let late = rows.iter().filter(|row| row.status == MessageStatus::Expired).count();
    assert_eq!(late, 2, "seven days and two days before");
    let lines = world.worklist().await;
    let too_late = lines.iter().filter(|line| **line == (WorkKind::MailLate, Some(visit))).count();
    assert_eq!(too_late, 1, "{lines:?}");
    assert_eq!(world.mails_to(MARIA).len(), 2, "the booking, and the reminder of the day before");

    let (desk, late) = (&world.desk, rows.iter().find(|row| row.status == MessageStatus::Expired));
    let late = late.expect("one too late").id;
    world.act(desk, async |tx| outbox::send_again(tx, desk, late).await).await.expect("sent again");
    let lines = world.worklist().await;
    assert!(!lines.contains(&(WorkKind::MailLate, Some(visit))), "somebody saw to it: {lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_driver_is_put_right_and_tried_again_from_the_worklist() {
    on_each_database(|store| Box::pin(refused_driver(store))).await;
}

async fn refused_driver(store: Store) {
    // The worklist line comes of the words of the server, whatever the brake.
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let visit = world.treatments(series).await[0];
    world.smtp.refuse(FRIEND);
    world.name_driver(maria, &[visit], "Daniel Ortiz", FRIEND).await;
    world.pass_minutes(5).await;
    let rows = world.clinic.read().await.messages_of(maria, 100).await.expect("messages");
    let failed = rows.iter().find(|row| row.stage == Stage::DriverAsked).expect("the question");
    assert_eq!(failed.status, MessageStatus::Failed);

    let mut priya = world.signed_in("desk@harbor.test").await;
    let driver = world.drive(visit).await.expect("asked").driver_id;
    let contact = format!("/drivers/{driver}/contact");
    priya.get("/worklist").await.ok().says("No such mailbox").says("Try again").holds(&contact);
    priya.get(&format!("/outbox/{}", failed.id)).await.ok().says("Refused").says("No such mailbox");
    let path = format!("{contact}?back=/worklist");
    priya.get(&path).await.ok().says("Daniel Ortiz").holds(FRIEND);
    let wrong = priya.post(&contact, &[("email", "nowhere"), ("phone", ""), ("back", "/worklist")]).await;
    wrong.is(axum::http::StatusCode::UNPROCESSABLE_ENTITY).says("Enter an email address").holds("nowhere");
    let right = [("email", "dan@example.org"), ("phone", ""), ("back", "/worklist")];
    priya.post(&contact, &right).await.goes_to("/worklist");
    priya.get("/worklist").await.ok();
    let again = format!("/outbox/{}/again", failed.id);
    priya.post(&again, &[("back", "/worklist")]).await.goes_to("/worklist");
    assert!(
        world.worklist().await.iter().all(|(kind, _)| *kind != WorkKind::MailFailed),
        "nobody has to act"
    );
    world.pass_minutes(1).await;
    assert_eq!(world.mails_to("dan@example.org").len(), 1);
    assert_eq!(world.audited(maria, "driver.change").await, 1);
    let tries = world.clinic.read().await.tries_of(failed.id).await.expect("tries");
    assert_eq!(tries.len(), 2, "both are kept: {tries:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_message_is_not_released_to_a_driver_whose_address_is_somebody_elses() {
    on_each_database(|store| Box::pin(wrong_reader(store))).await;
}

async fn wrong_reader(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let visit = world.treatments(series).await[0];
    world.name_driver(maria, &[visit], "Daniel Ortiz", FRIEND).await;
    let rows = world.clinic.read().await.messages_of(maria, 100).await.expect("messages");
    let asked = rows.iter().find(|row| row.stage == Stage::DriverAsked).expect("the question").id;
    let (desk, site) = (&world.desk, world.site.id);
    world.act(desk, async |tx| outbox::stop(tx, desk, asked).await).await.expect("stopped");
    let id = world.drive(visit).await.expect("asked").driver_id;
    let mut tx = world.clinic.write(desk).await;
    let mut driver = tx.driver(id).await.expect("an answer").expect("the driver");
    driver.address_wrong_at = Some(world.now());
    tx.update_driver(&driver).await.expect("changed");
    tx.commit().await.expect("a commit");
    let released = world.act(desk, async |tx| outbox::release_held(tx, desk, site, None).await).await;
    assert_eq!(released.expect("an answer"), 0);
    let held = world.clinic.read().await.message(asked).await.expect("an answer").expect("the question");
    assert_eq!(held.status, MessageStatus::Held);
}
