//! Many requests under shared resources: a first plan at once, then large-neighbourhood search until the deadline.
//!
//! Each step takes a few courses out and plans them again one after the other, each exactly against what the others
//! hold (ruin and recreate, after Shaw 1998 and Schrimpf et al. 2000). What to take out is guided by the course the
//! costliest request would have if it were alone: those who hold its times are in its way. Beside it, on a thread of its own,
//! `bound` raises the lower bound; when the two meet, the plan is proved.

use std::time::Duration;

use super::board::{Alone, Board};
use super::bound;
use super::course::Course;
use super::instance::Instance;
use super::load::Load;
use super::plan::{Limits, PlanOptions, snapshot};
use super::rng::Rng;
use super::search::Search;
use super::single::solve;
use super::table::Scene;

/// Between two reports of better plans.
const REPORT_EVERY: Duration = Duration::from_millis(100);

/// Courses found (none: left unplanned) and a proved lower bound of the total.
pub(super) struct Found {
    pub courses: Vec<Option<Course>>,
    pub bound: i64,
}

/// Plans all requests; `load` is what is taken by others and by fixed visits.
pub(super) fn improve(instance: &Instance, load: &Load, options: &PlanOptions) -> Found {
    let board = Board::new(instance);
    let limits = options.limits();
    let courses = std::thread::scope(|scope| {
        scope.spawn(|| bound::raise(instance, load, limits, &board));
        let mut cohort = Cohort::new(instance, load, options, &board);
        cohort.first_plan();
        cohort.report();
        cohort.search();
        board.end();
        cohort.best
    });
    // Read after both sides have ended: the last bound counts.
    Found { courses, bound: board.bound() }
}

struct Cohort<'a> {
    instance: &'a Instance,
    options: &'a PlanOptions<'a>,
    limits: Limits<'a>,
    board: &'a Board,
    empty: &'a Load,
    /// With the courses of `now`.
    load: Load,
    now: Vec<Option<Course>>,
    now_cost: i64,
    best: Vec<Option<Course>>,
    best_cost: i64,
    reported: Option<Duration>,
    rng: Rng,
}

impl<'a> Cohort<'a> {
    fn new(instance: &'a Instance, load: &'a Load, options: &'a PlanOptions<'a>, board: &'a Board) -> Self {
        let count = instance.requests.len();
        Cohort {
            instance,
            options,
            limits: options.limits(),
            board,
            empty: load,
            load: load.clone(),
            now: vec![None; count],
            now_cost: i64::MAX,
            best: vec![None; count],
            best_cost: i64::MAX,
            reported: None,
            rng: Rng::new(options.seed ^ 0x5EED),
        }
    }

    /// The request's course if it were alone; worked out here while the bound's side has not come to it.
    fn plan_alone(&mut self, q: usize) -> Alone {
        if let Some(known) = self.board.alone(q) {
            return known;
        }
        let seed = self.rng.bits();
        let course = self.plan_one(self.empty, q, seed);
        let leave = self.instance.unplanned_cost(q);
        Alone { floor: course.as_ref().map_or(leave, |c| c.cost), course }
    }

    /// What a request costs more than alone; nothing while that is not known.
    fn excess(&self, q: usize) -> i64 {
        let cost = self.cost(q, self.now[q].as_ref());
        self.board.alone(q).map_or(0, |alone| cost - alone.floor)
    }

    /// Whether a single course may be broken off: at a stop, and at the deadline once there is a plan to fall back on.
    fn given_up(&self) -> bool {
        self.limits.stopped() || (self.best_cost < i64::MAX && self.limits.over())
    }

    /// The request's best course against a load, unless leaving it is cheaper.
    fn plan_one(&self, load: &Load, request: usize, seed: u64) -> Option<Course> {
        let scene = Scene { instance: self.instance, load, request };
        let mut search = Search::new(scene, &[], seed);
        solve(&mut search, &[], &|| self.given_up())
            .filter(|c| c.cost <= self.instance.unplanned_cost(request))
    }

    fn cost(&self, q: usize, course: Option<&Course>) -> i64 {
        course.map_or(self.instance.unplanned_cost(q), |c| c.cost)
    }

    fn put(&mut self, q: usize, course: Option<Course>, add: bool) {
        if let Some(course) = &course {
            for visit in &course.visits {
                // Fixed visits are in the load already, planned or not.
                if self.instance.requests[q].fixed(visit.role, visit.index).is_none() {
                    let service = self.instance.service_of(q, visit.role);
                    let (start, resources) = (visit.start, &visit.resources);
                    self.load.visit(self.instance, service, start, resources, add);
                }
            }
        }
        self.now[q] = course.filter(|_| add);
    }

    /// Inserts all requests in a few orders and keeps the cheapest result.
    fn first_plan(&mut self) {
        let count = self.now.len();
        for attempt in 0..4 {
            // Further orders only while three quarters of the time are left for improving.
            if attempt > 0 && (self.limits.used(4) || self.best_cost == self.board.bound()) {
                break;
            }
            for q in 0..count {
                let old = self.now[q].take();
                self.put(q, old, false);
            }
            let mut order: Vec<usize> = (0..count).collect();
            if attempt > 0 {
                self.rng.shuffle(&mut order);
            }
            match attempt {
                // Booked courses that need not change come first: nobody should displace them.
                0 | 1 => order.sort_by_cached_key(|&q| {
                    let booked = !self.instance.requests[q].current.is_empty();
                    let visits = self.instance.requests[q].visits;
                    (!booked, if booked { self.plan_alone(q).floor } else { 0 }, usize::MAX - visits)
                }),
                2 => order.sort_by_cached_key(|&q| -self.plan_alone(q).floor),
                _ => {}
            }
            for q in order {
                if attempt > 0 && self.limits.over() {
                    break;
                }
                let seed = self.rng.bits();
                let course = self.plan_one(&self.load, q, seed);
                self.put(q, course, true);
            }
            let costs = (0..count).map(|q| self.cost(q, self.now[q].as_ref()));
            self.now_cost = costs.fold(0, i64::saturating_add);
            self.keep_best();
        }
        for q in 0..count {
            let old = self.now[q].take();
            self.put(q, old, false);
            let best = self.best[q].clone();
            self.put(q, best, true);
        }
        self.now_cost = self.best_cost;
    }

    fn keep_best(&mut self) -> bool {
        let better = self.now_cost < self.best_cost;
        if better {
            self.best_cost = self.now_cost;
            self.board.found(self.best_cost);
            self.best.clone_from(&self.now);
        }
        better
    }

    /// Tells of a better plan, at most ten times a second.
    fn report(&mut self) {
        let now = self.limits.elapsed();
        if self.reported.is_some_and(|last| now < last + REPORT_EVERY) {
            return;
        }
        self.reported = Some(now);
        if let Some(progress) = self.options.progress {
            progress(&snapshot(self.instance, self.options, &self.best, self.board.bound()));
        }
    }

    fn search(&mut self) {
        let mut idle: u32 = 0;
        while self.best_cost > self.board.bound() && !self.limits.over() {
            let chosen = self.choose();
            // A little may be lost on the way, the more the longer nothing was found.
            let heat = (self.best_cost - self.board.bound()).min(2_000) / 40;
            let slack = match self.rng.below(10) {
                0..=6 => 0,
                7 | 8 => heat.min(15),
                _ => heat.min(60),
            };
            if self.replan(&chosen, slack) && self.keep_best() {
                idle = 0;
                self.report();
            } else {
                idle += 1;
            }
            if idle > 400 {
                idle = 0;
                self.restart();
            }
        }
    }

    /// Back to the best plan.
    fn restart(&mut self) {
        for q in 0..self.now.len() {
            if self.now[q] != self.best[q] {
                let old = self.now[q].take();
                self.put(q, old, false);
            }
        }
        for q in 0..self.now.len() {
            if self.now[q].is_none() && self.best[q].is_some() {
                let best = self.best[q].clone();
                self.put(q, best, true);
            }
        }
        self.now_cost = self.best_cost;
    }

    /// A costly request first, then some that stand where it would like to be.
    fn choose(&mut self) -> Vec<usize> {
        let count = self.now.len();
        let weights: Vec<i64> = (0..count).map(|q| self.excess(q).clamp(0, 5_000) + 4).collect();
        let first = self.weighted(&weights);
        let ideal = match self.rng.below(4) {
            0 => self.now[first].clone(),
            1 => {
                // Another of the equally good courses.
                let seed = self.rng.bits();
                self.plan_one(self.empty, first, seed)
            }
            _ => self.plan_alone(first).course,
        };
        let near = |q: usize| match (&ideal, &self.now[q]) {
            _ if q == first => 0,
            (Some(a), Some(b)) => self.nearness(first, a, q, b),
            (_, None) => 3,
            (None, _) => 1,
        };
        let mut weights: Vec<i64> = (0..count).map(near).collect();
        let mut chosen = vec![first];
        let size = [1, 1, 2, 2, 2, 3, 3, 4][self.rng.below(8)];
        while chosen.len() <= size && weights.iter().any(|w| *w > 0) {
            let next = self.weighted(&weights);
            weights[next] = 0;
            chosen.push(next);
        }
        if self.rng.chance(35) {
            self.rng.shuffle(&mut chosen);
        }
        chosen
    }

    /// How much two courses want the same time: same resource counts most.
    fn nearness(&self, p: usize, a: &Course, q: usize, b: &Course) -> i64 {
        let mut score = 0;
        for v in &a.visits {
            let v_service = &self.instance.services[self.instance.service_of(p, v.role)];
            for w in &b.visits {
                let w_service = &self.instance.services[self.instance.service_of(q, w.role)];
                let apart = w.start - v.start;
                if apart < v_service.minutes && -apart < w_service.minutes {
                    let same = v.resources.iter().any(|r| w.resources.contains(r));
                    score += if same { 8 } else { 2 };
                }
            }
        }
        score
    }

    fn weighted(&mut self, weights: &[i64]) -> usize {
        let total: i64 = weights.iter().sum();
        if total <= 0 {
            return self.rng.below(weights.len());
        }
        let mut left = self.rng.between(0, total - 1);
        for (at, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0 {
                return at;
            }
        }
        0
    }

    /// Plans the chosen again in order; true if the result was kept.
    fn replan(&mut self, chosen: &[usize], slack: i64) -> bool {
        let mut old: Vec<Option<Course>> = Vec::with_capacity(chosen.len());
        let mut before: i64 = 0;
        for &q in chosen {
            let course = self.now[q].take();
            before = before.saturating_add(self.cost(q, course.as_ref()));
            old.push(course.clone());
            self.put(q, course, false);
        }
        let mut after: i64 = 0;
        let floors: Vec<i64> = chosen.iter().map(|&q| self.board.alone(q).map_or(0, |a| a.floor)).collect();
        let mut floor: i64 = floors.iter().sum();
        let mut good = true;
        for (&q, one) in chosen.iter().zip(floors) {
            let seed = self.rng.bits();
            let course = self.plan_one(&self.load, q, seed);
            after = after.saturating_add(self.cost(q, course.as_ref()));
            floor -= one;
            self.put(q, course, true);
            if after + floor > before + slack || self.limits.over() {
                good = false;
                break;
            }
        }
        if good && !self.options.stopped() {
            self.now_cost += after - before;
            return true;
        }
        for &q in chosen {
            let course = self.now[q].take();
            self.put(q, course, false);
        }
        for (&q, course) in chosen.iter().zip(old) {
            self.put(q, course, true);
        }
        false
    }
}
