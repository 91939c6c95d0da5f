//! What a message's rule asks at the moment of sending: whether its condition is met, and whether the reader's day allows it now.

use chrono::{DateTime, Utc};

use crate::actions::ActionError;
use crate::domain::appointments::AppointmentStatus;
use crate::domain::drivers::DriveStatus;
use crate::domain::message_rules::{Condition, Standing};
use crate::domain::messages::Stage;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::store::messages::Message;
use crate::store::sites::Site;

/// What a rule says now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may go.
    Go,
    /// Its condition is not met, or the rule was switched off.
    NotNeeded,
    /// It may go from then on.
    Later(DateTime<Utc>),
    /// When it may go again, it is of no use any more.
    TooLate,
}

/// Asks the rule that made a message, if one did; `drive` is the drive to its visit that counts.
pub(super) async fn by_rule(
    tx: &mut Tx,
    site: &Site,
    message: &Message,
    visit: Option<&Appointment>,
    drive: Option<&Drive>,
) -> Result<Verdict, ActionError> {
    let rule = match message.rule_id {
        Some(id) => tx.message_rule(id).await?,
        None => None,
    };
    let is_last_call = message.stage == Stage::DriverLastCall;
    let Some(rule) = rule else {
        // Staff asked who drives, and somebody is named meanwhile.
        let is_answered = is_last_call && drive.is_some();
        return Ok(if is_answered { Verdict::NotNeeded } else { Verdict::Go });
    };
    if !rule.active {
        return Ok(Verdict::NotNeeded);
    }
    if let Some(visit) = visit.filter(|_| is_last_call || rule.condition != Condition::Always) {
        let standing = Standing {
            confirmed: visit.confirmed_at.is_some(),
            driver_named: drive.is_some(),
            driver_confirmed: drive.is_some_and(|drive| drive.status == DriveStatus::Confirmed),
            first_treatment: rule.condition == Condition::FirstTreatment && is_first(tx, visit).await?,
        };
        let condition = rule.condition;
        let holds =
            if is_last_call { condition.calls_for_driver(standing) } else { condition.holds(standing) };
        if !holds {
            return Ok(Verdict::NotNeeded);
        }
    }
    let now = tx.now();
    let Some(hours) = rule.hours.filter(|hours| !hours.holds(site.timezone, now)) else {
        return Ok(Verdict::Go);
    };
    let next = hours.next(site.timezone, now);
    if next < message.useful_until {
        return Ok(Verdict::Later(next));
    }
    // News goes at any hour rather than never.
    Ok(if rule.anchor.is_event() { Verdict::Go } else { Verdict::TooLate })
}

/// Whether no treatment of the patient took place, or is booked, before this one.
async fn is_first(tx: &mut Tx, visit: &Appointment) -> Result<bool, ActionError> {
    let all = tx.appointments_of(visit.patient_id).await?;
    Ok(!all.iter().any(|one| {
        one.is_treatment()
            && one.starts_at < visit.starts_at
            && one.status != AppointmentStatus::Held
            && one.status.occupies()
    }))
}
