//! The recall list: who is called back after a course, in the order in which to call, each with one click to plan and one to invite.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use chrono::NaiveDate;

use super::plan_query::FARTHEST_DAYS;
use super::plan_view::{Refusal, find_patient};
use super::settings::recall::in_words;
use super::visit_words::{Missing, near};
use super::{Desk, DeskForm};
use crate::actions::recall::{Recalled, falling_scores, recall_list};
use crate::actions::recall_book::booster_for;
use crate::actions::{ActionError, notify, recall_change};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::candidacy::allows_on;
use crate::domain::patients::chart_name;
use crate::domain::protocols::Protocol;
use crate::domain::recall::DueState;
use crate::domain::roles::Permission;
use crate::web::kit::refusals::error_text;
use crate::web::kit::{Nav, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash};
use crate::words::Words;
use crate::words::format::Format;

/// A patient of the list in words.
struct Row {
    name: String,
    chart: String,
    falling: bool,
    last: String,
    class: &'static str,
    state: String,
    /// The next treatment, and its page.
    next: Option<(String, String)>,
    missing: Option<String>,
    note: String,
    phone: String,
    plan: Option<String>,
    invite: Option<String>,
    edit: String,
}

#[derive(Template)]
#[template(path = "pages/recall.html")]
struct RecallPage {
    shell: Shell,
    refusal: Option<Refusal>,
    windows: String,
    open: Vec<Row>,
    later: Vec<Row>,
    later_title: String,
    stopped: Vec<Row>,
    stopped_title: String,
    key: String,
}

/// GET `/recall`
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    render(&desk, StatusCode::OK, None).await
}

/// POST `/recall/{id}/invite`: the patient gets a message with the way to their page.
///
/// # Errors
/// [`crate::web::kit::PageError::NotFound`] for somebody who is not on the list.
pub async fn invite(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.write().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    // One key serves the whole list, so the patient belongs to it.
    let scope = format!("recall-invite:{}", patient.id);
    if let Some(done) = tx.claim_key(&scope, &key, "/recall").await? {
        return Ok(redirect(&done));
    }
    let rules = &desk.app.config.rules;
    match recall_change::invite(&mut tx, &desk.actor(), rules, &desk.site, patient.id).await {
        Ok(()) => {
            tx.commit().await?;
            let when = f.time(notify::goes_at(rules, desk.now()));
            let args = [("name", patient.full_name.as_str()), ("when", when.as_str())];
            Ok(redirect_with_flash("/recall", &w.f("recall-invited", args), None))
        }
        Err(error @ (ActionError::Changed | ActionError::Refused(_))) => {
            drop(tx);
            let title = w.f("recall-invite-refused", [("name", patient.full_name.as_str())]);
            let refusal = Refusal::plain(title, error_text(w, f, &error), String::new());
            render(&desk, StatusCode::CONFLICT, Some(refusal)).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn render(desk: &Desk, status: StatusCode, refusal: Option<Refusal>) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let falling = falling_scores(&mut tx, &desk.site).await?;
    let list = recall_list(&mut tx, &desk.site, &falling).await?;
    let protocols = tx.protocols(desk.site.id).await?;
    let windows = tx.recall_windows().await?;
    let shell = desk.shell(&mut tx, Nav::Recall, w.t("recall-title")).await?.refused(refusal.is_some());
    drop(tx);
    let (mut open, mut later, mut stopped) = (Vec::new(), Vec::new(), Vec::new());
    for one in &list {
        let place = if one.is_stopped() {
            &mut stopped
        } else if one.state.is_due() || one.falling {
            &mut open
        } else {
            &mut later
        };
        place.push(row(desk, &protocols, one));
    }
    let count = |rows: &[Row]| i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let view = RecallPage {
        shell,
        refusal,
        windows: in_words(w, windows),
        later_title: w.n("recall-later", count(&later)),
        stopped_title: w.n("recall-stopped", count(&stopped)),
        open,
        later,
        stopped,
        key: idempotency::new_key(),
    };
    page_with_status(status, &view)
}

fn row(desk: &Desk, protocols: &[Protocol], one: &Recalled) -> Row {
    let (w, f) = (desk.w(), desk.f());
    let id = one.patient.id;
    let day = one.dates.due.max(desk.today());
    let may_plan = desk.may(Permission::Book) && one.next.is_none() && !one.is_stopped();
    let by_mail = one.patient.mail_address().is_some();
    let booster = booster_for(protocols, &one.last).filter(|_| may_plan);
    let last_on = f.day(one.last_on);
    Row {
        name: chart_name(&one.patient.sort_name),
        chart: format!("/patients/{id}"),
        falling: one.falling,
        last: w.f("recall-last", [("day", last_on.as_str()), ("visit", one.last.name.as_str())]),
        class: class(one.state),
        state: state_words(w, f, one.state),
        next: one.next.as_ref().map(|next| {
            let held = next.status == AppointmentStatus::Held;
            let key = if held { "recall-next-held" } else { "recall-next" };
            let when = f.when(next.starts_at);
            (w.f(key, [("when", when.as_str())]), format!("/appointments/{}", next.id))
        }),
        missing: allows_on(one.decision.as_ref(), day)
            .err()
            .map(|fault| Missing::Candidacy(fault).text(w, f)),
        note: note(w, f, one),
        phone: one.patient.phone.clone().unwrap_or_default(),
        plan: booster.map(|protocol| plan_path(one, protocol, desk.today())),
        invite: (may_plan && by_mail && one.may_be_called()).then(|| format!("/recall/{id}/invite")),
        edit: format!("/recall/{id}"),
    }
}

/// Since when and why nobody calls any more, or when somebody was called last.
fn note(w: Words, f: Format, one: &Recalled) -> String {
    let own = one.own.as_ref();
    if let Some(at) = own.and_then(|own| own.stopped_at) {
        let by = own.and_then(|own| own.stopped_by.as_deref()).unwrap_or_default();
        let why = own.and_then(|own| own.stop_reason.as_deref()).unwrap_or_default();
        let day = f.day(f.date_of(at));
        return w.f("recall-stopped-by", [("by", by), ("day", day.as_str()), ("why", why)]);
    }
    one.called_at.map(|at| w.f("recall-called", [("when", near(f, at).as_str())])).unwrap_or_default()
}

/// The plan page with the booster chosen, from the day it is due.
pub fn plan_path(one: &Recalled, protocol: &Protocol, today: NaiveDate) -> String {
    let path = format!("/patients/{}/plan?protocol={}", one.patient.id, protocol.id);
    let from = one.dates.due.max(today);
    // The plan page takes no later day.
    if (from - today).num_days() > FARTHEST_DAYS { path } else { format!("{path}&from={from}") }
}

/// "Recommended since Tue, Jan 5".
pub fn state_words(w: Words, f: Format, state: DueState) -> String {
    w.f(state.word_key(), [("day", f.day(state.date()).as_str())])
}

/// The colour of a state.
pub fn class(state: DueState) -> &'static str {
    match state {
        DueState::NotDue { .. } => "st-gone",
        DueState::Due { .. } => "st-confirmed",
        DueState::Recommended { .. } => "st-warn",
        DueState::Overdue { .. } => "st-bad",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn a_state_is_read_with_its_date() {
        let now = chrono::Utc.with_ymd_and_hms(2026, 12, 30, 15, 0, 0).single().expect("an instant");
        let f = Format::new(chrono_tz::America::New_York, now);
        let day = NaiveDate::from_ymd_opt(2027, 1, 5).expect("a date");
        let words = |state| state_words(Words::default(), f, state);
        assert_eq!(words(DueState::NotDue { from: day }), "Due from Tue, Jan 5, 2027 on");
        assert_eq!(words(DueState::Overdue { since: day }), "Overdue since Tue, Jan 5, 2027");
    }
}
