//! The heartbeat's timer. It only says "look"; what is due, the database says.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio_cron_scheduler::{Job, JobScheduler};
use tokio_util::task::TaskTracker;

use super::worker::Worker;

/// Starts ticking. Ticks never overlap; the first runs at once, and that is the catching up after downtime.
///
/// # Errors
/// When the scheduler cannot start.
pub async fn start(worker: Worker, tasks: &TaskTracker) -> anyhow::Result<JobScheduler> {
    let scheduler = JobScheduler::new().await?;
    let every = Duration::from_secs(worker.app().config.tick_seconds);
    let turn = Arc::new(Mutex::new(()));
    let tracker = tasks.clone();
    let run = {
        let (worker, turn) = (worker.clone(), Arc::clone(&turn));
        move || {
            let (worker, turn) = (worker.clone(), Arc::clone(&turn));
            async move {
                // The tick before still runs: this one has nothing to add.
                let Ok(_turn) = turn.try_lock() else { return };
                if let Err(error) = worker.tick().await {
                    tracing::error!(%error, "a tick failed; the next one tries again");
                }
            }
        }
    };
    tasks.spawn(run.clone()());
    scheduler
        .add(Job::new_repeated_async(every, move |_, _| {
            let (run, tracker) = (run.clone(), tracker.clone());
            Box::pin(async move {
                if !tracker.is_closed() {
                    tracker.spawn(run());
                }
            })
        })?)
        .await?;
    scheduler.start().await?;
    Ok(scheduler)
}
