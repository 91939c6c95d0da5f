//! /settings/staff/{id}: a known account; its sign-in name stays, an empty password leaves the old one.

use axum::extract::Path;
use axum::http::StatusCode;

use crate::actions::ActionError;
use crate::actions::settings as acts;
use crate::auth::password;
use crate::domain::ids::StaffId;
use crate::domain::roles::Roles;
use crate::store::Tx;
use crate::store::staff::Staff;
use crate::web::desk::{Desk, DeskForm};
use crate::web::kit::{Fields, PageError, PageResult, redirect_with_flash};

use super::refuse;
use super::staff_form::{self, Frame};

/// What was read from the form.
struct Change {
    full_name: String,
    roles: Roles,
    active: bool,
    password_hash: Option<String>,
    bookable: bool,
}

async fn find(desk: &Desk, tx: &mut Tx, id: &str) -> Result<Staff, PageError> {
    let id: StaffId = id.parse().map_err(|_| PageError::NotFound)?;
    tx.staff(id).await?.filter(|one| one.site_id == desk.site.id).ok_or(PageError::NotFound)
}

/// GET: the form with what is in force.
///
/// # Errors
/// When there is no such account or the database does not answer.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut tx = desk.read().await?;
    let staff = find(&desk, &mut tx, &id).await?;
    let resource = staff_form::resource_of(&mut tx, desk.site.id, staff.id).await?;
    let mut fields = Fields::new();
    fields.set("full_name", staff.full_name.clone());
    for role in staff.roles.list() {
        fields.add("roles", role.as_str());
    }
    if staff.active {
        fields.set("active", "yes");
    }
    if resource.is_some_and(|one| one.active) {
        fields.set("bookable", "yes");
    }
    drop(tx);
    render(&desk, &staff, fields, StatusCode::OK).await
}

/// POST: saves it; the account's sessions end.
///
/// # Errors
/// When there is no such account or the database does not answer.
pub async fn save(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let mut tx = desk.read().await?;
    let staff = find(&desk, &mut tx, &id).await?;
    drop(tx);
    let name = staff_form::read_name(w, &mut fields);
    let roles = staff_form::read_roles(w, &mut fields);
    let bookable = staff_form::read_bookable(w, &mut fields, roles.as_ref());
    let typed =
        if fields.raw("password").is_empty() { None } else { staff_form::read_password(w, &mut fields) };
    let (Some(full_name), Some(roles), true) = (name, roles, fields.is_ok()) else {
        return render(&desk, &staff, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let password_hash = match typed {
        Some(typed) => Some(password::hash(&typed).await.map_err(PageError::Internal)?),
        None => None,
    };
    let active = fields.checked("active", "yes");
    let change = Change { full_name: full_name.clone(), roles, active, password_hash, bookable };
    let mut tx = desk.write().await?;
    match apply(&desk, &mut tx, &staff, change).await {
        Ok(()) => {
            tx.commit().await?;
            let text = w.f("staff-saved", [("name", full_name.as_str())]);
            Ok(redirect_with_flash("/settings/staff", &text, None))
        }
        Err(error) => {
            drop(tx);
            refuse(w, &mut fields, "roles", error)?;
            render(&desk, &staff, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn apply(desk: &Desk, tx: &mut Tx, staff: &Staff, change: Change) -> Result<(), ActionError> {
    let (site, actor) = (desk.site.id, desk.actor());
    let Change { full_name, roles, active, password_hash, bookable } = change;
    acts::change_staff(tx, &actor, staff.id, full_name.clone(), roles.clone(), active, password_hash).await?;
    // Who may not sign in any more is not offered for new visits either.
    let bookable = bookable && active;
    match staff_form::resource_of(tx, site, staff.id).await? {
        None if bookable => staff_form::add_bookable(tx, &actor, site, staff.id, full_name, &roles).await,
        None => Ok(()),
        Some(mut resource) => {
            let was = (resource.active, resource.name.clone(), resource.serves.clone());
            resource.active = bookable;
            // A calendar name the owner chose ("Dr. Okafor") stays; one that was the old full name follows it.
            if resource.name == staff.full_name {
                resource.name = full_name;
            }
            if roles != staff.roles && bookable {
                resource.serves = staff_form::kinds_of(&roles);
            }
            if was == (resource.active, resource.name.clone(), resource.serves.clone()) {
                return Ok(());
            }
            acts::save_resource(tx, &actor, site, resource, false).await
        }
    }
}

async fn render(desk: &Desk, staff: &Staff, fields: Fields, status: StatusCode) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let resource = staff_form::resource_of(&mut tx, desk.site.id, staff.id).await?;
    let frame = Frame {
        title: staff.full_name.clone(),
        action: format!("/settings/staff/{}", staff.id),
        key: String::new(),
        email: Some(staff.email.clone()),
        resource: resource.map(|one| one.id),
        button: w.f("staff-save", [("name", staff.full_name.as_str())]),
    };
    staff_form::render(desk, &mut tx, frame, fields, status).await
}
