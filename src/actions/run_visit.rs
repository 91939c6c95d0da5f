//! Run a visit on its day: check in, treat, rest, go home; each step through its gate.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::book::date_at;
use super::{ActionError, Actor, notify, pass, recall, series, worklist};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::candidacy::Decision;
use crate::domain::companions;
use crate::domain::drivers::DriverNeed;
use crate::domain::gates::{self, CheckInFacts, DischargeFacts, Unmet};
use crate::domain::ids::AppointmentId;
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// Shortest reason that explains anything, in characters.
pub const MIN_REASON: usize = 15;
/// A check-in in the audit log.
const CHECK_IN: &str = "appointment.check_in";

/// What keeps a visit from being checked in now.
///
/// # Errors
/// [`ActionError::NotFound`] for a visit of another site.
pub async fn check_in_unmet(tx: &mut Tx, site: &Site, id: AppointmentId) -> Result<Vec<Unmet>, ActionError> {
    let visit = find(tx, Some(site), id).await?;
    let drive = tx.current_drive(id).await?;
    let decision = tx.decision_of(visit.patient_id).await?;
    Ok(gates::check_in(&facts(site, &visit, drive.as_ref(), decision.as_ref(), tx.now())))
}

/// What keeps a visit from beginning now, beside what a clinician went past at its check-in.
async fn start_unmet(tx: &mut Tx, site: &Site, visit: &Appointment) -> Result<Vec<Unmet>, ActionError> {
    let drive = tx.current_drive(visit.id).await?;
    let decision = tx.decision_of(visit.patient_id).await?;
    let passed = passed_at_check_in(tx, visit).await?;
    Ok(gates::start(&facts(site, visit, drive.as_ref(), decision.as_ref(), tx.now()), &passed))
}

fn facts<'a>(
    site: &Site,
    visit: &Appointment,
    drive: Option<&'a Drive>,
    decision: Option<&'a Decision>,
    now: DateTime<Utc>,
) -> CheckInFacts<'a> {
    CheckInFacts {
        status: visit.status,
        starts_at: visit.starts_at,
        date: date_at(site, visit.starts_at),
        today: date_at(site, now),
        driver: DriverNeed::of(visit.needs_driver(), drive.map(|drive| drive.status)),
        companion: visit.companion,
        driver_name: drive.map(|drive| drive.full_name.as_str()),
        driver_phone: drive.and_then(|drive| drive.phone.as_deref()),
        is_treatment: visit.is_treatment(),
        decision,
    }
}

/// What the reason at a visit's check-in was for; nothing where none was needed.
async fn passed_at_check_in(tx: &mut Tx, visit: &Appointment) -> Result<Vec<String>, ActionError> {
    if visit.override_reason.is_none() {
        return Ok(Vec::new());
    }
    // The card keeps the clinician's words; what they were for stands in the log alone.
    let row = tx.last_audit_of(visit.id.0, CHECK_IN).await?;
    let passed = row.and_then(|row| row.after_change).and_then(|after| after.get("passed").cloned());
    Ok(passed.and_then(|passed| serde_json::from_value(passed).ok()).unwrap_or_default())
}

/// Checks a patient in; pressed twice, it is done once. A clinician may go past what a gate lists with a written reason; facts (another day, another state)
/// stay in the way.
///
/// # Errors
/// [`ActionError::Unmet`] with everything that is missing; [`ActionError::Refused`] for a reason too short to say anything.
pub async fn check_in(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    id: AppointmentId,
    override_reason: Option<&str>,
) -> Result<(), ActionError> {
    actor.needs(Permission::RunVisit)?;
    // A driver's "no" or a new decision at the same moment must come before or after, never in between.
    tx.lock_bookings(site.id).await?;
    let mut visit = find(tx, Some(site), id).await?;
    if visit.status == AppointmentStatus::Arrived {
        return Ok(());
    }
    let unmet = check_in_unmet(tx, site, id).await?;
    let passed = go_past(actor, unmet, override_reason)?;
    visit.status = AppointmentStatus::Arrived;
    visit.arrived_at = Some(tx.now());
    note_override(tx, actor, site, &mut visit, passed.as_ref()).await?;
    step_past(tx, &visit, AppointmentStatus::Booked, CHECK_IN, passed.as_ref()).await?;
    // Reminders of a visit whose patient stands at the desk are of no use to anybody.
    tx.silence_before_visit(id).await?;
    let settled = [
        WorkKind::DriverDeclined,
        WorkKind::DriverMissing,
        WorkKind::Unconfirmed,
        WorkKind::PatientAsks,
        WorkKind::DriverAddressWrong,
    ];
    tx.settle_work(id, &settled, &actor.label()).await?;
    Ok(())
}

/// Takes a check-in back that was pressed for the wrong person.
///
/// # Errors
/// [`ActionError::Changed`] when the visit has gone on.
pub async fn undo_check_in(tx: &mut Tx, actor: &Actor, id: AppointmentId) -> Result<(), ActionError> {
    actor.needs(Permission::RunVisit)?;
    let mut visit = expect(tx, id, AppointmentStatus::Arrived).await?;
    visit.status = AppointmentStatus::Booked;
    visit.arrived_at = None;
    visit.override_reason = None;
    step(tx, &visit, AppointmentStatus::Arrived, "appointment.undo_check_in", None).await
}

/// Begins treatment or talk. A treatment begins on its day only, with its driver or sitter and its decision as they were asked for
/// at check-in; a clinician may go past those two with a written reason, and one given at check-in stands for what it named.
///
/// # Errors
/// [`ActionError::Changed`] when the patient is not checked in; [`ActionError::Unmet`] with everything that is missing;
/// [`ActionError::Refused`] for a reason too short to say anything.
pub async fn start_visit(
    tx: &mut Tx,
    actor: &Actor,
    id: AppointmentId,
    override_reason: Option<&str>,
) -> Result<(), ActionError> {
    actor.needs(Permission::RunVisit)?;
    let site = tx.site().await?.ok_or(ActionError::NotFound)?;
    // As at check-in: a "no" or a new decision comes before or after.
    tx.lock_bookings(site.id).await?;
    if find(tx, None, id).await?.status == AppointmentStatus::InProgress {
        return Ok(());
    }
    let mut visit = expect(tx, id, AppointmentStatus::Arrived).await?;
    let unmet = start_unmet(tx, &site, &visit).await?;
    let passed = go_past(actor, unmet, override_reason)?;
    visit.status = AppointmentStatus::InProgress;
    visit.started_at = Some(tx.now());
    note_override(tx, actor, &site, &mut visit, passed.as_ref()).await?;
    step_past(tx, &visit, AppointmentStatus::Arrived, "appointment.start", passed.as_ref()).await
}

/// Begins recovery after a treatment; from now the service's recovery time runs.
///
/// # Errors
/// [`ActionError::Changed`] when no treatment is running.
pub async fn start_recovery(tx: &mut Tx, actor: &Actor, id: AppointmentId) -> Result<(), ActionError> {
    actor.needs(Permission::RunVisit)?;
    if find(tx, None, id).await?.status == AppointmentStatus::Recovering {
        return Ok(());
    }
    let mut visit = expect(tx, id, AppointmentStatus::InProgress).await?;
    if !visit.is_treatment() {
        return Err(ActionError::Refused("appointment-no-recovery"));
    }
    visit.status = AppointmentStatus::Recovering;
    visit.recovery_at = Some(tx.now());
    step(tx, &visit, AppointmentStatus::InProgress, "appointment.recovery", None).await
}

/// Records the coach's check-in before discharge, or waives it with a reason (coaches and clinicians).
///
/// # Errors
/// [`ActionError::Refused`] for a waiver without a reason; [`ActionError::Changed`] when the patient is not here.
pub async fn record_coach_check_in(
    tx: &mut Tx,
    actor: &Actor,
    id: AppointmentId,
    waived: Option<&str>,
) -> Result<(), ActionError> {
    let mut visit = find(tx, None, id).await?;
    match waived {
        Some(reason) => {
            actor.needs(Permission::RecordCoachCheckIn)?;
            if reason.chars().count() < MIN_REASON {
                return Err(ActionError::Refused("appointment-reason-short"));
            }
        }
        None if actor.may(Permission::RunVisit) => {}
        None => actor.needs(Permission::RecordCoachCheckIn)?,
    }
    if !visit.status.is_here() || visit.status == AppointmentStatus::Arrived {
        return Err(ActionError::Changed);
    }
    visit.coach_check_in_by = Some(actor.label());
    visit.coach_check_in_waived = waived.map(str::to_owned);
    let status = visit.status;
    step(tx, &visit, status, "appointment.coach_check_in", waived).await
}

/// Sends a patient home: recovery over, check-in recorded, an escort recorded who is somebody else. After a session at home the
/// escort is the sitter who stays. A talk or consultation just ends.
///
/// # Errors
/// [`ActionError::Unmet`] with everything that is missing.
pub async fn discharge(
    tx: &mut Tx,
    actor: &Actor,
    id: AppointmentId,
    escort: Option<&str>,
    override_reason: Option<&str>,
) -> Result<(), ActionError> {
    actor.needs(Permission::RunVisit)?;
    let mut visit = find(tx, None, id).await?;
    if visit.status == AppointmentStatus::Fulfilled {
        return Ok(());
    }
    let escort = escort.map(str::trim).filter(|escort| !escort.is_empty());
    let patient = tx.patient(visit.patient_id).await?.ok_or(ActionError::NotFound)?;
    let called = patient.name_to_use.as_deref();
    let is_patient = |escort: &str| companions::is_own_name(&patient.full_name, called, escort);
    let facts = DischargeFacts {
        status: visit.status,
        is_treatment: visit.is_treatment(),
        recovery_until: visit.recovery_until(),
        needs_coach_check_in: visit.has_coach_check_in(),
        coach_check_in_done: visit.coach_check_in_by.is_some(),
        escort_recorded: escort.is_some(),
        escort_is_patient: escort.is_some_and(is_patient),
        companion: visit.companion,
    };
    let passed = go_past(actor, gates::discharge(&facts, tx.now()), override_reason)?;
    let was = visit.status;
    visit.status = AppointmentStatus::Fulfilled;
    visit.ended_at = Some(tx.now());
    visit.escort = escort.map(str::to_owned);
    if passed.is_some() {
        let site = tx.site().await?.ok_or(ActionError::NotFound)?;
        note_override(tx, actor, &site, &mut visit, passed.as_ref()).await?;
    }
    step_past(tx, &visit, was, "appointment.discharge", passed.as_ref()).await?;
    tx.settle_work(id, &[WorkKind::DriverWithdrew], &actor.label()).await?;
    if visit.is_treatment() {
        notify::treatment_ended(tx, &visit).await?;
    }
    over(tx, &visit).await
}

/// Notes that a patient did not come; the time is free again.
///
/// # Errors
/// [`ActionError::Refused`] before the visit's start; [`ActionError::Changed`] when the patient was checked in.
pub async fn did_not_come(tx: &mut Tx, actor: &Actor, id: AppointmentId) -> Result<(), ActionError> {
    actor.needs(Permission::RunVisit)?;
    if find(tx, None, id).await?.status == AppointmentStatus::NoShow {
        return Ok(());
    }
    let mut visit = expect(tx, id, AppointmentStatus::Booked).await?;
    if visit.starts_at > tx.now() {
        return Err(ActionError::Refused("appointment-not-yet"));
    }
    visit.status = AppointmentStatus::NoShow;
    visit.treatment_day = None;
    step(tx, &visit, AppointmentStatus::Booked, "appointment.no_show", None).await?;
    tx.vacate(id).await?;
    tx.silence_before_visit(id).await?;
    over(tx, &visit).await
}

/// What follows from the end of a visit: its course may be over, and the next booster counts from a treatment.
async fn over(tx: &mut Tx, visit: &Appointment) -> Result<(), ActionError> {
    if let Some(id) = visit.series_id {
        series::complete_if_over(tx, id).await?;
    }
    if visit.is_treatment() {
        recall::replan(tx, visit.patient_id).await?;
    }
    Ok(())
}

/// Takes "did not come" back, if the time is still free.
///
/// # Errors
/// [`ActionError::Conflicts`] when the time was given to somebody else.
pub async fn undo_did_not_come(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    id: AppointmentId,
) -> Result<(), ActionError> {
    actor.needs(Permission::RunVisit)?;
    tx.lock_bookings(site.id).await?;
    let mut visit = expect(tx, id, AppointmentStatus::NoShow).await?;
    visit.status = AppointmentStatus::Booked;
    visit.treatment_day = visit.is_treatment().then(|| date_at(site, visit.starts_at));
    let service = super::book::as_service(&visit);
    pass(
        super::book::booking_gate(tx, site, visit.patient_id, &service, &[visit.starts_at], &[visit.id])
            .await?,
    )?;
    if let Some(id) = visit.series_id {
        series::reopen(tx, id).await?;
    }
    step(tx, &visit, AppointmentStatus::NoShow, "appointment.undo_no_show", None).await?;
    tx.occupy(&visit).await.map_err(|error| super::book::refused(error, &visit))?;
    recall::replan(tx, visit.patient_id).await
}

async fn find(tx: &mut Tx, site: Option<&Site>, id: AppointmentId) -> Result<Appointment, ActionError> {
    let visit = tx.appointment(id).await?.ok_or(ActionError::NotFound)?;
    if site.is_some_and(|site| site.id != visit.site_id) {
        return Err(ActionError::NotFound);
    }
    Ok(visit)
}

async fn expect(
    tx: &mut Tx,
    id: AppointmentId,
    status: AppointmentStatus,
) -> Result<Appointment, ActionError> {
    let visit = find(tx, None, id).await?;
    if visit.status == status { Ok(visit) } else { Err(ActionError::Changed) }
}

/// A clinician's written reason to go on, and what it is for.
struct Passed {
    reason: String,
    unmet: Vec<Unmet>,
}

/// Nothing in the way: no override. Something in the way: every condition must be one a clinician may pass, the actor must be
/// a clinician, and the reason must say something.
fn go_past(actor: &Actor, unmet: Vec<Unmet>, reason: Option<&str>) -> Result<Option<Passed>, ActionError> {
    if unmet.is_empty() {
        return Ok(None);
    }
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    let Some(reason) = reason else { return pass(unmet).map(|()| None) };
    if !unmet.iter().all(Unmet::can_be_overridden) {
        return Err(ActionError::Unmet(unmet));
    }
    actor.needs(Permission::OverrideGate)?;
    if reason.chars().count() < MIN_REASON {
        return Err(ActionError::Refused("appointment-reason-short"));
    }
    Ok(Some(Passed { reason: reason.to_owned(), unmet }))
}

/// The card carries who went past a gate and why, each time, and the owner's worklist a line.
async fn note_override(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    visit: &mut Appointment,
    passed: Option<&Passed>,
) -> Result<(), ActionError> {
    // What was unmet is kept in the audit log; the card and the worklist carry the words of the clinician.
    let Some(Passed { reason, .. }) = passed else { return Ok(()) };
    let line = format!("{}: {reason}", actor.label());
    visit.override_reason = Some(match visit.override_reason.take() {
        Some(earlier) => format!("{earlier}; {line}"),
        None => line.clone(),
    });
    worklist::raise(tx, site.id, WorkKind::Override, visit.id.0, Some(visit.patient_id), Some(visit), &line)
        .await?;
    Ok(())
}

async fn step(
    tx: &mut Tx,
    visit: &Appointment,
    was: AppointmentStatus,
    action: &'static str,
    reason: Option<&str>,
) -> Result<(), ActionError> {
    let after = json!({ "state": visit.status, "reason": reason, "escort": visit.escort });
    record(tx, visit, was, action, after).await
}

/// A step through a gate: the log keeps what a reason went past.
async fn step_past(
    tx: &mut Tx,
    visit: &Appointment,
    was: AppointmentStatus,
    action: &'static str,
    passed: Option<&Passed>,
) -> Result<(), ActionError> {
    let Some(Passed { reason, unmet }) = passed else { return step(tx, visit, was, action, None).await };
    let names: Vec<&str> = unmet.iter().filter_map(Unmet::name).collect();
    let after = json!({
        "state": visit.status,
        "reason": format!("{reason} [{unmet:?}]"),
        "escort": visit.escort,
        "passed": names,
    });
    record(tx, visit, was, action, after).await
}

async fn record(
    tx: &mut Tx,
    visit: &Appointment,
    was: AppointmentStatus,
    action: &'static str,
    after: Value,
) -> Result<(), ActionError> {
    if visit.status != was && !was.may_become(visit.status) {
        return Err(ActionError::Changed);
    }
    if !tx
        .update_appointment(visit, was, visit.version)
        .await
        .map_err(|error| super::book::refused(error, visit))?
    {
        return Err(ActionError::Changed);
    }
    tx.audit(
        AuditEntry::new(action, Some(visit.patient_id), "appointment", visit.id.0)
            .before(json!({ "state": was }))
            .after(after),
    );
    Ok(())
}
