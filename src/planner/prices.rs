//! Prices on resources' time, and what a visit pays under them: the multipliers of the bound of many courses.

use super::instance::{Instance, Need};

/// A price per resource and slot, summed up so that any stretch is priced by two look-ups.
#[derive(Clone, Debug)]
pub(super) struct Prices {
    slot: i64,
    /// Per resource: the price of all slots before each one.
    before: Vec<Vec<i64>>,
}

impl Prices {
    /// `per_slot` holds a price of 0 or more for each resource and slot.
    pub fn new(instance: &Instance, per_slot: &[Vec<i64>]) -> Self {
        let sums = |prices: &Vec<i64>| {
            let mut sum = 0;
            let mut before = vec![0];
            before.extend(prices.iter().map(|price| {
                sum += price;
                sum
            }));
            before
        };
        Prices { slot: instance.slot, before: per_slot.iter().map(sums).collect() }
    }

    /// What a resource asks for serving a need of a visit that starts at `start`.
    pub fn need(&self, need: &Need, resource: usize, start: i64) -> i64 {
        let Some(before) = self.before.get(resource) else { return 0 };
        let end = before.len() as i64 - 1;
        let at = |minute: i64| before[minute.div_euclid(self.slot).clamp(0, end) as usize];
        need.spans
            .iter()
            .map(|span| {
                let from = start + span.offset;
                i64::from(span.units) * (at(from + span.minutes + self.slot - 1) - at(from))
            })
            .sum()
    }
}
