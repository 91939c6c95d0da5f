//! Intentions, one for each treatment, and session notes, which stay as they were written.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::{AppointmentId, IntentionId, PatientId, SessionNoteId, StaffId};
use crate::domain::integration::Question;

/// What a patient set before a treatment, with the treatment's start.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Intention {
    /// Its id.
    pub id: IntentionId,
    /// For which treatment.
    pub appointment_id: AppointmentId,
    /// Whose.
    pub patient_id: PatientId,
    /// What matters to them; may be empty.
    pub matters: String,
    /// What they would like to be open to; may be empty.
    pub open_to: String,
    /// What they would like to take along; may be empty.
    pub take_along: String,
    /// What they would like to hear; may be empty.
    pub music: String,
    /// When it was first set.
    pub created_at: DateTime<Utc>,
    /// When it was last revisited.
    pub updated_at: DateTime<Utc>,
    /// Start of the treatment.
    pub starts_at: DateTime<Utc>,
}

impl Intention {
    /// The answer to a question.
    pub fn answer(&self, question: Question) -> &str {
        match question {
            Question::Matters => &self.matters,
            Question::OpenTo => &self.open_to,
            Question::TakeAlong => &self.take_along,
        }
    }
}

/// A note about a session, with the session's start.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionNote {
    /// Its id.
    pub id: SessionNoteId,
    /// About which visit.
    pub appointment_id: AppointmentId,
    /// About whom.
    pub patient_id: PatientId,
    /// Who wrote it.
    pub author_id: StaffId,
    /// Their name when they wrote it.
    pub author: String,
    /// Its words.
    pub body: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// Start of the visit.
    pub starts_at: DateTime<Utc>,
}

const SELECT_INTENTION: &str =
    "SELECT i.*, a.starts_at FROM intentions i JOIN appointments a ON a.id = i.appointment_id";

impl Tx {
    /// The intention set for a visit.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn intention(&mut self, appointment: AppointmentId) -> Result<Option<Intention>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("{SELECT_INTENTION} WHERE i.appointment_id = $1"));
        Ok(on_db!(self, c => sqlx::query_as(sql).bind(appointment).fetch_optional(c).await?))
    }

    /// A patient's intentions, the latest treatment first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn intentions_of(&mut self, patient: PatientId) -> Result<Vec<Intention>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{SELECT_INTENTION} WHERE i.patient_id = $1 ORDER BY a.starts_at DESC, i.id DESC"
        ));
        Ok(on_db!(self, c => sqlx::query_as(sql).bind(patient).fetch_all(c).await?))
    }

    /// Sets a visit's intention, or puts new words in the place of the old ones.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_intention(&mut self, i: &Intention) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO intentions (id, appointment_id, patient_id, matters, open_to, take_along, music, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (appointment_id) DO UPDATE SET matters = excluded.matters, open_to = excluded.open_to,
                 take_along = excluded.take_along, music = excluded.music, updated_at = excluded.updated_at")
            .bind(i.id).bind(i.appointment_id).bind(i.patient_id).bind(&i.matters).bind(&i.open_to)
            .bind(&i.take_along).bind(&i.music).bind(i.created_at).bind(i.updated_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Notes about a patient's visits, the last written first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn session_notes_of(&mut self, patient: PatientId) -> Result<Vec<SessionNote>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT n.*, a.starts_at FROM session_notes n JOIN appointments a ON a.id = n.appointment_id
             WHERE n.patient_id = $1 ORDER BY n.created_at DESC, n.id DESC")
            .bind(patient).fetch_all(c).await?))
    }

    /// Adds a note.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_session_note(&mut self, n: &SessionNote) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO session_notes (id, appointment_id, patient_id, author_id, author, body, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(n.id).bind(n.appointment_id).bind(n.patient_id).bind(n.author_id).bind(&n.author).bind(&n.body)
            .bind(n.created_at).execute(c).await?.rows_affected());
        Ok(())
    }
}
