//! The main job: a patient is added, seen, planned, booked, mailed, driven, reminded.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use seriesbook::actions::ActionError;
use seriesbook::actions::plan::Planned;
use seriesbook::domain::candidacy::CandidacyFault;
use seriesbook::domain::drivers::DriveStatus;
use seriesbook::domain::gates::Unmet;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::protocols::VisitRole;
use seriesbook::domain::services::Category;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;

use super::world::{FRIEND, MARIA, World};
use crate::support::databases::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn a_consultation_is_booked_and_told_once_and_only_a_decision_opens_the_planning() {
    on_each_database(consultation_and_decision).await;
}

async fn consultation_and_decision(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let consultation = world.service(Category::Consultation);
    let offered = world.offer(consultation.id, maria, "2026-11-18", 3).await;
    let time = offered.first().expect("a free hour within three days");
    assert_eq!(time.who.len(), 2, "a clinician and a room together: {:?}", time.who);
    world.book_visit(maria, consultation.id, time.starts_at).await.expect("the offered time can be booked");
    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), 1, "one message for the one visit");
    assert!(mails[0].subject().contains("November 18"), "{}", mails[0].subject());

    let unmet = world.try_plan(maria, &world.wishes("2026-12-01")).await;
    assert!(
        matches!(&unmet, Err(ActionError::Unmet(list)) if list == &[Unmet::Candidacy(CandidacyFault::Undecided)]),
        "{unmet:?}"
    );
    assert!(matches!(world.decide_as(&world.desk, maria).await, Err(ActionError::NotPermitted)));
    world.decide_as(&world.doctor, maria).await.expect("a clinician decides");
    let Ok(Planned::Courses(courses)) = world.try_plan(maria, &world.wishes("2026-12-01")).await else {
        panic!("a decided patient can be planned")
    };
    assert!((1..=3).contains(&courses.len()));
    for course in &courses {
        assert!(course.cost >= courses[0].cost, "the best comes first");
        let of = |role| course.visits.iter().filter(|visit| visit.role == role).count();
        let parts = [VisitRole::Before, VisitRole::Main, VisitRole::AfterEach, VisitRole::AfterLast].map(of);
        assert_eq!(parts, [1, 6, 6, 1]);
        let sum: i64 = course.visits.iter().map(|visit| visit.service.price_cents).sum();
        assert_eq!(course.total_cents, sum, "the price before anybody agrees");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_mail_for_the_whole_course_confirmed_by_its_link_and_driven() {
    on_each_database(mail_confirm_and_driver).await;
}

async fn mail_confirm_and_driver(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), 1, "one message for fourteen visits");
    let visits = world.visits(series).await;
    let calendar = mails[0].calendars().join("\n");
    assert_eq!((visits.len(), calendar.matches("BEGIN:VEVENT").count()), (14, 14));
    for talk in visits.iter().filter(|visit| visit.role == Some(VisitRole::AfterEach)) {
        let main = world.main(series, talk.role_index.unwrap_or_default()).await;
        let after = talk.starts_at - main.ends_at;
        assert!((TimeDelta::hours(48)..=TimeDelta::hours(72)).contains(&after), "{after}");
    }

    // She opens the link on her phone, says that she comes to all of them, and names her friend.
    let page = mails[0].link("/v/");
    let (status, html) = world.get(&page).await;
    assert_eq!(status, 200);
    assert!(html.contains(&world.site.phone), "the clinic's phone stands on the page");
    let all: Vec<(&str, String)> =
        visits.iter().map(|visit| ("visit", format!("{}:{}", visit.id, visit.version))).collect();
    assert_eq!(world.post(&format!("{page}/confirm"), &all).await.0, 303);
    assert!(world.visits(series).await.iter().all(|visit| visit.confirmed_at.is_some()));
    let friend = [("who", "other"), ("name", "Daniel Reed"), ("email", FRIEND), ("which", "all")];
    assert_eq!(world.post(&format!("{page}/driver"), &friend.map(|(k, v)| (k, v.to_owned()))).await.0, 303);
    world.pass_minutes(5).await;
    let asked = world.mails_to(FRIEND);
    assert_eq!(asked.len(), 1, "one question for all six drives");
    assert!(!asked[0].text().contains("Alvarez"), "a driver reads the first name only");

    // He cannot on the first day; Maria hears of it and the desk has a line.
    let door = asked[0].link("/d/");
    let first = world.main(series, 1).await;
    let drive = world.drive(first.id).await.expect("a drive is asked");
    let no = vec![("drive", format!("{}:{}", drive.id, first.version)), ("answer", "no".to_owned())];
    assert_eq!(world.post(&format!("{door}/answer"), &no).await.0, 303);
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), 2, "the decline is told to Maria");
    assert!(world.mails_to(MARIA)[1].text().contains("Daniel cannot drive you"));
    assert!(world.worklist().await.contains(&(WorkKind::DriverDeclined, Some(first.id))));

    // Her sister takes that day; he takes the rest.
    world.name_driver(maria, &[first.id], "Ana Alvarez", "ana@example.org").await;
    world.pass_minutes(5).await;
    assert!(
        !world.worklist().await.iter().any(|(kind, _)| *kind == WorkKind::DriverDeclined),
        "somebody is asked"
    );
    let door_of_ana = world.mails_to("ana@example.org")[0].link("/d/");
    let drive = world.drive(first.id).await.expect("another drive is asked");
    let yes = vec![("drive", format!("{}:{}", drive.id, first.version)), ("answer", "yes".to_owned())];
    assert_eq!(world.post(&format!("{door_of_ana}/answer"), &yes).await.0, 303);
    let mut rest = vec![("answer", "yes".to_owned())];
    for number in 2..=6 {
        let visit = world.main(series, number).await;
        let drive = world.drive(visit.id).await.expect("a drive is asked");
        rest.push(("drive", format!("{}:{}", drive.id, visit.version)));
    }
    assert_eq!(world.post(&format!("{door}/answer"), &rest).await.0, 303);
    for number in 1..=6 {
        let visit = world.main(series, number).await;
        assert_eq!(world.drive(visit.id).await.map(|drive| drive.status), Some(DriveStatus::Confirmed));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_go_at_their_stages_and_none_goes_twice_over_many_ticks() {
    on_each_database(reminders).await;
}

async fn reminders(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.name_driver(maria, &[first.id], "Daniel Reed", FRIEND).await;
    world.answer(first.id, true).await;
    world.pass_until(first.starts_at).await;

    let ledger = world.messages_about(maria, first.id).await;
    let sent = |stage: Stage| -> Vec<i64> {
        let sent = ledger.iter().filter(|m| m.stage == stage && m.status == MessageStatus::Sent);
        sent.map(|message| message.lead_minutes).collect::<BTreeSet<_>>().into_iter().rev().collect()
    };
    assert_eq!(sent(Stage::PatientReminder), [7 * 1440, 2 * 1440, 1440], "7 days, 2 days, 1 day");
    assert_eq!(sent(Stage::DriverReminder), [3 * 1440, 1440], "3 days, 1 day");
    assert!(sent(Stage::DriverLastCall).is_empty(), "a driver was named in time");
    for message in ledger.iter().filter(|message| message.stage == Stage::PatientReminder) {
        let late = message.sent_at.expect("it was sent") - message.due_at;
        assert!(late >= TimeDelta::zero() && late < TimeDelta::hours(4), "{late} late");
    }
    let to_driver = world.mails_to(FRIEND);
    assert_eq!(to_driver.len(), 3, "one question and two reminders");
    let all = world.smtp.mails();
    let ids: BTreeSet<String> = all.iter().map(|mail| mail.message_id()).collect();
    assert_eq!(ids.len(), all.len(), "no Message-ID came twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_driver_there_is_a_last_call_72_hours_ahead_and_a_worklist_line() {
    on_each_database(last_call).await;
}

async fn last_call(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.pass_until(first.starts_at - TimeDelta::days(2) - TimeDelta::hours(12)).await;
    let calls: Vec<_> = world
        .messages_about(maria, first.id)
        .await
        .into_iter()
        .filter(|message| message.stage == Stage::DriverLastCall)
        .collect();
    assert_eq!(calls.len(), 1);
    assert_eq!(
        (calls[0].status, calls[0].due_at),
        (MessageStatus::Sent, first.starts_at - TimeDelta::hours(72))
    );
    assert!(world.worklist().await.contains(&(WorkKind::DriverMissing, Some(first.id))));
}
