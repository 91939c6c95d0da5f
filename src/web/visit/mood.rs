//! "How are you today?": eleven buttons, one tap. No score is said back, no colour, no praise.

use askama::Template;
use axum::http::StatusCode;

use super::LinkVisitor;
use super::extract::{PatientForm, PatientLink};
use super::patient::{home, refused};
use crate::actions::mood::record_mood;
use crate::domain::mood::MOOD_MAX;
use crate::web::kit::{Fields, PageResult, Shell, idempotency, page_with_status, redirect};

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_mood.html")]
struct MoodPage {
    shell: Shell,
    fields: Fields,
    path: String,
    key: String,
    scores: Vec<i64>,
}

/// GET: the question; nothing changes.
///
/// # Errors
/// What the store reports.
pub async fn show(PatientLink(visitor): PatientLink) -> PageResult {
    render(&visitor, StatusCode::OK, Fields::new()).await
}

/// POST: keeps the score.
///
/// # Errors
/// What the store reports.
pub async fn answer(form: PatientForm) -> PageResult {
    let PatientForm { visitor, mut fields } = form;
    let score = fields.number("score", 0..=MOOD_MAX, &visitor.w().t("my-mood-choose"));
    let Some(score) = score else {
        return render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, fields).await;
    };
    let done = format!("{}/thanks?of=mood", home(&visitor));
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = visitor.write().await?;
    if let Some(earlier) = tx.claim_key("mood", &key, &done).await? {
        return Ok(redirect(&earlier));
    }
    let (actor, now) = (visitor.actor(), tx.now());
    match record_mood(&mut tx, &actor, &visitor.site, visitor.link.patient_id, score, now).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect(&done))
        }
        Err(error) => {
            drop(tx);
            refused(&visitor, error, "my-try-call").await
        }
    }
}

async fn render(visitor: &LinkVisitor, status: StatusCode, fields: Fields) -> PageResult {
    let page = MoodPage {
        shell: visitor.shell(visitor.w().t("my-mood-title")).await.refused(!fields.is_ok()),
        key: idempotency::new_key(),
        fields,
        path: home(visitor),
        scores: (0..=MOOD_MAX).collect(),
    };
    page_with_status(status, &page)
}
