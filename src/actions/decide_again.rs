//! Brings decisions back to clinicians: those put off until a day that has come, and those that end while treatment goes on.

use chrono::{NaiveDate, TimeDelta};

use super::{ActionError, worklist};
use crate::config::Rules;
use crate::domain::candidacy::Decision;
use crate::domain::ids::WorkItemId;
use crate::domain::time::day_bounds;
use crate::domain::worklist::WorkKind;
use crate::store::Tx;
use crate::store::sites::Site;
use crate::store::work_items::WorkItem;

/// How far back an overlooked day still brings a line, in days: what is older shows at the gates.
const LOOK_BACK_DAYS: i64 = 60;

/// The decisions that need a line now. One that had its line since it was made is not among them, so a missed or doubled look
/// changes nothing.
///
/// # Errors
/// When the store fails.
pub async fn due(tx: &mut Tx, rules: &Rules, site: &Site) -> Result<Vec<(WorkKind, Decision)>, ActionError> {
    let today = tx.now().with_timezone(&site.timezone).date_naive();
    let from = today - TimeDelta::days(LOOK_BACK_DAYS);
    let soon = today + TimeDelta::days(rules.redecide_days);
    let deferred = tx.deferred_without_line(site.id, from, today).await?;
    let ending = tx.ending_without_line(site.id, from, soon).await?;
    let again = deferred.into_iter().map(|decision| (WorkKind::DecideAgain, decision));
    Ok(again.chain(ending.into_iter().map(|decision| (WorkKind::DecisionEnds, decision))).collect())
}

/// Puts a line on the worklist for each of them; how many.
///
/// # Errors
/// When the store fails.
pub async fn raise_due(tx: &mut Tx, rules: &Rules, site: &Site) -> Result<usize, ActionError> {
    let mut raised = 0;
    for (kind, decision) in due(tx, rules, site).await? {
        let Some(day) = decision.expires_on else { continue };
        let line = line(tx, site, kind, &decision, day);
        raised += usize::from(tx.raise_work(&line).await?);
    }
    Ok(raised)
}

/// A line that is due by the end of the day.
fn line(tx: &Tx, site: &Site, kind: WorkKind, decision: &Decision, day: NaiveDate) -> WorkItem {
    let (_, end) = day_bounds(site.timezone, day);
    WorkItem {
        id: WorkItemId::new(),
        site_id: site.id,
        kind,
        dedupe_key: worklist::key(kind, decision.patient_id.0),
        patient_id: Some(decision.patient_id),
        appointment_id: None,
        message_id: None,
        // The page puts the day into words.
        note: day.to_string(),
        due_at: end - TimeDelta::minutes(1),
        snoozed_until: None,
        snooze_reason: None,
        done_at: None,
        done_by: None,
        created_at: tx.now(),
    }
}
