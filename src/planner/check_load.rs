//! The checker's own account of what each resource carries when.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDateTime};

use super::check::Violation;
use super::course::PlannedCourse;
use super::instance::Instance;

/// Changes of load per resource: at a time, of all units and of those the plan may move.
#[derive(Clone, Default)]
pub(super) struct Loads {
    changes: BTreeMap<String, BTreeMap<NaiveDateTime, (i64, i64)>>,
}

impl Loads {
    fn add(&mut self, resource: &str, from: NaiveDateTime, to: NaiveDateTime, movable: i64) {
        let changes = self.changes.entry(resource.to_owned()).or_default();
        for (at, sign) in [(from, 1), (to, -1)] {
            let entry = changes.entry(at).or_default();
            entry.0 += sign;
            entry.1 += sign * movable;
        }
    }

    pub(super) fn course(&mut self, instance: &Instance, q: usize, course: &PlannedCourse) {
        for visit in &course.visits {
            let fixed = instance.requests[q].fixed(visit.role, visit.index.saturating_sub(1));
            let movable = i64::from(fixed.is_none());
            let phases = instance.doc.services.get(&visit.service).map(|s| &s.phases);
            for phase in phases.into_iter().flatten() {
                let from = visit.start + Duration::minutes(phase.offset);
                let to = from + Duration::minutes(phase.minutes);
                for id in phase.needs.iter().filter_map(|k| visit.resources.get(k)) {
                    self.add(id, from, to, movable);
                }
            }
        }
    }

    pub(super) fn fixed_only(&mut self, instance: &Instance, q: usize) {
        let pairs = instance.requests[q].current.iter();
        for (current, doc) in pairs.zip(&instance.doc.requests[q].current).filter(|c| c.0.fixed) {
            let service = &instance.services[instance.service_of(q, current.role)].id;
            for phase in &instance.doc.services[service].phases {
                let from = instance.time.at(current.start + phase.offset);
                let to = from + Duration::minutes(phase.minutes);
                for id in phase.needs.iter().filter_map(|k| doc.resources.get(k)) {
                    self.add(id, from, to, 0);
                }
            }
        }
    }

    pub(super) fn check(mut self, instance: &Instance, out: &mut Vec<Violation>) {
        for resource in &instance.resources {
            for &(from, to) in &resource.busy {
                self.add(&resource.id, instance.time.at(from), instance.time.at(to), 0);
            }
            let (mut all, mut movable) = (0, 0);
            for (at, change) in self.changes.get(&resource.id).into_iter().flatten() {
                all += change.0;
                movable += change.1;
                if all > i64::from(resource.capacity) && movable > 0 {
                    let resource = resource.id.clone();
                    out.push(Violation::Capacity { resource, at: *at });
                    break;
                }
            }
        }
    }
}
