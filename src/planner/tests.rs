//! The planner against brute force, its checker and malformed instances.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::Duration as Span;
use proptest::prelude::*;

use super::check::Course;
use super::check_load::Loads;
use super::course::{PlannedCourse, PlannedVisit};
use super::generate::{Size, clinic, tiny};
use super::instance::{Instance, Role};
use super::{PlanOptions, Restrictions, Status, alternatives, breakdown, check, explain, plan};

/// A stopwatch that stands still: one request never needs time.
fn still() -> Duration {
    Duration::ZERO
}

/// A stopwatch that jumps a millisecond at each look, so that a deadline is so many steps.
pub(super) fn steps() -> impl Fn() -> Duration + Sync {
    let looks = std::sync::atomic::AtomicU64::new(0);
    move || Duration::from_millis(1 + looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}

/// The least cost of any course of request 0, by trying everything.
fn brute(instance: &Instance) -> Option<i64> {
    let mut places = Vec::new();
    for role in [Role::Main, Role::AfterEach, Role::Before, Role::AfterLast] {
        places.extend((1..=instance.count(0, role)).map(|i| (role, i)));
    }
    let options: Vec<Vec<PlannedVisit>> = places.iter().map(|p| choices(instance, p.0, p.1, false)).collect();
    let mut course = PlannedCourse { request: 0, cost: 0, visits: Vec::new() };
    let mut best = None;
    try_all(instance, &options, &mut course, &mut best);
    best
}

fn try_all(
    instance: &Instance,
    options: &[Vec<PlannedVisit>],
    course: &mut PlannedCourse,
    best: &mut Option<i64>,
) {
    let cost = breakdown(instance, 0, course).iter().map(|i| i.cost).sum();
    // Further visits cost 0 or more.
    if !course.visits.is_empty() && best.is_some_and(|b| cost >= b) {
        return;
    }
    let Some((first, rest)) = options.split_first() else {
        *best = Some(cost);
        return;
    };
    for visit in first {
        course.visits.push(visit.clone());
        let mut wrong = Vec::new();
        Course::new(instance, 0, course).between(&mut wrong);
        if wrong.is_empty() {
            try_all(instance, rest, course, best);
        }
        course.visits.pop();
    }
}

/// Every way to hold one visit that is right by itself, one for each start, choice of continuity resources and
/// whether it is what was booked (no cost depends on more); with `everybody`, one for each choice of resources.
pub(super) fn choices(instance: &Instance, role: Role, index: usize, everybody: bool) -> Vec<PlannedVisit> {
    let service = &instance.services[instance.service_of(0, role)];
    let make = |minute: i64, resources: BTreeMap<String, String>| PlannedVisit {
        role,
        index,
        service: service.id.clone(),
        start: instance.time.at(0) + Span::minutes(minute),
        minutes: service.minutes,
        resources,
    };
    let docs = &instance.doc.requests[0].current;
    let booked = docs.iter().find(|c| c.role == role.as_str() && c.index == index as i64);
    if let (Some(current), Some(doc)) = (instance.requests[0].fixed(role, index - 1), booked) {
        return vec![make(current.start, doc.resources.clone())];
    }
    let mut sets = vec![BTreeMap::new()];
    for need in &service.needs {
        let kind = &instance.kinds[need.kind];
        let able = instance.doc.resources.iter().filter(|r| r.serves.contains(kind));
        let able: Vec<_> = able.collect();
        let with = |set: &BTreeMap<String, String>, id: &String| {
            let mut set = set.clone();
            set.insert(kind.clone(), id.clone());
            set
        };
        sets = sets.iter().flat_map(|s| able.iter().map(move |r| with(s, &r.id))).collect();
    }
    let mut base = Loads::default();
    base.fixed_only(instance, 0);
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for minute in (0..instance.days * 1440).step_by(instance.grid as usize) {
        for set in &sets {
            let visit = make(minute, set.clone());
            let as_booked = booked.is_some_and(|b| &b.resources == set);
            let kinds: Vec<_> =
                instance.continuity.iter().map(|&k| set.get(&instance.kinds[k]).cloned()).collect();
            if !everybody && seen.contains(&(minute, kinds.clone(), as_booked)) {
                continue;
            }
            let course = PlannedCourse { request: 0, cost: 0, visits: vec![visit.clone()] };
            let mut wrong = Vec::new();
            Course::new(instance, 0, &course).visit(&visit, &mut wrong);
            let mut load = base.clone();
            load.course(instance, 0, &course);
            load.check(instance, &mut wrong);
            if wrong.is_empty() {
                seen.insert((minute, kinds, as_booked));
                out.push(visit);
            }
        }
    }
    out
}

fn compare(seed: u64) -> Result<(), TestCaseError> {
    let instance = match Instance::from_document(tiny(seed, 1)) {
        Ok(instance) => instance,
        Err(error) => return Err(TestCaseError::fail(format!("seed {seed}: {error}"))),
    };
    let plan = plan(&instance, &PlanOptions::new(&still));
    prop_assert_eq!(check(&instance, &plan), Vec::new(), "seed {}", seed);
    prop_assert_eq!(plan.status, Status::Optimal);
    prop_assert_eq!(plan.lower_bound, plan.cost);
    let leave = instance.unplanned_cost(0);
    let expected = brute(&instance).map_or(leave, |cost| cost.min(leave));
    prop_assert_eq!(plan.cost, expected, "seed {}", seed);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn one_request_costs_what_brute_force_finds(seed in any::<u64>()) {
        compare(seed)?;
    }

    #[test]
    fn small_cohorts_pass_the_checker(seed in any::<u64>(), requests in 2usize..5) {
        let instance = Instance::from_document(tiny(seed, requests)).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let steps = steps();
        let mut options = PlanOptions::new(&steps);
        options.deadline = Some(Duration::from_millis(40));
        let plan = plan(&instance, &options);
        prop_assert_eq!(check(&instance, &plan), Vec::new(), "seed {}", seed);
    }

    #[test]
    fn alternatives_ascend_and_differ(seed in any::<u64>()) {
        let instance = Instance::from_document(tiny(seed, 1)).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let list = alternatives(&instance, 0, 3, &Restrictions::default());
        prop_assert_eq!(list.first().map(|c| c.cost), brute(&instance));
        for pair in list.windows(2) {
            prop_assert!(pair[0].cost <= pair[1].cost);
            prop_assert_ne!(&pair[0].visits, &pair[1].visits);
        }
    }

    #[test]
    fn what_cannot_be_planned_is_explained(seed in any::<u64>()) {
        let instance = Instance::from_document(tiny(seed, 1)).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let explanation = explain(&instance, 0);
        prop_assert!(explanation.relaxations.len() <= 6);
    }
}

#[test]
fn whole_clinics_pass_the_checker() {
    let size = Size { requests: 6, clinicians: 2, weeks: 10, taken: 30 };
    for seed in 0..3 {
        let instance = Instance::from_document(clinic(size, seed)).expect("a right document");
        let steps = steps();
        let mut options = PlanOptions::new(&steps);
        options.deadline = Some(Duration::from_millis(30));
        let plan = plan(&instance, &options);
        assert_eq!(check(&instance, &plan), Vec::new());
    }
}

/// Changes one value of a right instance and expects this line.
fn refused(pointer: &str, value: serde_json::Value, line: &str) {
    let size = Size { requests: 2, clinicians: 1, weeks: 4, taken: 10 };
    let mut json = serde_json::to_value(clinic(size, 1)).expect("serializes");
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let parent = json.pointer_mut(parent).expect("the parent is there");
    match parent {
        serde_json::Value::Array(items) => items[key.parse::<usize>().expect("a place")] = value,
        serde_json::Value::Object(map) => drop(map.insert(key.to_owned(), value)),
        _ => panic!("no parent"),
    }
    let error = Instance::parse(&json.to_string()).expect_err(line);
    assert_eq!(error.to_string(), line);
}

#[test]
fn malformed_instances_name_the_path() {
    use serde_json::json;
    refused(
        "/requests/0/gap_days/min",
        json!(-1),
        "requests[0].gap_days.min: expected a whole number of 0 or more, found -1",
    );
    refused(
        "/requests/1/gap_days/max",
        json!(2),
        "requests[1].gap_days.max: expected at least min (6), found 2",
    );
    refused("/requests/0/color", json!("red"), "requests[0].color: unknown field");
    refused("/grid_minutes", json!(7), "grid_minutes: expected a divisor of 1440, found 7");
    refused("/grid_minutes", json!(0), "grid_minutes: expected a whole number of 1 or more, found 0");
    refused("/grid_minutes", json!(1.5), "grid_minutes: expected a whole number, found 1.5");
    refused(
        "/timezone",
        json!("Mars/Olympus"),
        "timezone: expected an IANA zone name, found \"Mars/Olympus\"",
    );
    refused(
        "/requests/0/earliest",
        json!("2026-02-30"),
        "requests[0].earliest: expected a date like 2026-12-01, found \"2026-02-30\"",
    );
    refused(
        "/requests/0/service",
        json!("massage"),
        "requests[0].service: expected the id of a service, found \"massage\"",
    );
    refused("/requests/1/id", json!("p1"), "requests[1].id: \"p1\" is listed twice");
    refused(
        "/continuity/0",
        json!("driver"),
        "continuity[0]: expected a kind that a resource serves, found \"driver\"",
    );
    refused(
        "/resources/0/hours/0/weekday",
        json!("funday"),
        "resources[0].hours[0].weekday: expected one of mon, tue, wed, thu, fri, sat, sun, found \"funday\"",
    );
    refused(
        "/services/coaching/phases/0/minutes",
        json!(0),
        "services.coaching.phases[0].minutes: expected a whole number of 1 or more, found 0",
    );
    refused(
        "/weights/change",
        json!(9_223_372_036_854_775_807i64),
        "weights.change: expected a whole number of 1000000000 or less, found 9223372036854775807",
    );
    refused(
        "/requests/0/current",
        json!([{"role": "boss", "index": 1, "start": "2026-12-01T10:00", "resources": {}}]),
        "requests[0].current[0].role: expected one of before, main, after_each, after_last, found \"boss\"",
    );
    refused(
        "/requests/0/current",
        json!([{"role": "main", "index": 9, "start": "2026-12-01T10:00", "resources": {}}]),
        "requests[0].current[0].index: expected a whole number of 2 or less, found 9",
    );
}

#[test]
fn text_that_is_not_json_is_one_line() {
    for text in ["", "{", "[]", "nul\nl", "{\"timezone\": 3}"] {
        let error = Instance::parse(text).expect_err("not an instance");
        assert_eq!(error.to_string().lines().count(), 1, "{error}");
    }
}
