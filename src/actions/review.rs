//! The review at the end of a course: who has to hold it, what it decided, and what that opens.

use chrono::NaiveDate;
use serde_json::json;

use super::book::date_at;
use super::recall::replan;
use super::{ActionError, Actor, worklist};
use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::ids::{ReviewId, SeriesId};
use crate::domain::review::{FollowUp, ReviewOutcome, first_due_fault};
use crate::domain::roles::Permission;
use crate::domain::services::Category;
use crate::domain::worklist::WorkKind;
use crate::store::appointments::Appointment;
use crate::store::reviews::Review;
use crate::store::series::Series;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// Longest note, in characters.
pub const MAX_NOTE: usize = 4000;

/// A review as a clinician decides it.
#[derive(Clone, Debug)]
pub struct NewReview {
    /// Of which course.
    pub series: SeriesId,
    /// What was decided.
    pub outcome: ReviewOutcome,
    /// From when on the first booster may be given; required for boosters.
    pub first_due: Option<NaiveDate>,
    /// Why.
    pub note: String,
}

/// Records what the review of a course decided; the newest counts. It puts the patient on the recall list or takes them off it, and raises a
/// worklist line for what a person has to do next.
///
/// # Errors
/// [`ActionError::NotPermitted`] for everybody but clinicians; [`ActionError::Refused`] for a course that never ran or a first date that
/// cannot be.
pub async fn decide_review(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    new: NewReview,
) -> Result<ReviewId, ActionError> {
    actor.needs(Permission::DecideCandidacy)?;
    let Actor::Staff { id: decided_by, .. } = actor else { return Err(ActionError::NotPermitted) };
    // A booking at the same moment must come before or after: both set what messages wait.
    tx.lock_bookings(site.id).await?;
    let series =
        tx.series(new.series).await?.filter(|one| one.site_id == site.id).ok_or(ActionError::NotFound)?;
    if !can_be_reviewed(&series) {
        return Err(ActionError::Refused("review-no-course"));
    }
    if let Some(key) = first_due_fault(new.outcome, new.first_due, date_at(site, tx.now())) {
        return Err(ActionError::Refused(key));
    }
    let review = Review {
        id: ReviewId::new(),
        series_id: series.id,
        outcome: new.outcome,
        first_due: new.first_due.filter(|_| new.outcome.recalls()),
        note: new.note,
        decided_by: *decided_by,
        decided_at: tx.now(),
    };
    tx.insert_review(&review).await?;
    let wanted = match review.outcome.follow_up() {
        FollowUp::Work(kind) => Some(kind),
        FollowUp::Nothing | FollowUp::Recall => None,
    };
    let label = actor.label();
    for kind in [WorkKind::ReviewDue, WorkKind::PlanSeries, WorkKind::Refer] {
        if wanted != Some(kind) {
            tx.settle_about(kind, series.id.0, &label).await?;
        }
    }
    if let Some(kind) = wanted {
        worklist::raise(tx, site.id, kind, series.id.0, Some(series.patient_id), None, "").await?;
    }
    replan(tx, series.patient_id).await?;
    let entry = AuditEntry::new("review.decide", Some(series.patient_id), "series", series.id.0);
    tx.audit(entry.after(json!({ "outcome": review.outcome, "first due": review.first_due })));
    Ok(review.id)
}

/// Whether a course can be reviewed: it runs or is over, and was not only offered or called off.
pub fn can_be_reviewed(series: &Series) -> bool {
    matches!(series.status, SeriesStatus::Active | SeriesStatus::Completed)
}

/// A course of several treatments is over: unless its review took place, is booked, or was decided, somebody has to hold it.
pub(super) async fn course_completed(
    tx: &mut Tx,
    series: &Series,
    visits: &[Appointment],
) -> Result<(), ActionError> {
    let several = tx.protocol(series.protocol_id).await?.is_some_and(|protocol| protocol.visits_max > 1);
    let took_place = |visit: &Appointment| {
        visit.category == Category::Review && visit.status == AppointmentStatus::Fulfilled
    };
    if !several || visits.iter().any(took_place) || !tx.reviews_of(series.id).await?.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let all = tx.appointments_of(series.patient_id).await?;
    let booked = |visit: &Appointment| {
        visit.category == Category::Review && visit.status.is_ahead() && visit.starts_at > now
    };
    if all.iter().any(booked) {
        return Ok(());
    }
    let (kind, patient) = (WorkKind::ReviewDue, Some(series.patient_id));
    worklist::raise(tx, series.site_id, kind, series.id.0, patient, None, "").await?;
    Ok(())
}

/// A course goes on that was over: its review is not to be held yet.
pub(super) async fn course_reopened(tx: &mut Tx, series: SeriesId) -> Result<(), ActionError> {
    let label = tx.actor_label();
    tx.settle_about(WorkKind::ReviewDue, series.0, &label).await?;
    Ok(())
}
