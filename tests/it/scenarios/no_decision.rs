//! Without a standing decision no treatment enters the book: not by anybody, not by any way in.

use chrono::TimeDelta;
use seriesbook::actions::ActionError;
use seriesbook::actions::Actor;
use seriesbook::actions::book::{BookVisit, book_visit};
use seriesbook::actions::series::book_held;
use seriesbook::domain::appointments::{AppointmentStatus, SeriesStatus};
use seriesbook::domain::candidacy::{CandidacyFault, Outcome};
use seriesbook::domain::gates::Unmet;
use seriesbook::domain::ids::AppointmentId;
use seriesbook::domain::services::Category;
use seriesbook::store::Store;

use super::world::{MARIA, TOM, World};
use crate::support::databases::on_each_database;

/// Whether something was refused for want of a decision.
fn undecided<T>(result: &Result<T, ActionError>, fault: CandidacyFault) -> bool {
    matches!(result, Err(ActionError::Unmet(all)) if all.contains(&Unmet::Candidacy(fault)))
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_books_a_treatment_of_an_undecided_patient_alone_or_in_a_course() {
    on_each_database(nobody_books).await;
}

async fn nobody_books(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let tom = world.add_patient("Tom Berger", Some(TOM)).await;
    let course = world.plan(maria, "2026-12-01").await;
    let service = world.service(Category::Treatment).id;
    let starts_at = world.clinic.at("2026-12-02T10:00");
    let rules = world.clinic.rules();
    let everybody = [
        (world.clinic.desk(), true),
        (world.clinic.clinician(), true),
        (world.clinic.owner(), true),
        (Actor::System, true),
        (world.clinic.coach(), false),
        (world.clinic.nurse(), false),
        (Actor::Patient { id: tom }, false),
    ];
    for (actor, may_book) in &everybody {
        let visit = BookVisit { id: AppointmentId::new(), patient: tom, service, starts_at, with: None };
        let single =
            world.act(actor, async |tx| book_visit(tx, actor, &rules, &world.site, visit).await).await;
        let whole = world.book_by(actor, tom, &course, false).await;
        let held = world.book_by(actor, tom, &course, true).await;
        if *may_book {
            assert!(undecided(&single, CandidacyFault::Undecided), "{actor:?}: {single:?}");
            assert!(undecided(&whole, CandidacyFault::Undecided), "{actor:?}: {whole:?}");
            assert!(undecided(&held, CandidacyFault::Undecided), "{actor:?}: {held:?}");
        } else {
            assert!(matches!(single, Err(ActionError::NotPermitted)), "{actor:?}: {single:?}");
            assert!(matches!(whole, Err(ActionError::NotPermitted)), "{actor:?}: {whole:?}");
            assert!(matches!(held, Err(ActionError::NotPermitted)), "{actor:?}: {held:?}");
        }
    }
    for (outcome, until) in [(Outcome::NotSuitable, None), (Outcome::Deferred, Some("2027-01-15"))] {
        world.decide(tom, outcome, until).await.expect("decided");
        let refused = world.book_visit(tom, service, starts_at).await;
        assert!(matches!(&refused, Err(ActionError::Unmet(_))), "{outcome}: {refused:?}");
        assert!(world.try_plan(tom, &world.wishes("2026-12-01")).await.is_err(), "{outcome}");
    }
    assert!(world.visits_of(tom).await.is_empty());
    world.decide(tom, Outcome::Suitable, Some("2026-12-01")).await.expect("decided");
    let late = world.book_visit(tom, service, starts_at).await;
    let last = "2026-12-01".parse().expect("a date");
    assert!(undecided(&late, CandidacyFault::Expired(last)), "the day after it expired: {late:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_treatment_is_not_moved_past_the_end_of_its_decision() {
    on_each_database(past_its_end).await;
}

async fn past_its_end(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let last = world.main(series, 6).await;
    let day = last.starts_at.with_timezone(&world.site.timezone).date_naive();
    world.decide(maria, Outcome::Suitable, Some(&day.to_string())).await.expect("until that very day");
    let to = last.starts_at + TimeDelta::days(1);
    let refused = world.move_visit(last.id, last.version, to, None).await;
    assert!(undecided(&refused, CandidacyFault::Expired(day)), "{refused:?}");
    assert!(world.move_options(last.id, to, 1).await.is_empty(), "nor is it offered");
    assert_eq!(world.main(series, 6).await.starts_at, last.starts_at);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_treatment_does_not_come_back_after_a_no() {
    on_each_database(not_restored).await;
}

async fn not_restored(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let second = world.main(series, 2).await;
    world.cancel(second.id, second.version).await.expect("canceled");
    world.decide(maria, Outcome::NotSuitable, None).await.expect("decided");
    let refused = world.restore(second.id).await;
    assert!(undecided(&refused, CandidacyFault::NotSuitable), "{refused:?}");
    assert_eq!(world.visit(second.id).await.status, AppointmentStatus::Cancelled);
    assert_eq!(world.talk(series, 2).await.status, AppointmentStatus::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_course_is_not_accepted_after_a_no_by_desk_or_patient() {
    on_each_database(not_accepted).await;
}

async fn not_accepted(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let course = world.plan(maria, "2026-12-01").await;
    let held = world.book(maria, &course, true).await.expect("held");
    world.pass_minutes(5).await;
    let page = world.mails_to(MARIA)[0].link("/v/");
    world.decide(maria, Outcome::NotSuitable, None).await.expect("decided");
    let rules = world.clinic.rules();
    for actor in [world.clinic.desk(), world.clinic.clinician(), Actor::Patient { id: maria }] {
        let refused =
            world.act(&actor, async |tx| book_held(tx, &actor, &rules, &world.site, held, None).await).await;
        assert!(undecided(&refused, CandidacyFault::NotSuitable), "{actor:?}: {refused:?}");
    }
    assert_eq!(
        world
            .post(&format!("{page}/accept"), &[("series", held.to_string()), ("version", "1".to_owned())])
            .await
            .0,
        409
    );
    assert_eq!(world.series(held).await.status, SeriesStatus::Held);
    assert!(world.visits(held).await.iter().all(|visit| visit.status == AppointmentStatus::Held));
}
