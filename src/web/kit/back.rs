//! Where a form returns to: only a path of ours, whatever the hidden field says.

/// Longest address a form may return to, in bytes.
const MAX_LENGTH: usize = 500;

/// `candidate` if it is a local path, else `default`. A path of another host (`//host`, `/\host`, which browsers read
/// alike), a scheme or a control character is none of ours.
pub fn local_path(candidate: &str, default: &str) -> String {
    let mut characters = candidate.chars();
    let local = characters.next() == Some('/')
        && !matches!(characters.next(), Some('/' | '\\'))
        && candidate.len() <= MAX_LENGTH
        // Headers carry visible ASCII only; browsers drop tabs and line ends before they read an address.
        && candidate.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if local { candidate.to_owned() } else { default.to_owned() }
}

/// `path` with `back` as its query, for an undo that returns to where the act was done.
pub fn with_back(path: &str, back: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("back", back).finish();
    format!("{path}?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_paths_are_kept() {
        for path in ["/", "/today", "/today?date=2026-12-01", "/patients/find?q=a%20b#visits"] {
            assert_eq!(local_path(path, "/today"), path);
        }
    }

    #[test]
    fn anything_that_could_lead_away_is_replaced() {
        for path in [
            "",
            "today",
            "//evil.example",
            "/\\evil.example",
            "/a\\b",
            "https://evil.example/",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/today\r\nSet-Cookie: a=b",
            "/tödäy",
        ] {
            assert_eq!(local_path(path, "/today"), "/today", "{path:?}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(600)), "/"), "/");
    }

    #[test]
    fn an_undo_carries_its_way_back() {
        assert_eq!(
            with_back("/appointments/1/undo-check-in", "/today?date=2026-12-01"),
            "/appointments/1/undo-check-in?back=%2Ftoday%3Fdate%3D2026-12-01"
        );
    }
}
