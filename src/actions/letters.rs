//! Letters to outside providers: dates attended and, where the patient agreed, how things changed. No consent, no letter.

use chrono::NaiveDate;
use serde_json::json;

use super::book::date_at;
use super::letter_change::measured;
use super::{ActionError, Actor, pass, providers};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::gates::Unmet;
use crate::domain::ids::{LetterId, PatientId, ProviderId};
use crate::domain::providers::{self as rules, ConsentScope, MAX_CHANGE};
use crate::domain::roles::Permission;
use crate::store::patients::Patient;
use crate::store::providers::{Provider, ProviderConsent, ProviderLetter};
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};
use crate::words::Words;
use crate::words::format::Format;

/// A letter before it is written down: what it would say, and what is in its way.
#[derive(Clone, Debug)]
pub struct Draft {
    /// To whom.
    pub provider: Provider,
    /// About whom.
    pub patient: Patient,
    /// The consent that counts.
    pub consent: Option<ProviderConsent>,
    /// Whether the consent covers how things changed.
    pub may_tell_change: bool,
    /// Everything in the way.
    pub unmet: Vec<Unmet>,
    /// Its words; empty while something is in the way.
    pub body: String,
}

/// What a letter would say now. `change` is what the care team tells of how things changed; empty to tell of dates only.
///
/// # Errors
/// [`ActionError::NotFound`] for a provider of another site's patient; [`ActionError::Refused`] for words that are too long.
pub async fn draft(
    tx: &mut Tx,
    actor: &Actor,
    w: Words,
    site: &Site,
    provider: ProviderId,
    change: &str,
) -> Result<Draft, ActionError> {
    actor.needs(Permission::SeeClinical)?;
    if change.chars().count() > MAX_CHANGE {
        return Err(ActionError::Refused("letter-change-long"));
    }
    let provider = providers::find(tx, site, provider).await?;
    let patient = tx.patient(provider.patient_id).await?.ok_or(ActionError::NotFound)?;
    let consent = tx.consent_for(provider.id).await?;
    let dates = dates_attended(tx, site, patient.id).await?;
    let today = date_at(site, tx.now());
    let terms = consent.as_ref().map(ProviderConsent::terms);
    let retired = provider.retired_at.is_some();
    let unmet = rules::letter(terms.as_ref(), !change.is_empty(), dates.len(), today, retired);
    let may_tell_change =
        terms.is_some_and(|terms| terms.scope == ConsentScope::DatesAndChange && terms.stands_on(today));
    let body = match &consent {
        Some(consent) if unmet.is_empty() => {
            let f = Format::new(site.timezone, tx.now());
            body(w, f, site, &actor.label(), &provider, &patient, consent, &dates, change)
        }
        _ => String::new(),
    };
    Ok(Draft { provider, patient, consent, may_tell_change, unmet, body })
}

/// How things changed as it was measured, for a clinician to begin with; empty where the patient agreed to dates only, or something is
/// in the way.
///
/// # Errors
/// [`ActionError::NotPermitted`]; what the store reports.
pub async fn measured_change(
    tx: &mut Tx,
    actor: &Actor,
    w: Words,
    site: &Site,
    draft: &Draft,
) -> Result<String, ActionError> {
    actor.needs(Permission::SeeClinical)?;
    if !draft.may_tell_change || !draft.unmet.is_empty() {
        return Ok(String::new());
    }
    measured(tx, w, Format::new(site.timezone, tx.now()), draft.patient.id).await
}

/// Writes a letter down as it will be sent.
///
/// # Errors
/// [`ActionError::Unmet`] with everything in the way.
pub async fn write_letter(
    tx: &mut Tx,
    actor: &Actor,
    w: Words,
    site: &Site,
    provider: ProviderId,
    change: &str,
    id: LetterId,
) -> Result<(), ActionError> {
    actor.needs(Permission::SeeClinical)?;
    // A withdrawal at the same moment must come before or after, never in between.
    tx.lock_bookings(site.id).await?;
    let draft = draft(tx, actor, w, site, provider, change).await?;
    pass(draft.unmet)?;
    let consent = draft.consent.ok_or_else(|| ActionError::Unmet(vec![Unmet::NoConsent]))?;
    let letter = ProviderLetter {
        id,
        provider_id: draft.provider.id,
        consent_id: consent.id,
        body: draft.body,
        tells_change: !change.is_empty(),
        written_by: actor.label(),
        created_at: tx.now(),
        sent_at: None,
        sent_by: None,
    };
    tx.insert_letter(&letter).await?;
    tx.audit(
        AuditEntry::new("letter.write", Some(draft.patient.id), "letter", id.0)
            .after(json!({ "to": draft.provider.name, "scope": consent.scope })),
    );
    Ok(())
}

/// Notes that a letter was sent, once; the gate is asked again, since consent may have gone meanwhile.
///
/// # Errors
/// [`ActionError::Unmet`] with everything in the way.
pub async fn mark_sent(tx: &mut Tx, actor: &Actor, site: &Site, id: LetterId) -> Result<(), ActionError> {
    actor.needs(Permission::SeeClinical)?;
    tx.lock_bookings(site.id).await?;
    let letter = tx.letter(id).await?.ok_or(ActionError::NotFound)?;
    let provider = providers::find(tx, site, letter.provider_id).await?;
    if letter.sent_at.is_some() {
        return Ok(());
    }
    pass(in_the_way(tx, actor, site, &letter).await?)?;
    if tx.mark_letter_sent(id, &actor.label()).await? {
        tx.audit(
            AuditEntry::new("letter.send", Some(provider.patient_id), "letter", id.0)
                .after(json!({ "to": provider.name })),
        );
    }
    Ok(())
}

/// Everything in the way of a letter that lies there written; nothing once it was sent: what it told was told with consent.
///
/// # Errors
/// [`ActionError::NotFound`] for a letter about another site's patient.
pub async fn in_the_way(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    letter: &ProviderLetter,
) -> Result<Vec<Unmet>, ActionError> {
    actor.needs(Permission::SeeClinical)?;
    let provider = providers::find(tx, site, letter.provider_id).await?;
    if letter.sent_at.is_some() {
        return Ok(Vec::new());
    }
    let terms = tx.consent_for(provider.id).await?.map(|consent| consent.terms());
    let dates = dates_attended(tx, site, provider.patient_id).await?;
    let (today, retired) = (date_at(site, tx.now()), provider.retired_at.is_some());
    Ok(rules::letter(terms.as_ref(), letter.tells_change, dates.len(), today, retired))
}

/// The dates on which the patient was here, each once.
async fn dates_attended(tx: &mut Tx, site: &Site, patient: PatientId) -> Result<Vec<NaiveDate>, ActionError> {
    let mut dates: Vec<NaiveDate> = tx
        .appointments_of(patient)
        .await?
        .iter()
        .filter(|visit| visit.status == AppointmentStatus::Fulfilled)
        .map(|visit| date_at(site, visit.starts_at))
        .collect();
    dates.sort_unstable();
    dates.dedup();
    Ok(dates)
}

/// The letter's words: paragraphs apart by an empty line.
#[expect(clippy::too_many_arguments, reason = "everything a letter names")]
fn body(
    w: Words,
    f: Format,
    site: &Site,
    by: &str,
    provider: &Provider,
    patient: &Patient,
    consent: &ProviderConsent,
    dates: &[NaiveDate],
    change: &str,
) -> String {
    let name = patient.full_name.as_str();
    let mut to = vec![provider.name.as_str(), provider.role.as_str()];
    to.extend(provider.address.as_deref());
    let birth = f.birth(patient.birth_date);
    let days: Vec<String> = dates.iter().map(|date| format!("- {}", f.birth(*date))).collect();
    let given = f.birth(consent.given_on);
    let mut parts = vec![
        f.birth(f.today()),
        to.join("\n"),
        w.f("letter-about", [("name", name), ("birth", &birth)]),
        format!("{}\n{}", w.f("letter-dates", [("name", name)]), days.join("\n")),
    ];
    if !change.is_empty() {
        parts.push(format!("{}\n{change}", w.t("letter-change-intro")));
    }
    parts.push(w.f("letter-consent", [("name", name), ("day", &given)]));
    parts.push([by, site.name.as_str(), &site.address, &site.phone].join("\n"));
    parts.join("\n\n")
}
