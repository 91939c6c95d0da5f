//! The patient's page: the next visit, what is left to do, all visits; saying yes, taking held times, the calendar file.

use askama::Template;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::LinkVisitor;
use super::extract::{PatientForm, PatientLink};
use super::patient_next;
use super::patient_view::{self, EstimateTodo, HeldCourse, IntentionTodo, UndoTodo, VisitRow};
use super::told;
use crate::actions::ActionError;
use crate::actions::confirm::confirm_visits;
use crate::actions::series::book_held;
use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::companions::Companion;
use crate::domain::ids::{AppointmentId, SeriesId};
use crate::mail::calendar;
use crate::web::kit::{Fields, PageError, PageResult, Shell, page_with_status, redirect};

/// More visits than one page ever confirms.
const MAX_VISITS: usize = 60;

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_patient.html")]
struct PatientPage {
    shell: Shell,
    path: String,
    notice: Option<String>,
    problem: Option<String>,
    undo: Vec<UndoTodo>,
    next: Option<VisitRow>,
    held: Option<HeldCourse>,
    rows: Vec<VisitRow>,
    to_confirm: Vec<String>,
    /// Who is to be named next, and the button's words; any visit may need one.
    wanted: Option<(Companion, String)>,
    things: Option<String>,
    total: Option<String>,
    intention: Option<IntentionTodo>,
    estimate: Option<EstimateTodo>,
    quiet: bool,
    /// Whether the day of a treatment that is over still lasts.
    evening: bool,
    /// Whether there is something to prepare for, and whether it is at home.
    prepare: bool,
    at_home: bool,
    /// Whether a clinician's words wait on a page of their own.
    message: bool,
    /// Whether a time for the next visit can be chosen.
    choose: bool,
    empty: String,
}

/// GET: the page; nothing changes.
///
/// # Errors
/// What the store reports.
pub async fn show(PatientLink(visitor): PatientLink, uri: Uri) -> PageResult {
    let done = match Fields::from_query(&uri).get("done") {
        "asked" => Some(visitor.w().t("my-asked-done")),
        "driver" => Some(visitor.w().t("my-driver-saved")),
        "sitter" => Some(visitor.w().t("my-sitter-saved")),
        "booked" => Some(visitor.w().t("my-held-done")),
        "intention" => Some(visitor.w().t("intention-saved")),
        "restored" => Some(visitor.w().t("my-restored-done")),
        _ => None,
    };
    render(&visitor, StatusCode::OK, done, None).await
}

/// POST: "I am coming", to one visit or to all the form names. Said twice, it shows the same page.
///
/// # Errors
/// What the store reports.
pub async fn confirm(form: PatientForm) -> PageResult {
    let PatientForm { visitor, fields } = form;
    let mut tx = visitor.write().await?;
    let mut visits = Vec::new();
    for value in fields.all("visit").into_iter().take(MAX_VISITS) {
        let (id, version) = parse_visit(value).ok_or(PageError::BadRequest)?;
        let visit = tx.appointment(id).await?.ok_or(PageError::NotFound)?;
        if visit.patient_id != visitor.link.patient_id {
            return Err(PageError::NotFound);
        }
        visits.push((id, version));
    }
    if visits.is_empty() {
        return Err(PageError::BadRequest);
    }
    match confirm_visits(&mut tx, &visitor.actor(), &visits).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect(&home(&visitor)))
        }
        Err(error) => {
            drop(tx);
            refused(&visitor, error, "my-changed").await
        }
    }
}

/// POST: "Yes, book these times".
///
/// # Errors
/// What the store reports.
pub async fn accept(form: PatientForm) -> PageResult {
    let PatientForm { visitor, fields } = form;
    let id: SeriesId = fields.get("series").parse().map_err(|_| PageError::BadRequest)?;
    let mut tx = visitor.write().await?;
    let series = tx.series(id).await?.ok_or(PageError::NotFound)?;
    if series.patient_id != visitor.link.patient_id {
        return Err(PageError::NotFound);
    }
    let booked = format!("{}?done=booked", home(&visitor));
    // A second press finds the work done.
    if series.status == SeriesStatus::Active {
        return Ok(redirect(&booked));
    }
    let version: i64 = fields.get("version").parse().map_err(|_| PageError::BadRequest)?;
    let rules = &visitor.app.config.rules;
    match book_held(&mut tx, &visitor.actor(), rules, &visitor.site, id, Some(version)).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect(&booked))
        }
        Err(error) => {
            drop(tx);
            refused(&visitor, error, "my-held-gone").await
        }
    }
}

/// GET: the booked visits that lie ahead, as a calendar file.
///
/// # Errors
/// What the store reports.
pub async fn calendar_file(PatientLink(visitor): PatientLink) -> PageResult {
    let mut tx = visitor.read().await?;
    let view = patient_view::read(&visitor, &mut tx).await?;
    let entries: Vec<calendar::Entry> = view
        .visits
        .iter()
        .filter(|visit| visit.status == AppointmentStatus::Booked && visit.ends_at > visitor.now())
        .map(|visit| calendar::visit_entry(visitor.w(), &visitor.site, visit))
        .collect();
    Ok(calendar_response(calendar::publish(&entries, organizer(&visitor), visitor.now())))
}

/// A calendar file as a download with a neutral name.
pub(super) fn calendar_response(text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8; method=PUBLISH"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"visits.ics\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}

/// Who writes a calendar file: the clinic.
pub(super) fn organizer(visitor: &LinkVisitor) -> calendar::Organizer<'_> {
    calendar::Organizer::of(&visitor.site, visitor.app.config.mail_from.as_deref())
}

/// Where the patient's page is.
pub(super) fn home(visitor: &LinkVisitor) -> String {
    format!("/v/{}", visitor.token)
}

/// The page again with what stood in the way; faults of ours go on as errors.
pub(super) async fn refused(visitor: &LinkVisitor, error: ActionError, key: &str) -> PageResult {
    match error {
        ActionError::Changed
        | ActionError::Refused(_)
        | ActionError::Conflicts(_)
        | ActionError::Unmet(_) => {
            let problem = visitor.w().t(key);
            render(visitor, StatusCode::CONFLICT, None, Some(problem)).await
        }
        other => Err(other.into()),
    }
}

fn parse_visit(value: &str) -> Option<(AppointmentId, i64)> {
    let (id, version) = value.split_once(':')?;
    Some((id.parse().ok()?, version.parse().ok()?))
}

async fn render(
    visitor: &LinkVisitor,
    status: StatusCode,
    done: Option<String>,
    problem: Option<String>,
) -> PageResult {
    let w = visitor.w();
    let mut tx = visitor.read().await?;
    let view = patient_view::read(visitor, &mut tx).await?;
    let choose = patient_next::is_open(visitor, &mut tx).await?;
    let message = told::words_for(visitor, &mut tx).await?.is_some();
    drop(tx);
    let title = w.f("my-hello", [("name", view.patient.called())]);
    let to_confirm: Vec<String> =
        view.rows.iter().filter(|row| row.to_confirm).map(|row| row.value.clone()).collect();
    let next = view.next.and_then(|index| view.rows.get(index)).cloned();
    // Under another visit the button says which day it is about.
    let wanted = view.rows.iter().find(|row| row.driver_wanted).map(|row| {
        let label = if next.as_ref().is_some_and(|one| one.id == row.id) {
            w.t(row.companion.pick("my-name-driver", "my-name-sitter"))
        } else {
            let key = row.companion.pick("my-name-driver-for", "my-name-sitter-for");
            w.f(key, [("day", row.day.as_str())])
        };
        (row.companion, label)
    });
    let prepared = view.rows.iter().find(|row| row.prepare);
    let left = i64::from(next.as_ref().is_some_and(|row| row.to_confirm))
        + i64::from(wanted.is_some())
        + i64::from(view.intention.as_ref().is_some_and(|todo| !todo.done));
    let page = PatientPage {
        shell: visitor.shell(title).await.refused(problem.is_some()),
        path: home(visitor),
        notice: done,
        problem,
        undo: view.undo,
        held: view.held,
        to_confirm,
        wanted,
        things: (left > 0).then(|| w.n("my-things", left)),
        total: view.total,
        intention: view.intention,
        estimate: view.estimate,
        quiet: view.quiet,
        evening: view.evening,
        prepare: prepared.is_some(),
        at_home: prepared.is_some_and(|row| row.companion == Companion::Sitter),
        message,
        choose,
        next,
        rows: view.rows,
        empty: w.f("my-empty", [("phone", &visitor.site.phone)]),
    };
    page_with_status(status, &page)
}
