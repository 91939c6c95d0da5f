//! After a check-in: thanks, who reads it and when, and what else could be answered today.

use askama::Template;
use axum::http::Uri;
use chrono::TimeDelta;

use super::extract::PatientLink;
use super::patient::home;
use crate::domain::mood::ScoreSource;
use crate::domain::patients::first_name;
use crate::web::kit::{Fields, PageError, PageResult, Shell, page};

/// The nine questions are offered again after this many days.
const QUESTIONS_DAYS: i64 = 6;
/// A mood score is offered again after this many hours.
const MOOD_HOURS: i64 = 12;

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_thanks.html")]
struct ThanksPage {
    shell: Shell,
    path: String,
    /// Whether a tap can still be changed.
    is_mood: bool,
    /// What else could be answered, and where.
    more: Option<(String, String)>,
}

/// GET: the page; nothing changes.
///
/// # Errors
/// [`PageError::NotFound`] when the patient is gone; what the store reports.
pub async fn show(PatientLink(visitor): PatientLink, uri: Uri) -> PageResult {
    let (w, patient) = (visitor.w(), visitor.link.patient_id);
    let is_mood = Fields::from_query(&uri).get("of") == "mood";
    let mut tx = visitor.read().await?;
    let now = tx.now();
    let name = tx.patient(patient).await?.ok_or(PageError::NotFound)?;
    let more = if is_mood {
        let last = tx.last_phq9(patient).await?;
        let is_due = last.is_none_or(|last| now - last.taken_at > TimeDelta::days(QUESTIONS_DAYS));
        is_due.then(|| (format!("{}/week", home(&visitor)), w.t("my-thanks-questions")))
    } else {
        let last = tx.last_mood_score(patient, ScoreSource::Link).await?;
        let is_due = last.is_none_or(|last| now - last.taken_at > TimeDelta::hours(MOOD_HOURS));
        is_due.then(|| (format!("{}/mood", home(&visitor)), w.t("my-mood-title")))
    };
    drop(tx);
    let title = w.f("my-thanks-title", [("name", first_name(name.called()))]);
    page(&ThanksPage { shell: visitor.shell(title).await, path: home(&visitor), is_mood, more })
}
