//! Ends that people meet behind a link, in the frame of its pages: the clinic's phone and the crisis line, nothing of the desk.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;

use super::extract::frame;
use crate::app::App;
use crate::web::kit::{Ended, PageError, Shell, page_with_status};
use crate::words::Words;

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_ended.html")]
pub struct EndedPage {
    /// The frame.
    pub shell: Shell,
    /// What happened, and what helps.
    pub text: String,
    /// What the log calls it, if something broke.
    pub reference: Option<String>,
    /// Whether a patient reads it: drivers are shown no crisis line.
    pub for_patient: bool,
}

/// Says every end below `/v/` and `/d/` in the frame of the pages there.
pub async fn framed(State(app): State<App>, request: Request, next: Next) -> Response {
    let here = request.uri().path().to_owned();
    let for_patient = here.starts_with("/v/");
    let response = next.run(request).await;
    if !for_patient && !here.starts_with("/d/") {
        return response;
    }
    let Some(ended) = response.extensions().get::<Ended>().cloned() else { return response };
    match page(&app, response.status(), ended, here, for_patient).await {
        Ok(page) => page,
        // Without the database nobody knows the clinic's phone: the page that stands alone says what it can.
        Err(_) => response,
    }
}

async fn page(
    app: &App,
    status: StatusCode,
    ended: Ended,
    here: String,
    for_patient: bool,
) -> Result<Response, PageError> {
    let (w, now) = (Words::default(), app.clock.now());
    let site = app.store.read(now).await?.site().await?.ok_or(PageError::NotFound)?;
    let (title, text) = match status {
        StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => (w.t("link-ended-title"), w.t("link-ended-text")),
        _ => (ended.title, ended.text),
    };
    let shell = frame(&site, now, here, title);
    let page = EndedPage { shell, text, reference: ended.reference, for_patient };
    page_with_status(status, &page)
}
