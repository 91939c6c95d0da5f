//! Many courses against an exhaustive search, repairs, and instances with something changed at random.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;

use super::check::Course;
use super::course::{PlannedCourse, PlannedVisit};
use super::document::{CurrentVisitDoc, local};
use super::generate::{Size, clinic, tiny};
use super::instance::{Instance, Role};
use super::rng::Rng;
use super::tests::{choices, steps};
use super::{Plan, PlanOptions, Restrictions, Status, alternatives, breakdown, check, plan};

fn planned(instance: &Instance, milliseconds: u64) -> Plan {
    let steps = steps();
    let mut options = PlanOptions::new(&steps);
    options.deadline = Some(Duration::from_millis(milliseconds));
    plan(instance, &options)
}

/// The least cost of two requests together: every course of the first, with everybody who could serve it, and the
/// proved best of the second around it.
fn least_of_two(instance: &Instance) -> i64 {
    let leave: Vec<i64> = (0..2).map(|q| instance.unplanned_cost(q)).collect();
    let second = |instance: &Instance| {
        let best = alternatives(instance, 1, 1, &Restrictions::default());
        best.first().map_or(leave[1], |c| c.cost.min(leave[1]))
    };
    let mut places = Vec::new();
    for role in [Role::Main, Role::AfterEach, Role::Before, Role::AfterLast] {
        places.extend((1..=instance.count(0, role)).map(|i| (role, i)));
    }
    let options: Vec<Vec<PlannedVisit>> = places.iter().map(|p| choices(instance, p.0, p.1, true)).collect();
    let floor = second(instance);
    let mut best = leave[0] + floor;
    let mut course = PlannedCourse { request: 0, cost: 0, visits: Vec::new() };
    each_course(instance, &options, &mut course, &mut best, floor, &|cost, course| {
        let mut doc = instance.document().clone();
        doc.requests[0].current = course.visits.iter().map(as_fixed).collect();
        Instance::from_document(doc).map_or(i64::MAX, |around| cost + second(&around))
    });
    best
}

fn as_fixed(visit: &PlannedVisit) -> CurrentVisitDoc {
    CurrentVisitDoc {
        role: visit.role.as_str().to_owned(),
        index: visit.index as i64,
        start: local(visit.start),
        resources: visit.resources.clone(),
        confirmed: false,
        fixed: true,
    }
}

/// Calls `total` with every course of request 0 that could still be better than `best`.
fn each_course(
    instance: &Instance,
    options: &[Vec<PlannedVisit>],
    course: &mut PlannedCourse,
    best: &mut i64,
    floor: i64,
    total: &dyn Fn(i64, &PlannedCourse) -> i64,
) {
    let cost: i64 = breakdown(instance, 0, course).iter().map(|i| i.cost).sum();
    if !course.visits.is_empty() && cost + floor >= *best {
        return;
    }
    let Some((first, rest)) = options.split_first() else {
        *best = (*best).min(total(cost, course));
        return;
    };
    for visit in first {
        course.visits.push(visit.clone());
        let mut wrong = Vec::new();
        Course::new(instance, 0, course).between(&mut wrong);
        if wrong.is_empty() {
            each_course(instance, rest, course, best, floor, total);
        }
        course.visits.pop();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn two_requests_never_cost_less_than_the_bound_nor_less_than_possible(seed in any::<u64>()) {
        let instance = Instance::from_document(tiny(seed, 2)).map_err(|e| TestCaseError::fail(e.to_string()))?;
        // Booked visits make the exhaustive search pay for what it fixes: they have tests of their own.
        prop_assume!(instance.document().requests.iter().all(|r| r.current.is_empty()));
        let plan = planned(&instance, 400);
        prop_assert_eq!(check(&instance, &plan), Vec::new(), "seed {}", seed);
        let least = least_of_two(&instance);
        prop_assert!(plan.lower_bound <= least, "seed {seed}: bound {} of {least}", plan.lower_bound);
        prop_assert!(plan.cost >= least, "seed {seed}: {} below the possible {least}", plan.cost);
        if plan.status == Status::Optimal {
            prop_assert_eq!(plan.cost, least, "seed {}", seed);
        }
    }

    #[test]
    fn an_instance_with_something_changed_is_refused_in_one_line_or_planned_right(seed in any::<u64>()) {
        let mut json = serde_json::to_value(tiny(seed, 1 + (seed % 3) as usize)).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let mut rng = Rng::new(seed);
        for _ in 0..=rng.below(3) {
            change(&mut json, &mut rng);
        }
        match Instance::parse(&json.to_string()) {
            Err(error) => prop_assert_eq!(error.to_string().lines().count(), 1, "{}", error),
            Ok(instance) => {
                let plan = planned(&instance, 30);
                prop_assert_eq!(check(&instance, &plan), Vec::new(), "seed {}: {}", seed, json);
                prop_assert!(plan.lower_bound <= plan.cost);
            }
        }
    }
}

/// Replaces, removes or doubles one value somewhere in a document.
fn change(json: &mut Value, rng: &mut Rng) {
    match json {
        Value::Object(map) if !map.is_empty() && !rng.chance(8) => {
            let key = map.keys().nth(rng.below(map.len())).cloned().unwrap_or_default();
            if rng.chance(6) {
                map.remove(&key);
            } else if let Some(inner) = map.get_mut(&key) {
                change(inner, rng);
            }
        }
        Value::Array(list) if !list.is_empty() && !rng.chance(10) => {
            let at = rng.below(list.len());
            match rng.below(12) {
                0 => drop(list.remove(at)),
                1 => list.push(list[at].clone()),
                _ => change(&mut list[at], rng),
            }
        }
        Value::Number(number) => {
            let old = number.as_i64().unwrap_or(0);
            let new = [
                0,
                1,
                -1,
                old.saturating_add(1),
                old.saturating_mul(2),
                old.saturating_sub(15),
                1440,
                1_000_000,
                i64::MAX,
            ];
            *json = Value::from(new[rng.below(new.len())]);
        }
        Value::String(text) => {
            let other =
                ["", "24:00", "00:00", "mon", "sun", "2026-11-01T01:30", "2027-03-14T02:30", "coach", "é"];
            if rng.chance(50) {
                *text = other[rng.below(other.len())].to_owned();
            } else {
                text.push('0');
            }
        }
        Value::Bool(flag) => *flag = !*flag,
        other => *other = Value::Null,
    }
}

#[test]
fn a_repair_moves_no_fixed_visit_and_costs_no_more_than_it_says() {
    for seed in 0..4 {
        let size = Size { requests: 5, clinicians: 2, weeks: 10, taken: 20 };
        let instance = Instance::from_document(clinic(size, seed)).expect("a right document");
        let booked = planned(&instance, 40);
        let mut doc = instance.document().clone();
        for course in &booked.planned {
            let current = &mut doc.requests[course.request].current;
            *current = course.visits.iter().map(as_fixed).collect();
            // The first two visits took place; some of the others are confirmed.
            for (at, visit) in current.iter_mut().enumerate() {
                visit.fixed = at < 2;
                visit.confirmed = at % 3 == 0;
            }
        }
        let first = doc.horizon.from.clone();
        let absence = super::document::Interval {
            from: format!("{first}T00:00"),
            to: format!("{}T00:00", doc.horizon.to),
        };
        doc.resources[0].busy.push(absence);
        let instance = Instance::from_document(doc).expect("a right document");
        let repair = planned(&instance, 60);
        assert_eq!(check(&instance, &repair), Vec::new(), "seed {seed}");
        for course in &repair.planned {
            for (role, index, fixed) in fixed_visits(&instance, course.request) {
                let visit = course.visit(role, index).expect("it is in the plan");
                assert_eq!(local(visit.start), fixed);
            }
        }
    }
}

fn fixed_visits(instance: &Instance, request: usize) -> Vec<(Role, usize, String)> {
    let current = instance.document().requests[request].current.iter().filter(|c| c.fixed);
    current.filter_map(|c| Some((Role::parse(&c.role)?, c.index as usize, c.start.clone()))).collect()
}

#[test]
fn a_cohort_of_equal_wishes_is_proved_where_prices_close_the_gap() {
    // Five series that want the same two doctors: requests alone bound it too low, prices meet the best plan.
    let size = Size { requests: 4, clinicians: 2, weeks: 8, taken: 10 };
    let proved = (0..6).filter(|seed| {
        let instance = Instance::from_document(clinic(size, *seed)).expect("a right document");
        let plan = planned(&instance, 6_000);
        assert!(plan.lower_bound <= plan.cost);
        plan.status == Status::Optimal
    });
    assert!(proved.count() >= 1, "no cohort was proved");
}
