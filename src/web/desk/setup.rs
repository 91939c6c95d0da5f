//! First start: the first visitor names the clinic and creates the owner's account. Afterwards the page is gone.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use super::settings::clinic::refuse_name;
use super::sign_in::set_cookie;
use super::signed_in::session_cookie;
use crate::actions::ActionError;
use crate::actions::setup::{NewClinic, set_up};
use crate::app::App;
use crate::auth::password;
use crate::auth::sign_in::{SignIn, sign_in};
use crate::domain::patients::{parse_email, parse_name, parse_phone};
use crate::store::AuditContext;
use crate::web::kit::{Fields, PageError, PageResult, page_with_status, redirect};
use crate::words::Words;

#[derive(Template)]
#[template(path = "pages/setup.html")]
struct SetupPage {
    w: Words,
    fields: Fields,
    csrf: String,
    zones: Vec<String>,
}

/// The form, while nobody can sign in.
pub async fn show(State(app): State<App>) -> PageResult {
    if app.store.read(app.clock.now()).await?.has_staff().await? {
        return Ok(redirect("/sign-in"));
    }
    let mut fields = Fields::new();
    fields.set("usual", "yes").set("zone", "America/New_York");
    render(fields, StatusCode::OK)
}

/// Sets the clinic up and signs its owner in.
pub async fn post(State(app): State<App>, mut fields: Fields) -> PageResult {
    let now = app.clock.now();
    if app.store.read(now).await?.has_staff().await? {
        return Ok(redirect("/sign-in"));
    }
    let w = Words::default();
    let Some((new, typed)) = read(w, &mut fields).await? else {
        return render(fields, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let email = new.owner_email.clone();
    let mut tx = app
        .store
        .write(AuditContext { actor: new.owner_name.clone(), ..AuditContext::default() }, now)
        .await?;
    match set_up(&mut tx, w, &app.config.rules, new).await {
        Ok(_) => tx.commit().await?,
        // Somebody else was first; their owner lets others in.
        Err(ActionError::Changed) => return Ok(redirect("/sign-in")),
        Err(error) => return Err(error.into()),
    }
    let mut response = redirect("/today");
    if let SignIn::Welcome { token, .. } = sign_in(&app.store, &app.config, &email, &typed, None, now).await?
    {
        set_cookie(&mut response, &session_cookie(&app, token).to_string());
    }
    Ok(response)
}

async fn read(w: Words, fields: &mut Fields) -> Result<Option<(NewClinic, String)>, PageError> {
    let name = fields.text("site_name", 120, &w.t("setup-enter-site-name"));
    refuse_name(w, fields, "site_name");
    let zone = fields.parsed("zone", |text| text.parse().ok(), &w.t("setup-enter-zone"));
    let phone = fields.parsed("phone", parse_phone, &w.t("setup-enter-phone"));
    let email = fields.parsed("email", parse_email, &w.t("setup-enter-email"));
    let address = fields.text("address", 200, &w.t("setup-enter-address"));
    let owner_name = fields.parsed("owner_name", parse_name, &w.t("setup-enter-owner-name"));
    let owner_email = fields.parsed("owner_email", parse_email, &w.t("setup-enter-owner-email"));
    let typed = fields.raw("password").to_owned();
    if typed.chars().count() < password::MIN_LENGTH || typed.len() > password::MAX_BYTES {
        fields.fail("password", w.t("setup-enter-password"));
    }
    let (
        Some(name),
        Some(zone),
        Some(phone),
        Some(email),
        Some(address),
        Some(owner_name),
        Some(owner_email),
        true,
    ) = (name, zone, phone, email, address, owner_name, owner_email, fields.is_ok())
    else {
        return Ok(None);
    };
    let owner_password_hash = password::hash(&typed).await.map_err(PageError::Internal)?;
    let usual = fields.checked("usual", "yes");
    let new =
        NewClinic { name, zone, phone, email, address, owner_name, owner_email, owner_password_hash, usual };
    Ok(Some((new, typed)))
}

fn render(fields: Fields, status: StatusCode) -> PageResult {
    let zones = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name().to_owned()).collect();
    page_with_status(status, &SetupPage { w: Words::default(), fields, csrf: String::new(), zones })
}
