//! What a plan would cost, line by line, and "I have read this", pressed once.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::LinkVisitor;
use super::extract::{PatientForm, PatientLink};
use super::patient::home;
use crate::actions::estimates::acknowledge;
use crate::domain::ids::EstimateId;
use crate::web::kit::{PageError, PageResult, Shell, page_with_status, redirect};
use crate::words::format::money;

/// A line: how many of what, and what they cost together.
struct Line {
    what: String,
    cents: String,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_estimate.html")]
struct EstimatePage {
    shell: Shell,
    path: String,
    action: String,
    made: String,
    lines: Vec<Line>,
    total: String,
    /// When the patient said that they read it.
    read: Option<String>,
}

/// GET: the lines and the total; nothing changes.
///
/// # Errors
/// [`PageError::NotFound`] for an estimate that is not this patient's.
pub async fn show(PatientLink(visitor): PatientLink, Path((_, id)): Path<(String, String)>) -> PageResult {
    render(&visitor, &id).await
}

/// POST: "I have read this". Pressed twice, it is noted once.
///
/// # Errors
/// [`PageError::NotFound`] for an estimate that is not this patient's.
pub async fn read(Path((_, id)): Path<(String, String)>, form: PatientForm) -> PageResult {
    let visitor = form.visitor;
    let id = id.parse::<EstimateId>().map_err(|_| PageError::NotFound)?;
    let mut tx = visitor.write().await?;
    acknowledge(&mut tx, &visitor.actor(), id).await?;
    tx.commit().await?;
    Ok(redirect(&format!("{}/estimate/{id}", home(&visitor))))
}

async fn render(visitor: &LinkVisitor, id: &str) -> PageResult {
    let (w, f) = (visitor.w(), visitor.f());
    let id = id.parse::<EstimateId>().map_err(|_| PageError::NotFound)?;
    let mut tx = visitor.read().await?;
    let estimate = tx.estimate(id, visitor.link.patient_id).await?.ok_or(PageError::NotFound)?;
    drop(tx);
    let made = f.long_day(f.date_of(estimate.created_at));
    let lines = estimate
        .lines
        .iter()
        .map(|line| Line {
            what: w.nf("estimate-line", line.count, [("name", line.name.as_str())]),
            cents: money(line.cents, &estimate.currency),
        })
        .collect();
    let page = EstimatePage {
        shell: visitor.shell(w.t("estimate-title")).await,
        path: home(visitor),
        action: format!("{}/estimate/{id}", home(visitor)),
        made: w.f("estimate-made", [("day", made.as_str())]),
        lines,
        total: money(estimate.total_cents, &estimate.currency),
        read: estimate
            .acknowledged_at
            .map(|at| w.f("estimate-was-read", [("when", f.long_when(at).as_str())])),
    };
    page_with_status(StatusCode::OK, &page)
}
