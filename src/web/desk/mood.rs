//! A patient's scores: what waits for a clinician, the chart with its table, a score entered for somebody on the phone.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use chrono::{DateTime, Timelike, Utc};

use super::mood_chart::MoodChart;
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::mood::record_mood;
use crate::actions::phq9::review_item9;
use crate::domain::ids::{PatientId, Phq9Id};
use crate::domain::mood::MOOD_MAX;
use crate::domain::roles::Permission;
use crate::domain::time::bound;
use crate::store::Tx;
use crate::store::patients::Patient;
use crate::web::kit::refusals::error_text;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};
use crate::words::format::minutes_input;

/// Rows the table shows at most.
const MOST_ROWS: usize = 500;
/// Longest note of a review, in characters.
const MAX_NOTE: usize = 2000;

#[derive(Template)]
#[template(path = "pages/mood.html")]
struct MoodPage {
    shell: Shell,
    fields: Fields,
    chart: String,
    key: String,
    born: String,
    name: String,
    mood: MoodChart,
    may_review: bool,
    /// The questionnaire whose review was refused; empty if none was.
    refused: String,
    /// Why it was.
    problem: String,
}

/// GET /patients/{id}/mood.
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut fields = Fields::new();
    set_now(&mut fields, &desk);
    render(&desk, parse(&id)?, fields, StatusCode::OK, None).await
}

/// POST /patients/{id}/mood: a score somebody said.
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn record(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let (w, id) = (desk.w(), parse(&id)?);
    let score = fields.number("score", 0..=MOOD_MAX, &w.t("mood-enter-score-error"));
    let taken_at = read_when(&mut fields, &desk);
    let (Some(score), Some(taken_at)) = (score, taken_at) else {
        return render(&desk, id, fields, StatusCode::UNPROCESSABLE_ENTITY, None).await;
    };
    let done = format!("/patients/{id}/mood");
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    let patient = patient_of(&desk, &mut tx, id).await?;
    if let Some(earlier) = tx.claim_key("mood", &key, &done).await? {
        return Ok(redirect(&earlier));
    }
    match record_mood(&mut tx, &desk.actor(), &desk.site, id, score, taken_at).await {
        Ok(()) => tx.commit().await?,
        Err(error) => {
            drop(tx);
            fail(&mut fields, "date", &desk, error)?;
            return render(&desk, id, fields, StatusCode::UNPROCESSABLE_ENTITY, None).await;
        }
    }
    let said = w.f("mood-entered", [("name", patient.full_name.as_str())]);
    Ok(redirect_with_flash(&done, &said, None))
}

/// POST /phq9/{id}/review: a clinician has seen an item 9 above zero.
///
/// # Errors
/// [`PageError::NotFound`] for a questionnaire of another site.
pub async fn review(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let (w, id) = (desk.w(), id.parse::<Phq9Id>().map_err(|_| PageError::NotFound)?);
    let mut tx = desk.write().await?;
    let site = desk.site.id;
    let one = tx.phq9(id).await?.filter(|one| one.site_id == site).ok_or(PageError::NotFound)?;
    let field = format!("note-{id}");
    if fields.get("note").chars().count() > MAX_NOTE {
        fields.fail(&field, w.t("phq9-review-long"));
    } else {
        match review_item9(&mut tx, &desk.actor(), &desk.site, id, fields.get("note")).await {
            Ok(patient) => {
                tx.commit().await?;
                let chart = format!("/patients/{patient}/mood");
                return Ok(redirect_with_flash(&chart, &w.t("phq9-reviewed"), None));
            }
            Err(ActionError::Changed) => {
                let chart = format!("/patients/{}/mood", one.patient_id);
                return Ok(redirect_with_flash(&chart, &w.t("phq9-reviewed-already"), None));
            }
            Err(error) => fail(&mut fields, &field, &desk, error)?,
        }
    }
    drop(tx);
    set_now(&mut fields, &desk);
    render(&desk, one.patient_id, fields, StatusCode::UNPROCESSABLE_ENTITY, Some(id)).await
}

async fn render(
    desk: &Desk,
    id: PatientId,
    fields: Fields,
    status: StatusCode,
    refused: Option<Phq9Id>,
) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let patient = patient_of(desk, &mut tx, id).await?;
    let mood = MoodChart::read(&mut tx, w, f, id, None, MOST_ROWS).await?;
    let title = w.f("mood-title", [("name", patient.full_name.as_str())]);
    let shell = desk.shell(&mut tx, Nav::Patients, title).await?;
    let refused = refused.map(|id| id.to_string()).unwrap_or_default();
    let page = MoodPage {
        shell: shell.refused(!fields.is_ok()),
        chart: format!("/patients/{id}"),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        born: born(desk, &patient),
        name: patient.full_name,
        mood,
        may_review: desk.may(Permission::ReviewRisk),
        problem: fields.error(&format!("note-{refused}")).unwrap_or_default().to_owned(),
        refused,
        fields,
    };
    page_with_status(status, &page)
}

pub(super) fn parse(id: &str) -> Result<PatientId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}

/// The patient, if they are this site's.
pub(super) async fn patient_of(desk: &Desk, tx: &mut Tx, id: PatientId) -> Result<Patient, PageError> {
    let patient = tx.patient(id).await?;
    patient.filter(|patient| patient.site_id == desk.site.id).ok_or(PageError::NotFound)
}

/// "born Mar 4, 1988 (38)".
pub(super) fn born(desk: &Desk, patient: &Patient) -> String {
    let f = desk.f();
    let (birth, age) = (f.birth(patient.birth_date), f.age(patient.birth_date).to_string());
    desk.w().f("chart-born", [("birth", birth.as_str()), ("age", age.as_str())])
}

/// Puts the present into the fields `date` and `time`.
pub(super) fn set_now(fields: &mut Fields, desk: &Desk) {
    let now = desk.f().local(desk.now());
    fields.set("date", now.date().to_string());
    fields.set("time", minutes_input(i64::from(now.hour() * 60 + now.minute())));
}

/// The instant of the fields `date` and `time`; `None` with a message at either.
pub(super) fn read_when(fields: &mut Fields, desk: &Desk) -> Option<DateTime<Utc>> {
    let date = fields.date("date", &desk.w().t("mood-enter-date-error"));
    let time = fields.time("time", &desk.w().t("mood-enter-time-error"));
    Some(bound(desk.zone(), date?.and_time(time?)))
}

/// A refusal in words at a field; faults of ours go on as errors.
pub(super) fn fail(
    fields: &mut Fields,
    field: &str,
    desk: &Desk,
    error: ActionError,
) -> Result<(), PageError> {
    match error {
        ActionError::Store(_) | ActionError::NotFound | ActionError::NotPermitted => Err(error.into()),
        refusal => {
            for line in error_text(desk.w(), desk.f(), &refusal) {
                fields.fail(field, line);
            }
            Ok(())
        }
    }
}
