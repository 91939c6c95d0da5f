//! Links that open their page no more: why, and a fresh one to the address on file.

use chrono::TimeDelta;
use serde_json::json;

use super::notify::{About, plan};
use super::{ActionError, Actor, cancel_own};
use crate::config::Rules;
use crate::domain::appointments::AppointmentStatus;
use crate::domain::drivers::DriveStatus;
use crate::domain::ids::{AppointmentId, DriverId};
use crate::domain::link_end::{FRESH_MINUTES, LinkEnd, LinkFacts, LinkedVisit, link_end};
use crate::domain::messages::{Stage, at_once};
use crate::domain::roles::Permission;
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::store::links::Link;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// How long a fresh link is worth sending, if it could not go at once (hours).
const USEFUL_HOURS: i64 = 24;

/// Why a link opens its page no more; `None` while it does.
///
/// # Errors
/// When the store fails.
pub async fn end_of(tx: &mut Tx, rules: &Rules, link: &Link) -> Result<Option<LinkEnd>, ActionError> {
    let now = tx.now();
    let expired = link.expires_at <= now;
    let (mut revoked, mut not_asked) = (link.revoked_at.is_some(), false);
    if let Some(driver) = link.driver_id {
        not_asked = is_released(&tx.drives_by(driver).await?, link.appointment_id);
        // While such a link is in use, its page itself says that nothing more goes there.
        let wrong = tx.driver(driver).await?.is_none_or(|driver| driver.address_wrong_at.is_some());
        revoked |= expired && wrong;
    }
    let visit = match link.appointment_id {
        Some(id) => tx.appointment(id).await?,
        None => None,
    };
    let course_changed = match (link.series_id, link.appointment_id) {
        (Some(series), None) => tx.course_changed_since(series, link.created_at).await?,
        _ => false,
    };
    let linked = visit.zip(link.appointment_version).map(|(visit, told_version)| LinkedVisit {
        told_version,
        told_start: link.visit_starts_at,
        version: visit.version,
        starts_at: visit.starts_at,
        status: visit.status,
        undo_open: link.driver_id.is_none() && cancel_own::undo_open_until(rules, &visit, now).is_some(),
    });
    Ok(link_end(&LinkFacts { revoked, expired, not_asked, visit: linked, course_changed }))
}

/// Whether a driver is not asked any more: for the one visit their link is about, or for every one.
fn is_released(drives: &[Drive], visit: Option<AppointmentId>) -> bool {
    let is_replaced = |drive: &Drive| drive.status == DriveStatus::Replaced;
    match visit {
        // The newest question counts.
        Some(visit) => drives.iter().rfind(|drive| drive.appointment_id == visit).is_some_and(is_replaced),
        None => !drives.is_empty() && drives.iter().all(is_replaced),
    }
}

/// The visits that lie ahead and to which a driver is asked or said yes, by start.
///
/// # Errors
/// When the store fails.
pub async fn coming_drives(tx: &mut Tx, driver: DriverId) -> Result<Vec<Appointment>, ActionError> {
    let drives = tx.drives_by(driver).await?;
    let ids: Vec<AppointmentId> =
        drives.iter().filter(|drive| drive.status.is_current()).map(|drive| drive.appointment_id).collect();
    let now = tx.now();
    let mut visits: Vec<Appointment> = tx.appointments_by_ids(&ids).await?.into_values().collect();
    visits.retain(|visit| visit.status == AppointmentStatus::Booked && visit.ends_at > now);
    visits.sort_by_key(|visit| (visit.starts_at, visit.id));
    Ok(visits)
}

/// Whether whoever holds an ended link may ask for a fresh one: never the wrong person, and a driver only while there is something to
/// open.
///
/// # Errors
/// When the store fails.
pub async fn offers_fresh(tx: &mut Tx, link: &Link, end: LinkEnd) -> Result<bool, ActionError> {
    match link.driver_id {
        _ if end == LinkEnd::WrongPerson => Ok(false),
        Some(driver) => Ok(!coming_drives(tx, driver).await?.is_empty()),
        None => Ok(true),
    }
}

/// Sends a fresh link to the address on file of whoever an ended link was for, at most one an hour. A link that is still in use needs
/// none. Nothing is said of the address: without one the message is held, and the desk reads that.
///
/// # Errors
/// [`ActionError::NotPermitted`] for somebody else's link; [`ActionError::Refused`] for one that offers none.
pub async fn ask_fresh(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    link: &Link,
) -> Result<(), ActionError> {
    let is_own = match actor {
        Actor::Driver { id } => link.driver_id == Some(*id),
        Actor::Patient { id } => link.driver_id.is_none() && link.patient_id == *id,
        other => other.may(Permission::Book),
    };
    if !is_own {
        return Err(ActionError::NotPermitted);
    }
    // Two presses at once: the second must see the first.
    tx.lock_bookings(site.id).await?;
    let Some(end) = end_of(tx, rules, link).await? else { return Ok(()) };
    if !offers_fresh(tx, link, end).await? {
        return Err(ActionError::Refused("my-gone-next"));
    }
    let now = tx.now();
    let stage = if link.driver_id.is_some() { Stage::DriverFreshLink } else { Stage::FreshLink };
    let since = now - TimeDelta::minutes(FRESH_MINUTES);
    if tx.asked_fresh_since(stage, link.patient_id, link.driver_id, since).await? {
        return Ok(());
    }
    let intake = tx.intake_of_link(link.id, link.patient_id).await?.map(|intake| intake.id);
    let about = About {
        driver: link.driver_id,
        details: json!({ "link": link.id, "series": link.series_id, "intake": intake }),
        // One for each hour of the clock, whatever else may happen at once.
        occasion: now.timestamp() / (FRESH_MINUTES * 60),
        ..About::patient(site.id, link.patient_id)
    };
    plan(tx, &about, at_once(stage, now, 0, now + TimeDelta::hours(USEFUL_HOURS))).await?;
    tx.audit(AuditEntry::new("link.fresh", Some(link.patient_id), "link", link.id.0));
    Ok(())
}
