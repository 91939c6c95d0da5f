//! The candidate starts of one service for one request, day by day, with the resources that could serve them.

use super::assign::{complete, need_fits};
use super::instance::*;
use super::load::Load;
use super::localtime::DAY;
use super::prices::Prices;

/// A continuity kind of a service and the resources it may have.
#[derive(Clone, Debug)]
pub(super) struct Dim {
    pub need: usize,
    pub resources: Vec<usize>,
    pub stride: usize,
}

/// The starts of one day and, for each, which combinations of continuity resources work (bits).
#[derive(Clone, Debug, Default)]
pub(super) struct DayOptions {
    pub starts: Vec<i64>,
    pub bits: Vec<u64>,
    /// Per start and need, which of the need's first 64 serving resources are free (bits).
    free: Vec<u64>,
}

/// Candidates of one service for one request; days are worked out when first asked for.
///
/// A *combination* numbers one choice of resource per continuity kind (mixed radix over `dims`). The other
/// kinds only need some resource, because no cost depends on which one.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub service: usize,
    pub dims: Vec<Dim>,
    pub combos: usize,
    pub words: usize,
    open: Vec<bool>,
    days: Vec<Option<DayOptions>>,
    /// (kind, resource) pairs that may not be used.
    banned: Vec<(usize, usize)>,
}

/// Counts of starts, for explanations.
pub(super) struct Possible {
    pub patient: usize,
    /// Kind and starts at which one of its resources is free.
    pub kinds: Vec<(usize, usize)>,
}

/// A load and the request planned against it.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub instance: &'a Instance,
    pub load: &'a Load,
    pub request: usize,
}

impl Scene<'_> {
    pub fn request(&self) -> &Request {
        &self.instance.requests[self.request]
    }
}

impl Table {
    pub fn new(scene: Scene, role: Role, banned: &[(usize, usize)]) -> Self {
        let instance = scene.instance;
        let request = scene.request();
        let service_index = instance.service_of(scene.request, role);
        let service = &instance.services[service_index];
        let mut dims = Vec::new();
        let mut combos = 1;
        if matches!(role, Role::Main | Role::AfterEach) {
            for &kind in &instance.continuity {
                let Some(need) = service.needs.iter().position(|n| n.kind == kind) else {
                    continue;
                };
                let serving = service.needs[need].serving.iter().map(|s| s.resource);
                let mut resources: Vec<usize> = serving.collect();
                // A fixed visit may hold a resource that no longer serves the kind.
                for visit in request.current.iter().filter(|c| c.fixed && c.role == role) {
                    let held = visit.resources.as_ref().and_then(|r| r.get(need));
                    resources.extend(held);
                }
                resources.sort_unstable();
                resources.dedup();
                if resources.is_empty() {
                    continue;
                }
                let size = resources.len();
                dims.push(Dim { need, resources, stride: combos });
                combos *= size;
            }
        }
        let week = (0..7).flat_map(|w| (0..DAY / instance.grid).map(move |n| (w, n)));
        let open = week.map(|(weekday, n)| {
            let from = n * instance.grid;
            let windows: &Vec<(i64, i64)> = &request.available.by_day[weekday as usize];
            let holds = |w: &(i64, i64)| w.0 <= from && from + service.minutes <= w.1;
            !request.available.any || windows.iter().any(holds)
        });
        Table {
            service: service_index,
            dims,
            combos,
            words: combos.div_ceil(64),
            open: open.collect(),
            days: vec![None; instance.days as usize],
            banned: banned.to_vec(),
        }
    }

    /// The options of a day; none outside the horizon.
    pub fn day(&mut self, scene: Scene, day: i64) -> &DayOptions {
        static NONE: DayOptions = DayOptions { starts: Vec::new(), bits: Vec::new(), free: Vec::new() };
        let at = match usize::try_from(day) {
            Ok(at) if at < self.days.len() => at,
            _ => return &NONE,
        };
        if self.days[at].is_none() {
            self.days[at] = Some(self.work_out(scene, day));
        }
        self.days[at].as_ref().unwrap_or(&NONE)
    }

    fn work_out(&self, scene: Scene, day: i64) -> DayOptions {
        let mut out = DayOptions::default();
        let instance = scene.instance;
        let per_day = instance.starts_per_day();
        let week = instance.time.weekday(day) * per_day;
        let service = &instance.services[self.service];
        let mut free: Vec<Vec<usize>> = vec![Vec::new(); service.needs.len()];
        'starts: for n in 0..per_day {
            let start = day * DAY + n as i64 * instance.grid;
            if !self.open[week + n] || !self.patient_can(scene, start) {
                continue;
            }
            for (need, free) in service.needs.iter().zip(&mut free) {
                free.clear();
                for serving in &need.serving {
                    if serving.open[week + n]
                        && !self.banned.contains(&(need.kind, serving.resource))
                        && need_fits(scene.load, need, serving.resource, start)
                    {
                        free.push(serving.resource);
                    }
                }
                if free.is_empty() {
                    continue 'starts;
                }
            }
            if !instance.time.exists_once(start) {
                continue;
            }
            let before = out.bits.len();
            out.bits.resize(before + self.words, 0);
            if self.mark(scene, start, &free, &mut out.bits[before..]) {
                out.starts.push(start);
                for (need, free) in service.needs.iter().zip(&free) {
                    let serving = need.serving.iter().take(64).enumerate();
                    let bits = serving.filter(|(_, s)| free.contains(&s.resource)).map(|(i, _)| 1 << i);
                    out.free.push(bits.fold(0, |all, bit: u64| all | bit));
                }
            } else {
                out.bits.truncate(before);
            }
        }
        out
    }

    /// How many starts the patient allows, and how many of them each need's kind alone.
    pub fn possible(&self, scene: Scene) -> Possible {
        let instance = scene.instance;
        let service = &instance.services[self.service];
        let mut out = Possible { patient: 0, kinds: service.needs.iter().map(|n| (n.kind, 0)).collect() };
        for day in 0..instance.days {
            let week = instance.time.weekday(day) * instance.starts_per_day();
            for n in 0..instance.starts_per_day() {
                let start = day * DAY + n as i64 * instance.grid;
                if !self.open[week + n] || !self.patient_can(scene, start) {
                    continue;
                }
                out.patient += 1;
                for (need, count) in service.needs.iter().zip(&mut out.kinds) {
                    let free = need
                        .serving
                        .iter()
                        .any(|s| s.open[week + n] && need_fits(scene.load, need, s.resource, start));
                    count.1 += usize::from(free);
                }
            }
        }
        out
    }

    /// Dates and absences of the patient (weekly windows are in `open`).
    fn patient_can(&self, scene: Scene, start: i64) -> bool {
        let request = scene.request();
        let end = start + scene.instance.services[self.service].minutes;
        let (first, last) = (start.div_euclid(DAY), (end - 1).div_euclid(DAY));
        first >= 0
            && last < scene.instance.days
            && request.earliest.is_none_or(|day| first >= day)
            && request.latest.is_none_or(|day| last <= day)
            && request.unavailable.iter().all(|i| !(i.0 < end && start < i.1))
    }

    /// Sets the bits of the combinations that work; false if none does.
    fn mark(&self, scene: Scene, start: i64, free: &[Vec<usize>], bits: &mut [u64]) -> bool {
        let entangled = scene.instance.services[self.service].entangled;
        let mut choices = vec![(0usize, free.to_vec())];
        if !entangled {
            choices[0].1.clear();
        }
        for dim in &self.dims {
            let mut next = Vec::with_capacity(choices.len() * 2);
            for (combo, lists) in &choices {
                for (digit, r) in dim.resources.iter().enumerate() {
                    if free[dim.need].contains(r) {
                        let mut lists = lists.clone();
                        if entangled {
                            lists[dim.need] = vec![*r];
                        }
                        next.push((combo + digit * dim.stride, lists));
                    }
                }
            }
            choices = next;
        }
        let mut any = false;
        for (combo, lists) in choices {
            if !entangled || complete(scene, self.service, start, &lists).is_some() {
                bits[combo / 64] |= 1 << (combo % 64);
                any = true;
            }
        }
        any
    }

    /// What each combination pays at `start` under prices, other kinds served by whoever is cheapest; empty where
    /// nothing starts. Needs of one visit are priced apart, so this never exceeds what any assignment pays.
    pub fn priced(&mut self, scene: Scene, prices: &Prices, start: i64) -> Vec<i64> {
        let needs = &scene.instance.services[self.service].needs;
        let Some(free) = self.free_at(scene, start) else {
            return Vec::new();
        };
        let dims = &self.dims;
        let others = (0..needs.len()).filter(|n| dims.iter().all(|d| d.need != *n));
        let base: i64 = others.map(|n| cheapest(&needs[n], free[n], prices, start).map_or(0, |c| c.0)).sum();
        let mut out = vec![base; self.combos];
        for dim in dims {
            let price = |r: &usize| prices.need(&needs[dim.need], *r, start);
            let asked: Vec<i64> = dim.resources.iter().map(price).collect();
            for (combo, sum) in out.iter_mut().enumerate() {
                *sum += asked[combo / dim.stride % asked.len()];
            }
        }
        out
    }

    /// Who serves each need at `start` under these prices.
    pub fn cheapest(
        &mut self,
        scene: Scene,
        prices: &Prices,
        start: i64,
        combo: usize,
    ) -> Vec<Option<usize>> {
        let needs = &scene.instance.services[self.service].needs;
        let Some(free) = self.free_at(scene, start) else {
            return Vec::new();
        };
        let dim = |n: usize| self.dims.iter().find(|d| d.need == n);
        let pick = |n: usize| match dim(n) {
            Some(dim) => dim.resources.get(combo / dim.stride % dim.resources.len()).copied(),
            None => cheapest(&needs[n], free[n], prices, start).map(|c| c.1),
        };
        (0..needs.len()).map(pick).collect()
    }

    fn free_at(&mut self, scene: Scene, start: i64) -> Option<Vec<u64>> {
        let needs = scene.instance.services[self.service].needs.len();
        let options = self.day(scene, start.div_euclid(DAY));
        let at = options.starts.binary_search(&start).ok()?;
        Some(options.free[at * needs..][..needs].to_vec())
    }

    /// The combination of an assignment, if every continuity resource is one of the dimension's.
    pub fn combo_of(&self, resources: &[usize]) -> Option<usize> {
        self.dims.iter().try_fold(0, |sum, dim| {
            let held = resources.get(dim.need)?;
            let digit = dim.resources.iter().position(|r| r == held)?;
            Some(sum + digit * dim.stride)
        })
    }

    /// A whole assignment at `start` with this combination. Specialists come first, so that people who can do
    /// several things stay free.
    pub fn assign(&self, scene: Scene, start: i64, combo: usize, turn: usize) -> Option<Vec<usize>> {
        let lists = self.lists(scene, start, |need, resource| {
            let dim = self.dims.iter().find(|d| d.need == need);
            dim.is_none_or(|d| d.resources.get(combo / d.stride % d.resources.len()) == Some(&resource))
        });
        let sorted: Vec<Vec<usize>> = lists
            .into_iter()
            .map(|mut list| {
                let shift = turn % list.len().max(1);
                list.rotate_left(shift);
                list.sort_by_key(|&r| scene.instance.resources[r].serves.len());
                list
            })
            .collect();
        complete(scene, self.service, start, &sorted)
    }

    /// Whether exactly these resources work at `start` for a visit that is not fixed.
    pub fn works(&mut self, scene: Scene, start: i64, resources: &[usize]) -> bool {
        let options = self.day(scene, start.div_euclid(DAY));
        if options.starts.binary_search(&start).is_err() {
            return false;
        }
        let lists = self.lists(scene, start, |need, r| resources.get(need) == Some(&r));
        complete(scene, self.service, start, &lists).is_some()
    }

    /// The free resources of every need at `start` that `wanted` accepts.
    fn lists(&self, scene: Scene, start: i64, wanted: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
        let instance = scene.instance;
        let week = instance.time.weekday(start.div_euclid(DAY)) * instance.starts_per_day();
        let at = week + (start.rem_euclid(DAY) / instance.grid) as usize;
        let needs = instance.services[self.service].needs.iter().enumerate();
        needs
            .map(|(i, need)| {
                let open = need.serving.iter().filter(|s| s.open[at]);
                open.map(|s| s.resource)
                    .filter(|&r| wanted(i, r) && !self.banned.contains(&(need.kind, r)))
                    .filter(|&r| need_fits(scene.load, need, r, start))
                    .collect()
            })
            .collect()
    }
}

/// The cheapest free resource of a need: its price and itself. None where the need has more resources than are kept
/// apart: it is priced at nothing then, which keeps a bound a bound.
fn cheapest(need: &Need, free: u64, prices: &Prices, start: i64) -> Option<(i64, usize)> {
    if need.serving.len() > 64 {
        return None;
    }
    let serving = need.serving.iter().enumerate().filter(|(i, _)| free >> i & 1 == 1);
    serving.map(|(_, s)| (prices.need(need, s.resource, start), s.resource)).min()
}
