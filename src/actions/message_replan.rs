//! Plans one rule of messages for everything that is in the book: visits, courses, forms, decisions. Twice is as once, by the keys.

use std::collections::HashSet;

use chrono::TimeDelta;

use super::ActionError;
use super::notify_rules::{self, Ruleset};
use super::recall::{recall_list, replan};
use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::ids::SeriesId;
use crate::domain::message_rules::{Anchor, Condition, MessageRule};
use crate::domain::messages::Stage;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::sites::Site;

/// How far ahead the book goes (days).
const AHEAD_DAYS: i64 = 1100;
/// How far back messages count as said (days): the longest time before and after a visit together.
const SAID_DAYS: i64 = 190;
/// A visit takes no longer (days).
const VISIT_DAYS: i64 = 1;
/// More forms than a clinic ever waits for.
const ALL_FORMS: i64 = 100_000;

/// Plans a rule, except of what it has spoken of already.
pub(super) async fn plan_with(tx: &mut Tx, site: &Site, rule: &MessageRule) -> Result<(), ActionError> {
    let since = tx.now() - TimeDelta::days(SAID_DAYS);
    // Week after week is one rule and many messages: those past are past by their dates.
    let spoken = match rule.anchor {
        Anchor::DuringCourse => HashSet::new(),
        _ => tx.rule_spoke(rule.id, since).await?,
    };
    plan_all(tx, site, Ruleset { zone: site.timezone, rules: vec![rule.clone()], spoken }).await
}

/// Plans a rule for the first time.
pub(super) async fn plan_for_book(tx: &mut Tx, site: &Site, rule: &MessageRule) -> Result<(), ActionError> {
    let set = Ruleset { zone: site.timezone, rules: vec![rule.clone()], spoken: HashSet::new() };
    plan_all(tx, site, set).await
}

async fn plan_all(tx: &mut Tx, site: &Site, set: Ruleset) -> Result<(), ActionError> {
    let Some(rule) = set.rules.first().filter(|rule| rule.active).cloned() else { return Ok(()) };
    match rule.anchor {
        Anchor::BeforeStart | Anchor::AfterStart | Anchor::AfterEnd | Anchor::AfterGoingHome => {
            visits(tx, site, &set, &rule).await
        }
        Anchor::DuringCourse => courses(tx, site, &set).await,
        Anchor::AfterForm => forms(tx, site, &set).await,
        Anchor::BeforeExpiry => {
            let today = tx.now().with_timezone(&site.timezone).date_naive();
            for decision in tx.decisions_ending(site.id, today).await? {
                notify_rules::decision_ends(tx, &set, site.id, &decision).await?;
            }
            Ok(())
        }
        Anchor::OnDueDate => {
            for one in recall_list(tx, site, &HashSet::new()).await? {
                replan(tx, one.patient.id).await?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

async fn visits(tx: &mut Tx, site: &Site, set: &Ruleset, rule: &MessageRule) -> Result<(), ActionError> {
    let now = tx.now();
    let back = match rule.anchor {
        Anchor::BeforeStart => TimeDelta::zero(),
        _ => TimeDelta::minutes(rule.minutes) + TimeDelta::days(VISIT_DAYS),
    };
    // Where a yes is asked for, a name does not do; whether there is one is seen when the call would go.
    let calls_the_unnamed =
        rule.stage == Stage::DriverLastCall && rule.condition != Condition::DriverUnconfirmed;
    let hangs_on_driver = rule.stage.is_for_driver() || calls_the_unnamed;
    let found = tx.appointments_between(site.id, now - back, now + TimeDelta::days(AHEAD_DAYS)).await?;
    for visit in found.iter().filter(|visit| is_open(rule.anchor, visit.status)) {
        if rule.anchor == Anchor::AfterGoingHome {
            notify_rules::gone_home(tx, set, visit).await?;
            continue;
        }
        let drive = if hangs_on_driver { tx.current_drive(visit.id).await? } else { None };
        match drive {
            Some(drive) if rule.stage.is_for_driver() => {
                notify_rules::drive_ahead(tx, set, drive.driver_id, visit).await?;
            }
            None if !rule.stage.is_for_driver() => {
                notify_rules::visit_ahead(tx, set, visit, visit.created_at).await?;
            }
            // Nobody drives who could be reminded, or somebody does and no call is needed.
            _ => {}
        }
    }
    Ok(())
}

/// Whether a visit in this state can still have a message that counts from this moment.
fn is_open(anchor: Anchor, status: AppointmentStatus) -> bool {
    match anchor {
        Anchor::BeforeStart => status == AppointmentStatus::Booked,
        Anchor::AfterGoingHome => status == AppointmentStatus::Fulfilled,
        _ => {
            let booked = matches!(status, AppointmentStatus::Booked | AppointmentStatus::Fulfilled);
            booked || status.is_here()
        }
    }
}

async fn courses(tx: &mut Tx, site: &Site, set: &Ruleset) -> Result<(), ActionError> {
    let now = tx.now();
    let found = tx.appointments_between(site.id, now, now + TimeDelta::days(AHEAD_DAYS)).await?;
    let booked = found.iter().filter(|visit| visit.status == AppointmentStatus::Booked);
    let mut ids: Vec<SeriesId> = booked.filter_map(|visit| visit.series_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let courses = tx.series_by_ids(&ids).await?;
    for id in ids {
        let running = courses.get(&id).filter(|one| one.status == SeriesStatus::Active);
        let Some(series) = running else { continue };
        let mut visits: Vec<Appointment> = tx.appointments_in(id).await?;
        visits.retain(|visit| visit.status.occupies());
        notify_rules::course_runs(tx, set, series, &visits).await?;
    }
    Ok(())
}

async fn forms(tx: &mut Tx, site: &Site, set: &Ruleset) -> Result<(), ActionError> {
    for intake in tx.waiting_intakes(site.id, ALL_FORMS).await? {
        if intake.state.is_with_patient() && intake.is_told() {
            notify_rules::form_waits(tx, set, &intake, intake.since).await?;
        }
    }
    Ok(())
}
