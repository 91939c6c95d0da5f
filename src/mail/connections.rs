//! Conversations with the mail server: kept open from letter to letter, and exact about how far each letter got, because only a
//! break after its last byte can mean that it arrived.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::relay::{Relay, Security};
use super::transport::SendError;

/// A conversation nobody used for this long is ended: servers hang up on idle ones.
const IDLE: Duration = Duration::from_secs(30);
/// How long a server may take to say goodbye.
const PARTING: Duration = Duration::from_secs(5);
/// "Closing": the server ends the conversation (RFC 5321, 3.8).
const CLOSING: u16 = 421;
/// "Authentication required": the relay wants the clinic's name and password, whatever the letter (RFC 4954).
const WANTS_LOGIN: u16 = 530;

/// Getting into conversation: greeting, TLS, login. What fails here is not the letter's fault.
const OPENING: u8 = 0;
/// Sender, recipient, and leave to send the text.
const ENVELOPE: u8 = 1;
/// The text is on its way, or there.
const TEXT: u8 = 2;

/// Conversations with one mail server; clones share them.
#[derive(Clone)]
pub struct Connections(Arc<Shared>);

struct Shared {
    relay: Relay,
    /// How long one letter may take, from connecting to the server's yes.
    within: Duration,
    /// Conversations kept at most.
    most: usize,
    kept: Mutex<Vec<Kept>>,
}

struct Kept {
    conversation: AsyncSmtpConnection,
    since: Instant,
    /// The last letter was refused half way: the server must forget its envelope first.
    refused: bool,
}

/// Why a letter did not go.
enum Fault {
    /// Nobody answers at the address.
    Unreached(std::io::Error),
    /// The server does not know addresses like this one.
    NotAscii,
    /// What the server said, or how the conversation broke.
    Smtp(lettre::transport::smtp::Error),
}

impl From<lettre::transport::smtp::Error> for Fault {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        Self::Smtp(error)
    }
}

impl Fault {
    /// The three digits the server answered with.
    fn code(&self) -> Option<u16> {
        match self {
            Self::Smtp(error) => error.status().map(u16::from),
            Self::Unreached(_) | Self::NotAscii => None,
        }
    }

    /// Whether the server is not in the conversation any more.
    fn hung_up(&self) -> bool {
        match self {
            Self::Smtp(error) => {
                self.code() == Some(CLOSING) || (error.status().is_none() && !error.is_client())
            }
            Self::Unreached(_) => true,
            Self::NotAscii => false,
        }
    }
}

impl Connections {
    /// To one mail server, `most` at a time; a letter that takes longer than `within` is given up.
    pub fn new(relay: Relay, within: Duration, most: usize) -> Self {
        Self(Arc::new(Shared { relay, within, most, kept: Mutex::new(Vec::new()) }))
    }

    /// Hands one letter over.
    ///
    /// # Errors
    /// What the server said, whether trying again can help, and whether the letter may have arrived all the same.
    pub async fn send(&self, envelope: &Envelope, letter: &[u8]) -> Result<(), SendError> {
        let step = AtomicU8::new(OPENING);
        // The library bounds no waiting of its own; a server that falls silent must not hold up the rest.
        match tokio::time::timeout(self.0.within, self.deliver(envelope, letter, &step)).await {
            Ok(outcome) => outcome.map_err(|fault| classify(&fault, step.load(Ordering::SeqCst))),
            Err(_) => Err(SendError {
                text: format!("no answer within {} seconds", self.0.within.as_secs()),
                permanent: false,
                maybe_sent: step.load(Ordering::SeqCst) == TEXT,
            }),
        }
    }

    /// Ends conversations nobody used for a while.
    pub fn rest(&self) {
        let idle: Vec<Kept> = self.kept().extract_if(.., |one| one.since.elapsed() >= IDLE).collect();
        idle.into_iter().for_each(|one| part(one.conversation));
    }

    async fn deliver(&self, envelope: &Envelope, letter: &[u8], step: &AtomicU8) -> Result<(), Fault> {
        while let Some(mut one) = self.take() {
            if one.refused && one.conversation.command("RSET\r\n").await.is_err() {
                continue;
            }
            let outcome = converse(&mut one.conversation, envelope, letter, step).await;
            match outcome {
                // It hung up while nobody spoke. Nothing of this letter was taken, so another conversation may have it.
                Err(fault) if fault.hung_up() && step.load(Ordering::SeqCst) < TEXT => {
                    step.store(OPENING, Ordering::SeqCst);
                }
                outcome => return self.done(one.conversation, outcome),
            }
        }
        let mut conversation = self.open().await?;
        let outcome = converse(&mut conversation, envelope, letter, step).await;
        self.done(conversation, outcome)
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, Fault> {
        let Relay { host, port, security, credentials, hello } = &self.0.relay;
        let place = (host.as_str(), *port);
        let mut conversation = match security {
            Security::Wrapped(tls) => {
                let within = Some(self.0.within);
                AsyncSmtpConnection::connect_tokio1(place, within, hello, Some(tls.clone()), None).await?
            }
            Security::Plain | Security::Offered(_) | Security::Required(_) => {
                let stream = TcpStream::connect(place).await.map_err(Fault::Unreached)?;
                // The final dot is a packet of its own and must not wait until the text before it is acknowledged.
                stream.set_nodelay(true).map_err(Fault::Unreached)?;
                AsyncSmtpConnection::connect_with_transport(Box::new(stream), hello).await?
            }
        };
        match security {
            Security::Required(tls) => conversation.starttls(tls.clone(), hello).await?,
            Security::Offered(tls) if conversation.can_starttls() => {
                conversation.starttls(tls.clone(), hello).await?;
            }
            Security::Plain | Security::Offered(_) | Security::Wrapped(_) => {}
        }
        if let Some(credentials) = credentials {
            conversation.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(conversation)
    }

    /// Keeps a conversation for the next letter if it can go on.
    fn done(&self, conversation: AsyncSmtpConnection, outcome: Result<(), Fault>) -> Result<(), Fault> {
        if outcome.as_ref().is_err_and(Fault::hung_up) {
            return outcome;
        }
        let mut kept = self.kept();
        if kept.len() < self.0.most {
            kept.push(Kept { conversation, since: Instant::now(), refused: outcome.is_err() });
        } else {
            drop(kept);
            part(conversation);
        }
        outcome
    }

    /// The conversation used last, if it is fresh.
    fn take(&self) -> Option<Kept> {
        self.rest();
        self.kept().pop()
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One letter in an open conversation.
async fn converse(
    conversation: &mut AsyncSmtpConnection,
    envelope: &Envelope,
    letter: &[u8],
    step: &AtomicU8,
) -> Result<(), Fault> {
    step.store(ENVELOPE, Ordering::SeqCst);
    let mut options = Vec::new();
    let is_ascii = |address: &lettre::Address| {
        let address: &str = address.as_ref();
        address.is_ascii()
    };
    if !envelope.to().iter().chain(envelope.from()).all(is_ascii) {
        if !conversation.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(Fault::NotAscii);
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !letter.is_ascii() && conversation.server_info().supports_feature(Extension::EightBitMime) {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    conversation.command(Mail::new(envelope.from().cloned(), options)).await?;
    for to in envelope.to() {
        conversation.command(Rcpt::new(to.clone(), Vec::new())).await?;
    }
    conversation.command(Data).await?;
    step.store(TEXT, Ordering::SeqCst);
    conversation.message(letter).await?;
    Ok(())
}

/// Says goodbye without letting anybody wait for it.
fn part(mut conversation: AsyncSmtpConnection) {
    tokio::spawn(async move { tokio::time::timeout(PARTING, conversation.abort()).await });
}

/// A 5xx about the letter is final. One said while getting into conversation is about the relay and the clinic's account there,
/// and a 4xx or a break passes: those letters are tried again. Without an answer after the text nobody knows whether it arrived.
fn classify(fault: &Fault, step: u8) -> SendError {
    let text = match fault {
        Fault::Unreached(error) => error.to_string(),
        Fault::NotAscii => "the mail server takes no addresses with letters beyond a to z".to_owned(),
        Fault::Smtp(error) => in_full(error),
    };
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect();
    let permanent = match fault {
        Fault::Unreached(_) => false,
        Fault::NotAscii => true,
        Fault::Smtp(error) => error.is_permanent() && step != OPENING && fault.code() != Some(WANTS_LOGIN),
    };
    SendError { text, permanent, maybe_sent: step == TEXT && fault.code().is_none() }
}

/// An error with its causes, each once.
fn in_full(error: &lettre::transport::smtp::Error) -> String {
    std::iter::successors(std::error::Error::source(error), |cause| cause.source()).fold(
        error.to_string(),
        |text, cause| {
            let cause = cause.to_string();
            if text.contains(&cause) { text } else { format!("{text}: {cause}") }
        },
    )
}
