//! The day of the visit: the gate at check-in, the override, and the way home.

use chrono::TimeDelta;
use seriesbook::actions::{ActionError, run_visit};
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::candidacy::{CandidacyFault, Outcome};
use seriesbook::domain::gates::Unmet;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;

use super::world::{MARIA, World};
use crate::support::databases::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn check_in_is_refused_with_every_reason_and_only_a_clinician_goes_past_it_with_one() {
    on_each_database(gate_at_check_in).await;
}

async fn gate_at_check_in(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.decide(maria, Outcome::NotSuitable, None).await.expect("decided anew");

    let early = world.check_in(&world.desk, first.id, None).await;
    let Err(ActionError::Unmet(all)) = &early else { panic!("{early:?}") };
    assert_eq!(all.len(), 3, "another day, no driver, no decision: {all:?}");
    assert!(all.contains(&Unmet::NotToday(first.starts_at)));

    world.clock_to(first.starts_at - TimeDelta::minutes(10));
    let refused = world.check_in(&world.desk, first.id, None).await;
    let expected = [Unmet::NoDriver, Unmet::Candidacy(CandidacyFault::NotSuitable)];
    assert!(matches!(&refused, Err(ActionError::Unmet(all)) if all == &expected), "{refused:?}");
    assert_eq!(world.visit(first.id).await.status, AppointmentStatus::Booked);

    let reason = "Her sister waits outside, spoken to in person";
    let desk = world.check_in(&world.desk, first.id, Some(reason)).await;
    assert!(matches!(desk, Err(ActionError::NotPermitted)), "{desk:?}");
    let short = world.check_in(&world.doctor, first.id, Some("fine")).await;
    assert!(matches!(short, Err(ActionError::Refused("appointment-reason-short"))), "{short:?}");
    let empty = world.check_in(&world.doctor, first.id, Some("   ")).await;
    assert!(matches!(empty, Err(ActionError::Unmet(_))), "{empty:?}");
    world.check_in(&world.doctor, first.id, Some(reason)).await.expect("a clinician with a reason");
    let visit = world.visit(first.id).await;
    assert_eq!(visit.status, AppointmentStatus::Arrived);
    assert!(visit.override_reason.is_some_and(|why| why.contains(reason)));
    assert!(world.worklist().await.contains(&(WorkKind::Override, Some(first.id))));
    assert_eq!(world.audited(maria, "appointment.check_in").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_driver_who_has_not_answered_does_not_open_the_gate() {
    on_each_database(unanswered_driver).await;
}

async fn unanswered_driver(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.name_driver(maria, &[first.id], "Daniel Reed", "daniel@example.org").await;
    world.clock_to(first.starts_at);
    let refused = world.check_in(&world.desk, first.id, None).await;
    let named =
        |all: &[Unmet]| matches!(all, [Unmet::DriverUnanswered { name, .. }] if name == "Daniel Reed");
    assert!(matches!(&refused, Err(ActionError::Unmet(all)) if named(all)), "{refused:?}");
    world.answer(first.id, true).await;
    world.check_in(&world.desk, first.id, None).await.expect("the gate is open");
}

#[tokio::test(flavor = "multi_thread")]
async fn from_check_in_through_recovery_to_discharge_with_the_driver_recorded() {
    on_each_database(way_home).await;
}

async fn way_home(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.name_driver(maria, &[first.id], "Daniel Reed", "daniel@example.org").await;
    world.answer(first.id, true).await;
    world.clock_to(first.starts_at);
    let id = first.id;
    world.check_in(&world.desk, id, None).await.expect("everything is there");
    let arrived = world.main(series, 1).await.arrived_at;
    world.pass_minutes(1).await;
    world.check_in(&world.desk, id, None).await.expect("a second press of the button is no fault");
    assert_eq!(world.main(series, 1).await.arrived_at, arrived, "and changes nothing");
    let skipped =
        world.act(&world.doctor, async |tx| run_visit::start_recovery(tx, &world.doctor, id).await).await;
    assert!(matches!(skipped, Err(ActionError::Changed)), "no rest before the treatment: {skipped:?}");
    world
        .act(&world.doctor, async |tx| run_visit::start_visit(tx, &world.doctor, id, None).await)
        .await
        .expect("begun");
    world.advance(TimeDelta::minutes(75));
    world
        .act(&world.doctor, async |tx| run_visit::start_recovery(tx, &world.doctor, id).await)
        .await
        .expect("rest");
    let visit = world.visit(id).await;
    assert_eq!(visit.status, AppointmentStatus::Recovering);
    let until = visit.recovery_until().expect("rest has an end");
    assert_eq!(until, world.now() + TimeDelta::minutes(45));

    let early = world.discharge(id, None).await;
    let expected = [Unmet::Recovering(until), Unmet::NoCoachCheckIn, Unmet::NoEscort];
    let Err(ActionError::Unmet(all)) = &early else { panic!("{early:?}") };
    assert!(expected.iter().all(|one| all.contains(one)) && all.len() == 3, "{all:?}");
    world
        .act(&world.coach, async |tx| run_visit::record_coach_check_in(tx, &world.coach, id, None).await)
        .await
        .expect("the coach looked in");
    world.advance(TimeDelta::minutes(45));
    let alone = world.discharge(id, None).await;
    assert!(matches!(&alone, Err(ActionError::Unmet(all)) if all == &[Unmet::NoEscort]), "{alone:?}");
    world.discharge(id, Some("Daniel Reed")).await.expect("home with her driver");
    let visit = world.visit(id).await;
    assert_eq!((visit.status, visit.escort.as_deref()), (AppointmentStatus::Fulfilled, Some("Daniel Reed")));
    assert_eq!(visit.ended_at, Some(world.now()));
}
