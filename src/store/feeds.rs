//! Calendar feeds: whose they are, and the visits one shows; only the hash of a feed's token is stored.

use chrono::{DateTime, Utc};

use super::appointments::Appointment;
use super::{StoreError, Tx, on_db};
use crate::domain::feeds::{FeedKind, FeedOf, MOST_VISITS, Window};
use crate::domain::ids::{AppointmentId, FeedId, PatientId, ResourceId, SiteId};

/// More feeds than the page of a site lists.
const MOST_FEEDS: i64 = 1000;

/// A feed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Feed {
    /// Its id.
    pub id: FeedId,
    /// Where.
    pub site_id: SiteId,
    /// SHA-256 of the 256-bit token.
    pub token_hash: Vec<u8>,
    /// Whose visits it shows.
    pub kind: FeedKind,
    /// The patient, if it is a patient's.
    pub patient_id: Option<PatientId>,
    /// The bookable time, if it is no patient's.
    pub resource_id: Option<ResourceId>,
    /// Who made it, as the audit log names them.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Of no use from then on.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A visit with the instant of its last change.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FeedVisit {
    /// The visit.
    #[sqlx(flatten)]
    pub visit: Appointment,
    changed_at: Option<DateTime<Utc>>,
}

impl FeedVisit {
    /// When anything of it changed last.
    pub fn changed(&self) -> DateTime<Utc> {
        // Rows of earlier versions of the program carry no instant of their own.
        self.changed_at.or(self.visit.cancelled_at).unwrap_or(self.visit.created_at)
    }
}

impl Tx {
    /// The feed with this token hash, if it is in use.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn feed_by_token(&mut self, token_hash: &[u8]) -> Result<Option<Feed>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM feeds WHERE token_hash = $1 AND revoked_at IS NULL")
            .bind(token_hash).fetch_optional(c).await?))
    }

    /// One feed, in use or not.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn feed(&mut self, id: FeedId) -> Result<Option<Feed>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM feeds WHERE id = $1")
            .bind(id).fetch_optional(c).await?))
    }

    /// The one feed in use of a patient, a member of staff or a room.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn feed_of(&mut self, of: FeedOf) -> Result<Option<Feed>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM feeds WHERE kind = $1 AND (patient_id = $2 OR resource_id = $3) AND revoked_at IS NULL")
            .bind(of.kind()).bind(of.patient()).bind(of.resource()).fetch_optional(c).await?))
    }

    /// A site's feeds in use, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn feeds_in_use(&mut self, site: SiteId) -> Result<Vec<Feed>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM feeds WHERE site_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC, id LIMIT $2")
            .bind(site).bind(MOST_FEEDS).fetch_all(c).await?))
    }

    /// Adds a feed.
    ///
    /// # Errors
    /// [`StoreError::Unique`] when there is one in use already.
    pub async fn insert_feed(&mut self, feed: &Feed) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO feeds (id, site_id, token_hash, kind, patient_id, resource_id, created_by, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(feed.id).bind(feed.site_id).bind(&feed.token_hash).bind(feed.kind).bind(feed.patient_id)
            .bind(feed.resource_id).bind(&feed.created_by).bind(feed.created_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Ends a feed; `false` if it had ended before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn revoke_feed(&mut self, id: FeedId) -> Result<bool, StoreError> {
        let now = self.now;
        let ended = on_db!(self, c => sqlx::query(
            "UPDATE feeds SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
            .bind(id).bind(now).execute(c).await?.rows_affected());
        Ok(ended == 1)
    }

    /// A patient's visits in a window, by start; canceled ones only if that is not long ago.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn feed_visits_of_patient(
        &mut self,
        patient: PatientId,
        window: Window,
    ) -> Result<Vec<FeedVisit>, StoreError> {
        let Window { from, to, off_since } = window;
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM appointments WHERE patient_id = $1 AND starts_at >= $2 AND starts_at < $3
             AND (status <> 'cancelled' OR cancelled_at >= $4) ORDER BY starts_at, id LIMIT $5")
            .bind(patient).bind(from).bind(to).bind(off_since).bind(MOST_VISITS).fetch_all(c).await?))
    }

    /// The visits in a window that take a person's or a room's time, by start.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn feed_visits_of_resource(
        &mut self,
        resource: ResourceId,
        window: Window,
    ) -> Result<Vec<FeedVisit>, StoreError> {
        let Window { from, to, .. } = window;
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT a.* FROM appointments a WHERE a.id IN (
               SELECT o.appointment_id FROM occupancy o WHERE o.holder = $1 AND o.ends_at > $2 AND o.starts_at < $3)
             ORDER BY a.starts_at, a.id LIMIT $4")
            .bind(resource.0).bind(from).bind(to).bind(MOST_VISITS).fetch_all(c).await?))
    }

    /// A site's visits that were canceled not long ago, newest cancellation first; whoever was to serve them stands in the rows.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn feed_visits_off(
        &mut self,
        site: SiteId,
        window: Window,
    ) -> Result<Vec<FeedVisit>, StoreError> {
        // Nothing is asked of the start: SQLite would then walk the whole window instead of the few cancellations.
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM appointments WHERE site_id = $1 AND status = 'cancelled' AND cancelled_at >= $2
             ORDER BY cancelled_at DESC, id LIMIT $3")
            .bind(site).bind(window.off_since).bind(MOST_VISITS).fetch_all(c).await?))
    }

    /// Notes that something of an appointment changed now.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_change(&mut self, id: AppointmentId) -> Result<(), StoreError> {
        let now = self.now;
        on_db!(self, c => sqlx::query("UPDATE appointments SET changed_at = $2 WHERE id = $1")
            .bind(id).bind(now).execute(c).await?.rows_affected());
        Ok(())
    }
}
