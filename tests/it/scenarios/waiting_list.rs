//! Everybody who waits is planned together; chosen courses are held or booked, all of them or none.

use chrono::{Datelike, TimeDelta, Timelike, Weekday};
use seriesbook::actions::ActionError;
use seriesbook::actions::waiting_book::{ChosenCourse, NotBooked, book_chosen};
use seriesbook::actions::waiting_list::{Waiting, WaitingFound, WaitingRow, candidates, prepare};
use seriesbook::actions::wishes::keep;
use seriesbook::domain::appointments::SeriesStatus;
use seriesbook::domain::ids::{PatientId, SeriesId};
use seriesbook::domain::protocols::VisitRole;
use seriesbook::domain::wishes::KeptWishes;
use seriesbook::store::Store;
use seriesbook::store::patients::Patient;
use seriesbook::words::Words;

use crate::support::clinic::Clinic;
use crate::support::databases::{count, execute, literal, on_each_database};
use crate::support::planning::{best_of, is_planned_right};

const SERIES: &str = "SELECT COUNT(*) FROM series";

/// Three patients decided on one after the other, a day apart.
async fn three_waiting(clinic: &Clinic) -> [Patient; 3] {
    let mut waiting = Vec::new();
    for name in ["Ana Ruiz", "Bob Lee", "Cid Park"] {
        let patient = clinic.patient(name).await;
        clinic.suitable(&patient).await;
        clinic.advance(TimeDelta::days(1));
        waiting.push(patient);
    }
    waiting.try_into().expect("three")
}

async fn who_waits(clinic: &Clinic) -> Vec<PatientId> {
    let found = candidates(&mut clinic.read().await, &clinic.site).await.expect("a list");
    found.into_iter().map(|one| one.patient.id).collect()
}

/// The waiting list, its instance held against the rules.
async fn waiting(clinic: &Clinic) -> Waiting {
    let mut tx = clinic.read().await;
    let waiting = prepare(&mut tx, Words::default(), &clinic.site).await.expect("a list");
    is_planned_right(&waiting.instance().expect("an instance"));
    waiting
}

fn solve(waiting: &Waiting) -> WaitingFound {
    best_of(|pace, publish| waiting.search(pace, publish))
}

fn chosen(waiting: &Waiting, found: &WaitingFound) -> Vec<ChosenCourse> {
    let rows = waiting.rows.iter().zip(&found.rows);
    rows.map(|(one, row)| match row {
        WaitingRow::Course(course) => {
            ChosenCourse { patient: one.patient.id, protocol: one.protocol.id, visits: course.chosen() }
        }
        WaitingRow::Left { reason, .. } => panic!("{}: {reason}", one.patient.full_name),
    })
    .collect()
}

async fn book(clinic: &Clinic, chosen: &[ChosenCourse], hold: bool) -> Result<Vec<SeriesId>, NotBooked> {
    let desk = clinic.desk();
    let mut tx = clinic.write(&desk).await;
    let booked = book_chosen(&mut tx, &desk, &clinic.rules(), &clinic.site, chosen, hold).await?;
    tx.commit().await.expect("a commit");
    Ok(booked)
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_wait_are_listed_by_their_decision_and_leave_the_list_with_a_course() {
    on_each_database(listed).await;
}

async fn listed(store: Store) {
    let clinic = Clinic::open(store).await;
    let undecided = clinic.patient("Dee Fox").await;
    let [ana, bob, cid] = three_waiting(&clinic).await;
    assert_eq!(who_waits(&clinic).await, [ana.id, bob.id, cid.id]);
    assert!(!who_waits(&clinic).await.contains(&undecided.id));
    clinic.book_course(&bob).await;
    let held = clinic.hold_course(&cid).await;
    assert_eq!(who_waits(&clinic).await, [ana.id]);
    clinic.advance(TimeDelta::days(2));
    clinic.tick().await;
    let series = clinic.read().await.series(held).await.expect("an answer").expect("the series");
    assert_eq!(series.status, SeriesStatus::Cancelled);
    assert_eq!(who_waits(&clinic).await, [ana.id, cid.id], "an offer that ran out is no course");
    // A new decision waits anew.
    clinic.suitable(&ana).await;
    assert_eq!(who_waits(&clinic).await, [cid.id, ana.id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_that_ended_keep_nobody_off_a_list_that_is_cut() {
    on_each_database(cut_list).await;
}

async fn cut_list(store: Store) {
    let clinic = Clinic::open(store).await;
    let [ana, bob, cid] = three_waiting(&clinic).await;
    let id = literal(clinic.store(), ana.id.0);
    let ended = format!("UPDATE decisions SET expires_on = '2020-01-01' WHERE patient_id = {id}");
    assert_eq!(execute(clinic.store(), &ended).await, Ok(1));
    let mut tx = clinic.read().await;
    let first = tx.decisions_waiting(clinic.site.id, clinic.today(), 1).await.expect("a list");
    assert_eq!(first.iter().map(|one| one.patient_id).collect::<Vec<_>>(), [bob.id]);
    assert_eq!(tx.waiting_count(clinic.site.id, clinic.today()).await.expect("a number"), 2);
    drop(tx);
    assert_eq!(who_waits(&clinic).await, [bob.id, cid.id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_are_planned_together_with_their_kept_wishes_and_held_in_one_act() {
    on_each_database(planned_together).await;
}

async fn planned_together(store: Store) {
    let clinic = Clinic::open(store).await;
    let [ana, bob, cid] = three_waiting(&clinic).await;
    let desk = clinic.desk();
    let wished = KeptWishes {
        visits: Some(4),
        days: vec![Weekday::Wed],
        hours: Some((720, 1440)),
        hours_must: true,
        with: Some(clinic.tom),
        with_must: true,
        ..KeptWishes::default()
    };
    clinic.act(&desk, async |tx| keep(tx, &desk, &clinic.site, bob.id, wished).await).await.expect("kept");

    let waiting = waiting(&clinic).await;
    let found = solve(&waiting);
    let chosen = chosen(&waiting, &found);
    assert_eq!(chosen.iter().map(|one| one.patient).collect::<Vec<_>>(), [ana.id, bob.id, cid.id]);
    let his: Vec<_> = chosen[1].visits.iter().filter(|visit| visit.role == VisitRole::Main).collect();
    assert_eq!(his.len(), 4);
    for visit in his {
        assert_eq!((visit.start.weekday(), visit.start.hour() >= 12), (Weekday::Wed, true), "{visit:?}");
        assert!(visit.assigned.iter().any(|one| one.resource == clinic.tom), "{visit:?}");
    }

    let held = book(&clinic, &chosen, true).await.expect("all are free");
    assert_eq!(held.len(), 3);
    assert!(who_waits(&clinic).await.is_empty());
    let again = book(&clinic, &chosen, true).await.expect_err("they have courses now");
    assert_eq!(again.patient, Some(ana.id));
    assert!(matches!(again.error, ActionError::Refused("waiting-has-course")), "{:?}", again.error);
    assert_eq!(count(clinic.store(), SERIES).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_somebody_took_meanwhile_leaves_nothing_half_booked() {
    on_each_database(half_booked).await;
}

async fn half_booked(store: Store) {
    let clinic = Clinic::open(store).await;
    let [ana, bob, cid] = three_waiting(&clinic).await;
    let waiting = waiting(&clinic).await;
    let mut chosen = chosen(&waiting, &solve(&waiting));
    let taken = clinic.book_chosen(&cid, &chosen[1].visits, false).await;
    taken.expect("Bob's course suits Cid too");
    chosen.truncate(2);
    let stopped = book(&clinic, &chosen, false).await.expect_err("his times are gone");
    assert_eq!(stopped.patient, Some(bob.id), "it says whose");
    assert!(matches!(stopped.error, ActionError::Conflicts(_)), "{:?}", stopped.error);
    assert_eq!(count(clinic.store(), SERIES).await, 1, "nothing of Ana's course is booked");
    let booked = book(&clinic, &chosen[..1], false).await.expect("hers alone is free");
    assert_eq!(booked.len(), 1);
    assert_eq!(who_waits(&clinic).await, [bob.id]);
    assert_eq!(clinic.visits(booked[0]).await.first().map(|visit| visit.patient_id), Some(ana.id));
}
