//! The compiled instance: ids resolved to indices, times to minutes, every value checked.

use chrono::NaiveDateTime;

use super::compile;
use super::document::InstanceDoc;
use super::error::InstanceError;
use super::localtime::{DAY, LocalTime};
use super::reader;

/// The place of a visit in a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Once, before the first main visit.
    Before,
    /// The course itself.
    Main,
    /// Once after each main visit.
    AfterEach,
    /// Once, after the last main visit.
    AfterLast,
}

impl Role {
    /// The document's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Before => "before",
            Role::Main => "main",
            Role::AfterEach => "after_each",
            Role::AfterLast => "after_last",
        }
    }

    /// Reads the document's word.
    pub fn parse(text: &str) -> Option<Role> {
        [Role::Before, Role::Main, Role::AfterEach, Role::AfterLast]
            .into_iter()
            .find(|role| role.as_str() == text)
    }
}

/// Weekly windows by weekday (0 is Monday), minutes of the day.
#[derive(Clone, Debug, Default)]
pub(crate) struct Windows {
    pub by_day: [Vec<(i64, i64)>; 7],
    pub any: bool,
}

impl Windows {
    /// Whether the stretch lies in one window of the day it starts on.
    pub fn hold(&self, time: &LocalTime, from: i64, to: i64) -> bool {
        let day = from.div_euclid(DAY);
        let fits = |&(a, b): &(i64, i64)| day * DAY + a <= from && to <= day * DAY + b;
        self.by_day[time.weekday(day)].iter().any(fits)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub id: String,
    pub serves: Vec<usize>,
    pub capacity: u16,
    pub hours: Windows,
    pub busy: Vec<(i64, i64)>,
}

/// Units a need takes of its resource over one stretch of the visit.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub offset: i64,
    pub minutes: i64,
    pub units: u16,
}

/// A resource that serves a need, and the starts its hours allow: `[weekday * starts_per_day + n]`.
#[derive(Clone, Debug)]
pub(crate) struct Serving {
    pub resource: usize,
    pub open: Vec<bool>,
}

/// One kind a service needs.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    pub kind: usize,
    /// The phases that need it, each to lie in the resource's hours.
    pub phases: Vec<(i64, i64)>,
    /// The same, added up where phases overlap, disjoint and in order.
    pub spans: Vec<Span>,
    pub serving: Vec<Serving>,
}

#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub id: String,
    pub minutes: i64,
    pub needs: Vec<Need>,
    /// Some resource serves two needs that run at the same moment, so choices are not independent.
    pub entangled: bool,
}

/// A visit counted in days from a main visit's date.
#[derive(Clone, Debug)]
pub(crate) struct Attached {
    pub service: usize,
    pub min: i64,
    pub max: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct Current {
    pub role: Role,
    /// From 0.
    pub index: usize,
    pub start: i64,
    /// In the order of the service's needs; none if it names other kinds than the service needs.
    pub resources: Option<Vec<usize>>,
    pub confirmed: bool,
    pub fixed: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Gap {
    pub min: i64,
    pub target: i64,
    pub max: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub id: String,
    pub weight: i64,
    pub service: usize,
    pub visits: usize,
    pub gap: Gap,
    pub before: Option<Attached>,
    /// `min` and `max` in minutes.
    pub after_each: Option<Attached>,
    pub after_last: Option<Attached>,
    pub earliest: Option<i64>,
    pub latest: Option<i64>,
    pub available: Windows,
    pub unavailable: Vec<(i64, i64)>,
    pub preferred: Windows,
    pub current: Vec<Current>,
}

impl Request {
    /// What is booked for a visit.
    pub fn current(&self, role: Role, index: usize) -> Option<&Current> {
        self.current.iter().find(|c| c.role == role && c.index == index)
    }

    /// What is booked for a visit and must stay.
    pub fn fixed(&self, role: Role, index: usize) -> Option<&Current> {
        self.current(role, index).filter(|c| c.fixed)
    }
}

/// A planning instance, checked and compiled.
#[derive(Clone, Debug)]
pub struct Instance {
    pub(crate) doc: InstanceDoc,
    pub(crate) time: LocalTime,
    pub(crate) grid: i64,
    pub(crate) days: i64,
    pub(crate) slot: i64,
    pub(crate) kinds: Vec<String>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) services: Vec<Service>,
    pub(crate) requests: Vec<Request>,
    pub(crate) continuity: Vec<usize>,
}

impl Instance {
    /// Reads and compiles the JSON of an instance.
    ///
    /// # Errors
    /// The first malformed or contradictory value, with its JSON path.
    pub fn parse(json: &str) -> Result<Instance, InstanceError> {
        Instance::from_document(reader::read(json)?)
    }

    /// Compiles a document.
    ///
    /// # Errors
    /// The first malformed or contradictory value, with its JSON path.
    pub fn from_document(doc: InstanceDoc) -> Result<Instance, InstanceError> {
        compile::compile(doc)
    }

    /// The document this instance was compiled from.
    pub fn document(&self) -> &InstanceDoc {
        &self.doc
    }

    /// How many requests.
    pub fn request_count(&self) -> usize {
        self.requests.len()
    }

    /// Id of a request; empty for an unknown index.
    pub fn request_id(&self, request: usize) -> &str {
        self.requests.get(request).map_or("", |r| &r.id)
    }

    /// The price of leaving a request unplanned; 0 for an unknown index.
    pub fn cost_of_leaving(&self, request: usize) -> i64 {
        if request < self.requests.len() { self.unplanned_cost(request) } else { 0 }
    }

    /// Index of a request by id.
    pub fn request_index(&self, id: &str) -> Option<usize> {
        self.requests.iter().position(|r| r.id == id)
    }

    /// The local time of a minute of the horizon.
    pub(crate) fn local(&self, minute: i64) -> NaiveDateTime {
        self.time.at(minute)
    }

    /// The price of leaving a request unplanned.
    pub(crate) fn unplanned_cost(&self, request: usize) -> i64 {
        self.doc.weights.unplanned * self.requests[request].weight
    }

    /// The service of a role of a request; the main one if the request has no such role.
    pub(crate) fn service_of(&self, request: usize, role: Role) -> usize {
        let request = &self.requests[request];
        let attached = match role {
            Role::Main => None,
            Role::Before => request.before.as_ref(),
            Role::AfterEach => request.after_each.as_ref(),
            Role::AfterLast => request.after_last.as_ref(),
        };
        attached.map_or(request.service, |a| a.service)
    }

    /// How many visits a request has in a role.
    pub(crate) fn count(&self, request: usize, role: Role) -> usize {
        let request = &self.requests[request];
        match role {
            Role::Main => request.visits,
            Role::Before => usize::from(request.before.is_some()),
            Role::AfterEach if request.after_each.is_some() => request.visits,
            Role::AfterEach => 0,
            Role::AfterLast => usize::from(request.after_last.is_some()),
        }
    }

    /// Starts per day on the grid.
    pub(crate) fn starts_per_day(&self) -> usize {
        (DAY / self.grid) as usize
    }

    /// The day delays are counted from.
    pub(crate) fn delay_base(&self, request: usize) -> i64 {
        self.requests[request].earliest.unwrap_or(0).max(0)
    }
}
