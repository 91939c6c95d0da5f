//! The owner's rules of messages: what a clinic begins with, and what becomes of the messages that wait when a rule changes.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::message_defaults::defaults;
use super::message_replan::{plan_for_book, plan_with};
use super::{ActionError, Actor};
use crate::config::Rules;
use crate::domain::ids::{ServiceId, SiteId};
use crate::domain::message_rules::{Anchor, MessageRule};
use crate::domain::messages::{MessageStatus, Stage};
use crate::domain::roles::Permission;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Store, Tx};

/// Messages no program before the rules sent: a clinic that gets the rules later gets them for the visits it has booked.
const NEW_STAGES: [Stage; 2] = [Stage::GettingReady, Stage::TalkWanted];

/// Gives the clinic of a store the rules it lacks, once: one that was set up before there were rules, or before there was a message.
/// The configuration's numbers count for what is missing only.
///
/// # Errors
/// When the store fails.
pub async fn ensure(store: &Store, rules: &Rules, now: DateTime<Utc>) -> Result<(), ActionError> {
    let mut tx = store.read(now).await?;
    let Some(site) = tx.site().await? else { return Ok(()) };
    if missing(&mut tx, rules, site.id).await?.is_empty() {
        return Ok(());
    }
    drop(tx);
    let mut tx = store.write(Actor::System.context(None, None), now).await?;
    // Of several replicas that start together, one makes them.
    tx.lock_bookings(site.id).await?;
    let adopts = tx.waits_without_rule(site.id).await?;
    for rule in missing(&mut tx, rules, site.id).await? {
        tx.insert_message_rule(&rule).await?;
        let lead = match rule.anchor {
            Anchor::BeforeStart | Anchor::AfterStart | Anchor::AfterEnd | Anchor::AfterForm => {
                Some(rule.minutes)
            }
            _ => None,
        };
        if adopts {
            tx.adopt_messages(&rule, lead).await?;
        }
        if NEW_STAGES.contains(&rule.stage) {
            plan_for_book(&mut tx, &site, &rule).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn missing(tx: &mut Tx, rules: &Rules, site: SiteId) -> Result<Vec<MessageRule>, ActionError> {
    let there = tx.message_rules(site).await?;
    let mut wanted = defaults(rules, site, tx.now());
    wanted.retain(|rule| there.iter().all(|one| one.stage != rule.stage));
    Ok(wanted)
}

/// Gives a new clinic its rules.
pub(super) async fn seed(tx: &mut Tx, rules: &Rules, site: SiteId) -> Result<(), ActionError> {
    for rule in defaults(rules, site, tx.now()) {
        tx.insert_message_rule(&rule).await?;
    }
    Ok(())
}

/// Adds or changes a rule. What waits by it is replaced, and what it says now is planned for everything in the book, in this one
/// transaction (I7); a rule that is switched off falls silent. Nobody who was told by it is told again.
///
/// # Errors
/// [`ActionError::Refused`] for a rule that cannot be; [`ActionError::NotFound`] for one of another site.
pub async fn save_rule(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    rule: MessageRule,
    is_new: bool,
) -> Result<(), ActionError> {
    actor.needs(Permission::ManageSettings)?;
    // Whoever books at this moment plans by the rule before or by this one, never by both.
    tx.lock_bookings(site.id).await?;
    if let Some((_, key)) = rule.faults().first() {
        return Err(ActionError::Refused(key));
    }
    if rule.site_id != site.id || (is_new && rule.anchor.is_event()) {
        return Err(ActionError::NotFound);
    }
    if let Some(service) = rule.service {
        let services = tx.services(site.id).await?;
        services.iter().find(|one| one.id == service).ok_or(ActionError::NotFound)?;
    }
    let before = match tx.message_rule(rule.id).await? {
        Some(before) if before.site_id == site.id && !is_new => Some(before),
        None if is_new => None,
        _ => return Err(ActionError::NotFound),
    };
    if let Some(before) = &before {
        if (before.stage, before.essential) != (rule.stage, rule.essential) {
            return Err(ActionError::NotFound);
        }
        if says(before) == says(&rule) {
            return Ok(());
        }
    }
    if doubled_by(tx, site, &rule).await?.is_some() {
        return Err(ActionError::Refused("message-rules-double"));
    }
    let rule = MessageRule { as_seeded: false, updated_at: tx.now(), ..rule };
    if before.is_some() {
        tx.update_message_rule(&rule).await?;
    } else {
        tx.insert_message_rule(&rule).await?;
    }
    let entry = AuditEntry::new("message_rule.save", None, "message_rule", rule.id.0).after(says(&rule));
    tx.audit(match &before {
        Some(before) => entry.before(says(before)),
        None => entry,
    });
    replan(tx, site, &rule).await
}

/// Another rule in force by which some visits would have the same message at the same moment.
///
/// # Errors
/// When the store fails.
pub async fn doubled_by(
    tx: &mut Tx,
    site: &Site,
    rule: &MessageRule,
) -> Result<Option<MessageRule>, ActionError> {
    let services = tx.services(site.id).await?;
    let category_of = |id: ServiceId| services.iter().find(|one| one.id == id).map(|one| one.category);
    let rules = tx.message_rules(site.id).await?;
    Ok(rules.into_iter().find(|other| rule.doubles(other, category_of)))
}

/// Brings the ledger into line with a rule.
async fn replan(tx: &mut Tx, site: &Site, rule: &MessageRule) -> Result<(), ActionError> {
    if !rule.active {
        tx.silence_rule(rule.id, MessageStatus::NotNeeded).await?;
        return Ok(());
    }
    // News that waits stays: the rule's hours are asked again when it goes.
    if rule.anchor.is_event() && rule.anchor != Anchor::OnDueDate {
        return Ok(());
    }
    tx.silence_rule(rule.id, MessageStatus::Superseded).await?;
    plan_with(tx, site, rule).await
}

/// What a rule says, for the audit log and to see whether anything changed.
fn says(rule: &MessageRule) -> Value {
    json!({
        "message": rule.stage, "category": rule.category, "service": rule.service, "place": rule.role,
        "from": rule.anchor, "minutes": rule.minutes, "useful minutes": rule.useful_minutes,
        "hours": rule.hours.map(|hours| [hours.from, hours.to]), "only if": rule.condition,
        "active": rule.active,
    })
}
