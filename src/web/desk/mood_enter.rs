//! A whole PHQ-9 entered for a patient who answers on the phone or in the room.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::mood::{born, fail, parse, patient_of, read_when, set_now};
use super::{Desk, DeskForm};
use crate::actions::phq9::record_phq9;
use crate::domain::ids::PatientId;
use crate::domain::phq9::{ANSWER_KEYS, Answers, ITEM_KEYS, ITEM_MAX, ITEMS};
use crate::web::kit::{
    Fields, Nav, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};

#[derive(Template)]
#[template(path = "pages/mood_enter.html")]
struct EnterPage {
    shell: Shell,
    fields: Fields,
    action: String,
    back: String,
    key: String,
    born: String,
    name: String,
    /// Each item's field and words.
    items: Vec<(String, String)>,
    answers: Vec<(String, String)>,
}

/// GET /patients/{id}/phq9.
///
/// # Errors
/// [`crate::web::kit::PageError::NotFound`] for nobody of this site.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut fields = Fields::new();
    set_now(&mut fields, &desk);
    render(&desk, parse(&id)?, fields, StatusCode::OK).await
}

/// POST /patients/{id}/phq9.
///
/// # Errors
/// [`crate::web::kit::PageError::NotFound`] for nobody of this site.
pub async fn record(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let (w, id) = (desk.w(), parse(&id)?);
    let mut answers: Answers = [None; ITEMS];
    for (number, answer) in (1..).zip(&mut answers) {
        let message = w.f("phq9-enter-choose", [("number", &number.to_string())]);
        *answer = fields.number(&field(number), 0..=ITEM_MAX, &message);
    }
    let taken_at = read_when(&mut fields, &desk);
    let Some(taken_at) = taken_at.filter(|_| fields.is_ok()) else {
        return render(&desk, id, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let done = format!("/patients/{id}/mood");
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    let patient = patient_of(&desk, &mut tx, id).await?;
    if let Some(earlier) = tx.claim_key("phq9", &key, &done).await? {
        return Ok(redirect(&earlier));
    }
    match record_phq9(&mut tx, &desk.actor(), &desk.site, id, answers, taken_at).await {
        Ok(is_risk) => {
            tx.commit().await?;
            let key = if is_risk { "phq9-entered-risk" } else { "phq9-entered" };
            let said = w.f(key, [("name", patient.full_name.as_str())]);
            Ok(redirect_with_flash(&done, &said, None))
        }
        Err(error) => {
            drop(tx);
            fail(&mut fields, "date", &desk, error)?;
            render(&desk, id, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// The field of an item, counted from 1.
fn field(number: usize) -> String {
    format!("q{number}")
}

async fn render(desk: &Desk, id: PatientId, fields: Fields, status: StatusCode) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let patient = patient_of(desk, &mut tx, id).await?;
    let title = w.f("phq9-enter-title", [("name", patient.full_name.as_str())]);
    let shell = desk.shell(&mut tx, Nav::Patients, title).await?;
    let back = format!("/patients/{id}/mood");
    let item = |(number, key): (usize, &&str)| (field(number), format!("{number}. {}", w.t(key)));
    let page = EnterPage {
        shell: shell.refused(!fields.is_ok()),
        action: format!("/patients/{id}/phq9"),
        back,
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        born: born(desk, &patient),
        name: patient.full_name,
        items: (1..).zip(&ITEM_KEYS).map(item).collect(),
        answers: (0..=ITEM_MAX).zip(ANSWER_KEYS).map(|(value, key)| (value.to_string(), w.t(key))).collect(),
        fields,
    };
    page_with_status(status, &page)
}
