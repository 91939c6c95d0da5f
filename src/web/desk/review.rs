//! The review at the end of a course: who came, who drove, what the coach noted, whatever else is known, and what comes next.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::mood_chart::MoodChart;
use super::plan_view::facts_of;
use super::review_notes::integration_sections;
use super::review_rows::{AttendanceRow, EarlierRow, attendance, earlier_rows, summary};
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::review::{MAX_NOTE, NewReview, can_be_reviewed, decide_review};
use crate::domain::ids::SeriesId;
use crate::domain::patients::chart_name;
use crate::domain::recall;
use crate::domain::review::{ReviewOutcome, first_due_fault};
use crate::domain::roles::Permission;
use crate::store::Tx;
use crate::store::series::Series;
use crate::web::kit::refusals::error_text;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};
use crate::words::Words;

/// Scores listed under the plots.
const ROWS: usize = 40;

/// A part of the review that another area fills: scores over the course, intentions, the coach's notes.
#[derive(Clone, Debug, Default)]
pub struct ReviewSection {
    /// Its heading.
    pub title: String,
    /// What it says in one sentence; may be empty.
    pub finding: String,
    /// A picture of ours (`/…`) and its words, if there is one.
    pub picture: Option<(String, String)>,
    /// Names and values, in order.
    pub rows: Vec<(String, String)>,
    /// Where there is more: words and path.
    pub more: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "pages/review.html")]
struct ReviewPage {
    shell: Shell,
    fields: Fields,
    facts: Vec<String>,
    chart: String,
    series_href: String,
    course: String,
    state: String,
    summary: String,
    rows: Vec<AttendanceRow>,
    sections: Vec<ReviewSection>,
    /// Scores over the course, for those who may see them.
    scores: Option<MoodChart>,
    earlier: Vec<EarlierRow>,
    /// Set where this person decides.
    action: Option<String>,
    outcomes: Vec<(String, String)>,
    key: String,
}

/// GET `/series/{id}/review`
///
/// # Errors
/// [`PageError::NotFound`] for a course of another site.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    render(&desk, &id, Fields::new(), StatusCode::OK).await
}

/// POST `/series/{id}/review`: what the review decided.
///
/// # Errors
/// [`PageError::NotFound`] for a course of another site.
pub async fn decide(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let mut tx = desk.write().await?;
    let series = find(&mut tx, &desk, &id).await?;
    let path = format!("/series/{}/review", series.id);
    let Some(new) = read(&mut fields, &desk, series.id) else {
        drop(tx);
        return render(&desk, &id, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    if let Some(done) = tx.claim_key("review", &key, &path).await? {
        return Ok(redirect(&done));
    }
    let said = saved_words(w, new.outcome);
    match decide_review(&mut tx, &desk.actor(), &desk.site, new).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with_flash(&path, &said, None))
        }
        Err(error @ (ActionError::Changed | ActionError::Refused(_))) => {
            drop(tx);
            for line in error_text(w, desk.f(), &error) {
                fields.fail("outcome", line);
            }
            render(&desk, &id, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other.into()),
    }
}

/// Saved, and what follows.
fn saved_words(w: Words, outcome: ReviewOutcome) -> String {
    match outcome {
        ReviewOutcome::Done => w.t("review-saved-done"),
        ReviewOutcome::Boosters => w.t("review-saved-boosters"),
        ReviewOutcome::AnotherSeries => w.t("review-saved-another-series"),
        ReviewOutcome::Referral => w.t("review-saved-referral"),
    }
}

async fn find(tx: &mut Tx, desk: &Desk, id: &str) -> Result<Series, PageError> {
    let id = id.parse::<SeriesId>().map_err(|_| PageError::NotFound)?;
    tx.series(id).await?.filter(|one| one.site_id == desk.site.id).ok_or(PageError::NotFound)
}

/// What was typed, read; `None` with a message at every field that cannot be. The date belongs to boosters only.
fn read(fields: &mut Fields, desk: &Desk, series: SeriesId) -> Option<NewReview> {
    let w = desk.w();
    let outcome = fields.parsed("outcome", ReviewOutcome::parse, &w.t("review-choose-outcome"));
    let mut first_due = None;
    if let Some(outcome) = outcome.filter(|outcome| outcome.recalls()) {
        first_due = fields.date("first_due", &w.t("review-first-due-missing"));
        let fault = first_due.and_then(|day| first_due_fault(outcome, Some(day), desk.today()));
        if let Some(key) = fault {
            fields.fail("first_due", w.t(key));
        }
    }
    let note = fields.optional_text("note", MAX_NOTE, &w.t("review-note-long")).unwrap_or_default();
    let outcome = outcome.filter(|_| fields.is_ok())?;
    Some(NewReview { series, outcome, first_due, note })
}

/// What other areas add to the review; each pushes its own part here.
async fn sections(tx: &mut Tx, desk: &Desk, series: &Series) -> Result<Vec<ReviewSection>, PageError> {
    let mut sections = Vec::new();
    if desk.may(Permission::ReadIntegration) {
        let visits: Vec<_> = tx.appointments_in(series.id).await?.iter().map(|visit| visit.id).collect();
        let mut intentions = tx.intentions_of(series.patient_id).await?;
        intentions.retain(|set| visits.contains(&set.appointment_id));
        let mut notes = tx.session_notes_of(series.patient_id).await?;
        notes.retain(|note| visits.contains(&note.appointment_id));
        sections.extend(integration_sections(desk.w(), desk.f(), &intentions, &notes));
    }
    Ok(sections)
}

async fn render(desk: &Desk, id: &str, mut fields: Fields, status: StatusCode) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let series = find(&mut tx, desk, id).await?;
    let patient = tx.patient(series.patient_id).await?.ok_or(PageError::NotFound)?;
    let visits = tx.appointments_in(series.id).await?;
    let drives = tx.current_drives_of(patient.id).await?;
    let drives: HashMap<_, _> = drives.into_iter().map(|drive| (drive.appointment_id, drive)).collect();
    let protocol = tx.protocol(series.protocol_id).await?;
    let reviews = tx.reviews_of(series.id).await?;
    let staff: HashMap<_, _> =
        tx.all_staff().await?.into_iter().map(|staff| (staff.id, staff.full_name)).collect();
    let windows = tx.recall_windows().await?;
    let sections = sections(&mut tx, desk, &series).await?;
    let scores = if desk.may(Permission::SeeScores) {
        Some(MoodChart::read(&mut tx, w, f, patient.id, Some(series.id), ROWS).await?)
    } else {
        None
    };
    let title = w.f("review-title", [("name", chart_name(&patient.sort_name).as_str())]);
    let shell = desk.shell(&mut tx, Nav::Patients, title).await?.refused(!fields.is_ok());
    drop(tx);
    let may_decide = desk.may(Permission::DecideCandidacy);
    if !fields.has("first_due") {
        let last = visits.iter().filter(|visit| visit.is_treatment() && visit.ended_at.is_some());
        let last = last.map(|visit| visit.starts_at).max();
        let due = last.map(|at| recall::dates(f.date_of(at), windows, None).due);
        let day = due.unwrap_or_else(|| desk.today()).max(desk.today());
        fields.set("first_due", day.to_string());
    }
    let view = ReviewPage {
        shell,
        facts: facts_of(w, f, &patient),
        chart: format!("/patients/{}", patient.id),
        series_href: format!("/series/{}", series.id),
        course: protocol.map(|one| one.name).unwrap_or_default(),
        state: w.t(series.status.word_key()),
        summary: summary(w, &visits),
        rows: attendance(w, f, &series, &visits, &drives),
        sections,
        scores,
        earlier: earlier_rows(w, f, &reviews, &staff, may_decide),
        action: (may_decide && can_be_reviewed(&series)).then(|| format!("/series/{}/review", series.id)),
        outcomes: ReviewOutcome::ALL.iter().map(|one| (one.to_string(), w.t(one.word_key()))).collect(),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        fields,
    };
    page_with_status(status, &view)
}
