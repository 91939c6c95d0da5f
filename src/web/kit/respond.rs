//! From a page struct to a response, and from an act to the page that shows its result.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::PageResult;

/// How long the sentence about what just happened waits for the page that shows it (seconds).
const FLASH_SECONDS: u32 = 60;

/// Renders a page with status 200.
///
/// # Errors
/// When the template fails.
pub fn page(template: &impl Template) -> PageResult {
    page_with_status(StatusCode::OK, template)
}

/// Renders a page with another status (422 for refused input, 409 for a lost race).
///
/// # Errors
/// When the template fails.
pub fn page_with_status(status: StatusCode, template: &impl Template) -> PageResult {
    Ok((status, Html(template.render()?)).into_response())
}

/// After an act: 303 to a page of ours.
pub fn redirect(to: &str) -> Response {
    let location = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// After an act: 303, and the next page says what happened (see [`super::shell::Flash`]). The sentence travels in a
/// short-lived cookie that only this server reads; `undo` is the path a POST goes to.
pub fn redirect_with_flash(to: &str, text: &str, undo: Option<&str>) -> Response {
    let mut response = redirect(to);
    let encoded: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("t", text)
        .append_pair("u", undo.unwrap_or_default())
        .finish();
    let cookie = format!("flash={encoded}; Path=/; HttpOnly; SameSite=Lax; Max-Age={FLASH_SECONDS}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
