//! GET /settings/services: what the clinic offers, how long it takes and what it costs.

use askama::Template;
use chrono::TimeDelta;

use crate::domain::services::Service;
use crate::web::desk::Desk;
use crate::web::kit::{Nav, PageResult, Shell, page};
use crate::words::Words;
use crate::words::format::{duration, money};

use super::ListRow;

#[derive(Template)]
#[template(path = "pages/settings_services.html")]
struct ServicesPage {
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
    let shell = desk.shell(&mut tx, Nav::Settings, w.t("settings-services")).await?;
    let rows = services.into_iter().map(|service| row(w, service, &desk.site.currency)).collect();
    page(&ServicesPage { shell, rows })
}

fn row(w: Words, service: Service, currency: &str) -> ListRow {
    ListRow {
        href: format!("/settings/services/{}", service.id),
        cells: vec![
            w.t(service.category.word_key()),
            service.public_name.clone(),
            duration(TimeDelta::minutes(service.minutes())),
            money(service.price_cents, currency),
            w.t(if service.active { "services-offered" } else { "services-not-offered" }),
        ],
        name: service.name,
        active: service.active,
    }
}
