//! Absences of a person or a room: the list with the visits each one hits, adding and removing.

use axum::extract::Path;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::actions::settings as acts;
use crate::domain::ids::{AbsenceId, ResourceId};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::resources::Absence;
use crate::web::desk::{Desk, DeskForm};
use crate::web::kit::{Fields, PageError, PageResult, redirect_with_flash};
use crate::words::Words;

use super::{refuse, resource};

/// Longest note (characters).
const NOTE_MAX: usize = 200;
/// Visits listed per absence; of more, the number is told.
const SHOWN: usize = 20;
/// Days beyond which nothing is booked yet, so nothing can be hit.
const BOOKED_DAYS: i64 = 400;
/// Days either way that hold every absence a date field can name.
const ALL_DAYS: i64 = 200 * 365;

/// A visit in an absence's way.
pub struct Hit {
    /// Its page.
    pub href: String,
    /// "Maria Alvarez, Infusion, Tue, Dec 1, 10:00 AM".
    pub text: String,
}

/// An absence as the page lists it.
pub struct AbsenceRow {
    /// "Tue, Dec 1, midnight to Wed, Dec 2, midnight".
    pub when: String,
    /// Why.
    pub note: String,
    /// Where a POST removes it.
    pub remove: String,
    /// Where the repair of what it hits is planned.
    pub repair: String,
    /// The visits it hits.
    pub hits: Vec<Hit>,
    /// "and 3 more", if not all are listed.
    pub more: Option<String>,
}

/// The present and coming absences of one resource.
///
/// # Errors
/// When the database does not answer.
pub async fn rows(desk: &Desk, tx: &mut Tx, of: ResourceId) -> Result<Vec<AbsenceRow>, PageError> {
    let (w, f, site, now) = (desk.w(), desk.f(), desk.site.id, desk.now());
    let mut absences = tx.absences(site, now, now + TimeDelta::days(ALL_DAYS)).await?;
    absences.retain(|absence| absence.resource_id == of);
    // No visit lasts longer than a day, so one that reaches into today began yesterday at the earliest.
    let until = absences.iter().map(|absence| absence.ends_at).max().unwrap_or(now);
    let until = until.min(now + TimeDelta::days(BOOKED_DAYS));
    let booked = if absences.is_empty() {
        Vec::new()
    } else {
        tx.appointments_between(site, now - TimeDelta::days(1), until).await?
    };
    let mut rows = Vec::new();
    for absence in absences {
        let hit: Vec<&Appointment> = booked.iter().filter(|visit| is_hit(visit, &absence)).collect();
        let mut hits = Vec::new();
        for visit in hit.iter().take(SHOWN) {
            let patient = tx.patient(visit.patient_id).await?;
            let name = patient.map(|patient| patient.full_name).unwrap_or_default();
            hits.push(Hit {
                href: format!("/appointments/{}", visit.id),
                text: format!("{name}, {}, {}", visit.name, f.when(visit.starts_at)),
            });
        }
        let more = hit.len().checked_sub(SHOWN).filter(|more| *more > 0);
        let (from, to) = (f.when(absence.starts_at), f.when(absence.ends_at));
        rows.push(AbsenceRow {
            when: w.f("resources-absence-span", [("from", from.as_str()), ("to", to.as_str())]),
            remove: format!("/settings/absences/{}/remove", absence.id),
            repair: format!("/absence?absence={}", absence.id),
            note: absence.note,
            hits,
            more: more.map(|more| w.n("resources-absence-more", i64::try_from(more).unwrap_or(i64::MAX))),
        });
    }
    Ok(rows)
}

fn is_hit(visit: &Appointment, absence: &Absence) -> bool {
    (visit.status.is_ahead() || visit.status.is_here())
        && visit.stretches().iter().any(|stretch| {
            stretch.resource == absence.resource_id
                && touches(stretch.starts_at, stretch.ends_at, absence.starts_at, absence.ends_at)
        })
}

fn touches(
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    other_from: DateTime<Utc>,
    other_to: DateTime<Utc>,
) -> bool {
    from < other_to && other_from < to
}

/// POST /settings/resources/{id}/absences: adds one; the page then lists the visits it hits.
///
/// # Errors
/// When there is no such resource or the database does not answer.
pub async fn add(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let mut tx = desk.read().await?;
    let resource = resource::find(&desk, &mut tx, &id).await?;
    drop(tx);
    let span = read(w, &mut fields);
    let note = fields.optional_text("note", NOTE_MAX, &w.t("resources-note-long"));
    let (Some((from, to)), true) = (span, fields.is_ok()) else {
        return resource::render_in_force(&desk, &resource, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let mut tx = desk.write().await?;
    let note = note.unwrap_or_default();
    match acts::add_absence(&mut tx, &desk.actor(), &desk.site, resource.id, from, to, note).await {
        Ok(hit) => {
            tx.commit().await?;
            let hit = i64::try_from(hit.len()).unwrap_or(i64::MAX);
            let text = w.nf("resources-absence-added", hit, [("name", resource.name.as_str())]);
            Ok(redirect_with_flash(&format!("/settings/resources/{}#absences", resource.id), &text, None))
        }
        Err(error) => {
            drop(tx);
            refuse(w, &mut fields, "from_date", error)?;
            resource::render_in_force(&desk, &resource, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// From and to on the site's wall clock; what is wrong goes to its field.
pub fn read(w: Words, fields: &mut Fields) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let from_date = fields.date("from_date", &w.t("resources-enter-from-date"));
    let from_time = fields.time("from_time", &w.t("resources-enter-from-time"));
    let to_date = fields.date("to_date", &w.t("resources-enter-to-date"));
    let to_time = fields.time("to_time", &w.t("resources-enter-to-time"));
    let (from, to) = (from_date?.and_time(from_time?), to_date?.and_time(to_time?));
    if to <= from {
        fields.fail("to_date", w.t("resources-absence-order"));
        return None;
    }
    Some((from, to))
}

/// POST /settings/absences/{id}/remove.
///
/// # Errors
/// When there is no such absence at this site or the database does not answer.
pub async fn remove(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let desk = form.desk;
    let id: AbsenceId = id.parse().map_err(|_| PageError::NotFound)?;
    let mut tx = desk.write().await?;
    let now = desk.now();
    let span = TimeDelta::days(ALL_DAYS);
    let absences = tx.absences(desk.site.id, now - span, now + span).await?;
    let absence = absences.into_iter().find(|absence| absence.id == id).ok_or(PageError::NotFound)?;
    acts::remove_absence(&mut tx, &desk.actor(), id).await?;
    tx.commit().await?;
    let back = format!("/settings/resources/{}#absences", absence.resource_id);
    Ok(redirect_with_flash(&back, &desk.w().t("resources-absence-removed"), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absence_must_end_after_it_starts() {
        let mut fields =
            Fields::parse(b"from_date=2026-12-01&from_time=09:00&to_date=2026-12-01&to_time=09:00");
        assert_eq!(read(Words::default(), &mut fields), None);
        assert!(fields.error("to_date").is_some());
        let mut fields =
            Fields::parse(b"from_date=2026-12-01&from_time=09:00&to_date=2026-12-02&to_time=00:00");
        assert!(read(Words::default(), &mut fields).is_some());
    }
}
