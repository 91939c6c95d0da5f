//! Staff accounts.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::{SiteId, StaffId};
use crate::domain::roles::Roles;

/// An account.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Staff {
    /// Its id.
    pub id: StaffId,
    /// Where they work.
    pub site_id: SiteId,
    /// Sign-in name.
    pub email: String,
    /// Their name.
    pub full_name: String,
    /// What they may do.
    pub roles: Roles,
    /// PHC string of the password.
    pub password_hash: String,
    /// Whether they may sign in.
    pub active: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl Tx {
    /// The account with this (lower-case) email.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn staff_by_email(&mut self, email: &str) -> Result<Option<Staff>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM staff WHERE email = $1")
            .bind(email).fetch_optional(c).await?))
    }

    /// One account.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn staff(&mut self, id: StaffId) -> Result<Option<Staff>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM staff WHERE id = $1").bind(id).fetch_optional(c).await?),
        )
    }

    /// Every account, active ones first, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn all_staff(&mut self) -> Result<Vec<Staff>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM staff ORDER BY active DESC, full_name, id")
            .fetch_all(c).await?))
    }

    /// Whether anybody can sign in at all; if not, the first visitor sets the clinic up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_staff(&mut self) -> Result<bool, StoreError> {
        let count: i64 = on_db!(self, c => sqlx::query_scalar("SELECT CAST(COUNT(*) AS BIGINT) FROM staff")
            .fetch_one(c).await?);
        Ok(count > 0)
    }

    /// Adds an account.
    ///
    /// # Errors
    /// [`StoreError::Unique`] when the email has one already.
    pub async fn insert_staff(&mut self, staff: &Staff) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO staff (id, site_id, email, full_name, roles, password_hash, active, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(staff.id).bind(staff.site_id).bind(&staff.email).bind(&staff.full_name).bind(&staff.roles)
            .bind(&staff.password_hash).bind(staff.active).bind(staff.created_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Changes name, roles, password and whether the account is active.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn update_staff(&mut self, staff: &Staff) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "UPDATE staff SET full_name = $2, roles = $3, password_hash = $4, active = $5 WHERE id = $1")
            .bind(staff.id).bind(&staff.full_name).bind(&staff.roles).bind(&staff.password_hash).bind(staff.active)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// How often a key of [`crate::auth::sign_in`] was tried in vain, and until when it is locked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sign_in_tries(&mut self, key: &[u8]) -> Result<(i64, Option<DateTime<Utc>>), StoreError> {
        let found: Option<(i64, Option<DateTime<Utc>>)> = on_db!(self, c => sqlx::query_as(
            "SELECT tries, locked_until FROM sign_in_tries WHERE key = $1").bind(key).fetch_optional(c).await?);
        Ok(found.unwrap_or((0, None)))
    }

    /// Records how often a key was tried in vain and the lock that follows.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_sign_in_tries(
        &mut self,
        key: &[u8],
        tries: i64,
        locked_until: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let now = self.now;
        on_db!(self, c => sqlx::query(
            "INSERT INTO sign_in_tries (key, tries, locked_until, updated_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (key) DO UPDATE SET tries = $2, locked_until = $3, updated_at = $4")
            .bind(key).bind(tries).bind(locked_until).bind(now).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Forgets tries that nobody added to since an instant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_old_sign_in_tries(&mut self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(on_db!(self, c => sqlx::query("DELETE FROM sign_in_tries WHERE updated_at < $1")
            .bind(before).execute(c).await?.rows_affected()))
    }
}
