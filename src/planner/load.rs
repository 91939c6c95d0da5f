//! What each resource carries at each moment of the horizon, and whether one more unit fits.

use super::instance::Instance;

/// Units carried per resource and slot. A slot is the greatest common divisor of every time in the
/// instance, so no rounding happens; usually it is the grid.
#[derive(Clone, Debug)]
pub struct Load {
    slot: i64,
    slots: usize,
    words: usize,
    capacity: Vec<u16>,
    count: Vec<u16>,
    /// One bit per slot: no further unit fits. Most questions are answered from these words alone.
    full: Vec<u64>,
}

impl Load {
    /// Busy times and every fixed visit, which happens whether its request is planned or not.
    pub fn new(instance: &Instance) -> Self {
        let slots = (instance.days * super::localtime::DAY / instance.slot) as usize;
        let words = slots.div_ceil(64);
        let resources = instance.resources.len();
        let mut load = Load {
            slot: instance.slot,
            slots,
            words,
            capacity: instance.resources.iter().map(|r| r.capacity).collect(),
            count: vec![0; slots * resources],
            full: vec![0; words * resources],
        };
        for (r, resource) in instance.resources.iter().enumerate() {
            for &(from, to) in &resource.busy {
                load.change(r, from, to, 1, true);
            }
        }
        for (q, request) in instance.requests.iter().enumerate() {
            for visit in request.current.iter().filter(|c| c.fixed) {
                if let Some(resources) = &visit.resources {
                    let service = instance.service_of(q, visit.role);
                    load.visit(instance, service, visit.start, resources, true);
                }
            }
        }
        load
    }

    /// Adds or takes away one visit; `resources` are in the order of the service's needs.
    pub fn visit(&mut self, instance: &Instance, service: usize, start: i64, resources: &[usize], add: bool) {
        for (need, &r) in instance.services[service].needs.iter().zip(resources) {
            for span in &need.spans {
                let from = start + span.offset;
                self.change(r, from, from + span.minutes, span.units, add);
            }
        }
    }

    fn change(&mut self, resource: usize, from: i64, to: i64, units: u16, add: bool) {
        let (a, b) = self.range(from, to);
        let row = resource * self.slots;
        for at in a..b {
            let count = &mut self.count[row + at];
            *count = if add { count.saturating_add(units) } else { count.saturating_sub(units) };
            let word = &mut self.full[resource * self.words + at / 64];
            if *count >= self.capacity[resource] {
                *word |= 1 << (at % 64);
            } else {
                *word &= !(1 << (at % 64));
            }
        }
    }

    /// Units left per resource and slot; 0 where busy times alone exceed the capacity.
    pub fn room(&self) -> Vec<Vec<i64>> {
        let rows = self.count.chunks(self.slots.max(1)).zip(&self.capacity);
        rows.map(|(row, &capacity)| {
            row.iter().map(|&count| (i64::from(capacity) - i64::from(count)).max(0)).collect()
        })
        .collect()
    }

    /// Slots touched, cut to the horizon: outside it nothing is planned.
    fn range(&self, from: i64, to: i64) -> (usize, usize) {
        let end = self.slots as i64;
        let a = from.div_euclid(self.slot).clamp(0, end);
        let b = (to + self.slot - 1).div_euclid(self.slot).clamp(a, end);
        (a as usize, b as usize)
    }

    /// Whether `units` more fit from `from` to `to`.
    pub fn fits(&self, resource: usize, from: i64, to: i64, units: u16) -> bool {
        let (a, b) = self.range(from, to);
        if a >= b {
            return true;
        }
        if units > 1 {
            let limit = u32::from(self.capacity[resource]);
            let row = &self.count[resource * self.slots..][a..b];
            return row.iter().all(|&c| u32::from(c) + u32::from(units) <= limit);
        }
        let row = &self.full[resource * self.words..][..self.words];
        let (first, last) = (a / 64, (b - 1) / 64);
        let head = !0u64 << (a % 64);
        let tail = !0u64 >> (63 - (b - 1) % 64);
        if first == last {
            return row[first] & head & tail == 0;
        }
        row[first] & head == 0 && row[last] & tail == 0 && row[first + 1..last].iter().all(|&w| w == 0)
    }
}
