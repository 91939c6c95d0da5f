//! A whole series across each clock change of the year: ten o'clock stays ten o'clock, and 48 hours stay 48 hours.

use std::collections::BTreeSet;

use chrono::{NaiveTime, Offset, TimeDelta, Timelike, Weekday};
use seriesbook::actions::plan::Wishes;
use seriesbook::domain::protocols::VisitRole;
use seriesbook::store::Store;

use super::world::{MARIA, World};
use crate::support::databases::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn six_fridays_across_november_1_2026_stay_at_ten_and_their_coaching_within_72_elapsed_hours() {
    on_each_database(autumn).await;
}

async fn autumn(store: Store) {
    across(World::open(store, "2026-09-28 09:00").await, "2026-10-09").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn six_fridays_across_march_14_2027_stay_at_ten_and_their_coaching_within_72_elapsed_hours() {
    on_each_database(spring).await;
}

async fn spring(store: Store) {
    across(World::open(store, "2027-02-08 09:00").await, "2027-02-19").await;
}

/// On Fridays the coaching falls on the Monday after, so that of one week spans the change itself.
async fn across(world: World, earliest: &str) {
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let wishes = Wishes { weekdays: vec![Weekday::Fri], ..world.wishes(earliest) };
    let course = world.plan_as(maria, &wishes).await;
    let series = world.book(maria, &course, false).await.expect("booked");
    world.pass_minutes(5).await;
    let (zone, visits) = (world.site.timezone, world.visits(series).await);
    let mut offsets = BTreeSet::new();
    let mut spans_the_change = 0;
    for number in 1..=6 {
        let (main, talk) = (world.main(series, number).await, world.talk(series, number).await);
        let (local, end) = (main.starts_at.with_timezone(&zone), main.ends_at.with_timezone(&zone));
        assert_eq!((local.hour(), local.minute()), (10, 0), "{local}");
        offsets.insert(local.offset().fix().local_minus_utc());
        let elapsed = talk.starts_at - main.ends_at;
        assert!(
            (TimeDelta::hours(48)..=TimeDelta::hours(72)).contains(&elapsed),
            "visit {number}: {elapsed}"
        );
        let talk_local = talk.starts_at.with_timezone(&zone);
        spans_the_change += i32::from(talk_local.naive_local() - end.naive_local() != elapsed);
        let hours = (NaiveTime::from_hms_opt(9, 0, 0), NaiveTime::from_hms_opt(16, 0, 0));
        assert!(Some(talk_local.time()) >= hours.0 && Some(talk_local.time()) <= hours.1, "{talk_local}");
    }
    assert_eq!((offsets.len(), spans_the_change), (2, 1), "the series really crosses the change");
    let days: Vec<_> = visits
        .iter()
        .filter(|visit| visit.role == Some(VisitRole::Main))
        .map(|visit| visit.starts_at.with_timezone(&zone).date_naive())
        .collect();
    assert!(days.windows(2).all(|pair| (pair[1] - pair[0]).num_days() == 7), "{days:?}");

    // What she reads, what her calendar gets and what the book holds are one.
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), 1);
    let (text, html, calendar) = (mails[0].text(), mails[0].html(), mails[0].calendars().join("\n"));
    assert!(text.contains("New York time"), "the zone is named");
    for visit in &visits {
        let local = visit.starts_at.with_timezone(&zone);
        let hour = if local.time() == NaiveTime::from_hms_opt(12, 0, 0).expect("noon") {
            "noon".to_owned()
        } else {
            local.format("%-I:%M %p").to_string()
        };
        let said = format!("{}, {hour}", local.format("%A, %B %-d"));
        assert!(text.contains(&said) && html.contains(&said), "{said} is not in:\n{text}");
        for (name, at) in [("DTSTART", visit.starts_at), ("DTEND", visit.ends_at)] {
            let line = format!("{name}:{}", at.format("%Y%m%dT%H%M%SZ"));
            assert!(calendar.contains(&line), "{line}");
        }
    }
    assert!(!calendar.contains("DTSTART;"), "every time is an instant");

    // Reminders before and after the change come whole days of elapsed time ahead, and say ten o'clock.
    let last = world.main(series, 6).await;
    world.pass_until(last.starts_at).await;
    let all = world.mails_to(MARIA);
    let day = last.starts_at.with_timezone(&zone).format("%A, %B %-d").to_string();
    let reminders: Vec<_> =
        all.iter().filter(|mail| mail.subject() == format!("Your visit on {day}")).collect();
    assert_eq!(reminders.len(), 3);
    assert!(reminders.iter().all(|mail| mail.text().contains(&format!("{day}, 10:00 AM"))));
}
