//! Just enough of MIME to read what a mail server sends back: header blocks, parts and how they are encoded, within bounds whatever comes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Parts inside parts are looked into this deep.
const MOST_DEPTH: usize = 4;
/// Parts of one mail that are looked at.
const MOST_PARTS: usize = 40;
/// Header lines of one block that are kept.
const MOST_HEADERS: usize = 300;

/// A block of headers, or of the fields of a report, which are written alike.
#[derive(Clone, Debug, Default)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The fields of a block; lines that are none are left out.
    pub fn read(block: &str) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in block.lines() {
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                continue;
            }
            let Some((name, value)) = line.split_once(':') else { continue };
            if fields.len() >= MOST_HEADERS {
                break;
            }
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
        Self(fields)
    }

    /// The first value of a name in small letters.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// "multipart/report", in small letters; plain text where nothing is said.
    fn kind(&self) -> String {
        let value = self.get("content-type").unwrap_or("text/plain");
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    fn boundary(&self) -> Option<String> {
        let value = self.get("content-type")?;
        value.split(';').skip(1).find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let value = value.trim().trim_matches('"');
            (name.trim().eq_ignore_ascii_case("boundary") && !value.is_empty()).then(|| value.to_owned())
        })
    }
}

/// A part that holds no others.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// "message/delivery-status", in small letters.
    pub kind: String,
    /// What it holds, decoded.
    pub text: String,
}

/// A mail's headers and its parts, in order. Line ends are `\n` alone.
pub fn leaves(mail: &str) -> (Headers, Vec<Leaf>) {
    let mut found = Vec::new();
    collect(mail, 0, &mut found);
    (Headers::read(split_head(mail).0), found)
}

/// The block of headers, and what follows the first empty line.
pub fn split_head(text: &str) -> (&str, &str) {
    match text.strip_prefix('\n') {
        Some(body) => ("", body),
        None => text.split_once("\n\n").unwrap_or((text, "")),
    }
}

fn collect(text: &str, depth: usize, found: &mut Vec<Leaf>) {
    if found.len() >= MOST_PARTS {
        return;
    }
    let (head, body) = split_head(text);
    let headers = Headers::read(head);
    let kind = headers.kind();
    let boundary = headers.boundary().filter(|_| kind.starts_with("multipart/") && depth < MOST_DEPTH);
    if let Some(boundary) = boundary {
        for part in parts(body, &boundary) {
            collect(part, depth + 1, found);
        }
        return;
    }
    let encoding = headers.get("content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
    let text = match encoding.as_str() {
        "quoted-printable" => unquoted(body),
        "base64" => unpacked(body).unwrap_or_else(|| body.to_owned()),
        _ => body.to_owned(),
    };
    found.push(Leaf { kind, text });
}

/// What stands between the marks of a boundary (RFC 2046, 5.1.1); a mail that was cut off ends without its last mark.
fn parts<'a>(body: &'a str, boundary: &str) -> Vec<&'a str> {
    let (mark, end) = (format!("--{boundary}"), format!("--{boundary}--"));
    let mut found = Vec::new();
    let (mut from, mut at) = (None, 0);
    for line in body.split_inclusive('\n') {
        let plain = line.trim_end();
        if plain == mark || plain == end {
            found.extend(from.and_then(|from| body.get(from..at)));
            from = (plain == mark).then_some(at + line.len());
            if from.is_none() || found.len() >= MOST_PARTS {
                break;
            }
        }
        at += line.len();
    }
    found.extend(from.and_then(|from| body.get(from..)));
    found
}

/// Quoted-printable read (RFC 2045, 6.7); what is no code stays as it is.
fn unquoted(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        if *byte == b'=' && bytes.get(at + 1) == Some(&b'\n') {
            at += 2;
            continue;
        }
        let code = text.get(at + 1..at + 3).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = code.filter(|_| *byte == b'=').and_then(|code| u8::from_str_radix(code, 16).ok());
        out.push(code.unwrap_or(*byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).replace("\r\n", "\n")
}

/// Base64 read; `None` where it is none.
fn unpacked(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = STANDARD.decode(plain).ok()?;
    Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_headers_are_one_value_and_names_are_read_in_any_case() {
        let headers = Headers::read(
            "From x\nSUBJECT: one\n two\nContent-Type: Multipart/Report;\n\tboundary=\"a b\"\n",
        );
        assert_eq!(headers.get("subject"), Some("one two"));
        assert_eq!(headers.get("to"), None);
        assert_eq!(
            (headers.kind().as_str(), headers.boundary().as_deref()),
            ("multipart/report", Some("a b"))
        );
    }

    #[test]
    fn parts_inside_parts_are_found_and_a_torn_end_loses_nothing() {
        let mail = "Content-Type: multipart/mixed; boundary=o\n\npreamble\n--o\nContent-Type: multipart/report; boundary=i\n\n\
                    --i\n\nfirst\n--i\nContent-Type: message/delivery-status\n\nStatus: 5.1.1\n--i--\n--o\n\nlast";
        let (_, found) = leaves(mail);
        let kinds: Vec<(&str, &str)> = found.iter().map(|one| (one.kind.as_str(), one.text.trim())).collect();
        let expected =
            [("text/plain", "first"), ("message/delivery-status", "Status: 5.1.1"), ("text/plain", "last")];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn encoded_parts_are_read() {
        assert_eq!(unquoted("a=3D=\nb =zz="), "a=b =zz=");
        assert_eq!(unpacked("U3RhdHVz\nOiA1LjEuMQ==").as_deref(), Some("Status: 5.1.1"));
        assert_eq!(unpacked("not base64!"), None);
    }
}
