//! Name a driver, or a sitter for a session at home, record an answer, and keep drives in step with their visits.

use serde_json::json;

pub use super::drivers_answer::{DriveAnswer, answer_drive, answer_drives, wrong_person};
pub use super::drivers_change::{ask_again, ask_patient_again, set_legs, sign};
use super::{ActionError, Actor, notify};
use crate::config::Rules;
use crate::domain::companions::{self, Companion, OwnDetail};
use crate::domain::drivers::{DriveStatus, Legs};
use crate::domain::ids::{AppointmentId, DriveId, DriverId, PatientId};
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::appointments::Appointment;
use crate::store::drivers::{Drive, Driver};
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// Who recorded that a drive ended because its visit was canceled; a restored visit brings such drives back.
const BY_CANCELLATION: &str = "visit canceled";

/// Worklist lines whose cause is gone once somebody drives, or is asked to.
pub(super) const SETTLED_BY_A_DRIVER: [WorkKind; 4] = [
    WorkKind::DriverDeclined,
    WorkKind::DriverMissing,
    WorkKind::DriverWithdrew,
    WorkKind::DriverAddressWrong,
];

/// A driver as named by the patient or the desk, already read.
#[derive(Clone, Debug)]
pub struct NamedDriver {
    /// Their name.
    pub full_name: String,
    /// Email, if known.
    pub email: Option<String>,
    /// Phone, if known.
    pub phone: Option<String>,
}

impl From<&Driver> for NamedDriver {
    fn from(known: &Driver) -> Self {
        let Driver { full_name, email, phone, .. } = known.clone();
        Self { full_name, email, phone }
    }
}

/// Names somebody to drive to each of these visits and asks them once. A patient's earlier driver of the same name takes the
/// new contacts.
///
/// # Errors
/// [`ActionError::Refused`] without any contact, with an address that is known to be somebody else's or a detail that is the
/// patient's own, for a visit that needs no driver or is over, or for visits of which some need a driver and some a sitter.
pub async fn name_driver(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    patient: PatientId,
    visits: &[AppointmentId],
    named: NamedDriver,
) -> Result<(), ActionError> {
    actor.needs_or_is(Permission::Book, patient)?;
    if named.email.is_none() && named.phone.is_none() {
        return Err(ActionError::Refused("drivers-no-contact"));
    }
    if let Some(email) = named.email.as_deref()
        && is_wrong_address(tx, patient, email).await?
    {
        return Err(ActionError::Refused("drivers-address-wrong"));
    }
    is_somebody_else(tx, patient, &named).await?;
    let known = tx.drivers_of(patient).await?.into_iter().find(|known| {
        known.address_wrong_at.is_none()
            && known.full_name.eq_ignore_ascii_case(&named.full_name)
            && (known.email.is_none() || named.email.is_none() || known.email == named.email)
    });
    let driver = match known {
        Some(mut known) => {
            known.email = named.email.or(known.email);
            known.phone = named.phone.or(known.phone);
            tx.update_driver(&known).await?;
            known
        }
        None => {
            let new = Driver {
                id: DriverId::new(),
                patient_id: patient,
                full_name: named.full_name,
                email: named.email,
                phone: named.phone,
                address_wrong_at: None,
                address_bounced: None,
                address_bounced_at: None,
                created_at: tx.now(),
            };
            tx.insert_driver(&new).await?;
            tx.audit(
                AuditEntry::new("driver.name", Some(patient), "driver", new.id.0)
                    .after(json!({ "name": new.full_name, "phone": new.phone, "email": new.email })),
            );
            new
        }
    };
    ask(tx, actor, rules, site, patient, visits, &driver).await
}

/// Whether mail to this address, sent for a driver of this patient, reached somebody else.
///
/// # Errors
/// When the store fails.
pub async fn is_wrong_address(tx: &mut Tx, patient: PatientId, email: &str) -> Result<bool, ActionError> {
    let known = tx.drivers_of(patient).await?;
    Ok(known.iter().any(|one| {
        one.address_wrong_at.is_some()
            && one.email.as_deref().is_some_and(|wrong| wrong.eq_ignore_ascii_case(email))
    }))
}

/// Which details of somebody named are the patient's own, for the fields they were typed in.
///
/// # Errors
/// [`ActionError::NotFound`] when there is no such patient.
pub async fn own_details(
    tx: &mut Tx,
    patient: PatientId,
    named: &NamedDriver,
) -> Result<Vec<OwnDetail>, ActionError> {
    let patient = tx.patient(patient).await?.ok_or(ActionError::NotFound)?;
    let (phone, email) = (named.phone.as_deref(), named.email.as_deref());
    Ok(companions::own_details(patient.identity(), &named.full_name, phone, email))
}

/// Refuses a patient who is to be their own driver or sitter.
pub(super) async fn is_somebody_else(
    tx: &mut Tx,
    patient: PatientId,
    named: &NamedDriver,
) -> Result<(), ActionError> {
    let own = own_details(tx, patient, named).await?;
    if own.is_empty() { Ok(()) } else { Err(ActionError::Refused("drivers-own-details")) }
}

/// Asks a driver the patient named before.
///
/// # Errors
/// As [`name_driver`].
pub async fn name_same_driver(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    patient: PatientId,
    visits: &[AppointmentId],
    driver: DriverId,
) -> Result<(), ActionError> {
    actor.needs_or_is(Permission::Book, patient)?;
    let driver = tx
        .driver(driver)
        .await?
        .filter(|driver| driver.patient_id == patient)
        .ok_or(ActionError::NotFound)?;
    if driver.mail_address().is_none() && driver.phone.is_none() {
        return Err(ActionError::Refused("drivers-no-contact"));
    }
    is_somebody_else(tx, patient, &NamedDriver::from(&driver)).await?;
    ask(tx, actor, rules, site, patient, visits, &driver).await
}

async fn ask(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    patient: PatientId,
    visits: &[AppointmentId],
    driver: &Driver,
) -> Result<(), ActionError> {
    if visits.is_empty() {
        return Err(ActionError::Refused("drivers-no-visit"));
    }
    tx.lock_bookings(site.id).await?;
    let mut asked = Vec::new();
    let mut companion = None;
    for id in visits {
        let visit = tx
            .appointment(*id)
            .await?
            .filter(|visit| visit.patient_id == patient && visit.site_id == site.id)
            .ok_or(ActionError::NotFound)?;
        if !visit.needs_driver() || !visit.status.is_open() {
            return Err(ActionError::Refused("drivers-not-needed"));
        }
        // One question asks one thing: to drive, or to stay.
        if *companion.get_or_insert(visit.companion) != visit.companion {
            return Err(ActionError::Refused("drivers-mixed"));
        }
        if let Some(current) = tx.current_drive(visit.id).await? {
            // Naming the same person twice asks them once.
            if current.driver_id == driver.id && current.appointment_version == visit.version {
                continue;
            }
            replace(tx, rules, current, &visit, &actor.label()).await?;
        }
        // The way there is behind a patient who is here.
        let is_here = visit.status.is_here();
        let home_only = is_here && visit.companion == Companion::Driver;
        let drive = Drive {
            id: DriveId::new(),
            appointment_id: visit.id,
            driver_id: driver.id,
            status: DriveStatus::Asked,
            legs: if home_only { Legs::Home } else { Legs::Both },
            appointment_version: visit.version,
            asked_at: tx.now(),
            answered_at: None,
            answered_by: None,
            said_by: None,
            sign: None,
            sign_at: None,
            full_name: driver.full_name.clone(),
            email: driver.email.clone(),
            phone: driver.phone.clone(),
        };
        match tx.insert_drive(&drive).await {
            Err(crate::store::StoreError::Unique) => return Err(ActionError::Changed),
            other => other?,
        }
        // While the patient is here only a yes settles who is with them.
        if !is_here {
            tx.settle_work(visit.id, &SETTLED_BY_A_DRIVER, &actor.label()).await?;
        }
        tx.audit(
            AuditEntry::new("drive.ask", Some(patient), "appointment", visit.id.0)
                .after(json!({ "driver": driver.full_name })),
        );
        asked.push(visit);
    }
    notify::driver_asked(tx, rules, driver.id, &asked).await
}

async fn replace(
    tx: &mut Tx,
    rules: &Rules,
    mut drive: Drive,
    visit: &Appointment,
    by: &str,
) -> Result<(), ActionError> {
    let was = drive.status;
    let told = tx.driver_was_told(visit.id, drive.driver_id).await?;
    drive.status = DriveStatus::Replaced;
    drive.answered_by = Some(by.to_owned());
    if !tx.update_drive(&drive, was).await? {
        return Err(ActionError::Changed);
    }
    tx.audit(
        AuditEntry::new("drive.replace", Some(visit.patient_id), "appointment", visit.id.0)
            .before(json!({ "driver": drive.full_name })),
    );
    // They may still drive on other days: then the next message that cannot go raises the line again.
    tx.settle_about(WorkKind::AddressBounced, drive.driver_id.0, by).await?;
    notify::driver_released(tx, rules, drive.driver_id, visit, told).await
}

/// A held course was accepted: drivers named while it was held are asked now.
pub(super) async fn ask_for_accepted(
    tx: &mut Tx,
    rules: &Rules,
    booked: &[Appointment],
) -> Result<(), ActionError> {
    let mut by_driver: Vec<(DriverId, Vec<Appointment>)> = Vec::new();
    for visit in booked {
        let Some(drive) = tx.current_drive(visit.id).await? else { continue };
        match by_driver.iter_mut().find(|(driver, _)| *driver == drive.driver_id) {
            Some((_, visits)) => visits.push(visit.clone()),
            None => by_driver.push((drive.driver_id, vec![visit.clone()])),
        }
    }
    for (driver, visits) in by_driver {
        notify::driver_asked(tx, rules, driver, &visits).await?;
    }
    Ok(())
}

/// A visit moved: its driver is asked again for the new time.
pub(super) async fn drives_moved(tx: &mut Tx, rules: &Rules, visit: &Appointment) -> Result<(), ActionError> {
    let Some(mut drive) = tx.current_drive(visit.id).await? else { return Ok(()) };
    let was = drive.status;
    let told = tx.driver_was_told(visit.id, drive.driver_id).await?;
    drive.status = DriveStatus::Asked;
    drive.appointment_version = visit.version;
    (drive.answered_at, drive.answered_by, drive.said_by) = (None, None, None);
    (drive.sign, drive.sign_at) = (None, None);
    if !tx.update_drive(&drive, was).await? {
        return Err(ActionError::Changed);
    }
    notify::drive_moved(tx, rules, drive.driver_id, visit, told).await
}

/// A visit is off: its driver is free.
pub(super) async fn release_for(tx: &mut Tx, rules: &Rules, visit: &Appointment) -> Result<(), ActionError> {
    let Some(drive) = tx.current_drive(visit.id).await? else { return Ok(()) };
    replace(tx, rules, drive, visit, BY_CANCELLATION).await
}

/// A visit came back: the driver it had is asked again, unless they never heard that it was off.
pub(super) async fn restore_for(tx: &mut Tx, rules: &Rules, visit: &Appointment) -> Result<(), ActionError> {
    let last = tx.drives_to(visit.id).await?.into_iter().next();
    let Some(mut drive) = last.filter(|drive| drive.answered_by.as_deref() == Some(BY_CANCELLATION)) else {
        return Ok(());
    };
    let told = tx.driver_was_told(visit.id, drive.driver_id).await?;
    let unheard = tx.silence_release(visit.id, drive.driver_id).await? || !told;
    drive.appointment_version = visit.version;
    drive.status =
        if unheard && drive.answered_at.is_some() { DriveStatus::Confirmed } else { DriveStatus::Asked };
    drive.answered_by = None;
    if drive.status == DriveStatus::Asked {
        drive.answered_at = None;
    }
    if !tx.update_drive(&drive, DriveStatus::Replaced).await? {
        return Err(ActionError::Changed);
    }
    if unheard {
        return notify::drive_stands(tx, drive.driver_id, visit).await;
    }
    notify::drive_moved(tx, rules, drive.driver_id, visit, true).await
}
