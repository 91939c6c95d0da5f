//! Many at once for the same time, on both databases: never two winners, never half a course.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use seriesbook::actions::move_visit::move_visit;
use seriesbook::actions::plan::ChosenVisit;
use seriesbook::actions::series::book_held;
use seriesbook::actions::{ActionError, Actor};
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::ids::{AppointmentId, ResourceId, SeriesId};
use seriesbook::domain::protocols::VisitRole;
use seriesbook::domain::services::Kind;
use seriesbook::domain::time::visit_start;
use seriesbook::store::appointments::Appointment;
use seriesbook::store::patients::Patient;
use seriesbook::store::{Store, StoreError};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::support::clinic::Clinic;
use crate::support::databases::{count, on_each_database};

/// Runs all tasks from the same moment on.
async fn at_once<Fut>(tasks: Vec<Fut>) -> Vec<Fut::Output>
where
    Fut: Future + Send + 'static,
    Fut::Output: Send + 'static,
{
    let barrier = Arc::new(Barrier::new(tasks.len()));
    let mut running = JoinSet::new();
    for task in tasks {
        let barrier = Arc::clone(&barrier);
        running.spawn(async move {
            barrier.wait().await;
            task.await
        });
    }
    running.join_all().await
}

async fn patients(clinic: &Clinic, number: usize) -> Vec<Patient> {
    let mut all = Vec::new();
    for letter in ('A'..='Z').take(number) {
        all.push(clinic.patient(&format!("Pat {letter}son")).await);
    }
    all
}

/// One success; every other attempt was told who is in the way, none that the database was busy.
fn one_winner<T: std::fmt::Debug>(results: &[Result<T, ActionError>]) {
    let won = results.iter().filter(|result| result.is_ok()).count();
    let told =
        results.iter().filter(|result| matches!(result, Err(ActionError::Conflicts(all)) if !all.is_empty()));
    assert_eq!((won, told.count()), (1, results.len() - 1), "{results:#?}");
}

/// Rows of everything a booking writes.
async fn rows(store: &Store) -> Vec<(&'static str, i64)> {
    let mut all = Vec::new();
    for (table, sql) in [
        ("series", "SELECT COUNT(*) FROM series"),
        ("appointments", "SELECT COUNT(*) FROM appointments"),
        ("occupancy", "SELECT COUNT(*) FROM occupancy"),
        ("messages", "SELECT COUNT(*) FROM messages"),
        ("audit", "SELECT COUNT(*) FROM audit"),
    ] {
        all.push((table, count(store, sql).await));
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_24_who_book_one_slot_one_wins_and_the_others_learn_why() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store.clone()).await;
        let tasks = patients(&clinic, 24).await.into_iter().map(|patient| {
            let clinic = clinic.clone();
            async move { clinic.book(&patient, "Consultation", "2026-12-01T10:00", None).await }
        });
        one_winner(&at_once(tasks.collect()).await);
        assert_eq!(count(&store, "SELECT COUNT(*) FROM appointments").await, 1);
        assert_eq!(count(&store, "SELECT COUNT(*) FROM occupancy").await, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn overlapping_visits_of_different_length_have_one_winner() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store.clone()).await;
        let mut tasks = Vec::new();
        for (number, patient) in patients(&clinic, 18).await.into_iter().enumerate() {
            let minutes = ["60", "90", "120"][number % 3];
            clinic.suitable_for(&patient, &format!("Induction, {minutes} minutes")).await;
            let service = format!("Infusion, {minutes} minutes");
            let local = ["2026-12-01T10:00", "2026-12-01T10:15", "2026-12-01T10:30"][number / 3 % 3];
            let clinic = clinic.clone();
            tasks.push(async move { clinic.book(&patient, &service, local, Some(clinic.jane)).await });
        }
        one_winner(&at_once(tasks).await);
        assert_eq!(count(&store, "SELECT COUNT(*) FROM appointments").await, 1);
    })
    .await;
}

/// The same visit of another patient so many minutes later, with an id of its own.
fn copy_of(first: &Appointment, patient: &Patient, minutes: i64) -> Appointment {
    let id = AppointmentId::new();
    Appointment {
        id,
        patient_id: patient.id,
        starts_at: first.starts_at + TimeDelta::minutes(minutes),
        ends_at: first.ends_at + TimeDelta::minutes(minutes),
        ical_uid: format!("{id}@test"),
        ..first.clone()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_the_lines_lock_the_database_alone_refuses_an_overlap() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store.clone()).await;
        let all = patients(&clinic, 16).await;
        let id =
            clinic.book(&all[0], "Consultation", "2026-12-01T10:00", Some(clinic.jane)).await.expect("free");
        let pattern = clinic.appointment(id).await;
        // On another day, so that nothing stands there yet.
        let tasks = all.iter().enumerate().map(|(number, patient)| {
            let offset = 24 * 60 + [0, 15, 30, 45][number % 4];
            let (clinic, visit) = (clinic.clone(), copy_of(&pattern, patient, offset));
            async move {
                let mut tx = clinic.store().write(Actor::System.context(None, None), clinic.now()).await?;
                tx.insert_appointment(&visit).await?;
                tx.occupy(&visit).await?;
                tx.commit().await
            }
        });
        let results: Vec<Result<(), StoreError>> = at_once(tasks.collect()).await;
        let won = results.iter().filter(|result| result.is_ok()).count();
        assert_eq!(won, 1, "{results:#?}");
        for error in results.iter().filter_map(|result| result.as_ref().err()) {
            // PostgreSQL may end two that wait for each other as a deadlock: refused too, and safe to repeat.
            assert!(matches!(error, StoreError::Overlap | StoreError::Busy(_)), "{error:?}");
        }
        assert_eq!(count(&store, "SELECT COUNT(*) FROM appointments").await, 2);
        assert_eq!(count(&store, "SELECT COUNT(*) FROM occupancy").await, 6);
    })
    .await;
}

fn treatment(chosen: &[ChosenVisit], index: i64) -> &ChosenVisit {
    chosen.iter().find(|one| one.role == VisitRole::Main && one.index == index).expect("that treatment")
}

fn clinician_of(visit: &ChosenVisit) -> ResourceId {
    visit.assigned.iter().find(|one| one.kind == Kind::Clinician).expect("a clinician").resource
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_course_with_conflicts_at_visits_three_and_five_leaves_nothing_and_names_both() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store.clone()).await;
        let ana = clinic.patient("Ana Ruiz").await;
        clinic.suitable(&ana).await;
        let chosen = clinic.plan(&ana).await.chosen();
        assert_eq!(chosen.len(), 14);
        let mut taken: BTreeSet<DateTime<Utc>> = BTreeSet::new();
        for (index, name) in [(3, "Ben Ito"), (5, "Cleo Day")] {
            let visit = treatment(&chosen, index);
            let other = clinic.patient(name).await;
            let local = visit.start.format("%Y-%m-%dT%H:%M").to_string();
            clinic.book(&other, "Consultation", &local, Some(clinician_of(visit))).await.expect("still free");
            taken.insert(visit_start(clinic.site.timezone, visit.start).expect("an instant"));
        }
        let before = rows(&store).await;
        for hold in [false, true] {
            let refused = clinic.book_chosen(&ana, &chosen, hold).await;
            let Err(ActionError::Conflicts(conflicts)) = refused else { panic!("{refused:?}") };
            let named: BTreeSet<_> = conflicts.iter().map(|one| one.starts_at).collect();
            assert_eq!(named, taken, "{conflicts:#?}");
            assert!(conflicts.iter().all(|one| one.who.starts_with("Dr. ")), "{conflicts:#?}");
        }
        assert_eq!(rows(&store).await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_courses_that_want_the_same_times_exactly_one_is_booked_whole() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store.clone()).await;
        let all = patients(&clinic, 6).await;
        for patient in &all {
            clinic.suitable(patient).await;
        }
        let chosen = clinic.plan(&all[0]).await.chosen();
        let tasks = all.into_iter().map(|patient| {
            let (clinic, chosen) = (clinic.clone(), chosen.clone());
            async move { clinic.book_chosen(&patient, &chosen, false).await }
        });
        let results: Vec<Result<SeriesId, ActionError>> = at_once(tasks.collect()).await;
        one_winner(&results);
        let winner = results.into_iter().find_map(Result::ok).expect("a winner");
        assert_eq!(clinic.visits(winner).await.len(), 14);
        assert_eq!(count(&store, "SELECT COUNT(*) FROM appointments").await, 14);
        assert_eq!(count(&store, "SELECT COUNT(*) FROM series").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_visits_moved_into_one_gap_do_not_share_it() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let mut tasks = Vec::new();
        for (name, local) in [("Ana Ruiz", "2026-12-01T10:00"), ("Ben Ito", "2026-12-01T11:00")] {
            let patient = clinic.patient(name).await;
            let id = clinic.book(&patient, "Consultation", local, Some(clinic.jane)).await.expect("free");
            let (clinic, to) = (clinic.clone(), clinic.at("2026-12-01T14:00"));
            tasks.push(async move {
                let (desk, rules) = (clinic.desk(), clinic.rules());
                let mut tx = clinic.store().write(desk.context(None, None), clinic.now()).await?;
                let moved = move_visit(&mut tx, &desk, &rules, &clinic.site, id, 1, to, None).await?;
                tx.commit().await?;
                Ok::<usize, ActionError>(moved.len())
            });
        }
        one_winner(&at_once(tasks).await);
        let mut tx = clinic.read().await;
        let (from, to) = (clinic.at("2026-12-01T00:00"), clinic.at("2026-12-02T00:00"));
        let day = tx.appointments_between(clinic.site.id, from, to).await.expect("the day");
        let versions: BTreeSet<i64> = day.iter().map(|visit| visit.version).collect();
        assert_eq!(versions, BTreeSet::from([1, 2]), "one moved, the other stayed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_held_course_accepted_twice_is_booked_once() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store.clone()).await;
        let ana = clinic.patient("Ana Ruiz").await;
        clinic.suitable(&ana).await;
        let series = clinic.hold_course(&ana).await;
        let actors = vec![clinic.desk(), Actor::Patient { id: ana.id }, clinic.owner()];
        let tasks = actors.into_iter().map(|actor| {
            let clinic = clinic.clone();
            async move {
                let rules = clinic.rules();
                let mut tx = clinic.store().write(actor.context(None, None), clinic.now()).await?;
                book_held(&mut tx, &actor, &rules, &clinic.site, series, None).await?;
                tx.commit().await?;
                Ok::<(), ActionError>(())
            }
        });
        let results: Vec<Result<(), ActionError>> = at_once(tasks.collect()).await;
        let late = results.iter().filter(|result| matches!(result, Err(ActionError::Changed))).count();
        assert_eq!((results.iter().filter(|result| result.is_ok()).count(), late), (1, 2), "{results:?}");
        let visits = clinic.visits(series).await;
        assert!(visits.iter().all(|visit| visit.status == AppointmentStatus::Booked));
        let letters = "SELECT COUNT(*) FROM messages WHERE stage = 'series_booked'";
        assert_eq!(count(&store, letters).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forty_who_read_and_then_write_all_come_through() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let tasks = (0..40).map(|_| {
            let clinic = clinic.clone();
            async move {
                // A page was read first, as a browser does.
                let seen = clinic.store().read(clinic.now()).await?.setting("counter").await?;
                let mut tx = clinic.store().write(Actor::System.context(None, None), clinic.now()).await?;
                tx.lock_bookings(clinic.site.id).await?;
                let held = tx.setting("counter").await?.or(seen);
                let held: i64 = held.and_then(|text| text.parse().ok()).unwrap_or(0);
                tx.set_setting("counter", &(held + 1).to_string()).await?;
                tx.commit().await
            }
        });
        let results: Vec<Result<(), StoreError>> = at_once(tasks.collect()).await;
        let failed: Vec<_> = results.iter().filter(|result| result.is_err()).collect();
        assert!(failed.is_empty(), "{failed:?}");
        let end = clinic.read().await.setting("counter").await.expect("an answer");
        assert_eq!(end.as_deref(), Some("40"));
    })
    .await;
}
