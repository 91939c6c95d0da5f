//! Who is to be called back after a course, always asked of the book as it stands, and the messages that follow from it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::Value;

use super::ActionError;
use super::book::date_at;
use super::notify;
use crate::domain::appointments::AppointmentStatus;
use crate::domain::candidacy::{Decision, Outcome};
use crate::domain::ids::{AppointmentId, PatientId, SeriesId};
use crate::domain::messages::{MessageStatus, Stage};
use crate::domain::mood::{FallRule, Point, is_falling};
use crate::domain::recall::{self, Dates, DueState, Place, Windows};
use crate::domain::worklist::WorkKind;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::messages::Message;
use crate::store::mood::MoodScore;
use crate::store::patients::Patient;
use crate::store::recall::{LastTreatment, RecallSettings};
use crate::store::sites::Site;

/// How long ago the last treatment of somebody on the list may be (days); who stayed away longer begins anew, with a consultation.
const HORIZON_DAYS: i64 = 730;

/// A patient who is called back after their course.
#[derive(Clone, Debug)]
pub struct Recalled {
    /// Who.
    pub patient: Patient,
    /// The treatment everything counts from.
    pub last: LastTreatment,
    /// Its date at the site.
    pub last_on: NaiveDate,
    /// The windows in force for them.
    pub windows: Windows,
    /// The dates that follow.
    pub dates: Dates,
    /// How they stand today.
    pub state: DueState,
    /// Their next treatment, held ones too.
    pub next: Option<Appointment>,
    /// When a message last called them back since that treatment.
    pub called_at: Option<DateTime<Utc>>,
    /// What is different for them.
    pub own: Option<RecallSettings>,
    /// Their candidacy decision.
    pub decision: Option<Decision>,
    /// Whether their scores fall.
    pub falling: bool,
}

impl Recalled {
    /// Whether the next treatment is in the book for good.
    pub fn is_booked(&self) -> bool {
        self.next.as_ref().is_some_and(|next| next.status != AppointmentStatus::Held)
    }

    /// Whether staff stopped calling them back.
    pub fn is_stopped(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.stopped_at.is_some())
    }

    /// Whether messages may call them back: nothing is booked, nobody stopped it, and no clinician has decided against treatment.
    pub fn may_be_called(&self) -> bool {
        let unsuitable = self.decision.as_ref().is_some_and(|one| one.outcome == Outcome::NotSuitable);
        !self.is_booked() && !self.is_stopped() && !unsuitable
    }

    /// Whether the patient may choose a time on their page: a message asked them to, and nothing is booked or held.
    pub fn is_open(&self) -> bool {
        self.may_be_called() && self.next.is_none() && self.called_at.is_some()
    }

    fn place(&self) -> Place {
        Place { falling: self.falling, booked: self.is_booked(), state: self.state }
    }
}

/// The recall list of a site, in the order in which people are called; `falling` are the patients whose scores fall. Who was stopped is
/// on it too; whose course the review closed is not.
///
/// # Errors
/// When the store fails.
pub async fn recall_list(
    tx: &mut Tx,
    site: &Site,
    falling: &HashSet<PatientId>,
) -> Result<Vec<Recalled>, ActionError> {
    let since = tx.now() - TimeDelta::days(HORIZON_DAYS);
    let lasts = tx.last_treatments(site.id, since).await?;
    let mut list = gather(tx, site, lasts, falling).await?;
    list.sort_by(|a, b| {
        a.place().key().cmp(&b.place().key()).then_with(|| a.patient.sort_name.cmp(&b.patient.sort_name))
    });
    Ok(list)
}

/// The patients of a site whose scores fall: they come first on the list.
///
/// # Errors
/// When the store fails.
pub async fn falling_scores(tx: &mut Tx, site: &Site) -> Result<HashSet<PatientId>, ActionError> {
    let (now, rule) = (tx.now(), FallRule::default());
    let after = now - TimeDelta::days(rule.recent_days + rule.before_days);
    let scores = tx.mood_scores_after(site.id, after).await?;
    let by_patient = scores.chunk_by(|a, b| a.patient_id == b.patient_id);
    let falling = by_patient.filter_map(|own| {
        let points: Vec<Point> = own.iter().map(MoodScore::point).collect();
        own.first().filter(|_| is_falling(&points, now, rule)).map(|one| one.patient_id)
    });
    Ok(falling.collect())
}

/// One patient as they stand for recall; `None` for somebody who is not called back.
///
/// # Errors
/// When the store fails.
pub async fn recalled(tx: &mut Tx, site: &Site, patient: PatientId) -> Result<Option<Recalled>, ActionError> {
    let Some(last) = tx.last_treatment_of(patient).await? else { return Ok(None) };
    Ok(gather(tx, site, vec![last], &HashSet::new()).await?.pop())
}

/// Everything that decides how patients stand, read in a fixed number of statements.
async fn gather(
    tx: &mut Tx,
    site: &Site,
    lasts: Vec<LastTreatment>,
    falling: &HashSet<PatientId>,
) -> Result<Vec<Recalled>, ActionError> {
    let ids: Vec<PatientId> = lasts.iter().map(|last| last.patient_id).collect();
    let courses: Vec<SeriesId> = lasts.iter().filter_map(|last| last.course_id).collect();
    let clinic = tx.recall_windows().await?;
    let mut people: HashMap<PatientId, Patient> = tx.patients_by_ids(&ids).await?;
    let mut own = tx.recall_settings_of(&ids).await?;
    let mut next = tx.next_treatments_of(&ids).await?;
    let mut decisions = tx.decisions_by_patients(&ids).await?;
    let called = tx.called_back_at(&ids).await?;
    let reviews = tx.reviews_by_courses(&courses).await?;
    let today = date_at(site, tx.now());
    let mut list = Vec::with_capacity(lasts.len());
    for last in lasts {
        let review = last.course_id.and_then(|course| reviews.get(&course));
        let closed = review.is_some_and(|review| !review.outcome.recalls());
        let id = last.patient_id;
        let Some(patient) = people.remove(&id).filter(|one| one.site_id == site.id && !closed) else {
            continue;
        };
        let own = own.remove(&id);
        let windows = clinic.with(own.as_ref().map(RecallSettings::overrides).unwrap_or_default());
        let last_on = date_at(site, last.starts_at);
        // The review's first date is about the first booster; later ones count from the treatment before.
        let none_yet = last.series_id == last.course_id;
        let first_due = review.filter(|_| none_yet).and_then(|one| one.first_due);
        let dates = recall::dates(last_on, windows, first_due);
        list.push(Recalled {
            last_on,
            windows,
            dates,
            state: DueState::on(dates, today),
            next: next.remove(&id),
            called_at: called.get(&id).copied().filter(|at| *at > last.starts_at),
            own,
            decision: decisions.remove(&id),
            falling: falling.contains(&id),
            patient,
            last,
        });
    }
    Ok(list)
}

/// Brings the messages that call a patient back into line with the book: those that no longer hold are silenced, those that do stand,
/// and a date that is past already is not made up for.
pub(super) async fn replan(tx: &mut Tx, patient: PatientId) -> Result<(), ActionError> {
    let site = tx.site().await?.ok_or(ActionError::NotFound)?;
    let found = recalled(tx, &site, patient).await?;
    let booked = found.as_ref().is_some_and(Recalled::is_booked);
    let open = found.filter(Recalled::may_be_called);
    let wanted = open.as_ref().map(|one| recall::messages(one.dates, site.timezone));
    let status = if booked { MessageStatus::Superseded } else { MessageStatus::NotNeeded };
    for message in tx.waiting_recall(patient).await? {
        let same_count = open.as_ref().is_some_and(|one| counts_from(&message, one.last.id));
        let same_date =
            wanted.iter().flatten().any(|due| due.stage == message.stage && due.due_at == message.due_at);
        let stands = same_count && (message.stage == Stage::BoosterInvitation || same_date);
        if !stands {
            tx.silence_message(message.id, status).await?;
        }
    }
    if booked {
        let label = tx.actor_label();
        tx.settle_about(WorkKind::AsksForTime, patient.0, &label).await?;
    }
    let now = tx.now();
    if let Some(one) = &open {
        for due in wanted.into_iter().flatten().filter(|due| due.due_at > now) {
            notify::next_visit(tx, site.id, patient, one.last.id, due, 0).await?;
        }
    }
    Ok(())
}

/// Whether a message that calls a patient back still holds: it counts from their last treatment, and they may be called.
///
/// # Errors
/// When the store fails.
pub async fn still_stands(tx: &mut Tx, site: &Site, message: &Message) -> Result<bool, ActionError> {
    let found = recalled(tx, site, message.patient_id).await?;
    Ok(found.is_some_and(|one| one.may_be_called() && counts_from(message, one.last.id)))
}

fn counts_from(message: &Message, treatment: AppointmentId) -> bool {
    let id = message.details.get("counts_from").and_then(Value::as_str);
    id == Some(treatment.to_string().as_str())
}
