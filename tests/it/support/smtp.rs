//! A mail server for tests: real SMTP on a real socket, and it misbehaves when told to.
//!
//! `let server = SmtpServer::start(); config.smtp_url = Some(server.url());` then `server.mails()`. Trouble:
//! `refuse("a@b")` (550), `greylist("a@b")` (450 once), `trouble(Trouble::DropAfterDot, 1)`. A server that follows a script, step
//! by step, is in [`script`].

pub mod script;
mod talk;
mod wire;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use mail_parser::{MessageParser, MimeHeaders};
use mailin::{Action, Handler, Response, SessionBuilder, response};

/// A mail as it came in.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// Everything between DATA and the final dot.
    pub data: Vec<u8>,
}

/// How the server fails a whole delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Hangs up on the DATA command: nothing was taken.
    DropAtData,
    /// Takes the mail and hangs up before it says so.
    DropAfterDot,
    /// Says nothing more after the greeting, and does not hang up.
    Silent,
}

#[derive(Debug, Default)]
struct Inbox {
    mails: Vec<Mail>,
    refused: BTreeSet<String>,
    greylisted: BTreeSet<String>,
    trouble: Option<(Trouble, usize)>,
    deliveries: usize,
    stopped: bool,
}

impl Inbox {
    /// Whether this kind of trouble is due now; uses one up.
    fn fails(&mut self, kind: Trouble) -> bool {
        match &mut self.trouble {
            Some((due, left)) if *due == kind && *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }
}

/// The server; it stops when dropped.
pub struct SmtpServer {
    address: SocketAddr,
    inbox: Arc<Mutex<Inbox>>,
}

fn lock(inbox: &Mutex<Inbox>) -> MutexGuard<'_, Inbox> {
    inbox.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl SmtpServer {
    /// Starts on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let inbox = Arc::new(Mutex::new(Inbox::default()));
        let shared = Arc::clone(&inbox);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if lock(&shared).stopped {
                    break;
                }
                let (Ok(stream), inbox) = (stream, Arc::clone(&shared)) else { continue };
                // A client that hangs up ends its conversation; that is no failure of the server.
                std::thread::spawn(move || converse(stream, &inbox).ok());
            }
        });
        Self { address, inbox }
    }

    /// Its address for `smtp_url`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Every mail taken so far, in order.
    pub fn mails(&self) -> Vec<Mail> {
        lock(&self.inbox).mails.clone()
    }

    /// Every mail taken so far, and forgets them.
    pub fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut lock(&self.inbox).mails)
    }

    /// How often somebody began a delivery (MAIL FROM), whatever came of it.
    pub fn deliveries(&self) -> usize {
        lock(&self.inbox).deliveries
    }

    /// Refuses a recipient for good (550).
    pub fn refuse(&self, address: &str) {
        lock(&self.inbox).refused.insert(address.to_lowercase());
    }

    /// Puts a recipient off once (450).
    pub fn greylist(&self, address: &str) {
        lock(&self.inbox).greylisted.insert(address.to_lowercase());
    }

    /// Fails the next so many deliveries.
    pub fn trouble(&self, kind: Trouble, times: usize) {
        lock(&self.inbox).trouble = Some((kind, times));
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        lock(&self.inbox).stopped = true;
        // Wakes the accepting thread so that it sees it should stop.
        TcpStream::connect(self.address).ok();
    }
}

fn converse(stream: TcpStream, inbox: &Arc<Mutex<Inbox>>) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream);
    let desk = Desk { inbox: Arc::clone(inbox), from: String::new(), to: Vec::new(), data: Vec::new() };
    let mut session = SessionBuilder::new("mail.test").build(IpAddr::V4(Ipv4Addr::LOCALHOST), desk);
    session.greeting().write_to(&mut out)?;
    let silent = lock(inbox).fails(Trouble::Silent);
    let (mut line, mut in_data) = (Vec::new(), false);
    while lines.read_until(b'\n', &mut line)? > 0 {
        if silent {
            line.clear();
            continue;
        }
        if !in_data && line.eq_ignore_ascii_case(b"DATA\r\n") && lock(inbox).fails(Trouble::DropAtData) {
            return Ok(());
        }
        let ends = in_data && line == b".\r\n";
        let answer = session.process(&line);
        in_data = if ends { false } else { in_data || answer.code == 354 };
        if ends && lock(inbox).fails(Trouble::DropAfterDot) {
            return Ok(());
        }
        answer.write_to(&mut out)?;
        out.flush()?;
        if answer.action == Action::Close {
            return Ok(());
        }
        line.clear();
    }
    Ok(())
}

/// One conversation's letter in the making.
struct Desk {
    inbox: Arc<Mutex<Inbox>>,
    from: String,
    to: Vec<String>,
    data: Vec<u8>,
}

impl Handler for Desk {
    fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
        lock(&self.inbox).deliveries += 1;
        self.from = from.to_owned();
        self.to.clear();
        response::OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        let mut inbox = lock(&self.inbox);
        if inbox.refused.contains(&to.to_lowercase()) {
            return Response::custom(550, "5.1.1 No such mailbox".to_owned());
        }
        if inbox.greylisted.remove(&to.to_lowercase()) {
            return Response::custom(450, "4.2.0 Try again in a while".to_owned());
        }
        self.to.push(to.to_owned());
        response::OK
    }

    fn data_start(&mut self, _: &str, _: &str, _: bool, _: &[String]) -> Response {
        self.data.clear();
        response::OK
    }

    fn data(&mut self, line: &[u8]) -> std::io::Result<()> {
        self.data.extend_from_slice(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let mail = Mail {
            from: std::mem::take(&mut self.from),
            to: std::mem::take(&mut self.to),
            data: std::mem::take(&mut self.data),
        };
        lock(&self.inbox).mails.push(mail);
        response::OK
    }
}

impl Mail {
    fn parsed(&self) -> mail_parser::Message<'_> {
        MessageParser::default().parse(&self.data).expect("a mail that parses")
    }

    /// Its subject.
    pub fn subject(&self) -> String {
        self.parsed().subject().unwrap_or_default().to_owned()
    }

    /// Its Message-ID, without the angle brackets.
    pub fn message_id(&self) -> String {
        self.parsed().message_id().unwrap_or_default().to_owned()
    }

    /// Its plain text.
    pub fn text(&self) -> String {
        self.parsed().body_text(0).unwrap_or_default().into_owned()
    }

    /// Its HTML.
    pub fn html(&self) -> String {
        self.parsed().body_html(0).unwrap_or_default().into_owned()
    }

    /// Its distinct calendar parts, lines unfolded.
    pub fn calendars(&self) -> Vec<String> {
        let message = self.parsed();
        let mut found: Vec<String> = Vec::new();
        for part in &message.parts {
            let is_calendar = part.content_type().is_some_and(|kind| kind.subtype() == Some("calendar"));
            let Some(text) = part.text_contents().filter(|_| is_calendar) else { continue };
            let text = text.replace("\r\n", "\n").replace("\n ", "");
            if !found.contains(&text) {
                found.push(text);
            }
        }
        found
    }

    /// Its calendar parts, each with the method its type names; line ends are set anew, since mail may change them.
    pub fn calendar_parts(&self) -> Vec<(String, String)> {
        let message = self.parsed();
        let mut found = Vec::new();
        for part in &message.parts {
            let Some(kind) = part.content_type().filter(|kind| kind.subtype() == Some("calendar")) else {
                continue;
            };
            let method = kind.attribute("method").unwrap_or_default().to_owned();
            let text = part.text_contents().unwrap_or_default().replace("\r\n", "\n");
            found.push((method, format!("{}\n", text.trim_end()).replace('\n', "\r\n")));
        }
        found
    }

    /// The path of the link in its text that begins so, such as `/v/`.
    pub fn link(&self, begins: &str) -> String {
        let text = self.text();
        let at = text.find(begins).unwrap_or_else(|| panic!("no {begins} in:\n{text}"));
        text[at..]
            .split(char::is_whitespace)
            .next()
            .unwrap_or_default()
            .trim_end_matches(['.', ',', ')'])
            .to_owned()
    }
}
