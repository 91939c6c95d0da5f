//! After the course: when a patient is called back, by which message, in which order, and when not.

use chrono::TimeDelta;
use seriesbook::actions::ActionError;
use seriesbook::domain::candidacy::Outcome;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::recall::{DueState, Overrides};
use seriesbook::store::Store;

use super::world::{MARIA, TOM, World};
use crate::support::databases::{count, on_each_database};

const SUBJECT: &str = "Your next visit";

#[tokio::test(flavor = "multi_thread")]
async fn after_a_course_a_message_goes_at_five_weeks_and_another_at_three_months() {
    on_each_database(called_back).await;
}

async fn called_back(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.short_course(maria, "2026-12-01").await;
    for visit in world.visits(series).await {
        world.takes_place(visit.id).await;
        if visit.is_treatment() {
            break;
        }
    }
    assert!(world.recalled(maria).await.is_none(), "a course that runs calls nobody back");
    assert!(world.calls(maria, Stage::BoosterRecommended).await.is_empty());

    world.course_takes_place(series).await;
    let last = world.day_of(world.main(series, 4).await.starts_at);
    let one = world.recalled(maria).await.expect("the course is over");
    assert_eq!(one.last_on, last);
    assert_eq!(one.state, DueState::NotDue { from: last + TimeDelta::days(21) });
    let recommended = world.morning(last + TimeDelta::days(35));
    let calls = world.calls(maria, Stage::BoosterRecommended).await;
    assert_eq!(calls.iter().map(|one| one.due_at).collect::<Vec<_>>(), [recommended]);

    let heard = || world.mails_to(MARIA).iter().filter(|mail| mail.subject() == SUBJECT).count();
    world.clock_to(recommended - TimeDelta::minutes(1));
    world.tick().await;
    assert_eq!(heard(), 0);
    world.clock_to(recommended);
    world.tick().await;
    world.tick().await;
    assert_eq!(heard(), 1, "once, however often the worker looks");
    let overdue = world.calls(maria, Stage::BoosterOverdue).await[0].due_at;
    world.clock_to(overdue);
    world.tick().await;
    assert_eq!(heard(), 2);
    world.advance(TimeDelta::days(200));
    world.tick().await;
    assert_eq!(heard(), 2, "nobody is asked a third time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booked_booster_takes_the_place_of_the_message_and_later_ones_count_from_it() {
    on_each_database(booster_counts).await;
}

async fn booster_counts(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.short_course(maria, "2026-12-01").await;
    world.course_takes_place(series).await;
    let last = world.day_of(world.main(series, 4).await.starts_at);
    world.clock_to(world.morning(last + TimeDelta::days(22)));
    let one = world.recalled(maria).await.expect("she is on the list");
    assert_eq!(one.state, DueState::Due { since: last + TimeDelta::days(21) });

    let booster = world.booster(maria, last + TimeDelta::days(30)).await;
    let treatment = world.main(booster, 1).await;
    let one = world.recalled(maria).await.expect("she is on the list");
    assert!(one.is_booked());
    assert_eq!(one.next.map(|next| next.id), Some(treatment.id));
    let calls = world.calls(maria, Stage::BoosterRecommended).await;
    assert_eq!(calls[0].status, MessageStatus::Superseded);
    world.clock_to(treatment.starts_at - TimeDelta::hours(1));
    world.tick().await;
    assert!(world.mails_to(MARIA).iter().all(|mail| mail.subject() != SUBJECT));

    world.course_takes_place(booster).await;
    let one = world.recalled(maria).await.expect("she is on the list");
    let day = world.day_of(treatment.starts_at);
    assert_eq!((one.last.id, one.last_on), (treatment.id, day));
    assert_eq!(one.state, DueState::NotDue { from: day + TimeDelta::days(21) });
    let calls = world.calls(maria, Stage::BoosterRecommended).await;
    let waiting: Vec<_> = calls.iter().filter(|one| one.status == MessageStatus::Pending).collect();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].due_at, world.morning(day + TimeDelta::days(35)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_booster_calls_the_patient_back_again() {
    on_each_database(canceled_booster).await;
}

async fn canceled_booster(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let first = world.booster(maria, world.day_of(world.now()) + TimeDelta::days(7)).await;
    world.course_takes_place(first).await;
    let second = world.booster(maria, world.day_of(world.now()) + TimeDelta::days(30)).await;
    let status = |calls: &[seriesbook::store::messages::Message]| calls[0].status;
    assert_eq!(status(&world.calls(maria, Stage::BoosterRecommended).await), MessageStatus::Superseded);
    let treatment = world.main(second, 1).await;
    world.cancel(treatment.id, treatment.version).await.expect("it lies ahead");
    let calls = world.calls(maria, Stage::BoosterRecommended).await;
    assert_eq!((calls.len(), status(&calls)), (1, MessageStatus::Pending), "the same message stands again");
    world.restore(treatment.id).await.expect("the time is still free");
    assert_eq!(status(&world.calls(maria, Stage::BoosterRecommended).await), MessageStatus::Superseded);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_right_after_weeks_in_which_no_job_ran() {
    on_each_database(without_jobs).await;
}

async fn without_jobs(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let booster = world.booster(maria, world.day_of(world.now()) + TimeDelta::days(7)).await;
    world.course_takes_place(booster).await;
    let dates = world.recalled(maria).await.expect("she is on the list").dates;
    for (day, state) in [
        (dates.due - TimeDelta::days(1), DueState::NotDue { from: dates.due }),
        (dates.due, DueState::Due { since: dates.due }),
        (dates.recommended, DueState::Recommended { since: dates.recommended }),
        (dates.overdue, DueState::Overdue { since: dates.overdue }),
    ] {
        world.clock_to(world.morning(day));
        let one = world.recalled(maria).await.expect("she is on the list");
        assert_eq!(one.state, state, "{day}");
    }
    let sent = count(world.clinic.store(), "SELECT COUNT(*) FROM messages WHERE sent_at IS NOT NULL").await;
    assert_eq!(sent, 0, "no worker has looked");
    world.advance(TimeDelta::days(700));
    assert!(world.recalled(maria).await.is_none(), "after two years it begins with a consultation");
}

#[tokio::test(flavor = "multi_thread")]
async fn falling_scores_bring_a_patient_to_the_front_whatever_the_date() {
    on_each_database(falling_first).await;
}

async fn falling_first(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let start = world.day_of(world.now());
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let tom = world.decided_patient("Tom Hale", TOM).await;
    for (patient, days) in [(maria, 7), (tom, 21)] {
        let booster = world.booster(patient, start + TimeDelta::days(days)).await;
        world.course_takes_place(booster).await;
    }
    world.advance(TimeDelta::days(14));
    let order = |list: Vec<seriesbook::actions::recall::Recalled>| {
        list.into_iter().map(|one| (one.patient.id, one.falling)).collect::<Vec<_>>()
    };
    assert_eq!(order(world.recall_with(&[]).await), [(maria, false), (tom, false)], "who waits longest");
    assert_eq!(order(world.recall_with(&[tom]).await), [(tom, true), (maria, false)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_stopped_hears_nothing_until_recall_begins_again() {
    on_each_database(stopped).await;
}

async fn stopped(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let booster = world.booster(maria, world.day_of(world.now()) + TimeDelta::days(7)).await;
    world.course_takes_place(booster).await;
    let empty = world.stop_recall(maria, "  ").await;
    assert!(matches!(empty, Err(ActionError::Refused("recall-stop-why"))), "{empty:?}");
    world.stop_recall(maria, "Moves to another town").await.expect("stopped");
    let one = world.recalled(maria).await.expect("the list still shows why");
    assert!(one.is_stopped() && !one.may_be_called());
    for stage in [Stage::BoosterRecommended, Stage::BoosterOverdue] {
        assert_eq!(world.calls(maria, stage).await[0].status, MessageStatus::NotNeeded, "{stage}");
    }
    let invited = world.invite(maria).await;
    assert!(matches!(invited, Err(ActionError::Refused("recall-is-stopped"))), "{invited:?}");
    world.resume_recall(maria).await.expect("she stays after all");
    for stage in [Stage::BoosterRecommended, Stage::BoosterOverdue] {
        assert_eq!(world.calls(maria, stage).await[0].status, MessageStatus::Pending, "{stage}");
    }
    assert_eq!(world.audited(maria, "recall.stop").await, 1);

    // A decision against treatment stops the message on its way out.
    world.decide(maria, Outcome::NotSuitable, None).await.expect("decided anew");
    world.clock_to(world.calls(maria, Stage::BoosterRecommended).await[0].due_at);
    world.tick().await;
    assert_eq!(world.calls(maria, Stage::BoosterRecommended).await[0].status, MessageStatus::NotNeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patients_own_numbers_move_their_dates_and_their_messages() {
    on_each_database(own_numbers).await;
}

async fn own_numbers(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let booster = world.booster(maria, world.day_of(world.now()) + TimeDelta::days(7)).await;
    world.course_takes_place(booster).await;
    let last = world.recalled(maria).await.expect("she is on the list").last_on;
    let wrong = Overrides { due_days: Some(40), ..Overrides::default() };
    let refused = world.own_windows(maria, wrong).await;
    assert!(matches!(refused, Err(ActionError::Refused("recall-recommended-later"))), "{refused:?}");

    let own = Overrides { due_days: Some(14), recommended_days: Some(28), overdue_months: None };
    world.own_windows(maria, own).await.expect("sound numbers");
    let one = world.recalled(maria).await.expect("she is on the list");
    let moved = (last + TimeDelta::days(14), last + TimeDelta::days(28));
    assert_eq!((one.dates.due, one.dates.recommended), moved);
    let waiting: Vec<_> = world
        .calls(maria, Stage::BoosterRecommended)
        .await
        .into_iter()
        .filter(|one| one.status == MessageStatus::Pending)
        .map(|one| one.due_at)
        .collect();
    assert_eq!(waiting, [world.morning(last + TimeDelta::days(28))]);
    world.own_windows(maria, Overrides::default()).await.expect("back to the clinic's");
    assert_eq!(
        world.recalled(maria).await.map(|one| one.dates.recommended),
        Some(last + TimeDelta::days(35))
    );
}
