//! The one way many visits get new places: all of them or none, checked against every rule and everybody's time.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::availability::{self, Wanted, Window};
use super::book::{self, date_at};
use super::follow::{self, Course};
use super::move_visit::Moved;
use super::{ActionError, Conflict, drivers, notify, pass};
use crate::config::Rules;
use crate::domain::appointments::AppointmentStatus;
use crate::domain::gates::Unmet;
use crate::domain::ids::{AppointmentId, PatientId, SeriesId, ServiceId};
use crate::domain::services::{self, Assignment, Service};
use crate::domain::worklist::WorkKind;
use crate::store::appointments::Appointment;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// A visit's new place.
#[derive(Clone, Debug)]
pub struct NewPlace {
    /// Which visit.
    pub appointment: AppointmentId,
    /// The version it was read at.
    pub version: i64,
    /// Its new start; the old one for a mere change of people.
    pub starts_at: DateTime<Utc>,
    /// Who serves which kind.
    pub assigned: Vec<Assignment>,
    /// Another service; `None` for the same.
    pub service: Option<ServiceId>,
}

/// A visit that has its new place.
#[derive(Clone, Debug)]
pub struct Rearranged {
    /// As it stands now.
    pub visit: Appointment,
    /// Its old and new start.
    pub moved: Moved,
    /// Whether its start or its end is another one: only then is anybody told.
    pub time_changed: bool,
}

/// A visit as it stands and as it will.
#[derive(Clone, Debug)]
pub(super) struct Shift {
    pub before: Appointment,
    pub after: Appointment,
}

impl Shift {
    /// Whether the start or the end is another one.
    pub fn time_changed(&self) -> bool {
        (self.before.starts_at, self.before.ends_at) != (self.after.starts_at, self.after.ends_at)
    }
}

/// A visit with its new place. Its version rises only with its time, which makes every older message and link about it old.
pub(super) fn shifted(
    site: &Site,
    before: Appointment,
    service: Option<&Service>,
    starts_at: DateTime<Utc>,
    assigned: Vec<Assignment>,
) -> Shift {
    let mut after = before.clone();
    if let Some(service) = service {
        after.service_id = service.id;
        after.name.clone_from(&service.name);
        after.public_name.clone_from(&service.public_name);
        after.venue = service.venue;
        after.companion = service.companion;
        after.phases.clone_from(&service.phases);
        after.price_cents = service.price_cents;
    }
    after.starts_at = starts_at;
    after.ends_at = follow::end_of(&after, starts_at);
    after.assigned = assigned;
    let mut shift = Shift { before, after };
    if shift.time_changed() {
        shift.after.version += 1;
        shift.after.confirmed_at = None;
        shift.after.treatment_day = shift.before.treatment_day.map(|_| date_at(site, starts_at));
    }
    shift
}

/// Gives visits new times and people, all or none. Each must still stand at its version, lie ahead, start on the grid and
/// not in the past; gates, gaps and windows are those of each course as it will stand, and only where a moved visit takes
/// part in them. The same start with other people is a reassignment. Each is audited; nobody is told (see [`tell`]).
///
/// # Errors
/// [`ActionError::Changed`] when somebody changed one since; [`ActionError::Unmet`] with every rule the new places break;
/// [`ActionError::Conflicts`] with everybody in the way; [`ActionError::Refused`] for a visit that cannot be moved at all.
pub async fn rearrange(
    tx: &mut Tx,
    rules: &Rules,
    site: &Site,
    places: &[NewPlace],
) -> Result<Vec<Rearranged>, ActionError> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    tx.lock_bookings(site.id).await?;
    super::series::release_ended_holds(tx, site).await?;
    let shifts = load(tx, rules, site, places).await?;
    pass(rules_broken(tx, site, &shifts).await?)?;
    let conflicts = in_the_way(tx, site, &shifts).await?;
    if !conflicts.is_empty() {
        return Err(ActionError::Conflicts(conflicts));
    }
    carry_out(tx, shifts).await
}

async fn load(
    tx: &mut Tx,
    rules: &Rules,
    site: &Site,
    places: &[NewPlace],
) -> Result<Vec<Shift>, ActionError> {
    let ids: Vec<AppointmentId> = places.iter().map(|place| place.appointment).collect();
    let mut found = tx.appointments_by_ids(&ids).await?;
    let services = if places.iter().any(|place| place.service.is_some()) {
        tx.services(site.id).await?
    } else {
        Vec::new()
    };
    let mut shifts = Vec::with_capacity(places.len());
    for place in places {
        // Taken out of the map: a visit named twice is not found the second time.
        let visit = found
            .remove(&place.appointment)
            .filter(|visit| visit.site_id == site.id)
            .ok_or(ActionError::NotFound)?;
        if !visit.status.is_ahead() {
            return Err(ActionError::Refused("moves-not-ahead"));
        }
        if visit.version != place.version {
            return Err(ActionError::Changed);
        }
        if place.starts_at <= tx.now() || visit.starts_at <= tx.now() {
            return Err(ActionError::Refused("book-time-past"));
        }
        if place.starts_at != visit.starts_at {
            book::on_grid(rules, site, place.starts_at)?;
            book::not_far(tx.now(), place.starts_at)?;
        }
        let service = match place.service {
            Some(id) => {
                let kind = |one: &&Service| one.id == id && one.category == visit.category;
                Some(services.iter().find(kind).ok_or(ActionError::NotFound)?)
            }
            None => None,
        };
        shifts.push(shifted(site, visit, service, place.starts_at, place.assigned.clone()));
    }
    Ok(shifts)
}

/// Every gate, gap and window that visits with another time break.
async fn rules_broken(tx: &mut Tx, site: &Site, shifts: &[Shift]) -> Result<Vec<Unmet>, ActionError> {
    let moved: Vec<&Appointment> =
        shifts.iter().filter(|shift| shift.time_changed()).map(|shift| &shift.after).collect();
    let ids: Vec<AppointmentId> = moved.iter().map(|visit| visit.id).collect();
    let mut unmet = gates_shut(tx, site, &moved, &ids).await?;
    let mut courses: Vec<SeriesId> = moved.iter().filter_map(|visit| visit.series_id).collect();
    courses.sort_unstable();
    courses.dedup();
    for series in courses {
        let mut course = Course::load(tx, series).await?;
        course.replace(&moved);
        unmet.extend(course.broken_by_moved(site, &ids));
    }
    Ok(unmet)
}

/// The booking gates of treatments as they will stand, each patient's asked together; `except` are visits whose old days do
/// not count.
pub(super) async fn gates_shut(
    tx: &mut Tx,
    site: &Site,
    visits: &[&Appointment],
    except: &[AppointmentId],
) -> Result<Vec<Unmet>, ActionError> {
    let mut unmet: Vec<Unmet> = Vec::new();
    let treatments: Vec<&Appointment> = visits.iter().copied().filter(|one| one.is_treatment()).collect();
    let mut patients: Vec<PatientId> = treatments.iter().map(|visit| visit.patient_id).collect();
    patients.sort_unstable();
    patients.dedup();
    for patient in patients {
        let theirs: Vec<&Appointment> =
            treatments.iter().copied().filter(|visit| visit.patient_id == patient).collect();
        let Some(first) = theirs.first() else { continue };
        let (service, starts) = (book::as_service(first), starts_of(&theirs));
        for one in book::booking_gate(tx, site, patient, &service, &starts, except).await? {
            if !unmet.contains(&one) {
                unmet.push(one);
            }
        }
    }
    Ok(unmet)
}

fn starts_of(visits: &[&Appointment]) -> Vec<DateTime<Utc>> {
    visits.iter().map(|visit| visit.starts_at).collect()
}

/// Everybody in the way of the new places. The moved visits' old times do not count, their new ones do against each other.
async fn in_the_way(tx: &mut Tx, site: &Site, shifts: &[Shift]) -> Result<Vec<Conflict>, ActionError> {
    let (Some(from), Some(to)) = (
        shifts.iter().map(|shift| shift.after.starts_at).min(),
        shifts.iter().map(|shift| shift.after.ends_at).max(),
    ) else {
        return Ok(Vec::new());
    };
    let mut window = Window::load(tx, site, from, to).await?;
    let except: Vec<AppointmentId> = shifts.iter().map(|shift| shift.before.id).collect();
    let mut conflicts = Vec::new();
    for Shift { after, .. } in shifts {
        if !availability::is_sound(&after.phases, &after.assigned, window.resources()) {
            return Err(ActionError::Refused("moves-unsound"));
        }
        let wanted = Wanted {
            name: &after.name,
            phases: &after.phases,
            start: after.starts_at,
            patient: Some(after.patient_id),
            with: None,
            except: &except,
        };
        conflicts.extend(window.conflicts_of_assigned(&wanted, &after.assigned));
        take(&mut window, after);
    }
    Ok(conflicts)
}

/// Notes a visit's new time as taken, under a name of its own: its old time may be among those that do not count.
pub(super) fn take(window: &mut Window, visit: &Appointment) {
    let here = AppointmentId::new();
    for stretch in services::stretches(&visit.phases, visit.starts_at, &visit.assigned) {
        window.take(stretch.resource.0, stretch.starts_at, stretch.ends_at, here);
    }
    window.take(visit.patient_id.0, visit.starts_at, visit.ends_at, here);
}

/// Writes new places that were checked. All give their time and day back before any takes its new one: they may swap.
pub(super) async fn carry_out(tx: &mut Tx, shifts: Vec<Shift>) -> Result<Vec<Rearranged>, ActionError> {
    for shift in &shifts {
        tx.vacate(shift.before.id).await?;
        if shift.before.treatment_day.is_some() {
            tx.free_treatment_day(shift.before.id).await?;
        }
    }
    let mut done = Vec::with_capacity(shifts.len());
    for shift in shifts {
        done.push(write(tx, shift).await?);
    }
    Ok(done)
}

async fn write(tx: &mut Tx, shift: Shift) -> Result<Rearranged, ActionError> {
    let time_changed = shift.time_changed();
    let Shift { before, after } = shift;
    if !tx
        .update_appointment(&after, before.status, before.version)
        .await
        .map_err(|error| book::refused(error, &after))?
    {
        return Err(ActionError::Changed);
    }
    tx.occupy(&after).await.map_err(|error| book::refused(error, &after))?;
    let moves = before.starts_at != after.starts_at;
    if time_changed {
        let settled = [WorkKind::Unconfirmed, WorkKind::PatientAsks, WorkKind::AbsenceHit];
        tx.settle_work(after.id, &settled, &tx.actor_label()).await?;
    }
    let (action, was, is) = if moves {
        ("appointment.move", json!({ "start": before.starts_at }), json!({ "start": after.starts_at }))
    } else {
        let words = |visit: &Appointment| json!({ "start": visit.starts_at, "service": visit.name, "people": visit.assigned });
        ("appointment.reassign", words(&before), words(&after))
    };
    tx.audit(
        AuditEntry::new(action, Some(after.patient_id), "appointment", after.id.0).before(was).after(is),
    );
    let moved = Moved {
        appointment: after.id,
        name: after.name.clone(),
        public_name: after.public_name.clone(),
        from: before.starts_at,
        to: after.starts_at,
    };
    Ok(Rearranged { visit: after, moved, time_changed })
}

/// One message per patient about everything of theirs that has another time; whose people alone changed, nobody hears of.
/// Drivers are asked again where their drive moved. A held course is offered anew instead, to whom it was offered.
///
/// # Errors
/// When the store fails.
pub async fn tell(tx: &mut Tx, rules: &Rules, site: &Site, done: &[Rearranged]) -> Result<(), ActionError> {
    let mut groups: Vec<(PatientId, Option<SeriesId>, Vec<&Rearranged>)> = Vec::new();
    for one in done.iter().filter(|one| one.time_changed && one.visit.site_id == site.id) {
        let held = one.visit.series_id.filter(|_| one.visit.status == AppointmentStatus::Held);
        let own = |group: &&mut (PatientId, Option<SeriesId>, Vec<&Rearranged>)| {
            group.0 == one.visit.patient_id && group.1 == held
        };
        match groups.iter_mut().find(own) {
            Some((_, _, theirs)) => theirs.push(one),
            None => groups.push((one.visit.patient_id, held, vec![one])),
        }
    }
    for (_, _, mut theirs) in groups {
        // A treatment leads: the message's link opens on it. The sort is stable.
        theirs.sort_by_key(|one| !one.visit.is_treatment());
        let moved: Vec<Moved> = theirs.iter().map(|one| one.moved.clone()).collect();
        let others: Vec<Appointment> = theirs.iter().skip(1).map(|one| one.visit.clone()).collect();
        let Some(lead) = theirs.first() else { continue };
        notify::visits_moved(tx, rules, &lead.visit, &others, &moved).await?;
        for one in &theirs {
            drivers::drives_moved(tx, rules, &one.visit).await?;
        }
    }
    Ok(())
}
