//! A driver's address and phone put right, so that what failed or waits can reach them.

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};

use super::visit_states::back_of;
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::driver_contact::{change_contact, driver_of_site};
use crate::domain::ids::DriverId;
use crate::domain::patients::{parse_email, parse_phone};
use crate::web::kit::refusals::error_text;
use crate::web::kit::{Fields, Nav, PageError, PageResult, Shell, page_with_status, redirect_with_flash};

#[derive(Template)]
#[template(path = "pages/driver_contact.html")]
struct ContactPage {
    shell: Shell,
    fields: Fields,
    path: String,
    /// Whom they drive.
    patient: String,
    chart: String,
    /// That mail to the present address comes back, and the POST that lets mail go there again.
    bounced: Option<(String, String)>,
    back: String,
}

/// GET `/drivers/{id}/contact`
///
/// # Errors
/// [`PageError::NotFound`] for a driver of nobody here.
pub async fn show(desk: Desk, Path(id): Path<String>, uri: Uri) -> PageResult {
    let id = id_of(&id)?;
    let mut tx = desk.read().await?;
    let (driver, _) = driver_of_site(&mut tx, desk.site.id, id).await?;
    drop(tx);
    let mut fields = Fields::new();
    fields.set("phone", driver.phone.unwrap_or_default()).set("email", driver.email.unwrap_or_default());
    let back = back_of(&Fields::new(), &uri, "");
    fields.set("back", back);
    render(&desk, id, fields, StatusCode::OK).await
}

/// POST `/drivers/{id}/contact` with `phone`, `email` and `back`
///
/// # Errors
/// [`PageError::NotFound`] for a driver of nobody here.
pub async fn save(Path(id): Path<String>, uri: Uri, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let id = id_of(&id)?;
    let (w, f) = (desk.w(), desk.f());
    let mut contact = |name: &str, read: fn(&str) -> Option<String>, key: &str| {
        if fields.get(name).is_empty() { None } else { fields.parsed(name, read, &w.t(key)) }
    };
    let phone = contact("phone", parse_phone, "driver-phone-wrong");
    let email = contact("email", parse_email, "driver-email-wrong");
    if fields.get("phone").is_empty() && fields.get("email").is_empty() {
        fields.fail("phone", w.t("driver-contact-wrong"));
    }
    if !fields.is_ok() {
        return render(&desk, id, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let mut tx = desk.write().await?;
    let (driver, patient) = driver_of_site(&mut tx, desk.site.id, id).await?;
    match change_contact(&mut tx, &desk.actor(), desk.site.id, id, email, phone).await {
        Ok(()) => {
            tx.commit().await?;
            let back = back_of(&fields, &uri, &format!("/patients/{}", patient.id));
            let said = w.f("driver-contact-saved", [("name", driver.full_name.as_str())]);
            Ok(redirect_with_flash(&back, &said, None))
        }
        Err(error @ ActionError::Refused(_)) => {
            drop(tx);
            for line in error_text(w, f, &error) {
                fields.fail("phone", line);
            }
            render(&desk, id, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other.into()),
    }
}

fn id_of(text: &str) -> Result<DriverId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

async fn render(desk: &Desk, id: DriverId, fields: Fields, status: StatusCode) -> PageResult {
    let mut tx = desk.read().await?;
    let (driver, patient) = driver_of_site(&mut tx, desk.site.id, id).await?;
    let title = desk.w().f("driver-contact-title", [("name", driver.full_name.as_str())]);
    let shell = desk.shell(&mut tx, Nav::Patients, title).await?.refused(!fields.is_ok());
    let view = ContactPage {
        shell,
        path: format!("/drivers/{id}/contact"),
        patient: patient.full_name,
        chart: format!("/patients/{}", patient.id),
        bounced: driver.address_bounced_at.filter(|_| driver.mail_bounces()).map(|since| {
            let when = desk.f().when(since);
            let text = desk.w().f("driver-mail-bounces", [("when", when.as_str())]);
            (text, format!("/drivers/{id}/mail-again"))
        }),
        back: fields.get("back").to_owned(),
        fields,
    };
    page_with_status(status, &view)
}
