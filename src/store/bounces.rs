//! What came back: a row for each report about a message, and the mark at addresses that mail does not get through to.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use super::by_ids::places;
use super::messages::Message;
use super::{StoreError, Tx, on_db};
use crate::domain::bounces::{BounceKind, HELD};
use crate::domain::ids::{DriverId, MessageId, PatientId, SiteId};

/// Ids per statement, below every database's limit of bound values.
const CHUNK: usize = 500;
/// Messages to one address that are looked at for those that came back in a row.
const LOOKED_AT: i64 = 20;
/// Of the copy of `m` that went last, a report says that it did not get through.
const STANDS: &str = "b.message_id = m.id AND b.kind <> 'delayed' AND b.at >= m.sent_at
             AND lower(b.recipient) = lower(m.sent_to)";

/// One report about one message.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Bounce {
    /// Of which message.
    pub message_id: MessageId,
    /// Of what the report says: the same report twice is one row.
    pub report_hash: Vec<u8>,
    /// What it says.
    pub kind: BounceKind,
    /// The address it is about.
    pub recipient: String,
    /// The status (RFC 3463); empty where the report names none.
    pub status_code: String,
    /// Why, in the server's words, trimmed.
    pub words: String,
    /// When it was read.
    pub at: DateTime<Utc>,
}

impl Bounce {
    /// Status and words: "5.1.1 No such user".
    pub fn said(&self) -> String {
        if self.words.contains(&self.status_code) {
            return self.words.clone();
        }
        format!("{} {}", self.status_code, self.words).trim().to_owned()
    }
}

impl Tx {
    /// Adds a report; `false` if it is there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_bounce(&mut self, bounce: &Bounce) -> Result<bool, StoreError> {
        let inserted = on_db!(self, c => sqlx::query(
            "INSERT INTO bounces (message_id, report_hash, kind, recipient, status_code, words, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING")
            .bind(bounce.message_id).bind(&bounce.report_hash).bind(bounce.kind).bind(&bounce.recipient)
            .bind(&bounce.status_code).bind(&bounce.words).bind(bounce.at).execute(c).await?.rows_affected());
        Ok(inserted == 1)
    }

    /// The reports about a message, in order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn bounces_of(&mut self, message: MessageId) -> Result<Vec<Bounce>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM bounces WHERE message_id = $1 ORDER BY at")
            .bind(message).fetch_all(c).await?))
    }

    /// Of these messages, those that came back after they went last, each with the newest report.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn came_back(&mut self, ids: &[MessageId]) -> Result<HashMap<MessageId, Bounce>, StoreError> {
        let mut found = HashMap::new();
        for chunk in ids.chunks(CHUNK) {
            let sql = format!(
                "SELECT b.* FROM messages m JOIN bounces b ON {STANDS} WHERE m.id IN ({}) ORDER BY b.at",
                places(chunk.len())
            );
            let rows: Vec<Bounce> = on_db!(self, c => {
                let mut query = sqlx::query_as(AssertSqlSafe(sql));
                for id in chunk {
                    query = query.bind(*id);
                }
                query.fetch_all(c).await?
            });
            found.extend(rows.into_iter().map(|row| (row.message_id, row)));
        }
        Ok(found)
    }

    /// Of the last messages to a patient, or to a driver of theirs, at one address, newest first: which came back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn came_back_lately(
        &mut self,
        patient: PatientId,
        driver: Option<DriverId>,
        address: &str,
    ) -> Result<Vec<bool>, StoreError> {
        let sql = format!(
            "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM bounces b WHERE {STANDS}) FROM messages m
             WHERE m.patient_id = $1 AND ((m.driver_id IS NULL AND $2 IS NULL) OR m.driver_id = $2)
             AND m.sent_at IS NOT NULL AND lower(m.sent_to) = lower($3)
             ORDER BY m.sent_at DESC, m.id DESC LIMIT $4"
        );
        let counts: Vec<i64> = on_db!(self, c => sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(patient).bind(driver).bind(address).bind(LOOKED_AT).fetch_all(c).await?);
        Ok(counts.into_iter().map(|count| count > 0).collect())
    }

    /// How many of a site's messages came back since an instant, counted up to `most`. The join is written so that SQLite begins with
    /// the reports, which are few.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn came_back_since(
        &mut self,
        site: SiteId,
        since: DateTime<Utc>,
        most: i64,
    ) -> Result<i64, StoreError> {
        let now = self.now;
        Ok(on_db!(self, c => sqlx::query_scalar(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM bounces b CROSS JOIN messages m
                 WHERE m.id = b.message_id AND m.site_id = $1 AND b.at > $2 AND b.at <= $3 AND b.kind <> 'delayed'
                 LIMIT $4) AS found")
            .bind(site).bind(since).bind(now).bind(most).fetch_one(c).await?))
    }
}

impl Tx {
    /// Marks a patient's present address, or that of a driver of theirs, as one that mail does not get through to.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn mark_address(
        &mut self,
        patient: PatientId,
        driver: Option<DriverId>,
    ) -> Result<(), StoreError> {
        let now = self.now;
        match driver {
            Some(driver) => on_db!(self, c => sqlx::query(
                "UPDATE drivers SET address_bounced = email, address_bounced_at = $2 WHERE id = $1")
                .bind(driver).bind(now).execute(c).await?.rows_affected()),
            None => on_db!(self, c => sqlx::query(
                "UPDATE patients SET address_bounced = email, address_bounced_at = $2 WHERE id = $1")
                .bind(patient).bind(now).execute(c).await?.rows_affected()),
        };
        Ok(())
    }

    /// Takes that mark away.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unmark_address(
        &mut self,
        patient: PatientId,
        driver: Option<DriverId>,
    ) -> Result<(), StoreError> {
        match driver {
            Some(driver) => on_db!(self, c => sqlx::query(
                "UPDATE drivers SET address_bounced = NULL, address_bounced_at = NULL WHERE id = $1")
                .bind(driver).execute(c).await?.rows_affected()),
            None => on_db!(self, c => sqlx::query(
                "UPDATE patients SET address_bounced = NULL, address_bounced_at = NULL WHERE id = $1")
                .bind(patient).execute(c).await?.rows_affected()),
        };
        Ok(())
    }

    /// What did not reach a patient, or a driver of theirs: held because mail comes back, or come back itself.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn not_reached(
        &mut self,
        patient: PatientId,
        driver: Option<DriverId>,
    ) -> Result<Vec<Message>, StoreError> {
        let sql = format!(
            "SELECT m.* FROM messages m
             WHERE m.patient_id = $1 AND ((m.driver_id IS NULL AND $2 IS NULL) OR m.driver_id = $2)
             AND ((m.status = 'held' AND m.last_error = $3)
                 OR (m.status = 'sent' AND EXISTS (SELECT 1 FROM bounces b WHERE {STANDS})))
             ORDER BY m.due_at, m.id"
        );
        Ok(on_db!(self, c => sqlx::query_as(AssertSqlSafe(sql))
            .bind(patient).bind(driver).bind(HELD).fetch_all(c).await?))
    }

    /// Puts such a message back into the line, from its first try, at its time if that is still ahead; `false` if it changed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn send_anew(&mut self, id: MessageId) -> Result<bool, StoreError> {
        let now = self.now;
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = 'pending', last_error = NULL, claimed_until = $2, tries = 0, claims = claims + 1,
                 in_flight = FALSE, due_at = CASE WHEN due_at > $2 THEN due_at ELSE $2 END
             WHERE id = $1 AND status IN ('held', 'sent')")
            .bind(id).bind(now).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }
}
