//! What can go wrong for a visitor, one variant each, with its title, sentence, status and way on.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::store::StoreError;
use crate::words::Words;

/// An end a visitor can meet. Causes are logged; the page says only what helps.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// No such page, or not theirs to see: the same answer for both.
    #[error("not found")]
    NotFound,
    /// A value in the address cannot be read.
    #[error("bad request")]
    BadRequest,
    /// The role does not allow this.
    #[error("forbidden")]
    Forbidden,
    /// The form's token is missing or belongs to another session.
    #[error("the form is out of date")]
    FormExpired,
    /// Too many tries from here.
    #[error("too many requests")]
    TooMany,
    /// The body is larger than any form of ours.
    #[error("too large")]
    TooLarge,
    /// The database is busy or away; trying again helps.
    #[error("busy")]
    Busy,
    /// Something broke on our side.
    #[error("internal error: {0}")]
    Internal(String),
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) => Self::Busy,
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        Self::Internal(format!("template: {error}"))
    }
}

impl PageError {
    /// The response's status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::FormExpired => StatusCode::BAD_REQUEST,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn keys(&self) -> (&'static str, &'static str) {
        match self {
            Self::NotFound => ("error-not-found-title", "error-not-found-text"),
            Self::BadRequest => ("error-bad-request-title", "error-bad-request-text"),
            Self::Forbidden => ("error-forbidden-title", "error-forbidden-text"),
            Self::FormExpired => ("error-form-expired-title", "error-form-expired-text"),
            Self::TooMany => ("error-too-many-title", "error-too-many-text"),
            Self::TooLarge => ("error-too-large-title", "error-too-large-text"),
            Self::Busy => ("error-busy-title", "error-busy-text"),
            Self::Internal(_) => ("error-internal-title", "error-internal-text"),
        }
    }
}

/// What the page of an end says, kept with the response: a page behind a link says it in its own frame.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its title.
    pub title: String,
    /// Its sentence.
    pub text: String,
    /// What the log calls it, if something broke.
    pub reference: Option<String>,
}

/// The page of an end: stands alone, so that it shows whatever else failed.
#[derive(Template)]
#[template(path = "pages/error.html")]
struct ErrorPage {
    w: Words,
    title: String,
    text: String,
    reference: Option<String>,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let w = Words::default();
        let (title, text) = self.keys();
        let reference = if let Self::Internal(cause) = &self {
            // The same short reference stands in the log, so that a call can be matched to its cause.
            let reference = uuid::Uuid::new_v4().simple().to_string()[..6].to_uppercase();
            tracing::error!(%reference, cause, "a page failed");
            Some(reference)
        } else {
            None
        };
        let page = ErrorPage { w, title: w.t(title), text: w.t(text), reference };
        let body = page.render().unwrap_or_else(|_| w.t("error-internal-title"));
        let mut response = (self.status(), axum::response::Html(body)).into_response();
        let ErrorPage { title, text, reference, .. } = page;
        response.extensions_mut().insert(Ended { title, text, reference });
        response
    }
}
