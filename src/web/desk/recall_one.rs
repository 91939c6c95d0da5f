//! Recall of one patient: the dates and where they come from, the patient's own windows, stopping and beginning again.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::plan_query::optional;
use super::plan_view::find_patient;
use super::recall::{class, state_words};
use super::{Desk, DeskForm};
use crate::actions::recall::{Recalled, recalled};
use crate::actions::{ActionError, recall_change};
use crate::domain::patients::chart_name;
use crate::domain::recall::{MOST_DAYS, MOST_MONTHS, Overrides, Windows};
use crate::domain::roles::Permission;
use crate::store::Tx;
use crate::store::patients::Patient;
use crate::web::kit::refusals::error_text;
use crate::web::kit::{Fields, Nav, PageResult, Shell, page_with_status, redirect_with_flash};
use crate::words::Words;

/// Longest reason, in characters.
const MAX_REASON: usize = 200;

#[derive(Template)]
#[template(path = "pages/recall_one.html")]
struct RecallOnePage {
    shell: Shell,
    fields: Fields,
    chart: String,
    path: String,
    name: String,
    /// State with its class; `None` for somebody who is not called back.
    state: Option<(&'static str, String)>,
    /// Names and values of the dates.
    facts: Vec<(String, String)>,
    /// Since when and why nobody calls any more.
    stopped: Option<String>,
    hint_due: String,
    hint_recommended: String,
    hint_overdue: String,
    may_change: bool,
}

/// GET `/recall/{id}`
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut tx = desk.read().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let own = tx.recall_settings(patient.id).await?;
    let mut fields = Fields::new();
    if let Some(own) = own {
        let numbers = [
            ("due_days", own.due_days),
            ("recommended_days", own.recommended_days),
            ("overdue_months", own.overdue_months),
        ];
        for (name, number) in numbers {
            if let Some(number) = number {
                fields.set(name, number.to_string());
            }
        }
    }
    render(&desk, tx, &patient, fields, StatusCode::OK).await
}

/// POST `/recall/{id}/windows`: the patient's own numbers; an empty field is the clinic's.
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn windows(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let mut tx = desk.write().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let clinic = tx.recall_windows().await?;
    let Some(own) = read_windows(&mut fields, w, clinic) else {
        drop(tx);
        return refused(&desk, &patient, fields).await;
    };
    let done = recall_change::set_own_windows(&mut tx, &desk.actor(), &desk.site, patient.id, own).await;
    finish(&desk, tx, &patient, fields, done, "due_days", "recall-windows-saved").await
}

/// POST `/recall/{id}/stop` with `reason`
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn stop(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let mut tx = desk.write().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let Some(reason) = fields.text("reason", MAX_REASON, &w.t("recall-stop-why")) else {
        drop(tx);
        return refused(&desk, &patient, fields).await;
    };
    let done = recall_change::stop(&mut tx, &desk.actor(), &desk.site, patient.id, &reason).await;
    finish(&desk, tx, &patient, fields, done, "reason", "recall-stop-saved").await
}

/// POST `/recall/{id}/resume`
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn resume(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let mut tx = desk.write().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let done = match recall_change::resume(&mut tx, &desk.actor(), &desk.site, patient.id).await {
        // A second press finds it done.
        Err(ActionError::Changed) => Ok(()),
        other => other,
    };
    finish(&desk, tx, &patient, fields, done, "reason", "recall-resume-saved").await
}

/// Keeps what was done, or shows the page with what stood in the way at a field.
async fn finish(
    desk: &Desk,
    tx: Tx,
    patient: &Patient,
    mut fields: Fields,
    done: Result<(), ActionError>,
    field: &str,
    said: &str,
) -> PageResult {
    let w = desk.w();
    match done {
        Ok(()) => {
            tx.commit().await?;
            let said = w.f(said, [("name", patient.full_name.as_str())]);
            Ok(redirect_with_flash(&format!("/recall/{}", patient.id), &said, None))
        }
        Err(error @ ActionError::Refused(_)) => {
            drop(tx);
            for line in error_text(w, desk.f(), &error) {
                fields.fail(field, line);
            }
            refused(desk, patient, fields).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn refused(desk: &Desk, patient: &Patient, fields: Fields) -> PageResult {
    let tx = desk.read().await?;
    render(desk, tx, patient, fields, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// What was typed, read, and looked at together with the clinic's numbers; `None` with a message at every field that cannot be.
fn read_windows(fields: &mut Fields, w: Words, clinic: Windows) -> Option<Overrides> {
    let (days, months) = (w.t("recall-days-range"), w.t("recall-months-range"));
    let within = |text: &str, most| text.parse::<i64>().ok().filter(|number| (1..=most).contains(number));
    let own = Overrides {
        due_days: optional(fields, "due_days", &days, |text| within(text, MOST_DAYS)),
        recommended_days: optional(fields, "recommended_days", &days, |text| within(text, MOST_DAYS)),
        overdue_months: optional(fields, "overdue_months", &months, |text| within(text, MOST_MONTHS)),
    };
    if fields.is_ok() {
        for (field, key) in clinic.with(own).faults() {
            fields.fail(field, w.t(key));
        }
    }
    fields.is_ok().then_some(own)
}

async fn render(
    desk: &Desk,
    mut tx: Tx,
    patient: &Patient,
    fields: Fields,
    status: StatusCode,
) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let one = recalled(&mut tx, &desk.site, patient.id).await?;
    let own = tx.recall_settings(patient.id).await?;
    let clinic = tx.recall_windows().await?;
    let name = chart_name(&patient.sort_name);
    let title = w.f("recall-one-title", [("name", name.as_str())]);
    let shell = desk.shell(&mut tx, Nav::Recall, title).await?.refused(!fields.is_ok());
    drop(tx);
    let stopped = own.filter(|own| own.stopped_at.is_some()).map(|own| {
        let day = own.stopped_at.map(|at| f.day(f.date_of(at))).unwrap_or_default();
        let (by, why) = (own.stopped_by.unwrap_or_default(), own.stop_reason.unwrap_or_default());
        w.f("recall-stopped-by", [("by", by.as_str()), ("day", day.as_str()), ("why", why.as_str())])
    });
    let hint = |number: i64| w.f("recall-clinic-number", [("number", number.to_string().as_str())]);
    let view = RecallOnePage {
        shell,
        chart: format!("/patients/{}", patient.id),
        path: format!("/recall/{}", patient.id),
        name: patient.full_name.clone(),
        state: one.as_ref().map(|one| (class(one.state), state_words(w, f, one.state))),
        facts: one.as_ref().map(|one| facts(desk, one)).unwrap_or_default(),
        stopped,
        hint_due: hint(clinic.due_days),
        hint_recommended: hint(clinic.recommended_days),
        hint_overdue: hint(clinic.overdue_months),
        may_change: desk.may(Permission::Book),
        fields,
    };
    page_with_status(status, &view)
}

/// The last treatment and the dates that follow from it.
fn facts(desk: &Desk, one: &Recalled) -> Vec<(String, String)> {
    let (w, f) = (desk.w(), desk.f());
    let last_on = f.day(one.last_on);
    vec![
        (
            w.t("recall-head-last"),
            w.f("recall-last", [("day", last_on.as_str()), ("visit", one.last.name.as_str())]),
        ),
        (w.t("recall-fact-due"), f.day(one.dates.due)),
        (w.t("recall-fact-recommended"), f.day(one.dates.recommended)),
        (w.t("recall-fact-overdue"), f.day(one.dates.overdue)),
    ]
}
