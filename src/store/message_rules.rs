//! The rules of messages, and the ledger's rows as they belong to one.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::outbox::DROPPED;
use super::{StoreError, Tx, on_db};
use crate::domain::day_hours::DayHours;
use crate::domain::ids::{AppointmentId, DriverId, PatientId, RuleId, ServiceId, SiteId};
use crate::domain::message_rules::{Anchor, Condition, MessageRule};
use crate::domain::messages::{MessageStatus, Stage};
use crate::domain::protocols::VisitRole;
use crate::domain::services::Category;

#[derive(sqlx::FromRow)]
struct Row {
    id: RuleId,
    site_id: SiteId,
    stage: Stage,
    category: Option<Category>,
    service_id: Option<ServiceId>,
    role: Option<VisitRole>,
    anchor: Anchor,
    minutes: i64,
    useful_minutes: i64,
    allowed_from: Option<i64>,
    allowed_to: Option<i64>,
    only_if: Condition,
    essential: bool,
    active: bool,
    as_seeded: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for MessageRule {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            site_id: row.site_id,
            stage: row.stage,
            category: row.category,
            service: row.service_id,
            role: row.role,
            anchor: row.anchor,
            minutes: row.minutes,
            useful_minutes: row.useful_minutes,
            hours: row.allowed_from.zip(row.allowed_to).map(|(from, to)| DayHours { from, to }),
            condition: row.only_if,
            essential: row.essential,
            active: row.active,
            as_seeded: row.as_seeded,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// What a message of a rule was about: the visit or none, the patient, the driver or nobody, the version.
pub type Spoken = (Option<AppointmentId>, PatientId, Option<DriverId>, i64);

impl Tx {
    /// Every rule of a site, those switched off too, in the order they were made.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn message_rules(&mut self, site: SiteId) -> Result<Vec<MessageRule>, StoreError> {
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(
            "SELECT * FROM message_rules WHERE site_id = $1 ORDER BY created_at, id")
            .bind(site).fetch_all(c).await?);
        Ok(rows.into_iter().map(MessageRule::from).collect())
    }

    /// One rule.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn message_rule(&mut self, id: RuleId) -> Result<Option<MessageRule>, StoreError> {
        let row: Option<Row> = on_db!(self, c => sqlx::query_as("SELECT * FROM message_rules WHERE id = $1")
            .bind(id).fetch_optional(c).await?);
        Ok(row.map(MessageRule::from))
    }

    /// The first rule about a message of a site.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn message_rule_of(
        &mut self,
        site: SiteId,
        stage: Stage,
    ) -> Result<Option<MessageRule>, StoreError> {
        let row: Option<Row> = on_db!(self, c => sqlx::query_as(
            "SELECT * FROM message_rules WHERE site_id = $1 AND stage = $2 ORDER BY created_at, id LIMIT 1")
            .bind(site).bind(stage).fetch_optional(c).await?);
        Ok(row.map(MessageRule::from))
    }

    /// Adds a rule.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_message_rule(&mut self, rule: &MessageRule) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO message_rules (id, site_id, stage, category, service_id, role, anchor, minutes, useful_minutes,
             allowed_from, allowed_to, only_if, essential, active, as_seeded, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)")
            .bind(rule.id).bind(rule.site_id).bind(rule.stage).bind(rule.category).bind(rule.service).bind(rule.role)
            .bind(rule.anchor).bind(rule.minutes).bind(rule.useful_minutes).bind(rule.hours.map(|hours| hours.from))
            .bind(rule.hours.map(|hours| hours.to)).bind(rule.condition).bind(rule.essential).bind(rule.active)
            .bind(rule.as_seeded).bind(rule.created_at).bind(rule.updated_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Changes a rule; which message it is about stays.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn update_message_rule(&mut self, rule: &MessageRule) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "UPDATE message_rules SET category = $2, service_id = $3, role = $4, anchor = $5, minutes = $6,
             useful_minutes = $7, allowed_from = $8, allowed_to = $9, only_if = $10, active = $11, as_seeded = $12,
             updated_at = $13 WHERE id = $1")
            .bind(rule.id).bind(rule.category).bind(rule.service).bind(rule.role).bind(rule.anchor).bind(rule.minutes)
            .bind(rule.useful_minutes).bind(rule.hours.map(|hours| hours.from)).bind(rule.hours.map(|hours| hours.to))
            .bind(rule.condition).bind(rule.active).bind(rule.as_seeded).bind(rule.updated_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// How many messages of a rule wait.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rule_waits(&mut self, rule: RuleId) -> Result<i64, StoreError> {
        Ok(on_db!(self, c => sqlx::query_scalar(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM messages WHERE rule_id = $1 AND status = 'pending'")
            .bind(rule).fetch_one(c).await?))
    }

    /// Silences what waits of a rule; what is on its way, or may have arrived, goes its way.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn silence_rule(&mut self, rule: RuleId, status: MessageStatus) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = $2 WHERE rule_id = $1 AND status = 'pending' AND NOT in_flight
             AND NOT maybe_twice")
            .bind(rule).bind(status).execute(c).await?.rows_affected()))
    }

    /// Silences the last calls about a visit once somebody is named, but for those of rules that ask for a yes.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn silence_last_calls(&mut self, visit: AppointmentId) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = $2 WHERE appointment_id = $1 AND stage = $3 AND status IN ('pending', 'held')
             AND NOT EXISTS (SELECT 1 FROM message_rules r WHERE r.id = messages.rule_id AND r.only_if = $4)")
            .bind(visit).bind(MessageStatus::NotNeeded).bind(Stage::DriverLastCall).bind(Condition::DriverUnconfirmed)
            .execute(c).await?.rows_affected()))
    }

    /// What a rule has spoken of, or is about to, since an instant: whoever read it is not told again because the rule changed, and what
    /// staff stopped or decided against stays so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rule_spoke(
        &mut self,
        rule: RuleId,
        since: DateTime<Utc>,
    ) -> Result<HashSet<Spoken>, StoreError> {
        let rows: Vec<Spoken> = on_db!(self, c => sqlx::query_as(
            "SELECT appointment_id, patient_id, driver_id, version FROM messages WHERE rule_id = $1 AND due_at >= $2
             AND (status IN ('sent', 'failed', 'held') OR sent_at IS NOT NULL OR in_flight OR maybe_twice
                 OR (status = 'not_needed' AND last_error = $3))")
            .bind(rule).bind(since).bind(DROPPED).fetch_all(c).await?);
        Ok(rows.into_iter().collect())
    }

    /// Whether messages wait that belong to no rule.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn waits_without_rule(&mut self, site: SiteId) -> Result<bool, StoreError> {
        let found: Option<i64> = on_db!(self, c => sqlx::query_scalar(
            "SELECT CAST(1 AS BIGINT) FROM messages WHERE site_id = $1 AND status = 'pending' AND rule_id IS NULL LIMIT 1")
            .bind(site).fetch_optional(c).await?);
        Ok(found.is_some())
    }

    /// Gives a rule the messages that were planned as it says before there were rules, those of this lead or of any: what waits, so
    /// that it can change it, and what was said of visits that are still ahead, so that it does not say it again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn adopt_messages(&mut self, rule: &MessageRule, lead: Option<i64>) -> Result<u64, StoreError> {
        let now = self.now;
        let waiting = on_db!(self, c => sqlx::query(
            "UPDATE messages SET rule_id = $1 WHERE site_id = $2 AND status = 'pending' AND rule_id IS NULL AND stage = $3
             AND ($4 IS NULL OR lead_minutes = $4)
             AND ($5 IS NULL OR EXISTS (SELECT 1 FROM appointments a WHERE a.id = messages.appointment_id AND a.category = $5))")
            .bind(rule.id).bind(rule.site_id).bind(rule.stage).bind(lead).bind(rule.category)
            .execute(c).await?.rows_affected());
        // By the visits, which are few, not by the ledger, which is long.
        let said = on_db!(self, c => sqlx::query(
            "UPDATE messages SET rule_id = $1 WHERE rule_id IS NULL AND stage = $3 AND status <> 'pending'
             AND appointment_id IN (SELECT a.id FROM appointments a WHERE a.site_id = $2 AND a.starts_at > $4
                 AND ($6 IS NULL OR a.category = $6))
             AND ($5 IS NULL OR lead_minutes = $5)")
            .bind(rule.id).bind(rule.site_id).bind(rule.stage).bind(now).bind(lead).bind(rule.category)
            .execute(c).await?.rows_affected());
        Ok(waiting + said)
    }
}
