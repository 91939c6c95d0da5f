//! Every message with made-up people: text and HTML side by side, and "send me this".

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use chrono::TimeDelta;

use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::sample_mails::send_sample;
use crate::domain::messages::{MessageStatus, Stage};
use crate::domain::roles::Permission;
use crate::mail::Rendered;
use crate::mail::sample::sample_letter;
use crate::store::Tx;
use crate::store::sample_mails::SampleMail;
use crate::web::kit::{Nav, PageError, PageResult, Shell, idempotency, page, redirect, redirect_with_flash};
use crate::words::Words;
use crate::words::format::Format;

/// What a message's HTML may do in a browser: show itself, nothing else.
const SANDBOX: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
/// Samples are listed this long (days).
const LISTED_DAYS: i64 = 7;

/// A message in the list.
struct PreviewRow {
    href: String,
    name: String,
    reader: String,
    may_stop: String,
    own: String,
}

#[derive(Template)]
#[template(path = "pages/outbox_previews.html")]
struct PreviewsPage {
    shell: Shell,
    rows: Vec<PreviewRow>,
    /// Samples this account asked for, in words.
    sent: Vec<String>,
}

/// One message, as text and as HTML.
#[derive(Template)]
#[template(path = "pages/mail_preview.html")]
pub(super) struct PreviewPage {
    pub shell: Shell,
    /// What one should know of it.
    pub note: Option<String>,
    /// Its bodies; none where it would not go.
    pub body: Option<PreviewBody>,
    /// Where "send me this" goes; none where nobody may or nothing can.
    pub send: Option<String>,
    pub key: String,
    pub address: String,
    /// Where the owner writes its words.
    pub edit: Option<String>,
    pub back: String,
    pub back_text: String,
}

/// What is shown of a message.
pub(super) struct PreviewBody {
    pub subject: String,
    pub text: String,
    /// The address of the HTML, for a sandbox.
    pub html_src: String,
}

/// GET `/outbox/preview`: every message there is.
///
/// # Errors
/// When the database does not answer.
pub async fn list(desk: Desk) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let own = tx.wordings(desk.site.id).await?;
    let since = desk.now() - TimeDelta::days(LISTED_DAYS);
    let sent = tx.sample_mails_of(desk.staff.id, since).await?;
    let shell = desk.shell(&mut tx, Nav::Outbox, w.t("preview-title")).await?;
    let rows = Stage::ALL
        .iter()
        .map(|stage| PreviewRow {
            href: format!("/outbox/preview/{stage}"),
            name: w.t(stage.word_key()),
            reader: reader(w, *stage),
            may_stop: stage.topic().map_or_else(|| w.t("preview-always"), |topic| w.t(topic.word_key())),
            own: if own.iter().any(|one| one.stage == *stage) { w.t("preview-own") } else { String::new() },
        })
        .collect();
    page(&PreviewsPage { shell, rows, sent: sent.iter().map(|one| sample_words(w, f, one)).collect() })
}

/// GET `/outbox/preview/{stage}`: one of them.
///
/// # Errors
/// When there is no such message.
pub async fn show(desk: Desk, Path(stage): Path<String>) -> PageResult {
    let w = desk.w();
    let stage = Stage::parse(&stage).ok_or(PageError::NotFound)?;
    let mut tx = desk.read().await?;
    let letter = sample(&desk, &mut tx, stage).await?;
    let title = w.f("preview-one-title", [("message", w.t(stage.word_key()).as_str())]);
    let shell = desk.shell(&mut tx, Nav::Outbox, title).await?;
    let path = format!("/outbox/preview/{stage}");
    let can_send = letter.is_some() && desk.may(Permission::ManageMail);
    page(&PreviewPage {
        shell,
        note: Some(w.t(if letter.is_some() { "preview-made-up" } else { "preview-none" })),
        body: letter.map(|letter| PreviewBody {
            subject: letter.subject,
            text: letter.text,
            html_src: format!("{path}/html"),
        }),
        send: can_send.then(|| format!("{path}/send")),
        key: idempotency::new_key(),
        address: desk.staff.email.clone(),
        edit: desk.may(Permission::ManageSettings).then(|| format!("/settings/wording/{stage}")),
        back: "/outbox/preview".to_owned(),
        back_text: w.t("preview-back"),
    })
}

/// GET `/outbox/preview/{stage}/html`: its HTML, for the sandbox of the page above.
///
/// # Errors
/// When there is no such message.
pub async fn html(desk: Desk, Path(stage): Path<String>) -> PageResult {
    let stage = Stage::parse(&stage).ok_or(PageError::NotFound)?;
    let mut tx = desk.read().await?;
    let letter = sample(&desk, &mut tx, stage).await?.ok_or(PageError::NotFound)?;
    Ok(sandboxed(letter.html))
}

/// POST `/outbox/preview/{stage}/send`: to the address of whoever pressed it.
///
/// # Errors
/// When there is no such message or the role does not allow it.
pub async fn send(Path(stage): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let w = desk.w();
    let stage = Stage::parse(&stage).ok_or(PageError::NotFound)?;
    let back = format!("/outbox/preview/{stage}");
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    if let Some(done) = tx.claim_key("sample-mail", &key, &back).await? {
        return Ok(redirect(&done));
    }
    match send_sample(&mut tx, &desk.actor(), &desk.site, stage).await {
        Ok(_) => {
            tx.commit().await?;
            let said = w.f("sample-goes", [("address", desk.staff.email.as_str())]);
            Ok(redirect_with_flash(&back, &said, None))
        }
        Err(ActionError::Refused(key)) => Ok(redirect_with_flash(&back, &w.t(key), None)),
        Err(other) => Err(other.into()),
    }
}

/// HTML that may show itself and nothing else.
pub(super) fn sandboxed(html: String) -> axum::response::Response {
    let headers = [(header::CONTENT_SECURITY_POLICY, SANDBOX), (header::X_FRAME_OPTIONS, "SAMEORIGIN")];
    (headers, Html(html)).into_response()
}

/// The message about made-up people in the clinic's words; `None` where nobody made up what it needs.
async fn sample(desk: &Desk, tx: &mut Tx, stage: Stage) -> Result<Option<Rendered>, PageError> {
    let own = tx.wordings_of(desk.site.id, stage).await?;
    let base_url = &desk.app.config.base_url;
    Ok(sample_letter(desk.w(), &desk.site, stage, base_url, desk.now(), &own).ok())
}

/// Who reads it.
pub(super) fn reader(w: Words, stage: Stage) -> String {
    w.t(if stage.is_for_driver() { "preview-to-driver" } else { "preview-to-patient" })
}

/// "Reminder: sent Tue, Nov 24, 10:04 AM".
fn sample_words(w: Words, f: Format, mail: &SampleMail) -> String {
    let message = w.t(mail.stage.word_key());
    let why = mail.last_error.as_deref().unwrap_or_default();
    let when = f.when(mail.sent_at.unwrap_or(mail.created_at));
    let key = match mail.status {
        MessageStatus::Sent => "sample-sent",
        MessageStatus::Failed => "sample-failed",
        _ if why.is_empty() => "sample-waits",
        _ => "sample-again",
    };
    w.f(key, [("message", message.as_str()), ("when", when.as_str()), ("why", why)])
}
