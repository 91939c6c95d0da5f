//! Keys of forms that were already carried out, so that a second press shows the first result.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};

impl Tx {
    /// Claims a form's key inside the transaction of its act. `None`: it is ours, go on. `Some(result)`: the act was
    /// done before, and this is the address of what came of it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim_key(
        &mut self,
        scope: &str,
        key: &str,
        result: &str,
    ) -> Result<Option<String>, StoreError> {
        let scoped = format!("{scope}:{key}");
        let now = self.now;
        let inserted = on_db!(self, c => sqlx::query(
            "INSERT INTO idempotency (key, scope, result, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO NOTHING")
            .bind(&scoped).bind(scope).bind(result).bind(now).execute(c).await?.rows_affected());
        if inserted == 1 {
            return Ok(None);
        }
        Ok(on_db!(self, c => sqlx::query_scalar("SELECT result FROM idempotency WHERE key = $1")
            .bind(&scoped).fetch_optional(c).await?))
    }

    /// Forgets keys older than an instant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_old_keys(&mut self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query("DELETE FROM idempotency WHERE created_at < $1")
            .bind(before).execute(c).await?.rows_affected()))
    }
}
