//! Staff send a sample of a message to themselves: it is written down, and the tick sends it.

use chrono::TimeDelta;
use serde_json::json;

use super::{ActionError, Actor};
use crate::domain::ids::SampleMailId;
use crate::domain::messages::{MessageStatus, Stage};
use crate::domain::roles::Permission;
use crate::store::sample_mails::SampleMail;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// Most samples of one account in an hour.
const MOST_AN_HOUR: usize = 20;

/// Sends a sample of a message to the account's own address, and to nobody else.
///
/// # Errors
/// [`ActionError::NotPermitted`]; [`ActionError::Refused`] after too many within an hour.
pub async fn send_sample(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    stage: Stage,
) -> Result<SampleMailId, ActionError> {
    actor.needs(Permission::ManageMail)?;
    let Actor::Staff { id: staff_id, .. } = actor else { return Err(ActionError::NotPermitted) };
    let staff = tx.staff(*staff_id).await?.filter(|one| one.site_id == site.id);
    let staff = staff.ok_or(ActionError::NotFound)?;
    let now = tx.now();
    if tx.sample_mails_of(staff.id, now - TimeDelta::hours(1)).await?.len() >= MOST_AN_HOUR {
        return Err(ActionError::Refused("sample-too-many"));
    }
    let mail = SampleMail {
        id: SampleMailId::new(),
        site_id: site.id,
        staff_id: staff.id,
        stage,
        to_address: staff.email,
        status: MessageStatus::Pending,
        claimed_until: now,
        claims: 0,
        tries: 0,
        last_error: None,
        sent_at: None,
        created_at: now,
    };
    tx.insert_sample_mail(&mail).await?;
    let entry = AuditEntry::new("sample.send", None, "sample_mail", mail.id.0);
    tx.audit(entry.after(json!({ "message": stage })));
    Ok(mail.id)
}
