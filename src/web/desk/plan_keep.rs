//! Keep the wishes of the plan page for later planning and the waiting list.

use axum::extract::Path;

use super::DeskForm;
use super::plan_query::PlanQuery;
use super::plan_view::find_patient;
use crate::actions::wishes;
use crate::web::kit::{Fields, PageResult, redirect_with_flash};

/// POST `/patients/{id}/wishes` with `wishes`, the plan page's own query.
///
/// # Errors
/// [`crate::web::kit::PageError::NotFound`] for a patient of another site.
pub async fn keep(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let w = desk.w();
    let mut tx = desk.write().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let mut said = Fields::parse(fields.raw("wishes").as_bytes());
    // What cannot be read counts as not said; the page showed it beside its field already.
    let query = PlanQuery::read(&mut said, w, desk.today());
    wishes::keep(&mut tx, &desk.actor(), &desk.site, patient.id, query.kept()).await?;
    tx.commit().await?;
    let text = w.f("plan-kept", [("name", patient.full_name.as_str())]);
    let address = query.to_query();
    let path = format!("/patients/{}/plan", patient.id);
    let path = if address.is_empty() { path } else { format!("{path}?{address}") };
    Ok(redirect_with_flash(&path, &text, None))
}
