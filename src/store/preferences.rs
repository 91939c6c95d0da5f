//! Which messages a patient wants, and the one-click links that switch a topic off; only the hash of a link's token is stored.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::PatientId;
use crate::domain::mail_topics::{PreferenceSource, Topic};

/// What a patient said about a topic; a topic nobody spoke of is wanted.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Preference {
    /// Whose.
    pub patient_id: PatientId,
    /// About which messages.
    pub topic: Topic,
    /// Whether they want them.
    pub wanted: bool,
    /// Who said so.
    pub source: PreferenceSource,
    /// When.
    pub changed_at: DateTime<Utc>,
}

/// A one-click link: one patient, one topic, and it can only switch off.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UnsubscribeLink {
    /// SHA-256 of the 256-bit token.
    pub token_hash: Vec<u8>,
    /// Whose messages.
    pub patient_id: PatientId,
    /// Which messages.
    pub topic: Topic,
    /// No use from then on.
    pub expires_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl Tx {
    /// Everything a patient said about topics.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn preferences_of(&mut self, patient: PatientId) -> Result<Vec<Preference>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM message_preferences WHERE patient_id = $1 ORDER BY topic")
            .bind(patient).fetch_all(c).await?))
    }

    /// Whether a patient wants messages of a topic.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn wants(&mut self, patient: PatientId, topic: Topic) -> Result<bool, StoreError> {
        let said: Option<bool> = on_db!(self, c => sqlx::query_scalar(
            "SELECT wanted FROM message_preferences WHERE patient_id = $1 AND topic = $2")
            .bind(patient).bind(topic).fetch_optional(c).await?);
        Ok(said.unwrap_or(true))
    }

    /// Writes what a patient said about a topic.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_preference(&mut self, p: &Preference) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO message_preferences (patient_id, topic, wanted, source, changed_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (patient_id, topic) DO UPDATE SET wanted = excluded.wanted, source = excluded.source,
                 changed_at = excluded.changed_at")
            .bind(p.patient_id).bind(p.topic).bind(p.wanted).bind(p.source).bind(p.changed_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// The one-click link with this token hash that has not ended.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unsubscribe_link(
        &mut self,
        token_hash: &[u8],
    ) -> Result<Option<UnsubscribeLink>, StoreError> {
        let now = self.now;
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM unsubscribe_links WHERE token_hash = $1 AND expires_at > $2")
            .bind(token_hash).bind(now).fetch_optional(c).await?))
    }

    /// Adds a one-click link.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_unsubscribe_link(&mut self, link: &UnsubscribeLink) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO unsubscribe_links (token_hash, patient_id, topic, expires_at, created_at)
             VALUES ($1, $2, $3, $4, $5)")
            .bind(&link.token_hash).bind(link.patient_id).bind(link.topic).bind(link.expires_at)
            .bind(link.created_at).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Removes one-click links that ended before an instant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_old_unsubscribe_links(&mut self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query("DELETE FROM unsubscribe_links WHERE expires_at < $1")
            .bind(before).execute(c).await?.rows_affected()))
    }
}
