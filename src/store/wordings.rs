//! The clinic's own words in messages; where there is no row, the default stands.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::SiteId;
use crate::domain::messages::Stage;
use crate::domain::wording::WordingPart;

/// One part of one message in the clinic's own words.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Wording {
    /// Whose.
    pub site_id: SiteId,
    /// Of which message.
    pub stage: Stage,
    /// Which part.
    pub part: WordingPart,
    /// The words, with placeholders.
    pub text: String,
    /// When they were written.
    pub updated_at: DateTime<Utc>,
    /// By whom, as the audit log names them.
    pub updated_by: String,
}

impl Tx {
    /// All own words of a site.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn wordings(&mut self, site: SiteId) -> Result<Vec<Wording>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM wordings WHERE site_id = $1 ORDER BY stage, part")
            .bind(site).fetch_all(c).await?))
    }

    /// The own words of one message.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn wordings_of(&mut self, site: SiteId, stage: Stage) -> Result<Vec<Wording>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM wordings WHERE site_id = $1 AND stage = $2 ORDER BY part")
            .bind(site).bind(stage).fetch_all(c).await?))
    }

    /// Writes own words, in the place of earlier ones.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_wording(&mut self, w: &Wording) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO wordings (site_id, stage, part, text, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (site_id, stage, part) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at,
                 updated_by = excluded.updated_by")
            .bind(w.site_id).bind(w.stage).bind(w.part).bind(&w.text).bind(w.updated_at).bind(&w.updated_by)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Takes own words away: the default stands again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_wording(
        &mut self,
        site: SiteId,
        stage: Stage,
        part: WordingPart,
    ) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query("DELETE FROM wordings WHERE site_id = $1 AND stage = $2 AND part = $3")
            .bind(site).bind(stage).bind(part).execute(c).await?.rows_affected());
        Ok(())
    }
}
