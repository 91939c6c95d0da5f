//! The ledger as people look through it, page by page, and what they do to many messages at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::by_ids::places;
use super::messages::Message;
use super::{Conn, StoreError, Tx, on_db};
use crate::domain::ids::{MessageId, PatientId, SiteId};
use crate::domain::messages::{MessageStatus, Stage};

/// Messages one page looks through at most; a narrower wish than a state or a person may find few among them.
pub const WINDOW: i64 = 2000;
/// Ids per statement, below every database's limit of bound values.
const CHUNK: usize = 500;
/// What is written at a message that somebody decided not to send.
pub const DROPPED: &str = "dropped by staff";
/// What is written at a reminder that is held because no decision stands behind its treatment.
pub const NO_DECISION: &str = "no valid decision";

/// A message's place in the order of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
pub struct Place {
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// Which, among those due at the same time.
    pub id: MessageId,
}

/// Which messages are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Where.
    pub site: SiteId,
    /// In which state.
    pub status: MessageStatus,
    /// About these patients only.
    pub people: Option<&'a [PatientId]>,
    /// About this only.
    pub stage: Option<Stage>,
    /// With a subject like this (a LIKE pattern in small letters).
    pub subject: Option<&'a str>,
    /// Due from then on.
    pub from: DateTime<Utc>,
    /// Due by then.
    pub until: DateTime<Utc>,
    /// Behind this place.
    pub after: Option<Place>,
    /// Soonest first, else newest first.
    pub soonest_first: bool,
}

impl Wanted<'_> {
    fn direction(&self) -> &'static str {
        if self.soonest_first { "ASC" } else { "DESC" }
    }

    /// The place the page begins behind, and the bounds of the time, which the place narrows: so the index leads straight there.
    fn bounds(&self) -> (Place, DateTime<Utc>, DateTime<Utc>) {
        let (from, until) = (self.from, self.until);
        match (self.after, self.soonest_first) {
            (Some(place), true) => (place, place.due_at.max(from), until),
            (Some(place), false) => (place, from, place.due_at.min(until)),
            (None, true) => (Place { due_at: from, id: MessageId(Uuid::nil()) }, from, until),
            (None, false) => (Place { due_at: until, id: MessageId(Uuid::max()) }, from, until),
        }
    }

    /// The messages looked through, in order; values 1 to 6 and one for each patient.
    fn window(&self, on_sqlite: bool) -> String {
        let (beyond, direction) = (if self.soonest_first { ">" } else { "<" }, self.direction());
        let (hint, people) = match self.people {
            Some(people) => {
                let marks: Vec<String> = (0..people.len()).map(|n| format!("${}", n + 7)).collect();
                // Left to itself SQLite may walk through everybody's messages to find theirs in order.
                let hint = if on_sqlite { " INDEXED BY messages_patient" } else { "" };
                (hint, format!(" AND patient_id IN ({})", marks.join(", ")))
            }
            None => ("", String::new()),
        };
        format!(
            "SELECT id, due_at, stage, subject FROM messages{hint} WHERE site_id = $1 AND status = $2
             AND due_at >= $3 AND due_at <= $4 AND (due_at, id) {beyond} ($5, $6){people}
             ORDER BY due_at {direction}, id {direction} LIMIT {WINDOW}"
        )
    }
}

impl Tx {
    /// The places of the next messages wanted, in order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find_messages(&mut self, wanted: &Wanted<'_>, limit: i64) -> Result<Vec<Place>, StoreError> {
        let people = wanted.people.unwrap_or_default();
        if wanted.people.is_some() && people.is_empty() {
            return Ok(Vec::new());
        }
        let (stage, subject, last) = (people.len() + 7, people.len() + 8, people.len() + 9);
        let (window, direction) = (wanted.window(matches!(self.conn, Conn::Sqlite(_))), wanted.direction());
        let sql = format!(
            "SELECT due_at, id FROM ({window}) AS w WHERE (${stage} IS NULL OR stage = ${stage})
             AND (${subject} IS NULL OR lower(subject) LIKE ${subject})
             ORDER BY due_at {direction}, id {direction} LIMIT ${last}"
        );
        let (begin, from, until) = wanted.bounds();
        Ok(on_db!(self, c => {
            let mut query = sqlx::query_as(AssertSqlSafe(sql))
                .bind(wanted.site).bind(wanted.status).bind(from).bind(until).bind(begin.due_at).bind(begin.id);
            for id in people {
                query = query.bind(*id);
            }
            query.bind(wanted.stage).bind(wanted.subject).bind(limit).fetch_all(c).await?
        }))
    }

    /// Where a page stopped looking, if there was more to look through than [`WINDOW`] messages.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_of_window(&mut self, wanted: &Wanted<'_>) -> Result<Option<Place>, StoreError> {
        let people = wanted.people.unwrap_or_default();
        if wanted.people.is_some() && people.is_empty() {
            return Ok(None);
        }
        let (window, direction) = (wanted.window(matches!(self.conn, Conn::Sqlite(_))), wanted.direction());
        let sql = format!(
            "SELECT due_at, id FROM ({window}) AS w ORDER BY due_at {direction}, id {direction} LIMIT 1 OFFSET {}",
            WINDOW - 1
        );
        let (begin, from, until) = wanted.bounds();
        Ok(on_db!(self, c => {
            let mut query = sqlx::query_as(AssertSqlSafe(sql))
                .bind(wanted.site).bind(wanted.status).bind(from).bind(until).bind(begin.due_at).bind(begin.id);
            for id in people {
                query = query.bind(*id);
            }
            query.fetch_optional(c).await?
        }))
    }

    /// Messages by id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn messages_by_ids(
        &mut self,
        ids: &[MessageId],
    ) -> Result<HashMap<MessageId, Message>, StoreError> {
        let mut found = HashMap::new();
        for chunk in ids.chunks(CHUNK) {
            let sql = format!("SELECT * FROM messages WHERE id IN ({})", places(chunk.len()));
            let rows: Vec<Message> = on_db!(self, c => {
                let mut query = sqlx::query_as(AssertSqlSafe(sql));
                for id in chunk {
                    query = query.bind(*id);
                }
                query.fetch_all(c).await?
            });
            found.extend(rows.into_iter().map(|row| (row.id, row)));
        }
        Ok(found)
    }

    /// Patients of a site one of whose drivers has a name or an address like this (a LIKE pattern in small letters).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn patients_driven_by(
        &mut self,
        site: SiteId,
        pattern: &str,
        limit: i64,
    ) -> Result<Vec<PatientId>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_scalar(
            "SELECT DISTINCT d.patient_id FROM drivers d JOIN patients p ON p.id = d.patient_id
             WHERE p.site_id = $1 AND (lower(d.full_name) LIKE $2 OR lower(d.email) LIKE $2) LIMIT $3")
            .bind(site).bind(pattern).bind(limit).fetch_all(c).await?))
    }
}

impl Tx {
    /// Ends a message that waits, is held or failed, because somebody decided against it; `false` if it is on its way.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn drop_message(&mut self, id: MessageId) -> Result<bool, StoreError> {
        let now = self.now;
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = 'not_needed', last_error = $2 WHERE id = $1
             AND status IN ('pending', 'held', 'failed') AND (NOT in_flight OR claimed_until <= $3)")
            .bind(id).bind(DROPPED).bind(now).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Takes that back: the message waits again for its time, and is no part of a flood. `false` if it was not dropped or its time is
    /// over.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn undrop_message(&mut self, id: MessageId) -> Result<bool, StoreError> {
        let now = self.now;
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = 'pending', last_error = NULL, claimed_until = $3, tries = 0, claims = claims + 1,
                 in_flight = FALSE, released_at = $3 WHERE id = $1 AND status = 'not_needed' AND last_error = $2 AND useful_until > $3")
            .bind(id).bind(DROPPED).bind(now).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Ends a site's waiting messages that were due before an instant, and tells which. One that waits for another try has not gone,
    /// and one that was put off had until then not gone either: they stay.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn drop_due_before(
        &mut self,
        site: SiteId,
        before: DateTime<Utc>,
    ) -> Result<Vec<Message>, StoreError> {
        let now = self.now;
        Ok(on_db!(self, c => sqlx::query_as(
            "UPDATE messages SET status = 'not_needed', last_error = $3 WHERE site_id = $1 AND status = 'pending'
             AND due_at < $2 AND due_at <= $4 AND tries = 0 AND (in_flight OR claimed_until < $2)
             AND (NOT in_flight OR claimed_until <= $4) RETURNING *")
            .bind(site).bind(before).bind(DROPPED).bind(now).fetch_all(c).await?))
    }

    /// Ends a site's waiting messages whose use is over.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn expire_late(&mut self, site: SiteId) -> Result<u64, StoreError> {
        let now = self.now;
        Ok(on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = 'expired' WHERE site_id = $1 AND status = 'pending' AND due_at <= $2
             AND useful_until <= $2 AND (NOT in_flight OR claimed_until <= $2)")
            .bind(site).bind(now).execute(c).await?.rows_affected()))
    }
}
