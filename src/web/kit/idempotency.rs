//! The key a form carries so that a double submit (two clicks, two tabs, a repeat after a timeout) does its work once.

use super::Fields;

/// The hidden field's name.
pub const FIELD: &str = "idempotency_key";

/// Hex digits of a key: 128 random bits.
const DIGITS: usize = 32;

/// A fresh key for the form's hidden field.
pub fn new_key() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// The key a form came with; `None` if it is not there or not one of ours.
pub fn read(fields: &Fields) -> Option<String> {
    let key = fields.get(FIELD);
    let ours = key.len() == DIGITS && key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    ours.then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_is_read_back_and_no_two_are_alike() {
        let key = new_key();
        let mut fields = Fields::new();
        fields.set(FIELD, key.clone());
        assert_eq!(read(&fields), Some(key.clone()));
        assert_ne!(new_key(), key);
    }

    #[test]
    fn anything_else_is_no_key() {
        for typed in [
            "",
            "abc",
            "0123456789ABCDEF0123456789ABCDEF",
            "0123456789abcdef0123456789abcdeg",
            &"a".repeat(33),
        ] {
            let mut fields = Fields::new();
            fields.set(FIELD, typed);
            assert_eq!(read(&fields), None, "{typed}");
        }
    }
}
