//! The clinician's review: every answer on one page, what the patient would rather talk about marked, and the answer.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::intake_words::{class, find_intake, sentence};
use super::plan_view::facts_of;
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::intake_review::{Answered, NewReview, review};
use crate::domain::intake_form::{BIRTH_PARTS, CHECK, COST, Section};
use crate::domain::typed_date::read_date;
use crate::store::intakes::Answer;
use crate::store::patients::Patient;
use crate::web::kit::answers::{AnswerGroup, answer, groups};
use crate::web::kit::refusals::error_text;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, page_with_status, redirect, redirect_with_flash,
};
use crate::words::Words;
use crate::words::format::Format;

/// Longest note and longest message, in characters.
const MAX_TEXT: usize = 2000;

#[derive(Template)]
#[template(path = "pages/intake_review.html")]
struct ReviewPage {
    shell: Shell,
    fields: Fields,
    path: String,
    chart: String,
    facts: Vec<String>,
    class: &'static str,
    state: String,
    sentence: String,
    reason: String,
    /// What the patient would rather talk about, by page.
    talk: Vec<String>,
    /// What does not agree with the record.
    differs: Option<String>,
    cost: Option<String>,
    groups: Vec<AnswerGroup>,
    version: String,
    answers: Vec<(String, String)>,
    may_answer: bool,
    note: String,
    words: String,
}

/// GET `/intake/{id}/review`
///
/// # Errors
/// [`PageError::NotFound`] for none of this site.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    render(&desk, &id, Fields::new(), StatusCode::OK).await
}

/// POST `/intake/{id}/review`
///
/// # Errors
/// [`PageError::NotFound`] for none of this site.
pub async fn save(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let mut tx = desk.write().await?;
    let intake = find_intake(&mut tx, &desk, &id).await?;
    let patient = tx.patient(intake.patient_id).await?.ok_or(PageError::NotFound)?;
    let choice = fields.parsed("answer", Answered::parse, &w.t("intake-choose-answer"));
    let note = fields.optional_text("note", MAX_TEXT, &w.t("intake-long-text")).unwrap_or_default();
    let words = fields.optional_text("words", MAX_TEXT, &w.t("intake-long-text")).unwrap_or_default();
    // A version that cannot be read is older than any.
    let version = fields.get("version").parse::<i64>().unwrap_or(0);
    let Some(choice) = choice.filter(|_| fields.is_ok()) else {
        drop(tx);
        return render(&desk, &id, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    // A second press finds the work done by the first.
    let done = intake.version > version && !intake.state.is_to_review();
    if done && intake.reviewed_by.as_deref() == Some(desk.staff.full_name.as_str()) {
        return Ok(redirect("/intake"));
    }
    let told = !words.is_empty();
    let new = NewReview { intake: intake.id, version, answer: choice, note, words };
    match review(&mut tx, &desk.actor(), &desk.app.config.rules, &desk.site, new).await {
        Ok(()) => tx.commit().await?,
        Err(error @ (ActionError::Changed | ActionError::Refused(_))) => {
            drop(tx);
            for line in error_text(w, desk.f(), &error) {
                fields.fail("answer", line);
            }
            return render(&desk, &id, fields, StatusCode::CONFLICT).await;
        }
        Err(other) => return Err(other.into()),
    }
    let key = if told { "intake-answered-told" } else { "intake-answered-untold" };
    let said = w.f(key, [("name", patient.full_name.as_str())]);
    Ok(redirect_with_flash("/intake", &said, None))
}

async fn render(desk: &Desk, id: &str, mut fields: Fields, status: StatusCode) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let intake = find_intake(&mut tx, desk, id).await?;
    let patient = tx.patient(intake.patient_id).await?.ok_or(PageError::NotFound)?;
    let answers = tx.intake_answers(intake.id).await?;
    let title = w.f("intake-review-title", [("name", patient.full_name.as_str())]);
    let shell = desk.shell(&mut tx, Nav::Intake, title).await?;
    drop(tx);
    // The version that is read now is the one that is answered; a refused form keeps the one it was written for.
    if fields.get("version").is_empty() {
        fields.set("version", intake.version.to_string());
    }
    let all = groups(w, f, &answers, |_| true);
    let shown = ReviewPage {
        shell: shell.refused(!fields.is_ok()),
        path: format!("/intake/{}/review", intake.id),
        chart: format!("/patients/{}", patient.id),
        facts: facts_of(w, f, &patient),
        class: class(intake.state),
        state: w.t(intake.state.word_key()),
        sentence: sentence(w, f, &intake),
        reason: intake.reason.clone(),
        talk: all.iter().filter(|one| one.rather_talk).map(|one| one.title.clone()).collect(),
        differs: birth_differs(w, f, &answers, &patient),
        cost: cost(w, f, &answers),
        groups: all,
        version: fields.get("version").to_owned(),
        answers: Answered::ALL.iter().map(|one| (one.to_string(), w.t(one.word_key()))).collect(),
        may_answer: intake.state.is_to_review(),
        note: intake.note.clone(),
        words: intake.words.clone(),
        fields,
    };
    page_with_status(status, &shown)
}

/// A birth date in the form that is not the record's: a slip of the pen, or the wrong person's form.
fn birth_differs(w: Words, f: Format, answers: &[Answer], patient: &Patient) -> Option<String> {
    let typed = BIRTH_PARTS.map(|name| answer(answers, Section::About, name));
    let date = read_date(typed, f.today()).ok().flatten()?;
    (date != patient.birth_date).then(|| {
        let (typed, kept) = (f.birth(date), f.birth(patient.birth_date));
        w.f("intake-birth-differs", [("typed", typed.as_str()), ("kept", kept.as_str())])
    })
}

/// When the patient said that they may have to pay themselves.
fn cost(w: Words, f: Format, answers: &[Answer]) -> Option<String> {
    let said = answers.iter().find(|one| one.section == CHECK && one.field == COST)?;
    let day = f.day_month(f.date_of(said.updated_at));
    Some(w.f("intake-cost-said", [("day", day.as_str())]))
}
