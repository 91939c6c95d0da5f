//! Signing in and out: one message for every wrong try, a lock after too many, a new token for every session.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{password, token};
use crate::config::Config;
use crate::store::sessions::Session;
use crate::store::staff::Staff;
use crate::store::{AuditContext, AuditEntry, Store, StoreError};

/// Wrong tries in a row, for one account from one address, after which that pair is locked.
const MAX_TRIES: i64 = 8;
/// Wrong tries in a row for one account from anywhere: high, so that nobody can lock a colleague out by hand.
const MAX_TRIES_ANYWHERE: i64 = 100;
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
    let keys = [
        (key(&email, origin.as_deref().unwrap_or_default()), MAX_TRIES),
        (key(&email, "anywhere"), MAX_TRIES_ANYWHERE),
    ];
    let mut tx = store.read(now).await?;
    let staff = tx.staff_by_email(&email).await?.filter(|staff| staff.active);
    for (key, _) in &keys {
        if let Some(until) = tx.sign_in_tries(key).await?.1.filter(|until| *until > now) {
            return Ok(SignIn::Locked(until));
        }
    }
    // No connection is held while the hash is computed.
    drop(tx);
    let stored = staff.as_ref().map(|staff| staff.password_hash.as_str());
    let right = password::verify(typed, stored).await.map_err(StoreError::Inconsistent)?;
    let (actor, actor_id) = staff
        .as_ref()
        .map_or(("somebody".to_owned(), None), |staff| (staff.full_name.clone(), Some(staff.id.0)));
    let mut tx = store.write(AuditContext { actor, actor_id, request_id: None, origin }, now).await?;
    // Read again under the write lock: tries at the same moment must all count, and an account may have been closed.
    let staff = match &staff {
        Some(staff) => tx.staff(staff.id).await?.filter(|staff| staff.active),
        None => None,
    };
    let mut lock = None;
    for (key, most) in &keys {
        let (tries, locked_until) = tx.sign_in_tries(key).await?;
        if let Some(until) = locked_until.filter(|until| *until > now) {
            return Ok(SignIn::Locked(until));
        }
        if right {
            tx.set_sign_in_tries(key, 0, None).await?;
        } else {
            let locked = (tries + 1 >= *most).then(|| now + TimeDelta::minutes(LOCK_MINUTES));
            tx.set_sign_in_tries(key, if locked.is_some() { 0 } else { tries + 1 }, locked).await?;
            lock = lock.or(locked);
        }
    }
    let Some(staff) = staff.filter(|_| right) else {
        if let Some(id) = actor_id {
            tx.audit(
                AuditEntry::new("session.wrong_password", None, "staff", id)
                    .after(json!({ "locked until": lock })),
            );
        }
        tx.commit().await?;
        return Ok(lock.map_or(SignIn::Wrong, SignIn::Locked));
    };
    let token = token::new_token();
    let session = Session {
        token_hash: token::hash(&token).unwrap_or_default(),
        staff_id: staff.id,
        csrf: token::new_token(),
        created_at: now,
        seen_at: now,
        expires_at: now + TimeDelta::minutes(config.session_minutes),
    };
    tx.insert_session(&session).await?;
    tx.audit(AuditEntry::new("session.start", None, "staff", staff.id.0));
    tx.commit().await?;
    Ok(SignIn::Welcome { staff, token })
}

/// What tries are counted by: the typed name and where it came from, hashed, so that the table names nobody.
fn key(email: &str, origin: &str) -> Vec<u8> {
    Sha256::digest(format!("{origin}\n{email}").as_bytes()).to_vec()
}
