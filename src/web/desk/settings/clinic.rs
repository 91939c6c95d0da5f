//! /settings/clinic: name, phone, email and address of the clinic; its zone is shown and stays.

use askama::Template;
use axum::http::StatusCode;

use crate::actions::settings as acts;
use crate::domain::patients::{parse_email, parse_phone};
use crate::mail::forbidden;
use crate::store::sites::Site;
use crate::web::desk::{Desk, DeskForm};
use crate::web::kit::{Fields, Nav, PageResult, Shell, page_with_status, redirect_with_flash};
use crate::words::Words;

use super::refuse;

/// Longest name (characters); it stands in every subject line.
const NAME_MAX: usize = 120;
/// Longest street address (characters).
const ADDRESS_MAX: usize = 200;

#[derive(Template)]
#[template(path = "pages/settings_clinic.html")]
struct ClinicPage {
    shell: Shell,
    fields: Fields,
    zone: String,
    zone_words: String,
}

/// GET: the form with what is in force.
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    let mut fields = Fields::new();
    fields
        .set("name", desk.site.name.clone())
        .set("phone", desk.site.phone.clone())
        .set("email", desk.site.email.clone())
        .set("address", desk.site.address.clone());
    render(&desk, fields, StatusCode::OK).await
}

/// POST: saves it.
///
/// # Errors
/// When the database does not answer.
pub async fn save(form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let Some(site) = read(w, &mut fields, &desk.site) else {
        return render(&desk, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let mut tx = desk.write().await?;
    match acts::change_site(&mut tx, &desk.actor(), site).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with_flash("/settings", &w.t("settings-clinic-saved"), None))
        }
        Err(error) => {
            drop(tx);
            refuse(w, &mut fields, "name", error)?;
            render(&desk, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

fn read(w: Words, fields: &mut Fields, now: &Site) -> Option<Site> {
    let name = fields.text("name", NAME_MAX, &w.t("settings-enter-clinic-name"));
    refuse_name(w, fields, "name");
    let phone = fields.parsed("phone", parse_phone, &w.t("settings-enter-clinic-phone"));
    let email = fields.parsed("email", parse_email, &w.t("settings-enter-clinic-email"));
    let address = fields.text("address", ADDRESS_MAX, &w.t("settings-enter-clinic-address"));
    let site = Site { name: name?, phone: phone?, email: email?, address: address?, ..now.clone() };
    fields.is_ok().then_some(site)
}

/// A message at the clinic's name if it says what must not stand in mail: it is the sender of all of it.
pub fn refuse_name(w: Words, fields: &mut Fields, field: &str) {
    // Drivers read it too: the stricter list of the two.
    let found = forbidden::found_in(fields.get(field), true);
    if !found.is_empty() {
        let words = found.join(", ");
        fields.fail(field, w.f("services-public-forbidden", [("words", words.as_str())]));
    }
}

async fn render(desk: &Desk, fields: Fields, status: StatusCode) -> PageResult {
    let mut tx = desk.read().await?;
    let shell = desk.shell(&mut tx, Nav::Settings, desk.w().t("settings-clinic")).await?;
    let shell = shell.refused(!fields.is_ok());
    let (zone, zone_words) = (desk.site.timezone.name().to_owned(), desk.f().zone_words());
    page_with_status(status, &ClinicPage { shell, fields, zone, zone_words })
}
