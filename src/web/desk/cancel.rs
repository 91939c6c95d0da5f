//! Cancel one visit: what goes with it, who is told, and why.

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};

use super::visit_states::back_of;
use super::{Desk, DeskForm, visit, visit_words};
use crate::actions::{ActionError, cancel};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::ids::AppointmentId;
use crate::domain::protocols::VisitRole;
use crate::store::appointments::Appointment;
use crate::web::kit::back::with_back;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, page_with_status, redirect_with_flash, refusals,
};

/// Most characters of a reason.
const MAX_REASON: usize = 200;

#[derive(Template)]
#[template(path = "pages/cancel_visit.html")]
struct CancelPage {
    shell: Shell,
    fields: Fields,
    /// Why it was not done.
    reasons: Vec<String>,
    /// Why it cannot be done at all.
    not: Option<String>,
    what: String,
    goes_too: Vec<String>,
    told: Vec<String>,
    button: String,
    id: String,
    version: i64,
    back: String,
}

fn id_of(text: &str) -> Result<AppointmentId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// Whether `other` is the talk that hangs on `visit`.
fn hangs_on(visit: &Appointment, other: &Appointment) -> bool {
    visit.role == Some(VisitRole::Main)
        && other.role == Some(VisitRole::AfterEach)
        && other.role_index == visit.role_index
        && other.status.is_ahead()
}

/// GET /appointments/{id}/cancel
///
/// # Errors
/// [`PageError::NotFound`] when there is no such visit here.
pub async fn show(desk: Desk, Path(id): Path<String>, uri: Uri) -> PageResult {
    let id = id_of(&id)?;
    let mut fields = Fields::new();
    fields.set("back", back_of(&Fields::new(), &uri, &format!("/appointments/{id}")));
    render(&desk, id, fields, Vec::new(), StatusCode::OK).await
}

async fn render(
    desk: &Desk,
    id: AppointmentId,
    fields: Fields,
    reasons: Vec<String>,
    status: StatusCode,
) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let (visit, patient) = visit::load(&mut tx, desk, id).await?;
    let (series, course) = match visit.series_id {
        Some(series) => (tx.series(series).await?, tx.appointments_in(series).await?),
        None => (None, Vec::new()),
    };
    let drive = tx.current_drive(id).await?;
    let line = |visit: &Appointment| {
        let service = visit_words::place(w, visit, series.as_ref());
        let when = f.when(visit.starts_at);
        w.f("appointment-cancel-what", [("service", service.as_str()), ("when", when.as_str())])
    };
    let name = patient.full_name.as_str();
    let undo_minutes = desk.app.config.rules.mail_undo_minutes;
    let mut told = Vec::new();
    if visit.status == AppointmentStatus::Held {
        told.push(w.t("appointment-cancel-held"));
    } else if patient.email.is_some() {
        told.push(w.nf("appointment-cancel-mail", undo_minutes, [("name", name)]));
    } else {
        let phone = patient.phone.clone().unwrap_or_else(|| w.t("appointment-not-known"));
        told.push(w.f("appointment-cancel-no-mail", [("name", name), ("phone", phone.as_str())]));
    }
    if let Some(drive) = &drive {
        let key = visit.companion.pick("appointment-cancel-driver", "appointment-cancel-sitter");
        told.push(w.f(key, [("name", drive.full_name.as_str())]));
    }
    let not = (!visit.status.is_ahead()).then(|| {
        let state = visit_words::state_word(w, f, &visit, None, desk.now());
        w.f("appointment-cancel-not", [("state", state.as_str())])
    });
    let title = w.f("appointment-cancel-title", [("name", name)]);
    let mut shell = desk.shell(&mut tx, Nav::Today, title).await?.refused(status != StatusCode::OK);
    shell.here = format!("/appointments/{id}/cancel");
    let page = CancelPage {
        reasons,
        not,
        what: line(&visit),
        goes_too: course.iter().filter(|other| hangs_on(&visit, other)).map(line).collect(),
        told,
        button: w.f("appointment-cancel-do", [("name", name)]),
        id: id.to_string(),
        version: visit.version,
        back: fields.get("back").to_owned(),
        fields,
        shell,
    };
    page_with_status(status, &page)
}

/// POST /appointments/{id}/cancel
///
/// # Errors
/// [`PageError::NotFound`] when there is no such visit here; [`PageError::Forbidden`] for other roles.
pub async fn save(Path(id): Path<String>, uri: Uri, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields, .. } = form;
    let id = id_of(&id)?;
    let (w, f) = (desk.w(), desk.f());
    let back = back_of(&fields, &uri, &format!("/appointments/{id}"));
    fields.set("back", back.clone());
    let Some(reason) = fields.text("reason", MAX_REASON, &w.t("appointment-cancel-reason-wrong")) else {
        return render(&desk, id, fields, Vec::new(), StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let mut tx = desk.write().await?;
    let (seen, patient) = visit::load(&mut tx, &desk, id).await?;
    // Without the version nobody knows what was seen: treated as changed meanwhile.
    let version = fields.get("version").parse().unwrap_or(0);
    let rules = &desk.app.config.rules;
    match cancel::cancel_visit(&mut tx, &desk.actor(), rules, &desk.site, id, version, &reason).await {
        Ok(cancelled) => {
            tx.commit().await?;
            let when = f.when(seen.starts_at);
            let args = [("name", patient.full_name.as_str()), ("when", when.as_str())];
            let others = i64::try_from(cancelled.len().saturating_sub(1)).unwrap_or(i64::MAX);
            let text = if others == 0 {
                w.f("appointment-canceled", args)
            } else {
                w.nf("appointment-canceled-with", others, args)
            };
            let undo = with_back(&format!("/appointments/{id}/restore"), &back);
            Ok(redirect_with_flash(&back, &text, Some(&undo)))
        }
        Err(error @ (ActionError::Store(_) | ActionError::NotFound | ActionError::NotPermitted)) => {
            Err(error.into())
        }
        Err(error) => {
            drop(tx);
            let (status, reasons) = match &error {
                ActionError::Changed => (StatusCode::CONFLICT, vec![w.t("appointment-changed")]),
                other => (StatusCode::UNPROCESSABLE_ENTITY, refusals::error_text(w, f, other)),
            };
            render(&desk, id, fields, reasons, status).await
        }
    }
}
