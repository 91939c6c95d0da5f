//! Holds of all mail, how fast it goes, and the worker's own state: its heartbeat and the number that shows a restored database.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Conn, StoreError, Tx, on_db};
use crate::domain::ids::{HoldId, SiteId};
use crate::domain::mail_brake::{HoldReason, Pace, WINDOW};
use crate::domain::messages::Stage;

/// The setting that keeps since when the marker file cannot be written; empty while it can.
const UNMARKED: &str = "mail_unmarked_since";

/// A stretch of time in which no mail goes. One queue serves the whole installation, so at most one stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MailHold {
    /// Its id.
    pub id: HoldId,
    /// Why.
    pub reason: HoldReason,
    /// Why, in the words of whoever held it.
    pub note: String,
    /// How many messages were due when it began.
    pub waiting: i64,
    /// After a restore: what was due up to then has probably gone.
    pub went_until: Option<DateTime<Utc>>,
    /// How far the clock had jumped shortly before (minutes); 0 if it had not.
    pub asleep_minutes: i64,
    /// Since when.
    pub held_at: DateTime<Utc>,
    /// By whom.
    pub held_by: String,
    /// When it was released.
    pub released_at: Option<DateTime<Utc>>,
    /// By whom.
    pub released_by: Option<String>,
}

/// What the worker knows of itself, over restarts.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MailState {
    /// Which installation this is; random, made with the tables.
    pub instance: Uuid,
    /// Batches claimed so far.
    pub generation: i64,
    /// When the last was claimed.
    pub claimed_at: Option<DateTime<Utc>>,
    /// When a worker last looked.
    pub last_tick_at: Option<DateTime<Utc>>,
    /// When the clock was last found far ahead of the last tick.
    pub jumped_at: Option<DateTime<Utc>>,
    /// By how much (minutes).
    pub jump_minutes: i64,
}

/// Messages of one stage that are due and wait.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WaitingStage {
    /// What they are about.
    pub stage: Stage,
    /// How many.
    pub number: i64,
    /// How many of them are still of use.
    pub useful: i64,
    /// When the oldest was due.
    pub oldest: DateTime<Utc>,
    /// When the newest was due.
    pub newest: DateTime<Utc>,
}

impl Tx {
    /// The hold that stands, if one does.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn standing_hold(&mut self) -> Result<Option<MailHold>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM mail_holds WHERE scope = 'all' AND released_at IS NULL")
            .fetch_optional(c).await?),
        )
    }

    /// Adds a hold unless one stands; `false` if one does.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_hold(&mut self, hold: &MailHold) -> Result<bool, StoreError> {
        let inserted = on_db!(self, c => sqlx::query(
            "INSERT INTO mail_holds (id, reason, note, waiting, went_until, asleep_minutes, held_at, held_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING")
            .bind(hold.id).bind(hold.reason).bind(&hold.note).bind(hold.waiting).bind(hold.went_until)
            .bind(hold.asleep_minutes).bind(hold.held_at).bind(&hold.held_by).execute(c).await?.rows_affected());
        Ok(inserted == 1)
    }

    /// Gives the standing hold a graver reason; `false` if it was released meanwhile.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sharpen_hold(
        &mut self,
        id: HoldId,
        reason: HoldReason,
        went_until: Option<DateTime<Utc>>,
    ) -> Result<bool, StoreError> {
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE mail_holds SET reason = $2, went_until = $3 WHERE id = $1 AND released_at IS NULL")
            .bind(id).bind(reason).bind(went_until).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Ends a hold; `false` if it had ended.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn release_hold(&mut self, id: HoldId, by: &str) -> Result<bool, StoreError> {
        let now = self.now;
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE mail_holds SET released_at = $2, released_by = $3 WHERE id = $1 AND released_at IS NULL")
            .bind(id).bind(now).bind(by).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// When a hold was last released.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_release(&mut self) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_scalar(
            "SELECT released_at FROM mail_holds WHERE released_at IS NOT NULL ORDER BY released_at DESC LIMIT 1")
            .fetch_optional(c).await?))
    }

    /// How many messages went within the last minute and how many wait or are on their way, counted up to `most`. What was due by
    /// `cleared`, or was let go by somebody since it was due, is left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_pace(&mut self, cleared: Option<DateTime<Utc>>, most: i64) -> Result<Pace, StoreError> {
        let (now, since) = (self.now, cleared.unwrap_or(DateTime::UNIX_EPOCH));
        let went: i64 = on_db!(self, c => sqlx::query_scalar(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM messages
                 WHERE sent_at > $1 AND sent_at <= $2 AND due_at > $3 AND (released_at IS NULL OR released_at < due_at)
                 LIMIT $4) AS found")
            .bind(now - WINDOW).bind(now).bind(since).bind(most).fetch_one(c).await?);
        let waiting: i64 = on_db!(self, c => sqlx::query_scalar(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM messages
                 WHERE status = 'pending' AND due_at <= $1 AND due_at > $2 AND useful_until > $1
                 AND (claimed_until <= $1 OR in_flight) AND (released_at IS NULL OR released_at < due_at)
                 LIMIT $3) AS found")
            .bind(now).bind(since).bind(most).fetch_one(c).await?);
        Ok(Pace { went, waiting })
    }

    /// The site's messages that are due and wait, by stage, most first. One that waits for morning is not due yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn waiting_by_stage(&mut self, site: SiteId) -> Result<Vec<WaitingStage>, StoreError> {
        let now = self.now;
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT stage, CAST(COUNT(*) AS BIGINT) AS number,
                 CAST(SUM(CASE WHEN useful_until > $2 THEN 1 ELSE 0 END) AS BIGINT) AS useful,
                 MIN(due_at) AS oldest, MAX(due_at) AS newest
             FROM messages WHERE site_id = $1 AND status = 'pending' AND due_at <= $2
                 AND (claimed_until <= $2 OR in_flight OR tries > 0)
             GROUP BY stage ORDER BY number DESC, stage")
            .bind(site).bind(now).fetch_all(c).await?))
    }
}

impl Tx {
    /// Waits until nobody else claims, holds or releases mail, and keeps them waiting until the end of this transaction. On SQLite
    /// a transaction that writes is alone anyway.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn lock_mail(&mut self) -> Result<(), StoreError> {
        if let Conn::Postgres(open) = &mut self.conn {
            sqlx::query("SELECT id FROM mail_state WHERE id = 1 FOR UPDATE").execute(&mut **open).await?;
        }
        Ok(())
    }

    /// What the worker knows of itself.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_state(&mut self) -> Result<MailState, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM mail_state WHERE id = 1").fetch_one(c).await?))
    }

    /// Counts a batch that is about to go; the installation and the new number.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn next_mail_generation(&mut self) -> Result<(Uuid, i64), StoreError> {
        let now = self.now;
        Ok(on_db!(self, c => sqlx::query_as(
            "UPDATE mail_state SET generation = generation + 1, claimed_at = $1 WHERE id = 1
             RETURNING instance, generation")
            .bind(now).fetch_one(c).await?))
    }

    /// Lifts the number of batches to that of a marker file, so that one restore is noticed once.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn lift_mail_generation(&mut self, to: i64) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query("UPDATE mail_state SET generation = $1 WHERE id = 1 AND generation < $1")
            .bind(to).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Writes down that a worker looked, and by how many minutes the clock had jumped if it had.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn beat(&mut self, jump_minutes: Option<i64>) -> Result<(), StoreError> {
        let now = self.now;
        on_db!(self, c => sqlx::query(
            "UPDATE mail_state SET last_tick_at = $1,
                 jumped_at = CASE WHEN $3 THEN $1 ELSE jumped_at END,
                 jump_minutes = CASE WHEN $3 THEN $2 ELSE jump_minutes END WHERE id = 1")
            .bind(now).bind(jump_minutes.unwrap_or(0)).bind(jump_minutes.is_some())
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Shortens claims that end after `beyond`: they were made by a clock that has gone back since, and would keep their messages
    /// waiting until it is there again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn shorten_claims(
        &mut self,
        beyond: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query(
            "UPDATE messages SET claimed_until = $2 WHERE status = 'pending' AND claimed_until > $1")
            .bind(beyond).bind(to).execute(c).await?.rows_affected()))
    }
}

impl Tx {
    /// Since when the marker file of mail cannot be written; `None` while it can.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unmarked_since(&mut self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let since = self.setting(UNMARKED).await?;
        Ok(since.and_then(|text| DateTime::parse_from_rfc3339(&text).ok()).map(|at| at.to_utc()))
    }

    /// Writes down that the marker file cannot be written from now on, or can again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_unmarked(&mut self, is_unmarked: bool) -> Result<(), StoreError> {
        let since = if is_unmarked { self.now.to_rfc3339() } else { String::new() };
        self.set_setting(UNMARKED, &since).await
    }

    /// Deletes holds that were released before an instant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_old_holds(&mut self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query("DELETE FROM mail_holds WHERE released_at < $1")
            .bind(before).execute(c).await?.rows_affected()))
    }
}
