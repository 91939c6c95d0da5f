//! A mail server that follows a script: at each step of a conversation it can say anything, stay silent, drip or hang up.
//!
//! `let server = ScriptServer::start(); server.plays(At::Banner, 1, Play::Say(b"421 Too busy\r\n"));` then `server.mails()`. What the
//! script does not name goes as with any server. A mail counts as taken unless the server refused it after the final dot.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Mail;
use super::talk::converse;
use super::wire::Wire;

pub use super::wire::{AUTHORITY, Certificate};

/// A step of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The greeting.
    Banner,
    /// The answer to EHLO.
    Hello,
    /// The answer to STARTTLS.
    StartTls,
    /// The answer to AUTH.
    Login,
    /// The answer to MAIL.
    Sender,
    /// The answer to RCPT.
    Recipient,
    /// The answer to DATA.
    Data,
    /// The first line of the text.
    Text,
    /// The answer to the final dot.
    Dot,
}

impl At {
    /// Every step of sending one mail without TLS and login, in order.
    pub const PLAIN: [Self; 7] =
        [Self::Banner, Self::Hello, Self::Sender, Self::Recipient, Self::Data, Self::Text, Self::Dot];
}

/// What the server does at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Play {
    /// Says this instead.
    Say(&'static [u8]),
    /// Says this instead and hangs up.
    SayAndClose(&'static [u8]),
    /// Hangs up.
    Close,
    /// Says nothing more and waits until the client has gone.
    Silence,
    /// Says the usual, one byte after the other, with a pause before each.
    Drip(Duration),
    /// Says the usual after a while.
    Slow(Duration),
}

/// So often from now on.
pub const ALWAYS: usize = usize::MAX;

/// What the server's conversations share.
#[derive(Default)]
pub(super) struct State {
    pub script: Vec<(At, usize, Play)>,
    pub mails: Vec<Mail>,
    pub silences: usize,
    pub certificate: Option<Certificate>,
    pub login: bool,
    connections: usize,
    stopped: bool,
}

/// The server; it stops listening when dropped.
pub struct ScriptServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

pub(super) fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ScriptServer {
    /// Starts on a free port.
    pub fn start() -> Self {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    /// Starts at an address, such as one where a server was that has stopped.
    pub fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if lock(&shared).stopped {
                    break;
                }
                let (Ok(stream), state) = (stream, Arc::clone(&shared)) else { continue };
                lock(&state).connections += 1;
                // A client that hangs up ends its conversation; that is no failure of the server.
                std::thread::spawn(move || converse(Wire::new(stream), &state).ok());
            }
        });
        Self { address, state }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address for `smtp_url`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Does this at a step, so many times from now on; several of one step follow each other.
    pub fn plays(&self, at: At, times: usize, play: Play) {
        lock(&self.state).script.push((at, times, play));
    }

    /// Goes on like any server.
    pub fn behaves(&self) {
        lock(&self.state).script.clear();
    }

    /// Offers STARTTLS and shows this certificate, or does not.
    pub fn offers_tls(&self, certificate: Option<Certificate>) {
        lock(&self.state).certificate = certificate;
    }

    /// Offers AUTH.
    pub fn offers_login(&self, login: bool) {
        lock(&self.state).login = login;
    }

    /// Every mail taken so far, in order.
    pub fn mails(&self) -> Vec<Mail> {
        lock(&self.state).mails.clone()
    }

    /// How often somebody connected.
    pub fn connections(&self) -> usize {
        lock(&self.state).connections
    }

    /// How often it fell silent.
    pub fn silences(&self) -> usize {
        lock(&self.state).silences
    }
}

impl Drop for ScriptServer {
    fn drop(&mut self) {
        lock(&self.state).stopped = true;
        // Wakes the accepting thread so that it sees it should stop, and waits until its port is free.
        for _ in 0..200 {
            if TcpStream::connect(self.address).is_err() {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
