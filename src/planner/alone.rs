//! One request by itself: the document of an instance with this request alone, to be changed and planned again.

use std::cell::Cell;

use super::course::Course;
use super::document::{InstanceDoc, Interval, RequestDoc, ResourceDoc, local};
use super::generate::window;
use super::instance::{Instance, Role};
use super::load::Load;
use super::search::Search;
use super::single::solve;
use super::table::Scene;

/// Branchings after which a changed request counts as one that cannot be planned: questions must end.
const PATIENCE: usize = 500;

/// The instance with this request alone; the fixed visits of the others become busy times.
pub(super) fn alone(instance: &Instance, request: usize) -> InstanceDoc {
    let mut doc = instance.doc.clone();
    for other in (0..instance.requests.len()).filter(|q| *q != request) {
        occupy(instance, other, &mut doc.resources, false);
    }
    let kept = doc.requests.swap_remove(request);
    doc.requests = vec![kept];
    doc.resources.iter_mut().for_each(merge_busy);
    doc
}

/// Turns what is booked for a request (`all`, or only what is fixed) into busy times of those who hold it.
pub(super) fn occupy(instance: &Instance, q: usize, resources: &mut [ResourceDoc], all: bool) {
    for visit in instance.requests[q].current.iter().filter(|c| all || c.fixed) {
        let service = &instance.services[instance.service_of(q, visit.role)];
        for (need, &r) in service.needs.iter().zip(visit.resources.iter().flatten()) {
            for &(from, to) in &need.phases {
                resources[r].busy.push(Interval {
                    from: local(instance.local(visit.start + from)),
                    to: local(instance.local(visit.start + to)),
                });
            }
        }
    }
}

/// Joins busy times that touch: a document is read again for every question, and most of that time goes into them.
fn merge_busy(resource: &mut ResourceDoc) {
    // Overlapping times of a pool count one unit each.
    if resource.capacity != 1 {
        return;
    }
    resource.busy.sort_by(|a, b| a.from.cmp(&b.from));
    let mut merged: Vec<Interval> = Vec::with_capacity(resource.busy.len());
    for next in resource.busy.drain(..) {
        match merged.last_mut() {
            Some(last) if next.from <= last.to => {
                if next.to > last.to {
                    last.to = next.to;
                }
            }
            _ => merged.push(next),
        }
    }
    resource.busy = merged;
}

/// Drops bookings of visits that the request no longer has.
pub(super) fn tidy(request: &mut RequestDoc) {
    let (visits, each) = (request.visits, request.after_each.is_some());
    let (before, last) = (request.before.is_some(), request.after_last.is_some());
    request.current.retain(|c| match Role::parse(&c.role) {
        Some(Role::Main) => c.index <= visits,
        Some(Role::AfterEach) => each && c.index <= visits,
        Some(Role::Before) => before,
        Some(Role::AfterLast) => last,
        None => false,
    });
}

/// The cheapest course of a request if it were alone.
pub(super) fn best(instance: &Instance, request: usize) -> Option<Course> {
    cheapest(instance, request, usize::MAX)
}

/// The cheapest course of a document's only request, and the instance it is a course of.
pub(super) fn planned(doc: InstanceDoc) -> Option<(Instance, Course)> {
    let instance = Instance::from_document(doc).ok()?;
    let course = cheapest(&instance, 0, PATIENCE)?;
    Some((instance, course))
}

fn cheapest(instance: &Instance, request: usize, patience: usize) -> Option<Course> {
    let load = Load::new(instance);
    let scene = Scene { instance, load: &load, request };
    let looks = Cell::new(0usize);
    let stop = || {
        looks.set(looks.get() + 1);
        looks.get() > patience
    };
    solve(&mut Search::new(scene, &[], 0), &[], &stop)
}

/// Kinds that any visit of a request needs, those of the main visits first.
pub(super) fn needed_kinds(instance: &Instance, q: usize) -> Vec<usize> {
    let mut out = Vec::new();
    for role in [Role::Main, Role::AfterEach, Role::Before, Role::AfterLast] {
        if instance.count(q, role) == 0 {
            continue;
        }
        for need in &instance.services[instance.service_of(q, role)].needs {
            if !out.contains(&need.kind) {
                out.push(need.kind);
            }
        }
    }
    out
}

/// An id that no resource has yet.
pub(super) fn fresh_id(resources: &[ResourceDoc], stem: &str) -> String {
    let mut id = stem.to_owned();
    while resources.iter().any(|r| r.id == id) {
        id.push('+');
    }
    id
}

/// Lets a resource work on one more weekday (0 is Monday), from its earliest start to its latest end on other days.
/// One that works on no day, or on this one already, stays as it is.
pub(super) fn open_day(resource: &mut ResourceDoc, weekday: usize) {
    let mut extra = window(weekday, 0, 0);
    if resource.hours.iter().any(|w| w.weekday == extra.weekday) {
        return;
    }
    let from = resource.hours.iter().map(|w| &w.from).min();
    let to = resource.hours.iter().map(|w| &w.to).max();
    if let (Some(from), Some(to)) = (from, to) {
        extra.from.clone_from(from);
        extra.to.clone_from(to);
        resource.hours.push(extra);
    }
}
