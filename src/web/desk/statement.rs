//! A statement of what a patient attended between two dates and what it costs, for the printer. No payments.

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use chrono::{Months, NaiveDate};

use super::Desk;
use super::plan_view::{facts_of, find_patient};
use crate::actions::estimates::statement;
use crate::web::kit::{Fields, Nav, PageResult, Shell, page_with_status};
use crate::words::format::money;

/// How far back a statement looks unless asked otherwise.
const USUAL_MONTHS: Months = Months::new(12);

/// One visit.
struct Row {
    day: String,
    name: String,
    price: String,
}

#[derive(Template)]
#[template(path = "pages/statement.html")]
struct StatementPage {
    shell: Shell,
    fields: Fields,
    action: String,
    chart: String,
    facts: Vec<String>,
    span: String,
    made: String,
    rows: Vec<Row>,
    total: String,
}

/// GET `/patients/{id}/statement?from=2026-01-01&to=2026-12-31`
///
/// # Errors
/// [`crate::web::kit::PageError::NotFound`] for a patient of another site.
pub async fn show(desk: Desk, Path(id): Path<String>, uri: Uri) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let mut fields = Fields::from_query(&uri);
    let usual = desk.today().checked_sub_months(USUAL_MONTHS).unwrap_or_else(|| desk.today());
    let from = date(&mut fields, "from", usual, &w.t("statement-enter-date"));
    let to = date(&mut fields, "to", desk.today(), &w.t("statement-enter-date"));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        fields.fail("to", w.t("statement-order"));
    }
    let status = if fields.is_ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (first, last) = match (from, to) {
        (Some(from), Some(to)) => (from, to),
        _ => (usual, desk.today()),
    };
    let made = statement(&mut tx, &desk.actor(), &desk.site, patient.id, first, last).await?;
    let title = w.f("statement-title", [("name", patient.full_name.as_str())]);
    let shell = desk.shell(&mut tx, Nav::Patients, title).await?.refused(!fields.is_ok());
    drop(tx);
    let currency = &desk.site.currency;
    let (from_words, to_words) = (f.birth(first), f.birth(last));
    let (when, by) = (f.when(desk.now()), desk.staff.full_name.as_str());
    let page = StatementPage {
        shell,
        action: format!("/patients/{}/statement", patient.id),
        chart: format!("/patients/{}", patient.id),
        facts: facts_of(w, f, &patient),
        span: w.f("statement-span", [("from", from_words.as_str()), ("to", to_words.as_str())]),
        made: w.f("statement-made", [("when", when.as_str()), ("name", by)]),
        rows: made
            .lines
            .iter()
            .map(|line| Row {
                day: f.birth(line.on),
                name: line.name.clone(),
                price: money(line.cents, currency),
            })
            .collect(),
        total: money(made.total_cents, currency),
        fields,
    };
    page_with_status(status, &page)
}

/// The date typed, or the usual one where none was; a message at the field for anything else.
fn date(fields: &mut Fields, name: &str, usual: NaiveDate, message: &str) -> Option<NaiveDate> {
    if fields.get(name).is_empty() {
        fields.set(name, usual.to_string());
        return Some(usual);
    }
    fields.date(name, message)
}
