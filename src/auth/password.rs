//! Passwords: argon2id in a thread of its own, so that a sign-in never holds up other requests.

use std::sync::OnceLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// Fewest characters of a password.
pub const MIN_LENGTH: usize = 12;
/// Most bytes of a password; longer texts are not hashed at all.
pub const MAX_BYTES: usize = 256;
/// Hashes at the same time: each takes 19 MiB.
static HASHING: Semaphore = Semaphore::const_new(2);

/// A password's PHC string (argon2id, 19 MiB, 2 passes: the crate's defaults, OWASP's first choice).
///
/// # Errors
/// When hashing fails, or the password is longer than [`MAX_BYTES`].
pub async fn hash(password: &str) -> Result<String, String> {
    if password.len() > MAX_BYTES {
        return Err("the password is too long".to_owned());
    }
    let password = password.to_owned();
    let _turn = HASHING.acquire().await.map_err(|error| error.to_string())?;
    tokio::task::spawn_blocking(move || {
        let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|error| error.to_string())?;
        Ok(hash.to_string())
    })
    .await
    .map_err(|error| error.to_string())?
}

/// Whether a password is the one of a PHC string. Without one (`None`: no such account) it takes as long and is never.
///
/// # Errors
/// When the stored string cannot be read.
pub async fn verify(password: &str, stored: Option<&str>) -> Result<bool, String> {
    if password.len() > MAX_BYTES {
        return Ok(false);
    }
    let known = stored.is_some();
    let stored = stored.map_or_else(|| nobody().to_owned(), str::to_owned);
    let password = password.to_owned();
    let _turn = HASHING.acquire().await.map_err(|error| error.to_string())?;
    tokio::task::spawn_blocking(move || {
        let parsed = PasswordHash::new(&stored).map_err(|error| error.to_string())?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await
    .map_err(|error| error.to_string())?
}

/// A hash no password is checked against for real: it makes unknown accounts as slow as known ones.
fn nobody() -> &'static str {
    static NOBODY: OnceLock<String> = OnceLock::new();
    NOBODY.get_or_init(|| {
        Argon2::default().hash_password(b"nobody's password").map(|hash| hash.to_string()).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_is_right() {
        let stored = hash("a long enough one").await.expect("a hash");
        assert_eq!(verify("a long enough one", Some(&stored)).await, Ok(true));
        assert_eq!(verify("a long enough ONE", Some(&stored)).await, Ok(false));
        assert_eq!(verify("nobody's password", None).await, Ok(false));
        assert!(hash(&"x".repeat(300)).await.is_err());
    }
}
