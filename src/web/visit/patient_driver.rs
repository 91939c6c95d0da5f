//! "Who drives you?": the same person as last time or someone else, for all visits or for some.

use askama::Template;
use axum::http::StatusCode;

use super::LinkVisitor;
use super::extract::{PatientForm, PatientLink};
use super::patient::{home, refused};
use super::patient_view::can_name_driver;
use crate::actions::drivers::{NamedDriver, name_driver, name_same_driver};
use crate::domain::ids::{AppointmentId, DriverId};
use crate::domain::patients::{parse_email, parse_name, parse_phone};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::web::kit::{Fields, PageError, PageResult, Shell, idempotency, page_with_status, redirect};
use crate::words::Words;

/// How many earlier drivers the page offers.
const EARLIER: usize = 3;
/// The choice of a new person.
const OTHER: &str = "other";

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_driver_name.html")]
struct NamePage {
    shell: Shell,
    fields: Fields,
    path: String,
    key: String,
    earlier: Vec<(String, String)>,
    visits: Vec<(String, String)>,
}

/// Who the form names.
enum Named {
    Same(DriverId),
    New(NamedDriver),
}

/// GET: the form.
///
/// # Errors
/// What the store reports.
pub async fn driver_form(PatientLink(visitor): PatientLink) -> PageResult {
    render(&visitor, StatusCode::OK, Fields::new()).await
}

/// POST: names the driver, who is asked by a message of their own.
///
/// # Errors
/// What the store reports.
pub async fn name(form: PatientForm) -> PageResult {
    let PatientForm { visitor, mut fields } = form;
    let w = visitor.w();
    let patient = visitor.link.patient_id;
    let mut tx = visitor.write().await?;
    let named = read_driver(&mut fields, w);
    let eligible = eligible(&visitor, &mut tx).await?;
    let chosen: Vec<AppointmentId> = eligible
        .iter()
        .map(|visit| visit.id)
        .filter(|id| fields.get("which") != "some" || fields.checked("visits", &id.to_string()))
        .collect();
    if chosen.is_empty() {
        fields.fail("visits", w.t("my-driver-choose-visit"));
    }
    let Some(named) = named.filter(|_| fields.is_ok()) else {
        drop(tx);
        return render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, fields).await;
    };
    let done = format!("{}?done=driver", home(&visitor));
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    if let Some(earlier) = tx.claim_key("name-driver", &key, &done).await? {
        return Ok(redirect(&earlier));
    }
    let (actor, rules, site) = (visitor.actor(), &visitor.app.config.rules, &visitor.site);
    let result = match named {
        Named::New(driver) => name_driver(&mut tx, &actor, rules, site, patient, &chosen, driver).await,
        Named::Same(driver) => {
            let known = tx.driver(driver).await?.ok_or(PageError::NotFound)?;
            if known.patient_id != patient {
                return Err(PageError::NotFound);
            }
            name_same_driver(&mut tx, &actor, rules, site, patient, &chosen, driver).await
        }
    };
    match result {
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

/// Reads who drives; messages stand at the fields.
fn read_driver(fields: &mut Fields, w: Words) -> Option<Named> {
    let who = fields.get("who").to_owned();
    if who.is_empty() {
        fields.fail("who", w.t("my-driver-choose"));
        return None;
    }
    if who != OTHER {
        let same = who.parse().ok().map(Named::Same);
        if same.is_none() {
            fields.fail("who", w.t("my-driver-choose"));
        }
        return same;
    }
    let full_name = fields.parsed("name", parse_name, &w.t("my-driver-enter-name"));
    let phone = optional(fields, "phone", parse_phone, &w.t("my-driver-enter-phone"));
    let email = optional(fields, "email", parse_email, &w.t("my-driver-enter-email"));
    if fields.get("phone").is_empty() && fields.get("email").is_empty() {
        fields.fail("phone", w.t("my-driver-enter-contact"));
    }
    full_name.filter(|_| fields.is_ok()).map(|full_name| Named::New(NamedDriver { full_name, email, phone }))
}

/// A field that may be empty, but not wrong.
fn optional(
    fields: &mut Fields,
    name: &str,
    read: fn(&str) -> Option<String>,
    message: &str,
) -> Option<String> {
    if fields.get(name).is_empty() {
        return None;
    }
    fields.parsed(name, read, message)
}

async fn eligible(visitor: &LinkVisitor, tx: &mut Tx) -> Result<Vec<Appointment>, PageError> {
    let all = tx.appointments_of(visitor.link.patient_id).await?;
    Ok(all.into_iter().filter(|visit| can_name_driver(visit, visitor.now())).collect())
}

async fn render(visitor: &LinkVisitor, status: StatusCode, mut fields: Fields) -> PageResult {
    let (w, f) = (visitor.w(), visitor.f());
    let mut tx = visitor.read().await?;
    let visits: Vec<(String, String)> = eligible(visitor, &mut tx)
        .await?
        .iter()
        .map(|visit| (visit.id.to_string(), f.long_when(visit.starts_at)))
        .collect();
    let mut earlier: Vec<(String, String)> = Vec::new();
    for driver in tx.drivers_of(visitor.link.patient_id).await? {
        let words = w.f("my-driver-same", [("driver", &driver.full_name)]);
        // The newest row of a person is the one with their present phone and email.
        if earlier.len() < EARLIER && earlier.iter().all(|(_, known)| *known != words) {
            earlier.push((driver.id.to_string(), words));
        }
    }
    drop(tx);
    if fields.get("who").is_empty() && fields.is_ok() {
        let first = earlier.first().map_or(OTHER, |(id, _)| id.as_str()).to_owned();
        fields.set("who", first);
    }
    if fields.get("which").is_empty() {
        fields.set("which", "all");
    }
    let page = NamePage {
        shell: visitor.shell(w.t("my-driver-title")).await.refused(!fields.is_ok()),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        fields,
        path: home(visitor),
        earlier,
        visits,
    };
    page_with_status(status, &page)
}
