//! Counting how many series of one template fit, and the documents in which it is counted again.

use std::cell::Cell;

use super::alone::{fresh_id, occupy};
use super::capacity::CapacityOptions;
use super::course::Course;
use super::document::{InstanceDoc, RequestDoc, ResourceDoc, WeeklyWindow};
use super::error::InstanceError;
use super::generate::window;
use super::instance::Instance;
use super::load::Load;
use super::search::Search;
use super::single::solve;
use super::table::Scene;

/// Branchings after which a further series counts as one that does not fit.
const PATIENCE: usize = 2_000;

/// The base with this one request; what was booked for its own requests becomes busy time.
pub(super) fn with_template(base: &InstanceDoc, template: &RequestDoc) -> Result<InstanceDoc, InstanceError> {
    let instance = Instance::from_document(base.clone())?;
    let mut doc = base.clone();
    for q in 0..instance.requests.len() {
        occupy(&instance, q, &mut doc.resources, true);
    }
    doc.requests = vec![RequestDoc { current: Vec::new(), ..template.clone() }];
    Ok(doc)
}

/// A count and what it left.
pub(super) struct Count {
    pub instance: Instance,
    /// With the courses.
    pub load: Load,
    pub courses: Vec<Course>,
    pub limit_reached: bool,
}

/// Inserts series after series until none fits.
pub(super) fn count(doc: InstanceDoc, options: &CapacityOptions) -> Result<Count, InstanceError> {
    let instance = Instance::from_document(doc)?;
    let mut load = Load::new(&instance);
    let mut courses: Vec<Course> = Vec::new();
    while courses.len() < options.most {
        let looks = Cell::new(0usize);
        let stop = || {
            looks.set(looks.get() + 1);
            looks.get() > PATIENCE || (options.stop)()
        };
        let scene = Scene { instance: &instance, load: &load, request: 0 };
        let seed = courses.len() as u64;
        let Some(course) = solve(&mut Search::new(scene, &[], seed), &[], &stop) else { break };
        for visit in &course.visits {
            let service = instance.service_of(0, visit.role);
            load.visit(&instance, service, visit.start, &visit.resources, true);
        }
        courses.push(course);
        if (options.stop)() {
            break;
        }
    }
    let limit_reached = courses.len() >= options.most;
    Ok(Count { instance, load, courses, limit_reached })
}

/// One more resource that serves this kind alone, in the hours of the one of its kind who works longest.
pub(super) fn with_one_more(instance: &Instance, kind: usize) -> InstanceDoc {
    let mut doc = instance.doc.clone();
    let name = &instance.kinds[kind];
    let week = |r: &usize| -> i64 {
        instance.resources[*r].hours.by_day.iter().flatten().map(|(from, to)| to - from).sum()
    };
    let serving = |r: &usize| instance.resources[*r].serves.contains(&kind);
    let works = |r: &usize| instance.resources[*r].hours.any;
    let working: Vec<usize> = (0..instance.resources.len()).filter(works).collect();
    let of_kind: Vec<usize> = working.iter().copied().filter(serving).collect();
    // Of equals the first.
    let longest = |among: Vec<usize>| among.into_iter().rev().max_by_key(week);
    let model = longest(of_kind).or_else(|| longest(working));
    let hours = model.map_or_else(workdays, |r| instance.doc.resources[r].hours.clone());
    doc.resources.push(ResourceDoc {
        id: fresh_id(&doc.resources, name),
        serves: vec![name.clone()],
        capacity: 1,
        hours,
        busy: Vec::new(),
    });
    doc
}

/// Monday to Friday, 9 to 5, where there is nobody to take hours from.
fn workdays() -> Vec<WeeklyWindow> {
    (0..5).map(|weekday| window(weekday, 540, 1020)).collect()
}
