//! Reads a form that carries a file (`multipart/form-data`, RFC 7578): the names and texts of its parts.

/// The parts of a body as names and texts, in order; nothing for another content type, and nothing behind a broken part.
pub fn parts(content_type: &str, body: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let Some(boundary) = boundary(content_type) else { return found };
    let first = format!("--{boundary}");
    let next = format!("\r\n--{boundary}");
    let Some(at) = find(body, first.as_bytes()) else { return found };
    let mut rest = &body[at + first.len()..];
    // Behind a boundary stands a line end, or two dashes after the last part.
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let Some(end) = find(part, next.as_bytes()) else { break };
        found.extend(read_part(&part[..end]));
        rest = &part[end + next.len()..];
    }
    found
}

fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let value = parameters.split(';').find_map(|one| one.trim().strip_prefix("boundary="))?;
    Some(value.trim_matches('"')).filter(|value| (1..=70).contains(&value.len()))
}

/// A part's name and text; `None` for one without a name.
fn read_part(part: &[u8]) -> Option<(String, String)> {
    let end = find(part, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&part[..end]);
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let (_, name) = line.split_once("; name=\"")?;
    let name = name.split('"').next()?.to_owned();
    Some((name, text(&part[end + 4..])))
}

/// The text of a file: UTF-8; UTF-16 where its mark says so; else each byte a character, as old programs wrote.
fn text(bytes: &[u8]) -> String {
    let wide = |read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFF, 0xFE, ..] => wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().copied().map(char::from).collect(),
        },
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=XyZ";

    fn body(file: &[u8]) -> Vec<u8> {
        let before = b"--XyZ\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n\
            --XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n";
        [&before[..], file, b"\r\n--XyZ--\r\n"].concat()
    }

    #[test]
    fn fields_and_the_file_are_read_by_name() {
        let found = parts(KIND, &body("date,mood\r\n2026-11-01,7\r\n".as_bytes()));
        let expected = [("csrf", "abc"), ("file", "date,mood\r\n2026-11-01,7\r\n")];
        assert_eq!(found, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }

    #[test]
    fn old_and_wide_characters_are_read_too() {
        let file = |bytes: &[u8]| parts(KIND, &body(bytes)).pop().map(|(_, text)| text);
        assert_eq!(file(b"gem\xfctlich").as_deref(), Some("gemütlich"));
        assert_eq!(file(b"\xff\xfea\x00,\x00").as_deref(), Some("a,"));
        assert_eq!(file(b"").as_deref(), Some(""));
    }

    #[test]
    fn broken_and_foreign_bodies_read_as_what_is_whole() {
        let whole = body(b"x");
        assert_eq!(parts(KIND, &whole[..whole.len() - 20]).len(), 1);
        for (kind, body) in [
            ("text/plain", &whole[..]),
            ("multipart/form-data", &whole[..]),
            ("multipart/form-data; boundary=", &whole[..]),
            ("multipart/form-data; boundary=other", &whole[..]),
            (KIND, &b""[..]),
            (KIND, &b"--XyZ"[..]),
            (KIND, &b"--XyZ--"[..]),
            (KIND, &b"--XyZ\r\n\r\n--XyZ--"[..]),
        ] {
            assert!(parts(kind, body).is_empty(), "{kind} {body:?}");
        }
    }
}
