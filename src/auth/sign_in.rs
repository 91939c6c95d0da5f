//! Signing in and out: one message for every wrong try, a lock after too many, a new token for every session.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{password, token};
use crate::config::Config;
use crate::store::sessions::Session;
use crate::store::staff::Staff;
use crate::store::{AuditContext, AuditEntry, Store, StoreError};

/// Wrong tries in a row after which an account is locked.
const MAX_TRIES: i64 = 8;
/// How long it is locked then.
const LOCK_MINUTES: i64 = 15;

/// What came of a try to sign in.
#[derive(Debug)]
pub enum SignIn {
    /// Signed in: the token for the cookie.
    Welcome {
        /// The account.
        staff: Staff,
        /// The session's token.
        token: String,
    },
    /// Email or password is wrong; never which.
    Wrong,
    /// Too many tries; the account opens again then.
    Locked(DateTime<Utc>),
}

/// Tries to sign somebody in.
///
/// # Errors
/// When the store fails.
pub async fn sign_in(
    store: &Store,
    config: &Config,
    email: &str,
    typed: &str,
    origin: Option<String>,
    now: DateTime<Utc>,
) -> Result<SignIn, StoreError> {
    let email = email.trim().to_lowercase();
    let staff = store.read(now).await?.staff_by_email(&email).await?.filter(|staff| staff.active);
    if let Some(until) = staff.as_ref().and_then(|staff| staff.locked_until).filter(|until| *until > now) {
        return Ok(SignIn::Locked(until));
    }
    let stored = staff.as_ref().map(|staff| staff.password_hash.as_str());
    // No connection is held while the hash is computed.
    let right = password::verify(typed, stored).await.map_err(StoreError::Inconsistent)?;
    let Some(staff) = staff else { return Ok(SignIn::Wrong) };
    let who =
        AuditContext { actor: staff.full_name.clone(), actor_id: Some(staff.id.0), request_id: None, origin };
    let mut tx = store.write(who, now).await?;
    // Read again under the write lock: tries at the same moment must all count.
    let Some(staff) = tx.staff(staff.id).await?.filter(|staff| staff.active) else {
        return Ok(SignIn::Wrong);
    };
    if let Some(until) = staff.locked_until.filter(|until| *until > now) {
        return Ok(SignIn::Locked(until));
    }
    if !right {
        let tries = staff.failed_tries + 1;
        let locked = (tries >= MAX_TRIES).then(|| now + TimeDelta::minutes(LOCK_MINUTES));
        tx.set_sign_in_tries(staff.id, if locked.is_some() { 0 } else { tries }, locked).await?;
        tx.audit(
            AuditEntry::new("session.wrong_password", None, "staff", staff.id.0)
                .after(json!({ "locked until": locked })),
        );
        tx.commit().await?;
        return Ok(locked.map_or(SignIn::Wrong, SignIn::Locked));
    }
    let token = token::new_token();
    let session = Session {
        token_hash: token::hash(&token).unwrap_or_default(),
        staff_id: staff.id,
        csrf: token::new_token(),
        created_at: now,
        seen_at: now,
        expires_at: now + TimeDelta::minutes(config.session_minutes),
    };
    tx.set_sign_in_tries(staff.id, 0, None).await?;
    tx.insert_session(&session).await?;
    tx.audit(AuditEntry::new("session.start", None, "staff", staff.id.0));
    tx.commit().await?;
    Ok(SignIn::Welcome { staff, token })
}
