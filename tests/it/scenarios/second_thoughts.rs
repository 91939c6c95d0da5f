//! People change their minds: drivers named again, offers let go and clicked on, decisions of another programme, visits that begin.

use chrono::TimeDelta;
use seriesbook::actions::ActionError;
use seriesbook::actions::plan::Wishes;
use seriesbook::actions::series::release_hold;
use seriesbook::domain::appointments::{AppointmentStatus, SeriesStatus};
use seriesbook::domain::gates::Unmet;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;

use super::world::{FRIEND, MARIA, TOM, World};
use crate::support::databases::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_named_again_is_asked_and_reminded_again() {
    on_each_database(named_again).await;
}

async fn named_again(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.name_driver(maria, &[first.id], "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    world.name_driver(maria, &[first.id], "Tom Hale", TOM).await;
    world.pass_minutes(5).await;
    let asked = world.mails_to(FRIEND).len();
    world.name_driver(maria, &[first.id], "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(FRIEND).len(), asked + 1, "asked anew");
    let waiting: Vec<i64> = world
        .messages_about(maria, first.id)
        .await
        .into_iter()
        .filter(|one| one.stage == Stage::DriverReminder && one.status == MessageStatus::Pending)
        .map(|one| one.lead_minutes)
        .collect();
    assert_eq!(waiting.len(), 2, "both reminders stand again: {waiting:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_was_let_go_cannot_be_revived_visit_by_visit() {
    on_each_database(let_go).await;
}

async fn let_go(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let course = world.plan(maria, "2026-12-01").await;
    let held = world.book(maria, &course, true).await.expect("it can be held");
    world.act(&world.desk, async |tx| release_hold(tx, &world.desk, held).await).await.expect("let go");
    let first = world.main(held, 1).await;
    let revived = world.restore(first.id).await;
    assert!(matches!(revived, Err(ActionError::Refused("moves-not-restorable"))), "{revived:?}");
    assert_eq!(world.series(held).await.status, SeriesStatus::Cancelled);
    assert!(world.visits(held).await.iter().all(|visit| visit.status == AppointmentStatus::Cancelled));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_for_one_program_opens_no_course_of_another() {
    on_each_database(other_program).await;
}

async fn other_program(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let protocols = world.clinic.read().await.protocols(world.site.id).await.expect("protocols");
    let other = protocols
        .into_iter()
        .find(|one| one.programme != world.protocol.programme && one.visits_max > 1)
        .expect("another programme");
    let wishes =
        Wishes { protocol: other.id, visits: other.visits, must_hours: None, ..world.wishes("2026-12-01") };
    let chosen = world.plan_as(maria, &wishes).await.chosen();
    let (id, rules) = (seriesbook::domain::ids::SeriesId::new(), world.clinic.rules());
    let booked = world
        .act(&world.desk, async |tx| {
            let (site, desk) = (&world.site, &world.desk);
            seriesbook::actions::series::book_course(
                tx, desk, &rules, site, id, maria, other.id, &chosen, false,
            )
            .await
        })
        .await;
    match booked {
        Err(ActionError::Unmet(unmet)) => assert_eq!(unmet, [Unmet::OtherProgramme]),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn worklist_lines_about_a_visit_leave_when_it_begins() {
    on_each_database(lines_leave).await;
}

async fn lines_leave(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.name_driver(maria, &[first.id], "Daniel Reed", FRIEND).await;
    world.answer(first.id, false).await;
    let line = (WorkKind::DriverDeclined, Some(first.id));
    assert!(world.worklist().await.contains(&line));
    world.clock_to(first.starts_at - TimeDelta::minutes(1));
    world.tick().await;
    assert!(world.worklist().await.contains(&line), "it counts until the last minute");
    world.clock_to(first.starts_at);
    world.tick().await;
    assert!(!world.worklist().await.contains(&line));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_falls_silent_holds_up_no_more_than_one_wait() {
    on_each_database(silent_server).await;
}

async fn silent_server(store: Store) {
    let world = World::open_with(store, "2026-11-16 09:00", |config| config.smtp_timeout_seconds = 1).await;
    world.smtp.trouble(crate::support::smtp::Trouble::Silent, 1);
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    world.booked_series(maria, "2026-12-01").await;
    world.advance(TimeDelta::minutes(4));
    let report = world.tick().await;
    assert_eq!((report.sent, report.retried), (0, 1), "the silence is an answer: try again later");
    world.pass_minutes(10).await;
    assert_eq!(world.mails_to(MARIA).len(), 1, "the next try arrives");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clinics_own_minutes_decide_when_a_driver_is_missed_and_how_long_a_cancellation_can_be_undone() {
    on_each_database(own_minutes).await;
}

async fn own_minutes(store: Store) {
    let world = World::open_with(store, "2026-11-16 09:00", |config| {
        config.rules.driver_worklist_minutes = 60;
        config.rules.cancel_undo_minutes = 10;
    })
    .await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let (first, second) = (world.main(series, 1).await, world.main(series, 2).await);
    let line = (WorkKind::DriverMissing, Some(first.id));
    world.clock_to(first.starts_at - TimeDelta::minutes(61));
    assert!(!world.worklist().await.contains(&line), "not yet");
    world.clock_to(first.starts_at - TimeDelta::minutes(59));
    assert!(world.worklist().await.contains(&line));
    world.cancel(second.id, second.version).await.expect("it can be canceled");
    world.advance(TimeDelta::minutes(11));
    let late = world.restore(second.id).await;
    assert!(matches!(late, Err(ActionError::Refused("moves-undo-over"))), "{late:?}");
}
