//! The owner writes the clinic's own words for a message, or goes back to the default.

use serde_json::{Map, Value};

use super::{ActionError, Actor};
use crate::domain::messages::Stage;
use crate::domain::roles::Permission;
use crate::domain::wording::{WordingFault, WordingPart, faults};
use crate::mail::forbidden::found_in;
use crate::store::sites::Site;
use crate::store::wordings::Wording;
use crate::store::{AuditEntry, Tx};

/// Everything that is wrong with a text for a part of a message.
pub fn wording_faults(stage: Stage, part: WordingPart, text: &str) -> Vec<WordingFault> {
    faults(stage, part, text, &found_in(text, stage.is_for_driver()))
}

/// Writes a message's parts; an empty text goes back to the default, a part that is not named stays as it is.
///
/// # Errors
/// [`ActionError::NotPermitted`]; [`ActionError::Refused`] when something is wrong with a text ([`wording_faults`] says what).
pub async fn save_wording(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    stage: Stage,
    texts: &[(WordingPart, String)],
) -> Result<(), ActionError> {
    actor.needs(Permission::ManageSettings)?;
    if texts.iter().any(|(part, text)| !wording_faults(stage, *part, text).is_empty()) {
        return Err(ActionError::Refused("wording-refused"));
    }
    let old = tx.wordings_of(site.id, stage).await?;
    let (mut before, mut after) = (Map::new(), Map::new());
    for (part, text) in texts {
        let text = text.trim();
        let was = old.iter().find(|one| one.part == *part).map_or("", |one| one.text.as_str());
        if was == text {
            continue;
        }
        if text.is_empty() {
            tx.delete_wording(site.id, stage, *part).await?;
        } else {
            let wording = Wording {
                site_id: site.id,
                stage,
                part: *part,
                text: text.to_owned(),
                updated_at: tx.now(),
                updated_by: actor.label(),
            };
            tx.set_wording(&wording).await?;
        }
        before.insert(part.to_string(), Value::from(was));
        after.insert(part.to_string(), Value::from(text));
    }
    if !after.is_empty() {
        after.insert("message".to_owned(), Value::from(stage.as_str()));
        let entry = AuditEntry::new("wording.change", None, "site", site.id.0);
        tx.audit(entry.before(Value::Object(before)).after(Value::Object(after)));
    }
    Ok(())
}
