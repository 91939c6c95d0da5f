//! Capacity on clinics small enough to count by hand; every series inserted passes the checker together with the others.

use chrono::Weekday;
use serde_json::{Value, json};

use super::capacity::{Capacity, CapacityOptions, capacity};
use super::check::check;
use super::course::{Plan, PlannedCourse, Status};
use super::document::{InstanceDoc, RequestDoc};
use super::instance::Instance;

const WORKDAYS: [&str; 5] = ["mon", "tue", "wed", "thu", "fri"];

fn on(days: &[&str], from: &str, to: &str) -> Value {
    days.iter().map(|day| json!({"weekday": day, "from": from, "to": to})).collect()
}

/// Nov 30 to Dec 13, 2026, two weeks from a Monday; single visits of 60 minutes.
fn clinic(resources: Value, needs: &[&str], request: Value) -> InstanceDoc {
    let doc = json!({
        "timezone": "America/New_York", "grid_minutes": 60,
        "horizon": {"from": "2026-11-30", "to": "2026-12-13"},
        "resources": resources,
        "services": {
            "infusion": {"phases": [{"name": "infusion", "offset": 0, "minutes": 60, "needs": needs}]},
            "coaching": {"phases": [{"name": "talk", "offset": 0, "minutes": 60, "needs": ["coach"]}]}
        },
        "requests": [request],
        "continuity": [],
        "weights": {"gap_day": 40, "shift_minute": 1, "change": 60, "outside_preferred": 30, "delay_day": 5,
            "unplanned": 100000, "move": 500, "move_confirmed": 1000, "reassign": 50}
    });
    Instance::parse(&doc.to_string()).expect("a right instance").document().clone()
}

fn counted(doc: &InstanceDoc, most: usize) -> Capacity {
    let days_of = ["coach".to_owned()];
    let options = CapacityOptions { most, days_of: &days_of, stop: &|| false };
    let found = capacity(doc, &doc.requests[0], &options).expect("a right instance");
    is_sound(doc, &found);
    found
}

/// All series together, each as a request of its own, are a plan without fault.
fn is_sound(doc: &InstanceDoc, found: &Capacity) {
    let mut doc = doc.clone();
    let template = doc.requests.remove(0);
    let series = |n| RequestDoc { id: format!("series {n}"), ..template.clone() };
    doc.requests = (0..found.courses.len()).map(series).collect();
    let instance = Instance::from_document(doc).expect("a right instance");
    let cost: i64 = found.courses.iter().map(|course| course.cost).sum();
    let plan = Plan {
        status: Status::Feasible,
        cost,
        lower_bound: cost,
        elapsed_ms: 0,
        planned: found.courses.clone(),
        unplanned: Vec::new(),
    };
    assert_eq!(check(&instance, &plan), Vec::new());
}

/// Four infusions a day from 9 to 1; the coach talks on Wednesdays from 1 to 4 only, 48 hours after Mondays.
fn one_coach_day() -> InstanceDoc {
    let resources = json!([
        {"id": "dr-a", "serves": ["clinician"], "hours": on(&WORKDAYS, "09:00", "13:00")},
        {"id": "sam-reed", "serves": ["coach"], "hours": on(&["wed"], "13:00", "16:00")}
    ]);
    let request = json!({"id": "induction", "service": "infusion", "visits": 1,
        "after_each": {"service": "coaching", "min_hours": 48, "max_hours": 72}});
    clinic(resources, &["clinician"], request)
}

#[test]
fn the_coachs_one_day_binds_and_one_more_day_doubles_it() {
    let found = counted(&one_coach_day(), 60);
    // Three talks on each of two Wednesdays.
    assert_eq!(found.courses.len(), 6);
    assert!(!found.limit_reached);
    assert_eq!(found.reason, None);
    let starts: Vec<String> = found.starts().iter().map(ToString::to_string).collect();
    let (first, second) = ("2026-11-30", "2026-12-07");
    assert_eq!(starts, [first, first, first, second, second, second]);
    // A second coach on Wednesdays is held back by the four infusions of a Monday: eight in all.
    let gains: Vec<(&str, usize)> = found.one_more.iter().map(|g| (g.kind.as_str(), g.adds)).collect();
    assert_eq!(gains, [("clinician", 0), ("coach", 2)]);
    assert_eq!(found.binding.as_deref(), Some("coach"));
    // Thursdays follow Tuesdays: three more a week.
    let day = &found.one_more_day[0];
    assert_eq!((day.resource.as_str(), day.weekday, day.adds), ("sam-reed", Weekday::Thu, 6));
    assert_eq!(found.one_more_day.len(), 1, "asked for and binding is one kind");
}

#[test]
fn weeks_say_what_is_open_and_taken_of_each_kind() {
    let found = counted(&one_coach_day(), 60);
    assert_eq!(found.weeks.len(), 2);
    let week = &found.weeks[0];
    assert_eq!(week.from.to_string(), "2026-11-30");
    assert_eq!(week.to.to_string(), "2026-12-06");
    let [clinician, coach] = week.kinds.as_slice() else { panic!("two kinds: {week:?}") };
    assert_eq!((clinician.open, clinician.taken, clinician.taken_with), (5 * 240, 0, 180));
    assert_eq!((coach.open, coach.taken, coach.taken_with), (180, 0, 180));
    assert_eq!(coach.percent(), Some((0, 100)));
    assert_eq!(clinician.percent(), Some((0, 15)));
}

/// Two doctors, one room, both from 9 to noon on one Monday of two weeks (the other one is a holiday).
fn one_room(booked: Value) -> InstanceDoc {
    let holiday = json!({"from": "2026-12-07T00:00", "to": "2026-12-08T00:00"});
    let mornings = on(&["mon"], "09:00", "12:00");
    let resources = json!([
        {"id": "drs", "serves": ["clinician"], "capacity": 2, "hours": mornings, "busy": [holiday, holiday]},
        {"id": "room-1", "serves": ["room"], "hours": mornings, "busy": [holiday]}
    ]);
    let request = json!({"id": "booster", "service": "infusion", "visits": 1, "current": booked});
    clinic(resources, &["clinician", "room"], request)
}

#[test]
fn the_only_room_binds_and_one_more_room_doubles_it() {
    let found = counted(&one_room(json!([])), 60);
    assert_eq!(found.courses.len(), 3);
    let gains: Vec<(&str, usize)> = found.one_more.iter().map(|g| (g.kind.as_str(), g.adds)).collect();
    // The new room is open on the second Monday too, but no doctor is there.
    assert_eq!(gains, [("clinician", 0), ("room", 3)]);
    assert_eq!(found.binding.as_deref(), Some("room"));
}

#[test]
fn what_is_booked_takes_its_place_before_anything_is_counted() {
    let doc = one_room(json!([{"role": "main", "index": 1, "start": "2026-11-30T10:00",
        "resources": {"clinician": "drs", "room": "room-1"}, "confirmed": false, "fixed": false}]));
    let options = CapacityOptions { most: 60, days_of: &[], stop: &|| false };
    let found = capacity(&doc, &doc.requests[0], &options).expect("a right instance");
    let start = |course: &PlannedCourse| course.visits[0].start.format("%H:%M").to_string();
    let starts: Vec<String> = found.courses.iter().map(start).collect();
    assert_eq!(found.courses.len(), 2, "{starts:?}");
    assert!(!starts.contains(&"10:00".to_owned()), "{starts:?}");
}

#[test]
fn counting_ends_at_its_limit_and_says_so() {
    let found = counted(&one_room(json!([])), 2);
    assert_eq!(found.courses.len(), 2);
    assert!(found.limit_reached);
    assert!(found.one_more.is_empty() && found.one_more_day.is_empty() && found.binding.is_none());
}

#[test]
fn where_nothing_fits_the_reason_is_told() {
    let mut doc = one_coach_day();
    doc.resources[1].hours.clear();
    let found = counted(&doc, 60);
    assert!(found.courses.is_empty());
    assert!(found.reason.is_some());
    assert!(found.starts().is_empty());
    // One more coach, in the doctor's hours since no coach has any, makes it possible. No weekday is added to none.
    assert_eq!(found.binding.as_deref(), Some("coach"), "{:?}", found.one_more);
    assert!(found.one_more_day.is_empty(), "{:?}", found.one_more_day);
}

#[test]
fn the_same_question_has_the_same_answer() {
    assert_eq!(counted(&one_coach_day(), 60), counted(&one_coach_day(), 60));
}
