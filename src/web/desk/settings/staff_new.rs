//! /settings/staff/new: an account, and the bookable time that goes with it.

use axum::http::StatusCode;

use crate::actions::ActionError;
use crate::actions::settings::{self as acts, NewStaff};
use crate::auth::password;
use crate::domain::patients::parse_email;
use crate::store::Tx;
use crate::web::desk::{Desk, DeskForm};
use crate::web::kit::{Fields, PageError, PageResult, idempotency, redirect, redirect_with_flash};

use super::refuse;
use super::staff_form::{self, Frame};

/// Where this leads.
const LIST: &str = "/settings/staff";

/// GET: the empty form.
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    render(&desk, Fields::new(), StatusCode::OK).await
}

/// POST: adds the account.
///
/// # Errors
/// When the database does not answer.
pub async fn create(form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let name = staff_form::read_name(w, &mut fields);
    let email =
        fields.parsed("email", parse_email, &w.t("staff-enter-email")).map(|email| email.to_lowercase());
    let roles = staff_form::read_roles(w, &mut fields);
    let bookable = staff_form::read_bookable(w, &mut fields, roles.as_ref());
    let typed = staff_form::read_password(w, &mut fields);
    let (Some(full_name), Some(email), Some(roles), Some(typed), true) =
        (name, email, roles, typed, fields.is_ok())
    else {
        return render(&desk, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let password_hash = password::hash(&typed).await.map_err(PageError::Internal)?;
    let new = NewStaff { full_name: full_name.clone(), email, roles, password_hash };
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    if let Some(done) = tx.claim_key("add-account", &key, LIST).await? {
        return Ok(redirect(&done));
    }
    match add(&desk, &mut tx, new, bookable).await {
        Ok(()) => {
            tx.commit().await?;
            let text = w.f("staff-added", [("name", full_name.as_str())]);
            Ok(redirect_with_flash(LIST, &text, None))
        }
        Err(error) => {
            drop(tx);
            refuse(w, &mut fields, "email", error)?;
            render(&desk, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn add(desk: &Desk, tx: &mut Tx, new: NewStaff, bookable: bool) -> Result<(), ActionError> {
    let (site, actor) = (desk.site.id, desk.actor());
    let (name, roles) = (new.full_name.clone(), new.roles.clone());
    let id = acts::add_staff(tx, &actor, site, new).await?;
    if bookable {
        staff_form::add_bookable(tx, &actor, site, id, name, &roles).await?;
    }
    Ok(())
}

async fn render(desk: &Desk, fields: Fields, status: StatusCode) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let frame = Frame {
        title: w.t("staff-new"),
        action: "/settings/staff/new".to_owned(),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        email: None,
        resource: None,
        button: w.t("staff-save-new"),
    };
    staff_form::render(desk, &mut tx, frame, fields, status).await
}
