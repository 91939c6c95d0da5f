//! Cancel one visit by the link: a page that says what goes and what stays, the press, and the way back for a while.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::LinkVisitor;
use super::extract::{PatientForm, PatientLink};
use super::patient::{home, refused};
use super::patient_view::is_coming;
use crate::actions::ActionError;
use crate::actions::cancel_own::{cancel_own, goes_too, is_cancelable, restore_own};
use crate::domain::ids::AppointmentId;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::web::kit::{PageError, PageResult, Shell, page_with_status, redirect};

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_cancel.html")]
struct CancelPage {
    shell: Shell,
    path: String,
    id: String,
    version: i64,
    name: String,
    when: String,
    machine: String,
    /// The talk that is canceled too.
    too: Option<String>,
    /// Whether other visits stay.
    others: bool,
    /// How long it can be undone.
    undo: Option<String>,
    /// Whether it can be canceled here.
    open: bool,
    problem: Option<String>,
}

/// GET: what would be canceled; nothing changes.
///
/// # Errors
/// [`PageError::NotFound`] for a visit that is not this patient's.
pub async fn show(PatientLink(visitor): PatientLink, Path((_, id)): Path<(String, String)>) -> PageResult {
    render(&visitor, &id, StatusCode::OK, None).await
}

/// POST: cancels it, at the version the page showed.
///
/// # Errors
/// [`PageError::NotFound`] for a visit that is not this patient's.
pub async fn cancel(Path((_, id)): Path<(String, String)>, form: PatientForm) -> PageResult {
    let PatientForm { visitor, fields } = form;
    let visit: AppointmentId = id.parse().map_err(|_| PageError::NotFound)?;
    // Without the version nobody knows what was seen: treated as changed meanwhile.
    let version = fields.get("version").parse().unwrap_or(0);
    let (patient, rules) = (visitor.link.patient_id, &visitor.app.config.rules);
    let mut tx = visitor.write().await?;
    match cancel_own(&mut tx, &visitor.actor(), rules, &visitor.site, patient, visit, version).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect(&home(&visitor)))
        }
        Err(ActionError::Changed) => {
            drop(tx);
            let problem = Some(visitor.w().t("my-changed"));
            render(&visitor, &id, StatusCode::CONFLICT, problem).await
        }
        // The page itself says that it is too near.
        Err(ActionError::Refused(_)) => {
            drop(tx);
            render(&visitor, &id, StatusCode::CONFLICT, None).await
        }
        Err(error) => {
            drop(tx);
            refused(&visitor, error, "my-try-call").await
        }
    }
}

/// POST: "Undo": the visit is booked again, if its time is still free.
///
/// # Errors
/// [`PageError::NotFound`] for a visit that is not this patient's.
pub async fn restore(Path((_, id)): Path<(String, String)>, form: PatientForm) -> PageResult {
    let PatientForm { visitor, .. } = form;
    let visit: AppointmentId = id.parse().map_err(|_| PageError::NotFound)?;
    let (patient, rules) = (visitor.link.patient_id, &visitor.app.config.rules);
    let mut tx = visitor.write().await?;
    match restore_own(&mut tx, &visitor.actor(), rules, &visitor.site, patient, visit).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect(&format!("{}?done=restored", home(&visitor))))
        }
        Err(error) => {
            drop(tx);
            refused(&visitor, error, "my-cancel-undo-late").await
        }
    }
}

async fn render(visitor: &LinkVisitor, id: &str, status: StatusCode, problem: Option<String>) -> PageResult {
    let (w, f, now) = (visitor.w(), visitor.f(), visitor.now());
    let rules = &visitor.app.config.rules;
    let mut tx = visitor.read().await?;
    let visit = own_visit(visitor, &mut tx, id).await?;
    let talk = goes_too(&mut tx, &visit).await?;
    let all = tx.appointments_of(visit.patient_id).await?;
    drop(tx);
    let others = all.iter().any(|other| {
        let goes = other.id == visit.id || talk.as_ref().is_some_and(|talk| talk.id == other.id);
        !goes && is_coming(other, now)
    });
    let too = talk.as_ref().map(|talk| {
        let when = f.long_when(talk.starts_at);
        w.f("my-cancel-too", [("name", talk.public_name.as_str()), ("when", when.as_str())])
    });
    let page = CancelPage {
        shell: visitor.shell(w.t("my-cancel-title")).await.refused(status != StatusCode::OK),
        path: home(visitor),
        id: visit.id.to_string(),
        version: visit.version,
        name: visit.public_name.clone(),
        when: f.long_when(visit.starts_at),
        machine: f.machine(visit.starts_at),
        too,
        others,
        undo: Some(rules.cancel_undo_minutes)
            .filter(|minutes| *minutes > 0)
            .map(|minutes| w.n("my-cancel-undo-for", minutes)),
        open: is_cancelable(rules, &visit, now),
        problem,
    };
    page_with_status(status, &page)
}

async fn own_visit(visitor: &LinkVisitor, tx: &mut Tx, id: &str) -> Result<Appointment, PageError> {
    let id: AppointmentId = id.parse().map_err(|_| PageError::NotFound)?;
    let visit = tx.appointment(id).await?;
    visit.filter(|visit| visit.patient_id == visitor.link.patient_id).ok_or(PageError::NotFound)
}
