//! GET /settings/protocols: the courses the clinic offers, with their number of visits and total price.

use askama::Template;

use crate::domain::ids::ServiceId;
use crate::domain::protocols::Protocol;
use crate::domain::services::Service;
use crate::web::desk::Desk;
use crate::web::kit::{Nav, PageResult, Shell, page};
use crate::words::Words;
use crate::words::format::money;

use super::ListRow;

#[derive(Template)]
#[template(path = "pages/settings_protocols.html")]
struct ProtocolsPage {
    shell: Shell,
    rows: Vec<ListRow>,
}

/// The list.
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let services = tx.services(desk.site.id).await?;
    let protocols = tx.protocols(desk.site.id).await?;
    let shell = desk.shell(&mut tx, Nav::Settings, w.t("settings-protocols")).await?;
    let rows = protocols.into_iter().map(|one| row(w, one, &services, &desk.site.currency)).collect();
    page(&ProtocolsPage { shell, rows })
}

fn row(w: Words, protocol: Protocol, services: &[Service], currency: &str) -> ListRow {
    let service = services.iter().find(|service| service.id == protocol.service);
    ListRow {
        href: format!("/settings/protocols/{}", protocol.id),
        cells: vec![
            protocol.programme.clone(),
            service.map(|service| service.name.clone()).unwrap_or_default(),
            protocol.visits.to_string(),
            total(&protocol, services, currency),
            w.t(if protocol.active { "protocols-offered" } else { "protocols-not-offered" }),
        ],
        name: protocol.name,
        active: protocol.active,
    }
}

/// What the whole course costs at the prices in force: "$4,500".
pub fn total(protocol: &Protocol, services: &[Service], currency: &str) -> String {
    let price = |id: ServiceId| {
        services.iter().find(|service| service.id == id).map_or(0, |service| service.price_cents)
    };
    money(protocol.total_cents(protocol.visits, price), currency)
}
