//! The scripted server's side of one conversation.

use std::sync::Mutex;

use super::Mail;
use super::script::{At, Certificate, Play, State, lock};
use super::wire::Wire;

/// What the script has for a step now; uses one up.
fn due(state: &Mutex<State>, at: At) -> Option<Play> {
    let mut state = lock(state);
    let (_, left, play) = state.script.iter_mut().find(|(step, left, _)| *step == at && *left > 0)?;
    *left -= 1;
    Some(*play)
}

/// Plays a step. The answer's first digit, or `None` when the conversation is over; `before` is called with what will be said just
/// before it is, so that whoever reads the answer finds what it speaks of.
fn act(
    wire: &mut Wire,
    state: &Mutex<State>,
    at: At,
    usual: &[u8],
    before: impl FnOnce(&[u8]),
) -> std::io::Result<Option<u8>> {
    let play = due(state, at);
    let words = match play {
        Some(Play::Say(words) | Play::SayAndClose(words)) => words,
        _ => usual,
    };
    before(words);
    match play {
        None | Some(Play::Say(_)) => wire.say(words)?,
        Some(Play::SayAndClose(_)) => {
            wire.say(words)?;
            return Ok(None);
        }
        Some(Play::Close) => return Ok(None),
        Some(Play::Silence) => {
            lock(state).silences += 1;
            while wire.line()?.is_some() {}
            return Ok(None);
        }
        Some(Play::Drip(pause)) => wire.drip(words, pause)?,
        Some(Play::Slow(wait)) => {
            std::thread::sleep(wait);
            wire.say(words)?;
        }
    }
    Ok(words.first().copied())
}

fn hello(state: &Mutex<State>, encrypted: bool) -> Vec<u8> {
    let state = lock(state);
    let mut words = b"250-mail.test\r\n250-8BITMIME\r\n".to_vec();
    if state.certificate.is_some() && !encrypted {
        words.extend_from_slice(b"250-STARTTLS\r\n");
    }
    if state.login {
        words.extend_from_slice(b"250-AUTH PLAIN LOGIN\r\n");
    }
    words.extend_from_slice(b"250 HELP\r\n");
    words
}

/// Speaks with one client until one of them hangs up.
pub(super) fn converse(mut wire: Wire, state: &Mutex<State>) -> std::io::Result<()> {
    let (mut from, mut to, mut encrypted) = (String::new(), Vec::new(), false);
    if act(&mut wire, state, At::Banner, b"220 mail.test ESMTP\r\n", |_| {})?.is_none() {
        return Ok(());
    }
    while let Some(line) = wire.line()? {
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let verb = line.split_whitespace().next().unwrap_or_default().to_uppercase();
        let path = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let (at, usual): (At, Vec<u8>) = match verb.as_str() {
            "EHLO" | "HELO" => (At::Hello, hello(state, encrypted)),
            "STARTTLS" => (At::StartTls, b"220 2.0.0 Go ahead\r\n".to_vec()),
            "AUTH" => (At::Login, b"235 2.7.0 Welcome\r\n".to_vec()),
            "MAIL" => (At::Sender, b"250 2.1.0 OK\r\n".to_vec()),
            "RCPT" => (At::Recipient, b"250 2.1.5 OK\r\n".to_vec()),
            "DATA" => (At::Data, b"354 Go ahead\r\n".to_vec()),
            "QUIT" => return wire.say(b"221 2.0.0 Bye\r\n"),
            _ => {
                wire.say(b"250 2.0.0 OK\r\n")?;
                continue;
            }
        };
        let Some(digit) = act(&mut wire, state, at, &usual, |_| {})? else { return Ok(()) };
        match (at, digit) {
            (At::StartTls, b'2') => {
                let certificate = lock(state).certificate.unwrap_or(Certificate::Good);
                wire = wire.encrypt(certificate)?;
                encrypted = true;
            }
            (At::Sender, b'2') => {
                from = path;
                to.clear();
            }
            (At::Recipient, b'2') => to.push(path),
            (At::Data, b'3') => {
                let Some(data) = text(&mut wire, state)? else { return Ok(()) };
                let mail = Mail { from: std::mem::take(&mut from), to: std::mem::take(&mut to), data };
                let take = |words: &[u8]| {
                    if !matches!(words.first(), Some(b'4' | b'5')) {
                        lock(state).mails.push(mail);
                    }
                };
                if act(&mut wire, state, At::Dot, b"250 2.0.0 Taken\r\n", take)?.is_none() {
                    return Ok(());
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The text up to the final dot; `None` when the conversation broke in it.
fn text(wire: &mut Wire, state: &Mutex<State>) -> std::io::Result<Option<Vec<u8>>> {
    let mut data = Vec::new();
    let mut first = true;
    loop {
        let Some(line) = wire.line()? else { return Ok(None) };
        if line == b".\r\n" {
            return Ok(Some(data));
        }
        data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        if std::mem::take(&mut first) {
            match due(state, At::Text) {
                Some(Play::Close) => return Ok(None),
                Some(Play::Silence) => {
                    lock(state).silences += 1;
                    while wire.line()?.is_some() {}
                    return Ok(None);
                }
                _ => {}
            }
        }
    }
}
