//! What needs a person: lines that events raised, and lines that follow from the book and leave by themselves.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{ActionError, Actor, intake, no_decision};
use crate::config::Rules;
use crate::domain::appointments::AppointmentStatus;
use crate::domain::driver_ladder::{self, LadderStep, Standing};
use crate::domain::drivers::{DriveStatus, DriverNeed};
use crate::domain::ids::{AppointmentId, DriverId, MessageId, PatientId, SiteId, WorkItemId};
use crate::domain::message_rules::{MessageRule, last_call_minutes};
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::appointments::Appointment;
use crate::store::drivers::{Drive, Driver};
use crate::store::patients::Patient;
use crate::store::sites::Site;
use crate::store::work_items::WorkItem;
use crate::store::{AuditEntry, Tx};

/// Most stored lines a page reads.
const MOST_LINES: i64 = 500;

/// A line of the worklist.
#[derive(Clone, Debug)]
pub struct WorkLine {
    /// The stored line; `None` for one that follows from the book and leaves by itself.
    pub item: Option<WorkItemId>,
    /// Why it is there.
    pub kind: WorkKind,
    /// By when it should be done.
    pub due_at: DateTime<Utc>,
    /// About whom.
    pub patient: Option<Patient>,
    /// About which visit.
    pub appointment: Option<Appointment>,
    /// About which message.
    pub message: Option<MessageId>,
    /// What a stored line is about, by id: a course, a visit, a patient or a message, as its kind says.
    pub about: Option<Uuid>,
    /// What happened, in the words of whoever said it.
    pub note: String,
    /// Whom to call.
    pub phone: Option<String>,
    /// For a treatment without a confirmed driver: who was asked, and where it stands on its ladder. Where mail to a driver comes back:
    /// which one.
    pub driver: Option<AskedDriver>,
    /// Hidden until then.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// Why it can wait.
    pub snooze_reason: Option<String>,
}

/// Whom a treatment without a confirmed driver waits for.
#[derive(Clone, Debug, Default)]
pub struct AskedDriver {
    /// Who was asked and has not answered; nothing if nobody is named.
    pub name: Option<String>,
    /// Their phone as written.
    pub phone: Option<String>,
    /// Where the visit stands on its ladder.
    pub standing: Standing,
}

/// A line that follows from the book.
struct Derived {
    kind: WorkKind,
    visit: Appointment,
    due_at: DateTime<Utc>,
    driver: Option<AskedDriver>,
}

/// Every open line, most urgent first, snoozed ones last.
///
/// # Errors
/// When the store fails.
pub async fn worklist(tx: &mut Tx, rules: &Rules, site: &Site) -> Result<Vec<WorkLine>, ActionError> {
    let now = tx.now();
    let mut items = tx.open_work(site.id, MOST_LINES).await?;
    let undecided = no_decision::keep_standing(tx, site, &mut items).await?;
    let derived = from_the_book(tx, rules, site).await?;
    let visits: Vec<AppointmentId> = items.iter().filter_map(|item| item.appointment_id).collect();
    let visits = tx.appointments_by_ids(&visits).await?;
    let mut people: HashSet<PatientId> = items.iter().filter_map(|item| item.patient_id).collect();
    people.extend(derived.iter().map(|one| one.visit.patient_id));
    let intakes = intake::needing_somebody(tx, rules, site).await?;
    people.extend(intakes.iter().map(|(one, _)| one.patient_id));
    let people: Vec<PatientId> = people.into_iter().collect();
    let people: HashMap<PatientId, Patient> = tx.patients_by_ids(&people).await?;
    let unreached = items.iter().filter(|item| item.kind == WorkKind::AddressBounced);
    let unreached: Vec<DriverId> = unreached.filter_map(|item| item.about().map(DriverId)).collect();
    let drivers = tx.drivers_by_ids(&unreached).await?;

    let mut lines: Vec<WorkLine> =
        items.into_iter().map(|item| stored(item, &people, &visits, &drivers, now)).collect();
    for line in lines.iter_mut().filter(|line| line.kind == WorkKind::NoDecision) {
        let treatments = line.patient.as_ref().and_then(|one| undecided.get(&one.id));
        // Like what follows from the book, it leaves by itself.
        line.item = None;
        line.note = treatments.map(|all| all.len().to_string()).unwrap_or_default();
        line.appointment = treatments.and_then(|all| all.first()).cloned();
    }
    for Derived { kind, visit, due_at, driver } in derived {
        // An event about the same visit says more than the book does.
        let said = lines.iter().any(|line| {
            line.appointment.as_ref().is_some_and(|other| other.id == visit.id)
                && matches!((line.kind, kind), (WorkKind::DriverDeclined, WorkKind::DriverMissing))
        });
        if said {
            continue;
        }
        let patient = people.get(&visit.patient_id).cloned();
        lines.push(WorkLine {
            item: None,
            kind,
            due_at,
            phone: patient.as_ref().and_then(|patient| patient.phone.clone()),
            note: driver.as_ref().and_then(|driver| driver.name.clone()).unwrap_or_default(),
            driver,
            patient,
            appointment: Some(visit),
            message: None,
            about: None,
            snoozed_until: None,
            snooze_reason: None,
        });
    }
    for (one, waits) in intakes {
        let patient = people.get(&one.patient_id).cloned();
        lines.push(WorkLine {
            item: None,
            kind: WorkKind::IntakeWaits,
            due_at: waits.due_at.unwrap_or(now),
            phone: patient.as_ref().and_then(|patient| patient.phone.clone()),
            driver: None,
            patient,
            appointment: None,
            message: None,
            note: one.state.to_string(),
            about: None,
            snoozed_until: None,
            snooze_reason: None,
        });
    }
    lines.sort_by_key(|line| (line.kind.place(), line.snoozed_until.is_some(), line.due_at));
    Ok(lines)
}

/// Whether somebody may see lines of a kind: urgent ones, and what clinicians decide, are for clinicians only.
pub fn is_for(kind: WorkKind, actor: &Actor) -> bool {
    match kind {
        WorkKind::DriverDecision => actor.may(Permission::OverrideGate),
        kind if kind.is_urgent() => actor.may(Permission::ReviewRisk),
        kind if kind.is_for_deciders() => actor.may(Permission::DecideCandidacy),
        _ => true,
    }
}

/// How many of the lines somebody may see need a person now.
///
/// # Errors
/// When the store fails.
pub async fn worklist_count(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
) -> Result<i64, ActionError> {
    let now = tx.now();
    let mut items = tx.open_work(site.id, MOST_LINES).await?;
    no_decision::keep_standing(tx, site, &mut items).await?;
    items.retain(|item| is_for(item.kind, actor));
    let declined: HashSet<AppointmentId> = items
        .iter()
        .filter(|item| item.kind == WorkKind::DriverDeclined)
        .filter_map(|item| item.appointment_id)
        .collect();
    let awake = items.iter().filter(|item| item.snoozed_until.is_none_or(|until| until <= now)).count();
    let derived = from_the_book(tx, rules, site)
        .await?
        .into_iter()
        .filter(|one| one.kind != WorkKind::DriverMissing || !declined.contains(&one.visit.id))
        .filter(|one| is_for(one.kind, actor))
        .count();
    let intakes = intake::needing_somebody(tx, rules, site).await?.len();
    Ok(i64::try_from(awake + derived + intakes).unwrap_or(i64::MAX))
}

/// Treatments of the coming days without a confirmed driver, those among them a clinician has to decide on, and visits of the coming
/// days nobody confirmed.
async fn from_the_book(tx: &mut Tx, rules: &Rules, site: &Site) -> Result<Vec<Derived>, ActionError> {
    let now = tx.now();
    let driver_until = now + TimeDelta::minutes(rules.driver_worklist_minutes);
    let confirm_until = now + TimeDelta::minutes(rules.confirm_worklist_minutes);
    let until =
        driver_until.max(confirm_until).max(now + TimeDelta::minutes(rules.driver_clinician_minutes + 1));
    let visits = tx.appointments_between(site.id, now, until).await?;
    let messages = tx.message_rules(site.id).await?;
    let drives = tx.current_drives_between(site.id, now, until).await?.into_iter();
    let drives: HashMap<AppointmentId, Drive> = drives.map(|drive| (drive.appointment_id, drive)).collect();
    let mut found = Vec::new();
    for visit in visits.into_iter().filter(|visit| visit.status == AppointmentStatus::Booked) {
        if let Some(driver) = undriven(rules, &messages, &visit, drives.get(&visit.id), now) {
            // The desk calls on while a clinician decides.
            if driver.standing.has_reached(LadderStep::ClinicianDecides) {
                let (kind, due_at) = (WorkKind::DriverDecision, visit.starts_at);
                found.push(Derived { kind, due_at, visit: visit.clone(), driver: Some(driver.clone()) });
            }
            if visit.starts_at < driver_until {
                let due_at = visit.starts_at - TimeDelta::minutes(rules.driver_clinician_minutes);
                let kind = WorkKind::DriverMissing;
                found.push(Derived { kind, due_at, visit: visit.clone(), driver: Some(driver) });
            }
        }
        if visit.confirmed_at.is_none() && visit.starts_at < confirm_until {
            let due_at = visit.starts_at - TimeDelta::days(1);
            found.push(Derived { kind: WorkKind::Unconfirmed, due_at, visit, driver: None });
        }
    }
    Ok(found)
}

/// Whom a visit waits for, if it needs a driver and has no yes.
fn undriven(
    rules: &Rules,
    messages: &[MessageRule],
    visit: &Appointment,
    drive: Option<&Drive>,
    now: DateTime<Utc>,
) -> Option<AskedDriver> {
    let need = DriverNeed::of(visit.needs_driver(), drive.map(|drive| drive.status));
    if matches!(need, DriverNeed::NotNeeded | DriverNeed::Confirmed) {
        return None;
    }
    let asked = drive.filter(|drive| drive.status == DriveStatus::Asked);
    let call = last_call_minutes(messages, visit.category, visit.service_id, visit.role);
    Some(AskedDriver {
        name: asked.map(|drive| drive.full_name.clone()),
        phone: asked.and_then(|drive| drive.phone.clone()),
        standing: driver_ladder::standing(visit.starts_at, need, &rules.driver_ladder(call), now),
    })
}

fn stored(
    item: WorkItem,
    people: &HashMap<PatientId, Patient>,
    visits: &HashMap<AppointmentId, Appointment>,
    drivers: &HashMap<DriverId, Driver>,
    now: DateTime<Utc>,
) -> WorkLine {
    let patient = item.patient_id.and_then(|id| people.get(&id)).cloned();
    let about = item.about();
    let unreached = about.filter(|_| item.kind == WorkKind::AddressBounced);
    let driver = unreached.and_then(|id| drivers.get(&DriverId(id)));
    let phone = driver.and_then(|driver| driver.phone.clone());
    WorkLine {
        item: Some(item.id),
        kind: item.kind,
        due_at: item.due_at,
        phone: phone.or_else(|| patient.as_ref().and_then(|patient| patient.phone.clone())),
        driver: driver.map(|one| AskedDriver {
            name: Some(one.full_name.clone()),
            phone: one.phone.clone(),
            ..AskedDriver::default()
        }),
        patient,
        appointment: item.appointment_id.and_then(|id| visits.get(&id)).cloned(),
        message: item.message_id,
        about,
        note: item.note,
        snoozed_until: item.snoozed_until.filter(|until| *until > now),
        snooze_reason: item.snooze_reason,
    }
}

/// What keeps the line of a kind about something single.
pub(super) fn key(kind: WorkKind, about: Uuid) -> String {
    format!("{kind}:{about}")
}

/// Refuses a line that leaves only by what it asks for, never by a mark, and one that is not for this person.
fn free(line: &WorkItem, actor: &Actor) -> Result<(), ActionError> {
    if line.kind.is_urgent() {
        return Err(ActionError::Refused("worklist-needs-review"));
    }
    if line.kind == WorkKind::NoDecision {
        return Err(ActionError::Refused("worklist-needs-decision"));
    }
    if is_for(line.kind, actor) { Ok(()) } else { Err(ActionError::NotPermitted) }
}

/// Raises a line about something, once while it is open; `false` if it was. It is due a day before its visit, or now.
///
/// # Errors
/// When the store fails.
pub async fn raise(
    tx: &mut Tx,
    site: SiteId,
    kind: WorkKind,
    about: Uuid,
    patient: Option<PatientId>,
    appointment: Option<&Appointment>,
    note: &str,
) -> Result<bool, ActionError> {
    raise_about(tx, site, kind, about, patient, appointment, None, note).await
}

/// As [`raise`], about a message.
///
/// # Errors
/// When the store fails.
pub async fn raise_about(
    tx: &mut Tx,
    site: SiteId,
    kind: WorkKind,
    about: Uuid,
    patient: Option<PatientId>,
    appointment: Option<&Appointment>,
    message: Option<MessageId>,
    note: &str,
) -> Result<bool, ActionError> {
    let now = tx.now();
    let due_at = appointment.map_or(now, |visit| (visit.starts_at - TimeDelta::days(1)).max(now));
    let item = WorkItem {
        id: WorkItemId::new(),
        site_id: site,
        kind,
        dedupe_key: key(kind, about),
        patient_id: patient,
        appointment_id: appointment.map(|visit| visit.id),
        message_id: message,
        note: note.to_owned(),
        due_at,
        snoozed_until: None,
        snooze_reason: None,
        done_at: None,
        done_by: None,
        created_at: now,
    };
    Ok(tx.raise_work(&item).await?)
}

/// A patient asks, through their page, for another time or to be called.
///
/// # Errors
/// [`ActionError::NotFound`] for a visit that is not theirs.
pub async fn patient_asks(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    appointment: AppointmentId,
    note: &str,
) -> Result<(), ActionError> {
    actor.needs_or_is(Permission::Book, patient)?;
    let visit = tx
        .appointment(appointment)
        .await?
        .filter(|visit| visit.patient_id == patient && visit.status.is_ahead())
        .ok_or(ActionError::NotFound)?;
    raise(tx, site.id, WorkKind::PatientAsks, visit.id.0, Some(patient), Some(&visit), note).await?;
    tx.audit(
        AuditEntry::new("appointment.ask", Some(patient), "appointment", visit.id.0)
            .after(json!({ "note": note })),
    );
    Ok(())
}

/// Marks a line done.
///
/// # Errors
/// [`ActionError::Changed`] when somebody did it first; [`ActionError::Refused`] for a line that leaves only by a review.
pub async fn finish(tx: &mut Tx, actor: &Actor, item: WorkItemId) -> Result<(), ActionError> {
    actor.needs(Permission::SeeDesk)?;
    let line = tx.work_item(item).await?.ok_or(ActionError::NotFound)?;
    free(&line, actor)?;
    if !tx.finish_work(item, &actor.label()).await? {
        return Err(ActionError::Changed);
    }
    tx.audit(AuditEntry::new("work.done", line.patient_id, "work item", item.0));
    Ok(())
}

/// Opens a line again.
///
/// # Errors
/// [`ActionError::Changed`] when it is open.
pub async fn reopen(tx: &mut Tx, actor: &Actor, item: WorkItemId) -> Result<(), ActionError> {
    actor.needs(Permission::SeeDesk)?;
    let line = tx.work_item(item).await?.ok_or(ActionError::NotFound)?;
    free(&line, actor)?;
    if !tx.reopen_work(item).await? {
        return Err(ActionError::Changed);
    }
    tx.audit(AuditEntry::new("work.reopen", line.patient_id, "work item", item.0));
    Ok(())
}

/// Hides a line for a while, with the reason why it can wait.
///
/// # Errors
/// [`ActionError::Refused`] without a reason or for a time that is not ahead; [`ActionError::Changed`] when it is done.
pub async fn snooze(
    tx: &mut Tx,
    actor: &Actor,
    item: WorkItemId,
    until: DateTime<Utc>,
    why: &str,
) -> Result<(), ActionError> {
    actor.needs(Permission::SeeDesk)?;
    if why.trim().is_empty() {
        return Err(ActionError::Refused("worklist-snooze-reason"));
    }
    if until <= tx.now() {
        return Err(ActionError::Refused("worklist-snooze-past"));
    }
    let line = tx.work_item(item).await?.ok_or(ActionError::NotFound)?;
    free(&line, actor)?;
    if !tx.snooze_work(item, until, why).await? {
        return Err(ActionError::Changed);
    }
    let entry = AuditEntry::new("work.snooze", line.patient_id, "work item", item.0);
    tx.audit(entry.after(json!({ "until": until, "reason": why })));
    Ok(())
}
