//! A running course changes as a whole: shifted, skipped, longer, shorter, of another length, on pause and on again; its
//! coaching follows, its patient hears of it once.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Timelike, Utc};
use seriesbook::actions::change_series::{LineChange, Proposal, apply, propose};
use seriesbook::actions::plan::Wishes;
use seriesbook::actions::rearrange::{NewPlace, rearrange, tell};
use seriesbook::actions::{ActionError, Actor};
use seriesbook::domain::appointments::{AppointmentStatus, SeriesStatus};
use seriesbook::domain::candidacy::{CandidacyFault, Outcome};
use seriesbook::domain::drivers::DriveStatus;
use seriesbook::domain::gates::Unmet;
use seriesbook::domain::ids::{PatientId, SeriesId};
use seriesbook::domain::protocols::VisitRole;
use seriesbook::domain::series_change::{CourseFault, SeriesChange};
use seriesbook::domain::services::{Assignment, Kind};
use seriesbook::store::Store;
use seriesbook::store::appointments::Appointment;

use super::world::{FRIEND, MARIA, World};
use crate::support::databases::on_each_database;
use crate::support::web::Browser;

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").expect("a local time")
}

async fn proposed(world: &World, series: SeriesId, change: SeriesChange) -> Result<Proposal, ActionError> {
    let rules = world.clinic.rules();
    propose(&mut world.clinic.read().await, &rules, &world.site, series, &change).await
}

async fn applied(
    world: &World,
    actor: &Actor,
    series: SeriesId,
    seen: i64,
    change: SeriesChange,
) -> Result<Proposal, ActionError> {
    let rules = world.clinic.rules();
    world.act(actor, async |tx| apply(tx, actor, &rules, &world.site, series, seen, &change).await).await
}

/// Reads a change and makes it.
async fn changed(world: &World, series: SeriesId, change: SeriesChange) -> Result<Proposal, ActionError> {
    let seen = proposed(world, series, change).await?.seen;
    applied(world, &world.desk, series, seen, change).await
}

/// The visits of a role that take place, by number.
async fn living(world: &World, series: SeriesId, role: VisitRole) -> Vec<Appointment> {
    let mut visits = world.visits(series).await;
    visits.retain(|visit| visit.role == Some(role) && visit.status.occupies());
    visits.sort_by_key(|visit| visit.role_index);
    visits
}

/// Every treatment has its coaching 48 to 72 hours after its end.
async fn coaching_follows(world: &World, series: SeriesId) {
    let mains = living(world, series, VisitRole::Main).await;
    let talks = living(world, series, VisitRole::AfterEach).await;
    assert_eq!(mains.len(), talks.len());
    for (main, talk) in mains.iter().zip(&talks) {
        assert_eq!(main.role_index, talk.role_index);
        let elapsed = talk.starts_at - main.ends_at;
        assert!((TimeDelta::hours(48)..=TimeDelta::hours(72)).contains(&elapsed), "{elapsed}");
    }
}

async fn days_after_last(world: &World, series: SeriesId) -> i64 {
    let date = |at: DateTime<Utc>| at.with_timezone(&world.site.timezone).date_naive();
    let (mains, review) =
        (living(world, series, VisitRole::Main).await, living(world, series, VisitRole::AfterLast).await);
    (date(review[0].starts_at) - date(mains.last().expect("a treatment").starts_at)).num_days()
}

async fn maria_with(world: &World, treatments: i64) -> (PatientId, SeriesId) {
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let wishes = Wishes { visits: treatments, ..world.wishes("2026-12-01") };
    let course = world.plan_as(maria, &wishes).await;
    let series = world.book(maria, &course, false).await.expect("the planned course is free");
    world.pass_minutes(5).await;
    (maria, series)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_treatment_moves_and_the_rest_shifts_by_as_many_days_with_one_message_and_drivers_asked_again() {
    on_each_database(the_rest_shifts).await;
}

async fn the_rest_shifts(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, series) = maria_with(&world, 6).await;
    let before = living(&world, series, VisitRole::Main).await;
    let last = before[5].id;
    world.name_driver(maria, &[last], "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    world.answer(last, true).await;
    let told = (world.mails_to(MARIA).len(), world.mails_to(FRIEND).len());

    let change = SeriesChange::MoveAndShift { visit: 3, to: local("2026-12-23T10:00") };
    let proposal = changed(&world, series, change).await.expect("Wednesdays are free");
    let after = living(&world, series, VisitRole::Main).await;
    let moved: Vec<i64> =
        before.iter().zip(&after).map(|(a, b)| (b.starts_at - a.starts_at).num_days()).collect();
    assert_eq!(moved, [0, 0, 1, 1, 1, 1]);
    assert_eq!(after[2].version, before[2].version + 1);
    assert_eq!(after[0].version, before[0].version);
    coaching_follows(&world, series).await;
    assert!((7..=14).contains(&days_after_last(&world, series).await));
    for line in proposal.lines.iter().filter(|line| line.role == VisitRole::Main) {
        assert_eq!(line.what == LineChange::Moved, line.index >= 3, "{line:?}");
    }
    assert_eq!(world.series(series).await.total_cents, proposal.now.total_cents);
    assert_eq!(world.drive(last).await.map(|drive| drive.status), Some(DriveStatus::Asked));
    assert_eq!(world.audited(maria, "series.change").await, 1);

    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    assert_eq!((mails.len(), world.mails_to(FRIEND).len()), (told.0 + 1, told.1 + 1), "one message each");
    let mail = mails.last().expect("a mail");
    assert!(mail.subject().starts_with("New time"), "{}", mail.subject());
    assert!(mail.calendars().len() >= 8, "each treatment and its coaching: {}", mail.calendars().len());
    assert!(mail.text().contains("We ask your driver again."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_change_before_the_first_was_told_is_told_once_against_the_time_she_knows() {
    on_each_database(told_once).await;
}

async fn told_once(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (_, series) = maria_with(&world, 6).await;
    let told = world.mails_to(MARIA).len();
    let shift = |to| SeriesChange::MoveAndShift { visit: 3, to: local(to) };
    changed(&world, series, shift("2026-12-23T10:00")).await.expect("it can shift");
    changed(&world, series, SeriesChange::MoveOne { visit: 4, to: local("2026-12-29T10:00") })
        .await
        .expect("the fourth can go back");
    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), told + 1);
    let text = mails.last().expect("a mail").text();
    assert!(text.contains("Wednesday, December 23, 10:00 AM"), "{text}");
    assert!(text.contains("It was on Tuesday, December 22, 10:00 AM."), "{text}");
    assert!(!text.contains("December 29"), "the fourth is where she knows it: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_is_skipped_and_the_visit_after_it_can_still_be_moved() {
    on_each_database(skipped).await;
}

async fn skipped(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (_, series) = maria_with(&world, 6).await;
    let third = world.main(series, 3).await;
    changed(&world, series, SeriesChange::SkipWeek { visit: 3 }).await.expect("a week can be skipped");
    assert_eq!(world.series(series).await.breaks, [3]);
    let later = world.main(series, 3).await;
    assert_eq!(later.starts_at, third.starts_at + TimeDelta::days(7));
    coaching_follows(&world, series).await;
    world
        .move_visit(later.id, later.version, later.starts_at + TimeDelta::days(1), None)
        .await
        .expect("the longer gap was agreed");
    let far = world.main(series, 3).await;
    let refused = world.move_visit(far.id, far.version, far.starts_at + TimeDelta::days(2), None).await;
    let Err(ActionError::Unmet(unmet)) = &refused else { panic!("{refused:?}") };
    let gaps: Vec<(i64, i64)> = unmet
        .iter()
        .filter_map(|one| if let Unmet::Gap { days, max, .. } = one { Some((*days, *max)) } else { None })
        .collect();
    assert_eq!(gaps, [(17, 15), (4, 8)], "neither the agreed gap grows nor the next one shrinks");
}

#[tokio::test(flavor = "multi_thread")]
async fn across_a_canceled_treatment_the_next_one_keeps_the_shortest_gap() {
    on_each_database(around_a_canceled_one).await;
}

async fn around_a_canceled_one(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (_, series) = maria_with(&world, 6).await;
    let (second, third, fourth) =
        (world.main(series, 2).await, world.main(series, 3).await, world.main(series, 4).await);
    world.cancel(third.id, third.version).await.expect("it lies ahead");
    let soon = second.starts_at + TimeDelta::days(1);
    let refused = world.move_visit(fourth.id, fourth.version, soon, None).await;
    let Err(ActionError::Unmet(unmet)) = &refused else { panic!("{refused:?}") };
    assert!(unmet.iter().any(|one| matches!(one, Unmet::Gap { days: 1, min: 6, .. })), "{unmet:?}");
    let later = fourth.starts_at + TimeDelta::days(1);
    world
        .move_visit(fourth.id, fourth.version, later, None)
        .await
        .expect("fifteen days after the second are not too long: one between them was canceled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shortened_course_counts_its_treatments_and_not_their_numbers() {
    on_each_database(counted).await;
}

async fn counted(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (_, series) = maria_with(&world, 6).await;
    let second = world.main(series, 2).await;
    world.cancel(second.id, second.version).await.expect("it lies ahead");
    world.clock_to(world.main(series, 3).await.ends_at + TimeDelta::hours(1));
    world.pass_minutes(1).await;
    changed(&world, series, SeriesChange::Shorten { visits: 4 }).await.expect("four are allowed");
    let mains = living(&world, series, VisitRole::Main).await;
    let numbers: Vec<Option<i64>> = mains.iter().map(|one| one.role_index).collect();
    assert_eq!(numbers, [Some(1), Some(3), Some(4), Some(5)]);
    assert_eq!(world.series(series).await.visits, 4);

    let (fifth, sixth) = (world.main(series, 5).await, world.main(series, 6).await);
    world.pass_minutes(1).await;
    world.cancel(fifth.id, fifth.version).await.expect("it lies ahead");
    world.restore(fifth.id).await.expect("the fifth number is one of the four treatments");
    let gone = world.restore(sixth.id).await;
    assert!(matches!(gone, Err(ActionError::Refused("series-change-restore-gone"))), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_canceled_before_the_pause_does_not_come_back_with_the_course() {
    on_each_database(no_review_again).await;
}

async fn no_review_again(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (_, series) = maria_with(&world, 6).await;
    let review = living(&world, series, VisitRole::AfterLast).await.remove(0);
    world.cancel(review.id, review.version).await.expect("it lies ahead");
    world.pass_minutes(5).await;
    changed(&world, series, SeriesChange::Pause).await.expect("it can pause");
    world.pass_minutes(5).await;
    let resume = SeriesChange::Resume { at: local("2026-12-15T10:00") };
    changed(&world, series, resume).await.expect("December is free");
    assert_eq!(living(&world, series, VisitRole::Main).await.len(), 6);
    assert_eq!(living(&world, series, VisitRole::Before).await.len(), 1, "the pause took it out");
    assert!(living(&world, series, VisitRole::AfterLast).await.is_empty(), "nobody has it booked");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clinician_extends_a_course_within_the_plan_and_the_patient_is_told_once() {
    on_each_database(extended).await;
}

async fn extended(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, series) = maria_with(&world, 5).await;
    let (told, before) = (world.mails_to(MARIA).len(), world.series(series).await);
    let fifth = world.main(series, 5).await;
    let change = SeriesChange::Extend { visits: 6 };
    let seen = proposed(&world, series, change).await.expect("an answer").seen;
    applied(&world, &world.doctor, series, seen, change).await.expect("six are allowed");

    let sixth = world.main(series, 6).await;
    assert_eq!(sixth.starts_at, fifth.starts_at + TimeDelta::days(7));
    assert_eq!(sixth.resource_for(Kind::Clinician), fifth.resource_for(Kind::Clinician));
    coaching_follows(&world, series).await;
    assert!((7..=14).contains(&days_after_last(&world, series).await), "the review went on");
    let after = world.series(series).await;
    assert_eq!((after.visits, after.version), (6, before.version + 1));
    assert_eq!(after.total_cents, before.total_cents + 55_000 + 15_000);

    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), told + 1, "one message for all of it");
    let mail = mails.last().expect("a mail");
    assert_eq!(mail.subject(), "Your plan has changed");
    let [calendar]: [String; 1] = mail.calendars().try_into().expect("one calendar");
    assert!(calendar.contains("METHOD:PUBLISH") && calendar.contains(&sixth.ical_uid), "{calendar}");
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 6 + 6 + 2);
    assert_eq!(world.get(&mail.link("/v/")).await.0, 200);
    assert!(!world.messages_about(maria, sixth.id).await.is_empty(), "it is reminded of");

    let refused = changed(&world, series, SeriesChange::Extend { visits: 7 }).await;
    let number = Unmet::Course(CourseFault::Number { visits: 7, min: 4, max: 6 });
    assert!(matches!(&refused, Err(ActionError::Unmet(unmet)) if unmet.contains(&number)), "{refused:?}");
    let by_nurse =
        applied(&world, &world.clinic.nurse(), series, 0, SeriesChange::Shorten { visits: 5 }).await;
    assert!(matches!(by_nurse, Err(ActionError::NotPermitted)), "{by_nurse:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_is_shortened_from_its_end_and_what_went_does_not_come_back_alone() {
    on_each_database(shortened).await;
}

async fn shortened(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, series) = maria_with(&world, 6).await;
    let (sixth, talk) = (world.main(series, 6).await, world.talk(series, 6).await);
    world.name_driver(maria, &[sixth.id], "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    let (told, before) = (world.mails_to(MARIA).len(), world.series(series).await);
    let change = SeriesChange::Shorten { visits: 4 };
    let seen = proposed(&world, series, change).await.expect("an answer").seen;
    let second_tab =
        proposed(&world, series, SeriesChange::SkipWeek { visit: 2 }).await.expect("an answer").seen;
    applied(&world, &world.desk, series, seen, change).await.expect("four are allowed");
    let late = applied(&world, &world.desk, series, second_tab, SeriesChange::SkipWeek { visit: 2 }).await;
    assert!(matches!(late, Err(ActionError::Changed)), "the other tab was read before: {late:?}");

    assert_eq!(living(&world, series, VisitRole::Main).await.len(), 4);
    coaching_follows(&world, series).await;
    assert!((7..=14).contains(&days_after_last(&world, series).await), "the review came nearer");
    let after = world.series(series).await;
    assert_eq!((after.visits, after.total_cents), (4, before.total_cents - 2 * 70_000));
    assert!(world.drive(sixth.id).await.is_none(), "nobody drives to what is off");
    for gone in [&sixth, &talk] {
        assert_eq!(world.visit(gone.id).await.status, AppointmentStatus::Cancelled);
        let alone = world.restore(gone.id).await;
        assert!(matches!(alone, Err(ActionError::Refused("series-change-restore-gone"))), "{alone:?}");
    }
    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), told + 1, "one message for all of it");
    let calendar = mails.last().expect("a mail").calendars().join("\n");
    assert_eq!(calendar.matches("STATUS:CANCELLED").count(), 4, "{calendar}");
    let event =
        calendar.split("BEGIN:VEVENT").find(|event| event.contains(&sixth.ical_uid)).expect("the sixth");
    assert!(event.contains("STATUS:CANCELLED") && event.contains("SEQUENCE:1\n"), "{event}");
    assert!(world.mails_to(FRIEND).last().expect("a mail").calendars().join("").contains("METHOD:CANCEL"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_cannot_hold_is_refused_with_every_reason_and_changes_nothing() {
    on_each_database(refused_whole).await;
}

async fn refused_whole(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (_, series) = maria_with(&world, 6).await;
    let before: Vec<_> = world.visits(series).await.iter().map(|v| (v.id, v.starts_at, v.version)).collect();
    // Thursday: nine days after the second, five before the fourth, no coach on the weekend, and both doctors are away.
    let thursday = world.clinic.at("2026-12-24T10:00");
    world.everybody_is_away(thursday, thursday + TimeDelta::hours(2)).await;
    let change = SeriesChange::MoveOne { visit: 3, to: local("2026-12-24T10:00") };
    let read = proposed(&world, series, change).await.expect("it is shown all the same");
    assert!(read.is_refused());
    let refused = changed(&world, series, change).await;
    let Err(ActionError::InTheWay { unmet, conflicts }) = &refused else { panic!("{refused:?}") };
    let gaps: Vec<i64> = unmet
        .iter()
        .filter_map(|one| if let Unmet::Gap { days, .. } = one { Some(*days) } else { None })
        .collect();
    assert_eq!(gaps, [9, 5]);
    assert!(unmet.iter().any(|one| matches!(one, Unmet::NothingFree { .. })), "{unmet:?}");
    assert!(conflicts.len() >= 2, "both doctors are named: {conflicts:?}");
    let after: Vec<_> = world.visits(series).await.iter().map(|v| (v.id, v.starts_at, v.version)).collect();
    assert_eq!(after, before);
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), 1, "only the course's own message");
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_treatment_on_the_course_has_another_length_at_the_price_of_that_length() {
    on_each_database(other_length).await;
}

async fn other_length(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (_, series) = maria_with(&world, 6).await;
    let (told, before) = (world.mails_to(MARIA).len(), world.series(series).await);
    let longer = world.clinic.protocol("Induction, 90 minutes").await;
    let change = SeriesChange::ChangeLength { from: 3, protocol: longer.id };
    changed(&world, series, change).await.expect("ninety minutes are free");
    let mains = living(&world, series, VisitRole::Main).await;
    let minutes: Vec<i64> = mains.iter().map(|one| (one.ends_at - one.starts_at).num_minutes()).collect();
    assert_eq!(minutes, [120, 120, 150, 150, 150, 150]);
    coaching_follows(&world, series).await;
    let after = world.series(series).await;
    assert_eq!((after.protocol_id, after.total_cents), (longer.id, before.total_cents + 4 * 10_000));
    assert!(mains[2..].iter().all(|one| one.service_id == longer.service && one.price_cents == 65_000));
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), told + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_goes_on_pause_and_resumes_with_what_was_left_while_the_decision_stands() {
    on_each_database(paused_and_resumed).await;
}

async fn paused_and_resumed(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, series) = maria_with(&world, 6).await;
    let (second, third) = (world.main(series, 2).await, world.main(series, 3).await);
    world.clock_to(second.ends_at + TimeDelta::hours(1));
    world.pass_minutes(1).await;
    let (told, before) = (world.mails_to(MARIA).len(), world.series(series).await);
    changed(&world, series, SeriesChange::Pause).await.expect("it can pause");
    let paused = world.series(series).await;
    assert_eq!((paused.status, paused.paused_at.is_some()), (SeriesStatus::Active, true));
    assert_eq!((paused.visits, paused.total_cents), (6, before.total_cents));
    let ahead: Vec<_> =
        world.visits(series).await.into_iter().filter(|one| one.starts_at > world.now()).collect();
    let kept: Vec<_> = ahead.iter().filter(|one| one.status.occupies()).collect();
    assert_eq!(kept.len(), 1, "the coaching of the second stays");
    assert_eq!((kept[0].role, kept[0].role_index), (Some(VisitRole::AfterEach), Some(2)));
    let alone = world.restore(third.id).await;
    assert!(matches!(alone, Err(ActionError::Refused("series-change-restore-paused"))), "{alone:?}");
    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), told + 1);
    let mail = mails.last().expect("a mail");
    assert_eq!(mail.subject(), "Your visits are on pause");
    assert!(mail.text().contains("We will call you."));
    assert_eq!(mail.calendars().join("").matches("STATUS:CANCELLED").count(), 4 + 4 + 1);

    let resume = SeriesChange::Resume { at: local("2027-01-19T10:00") };
    world.decide(maria, Outcome::Suitable, Some("2027-01-31")).await.expect("a shorter decision");
    let refused = changed(&world, series, resume).await;
    let ended = |one: &Unmet| matches!(one, Unmet::Candidacy(CandidacyFault::Expired(_)));
    assert!(matches!(&refused, Err(ActionError::Unmet(all)) if all.iter().any(ended)), "{refused:?}");
    world.decide(maria, Outcome::Suitable, Some("2027-06-30")).await.expect("a longer decision");
    changed(&world, series, resume).await.expect("January is free");
    let mains = living(&world, series, VisitRole::Main).await;
    let zone = world.site.timezone;
    let day = |one: &Appointment| one.starts_at.with_timezone(&zone).format("%m-%d %H:%M").to_string();
    let days: Vec<String> = mains.iter().map(day).collect();
    let expected = ["12-08 10:00", "12-15 10:00", "01-19 10:00", "01-26 10:00", "02-02 10:00", "02-09 10:00"];
    assert_eq!(days, expected);
    coaching_follows(&world, series).await;
    assert!((7..=14).contains(&days_after_last(&world, series).await));
    let resumed = world.series(series).await;
    assert_eq!((resumed.paused_at, resumed.visits, resumed.total_cents), (None, 6, before.total_cents));
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).last().expect("a mail").subject(), "Your plan has changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_skipped_week_across_the_clock_change_stays_at_ten() {
    on_each_database(across_the_change).await;
}

async fn across_the_change(store: Store) {
    let world = World::open(store, "2026-09-28 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-10-06").await;
    let third = world.main(series, 3).await;
    changed(&world, series, SeriesChange::SkipWeek { visit: 3 }).await.expect("a week can be skipped");
    let later = world.main(series, 3).await;
    assert_eq!(later.starts_at - third.starts_at, TimeDelta::hours(7 * 24 + 1), "the clocks went back");
    for main in living(&world, series, VisitRole::Main).await {
        let local = main.starts_at.with_timezone(&world.site.timezone);
        assert_eq!((local.hour(), local.minute()), (10, 0), "{local}");
    }
    coaching_follows(&world, series).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_people_at_the_same_time_leave_links_and_confirmations_valid_and_tell_nobody() {
    on_each_database(reassigned).await;
}

async fn reassigned(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (_, series) = maria_with(&world, 6).await;
    let (first, second) = (world.main(series, 1).await, world.main(series, 2).await);
    let told = world.mails_to(MARIA).len();
    let other = |visit: &Appointment| -> Vec<Assignment> {
        let now = visit.resource_for(Kind::Clinician);
        let new = if now == Some(world.clinic.jane) { world.clinic.tom } else { world.clinic.jane };
        let swap = |one: &Assignment| Assignment {
            resource: if one.kind == Kind::Clinician { new } else { one.resource },
            ..*one
        };
        visit.assigned.iter().map(swap).collect()
    };
    let place = |visit: &Appointment, version| NewPlace {
        appointment: visit.id,
        version,
        starts_at: visit.starts_at,
        assigned: other(visit),
        service: None,
    };
    let rules = world.clinic.rules();
    let places = [place(&first, first.version), place(&second, second.version)];
    let done = world
        .act(&world.desk, async |tx| {
            let done = rearrange(tx, &rules, &world.site, &places).await?;
            tell(tx, &rules, &world.site, &done).await?;
            Ok(done)
        })
        .await
        .expect("the other doctor is free");
    assert!(done.iter().all(|one| !one.time_changed));
    let now = world.main(series, 1).await;
    assert_eq!((now.version, now.starts_at), (first.version, first.starts_at));
    assert_ne!(now.resource_for(Kind::Clinician), first.resource_for(Kind::Clinician));
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), told, "nobody is told");

    let stale = [place(&first, first.version + 1)];
    let refused =
        world.act(&world.desk, async |tx| rearrange(tx, &rules, &world.site, &stale).await.map(|_| ())).await;
    assert!(matches!(refused, Err(ActionError::Changed)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_now_and_after_then_makes_the_change_and_offers_to_resume() {
    on_each_database(on_the_page).await;
}

async fn on_the_page(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, series) = maria_with(&world, 6).await;
    let mut browser = Browser::of(&world.clinic);
    browser.sign_in("desk@harbor.test").await;
    let path = format!("/series/{series}/change");
    browser.get(&format!("/series/{series}")).await.ok().holds(&path);
    browser.get(&path).await.ok().says("What should change?");
    let wrong = browser.get(&format!("{path}?change=move&date=2026-12-16")).await;
    wrong.is(axum::http::StatusCode::UNPROCESSABLE_ENTITY).says("Choose a treatment").holds("2026-12-16");
    let refused = browser.get(&format!("{path}?change=number&visits=9")).await;
    refused.ok().says("9 treatments in all; this plan asks for 4 to 6.");
    let page = browser.get(&format!("{path}?change=pause")).await;
    page.ok().says("Goes").says("Total price after");
    let version = page.hidden("version").expect("the mark of what was read");
    let stale = browser.post(&path, &[("change", "pause"), ("version", "1")]).await;
    stale.is(axum::http::StatusCode::CONFLICT).says("Something changed while you were reading.");
    let done = browser.post(&path, &[("change", "pause"), ("version", version.as_str())]).await;
    done.goes_to(&format!("/series/{series}"));
    let course = browser.get(&format!("/series/{series}")).await;
    course.ok().says("On pause since").says("Resume the course").says("Your visits are on pause.");
    browser.get(&format!("/patients/{maria}")).await.ok().says("On pause since").holds("change=resume");
    browser.get(&format!("{path}?change=resume")).await.ok().says("Resume the course");
}
