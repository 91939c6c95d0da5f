//! The worklist page: what needs a person, most urgent first, one act per row; done and snooze for stored lines.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use chrono::TimeDelta;

use super::outbox_words::fix_path;
use super::worklist_line::{LineView, line};
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::worklist::{self as work, WorkLine};
use crate::domain::ids::{MessageId, WorkItemId};
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::Tx;
use crate::store::messages::Message;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, page, page_with_status, redirect_with_flash,
};

/// Hours a line can be put off, as offered.
const SNOOZE_HOURS: [i64; 5] = [1, 4, 24, 72, 168];
/// Longest reason, in characters.
const LONGEST_REASON: usize = 200;

#[derive(Template)]
#[template(path = "pages/worklist.html")]
struct WorklistPage {
    shell: Shell,
    fields: Fields,
    lines: Vec<LineView>,
    snoozed: Vec<LineView>,
    snoozed_title: String,
    hours: Vec<(String, String)>,
    next: Option<String>,
    may_change: bool,
}

/// GET `/worklist`
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    page(&build(&desk, Fields::new(), None).await?)
}

/// The page; with `refused`, the line whose form was refused stands open with what was typed.
async fn build(desk: &Desk, fields: Fields, refused: Option<WorkItemId>) -> Result<WorklistPage, PageError> {
    let mut tx = desk.read().await?;
    let (now, w) = (tx.now(), desk.w());
    let mut found = work::worklist(&mut tx, &desk.app.config.rules, &desk.site).await?;
    let actor = desk.actor();
    found.retain(|line| work::is_for(line.kind, &actor));
    let (snoozed, open): (Vec<WorkLine>, Vec<WorkLine>) =
        found.into_iter().partition(|line| line.snoozed_until.is_some_and(|until| until > now));
    let of_mail = open.iter().chain(&snoozed).filter(|one| is_of_mail(one.kind));
    let messages: Vec<MessageId> = of_mail.filter_map(|one| one.message).collect();
    let messages = tx.messages_by_ids(&messages).await?;
    let next = if open.is_empty() { next_expected(desk, &mut tx).await? } else { None };
    let shell = desk.shell(&mut tx, Nav::Worklist, w.t("worklist-title")).await?;
    let may_send = desk.may(Permission::ManageMail);
    let view = |found: &WorkLine| {
        let view = line(w, desk.f(), now, found, refused, &fields);
        with_message(view, found, &messages, may_send)
    };
    Ok(WorklistPage {
        lines: open.iter().map(view).collect(),
        snoozed: snoozed.iter().map(view).collect(),
        snoozed_title: w.n("worklist-snoozed", i64::try_from(snoozed.len()).unwrap_or(i64::MAX)),
        hours: SNOOZE_HOURS.iter().map(|hours| (hours.to_string(), w.n("worklist-hours", *hours))).collect(),
        next,
        may_change: desk.may(Permission::Book),
        shell: shell.refused(refused.is_some()),
        fields,
    })
}

/// Whether a line is about a message that needs another address or another try.
fn is_of_mail(kind: WorkKind) -> bool {
    matches!(kind, WorkKind::MailFailed | WorkKind::NoAddress | WorkKind::AddressBounced)
}

/// A line about a message leads to the address it needs, a driver's or the patient's, and may be tried again there.
fn with_message(
    mut view: LineView,
    found: &WorkLine,
    messages: &HashMap<MessageId, Message>,
    may_send: bool,
) -> LineView {
    let message = found.message.filter(|_| is_of_mail(found.kind)).and_then(|id| messages.get(&id));
    let Some(message) = message else { return view };
    let fix = fix_path(message, "/worklist");
    match found.kind {
        WorkKind::MailFailed => {
            view.fix = Some(fix);
            view.again = may_send.then(|| format!("/outbox/{}/again", message.id));
        }
        _ => view.act = view.act.map(|(_, words)| (fix, words)),
    }
    view
}

/// What comes next when nothing needs anybody: the first hold to end, else the next visit.
async fn next_expected(desk: &Desk, tx: &mut Tx) -> Result<Option<String>, PageError> {
    let (w, f) = (desk.w(), desk.f());
    let holds = tx.open_holds(desk.site.id).await?;
    let first = holds.iter().filter_map(|hold| hold.hold_until.map(|until| (until, hold.patient_id))).min();
    if let Some((until, patient)) = first {
        let name = tx.patient(patient).await?.map(|one| one.full_name).unwrap_or_default();
        let when = f.when(until);
        return Ok(Some(w.f("worklist-next-hold", [("name", name.as_str()), ("when", when.as_str())])));
    }
    let visit = tx.next_appointment(desk.site.id, desk.now()).await?;
    Ok(visit.map(|visit| w.f("worklist-next-visit", [("when", f.when(visit.starts_at).as_str())])))
}

/// POST `/worklist/{id}/done`
///
/// # Errors
/// When the line is not there or the role does not allow it.
pub async fn done(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let desk = form.desk;
    let id = parse(&id)?;
    let mut tx = own(&desk, id).await?;
    match work::finish(&mut tx, &desk.actor(), id).await {
        Ok(_) => tx.commit().await?,
        Err(error) => return explain(&desk, error),
    }
    let undo = format!("/worklist/{id}/reopen");
    Ok(redirect_with_flash("/worklist", &desk.w().t("worklist-done-flash"), Some(&undo)))
}

/// POST `/worklist/{id}/reopen`
///
/// # Errors
/// When the line is not there or the role does not allow it.
pub async fn reopen(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let desk = form.desk;
    let id = parse(&id)?;
    let mut tx = own(&desk, id).await?;
    match work::reopen(&mut tx, &desk.actor(), id).await {
        Ok(_) => tx.commit().await?,
        Err(error) => return explain(&desk, error),
    }
    Ok(redirect_with_flash("/worklist", &desk.w().t("worklist-reopened-flash"), None))
}

/// POST `/worklist/{id}/snooze` with `hours` and `why`
///
/// # Errors
/// When the line is not there or the role does not allow it.
pub async fn snooze(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let (desk, mut fields) = (form.desk, form.fields);
    let (id, w) = (parse(&id)?, desk.w());
    let hours = fields.get("hours").parse::<i64>().ok().filter(|hours| SNOOZE_HOURS.contains(hours));
    let why = fields.get("why").to_owned();
    // Each line has a form of its own, so the messages belong at this line's fields.
    if hours.is_none() {
        fields.fail(&format!("hours-{id}"), w.t("worklist-hours-error"));
    }
    if why.is_empty() || why.chars().count() > LONGEST_REASON {
        fields.fail(&format!("why-{id}"), w.t("worklist-why-error"));
    }
    let Some(hours) = hours.filter(|_| fields.is_ok()) else {
        drop(own(&desk, id).await?);
        let refused = build(&desk, fields, Some(id)).await?;
        return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &refused);
    };
    let mut tx = own(&desk, id).await?;
    let until = tx.now() + TimeDelta::hours(hours);
    match work::snooze(&mut tx, &desk.actor(), id, until, &why).await {
        Ok(_) => tx.commit().await?,
        Err(error) => return explain(&desk, error),
    }
    let when = desk.f().when(until);
    Ok(redirect_with_flash("/worklist", &w.f("worklist-snoozed-flash", [("when", when.as_str())]), None))
}

fn parse(id: &str) -> Result<WorkItemId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}

/// A write transaction in which the line is known to be this site's.
async fn own(desk: &Desk, id: WorkItemId) -> Result<Tx, PageError> {
    let mut tx = desk.write().await?;
    match tx.work_item(id).await? {
        Some(item) if item.site_id == desk.site.id => Ok(tx),
        _ => Err(PageError::NotFound),
    }
}

/// Somebody was first, or a rule stands in the way: the list again, with the reason.
fn explain(desk: &Desk, error: ActionError) -> PageResult {
    let key = match error {
        ActionError::Changed => "worklist-changed",
        ActionError::Refused(key) => key,
        other => return Err(other.into()),
    };
    Ok(redirect_with_flash("/worklist", &desk.w().t(key), None))
}
