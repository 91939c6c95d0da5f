//! Which messages an act makes due. Rows are written in the transaction of the act; the worker renders and sends them later.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::ActionError;
pub(super) use super::notify_moves::{course_changed, visits_moved};
use super::notify_rules::{self, Ruleset};
use crate::config::Rules;
use crate::domain::candidacy::Decision;
use crate::domain::ids::{
    AppointmentId, DriverId, EstimateId, IntakeId, MessageId, PatientId, SeriesId, SiteId,
};
use crate::domain::message_rules::MessageRule;
use crate::domain::messages::{self, Due, MessageStatus, Stage};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::intakes::Intake;
use crate::store::messages::Message;
use crate::store::series::Series;

/// How long a clinician's words are worth a message that could not go at once, in days.
const TOLD_USEFUL_DAYS: i64 = 30;

/// What a message is about and for whom.
pub(super) struct About<'a> {
    pub site: SiteId,
    pub patient: PatientId,
    pub series: Option<SeriesId>,
    pub visit: Option<&'a Appointment>,
    /// Version of the visit or course.
    pub version: i64,
    pub driver: Option<DriverId>,
    pub intake: Option<IntakeId>,
    pub details: Value,
    /// What it is about, where that is neither a visit nor a course.
    pub topic: Option<Uuid>,
    /// Keeps apart messages that the same visit, version, reader and stage may need more than once (an answer, a new name).
    pub occasion: i64,
    /// What its key names, where the message itself is about nothing in the book.
    pub counts_from: Option<AppointmentId>,
}

impl<'a> About<'a> {
    /// About a patient, and nothing in the book; to them.
    pub fn patient(site: SiteId, patient: PatientId) -> Self {
        Self {
            site,
            patient,
            series: None,
            visit: None,
            version: 0,
            driver: None,
            intake: None,
            details: json!({}),
            topic: None,
            occasion: 0,
            counts_from: None,
        }
    }

    pub fn visit(visit: &'a Appointment) -> Self {
        Self {
            series: visit.series_id,
            visit: Some(visit),
            version: visit.version,
            ..Self::patient(visit.site_id, visit.patient_id)
        }
    }

    pub fn series(series: &Series) -> About<'static> {
        About {
            series: Some(series.id),
            version: series.version,
            ..About::patient(series.site_id, series.patient_id)
        }
    }

    /// About an intake; each asking of the patient has messages of its own.
    pub(super) fn intake(intake: &Intake) -> About<'static> {
        About {
            version: intake.sent_count,
            intake: Some(intake.id),
            details: json!({ "intake": intake.id }),
            ..About::patient(intake.site_id, intake.patient_id)
        }
    }

    fn subject(&self) -> Uuid {
        let (series, driver) = (self.series.map(|id| id.0), self.driver.map(|id| id.0));
        let visit = self.visit.map(|visit| visit.id).or(self.counts_from).map(|id| id.0);
        let intake = self.intake.map(|id| id.0);
        self.topic.or(visit).or(series).or(intake).or(driver).unwrap_or(self.patient.0)
    }
}

/// Plans a message that goes because something happened. The clinic's rule for it may keep it to hours of the day, or have it switched off.
pub(super) async fn plan(tx: &mut Tx, about: &About<'_>, due: Due) -> Result<(), ActionError> {
    let rule = tx.message_rule_of(about.site, due.stage).await?.filter(|rule| rule.anchor.is_event());
    let Some(rule) = rule else { return insert(tx, about, due, None).await };
    if !rule.active {
        return Ok(());
    }
    let Some(hours) = rule.hours else { return insert(tx, about, due, Some(&rule)).await };
    let zone = tx.site().await?.ok_or(ActionError::NotFound)?.timezone;
    // What fits into no hours goes at once: it tells of something that has happened.
    let placed = hours.place(zone, due.due_at, due.useful_until, tx.now());
    let due = Due { due_at: placed.unwrap_or(due.due_at), ..due };
    insert(tx, about, due, Some(&rule)).await
}

/// Adds a message to the ledger, under its key.
pub(super) async fn insert(
    tx: &mut Tx,
    about: &About<'_>,
    due: Due,
    rule: Option<&MessageRule>,
) -> Result<(), ActionError> {
    let id = MessageId::new();
    let recipient = about.driver.map_or(about.patient.0, |driver| driver.0);
    let now = tx.now();
    let lead = due.lead_minutes + about.occasion;
    let plain = messages::unique_key(about.subject(), about.version, recipient, due.stage, lead);
    let message = Message {
        id,
        site_id: about.site,
        unique_key: match rule {
            Some(rule) => rule.key(plain),
            None => plain,
        },
        stage: due.stage,
        lead_minutes: due.lead_minutes,
        patient_id: about.patient,
        series_id: about.series,
        appointment_id: about.visit.map(|visit| visit.id),
        version: about.version,
        driver_id: about.driver,
        rule_id: rule.map(|rule| rule.id),
        details: about.details.clone(),
        due_at: due.due_at,
        useful_until: due.useful_until,
        status: MessageStatus::Pending,
        claimed_until: DateTime::UNIX_EPOCH,
        claims: 0,
        tries: 0,
        last_error: None,
        maybe_twice: false,
        message_id: id.to_string(),
        sent_at: None,
        sent_to: None,
        subject: None,
        body_text: None,
        body_html: None,
        calendar: None,
        created_at: now,
    };
    tx.insert_message(&message).await?;
    Ok(())
}

/// Plans what the rules say of one visit: before it, the last call where a driver is needed, and after it.
pub(super) async fn plan_reminders(
    tx: &mut Tx,
    set: &Ruleset,
    visit: &Appointment,
) -> Result<(), ActionError> {
    notify_rules::visit_ahead(tx, set, visit, visit.created_at).await
}

/// A treatment is over and the patient has gone home: the quiet days begin.
pub(super) async fn treatment_ended(tx: &mut Tx, visit: &Appointment) -> Result<(), ActionError> {
    let set = Ruleset::load(tx, visit.site_id).await?;
    notify_rules::gone_home(tx, &set, visit).await
}

/// What a plan would cost is there to be read.
pub(super) async fn estimate_sent(
    tx: &mut Tx,
    rules: &Rules,
    site: SiteId,
    patient: PatientId,
    estimate: EstimateId,
    useful_until: DateTime<Utc>,
) -> Result<(), ActionError> {
    let about = About {
        details: json!({ "estimate": estimate }),
        topic: Some(estimate.0),
        ..About::patient(site, patient)
    };
    let due = messages::at_once(Stage::Estimate, tx.now(), rules.mail_undo_minutes, useful_until);
    plan(tx, &about, due).await
}

/// A clinician wrote to the patient about a decision; the words are of use while it counts, the message for a month.
pub(super) async fn decision_told(
    tx: &mut Tx,
    rules: &Rules,
    decision: &Decision,
) -> Result<(), ActionError> {
    let site = tx.site().await?.ok_or(ActionError::NotFound)?;
    let about = About {
        details: json!({ "decision": decision.id }),
        topic: Some(decision.id.0),
        ..About::patient(site.id, decision.patient_id)
    };
    let now = tx.now();
    let useful_until = now + TimeDelta::days(TOLD_USEFUL_DAYS);
    plan(tx, &about, messages::at_once(Stage::DecisionTold, now, rules.mail_undo_minutes, useful_until)).await
}

/// One visit was booked (or came back): tell the patient once, then remind.
pub(super) async fn visit_booked(tx: &mut Tx, rules: &Rules, visit: &Appointment) -> Result<(), ActionError> {
    let due = messages::at_once(Stage::VisitBooked, tx.now(), rules.mail_undo_minutes, visit.starts_at);
    plan(tx, &About::visit(visit), due).await?;
    let (set, now) = (Ruleset::load(tx, visit.site_id).await?, tx.now());
    notify_rules::visit_ahead(tx, &set, visit, now).await
}

/// Canceled visits came back after the patient heard that they were off: one message for all of them, and their calendar
/// entries again.
pub(super) async fn visits_restored(
    tx: &mut Tx,
    rules: &Rules,
    lead: &Appointment,
    all: &[Appointment],
) -> Result<(), ActionError> {
    let ids: Vec<String> = all.iter().map(|visit| visit.id.to_string()).collect();
    let about = About { details: json!({ "visits": ids }), ..About::visit(lead) };
    let due = messages::at_once(Stage::VisitBooked, tx.now(), rules.mail_undo_minutes, lead.starts_at);
    plan(tx, &about, due).await
}

/// A whole course was booked: one message for all of it, then each visit's reminders.
pub(super) async fn course_booked(
    tx: &mut Tx,
    rules: &Rules,
    series: &Series,
    visits: &[Appointment],
) -> Result<(), ActionError> {
    let last = visits.iter().map(|visit| visit.starts_at).max().unwrap_or_else(|| tx.now());
    let due = messages::at_once(Stage::SeriesBooked, tx.now(), rules.mail_undo_minutes, last);
    plan(tx, &About::series(series), due).await?;
    let (set, now) = (Ruleset::load(tx, series.site_id).await?, tx.now());
    for visit in visits {
        notify_rules::visit_ahead(tx, &set, visit, now).await?;
    }
    notify_rules::course_runs(tx, &set, series, visits).await
}

/// A course is held: tell the patient what it would be, until when.
pub(super) async fn course_held(tx: &mut Tx, rules: &Rules, series: &Series) -> Result<(), ActionError> {
    let until = series.hold_until.unwrap_or_else(|| tx.now());
    let due = messages::at_once(Stage::SeriesHeld, tx.now(), rules.mail_undo_minutes, until);
    plan(tx, &About::series(series), due).await
}

/// Visits are off. What waits about them is silenced; one message says so, unless nobody was told of them yet.
pub(super) async fn visits_cancelled(
    tx: &mut Tx,
    rules: &Rules,
    lead: &Appointment,
    others: &[Appointment],
    was_held: bool,
) -> Result<(), ActionError> {
    let booking_waits = tx.visit_waits_for(lead.id, Stage::VisitBooked).await?;
    let course_waits = match lead.series_id {
        Some(series) => {
            let changed = tx.series_waiting_details(series, Stage::SeriesChanged).await?;
            // Added by a change nobody has read of yet: the visit was never told.
            changed.is_some_and(|details| lists(&details, "added", lead.id))
                || tx.series_waits_for(series, Stage::SeriesBooked).await?
        }
        None => false,
    };
    for visit in std::iter::once(lead).chain(others) {
        tx.silence_visit(visit.id, None, MessageStatus::NotNeeded).await?;
    }
    if was_held || booking_waits || course_waits {
        return Ok(());
    }
    let mut about = About::visit(lead);
    let ids: Vec<String> = std::iter::once(lead).chain(others).map(|visit| visit.id.to_string()).collect();
    about.details = json!({ "cancelled": ids });
    let last =
        std::iter::once(lead).chain(others).map(|visit| visit.starts_at).max().unwrap_or(lead.starts_at);
    plan(tx, &about, messages::at_once(Stage::VisitCancelled, tx.now(), rules.mail_undo_minutes, last)).await
}

/// A driver was named: ask them once for all visits, then remind for each.
pub(super) async fn driver_asked(
    tx: &mut Tx,
    rules: &Rules,
    driver: DriverId,
    visits: &[Appointment],
) -> Result<(), ActionError> {
    let now = tx.now();
    let last = visits.iter().map(|visit| drive_useful_until(rules, visit, now)).max();
    let (Some(first), Some(last)) = (visits.iter().min_by_key(|visit| visit.starts_at), last) else {
        return Ok(());
    };
    let set = Ruleset::load(tx, first.site_id).await?;
    for visit in visits {
        tx.silence_last_calls(visit.id).await?;
        notify_rules::drive_ahead(tx, &set, driver, visit).await?;
    }
    let ids: Vec<String> = visits.iter().map(|visit| visit.id.to_string()).collect();
    // One question for all of them, about none in particular: the first may be canceled and the others still stand.
    let about = About {
        driver: Some(driver),
        details: json!({ "visits": ids }),
        occasion: now.timestamp_micros(),
        ..About::patient(first.site_id, first.patient_id)
    };
    plan(tx, &about, messages::at_once(Stage::DriverAsked, now, rules.mail_undo_minutes, last)).await
}

/// Until when news about a drive are of use: up to the visit's start, and while the patient is here until they are picked up.
fn drive_useful_until(rules: &Rules, visit: &Appointment, now: DateTime<Utc>) -> DateTime<Utc> {
    if !visit.status.is_here() {
        return visit.starts_at;
    }
    // Whoever is still here after that needs a driver all the more.
    visit.pick_up(rules.pick_up, now).1.max(now + TimeDelta::hours(1))
}

/// A drive has another time: the driver is asked again.
pub(super) async fn drive_moved(
    tx: &mut Tx,
    rules: &Rules,
    driver: DriverId,
    visit: &Appointment,
    told: bool,
) -> Result<(), ActionError> {
    let now = tx.now();
    let about = About { driver: Some(driver), ..About::visit(visit) };
    drive_stands(tx, driver, visit).await?;
    // The question itself has not gone yet: it will ask for the new time.
    if !told && tx.driver_question_waits(driver, visit.id).await? {
        return Ok(());
    }
    let stage = if told { Stage::DriverMoved } else { Stage::DriverAsked };
    plan(tx, &about, messages::at_once(stage, now, rules.mail_undo_minutes, visit.starts_at)).await
}

/// A drive stands again and its driver never heard otherwise: only the reminders come back.
pub(super) async fn drive_stands(
    tx: &mut Tx,
    driver: DriverId,
    visit: &Appointment,
) -> Result<(), ActionError> {
    let set = Ruleset::load(tx, visit.site_id).await?;
    notify_rules::drive_ahead(tx, &set, driver, visit).await
}

/// A driver is not needed any more. Whoever was told hears of it; nobody else does.
pub(super) async fn driver_released(
    tx: &mut Tx,
    rules: &Rules,
    driver: DriverId,
    visit: &Appointment,
    told: bool,
) -> Result<(), ActionError> {
    tx.silence_visit(visit.id, Some(driver), MessageStatus::NotNeeded).await?;
    let now = tx.now();
    let until = drive_useful_until(rules, visit, now);
    if !told || until <= now {
        return Ok(());
    }
    let occasion = now.timestamp_micros();
    let about = About { driver: Some(driver), occasion, ..About::visit(visit) };
    let due = messages::at_once(Stage::DriverReleased, now, rules.mail_undo_minutes, until);
    plan(tx, &about, due).await
}

/// A driver said no to one visit or to several, or mail to them reached somebody else: the patient hears of it once and can name
/// another.
pub(super) async fn driver_declined(
    tx: &mut Tx,
    rules: &Rules,
    driver: DriverId,
    visits: &[Appointment],
    wrong_address: bool,
) -> Result<(), ActionError> {
    let now = tx.now();
    let (Some(first), Some(last)) =
        (visits.iter().min_by_key(|visit| visit.starts_at), visits.iter().map(|visit| visit.starts_at).max())
    else {
        return Ok(());
    };
    // Nobody is named again, so the last call stands again if it is still ahead.
    let set = Ruleset::load(tx, first.site_id).await?;
    for visit in visits {
        tx.silence_visit(visit.id, Some(driver), MessageStatus::NotNeeded).await?;
        notify_rules::last_calls(tx, &set, visit).await?;
    }
    let mut about = About::visit(first);
    about.details = json!({ "driver": driver, "wrong_address": wrong_address });
    about.occasion = now.timestamp_micros();
    if visits.len() > 1 {
        // About none in particular: somebody may be named for the first while the others still need a driver.
        let ids: Vec<String> = visits.iter().map(|visit| visit.id.to_string()).collect();
        (about.visit, about.series, about.version) = (None, None, 0);
        about.topic = Some(first.id.0);
        about.details = json!({ "driver": driver, "wrong_address": wrong_address, "visits": ids });
    }
    plan(tx, &about, messages::at_once(Stage::DriverDeclined, now, rules.mail_undo_minutes, last)).await
}

/// Staff ask a patient once more who drives.
pub(super) async fn driver_wanted(
    tx: &mut Tx,
    rules: &Rules,
    visit: &Appointment,
) -> Result<(), ActionError> {
    let now = tx.now();
    let about = About { occasion: now.timestamp_micros(), ..About::visit(visit) };
    let due = messages::at_once(Stage::DriverLastCall, now, rules.mail_undo_minutes, visit.starts_at);
    plan(tx, &about, due).await
}

/// Whether a list of a message's details names a visit.
pub(super) fn lists(details: &Value, name: &str, id: AppointmentId) -> bool {
    let id = id.to_string();
    let listed = details.get(name).and_then(Value::as_array);
    listed.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(&id)))
}

/// A patient is called back for their next visit, counted from a completed treatment: it stands in the key, so that each stage goes once
/// for it. Staff may invite more than once, on different occasions.
pub(super) async fn next_visit(
    tx: &mut Tx,
    site: SiteId,
    patient: PatientId,
    counts_from: AppointmentId,
    due: Due,
    occasion: i64,
) -> Result<(), ActionError> {
    let about = About {
        details: json!({ "counts_from": counts_from }),
        occasion,
        counts_from: Some(counts_from),
        ..About::patient(site, patient)
    };
    plan(tx, &about, due).await
}

/// When a message that waits for the undo time will go, for sentences such as "Email goes at 10:04 AM".
pub fn goes_at(rules: &Rules, now: DateTime<Utc>) -> DateTime<Utc> {
    now + TimeDelta::minutes(rules.mail_undo_minutes)
}
