//! How much of each kind's open time is taken, week by week.

use chrono::NaiveDate;

use super::instance::{Instance, Resource};
use super::load::Load;
use super::localtime::DAY;

/// Days of a week of the report; the last one may be shorter.
const WEEK: i64 = 7;

/// Seven days of the horizon, counted from its first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    /// First date.
    pub from: NaiveDate,
    /// Last date.
    pub to: NaiveDate,
    /// Every kind asked for.
    pub kinds: Vec<KindUse>,
}

/// Minutes of all resources of a kind in a week, times their capacity. A resource that serves several kinds counts in
/// each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindUse {
    /// The kind.
    pub kind: String,
    /// Minutes of working hours.
    pub open: i64,
    /// Of these, minutes taken or away now.
    pub taken: i64,
    /// Of these, minutes taken or away with the counted series.
    pub taken_with: i64,
}

impl KindUse {
    /// Percent of the open minutes taken now and with the counted series; none if nothing is open.
    pub fn percent(&self) -> Option<(i64, i64)> {
        let of = |minutes: i64| (minutes * 100 + self.open / 2) / self.open;
        (self.open > 0).then(|| (of(self.taken), of(self.taken_with)))
    }
}

/// The use of these kinds in every week of the horizon, under two loads.
pub(super) fn weeks(instance: &Instance, kinds: &[usize], before: &Load, after: &Load) -> Vec<Week> {
    let mut out = Vec::new();
    for first in (0..instance.days).step_by(WEEK as usize) {
        let last = (first + WEEK - 1).min(instance.days - 1);
        let use_of = |&kind: &usize| {
            let name = instance.kinds[kind].clone();
            let mut sum = KindUse { kind: name, open: 0, taken: 0, taken_with: 0 };
            let serving = instance.resources.iter().enumerate().filter(|r| r.1.serves.contains(&kind));
            for (r, resource) in serving {
                for day in first..=last {
                    for (from, to) in merged(&resource.hours.by_day[instance.time.weekday(day)]) {
                        let stretch = (day * DAY + from, day * DAY + to);
                        add(&mut sum, instance, (r, resource), stretch, (before, after));
                    }
                }
            }
            sum
        };
        out.push(Week {
            from: instance.time.date(first),
            to: instance.time.date(last),
            kinds: kinds.iter().map(use_of).collect(),
        });
    }
    out
}

/// Adds one stretch of open time of one resource, slot by slot.
fn add(
    sum: &mut KindUse,
    instance: &Instance,
    (r, resource): (usize, &Resource),
    (from, to): (i64, i64),
    (before, after): (&Load, &Load),
) {
    let mut at = from;
    while at < to {
        let next = ((at.div_euclid(instance.slot) + 1) * instance.slot).min(to);
        let taken = |load: &Load| i64::from(resource.capacity - free(load, r, (at, next), resource.capacity));
        sum.open += (next - at) * i64::from(resource.capacity);
        sum.taken += (next - at) * taken(before);
        sum.taken_with += (next - at) * taken(after);
        at = next;
    }
}

/// How many more units fit.
fn free(load: &Load, resource: usize, (from, to): (i64, i64), capacity: u16) -> u16 {
    let (mut low, mut high) = (0, capacity);
    while low < high {
        let middle = high - (high - low) / 2;
        if load.fits(resource, from, to, middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

/// A day's working hours without overlaps.
fn merged(windows: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut sorted = windows.to_vec();
    sorted.sort_unstable();
    let mut out: Vec<(i64, i64)> = Vec::new();
    for (from, to) in sorted {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}
