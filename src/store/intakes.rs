//! Intakes, the answers of their forms field by field, and which link opens which form.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::{IntakeId, LinkId, PatientId, SiteId};
use crate::domain::intake::{Channel, IntakeState, Source};
use crate::domain::messages::{MessageStatus, Stage};

/// An intake.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Intake {
    /// Its id.
    pub id: IntakeId,
    /// Where.
    pub site_id: SiteId,
    /// Whose.
    pub patient_id: PatientId,
    /// Where it stands.
    pub state: IntakeState,
    /// How they got in touch.
    pub channel: Channel,
    /// How they came to know the clinic.
    pub source: Source,
    /// Why, in the caller's words.
    pub reason: String,
    /// Since when it waits as it does now.
    pub since: DateTime<Utc>,
    /// How often the patient was asked to write; keeps the messages of each asking apart.
    pub sent_count: i64,
    /// When the form was sent last.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it came back last.
    pub returned_at: Option<DateTime<Utc>>,
    /// When a clinician offered a consultation.
    pub offered_at: Option<DateTime<Utc>>,
    /// The clinician who answered last.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// That clinician's note for the clinic.
    pub note: String,
    /// That clinician's own words for the patient; empty if they wrote none.
    pub words: String,
    /// Why it was closed.
    pub closed_why: String,
    /// Rises with every change.
    pub version: i64,
    /// Who took the call.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

impl Intake {
    /// Whether the patient was written to about how it stands now: by a clinician's words, or by the form sent again.
    pub fn is_told(&self) -> bool {
        !self.words.is_empty() || self.sent_at.is_some_and(|at| at >= self.since)
    }
}

/// One answer, as typed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Answer {
    /// The page of the form.
    pub section: String,
    /// The field of the page.
    pub field: String,
    /// What was typed.
    pub value: String,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Tx {
    /// One intake.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn intake(&mut self, id: IntakeId) -> Result<Option<Intake>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM intakes WHERE id = $1").bind(id).fetch_optional(c).await?),
        )
    }

    /// A patient's newest intake.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_intake_of(&mut self, patient: PatientId) -> Result<Option<Intake>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM intakes WHERE patient_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1")
            .bind(patient).fetch_optional(c).await?))
    }

    /// A site's intakes somebody still has to do something about, the longest waiting first: all that are not over, and a
    /// "no" the patient has not heard.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn waiting_intakes(&mut self, site: SiteId, limit: i64) -> Result<Vec<Intake>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM intakes WHERE site_id = $1 AND state <> 'closed' AND (state <> 'declined' OR words = '')
             ORDER BY since, id LIMIT $2")
            .bind(site).bind(limit).fetch_all(c).await?))
    }

    /// Adds an intake.
    ///
    /// # Errors
    /// [`StoreError::Unique`] when the patient has an open one.
    pub async fn insert_intake(&mut self, one: &Intake) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO intakes (id, site_id, patient_id, state, channel, source, reason, since, created_by, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
            .bind(one.id).bind(one.site_id).bind(one.patient_id).bind(one.state).bind(one.channel).bind(one.source)
            .bind(&one.reason).bind(one.since).bind(&one.created_by).bind(one.created_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Changes an intake that still stands at `one.version`; `false` if somebody changed it since.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn update_intake(&mut self, one: &Intake) -> Result<bool, StoreError> {
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE intakes SET state = $3, since = $4, sent_count = $5, sent_at = $6, returned_at = $7, offered_at = $8,
             reviewed_by = $9, reviewed_at = $10, note = $11, words = $12, closed_why = $13, version = version + 1
             WHERE id = $1 AND version = $2")
            .bind(one.id).bind(one.version).bind(one.state).bind(one.since).bind(one.sent_count).bind(one.sent_at)
            .bind(one.returned_at).bind(one.offered_at).bind(&one.reviewed_by).bind(one.reviewed_at).bind(&one.note)
            .bind(&one.words).bind(&one.closed_why)
            .execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Every answer of an intake's form.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn intake_answers(&mut self, intake: IntakeId) -> Result<Vec<Answer>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT section, field, value, updated_at FROM intake_answers WHERE intake_id = $1 ORDER BY section, field")
            .bind(intake).fetch_all(c).await?))
    }

    /// Keeps one answer as typed; an empty one is forgotten, the same one keeps its time.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn save_intake_answer(
        &mut self,
        intake: IntakeId,
        section: &str,
        field: &str,
        value: &str,
    ) -> Result<(), StoreError> {
        let now = self.now;
        if value.is_empty() {
            on_db!(self, c => sqlx::query(
                "DELETE FROM intake_answers WHERE intake_id = $1 AND section = $2 AND field = $3")
                .bind(intake).bind(section).bind(field).execute(c).await?.rows_affected());
            return Ok(());
        }
        on_db!(self, c => sqlx::query(
            "INSERT INTO intake_answers (intake_id, section, field, value, updated_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (intake_id, section, field) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
             WHERE intake_answers.value <> excluded.value")
            .bind(intake).bind(section).bind(field).bind(value).bind(now).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Lets a link open an intake's form.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_intake_link(&mut self, link: LinkId, intake: IntakeId) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query("INSERT INTO intake_links (link_id, intake_id) VALUES ($1, $2)")
            .bind(link).bind(intake).execute(c).await?.rows_affected());
        Ok(())
    }

    /// The intake a patient's link opens, if it is one of an intake.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn intake_of_link(
        &mut self,
        link: LinkId,
        patient: PatientId,
    ) -> Result<Option<Intake>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT i.* FROM intakes i JOIN intake_links l ON l.intake_id = i.id WHERE l.link_id = $1 AND i.patient_id = $2")
            .bind(link).bind(patient).fetch_optional(c).await?))
    }

    /// Silences what waits to be told to a patient in one of these stages.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn silence_patient(
        &mut self,
        patient: PatientId,
        stages: &[Stage],
        status: MessageStatus,
    ) -> Result<(), StoreError> {
        for stage in stages {
            on_db!(self, c => sqlx::query(
                "UPDATE messages SET status = $3 WHERE patient_id = $1 AND stage = $2 AND status IN ('pending', 'held')")
                .bind(patient).bind(*stage).bind(status).execute(c).await?.rows_affected());
        }
        Ok(())
    }
}
