//! A real message before it goes: what it would say now, and which one a patient gets next.

use axum::extract::Path;

use super::Desk;
use super::outbox_words::mask;
use super::plan_view::find_patient;
use super::preview::{PreviewBody, PreviewPage, sandboxed};
use crate::domain::messages::MessageStatus;
use crate::jobs::preview::{Preview, preview};
use crate::store::Tx;
use crate::store::messages::Message;
use crate::web::kit::{Nav, PageError, PageResult, page, redirect, redirect_with_flash};

/// Messages of a patient that are looked through for the next one.
const LOOKED_AT: i64 = 1000;

/// GET `/patients/{id}/next-message`: leads to the message the patient gets next, or says that none waits.
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn of_patient(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut tx = desk.read().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let all = tx.messages_of(patient.id, LOOKED_AT).await?;
    let next = all
        .iter()
        .filter(|one| one.status == MessageStatus::Pending && one.driver_id.is_none())
        .min_by_key(|one| (one.due_at, one.id));
    Ok(match next {
        Some(message) => redirect(&format!("/outbox/{}/preview", message.id)),
        None => {
            let text = desk.w().f("preview-next-none", [("name", patient.full_name.as_str())]);
            redirect_with_flash(&format!("/patients/{}", patient.id), &text, None)
        }
    })
}

/// GET `/outbox/{id}/preview`: what a message would say now, in a state of the world that may change until it goes.
///
/// # Errors
/// [`PageError::NotFound`] for a message that is not this site's.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let message = own(&desk, &mut tx, &id).await?;
    let outbox = format!("/outbox/{}", message.id);
    if message.status != MessageStatus::Pending {
        return Ok(redirect(&outbox));
    }
    let (note, body) = match preview(&mut tx, &desk.app, &message).await? {
        Preview::Says(copy) => {
            let when = f.when(message.due_at.max(message.claimed_until));
            let to = mask(&copy.to);
            let note = w.f("preview-real", [("address", to.as_str()), ("when", when.as_str())]);
            let html_src = format!("{outbox}/preview/html");
            (note, Some(PreviewBody { subject: copy.subject, text: copy.text, html_src }))
        }
        Preview::Ends(status, why) => {
            let state = w.t(status.word_key());
            let why = why.unwrap_or_default();
            let key = if why.is_empty() { "preview-ends" } else { "preview-ends-why" };
            (w.f(key, [("state", state.as_str()), ("why", why.as_str())]), None)
        }
    };
    let title = w.f("preview-one-title", [("message", w.t(message.stage.word_key()).as_str())]);
    let shell = desk.shell(&mut tx, Nav::Outbox, title).await?;
    page(&PreviewPage {
        shell,
        note: Some(note),
        body,
        send: None,
        key: String::new(),
        address: String::new(),
        edit: None,
        back: outbox,
        back_text: w.t("preview-back-message"),
    })
}

/// GET `/outbox/{id}/preview/html`: its HTML, for the sandbox of the page above.
///
/// # Errors
/// [`PageError::NotFound`] for a message that is not this site's or would not go.
pub async fn html(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut tx = desk.read().await?;
    let message = own(&desk, &mut tx, &id).await?;
    if message.status != MessageStatus::Pending {
        return Err(PageError::NotFound);
    }
    match preview(&mut tx, &desk.app, &message).await? {
        Preview::Says(copy) => Ok(sandboxed(copy.html)),
        Preview::Ends(..) => Err(PageError::NotFound),
    }
}

async fn own(desk: &Desk, tx: &mut Tx, id: &str) -> Result<Message, PageError> {
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    tx.message(id).await?.filter(|message| message.site_id == desk.site.id).ok_or(PageError::NotFound)
}
