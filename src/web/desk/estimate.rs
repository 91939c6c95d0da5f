//! Send what a held or booked course costs to its patient, and how the newest estimate of a course stands.

use axum::extract::Path;

use super::DeskForm;
use crate::actions::ActionError;
use crate::actions::estimates::send_for_series;
use crate::domain::ids::SeriesId;
use crate::store::estimates::Estimate;
use crate::web::kit::refusals::error_text;
use crate::web::kit::{PageError, PageResult, idempotency, redirect, redirect_with_flash};
use crate::words::Words;
use crate::words::format::{Format, money};

/// POST `/series/{id}/estimate`
///
/// # Errors
/// [`PageError::NotFound`] for a course of another site.
pub async fn send(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let id = id.parse::<SeriesId>().map_err(|_| PageError::NotFound)?;
    let back = format!("/series/{id}");
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    let series = tx.series(id).await?.filter(|one| one.site_id == desk.site.id).ok_or(PageError::NotFound)?;
    let patient = tx.patient(series.patient_id).await?.ok_or(PageError::NotFound)?;
    if let Some(done) = tx.claim_key("series-estimate", &key, &back).await? {
        return Ok(redirect(&done));
    }
    match send_for_series(&mut tx, &desk.actor(), &desk.app.config.rules, &desk.site, id).await {
        Ok(_) => {
            tx.commit().await?;
            let said = desk.w().f("estimate-sent", [("name", patient.full_name.as_str())]);
            Ok(redirect_with_flash(&back, &said, None))
        }
        Err(error @ ActionError::Refused(_)) => {
            drop(tx);
            let said = error_text(desk.w(), desk.f(), &error).join(" ");
            Ok(redirect_with_flash(&back, &said, None))
        }
        Err(error) => Err(error.into()),
    }
}

/// "$4,150, sent Tue, Dec 1, 10:00 AM, not read yet", of the newest one about this course.
pub fn state(w: Words, f: Format, series: SeriesId, estimates: &[Estimate]) -> String {
    let newest = estimates.iter().find(|one| one.series_id == Some(series) && one.sent_at.is_some());
    let Some(newest) = newest else { return w.t("estimate-none") };
    let total = money(newest.total_cents, &newest.currency);
    let (key, at) = match newest.acknowledged_at {
        Some(at) => ("estimate-state-read", at),
        None => ("estimate-state-sent", newest.sent_at.unwrap_or(newest.created_at)),
    };
    w.f(key, [("total", total.as_str()), ("when", f.when(at).as_str())])
}
