//! The table of [`super::behaviors`]: what a server does, how it is reached, and how the message ends.

use std::time::Duration;

use seriesbook::domain::messages::MessageStatus;

use crate::support::smtp::script::Play::{Close, Drip, Say, SayAndClose, Silence, Slow};
use crate::support::smtp::script::{ALWAYS, At, Certificate, Play};

/// How the worker speaks to the server.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    /// Without TLS and login.
    Plain,
    /// With name and password.
    Login,
    /// STARTTLS or nothing; whether the worker trusts who signed the certificate.
    Tls(Certificate, bool),
}

/// How the message ends.
#[derive(Clone, Copy, Debug)]
pub struct Ends {
    pub status: MessageStatus,
    /// Mails the server took.
    pub copies: usize,
    /// Whether the row says that a second copy may have arrived.
    pub twice: bool,
    /// Failed tries before the last.
    pub tries: i64,
    /// Whether somebody is told to look after it.
    pub line: bool,
    /// What the row quotes after the first try.
    pub said: &'static str,
}

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Behavior {
    pub name: &'static str,
    pub way: Way,
    pub plays: Vec<(At, usize, Play)>,
    pub ends: Ends,
}

/// It goes with the first try.
const AT_ONCE: Ends =
    Ends { status: MessageStatus::Sent, copies: 1, twice: false, tries: 0, line: false, said: "" };

/// It goes with the second try, once.
const fn later(said: &'static str) -> Ends {
    Ends { tries: 1, said, ..AT_ONCE }
}

/// It goes with the second try; the first may have arrived but did not.
const fn unneeded_flag(said: &'static str) -> Ends {
    Ends { twice: true, tries: 1, said, ..AT_ONCE }
}

/// It goes with the second try, and the first arrived too.
const fn doubled(said: &'static str) -> Ends {
    Ends { copies: 2, twice: true, tries: 1, said, ..AT_ONCE }
}

/// It is refused for good, and somebody is told.
const fn refused(said: &'static str) -> Ends {
    Ends { status: MessageStatus::Failed, copies: 0, line: true, said, ..AT_ONCE }
}

/// Every try fails, and somebody is told.
const fn given_up(said: &'static str) -> Ends {
    Ends { tries: 12, ..refused(said) }
}

/// Two copies may have arrived and no answer ever came: no third goes, and somebody is told.
const fn unsure(said: &'static str) -> Ends {
    Ends { copies: 2, twice: true, tries: 1, ..refused(said) }
}

/// Longer than a line of an answer may be.
const LONG_LINE: [u8; 1202] = {
    let mut line = [b'x'; 1202];
    line[1200] = b'\r';
    line[1201] = b'\n';
    line
};

/// The table.
pub fn behaviors() -> Vec<Behavior> {
    let second = Duration::from_secs(1);
    let trusted = Way::Tls(Certificate::Good, true);
    let other = |name, way, plays, ends| Behavior { name, way, plays, ends };
    let plain = |name, at, times, play, ends| other(name, Way::Plain, vec![(at, times, play)], ends);
    let in_vain = "no answer within 2 seconds";
    vec![
        other("nothing out of the ordinary", Way::Plain, vec![], AT_ONCE),
        // Getting into conversation: whatever is said there is about the relay, so the letter waits.
        plain("421 at the banner", At::Banner, 1, SayAndClose(b"421 4.3.2 Too busy\r\n"), later("Too busy")),
        plain("554 at the banner", At::Banner, 1, SayAndClose(b"554 Not here\r\n"), later("Not here")),
        plain("no banner", At::Banner, 1, Silence, later(in_vain)),
        plain("a banner of one byte a second", At::Banner, 1, Drip(second), later(in_vain)),
        plain("a banner that is no answer", At::Banner, 1, Say(b"Hello there\r\n"), later("response error")),
        plain("hung up instead of a banner", At::Banner, 1, Close, later("incomplete response")),
        plain("EHLO unknown", At::Hello, 1, Say(b"502 5.5.2 Unknown\r\n"), later("Unknown")),
        plain("silence after EHLO", At::Hello, 1, Silence, later(in_vain)),
        other(
            "STARTTLS missing where it is required",
            trusted,
            vec![(At::Hello, 1, Say(b"250 mail.test\r\n"))],
            later("STARTTLS is not supported"),
        ),
        other(
            "STARTTLS refused",
            trusted,
            vec![(At::StartTls, 1, Say(b"454 4.7.0 Not now\r\n"))],
            later("Not now"),
        ),
        other(
            "a certificate nobody vouches for",
            Way::Tls(Certificate::Good, false),
            vec![],
            given_up("certificate"),
        ),
        other(
            "a certificate for another name",
            Way::Tls(Certificate::OtherName, true),
            vec![],
            given_up("certificate"),
        ),
        other("a good certificate", trusted, vec![], AT_ONCE),
        other("a login that is taken", Way::Login, vec![], AT_ONCE),
        other(
            "a password that is wrong until somebody mends it",
            Way::Login,
            vec![(At::Login, 1, Say(b"535 5.7.8 Wrong password\r\n"))],
            later("Wrong password"),
        ),
        other(
            "no login offered where one is set",
            Way::Login,
            vec![(At::Hello, 1, Say(b"250 mail.test\r\n"))],
            later("authentication mechanism"),
        ),
        // Sender and recipient.
        plain("451 to MAIL", At::Sender, 1, Say(b"451 4.3.0 Try later\r\n"), later("Try later")),
        plain("421 to MAIL", At::Sender, 1, SayAndClose(b"421 4.3.2 Leaving\r\n"), later("Leaving")),
        plain("530 to MAIL", At::Sender, 1, Say(b"530 5.7.0 Log in first\r\n"), later("Log in first")),
        plain("450 to RCPT (greylisting)", At::Recipient, 1, Say(b"450 4.2.0 Later\r\n"), later("Later")),
        plain("452 to RCPT", At::Recipient, 1, Say(b"452 4.2.2 Mailbox full\r\n"), later("Mailbox full")),
        plain("a line without end to RCPT", At::Recipient, 1, Say(&LONG_LINE), later("too long")),
        plain(
            "words beyond ASCII to RCPT",
            At::Recipient,
            1,
            Say("450 4.2.0 Später wieder\r\n".as_bytes()),
            later("Später wieder"),
        ),
        plain("550 to RCPT", At::Recipient, ALWAYS, Say(b"550 5.1.1 Unknown\r\n"), refused("Unknown")),
        plain("552 to RCPT", At::Recipient, ALWAYS, Say(b"552 5.2.2 Over quota\r\n"), refused("Over quota")),
        plain("554 to RCPT", At::Recipient, ALWAYS, Say(b"554 5.7.1 Blocked\r\n"), refused("Blocked")),
        plain(
            "550 in two lines to RCPT",
            At::Recipient,
            ALWAYS,
            Say(b"550-5.1.1 No such mailbox\r\n550 5.1.1 Ask the postmaster\r\n"),
            refused("Ask the postmaster"),
        ),
        // The text and its answer.
        plain("451 to DATA", At::Data, 1, Say(b"451 4.3.0 Disk full\r\n"), later("Disk full")),
        plain("hung up on DATA", At::Data, 1, Close, later("incomplete response")),
        plain("hung up in the text", At::Text, 1, Close, unneeded_flag("error")),
        plain("451 after the dot", At::Dot, 1, Say(b"451 4.3.0 Not yet\r\n"), later("Not yet")),
        plain("552 after the dot", At::Dot, ALWAYS, Say(b"552 5.3.4 Too big\r\n"), refused("Too big")),
        plain("554 after the dot", At::Dot, ALWAYS, Say(b"554 5.6.0 Spam\r\n"), refused("Spam")),
        plain("hung up after the dot", At::Dot, 1, Close, doubled("incomplete response")),
        plain("silence after the dot", At::Dot, 1, Silence, doubled(in_vain)),
        plain("no answer after the dot", At::Dot, 1, Say(b"Thanks\r\n"), doubled("response error")),
        plain("not UTF-8 after the dot", At::Dot, 1, Say(b"250 Gr\xfc\xdfe\r\n"), doubled("UTF-8")),
        plain("hung up after every dot", At::Dot, ALWAYS, Close, unsure("incomplete response")),
        plain("an answer just in time", At::Dot, 1, Slow(second), AT_ONCE),
        other(
            "answers of several lines",
            Way::Plain,
            vec![
                (At::Banner, ALWAYS, Say(b"220-mail.test\r\n220-welcomes you\r\n220 ESMTP\r\n")),
                (At::Dot, ALWAYS, Say(b"250-2.0.0 Taken\r\n250 2.0.0 as 4711\r\n")),
            ],
            AT_ONCE,
        ),
    ]
}
