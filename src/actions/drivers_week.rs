//! Every treatment of the coming days with its driver: who comes, who drives, and what the ladder asks for next.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::ActionError;
use crate::config::Rules;
use crate::domain::appointments::AppointmentStatus;
use crate::domain::driver_ladder::{self, Standing};
use crate::domain::drivers::DriverNeed;
use crate::domain::ids::{AppointmentId, DriverId};
use crate::domain::message_rules::last_call_minutes;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::store::patients::Patient;
use crate::store::sites::Site;

/// A treatment that lies ahead or is going on, and how it stands for a driver.
#[derive(Clone, Debug)]
pub struct DriveAhead {
    /// The treatment.
    pub visit: Appointment,
    /// Whose it is.
    pub patient: Patient,
    /// The drive that counts.
    pub drive: Option<Drive>,
    /// Whether mail reaches that driver.
    pub has_mail: bool,
    /// Whether mail to that driver comes back.
    pub mail_bounces: bool,
    /// How it stands for a driver.
    pub need: DriverNeed,
    /// Where it stands on its ladder.
    pub standing: Standing,
}

/// The treatments of a site that start inside a window, by start; a fixed number of queries.
///
/// # Errors
/// When the store fails.
pub async fn drives_ahead(
    tx: &mut Tx,
    rules: &Rules,
    site: &Site,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<DriveAhead>, ActionError> {
    let now = tx.now();
    let mut visits = tx.appointments_between(site.id, from, to).await?;
    visits.retain(|visit| {
        visit.needs_driver() && (visit.status == AppointmentStatus::Booked || visit.status.is_here())
    });
    let mut people: Vec<_> = visits.iter().map(|visit| visit.patient_id).collect();
    people.sort_unstable();
    people.dedup();
    let people = tx.patients_by_ids(&people).await?;
    let drives = tx.current_drives_between(site.id, from, to).await?;
    let drivers: Vec<DriverId> = drives.iter().map(|drive| drive.driver_id).collect();
    let drivers = tx.drivers_by_ids(&drivers).await?;
    let mut drives: HashMap<AppointmentId, Drive> =
        drives.into_iter().map(|drive| (drive.appointment_id, drive)).collect();
    let messages = tx.message_rules(site.id).await?;
    let row = |visit: Appointment| {
        let patient = people.get(&visit.patient_id)?.clone();
        let drive = drives.remove(&visit.id);
        let need = DriverNeed::of(true, drive.as_ref().map(|drive| drive.status));
        let driver = drive.as_ref().and_then(|drive| drivers.get(&drive.driver_id));
        let asked = last_call_minutes(&messages, visit.category, visit.service_id, visit.role);
        let ladder = rules.driver_ladder(asked);
        Some(DriveAhead {
            has_mail: driver.is_some_and(|driver| driver.mail_address().is_some()),
            mail_bounces: driver.is_some_and(|driver| driver.mail_bounces()),
            standing: driver_ladder::standing(visit.starts_at, need, &ladder, now),
            visit,
            patient,
            drive,
            need,
        })
    };
    Ok(visits.into_iter().filter_map(row).collect())
}
