//! What each main visit costs at each start with each combination of resources, its own attached visits included.

use std::collections::HashMap;
use std::rc::Rc;

use super::instance::Role;
use super::localtime::DAY;
use super::search::{Rule, Search};

/// Nothing possible.
pub(super) const NEVER: i64 = i64::MAX / 4;

/// Starts of a day and, per start, the price of every (main combination, after combination) pair:
/// `rows[start * combos + main + after * main_combos]`.
#[derive(Debug, Default)]
pub(super) struct DayNodes {
    pub starts: Vec<i64>,
    pub rows: Vec<i64>,
}

/// Makes the nodes of each layer; those of visits without bookings and rules are shared.
pub(super) struct Nodes {
    shared: HashMap<i64, Rc<DayNodes>>,
    after_all: AfterIndex,
}

/// Per combination, the UTC starts of the `after_each` visits on the days read so far, in order.
#[derive(Default)]
struct AfterIndex {
    utc: Vec<Vec<i64>>,
    from: i64,
    to: i64,
}

impl Nodes {
    pub fn new() -> Self {
        Nodes { shared: HashMap::new(), after_all: AfterIndex::default() }
    }

    /// The nodes of main visit `index` on `day`, costs of the first and last visit's own attachments
    /// excluded (they depend on the day alone).
    pub fn day(&mut self, s: &mut Search, rules: &[Rule], index: usize, day: i64) -> Rc<DayNodes> {
        let request = s.scene.request();
        let own = [Role::Main, Role::AfterEach].into_iter().any(|role| {
            request.current(role, index).is_some() || rules.iter().any(|r| r.concerns(role, index))
        });
        if own {
            return Rc::new(self.work_out(s, rules, index, day, true));
        }
        if let Some(nodes) = self.shared.get(&day) {
            return nodes.clone();
        }
        let nodes = Rc::new(self.work_out(s, &[], index, day, false));
        self.shared.insert(day, nodes.clone());
        nodes
    }

    fn work_out(&mut self, s: &mut Search, rules: &[Rule], index: usize, day: i64, own: bool) -> DayNodes {
        let instance = s.scene.instance;
        let request = &instance.requests[s.scene.request];
        let (mains, afters) = (s.main.combos, s.after.as_ref().map_or(1, |t| t.combos));
        let mut out = DayNodes::default();
        let candidates = s.candidates(rules, Role::Main, index, day);
        for (start, bits) in candidates {
            let end = start + s.minutes(Role::Main);
            let liked = !request.preferred.any || request.preferred.hold(&instance.time, start, end);
            let wish = if liked { 0 } else { instance.doc.weights.outside_preferred };
            let after = if request.after_each.is_none() {
                vec![0]
            } else if own {
                self.after_own(s, rules, index, start, afters)
            } else {
                self.after_shared(s, start, afters)
            };
            if after.iter().all(|&cost| cost >= NEVER) {
                continue;
            }
            out.starts.push(start);
            let at = out.rows.len();
            out.rows.resize(at + mains * afters, NEVER);
            for m in (0..mains).filter(|m| bits[m / 64] >> (m % 64) & 1 == 1) {
                let cost = wish + if own { s.disturbance(Role::Main, index, start, m) } else { 0 };
                for (a, &more) in after.iter().enumerate() {
                    if more < NEVER {
                        out.rows[at + m + a * mains] = cost + more;
                    }
                }
            }
        }
        out
    }

    /// Cheapest `after_each` visit per combination, for a visit with bookings or rules of its own.
    fn after_own(
        &mut self,
        s: &mut Search,
        rules: &[Rule],
        index: usize,
        start: i64,
        afters: usize,
    ) -> Vec<i64> {
        let request = &s.scene.instance.requests[s.scene.request];
        let booked = request.current(Role::AfterEach, index);
        let ruled = rules.iter().any(|r| r.concerns(Role::AfterEach, index));
        if booked.is_none() && !ruled {
            return self.after_shared(s, start, afters);
        }
        if let Some(fixed) = booked.filter(|b| b.fixed) {
            let mut row = vec![NEVER; afters];
            let held = fixed.resources.as_deref().unwrap_or(&[]);
            let combo = s.after.as_ref().and_then(|t| t.combo_of(held)).unwrap_or(0);
            if !s.following(rules, index, start, combo).is_empty() {
                row[combo] = 0;
            }
            return row;
        }
        if ruled {
            let cheapest = |a| s.following(rules, index, start, a).iter().map(|c| c.1).min();
            return (0..afters).map(cheapest).map(|c| c.unwrap_or(NEVER)).collect();
        }
        // Every start but the booked one costs the same move.
        let mut row = self.after_shared(s, start, afters);
        let (Some(booked), Some((low, high))) = (booked, s.after_window(start)) else {
            return row;
        };
        let weights = &s.scene.instance.doc.weights;
        let price = if booked.confirmed { weights.move_confirmed } else { weights.move_visit };
        let utc = s.scene.instance.time.utc(booked.start);
        let inside = low <= utc && utc <= high;
        let there = s.candidates(&[], Role::AfterEach, index, booked.start.div_euclid(DAY));
        let there = there.into_iter().find(|c| inside && c.0 == booked.start);
        for (a, cost) in row.iter_mut().enumerate().filter(|c| *c.1 < NEVER) {
            let stay = there.as_ref().filter(|t| t.1[a / 64] >> (a % 64) & 1 == 1);
            *cost = match stay {
                None => price,
                Some(_) => {
                    let stay = s.disturbance(Role::AfterEach, index, booked.start, a);
                    let others = self.after_all.count(a, low, high) > 1;
                    if others { stay.min(price) } else { stay }
                }
            };
        }
        row
    }

    fn after_shared(&mut self, s: &mut Search, start: i64, afters: usize) -> Vec<i64> {
        let Some((low, high)) = s.after_window(start) else {
            return vec![0];
        };
        let end = start + s.minutes(Role::Main);
        let apart = low - s.scene.instance.time.utc(end);
        let first = (end + apart).div_euclid(DAY) - 1;
        let last = (end + apart + high - low).div_euclid(DAY) + 1;
        self.after_all.read(s, first, last, afters);
        let there = |a| self.after_all.count(a, low, high) > 0;
        (0..afters).map(|a| if there(a) { 0 } else { NEVER }).collect()
    }
}

impl AfterIndex {
    /// Reads further days, so that `first` to `last` are known.
    fn read(&mut self, s: &mut Search, first: i64, last: i64, afters: usize) {
        if self.utc.is_empty() {
            self.utc = vec![Vec::new(); afters];
            (self.from, self.to) = (first, first - 1);
        }
        if self.from <= first && last <= self.to {
            return;
        }
        let (from, to) = (self.from.min(first), self.to.max(last));
        for day in (from..self.from).chain(self.to + 1..=to) {
            let scene = s.scene;
            let Some(table) = s.after.as_mut() else { return };
            let words = table.words;
            let options = table.day(scene, day);
            for (start, bits) in options.starts.iter().zip(options.bits.chunks(words)) {
                let utc = scene.instance.time.utc(*start);
                for (a, list) in self.utc.iter_mut().enumerate() {
                    if bits[a / 64] >> (a % 64) & 1 == 1 {
                        list.push(utc);
                    }
                }
            }
        }
        if from < self.from {
            self.utc.iter_mut().for_each(|list| list.sort_unstable());
        }
        (self.from, self.to) = (from, to);
    }

    fn count(&self, combo: usize, low: i64, high: i64) -> usize {
        let Some(list) = self.utc.get(combo) else {
            return 0;
        };
        let from = list.partition_point(|&u| u < low);
        let rest = &list[from..];
        // One or more is all anybody asks.
        rest.iter().take(2).take_while(|&&u| u <= high).count()
    }
}
