//! What is wrong with an instance, as one line that names the JSON path.

use thiserror::Error;

/// A malformed or contradictory instance.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{path}: {message}")]
pub struct InstanceError {
    /// Where, for example `requests[0].gap_days.min`; `$` is the whole document.
    pub path: String,
    /// What was expected and what was found.
    pub message: String,
}

impl InstanceError {
    /// Both parts lose their line breaks: the error is printed as one line.
    pub(super) fn new(path: &str, message: String) -> Self {
        InstanceError { path: one_line(path), message: one_line(&message) }
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// At most 60 characters of a text that came from outside.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
