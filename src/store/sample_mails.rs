//! Samples staff send to themselves: written down first, then sent by the tick like any message, so that none is lost silently.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::{SampleMailId, SiteId, StaffId};
use crate::domain::messages::{MessageStatus, Stage};

/// A sample on its way.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SampleMail {
    /// Its id.
    pub id: SampleMailId,
    /// Where.
    pub site_id: SiteId,
    /// Who asked for it.
    pub staff_id: StaffId,
    /// Which message.
    pub stage: Stage,
    /// Their address.
    pub to_address: String,
    /// Pending, sent or failed.
    pub status: MessageStatus,
    /// A worker has it until then; after a failed try, the next is not before.
    pub claimed_until: DateTime<Utc>,
    /// Rises with every claim; a worker whose number is old may not record anything.
    pub claims: i64,
    /// Failed tries so far.
    pub tries: i64,
    /// What the server said last.
    pub last_error: Option<String>,
    /// When the server took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

impl Tx {
    /// Adds a sample.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_sample_mail(&mut self, m: &SampleMail) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO sample_mails (id, site_id, staff_id, stage, to_address, status, claimed_until, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(m.id).bind(m.site_id).bind(m.staff_id).bind(m.stage).bind(&m.to_address).bind(m.status)
            .bind(m.claimed_until).bind(m.created_at).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Somebody's samples since an instant, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sample_mails_of(
        &mut self,
        staff: StaffId,
        since: DateTime<Utc>,
    ) -> Result<Vec<SampleMail>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM sample_mails WHERE staff_id = $1 AND created_at > $2 ORDER BY created_at DESC, id DESC")
            .bind(staff).bind(since).fetch_all(c).await?))
    }

    /// Whether a sample waits for a worker; an idle tick asks only this.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sample_is_due(&mut self) -> Result<bool, StoreError> {
        let now = self.now;
        let found: Option<i64> = on_db!(self, c => sqlx::query_scalar(
            "SELECT CAST(1 AS BIGINT) FROM sample_mails WHERE status = 'pending' AND claimed_until <= $1 LIMIT 1")
            .bind(now).fetch_optional(c).await?);
        Ok(found.is_some())
    }

    /// Claims samples until `lease`. The condition stands outside the sub-select too, so that none is claimed twice.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim_samples(
        &mut self,
        lease: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<SampleMail>, StoreError> {
        let now = self.now;
        Ok(on_db!(self, c => sqlx::query_as(
            "UPDATE sample_mails SET claimed_until = $1, claims = claims + 1
             WHERE status = 'pending' AND claimed_until <= $2 AND id IN (
                 SELECT id FROM sample_mails WHERE status = 'pending' AND claimed_until <= $2
                 ORDER BY claimed_until LIMIT $3)
             RETURNING *")
            .bind(lease).bind(now).bind(limit).fetch_all(c).await?))
    }

    /// Records that the server took a sample, if the claim is still ours.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record_sample_sent(&mut self, id: SampleMailId, claim: i64) -> Result<(), StoreError> {
        let now = self.now;
        on_db!(self, c => sqlx::query(
            "UPDATE sample_mails SET status = 'sent', sent_at = $3, last_error = NULL WHERE id = $1 AND claims = $2")
            .bind(id).bind(claim).bind(now).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Records a failed try, if the claim is still ours: the next one at an instant, or none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record_sample_failed(
        &mut self,
        id: SampleMailId,
        claim: i64,
        why: &str,
        again_at: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let status = if again_at.is_some() { MessageStatus::Pending } else { MessageStatus::Failed };
        let at = again_at.unwrap_or(self.now);
        on_db!(self, c => sqlx::query(
            "UPDATE sample_mails SET status = $3, claimed_until = $4, last_error = $5, tries = tries + 1
             WHERE id = $1 AND claims = $2")
            .bind(id).bind(claim).bind(status).bind(at).bind(why).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Removes samples asked for before an instant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_old_samples(&mut self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query("DELETE FROM sample_mails WHERE created_at < $1")
            .bind(before).execute(c).await?.rows_affected()))
    }
}
