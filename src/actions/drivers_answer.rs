//! Record what drivers say, one drive or several at once: by their link, or by staff who spoke to somebody.

use serde_json::json;

use super::drivers::SETTLED_BY_A_DRIVER;
use super::{ActionError, Actor, notify, worklist};
use crate::config::Rules;
use crate::domain::drivers::DriveStatus;
use crate::domain::ids::{DriveId, DriverId};
use crate::domain::messages::{MessageStatus, Stage};
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::appointments::Appointment;
use crate::store::sites::Site;
use crate::store::{AuditEntry, StoreError, Tx};

/// What somebody says to one drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DriveAnswer {
    /// Which drive.
    pub drive: DriveId,
    /// Whether they can.
    pub yes: bool,
}

/// Records a driver's answer: by their link, or by staff who spoke to them. The same answer twice is fine; another answer
/// changes the first.
///
/// # Errors
/// [`ActionError::Changed`] when the drive is no longer theirs or the visit changed.
pub async fn answer_drive(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    drive: DriveId,
    yes: bool,
) -> Result<(), ActionError> {
    answer_drives(tx, actor, rules, site, &[DriveAnswer { drive, yes }], None).await
}

/// Records several answers in one act; the patient hears of every "no" among them in one message. `said_by` is who told staff.
///
/// # Errors
/// As [`answer_drive`], and when mail to the driver who answers is known to reach somebody else; nothing is recorded then.
pub async fn answer_drives(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    answers: &[DriveAnswer],
    said_by: Option<&str>,
) -> Result<(), ActionError> {
    tx.lock_bookings(site.id).await?;
    is_themselves(tx, actor).await?;
    let declined = record_all(tx, actor, site, answers, said_by).await?;
    tell_patients(tx, rules, declined, false).await
}

/// Refuses whoever comes by a driver's link once that driver's mail is known to reach somebody else.
pub(super) async fn is_themselves(tx: &mut Tx, actor: &Actor) -> Result<(), ActionError> {
    let Actor::Driver { id } = actor else { return Ok(()) };
    let driver = tx.driver(*id).await?;
    let is_known = driver.is_some_and(|driver| driver.address_wrong_at.is_none());
    if is_known { Ok(()) } else { Err(ActionError::Changed) }
}

/// Mail meant for a driver reached somebody else, who says so: every drive they were asked for is open again, and nothing goes
/// to that address any more. Said twice, it is done once.
///
/// # Errors
/// [`ActionError::NotFound`] when there is no such driver.
pub async fn wrong_person(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    driver: DriverId,
) -> Result<(), ActionError> {
    match actor {
        Actor::Driver { id } if *id == driver => {}
        other => other.needs(Permission::Book)?,
    }
    tx.lock_bookings(site.id).await?;
    let mut person = tx.driver(driver).await?.ok_or(ActionError::NotFound)?;
    if person.address_wrong_at.is_some() {
        return Ok(());
    }
    person.address_wrong_at = Some(tx.now());
    tx.update_driver(&person).await?;
    let (mut answers, mut first): (Vec<DriveAnswer>, Option<Appointment>) = (Vec::new(), None);
    for drive in tx.drives_by(driver).await?.into_iter().filter(|drive| drive.status.is_current()) {
        let visit = tx.appointment(drive.appointment_id).await?;
        let open = visit.filter(|visit| visit.site_id == site.id && visit.status.is_open());
        let Some(visit) = open else { continue };
        answers.push(DriveAnswer { drive: drive.id, yes: false });
        if first.as_ref().is_none_or(|earlier| visit.starts_at < earlier.starts_at) {
            first = Some(visit);
        }
    }
    let declined = record_all(tx, actor, site, &answers, None).await?;
    let (kind, patient) = (WorkKind::DriverAddressWrong, Some(person.patient_id));
    worklist::raise(tx, site.id, kind, driver.0, patient, first.as_ref(), &person.full_name).await?;
    tx.audit(
        AuditEntry::new("driver.wrong_person", patient, "driver", driver.0)
            .after(json!({ "name": person.full_name, "email": person.email })),
    );
    tell_patients(tx, rules, declined, true).await
}

async fn record_all(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    answers: &[DriveAnswer],
    said_by: Option<&str>,
) -> Result<Vec<(DriverId, Appointment)>, ActionError> {
    tx.lock_bookings(site.id).await?;
    let mut declined = Vec::new();
    for answer in answers {
        declined.extend(record(tx, actor, site, *answer, said_by).await?);
    }
    Ok(declined)
}

/// Records one answer; for a new "no" to a visit that lies ahead, whose it is and the visit.
async fn record(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    answer: DriveAnswer,
    said_by: Option<&str>,
) -> Result<Option<(DriverId, Appointment)>, ActionError> {
    let drive = tx.drive(answer.drive).await?.ok_or(ActionError::NotFound)?;
    let visit = tx
        .appointment(drive.appointment_id)
        .await?
        .filter(|visit| visit.site_id == site.id)
        .ok_or(ActionError::NotFound)?;
    match actor {
        Actor::Driver { id } if *id == drive.driver_id => {}
        other => other.needs(Permission::Book)?,
    }
    let is_here = visit.status.is_here();
    // While the patient is here, who is asked answers and who said yes may find that they cannot; a no stays, for the desk asks
    // somebody else by then.
    let is_open = visit.status.is_ahead() || (is_here && (!answer.yes || drive.status.is_current()));
    if !is_open || drive.status == DriveStatus::Replaced {
        return Err(ActionError::Changed);
    }
    let status = if answer.yes { DriveStatus::Confirmed } else { DriveStatus::Declined };
    if drive.status == status {
        return Ok(None);
    }
    let mut new = drive.clone();
    new.status = status;
    new.appointment_version = visit.version;
    new.answered_at = Some(tx.now());
    new.answered_by = Some(actor.label());
    new.said_by = said_by.map(str::to_owned);
    (new.sign, new.sign_at) = (None, None);
    match tx.update_drive(&new, drive.status).await {
        Ok(true) => {}
        // Somebody else drives by now: a late "yes" after a "no" cannot take the place back.
        Ok(false) | Err(StoreError::Unique) => return Err(ActionError::Changed),
        Err(error) => return Err(error.into()),
    }
    tx.audit(
        AuditEntry::new("drive.answer", Some(visit.patient_id), "appointment", visit.id.0)
            .before(json!({ "driver": drive.full_name, "state": drive.status }))
            .after(json!({ "driver": drive.full_name, "state": status, "said_by": said_by })),
    );
    if answer.yes {
        // After a "no" the reminders were silenced; now they are wanted again.
        notify::drive_stands(tx, drive.driver_id, &visit).await?;
        tx.settle_work(visit.id, &SETTLED_BY_A_DRIVER, &actor.label()).await?;
        tx.silence_stage(visit.id, Stage::DriverDeclined, MessageStatus::NotNeeded).await?;
        return Ok(None);
    }
    let kind = if is_here { WorkKind::DriverWithdrew } else { WorkKind::DriverDeclined };
    let patient = Some(visit.patient_id);
    worklist::raise(tx, site.id, kind, visit.id.0, patient, Some(&visit), &drive.full_name).await?;
    // The patient is told in person by whoever is with them.
    Ok((!is_here).then_some((drive.driver_id, visit)))
}

/// One message for all that one driver cannot do; days on which they were to stay at home are told apart.
async fn tell_patients(
    tx: &mut Tx,
    rules: &Rules,
    mut declined: Vec<(DriverId, Appointment)>,
    wrong_address: bool,
) -> Result<(), ActionError> {
    while let Some((driver, asked)) = declined.first().map(|(driver, visit)| (*driver, visit.companion)) {
        let (theirs, rest): (Vec<_>, Vec<_>) =
            declined.into_iter().partition(|(one, visit)| *one == driver && visit.companion == asked);
        let visits: Vec<Appointment> = theirs.into_iter().map(|(_, visit)| visit).collect();
        notify::driver_declined(tx, rules, driver, &visits, wrong_address).await?;
        declined = rest;
    }
    Ok(())
}
