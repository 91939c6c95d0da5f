//! The outbox as people use it: looking for messages, leafing, deciding on one, holding all and letting go.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::domain::ids::MessageId;
use seriesbook::domain::messages::MessageStatus;
use seriesbook::store::Store;
use seriesbook::store::messages::Message;
use seriesbook::store::patients::Patient;

use crate::support::clinic::Clinic;
use crate::support::databases::{count, on_each_database};
use crate::support::web::{Browser, Page};

/// The messages a page links to.
fn listed(page: &Page) -> BTreeSet<String> {
    let mark = "href=\"/outbox/";
    let links = page.body.match_indices(mark).map(|(at, _)| &page.body[at + mark.len()..]);
    links.filter_map(|rest| rest.split('"').next()).filter(|id| id.len() == 36).map(str::to_owned).collect()
}

/// Where the next page begins: its link stands behind everything else.
fn next_of(page: &Page) -> Option<String> {
    let at = page.body.rfind("after=")? + "after=".len();
    page.body[at..].split('"').next().map(str::to_owned)
}

/// One more message to somebody, due in so many minutes.
async fn another(clinic: &Clinic, patient: &Patient, minutes: i64) -> MessageId {
    let like = clinic.messages(patient).await.into_iter().next().expect("a message to copy");
    let id = MessageId::new();
    let due_at = clinic.now() + TimeDelta::minutes(minutes);
    let one = Message { id, unique_key: id.to_string(), due_at, ..like };
    let mut tx = clinic.write(&clinic.desk()).await;
    assert!(tx.insert_message(&one).await.expect("inserted"));
    tx.commit().await.expect("a commit");
    id
}

async fn status(clinic: &Clinic, id: MessageId) -> MessageStatus {
    clinic.read().await.message(id).await.expect("an answer").expect("the message").status
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_found_by_person_address_stage_and_day_and_leafed_through_without_a_gap() {
    on_each_database(|store| Box::pin(found(store))).await;
}

async fn found(store: Store) {
    let clinic = Clinic::open(store).await;
    let (ana, ben) = (clinic.patient("Ana Ruiz").await, clinic.patient("Ben Cole").await);
    clinic.book(&ana, "Consultation", "2026-12-02T10:00", None).await.expect("free");
    clinic.book(&ben, "Consultation", "2026-12-03T10:00", None).await.expect("free");
    // Several fall due in one minute, so that only the id tells their order.
    for number in 0..70 {
        another(&clinic, &ben, 10 + number / 7).await;
    }
    let mut priya = Browser::of(&clinic);
    priya.sign_in("desk@harbor.test").await;
    let first = priya.get("/outbox").await;
    first.ok().says("Next page");
    let mut seen = listed(&first);
    let (mut page, mut pages) = (first, 1);
    while let Some(after) = next_of(&page).filter(|_| page.text().contains("Next page")) {
        page = priya.get(&format!("/outbox?show=waiting&after={after}")).await;
        let more = listed(page.ok());
        assert!(seen.is_disjoint(&more), "no message stands on two pages");
        seen.extend(more);
        pages += 1;
        assert!(pages < 10, "leafing ends");
    }
    let waiting = "SELECT COUNT(*) FROM messages WHERE status = 'pending'";
    let all = usize::try_from(count(clinic.store(), waiting).await).expect("a number");
    assert_eq!((seen.len(), pages > 1), (all, true));

    let anas: BTreeSet<String> = clinic.messages(&ana).await.iter().map(|one| one.id.to_string()).collect();
    for query in ["q=ana", "q=ruiz+ana", "q=ana.ruiz%40patients", &format!("patient={}", ana.id)] {
        let page = priya.get(&format!("/outbox?{query}")).await;
        let found = listed(page.ok());
        assert!(!found.is_empty() && found.is_subset(&anas), "{query}: {}", page.text());
    }
    priya.get("/outbox?q=ana&stage=driver_asked").await.ok().says("No message matches");
    let reminders = priya.get("/outbox?q=ana&stage=patient_reminder").await;
    reminders.ok().says("Reminder: Consultation");
    let day = priya.get("/outbox?q=ana&day=2026-12-01").await;
    assert_eq!(listed(day.ok()).len(), 1, "the reminder of the day before: {}", day.text());
    priya.get("/outbox?day=soon").await.ok().says("Enter a day").holds("soon");
    priya.get("/outbox?patient=0198c0de-0000-7000-8000-000000000000").await.is(StatusCode::NOT_FOUND);

    // Words that are nobody's name are looked for in subjects.
    clinic.advance(TimeDelta::minutes(4));
    clinic.tick().await;
    let subject = priya.get("/outbox?show=sent&q=your+visit").await;
    subject.ok().says("in the subject").says("Ana Ruiz");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_somebody_decides_against_does_not_go_and_the_decision_can_be_taken_back() {
    on_each_database(|store| Box::pin(decided(store))).await;
}

async fn decided(store: Store) {
    let clinic = Clinic::open(store).await;
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.book(&ana, "Consultation", "2026-12-02T10:00", None).await.expect("free");
    let (one, two) = (another(&clinic, &ana, 5).await, another(&clinic, &ana, 5).await);
    let mut priya = Browser::of(&clinic);
    priya.sign_in("desk@harbor.test").await;
    let here = format!("/outbox?show=waiting&patient={}", ana.id);
    priya.get(&here).await.ok().says("Do not send");
    priya.post(&format!("/outbox/{one}/drop"), &[("back", &here)]).await.goes_to(&here);
    assert_eq!(status(&clinic, one).await, MessageStatus::NotNeeded);
    priya
        .get("/outbox?show=not-needed")
        .await
        .ok()
        .says("somebody decided against it")
        .says("Send after all");
    priya.post(&format!("/outbox/{one}/undrop"), &[]).await.goes_to("/outbox");
    assert_eq!(status(&clinic, one).await, MessageStatus::Pending);
    priya.post(&format!("/outbox/{one}/undrop"), &[]).await.goes_to("/outbox");
    priya.get("/outbox").await.ok().says("changed meanwhile");

    for id in [one, two] {
        priya.post(&format!("/outbox/{id}/stop"), &[]).await.goes_to("/outbox");
    }
    priya.get("/outbox?show=held").await.ok().says("Release all that have an address");
    let released = priya.post("/outbox/release-held", &[("back", "/outbox?show=held")]).await;
    released.goes_to("/outbox?show=held");
    for id in [one, two] {
        assert_eq!(status(&clinic, id).await, MessageStatus::Pending);
    }
    let acts = "SELECT COUNT(*) FROM audit
                WHERE action IN ('message.drop', 'message.undrop', 'message.stop', 'message.release')";
    assert_eq!(
        count(clinic.store(), acts).await,
        6,
        "each act is in the log, the one that changed nothing is not"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn all_mail_is_held_with_a_reason_seen_by_those_who_can_release_it_and_released_without_the_older_ones()
{
    on_each_database(|store| Box::pin(held(store))).await;
}

async fn held(store: Store) {
    let clinic = Clinic::open(store).await;
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.book(&ana, "Consultation", "2026-12-04T10:00", None).await.expect("free");
    let late = another(&clinic, &ana, 60).await;
    let mut priya = Browser::of(&clinic);
    priya.sign_in("desk@harbor.test").await;
    priya.get("/today").await.ok();
    assert!(!priya.get("/today").await.text().contains("Mail is held"), "silent when nothing is wrong");
    priya.get("/outbox/hold").await.ok().says("Why is mail held?");
    let silent = priya.post("/outbox/hold", &[("why", "")]).await;
    silent.is(StatusCode::UNPROCESSABLE_ENTITY).says("Enter why mail is held");
    priya.post("/outbox/hold", &[("why", "the relay is being replaced")]).await.goes_to("/outbox/hold");
    // From here on the hour of the test's clinic: the booking is due at 9:03, the other one at 10:00.
    clinic.move_to("2026-11-30T10:05");
    assert_eq!(clinic.tick().await.sent, 0);
    priya.sign_in("desk@harbor.test").await;
    priya.get("/today").await.ok().says("Mail is held: somebody held it. 2 messages wait.");
    let mut sam = Browser::of(&clinic);
    sam.sign_in("sam@harbor.test").await;
    assert!(
        !sam.get("/today").await.text().contains("Mail is held"),
        "nothing for those who cannot release it"
    );
    sam.get("/outbox/hold").await.is(StatusCode::FORBIDDEN);

    let page = priya.get("/outbox/hold").await;
    page.ok().says("the relay is being replaced").says("2 messages wait").says("Visit booked");
    page.holds("10:05:01");
    let id = page.hidden("hold").expect("which hold");
    let older =
        |date, time| [("hold", id.as_str()), ("how", "older"), ("before_date", date), ("before_time", time)];
    let wrong = priya.post("/outbox/hold/release", &older("2026-11-30", "noonish")).await;
    wrong.is(StatusCode::UNPROCESSABLE_ENTITY).says("Enter the time").holds("noonish");
    priya.get("/outbox?show=waiting").await.ok().says("Goes when mail is released");
    priya.post("/outbox/hold/release", &older("2026-11-30", "09:30")).await.goes_to("/outbox");
    priya.get("/outbox").await.ok().says("1 message goes now, 1 was left out");
    priya.post("/outbox/hold/release", &older("2026-11-30", "09:30")).await.goes_to("/outbox/hold");
    assert_eq!(clinic.tick().await.sent, 1);
    assert_eq!(status(&clinic, late).await, MessageStatus::Sent);
    let acts = "SELECT COUNT(*) FROM audit WHERE action IN ('mail.hold', 'mail.release')";
    assert_eq!(count(clinic.store(), acts).await, 2);
}
