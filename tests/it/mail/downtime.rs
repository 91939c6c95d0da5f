//! Lost and doubled ticks: after downtime each still useful message goes once, the others end; a doubled tick sends nothing twice.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::services::Category;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;

use crate::scenarios::world::{MARIA, World};
use crate::support::databases::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn i4_after_downtime_the_useful_goes_once_and_the_late_ends_on_the_worklist() {
    on_each_database(catches_up).await;
}

async fn catches_up(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let start = world.clinic.at("2026-12-02T10:00");
    world.book_visit(maria, world.service(Category::Consultation).id, start).await.expect("free");
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), 1);

    // The machine was off until 40 hours before the visit: both the 7-day and the 2-day reminder are due.
    world.clock_to(start - TimeDelta::hours(40));
    let report = world.tick().await;
    assert_eq!((report.sent, report.ended), (1, 1), "one reminder, not two at once");
    let visit = world.visits_of(maria).await[0].id;
    let status = |lead: i64, rows: &[seriesbook::store::messages::Message]| {
        rows.iter()
            .find(|row| row.stage == Stage::PatientReminder && row.lead_minutes == lead)
            .map(|row| row.status)
    };
    let rows = world.messages_about(maria, visit).await;
    assert_eq!(status(7 * 1440, &rows), Some(MessageStatus::Expired));
    assert_eq!(status(2 * 1440, &rows), Some(MessageStatus::Sent));
    assert!(world.worklist().await.contains(&(WorkKind::MailLate, Some(visit))), "somebody knows");

    // Off again, until after the visit began: nothing is told any more.
    world.clock_to(start + TimeDelta::minutes(1));
    assert_eq!(world.tick().await.sent, 0, "none after the start");
    let rows = world.messages_about(maria, visit).await;
    assert_eq!(status(1440, &rows), Some(MessageStatus::Expired));
    assert!(rows.iter().all(|row| row.status != MessageStatus::Pending), "every row ends");
    assert_eq!(world.mails_to(MARIA).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn i2_three_workers_at_once_send_each_mail_once() {
    on_each_database(|store| Box::pin(doubled_ticks(store))).await;
}

async fn doubled_ticks(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let service = world.service(Category::Consultation).id;
    let mut hours = Vec::new();
    for day in ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04"] {
        hours.extend(
            ["09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00"]
                .map(|hour| format!("{day}T{hour}")),
        );
    }
    for (number, hour) in hours.iter().enumerate() {
        let email = format!("patient{number}@example.org");
        let patient = world.add_patient(&format!("Patient {number}"), Some(&email)).await;
        world.book_visit(patient, service, world.clinic.at(hour)).await.expect("free");
    }
    world.advance(TimeDelta::minutes(5));
    let (a, b, c) = tokio::join!(world.clinic.tick(), world.clinic.tick(), world.clinic.tick());
    let again = world.tick().await;
    assert_eq!((a.sent + b.sent + c.sent + again.sent, again.sent), (hours.len(), 0));
    let mails = world.smtp.mails();
    let ids: BTreeSet<String> = mails.iter().map(|mail| mail.message_id()).collect();
    let readers: BTreeSet<String> = mails.iter().flat_map(|mail| mail.to.clone()).collect();
    assert_eq!((mails.len(), ids.len(), readers.len()), (hours.len(), hours.len(), hours.len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn i1_a_visit_canceled_before_its_mail_went_stays_silent() {
    on_each_database(canceled_is_silent).await;
}

async fn canceled_is_silent(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let start = world.clinic.at("2026-12-02T10:00");
    world.book_visit(maria, world.service(Category::Consultation).id, start).await.expect("free");
    let visit = world.visits_of(maria).await.remove(0);
    world.cancel(visit.id, visit.version).await.expect("canceled");
    world.pass_until(start).await;
    assert!(world.smtp.mails().is_empty(), "nobody hears of a visit that never was");
    let rows = world.messages_about(maria, visit.id).await;
    assert!(!rows.is_empty() && rows.iter().all(|row| row.status == MessageStatus::NotNeeded));
    assert!(world.worklist().await.is_empty(), "and nobody has to do anything about it");
}
