//! Random tokens of 256 bits; the database holds their SHA-256 only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Length of a token's text.
pub const TOKEN_LENGTH: usize = 43;

/// A new token from the system's randomness, as URL-safe text.
pub fn new_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What is stored of a token. `None` for a text no token of ours looks like, so that odd paths ask nothing of the database.
pub fn hash(token: &str) -> Option<Vec<u8>> {
    let sound = token.len() == TOKEN_LENGTH
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    sound.then(|| Sha256::digest(token.as_bytes()).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (a, b) = (new_token(), new_token());
        assert_ne!(a, b);
        assert_eq!(a.len(), TOKEN_LENGTH);
        assert!(hash(&a).is_some());
    }

    #[test]
    fn what_is_no_token_has_no_hash() {
        for text in ["", "abc", "../../etc/passwd", &"a".repeat(44), &format!("{}é", "a".repeat(41))] {
            assert_eq!(hash(text), None, "{text}");
        }
    }
}
