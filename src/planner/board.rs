//! What the two sides of a cohort's planning tell each other: the optimum of each request alone, the bound, the best cost.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::course::Course;
use super::instance::Instance;
use super::plan::least;

/// A request planned as if it were alone.
#[derive(Clone, Debug)]
pub(super) struct Alone {
    /// Its optimum; none if leaving it is cheaper or all that is possible.
    pub course: Option<Course>,
    /// What it costs at least, planned or left.
    pub floor: i64,
}

/// Shared by the search for plans and the search for the bound, which run side by side.
pub(super) struct Board {
    alone: Mutex<Vec<Option<Alone>>>,
    bound: AtomicI64,
    best: AtomicI64,
    over: AtomicBool,
}

impl Board {
    pub fn new(instance: &Instance) -> Self {
        let count = instance.requests.len();
        let floors = (0..count).map(|q| least(instance, q).min(instance.unplanned_cost(q)));
        Board {
            alone: Mutex::new(vec![None; count]),
            bound: AtomicI64::new(floors.fold(0, i64::saturating_add)),
            best: AtomicI64::new(i64::MAX),
            over: AtomicBool::new(false),
        }
    }

    /// What is known of a request alone.
    pub fn alone(&self, q: usize) -> Option<Alone> {
        self.alone.lock().unwrap_or_else(PoisonError::into_inner).get(q).cloned().flatten()
    }

    pub fn set_alone(&self, q: usize, found: Alone) {
        let mut all = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = all.get_mut(q) {
            *place = Some(found);
        }
    }

    /// No plan costs less.
    pub fn bound(&self) -> i64 {
        self.bound.load(Ordering::Relaxed)
    }

    pub fn raise(&self, bound: i64) {
        self.bound.fetch_max(bound, Ordering::Relaxed);
    }

    /// The cost of the best plan so far.
    pub fn best(&self) -> i64 {
        self.best.load(Ordering::Relaxed)
    }

    pub fn found(&self, cost: i64) {
        self.best.fetch_min(cost, Ordering::Relaxed);
    }

    /// The search for plans has ended, so nobody waits for a better bound.
    pub fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    pub fn ended(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}
