//! "I cannot come": the patient says which visit and perhaps why; a line on the worklist, and the visit stays until they talk.

use askama::Template;
use axum::http::{StatusCode, Uri};

use super::LinkVisitor;
use super::extract::{PatientForm, PatientLink};
use super::patient::{home, refused};
use super::patient_view;
use crate::actions::cancel_own::is_cancelable;
use crate::actions::worklist::patient_asks;
use crate::domain::ids::AppointmentId;
use crate::web::kit::{Fields, PageError, PageResult, Shell, page_with_status, redirect};

/// Longest note, in characters.
const MAX_NOTE: usize = 500;

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_ask.html")]
struct AskPage {
    shell: Shell,
    fields: Fields,
    path: String,
    visits: Vec<(String, String)>,
    /// The visits that can be canceled without a new time.
    cancels: Vec<(String, String)>,
}

/// GET: the form, the visit of the query chosen.
///
/// # Errors
/// What the store reports.
pub async fn ask_form(PatientLink(visitor): PatientLink, uri: Uri) -> PageResult {
    let fields = Fields::from_query(&uri);
    render(&visitor, StatusCode::OK, fields).await
}

/// POST: raises the line.
///
/// # Errors
/// What the store reports.
pub async fn ask(form: PatientForm) -> PageResult {
    let PatientForm { visitor, mut fields } = form;
    let w = visitor.w();
    let id = fields.parsed("visit", |typed| typed.parse::<AppointmentId>().ok(), &w.t("my-ask-choose"));
    let note = fields.optional_text("note", MAX_NOTE, &w.t("my-ask-long")).unwrap_or_default();
    let Some(id) = id.filter(|_| fields.is_ok()) else {
        return render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, fields).await;
    };
    let patient = visitor.link.patient_id;
    let mut tx = visitor.write().await?;
    let visit = tx.appointment(id).await?.ok_or(PageError::NotFound)?;
    if visit.patient_id != patient {
        return Err(PageError::NotFound);
    }
    if !patient_view::is_coming(&visit, visitor.now()) {
        drop(tx);
        fields.fail("visit", w.t("my-ask-choose"));
        return render(&visitor, StatusCode::CONFLICT, fields).await;
    }
    match patient_asks(&mut tx, &visitor.actor(), &visitor.site, patient, id, &note).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect(&format!("{}?done=asked", home(&visitor))))
        }
        Err(error) => {
            drop(tx);
            refused(&visitor, error, "my-try-call").await
        }
    }
}

async fn render(visitor: &LinkVisitor, status: StatusCode, mut fields: Fields) -> PageResult {
    let mut tx = visitor.read().await?;
    let view = patient_view::read(visitor, &mut tx).await?;
    drop(tx);
    let visits: Vec<(String, String)> = view
        .rows
        .iter()
        .filter(|row| !row.past)
        .map(|row| (row.id.clone(), format!("{}, {}", row.day, row.time)))
        .collect();
    let rules = &visitor.app.config.rules;
    let (w, f) = (visitor.w(), visitor.f());
    let cancels: Vec<(String, String)> = view
        .visits
        .iter()
        .filter(|visit| is_cancelable(rules, visit, visitor.now()))
        .map(|visit| {
            let when = f.long_when(visit.starts_at);
            (visit.id.to_string(), w.f("my-cancel-one", [("when", when.as_str())]))
        })
        .collect();
    // One visit needs no choosing.
    if let ([(only, _)], false) = (visits.as_slice(), fields.has("visit")) {
        fields.set("visit", only.clone());
    }
    let page = AskPage {
        shell: visitor.shell(visitor.w().t("my-ask-title")).await.refused(!fields.is_ok()),
        fields,
        path: home(visitor),
        visits,
        cancels,
    };
    page_with_status(status, &page)
}
