//! Moving one visit of a course: its coaching follows, everybody hears of it once, and old reminders fall silent.

use chrono::TimeDelta;
use seriesbook::domain::drivers::DriveStatus;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::protocols::VisitRole;
use seriesbook::store::Store;

use super::world::{FRIEND, MARIA, World};
use crate::support::databases::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn moving_a_treatment_takes_its_coaching_along_and_tells_patient_and_driver_once() {
    on_each_database(moved_by_a_day).await;
}

async fn moved_by_a_day(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let treatments = world.treatments(series).await;
    world.name_driver(maria, &treatments, "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    for visit in &treatments {
        world.answer(*visit, true).await;
    }
    let told = (world.mails_to(MARIA).len(), world.mails_to(FRIEND).len());
    let (third, talk) = (world.main(series, 3).await, world.talk(series, 3).await);

    let to = third.starts_at + TimeDelta::days(1);
    let options = world.move_options(third.id, to, 1).await;
    let option =
        options.iter().find(|option| option.starts_at == to).expect("the next day at the same hour is free");
    let moved = world.move_visit(third.id, third.version, to, option.with).await.expect("it can move");
    assert_eq!(moved.len(), 2, "the treatment and its coaching");
    let (now, talk_now) = (world.main(series, 3).await, world.talk(series, 3).await);
    assert_eq!((now.starts_at, now.version, now.id), (to, third.version + 1, third.id));
    assert_eq!(option.talk, Some(talk_now.starts_at), "where the page said it would go");
    let after = talk_now.starts_at - now.ends_at;
    assert!((TimeDelta::hours(48)..=TimeDelta::hours(72)).contains(&after), "{after}");
    assert_ne!(talk_now.starts_at, talk.starts_at);
    assert_eq!(
        world.drive(third.id).await.map(|drive| drive.status),
        Some(DriveStatus::Asked),
        "asked again"
    );

    let ledger = world.messages_about(maria, third.id).await;
    let old =
        |m: &&seriesbook::store::messages::Message| m.version == third.version && m.due_at > world.now();
    let stale: Vec<_> = ledger.iter().filter(old).collect();
    assert!(
        stale.iter().any(|message| message.stage == Stage::PatientReminder),
        "there were reminders to silence"
    );
    // The last call for a driver ended before the move: one was named.
    let silent = |m: &&&seriesbook::store::messages::Message| {
        m.status == MessageStatus::Superseded
            || (m.status == MessageStatus::NotNeeded && m.stage == Stage::DriverLastCall)
    };
    assert_eq!(stale.iter().filter(silent).count(), stale.len(), "{stale:#?}");

    world.pass_minutes(5).await;
    let (to_maria, to_friend) = (world.mails_to(MARIA), world.mails_to(FRIEND));
    assert_eq!((to_maria.len(), to_friend.len()), (told.0 + 1, told.1 + 1), "one message each");
    let mail = to_maria.last().expect("a mail");
    assert!(mail.subject().starts_with("New time"), "{}", mail.subject());
    let calendars = mail.calendars();
    assert_eq!(calendars.len(), 2, "one calendar for each moved visit");
    for (visit, version) in [(&third, now.version), (&talk, talk_now.version)] {
        let part = calendars.iter().find(|part| part.contains(&format!("UID:{}\n", visit.ical_uid)));
        let part = part.unwrap_or_else(|| panic!("the same UID as before: {calendars:?}"));
        assert!(
            part.contains("METHOD:REQUEST") && part.contains(&format!("SEQUENCE:{}\n", version - 1)),
            "{part}"
        );
    }
    let sequences: Vec<u32> = to_friend
        .iter()
        .flat_map(|mail| mail.calendars())
        .filter_map(|part| {
            let (_, event) = part.split_once(&format!("UID:drive-{}\n", third.ical_uid))?;
            event.lines().find_map(|line| line.strip_prefix("SEQUENCE:"))?.parse().ok()
        })
        .collect();
    assert_eq!(sequences.len(), 2, "asked, and told the new time");
    assert!(sequences[0] < sequences[1], "{sequences:?}");

    world.pass_until(now.starts_at).await;
    let reminders: Vec<_> = world.messages_about(maria, third.id).await;
    let sent =
        reminders.iter().filter(|m| m.stage == Stage::PatientReminder && m.status == MessageStatus::Sent);
    let sent: Vec<i64> = sent.map(|message| message.version).collect();
    assert_eq!(sent, [now.version; 3], "three reminders of the new time, none of the old");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_moved_before_its_message_went_is_told_once_with_the_new_time() {
    on_each_database(moved_before_the_mail).await;
}

async fn moved_before_the_mail(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let third = world.main(series, 3).await;
    let to = third.starts_at + TimeDelta::days(1);
    world.move_visit(third.id, third.version, to, None).await.expect("it can move");
    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), 1, "nobody hears of a time that was never told");
    let start = format!("DTSTART:{}", to.format("%Y%m%dT%H%M%SZ"));
    assert!(mails[0].calendars().join("").contains(&start));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_the_old_time_confirms_nothing() {
    on_each_database(old_link).await;
}

async fn old_link(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let page = world.mails_to(MARIA)[0].link("/v/");
    let third = world.main(series, 3).await;
    let to = third.starts_at + TimeDelta::days(1);
    world.move_visit(third.id, third.version, to, None).await.expect("it can move");
    let seen = vec![("visit", format!("{}:{}", third.id, third.version))];
    assert_eq!(world.post(&format!("{page}/confirm"), &seen).await.0, 409);
    assert_eq!(world.main(series, 3).await.confirmed_at, None);
    let roles: Vec<_> =
        world.visits(series).await.into_iter().filter(|v| v.role == Some(VisitRole::Main)).collect();
    assert_eq!(roles.len(), 6, "and nothing came back to the old place");
}
