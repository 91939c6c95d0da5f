//! A mail that a mail server sent back, read: which message did not get through, to whom, and why (RFC 3464, and what servers write that
//! know nothing of it). It comes from anybody: nothing in it is trusted, and nothing makes the reading fail.

use super::bounce_mime::{Headers, Leaf, leaves, split_head};
use crate::domain::server_words;

/// Of a mail, this much is read (bytes): what the report says stands in front of the copy of the message.
pub const MOST_BYTES: usize = 256 * 1024;
/// Longest address that is kept, in characters (RFC 5321, 4.5.3.1.3).
const LONGEST_ADDRESS: usize = 254;
/// Where the copy of the message begins in reports that are only text.
const COPY_BEGINS: [&str; 4] = [
    "--- below this line is a copy",
    "------ this is a copy of",
    "----- original message -----",
    "----- message header follows -----",
];
/// What subjects of such reports say.
const SUBJECTS: [&str; 7] = [
    "undeliver",
    "returned mail",
    "delivery failure",
    "delivery status",
    "delivery failed",
    "mail delivery",
    "failure notice",
];

/// What a report says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The Message-ID of the message, up to its @.
    pub local: String,
    /// The Message-ID behind its @.
    pub domain: String,
    /// The addresses it names as the one that was meant; often one, sometimes none.
    pub recipients: Vec<String>,
    /// The status (RFC 3463), such as `5.1.1`; empty where it names none.
    pub status: String,
    /// Whether the server goes on trying.
    pub is_delayed: bool,
    /// Why, in the server's words, trimmed.
    pub words: String,
}

/// What a report says of its message, before it is known which one.
struct Said {
    recipients: Vec<String>,
    status: String,
    is_delayed: bool,
    words: String,
}

/// What a mail reports; `None` for any other mail: an answer, a holiday notice, a report that a message arrived.
pub fn read(raw: &[u8]) -> Option<Report> {
    let text = String::from_utf8_lossy(raw.get(..MOST_BYTES).unwrap_or(raw)).replace("\r\n", "\n");
    let (headers, leaves) = leaves(&text);
    let fields = leaves.iter().find(|leaf| leaf.kind.ends_with("delivery-status"));
    let said = match fields {
        Some(leaf) => from_fields(&leaf.text)?,
        None => from_words(&headers, &leaves)?,
    };
    // An answer of a person names the message here too, so this counts only in a report of the standard.
    let answered = headers.get("in-reply-to").filter(|_| fields.is_some());
    let (local, domain) = of_copy(&leaves).or_else(|| in_text(&leaves)).or_else(|| answered.and_then(id))?;
    let Said { recipients, status, is_delayed, words } = said;
    Some(Report { local, domain, recipients, status, is_delayed, words: server_words::trimmed(&words) })
}

/// From the fields of a report: the first recipient the message did not get through to, else one it is late for.
fn from_fields(text: &str) -> Option<Said> {
    let said: Vec<Said> = text.split("\n\n").filter_map(|block| group(&Headers::read(block))).collect();
    let first = said.iter().position(|one| !one.is_delayed).unwrap_or(0);
    said.into_iter().nth(first)
}

/// The fields about one recipient (RFC 3464, 2.3).
fn group(fields: &Headers) -> Option<Said> {
    let diagnostic = fields.get("diagnostic-code").unwrap_or_default();
    let diagnostic = diagnostic.split_once(';').map_or(diagnostic, |(_, words)| words.trim());
    let written = fields.get("status").and_then(status_in);
    let action = fields.get("action").and_then(|action| action.split_whitespace().next());
    let is_delayed = match action.map(str::to_ascii_lowercase).as_deref() {
        Some("failed") => false,
        Some("delayed") => true,
        Some(_) => return None,
        None => written.as_deref()?.starts_with('4'),
    };
    // "5.0.0" says only that it failed; the server's answer often says why.
    let telling = written.clone().filter(|status| !status.ends_with(".0.0"));
    let status = telling.or_else(|| status_of(diagnostic)).or(written);
    let usual = if is_delayed { "4.0.0" } else { "5.0.0" };
    let recipient = |name: &str| fields.get(name).and_then(|value| address(value.rsplit(';').next()?));
    let mut recipients: Vec<String> = recipient("original-recipient").into_iter().collect();
    recipients.extend(recipient("final-recipient").filter(|one| !recipients.contains(one)));
    Some(Said {
        recipients,
        status: status.unwrap_or_else(|| usual.to_owned()),
        is_delayed,
        words: diagnostic.to_owned(),
    })
}

/// From a report in plain words, if a mail system wrote it.
fn from_words(headers: &Headers, leaves: &[Leaf]) -> Option<Said> {
    let small = |name: &str| headers.get(name).unwrap_or_default().to_ascii_lowercase();
    let (from, subject) = (small("from"), small("subject"));
    let failed = headers.get("x-failed-recipients");
    let of_a_system = from.contains("mailer-daemon") || from.contains("postmaster") || failed.is_some();
    if !of_a_system && !SUBJECTS.iter().any(|words| subject.contains(words)) {
        return None;
    }
    let lines = leaves.iter().filter(|leaf| leaf.kind == "text/plain").flat_map(|leaf| leaf.text.lines());
    let told: Vec<&str> = lines.take_while(|line| !begins_copy(line)).collect();
    let line = told.iter().find(|line| status_of(line).is_some());
    let recipients = failed.and_then(|list| address(list.split(',').next()?)).into_iter();
    Some(Said {
        recipients: recipients.collect(),
        status: line.and_then(|line| status_of(line)).unwrap_or_default(),
        is_delayed: subject.contains("delay") || subject.contains("warning"),
        words: line.copied().unwrap_or_else(|| headers.get("subject").unwrap_or_default()).to_owned(),
    })
}

fn begins_copy(line: &str) -> bool {
    let line = unmarked(line).to_ascii_lowercase();
    line.starts_with("message-id:") || COPY_BEGINS.iter().any(|begin| line.starts_with(begin))
}

/// The status a text names, as such or by the code of an answer.
fn status_of(text: &str) -> Option<String> {
    let by_code = || match server_words::code(text)? {
        552 => Some("5.2.2"),
        550 | 551 | 553 => Some("5.1.1"),
        // What a server says of a whole conversation is not about the mailbox.
        554 => Some("5.7.0"),
        400..=499 => Some("4.0.0"),
        _ => None,
    };
    status_in(text).or_else(|| by_code().map(str::to_owned))
}

/// The first status in a text: class 4 or 5, a subject that there is, a detail (RFC 3463, 2). Numbers of versions look much alike.
fn status_in(text: &str) -> Option<String> {
    let mut words = text.split(|c: char| !c.is_ascii_digit() && c != '.').map(|word| word.trim_matches('.'));
    let is_status = |word: &&str| {
        let parts: Vec<&str> = word.split('.').collect();
        let [class, subject, detail] = parts[..] else { return false };
        let is_subject = matches!(subject, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7");
        matches!(class, "4" | "5") && is_subject && (1..=3).contains(&detail.len())
    };
    words.find(is_status).map(str::to_owned)
}

/// The Message-ID in the copy of the message, or of its headers.
fn of_copy(leaves: &[Leaf]) -> Option<(String, String)> {
    let is_copy = |leaf: &&Leaf| {
        matches!(
            leaf.kind.as_str(),
            "message/rfc822" | "text/rfc822-headers" | "message/global" | "message/global-headers"
        )
    };
    leaves
        .iter()
        .filter(is_copy)
        .find_map(|leaf| id(Headers::read(split_head(leaf.text.trim_start()).0).get("message-id")?))
}

/// The Message-ID in a copy that stands in the text, perhaps behind marks of quoting, perhaps on the next line.
fn in_text(leaves: &[Leaf]) -> Option<(String, String)> {
    leaves.iter().filter(|leaf| leaf.kind == "text/plain").find_map(|leaf| {
        let mut lines = leaf.text.lines().map(unmarked);
        while let Some(line) = lines.next() {
            let Some((name, value)) = line.split_once(':') else { continue };
            if name.eq_ignore_ascii_case("message-id") {
                return id(if value.trim().is_empty() { lines.next()? } else { value });
            }
        }
        None
    })
}

/// A line without the marks of quoting.
fn unmarked(line: &str) -> &str {
    line.trim_start_matches(['>', '|', ' ', '\t'])
}

/// The two halves of a Message-ID.
fn id(value: &str) -> Option<(String, String)> {
    let word = value.split_whitespace().next()?;
    let (local, domain) = word.trim_matches(['<', '>']).rsplit_once('@')?;
    let is_plain =
        |text: &str| (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    (is_plain(local) && is_plain(domain)).then(|| (local.to_owned(), domain.to_ascii_lowercase()))
}

/// An address as a report writes it.
fn address(value: &str) -> Option<String> {
    let plain = server_words::trimmed(value.trim().trim_matches(['<', '>']));
    (plain.contains('@') && plain.chars().count() <= LONGEST_ADDRESS).then_some(plain)
}
