//! A rendered message: subject, text, HTML and calendar part, ready for the transport.

use askama::Template;

use super::letter::{Block, Letter};
use super::text;
use crate::words::Words;

/// iTIP method (RFC 5546) of a calendar part; stands in the body and in the Content-Type alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// "Here it is"; asks for no reply.
    Publish,
    /// A changed time.
    Request,
    /// It is off.
    Cancel,
}

impl Method {
    /// The word of the RFC.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// The calendar part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarPart {
    /// Its method.
    pub method: Method,
    /// One VCALENDAR text each; only PUBLISH may hold several visits in one.
    pub parts: Vec<String>,
}

/// A message as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Subject, one line.
    pub subject: String,
    /// The text part, `\n` line ends.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The calendar part.
    pub calendar: Option<CalendarPart>,
    /// The content both bodies are made from.
    pub letter: Letter,
}

/// The HTML part.
#[derive(Template)]
#[template(path = "mail/letter.html")]
struct LetterHtml<'a> {
    w: Words,
    subject: &'a str,
    letter: &'a Letter,
}

/// Renders a message's two bodies from its one content.
///
/// # Errors
/// When the HTML template fails.
pub fn render(
    w: Words,
    subject: String,
    letter: &Letter,
    calendar: Option<CalendarPart>,
) -> Result<Rendered, askama::Error> {
    // A subject is a header: whatever a name holds, it stays one line.
    let subject: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let html = LetterHtml { w, subject: &subject, letter }.render()?;
    Ok(Rendered { text: text::text(letter), html, subject, calendar, letter: letter.clone() })
}
