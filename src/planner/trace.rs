//! From the cheapest last state back to the path that leads there.

use std::rc::Rc;

use super::cells::{Cell, Layer, Shape, both_fixed};
use super::instance::Role;
use super::localtime::DAY;
use super::nodes::DayNodes;
use super::relax::{Path, day_cost};
use super::search::{Rule, Search};

/// Walks back from the cheapest last state; ties are broken by the search's generator.
pub(super) fn trace<C: Cell>(
    s: &mut Search,
    shape: &Shape,
    layers: &[Layer<C>],
    nodes: &[Vec<(i64, Rc<DayNodes>)>],
    rules: &[Rule],
) -> Option<Path> {
    let row = shape.combos;
    let last = layers.last()?;
    let best = last.cells.iter().copied().min()?;
    if best >= C::NEVER {
        return None;
    }
    let mut at = pick(s, last.cells.iter().map(|&c| c == best))?;
    let (gap, minutes) = (s.scene.request().gap, s.minutes(Role::Main));
    let gap_day = s.scene.instance.doc.weights.gap_day;
    let mut steps = Vec::with_capacity(layers.len());
    for k in (0..layers.len()).rev() {
        let layer = &layers[k];
        let (place, combo) = (at / row, at % row);
        let (d, time) = (place / shape.times.len(), shape.times[place % shape.times.len()]);
        let start = layer.days[d] * DAY + time;
        steps.push((start, combo));
        if k == 0 {
            break;
        }
        let (day, day_nodes) = &nodes[k][d];
        let n = day_nodes.starts.binary_search(&start).ok()?;
        let own = day_nodes.rows[n * row + combo] + day_cost(s, rules, k, *day);
        let target = layer.cells[at].value() - own;
        let free = both_fixed(s, k);
        let before = &layers[k - 1];
        let matches = before.cells.iter().enumerate().map(|(from, &cell)| {
            if cell.value() > target {
                return false;
            }
            let (place, c) = (from / row, from % row);
            let (p, other) = (place / shape.times.len(), shape.times[place % shape.times.len()]);
            let apart = day - before.days[p];
            if !free && !(gap.min..=gap.max).contains(&apart) {
                return false;
            }
            if !free && (start - before.days[p] * DAY - other).abs() < minutes {
                return false;
            }
            let digits = shape.dims.iter();
            let changes = digits.filter(|(n, s)| c / s % n != combo / s % n).count() as i64;
            let price = gap_day * (apart - gap.target).abs()
                + shape.shift * (time - other).abs()
                + shape.change * changes;
            cell.value() + price == target
        });
        at = pick(s, matches)?;
    }
    steps.reverse();
    Some(Path { cost: best.value(), steps })
}

/// One of the true places, each as likely as the others.
fn pick(s: &mut Search, flags: impl Iterator<Item = bool>) -> Option<usize> {
    let mut chosen = None;
    let mut seen = 0;
    for (at, _) in flags.enumerate().filter(|f| f.1) {
        seen += 1;
        if s.rng.below(seen) == 0 {
            chosen = Some(at);
        }
    }
    chosen
}
