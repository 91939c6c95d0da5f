//! An outside provider put right, retired when no letter goes to them any more, and brought back.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::consent::load;
use super::providers::read;
use super::{Desk, DeskForm};
use crate::actions::providers::{bring_back, change_provider, retire_provider};
use crate::web::kit::{Fields, Nav, PageResult, Shell, page_with_status, redirect_with_flash};

#[derive(Template)]
#[template(path = "pages/provider_one.html")]
struct OnePage {
    shell: Shell,
    fields: Fields,
    action: String,
    back: String,
}

/// GET `/providers/{id}/edit`
///
/// # Errors
/// [`PageError::NotFound`] for a provider of another site's patient.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut tx = desk.read().await?;
    let (provider, _) = load(&mut tx, &desk, &id).await?;
    drop(tx);
    let mut fields = Fields::new();
    fields
        .set("name", provider.name)
        .set("role", provider.role)
        .set("phone", provider.phone.unwrap_or_default())
        .set("email", provider.email.unwrap_or_default())
        .set("address", provider.address.unwrap_or_default());
    render(&desk, &id, fields, StatusCode::OK).await
}

/// POST `/providers/{id}/edit`
///
/// # Errors
/// [`PageError::NotFound`] for a provider of another site's patient.
pub async fn save(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let Some(new) = read(&mut fields, w) else {
        return render(&desk, &id, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let mut tx = desk.write().await?;
    let (provider, patient) = load(&mut tx, &desk, &id).await?;
    let said = w.f("providers-changed", [("name", new.name.as_str())]);
    change_provider(&mut tx, &desk.actor(), &desk.site, provider.id, new).await?;
    tx.commit().await?;
    Ok(redirect_with_flash(&format!("/patients/{}/providers", patient.id), &said, None))
}

/// POST `/providers/{id}/retire`: no new letter goes to them; with `act=back`, letters may go again. Done twice, it is done once.
///
/// # Errors
/// [`PageError::NotFound`] for a provider of another site's patient.
pub async fn retire(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let mut tx = desk.write().await?;
    let (provider, patient) = load(&mut tx, &desk, &id).await?;
    let key = if fields.get("act") == "back" {
        bring_back(&mut tx, &desk.actor(), &desk.site, provider.id).await?;
        "providers-brought-back"
    } else {
        retire_provider(&mut tx, &desk.actor(), &desk.site, provider.id).await?;
        "providers-retired"
    };
    tx.commit().await?;
    let said = desk.w().f(key, [("name", provider.name.as_str())]);
    Ok(redirect_with_flash(&format!("/patients/{}/providers", patient.id), &said, None))
}

async fn render(desk: &Desk, id: &str, fields: Fields, status: StatusCode) -> PageResult {
    let mut tx = desk.read().await?;
    let (provider, patient) = load(&mut tx, desk, id).await?;
    let title = desk.w().f("providers-edit-title", [("name", provider.name.as_str())]);
    let mut shell = desk.shell(&mut tx, Nav::Patients, title).await?.refused(!fields.is_ok());
    shell.here = format!("/providers/{}/edit", provider.id);
    drop(tx);
    let page = OnePage {
        shell,
        fields,
        action: format!("/providers/{}/edit", provider.id),
        back: format!("/patients/{}/providers", patient.id),
    };
    page_with_status(status, &page)
}
