//! Where one patient stands, asked of the book as it is: the stage, the next step, who has the ball and what is missing.

use std::collections::HashMap;

use super::ActionError;
use super::book::date_at;
use super::intake::waiting_of;
use super::recall::{Recalled, recalled};
use crate::config::Rules;
use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::candidacy::Decision;
use crate::domain::drivers::DriverNeed;
use crate::domain::ids::{AppointmentId, ProtocolId};
use crate::domain::pathway::{self, Course, Facts, IntakeFact, Over, Recall, Stage, Visit};
use crate::domain::pathway_next::{self, Ball, Lack, Next};
use crate::domain::protocols::Protocol;
use crate::domain::services::Category;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::store::estimates::Estimate;
use crate::store::intakes::Intake;
use crate::store::patients::Patient;
use crate::store::providers::{Provider, ProviderConsent};
use crate::store::reviews::Review;
use crate::store::series::Series;
use crate::store::sites::Site;

/// A patient's way, with the rows it was read from.
#[derive(Clone, Debug)]
pub struct Pathway {
    /// Where they stand.
    pub stage: Stage,
    /// The one thing to do next.
    pub next: Next,
    /// Who has the ball.
    pub ball: Ball,
    /// What is missing right now.
    pub lacks: Vec<Lack>,
    /// Held and running courses with their visits, newest first.
    pub courses: Vec<Course>,
    /// Visits that lie ahead or go on, and every visit of a held or running course, by start; canceled ones too.
    pub visits: Vec<Appointment>,
    /// Every course, newest first.
    pub series: Vec<Series>,
    /// The drives that count for visits that lie ahead or go on.
    pub drives: HashMap<AppointmentId, Drive>,
    /// Every decision, newest first.
    pub decisions: Vec<Decision>,
    /// The newest intake.
    pub intake: Option<Intake>,
    /// How they stand for being called back.
    pub recalled: Option<Recalled>,
    /// What the review of the last course that is over decided.
    pub review: Option<Review>,
    /// Every estimate, newest first.
    pub estimates: Vec<Estimate>,
    /// Outside providers.
    pub providers: Vec<Provider>,
    /// Every consent, newest first.
    pub consents: Vec<ProviderConsent>,
    /// The site's protocols.
    pub protocols: HashMap<ProtocolId, Protocol>,
}

/// Reads where a patient of a site stands, in a fixed number of statements.
///
/// # Errors
/// When the store fails.
pub async fn read(
    tx: &mut Tx,
    rules: &Rules,
    site: &Site,
    patient: &Patient,
) -> Result<Pathway, ActionError> {
    let id = patient.id;
    let visits = tx.standing_visits_of(id).await?;
    let series = tx.series_of(id).await?;
    let decisions = tx.decisions_of(id).await?;
    let intake = tx.last_intake_of(id).await?;
    let consultation = tx.last_consultation_of(id).await?;
    let drives: HashMap<AppointmentId, Drive> =
        tx.standing_drives_of(id).await?.into_iter().map(|drive| (drive.appointment_id, drive)).collect();
    let protocols: HashMap<ProtocolId, Protocol> =
        tx.protocols(site.id).await?.into_iter().map(|protocol| (protocol.id, protocol)).collect();
    let estimates = tx.estimates_of(id).await?;
    let (providers, consents) = (tx.providers_of(id).await?, tx.consents_of(id).await?);
    let recalled = recalled(tx, site, id).await?;
    let (over, review) = last_course(tx, site, patient).await?;

    let fact = |visit: &Appointment| visit_fact(site, visit, drives.get(&visit.id));
    let courses: Vec<Course> = series
        .iter()
        .filter(|one| matches!(one.status, SeriesStatus::Held | SeriesStatus::Active))
        .map(|one| {
            let own = visits.iter().filter(|visit| {
                visit.series_id == Some(one.id) && visit.status != AppointmentStatus::Cancelled
            });
            course(site, one, protocols.get(&one.protocol_id), own.map(fact).collect())
        })
        .collect();
    let today = date_at(site, tx.now());
    let stands = |provider: &Provider| {
        let newest = consents.iter().find(|consent| consent.provider_id == provider.id);
        newest.is_some_and(|consent| consent.terms().stands_on(today))
    };
    let asked = providers.iter().filter(|provider| provider.retired_at.is_none());
    let without_consent = asked.filter(|provider| !stands(provider)).count();
    let facts = Facts {
        now: tx.now(),
        today,
        added_on: date_at(site, patient.created_at),
        intake: intake.as_ref().map(|one| intake_fact(tx, rules, site, one)),
        consultation: consultation.as_ref().map(fact),
        decision: decisions.first().cloned(),
        decided_on: decisions.first().map(|decision| date_at(site, decision.decided_at)),
        open: visits.iter().map(fact).filter(Visit::is_open).collect(),
        over,
        recall: recalled.as_ref().map(|one| Recall {
            state: one.state,
            stopped: one.is_stopped(),
            called_on: one.called_at.map(|at| date_at(site, at)),
        }),
        unread_estimate: unread(&estimates).map(|at| date_at(site, at)),
        without_consent: i64::try_from(without_consent).unwrap_or(i64::MAX),
        courses,
    };
    let stage = pathway::stage(&facts);
    let next = pathway_next::next(&facts, stage);
    Ok(Pathway {
        stage,
        next,
        ball: pathway_next::ball(&facts, stage, next),
        lacks: pathway_next::lacks(&facts),
        courses: facts.courses,
        visits,
        series,
        drives,
        decisions,
        intake,
        recalled,
        review,
        estimates,
        providers,
        consents,
        protocols,
    })
}

/// The last course of several treatments, once it is over, and what its review decided.
async fn last_course(
    tx: &mut Tx,
    site: &Site,
    patient: &Patient,
) -> Result<(Option<Over>, Option<Review>), ActionError> {
    let Some(last) = tx.last_treatment_of(patient.id).await? else { return Ok((None, None)) };
    let Some(id) = last.course_id else { return Ok((None, None)) };
    let review = tx.reviews_by_courses(&[id]).await?.remove(&id);
    let held = tx
        .appointments_in(id)
        .await?
        .iter()
        .any(|visit| visit.category == Category::Review && visit.status == AppointmentStatus::Fulfilled);
    let over = Over {
        id,
        ended_on: date_at(site, last.starts_at),
        review_held: held,
        outcome: review.as_ref().map(|review| review.outcome),
        treated_since: last.series_id != Some(id),
    };
    Ok((Some(over), review))
}

/// When the newest estimate was sent, if it waits to be read.
fn unread(estimates: &[Estimate]) -> Option<chrono::DateTime<chrono::Utc>> {
    estimates.first().filter(|newest| newest.acknowledged_at.is_none()).and_then(|newest| newest.sent_at)
}

fn visit_fact(site: &Site, visit: &Appointment, drive: Option<&Drive>) -> Visit {
    Visit {
        id: visit.id,
        role: visit.role,
        index: visit.role_index.unwrap_or(1),
        at: visit.starts_at,
        ends_at: visit.ends_at,
        on: date_at(site, visit.starts_at),
        booked_on: date_at(site, visit.created_at),
        status: visit.status,
        confirmed: visit.confirmed_at.is_some(),
        driver: DriverNeed::of(visit.needs_driver(), drive.map(|drive| drive.status)),
        is_treatment: visit.is_treatment(),
    }
}

fn course(site: &Site, series: &Series, protocol: Option<&Protocol>, visits: Vec<Visit>) -> Course {
    Course {
        id: series.id,
        is_held: series.status == SeriesStatus::Held,
        since: date_at(site, series.created_at),
        hold_until: series.hold_until,
        paused_on: series.paused_at.map(|at| date_at(site, at)),
        of: series.visits,
        several: protocol.is_none_or(|protocol| protocol.visits_max > 1),
        talks: protocol.is_some_and(|protocol| protocol.after_each.is_some()),
        visits,
    }
}

fn intake_fact(tx: &Tx, rules: &Rules, site: &Site, intake: &Intake) -> IntakeFact {
    let waits = waiting_of(rules, site, intake);
    IntakeFact {
        id: intake.id,
        state: intake.state,
        since: intake.since,
        since_on: date_at(site, intake.since),
        on: waits.on,
        overdue: waits.is_overdue(tx.now()),
        offered: intake.offered_at.is_some(),
    }
}
