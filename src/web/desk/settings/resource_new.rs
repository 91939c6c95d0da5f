//! /settings/resources/new: a room. (People become bookable on their account's page.)

use askama::Template;
use axum::http::StatusCode;

use crate::actions::settings as acts;
use crate::actions::{ActionError, Actor};
use crate::domain::defaults;
use crate::domain::ids::ResourceId;
use crate::store::Tx;
use crate::store::resources::Resource;
use crate::web::desk::{Desk, DeskForm};
use crate::web::kit::{
    Fields, Nav, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};

use super::{NAME_MAX, kind_choices, refuse, ticked_kinds};

#[derive(Template)]
#[template(path = "pages/settings_resource_new.html")]
struct NewRoomPage {
    shell: Shell,
    fields: Fields,
    key: String,
    kinds: Vec<(String, String)>,
}

/// GET: the empty form.
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    render(&desk, Fields::new(), StatusCode::OK).await
}

/// POST: adds the room, open at the usual hours, and shows it.
///
/// # Errors
/// When the database does not answer.
pub async fn create(form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let name = fields.text("name", NAME_MAX, &w.t("resources-enter-name"));
    let serves = ticked_kinds(&fields, "kinds", true);
    if serves.is_empty() {
        fields.fail("kinds", w.t("resources-choose-kind"));
    }
    let (Some(name), true) = (name, fields.is_ok()) else {
        return render(&desk, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let id = ResourceId::new();
    let path = format!("/settings/resources/{id}");
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    if let Some(done) = tx.claim_key("add-room", &key, &path).await? {
        return Ok(redirect(&done));
    }
    let room = Resource {
        id,
        site_id: desk.site.id,
        staff_id: None,
        name: name.clone(),
        serves,
        position: 0,
        active: true,
        created_at: tx.now(),
    };
    match add(&mut tx, &desk.actor(), room).await {
        Ok(()) => {
            tx.commit().await?;
            let text = w.f("resources-added", [("name", name.as_str())]);
            Ok(redirect_with_flash(&path, &text, None))
        }
        Err(error) => {
            drop(tx);
            refuse(w, &mut fields, "name", error)?;
            render(&desk, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn add(tx: &mut Tx, actor: &Actor, mut room: Resource) -> Result<(), ActionError> {
    let (id, site) = (room.id, room.site_id);
    room.position = i64::try_from(tx.resources(site).await?.len()).unwrap_or(i64::MAX);
    acts::save_resource(tx, actor, site, room, true).await?;
    acts::set_hours(tx, actor, id, defaults::weekly_hours()).await
}

async fn render(desk: &Desk, fields: Fields, status: StatusCode) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let shell = desk.shell(&mut tx, Nav::Settings, w.t("resources-new")).await?.refused(!fields.is_ok());
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    page_with_status(status, &NewRoomPage { shell, fields, key, kinds: kind_choices(w, true) })
}
