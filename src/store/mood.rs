//! Mood scores, one row each; an instant and a source hold one score of a patient.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::{ImportId, MoodScoreId, PatientId, SiteId};
use crate::domain::mood::{Point, ScoreSource};

/// A score.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MoodScore {
    /// Its id.
    pub id: MoodScoreId,
    /// Where.
    pub site_id: SiteId,
    /// Whose.
    pub patient_id: PatientId,
    /// From 0 to 10.
    pub score: i64,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// How it came in.
    pub source: ScoreSource,
    /// Who entered it, as the audit log names them.
    pub recorded_by: String,
    /// With which import.
    pub batch_id: Option<ImportId>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}

impl MoodScore {
    /// The score at its instant.
    pub fn point(&self) -> Point {
        Point { at: self.taken_at, score: self.score }
    }
}

impl Tx {
    /// A patient's scores in order of time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mood_scores_of(&mut self, patient: PatientId) -> Result<Vec<MoodScore>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM mood_scores WHERE patient_id = $1 ORDER BY taken_at, id")
            .bind(patient).fetch_all(c).await?))
    }

    /// A site's scores after an instant, by patient and in order of time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mood_scores_after(
        &mut self,
        site: SiteId,
        after: DateTime<Utc>,
    ) -> Result<Vec<MoodScore>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM mood_scores WHERE site_id = $1 AND taken_at > $2 ORDER BY patient_id, taken_at, id")
            .bind(site).bind(after).fetch_all(c).await?))
    }

    /// A patient's last score of a source.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_mood_score(
        &mut self,
        patient: PatientId,
        source: ScoreSource,
    ) -> Result<Option<MoodScore>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM mood_scores WHERE patient_id = $1 AND source = $2 ORDER BY taken_at DESC, id DESC LIMIT 1")
            .bind(patient).bind(source).fetch_optional(c).await?))
    }

    /// Adds a score; `false` if there is one of that instant and source.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_mood_score(&mut self, one: &MoodScore) -> Result<bool, StoreError> {
        let inserted = on_db!(self, c => sqlx::query(
            "INSERT INTO mood_scores (id, site_id, patient_id, score, taken_at, source, recorded_by, batch_id, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING")
            .bind(one.id).bind(one.site_id).bind(one.patient_id).bind(one.score).bind(one.taken_at).bind(one.source)
            .bind(&one.recorded_by).bind(one.batch_id).bind(one.created_at)
            .execute(c).await?.rows_affected());
        Ok(inserted == 1)
    }

    /// Corrects a score.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn change_mood_score(&mut self, id: MoodScoreId, score: i64) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query("UPDATE mood_scores SET score = $2 WHERE id = $1")
            .bind(id).bind(score).execute(c).await?.rows_affected());
        Ok(())
    }
}
