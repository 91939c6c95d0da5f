//! A plan for the waiting list while it improves and when it is done: chosen courses are held or booked, all or none.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::plan_view::{Refusal, gate_lines, hold_words};
use super::run::{self, Patch};
use super::waiting_list::viewer;
use super::waiting_view::{WaitView, found};
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::planning_runs::{Run, Work};
use crate::actions::waiting_book::{ChosenCourse, NotBooked, book_chosen};
use crate::actions::waiting_list::{Waiting, WaitingFound, WaitingRow};
use crate::web::kit::refusals::error_text;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};

/// Where the act leads.
const LIST: &str = "/waiting-list";

#[derive(Template)]
#[template(path = "pages/waiting_run.html")]
struct RunPage {
    shell: Shell,
    fields: Fields,
    base: String,
    is_running: bool,
    progress: String,
    refusal: Option<Refusal>,
    rows: Vec<WaitView>,
    /// Whether anything can be chosen.
    any: bool,
    hold_label: String,
    key: String,
}

fn waiting_of(run: &Run) -> Result<&Waiting, PageError> {
    match &run.work {
        Work::Waiting(waiting) => Ok(waiting),
        Work::Repair(_) => Err(PageError::NotFound),
    }
}

fn base_of(run: &Run) -> String {
    format!("/waiting-list/runs/{}", run.id)
}

/// GET `/waiting-list/runs/{id}`
///
/// # Errors
/// [`PageError::NotFound`] for a run that is gone or somebody else's.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let run = run::find(&desk, &id)?;
    render(&desk, &run, None, None).await
}

/// GET `/waiting-list/runs/{id}/events`: the news of the search, until it ends.
///
/// # Errors
/// [`PageError::NotFound`] for a run that is gone or somebody else's.
pub async fn events(desk: Desk, Path(id): Path<String>) -> PageResult {
    let run = run::find(&desk, &id)?;
    waiting_of(&run)?;
    let mut tx = desk.read().await?;
    let viewer = viewer(&desk, &mut tx).await?;
    drop(tx);
    Ok(run::events(run, move |run, latest| Patch {
        progress: viewer.progress(latest),
        rows: match &run.work {
            Work::Waiting(waiting) => viewer.summaries(&waiting.rows, found(latest)),
            Work::Repair(_) => Vec::new(),
        },
    }))
}

/// POST `/waiting-list/runs/{id}/stop`: ends the search with what it has.
///
/// # Errors
/// [`PageError::NotFound`] for a run that is gone or somebody else's.
pub async fn stop(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let run = run::find(&form.desk, &id)?;
    waiting_of(&run)?;
    run.stop();
    Ok(redirect(&base_of(&run)))
}

/// The courses that were ticked.
fn chosen(waiting: &Waiting, found: &WaitingFound, fields: &Fields) -> Vec<ChosenCourse> {
    let rows = waiting.rows.iter().zip(&found.rows).enumerate();
    rows.filter(|(number, _)| fields.checked("pick", &number.to_string()))
        .filter_map(|(_, (one, row))| match row {
            WaitingRow::Course(course) => Some(ChosenCourse {
                patient: one.patient.id,
                protocol: one.protocol.id,
                visits: course.chosen(),
            }),
            WaitingRow::Left { .. } => None,
        })
        .collect()
}

/// POST `/waiting-list/runs/{id}/book`: holds (`act` is `hold`) or books the ticked courses, all or none.
///
/// # Errors
/// [`PageError::NotFound`] for a run that is gone or somebody else's.
pub async fn book(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let run = run::find(&desk, &id)?;
    let waiting = waiting_of(&run)?;
    let latest = run.latest();
    if !latest.is_over() {
        return Ok(redirect(&base_of(&run)));
    }
    let w = desk.w();
    let chosen = found(&latest).map(|found| chosen(waiting, found, &fields)).unwrap_or_default();
    if chosen.is_empty() {
        fields.fail("pick", w.t("waiting-choose"));
        return render(&desk, &run, Some(fields), None).await;
    }
    let hold = fields.get("act") == "hold";
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    if let Some(done) = tx.claim_key("waiting", &key, LIST).await? {
        return Ok(redirect(&done));
    }
    let rules = &desk.app.config.rules;
    match book_chosen(&mut tx, &desk.actor(), rules, &desk.site, &chosen, hold).await {
        Ok(booked) => {
            tx.commit().await?;
            let count = i64::try_from(booked.len()).unwrap_or(i64::MAX);
            let done = w.n(if hold { "waiting-held" } else { "waiting-booked" }, count);
            let text = format!("{done} {}", w.n("moves-mail", rules.mail_undo_minutes));
            Ok(redirect_with_flash(LIST, &text, None))
        }
        Err(refused) => {
            drop(tx);
            let refusal = explain(&desk, waiting, refused)?;
            render(&desk, &run, Some(fields), Some(refusal)).await
        }
    }
}

/// Whose course could not be booked, and everything in its way.
fn explain(desk: &Desk, waiting: &Waiting, refused: NotBooked) -> Result<Refusal, PageError> {
    let (w, f) = (desk.w(), desk.f());
    let NotBooked { patient, error } = refused;
    if matches!(error, ActionError::Store(_) | ActionError::NotFound | ActionError::NotPermitted) {
        return Err(error.into());
    }
    let one = waiting.rows.iter().find(|one| Some(one.patient.id) == patient);
    let name = one.map(|one| one.patient.full_name.as_str()).unwrap_or_default();
    let title = w.f("waiting-none-booked", [("name", name)]);
    let last = w.t("waiting-refused-last");
    Ok(match (&error, patient) {
        (ActionError::Unmet(unmet), Some(patient)) => {
            Refusal { title, lines: gate_lines(desk, patient, unmet), last }
        }
        _ => Refusal::plain(title, error_text(w, f, &error), last),
    })
}

async fn render(desk: &Desk, run: &Run, fields: Option<Fields>, refusal: Option<Refusal>) -> PageResult {
    let waiting = waiting_of(run)?;
    let latest = run.latest();
    let mut tx = desk.read().await?;
    let viewer = viewer(desk, &mut tx).await?;
    let rows = viewer.rows(&waiting.rows, found(&latest), fields.as_ref());
    let shell = desk.shell(&mut tx, Nav::Worklist, desk.w().t("waiting-run-title")).await?;
    drop(tx);
    let fields = fields.unwrap_or_default();
    let status = match (&refusal, fields.is_ok()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::OK,
    };
    let view = RunPage {
        shell: shell.refused(status != StatusCode::OK),
        base: base_of(run),
        is_running: !latest.is_over(),
        progress: viewer.progress(&latest),
        any: rows.iter().any(|row| row.has_course),
        hold_label: hold_words(desk.w(), desk.app.config.rules.hold_minutes),
        key: idempotency::new_key(),
        fields,
        refusal,
        rows,
    };
    page_with_status(status, &view)
}
