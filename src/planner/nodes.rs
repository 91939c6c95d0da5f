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
    /// Under prices, one per visit with bookings or rules of its own.
    after_priced: HashMap<usize, AfterIndex>,
}

/// Per combination, the UTC starts of the `after_each` visits on the days read so far, in order, and what each costs.
#[derive(Default)]
struct AfterIndex {
    utc: Vec<Vec<(i64, i64)>>,
    from: i64,
    to: i64,
}

impl Nodes {
    pub fn new() -> Self {
        Nodes { shared: HashMap::new(), after_all: AfterIndex::default(), after_priced: HashMap::new() }
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
            let priced = s.priced(Role::Main, index, start);
            for m in (0..mains).filter(|m| bits[m / 64] >> (m % 64) & 1 == 1) {
                let price = priced.get(m).copied().unwrap_or(0);
                let cost = wish + price + if own { s.disturbance(Role::Main, index, start, m) } else { 0 };
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
        if s.prices.is_some() {
            return self.after_priced(s, rules, index, start, afters);
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
        self.after_all.read(s, (first, last), afters, None);
        (0..afters).map(|a| self.after_all.cheapest(a, low, high)).collect()
    }

    /// As [`Nodes::after_own`], under prices.
    fn after_priced(
        &mut self,
        s: &mut Search,
        rules: &[Rule],
        index: usize,
        start: i64,
        afters: usize,
    ) -> Vec<i64> {
        let Some((low, high)) = s.after_window(start) else {
            return vec![0];
        };
        let end = start + s.minutes(Role::Main);
        let apart = low - s.scene.instance.time.utc(end);
        let first = (end + apart).div_euclid(DAY) - 1;
        let last = (end + apart + high - low).div_euclid(DAY) + 1;
        let own = self.after_priced.entry(index).or_default();
        own.read(s, (first, last), afters, Some((rules, index)));
        (0..afters).map(|a| own.cheapest(a, low, high)).collect()
    }
}

impl AfterIndex {
    /// Reads further days, so that `first` to `last` are known; with `own`, those of one visit with its bookings.
    fn read(
        &mut self,
        s: &mut Search,
        (first, last): (i64, i64),
        afters: usize,
        own: Option<(&[Rule], usize)>,
    ) {
        if self.utc.is_empty() {
            self.utc = vec![Vec::new(); afters];
            (self.from, self.to) = (first, first - 1);
        }
        if self.from <= first && last <= self.to {
            return;
        }
        let (from, to) = (self.from.min(first), self.to.max(last));
        for day in (from..self.from).chain(self.to + 1..=to) {
            match own {
                Some((rules, index)) => self.read_own(s, rules, index, day),
                None => self.read_shared(s, day),
            }
        }
        if from < self.from {
            self.utc.iter_mut().for_each(|list| list.sort_unstable());
        }
        (self.from, self.to) = (from, to);
    }

    fn read_shared(&mut self, s: &mut Search, day: i64) {
        let scene = s.scene;
        let Some((table, prices)) = s.after.as_mut().map(|t| (t, s.prices.as_deref())) else { return };
        let words = table.words;
        let options = table.day(scene, day);
        let mut starts = Vec::with_capacity(options.starts.len());
        for (start, bits) in options.starts.iter().zip(options.bits.chunks(words)) {
            let utc = scene.instance.time.utc(*start);
            starts.push(*start);
            for (a, list) in self.utc.iter_mut().enumerate() {
                if bits[a / 64] >> (a % 64) & 1 == 1 {
                    list.push((utc, 0));
                }
            }
        }
        let Some(prices) = prices else { return };
        for start in starts {
            let utc = scene.instance.time.utc(start);
            let priced = table.priced(scene, prices, start);
            for (list, price) in self.utc.iter_mut().zip(priced) {
                if let Some(entry) =
                    list.iter_mut().rev().find(|entry| entry.0 <= utc).filter(|entry| entry.0 == utc)
                {
                    entry.1 = price;
                }
            }
        }
    }

    fn read_own(&mut self, s: &mut Search, rules: &[Rule], index: usize, day: i64) {
        for (start, bits) in s.candidates(rules, Role::AfterEach, index, day) {
            let utc = s.scene.instance.time.utc(start);
            let priced = s.priced(Role::AfterEach, index, start);
            for a in 0..self.utc.len() {
                if bits[a / 64] >> (a % 64) & 1 == 1 {
                    let price = priced.get(a).copied().unwrap_or(0);
                    let cost = price + s.disturbance(Role::AfterEach, index, start, a);
                    self.utc[a].push((utc, cost));
                }
            }
        }
    }

    fn inside(&self, combo: usize, low: i64, high: i64) -> impl Iterator<Item = i64> {
        let list = self.utc.get(combo).map_or(&[][..], Vec::as_slice);
        let from = list.partition_point(|u| u.0 < low);
        list[from..].iter().take_while(move |u| u.0 <= high).map(|u| u.1)
    }

    fn count(&self, combo: usize, low: i64, high: i64) -> usize {
        // One or more is all anybody asks.
        self.inside(combo, low, high).take(2).count()
    }

    fn cheapest(&self, combo: usize, low: i64, high: i64) -> i64 {
        let mut least = NEVER;
        for cost in self.inside(combo, low, high) {
            least = least.min(cost);
            // Nothing is cheaper, and without prices the first start settles it.
            if least == 0 {
                break;
            }
        }
        least
    }
}
