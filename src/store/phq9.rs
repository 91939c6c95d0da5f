//! PHQ-9 questionnaires: open ones as they are answered, complete ones, and who reviewed an item 9 above zero.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::{ImportId, PatientId, Phq9Id, SiteId, StaffId};
use crate::domain::mood::{Point, ScoreSource};
use crate::domain::phq9::{Answers, Phq9State, RISK_ITEM};

/// A questionnaire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phq9 {
    /// Its id.
    pub id: Phq9Id,
    /// Where.
    pub site_id: SiteId,
    /// Whose.
    pub patient_id: PatientId,
    /// How far it has come.
    pub state: Phq9State,
    /// The answers; none where an import knew the sum only.
    pub answers: Answers,
    /// The sum, once it is complete.
    pub total: Option<i64>,
    /// The highest answer ever given to item 9 here.
    pub item9_highest: i64,
    /// Since when a clinician should look at it.
    pub flagged_at: Option<DateTime<Utc>>,
    /// When a clinician did.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// Who did.
    pub reviewed_by: Option<String>,
    /// Their account.
    pub reviewed_by_id: Option<StaffId>,
    /// What they wrote.
    pub review_note: Option<String>,
    /// When it was completed, or begun while it is open.
    pub taken_at: DateTime<Utc>,
    /// How it came in.
    pub source: ScoreSource,
    /// Who entered it, as the audit log names them.
    pub recorded_by: String,
    /// With which import.
    pub batch_id: Option<ImportId>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last answered.
    pub updated_at: DateTime<Utc>,
}

impl Phq9 {
    /// Whether a clinician should look at it and none has.
    pub fn waits_for_review(&self) -> bool {
        self.flagged_at.is_some() && self.reviewed_at.is_none()
    }

    /// The sum at its instant, once it is complete.
    pub fn point(&self) -> Option<Point> {
        let score = self.total.filter(|_| self.state == Phq9State::Complete)?;
        Some(Point { at: self.taken_at, score })
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Phq9Id,
    site_id: SiteId,
    patient_id: PatientId,
    state: Phq9State,
    q1: Option<i64>,
    q2: Option<i64>,
    q3: Option<i64>,
    q4: Option<i64>,
    q5: Option<i64>,
    q6: Option<i64>,
    q7: Option<i64>,
    q8: Option<i64>,
    q9: Option<i64>,
    total: Option<i64>,
    item9_highest: i64,
    flagged_at: Option<DateTime<Utc>>,
    reviewed_at: Option<DateTime<Utc>>,
    reviewed_by: Option<String>,
    reviewed_by_id: Option<StaffId>,
    review_note: Option<String>,
    taken_at: DateTime<Utc>,
    source: ScoreSource,
    recorded_by: String,
    batch_id: Option<ImportId>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for Phq9 {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            site_id: row.site_id,
            patient_id: row.patient_id,
            state: row.state,
            answers: [row.q1, row.q2, row.q3, row.q4, row.q5, row.q6, row.q7, row.q8, row.q9],
            total: row.total,
            item9_highest: row.item9_highest,
            flagged_at: row.flagged_at,
            reviewed_at: row.reviewed_at,
            reviewed_by: row.reviewed_by,
            reviewed_by_id: row.reviewed_by_id,
            review_note: row.review_note,
            taken_at: row.taken_at,
            source: row.source,
            recorded_by: row.recorded_by,
            batch_id: row.batch_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl Tx {
    /// A patient's questionnaires in order of time, open and unfinished ones too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn phq9_of(&mut self, patient: PatientId) -> Result<Vec<Phq9>, StoreError> {
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(
            "SELECT * FROM phq9_answers WHERE patient_id = $1 ORDER BY taken_at, id")
            .bind(patient).fetch_all(c).await?);
        Ok(rows.into_iter().map(Phq9::from).collect())
    }

    /// One questionnaire.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn phq9(&mut self, id: Phq9Id) -> Result<Option<Phq9>, StoreError> {
        let row: Option<Row> = on_db!(self, c => sqlx::query_as("SELECT * FROM phq9_answers WHERE id = $1")
            .bind(id).fetch_optional(c).await?);
        Ok(row.map(Phq9::from))
    }

    /// The questionnaire a patient is answering.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_phq9(&mut self, patient: PatientId) -> Result<Option<Phq9>, StoreError> {
        let row: Option<Row> = on_db!(self, c => sqlx::query_as(
            "SELECT * FROM phq9_answers WHERE patient_id = $1 AND state = 'open'")
            .bind(patient).fetch_optional(c).await?);
        Ok(row.map(Phq9::from))
    }

    /// A patient's last complete questionnaire.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_phq9(&mut self, patient: PatientId) -> Result<Option<Phq9>, StoreError> {
        let row: Option<Row> = on_db!(self, c => sqlx::query_as(
            "SELECT * FROM phq9_answers WHERE patient_id = $1 AND state = 'complete' ORDER BY taken_at DESC, id DESC LIMIT 1")
            .bind(patient).fetch_optional(c).await?);
        Ok(row.map(Phq9::from))
    }

    /// Adds a questionnaire; `false` if one is open already, or complete at that instant from that source.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_phq9(&mut self, one: &Phq9) -> Result<bool, StoreError> {
        let [q1, q2, q3, q4, q5, q6, q7, q8, q9] = one.answers;
        let inserted = on_db!(self, c => sqlx::query(
            "INSERT INTO phq9_answers (id, site_id, patient_id, state, q1, q2, q3, q4, q5, q6, q7, q8, q9, total,
             item9_highest, flagged_at, taken_at, source, recorded_by, batch_id, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
             ON CONFLICT DO NOTHING")
            .bind(one.id).bind(one.site_id).bind(one.patient_id).bind(one.state)
            .bind(q1).bind(q2).bind(q3).bind(q4).bind(q5).bind(q6).bind(q7).bind(q8).bind(q9).bind(one.total)
            .bind(one.item9_highest).bind(one.flagged_at).bind(one.taken_at).bind(one.source).bind(&one.recorded_by)
            .bind(one.batch_id).bind(one.created_at).bind(one.updated_at)
            .execute(c).await?.rows_affected());
        Ok(inserted == 1)
    }

    /// Writes the answer to an item (1 to 9) of an open questionnaire; `false` if it is open no more. An answer to item 9
    /// above all earlier ones flags it, also after a review.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn answer_phq9(&mut self, id: Phq9Id, item: usize, answer: i64) -> Result<bool, StoreError> {
        let now = self.now;
        let flag = if item == RISK_ITEM {
            ", flagged_at = CASE WHEN $2 > item9_highest THEN $3 ELSE flagged_at END,
               reviewed_at = CASE WHEN $2 > item9_highest THEN NULL ELSE reviewed_at END,
               item9_highest = CASE WHEN $2 > item9_highest THEN $2 ELSE item9_highest END"
        } else {
            ""
        };
        let sql = sqlx::AssertSqlSafe(format!(
            "UPDATE phq9_answers SET q{item} = $2, updated_at = $3{flag} WHERE id = $1 AND state = 'open'"
        ));
        let changed = on_db!(self, c => sqlx::query(sql).bind(id).bind(answer).bind(now)
            .execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Ends an open questionnaire: complete with its sum, or left unfinished.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn close_phq9(
        &mut self,
        id: Phq9Id,
        state: Phq9State,
        total: Option<i64>,
    ) -> Result<bool, StoreError> {
        let now = self.now;
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE phq9_answers SET state = $2, total = $3, updated_at = $4,
             taken_at = CASE WHEN $3 IS NULL THEN taken_at ELSE $4 END WHERE id = $1 AND state = 'open'")
            .bind(id).bind(state).bind(total).bind(now).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Notes that a clinician looked at a flagged questionnaire; `false` if somebody did already.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn review_phq9(
        &mut self,
        id: Phq9Id,
        by: StaffId,
        name: &str,
        note: &str,
    ) -> Result<bool, StoreError> {
        let now = self.now;
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE phq9_answers SET reviewed_at = $2, reviewed_by = $3, reviewed_by_id = $4, review_note = $5
             WHERE id = $1 AND flagged_at IS NOT NULL AND reviewed_at IS NULL")
            .bind(id).bind(now).bind(name).bind(by).bind(note).execute(c).await?.rows_affected());
        Ok(changed == 1)
    }
}
