//! The ledger of messages: written with what makes them due, claimed under a lease, sent, recorded.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::outbox::DROPPED;
use super::{Conn, StoreError, Tx, on_db};
use crate::domain::ids::{
    AppointmentId, DecisionId, DriverId, IntakeId, MessageId, PatientId, RuleId, SeriesId, SiteId,
};
use crate::domain::messages::{MessageStatus, Stage};

/// A row of the ledger.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Where.
    pub site_id: SiteId,
    /// What keeps it single (see [`crate::domain::messages::unique_key`]).
    pub unique_key: String,
    /// What it is about.
    pub stage: Stage,
    /// Minutes before the visit, for staged reminders; after it, for check-ins.
    pub lead_minutes: i64,
    /// Whose visits it is about, and its reader unless a driver is.
    pub patient_id: PatientId,
    /// About which course.
    pub series_id: Option<SeriesId>,
    /// About which visit.
    pub appointment_id: Option<AppointmentId>,
    /// The version of the visit or course it speaks of.
    pub version: i64,
    /// Its reader, for drivers' messages.
    pub driver_id: Option<DriverId>,
    /// The rule that made it, if one did.
    pub rule_id: Option<RuleId>,
    /// What the present state cannot tell any more (old times of a move).
    #[sqlx(json)]
    pub details: Value,
    /// Not before.
    pub due_at: DateTime<Utc>,
    /// Of no use from then on.
    pub useful_until: DateTime<Utc>,
    /// How it stands.
    pub status: MessageStatus,
    /// A worker has it until then.
    pub claimed_until: DateTime<Utc>,
    /// Rises with every claim; a worker whose number is old may not record anything.
    pub claims: i64,
    /// Failed tries so far.
    pub tries: i64,
    /// What the server said last.
    pub last_error: Option<String>,
    /// Whether a crash may have made a second copy.
    pub maybe_twice: bool,
    /// RFC 5322 Message-ID, the same in every try.
    pub message_id: String,
    /// When the server took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// To which address.
    pub sent_to: Option<String>,
    /// Subject as sent.
    pub subject: Option<String>,
    /// Text as sent, its link masked.
    pub body_text: Option<String>,
    /// HTML as sent, its link masked.
    pub body_html: Option<String>,
    /// Calendar part as sent.
    pub calendar: Option<String>,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
}

impl Message {
    /// The intake it is about, for messages about one.
    pub fn intake(&self) -> Option<IntakeId> {
        self.details.get("intake")?.as_str()?.parse().ok()
    }

    /// The decision it is about, for messages about one.
    pub fn decision(&self) -> Option<DecisionId> {
        self.details.get("decision")?.as_str()?.parse().ok()
    }

    /// Whether it is about a visit: about it alone, or among the visits its details list.
    pub fn speaks_of(&self, appointment: AppointmentId) -> bool {
        let id = appointment.to_string();
        let listed = self.details.get("visits").and_then(Value::as_array);
        self.appointment_id == Some(appointment)
            || listed.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(&id)))
    }
}

/// What was rendered and handed to the server.
#[derive(Clone, Debug, Default)]
pub struct SentCopy {
    /// Address.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text, link masked.
    pub text: String,
    /// HTML, link masked.
    pub html: String,
    /// Calendar part.
    pub calendar: Option<String>,
}

impl Tx {
    /// Adds a message under its key. One that was silenced and never sent stands again with the new times; one that waits, went or
    /// was decided against is left alone, and the answer is `false`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_message(&mut self, m: &Message) -> Result<bool, StoreError> {
        let inserted = on_db!(self, c => sqlx::query(
            "INSERT INTO messages (id, site_id, unique_key, stage, lead_minutes, patient_id, series_id, appointment_id,
             version, driver_id, details, due_at, useful_until, status, claimed_until, message_id, last_error, created_at,
             rule_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
             ON CONFLICT (unique_key) DO UPDATE SET status = 'pending', due_at = excluded.due_at,
                 useful_until = excluded.useful_until, details = excluded.details, claimed_until = excluded.claimed_until,
                 claims = messages.claims + 1, tries = 0, in_flight = FALSE, last_error = NULL, rule_id = excluded.rule_id,
                 released_at = NULL
             WHERE messages.status IN ('superseded', 'not_needed') AND messages.sent_at IS NULL
                 AND COALESCE(messages.last_error, '') <> $20")
            .bind(m.id).bind(m.site_id).bind(&m.unique_key).bind(m.stage).bind(m.lead_minutes).bind(m.patient_id)
            .bind(m.series_id).bind(m.appointment_id).bind(m.version).bind(m.driver_id)
            .bind(sqlx::types::Json(&m.details)).bind(m.due_at).bind(m.useful_until).bind(m.status)
            .bind(m.claimed_until).bind(&m.message_id).bind(&m.last_error).bind(m.created_at).bind(m.rule_id).bind(DROPPED)
            .execute(c).await?.rows_affected());
        Ok(inserted == 1)
    }

    /// Claims messages that are due and unclaimed, oldest first, until `lease`. One that was in flight already was in the
    /// hands of a worker that died, perhaps after the final dot: it is flagged. The condition stands outside the
    /// sub-select too, and PostgreSQL skips rows another worker holds: both, so that no row is claimed twice.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim_due(&mut self, lease: DateTime<Utc>, limit: i64) -> Result<Vec<Message>, StoreError> {
        let now = self.now;
        Ok(match &mut self.conn {
            Conn::Sqlite(open) => {
                sqlx::query_as(
                    "UPDATE messages SET claimed_until = $1, claims = claims + 1, in_flight = TRUE,
                         maybe_twice = CASE WHEN in_flight THEN TRUE ELSE maybe_twice END
                     WHERE status = 'pending' AND claimed_until <= $2 AND id IN (
                         SELECT id FROM messages WHERE status = 'pending' AND due_at <= $2 AND claimed_until <= $2
                         ORDER BY due_at LIMIT $3)
                     RETURNING *",
                )
                .bind(lease)
                .bind(now)
                .bind(limit)
                .fetch_all(&mut **open)
                .await?
            }
            Conn::Postgres(open) => {
                // Materialized: an inlined sub-select may run again for every row and hand out more than the limit.
                sqlx::query_as(
                    "WITH due AS MATERIALIZED (
                         SELECT id FROM messages WHERE status = 'pending' AND due_at <= $2 AND claimed_until <= $2
                         ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
                     UPDATE messages SET claimed_until = $1, claims = claims + 1, in_flight = TRUE,
                         maybe_twice = CASE WHEN in_flight THEN TRUE ELSE maybe_twice END
                     FROM due WHERE messages.id = due.id AND messages.status = 'pending' AND messages.claimed_until <= $2
                     RETURNING messages.*",
                )
                .bind(lease)
                .bind(now)
                .bind(limit)
                .fetch_all(&mut **open)
                .await?
            }
        })
    }

    /// Records that the server took a message, if the claim is still ours; `false` if it is not. One that was silenced while
    /// it was on its way keeps that state, and the time it went.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record_sent(
        &mut self,
        id: MessageId,
        claim: i64,
        copy: &SentCopy,
    ) -> Result<bool, StoreError> {
        let now = self.now;
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = CASE WHEN status = 'pending' THEN 'sent' ELSE status END, in_flight = FALSE, sent_at = $3, sent_to = $4, subject = $5, body_text = $6, body_html = $7,
             calendar = $8, last_error = NULL WHERE id = $1 AND claims = $2")
            .bind(id).bind(claim).bind(now).bind(&copy.to).bind(&copy.subject).bind(&copy.text).bind(&copy.html)
            .bind(&copy.calendar).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Ends a claimed message without sending it; `false` if the claim is no longer ours.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record_end(
        &mut self,
        id: MessageId,
        claim: i64,
        status: MessageStatus,
        why: Option<&str>,
    ) -> Result<bool, StoreError> {
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = $3, in_flight = FALSE, last_error = $4 WHERE id = $1 AND claims = $2 AND status = 'pending'")
            .bind(id).bind(claim).bind(status).bind(why).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Gives a claimed message back for another try at an instant; `false` if the claim is no longer ours.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record_retry(
        &mut self,
        id: MessageId,
        claim: i64,
        at: DateTime<Utc>,
        why: &str,
        maybe_twice: bool,
    ) -> Result<bool, StoreError> {
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE messages SET tries = tries + 1, in_flight = FALSE, claimed_until = $3, last_error = $4,
             maybe_twice = CASE WHEN $5 THEN $5 ELSE maybe_twice END
             WHERE id = $1 AND claims = $2 AND status = 'pending'")
            .bind(id).bind(claim).bind(at).bind(why).bind(maybe_twice).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Puts a claimed message off to an instant at which it may go; `false` if the claim is no longer ours. It stays due when it
    /// was: what a person released is not counted as a flood when its morning comes.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_off(
        &mut self,
        id: MessageId,
        claim: i64,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE messages SET claimed_until = $3, in_flight = FALSE
             WHERE id = $1 AND claims = $2 AND status = 'pending'")
            .bind(id).bind(claim).bind(at).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Silences what waits about a visit (it moved, was canceled, or a driver changed). With `driver`, only that
    /// driver's messages; without, everything about the visit but what tells somebody that a driver does not drive: that
    /// stays true whatever becomes of the visit.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn silence_visit(
        &mut self,
        appointment: AppointmentId,
        driver: Option<DriverId>,
        status: MessageStatus,
    ) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = $2 WHERE appointment_id = $1 AND status IN ('pending', 'held')
             AND (($3 IS NULL AND stage NOT IN ('driver_released', 'driver_declined')) OR driver_id = $3)")
            .bind(appointment).bind(status).bind(driver).execute(c).await?.rows_affected()))
    }

    /// Silences what waits to get people ready for a visit: it has begun, or nobody came. A check-in after it decides by itself,
    /// when its time comes, whether the visit took place.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn silence_before_visit(&mut self, appointment: AppointmentId) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = 'not_needed' WHERE appointment_id = $1 AND status IN ('pending', 'held')
             AND stage NOT IN ('driver_released', 'driver_declined', 'mood_check_in')")
            .bind(appointment).execute(c).await?.rows_affected()))
    }

    /// Silences what waits about a whole course (not about its single visits).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn silence_series(
        &mut self,
        series: SeriesId,
        status: MessageStatus,
    ) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = $2 WHERE series_id = $1 AND appointment_id IS NULL AND status IN ('pending', 'held')")
            .bind(series).bind(status).execute(c).await?.rows_affected()))
    }

    /// One message.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn message(&mut self, id: MessageId) -> Result<Option<Message>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM messages WHERE id = $1").bind(id).fetch_optional(c).await?),
        )
    }

    /// Messages about a patient, newest due first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn messages_of(&mut self, patient: PatientId, limit: i64) -> Result<Vec<Message>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM messages WHERE patient_id = $1 ORDER BY due_at DESC, id DESC LIMIT $2")
            .bind(patient).bind(limit).fetch_all(c).await?))
    }

    /// A site's messages in one state that are due before an instant: soonest first while they wait, newest first after.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn messages_in(
        &mut self,
        site: SiteId,
        status: MessageStatus,
        due_before: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        if status == MessageStatus::Pending {
            return Ok(on_db!(self, c => sqlx::query_as(
                "SELECT * FROM messages WHERE site_id = $1 AND status = $2 AND due_at < $3 ORDER BY due_at, id LIMIT $4")
                .bind(site).bind(status).bind(due_before).bind(limit).fetch_all(c).await?));
        }
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM messages WHERE site_id = $1 AND status = $2 AND due_at < $3 ORDER BY due_at DESC, id DESC LIMIT $4")
            .bind(site).bind(status).bind(due_before).bind(limit).fetch_all(c).await?))
    }

    /// Puts a message that failed, was held or sent back into the line, from its first try: a held one at its time if
    /// that is still ahead, else now. Somebody wants it to go, so it is no part of a flood. `false` if it waits.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn requeue_message(
        &mut self,
        id: MessageId,
        useful_until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let now = self.now;
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = 'pending', useful_until = $3, claimed_until = $2, tries = 0, claims = claims + 1, in_flight = FALSE,
             released_at = $2, due_at = CASE WHEN status = 'held' AND due_at > $2 THEN due_at ELSE $2 END
             WHERE id = $1 AND status IN ('failed', 'held', 'sent', 'expired')")
            .bind(id).bind(now).bind(useful_until).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Stops a waiting message; `false` if it does not wait any more.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn stop_message(&mut self, id: MessageId) -> Result<bool, StoreError> {
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = 'held' WHERE id = $1 AND status = 'pending' AND NOT in_flight")
            .bind(id).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }
}

impl Tx {
    /// Whether a message of a stage about a visit still waits (nobody has read it yet).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn visit_waits_for(
        &mut self,
        appointment: AppointmentId,
        stage: Stage,
    ) -> Result<bool, StoreError> {
        let count: i64 = on_db!(self, c => sqlx::query_scalar(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM messages WHERE appointment_id = $1 AND stage = $2 AND status = 'pending'
             AND NOT in_flight AND NOT maybe_twice")
            .bind(appointment).bind(stage).fetch_one(c).await?);
        Ok(count > 0)
    }

    /// Whether the message of a stage about a whole course still waits.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn series_waits_for(&mut self, series: SeriesId, stage: Stage) -> Result<bool, StoreError> {
        let count: i64 = on_db!(self, c => sqlx::query_scalar(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM messages WHERE series_id = $1 AND appointment_id IS NULL
             AND stage = $2 AND status = 'pending' AND NOT in_flight AND NOT maybe_twice")
            .bind(series).bind(stage).fetch_one(c).await?);
        Ok(count > 0)
    }

    /// Whether a driver has been sent anything about a visit: about it alone, or among the visits of one question.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn driver_was_told(
        &mut self,
        appointment: AppointmentId,
        driver: DriverId,
    ) -> Result<bool, StoreError> {
        let all = self.messages_to_driver(driver).await?;
        Ok(all.iter().any(|one| {
            one.speaks_of(appointment)
                && (one.sent_at.is_some() || (one.claims > 0 && one.status == MessageStatus::Pending))
        }))
    }

    /// Whether the question to a driver that speaks of a visit still waits.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn driver_question_waits(
        &mut self,
        driver: DriverId,
        appointment: AppointmentId,
    ) -> Result<bool, StoreError> {
        let all = self.messages_to_driver(driver).await?;
        Ok(all.iter().any(|one| {
            one.stage == Stage::DriverAsked
                && one.status == MessageStatus::Pending
                && one.speaks_of(appointment)
        }))
    }

    async fn messages_to_driver(&mut self, driver: DriverId) -> Result<Vec<Message>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM messages WHERE driver_id = $1").bind(driver)
            .fetch_all(c).await?))
    }

    /// Silences the messages of a stage about a visit. `true` if one waited that nobody can have read: one that is on its way,
    /// or may have arrived, is silenced too, but counts as read.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn silence_stage(
        &mut self,
        appointment: AppointmentId,
        stage: Stage,
        status: MessageStatus,
    ) -> Result<bool, StoreError> {
        let unread = on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = $3 WHERE appointment_id = $1 AND stage = $2 AND status IN ('pending', 'held')
             AND NOT in_flight AND NOT maybe_twice")
            .bind(appointment).bind(stage).bind(status).execute(c).await?.rows_affected());
        on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = $3 WHERE appointment_id = $1 AND stage = $2 AND status IN ('pending', 'held')")
            .bind(appointment).bind(stage).bind(status).execute(c).await?.rows_affected());
        Ok(unread > 0)
    }

    /// Silences what waits to tell a driver that a visit needs them no more; `true` if they cannot have read it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn silence_release(
        &mut self,
        appointment: AppointmentId,
        driver: DriverId,
    ) -> Result<bool, StoreError> {
        let unread = on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = 'not_needed' WHERE appointment_id = $1 AND driver_id = $2
             AND stage = 'driver_released' AND status IN ('pending', 'held') AND NOT in_flight AND NOT maybe_twice")
            .bind(appointment).bind(driver).execute(c).await?.rows_affected());
        Ok(unread > 0)
    }
}

impl Tx {
    /// Whether any message is due and unclaimed; an idle tick asks only this.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn something_is_due(&mut self) -> Result<bool, StoreError> {
        let now = self.now;
        let found: Option<i64> = on_db!(self, c => sqlx::query_scalar(
            "SELECT CAST(1 AS BIGINT) FROM messages WHERE status = 'pending' AND due_at <= $1 AND claimed_until <= $1 LIMIT 1")
            .bind(now).fetch_optional(c).await?);
        Ok(found.is_some())
    }
}

impl Tx {
    /// What a waiting message of a stage about a visit was to tell.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn waiting_details(
        &mut self,
        appointment: AppointmentId,
        stage: Stage,
    ) -> Result<Option<Value>, StoreError> {
        let found: Option<sqlx::types::Json<Value>> = on_db!(self, c => sqlx::query_scalar(
            "SELECT details FROM messages WHERE appointment_id = $1 AND stage = $2 AND status = 'pending'
             AND NOT in_flight AND NOT maybe_twice LIMIT 1")
            .bind(appointment).bind(stage).fetch_optional(c).await?);
        Ok(found.map(|json| json.0))
    }

    /// What a waiting message of a stage about a whole course was to tell.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn series_waiting_details(
        &mut self,
        series: SeriesId,
        stage: Stage,
    ) -> Result<Option<Value>, StoreError> {
        let found: Option<sqlx::types::Json<Value>> = on_db!(self, c => sqlx::query_scalar(
            "SELECT details FROM messages WHERE series_id = $1 AND appointment_id IS NULL AND stage = $2
             AND status = 'pending' AND NOT in_flight AND NOT maybe_twice ORDER BY created_at DESC, id DESC LIMIT 1")
            .bind(series).bind(stage).fetch_optional(c).await?);
        Ok(found.map(|json| json.0))
    }

    /// Silences what waits of a stage about a whole course.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn silence_series_stage(
        &mut self,
        series: SeriesId,
        stage: Stage,
        status: MessageStatus,
    ) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query(
            "UPDATE messages SET status = $3 WHERE series_id = $1 AND appointment_id IS NULL AND stage = $2
             AND status IN ('pending', 'held')")
            .bind(series).bind(stage).bind(status).execute(c).await?.rows_affected()))
    }
}
