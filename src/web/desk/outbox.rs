//! The outbox: what goes next, went, failed, is held or is not needed, of everybody or of one patient, with the acts on each message.

use askama::Template;
use axum::extract::Path;
use axum::http::Uri;

use super::delivery_words::{TroubleLine, troubles};
use super::outbox_filter::{Filter, TABS, tab};
use super::outbox_words::{About, MessageView};
use super::{Desk, DeskForm};
use crate::actions::outbox_search::search;
use crate::actions::{ActionError, outbox as mail};
use crate::domain::ids::{MessageId, PatientId};
use crate::domain::messages::Stage;
use crate::domain::roles::Permission;
use crate::store::Tx;
use crate::store::outbox::WINDOW;
use crate::web::kit::back::local_path;
use crate::web::kit::{Fields, Nav, PageError, PageResult, Shell, page, redirect_with_flash};

/// Messages on one page.
const MOST: usize = 50;

struct TabView {
    href: String,
    text: String,
    on: bool,
}

#[derive(Template)]
#[template(path = "pages/outbox.html")]
struct OutboxPage {
    shell: Shell,
    fields: Fields,
    show: &'static str,
    tabs: Vec<TabView>,
    troubles: Vec<TroubleLine>,
    stages: Vec<(String, String)>,
    /// Whose messages these are: "Messages of Ana Ruiz", the id, and the chart.
    of_one: Option<(String, String, String)>,
    messages: Vec<MessageView>,
    empty: String,
    /// How the words were understood, or that only a part was looked through.
    notes: Vec<String>,
    /// The next page: its address and words.
    next: Option<(String, String)>,
    /// The first page, from a later one.
    first: Option<String>,
    /// The tab without any wish.
    all: Option<String>,
    no_mail: Option<String>,
    may_change: bool,
    is_held: bool,
    /// Releases every held message of the page's patient or of all.
    release_all: Option<String>,
}

/// GET `/outbox?show=waiting|sent|failed|held|not-needed`, with `patient`, `q`, `stage`, `day` and `after`
///
/// # Errors
/// [`PageError::NotFound`] for a patient who is not of this site; when the database does not answer.
pub async fn show(desk: Desk, uri: Uri) -> PageResult {
    let w = desk.w();
    let (filter, fields) = Filter::read(w, &uri);
    let mut tx = desk.read().await?;
    let of_one = whose(&desk, &mut tx, &filter).await?;
    let found = search(&mut tx, desk.site.id, &filter.search(desk.zone(), desk.now()), MOST).await?;
    let is_held = tx.standing_hold().await?.is_some();
    let about = About::load(&mut tx, &found.messages).await?.with_hold(is_held);
    let troubles = troubles(&desk, &mut tx).await?;
    let shell = desk.shell(&mut tx, Nav::Outbox, w.t("outbox-title")).await?;
    drop(tx);
    let show = filter.tab.name;
    let mut notes = Vec::new();
    if found.by_subject {
        notes.push(w.f("outbox-by-subject", [("typed", filter.typed.as_str())]));
    }
    if found.is_cut {
        notes.push(w.n("outbox-looked-through", WINDOW));
    }
    let next_words = if found.is_cut { "outbox-next-further" } else { "outbox-next" };
    let may_change = desk.may(Permission::ManageMail);
    page(&OutboxPage {
        show,
        tabs: TABS
            .iter()
            .map(|tab| TabView {
                href: filter.href(tab.name, None),
                text: w.t(tab.words),
                on: tab.name == show,
            })
            .collect(),
        troubles,
        stages: Stage::ALL.iter().map(|stage| (stage.to_string(), w.t(stage.word_key()))).collect(),
        of_one,
        empty: w.t(if filter.is_narrow() { "outbox-empty-narrow" } else { filter.tab.empty }),
        next: found.next.map(|place| (filter.href(show, Some(place)), w.t(next_words))),
        first: filter.after.map(|_| filter.href(show, None)),
        all: filter.is_narrow().then(|| format!("/outbox?show={show}")),
        release_all: (may_change && show == "held" && !found.messages.is_empty())
            .then(|| w.t("outbox-release-all")),
        messages: found.messages.iter().map(|message| about.view(w, desk.f(), desk.now(), message)).collect(),
        notes,
        no_mail: no_mail(&desk),
        may_change,
        is_held,
        shell: shell.refused(!fields.is_ok()),
        fields,
    })
}

/// Whose messages were asked for, if one patient's were.
async fn whose(
    desk: &Desk,
    tx: &mut Tx,
    filter: &Filter,
) -> Result<Option<(String, String, String)>, PageError> {
    let Some(id) = filter.patient.map_err(|()| PageError::NotFound)? else { return Ok(None) };
    let patient =
        tx.patient(id).await?.filter(|one| one.site_id == desk.site.id).ok_or(PageError::NotFound)?;
    let words = desk.w().f("outbox-of-one", [("name", patient.full_name.as_str())]);
    Ok(Some((words, id.to_string(), format!("/patients/{id}"))))
}

/// The banner while mail is not set up: where messages go instead.
pub fn no_mail(desk: &Desk) -> Option<String> {
    let folder = desk.app.config.mail_dir.display().to_string();
    let is_off = desk.app.config.smtp_url.is_none();
    is_off.then(|| desk.w().f("outbox-no-mail", [("folder", folder.as_str())]))
}

/// POST `/outbox/{id}/stop`
///
/// # Errors
/// When the message is not there or the role does not allow it.
pub async fn stop(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let (id, mut tx) = own(&form.desk, &id).await?;
    let done = mail::stop(&mut tx, &form.desk.actor(), id).await;
    let undo = format!("/outbox/{id}/release");
    finish(form, tx, done, "outbox-stopped-flash", Some(&undo)).await
}

/// POST `/outbox/{id}/again`
///
/// # Errors
/// When the message is not there or the role does not allow it.
pub async fn again(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let (id, mut tx) = own(&form.desk, &id).await?;
    let done = mail::send_again(&mut tx, &form.desk.actor(), id).await;
    finish(form, tx, done, "outbox-again-flash", None).await
}

/// POST `/outbox/{id}/release`
///
/// # Errors
/// When the message is not there or the role does not allow it.
pub async fn release(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let (id, mut tx) = own(&form.desk, &id).await?;
    let done = mail::release(&mut tx, &form.desk.actor(), id).await;
    finish(form, tx, done, "outbox-released-flash", None).await
}

/// POST `/outbox/{id}/drop`: it is not sent.
///
/// # Errors
/// When the message is not there or the role does not allow it.
pub async fn drop_one(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let (id, mut tx) = own(&form.desk, &id).await?;
    let done = mail::drop_one(&mut tx, &form.desk.actor(), id).await;
    let undo = format!("/outbox/{id}/undrop");
    finish(form, tx, done, "outbox-dropped-flash", Some(&undo)).await
}

/// POST `/outbox/{id}/undrop`: it is sent after all.
///
/// # Errors
/// When the message is not there or the role does not allow it.
pub async fn undrop(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let (id, mut tx) = own(&form.desk, &id).await?;
    let done = mail::undrop(&mut tx, &form.desk.actor(), id).await;
    finish(form, tx, done, "outbox-undropped-flash", None).await
}

/// POST `/outbox/release-held`, of one `patient` or of all.
///
/// # Errors
/// [`PageError::NotFound`] for a patient who is not of this site.
pub async fn release_held(form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let mut tx = desk.write().await?;
    let patient = match fields.get("patient") {
        "" => None,
        id => {
            let id: PatientId = id.parse().map_err(|_| PageError::NotFound)?;
            let found = tx.patient(id).await?.filter(|one| one.site_id == desk.site.id);
            Some(found.ok_or(PageError::NotFound)?.id)
        }
    };
    let released = mail::release_held(&mut tx, &desk.actor(), desk.site.id, patient).await?;
    tx.commit().await?;
    let back = local_path(fields.get("back"), "/outbox?show=held");
    Ok(redirect_with_flash(&back, &desk.w().n("outbox-released-all-flash", released), None))
}

/// A write transaction in which the message is known to be this site's.
async fn own(desk: &Desk, id: &str) -> Result<(MessageId, Tx), PageError> {
    let id: MessageId = id.parse().map_err(|_| PageError::NotFound)?;
    let mut tx = desk.write().await?;
    match tx.message(id).await? {
        Some(message) if message.site_id == desk.site.id => Ok((id, tx)),
        _ => Err(PageError::NotFound),
    }
}

/// Back to where it was pressed, saying what happened. A second press finds the message changed and says so.
async fn finish(
    form: DeskForm,
    tx: Tx,
    done: Result<(), ActionError>,
    said: &'static str,
    undo: Option<&str>,
) -> PageResult {
    let w = form.desk.w();
    let list = format!("/outbox?show={}", tab(form.fields.get("show")).name);
    let back = local_path(form.fields.get("back"), &list);
    let key = match done {
        Ok(()) => {
            tx.commit().await?;
            return Ok(redirect_with_flash(&back, &w.t(said), undo));
        }
        Err(ActionError::Changed) => "outbox-changed",
        Err(ActionError::Refused(key)) => key,
        Err(other) => return Err(other.into()),
    };
    Ok(redirect_with_flash(&back, &w.t(key), None))
}
