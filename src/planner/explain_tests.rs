//! What is said of requests that cannot be planned: each sentence pinned, and the set of rules proved smallest.

use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::alone::{alone, planned};
use super::binding::{candidates, leave_out, sets};
use super::change::apply;
use super::check::check;
use super::course::{Plan, Status};
use super::document::InstanceDoc;
use super::generate::tiny;
use super::instance::Instance;
use super::reason::Change;
use super::{Binding, Explanation, Reason, Role, explain, reach};
use crate::words::Words;
use crate::words::reasons::{reason_text, relaxation_text};

/// Windows on these weekdays.
fn on(days: &[&str], from: &str, to: &str) -> Value {
    days.iter().map(|day| json!({"weekday": day, "from": from, "to": to})).collect()
}

const WORKDAYS: [&str; 5] = ["mon", "tue", "wed", "thu", "fri"];

/// Nov 30, 2026 (a Monday) to Feb 28, 2027, every hour a start; infusions of 60 minutes, talks of 60 minutes.
fn clinic(resources: Value, request: Value) -> Instance {
    let doc = json!({
        "timezone": "America/New_York", "grid_minutes": 60,
        "horizon": {"from": "2026-11-30", "to": "2027-02-28"},
        "resources": resources,
        "services": {
            "infusion": {"phases": [
                {"name": "infusion", "offset": 0, "minutes": 60, "needs": ["clinician"]}]},
            "kap-infusion": {"phases": [
                {"name": "infusion", "offset": 0, "minutes": 120, "needs": ["clinician", "infusion_room"]},
                {"name": "recovery", "offset": 120, "minutes": 60, "needs": ["attendant", "infusion_room"]}]},
            "coaching": {"phases": [{"name": "talk", "offset": 0, "minutes": 60, "needs": ["coach"]}]}
        },
        "requests": [request],
        "continuity": [],
        "weights": {"gap_day": 40, "shift_minute": 1, "change": 60, "outside_preferred": 30, "delay_day": 5,
            "unplanned": 100000, "move": 500, "move_confirmed": 1000, "reassign": 50}
    });
    Instance::parse(&doc.to_string()).expect("a right instance")
}

fn resource(id: &str, kind: &str, hours: Value) -> Value {
    json!({"id": id, "serves": [kind], "hours": hours})
}

fn talks_after() -> Value {
    json!({"service": "coaching", "min_hours": 48, "max_hours": 72})
}

fn reasons(explanation: &Explanation) -> Vec<String> {
    explanation.reasons().map(|reason| reason_text(Words::default(), reason)).collect()
}

fn relaxations(explanation: &Explanation) -> Vec<String> {
    explanation.relaxations.iter().map(|one| relaxation_text(Words::default(), one)).collect()
}

fn is_plannable(doc: InstanceDoc) -> bool {
    let Some((instance, course)) = planned(doc) else { return false };
    let plan = Plan {
        status: Status::Feasible,
        cost: course.cost,
        lower_bound: course.cost,
        elapsed_ms: 0,
        planned: vec![course.publish(&instance, 0)],
        unplanned: Vec::new(),
    };
    assert_eq!(check(&instance, &plan), Vec::new(), "what is called plannable has a right course");
    true
}

#[test]
fn no_coach_works_after_any_thursday_infusion() {
    let people = json!([
        resource("dr-a", "clinician", on(&["thu"], "09:00", "17:00")),
        resource("sam-reed", "coach", on(&WORKDAYS, "09:00", "17:00"))
    ]);
    let request = json!({"id": "ana", "service": "infusion", "visits": 2,
        "gap_days": {"min": 6, "target": 7, "max": 8}, "after_each": talks_after()});
    let found = explain(&clinic(people, request), 0);
    assert_eq!(reasons(&found), ["No coach works 48 to 72 hours after a Thursday infusion."]);
    assert_eq!(found.bindings, [Binding::AfterEach]);
    let frees = relaxations(&found);
    assert_eq!(frees[0], "If sam reed worked Saturdays: from Thu, Dec 3, 2026.");
    assert!(frees.iter().any(|one| one.starts_with("With 24 to 96 hours to the visit after")), "{frees:?}");
}

#[test]
fn a_coach_who_works_but_is_taken_is_said_to_be_taken() {
    let mut coach = resource("sam-reed", "coach", on(&WORKDAYS, "09:00", "17:00"));
    coach["busy"] = json!([{"from": "2026-11-30T00:00", "to": "2027-03-01T00:00"}]);
    let people = json!([
        resource("dr-a", "clinician", on(&["mon"], "09:00", "12:00")),
        coach,
        resource("eve", "coach", on(&["sat"], "09:00", "17:00"))
    ]);
    let request = json!({"id": "ana", "service": "infusion", "visits": 1, "after_each": talks_after()});
    let found = explain(&clinic(people, request), 0);
    assert_eq!(reasons(&found), ["No coach is free 48 to 72 hours after a Monday infusion."]);
    let frees = relaxations(&found);
    assert!(frees.iter().any(|one| one == "If eve worked Wednesdays: from Mon, Nov 30, 2026."), "{frees:?}");
    let freed = "With sam reed free of other bookings and absences: from Mon, Nov 30, 2026.";
    assert!(frees.iter().any(|one| one == freed), "{frees:?}");
}

#[test]
fn no_room_is_long_enough_on_the_patients_mornings() {
    let people = json!([
        resource("dr-a", "clinician", on(&WORKDAYS, "08:00", "18:00")),
        resource("rn-1", "attendant", on(&WORKDAYS, "08:00", "18:00")),
        resource("room-1", "infusion_room", on(&WORKDAYS, "10:00", "18:00"))
    ]);
    let request = json!({"id": "ana", "service": "kap-infusion", "visits": 1,
        "available": on(&WORKDAYS, "08:00", "12:00")});
    let found = explain(&clinic(people, request), 0);
    let expected = "No infusion room is free for 120 + 60 minutes of kap infusion on the patient's mornings.";
    assert_eq!(reasons(&found), [expected]);
    assert_eq!(found.bindings, [Binding::Kind("infusion_room".to_owned())]);
    let frees = relaxations(&found);
    let any_time = "At any time of day on the days named: from Mon, Nov 30, 2026.";
    assert!(frees.iter().any(|one| one == any_time), "{frees:?}");
}

#[test]
fn a_last_date_names_the_visit_it_comes_before() {
    let people = json!([resource("dr-a", "clinician", on(&WORKDAYS, "09:00", "17:00"))]);
    let request = json!({"id": "ana", "service": "infusion", "visits": 6, "latest": "2026-12-24",
        "gap_days": {"min": 7, "target": 7, "max": 7}});
    let instance = clinic(people, request);
    let found = explain(&instance, 0);
    assert_eq!(reasons(&found), ["The last date allowed, Thu, Dec 24, 2026, comes before visit 5."]);
    assert_eq!(reach(&instance, 0), 4);
    let last = NaiveDate::from_ymd_opt(2027, 1, 4).expect("a date");
    let later = found.relaxations.iter().any(|one| one.change == Change::Latest { date: last });
    assert!(later, "the last date moves as little as needed: {:?}", found.relaxations);
}

#[test]
fn saturdays_free_a_patient_whose_thursdays_are_followed_by_a_weekend() {
    let people = json!([
        resource("dr-a", "clinician", on(&["thu", "sat"], "09:00", "17:00")),
        resource("sam-reed", "coach", on(&WORKDAYS, "09:00", "17:00"))
    ]);
    let request = json!({"id": "ana", "service": "infusion", "visits": 1, "after_each": talks_after(),
        "available": on(&["mon", "thu"], "09:00", "17:00")});
    let found = explain(&clinic(people, request), 0);
    let frees = relaxations(&found);
    assert_eq!(frees[0], "With Saturdays from 9:00 AM to 5:00 PM: from Sat, Dec 5, 2026.");
}

#[test]
fn where_no_single_rule_binds_every_rule_of_a_smallest_set_is_told() {
    let people = json!([
        resource("dr-a", "clinician", on(&["thu"], "09:00", "17:00")),
        resource("sam-reed", "coach", on(&WORKDAYS, "09:00", "17:00"))
    ]);
    let request = json!({"id": "ana", "service": "infusion", "visits": 2, "latest": "2026-12-07",
        "gap_days": {"min": 6, "target": 7, "max": 8}, "after_each": talks_after()});
    let found = explain(&clinic(people, request), 0);
    assert_eq!(found.bindings, [Binding::Latest, Binding::AfterEach]);
    let expected = [
        "The last date allowed, Mon, Dec 7, 2026, comes before visit 2.",
        "No coach works 48 to 72 hours after a Thursday infusion.",
    ];
    assert_eq!(reasons(&found), expected);
    let frees = relaxations(&found);
    assert!(frees.iter().any(|one| one.contains("both together")), "no single change is enough: {frees:?}");
    assert!(found.relaxations.iter().all(|one| one.also.is_some()), "{frees:?}");
}

#[test]
fn a_kind_that_nobody_serves_is_named() {
    let people = json!([resource("dr-a", "clinician", on(&WORKDAYS, "09:00", "17:00"))]);
    let request = json!({"id": "ana", "service": "kap-infusion", "visits": 1});
    let found = explain(&clinic(people, request), 0);
    assert!(matches!(found.reason, Reason::NobodyServes { role: Role::Main, .. }), "{found:?}");
    assert_eq!(found.also.len(), 1, "room and attendant: {found:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_rules_told_are_a_smallest_set_and_every_relaxation_works(seed in any::<u64>()) {
        let instance = Instance::from_document(tiny(seed, 1));
        let instance = instance.map_err(|e| TestCaseError::fail(e.to_string()))?;
        let found = explain(&instance, 0);
        let doc = alone(&instance, 0);
        if !found.bindings.is_empty() {
            let without = is_plannable(leave_out(&doc, &found.bindings));
            prop_assert!(without, "seed {}: {:?}", seed, found.bindings);
            let all = candidates(&instance, 0);
            for size in 0..found.bindings.len() {
                for places in sets(0, all.len(), size) {
                    let fewer: Vec<Binding> = places.iter().map(|&at| all[at].clone()).collect();
                    let enough = is_plannable(leave_out(&doc, &fewer));
                    prop_assert!(!enough, "seed {}: {:?}", seed, fewer);
                }
            }
        }
        for one in &found.relaxations {
            let mut changed = doc.clone();
            apply(&mut changed, &one.change);
            if let Some(also) = &one.also {
                apply(&mut changed, also);
            }
            prop_assert!(is_plannable(changed), "seed {}: {:?}", seed, one);
        }
    }
}
