//! One message of the outbox: its facts, and what was sent, as text, as HTML in a sandbox, and as calendar events.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use chrono::{DateTime, Utc};

use super::Desk;
use super::outbox::no_mail;
use super::outbox_calendar::{self, Event};
use super::outbox_filter::TABS;
use super::outbox_words::{About, MessageView};
use crate::domain::messages::MessageStatus;
use crate::domain::roles::Permission;
use crate::store::Tx;
use crate::store::messages::Message;
use crate::web::kit::{Nav, PageError, PageResult, Shell, page};

/// What stored HTML may do in a browser: show itself, nothing else.
const SANDBOX: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

#[derive(Template)]
#[template(path = "pages/outbox_message.html")]
struct MessagePage {
    shell: Shell,
    message: MessageView,
    /// Whose messages stand beside it.
    patient: String,
    show: &'static str,
    subject: String,
    planned: String,
    useful_until: String,
    tries: String,
    last_error: String,
    message_id: String,
    text: Option<String>,
    html_src: Option<String>,
    method: String,
    events: Vec<Event>,
    calendar: Option<String>,
    no_mail: Option<String>,
    /// Every try and every report of what came back: when, what came of it, what the server said.
    tries_made: Vec<(String, String, String)>,
    may_change: bool,
}

/// GET `/outbox/{id}`
///
/// # Errors
/// When the message is not there.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let found = own(&desk, &mut tx, &id).await?;
    let is_held = tx.standing_hold().await?.is_some();
    let about = About::load(&mut tx, std::slice::from_ref(&found)).await?.with_hold(is_held);
    let tries = tx.tries_of(found.id).await?.into_iter();
    let bounces = tx.bounces_of(found.id).await?.into_iter();
    let mut history: Vec<(DateTime<Utc>, String, String)> = tries
        .map(|one| (one.at, w.t(one.outcome.word_key()), one.words))
        .chain(bounces.map(|one| (one.at, w.t(one.kind.word_key()), one.said())))
        .collect();
    history.sort_by_key(|(at, ..)| *at);
    let message = about.view(w, f, desk.now(), &found);
    let title = w.f("outbox-message-title", [("to", message.to.as_str())]);
    let shell = desk.shell(&mut tx, Nav::Outbox, title).await?;
    let (method, events) =
        found.calendar.as_deref().map(|text| outbox_calendar::read(f, text)).unwrap_or_default();
    page(&MessagePage {
        show: tab_of(found.status),
        patient: found.patient_id.to_string(),
        subject: found.subject.clone().unwrap_or_default(),
        planned: f.when(found.created_at),
        useful_until: f.when(found.useful_until),
        tries: w.n("outbox-tries", found.tries),
        last_error: found.last_error.clone().unwrap_or_default(),
        html_src: found.body_html.as_ref().map(|_| format!("/outbox/{}/html", found.id)),
        message_id: found.message_id,
        text: found.body_text,
        method,
        events,
        calendar: found.calendar,
        no_mail: no_mail(&desk),
        tries_made: history.into_iter().map(|(at, what, words)| (f.when(at), what, words)).collect(),
        may_change: desk.may(Permission::ManageMail),
        message,
        shell,
    })
}

/// GET `/outbox/{id}/html`: the HTML as sent, for the sandbox of the page above.
///
/// # Errors
/// When the message is not there or has no HTML.
pub async fn html(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut tx = desk.read().await?;
    let body = own(&desk, &mut tx, &id).await?.body_html.ok_or(PageError::NotFound)?;
    let headers = [(header::CONTENT_SECURITY_POLICY, SANDBOX), (header::X_FRAME_OPTIONS, "SAMEORIGIN")];
    Ok((headers, Html(body)).into_response())
}

async fn own(desk: &Desk, tx: &mut Tx, id: &str) -> Result<Message, PageError> {
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    tx.message(id).await?.filter(|message| message.site_id == desk.site.id).ok_or(PageError::NotFound)
}

/// The tab a message in this state is listed on.
fn tab_of(status: MessageStatus) -> &'static str {
    TABS.iter().find(|tab| tab.statuses.contains(&status)).map_or("waiting", |tab| tab.name)
}
