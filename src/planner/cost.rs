//! What a course costs, unit by unit, counted from the finished visits and not from the search.

#![expect(missing_docs, reason = "a variant's comment says what its fields are")]

use std::collections::HashMap;

use chrono::Timelike;

use super::course::{PlannedCourse, PlannedVisit};
use super::instance::{Instance, Role};

/// Where a part of a course's cost comes from. Indices count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CostCause {
    /// Days between main visits `index - 1` and `index` differ from the target.
    Gap { index: usize, days: i64, target: i64 },
    /// Time of day differs from the main visit before.
    Shift { index: usize, minutes: i64 },
    /// Another resource of a continuity kind than at the visit before in the same role.
    Change { role: Role, index: usize, kind: String, from: String, to: String },
    /// The main visit is not in a preferred window.
    OutsidePreferred { index: usize },
    /// The first main visit waits this many days (below 0 for one held before the planned dates).
    Delay { days: i64 },
    /// A booked visit moves.
    Moved { role: Role, index: usize, confirmed: bool },
    /// A booked visit keeps its time and changes resources.
    Reassigned { role: Role, index: usize },
}

/// One part of a course's cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostItem {
    /// Where it comes from.
    pub cause: CostCause,
    /// How much, never 0.
    pub cost: i64,
}

/// Every part of a course's cost, in order of time within each cause. Empty for an unknown request.
pub fn breakdown(instance: &Instance, request: usize, course: &PlannedCourse) -> Vec<CostItem> {
    let Some(r) = instance.requests.get(request) else {
        return Vec::new();
    };
    let w = &instance.doc.weights;
    let mut out = Vec::new();
    let mut add = |cause, cost| {
        if cost != 0 {
            out.push(CostItem { cause, cost });
        }
    };
    let mains = course.mains();
    if let Some(first) = mains.first() {
        let day = instance.time.day(first.start.date());
        let days = day - instance.delay_base(request);
        add(CostCause::Delay { days }, w.delay_day * days);
    }
    for (before, visit) in mains.iter().zip(mains.iter().skip(1)) {
        let index = visit.index;
        let days = (visit.start.date() - before.start.date()).num_days();
        let target = r.gap.target;
        let cost = w.gap_day * (days - target).abs();
        add(CostCause::Gap { index, days, target }, cost);
        let minutes = minute_of_day(visit) - minute_of_day(before);
        add(CostCause::Shift { index, minutes }, w.shift_minute * minutes.abs());
    }
    for visit in &mains {
        let from = instance.time.minute(visit.start);
        let to = from + visit.minutes;
        if r.preferred.any && !r.preferred.hold(&instance.time, from, to) {
            let index = visit.index;
            add(CostCause::OutsidePreferred { index }, w.outside_preferred);
        }
    }
    let by_place: HashMap<(Role, usize), &PlannedVisit> =
        course.visits.iter().map(|v| ((v.role, v.index), v)).collect();
    for role in [Role::Main, Role::AfterEach] {
        for index in 2..=instance.count(request, role) {
            let pair = (by_place.get(&(role, index - 1)), by_place.get(&(role, index)));
            let (Some(before), Some(visit)) = pair else {
                continue;
            };
            for &kind in &instance.continuity {
                let kind = &instance.kinds[kind];
                let (from, to) = (before.resources.get(kind), visit.resources.get(kind));
                if let (Some(from), Some(to)) = (from, to)
                    && from != to
                {
                    let cause = CostCause::Change {
                        role,
                        index,
                        kind: kind.clone(),
                        from: from.clone(),
                        to: to.clone(),
                    };
                    add(cause, w.change);
                }
            }
        }
    }
    for (place, doc) in r.current.iter().zip(&instance.doc.requests[request].current) {
        let (role, index, confirmed) = (place.role, place.index + 1, place.confirmed);
        let Some(visit) = by_place.get(&(role, index)).filter(|_| !place.fixed) else {
            continue;
        };
        if instance.time.minute(visit.start) != place.start {
            let cost = if confirmed { w.move_confirmed } else { w.move_visit };
            add(CostCause::Moved { role, index, confirmed }, cost);
        } else if visit.resources != doc.resources {
            add(CostCause::Reassigned { role, index }, w.reassign);
        }
    }
    out
}

fn minute_of_day(visit: &PlannedVisit) -> i64 {
    i64::from(visit.start.hour() * 60 + visit.start.minute())
}
