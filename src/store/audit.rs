//! The audit log: who changed what, for which patient, when, from where, before and after; append-only and hash-chained.

use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::PatientId;

/// In whose name a transaction changes things.
#[derive(Clone, Debug, Default)]
pub struct AuditContext {
    /// "Priya Shah (front desk)", "patient by link", "system".
    pub actor: String,
    /// The account, patient or driver.
    pub actor_id: Option<Uuid>,
    /// The request's id.
    pub request_id: Option<String>,
    /// The client's address.
    pub origin: Option<String>,
}

impl AuditContext {
    /// The program itself (ticks, set-up).
    pub fn system() -> Self {
        Self { actor: "system".to_owned(), ..Self::default() }
    }
}

/// One change.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// What was done, such as `appointment.move`.
    pub action: &'static str,
    /// Whose record it touches.
    pub patient: Option<PatientId>,
    /// Kind of thing changed, such as `appointment`.
    pub entity: &'static str,
    /// Which one.
    pub entity_id: Uuid,
    /// The changed values before; secrets never.
    pub before: Option<Value>,
    /// The changed values after; secrets never.
    pub after: Option<Value>,
}

impl AuditEntry {
    /// An entry without values; add them with [`AuditEntry::before`] and [`AuditEntry::after`].
    pub fn new(
        action: &'static str,
        patient: Option<PatientId>,
        entity: &'static str,
        entity_id: Uuid,
    ) -> Self {
        Self { action, patient, entity, entity_id, before: None, after: None }
    }

    /// With the values before the change.
    #[must_use]
    pub fn before(mut self, value: Value) -> Self {
        self.before = Some(value);
        self
    }

    /// With the values after the change.
    #[must_use]
    pub fn after(mut self, value: Value) -> Self {
        self.after = Some(value);
        self
    }
}

/// A row of the log.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AuditRow {
    /// Running number from 1.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// Who, by id.
    pub actor_id: Option<Uuid>,
    /// What was done.
    pub action: String,
    /// For whom.
    pub patient_id: Option<PatientId>,
    /// Kind of thing.
    pub entity: String,
    /// Which one.
    pub entity_id: Uuid,
    /// Values before.
    #[sqlx(json(nullable))]
    pub before_change: Option<Value>,
    /// Values after.
    #[sqlx(json(nullable))]
    pub after_change: Option<Value>,
    /// The request.
    pub request_id: Option<String>,
    /// From where.
    pub origin: Option<String>,
    /// Hash of the row before.
    pub previous_hash: Vec<u8>,
    /// Hash of this row.
    pub hash: Vec<u8>,
}

impl AuditRow {
    /// SHA-256 over the previous hash and every value of the row, each with its length, so that no two rows can
    /// spell the same bytes.
    pub fn expected_hash(&self) -> Vec<u8> {
        let mut hasher = Sha256::new();
        let mut add = |bytes: &[u8]| {
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        };
        let uuid = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        let json = |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default();
        add(&self.previous_hash);
        add(&self.number.to_be_bytes());
        add(&self.at.timestamp_micros().to_be_bytes());
        add(self.actor.as_bytes());
        add(uuid(self.actor_id).as_bytes());
        add(self.action.as_bytes());
        add(uuid(self.patient_id.map(|id| id.0)).as_bytes());
        add(self.entity.as_bytes());
        add(self.entity_id.to_string().as_bytes());
        add(json(&self.before_change).as_bytes());
        add(json(&self.after_change).as_bytes());
        add(self.request_id.as_deref().unwrap_or_default().as_bytes());
        add(self.origin.as_deref().unwrap_or_default().as_bytes());
        hasher.finalize().to_vec()
    }
}

#[derive(sqlx::FromRow)]
struct Head {
    number: i64,
    hash: Vec<u8>,
}

impl Tx {
    /// Writes the noted entries. Called by commit, so that the chain's head is locked last and shortest.
    pub(super) async fn write_audit(&mut self) -> Result<(), StoreError> {
        let entries = std::mem::take(&mut self.entries);
        let Some(who) = self.audit.clone() else { return Ok(()) };
        if entries.is_empty() {
            return Ok(());
        }
        // The update locks the head on both databases before it is read.
        let head: Head = on_db!(self, c => sqlx::query_as(
            "UPDATE audit_head SET number = number WHERE id = 1 RETURNING number, hash").fetch_one(c).await?);
        let (mut number, mut previous) = (head.number, head.hash);
        for entry in entries {
            number += 1;
            let mut row = AuditRow {
                number,
                at: self.now,
                actor: who.actor.clone(),
                actor_id: who.actor_id,
                action: entry.action.to_owned(),
                patient_id: entry.patient,
                entity: entry.entity.to_owned(),
                entity_id: entry.entity_id,
                before_change: entry.before,
                after_change: entry.after,
                request_id: who.request_id.clone(),
                origin: who.origin.clone(),
                previous_hash: previous,
                hash: Vec::new(),
            };
            row.hash = row.expected_hash();
            previous = row.hash.clone();
            on_db!(self, c => sqlx::query(
                "INSERT INTO audit (number, at, actor, actor_id, action, patient_id, entity, entity_id, before_change,
                 after_change, request_id, origin, previous_hash, hash)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)")
                .bind(row.number).bind(row.at).bind(&row.actor).bind(row.actor_id).bind(&row.action)
                .bind(row.patient_id).bind(&row.entity).bind(row.entity_id)
                .bind(row.before_change.as_ref().map(sqlx::types::Json))
                .bind(row.after_change.as_ref().map(sqlx::types::Json))
                .bind(&row.request_id).bind(&row.origin).bind(&row.previous_hash).bind(&row.hash)
                .execute(c).await?.rows_affected());
        }
        on_db!(self, c => sqlx::query("UPDATE audit_head SET number = $1, hash = $2 WHERE id = 1")
            .bind(number).bind(&previous).execute(c).await?.rows_affected());
        Ok(())
    }

    /// The newest rows about a patient.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_of_patient(
        &mut self,
        patient: PatientId,
        limit: i64,
    ) -> Result<Vec<AuditRow>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM audit WHERE patient_id = $1 ORDER BY number DESC LIMIT $2")
            .bind(patient).bind(limit).fetch_all(c).await?))
    }

    /// The newest row that says this was done to one thing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_audit_of(
        &mut self,
        entity_id: Uuid,
        action: &str,
    ) -> Result<Option<AuditRow>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM audit WHERE entity_id = $1 AND action = $2 ORDER BY number DESC LIMIT 1")
            .bind(entity_id).bind(action).fetch_optional(c).await?))
    }

    /// Rows after a number, in order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_after(&mut self, number: i64, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM audit WHERE number > $1 ORDER BY number LIMIT $2")
            .bind(number).bind(limit).fetch_all(c).await?))
    }
}

impl Tx {
    /// Number and hash of the last row written.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_head(&mut self) -> Result<(i64, Vec<u8>), StoreError> {
        let head: Head = on_db!(self, c => sqlx::query_as("SELECT number, hash FROM audit_head WHERE id = 1")
            .fetch_one(c).await?);
        Ok((head.number, head.hash))
    }
}
