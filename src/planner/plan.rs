//! Planning a whole instance: one request to proved optimality, many until the deadline.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::cohort;
use super::course::{Course, Plan, Status, Unplanned};
use super::instance::{Instance, Role};
use super::load::Load;
use super::localtime::DAY;
use super::reason::Reason;
use super::search::Search;
use super::single::solve;
use super::table::Scene;

/// The deadline when none is given.
const DEFAULT_DEADLINE: Duration = Duration::from_millis(1000);

/// How to plan. The planner reads no clock: `elapsed` tells it the time since the start.
pub struct PlanOptions<'a> {
    /// When to stop improving; one second if none. A single request is always planned to proved optimality.
    pub deadline: Option<Duration>,
    /// Time since planning started.
    pub elapsed: &'a (dyn Fn() -> Duration + Sync),
    /// Repeats the same chances for the same seed (what a deadline cuts off still depends on the machine's speed).
    pub seed: u64,
    /// Set by another thread to stop early with the best plan so far.
    pub stop: Option<&'a AtomicBool>,
    /// Called with the first plan at once, then with every better one, at most ten times a second.
    pub progress: Option<&'a dyn Fn(&Plan)>,
}

impl<'a> PlanOptions<'a> {
    /// Plans with this stopwatch and nothing else set.
    pub fn new(elapsed: &'a (dyn Fn() -> Duration + Sync)) -> Self {
        PlanOptions { deadline: None, elapsed, seed: 0, stop: None, progress: None }
    }

    /// The part that both sides of a search look at.
    pub(super) fn limits(&self) -> Limits<'a> {
        let deadline = self.deadline.unwrap_or(DEFAULT_DEADLINE);
        Limits { deadline, elapsed: self.elapsed, stop: self.stop }
    }

    /// Whether somebody asked to stop.
    pub(super) fn stopped(&self) -> bool {
        self.limits().stopped()
    }
}

/// When a search ends.
#[derive(Clone, Copy)]
pub(super) struct Limits<'a> {
    deadline: Duration,
    elapsed: &'a (dyn Fn() -> Duration + Sync),
    stop: Option<&'a AtomicBool>,
}

impl Limits<'_> {
    /// Whether somebody asked to stop.
    pub fn stopped(&self) -> bool {
        self.stop.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// Whether this part of the time (2: a half) is used up.
    pub fn used(&self, part: u32) -> bool {
        self.stopped() || (self.elapsed)() >= self.deadline / part
    }

    /// Whether the search for improvements is over.
    pub fn over(&self) -> bool {
        self.used(1)
    }

    /// Time since planning started.
    pub fn elapsed(&self) -> Duration {
        (self.elapsed)()
    }
}

/// Plans every request of the instance.
pub fn plan(instance: &Instance, options: &PlanOptions) -> Plan {
    let load = Load::new(instance);
    match instance.requests.len() {
        0 => finish(instance, options, Vec::new(), 0, true),
        1 => {
            let course = best_of(instance, &load, 0, options);
            let bound = course.as_ref().map_or(instance.unplanned_cost(0), |c| c.cost);
            // A stopped search has proved nothing.
            let proved = !options.stopped();
            let bound = if proved { bound } else { bound.min(least(instance, 0)) };
            finish(instance, options, vec![course], bound, proved)
        }
        _ => {
            let found = cohort::improve(instance, &load, options);
            finish(instance, options, found.courses, found.bound, false)
        }
    }
}

/// The least a course of this request could cost, without looking: every cost is 0 or more but that of a first
/// visit held before the day delays count from.
pub(super) fn least(instance: &Instance, request: usize) -> i64 {
    let fixed = instance.requests[request].fixed(Role::Main, 0);
    fixed.map_or(0, |visit| {
        let days = visit.start.div_euclid(DAY) - instance.delay_base(request);
        instance.doc.weights.delay_day * days.min(0)
    })
}

/// The cheapest course of one request, unless leaving it unplanned is cheaper: cost is least over both.
fn best_of(instance: &Instance, load: &Load, request: usize, options: &PlanOptions) -> Option<Course> {
    let scene = Scene { instance, load, request };
    let mut search = Search::new(scene, &[], options.seed);
    solve(&mut search, &[], &|| options.stopped()).filter(|c| c.cost <= instance.unplanned_cost(request))
}

fn finish(
    instance: &Instance,
    options: &PlanOptions,
    courses: Vec<Option<Course>>,
    bound: i64,
    proved: bool,
) -> Plan {
    let mut plan = snapshot(instance, options, &courses, bound);
    // After a stop nobody knows whether it would have been planned.
    let explained = if options.stopped() { &mut [][..] } else { &mut plan.unplanned[..] };
    for left in explained {
        left.reason = super::explain::reason(instance, left.request);
    }
    if proved || plan.cost == bound {
        plan.status = Status::Optimal;
    }
    plan.elapsed_ms = (options.elapsed)().as_millis() as u64;
    plan
}

/// The plan as it stands while the search goes on; why a request is left is looked into only at the end.
pub(super) fn snapshot(
    instance: &Instance,
    options: &PlanOptions,
    courses: &[Option<Course>],
    bound: i64,
) -> Plan {
    let mut plan = Plan {
        status: Status::Feasible,
        cost: 0,
        lower_bound: bound,
        elapsed_ms: 0,
        planned: Vec::new(),
        unplanned: Vec::new(),
    };
    for (request, course) in courses.iter().enumerate() {
        match course {
            Some(course) => {
                plan.cost = plan.cost.saturating_add(course.cost);
                plan.planned.push(course.publish(instance, request));
            }
            None => {
                plan.cost = plan.cost.saturating_add(instance.unplanned_cost(request));
                plan.unplanned.push(Unplanned { request, reason: Reason::Searching });
            }
        }
    }
    plan.elapsed_ms = (options.elapsed)().as_millis() as u64;
    plan
}
