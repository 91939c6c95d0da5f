//! Tidies up: ended holds, sessions, links and idempotency keys nobody needs.

use chrono::TimeDelta;

use crate::actions::series::release_ended_holds;
use crate::actions::{Actor, decide_again, no_decision};
use crate::app::App;
use crate::domain::worklist::WorkKind;

/// The setting that keeps the day of the last tidying.
const TIDIED: &str = "tidied_on";
/// Tries to send and ended holds of mail are kept this long (days): somebody may ask a year later why a message did not come.
const MAIL_DAYS: i64 = 400;
/// Keys of forms are remembered this long (days).
const KEY_DAYS: i64 = 7;
/// One-click links and samples are remembered this long after their end (days).
const LINK_DAYS: i64 = 30;
/// Ended links are kept this long (days), so that they can say what happened and offer a fresh one.
const EXPLAINED_DAYS: i64 = 180;

/// Releases the holds that ended.
///
/// # Errors
/// When the store fails.
pub async fn release_holds(app: &App) -> anyhow::Result<usize> {
    let now = app.clock.now();
    let mut tx = app.store.read(now).await?;
    let Some(site) = tx.site().await? else { return Ok(0) };
    // An idle tick takes no write lock.
    if tx.ended_holds(site.id, now).await?.is_empty() {
        return Ok(0);
    }
    drop(tx);
    let mut tx = app.store.write(Actor::System.context(None, None), now).await?;
    tx.lock_bookings(site.id).await?;
    let released = release_ended_holds(&mut tx, &site).await?;
    tx.commit().await?;
    Ok(released)
}

/// Ends worklist lines about getting a visit ready that has begun meanwhile.
///
/// # Errors
/// When the store fails.
pub async fn settle_work(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    let mut tx = app.store.read(now).await?;
    let Some(site) = tx.site().await? else { return Ok(()) };
    if !tx.has_overtaken_work(site.id).await? {
        return Ok(());
    }
    drop(tx);
    let mut tx = app.store.write(Actor::System.context(None, None), now).await?;
    tx.settle_overtaken_work(site.id).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends lines about treatments without a decision where none lies ahead any more.
///
/// # Errors
/// When the store fails.
pub async fn settle_undecided(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    let mut tx = app.store.read(now).await?;
    let Some(site) = tx.site().await? else { return Ok(()) };
    if no_decision::settled(&mut tx, &site).await?.is_empty() {
        return Ok(());
    }
    drop(tx);
    let mut tx = app.store.write(Actor::System.context(None, None), now).await?;
    tx.lock_bookings(site.id).await?;
    for patient in no_decision::settled(&mut tx, &site).await? {
        tx.settle_about(WorkKind::NoDecision, patient.0, "no such treatment lies ahead").await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Brings decisions back to clinicians that were put off until today or end while treatment goes on.
///
/// # Errors
/// When the store fails.
pub async fn bring_decisions_back(app: &App) -> anyhow::Result<()> {
    let (now, rules) = (app.clock.now(), &app.config.rules);
    let mut tx = app.store.read(now).await?;
    let Some(site) = tx.site().await? else { return Ok(()) };
    if decide_again::due(&mut tx, rules, &site).await?.is_empty() {
        return Ok(());
    }
    drop(tx);
    let mut tx = app.store.write(Actor::System.context(None, None), now).await?;
    tx.lock_bookings(site.id).await?;
    decide_again::raise_due(&mut tx, rules, &site).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes what ended long ago, once a day. The day is kept in the database, so that restarts and replicas do not add to it.
///
/// # Errors
/// When the store fails.
pub async fn tidy(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    let today = now.date_naive().to_string();
    if app.store.read(now).await?.setting(TIDIED).await?.as_deref() == Some(&today) {
        return Ok(());
    }
    let mut tx = app.store.write(Actor::System.context(None, None), now).await?;
    let sessions = tx.delete_ended_sessions(now).await?;
    tx.delete_old_sign_in_tries(now - TimeDelta::days(KEY_DAYS)).await?;
    let keys = tx.delete_old_keys(now - TimeDelta::days(KEY_DAYS)).await?;
    let links = tx.delete_old_links(now - TimeDelta::days(EXPLAINED_DAYS)).await?;
    tx.delete_old_unsubscribe_links(now - TimeDelta::days(LINK_DAYS)).await?;
    tx.delete_old_samples(now - TimeDelta::days(LINK_DAYS)).await?;
    tx.delete_old_tries(now - TimeDelta::days(MAIL_DAYS)).await?;
    tx.delete_old_holds(now - TimeDelta::days(MAIL_DAYS)).await?;
    tx.set_setting(TIDIED, &today).await?;
    tx.commit().await?;
    tracing::debug!(sessions, keys, links, "tidied up");
    Ok(())
}
