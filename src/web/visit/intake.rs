//! The intake form's first page: what is kept, what is left, and where to go on; once it is sent, the thanks and the answers.

use askama::Template;
use axum::http::StatusCode;

use super::LinkVisitor;
use super::extract::PatientLink;
use super::patient::home;
use crate::domain::intake::IntakeState;
use crate::domain::intake_form::{Progress, Section};
use crate::store::Tx;
use crate::store::intakes::{Answer, Intake};
use crate::web::kit::answers::{AnswerGroup, answer, groups};
use crate::web::kit::{PageError, PageResult, Shell, page, page_with_status};

/// A page of the form in the list.
struct TaskRow {
    title: String,
    path: String,
    state: String,
    class: &'static str,
}

/// The list of pages.
#[derive(Template)]
#[template(path = "pages/visit_intake.html")]
struct TasksPage {
    shell: Shell,
    /// A clinician's own words, if more was asked.
    words: String,
    is_begun: bool,
    rows: Vec<TaskRow>,
    /// The first page that is not done.
    go_on: String,
    /// Where somebody else says that the form is not for them.
    not_me: String,
    problem: Option<String>,
}

/// The page after the form was sent.
#[derive(Template)]
#[template(path = "pages/visit_intake_done.html")]
struct DonePage {
    shell: Shell,
    /// A clinician's own words, if one wrote any.
    words: String,
    reads: String,
    is_waiting: bool,
    groups: Vec<AnswerGroup>,
}

/// GET: the list while the form is with the patient, afterwards the thanks.
///
/// # Errors
/// [`PageError::NotFound`] for a link that opens no form.
pub async fn show(PatientLink(visitor): PatientLink) -> PageResult {
    let mut tx = visitor.read().await?;
    let intake = intake_of(&visitor, &mut tx).await?;
    let answers = tx.intake_answers(intake.id).await?;
    drop(tx);
    if intake.state.is_with_patient() {
        return tasks(&visitor, &intake, &answers, StatusCode::OK, None).await;
    }
    done(&visitor, &intake, &answers).await
}

/// The intake this link opens.
pub(super) async fn intake_of(visitor: &LinkVisitor, tx: &mut Tx) -> Result<Intake, PageError> {
    let intake = tx.intake_of_link(visitor.link.id, visitor.link.patient_id).await?;
    intake.filter(|intake| intake.site_id == visitor.site.id).ok_or(PageError::NotFound)
}

/// Where the form's first page is.
pub(super) fn form(visitor: &LinkVisitor) -> String {
    format!("/v/{}/intake", visitor.token)
}

/// The list of pages.
pub(super) async fn tasks(
    visitor: &LinkVisitor,
    intake: &Intake,
    answers: &[Answer],
    status: StatusCode,
    problem: Option<String>,
) -> PageResult {
    let w = visitor.w();
    let base = form(visitor);
    let progress: Vec<(Section, Progress)> = Section::ALL
        .iter()
        .map(|section| (*section, section.progress(|name| answer(answers, *section, name))))
        .collect();
    let left = progress.iter().find(|(_, how)| *how != Progress::Done);
    let mut rows: Vec<TaskRow> = progress
        .iter()
        .map(|(section, how)| {
            let (key, class) = match how {
                Progress::NotStarted => ("intake-not-started", "st-booked"),
                Progress::Started => ("intake-started", "st-confirmed"),
                Progress::Done => ("intake-done", "st-gone"),
            };
            TaskRow {
                title: w.t(section.word_key()),
                path: format!("{base}/{}", section.number()),
                state: w.t(key),
                class,
            }
        })
        .collect();
    rows.push(TaskRow {
        title: w.t("intake-check"),
        path: format!("{base}/check"),
        state: w.t("intake-not-started"),
        class: "st-booked",
    });
    let shell = visitor.shell(w.t("intake-title")).await;
    let list = TasksPage {
        shell: shell.refused(problem.is_some()),
        words: if intake.state == IntakeState::MoreAsked { intake.words.clone() } else { String::new() },
        is_begun: progress.iter().any(|(_, how)| *how != Progress::NotStarted),
        rows,
        go_on: left
            .map_or_else(|| format!("{base}/check"), |(section, _)| format!("{base}/{}", section.number())),
        not_me: format!("{}/not-me", home(visitor)),
        problem,
    };
    page_with_status(status, &list)
}

/// The thanks, and the answers to read. Nothing can be changed any more.
async fn done(visitor: &LinkVisitor, intake: &Intake, answers: &[Answer]) -> PageResult {
    let (w, f) = (visitor.w(), visitor.f());
    let mut tx = visitor.read().await?;
    let patient = tx.patient(intake.patient_id).await?.ok_or(PageError::NotFound)?;
    drop(tx);
    let is_waiting = intake.state == IntakeState::Returned;
    let title = if is_waiting {
        w.f("intake-thanks", [("name", patient.called())])
    } else {
        w.f("my-hello", [("name", patient.called())])
    };
    let result = DonePage {
        shell: visitor.shell(title).await,
        words: if is_waiting { String::new() } else { intake.words.clone() },
        reads: w.n("intake-reads", visitor.app.config.rules.intake.review_workdays),
        is_waiting,
        groups: groups(w, f, answers, |_| true).into_iter().filter(|group| !group.is_empty).collect(),
    };
    page(&result)
}

/// The list with what stood in the way of an act, or the thanks if the form went back meanwhile.
pub(super) async fn again(visitor: &LinkVisitor, problem: String) -> PageResult {
    let mut tx = visitor.read().await?;
    let intake = intake_of(visitor, &mut tx).await?;
    let answers = tx.intake_answers(intake.id).await?;
    drop(tx);
    if intake.state.is_with_patient() {
        return tasks(visitor, &intake, &answers, StatusCode::CONFLICT, Some(problem)).await;
    }
    done(visitor, &intake, &answers).await
}
