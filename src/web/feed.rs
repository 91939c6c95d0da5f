//! GET /calendar/{token}.ics: what a calendar program reads by itself. No cookies, no page, nothing changes; a dead address says nothing.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::actions::ActionError;
use crate::actions::feeds::{FeedText, read_feed};
use crate::app::App;
use crate::auth::token;
use crate::store::StoreError;
use crate::words::Words;

/// Feeds that are made at once at most: however many programs ask, most connections stay free for people.
const AT_ONCE: usize = 3;
/// How long a program waits for its turn before it is sent away.
const TURN: Duration = Duration::from_secs(5);
/// When a program that was sent away may come back (seconds).
const COME_BACK: &str = "300";
/// Octets of the hash that make the tag.
const TAG_OCTETS: usize = 16;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// Where a feed is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// For pasting.
    pub web: String,
    /// The same in the scheme that opens a calendar program.
    pub program: String,
}

impl Address {
    /// The address of a token.
    pub fn of(base_url: &str, token: &str) -> Self {
        let host = base_url.split_once("://").map_or(base_url, |(_, host)| host);
        Self {
            web: format!("{base_url}/calendar/{token}.ics"),
            program: format!("webcal://{host}/calendar/{token}.ics"),
        }
    }
}

/// GET: the calendar, 304 if the program has it already, or 404 without a word.
pub async fn show(State(app): State<App>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(hash) = name.strip_suffix(".ics").and_then(token::hash) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(Ok(_turn)) = tokio::time::timeout(TURN, TURNS.acquire()).await else { return busy() };
    match read(&app, &hash).await {
        Ok(Some(feed)) => answer(feed, &headers),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(ActionError::Store(StoreError::Busy(_))) => busy(),
        Err(error) => {
            tracing::error!(%error, "a feed failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn read(app: &App, hash: &[u8]) -> Result<Option<FeedText>, ActionError> {
    let mut tx = app.store.read(app.clock.now()).await?;
    read_feed(&mut tx, Words::default(), hash).await
}

fn answer(feed: FeedText, asked: &HeaderMap) -> Response {
    let tag = tag(&feed.text);
    let known = is_known(asked, &tag);
    let always = [
        (header::ETAG, tag),
        (header::LAST_MODIFIED, feed.changed_at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()),
        // The program may keep it, nobody in between may, and it asks each time.
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    if known {
        return (StatusCode::NOT_MODIFIED, always).into_response();
    }
    let kind = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"visits.ics\""),
    ];
    (always, kind, feed.text).into_response()
}

fn busy() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, COME_BACK)]).into_response()
}

/// A weak tag: what travels may be compressed.
fn tag(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    let digits: String = hash.iter().take(TAG_OCTETS).map(|octet| format!("{octet:02x}")).collect();
    format!("W/\"{digits}\"")
}

/// Whether `If-None-Match` names the tag (RFC 9110, 13.1.2: compared weakly).
fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| one.trim() == "*" || bare(one) == bare(tag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn an_address_opens_a_calendar_program_on_the_same_host() {
        let address = Address::of("https://clinic.example", "abc");
        assert_eq!(address.web, "https://clinic.example/calendar/abc.ics");
        assert_eq!(address.program, "webcal://clinic.example/calendar/abc.ics");
    }

    #[test]
    fn a_program_that_has_the_text_is_known_by_its_tag_among_others() {
        let tag = tag("BEGIN:VCALENDAR");
        let asks = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(value).expect("a header"));
            is_known(&headers, &tag)
        };
        assert!(asks(&tag) && asks(tag.trim_start_matches("W/")) && asks("*"));
        assert!(asks(&format!("\"other\", {tag}")));
        assert!(!asks("\"other\"") && !asks("W/") && !is_known(&HeaderMap::new(), &tag));
    }
}
