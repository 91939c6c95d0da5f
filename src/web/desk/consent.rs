//! Record what a patient agreed that an outside provider is told, and withdraw it.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::providers::consent_words;
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::providers::{record_consent, withdraw_consent};
use crate::domain::ids::ProviderId;
use crate::domain::providers::ConsentScope;
use crate::store::Tx;
use crate::store::patients::Patient;
use crate::store::providers::Provider;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};

#[derive(Template)]
#[template(path = "pages/consent.html")]
struct ConsentPage {
    shell: Shell,
    fields: Fields,
    action: String,
    back: String,
    key: String,
    lead: String,
    scopes: Vec<(String, String)>,
    /// The consent that counts now.
    now: String,
}

/// A provider of a patient of this site, and the patient.
///
/// # Errors
/// [`PageError::NotFound`] for nonsense and for providers of other sites' patients.
pub async fn load(tx: &mut Tx, desk: &Desk, id: &str) -> Result<(Provider, Patient), PageError> {
    let id = id.parse::<ProviderId>().map_err(|_| PageError::NotFound)?;
    let provider = tx.provider(id).await?.ok_or(PageError::NotFound)?;
    let patient = tx.patient(provider.patient_id).await?.filter(|one| one.site_id == desk.site.id);
    Ok((provider, patient.ok_or(PageError::NotFound)?))
}

/// GET `/providers/{id}/consent`
///
/// # Errors
/// [`PageError::NotFound`] for a provider of another site's patient.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut fields = Fields::new();
    fields.set("given_on", desk.today().to_string());
    render(&desk, &id, fields, StatusCode::OK).await
}

/// POST `/providers/{id}/consent`
///
/// # Errors
/// [`PageError::NotFound`] for a provider of another site's patient.
pub async fn save(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let scope = fields.parsed("scope", ConsentScope::parse, &w.t("consent-choose-scope"));
    let given_on = fields.date("given_on", &w.t("consent-enter-date"));
    let (Some(scope), Some(given_on)) = (scope, given_on) else {
        return render(&desk, &id, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    let (provider, patient) = load(&mut tx, &desk, &id).await?;
    let back = format!("/patients/{}/providers", patient.id);
    if let Some(done) = tx.claim_key("consent", &key, &back).await? {
        return Ok(redirect(&done));
    }
    match record_consent(&mut tx, &desk.actor(), &desk.site, provider.id, scope, given_on).await {
        Ok(_) => {
            tx.commit().await?;
            let said = w.f("consent-saved", [("name", provider.name.as_str())]);
            Ok(redirect_with_flash(&back, &said, None))
        }
        Err(ActionError::Refused(key)) => {
            drop(tx);
            fields.fail("given_on", w.t(key));
            render(&desk, &id, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

/// POST `/providers/{id}/withdraw`
///
/// # Errors
/// [`PageError::NotFound`] for a provider of another site's patient.
pub async fn withdraw(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let desk = form.desk;
    let mut tx = desk.write().await?;
    let (provider, patient) = load(&mut tx, &desk, &id).await?;
    withdraw_consent(&mut tx, &desk.actor(), &desk.site, provider.id).await?;
    tx.commit().await?;
    let said = desk.w().f("providers-withdrawn", [("name", provider.name.as_str())]);
    Ok(redirect_with_flash(&format!("/patients/{}/providers", patient.id), &said, None))
}

async fn render(desk: &Desk, id: &str, fields: Fields, status: StatusCode) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let (provider, patient) = load(&mut tx, desk, id).await?;
    let consent = tx.consent_for(provider.id).await?;
    let name = provider.name.as_str();
    let title = w.f("consent-title", [("name", name)]);
    let mut shell = desk.shell(&mut tx, Nav::Patients, title).await?.refused(!fields.is_ok());
    shell.here = format!("/providers/{}/consent", provider.id);
    drop(tx);
    let page = ConsentPage {
        shell,
        action: format!("/providers/{}/consent", provider.id),
        back: format!("/patients/{}/providers", patient.id),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        lead: w.f("consent-lead", [("patient", patient.full_name.as_str()), ("name", name)]),
        scopes: ConsentScope::ALL.iter().map(|one| (one.to_string(), w.t(one.word_key()))).collect(),
        now: consent.map_or_else(|| w.t("providers-consent-none"), |one| consent_words(w, f, &one)),
        fields,
    };
    page_with_status(status, &page)
}
