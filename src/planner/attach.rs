//! Places the attached visits of a path so that no two visits of the patient overlap.

use super::instance::Role;
use super::localtime::DAY;
use super::relax::Path;
use super::search::{Rule, Search};

/// A visit with a place: role, index, start, combination.
pub(super) type Placed = (Role, usize, i64, usize);

/// Two visits that cannot be kept apart at this price, and a minute both are under way.
pub(super) struct Clash {
    pub first: (Role, usize),
    pub second: (Role, usize),
    pub minute: i64,
}

/// How many placements to try before leaving the matter to branching.
const PATIENCE: usize = 2_000;

/// The cheapest attached visits of each kind, kept apart if possible at the path's price.
pub(super) fn attach(s: &mut Search, rules: &[Rule], path: &Path) -> Result<Vec<Placed>, Clash> {
    let request = &s.scene.instance.requests[s.scene.request];
    let mains = s.main.combos;
    let mut placed: Vec<Placed> = Vec::new();
    let mut open: Vec<(Role, usize, usize, Vec<i64>)> = Vec::new();
    for (k, &(start, combo)) in path.steps.iter().enumerate() {
        placed.push((Role::Main, k, start, combo % mains));
        if request.after_each.is_some() {
            let after = combo / mains;
            let options = cheapest(s.following(rules, k, start, after));
            open.push((Role::AfterEach, k, after, options));
        }
    }
    for (role, there, at) in [
        (Role::Before, request.before.is_some(), path.steps.first()),
        (Role::AfterLast, request.after_last.is_some(), path.steps.last()),
    ] {
        if let Some(&(start, _)) = at.filter(|_| there) {
            let options = cheapest(s.around(rules, role, start.div_euclid(DAY)));
            open.push((role, 0, 0, options));
        }
    }
    for (_, _, _, options) in &mut open {
        // Any of these costs the same; which is taken is left to the seed.
        let shift = s.rng.below(options.len());
        options.rotate_left(shift);
    }
    let mut tries = 0;
    let fixed_part = placed.len();
    if clash(s, &placed).is_none() && place(s, &open, &mut placed, &mut tries) {
        return Ok(placed);
    }
    placed.truncate(fixed_part);
    for (role, index, combo, options) in &open {
        if let Some(&start) = options.first() {
            placed.push((*role, *index, start, *combo));
        }
    }
    match clash(s, &placed) {
        Some(clash) => Err(clash),
        None => Ok(placed),
    }
}

fn cheapest(options: Vec<(i64, i64)>) -> Vec<i64> {
    let least = options.iter().map(|o| o.1).min();
    let keep = options.into_iter().filter(|o| Some(o.1) == least);
    keep.map(|o| o.0).collect()
}

fn place(
    s: &Search,
    open: &[(Role, usize, usize, Vec<i64>)],
    placed: &mut Vec<Placed>,
    tries: &mut usize,
) -> bool {
    let Some(((role, index, combo, options), rest)) = open.split_first() else {
        return true;
    };
    for &start in options {
        *tries += 1;
        if *tries > PATIENCE {
            return false;
        }
        let visit = (*role, *index, start, *combo);
        if placed.iter().any(|other| overlap(s, &visit, other)) {
            continue;
        }
        placed.push(visit);
        if place(s, rest, placed, tries) {
            return true;
        }
        placed.pop();
    }
    false
}

/// Overlapping visits of which at least one could give way.
fn overlap(s: &Search, a: &Placed, b: &Placed) -> bool {
    let apart = a.2 + s.minutes(a.0) <= b.2 || b.2 + s.minutes(b.0) <= a.2;
    !apart && (s.fixed(a.0, a.1).is_none() || s.fixed(b.0, b.1).is_none())
}

fn clash(s: &Search, placed: &[Placed]) -> Option<Clash> {
    for (i, a) in placed.iter().enumerate() {
        for b in &placed[i + 1..] {
            if overlap(s, a, b) {
                return Some(Clash { first: (a.0, a.1), second: (b.0, b.1), minute: a.2.max(b.2) });
            }
        }
    }
    None
}
