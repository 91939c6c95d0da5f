//! The last page of the intake form: every answer with a way to change it, what it may cost, and "Send to the clinic", once.

use askama::Template;
use axum::http::StatusCode;

use super::LinkVisitor;
use super::extract::{PatientForm, PatientLink};
use super::intake::{again, form, intake_of};
use crate::actions::ActionError;
use crate::actions::intake_answers::send_back;
use crate::domain::intake_form::{COST, YES};
use crate::store::intakes::Answer;
use crate::web::kit::answers::{AnswerGroup, groups};
use crate::web::kit::{Fields, PageError, PageResult, Shell, page_with_status, redirect};

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_intake_check.html")]
struct CheckPage {
    shell: Shell,
    fields: Fields,
    path: String,
    groups: Vec<AnswerGroup>,
}

/// GET: every answer.
///
/// # Errors
/// [`PageError::NotFound`] for a link that opens no form.
pub async fn show(PatientLink(visitor): PatientLink) -> PageResult {
    let mut tx = visitor.read().await?;
    let intake = intake_of(&visitor, &mut tx).await?;
    let answers = tx.intake_answers(intake.id).await?;
    drop(tx);
    if !intake.state.is_with_patient() {
        return Ok(redirect(&form(&visitor)));
    }
    render(&visitor, &answers, Fields::new(), StatusCode::OK).await
}

/// POST: sends the form to the clinic. A second press shows the thanks.
///
/// # Errors
/// [`PageError::NotFound`] for a link that opens no form.
pub async fn send(form_sent: PatientForm) -> PageResult {
    let PatientForm { visitor, mut fields } = form_sent;
    let w = visitor.w();
    let mut tx = visitor.write().await?;
    let intake = intake_of(&visitor, &mut tx).await?;
    let thanks = form(&visitor);
    if !intake.state.is_with_patient() {
        return Ok(redirect(&thanks));
    }
    if !fields.checked(COST, YES) {
        fields.fail(COST, w.t("intake-cost-first"));
        let answers = tx.intake_answers(intake.id).await?;
        drop(tx);
        return render(&visitor, &answers, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    match send_back(&mut tx, &visitor.actor(), &intake).await {
        Ok(()) => tx.commit().await?,
        // Sent or saved at the same moment by another press.
        Err(ActionError::Changed) => {
            drop(tx);
            return again(&visitor, w.t("intake-saved-elsewhere")).await;
        }
        Err(ActionError::Refused(key)) => {
            drop(tx);
            return again(&visitor, w.t(key)).await;
        }
        Err(other) => return Err(PageError::from(other)),
    }
    Ok(redirect(&thanks))
}

async fn render(visitor: &LinkVisitor, answers: &[Answer], fields: Fields, status: StatusCode) -> PageResult {
    let (w, f) = (visitor.w(), visitor.f());
    let shell = visitor.shell(w.t("intake-check")).await;
    let shown = CheckPage {
        shell: shell.refused(!fields.is_ok()),
        path: form(visitor),
        groups: groups(w, f, answers, |_| true),
        fields,
    };
    page_with_status(status, &shown)
}
