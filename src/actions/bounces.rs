//! Take down what came back, mark the address, tell the desk once; and let go what waits when the address is put right.

use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::driver_contact::driver_of_site;
use super::{ActionError, Actor, worklist};
use crate::domain::bounces::{self, BounceKind, MANY_SOFT};
use crate::domain::delivery::TryOutcome;
use crate::domain::ids::{DriverId, MessageId, PatientId, SiteId};
use crate::domain::patients::ContactPreference;
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::mail::bounce::Report;
use crate::store::bounces::Bounce;
use crate::store::messages::Message;
use crate::store::{AuditEntry, Tx};

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is written down.
    Recorded,
    /// It was written down before.
    Known,
    /// It is about no message of ours.
    Foreign,
}

/// Who reads a message, and where.
struct Reader {
    patient: PatientId,
    driver: Option<DriverId>,
    email: Option<String>,
    is_marked: bool,
    /// Whether mail may go there.
    is_written_to: bool,
}

impl Reader {
    async fn load(
        tx: &mut Tx,
        patient: PatientId,
        driver: Option<DriverId>,
    ) -> Result<Option<Self>, ActionError> {
        Ok(match driver {
            Some(id) => tx.driver(id).await?.map(|one| Self {
                patient,
                driver,
                is_marked: one.mail_bounces(),
                is_written_to: one.mail_address().is_some(),
                email: one.email,
            }),
            None => tx.patient(patient).await?.map(|one| Self {
                patient,
                driver,
                is_marked: one.mail_bounces(),
                is_written_to: one.mail_address().is_some() && one.contact == ContactPreference::Email,
                email: one.email,
            }),
        })
    }

    /// What lines and entries about them name.
    fn id(&self) -> Uuid {
        self.driver.map_or(self.patient.0, |driver| driver.0)
    }

    fn entry(&self, of_patient: &'static str, of_driver: &'static str) -> AuditEntry {
        let (action, entity) = match self.driver {
            Some(_) => (of_driver, "driver"),
            None => (of_patient, "patient"),
        };
        AuditEntry::new(action, Some(self.patient), entity, self.id())
    }
}

/// Takes a report down, once. `ours` are the domains of the clinic's Message-IDs, in small letters.
///
/// # Errors
/// [`ActionError::NotPermitted`] for other roles; when the store fails.
pub async fn record(
    tx: &mut Tx,
    actor: &Actor,
    report: &Report,
    ours: &[String],
) -> Result<Taken, ActionError> {
    actor.needs(Permission::ManageMail)?;
    let Some(message) = reported(tx, report, ours).await? else { return Ok(Taken::Foreign) };
    let tries = tx.tries_of(message.id).await?;
    let copies = tries.iter().filter(|one| one.outcome == TryOutcome::Sent).count();
    let bounce = Bounce {
        message_id: message.id,
        report_hash: hash(report),
        kind: BounceKind::of(&report.status, report.is_delayed),
        recipient: bounces::about(message.sent_to.as_deref(), &report.recipients, copies),
        status_code: report.status.clone(),
        words: report.words.clone(),
        at: tx.now(),
    };
    if !tx.insert_bounce(&bounce).await? {
        return Ok(Taken::Known);
    }
    let entry = AuditEntry::new("message.bounced", Some(message.patient_id), "message", message.id.0);
    tx.audit(entry.after(json!({ "kind": bounce.kind, "status": bounce.status_code })));
    if bounce.kind.came_back() {
        came_back(tx, actor, &message, &bounce).await?;
    }
    Ok(Taken::Recorded)
}

/// The message a report is about, if it is one of ours.
async fn reported(tx: &mut Tx, report: &Report, ours: &[String]) -> Result<Option<Message>, ActionError> {
    let Ok(id) = report.local.parse::<MessageId>() else { return Ok(None) };
    if !ours.contains(&report.domain) {
        return Ok(None);
    }
    let found = tx.message(id).await?;
    Ok(found.filter(|message| message.message_id.eq_ignore_ascii_case(&report.local)))
}

fn hash(report: &Report) -> Vec<u8> {
    let Report { recipients, status, is_delayed, words, .. } = report;
    let text = format!("{}\n{status}\n{is_delayed}\n{words}", recipients.join(","));
    Sha256::digest(text.as_bytes()).to_vec()
}

/// A message did not reach its reader.
async fn came_back(
    tx: &mut Tx,
    actor: &Actor,
    message: &Message,
    bounce: &Bounce,
) -> Result<(), ActionError> {
    let Some(reader) = Reader::load(tx, message.patient_id, message.driver_id).await? else { return Ok(()) };
    if !bounces::is_bounced(reader.email.as_deref(), Some(&bounce.recipient)) {
        // The address was put right before this came: what did not reach the old one goes to the new one.
        go_again(tx, actor, &reader).await?;
        return Ok(());
    }
    let lately = tx.came_back_lately(reader.patient, reader.driver, &bounce.recipient).await?;
    let is_final = bounce.kind == BounceKind::Hard || bounces::in_a_row(&lately) >= MANY_SOFT;
    if is_final || reader.is_marked {
        return mark(tx, actor, &reader, message).await;
    }
    if message.stage.is_essential() {
        // It may pass, but this message is lost unless somebody sends it again or calls.
        let visit = match message.appointment_id {
            Some(id) => tx.appointment(id).await?,
            None => None,
        };
        if visit.as_ref().is_none_or(|visit| visit.starts_at > tx.now()) {
            let (kind, about) = (WorkKind::MailFailed, message.id.0);
            let (patient, said) = (Some(message.patient_id), bounce.said());
            let (site, id) = (message.site_id, Some(message.id));
            worklist::raise_about(tx, site, kind, about, patient, visit.as_ref(), id, &said).await?;
        }
    }
    Ok(())
}

/// Marks the address, with one line for all that did not get through.
async fn mark(tx: &mut Tx, actor: &Actor, reader: &Reader, message: &Message) -> Result<(), ActionError> {
    if !reader.is_marked {
        tx.mark_address(reader.patient, reader.driver).await?;
        let entry = reader.entry("patient.address_bounced", "driver.address_bounced");
        tx.audit(entry.after(json!({ "email": reader.email })));
    }
    for one in tx.not_reached(reader.patient, reader.driver).await? {
        tx.settle_about(WorkKind::MailFailed, one.id.0, &actor.label()).await?;
    }
    raise_line(tx, message).await
}

/// The one line about a reader whose mail comes back, raised by a message to them.
///
/// # Errors
/// When the store fails.
pub async fn raise_line(tx: &mut Tx, message: &Message) -> Result<(), ActionError> {
    let about = message.driver_id.map_or(message.patient_id.0, |driver| driver.0);
    let (kind, patient) = (WorkKind::AddressBounced, Some(message.patient_id));
    worklist::raise_about(tx, message.site_id, kind, about, patient, None, Some(message.id), "").await?;
    Ok(())
}

/// An address was changed: whatever was said of the old one is over, and what did not reach it goes to the new one.
pub(super) async fn address_changed(
    tx: &mut Tx,
    actor: &Actor,
    patient: PatientId,
    driver: Option<DriverId>,
) -> Result<(), ActionError> {
    tx.unmark_address(patient, driver).await?;
    let Some(reader) = Reader::load(tx, patient, driver).await? else { return Ok(()) };
    tx.settle_about(WorkKind::AddressBounced, reader.id(), &actor.label()).await?;
    go_again(tx, actor, &reader).await?;
    Ok(())
}

/// The address is right after all (the mailbox was emptied): mail goes there again. How many messages go at once.
///
/// # Errors
/// [`ActionError::Changed`] when nothing stands against the address; [`ActionError::NotFound`]; [`ActionError::NotPermitted`].
pub async fn try_again(
    tx: &mut Tx,
    actor: &Actor,
    site: SiteId,
    patient: PatientId,
    driver: Option<DriverId>,
) -> Result<i64, ActionError> {
    actor.needs(Permission::Book)?;
    let known = tx.patient(patient).await?.filter(|one| one.site_id == site);
    known.ok_or(ActionError::NotFound)?;
    if let Some(driver) = driver {
        let (_, theirs) = driver_of_site(tx, site, driver).await?;
        if theirs.id != patient {
            return Err(ActionError::NotFound);
        }
    }
    let marked = Reader::load(tx, patient, driver).await?.is_some_and(|reader| reader.is_marked);
    if !marked {
        return Err(ActionError::Changed);
    }
    tx.unmark_address(patient, driver).await?;
    let reader = Reader::load(tx, patient, driver).await?.ok_or(ActionError::NotFound)?;
    tx.settle_about(WorkKind::AddressBounced, reader.id(), &actor.label()).await?;
    let entry = reader.entry("patient.address_again", "driver.address_again");
    tx.audit(entry.after(json!({ "email": reader.email })));
    go_again(tx, actor, &reader).await
}

/// Puts what did not reach a reader and is still of use back into the line, if they are written to at all.
async fn go_again(tx: &mut Tx, actor: &Actor, reader: &Reader) -> Result<i64, ActionError> {
    if !reader.is_written_to {
        return Ok(0);
    }
    let (mut going, by) = (0, actor.label());
    for message in tx.not_reached(reader.patient, reader.driver).await? {
        tx.settle_about(WorkKind::MailFailed, message.id.0, &by).await?;
        if message.useful_until <= tx.now() || !tx.send_anew(message.id).await? {
            continue;
        }
        let entry = AuditEntry::new("message.release", Some(message.patient_id), "message", message.id.0);
        tx.audit(entry.before(json!({ "state": message.status, "about": message.stage })));
        going += 1;
    }
    Ok(going)
}
