//! Courses and plans as they come out of the planner, and the JSON of FORMAT.md.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde_json::{Value, json};

use super::document;
use super::instance::{Instance, Role};
use super::reason::Reason;

/// A visit inside the planner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    pub role: Role,
    pub index: usize,
    pub start: i64,
    /// In the order of the service's needs.
    pub resources: Vec<usize>,
}

/// A course inside the planner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Course {
    pub cost: i64,
    pub visits: Vec<Visit>,
}

/// A visit placed by the planner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedVisit {
    /// Its place in the course.
    pub role: Role,
    /// From 1, within the role.
    pub index: usize,
    /// Service id.
    pub service: String,
    /// Local start.
    pub start: NaiveDateTime,
    /// Minutes from start to the end of the last phase.
    pub minutes: i64,
    /// Kind to resource id.
    pub resources: BTreeMap<String, String>,
}

/// A whole course placed by the planner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedCourse {
    /// Index of the request in the instance.
    pub request: usize,
    /// What it costs by FORMAT.md.
    pub cost: i64,
    /// All visits, in order of time.
    pub visits: Vec<PlannedVisit>,
}

/// A request that stays unplanned.
#[derive(Clone, Debug, PartialEq)]
pub struct Unplanned {
    /// Index of the request in the instance.
    pub request: usize,
    /// The rule that binds.
    pub reason: Reason,
}

/// Whether a plan is proved best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// No feasible plan costs less.
    Optimal,
    /// The deadline came before the proof.
    Feasible,
}

impl Status {
    /// The document's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Optimal => "optimal",
            Status::Feasible => "feasible",
        }
    }
}

/// A plan for every request of an instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Proved or not.
    pub status: Status,
    /// Total cost, unplanned requests included.
    pub cost: i64,
    /// No feasible plan costs less than this.
    pub lower_bound: i64,
    /// How long planning took.
    pub elapsed_ms: u64,
    /// Planned courses, in the order of the requests.
    pub planned: Vec<PlannedCourse>,
    /// The rest, in the order of the requests.
    pub unplanned: Vec<Unplanned>,
}

impl Plan {
    /// FORMAT.md's JSON; `words` puts a reason in a person's language.
    pub fn to_json(&self, instance: &Instance, words: &dyn Fn(&Reason) -> String) -> Value {
        let course = |c: &PlannedCourse| {
            json!({
                "request": instance.request_id(c.request),
                "cost": c.cost,
                "visits": c.visits.iter().map(visit_json).collect::<Vec<_>>(),
            })
        };
        let left =
            |u: &Unplanned| json!({"request": instance.request_id(u.request), "reason": words(&u.reason)});
        json!({
            "status": self.status.as_str(),
            "cost": self.cost,
            "lower_bound": self.lower_bound,
            "elapsed_ms": self.elapsed_ms,
            "planned": self.planned.iter().map(course).collect::<Vec<_>>(),
            "unplanned": self.unplanned.iter().map(left).collect::<Vec<_>>(),
        })
    }
}

fn visit_json(visit: &PlannedVisit) -> Value {
    json!({
        "role": visit.role.as_str(),
        "index": visit.index,
        "service": visit.service,
        "start": document::local(visit.start),
        "resources": visit.resources,
    })
}

impl Course {
    /// The same course in ids and local times.
    pub fn publish(&self, instance: &Instance, request: usize) -> PlannedCourse {
        let mut visits: Vec<PlannedVisit> = Vec::with_capacity(self.visits.len());
        for visit in &self.visits {
            let service = &instance.services[instance.service_of(request, visit.role)];
            let pairs = service.needs.iter().zip(&visit.resources);
            visits.push(PlannedVisit {
                role: visit.role,
                index: visit.index + 1,
                service: service.id.clone(),
                start: instance.local(visit.start),
                minutes: service.minutes,
                resources: pairs
                    .map(|(n, &r)| {
                        let id = instance.resources[r].id.clone();
                        (instance.kinds[n.kind].clone(), id)
                    })
                    .collect(),
            });
        }
        visits.sort_by_key(|v| (v.start, v.role, v.index));
        PlannedCourse { request, cost: self.cost, visits }
    }
}

impl PlannedCourse {
    /// A visit by role and index (from 1).
    pub fn visit(&self, role: Role, index: usize) -> Option<&PlannedVisit> {
        self.visits.iter().find(|v| v.role == role && v.index == index)
    }

    /// The main visits in order of their index.
    pub fn mains(&self) -> Vec<&PlannedVisit> {
        let mut mains: Vec<_> = self.visits.iter().filter(|v| v.role == Role::Main).collect();
        mains.sort_by_key(|v| v.index);
        mains
    }
}
