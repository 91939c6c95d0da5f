//! Small named values the program keeps for itself (the demo's clock, the time of the last tick).

use super::{StoreError, Tx, on_db};

impl Tx {
    /// A named value.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn setting(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_scalar("SELECT value FROM settings WHERE name = $1")
            .bind(name).fetch_optional(c).await?))
    }

    /// Sets a named value.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
            .bind(name).bind(value).execute(c).await?.rows_affected());
        Ok(())
    }
}
