//! Sessions of signed-in staff; only the hash of the cookie's token is stored.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::StaffId;

/// A session.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    /// SHA-256 of the token in the cookie.
    pub token_hash: Vec<u8>,
    /// Whose.
    pub staff_id: StaffId,
    /// The token its forms carry.
    pub csrf: String,
    /// When they signed in.
    pub created_at: DateTime<Utc>,
    /// When they last did something.
    pub seen_at: DateTime<Utc>,
    /// When it ends whatever they do.
    pub expires_at: DateTime<Utc>,
}

impl Tx {
    /// The session with this token hash.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn session(&mut self, token_hash: &[u8]) -> Result<Option<Session>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM sessions WHERE token_hash = $1")
            .bind(token_hash).fetch_optional(c).await?))
    }

    /// Adds a session.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_session(&mut self, session: &Session) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO sessions (token_hash, staff_id, csrf, created_at, seen_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(&session.token_hash).bind(session.staff_id).bind(&session.csrf).bind(session.created_at)
            .bind(session.seen_at).bind(session.expires_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn touch_session(&mut self, token_hash: &[u8], at: DateTime<Utc>) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query("UPDATE sessions SET seen_at = $2 WHERE token_hash = $1")
            .bind(token_hash).bind(at).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Ends one session.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_session(&mut self, token_hash: &[u8]) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query("DELETE FROM sessions WHERE token_hash = $1")
            .bind(token_hash).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Ends every session of an account (its password or roles changed, or it was closed).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_sessions_of(&mut self, staff: StaffId) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query("DELETE FROM sessions WHERE staff_id = $1")
            .bind(staff).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Removes sessions that ended.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_ended_sessions(&mut self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(now).execute(c).await?.rows_affected()))
    }
}
