//! Worklist lines that events raised. (What follows from the book itself, such as a missing driver, is asked afresh.)

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StoreError, Tx, on_db};
use crate::domain::ids::{AppointmentId, MessageId, PatientId, SiteId, WorkItemId};
use crate::domain::worklist::WorkKind;

/// A line.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WorkItem {
    /// Its id.
    pub id: WorkItemId,
    /// Where.
    pub site_id: SiteId,
    /// Why it is there.
    pub kind: WorkKind,
    /// One open line per key.
    pub dedupe_key: String,
    /// About whom.
    pub patient_id: Option<PatientId>,
    /// About which visit.
    pub appointment_id: Option<AppointmentId>,
    /// About which message.
    pub message_id: Option<MessageId>,
    /// What happened, in the words of whoever said it.
    pub note: String,
    /// By when it should be done.
    pub due_at: DateTime<Utc>,
    /// Hidden until then.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// Why it can wait.
    pub snooze_reason: Option<String>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
    /// By whom.
    pub done_by: Option<String>,
    /// When it was raised.
    pub created_at: DateTime<Utc>,
}

impl WorkItem {
    /// What the line is about, as its key says: a course, a visit, a patient or a message.
    pub fn about(&self) -> Option<Uuid> {
        self.dedupe_key.rsplit_once(':').and_then(|(_, id)| Uuid::parse_str(id).ok())
    }
}

impl Tx {
    /// Raises a line unless an open one with its key is there; `false` if it was.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn raise_work(&mut self, item: &WorkItem) -> Result<bool, StoreError> {
        let inserted = on_db!(self, c => sqlx::query(
            "INSERT INTO work_items (id, site_id, kind, dedupe_key, patient_id, appointment_id, message_id, note, due_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING")
            .bind(item.id).bind(item.site_id).bind(item.kind).bind(&item.dedupe_key).bind(item.patient_id)
            .bind(item.appointment_id).bind(item.message_id).bind(&item.note).bind(item.due_at).bind(item.created_at)
            .execute(c).await?.rows_affected());
        Ok(inserted == 1)
    }

    /// Open lines of a site, the urgent kind first, then soonest due; snoozed ones too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_work(&mut self, site: SiteId, limit: i64) -> Result<Vec<WorkItem>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM work_items WHERE site_id = $1 AND done_at IS NULL
             ORDER BY CASE WHEN kind = 'phq9_item9' THEN 0 ELSE 1 END, due_at, id LIMIT $2")
            .bind(site).bind(limit).fetch_all(c).await?))
    }

    /// Open lines of a kind.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_work_of_kind(
        &mut self,
        site: SiteId,
        kind: WorkKind,
    ) -> Result<Vec<WorkItem>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM work_items WHERE site_id = $1 AND kind = $2 AND done_at IS NULL ORDER BY due_at, id")
            .bind(site).bind(kind).fetch_all(c).await?))
    }

    /// One line.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn work_item(&mut self, id: WorkItemId) -> Result<Option<WorkItem>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM work_items WHERE id = $1")
            .bind(id).fetch_optional(c).await?))
    }

    /// Marks a line done; `false` if it was.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn finish_work(&mut self, id: WorkItemId, by: &str) -> Result<bool, StoreError> {
        let now = self.now;
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE work_items SET done_at = $2, done_by = $3 WHERE id = $1 AND done_at IS NULL")
            .bind(id).bind(now).bind(by).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Opens a line again that was marked done; `false` if it was open or another line with its key is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn reopen_work(&mut self, id: WorkItemId) -> Result<bool, StoreError> {
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE work_items SET done_at = NULL, done_by = NULL WHERE id = $1 AND done_at IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM work_items w WHERE w.dedupe_key = work_items.dedupe_key AND w.done_at IS NULL)")
            .bind(id).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Hides a line until an instant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn snooze_work(
        &mut self,
        id: WorkItemId,
        until: DateTime<Utc>,
        why: &str,
    ) -> Result<bool, StoreError> {
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE work_items SET snoozed_until = $2, snooze_reason = $3 WHERE id = $1 AND done_at IS NULL")
            .bind(id).bind(until).bind(why).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Marks the open line of a key done: its cause is gone.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_work_key(&mut self, dedupe_key: &str, by: &str) -> Result<(), StoreError> {
        let now = self.now;
        on_db!(self, c => sqlx::query(
            "UPDATE work_items SET done_at = $2, done_by = $3 WHERE dedupe_key = $1 AND done_at IS NULL")
            .bind(dedupe_key).bind(now).bind(by).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Marks every open line about a visit of these kinds done: its cause is gone.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_work(
        &mut self,
        appointment: AppointmentId,
        kinds: &[WorkKind],
        by: &str,
    ) -> Result<(), StoreError> {
        let now = self.now;
        for kind in kinds {
            on_db!(self, c => sqlx::query(
                "UPDATE work_items SET done_at = $3, done_by = $4 WHERE appointment_id = $1 AND kind = $2 AND done_at IS NULL")
                .bind(appointment).bind(*kind).bind(now).bind(by).execute(c).await?.rows_affected());
        }
        Ok(())
    }
}

impl Tx {
    /// Marks the open line of a kind about one thing done: its cause is gone.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_about(&mut self, kind: WorkKind, about: Uuid, by: &str) -> Result<(), StoreError> {
        let (now, key) = (self.now, format!("{kind}:{about}"));
        on_db!(self, c => sqlx::query(
            "UPDATE work_items SET done_at = $2, done_by = $3 WHERE dedupe_key = $1 AND done_at IS NULL")
            .bind(&key).bind(now).bind(by).execute(c).await?.rows_affected());
        Ok(())
    }
}

/// Lines that are about getting a visit ready: once it has begun they help nobody.
const BEFORE_THE_VISIT: &str = "'driver_declined', 'unconfirmed', 'mail_failed', 'no_address', 'mail_late', 'patient_asks', 'absence_hit', 'driver_address_wrong'";

impl Tx {
    /// Whether open lines are about getting a visit ready that has begun.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_overtaken_work(&mut self, site: SiteId) -> Result<bool, StoreError> {
        let now = self.now;
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT CAST(1 AS BIGINT) FROM work_items w JOIN appointments a ON a.id = w.appointment_id
             WHERE w.site_id = $1 AND w.done_at IS NULL AND w.kind IN ({BEFORE_THE_VISIT}) AND a.starts_at <= $2 LIMIT 1"
        ));
        let found: Option<i64> =
            on_db!(self, c => sqlx::query_scalar(sql).bind(site).bind(now).fetch_optional(c).await?);
        Ok(found.is_some())
    }

    /// Ends those lines.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_overtaken_work(&mut self, site: SiteId) -> Result<u64, StoreError> {
        let now = self.now;
        let sql = sqlx::AssertSqlSafe(format!(
            "UPDATE work_items SET done_at = $2, done_by = 'the visit began'
             WHERE site_id = $1 AND done_at IS NULL AND kind IN ({BEFORE_THE_VISIT})
             AND EXISTS (SELECT 1 FROM appointments a WHERE a.id = work_items.appointment_id AND a.starts_at <= $2)"
        ));
        Ok(on_db!(self, c => sqlx::query(sql).bind(site).bind(now).execute(c).await?.rows_affected()))
    }
}
