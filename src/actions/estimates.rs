//! Estimates: tell a patient what a plan would cost before they commit, and note that they read it; statements of what was attended.

use chrono::{NaiveDate, TimeDelta};
use serde_json::json;

use super::plan::ChosenVisit;
use super::{ActionError, Actor, notify};
use crate::config::Rules;
use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::ids::{EstimateId, PatientId, ProtocolId, SeriesId};
use crate::domain::prices::{self, Attended, PriceLine, Statement, course_prices};
use crate::domain::protocols::{Protocol, VisitRole};
use crate::domain::roles::Permission;
use crate::domain::services::Service;
use crate::store::estimates::Estimate;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// The message about an estimate is of use this long (days).
const USEFUL_DAYS: i64 = 14;

/// Sends what a chosen course would cost, before anything of it is held or booked.
///
/// # Errors
/// [`ActionError::Refused`] for a choice that is no course of this protocol.
pub async fn send_for_plan(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    patient: PatientId,
    protocol: ProtocolId,
    chosen: &[ChosenVisit],
) -> Result<EstimateId, ActionError> {
    actor.needs(Permission::Book)?;
    let patient = tx.patient(patient).await?.filter(|p| p.site_id == site.id).ok_or(ActionError::NotFound)?;
    let protocols = tx.protocols(site.id).await?;
    let protocol =
        protocols.iter().find(|one| one.id == protocol && one.active).ok_or(ActionError::NotFound)?;
    let services = tx.services(site.id).await?;
    let lines = plan_lines(protocol, &services, chosen)?;
    let plan = Some(ChosenVisit::to_text(chosen));
    let made = estimate(tx, actor, site, patient.id, None, plan, lines);
    send(tx, actor, rules, site, made).await
}

/// Sends what a held or booked course costs: the visits that stand in it.
///
/// # Errors
/// [`ActionError::Refused`] for a course that is over or off.
pub async fn send_for_series(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    series: SeriesId,
) -> Result<EstimateId, ActionError> {
    actor.needs(Permission::Book)?;
    let series =
        tx.series(series).await?.filter(|one| one.site_id == site.id).ok_or(ActionError::NotFound)?;
    if !matches!(series.status, SeriesStatus::Held | SeriesStatus::Active) {
        return Err(ActionError::Refused("estimate-not-running"));
    }
    let visits = tx.appointments_in(series.id).await?;
    let standing = visits.iter().filter(|visit| visit.status.occupies());
    let lines = prices::lines(standing.map(|visit| (visit.public_name.as_str(), visit.price_cents)));
    let made = estimate(tx, actor, site, series.patient_id, Some(series.id), None, lines);
    send(tx, actor, rules, site, made).await
}

/// The patient says that they read an estimate. Said twice, it is noted once.
///
/// # Errors
/// [`ActionError::NotFound`] for somebody else's; [`ActionError::NotPermitted`] for everybody but the patient.
pub async fn acknowledge(tx: &mut Tx, actor: &Actor, id: EstimateId) -> Result<(), ActionError> {
    let Actor::Patient { id: patient } = actor else { return Err(ActionError::NotPermitted) };
    tx.estimate(id, *patient).await?.ok_or(ActionError::NotFound)?;
    if tx.acknowledge_estimate(id, *patient).await? {
        tx.audit(AuditEntry::new("estimate.read", Some(*patient), "estimate", id.0));
    }
    Ok(())
}

/// What a patient attended between two dates of the site, both inclusive, and what it costs.
///
/// # Errors
/// [`ActionError::NotFound`] for a patient of another site.
pub async fn statement(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Statement, ActionError> {
    actor.needs(Permission::Book)?;
    let patient = tx.patient(patient).await?.filter(|p| p.site_id == site.id).ok_or(ActionError::NotFound)?;
    let attended = tx
        .appointments_of(patient.id)
        .await?
        .into_iter()
        .filter(|visit| visit.status == AppointmentStatus::Fulfilled)
        .map(|visit| Attended {
            on: super::book::date_at(site, visit.starts_at),
            name: visit.public_name,
            cents: visit.price_cents,
        })
        .collect();
    Ok(prices::statement(attended, from, to))
}

/// Every part of the course once, at its own price or its share of the package.
fn plan_lines(
    protocol: &Protocol,
    services: &[Service],
    chosen: &[ChosenVisit],
) -> Result<Vec<PriceLine>, ActionError> {
    const NO_COURSE: ActionError = ActionError::Refused("plan-not-a-course");
    let mains =
        i64::try_from(chosen.iter().filter(|visit| visit.role == VisitRole::Main).count()).unwrap_or(0);
    if !(protocol.visits_min..=protocol.visits_max).contains(&mains) {
        return Err(NO_COURSE);
    }
    let mut visits: Vec<&Service> = Vec::new();
    for (_, id, count) in protocol.parts(mains) {
        let service = services.iter().find(|service| service.id == id).ok_or(NO_COURSE)?;
        visits.extend((0..count).map(|_| service));
    }
    if visits.len() != chosen.len() {
        return Err(NO_COURSE);
    }
    let listed: Vec<i64> = visits.iter().map(|service| service.price_cents).collect();
    let shares = course_prices(protocol.package_for(mains), &listed);
    Ok(prices::lines(visits.iter().map(|service| service.public_name.as_str()).zip(shares)))
}

fn estimate(
    tx: &Tx,
    actor: &Actor,
    site: &Site,
    patient_id: PatientId,
    series_id: Option<SeriesId>,
    plan: Option<String>,
    lines: Vec<PriceLine>,
) -> Estimate {
    Estimate {
        id: EstimateId::new(),
        patient_id,
        series_id,
        plan,
        total_cents: prices::total(&lines),
        lines,
        currency: site.currency.clone(),
        created_by: actor.label(),
        created_at: tx.now(),
        sent_at: Some(tx.now()),
        acknowledged_at: None,
    }
}

async fn send(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    estimate: Estimate,
) -> Result<EstimateId, ActionError> {
    tx.insert_estimate(&estimate).await?;
    let useful_until = tx.now() + TimeDelta::days(USEFUL_DAYS);
    notify::estimate_sent(tx, rules, site.id, estimate.patient_id, estimate.id, useful_until).await?;
    tx.audit(
        AuditEntry::new("estimate.send", Some(estimate.patient_id), "estimate", estimate.id.0)
            .after(json!({ "total cents": estimate.total_cents, "by": actor.label() })),
    );
    Ok(estimate.id)
}
