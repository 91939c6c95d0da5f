//! /settings/resources/{id}: one person or room: name, kinds, weekly hours, whether it can be booked, absences.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use crate::actions::settings as acts;
use crate::actions::{ActionError, Actor};
use crate::domain::ids::ResourceId;
use crate::store::Tx;
use crate::store::resources::Resource;
use crate::web::desk::{Desk, DeskForm};
use crate::web::kit::{Fields, Nav, PageError, PageResult, Shell, page_with_status, redirect_with_flash};

use super::absences::{self, AbsenceRow};
use super::week::{self, DayRow};
use super::{NAME_MAX, kind_choices, refuse, ticked_kinds};

#[derive(Template)]
#[template(path = "pages/settings_resource.html")]
struct ResourcePage {
    shell: Shell,
    fields: Fields,
    action: String,
    button: String,
    kinds: Vec<(String, String)>,
    days: Vec<DayRow>,
    /// The account behind a person.
    account: Option<String>,
    /// A room's calendar address.
    feed: Option<String>,
    absences: Vec<AbsenceRow>,
}

/// The resource an address names, if it is this site's.
///
/// # Errors
/// When it is not, or the database does not answer.
pub async fn find(desk: &Desk, tx: &mut Tx, id: &str) -> Result<Resource, PageError> {
    let id: ResourceId = id.parse().map_err(|_| PageError::NotFound)?;
    tx.resource(id).await?.filter(|one| one.site_id == desk.site.id).ok_or(PageError::NotFound)
}

/// GET: the form with what is in force.
///
/// # Errors
/// When there is no such resource or the database does not answer.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut tx = desk.read().await?;
    let resource = find(&desk, &mut tx, &id).await?;
    drop(tx);
    render_in_force(&desk, &resource, Fields::new(), StatusCode::OK).await
}

/// POST: saves name, kinds, hours and whether it can be booked.
///
/// # Errors
/// When there is no such resource or the database does not answer.
pub async fn save(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let mut tx = desk.read().await?;
    let was = find(&desk, &mut tx, &id).await?;
    drop(tx);
    let name = fields.text("name", NAME_MAX, &w.t("resources-enter-name"));
    let serves = ticked_kinds(&fields, "kinds", was.is_room());
    if serves.is_empty() {
        fields.fail("kinds", w.t("resources-choose-kind"));
    }
    let hours = week::read(w, &mut fields);
    let (Some(name), true) = (name, fields.is_ok()) else {
        return render(&desk, &was, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let active = fields.checked("active", "yes");
    let resource = Resource { name: name.clone(), serves, active, ..was.clone() };
    let mut tx = desk.write().await?;
    match apply(&mut tx, &desk.actor(), resource, hours).await {
        Ok(()) => {
            tx.commit().await?;
            let text = w.f("resources-saved", [("name", name.as_str())]);
            Ok(redirect_with_flash("/settings/resources", &text, None))
        }
        Err(error) => {
            drop(tx);
            refuse(w, &mut fields, "name", error)?;
            render(&desk, &was, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn apply(
    tx: &mut Tx,
    actor: &Actor,
    resource: Resource,
    hours: Vec<(i64, i64, i64)>,
) -> Result<(), ActionError> {
    let (id, site) = (resource.id, resource.site_id);
    acts::save_resource(tx, actor, site, resource, false).await?;
    acts::set_hours(tx, actor, id, hours).await
}

/// The page with the resource as it is in force; `fields` may hold a refused absence.
///
/// # Errors
/// When the database does not answer.
pub async fn render_in_force(
    desk: &Desk,
    resource: &Resource,
    mut fields: Fields,
    status: StatusCode,
) -> PageResult {
    let mut tx = desk.read().await?;
    let hours: Vec<(i64, i64, i64)> = tx
        .weekly_hours(desk.site.id)
        .await?
        .into_iter()
        .filter(|row| row.resource_id == resource.id)
        .map(|row| (row.weekday, row.from_minute, row.to_minute))
        .collect();
    drop(tx);
    fields.set("name", resource.name.clone());
    for kind in &resource.serves {
        fields.add("kinds", kind.as_str());
    }
    if resource.active {
        fields.set("active", "yes");
    }
    week::fill(&mut fields, &hours);
    render(desk, resource, fields, status).await
}

async fn render(desk: &Desk, resource: &Resource, fields: Fields, status: StatusCode) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let absences = absences::rows(desk, &mut tx, resource.id).await?;
    let shell = desk.shell(&mut tx, Nav::Settings, resource.name.clone()).await?.refused(!fields.is_ok());
    let page = ResourcePage {
        days: week::rows(w, &fields),
        shell,
        fields,
        action: format!("/settings/resources/{}", resource.id),
        button: w.f("resources-save", [("name", resource.name.as_str())]),
        kinds: kind_choices(w, resource.is_room()),
        account: resource.staff_id.map(|id| format!("/settings/staff/{id}")),
        feed: resource.is_room().then(|| format!("/settings/resources/{}/feed", resource.id)),
        absences,
    };
    page_with_status(status, &page)
}
