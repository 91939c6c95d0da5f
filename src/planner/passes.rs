//! From one layer to the next: distance transforms along each axis of the state.

use super::cells::{Cell, Layer, Shape, both_fixed};
use super::instance::Role;
use super::localtime::DAY;
use super::search::Search;

/// Whether two main visits, `apart` days from one to the next, could overlap at some times of day.
fn may_overlap(minutes: i64, apart: i64) -> bool {
    apart * DAY < minutes + DAY
}

/// Cheapest way to reach each state of the next layer, before its own costs.
pub(super) fn pass<C: Cell>(s: &Search, shape: &Shape, last: &Layer<C>, days: &[i64], k: usize) -> Vec<C> {
    let (gap, minutes) = (s.scene.request().gap, s.minutes(Role::Main));
    let gap_day = s.scene.instance.doc.weights.gap_day;
    let free = both_fixed(s, k);
    let block = shape.times.len() * shape.combos;
    let mut changed = last.cells.clone();
    for row in changed.chunks_mut(shape.combos) {
        change_kinds(shape, row);
    }
    let mut shifted = changed.clone();
    for cells in shifted.chunks_mut(block) {
        shift_times(shape, cells);
    }
    let mut out = vec![C::NEVER; days.len() * block];
    for (d, day) in days.iter().enumerate() {
        let target = &mut out[d * block..][..block];
        for (p, before) in last.days.iter().enumerate() {
            let apart = day - before;
            if !free && !(gap.min..=gap.max).contains(&apart) {
                continue;
            }
            let price = C::of(gap_day * (apart - gap.target).abs());
            if !free && may_overlap(minutes, apart) {
                let source = &changed[p * block..][..block];
                side_by_side(shape, source, target, (apart, minutes), price);
                continue;
            }
            let source = &shifted[p * block..][..block];
            for (cell, &from) in target.iter_mut().zip(source) {
                *cell = (*cell).min(from + price);
            }
        }
    }
    out
}

/// Every pair of times that keeps two near main visits from overlapping.
fn side_by_side<C: Cell>(
    shape: &Shape,
    source: &[C],
    target: &mut [C],
    (apart, minutes): (i64, i64),
    price: C,
) {
    let row = shape.combos;
    for (t, time) in shape.times.iter().enumerate() {
        for (f, from) in shape.times.iter().enumerate() {
            let between = apart * DAY + time - from;
            if between.abs() < minutes {
                continue;
            }
            let price = price + C::of(shape.shift * (time - from).abs());
            let cells = target[t * row..][..row].iter_mut();
            for (cell, &from) in cells.zip(&source[f * row..][..row]) {
                *cell = (*cell).min(from + price);
            }
        }
    }
}

/// Along each continuity kind: the same resource for nothing, another for `change`.
fn change_kinds<C: Cell>(shape: &Shape, row: &mut [C]) {
    let change = C::of(shape.change);
    for &(size, stride) in &shape.dims {
        if size < 2 {
            continue;
        }
        for base in (0..row.len()).step_by(size * stride) {
            for low in base..base + stride {
                let line = (0..size).map(|i| low + i * stride);
                let least = line.clone().map(|at| row[at]).min().unwrap_or(C::NEVER) + change;
                for at in line {
                    row[at] = row[at].min(least);
                }
            }
        }
    }
}

/// Along the times of day: `shift` per minute either way.
fn shift_times<C: Cell>(shape: &Shape, cells: &mut [C]) {
    let row = shape.combos;
    let step = |a: usize| C::of(shape.shift * (shape.times[a + 1] - shape.times[a]));
    for t in 0..shape.times.len().saturating_sub(1) {
        let (low, high) = cells.split_at_mut((t + 1) * row);
        let price = step(t);
        for (to, &from) in high[..row].iter_mut().zip(&low[t * row..]) {
            *to = (*to).min(from + price);
        }
    }
    for t in (0..shape.times.len().saturating_sub(1)).rev() {
        let (low, high) = cells.split_at_mut((t + 1) * row);
        let price = step(t);
        for (to, &from) in low[t * row..].iter_mut().zip(&high[..row]) {
            *to = (*to).min(from + price);
        }
    }
}
