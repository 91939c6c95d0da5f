//! The rules a request has to keep, each of which can be left out, and the smallest set without which it can be planned.

use super::alone::{alone, fresh_id, needed_kinds, planned, tidy};
use super::document::{InstanceDoc, ResourceDoc};
use super::generate::window;
use super::instance::Instance;

/// Largest set looked for.
const LARGEST: usize = 3;
/// Units of a resource that nobody can use up.
const PLENTY: i64 = 10_000;
/// A gap in days that no horizon is longer than.
const ANY_GAP: i64 = 1_100;

/// A rule that a request cannot keep together with its other rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// The last date allowed.
    Latest,
    /// The visit after each main one.
    AfterEach,
    /// The visit before the first main one.
    Before,
    /// The visit after the last main one.
    AfterLast,
    /// The hours and the taken time of all resources of this kind.
    Kind(String),
    /// The first date allowed.
    Earliest,
    /// The patient's absences.
    Absences,
    /// The patient's weekly times.
    Windows,
    /// Visits that are held fast.
    Fixed,
    /// The days between main visits; leaving it out still keeps them a day apart, if they had to be.
    Gap,
}

/// The rules a request has, in the order in which a front desk would rather hear of them.
pub(super) fn candidates(instance: &Instance, q: usize) -> Vec<Binding> {
    let request = &instance.requests[q];
    let served = |kind: usize| instance.resources.iter().any(|r| r.serves.contains(&kind));
    let (with, without): (Vec<usize>, Vec<usize>) =
        needed_kinds(instance, q).into_iter().partition(|kind| served(*kind));
    let named = |kind: usize| (true, Binding::Kind(instance.kinds[kind].clone()));
    let mut out: Vec<(bool, Binding)> = without.into_iter().map(named).collect();
    out.extend([
        (request.latest.is_some_and(|day| day < instance.days - 1), Binding::Latest),
        (request.after_each.is_some(), Binding::AfterEach),
        (request.before.is_some(), Binding::Before),
        (request.after_last.is_some(), Binding::AfterLast),
    ]);
    out.extend(with.into_iter().map(named));
    out.extend([
        (request.earliest.is_some_and(|day| day > 0), Binding::Earliest),
        (!request.unavailable.is_empty(), Binding::Absences),
        (request.available.any, Binding::Windows),
        (request.current.iter().any(|c| c.fixed), Binding::Fixed),
        (request.visits > 1, Binding::Gap),
    ]);
    out.into_iter().filter(|rule| rule.0).map(|rule| rule.1).collect()
}

/// A document with one request, without these rules.
pub(super) fn leave_out(doc: &InstanceDoc, rules: &[Binding]) -> InstanceDoc {
    let mut doc = doc.clone();
    for rule in rules {
        let Some(request) = doc.requests.first_mut() else { break };
        match rule {
            Binding::Latest => request.latest = None,
            Binding::AfterEach => request.after_each = None,
            Binding::Before => request.before = None,
            Binding::AfterLast => request.after_last = None,
            Binding::Earliest => request.earliest = None,
            Binding::Absences => request.unavailable.clear(),
            Binding::Windows => request.available.clear(),
            Binding::Fixed => request.current.iter_mut().for_each(|c| c.fixed = false),
            Binding::Gap => {
                if let Some(gap) = &mut request.gap_days {
                    (gap.min, gap.max) = (gap.min.min(1), gap.max.max(ANY_GAP));
                }
            }
            Binding::Kind(kind) => {
                let id = fresh_id(&doc.resources, kind);
                doc.resources.push(always_there(id, kind));
            }
        }
    }
    doc.requests.iter_mut().for_each(tidy);
    doc
}

fn always_there(id: String, kind: &str) -> ResourceDoc {
    ResourceDoc {
        id,
        serves: vec![kind.to_owned()],
        capacity: PLENTY,
        hours: (0..7).map(|weekday| window(weekday, 0, 1440)).collect(),
        busy: Vec::new(),
    }
}

/// A smallest set of rules without which a request can be planned: none of its parts would do, nor would any smaller
/// set. Empty if there is none of up to three rules, or none was found in this many tries.
pub(super) fn smallest(instance: &Instance, q: usize, mut tries: usize) -> Vec<Binding> {
    let all = candidates(instance, q);
    let doc = alone(instance, q);
    let works = |set: &[Binding]| planned(leave_out(&doc, set)).is_some();
    for size in 1..=LARGEST.min(all.len()) {
        // Pairs are many: not before it is known that anything helps. Fixed visits may break rules that free ones
        // must keep, so the rest is asked too.
        if size == 2 && !works(&all) {
            let held: Vec<Binding> = all.iter().filter(|rule| **rule != Binding::Fixed).cloned().collect();
            if !works(&held) {
                return Vec::new();
            }
        }
        for places in sets(0, all.len(), size) {
            if tries == 0 {
                return Vec::new();
            }
            tries -= 1;
            let set: Vec<Binding> = places.iter().map(|&at| all[at].clone()).collect();
            if works(&set) {
                return set;
            }
        }
    }
    Vec::new()
}

/// Every ascending choice of `size` numbers from `from` up to below `end`, in order.
pub(super) fn sets(from: usize, end: usize, size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let mut out = Vec::new();
    for first in from..end {
        for mut rest in sets(first + 1, end, size - 1) {
            rest.insert(0, first);
            out.push(rest);
        }
    }
    out
}
