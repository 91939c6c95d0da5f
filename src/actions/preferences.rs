//! Switch topics of messages on and off: the patient on their page or by their mail program, or staff because the patient said so.

use serde_json::{Map, Value};

use super::{ActionError, Actor};
use crate::domain::ids::PatientId;
use crate::domain::mail_topics::{PreferenceSource, Topic};
use crate::domain::roles::Permission;
use crate::store::preferences::Preference;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// Sets topics a patient wants or does not want; those not named stay as they are. What is so already is not written again.
///
/// # Errors
/// [`ActionError::NotPermitted`] for anybody but the patient and staff who may book; [`ActionError::NotFound`] for a patient of
/// another site.
pub async fn set_preferences(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    changes: &[(Topic, bool)],
) -> Result<(), ActionError> {
    let source = match actor {
        Actor::Patient { .. } => PreferenceSource::Patient,
        _ => PreferenceSource::Staff,
    };
    change(tx, actor, site, patient, changes, source).await
}

/// Switches one topic off for the patient whose mail program asks for it. It can do nothing else.
///
/// # Errors
/// [`ActionError::NotPermitted`] for anybody but the patient.
pub async fn unsubscribe(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    topic: Topic,
) -> Result<(), ActionError> {
    if !matches!(actor, Actor::Patient { .. }) {
        return Err(ActionError::NotPermitted);
    }
    change(tx, actor, site, patient, &[(topic, false)], PreferenceSource::OneClick).await
}

async fn change(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    changes: &[(Topic, bool)],
    source: PreferenceSource,
) -> Result<(), ActionError> {
    actor.needs_or_is(Permission::Book, patient)?;
    tx.patient(patient).await?.filter(|one| one.site_id == site.id).ok_or(ActionError::NotFound)?;
    let (mut before, mut after) = (Map::new(), Map::new());
    for (topic, wanted) in changes.iter().copied() {
        let was = tx.wants(patient, topic).await?;
        if was == wanted {
            continue;
        }
        let changed_at = tx.now();
        tx.set_preference(&Preference { patient_id: patient, topic, wanted, source, changed_at }).await?;
        before.insert(topic.to_string(), Value::Bool(was));
        after.insert(topic.to_string(), Value::Bool(wanted));
    }
    if !after.is_empty() {
        after.insert("by".to_owned(), Value::from(source.as_str()));
        let entry = AuditEntry::new("preferences.change", Some(patient), "patient", patient.0);
        tx.audit(entry.before(Value::Object(before)).after(Value::Object(after)));
    }
    Ok(())
}
