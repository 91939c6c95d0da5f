//! The worker's brakes: pulls them on a flood and on a restored database, and keeps the heartbeat that shows a clock that jumped.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::marker::{Mark, Marker};
use crate::actions::Actor;
use crate::actions::mail_hold::{self, Way};
use crate::app::App;
use crate::domain::mail_brake::{ClockStep, HoldReason, clock_step, is_restored};

/// The heartbeat is written down this often at most: an idle tick takes no write lock.
const BEAT_EVERY: TimeDelta = TimeDelta::minutes(1);
/// Longer than any message waits for its next try.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(2);

/// Writes the heartbeat down. After a clock that went back, claims it made while it was ahead are shortened to one `lease`, or
/// their messages would wait until it is there again; what went is marked as sent and stays so.
///
/// # Errors
/// When the store fails.
pub(super) async fn beat(app: &App, lease: TimeDelta) -> anyhow::Result<()> {
    let now = app.clock.now();
    let last = app.store.read(now).await?.mail_state().await?.last_tick_at;
    let step = clock_step(last, now);
    if step == ClockStep::Steady && last.is_some_and(|last| (now - last).abs() < BEAT_EVERY) {
        return Ok(());
    }
    let mut tx = app.store.write(Actor::System.context(None, None), now).await?;
    match step {
        ClockStep::Steady => tx.beat(None).await?,
        ClockStep::Forward(by) => {
            tracing::warn!(minutes = by.num_minutes(), "the clock is far ahead of the last tick");
            tx.beat(Some(by.num_minutes())).await?;
        }
        ClockStep::Back(by) => {
            // First, as a claim takes its locks in this order too.
            tx.beat(None).await?;
            let freed = tx.shorten_claims(now + LONGEST_WAIT.max(lease * 2), now + lease).await?;
            tracing::warn!(minutes = by.num_minutes(), freed, "the clock went back");
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Whether a batch may be claimed now; pulls the brake on a flood.
///
/// # Errors
/// When the store fails.
pub(super) async fn may_claim(app: &App) -> anyhow::Result<bool> {
    let (now, limit) = (app.clock.now(), app.config.mail_flood_per_minute);
    let way = mail_hold::way(&mut app.store.read(now).await?, limit).await?;
    if way == Way::Flood {
        let mut tx = app.store.write(Actor::System.context(None, None), now).await?;
        mail_hold::hold(&mut tx, &Actor::System, HoldReason::Flood, "", None).await?;
        tx.commit().await?;
        tracing::error!(
            limit,
            "more is due than may go in a minute: all mail is held until staff release it"
        );
    }
    Ok(way == Way::Open)
}

/// Holds mail if the database is older than what its marker file has seen; `true` if it is. Without a restore the file is made or
/// left as it is. A file that could not be written before, as the database knows, is not missed.
///
/// # Errors
/// When the store fails or the file is there and cannot be read.
pub(super) async fn look_for_restore(app: &App, marker: &Marker) -> anyhow::Result<bool> {
    let now = app.clock.now();
    let mut tx = app.store.read(now).await?;
    let (state, is_unmarked) = (tx.mail_state().await?, tx.unmarked_since().await?.is_some());
    drop(tx);
    let seen = marker.read(state.instance)?;
    marker.set_unmarked(is_unmarked);
    let is_required = marker.is_required() && !is_unmarked;
    if is_restored(seen.map(|mark| mark.generation), state.generation, is_required) {
        hold_restored(app, marker, seen).await?;
        return Ok(true);
    }
    if seen.is_none() || is_unmarked {
        let mark = Mark { generation: state.generation, at: state.claimed_at.unwrap_or(now) };
        keep(app, marker, state.instance, mark).await;
    }
    Ok(false)
}

/// Holds mail after a restore. What was due when the last batch went has probably gone.
///
/// # Errors
/// When the store fails.
pub(super) async fn hold_restored(app: &App, marker: &Marker, seen: Option<Mark>) -> anyhow::Result<()> {
    let now = app.clock.now();
    let mut tx = app.store.write(Actor::System.context(None, None), now).await?;
    let state = tx.mail_state().await?;
    let in_file = seen.map_or(0, |mark| mark.generation);
    let generation = state.generation.max(in_file).max(marker.highest());
    tx.lift_mail_generation(generation).await?;
    let went_until = seen.map(|mark| mark.at);
    mail_hold::hold(&mut tx, &Actor::System, HoldReason::Restore, "", went_until).await?;
    tx.commit().await?;
    tracing::error!(
        "the database is older than mail that went, so it was restored: mail is held until staff release it"
    );
    keep(app, marker, state.instance, Mark { generation, at: went_until.unwrap_or(now) }).await;
    Ok(())
}

/// Copies the number of a claimed batch to the file, before the batch goes.
pub(super) async fn mark(app: &App, marker: &Marker, instance: Uuid, generation: i64, at: DateTime<Utc>) {
    keep(app, marker, instance, Mark { generation, at }).await;
}

/// A file that cannot be written must not stop mail; the next restore would go unnoticed, so it is said aloud and on the pages.
async fn keep(app: &App, marker: &Marker, instance: Uuid, mark: Mark) {
    let written = marker.write(instance, mark).await;
    if let Err(error) = &written {
        tracing::warn!(%error, "the marker file cannot be written: a restored backup would not be noticed");
    }
    if let Err(error) = tell(app, marker, written.is_err()).await {
        tracing::warn!(%error, "whether the marker file can be written could not be noted");
    }
}

/// Writes down whether the marker file cannot be written, when that changes: the next start must not take it for a restore.
async fn tell(app: &App, marker: &Marker, is_unmarked: bool) -> anyhow::Result<()> {
    if !is_unmarked && !marker.is_unmarked() {
        return Ok(());
    }
    let now = app.clock.now();
    let was_unmarked = app.store.read(now).await?.unmarked_since().await?.is_some();
    if was_unmarked != is_unmarked {
        let mut tx = app.store.write(Actor::System.context(None, None), now).await?;
        tx.set_unmarked(is_unmarked).await?;
        tx.commit().await?;
    }
    marker.set_unmarked(is_unmarked);
    Ok(())
}
