//! Change what a driver takes on, ask once more, and keep the signs a driver gives on the day.

use serde_json::json;

use super::book::date_at;
use super::drivers_answer::is_themselves;
use super::{ActionError, Actor, notify};
use crate::config::Rules;
use crate::domain::appointments::AppointmentStatus;
use crate::domain::companions::Companion;
use crate::domain::drivers::{DaySign, DriveStatus, Legs, may_sign};
use crate::domain::ids::{AppointmentId, DriveId, DriverId, PatientId};
use crate::domain::roles::Permission;
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// Says which ways the drivers of these visits take on. Somebody who was asked for something else is asked again. Who stays with
/// a patient at home takes on no way, and a patient who is here is only taken home.
///
/// # Errors
/// [`ActionError::NotFound`] for a visit that is not the patient's; [`ActionError::Refused`] for one that is not ahead any more;
/// [`ActionError::Changed`] when somebody was first.
pub async fn set_legs(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    patient: PatientId,
    visits: &[AppointmentId],
    legs: Legs,
) -> Result<(), ActionError> {
    actor.needs_or_is(Permission::Book, patient)?;
    tx.lock_bookings(site.id).await?;
    let mut asked_anew: Vec<(DriverId, Appointment)> = Vec::new();
    for id in visits {
        let visit = tx
            .appointment(*id)
            .await?
            .filter(|visit| visit.patient_id == patient && visit.site_id == site.id)
            .ok_or(ActionError::NotFound)?;
        // Whoever is named while the patient is here takes them home; a sitter has no ways.
        if visit.status.is_here() || visit.companion == Companion::Sitter {
            continue;
        }
        if !visit.status.is_ahead() {
            return Err(ActionError::Refused("drivers-not-needed"));
        }
        let Some(mut drive) = tx.current_drive(visit.id).await? else { continue };
        if drive.legs == legs {
            continue;
        }
        let (was, before) = (drive.status, drive.legs);
        // A question that still waits will ask for the new ways by itself.
        let waits = tx.driver_question_waits(drive.driver_id, visit.id).await?;
        let knows = was == DriveStatus::Confirmed
            || (!waits && tx.driver_was_told(visit.id, drive.driver_id).await?);
        drive.legs = legs;
        if knows {
            drive.status = DriveStatus::Asked;
            (drive.answered_at, drive.answered_by, drive.said_by) = (None, None, None);
            (drive.sign, drive.sign_at) = (None, None);
        }
        if !tx.update_drive(&drive, was).await? {
            return Err(ActionError::Changed);
        }
        tx.audit(
            AuditEntry::new("drive.legs", Some(patient), "appointment", visit.id.0)
                .before(json!({ "driver": drive.full_name, "legs": before }))
                .after(json!({ "driver": drive.full_name, "legs": legs })),
        );
        if knows && !waits {
            asked_anew.push((drive.driver_id, visit));
        }
    }
    while let Some(driver) = asked_anew.first().map(|(driver, _)| *driver) {
        let (theirs, rest): (Vec<_>, Vec<_>) = asked_anew.into_iter().partition(|(one, _)| *one == driver);
        let visits: Vec<Appointment> = theirs.into_iter().map(|(_, visit)| visit).collect();
        notify::driver_asked(tx, rules, driver, &visits).await?;
        asked_anew = rest;
    }
    Ok(())
}

/// Asks a driver who has not answered once more, by mail.
///
/// # Errors
/// [`ActionError::Changed`] when there is an answer or the visit is over; [`ActionError::Refused`] when no mail reaches them.
pub async fn ask_again(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    drive: DriveId,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    let (drive, visit) = find(tx, site, drive).await?;
    if drive.status != DriveStatus::Asked || !(is_coming(tx, &visit) || visit.status.is_here()) {
        return Err(ActionError::Changed);
    }
    let driver = tx.driver(drive.driver_id).await?.ok_or(ActionError::NotFound)?;
    if driver.mail_address().is_none() {
        return Err(ActionError::Refused("drivers-no-address"));
    }
    if !tx.driver_question_waits(driver.id, visit.id).await? {
        notify::driver_asked(tx, rules, driver.id, std::slice::from_ref(&visit)).await?;
    }
    tx.audit(
        AuditEntry::new("drive.ask_again", Some(visit.patient_id), "appointment", visit.id.0)
            .after(json!({ "driver": drive.full_name })),
    );
    Ok(())
}

/// Asks a patient once more, by mail, who drives.
///
/// # Errors
/// [`ActionError::Changed`] when somebody is named or the visit is not ahead any more; [`ActionError::Refused`] when the patient
/// is not written to.
pub async fn ask_patient_again(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    visit: AppointmentId,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    let visit = tx.appointment(visit).await?.filter(|visit| visit.site_id == site.id);
    let visit = visit.filter(Appointment::needs_driver).ok_or(ActionError::NotFound)?;
    if !is_coming(tx, &visit) || tx.current_drive(visit.id).await?.is_some() {
        return Err(ActionError::Changed);
    }
    let patient = tx.patient(visit.patient_id).await?.ok_or(ActionError::NotFound)?;
    if patient.mail_address().is_none() {
        return Err(ActionError::Refused("drivers-patient-no-mail"));
    }
    notify::driver_wanted(tx, rules, &visit).await?;
    tx.audit(AuditEntry::new("driver.ask_patient", Some(patient.id), "appointment", visit.id.0));
    Ok(())
}

/// Keeps what a driver says of themselves on the day: on the way, here, or neither. The driver says it by their link, or staff
/// who see them.
///
/// # Errors
/// [`ActionError::Changed`] on another day, for a drive without a yes, when the patient has gone home, or when mail to the driver
/// is known to reach somebody else.
pub async fn sign(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    drive: DriveId,
    sign: Option<DaySign>,
) -> Result<(), ActionError> {
    let (drive, visit) = find(tx, site, drive).await?;
    match actor {
        Actor::Driver { id } if *id == drive.driver_id => {}
        other => other.needs(Permission::RunVisit)?,
    }
    is_themselves(tx, actor).await?;
    let on_the_day = date_at(site, visit.starts_at) == date_at(site, tx.now());
    if !may_sign(drive.status, visit.status, on_the_day) {
        return Err(ActionError::Changed);
    }
    if drive.sign == sign {
        return Ok(());
    }
    let mut new: Drive = drive.clone();
    new.sign = sign;
    new.sign_at = sign.map(|_| tx.now());
    if !tx.update_drive(&new, drive.status).await? {
        return Err(ActionError::Changed);
    }
    tx.audit(
        AuditEntry::new("drive.sign", Some(visit.patient_id), "appointment", visit.id.0)
            .before(json!({ "driver": drive.full_name, "sign": drive.sign }))
            .after(json!({ "driver": drive.full_name, "sign": sign })),
    );
    Ok(())
}

async fn find(tx: &mut Tx, site: &Site, drive: DriveId) -> Result<(Drive, Appointment), ActionError> {
    let drive = tx.drive(drive).await?.ok_or(ActionError::NotFound)?;
    let visit = tx.appointment(drive.appointment_id).await?.filter(|visit| visit.site_id == site.id);
    Ok((drive, visit.ok_or(ActionError::NotFound)?))
}

fn is_coming(tx: &Tx, visit: &Appointment) -> bool {
    visit.status == AppointmentStatus::Booked && visit.starts_at > tx.now()
}
