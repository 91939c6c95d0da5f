//! The outbox: what goes, went, failed, is held or is not needed, with the acts on one message.

use askama::Template;
use axum::extract::Path;
use axum::http::Uri;
use chrono::TimeDelta;

use super::outbox_words::{About, MessageView};
use super::{Desk, DeskForm};
use crate::actions::{ActionError, outbox as mail};
use crate::domain::ids::MessageId;
use crate::domain::messages::MessageStatus;
use crate::domain::roles::Permission;
use crate::store::Tx;
use crate::web::kit::{Fields, Nav, PageError, PageResult, Shell, page, redirect_with_flash};

/// Most messages of one state on the page.
const MOST: usize = 200;
/// How far ahead waiting messages are listed.
const AHEAD: TimeDelta = TimeDelta::days(7);
/// Far enough to hold every message that will not go by itself.
const EVER: TimeDelta = TimeDelta::days(3650);

/// A tab: its name in the address, its words, what to say when it is empty, the states it shows.
type Tab = (&'static str, &'static str, &'static str, &'static [MessageStatus]);

const TABS: [Tab; 5] = [
    ("waiting", "outbox-tab-waiting", "outbox-empty-waiting", &[MessageStatus::Pending]),
    ("sent", "outbox-tab-sent", "outbox-empty-sent", &[MessageStatus::Sent]),
    ("failed", "outbox-tab-failed", "outbox-empty-failed", &[MessageStatus::Failed]),
    ("held", "outbox-tab-held", "outbox-empty-held", &[MessageStatus::Held]),
    (
        "not-needed",
        "outbox-tab-not-needed",
        "outbox-empty-not-needed",
        &[MessageStatus::NotNeeded, MessageStatus::Superseded, MessageStatus::Expired],
    ),
];

struct TabView {
    href: String,
    text: String,
    on: bool,
}

#[derive(Template)]
#[template(path = "pages/outbox.html")]
struct OutboxPage {
    shell: Shell,
    show: &'static str,
    tabs: Vec<TabView>,
    messages: Vec<MessageView>,
    empty: String,
    no_mail: Option<String>,
    may_change: bool,
}

fn tab(name: &str) -> Tab {
    TABS.into_iter().find(|tab| tab.0 == name).unwrap_or(TABS[0])
}

/// GET `/outbox?show=waiting|sent|failed|held|not-needed`
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk, uri: Uri) -> PageResult {
    let w = desk.w();
    let (show, _, empty, states) = tab(Fields::from_query(&uri).get("show"));
    let mut tx = desk.read().await?;
    let mut found = Vec::new();
    for status in states {
        let before = desk.now() + if *status == MessageStatus::Pending { AHEAD } else { EVER };
        found.extend(tx.messages_in(desk.site.id, *status, before, MOST as i64).await?);
    }
    if states.len() > 1 {
        found.sort_by_key(|message| std::cmp::Reverse((message.due_at, message.id)));
        found.truncate(MOST);
    }
    let about = About::load(&mut tx, &found).await?;
    let shell = desk.shell(&mut tx, Nav::Outbox, w.t("outbox-title")).await?;
    page(&OutboxPage {
        show,
        tabs: TABS
            .iter()
            .map(|tab| TabView {
                href: format!("/outbox?show={}", tab.0),
                text: w.t(tab.1),
                on: tab.0 == show,
            })
            .collect(),
        messages: found.iter().map(|message| about.view(w, desk.f(), desk.now(), message)).collect(),
        empty: w.t(empty),
        no_mail: no_mail(&desk),
        may_change: desk.may(Permission::ManageMail),
        shell,
    })
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

/// A write transaction in which the message is known to be this site's.
async fn own(desk: &Desk, id: &str) -> Result<(MessageId, Tx), PageError> {
    let id: MessageId = id.parse().map_err(|_| PageError::NotFound)?;
    let mut tx = desk.write().await?;
    match tx.message(id).await? {
        Some(message) if message.site_id == desk.site.id => Ok((id, tx)),
        _ => Err(PageError::NotFound),
    }
}

/// Back to the tab it was pressed on, saying what happened. A second press finds the message changed and says so.
/// No undo is offered: releasing a stopped message sends it at once, whenever it was due.
async fn finish(
    form: DeskForm,
    tx: Tx,
    done: Result<(), ActionError>,
    said: &'static str,
    undo: Option<&str>,
) -> PageResult {
    let w = form.desk.w();
    let back = format!("/outbox?show={}", tab(form.fields.get("show")).0);
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
