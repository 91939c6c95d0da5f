//! The way out: a mail server by SMTP, a folder of .eml files without one, or nowhere (filling the demo).

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::address::Envelope as Route;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::connections::Connections;
use super::relay::Relay;
use super::render::{Method, Rendered};
use crate::config::Config;

/// Where messages go.
#[derive(Clone)]
pub enum Transport {
    /// To a mail server.
    Smtp(Connections),
    /// Into a folder, one .eml file each.
    Files(PathBuf),
    /// Nowhere.
    Nowhere,
}

/// Why a message did not go.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct SendError {
    /// What the server or the system said.
    pub text: String,
    /// Trying again cannot help.
    pub permanent: bool,
    /// The connection broke at a moment when the server may have taken the message (RFC 1047).
    pub maybe_sent: bool,
}

impl SendError {
    fn permanent(text: impl Into<String>) -> Self {
        Self { text: text.into(), permanent: true, maybe_sent: false }
    }

    fn transient(text: impl Into<String>) -> Self {
        Self { text: text.into(), permanent: false, maybe_sent: false }
    }
}

/// A letter and its envelope.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Name and address it comes from.
    pub from: (String, String),
    /// Where answers go.
    pub reply_to: String,
    /// The reader's address.
    pub to: String,
    /// The same in every try (RFC 5322, 3.6.4).
    pub message_id: String,
    /// The thread it belongs to: one per visit or course.
    pub references: Option<String>,
    /// Where a mail program switches messages of this kind off at one press; none for what always comes.
    pub unsubscribe: Option<String>,
    /// Where mail servers report what they cannot deliver (MAIL FROM); the address it comes from without.
    pub sender: Option<String>,
}

impl Transport {
    /// The way the settings name.
    ///
    /// # Errors
    /// When the server's address cannot be read.
    pub fn from_config(config: &Config) -> Result<Self, String> {
        let Some(url) = &config.smtp_url else { return Ok(Self::Files(config.mail_dir.clone())) };
        let relay = Relay::parse(url).map_err(|error| format!("smtp_url: {error}"))?;
        let within = Duration::from_secs(config.smtp_timeout_seconds);
        Ok(Self::Smtp(Connections::new(relay, within, config.smtp_connections as usize)))
    }

    /// Ends conversations with the mail server that nobody used for a while.
    pub fn rest(&self) {
        if let Self::Smtp(server) = self {
            server.rest();
        }
    }

    /// Hands one letter over.
    ///
    /// # Errors
    /// What the server said, and whether trying again can help.
    pub async fn send(&self, envelope: &Envelope, letter: &Rendered) -> Result<(), SendError> {
        if matches!(self, Self::Nowhere) {
            return Ok(());
        }
        let message = build(envelope, letter)?;
        match self {
            Self::Smtp(server) => server.send(message.envelope(), &message.formatted()).await,
            Self::Files(folder) => write_file(folder, &envelope.message_id, &message).await,
            Self::Nowhere => Ok(()),
        }
    }
}

async fn write_file(folder: &Path, id: &str, message: &Message) -> Result<(), SendError> {
    let failed = |error: std::io::Error| SendError::transient(format!("{}: {error}", folder.display()));
    crate::serve::private_folder(folder).map_err(failed)?;
    let name: String =
        id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let (partial, whole) = (folder.join(format!(".{name}.part")), folder.join(format!("{name}.eml")));
    tokio::fs::write(&partial, message.formatted()).await.map_err(failed)?;
    // A reader of the folder never sees half a letter; a second try of the same letter replaces the first.
    tokio::fs::rename(&partial, &whole).await.map_err(failed)
}

fn build(envelope: &Envelope, letter: &Rendered) -> Result<Message, SendError> {
    let parsed = |address: &str| -> Result<Address, SendError> {
        address.parse().map_err(|_| SendError::permanent(format!("no mail address: {address}")))
    };
    let mailbox = |name: Option<String>, address: &str| -> Result<Mailbox, SendError> {
        Ok(Mailbox::new(name, parsed(address)?))
    };
    let mut builder = Message::builder()
        .from(mailbox(Some(header_text(&envelope.from.0)), &envelope.from.1)?)
        .reply_to(mailbox(None, &envelope.reply_to)?)
        .to(mailbox(None, &envelope.to)?)
        .subject(header_text(&letter.subject))
        .message_id(Some(format!("<{}>", envelope.message_id)))
        .header(AutoSubmitted);
    if let Some(sender) = &envelope.sender {
        let route = Route::new(Some(parsed(sender)?), vec![parsed(&envelope.to)?]);
        builder =
            builder.envelope(route.map_err(|error| SendError::permanent(format!("envelope: {error}")))?);
    }
    if let Some(thread) = &envelope.references {
        builder = builder.references(format!("<{thread}>"));
    }
    if let Some(url) = envelope.unsubscribe.as_ref().filter(|url| url.is_ascii()) {
        builder = builder.header(ListUnsubscribe(url.clone()));
        // One press without a page is for HTTPS alone (RFC 8058, 3.1).
        if url.starts_with("https://") {
            builder = builder.header(ListUnsubscribePost);
        }
    }
    let mut alternative = MultiPart::alternative()
        .singlepart(SinglePart::plain(letter.text.clone()))
        .singlepart(SinglePart::html(letter.html.clone()));
    let mut attachments = Vec::new();
    if let Some(calendar) = &letter.calendar {
        let method = match calendar.method {
            Method::Publish => "PUBLISH",
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
        };
        // The method stands in the body and in the type; clients act only where both agree.
        let kind = format!("text/calendar; charset=utf-8; method={method}");
        let kind = ContentType::parse(&kind).map_err(|_| SendError::permanent("calendar type"))?;
        if let Some(first) = calendar.parts.first() {
            alternative =
                alternative.singlepart(SinglePart::builder().header(kind.clone()).body(first.clone()));
        }
        for (number, part) in (1..).zip(&calendar.parts) {
            let name = if calendar.parts.len() == 1 {
                "visit.ics".to_owned()
            } else {
                format!("visit-{number}.ics")
            };
            attachments.push(Attachment::new(name).body(part.clone(), kind.clone()));
        }
    }
    let body = if attachments.is_empty() {
        alternative
    } else {
        attachments.into_iter().fold(MultiPart::mixed().multipart(alternative), MultiPart::singlepart)
    };
    builder.multipart(body).map_err(|error| SendError::permanent(format!("letter: {error}")))
}

/// A text that fits a header: no control characters, no separators, no longer than a line people read.
fn header_text(text: &str) -> String {
    const MOST: usize = 120;
    let plain: String =
        text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MOST).collect()
}

/// `Auto-Submitted: auto-generated` (RFC 3834): no holiday answers, please.
#[derive(Clone, Copy, Debug)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// `List-Unsubscribe: <https://…>` (RFC 2369): where messages of this kind are switched off.
#[derive(Clone, Debug)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.trim_matches(['<', '>']).to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), format!("<{}>", self.0))
    }
}

/// `List-Unsubscribe-Post: List-Unsubscribe=One-Click` (RFC 8058): a POST there acts at once.
#[derive(Clone, Copy, Debug)]
struct ListUnsubscribePost;

impl Header for ListUnsubscribePost {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::messages::check_in;
    use crate::words::Words;

    /// The headers of a check-in with this way out.
    fn headers(unsubscribe: Option<&str>) -> String {
        let envelope = Envelope {
            from: ("Elm Street Clinic".to_owned(), "desk@elmstreet.example".to_owned()),
            reply_to: "desk@elmstreet.example".to_owned(),
            to: "maria@patient.example".to_owned(),
            message_id: "1@elmstreet.example".to_owned(),
            references: None,
            unsubscribe: unsubscribe.map(str::to_owned),
            sender: None,
        };
        let samples = check_in::samples(Words::default());
        let letter = samples[0].render().expect("a letter");
        let message = build(&envelope, &letter).expect("a message").formatted();
        let text = String::from_utf8(message).expect("UTF-8");
        text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ")
    }

    #[test]
    fn one_press_is_offered_over_https_alone_and_only_where_there_is_a_way_out() {
        let all = headers(Some("https://clinic.example/v/k3Jv9QxW2mTz/unsubscribe"));
        assert!(
            all.contains("\r\nList-Unsubscribe: <https://clinic.example/v/k3Jv9QxW2mTz/unsubscribe>\r\n")
        );
        assert!(all.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{all}");
        let plain = headers(Some("http://clinic.example/v/k3Jv9QxW2mTz/unsubscribe"));
        assert!(plain.contains("List-Unsubscribe:") && !plain.contains("List-Unsubscribe-Post"), "{plain}");
        assert!(!headers(None).contains("List-Unsubscribe"));
    }
}
