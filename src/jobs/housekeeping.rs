//! Tidies up: ended holds, sessions, links and idempotency keys nobody needs.

use chrono::TimeDelta;

use crate::actions::Actor;
use crate::actions::series::release_ended_holds;
use crate::app::App;

/// Keys of forms are remembered this long (days).
const KEY_DAYS: i64 = 7;
/// Ended links are remembered this long (days), so that the audit log can still name them.
const LINK_DAYS: i64 = 30;

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

/// Deletes what ended long ago; run once a day.
///
/// # Errors
/// When the store fails.
pub async fn tidy(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    let mut tx = app.store.write(Actor::System.context(None, None), now).await?;
    let sessions = tx.delete_ended_sessions(now).await?;
    tx.delete_old_sign_in_tries(now - TimeDelta::days(KEY_DAYS)).await?;
    let keys = tx.delete_old_keys(now - TimeDelta::days(KEY_DAYS)).await?;
    let links = tx.delete_old_links(now - TimeDelta::days(LINK_DAYS)).await?;
    tx.commit().await?;
    tracing::debug!(sessions, keys, links, "tidied up");
    Ok(())
}
