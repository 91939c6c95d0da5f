//! "Choose a time for your next visit": a few free times with their price, one press books one; or the wish to be called.

use askama::Template;
use axum::http::StatusCode;
use chrono::NaiveDateTime;

use super::LinkVisitor;
use super::extract::{PatientForm, PatientLink};
use super::patient::{home, refused};
use crate::actions::ActionError;
use crate::actions::plan::Course;
use crate::actions::recall::{Recalled, recalled};
use crate::actions::recall_book::{ask_for_time, book_next, main_of, next_at, next_times, start_of};
use crate::domain::ids::SeriesId;
use crate::domain::protocols::VisitRole;
use crate::store::Tx;
use crate::web::kit::fields::parse_date;
use crate::web::kit::{Fields, PageError, PageResult, Shell, idempotency, page_with_status, redirect};
use crate::words::format::money;

/// Longest note, in characters.
const MAX_NOTE: usize = 500;
/// How a time is written in the form.
const START: &str = "%Y-%m-%dT%H:%M";

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_next.html")]
struct NextPage {
    shell: Shell,
    fields: Fields,
    path: String,
    key: String,
    /// Whether there is anything to choose or ask for.
    open: bool,
    times: Vec<(String, String)>,
    total: Option<String>,
    problem: Option<String>,
}

/// GET: the times; nothing changes.
///
/// # Errors
/// What the store reports.
pub async fn show(PatientLink(visitor): PatientLink) -> PageResult {
    render(&visitor, StatusCode::OK, Fields::new(), None).await
}

/// POST: books the time chosen, if it is still free and the patient may still choose.
///
/// # Errors
/// What the store reports.
pub async fn book(form: PatientForm) -> PageResult {
    let PatientForm { visitor, mut fields } = form;
    let w = visitor.w();
    let start = fields.parsed("start", read_start, &w.t("my-next-choose"));
    let Some(start) = start else {
        return render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, fields, None).await;
    };
    let (patient, site) = (visitor.link.patient_id, &visitor.site);
    // The search reads before the booking writes: it must not hold up the bookings of others.
    let mut tx = visitor.read().await?;
    let chosen = match recalled(&mut tx, site, patient).await?.filter(Recalled::is_open) {
        Some(one) => next_at(&mut tx, w, site, &one, start).await?,
        None => None,
    };
    drop(tx);
    let done = format!("{}?done=booked", home(&visitor));
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = visitor.write().await?;
    if let Some(earlier) = tx.claim_key("next-visit", &key, &done).await? {
        return Ok(redirect(&earlier));
    }
    let Some(chosen) = chosen else {
        drop(tx);
        return render(&visitor, StatusCode::CONFLICT, fields, Some(w.t("my-next-gone"))).await;
    };
    let rules = &visitor.app.config.rules;
    match book_next(&mut tx, &visitor.actor(), rules, site, SeriesId::new(), patient, &chosen).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect(&done))
        }
        Err(
            ActionError::Changed
            | ActionError::Refused(_)
            | ActionError::Conflicts(_)
            | ActionError::Unmet(_),
        ) => {
            drop(tx);
            render(&visitor, StatusCode::CONFLICT, fields, Some(w.t("my-next-gone"))).await
        }
        Err(other) => Err(other.into()),
    }
}

/// POST: none of the times fits; somebody calls.
///
/// # Errors
/// What the store reports.
pub async fn ask(form: PatientForm) -> PageResult {
    let PatientForm { visitor, mut fields } = form;
    let w = visitor.w();
    let note = fields.optional_text("note", MAX_NOTE, &w.t("my-ask-long")).unwrap_or_default();
    if !fields.is_ok() {
        return render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, fields, None).await;
    }
    let patient = visitor.link.patient_id;
    let mut tx = visitor.write().await?;
    match ask_for_time(&mut tx, &visitor.actor(), &visitor.site, patient, &note).await {
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

/// A start as the form sends it, of a year people plan in.
fn read_start(text: &str) -> Option<NaiveDateTime> {
    let start = NaiveDateTime::parse_from_str(text, START).ok()?;
    parse_date(&start.date().to_string())?;
    Some(start)
}

async fn render(
    visitor: &LinkVisitor,
    status: StatusCode,
    fields: Fields,
    problem: Option<String>,
) -> PageResult {
    let w = visitor.w();
    let mut tx = visitor.read().await?;
    let one = recalled(&mut tx, &visitor.site, visitor.link.patient_id).await?.filter(Recalled::is_open);
    let courses = match &one {
        Some(one) => next_times(&mut tx, w, &visitor.site, one).await?,
        None => Vec::new(),
    };
    drop(tx);
    let times: Vec<(String, String)> = courses.iter().filter_map(|course| time(visitor, course)).collect();
    let refused = problem.is_some() || !fields.is_ok();
    let page = NextPage {
        shell: visitor.shell(w.t("my-next-choose-title")).await.refused(refused),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        fields,
        path: home(visitor),
        open: one.is_some(),
        times,
        total: courses.first().map(|course| money(course.total_cents, &visitor.site.currency)),
        problem,
    };
    page_with_status(status, &page)
}

/// A time in words: the visit, and the talk that comes with it.
fn time(visitor: &LinkVisitor, course: &Course) -> Option<(String, String)> {
    let (w, f) = (visitor.w(), visitor.f());
    let start = start_of(course)?;
    let main = main_of(course)?;
    let day = f.long_day(start.date());
    let span = w.f("mail-span", [("from", &f.time(main.starts_at)), ("to", &f.time(main.ends_at))]);
    let visit = w.f("mail-on", [("day", &day), ("span", &span)]);
    let talk = course.visits.iter().find(|one| one.role == VisitRole::AfterEach);
    let words = match talk {
        Some(talk) => {
            let (name, when) = (talk.service.public_name.as_str(), f.long_when(talk.starts_at));
            w.f("my-next-with-talk", [("visit", visit.as_str()), ("talk", name), ("when", when.as_str())])
        }
        None => visit,
    };
    Some((start.format(START).to_string(), words))
}

/// Whether the patient of this link may choose a time now.
///
/// # Errors
/// What the store reports.
pub async fn is_open(visitor: &LinkVisitor, tx: &mut Tx) -> Result<bool, PageError> {
    let one = recalled(tx, &visitor.site, visitor.link.patient_id).await?;
    Ok(one.is_some_and(|one| one.is_open()))
}
