//! Searches for plans in tests: short, and every plan held against the rules by the checker.

use std::cell::RefCell;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use seriesbook::actions::ActionError;
use seriesbook::actions::planning_runs::Pace;
use seriesbook::planner::{self, Instance, Plan, PlanOptions};

/// Plans an instance for a moment and holds the plan against the rules.
pub fn is_planned_right(instance: &Instance) {
    let started = Instant::now();
    let elapsed = || started.elapsed();
    let options = PlanOptions {
        deadline: Some(Duration::from_millis(300)),
        elapsed: &elapsed,
        seed: 0,
        stop: None,
        progress: None,
    };
    let violations = planner::check(instance, &planner::plan(instance, &options));
    assert!(violations.is_empty(), "{violations:?}");
}

/// What a short search published last.
pub fn best_of<F>(search: impl FnOnce(&Pace<'_>, &dyn Fn(&Plan, F)) -> Result<(), ActionError>) -> F {
    let stop = AtomicBool::new(false);
    let best = RefCell::new(None);
    let pace = Pace::new(Duration::from_millis(400), &stop);
    search(&pace, &|_, found| {
        best.replace(Some(found));
    })
    .expect("a search");
    best.into_inner().expect("something is always published")
}
