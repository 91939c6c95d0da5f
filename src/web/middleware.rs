//! What surrounds every request: its id, headers that keep browsers in bounds, and the same-origin rule for everything that changes.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::web::kit::PageError;

/// Nothing from elsewhere, nothing inline, framed by nobody.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                      frame-ancestors 'none'; form-action 'self'";

/// The header a request's id travels in.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Sets the headers every answer carries, unless a page set its own.
pub async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_static = request.uri().path().starts_with("/static/");
    let is_link = is_link(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let own_policy = headers.contains_key(header::CONTENT_SECURITY_POLICY);
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Nothing of an address leaves this site; within it, browsers name the origin of a form truly. The address of a link's page is its
    // key: it is told nowhere.
    set(header::REFERRER_POLICY, if is_link { "no-referrer" } else { "same-origin" });
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    if !own_policy {
        set(header::X_FRAME_OPTIONS, "DENY");
    }
    if !is_static {
        set(header::CACHE_CONTROL, "no-store");
    }
    if app.config.secure_cookies {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

/// Refuses changes that another site's page sent: browsers say so in `Sec-Fetch-Site` or `Origin`.
pub async fn same_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let path = request.uri().path();
    let own_proof = is_one_click(path) || (is_link(path) && hides_origin(request.headers()));
    if changes && !own_proof && is_foreign(request.headers(), &app.config.base_url) {
        return PageError::FormExpired.into_response();
    }
    next.run(request).await
}

/// Whether it is the one request mail programs send by themselves (RFC 8058). It comes from elsewhere by design and proves itself
/// by the token in its address; all it can do is to switch messages off that nobody needs.
fn is_one_click(path: &str) -> bool {
    let below = path.strip_prefix("/v/").and_then(|rest| rest.split_once('/'));
    below.is_some_and(|(_, page)| page == "unsubscribe")
}

/// Whether it is a page behind a link of a message.
fn is_link(path: &str) -> bool {
    path.starts_with("/v/") || path.starts_with("/d/")
}

/// Whether a form names no origin at all, as older browsers do on a page that tells its address nowhere. Such a form proves itself by
/// the token in its address, which no other site knows.
fn hides_origin(headers: &HeaderMap) -> bool {
    let names_none = headers.get(header::ORIGIN).is_some_and(|origin| origin.as_bytes() == b"null");
    names_none && !headers.contains_key("sec-fetch-site")
}

fn is_foreign(headers: &HeaderMap, base_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => return false,
        Some(_) => return true,
        None => {}
    }
    let Some(origin) = text("origin") else { return false };
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    let own = base_url.split_once("://").map_or(base_url, |(_, host)| host);
    let own = own.split('/').next().unwrap_or(own);
    host != own && text("host") != Some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn only_the_one_click_address_may_be_posted_to_from_elsewhere() {
        assert!(is_one_click("/v/k3Jv9QxW2mTz/unsubscribe"));
        for path in
            ["/v/unsubscribe", "/v/x/unsubscribe/y", "/v/x/messages", "/d/x/unsubscribe", "/unsubscribe"]
        {
            assert!(!is_one_click(path), "{path}");
        }
    }

    #[test]
    fn a_form_behind_a_link_may_name_no_origin_and_no_other_one() {
        assert!(is_link("/v/k3Jv9QxW2mTz/cancel/1") && is_link("/d/x") && !is_link("/visits/v/x"));
        assert!(hides_origin(&headers(&[("origin", "null")])));
        assert!(!hides_origin(&headers(&[])));
        assert!(!hides_origin(&headers(&[("origin", "https://evil.example")])));
        assert!(!hides_origin(&headers(&[("origin", "null"), ("sec-fetch-site", "cross-site")])));
    }

    #[test]
    fn a_form_on_another_site_cannot_post_here() {
        let base = "https://clinic.example";
        assert!(is_foreign(&headers(&[("sec-fetch-site", "cross-site")]), base));
        assert!(is_foreign(
            &headers(&[("origin", "https://evil.example"), ("host", "clinic.example")]),
            base
        ));
        assert!(is_foreign(&headers(&[("origin", "null"), ("host", "clinic.example")]), base));
        assert!(!is_foreign(&headers(&[("sec-fetch-site", "same-origin")]), base));
        assert!(!is_foreign(
            &headers(&[("origin", "https://clinic.example"), ("host", "10.0.0.5:8080")]),
            base
        ));
        assert!(!is_foreign(&headers(&[]), base));
    }
}
