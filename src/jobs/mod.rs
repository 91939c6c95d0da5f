//! The tick and what it does: ends holds, sends what is due, tidies up. A missed or doubled tick changes nothing.

mod heartbeat;
pub mod housekeeping;
mod prepare;
mod schedule;
pub mod worker;

use chrono::{DateTime, TimeDelta, Utc};

pub use heartbeat::Heartbeat;
pub use schedule::start;
pub use worker::{TickReport, Worker};

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::mail::transport::Transport;
use crate::store::Store;
use crate::words::Words;

/// Moves the demo's clock on in half hours and runs the tick at each, so that messages go when they would have gone.
///
/// # Errors
/// When the store fails.
pub async fn advance(app: &App, by: TimeDelta) -> anyhow::Result<()> {
    let worker = Worker::new(app.clone(), Transport::from_config(&app.config).map_err(anyhow::Error::msg)?);
    let end = app.clock.now() + by;
    while app.clock.now() + TimeDelta::minutes(30) < end {
        app.clock.advance(TimeDelta::minutes(30));
        worker.tick().await?;
    }
    let rest = end - app.clock.now();
    app.clock.advance(rest.max(TimeDelta::zero()));
    worker.tick().await?;
    Ok(())
}

/// Marks what was due before an instant as sent, as it would read today, without sending it: fills the demo's past.
///
/// # Errors
/// When the store fails.
pub async fn seed_sent(store: &Store, _w: Words, now: DateTime<Utc>) -> anyhow::Result<()> {
    let mut config = Config::load(std::iter::empty())?;
    config.base_url = "http://demo.invalid".to_owned();
    let app = App::new(store.clone(), Clock::held(now), config);
    let worker = Worker::new(app, Transport::Nowhere).catching_up();
    worker.tick().await?;
    Ok(())
}
