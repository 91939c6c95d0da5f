//! Sign in and out.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;

use super::Desk;
use super::signed_in::{SESSION_COOKIE, client_address, read_session, session_cookie};
use crate::app::App;
use crate::auth::sign_in::{SignIn, sign_in};
use crate::auth::token;
use crate::demo::DemoAccount;
use crate::store::AuditEntry;
use crate::web::kit::back::local_path;
use crate::web::kit::{Fields, PageError, PageResult, page_with_status, redirect};
use crate::words::Words;
use crate::words::format::Format;
use axum::extract::FromRequest;

#[derive(Template)]
#[template(path = "pages/sign_in.html")]
struct SignInPage {
    w: Words,
    fields: Fields,
    csrf: String,
    site_name: String,
    next: String,
    demo_accounts: Vec<DemoAccount>,
}

/// The form; whoever is signed in goes on, and an empty clinic is set up first.
pub async fn show(State(app): State<App>, request: Request) -> PageResult {
    let query = Fields::from_query(request.uri());
    if read_session(&app, request.headers()).await?.is_some() {
        return Ok(redirect(&local_path(query.get("next"), "/today")));
    }
    if !app.store.read(app.clock.now()).await?.has_staff().await? {
        return Ok(redirect("/setup"));
    }
    let mut fields = Fields::new();
    fields.set("next", local_path(query.get("next"), "/today"));
    render(&app, fields, StatusCode::OK).await
}

/// Signs in, or says what to do.
pub async fn post(State(app): State<App>, request: Request) -> PageResult {
    let (parts, body) = request.into_parts();
    let origin = client_address(&parts);
    let mut fields = Fields::from_request(Request::from_parts(parts, body), &app).await?;
    let w = Words::default();
    let email = fields.text("email", 254, &w.t("signin-enter-email")).unwrap_or_default();
    if fields.raw("password").is_empty() {
        fields.fail("password", w.t("signin-enter-password"));
    }
    if !fields.is_ok() {
        return render(&app, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let typed = fields.raw("password").to_owned();
    match sign_in(&app.store, &app.config, &email, &typed, origin, app.clock.now()).await? {
        SignIn::Welcome { token, .. } => {
            let mut response = redirect(&local_path(fields.get("next"), "/today"));
            set_cookie(&mut response, &session_cookie(&app, token).to_string());
            Ok(response)
        }
        SignIn::Wrong => {
            fields.fail("email", w.t("signin-wrong"));
            render(&app, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        SignIn::Locked(until) => {
            let site = app.store.read(app.clock.now()).await?.site().await?;
            let zone = site.map_or(chrono_tz::UTC, |site| site.timezone);
            let when = Format::new(zone, app.clock.now()).time(until);
            fields.fail("email", w.f("signin-too-many", [("when", &when)]));
            render(&app, fields, StatusCode::TOO_MANY_REQUESTS).await
        }
    }
}

/// Signs out: the session is gone at once.
pub async fn out(desk: Desk, State(app): State<App>, request: Request) -> PageResult {
    let jar = CookieJar::from_headers(request.headers());
    let fields = Fields::from_request(request, &app).await?;
    if fields.get("csrf") != desk.csrf {
        return Err(PageError::FormExpired);
    }
    if let Some(hash) = jar.get(SESSION_COOKIE).and_then(|cookie| token::hash(cookie.value())) {
        let mut tx = desk.write().await?;
        tx.delete_session(&hash).await?;
        tx.audit(AuditEntry::new("session.end", None, "staff", desk.staff.id.0));
        tx.commit().await?;
    }
    let mut response = redirect("/sign-in");
    set_cookie(&mut response, &format!("{SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

/// The way of somebody who is not signed in: to the form, and back to the page they asked for.
pub fn to_sign_in(uri: &Uri, is_get: bool) -> Response {
    let wanted = uri.path_and_query().map(ToString::to_string).filter(|_| is_get).unwrap_or_default();
    let next: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    redirect(&if next.is_empty() { "/sign-in".to_owned() } else { format!("/sign-in?next={next}") })
        .into_response()
}

async fn render(app: &App, mut fields: Fields, status: StatusCode) -> PageResult {
    let site = app.store.read(app.clock.now()).await?.site().await?;
    let next = local_path(fields.get("next"), "/today");
    fields.set("password", "");
    let page = SignInPage {
        w: Words::default(),
        fields,
        csrf: String::new(),
        site_name: site.map(|site| site.name).unwrap_or_default(),
        next,
        demo_accounts: app.demo_accounts.to_vec(),
    };
    page_with_status(status, &page)
}

pub(super) fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
