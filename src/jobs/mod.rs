//! The tick and what it does: ends holds, sends what is due, tidies up. A missed or doubled tick changes nothing.

mod bounces;
mod brake;
mod by_rule;
mod heartbeat;
pub mod housekeeping;
mod marker;
mod prepare;
pub mod preview;
mod samples;
mod schedule;
pub mod worker;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

pub use bounces::look_for_mailbox;
pub use heartbeat::Heartbeat;
pub use marker::Marker;
pub use schedule::start;
pub use worker::{TickReport, Worker};

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::mail::transport::Transport;
use crate::store::Store;

/// How long the demo's page waits for messages on the clock's way.
const MOST_WAIT: Duration = Duration::from_secs(3);

/// Moves the demo's clock on in half hours and runs the tick at each, so that messages go when they would have gone.
///
/// # Errors
/// When the store fails.
pub async fn advance(app: &App, by: TimeDelta) -> anyhow::Result<()> {
    let worker = Worker::new(app.clone(), Transport::from_config(&app.config).map_err(anyhow::Error::msg)?);
    let end = app.clock.now() + by;
    let way = tokio::spawn(async move { advance_worker(&worker, end).await });
    // A slow mail server does not hold up the page: what is left of the way goes on behind it.
    match tokio::time::timeout(MOST_WAIT, way).await {
        Ok(done) => done?,
        Err(_) => Ok(()),
    }
}

async fn advance_worker(worker: &Worker, end: DateTime<Utc>) -> anyhow::Result<()> {
    let clock = &worker.app().clock;
    while clock.now() + TimeDelta::minutes(30) < end {
        clock.advance(TimeDelta::minutes(30));
        worker.tick().await?;
    }
    clock.advance((end - clock.now()).max(TimeDelta::zero()));
    worker.tick().await?;
    Ok(())
}

/// A worker that goes through the past half hour by half hour and marks what was due as sent, without sending it: it fills the
/// demo's outbox.
pub struct PastWorker {
    worker: Worker,
}

impl PastWorker {
    /// A worker that starts at an instant.
    ///
    /// # Errors
    /// When the default settings cannot be read.
    pub fn new(store: &Store, from: DateTime<Utc>) -> anyhow::Result<Self> {
        let mut config = Config::load(std::iter::empty())?;
        config.base_url = "http://demo.invalid".to_owned();
        let app = App::new(store.clone(), Clock::held(from), config);
        Ok(Self { worker: Worker::new(app, Transport::Nowhere) })
    }

    /// Goes on to an instant.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn go_to(&self, to: DateTime<Utc>) -> anyhow::Result<()> {
        advance_worker(&self.worker, to).await
    }
}
