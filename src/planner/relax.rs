//! The shortest path over main visits 1..n: the heart of the single-series planner.
//!
//! A state is (day, time of day, combination of continuity resources of the main visit and of its
//! `after_each` visit). Every cost between consecutive visits is a sum of one term in the days, one in the
//! times of day and one per continuity kind, so a layer passes to the next by a distance transform along each of
//! these axes in turn (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012)
//! instead of trying all pairs: time is linear in the number of states.

use super::cells::{Cell, Layer, Shape, both_fixed};
use super::instance::Role;
use super::localtime::DAY;
use super::nodes::{NEVER, Nodes};
use super::passes::pass;
use super::search::{Rule, Search};
use super::trace::trace;

/// A path: per main visit its start and its (main, after) combination, and what it costs.
#[derive(Clone, Debug)]
pub(super) struct Path {
    pub cost: i64,
    pub steps: Vec<(i64, usize)>,
}

/// The cheapest path whose first main visit lies on a day of `first`; own visits may still overlap where they
/// are not consecutive main visits.
pub(super) fn shortest(s: &mut Search, nodes: &mut Nodes, rules: &[Rule], first: (i64, i64)) -> Option<Path> {
    if fits_i32(s) { run::<i32>(s, nodes, rules, first) } else { run::<i64>(s, nodes, rules, first) }
}

/// No visit's price exceeds this: the bound keeps its prices below.
pub(super) const MOST_PRICE: i64 = 1 << 20;

/// Whether no path, even with every worst term, reaches a quarter of the `i32` range.
fn fits_i32(s: &Search) -> bool {
    let w = &s.scene.instance.doc.weights;
    let per_visit = (w.gap_day.saturating_mul(12_000))
        .saturating_add(w.shift_minute.saturating_mul(DAY))
        .saturating_add(w.change.saturating_mul(64))
        .saturating_add(w.outside_preferred)
        .saturating_add(2 * w.move_visit.max(w.move_confirmed).max(w.reassign))
        .saturating_add(if s.prices.is_some() { 2 * MOST_PRICE } else { 0 });
    let visits = s.scene.request().visits as i64 + 2;
    let delay = w.delay_day.saturating_mul(12_000);
    per_visit.saturating_mul(visits).saturating_add(delay) < 1 << 28
}

fn run<C: Cell>(s: &mut Search, nodes: &mut Nodes, rules: &[Rule], first: (i64, i64)) -> Option<Path> {
    let count = s.scene.request().visits;
    let bounds = day_bounds(s, first)?;
    let mut shape = shape(s);
    let mut per_layer = Vec::with_capacity(count);
    let mut reach: Vec<i64> = (bounds[0].0..=bounds[0].1).collect();
    for k in 0..count {
        let mut layer = Vec::new();
        for &day in &reach {
            let day_nodes = nodes.day(s, rules, k, day);
            if !day_nodes.starts.is_empty() {
                layer.push((day, day_nodes));
            }
        }
        if layer.is_empty() {
            return None;
        }
        let days: Vec<i64> = layer.iter().map(|l| l.0).collect();
        per_layer.push(layer);
        if k + 1 < count {
            reach = next_days(s, k + 1, &days, bounds[k + 1]);
        }
    }
    let all = per_layer.iter().flatten().flat_map(|(_, n)| &n.starts);
    shape.times = all.map(|start| start.rem_euclid(DAY)).collect();
    shape.times.sort_unstable();
    shape.times.dedup();
    let mut layers: Vec<Layer<C>> = Vec::with_capacity(count);
    for (k, nodes) in per_layer.iter().enumerate() {
        let days: Vec<i64> = nodes.iter().map(|n| n.0).collect();
        let row = shape.combos;
        let mut cells = match layers.last() {
            None => vec![C::of(0); days.len() * shape.times.len() * row],
            Some(last) => pass(s, &shape, last, &days, k),
        };
        let mut used = vec![false; days.len() * shape.times.len()];
        for (d, (day, nodes)) in nodes.iter().enumerate() {
            let extra = day_cost(s, rules, k, *day);
            for (n, start) in nodes.starts.iter().enumerate() {
                let Ok(t) = shape.times.binary_search(&start.rem_euclid(DAY)) else {
                    continue;
                };
                let at = d * shape.times.len() + t;
                used[at] = extra < NEVER;
                let costs = &nodes.rows[n * row..][..row];
                for (cell, &cost) in cells[at * row..][..row].iter_mut().zip(costs) {
                    // A first visit held before the horizon has a price below 0: keep it off NEVER.
                    let never = cost >= NEVER || extra >= NEVER;
                    let sum = *cell + C::of(if never { NEVER } else { cost + extra });
                    *cell = sum.min(C::NEVER);
                }
            }
        }
        for (at, used) in used.iter().enumerate() {
            if !used {
                cells[at * row..][..row].fill(C::NEVER);
            }
        }
        layers.push(Layer { days, cells });
    }
    trace(s, &shape, &layers, &per_layer, rules)
}

/// Dimensions of the combinations; times are filled in later.
fn shape(s: &Search) -> Shape {
    let mains = s.main.combos;
    let mut dims = Vec::new();
    for dim in &s.main.dims {
        dims.push((dim.resources.len(), dim.stride));
    }
    for dim in s.after.iter().flat_map(|t| &t.dims) {
        dims.push((dim.resources.len(), dim.stride * mains));
    }
    let weights = &s.scene.instance.doc.weights;
    Shape {
        times: Vec::new(),
        dims,
        combos: mains * s.after.as_ref().map_or(1, |t| t.combos),
        shift: weights.shift_minute,
        change: weights.change,
    }
}

/// Days on which each main visit can lie, by the gaps and the fixed main visits alone.
fn day_bounds(s: &Search, first: (i64, i64)) -> Option<Vec<(i64, i64)>> {
    let request = s.scene.request();
    let fixed = |k| s.fixed(Role::Main, k).map(|f| f.start.div_euclid(DAY));
    let low = request.earliest.unwrap_or(0).max(0);
    let high = (s.scene.instance.days - 1).min(request.latest.unwrap_or(i64::MAX));
    let mut out: Vec<(i64, i64)> =
        (0..request.visits).map(|k| fixed(k).map_or((low, high), |d| (d, d))).collect();
    if fixed(0).is_none() {
        out[0] = (out[0].0.max(first.0), out[0].1.min(first.1));
    }
    let gap = request.gap;
    let n = out.len();
    for k in 1..n {
        if fixed(k).is_none() {
            let before = out[k - 1];
            out[k] = (out[k].0.max(before.0 + gap.min), out[k].1.min(before.1 + gap.max));
        }
    }
    for k in (0..n.saturating_sub(1)).rev() {
        if fixed(k).is_none() {
            let next = out[k + 1];
            out[k] = (out[k].0.max(next.0 - gap.max), out[k].1.min(next.1 - gap.min));
        }
    }
    out.iter().all(|b| b.0 <= b.1).then_some(out)
}

/// Days of main visit `k` that some day of the visit before it allows.
fn next_days(s: &Search, k: usize, days: &[i64], bounds: (i64, i64)) -> Vec<i64> {
    let gap = s.scene.request().gap;
    let allowed =
        |day: &i64| both_fixed(s, k) || days.iter().any(|d| (gap.min..=gap.max).contains(&(day - d)));
    (bounds.0..=bounds.1).filter(allowed).collect()
}

/// What depends on the day of the first or last main visit alone: waiting, and the cheapest visit before or after.
pub(super) fn day_cost(s: &mut Search, rules: &[Rule], k: usize, day: i64) -> i64 {
    let instance = s.scene.instance;
    let request = &instance.requests[s.scene.request];
    let mut cost = 0;
    if k == 0 {
        let base = instance.delay_base(s.scene.request);
        cost += instance.doc.weights.delay_day * (day - base);
        if request.before.is_some() {
            let options = s.around(rules, Role::Before, day);
            match options.iter().map(|o| o.1).min() {
                Some(least) => cost += least,
                None => return NEVER,
            }
        }
    }
    if k + 1 == request.visits && request.after_last.is_some() {
        let options = s.around(rules, Role::AfterLast, day);
        match options.iter().map(|o| o.1).min() {
            Some(least) => cost += least,
            None => return NEVER,
        }
    }
    cost
}
