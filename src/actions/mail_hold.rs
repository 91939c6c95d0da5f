//! Hold all mail and let it go again: by a brake of the program's own, by staff, from the command line.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::outbox::missed;
use super::{ActionError, Actor, worklist};
use crate::domain::ids::{AppointmentId, HoldId, SiteId};
use crate::domain::mail_brake::{HoldReason, cleared, is_flood};
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::mail_holds::{MailHold, WaitingStage};
use crate::store::outbox::DROPPED;
use crate::store::{AuditEntry, Tx};

/// A jump of the clock explains a flood for this long.
const JUMP_EXPLAINS: TimeDelta = TimeDelta::hours(1);

/// The hold that stands and what it keeps.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The hold.
    pub hold: MailHold,
    /// The site's messages that are due and wait, by stage.
    pub waiting: Vec<WaitingStage>,
}

impl Standing {
    /// How many wait.
    pub fn count(&self) -> i64 {
        self.waiting.iter().map(|stage| stage.number).sum()
    }

    /// How many of them are still of use.
    pub fn useful(&self) -> i64 {
        self.waiting.iter().map(|stage| stage.useful).sum()
    }
}

/// Whether mail may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It may.
    Open,
    /// It is held.
    Held,
    /// It is not held yet and has to be: more is due than may go in a minute.
    Flood,
}

/// What becomes of the messages that are due when a hold is released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// Everything goes its way: what is too late by then ends with a line on the worklist.
    All,
    /// What is still of use goes; the rest ends here, without a line each.
    Useful,
    /// What was due before an instant ends here, with a line for each visit that is ahead; the rest goes its way.
    DropBefore(DateTime<Utc>),
}

/// What a release did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Released {
    /// Messages that are due and go now.
    pub going: i64,
    /// Messages that ended.
    pub ended: i64,
}

/// The hold that stands, with what of a site it keeps.
///
/// # Errors
/// When the store fails.
pub async fn standing(tx: &mut Tx, site: SiteId) -> Result<Option<Standing>, ActionError> {
    let Some(hold) = tx.standing_hold().await? else { return Ok(None) };
    Ok(Some(Standing { hold, waiting: tx.waiting_by_stage(site).await? }))
}

/// Whether a worker may claim.
///
/// # Errors
/// When the store fails.
pub async fn way(tx: &mut Tx, limit: i64) -> Result<Way, ActionError> {
    if tx.standing_hold().await?.is_some() {
        return Ok(Way::Held);
    }
    if limit <= 0 {
        return Ok(Way::Open);
    }
    let since = cleared(tx.last_release().await?, tx.now());
    // One more than the limit is as good as any number beyond it.
    let pace = tx.mail_pace(since, limit.saturating_add(1)).await?;
    Ok(if is_flood(limit, pace) { Way::Flood } else { Way::Open })
}

/// Holds all mail. A restore is the graver reason and takes the place of another; `false` if mail was held already.
///
/// # Errors
/// [`ActionError::NotPermitted`] for other roles.
pub async fn hold(
    tx: &mut Tx,
    actor: &Actor,
    reason: HoldReason,
    note: &str,
    went_until: Option<DateTime<Utc>>,
) -> Result<bool, ActionError> {
    actor.needs(Permission::ManageMail)?;
    // Whoever is claiming at this moment is through with it, and whoever claims next sees the hold.
    tx.lock_mail().await?;
    let now = tx.now();
    let state = tx.mail_state().await?;
    let jumped = state.jumped_at.is_some_and(|at| at <= now && now - at <= JUMP_EXPLAINS);
    let waiting: i64 = match tx.site().await? {
        Some(site) => tx.waiting_by_stage(site.id).await?.iter().map(|stage| stage.number).sum(),
        None => 0,
    };
    let new = MailHold {
        id: HoldId::new(),
        reason,
        note: note.to_owned(),
        waiting,
        went_until,
        asleep_minutes: if jumped { state.jump_minutes } else { 0 },
        held_at: now,
        held_by: tx.actor_label(),
        released_at: None,
        released_by: None,
    };
    let (id, made) = loop {
        if tx.insert_hold(&new).await? {
            break (new.id, true);
        }
        // One that stood a moment ago may be released by now: then mail is held anew.
        let Some(old) = tx.standing_hold().await? else { continue };
        if reason != HoldReason::Restore || old.reason == HoldReason::Restore {
            return Ok(false);
        }
        if tx.sharpen_hold(old.id, reason, went_until).await? {
            break (old.id, false);
        }
    };
    let entry = AuditEntry::new("mail.hold", None, "mail hold", id.0);
    tx.audit(entry.after(json!({ "reason": reason, "note": note, "waiting": waiting })));
    Ok(made)
}

/// Lets mail go again. What was due by now is not counted as a flood again.
///
/// # Errors
/// [`ActionError::Changed`] when the hold somebody saw was released meanwhile; [`ActionError::NotPermitted`] for other roles.
pub async fn release(
    tx: &mut Tx,
    actor: &Actor,
    site: SiteId,
    hold: HoldId,
    how: Release,
) -> Result<Released, ActionError> {
    actor.needs(Permission::ManageMail)?;
    tx.lock_mail().await?;
    let by = tx.actor_label();
    if !tx.release_hold(hold, &by).await? {
        return Err(ActionError::Changed);
    }
    let ended = match how {
        Release::All => 0,
        Release::Useful => tx.expire_late(site).await?,
        Release::DropBefore(before) => leave_out(tx, site, before).await?,
    };
    let going: i64 = tx.waiting_by_stage(site).await?.iter().map(|stage| stage.useful).sum();
    let done = Released { going, ended: i64::try_from(ended).unwrap_or(i64::MAX) };
    let what = match how {
        Release::All => json!("all"),
        Release::Useful => json!("still useful"),
        Release::DropBefore(before) => json!({ "dropped before": before }),
    };
    let entry = AuditEntry::new("mail.release", None, "mail hold", hold.0);
    tx.audit(entry.after(json!({ "how": what, "going": done.going, "ended": done.ended })));
    Ok(done)
}

/// Ends what was due before an instant. Whether it had gone is known to nobody here, so each visit that is still ahead is one line on
/// the worklist, and so is each patient who was to hear something else.
async fn leave_out(tx: &mut Tx, site: SiteId, before: DateTime<Utc>) -> Result<u64, ActionError> {
    let mut dropped = tx.drop_due_before(site, before).await?;
    // The line leads to the message that was due first.
    dropped.sort_by_key(|one| (one.due_at, one.id));
    let ids: Vec<AppointmentId> = dropped.iter().filter_map(|one| one.appointment_id).collect();
    let visits = tx.appointments_by_ids(&ids).await?;
    for one in dropped.iter().filter(|one| !one.stage.is_check_in()) {
        let visit = one.appointment_id.filter(|_| !one.stage.outlives_visit()).and_then(|id| visits.get(&id));
        if visit.is_some_and(|visit| visit.starts_at <= tx.now()) {
            continue;
        }
        let (kind, patient) = (WorkKind::MailLate, Some(one.patient_id));
        worklist::raise_about(tx, site, kind, missed(one), patient, visit, Some(one.id), DROPPED).await?;
    }
    Ok(u64::try_from(dropped.len()).unwrap_or(u64::MAX))
}
