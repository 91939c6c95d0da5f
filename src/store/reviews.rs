//! Reviews at the end of a course; the newest of a course counts, the others are history.

use chrono::{DateTime, NaiveDate, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::{ReviewId, SeriesId, StaffId};
use crate::domain::review::ReviewOutcome;

/// What a clinician decided at the end of a course.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Review {
    /// Its id.
    pub id: ReviewId,
    /// Of which course.
    pub series_id: SeriesId,
    /// What was decided.
    pub outcome: ReviewOutcome,
    /// From when on the first booster may be given.
    pub first_due: Option<NaiveDate>,
    /// Why; for those who decide.
    pub note: String,
    /// By whom.
    pub decided_by: StaffId,
    /// When.
    pub decided_at: DateTime<Utc>,
}

impl Tx {
    /// The reviews of a course, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reviews_of(&mut self, series: SeriesId) -> Result<Vec<Review>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM reviews WHERE series_id = $1 ORDER BY decided_at DESC, id DESC")
            .bind(series).fetch_all(c).await?))
    }

    /// Adds a review.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_review(&mut self, review: &Review) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO reviews (id, series_id, outcome, first_due, note, decided_by, decided_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(review.id).bind(review.series_id).bind(review.outcome).bind(review.first_due).bind(&review.note)
            .bind(review.decided_by).bind(review.decided_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }
}
