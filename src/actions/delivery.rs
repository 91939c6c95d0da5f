//! Whether mail gets out: gathers what is known and says what is wrong, nothing when nothing is.

use chrono::TimeDelta;

use super::ActionError;
use crate::domain::delivery::{Facts, RECENT, STUCK, Trouble, troubles};
use crate::domain::server_words;
use crate::store::Tx;
use crate::store::sites::Site;

/// Failures looked at; a hundred say what thousands would.
const MOST_FAILURES: i64 = 200;
/// Delays, and messages that came back, counted at most.
const MOST_COUNTED: i64 = 1000;

/// What is wrong with the delivery of a site's mail, most pressing first. A fixed number of small queries by index.
///
/// # Errors
/// When the store fails.
pub async fn delivery(tx: &mut Tx, site: &Site, tick_seconds: u64) -> Result<Vec<Trouble>, ActionError> {
    let now = tx.now();
    let failed = tx.failed_since(site.id, now - RECENT, MOST_FAILURES).await?;
    let facts = Facts {
        held: tx.standing_hold().await?.is_some(),
        unmarked_since: tx.unmarked_since().await?,
        last_tick: tx.mail_state().await?.last_tick_at,
        tick: TimeDelta::seconds(i64::try_from(tick_seconds).unwrap_or(30)),
        overdue_since: tx.overdue_since(site.id, now - STUCK).await?,
        something_went: tx.something_went_since(now - STUCK).await?,
        failed: failed.iter().map(|words| server_words::code(words)).collect(),
        put_off: tx.put_off_since(now - RECENT, MOST_COUNTED).await?,
        came_back: tx.came_back_since(site.id, now - RECENT, MOST_COUNTED).await?,
    };
    Ok(troubles(&facts, now))
}
