//! A patient's outside providers: who they are, what the patient agreed that they are told, which letters went.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::plan_view::{facts_of, find_patient};
use super::{Desk, DeskForm};
use crate::actions::providers::{NewProvider, add_provider};
use crate::domain::ids::ProviderId;
use crate::domain::patients::{chart_name, parse_email, parse_phone};
use crate::domain::providers::MAX_PROVIDER_TEXT;
use crate::domain::roles::Permission;
use crate::store::providers::{Provider, ProviderConsent, ProviderLetter};
use crate::web::kit::{
    Fields, Nav, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};
use crate::words::Words;
use crate::words::format::Format;

/// A letter, and where it stands.
struct LetterRow {
    text: String,
    href: String,
}

struct ProviderRow {
    id: String,
    name: String,
    role: String,
    reach: String,
    consent: String,
    /// Whether there is a consent to withdraw.
    stands: bool,
    /// Since when no new letter goes to them.
    retired: Option<String>,
    letters: Vec<LetterRow>,
}

#[derive(Template)]
#[template(path = "pages/providers.html")]
struct ProvidersPage {
    shell: Shell,
    fields: Fields,
    action: String,
    chart: String,
    key: String,
    facts: Vec<String>,
    rows: Vec<ProviderRow>,
    may_change: bool,
    may_write: bool,
}

/// GET `/patients/{id}/providers`
///
/// # Errors
/// [`crate::web::kit::PageError::NotFound`] for a patient of another site.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    render(&desk, &id, Fields::new(), StatusCode::OK).await
}

/// POST `/patients/{id}/providers`: adds one.
///
/// # Errors
/// [`crate::web::kit::PageError::NotFound`] for a patient of another site.
pub async fn add(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let mut tx = desk.read().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    drop(tx);
    let Some(new) = read(&mut fields, w) else {
        return render(&desk, &id, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let path = format!("/patients/{}/providers", patient.id);
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    if let Some(done) = tx.claim_key("add-provider", &key, &path).await? {
        return Ok(redirect(&done));
    }
    let said = w.f("providers-added", [("name", new.name.as_str())]);
    add_provider(&mut tx, &desk.actor(), &desk.site, patient.id, new, ProviderId::new()).await?;
    tx.commit().await?;
    Ok(redirect_with_flash(&path, &said, None))
}

/// What was typed, read; `None` with a message at every field that cannot be.
pub(super) fn read(fields: &mut Fields, w: Words) -> Option<NewProvider> {
    let name = fields.text("name", MAX_PROVIDER_TEXT, &w.t("providers-enter-name"));
    let role = fields.text("role", MAX_PROVIDER_TEXT, &w.t("providers-enter-role"));
    let phone = optional(fields, "phone", parse_phone, &w.t("providers-enter-phone"));
    let email = optional(fields, "email", parse_email, &w.t("providers-enter-email"));
    let address = fields.optional_text("address", MAX_PROVIDER_TEXT, &w.t("providers-enter-address"));
    if !fields.is_ok() {
        return None;
    }
    Some(NewProvider { name: name?, role: role?, phone, email, address })
}

/// A field that may be empty, but not wrong.
fn optional(
    fields: &mut Fields,
    name: &str,
    read: fn(&str) -> Option<String>,
    message: &str,
) -> Option<String> {
    if fields.get(name).is_empty() { None } else { fields.parsed(name, read, message) }
}

async fn render(desk: &Desk, id: &str, fields: Fields, status: StatusCode) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let patient = find_patient(&mut tx, desk, id).await?;
    let providers = tx.providers_of(patient.id).await?;
    let consents = tx.consents_of(patient.id).await?;
    let letters = tx.letters_of(patient.id).await?;
    let title = w.f("providers-title", [("name", chart_name(&patient.sort_name).as_str())]);
    let shell = desk.shell(&mut tx, Nav::Patients, title).await?.refused(!fields.is_ok());
    drop(tx);
    let page = ProvidersPage {
        shell,
        action: format!("/patients/{}/providers", patient.id),
        chart: format!("/patients/{}", patient.id),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        facts: facts_of(w, f, &patient),
        rows: providers.iter().map(|one| row(w, f, one, &consents, &letters)).collect(),
        may_change: desk.may(Permission::Book),
        may_write: desk.may(Permission::SeeClinical),
        fields,
    };
    page_with_status(status, &page)
}

fn row(
    w: Words,
    f: Format,
    provider: &Provider,
    consents: &[ProviderConsent],
    letters: &[ProviderLetter],
) -> ProviderRow {
    // The newest comes first, and counts.
    let consent = consents.iter().find(|one| one.provider_id == provider.id);
    let stands = consent.is_some_and(|one| one.terms().stands_on(f.today()));
    let reach = [provider.phone.as_deref(), provider.email.as_deref(), provider.address.as_deref()];
    ProviderRow {
        id: provider.id.to_string(),
        name: provider.name.clone(),
        role: provider.role.clone(),
        reach: reach.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        consent: consent.map_or_else(|| w.t("providers-consent-none"), |one| consent_words(w, f, one)),
        stands,
        retired: provider
            .retired_at
            .map(|at| w.f("providers-retired-since", [("day", f.day(f.date_of(at)).as_str())])),
        letters: letters
            .iter()
            .filter(|letter| letter.provider_id == provider.id)
            .map(|letter| LetterRow {
                text: letter_words(w, f, letter),
                href: format!("/letters/{}", letter.id),
            })
            .collect(),
    }
}

/// "The dates attended. Agreed Nov 18, recorded by Priya Shah".
pub fn consent_words(w: Words, f: Format, consent: &ProviderConsent) -> String {
    match consent.withdrawn_on {
        Some(day) => w.f("providers-consent-withdrawn", [("day", f.day(day).as_str())]),
        None => {
            let (scope, day) = (w.t(consent.scope.word_key()), f.day(consent.given_on));
            let by = consent.recorded_by.as_str();
            w.f("providers-consent-stands", [("scope", scope.as_str()), ("day", day.as_str()), ("name", by)])
        }
    }
}

/// "Sent Tue, Dec 1, 10:00 AM by Dr. Okafor", or that it is written and not sent.
pub fn letter_words(w: Words, f: Format, letter: &ProviderLetter) -> String {
    let (key, at, by) = match letter.sent_at {
        Some(at) => ("providers-letter-sent", at, letter.sent_by.as_deref().unwrap_or_default()),
        None => ("providers-letter-written", letter.created_at, letter.written_by.as_str()),
    };
    w.f(key, [("when", f.when(at).as_str()), ("name", by)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_role_are_asked_for_and_contacts_only_must_not_be_wrong() {
        let mut fields = Fields::parse(b"name=Dr.+Lee&role=prescriber");
        assert!(read(&mut fields, Words::default()).is_some());
        let mut fields = Fields::parse(b"name=&role=&phone=12&email=lee");
        assert!(read(&mut fields, Words::default()).is_none());
        let wrong: Vec<&str> = fields.errors().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(wrong, ["name", "role", "phone", "email"]);
        assert_eq!(fields.get("email"), "lee");
    }
}
