//! The matrix of routes and roles, from the route table itself: what is not allowed is refused, what is allowed is not.

use axum::http::StatusCode;
use seriesbook::web::routes::{Access, table};

use super::{ACCOUNTS, filled, takes};
use crate::support::clinic::Clinic;
use crate::support::databases::{count, sqlite};
use crate::support::web::Browser;

const NO_ID: &str = "0198c0de-0000-7000-8000-000000000000";

#[tokio::test]
async fn nobody_signed_out_gets_past_the_sign_in_page() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clinic = Clinic::open(sqlite(&folder).await).await;
    let staff =
        table().into_iter().filter(|route| matches!(route.access, Access::Staff(_) | Access::AnyStaff));
    for route in staff {
        let (path, mut browser) = (filled(&route, NO_ID), Browser::of(&clinic));
        let page =
            if takes(&route, "GET") { browser.get(&path).await } else { browser.post(&path, &[]).await };
        page.goes_to("/sign-in");
    }
}

#[tokio::test]
async fn each_role_gets_exactly_what_its_permissions_allow_and_no_form_without_its_token_changes_anything() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clinic = Clinic::open(sqlite(&folder).await).await;
    for (email, role) in ACCOUNTS {
        let mut browser = Browser::of(&clinic);
        browser.sign_in(email).await;
        let before = count(clinic.store(), "SELECT COUNT(*) FROM audit").await;
        for route in table() {
            let Access::Staff(permission) = route.access else { continue };
            let path = filled(&route, NO_ID);
            browser.forget_hidden();
            let page =
                if takes(&route, "GET") { browser.get(&path).await } else { browser.post(&path, &[]).await };
            if !role.allows(permission) {
                page.is(StatusCode::FORBIDDEN);
            } else if takes(&route, "GET") {
                assert_ne!(page.status, StatusCode::FORBIDDEN, "{email} {path}");
                assert!(!page.status.is_server_error(), "{email} {path}: {}", page.status);
                assert!(page.location().is_none_or(|to| !to.starts_with("/sign-in")), "{email} {path}");
            } else {
                page.is(StatusCode::BAD_REQUEST);
            }
        }
        assert_eq!(count(clinic.store(), "SELECT COUNT(*) FROM audit").await, before, "{email}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_browsers_in_bounds() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clinic = Clinic::open(sqlite(&folder).await).await;
    let mut browser = Browser::of(&clinic);
    for path in ["/sign-in", "/today", "/nowhere", "/v/unknown", "/d/unknown", "/healthz"] {
        let page = browser.get(path).await;
        let policy = page.header("content-security-policy");
        for part in ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        // The address of a link's page is its key.
        let is_link = path.starts_with("/v/") || path.starts_with("/d/");
        let referrer = if is_link { "no-referrer" } else { "same-origin" };
        assert_eq!(page.header("referrer-policy"), referrer, "{path}");
        assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert!(!page.header("x-request-id").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn the_demo_clock_does_not_exist_outside_the_demo() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clinic = Clinic::open(sqlite(&folder).await).await;
    let mut browser = Browser::of(&clinic);
    browser.sign_in("desk@harbor.test").await;
    browser.get("/patients/new").await.ok();
    let before = clinic.now();
    browser.post("/demo/clock", &[("to", "week")]).await.is(StatusCode::NOT_FOUND);
    assert_eq!(clinic.now(), before);
}
