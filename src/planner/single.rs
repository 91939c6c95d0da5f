//! One course, exactly: the cheapest way to plan one request against a load.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::attach::attach;
use super::course::Course;
use super::instance::Role;
use super::nodes::Nodes;
use super::relax::{Path, shortest};
use super::search::{Rule, Search};

/// Days of first visits looked at first; more only if a later first visit could still be cheaper.
const FIRST_LOOK: i64 = 14;

/// The cheapest course under the rules, or none if there is none. `stop` gives up early.
///
/// Best-first branch and bound: the relaxation ignores overlaps of the patient's own visits (other than consecutive
/// main ones). Where the cheapest relaxed course has two visits under way at one minute, no feasible
/// course has both, so the search splits: one or the other is not under way then.
pub(crate) fn solve(s: &mut Search, rules: &[Rule], stop: &dyn Fn() -> bool) -> Option<Course> {
    let mut nodes = Nodes::new();
    let mut heap = BinaryHeap::new();
    let mut open: Vec<(Path, Vec<Rule>)> = Vec::new();
    if let Some(path) = cheapest_path(s, &mut nodes, rules) {
        heap.push(Reverse((path.cost, open.len())));
        open.push((path, rules.to_vec()));
    }
    while let Some(Reverse((cost, at))) = heap.pop() {
        let (path, rules) =
            std::mem::replace(&mut open[at], (Path { cost: 0, steps: Vec::new() }, Vec::new()));
        match attach(s, &rules, &path) {
            Ok(placed) => {
                let visits =
                    placed.into_iter().map(|(role, index, start, combo)| s.visit(role, index, start, combo));
                return Some(Course { cost, visits: visits.collect::<Option<_>>()? });
            }
            Err(clash) => {
                for (role, index) in [clash.first, clash.second] {
                    if s.fixed(role, index).is_some() {
                        continue;
                    }
                    let mut narrower = rules.clone();
                    narrower.push(Rule::NotCovering(role, index, clash.minute));
                    if let Some(path) = cheapest_path(s, &mut nodes, &narrower) {
                        heap.push(Reverse((path.cost, open.len())));
                        open.push((path, narrower));
                    }
                }
            }
        }
        if stop() {
            return None;
        }
    }
    None
}

/// The relaxed optimum, looking at early first visits first: a first visit on day `d` costs at least its delay,
/// so once a course as cheap is known later days need no look.
pub(super) fn cheapest_path(s: &mut Search, nodes: &mut Nodes, rules: &[Rule]) -> Option<Path> {
    let instance = s.scene.instance;
    let last_day = instance.days - 1;
    if s.fixed(Role::Main, 0).is_some() {
        return shortest(s, nodes, rules, (0, last_day));
    }
    let base = instance.delay_base(s.scene.request);
    let delay = instance.doc.weights.delay_day;
    let mut best: Option<Path> = None;
    let mut from = base;
    let mut look = FIRST_LOOK;
    // Days before the first candidate would only waste the first look.
    while from <= last_day && s.candidates(rules, Role::Main, 0, from).is_empty() {
        from += 1;
    }
    while from <= last_day {
        let to = match &best {
            _ if delay == 0 => last_day,
            Some(path) if delay * (from - base) >= path.cost => break,
            // Days on which the delay alone would cost as much as the best.
            Some(path) => base + (path.cost - 1) / delay,
            None => from + look - 1,
        };
        let to = to.min(last_day);
        if let Some(path) = shortest(s, nodes, rules, (from, to))
            && best.as_ref().is_none_or(|b| path.cost < b.cost)
        {
            best = Some(path);
        }
        from = to + 1;
        look *= 2;
    }
    best
}
