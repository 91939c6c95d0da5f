//! Where no course fits, the page says which rule binds and what would free it, in words the desk can act on.

use chrono::{NaiveDate, NaiveDateTime};
use seriesbook::actions::capacity::{choose, offered, question};
use seriesbook::actions::decide::{NewDecision, decide};
use seriesbook::actions::plan::{Planned, Wishes};
use seriesbook::actions::settings::add_absence;
use seriesbook::domain::candidacy::Outcome;
use seriesbook::domain::services::Kind;
use seriesbook::planner::{CapacityOptions, KindUse, capacity};
use seriesbook::store::Store;
use seriesbook::store::patients::Patient;

use crate::support::clinic::Clinic;
use crate::support::databases::on_each_database;

/// The reason and what frees it.
async fn impossible(clinic: &Clinic, patient: &Patient, wishes: &Wishes) -> (String, Vec<String>) {
    match clinic.plan_with(patient, wishes).await.expect("an answer") {
        Planned::Impossible { reason, frees } => (reason, frees),
        Planned::Courses(courses) => panic!("{} courses", courses.len()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_ends_too_soon_names_the_visit_it_ends_before() {
    on_each_database(ends_too_soon).await;
}

async fn ends_too_soon(store: Store) {
    let clinic = Clinic::open(store).await;
    let ana = clinic.patient("Ana Ruiz").await;
    let new = NewDecision {
        patient: ana.id,
        outcome: Outcome::Suitable,
        protocol: Some(clinic.protocol("Induction, 60 minutes").await.id),
        planned_visits: Some(6),
        expires_on: NaiveDate::from_ymd_opt(2026, 12, 24),
        note: "Until Christmas".to_owned(),
        conditions: String::new(),
    };
    let clinician = clinic.clinician();
    clinic.act(&clinician, async |tx| decide(tx, &clinician, new).await).await.expect("decided");
    let (reason, frees) = impossible(&clinic, &ana, &clinic.wishes().await).await;
    // The preparation takes Tuesday, so treatments are on Dec 2, 8 or 9, ..., the fourth by Dec 23.
    assert_eq!(reason, "Candidacy ends on Thu, Dec 24, before visit 5.");
    let longer = "With a decision that lasts longer: first treatment Wed, Dec 2.";
    assert!(frees.iter().any(|one| one == longer), "{frees:?}");
    let fewer = "With fewer treatments: first treatment Wed, Dec 2.";
    assert!(frees.iter().any(|one| one == fewer), "{frees:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wished_doctor_who_is_away_is_replaced_by_name_and_date() {
    on_each_database(doctor_away).await;
}

async fn doctor_away(store: Store) {
    let clinic = Clinic::open(store).await;
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.suitable(&ana).await;
    away(&clinic).await;
    let wishes = Wishes { must_with: Some(clinic.jane), ..clinic.wishes().await };
    let (reason, frees) = impossible(&clinic, &ana, &wishes).await;
    assert_eq!(reason, "These wishes together leave no course.");
    let tom = "With Dr. Tom Baker: first treatment Wed, Dec 2.";
    assert!(frees.iter().any(|one| one == tom), "{frees:?}");
}

/// Dr. Miller is away until the summer.
async fn away(clinic: &Clinic) {
    let owner = clinic.owner();
    let at = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").expect("a date and time");
    let (from, to) = (at("2026-11-30T00:00"), at("2027-06-30T00:00"));
    let entered = clinic
        .act(&owner, async |tx| {
            add_absence(tx, &owner, &clinic.site, clinic.jane, from, to, String::new()).await
        })
        .await;
    entered.expect("the absence is entered");
}

#[tokio::test(flavor = "multi_thread")]
async fn capacity_counts_what_is_booked_and_who_is_away() {
    on_each_database(counts).await;
}

/// The coming week of the kinds a booster needs, before and after.
async fn counts(store: Store) {
    let clinic = Clinic::open(store).await;
    let before = week(&clinic).await;
    let taken = |all: &[KindUse], kind: Kind| {
        let of_kind = all.iter().find(|one| one.kind == kind.to_string());
        of_kind.map(|one| (one.open, one.taken)).expect("a kind the booster needs")
    };
    // Two doctors and one coach, eight hours on five days.
    assert_eq!(taken(&before, Kind::Clinician), (4800, 0));
    assert_eq!(taken(&before, Kind::Coach), (2400, 0));
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.suitable(&ana).await;
    clinic.book_course(&ana).await;
    away(&clinic).await;
    let after = week(&clinic).await;
    let (_, doctors) = taken(&after, Kind::Clinician);
    assert!(doctors >= 2400, "the absence counts as taken: {doctors}");
    // Preparation, check-in and the first coaching.
    assert_eq!(taken(&after, Kind::Coach), (2400, 60 + 15 + 60));
}

async fn week(clinic: &Clinic) -> Vec<KindUse> {
    let mut tx = clinic.read().await;
    let all = offered(&mut tx, clinic.site.id).await.expect("protocols");
    assert_eq!(choose(&all, &["No such course".to_owned()]), Err("No such course".to_owned()));
    assert_eq!(choose(&all, &[]), Ok(all.clone()));
    let chosen = choose(&all, &["booster".to_owned()]).expect("the usual booster");
    let asked = question(&mut tx, &clinic.site, &chosen, 1).await.expect("the tables");
    let options = CapacityOptions { most: 1, days_of: &[], stop: &|| false };
    let mut found = capacity(&asked.base, &asked.templates[0], &options).expect("a right instance");
    assert_eq!(found.courses.len(), 1, "a booster fits into this week");
    found.weeks.remove(0).kinds
}
