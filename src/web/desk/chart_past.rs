//! A patient's visits that are over or canceled, page by page, newest first.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::http::Uri;

use super::Desk;
use super::chart_parts::{Known, VisitRow, visit_row};
use super::plan_view::{facts_of, find_patient};
use crate::domain::patients::chart_name;
use crate::web::kit::{Fields, Nav, PageResult, Shell, page};

/// Visits on a page.
const ROWS: i64 = 25;
/// The last page anybody can ask for.
const LAST_PAGE: i64 = 10_000;

#[derive(Template)]
#[template(path = "pages/chart_past.html")]
struct PastPage {
    shell: Shell,
    facts: Vec<String>,
    chart: String,
    past: Vec<VisitRow>,
    newer: Option<String>,
    older: Option<String>,
}

/// GET `/patients/{id}/visits?page=2`
///
/// # Errors
/// [`crate::web::kit::PageError::NotFound`] for a patient of another site.
pub async fn show(desk: Desk, Path(id): Path<String>, uri: Uri) -> PageResult {
    let (w, f, site) = (desk.w(), desk.f(), desk.site.id);
    let asked = Fields::from_query(&uri).get("page").parse::<i64>().unwrap_or(1);
    let number = asked.clamp(1, LAST_PAGE);
    let mut tx = desk.read().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    // One more than is shown tells whether there are older ones.
    let mut visits = tx.past_visits_of(patient.id, ROWS + 1, (number - 1) * ROWS).await?;
    let has_older = visits.len() > usize::try_from(ROWS).unwrap_or(usize::MAX);
    visits.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let known = Known {
        w,
        f,
        now: desk.now(),
        protocols: HashMap::new(),
        staff: HashMap::new(),
        resources: tx.resources(site).await?.into_iter().map(|one| (one.id, one.name)).collect(),
        series: tx.series_of(patient.id).await?.into_iter().map(|one| (one.id, one)).collect(),
        drives: HashMap::new(),
    };
    let title = w.f("chart-past-title", [("name", chart_name(&patient.sort_name).as_str())]);
    let shell = desk.shell(&mut tx, Nav::Patients, title).await?;
    drop(tx);
    let chart = format!("/patients/{}", patient.id);
    let to = |number: i64| format!("{chart}/visits?page={number}");
    page(&PastPage {
        shell,
        facts: facts_of(w, f, &patient),
        past: visits.iter().map(|visit| visit_row(&known, visit)).collect(),
        newer: (number > 1).then(|| to(number - 1)),
        older: has_older.then(|| to(number + 1)),
        chart,
    })
}
