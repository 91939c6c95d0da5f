//! /settings/services/new and /settings/services/{id}: one service with its phases and its price.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use crate::actions::settings as acts;
use crate::domain::companions::{Companion, Venue, place_faults};
use crate::domain::ids::ServiceId;
use crate::domain::services::{Category, Service};
use crate::mail::forbidden;
use crate::store::Tx;
use crate::web::desk::{Desk, DeskForm};
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};
use crate::words::Words;

use super::phases::{self, PhaseRow};
use super::{NAME_MAX, refuse};

/// Where saving leads.
const LIST: &str = "/settings/services";

#[derive(Template)]
#[template(path = "pages/settings_service.html")]
struct ServicePage {
    shell: Shell,
    fields: Fields,
    action: String,
    button: String,
    key: String,
    categories: Vec<(String, String)>,
    venues: Vec<(String, String)>,
    companions: Vec<(String, String)>,
    rows: Vec<PhaseRow>,
}

/// GET new: the empty form.
///
/// # Errors
/// When the database does not answer.
pub async fn new(desk: Desk) -> PageResult {
    let mut fields = Fields::new();
    fields.set("active", "yes");
    fields.set("venue", Venue::Clinic.as_str()).set("companion", Companion::Driver.as_str());
    render(&desk, None, fields, StatusCode::OK).await
}

/// GET one: the form with what is in force.
///
/// # Errors
/// When there is no such service or the database does not answer.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut tx = desk.read().await?;
    let service = find(&desk, &mut tx, &id).await?;
    drop(tx);
    let mut fields = Fields::new();
    fields
        .set("name", service.name.clone())
        .set("public_name", service.public_name.clone())
        .set("category", service.category.as_str())
        .set("venue", service.venue.as_str())
        .set("companion", service.companion.as_str())
        .set("price", price_input(service.price_cents));
    if service.active {
        fields.set("active", "yes");
    }
    phases::fill(&mut fields, &service.phases);
    render(&desk, Some(&service), fields, StatusCode::OK).await
}

/// POST new: adds the service.
///
/// # Errors
/// When the database does not answer.
pub async fn create(form: DeskForm) -> PageResult {
    store(form, None).await
}

/// POST one: saves it; booked visits keep what they were booked with.
///
/// # Errors
/// When there is no such service or the database does not answer.
pub async fn save(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let mut tx = form.desk.read().await?;
    let service = find(&form.desk, &mut tx, &id).await?;
    drop(tx);
    store(form, Some(service)).await
}

async fn store(form: DeskForm, was: Option<Service>) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let id = was.as_ref().map_or_else(ServiceId::new, |service| service.id);
    let Some(service) = read(w, &mut fields, id) else {
        return render(&desk, was.as_ref(), fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let name = service.name.clone();
    let mut tx = desk.write().await?;
    if was.is_none() {
        let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
        if let Some(done) = tx.claim_key("add-service", &key, LIST).await? {
            return Ok(redirect(&done));
        }
    }
    match acts::save_service(&mut tx, &desk.actor(), desk.site.id, service, was.is_none()).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with_flash(LIST, &w.f("services-saved", [("name", name.as_str())]), None))
        }
        Err(error) => {
            drop(tx);
            refuse(w, &mut fields, "name", error)?;
            render(&desk, was.as_ref(), fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

fn read(w: Words, fields: &mut Fields, id: ServiceId) -> Option<Service> {
    let name = fields.text("name", NAME_MAX, &w.t("services-enter-name"));
    let public_name = fields.text("public_name", NAME_MAX, &w.t("services-enter-public-name"));
    if let Some(text) = &public_name {
        // Patients and drivers read this name in mail: the stricter list of the two.
        let found = forbidden::found_in(text, true);
        if !found.is_empty() {
            let words = found.join(", ");
            fields.fail("public_name", w.f("services-public-forbidden", [("words", words.as_str())]));
        }
    }
    let category = fields.parsed("category", Category::parse, &w.t("services-choose-category"));
    // A form without these says what every service was before there was a choice.
    let venue = choice(fields, "venue", Venue::parse, Venue::Clinic, &w.t("services-choose-venue"));
    let companion =
        choice(fields, "companion", Companion::parse, Companion::Driver, &w.t("services-choose-companion"));
    if let (Some(category), Some(venue), Some(companion)) = (category, venue, companion) {
        for (field, key) in place_faults(category, venue, companion) {
            fields.fail(field, w.t(key));
        }
    }
    let price_cents = fields.cents("price", &w.t("services-enter-price"));
    let phases = phases::read(w, fields);
    let active = fields.checked("active", "yes");
    let service = Service {
        id,
        name: name?,
        public_name: public_name?,
        category: category?,
        venue: venue?,
        companion: companion?,
        phases,
        price_cents: price_cents?,
        active,
    };
    fields.is_ok().then_some(service)
}

/// What was chosen, the usual where the form has no such field, or a message at the field.
fn choice<T>(
    fields: &mut Fields,
    name: &str,
    read: fn(&str) -> Option<T>,
    usual: T,
    message: &str,
) -> Option<T> {
    if fields.has(name) { fields.parsed(name, read, message) } else { Some(usual) }
}

/// Cents as the price field holds them: "250" or "250.50".
pub(super) fn price_input(cents: i64) -> String {
    if cents % 100 == 0 { (cents / 100).to_string() } else { format!("{}.{:02}", cents / 100, cents % 100) }
}

async fn find(desk: &Desk, tx: &mut Tx, id: &str) -> Result<Service, PageError> {
    let id: ServiceId = id.parse().map_err(|_| PageError::NotFound)?;
    // The list is the site's own, so a service of another site is not found.
    let services = tx.services(desk.site.id).await?;
    services.into_iter().find(|service| service.id == id).ok_or(PageError::NotFound)
}

async fn render(desk: &Desk, service: Option<&Service>, fields: Fields, status: StatusCode) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let title = service.map_or_else(|| w.t("services-new"), |service| service.name.clone());
    let shell = desk.shell(&mut tx, Nav::Settings, title).await?.refused(!fields.is_ok());
    let page = ServicePage {
        shell,
        action: service.map_or_else(|| format!("{LIST}/new"), |service| format!("{LIST}/{}", service.id)),
        button: service.map_or_else(
            || w.t("services-save-new"),
            |service| w.f("services-save", [("name", service.name.as_str())]),
        ),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        categories: Category::ALL.iter().map(|one| (one.as_str().to_owned(), w.t(one.word_key()))).collect(),
        venues: Venue::ALL.iter().map(|one| (one.as_str().to_owned(), w.t(one.word_key()))).collect(),
        companions: Companion::ALL.iter().map(|one| (one.as_str().to_owned(), w.t(one.word_key()))).collect(),
        rows: phases::rows(w, &fields),
        fields,
    };
    page_with_status(status, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_survives_the_form() {
        for cents in [0, 25_000, 25_050, 5] {
            let mut fields = Fields::new();
            fields.set("price", price_input(cents));
            assert_eq!(fields.cents("price", ""), Some(cents));
        }
    }

    #[test]
    fn a_treatment_at_home_without_a_sitter_is_refused_at_the_field() {
        let read_with = |typed: &str| {
            let mut fields = Fields::parse(
                format!(
                    "name=Session&public_name=Visit+at+home&category=treatment&price=200\
                     &phase_1_name=session&phase_1_offset=0&phase_1_minutes=60&phase_1_needs=attendant&{typed}"
                )
                .as_bytes(),
            );
            let service = read(Words::default(), &mut fields, ServiceId::new());
            (service.is_some(), fields.error("companion").is_some())
        };
        assert_eq!(read_with("venue=home&companion=driver"), (false, true));
        assert_eq!(read_with("venue=home&companion=sitter"), (true, false));
        assert_eq!(read_with(""), (true, false), "the clinic and a driver, unless somebody says otherwise");
    }

    #[test]
    fn a_public_name_with_a_clinical_word_is_refused_and_the_default_ones_are_not() {
        let w = Words::default();
        let mut fields =
            Fields::parse(b"name=Infusion&public_name=Ketamine+visit&category=treatment&price=500");
        assert_eq!(read(w, &mut fields, ServiceId::new()), None);
        assert!(fields.error("public_name").is_some());
        for service in crate::domain::defaults::services(w) {
            assert!(forbidden::found_in(&service.public_name, true).is_empty(), "{}", service.public_name);
        }
    }
}
