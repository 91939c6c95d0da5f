//! "Send me a new link": asked for on the page of a link that opens its page no more. GET shows, POST sends.

use axum::http::Uri;

use super::ended;
use super::extract::{Arrival, DriverArrival, PatientArrival};
use crate::actions::ActionError;
use crate::actions::links::ask_fresh;
use crate::web::kit::{Fields, PageResult, redirect};

/// GET: what happened to a patient's link; nothing changes.
///
/// # Errors
/// What the store reports.
pub async fn show_patient(PatientArrival(arrival): PatientArrival, uri: Uri) -> PageResult {
    show(arrival, &uri).await
}

/// POST: sends a patient a fresh link.
///
/// # Errors
/// What the store reports.
pub async fn send_patient(PatientArrival(arrival): PatientArrival) -> PageResult {
    send(arrival).await
}

/// GET: what happened to a driver's link; nothing changes.
///
/// # Errors
/// What the store reports.
pub async fn show_driver(DriverArrival(arrival): DriverArrival, uri: Uri) -> PageResult {
    show(arrival, &uri).await
}

/// POST: sends a driver a fresh link.
///
/// # Errors
/// What the store reports.
pub async fn send_driver(DriverArrival(arrival): DriverArrival) -> PageResult {
    send(arrival).await
}

async fn show(arrival: Arrival, uri: &Uri) -> PageResult {
    let Arrival { visitor, end } = arrival;
    let sent = Fields::from_query(uri).get("done") == "sent";
    match end {
        Some(end) => ended::page(&visitor, end, sent).await,
        // A link that is in use needs no other.
        None => Ok(redirect(&ended::home(&visitor))),
    }
}

async fn send(arrival: Arrival) -> PageResult {
    let Arrival { visitor, end } = arrival;
    let home = ended::home(&visitor);
    if end.is_none() {
        return Ok(redirect(&home));
    }
    let rules = &visitor.app.config.rules;
    let mut tx = visitor.write().await?;
    match ask_fresh(&mut tx, &visitor.actor(), rules, &visitor.site, &visitor.link).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect(&format!("{home}/fresh?done=sent")))
        }
        // Its page says why there is none.
        Err(ActionError::Refused(_)) => Ok(redirect(&home)),
        Err(error) => Err(error.into()),
    }
}
