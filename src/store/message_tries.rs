//! Every try to send a message, and the few counts that show whether mail gets out.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::delivery::TryOutcome;
use crate::domain::ids::{MessageId, SiteId};

/// One try.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MessageTry {
    /// Of which message.
    pub message_id: MessageId,
    /// Under which claim of it.
    pub claim: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What came of it.
    pub outcome: TryOutcome,
    /// What the server said, trimmed.
    pub words: String,
}

impl Tx {
    /// Writes a try down, once for each claim.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_try(
        &mut self,
        message: MessageId,
        claim: i64,
        outcome: TryOutcome,
        words: &str,
    ) -> Result<(), StoreError> {
        let now = self.now;
        on_db!(self, c => sqlx::query(
            "INSERT INTO message_tries (message_id, claim, at, outcome, words) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING")
            .bind(message).bind(claim).bind(now).bind(outcome).bind(words).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Deletes tries made before an instant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_old_tries(&mut self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query("DELETE FROM message_tries WHERE at < $1")
            .bind(before).execute(c).await?.rows_affected()))
    }

    /// The tries of a message, in order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tries_of(&mut self, message: MessageId) -> Result<Vec<MessageTry>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM message_tries WHERE message_id = $1 ORDER BY claim")
            .bind(message).fetch_all(c).await?),
        )
    }

    /// What the server said of a site's messages that failed for good since an instant, newest first, at most `limit`. The join is
    /// written so that SQLite begins with the tries, which are few, not with the messages.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn failed_since(
        &mut self,
        site: SiteId,
        since: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        let now = self.now;
        Ok(on_db!(self, c => sqlx::query_scalar(
            "SELECT t.words FROM message_tries t CROSS JOIN messages m
             WHERE m.id = t.message_id AND m.site_id = $1 AND t.at > $2 AND t.at <= $3
             AND t.outcome IN ('refused', 'gave_up') ORDER BY t.at DESC LIMIT $4")
            .bind(site).bind(since).bind(now).bind(limit).fetch_all(c).await?))
    }

    /// How many tries the server put off since an instant, counted up to `most`; of all sites, since they share the server.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn put_off_since(&mut self, since: DateTime<Utc>, most: i64) -> Result<i64, StoreError> {
        let now = self.now;
        Ok(on_db!(self, c => sqlx::query_scalar(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM message_tries
                 WHERE at > $1 AND at <= $2 AND outcome = 'put_off' LIMIT $3) AS found")
            .bind(since).bind(now).bind(most).fetch_one(c).await?))
    }

    /// When the oldest message of a site could have gone that could before an instant: it was due, and waits neither for a second try
    /// nor for morning.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn overdue_since(
        &mut self,
        site: SiteId,
        before: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_scalar(
            "SELECT CASE WHEN claimed_until > due_at AND NOT in_flight THEN claimed_until ELSE due_at END FROM messages
             WHERE site_id = $1 AND status = 'pending' AND due_at <= $2 AND claimed_until <= $2 ORDER BY due_at LIMIT 1")
            .bind(site).bind(before).fetch_optional(c).await?))
    }

    /// Whether any message went since an instant.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn something_went_since(&mut self, since: DateTime<Utc>) -> Result<bool, StoreError> {
        let now = self.now;
        let found: Option<i64> = on_db!(self, c => sqlx::query_scalar(
            "SELECT CAST(1 AS BIGINT) FROM messages WHERE sent_at > $1 AND sent_at <= $2 LIMIT 1")
            .bind(since).bind(now).fetch_optional(c).await?);
        Ok(found.is_some())
    }
}
