//! Messages by the clinic's rules: about visits that lie ahead, after them, while a course runs, before a decision ends.

use std::collections::HashSet;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::json;

use super::ActionError;
use super::notify::{About, insert};
use crate::domain::candidacy::{Decision, Outcome};
use crate::domain::ids::{DriverId, SiteId};
use crate::domain::integration::counted_from;
use crate::domain::message_rules::{Anchor, MessageRule, VisitFacts};
use crate::domain::messages::{self, Due, MessageStatus, Stage};
use crate::domain::protocols::VisitRole;
use crate::domain::time::bound;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::intakes::Intake;
use crate::store::message_rules::Spoken;
use crate::store::series::Series;

/// When a message goes that counts from a date, hours after the site's midnight.
const MORNING: i64 = 10;

/// The rules in force, with the zone they are read in.
pub(super) struct Ruleset {
    pub zone: Tz,
    pub rules: Vec<MessageRule>,
    /// What these rules have spoken of already; empty where something new is planned.
    pub spoken: HashSet<Spoken>,
}

impl Ruleset {
    /// A site's rules.
    pub(super) async fn load(tx: &mut Tx, site: SiteId) -> Result<Self, ActionError> {
        let zone = tx.site().await?.ok_or(ActionError::NotFound)?.timezone;
        let mut rules = tx.message_rules(site).await?;
        rules.retain(|rule| rule.active);
        Ok(Self { zone, rules, spoken: HashSet::new() })
    }

    fn of(&self, wanted: impl Fn(&MessageRule) -> bool) -> Vec<&MessageRule> {
        self.rules.iter().filter(|rule| wanted(rule)).collect()
    }
}

fn facts(visit: &Appointment, told_at: DateTime<Utc>) -> VisitFacts {
    VisitFacts {
        category: visit.category,
        service: visit.service_id,
        role: visit.role,
        starts_at: visit.starts_at,
        ends_at: visit.ends_at,
        home_at: visit.ended_at.map(|at| counted_from(visit.ends_at, Some(at))),
        told_at,
    }
}

/// Plans the patient's messages before and after a visit. Whoever is told of it only now, so late that it is soon, reads in that message
/// what the ones before it would have said.
pub(super) async fn visit_ahead(
    tx: &mut Tx,
    set: &Ruleset,
    visit: &Appointment,
    told_at: DateTime<Utc>,
) -> Result<(), ActionError> {
    let ahead = |rule: &MessageRule| {
        let planned = matches!(rule.anchor, Anchor::BeforeStart | Anchor::AfterStart | Anchor::AfterEnd);
        planned && !rule.stage.is_for_driver()
    };
    plan_of(tx, set, &About::visit(visit), &facts(visit, told_at), ahead).await
}

/// Plans what the wanted rules say of a visit, as far as it is still ahead.
async fn plan_of(
    tx: &mut Tx,
    set: &Ruleset,
    about: &About<'_>,
    facts: &VisitFacts,
    wanted: impl Fn(&MessageRule) -> bool,
) -> Result<(), ActionError> {
    let now = tx.now();
    for rule in set.of(wanted) {
        if let Some(due) = rule.due(facts, set.zone, now) {
            plan_by(tx, set, about, due, rule).await?;
        }
    }
    Ok(())
}

/// Plans a driver's reminders of one drive.
pub(super) async fn drive_ahead(
    tx: &mut Tx,
    set: &Ruleset,
    driver: DriverId,
    visit: &Appointment,
) -> Result<(), ActionError> {
    let about = About { driver: Some(driver), ..About::visit(visit) };
    let facts = facts(visit, visit.created_at);
    plan_of(tx, set, &about, &facts, |rule| rule.stage == Stage::DriverReminder).await
}

/// Plans the last calls to a patient who names nobody to drive, as far as they are still ahead.
pub(super) async fn last_calls(tx: &mut Tx, set: &Ruleset, visit: &Appointment) -> Result<(), ActionError> {
    let facts = facts(visit, visit.created_at);
    plan_of(tx, set, &About::visit(visit), &facts, |rule| rule.stage == Stage::DriverLastCall).await
}

/// Plans what follows a treatment whose patient went home. It names the talk that belongs to this treatment, if that still lies ahead.
pub(super) async fn gone_home(tx: &mut Tx, set: &Ruleset, visit: &Appointment) -> Result<(), ActionError> {
    let course = match visit.series_id {
        Some(series) => tx.appointments_in(series).await?,
        None => Vec::new(),
    };
    let talk = course.iter().find(|other| {
        other.role == Some(VisitRole::AfterEach)
            && other.role_index == visit.role_index
            && other.status.is_ahead()
    });
    let mut about = About::visit(visit);
    if let Some(talk) = talk {
        about.details = json!({ "visits": [talk.id] });
    }
    let home_at = Some(counted_from(visit.ends_at, visit.ended_at));
    let facts = VisitFacts { home_at, ..facts(visit, visit.created_at) };
    plan_of(tx, set, &about, &facts, |rule| rule.anchor == Anchor::AfterGoingHome).await
}

/// Plans the weekly check-ins of a course: about the course and not about its visits, so that they stay weekly when one moves.
pub(super) async fn course_runs(
    tx: &mut Tx,
    set: &Ruleset,
    series: &Series,
    visits: &[Appointment],
) -> Result<(), ActionError> {
    let treatments = visits.iter().filter(|visit| visit.is_treatment());
    let (Some(first), Some(last)) =
        (treatments.map(|visit| visit.starts_at).min(), visits.iter().map(|visit| visit.starts_at).max())
    else {
        return Ok(());
    };
    let now = tx.now();
    for rule in set.of(|rule| rule.anchor == Anchor::DuringCourse) {
        for week in messages::weekly(first, last, rule.minutes, now) {
            let Some(placed) = rule.placed(week.due_at, week.useful_until, set.zone, now) else { continue };
            let due = Due { lead_minutes: week.lead_minutes, ..placed };
            plan_by(tx, set, &About::series(series), due, rule).await?;
        }
    }
    Ok(())
}

/// Plans the reminders of a form that a patient has had since an instant.
pub(super) async fn form_waits(
    tx: &mut Tx,
    set: &Ruleset,
    intake: &Intake,
    since: DateTime<Utc>,
) -> Result<(), ActionError> {
    let now = tx.now();
    for rule in set.of(|rule| rule.anchor == Anchor::AfterForm) {
        let at = since + TimeDelta::minutes(rule.minutes);
        let until = at + TimeDelta::minutes(rule.useful_minutes);
        if let Some(due) = rule.placed(at, until, set.zone, now) {
            plan_by(tx, set, &About::intake(intake), due, rule).await?;
        }
    }
    Ok(())
}

/// A clinician decided: what waits about an earlier decision is replaced, and before this one ends the patient is asked to talk.
pub(super) async fn decided(tx: &mut Tx, site: SiteId, decision: &Decision) -> Result<(), ActionError> {
    tx.silence_patient(decision.patient_id, &[Stage::TalkWanted], MessageStatus::Superseded).await?;
    let set = Ruleset::load(tx, site).await?;
    decision_ends(tx, &set, site, decision).await
}

/// Plans what goes before a decision ends, in whole days of the site's calendar.
pub(super) async fn decision_ends(
    tx: &mut Tx,
    set: &Ruleset,
    site: SiteId,
    decision: &Decision,
) -> Result<(), ActionError> {
    let Some(last_day) = decision.expires_on.filter(|_| decision.outcome == Outcome::Suitable) else {
        return Ok(());
    };
    let about = About {
        version: decision.decided_at.timestamp_micros(),
        details: json!({ "decision": decision.id }),
        topic: Some(decision.id.0),
        ..About::patient(site, decision.patient_id)
    };
    let now = tx.now();
    let midnight = last_day.and_time(NaiveTime::MIN);
    let morning = midnight + TimeDelta::hours(MORNING);
    let end = bound(set.zone, midnight + TimeDelta::days(1));
    for rule in set.of(|rule| rule.anchor == Anchor::BeforeExpiry) {
        let at = bound(set.zone, morning - TimeDelta::minutes(rule.minutes));
        let until = (at + TimeDelta::minutes(rule.useful_minutes)).min(end);
        if let Some(due) = rule.placed(at, until, set.zone, now) {
            plan_by(tx, set, &about, due, rule).await?;
        }
    }
    Ok(())
}

/// Plans one message of a rule, unless the rule has said it already.
async fn plan_by(
    tx: &mut Tx,
    set: &Ruleset,
    about: &About<'_>,
    due: Due,
    rule: &MessageRule,
) -> Result<(), ActionError> {
    let spoken = (about.visit.map(|visit| visit.id), about.patient, about.driver, about.version);
    if set.spoken.contains(&spoken) { Ok(()) } else { insert(tx, about, due, Some(rule)).await }
}
