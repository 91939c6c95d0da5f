//! The lower bound of many courses: what they would cost if time they contend for had a price and nobody had to share.
//!
//! First each request alone: others only take time away, so the sum of the optima bounds every plan. Then Lagrangian
//! relaxation of "no resource carries more than its capacity" (Held and Karp 1971; Fisher 1981): for any prices of 0 or more
//! on resources and slots, the sum of the priced optima less the price of all capacity is a bound too. Prices follow
//! the subgradient with Polyak's step: up where the courses overbook, down where they leave room. Every price is
//! a whole number of a `SCALE`-th of a cost unit, so each bound is computed exactly; a total below the next possible
//! cost (a multiple of the weights' greatest common divisor) is rounded up to it.

use std::rc::Rc;

use super::board::{Alone, Board};
use super::instance::{Instance, Role};
use super::load::Load;
use super::nodes::Nodes;
use super::plan::{Limits, least};
use super::prices::Prices;
use super::relax::{MOST_PRICE, Path};
use super::search::Search;
use super::single::{cheapest_path, solve};
use super::table::Scene;

/// Price units per cost unit.
const SCALE: i64 = 12;
/// Rounds without a better bound before the step is halved.
const PATIENCE: u32 = 6;
/// More prices than these are not kept: the memory of a server is for its requests.
const MOST_PRICES: usize = 2_000_000;
/// Below this step nothing more is gained.
const LEAST_STEP: f64 = 0.02;

/// Raises the board's bound until it meets the best plan or time is over. `load` is what is taken by others and by fixed visits.
pub(super) fn raise(instance: &Instance, load: &Load, limits: Limits, board: &Board) {
    let count = instance.requests.len();
    let mut floors: Vec<i64> = Vec::with_capacity(count);
    for q in 0..count {
        let scene = Scene { instance, load, request: q };
        let leave = instance.unplanned_cost(q);
        // Past the deadline nothing more is proved.
        if limits.over() || board.ended() {
            floors.push(least(instance, q).min(leave));
            continue;
        }
        let found = solve(&mut Search::new(scene, &[], q as u64), &[], &|| limits.over());
        let course = found.filter(|c| c.cost <= leave);
        let floor = match &course {
            Some(course) => course.cost,
            None if limits.over() => least(instance, q).min(leave),
            None => leave,
        };
        floors.push(floor);
        board.set_alone(q, Alone { course, floor });
    }
    board.raise(floors.iter().fold(0, |sum, f| sum.saturating_add(*f)));
    // Each round of prices takes longer than this first one: with little time it would prove nothing and slow the plans down.
    let size = load.room().iter().map(Vec::len).sum::<usize>();
    if !limits.used(8) && !board.ended() && size <= MOST_PRICES {
        Pricing::new(instance, load).raise(limits, board);
    }
}

struct Pricing<'a> {
    /// The instance with its weights times `SCALE`.
    scaled: Instance,
    load: &'a Load,
    /// The instance's weights' greatest common divisor: every cost is a multiple of it.
    unit: i64,
    /// Units left per resource and slot.
    room: Vec<Vec<i64>>,
    /// The highest price of one slot that keeps every visit's price below `MOST_PRICE`.
    cap: f64,
}

impl<'a> Pricing<'a> {
    fn new(instance: &Instance, load: &'a Load) -> Self {
        let mut scaled = instance.clone();
        let w = &mut scaled.doc.weights;
        for weight in [
            &mut w.gap_day,
            &mut w.shift_minute,
            &mut w.change,
            &mut w.outside_preferred,
            &mut w.delay_day,
            &mut w.unplanned,
            &mut w.move_visit,
            &mut w.move_confirmed,
            &mut w.reassign,
        ] {
            *weight = weight.saturating_mul(SCALE);
        }
        let slots = |s: &super::instance::Service| {
            let units = s.needs.iter().flat_map(|n| &n.spans).map(|s| i64::from(s.units) * s.minutes);
            units.sum::<i64>() / instance.slot + 1
        };
        let longest = instance.services.iter().map(slots).max().unwrap_or(1);
        Pricing {
            scaled,
            load,
            unit: unit(instance),
            room: load.room(),
            cap: (MOST_PRICE / longest.max(1)) as f64,
        }
    }

    fn raise(&self, limits: Limits, board: &Board) {
        let mut prices: Vec<Vec<f64>> = self.room.iter().map(|row| vec![0.0; row.len()]).collect();
        let mut searches: Vec<Search> = (0..self.scaled.requests.len())
            .map(|request| {
                let scene = Scene { instance: &self.scaled, load: self.load, request };
                Search::new(scene, &[], request as u64)
            })
            .collect();
        let (mut step, mut best, mut idle) = (1.0, i64::MIN, 0);
        let mut best_prices = prices.clone();
        while step > LEAST_STEP {
            let whole: Vec<Vec<i64>> =
                prices.iter().map(|row| row.iter().map(|p| p.floor() as i64).collect()).collect();
            let given = Rc::new(Prices::new(&self.scaled, &whole));
            let mut used: Vec<Vec<i64>> =
                self.room.iter().map(|row| row.iter().map(|r| -r).collect()).collect();
            let priced_room = whole.iter().flatten().zip(self.room.iter().flatten());
            let mut total: i64 = -priced_room.map(|(p, r)| p * r).sum::<i64>();
            for (q, s) in searches.iter_mut().enumerate() {
                if limits.over() || board.ended() {
                    return;
                }
                s.prices = Some(Rc::clone(&given));
                let path = cheapest_path(s, &mut Nodes::new(), &[]);
                let leave = self.scaled.unplanned_cost(q);
                match path.filter(|p| p.cost <= leave) {
                    Some(path) => {
                        total = total.saturating_add(path.cost);
                        usage(s, &given, &path, &mut used);
                    }
                    None => total = total.saturating_add(leave),
                }
            }
            if total > best {
                (best, idle) = (total, 0);
                best_prices.clone_from(&prices);
                board.raise(self.rounded(total));
            } else {
                idle += 1;
            }
            if board.bound() >= board.best() {
                return;
            }
            if idle > PATIENCE {
                // Back to the best prices, with smaller steps.
                (step, idle) = (step / 2.0, 0);
                prices.clone_from(&best_prices);
                continue;
            }
            // Aim at the best plan: no bound gets past it.
            let aim =
                board.best().saturating_mul(SCALE).min(best.saturating_add(best.abs() / 2 + 1_000 * SCALE));
            // Where the priced courses fit together as they are, no price can say more.
            if !self.follow(&mut prices, &used, (aim - total).max(SCALE) as f64 * step) {
                return;
            }
        }
    }

    /// One step along the subgradient; a price of nothing stays where there is room. False if there is no step to take.
    fn follow(&self, prices: &mut [Vec<f64>], used: &[Vec<i64>], length: f64) -> bool {
        let moves = |price: f64, over: i64| over > 0 || (over < 0 && price > 0.0);
        let pairs = prices.iter().flatten().zip(used.iter().flatten());
        let norm: i64 = pairs.filter(|(p, u)| moves(**p, **u)).map(|(_, u)| u * u).sum();
        if norm == 0 {
            return false;
        }
        let by = length / norm as f64;
        for (row, used) in prices.iter_mut().zip(used) {
            for (price, over) in row.iter_mut().zip(used) {
                if moves(*price, *over) {
                    *price = (*price + by * *over as f64).clamp(0.0, self.cap);
                }
            }
        }
        true
    }

    /// In cost units, up to the next cost a plan can have.
    fn rounded(&self, scaled: i64) -> i64 {
        let units = scaled.div_euclid(SCALE) + i64::from(scaled.rem_euclid(SCALE) > 0);
        units.div_euclid(self.unit) * self.unit + if units.rem_euclid(self.unit) > 0 { self.unit } else { 0 }
    }
}

/// What every cost is a multiple of.
fn unit(instance: &Instance) -> i64 {
    let w = &instance.doc.weights;
    let fixed = instance.requests.iter().any(|r| r.current.iter().any(|c| c.fixed));
    // Fixed visits may stand off the grid.
    let shift = w.shift_minute.saturating_mul(if fixed { 1 } else { instance.grid });
    let all = [
        w.gap_day,
        shift,
        w.change,
        w.outside_preferred,
        w.delay_day,
        w.unplanned,
        w.move_visit,
        w.move_confirmed,
        w.reassign,
    ];
    all.into_iter().fold(0, gcd).max(1)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Adds what the visits of a path take, everybody served by whoever is cheapest; fixed visits are in the load already.
fn usage(s: &mut Search, prices: &Prices, path: &Path, used: &mut [Vec<i64>]) {
    let instance = s.scene.instance;
    let request = &instance.requests[s.scene.request];
    let mains = s.main.combos;
    let mut visits: Vec<(Role, usize, i64, usize)> = Vec::new();
    for (k, &(start, combo)) in path.steps.iter().enumerate() {
        visits.push((Role::Main, k, start, combo % mains));
        if request.after_each.is_some() {
            let after = combo / mains;
            let least = s.following(&[], k, start, after).into_iter().min_by_key(|o| o.1);
            visits.extend(least.map(|o| (Role::AfterEach, k, o.0, after)));
        }
    }
    for (role, there, at) in [
        (Role::Before, request.before.is_some(), path.steps.first()),
        (Role::AfterLast, request.after_last.is_some(), path.steps.last()),
    ] {
        if let Some(&(start, _)) = at.filter(|_| there) {
            let least =
                s.around(&[], role, start.div_euclid(super::localtime::DAY)).into_iter().min_by_key(|o| o.1);
            visits.extend(least.map(|o| (role, 0, o.0, 0)));
        }
    }
    for (role, index, start, combo) in visits {
        if s.fixed(role, index).is_some() {
            continue;
        }
        let scene = s.scene;
        let service = instance.service_of(scene.request, role);
        let Some(table) = s.table(role) else { continue };
        let who = table.cheapest(scene, prices, start, combo);
        for (need, resource) in instance.services[service].needs.iter().zip(who) {
            let Some(row) = resource.and_then(|r| used.get_mut(r)) else { continue };
            for span in &need.spans {
                let from = start + span.offset;
                let (a, b) =
                    (from.div_euclid(instance.slot), (from + span.minutes - 1).div_euclid(instance.slot));
                for at in a.max(0)..=b.min(row.len() as i64 - 1) {
                    row[at as usize] += i64::from(span.units);
                }
            }
        }
    }
}
