//! Checks a plan against its instance, by FORMAT.md alone: shares no feasibility code with the search.

#![expect(missing_docs, reason = "a variant's comment says what its fields are")]

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, Duration, MappedLocalTime, NaiveDateTime, Offset, TimeZone, Timelike};

use super::check_load::Loads;
use super::cost::breakdown;
use super::course::{Plan, PlannedCourse, PlannedVisit};
use super::instance::{Instance, Role};

/// A visit by request id, role and index (from 1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VisitRef {
    /// Request id.
    pub request: String,
    /// Its place.
    pub role: Role,
    /// From 1.
    pub index: usize,
}

/// Something a plan breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// The request is not listed exactly once.
    Listed { request: String },
    /// Visits are missing, doubled or extra, or of another service or length.
    Visits { request: String },
    /// Not one resource for each kind needed.
    Kinds { visit: VisitRef },
    /// A resource that is unknown or does not serve the kind.
    Serves { visit: VisitRef, kind: String },
    /// A phase outside the resource's hours.
    Hours { visit: VisitRef, resource: String },
    /// A start off the grid, or one that does not exist exactly once.
    Start { visit: VisitRef },
    /// Outside the horizon, the dates or the patient's windows.
    Patient { visit: VisitRef },
    /// A fixed visit is not as it was.
    Fixed { visit: VisitRef },
    /// Too near to or too far from the visit it hangs on.
    Distance { visit: VisitRef },
    /// Two visits of one patient overlap.
    Overlap { visit: VisitRef, other: VisitRef },
    /// More than the resource's capacity at this local time.
    Capacity { resource: String, at: NaiveDateTime },
    /// The stated cost of a request is not its cost.
    Cost { request: String, stated: i64, actual: i64 },
    /// The stated total is not the sum, or the bound is above it.
    Total { stated: i64, actual: i64 },
}

/// Everything the plan breaks; empty for a right one.
pub fn check(instance: &Instance, plan: &Plan) -> Vec<Violation> {
    let mut out = Vec::new();
    let mut load = Loads::default();
    let mut total = 0i64;
    for (q, request) in instance.requests.iter().enumerate() {
        let courses: Vec<_> = plan.planned.iter().filter(|c| c.request == q).collect();
        let left = plan.unplanned.iter().filter(|u| u.request == q).count();
        if courses.len() + left != 1 {
            let request = request.id.clone();
            out.push(Violation::Listed { request });
            continue;
        }
        match courses.first() {
            Some(course) => {
                let ok = out.len();
                Course::new(instance, q, course).check(&mut out);
                if ok == out.len() {
                    let actual = breakdown(instance, q, course).iter().map(|i| i.cost).sum();
                    if actual != course.cost {
                        out.push(Violation::Cost {
                            request: request.id.clone(),
                            stated: course.cost,
                            actual,
                        });
                    }
                    total += actual;
                }
                load.course(instance, q, course);
            }
            None => {
                total += instance.doc.weights.unplanned * request.weight;
                load.fixed_only(instance, q);
            }
        }
    }
    let unknown = |q: usize| q >= instance.requests.len();
    for q in plan.planned.iter().map(|c| c.request).chain(plan.unplanned.iter().map(|u| u.request)) {
        if unknown(q) {
            let request = String::new();
            out.push(Violation::Listed { request });
        }
    }
    load.check(instance, &mut out);
    if out.is_empty() && (total != plan.cost || plan.lower_bound > plan.cost) {
        let stated = plan.cost;
        out.push(Violation::Total { stated, actual: total });
    }
    out
}

/// One course and what it is checked against.
pub(super) struct Course<'a> {
    instance: &'a Instance,
    q: usize,
    course: &'a PlannedCourse,
    fixed: BTreeSet<(Role, usize)>,
    at: HashMap<(Role, usize), &'a PlannedVisit>,
}

impl<'a> Course<'a> {
    pub(super) fn new(instance: &'a Instance, q: usize, course: &'a PlannedCourse) -> Self {
        let current = instance.requests[q].current.iter();
        Course {
            instance,
            q,
            course,
            fixed: current.filter(|c| c.fixed).map(|c| (c.role, c.index + 1)).collect(),
            at: course.visits.iter().map(|v| ((v.role, v.index), v)).collect(),
        }
    }

    fn name(&self, role: Role, index: usize) -> VisitRef {
        VisitRef { request: self.instance.requests[self.q].id.clone(), role, index }
    }

    fn check(&self, out: &mut Vec<Violation>) {
        let mut wanted = BTreeSet::new();
        for role in [Role::Before, Role::Main, Role::AfterEach, Role::AfterLast] {
            wanted.extend((1..=self.instance.count(self.q, role)).map(|i| (role, i)));
        }
        let got: BTreeSet<_> = self.at.keys().copied().collect();
        let right = self.course.visits.iter().all(|v| {
            let service = &self.instance.services[self.instance.service_of(self.q, v.role)];
            service.id == v.service && service.minutes == v.minutes
        });
        if wanted != got || got.len() != self.course.visits.len() || !right {
            let request = self.instance.requests[self.q].id.clone();
            out.push(Violation::Visits { request });
            return;
        }
        for visit in &self.course.visits {
            self.visit(visit, out);
        }
        self.between(out);
    }

    /// Distances and overlaps between the visits that are there.
    pub(super) fn between(&self, out: &mut Vec<Violation>) {
        self.distances(out);
        for (i, a) in self.course.visits.iter().enumerate() {
            for b in &self.course.visits[i + 1..] {
                let both = self.fixed.contains(&(a.role, a.index)) && self.fixed.contains(&(b.role, b.index));
                if a.start < end(b) && b.start < end(a) && !both {
                    out.push(Violation::Overlap {
                        visit: self.name(a.role, a.index),
                        other: self.name(b.role, b.index),
                    });
                }
            }
        }
    }

    pub(super) fn visit(&self, visit: &PlannedVisit, out: &mut Vec<Violation>) {
        let name = || self.name(visit.role, visit.index);
        let doc = &self.instance.doc;
        let phases = &doc.services[&visit.service].phases;
        let needed: BTreeSet<&String> = phases.iter().flat_map(|p| &p.needs).collect();
        if needed != visit.resources.keys().collect() {
            out.push(Violation::Kinds { visit: name() });
            return;
        }
        if self.fixed.contains(&(visit.role, visit.index)) {
            let request = &doc.requests[self.q];
            let same = request.current.iter().any(|c| {
                c.role == visit.role.as_str()
                    && c.index == visit.index as i64
                    && c.start == super::document::local(visit.start)
                    && c.resources == visit.resources
            });
            if !same {
                out.push(Violation::Fixed { visit: name() });
            }
            return;
        }
        let minute = i64::from(visit.start.hour() * 60 + visit.start.minute());
        let zone = self.instance.time.zone();
        let once = matches!(zone.offset_from_local_datetime(&visit.start), MappedLocalTime::Single(_));
        if minute % doc.grid_minutes != 0 || visit.start.second() != 0 || !once {
            out.push(Violation::Start { visit: name() });
        }
        if !self.patient(visit) {
            out.push(Violation::Patient { visit: name() });
        }
        for (kind, id) in &visit.resources {
            let Some(resource) = doc.resources.iter().find(|r| &r.id == id) else {
                let kind = kind.clone();
                out.push(Violation::Serves { visit: name(), kind });
                continue;
            };
            if !resource.serves.contains(kind) {
                let kind = kind.clone();
                out.push(Violation::Serves { visit: name(), kind });
            }
            let index = self.instance.resources.iter().position(|r| &r.id == id);
            let hours = index.map(|i| &self.instance.resources[i].hours.by_day);
            for phase in phases.iter().filter(|p| p.needs.contains(kind)) {
                let from = visit.start + Duration::minutes(phase.offset);
                let to = from + Duration::minutes(phase.minutes);
                if !hours.is_some_and(|h| inside(h, from, to)) {
                    let resource = id.clone();
                    out.push(Violation::Hours { visit: name(), resource });
                }
            }
        }
    }

    fn patient(&self, visit: &PlannedVisit) -> bool {
        let request = &self.instance.requests[self.q];
        let time = &self.instance.time;
        let (from, to) = (visit.start, end(visit));
        let (first, last) = (from.date(), (to - Duration::minutes(1)).date());
        let absent = request.unavailable.iter().any(|i| time.at(i.0) < to && from < time.at(i.1));
        first >= time.date(0)
            && last <= time.date(self.instance.days - 1)
            && request.earliest.is_none_or(|d| first >= time.date(d))
            && request.latest.is_none_or(|d| last <= time.date(d))
            && !absent
            && (!request.available.any || inside(&request.available.by_day, from, to))
    }

    fn distances(&self, out: &mut Vec<Violation>) {
        let request = &self.instance.requests[self.q];
        let mut days = |a: (Role, usize), b: (Role, usize), min: i64, max: i64| {
            if let (Some(first), Some(second)) = (self.at.get(&a), self.at.get(&b)) {
                let apart = (second.start.date() - first.start.date()).num_days();
                let both = self.fixed.contains(&a) && self.fixed.contains(&b);
                if !both && (apart < min || apart > max) {
                    let visit = self.name(b.0, b.1);
                    out.push(Violation::Distance { visit });
                }
            }
        };
        for i in 2..=request.visits {
            days((Role::Main, i - 1), (Role::Main, i), request.gap.min, request.gap.max);
        }
        if let Some(before) = &request.before {
            days((Role::Before, 1), (Role::Main, 1), before.min, before.max);
        }
        if let Some(last) = &request.after_last {
            days((Role::Main, request.visits), (Role::AfterLast, 1), last.min, last.max);
        }
        let Some(after) = &request.after_each else { return };
        for i in 1..=request.visits {
            let (a, b) = ((Role::Main, i), (Role::AfterEach, i));
            let (Some(main), Some(next)) = (self.at.get(&a), self.at.get(&b)) else { continue };
            let apart = (self.utc(next.start) - self.utc(end(main))).num_minutes();
            let both = self.fixed.contains(&a) && self.fixed.contains(&b);
            if !both && (apart < after.min || apart > after.max) {
                out.push(Violation::Distance { visit: self.name(b.0, b.1) });
            }
        }
    }

    /// UTC of a local time; one that exists twice is its first, one skipped counts with the offset before.
    fn utc(&self, local: NaiveDateTime) -> NaiveDateTime {
        let zone = self.instance.time.zone();
        let mut probe = local;
        let offset = loop {
            match zone.offset_from_local_datetime(&probe) {
                MappedLocalTime::Single(o) => break o.fix(),
                MappedLocalTime::Ambiguous(first, last) => {
                    break if probe == local { first.fix() } else { last.fix() };
                }
                MappedLocalTime::None => probe -= Duration::minutes(1),
            }
        };
        local - Duration::seconds(i64::from(offset.local_minus_utc()))
    }
}

fn end(visit: &PlannedVisit) -> NaiveDateTime {
    visit.start + Duration::minutes(visit.minutes)
}

/// Inside one window of the weekday `from` falls on.
fn inside(windows: &[Vec<(i64, i64)>; 7], from: NaiveDateTime, to: NaiveDateTime) -> bool {
    let list = &windows[from.weekday().num_days_from_monday() as usize];
    let midnight = from.date().and_time(chrono::NaiveTime::MIN);
    let at = |minutes: &i64| midnight + Duration::minutes(*minutes);
    list.iter().any(|(a, b)| at(a) <= from && to <= at(b))
}
