//! Changes that would make a request plannable, each planned to be sure, the least intrusive first.

use super::alone::{alone, planned};
use super::binding::{Binding, sets};
use super::change::{Ladder, apply, ladders};
use super::course::{Course, Visit};
use super::document::InstanceDoc;
use super::instance::{Instance, Role};
use super::localtime::DAY;
use super::reason::{Change, Relaxation};

/// How many are returned.
const MOST: usize = 6;
/// Pairs of changes tried when no single one works, and how many that work are enough.
const MOST_PAIRS: usize = 150;
const ENOUGH_PAIRS: usize = 2;

/// The relaxations that work, least intrusive first and among those the earliest. Pairs of small changes only if no
/// change works by itself.
pub(super) fn relaxations(instance: &Instance, q: usize, bindings: &[Binding]) -> Vec<Relaxation> {
    let doc = alone(instance, q);
    let ladders = ladders(instance, q, bindings);
    let mut found: Vec<(u8, Relaxation)> = Vec::new();
    for ladder in &ladders {
        found.extend(climb(&doc, ladder).map(|relaxation| (ladder.rank, relaxation)));
    }
    if found.is_empty() {
        return pairs(&doc, &ladders);
    }
    found.sort_by_key(|(rank, r)| (*rank, r.first, r.cost));
    // Coming at any time says nothing that one further day does not say better.
    if found.first().is_some_and(|f| f.0 == 0) {
        found.retain(|f| f.1.change != Change::AnyTime);
    }
    found.truncate(MOST);
    found.into_iter().map(|f| f.1).collect()
}

/// The step of a ladder to tell, if any works.
fn climb(doc: &InstanceDoc, ladder: &Ladder) -> Option<Relaxation> {
    let mut working = ladder.steps.iter().filter_map(|step| attempt(doc, step, None));
    if ladder.equal { working.min_by_key(|r| (r.first, r.cost)) } else { working.next() }
}

/// Two small changes together, each of another ladder and as large as it gets.
fn pairs(doc: &InstanceDoc, ladders: &[Ladder]) -> Vec<Relaxation> {
    let small = ladders.iter().filter(|ladder| ladder.rank < 2);
    let mut steps: Vec<(usize, &Change)> = Vec::new();
    for (at, ladder) in small.enumerate() {
        let from = if ladder.equal { 0 } else { ladder.steps.len().saturating_sub(1) };
        steps.extend(ladder.steps[from..].iter().map(|step| (at, step)));
    }
    let mut found = Vec::new();
    let places = sets(0, steps.len(), 2);
    let apart = places.iter().filter(|pair| steps[pair[0]].0 != steps[pair[1]].0);
    for pair in apart.take(MOST_PAIRS) {
        found.extend(attempt(doc, steps[pair[0]].1, Some(steps[pair[1]].1)));
        if found.len() >= ENOUGH_PAIRS {
            break;
        }
    }
    found.sort_by_key(|r| (r.first, r.cost));
    found
}

/// What changes give, if there is a course with them. A date that moved is told as it was needed.
fn attempt(doc: &InstanceDoc, change: &Change, also: Option<&Change>) -> Option<Relaxation> {
    let mut doc = doc.clone();
    apply(&mut doc, change);
    if let Some(also) = also {
        apply(&mut doc, also);
    }
    let (instance, course) = planned(doc)?;
    let mains = course.visits.iter().filter(|v| v.role == Role::Main);
    let first = mains.map(|v| v.start.div_euclid(DAY)).min()?;
    Some(Relaxation {
        change: as_needed(&instance, &course, change),
        also: also.map(|also| as_needed(&instance, &course, also)),
        first: instance.time.date(first),
        cost: course.cost,
    })
}

fn as_needed(instance: &Instance, course: &Course, change: &Change) -> Change {
    let free = course.visits.iter().filter(|v| instance.requests[0].fixed(v.role, v.index).is_none());
    match change {
        Change::Latest { .. } => {
            let end = |v: &Visit| v.start + instance.services[instance.service_of(0, v.role)].minutes - 1;
            let last = free.map(|v| end(v).div_euclid(DAY)).max();
            last.map_or_else(|| change.clone(), |day| Change::Latest { date: instance.time.date(day) })
        }
        Change::Earliest { .. } => {
            let first = free.map(|v| v.start.div_euclid(DAY)).min();
            first.map_or_else(|| change.clone(), |day| Change::Earliest { date: instance.time.date(day) })
        }
        other => other.clone(),
    }
}
