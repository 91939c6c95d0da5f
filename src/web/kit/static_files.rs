//! Our own stylesheets, scripts and icon under `/static/`, compiled into the binary; the browser asks again with the file's hash.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::PageError;

#[derive(RustEmbed)]
#[folder = "templates/static/"]
struct Files;

/// Always asked again, answered with 304 while nothing changed: a new version shows at once, and a warm page costs no bytes.
const CACHE: &str = "public, no-cache";

/// Answers `/static/{*path}`.
///
/// # Errors
/// When there is no such file.
pub async fn serve(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, PageError> {
    let file = Files::get(&path).ok_or(PageError::NotFound)?;
    let tag = etag(&file.metadata.sha256_hash());
    let unchanged = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|held| held.to_str().ok())
        .any(|held| holds(held, &tag));
    let tag = HeaderValue::from_str(&tag).map_err(|error| PageError::Internal(error.to_string()))?;
    let kept = [(header::ETAG, tag), (header::CACHE_CONTROL, HeaderValue::from_static(CACHE))];
    if unchanged {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(content_type(&path)))];
    Ok((kept, kind, file.data.into_owned()).into_response())
}

/// The first half of the file's SHA-256: enough to tell two versions apart. Weak, since compression changes the bytes on the way.
fn etag(hash: &[u8; 32]) -> String {
    use std::fmt::Write;
    let mut tag = String::from("W/\"");
    for byte in &hash[..16] {
        // Writing into a String cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// Whether an `If-None-Match` list names this tag, compared weakly as RFC 9110 asks for it.
fn holds(list: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    list.trim() == "*" || list.split(',').any(|held| opaque(held) == opaque(tag))
}

/// Only the kinds we have; anything else is offered as plain text and, with `nosniff`, never run.
fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(path: &str, held: Option<&HeaderValue>) -> Result<Response, PageError> {
        let mut headers = HeaderMap::new();
        if let Some(held) = held {
            headers.insert(header::IF_NONE_MATCH, held.clone());
        }
        serve(Path(path.to_owned()), headers).await
    }

    #[tokio::test]
    async fn a_file_comes_once_and_then_as_not_modified() {
        let first = get("base.css", None).await.expect("the file");
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        let tag = first.headers()[header::ETAG].clone();
        let again = get("base.css", Some(&tag)).await.expect("the file");
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let other = get("base.css", Some(&HeaderValue::from_static("\"old\""))).await.expect("the file");
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn nothing_outside_the_folder_is_served() {
        for path in ["", "nope.css", "../words/en/shared.ftl", "/etc/passwd", "vendor", "a\0b"] {
            assert!(matches!(get(path, None).await, Err(PageError::NotFound)), "{path:?}");
        }
    }

    #[test]
    fn a_list_of_tags_is_compared_weakly() {
        assert!(holds("\"a\", W/\"b\"", "W/\"b\""));
        assert!(holds("\"b\"", "W/\"b\""));
        assert!(holds("*", "W/\"b\""));
        assert!(!holds("\"a\"", "W/\"b\""));
    }
}
