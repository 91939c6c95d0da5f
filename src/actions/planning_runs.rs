//! Plans under way: each search runs on a thread of its own, one at a time, and can be watched, stopped and picked up.
//!
//! A run belongs to who started it. Runs live in memory only: a plan that is lost is started again, and what it found is
//! checked against the book when somebody takes it, so no run can be too old to be safe.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Notify, Semaphore, watch};

use super::ActionError;
use super::absence::Repair;
use super::absence_read::RepairFound;
use super::waiting_list::{Waiting, WaitingFound};
use crate::domain::ids::{RunId, SiteId, StaffId};
use crate::planner::{Plan, PlanOptions};

/// Searches at the same moment: the rest of the machine belongs to the requests.
const AT_ONCE: usize = 1;
/// Runs that may be unfinished, those in line included.
const UNFINISHED: usize = 4;
/// Runs kept.
const KEPT: usize = 32;
/// How long a run is kept.
const KEPT_MINUTES: i64 = 30;

/// What is planned.
pub enum Work {
    /// The repair of an absence.
    Repair(Box<Repair>),
    /// The waiting list.
    Waiting(Box<Waiting>),
}

/// What was found so far.
#[derive(Clone, Debug)]
pub enum Found {
    /// Of a repair.
    Repair(Arc<RepairFound>),
    /// Of the waiting list.
    Waiting(Arc<WaitingFound>),
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Others are searching; it waits its turn.
    InLine,
    /// Searching.
    Searching,
    /// Done or stopped; what is found is the answer.
    Finished,
    /// The clinic's tables made no plan.
    Failed,
}

/// The newest of a run.
#[derive(Clone, Debug)]
pub struct Latest {
    /// How far it is.
    pub state: RunState,
    /// The best plan so far.
    pub found: Option<Found>,
    /// Its cost in the planner's units.
    pub cost: i64,
    /// No plan costs less than this.
    pub bound: i64,
    /// Requests planned.
    pub planned: usize,
    /// Requests left.
    pub unplanned: usize,
    /// Time since it was started.
    pub elapsed: Duration,
}

impl Latest {
    /// Whether nothing more will come.
    pub fn is_over(&self) -> bool {
        matches!(self.state, RunState::Finished | RunState::Failed)
    }
}

/// A search's time and its way to be stopped.
pub struct Pace<'a> {
    started: Instant,
    deadline: Duration,
    stop: &'a AtomicBool,
}

impl<'a> Pace<'a> {
    /// A search that begins now.
    pub fn new(deadline: Duration, stop: &'a AtomicBool) -> Self {
        Self { started: Instant::now(), deadline, stop }
    }

    /// Time since it began.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// How long it may take.
    pub(super) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Whether somebody asked to stop.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The planner's options.
    pub(super) fn options<'b>(
        &'b self,
        elapsed: &'b (dyn Fn() -> Duration + Sync),
        progress: &'b dyn Fn(&Plan),
    ) -> PlanOptions<'b> {
        PlanOptions {
            deadline: Some(self.deadline),
            elapsed,
            seed: 0,
            stop: Some(self.stop),
            progress: Some(progress),
        }
    }
}

/// One run.
pub struct Run {
    /// Names it in addresses.
    pub id: RunId,
    /// What it plans.
    pub work: Work,
    site: SiteId,
    staff: StaffId,
    started_at: DateTime<Utc>,
    started: Instant,
    deadline: Duration,
    stop: AtomicBool,
    stopped: Notify,
    latest: watch::Sender<Latest>,
}

impl Run {
    /// How it stands.
    pub fn latest(&self) -> Latest {
        let mut latest = self.latest.borrow().clone();
        if !latest.is_over() {
            latest.elapsed = self.started.elapsed();
        }
        latest
    }

    /// Tells of everything new.
    pub fn watch(&self) -> watch::Receiver<Latest> {
        self.latest.subscribe()
    }

    /// Ends the search with what it has; one that waits its turn ends without anything.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.stopped.notify_one();
    }

    fn end(&self, state: RunState) {
        let elapsed = self.started.elapsed();
        self.latest.send_modify(|latest| {
            latest.state = state;
            latest.elapsed = elapsed;
        });
    }

    fn publish(&self, plan: &Plan, found: Found) {
        let elapsed = self.started.elapsed();
        self.latest.send_modify(|latest| {
            latest.found = Some(found);
            (latest.cost, latest.bound) = (plan.cost, plan.lower_bound);
            (latest.planned, latest.unplanned) = (plan.planned.len(), plan.unplanned.len());
            latest.elapsed = elapsed;
        });
    }

    /// The search itself; on a thread of its own.
    fn search(&self) -> Result<(), ActionError> {
        let pace = Pace::new(self.deadline, &self.stop);
        match &self.work {
            Work::Repair(repair) => {
                repair.search(&pace, &|plan, found| self.publish(plan, Found::Repair(Arc::new(found))))
            }
            Work::Waiting(waiting) => {
                waiting.search(&pace, &|plan, found| self.publish(plan, Found::Waiting(Arc::new(found))))
            }
        }
    }
}

/// Every run of this process; clones share them.
#[derive(Clone)]
pub struct PlanningRuns(Arc<Shared>);

struct Shared {
    runs: Mutex<Vec<Arc<Run>>>,
    turn: Arc<Semaphore>,
}

impl Default for PlanningRuns {
    fn default() -> Self {
        let turn = Arc::new(Semaphore::new(AT_ONCE));
        Self(Arc::new(Shared { runs: Mutex::new(Vec::new()), turn }))
    }
}

impl Drop for Shared {
    // The program stops: nobody waits for a plan any more, and a search would hold the stop up.
    fn drop(&mut self) {
        self.list().iter().for_each(|run| run.stop());
    }
}

impl Shared {
    fn list(&self) -> MutexGuard<'_, Vec<Arc<Run>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PlanningRuns {
    /// Starts a search for somebody, or puts it in line; one of theirs that is not over is stopped.
    ///
    /// # Errors
    /// [`ActionError::Refused`] when too many are unfinished.
    pub fn start(
        &self,
        now: DateTime<Utc>,
        site: SiteId,
        staff: StaffId,
        work: Work,
        deadline: Duration,
    ) -> Result<RunId, ActionError> {
        let first = Latest {
            state: RunState::InLine,
            found: None,
            cost: 0,
            bound: 0,
            planned: 0,
            unplanned: 0,
            elapsed: Duration::ZERO,
        };
        let run = Arc::new(Run {
            id: RunId::new(),
            work,
            site,
            staff,
            started_at: now,
            started: Instant::now(),
            deadline,
            stop: AtomicBool::new(false),
            stopped: Notify::new(),
            latest: watch::Sender::new(first),
        });
        let id = run.id;
        let mut runs = self.0.list();
        forget(&mut runs, now);
        let open = runs.iter().filter(|run| !run.latest.borrow().is_over());
        let (own, others): (Vec<&Arc<Run>>, Vec<&Arc<Run>>) = open.partition(|run| run.staff == staff);
        if others.len() >= UNFINISHED {
            return Err(ActionError::Refused("planning-busy"));
        }
        own.iter().for_each(|run| run.stop());
        runs.push(run.clone());
        drop(runs);
        tokio::spawn(carry_out(run, self.0.turn.clone()));
        Ok(id)
    }

    /// A run of this person at this site; somebody else's does not exist for them.
    pub fn find(&self, id: RunId, site: SiteId, staff: StaffId, now: DateTime<Utc>) -> Option<Arc<Run>> {
        let mut runs = self.0.list();
        forget(&mut runs, now);
        runs.iter().find(|run| run.id == id && run.site == site && run.staff == staff).cloned()
    }
}

/// Drops what is old, and of finished runs the oldest beyond what is kept.
fn forget(runs: &mut Vec<Arc<Run>>, now: DateTime<Utc>) {
    let is_old = |run: &Arc<Run>| run.started_at + TimeDelta::minutes(KEPT_MINUTES) <= now;
    runs.iter().filter(|run| is_old(run)).for_each(|run| run.stop());
    runs.retain(|run| !is_old(run));
    while runs.len() >= KEPT {
        let Some(at) = runs.iter().position(|run| run.latest.borrow().is_over()) else { return };
        runs.remove(at);
    }
}

/// Waits for the run's turn, then searches on a thread of its own.
async fn carry_out(run: Arc<Run>, turn: Arc<Semaphore>) {
    let turn = tokio::select! {
        turn = turn.acquire_owned() => turn.ok(),
        () = run.stopped.notified() => None,
    };
    let Some(turn) = turn.filter(|_| !run.stop.load(Ordering::Relaxed)) else {
        return run.end(RunState::Finished);
    };
    run.latest.send_modify(|latest| latest.state = RunState::Searching);
    let searching = run.clone();
    let outcome = tokio::task::spawn_blocking(move || searching.search()).await;
    run.end(if matches!(outcome, Ok(Ok(()))) { RunState::Finished } else { RunState::Failed });
    drop(turn);
}
