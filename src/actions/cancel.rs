//! Cancel one visit, with what hangs on it, and take a cancellation back.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::availability::{Wanted, Window};
use super::book;
use super::follow::Course;
use super::notify_rules::Ruleset;
use super::{ActionError, Actor, drivers, notify, pass, recall, series};
use crate::config::Rules;
use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::ids::AppointmentId;
use crate::domain::messages::{MessageStatus, Stage};
use crate::domain::protocols::VisitRole;
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::appointments::Appointment;
use crate::store::series::Series;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// Cancels a visit that still stands at `version`; the coaching after it goes too. Answers with every visit canceled.
///
/// # Errors
/// [`ActionError::Changed`] when somebody changed it since; [`ActionError::Refused`] when it is not ahead any more.
pub async fn cancel_visit(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    id: AppointmentId,
    version: i64,
    reason: &str,
) -> Result<Vec<AppointmentId>, ActionError> {
    actor.needs(Permission::Book)?;
    cancel_out(tx, actor, rules, site, id, version, reason).await
}

/// As [`cancel_visit`]; who may is the caller's to ask.
pub(super) async fn cancel_out(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    id: AppointmentId,
    version: i64,
    reason: &str,
) -> Result<Vec<AppointmentId>, ActionError> {
    tx.lock_bookings(site.id).await?;
    let visit =
        tx.appointment(id).await?.filter(|visit| visit.site_id == site.id).ok_or(ActionError::NotFound)?;
    if !visit.status.is_ahead() {
        return Err(ActionError::Refused("moves-not-ahead"));
    }
    if visit.version != version {
        return Err(ActionError::Changed);
    }
    let talk = Course::of(tx, &visit).await?.and_then(|course| course.talk_after(&visit).cloned());
    let was_held = visit.status == AppointmentStatus::Held;
    let lead = take_out(tx, actor, &visit, reason).await?;
    let mut others = Vec::new();
    if let Some(talk) = &talk {
        others.push(take_out(tx, actor, talk, reason).await?);
    }
    notify::visits_cancelled(tx, rules, &lead, &others, was_held).await?;
    drivers::release_for(tx, rules, &lead).await?;
    if let Some(id) = lead.series_id {
        series::complete_if_over(tx, id).await?;
    }
    if lead.is_treatment() {
        recall::replan(tx, lead.patient_id).await?;
    }
    Ok(std::iter::once(lead.id).chain(others.iter().map(|one| one.id)).collect())
}

/// Takes one visit out of the book; what hangs on it and who is told is the caller's.
pub(super) async fn take_out(
    tx: &mut Tx,
    actor: &Actor,
    visit: &Appointment,
    reason: &str,
) -> Result<Appointment, ActionError> {
    let mut gone = visit.clone();
    gone.status = AppointmentStatus::Cancelled;
    gone.version += 1;
    gone.treatment_day = None;
    gone.cancelled_at = Some(tx.now());
    gone.cancelled_by = Some(actor.label());
    gone.cancel_reason = Some(reason.to_owned());
    if !tx.update_appointment(&gone, visit.status, visit.version).await? {
        return Err(ActionError::Changed);
    }
    tx.vacate(gone.id).await?;
    let settled = [
        WorkKind::DriverDeclined,
        WorkKind::DriverMissing,
        WorkKind::Unconfirmed,
        WorkKind::PatientAsks,
        WorkKind::AbsenceHit,
        WorkKind::DriverAddressWrong,
    ];
    tx.settle_work(gone.id, &settled, &actor.label()).await?;
    tx.audit(
        AuditEntry::new("appointment.cancel", Some(gone.patient_id), "appointment", gone.id.0)
            .before(json!({ "state": visit.status, "start": visit.starts_at }))
            .after(json!({ "state": gone.status, "reason": reason })),
    );
    Ok(gone)
}

/// Takes a cancellation back, with the coaching that went with it, if every time is still free and the gates still open.
///
/// # Errors
/// [`ActionError::Conflicts`] when the time was given to somebody else; [`ActionError::Unmet`] when a gate shut;
/// [`ActionError::Refused`] when the visit is not canceled or lies in the past.
pub async fn restore_visit(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    id: AppointmentId,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    bring_back(tx, rules, site, id).await
}

/// As [`restore_visit`]; who may is the caller's to ask.
pub(super) async fn bring_back(
    tx: &mut Tx,
    rules: &Rules,
    site: &Site,
    id: AppointmentId,
) -> Result<(), ActionError> {
    tx.lock_bookings(site.id).await?;
    series::release_ended_holds(tx, site).await?;
    let visit =
        tx.appointment(id).await?.filter(|visit| visit.site_id == site.id).ok_or(ActionError::NotFound)?;
    if visit.status != AppointmentStatus::Cancelled || visit.starts_at <= tx.now() {
        return Err(ActionError::Refused("moves-not-restorable"));
    }
    let undo = TimeDelta::minutes(rules.cancel_undo_minutes);
    if visit.cancelled_at.is_none_or(|at| at + undo < tx.now()) {
        return Err(ActionError::Refused("moves-undo-over"));
    }
    let mut all = vec![visit.clone()];
    if let Some(series_id) = visit.series_id {
        let course = tx.series(series_id).await?.ok_or(ActionError::NotFound)?;
        // A hold that was let go is offered anew, not revived.
        if course.status != SeriesStatus::Active && course.hold_until.is_some() {
            return Err(ActionError::Refused("moves-not-restorable"));
        }
        has_its_place(tx, &course, &visit).await?;
        series::reopen(tx, course.id).await?;
        all.extend(tx.appointments_in(series_id).await?.into_iter().filter(|other| {
            other.id != visit.id
                && other.status == AppointmentStatus::Cancelled
                && other.cancelled_at == visit.cancelled_at
                && other.starts_at > tx.now()
        }));
    }
    for one in &all {
        put_back(tx, site, one).await?;
    }
    let mut unread = false;
    for one in &all {
        unread |= tx.silence_stage(one.id, Stage::VisitCancelled, MessageStatus::NotNeeded).await?;
    }
    // A course whose one message still waits tells of the restored visit by itself.
    let course_waits = match visit.series_id {
        Some(series) => tx.series_waits_for(series, Stage::SeriesBooked).await?,
        None => false,
    };
    let ids: Vec<AppointmentId> = all.iter().map(|one| one.id).collect();
    let mut now: Vec<Appointment> = tx.appointments_by_ids(&ids).await?.into_values().collect();
    now.sort_by_key(|one| (one.id != visit.id, one.starts_at));
    check_course(tx, site, &now).await?;
    if let (Some(lead), false) = (now.first(), unread || course_waits) {
        notify::visits_restored(tx, rules, lead, &now).await?;
    }
    let (by, set) = (tx.actor_label(), Ruleset::load(tx, site.id).await?);
    for one in &now {
        tx.settle_work(one.id, &[WorkKind::PatientCanceled], &by).await?;
        notify::plan_reminders(tx, &set, one).await?;
        drivers::restore_for(tx, rules, one).await?;
    }
    recall::replan(tx, visit.patient_id).await
}

/// A visit that went with a change of its whole course, or whose number another has by now, does not come back alone.
async fn has_its_place(tx: &mut Tx, course: &Series, visit: &Appointment) -> Result<(), ActionError> {
    if course.paused_at.is_some() {
        return Err(ActionError::Refused("series-change-restore-paused"));
    }
    let counted = matches!(visit.role, Some(VisitRole::Main | VisitRole::AfterEach));
    let others = tx.appointments_in(course.id).await?;
    let last = last_number(course.visits, &others, tx.now());
    let beyond = counted && visit.role_index.is_some_and(|index| index > last);
    let taken = others.iter().any(|other| {
        other.id != visit.id
            && other.status.occupies()
            && (other.role, other.role_index) == (visit.role, visit.role_index)
    });
    if beyond || taken { Err(ActionError::Refused("series-change-restore-gone")) } else { Ok(()) }
}

/// The number the last of so many treatments bears: canceled ones leave holes among the numbers of those that are done.
fn last_number(treatments: i64, visits: &[Appointment], now: DateTime<Utc>) -> i64 {
    let done: Vec<i64> = visits
        .iter()
        .filter(|one| one.role == Some(VisitRole::Main) && one.status.occupies())
        .filter(|one| !one.status.is_ahead() || one.starts_at <= now)
        .filter_map(|one| one.role_index)
        .collect();
    let holes = done.iter().max().map_or(0, |last| last - i64::try_from(done.len()).unwrap_or(*last));
    treatments + holes
}

/// What moved meanwhile may leave a restored visit no place in its course.
async fn check_course(tx: &mut Tx, site: &Site, restored: &[Appointment]) -> Result<(), ActionError> {
    let Some(first) = restored.first() else { return Ok(()) };
    let Some(course) = Course::of(tx, first).await? else { return Ok(()) };
    let broken = restored.iter().flat_map(|one| course.broken_by(site, one, one.starts_at)).collect();
    pass(broken)
}

async fn put_back(tx: &mut Tx, site: &Site, gone: &Appointment) -> Result<(), ActionError> {
    let mut back = gone.clone();
    back.status = AppointmentStatus::Booked;
    back.version += 1;
    back.cancelled_at = None;
    back.cancelled_by = None;
    back.cancel_reason = None;
    back.treatment_day = back.is_treatment().then(|| book::date_at(site, back.starts_at));
    let service = book::as_service(&back);
    pass(book::booking_gate(tx, site, back.patient_id, &service, &[back.starts_at], &[back.id]).await?)?;
    let window = Window::load(tx, site, back.starts_at, back.ends_at).await?;
    let wanted = Wanted {
        name: &back.name,
        phases: &back.phases,
        start: back.starts_at,
        patient: Some(back.patient_id),
        with: None,
        except: &[],
    };
    let conflicts = window.conflicts_of_assigned(&wanted, &back.assigned);
    if !conflicts.is_empty() {
        return Err(ActionError::Conflicts(conflicts));
    }
    if !tx
        .update_appointment(&back, gone.status, gone.version)
        .await
        .map_err(|error| book::refused(error, &back))?
    {
        return Err(ActionError::Changed);
    }
    tx.occupy(&back).await.map_err(|error| book::refused(error, &back))?;
    book::audit(tx, "appointment.restore", &back);
    Ok(())
}
