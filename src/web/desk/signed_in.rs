//! From the cookie to the account: reads the session, ends idle ones, and carries the sentence about what just happened.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use chrono::TimeDelta;

use crate::app::App;
use crate::auth::token;
use crate::store::sessions::Session;
use crate::store::sites::Site;
use crate::store::staff::Staff;
use crate::store::{AuditContext, StoreError};
use crate::web::kit::Flash;

/// Name of the session's cookie.
pub const SESSION_COOKIE: &str = "session";
/// Name of the cookie that carries the sentence about what just happened.
pub const FLASH_COOKIE: &str = "flash";
/// A session's last use is written down at most this often (seconds): reading a page should not be a write.
const TOUCH_SECONDS: i64 = 60;

/// The account behind a request.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub staff: Staff,
    /// Where.
    pub site: Site,
    /// Their session.
    pub session: Session,
}

/// Reads the request's session; `None` when there is none, it ended, or its account was closed.
///
/// # Errors
/// When the store fails.
pub async fn read_session(app: &App, headers: &HeaderMap) -> Result<Option<SignedIn>, StoreError> {
    let jar = CookieJar::from_headers(headers);
    let Some(hash) = jar.get(SESSION_COOKIE).and_then(|cookie| token::hash(cookie.value())) else {
        return Ok(None);
    };
    let now = app.clock.now();
    let mut tx = app.store.read(now).await?;
    let Some(session) = tx.session(&hash).await? else { return Ok(None) };
    // The demo's clock jumps by days; only real idleness may sign a visitor out there.
    let idle = TimeDelta::minutes(app.config.session_idle_minutes);
    let ended = !app.config.demo && (session.expires_at <= now || session.seen_at + idle <= now);
    let staff = tx.staff(session.staff_id).await?.filter(|staff| staff.active && !ended);
    let (Some(staff), Some(site)) = (staff, tx.site().await?) else { return Ok(None) };
    drop(tx);
    if session.seen_at + TimeDelta::seconds(TOUCH_SECONDS) <= now {
        let mut tx = app.store.write(AuditContext::system(), now).await?;
        tx.touch_session(&hash, now).await?;
        tx.commit().await?;
    }
    Ok(Some(SignedIn { staff, site, session }))
}

/// The cookie of a new session; it ends with the browser, the server ends it sooner.
pub fn session_cookie(app: &App, token: String) -> Cookie<'static> {
    Cookie::build((SESSION_COOKIE, token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.config.secure_cookies)
        .build()
}

/// The sentence about what just happened, if the request carries one.
pub fn read_flash(headers: &HeaderMap) -> Option<Flash> {
    let jar = CookieJar::from_headers(headers);
    let held = jar.get(FLASH_COOKIE)?.value().to_owned();
    let mut flash = Flash::default();
    for (name, value) in form_urlencoded::parse(held.as_bytes()) {
        match name.as_ref() {
            "t" => flash.text = value.into_owned(),
            // Only paths of ours: what a cookie says may not send a form elsewhere.
            "u" if value.starts_with('/') && !value.starts_with("//") => {
                flash.undo = Some(value.into_owned())
            }
            _ => {}
        }
    }
    (!flash.text.is_empty()).then_some(flash)
}

/// The client's address as the socket knows it; headers anybody can write are not believed.
pub fn client_address(parts: &Parts) -> Option<String> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string())
}
