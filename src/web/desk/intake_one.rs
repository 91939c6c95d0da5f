//! One intake for the desk: why they called, how to reach them, how it stands; send the form, close what leads nowhere. Health
//! answers are for clinicians: they stand on the page of the review alone.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::book::mail_line;
use super::intake_words::{NextAct, class, find_intake, next_act, sentence, since};
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::intake::{close as close_intake, send_form, waiting_of};
use crate::domain::intake::IntakeState;
use crate::domain::intake_form::Section;
use crate::domain::patients::ContactPreference;
use crate::domain::roles::Permission;
use crate::store::patients::Patient;
use crate::web::kit::answers::{AnswerGroup, groups};
use crate::web::kit::back::local_path;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};

/// Longest reason to close, in characters.
const MAX_WHY: usize = 500;

#[derive(Template)]
#[template(path = "pages/intake_one.html")]
struct OnePage {
    shell: Shell,
    fields: Fields,
    path: String,
    chart: String,
    key: String,
    class: &'static str,
    state: String,
    sentence: String,
    facts: Vec<(String, String)>,
    reason: String,
    note: String,
    words: String,
    act: Option<NextAct>,
    review: Option<String>,
    groups: Vec<AnswerGroup>,
    may_close: bool,
}

/// GET `/intake/{id}`
///
/// # Errors
/// [`PageError::NotFound`] for none of this site.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    render(&desk, &id, Fields::new(), StatusCode::OK).await
}

/// POST `/intake/{id}/send`, then back to where it was pressed.
///
/// # Errors
/// [`PageError::NotFound`] for none of this site.
pub async fn send(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let mut tx = desk.write().await?;
    let intake = find_intake(&mut tx, &desk, &id).await?;
    let patient = tx.patient(intake.patient_id).await?.ok_or(PageError::NotFound)?;
    let back = local_path(fields.get("back"), &format!("/intake/{}", intake.id));
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    // One key serves every row of the pipeline.
    if let Some(done) = tx.claim_key("intake-send", &format!("{key}:{}", intake.id), &back).await? {
        return Ok(redirect(&done));
    }
    match send_form(&mut tx, &desk.actor(), &desk.app.config.rules, desk.site.id, intake.id).await {
        Ok(()) => tx.commit().await?,
        Err(ActionError::Changed) => {
            return Ok(redirect_with_flash(&back, &desk.w().t("intake-not-sendable"), None));
        }
        Err(other) => return Err(other.into()),
    }
    Ok(redirect_with_flash(&back, &sent_text(&desk, &patient), None))
}

/// POST `/intake/{id}/close` with `why`
///
/// # Errors
/// [`PageError::NotFound`] for none of this site.
pub async fn close(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let Some(why) = fields.text("why", MAX_WHY, &w.t("intake-close-why")) else {
        return render(&desk, &id, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let mut tx = desk.write().await?;
    let intake = find_intake(&mut tx, &desk, &id).await?;
    let path = format!("/intake/{}", intake.id);
    match close_intake(&mut tx, &desk.actor(), desk.site.id, intake.id, &why).await {
        Ok(()) => tx.commit().await?,
        // Closed by somebody else: the page says so.
        Err(ActionError::Changed) => return Ok(redirect(&path)),
        Err(other) => return Err(other.into()),
    }
    Ok(redirect_with_flash("/intake", &w.t("intake-closed-flash"), None))
}

/// What was sent, and when the mail goes; or that somebody has to call.
pub(super) fn sent_text(desk: &Desk, patient: &Patient) -> String {
    let (w, name) = (desk.w(), patient.full_name.as_str());
    if patient.email.is_some() && patient.contact == ContactPreference::Phone {
        return w.f("intake-sent-call", [("name", name)]);
    }
    let mail = mail_line(desk, patient);
    w.f("intake-sent-flash", [("name", name), ("mail", mail.as_str())])
}

async fn render(desk: &Desk, id: &str, fields: Fields, status: StatusCode) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let intake = find_intake(&mut tx, desk, id).await?;
    let patient = tx.patient(intake.patient_id).await?.ok_or(PageError::NotFound)?;
    let answers = tx.intake_answers(intake.id).await?;
    let title = w.f("intake-one-title", [("name", patient.full_name.as_str())]);
    let shell = desk.shell(&mut tx, Nav::Intake, title).await?;
    drop(tx);
    let waits = waiting_of(&desk.app.config.rules, &desk.site, &intake);
    let (birth, age) = (f.birth(patient.birth_date), f.age(patient.birth_date).to_string());
    let not_known = || w.t("patients-not-known");
    let facts = vec![
        (w.t("patients-birth-date"), w.f("patients-birth-read", [("birth", &birth), ("age", &age)])),
        (w.t("patients-phone"), patient.phone.clone().unwrap_or_else(not_known)),
        (w.t("patients-email"), patient.email.clone().unwrap_or_else(not_known)),
        (w.t("patients-contact"), w.t(patient.contact.word_key())),
        (w.t("intake-channel"), w.t(intake.channel.word_key())),
        (w.t("intake-source"), w.t(intake.source.word_key())),
        (w.t("intake-taken-by"), intake.created_by.clone()),
        (w.t("intake-head-since"), since(w, f, intake.since)),
        (w.t("intake-head-waits"), w.t(waits.on.word_key())),
    ];
    let decide = desk.may(Permission::DecideCandidacy);
    let shown = OnePage {
        shell: shell.refused(!fields.is_ok()),
        path: format!("/intake/{}", intake.id),
        chart: format!("/patients/{}", patient.id),
        key: idempotency::new_key(),
        class: class(intake.state),
        state: w.t(intake.state.word_key()),
        sentence: sentence(w, f, &intake),
        facts,
        reason: intake.reason.clone(),
        note: intake.note.clone(),
        words: intake.words.clone(),
        act: next_act(desk, &intake, waits).filter(|act| act.path != format!("/intake/{}", intake.id)),
        review: decide.then(|| format!("/intake/{}/review", intake.id)),
        groups: groups(w, f, &answers, Section::is_contact).into_iter().filter(|one| !one.is_empty).collect(),
        may_close: intake.state != IntakeState::Closed,
        fields,
    };
    page_with_status(status, &shown)
}
