//! Which messages an intake makes due: the form, the reminders while it is not back, a clinician's own words.

use chrono::TimeDelta;

use super::ActionError;
use super::notify::{About, plan};
use super::notify_rules::{self, Ruleset};
use crate::config::Rules;
use crate::domain::messages::{MessageStatus, Stage, at_once};
use crate::store::Tx;
use crate::store::intakes::Intake;

/// How long the form and a clinician's words are of use, in days, if they could not go at once.
const USEFUL_DAYS: i64 = 30;

/// The form is sent, for the first time or again: what waits from an earlier time is replaced, then the patient is reminded.
pub(super) async fn form_sent(tx: &mut Tx, rules: &Rules, intake: &Intake) -> Result<(), ActionError> {
    tx.silence_patient(
        intake.patient_id,
        &[Stage::IntakePacket, Stage::IntakeNudge],
        MessageStatus::Superseded,
    )
    .await?;
    say_at_once(tx, rules, intake, Stage::IntakePacket).await?;
    remind(tx, intake).await
}

/// A clinician wrote to the patient; where more is asked, the patient is reminded as of a form.
pub(super) async fn words_written(tx: &mut Tx, rules: &Rules, intake: &Intake) -> Result<(), ActionError> {
    say_at_once(tx, rules, intake, Stage::IntakeWords).await?;
    if intake.state.is_with_patient() { remind(tx, intake).await } else { Ok(()) }
}

/// The form is back, or nobody waits for it any more: nothing that waits about it goes.
pub(super) async fn form_settled(tx: &mut Tx, intake: &Intake) -> Result<(), ActionError> {
    let stages = [Stage::IntakePacket, Stage::IntakeNudge];
    Ok(tx.silence_patient(intake.patient_id, &stages, MessageStatus::NotNeeded).await?)
}

/// Another answer took the place of an earlier one: its words are not told any more.
pub(super) async fn earlier_words(tx: &mut Tx, intake: &Intake) -> Result<(), ActionError> {
    Ok(tx.silence_patient(intake.patient_id, &[Stage::IntakeWords], MessageStatus::Superseded).await?)
}

async fn say_at_once(tx: &mut Tx, rules: &Rules, intake: &Intake, stage: Stage) -> Result<(), ActionError> {
    let now = tx.now();
    let due = at_once(stage, now, rules.mail_undo_minutes, now + TimeDelta::days(USEFUL_DAYS));
    plan(tx, &About::intake(intake), due).await
}

async fn remind(tx: &mut Tx, intake: &Intake) -> Result<(), ActionError> {
    let (set, now) = (Ruleset::load(tx, intake.site_id).await?, tx.now());
    notify_rules::form_waits(tx, &set, intake, now).await
}
