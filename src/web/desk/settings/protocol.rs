//! /settings/protocols/new and /settings/protocols/{id}: one course: visits, spacing, what goes before and after, its price.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use crate::actions::settings as acts;
use crate::domain::ids::ProtocolId;
use crate::domain::protocols::Protocol;
use crate::domain::services::Service;
use crate::store::Tx;
use crate::web::desk::{Desk, DeskForm};
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};

use super::protocol_form::{fill, read};
use super::{protocols, refuse};

/// Where saving leads.
const LIST: &str = "/settings/protocols";

#[derive(Template)]
#[template(path = "pages/settings_protocol.html")]
struct ProtocolPage {
    shell: Shell,
    fields: Fields,
    action: String,
    button: String,
    key: String,
    /// Services a course can consist of.
    main: Vec<(String, String)>,
    /// Services that can go before and after.
    talks: Vec<(String, String)>,
    /// "6 visits and what goes with them: $4,500", of what is in force.
    total: Option<String>,
}

/// GET new: the form with the usual numbers.
///
/// # Errors
/// When the database does not answer.
pub async fn new(desk: Desk) -> PageResult {
    let mut fields = Fields::new();
    fields.set("active", "yes");
    for (name, usual) in [("gap_min", "6"), ("gap_target", "7"), ("gap_max", "8")] {
        fields.set(name, usual);
    }
    render(&desk, None, fields, StatusCode::OK).await
}

/// GET one: the form with what is in force.
///
/// # Errors
/// When there is no such protocol or the database does not answer.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut tx = desk.read().await?;
    let protocol = find(&desk, &mut tx, &id).await?;
    drop(tx);
    let mut fields = Fields::new();
    fill(&mut fields, &protocol);
    render(&desk, Some(&protocol), fields, StatusCode::OK).await
}

/// POST new: adds the protocol.
///
/// # Errors
/// When the database does not answer.
pub async fn create(form: DeskForm) -> PageResult {
    store(form, None).await
}

/// POST one: saves it; running courses keep what they were planned with.
///
/// # Errors
/// When there is no such protocol or the database does not answer.
pub async fn save(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let mut tx = form.desk.read().await?;
    let protocol = find(&form.desk, &mut tx, &id).await?;
    drop(tx);
    store(form, Some(protocol)).await
}

async fn store(form: DeskForm, was: Option<Protocol>) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let id = was.as_ref().map_or_else(ProtocolId::new, |protocol| protocol.id);
    let mut tx = desk.write().await?;
    let services = tx.services(desk.site.id).await?;
    let Some(protocol) = read(w, &mut fields, &services, id) else {
        drop(tx);
        return render(&desk, was.as_ref(), fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let name = protocol.name.clone();
    if was.is_none() {
        let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
        if let Some(done) = tx.claim_key("add-protocol", &key, LIST).await? {
            return Ok(redirect(&done));
        }
    }
    match acts::save_protocol(&mut tx, &desk.actor(), desk.site.id, protocol, was.is_none()).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with_flash(LIST, &w.f("protocols-saved", [("name", name.as_str())]), None))
        }
        Err(error) => {
            drop(tx);
            refuse(w, &mut fields, "name", error)?;
            render(&desk, was.as_ref(), fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn find(desk: &Desk, tx: &mut Tx, id: &str) -> Result<Protocol, PageError> {
    let id: ProtocolId = id.parse().map_err(|_| PageError::NotFound)?;
    // The list is the site's own, so a protocol of another site is not found.
    let protocols = tx.protocols(desk.site.id).await?;
    protocols.into_iter().find(|protocol| protocol.id == id).ok_or(PageError::NotFound)
}

/// Services for a choice: those offered, and those the form holds already.
fn choices(services: &[Service], fields: &Fields, names: &[&str], treatments: bool) -> Vec<(String, String)> {
    services
        .iter()
        .filter(|service| service.category.needs_candidacy() == treatments)
        .map(|service| (service.active, service.id.to_string(), service.name.clone()))
        .filter(|(active, id, _)| *active || names.iter().any(|name| fields.checked(name, id)))
        .map(|(_, id, name)| (id, name))
        .collect()
}

async fn render(desk: &Desk, protocol: Option<&Protocol>, fields: Fields, status: StatusCode) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let services = tx.services(desk.site.id).await?;
    let title = protocol.map_or_else(|| w.t("protocols-new"), |protocol| protocol.name.clone());
    let shell = desk.shell(&mut tx, Nav::Settings, title).await?.refused(!fields.is_ok());
    let page = ProtocolPage {
        shell,
        action: protocol.map_or_else(|| format!("{LIST}/new"), |one| format!("{LIST}/{}", one.id)),
        button: protocol.map_or_else(
            || w.t("protocols-save-new"),
            |one| w.f("protocols-save", [("name", one.name.as_str())]),
        ),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        main: choices(&services, &fields, &["service"], true),
        talks: choices(&services, &fields, &["before_service", "after_service", "last_service"], false),
        total: protocol.map(|one| {
            let price = protocols::total(one, &services, &desk.site.currency);
            w.nf("protocols-total", one.visits, [("price", price.as_str())])
        }),
        fields,
    };
    page_with_status(status, &page)
}
