//! The way in: wrong passwords, the lock, and the first start.

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::app::App;
use seriesbook::clock::Clock;
use seriesbook::config::Config;
use seriesbook::store::Store;
use tower::ServiceExt;

use crate::support::clinic::{Clinic, PASSWORD};
use crate::support::databases::{count, on_each_database, sqlite};
use crate::support::web::Browser;

#[tokio::test]
async fn eight_wrong_passwords_lock_the_account_and_the_page_says_until_when() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clinic = Clinic::open(sqlite(&folder).await).await;
    let mut browser = Browser::of(&clinic);
    let wrong = [("email", "desk@harbor.test"), ("password", "not the password")];
    for _ in 0..7 {
        let page = browser.post("/sign-in", &wrong).await;
        page.is(StatusCode::UNPROCESSABLE_ENTITY).says("Email or password is wrong.");
    }
    browser.post("/sign-in", &wrong).await.is(StatusCode::TOO_MANY_REQUESTS).says("opens again at 9:15 AM");
    let right = [("email", "desk@harbor.test"), ("password", PASSWORD)];
    browser.post("/sign-in", &right).await.is(StatusCode::TOO_MANY_REQUESTS);
    clinic.advance(TimeDelta::minutes(15));
    browser.post("/sign-in", &right).await.goes_to("/today");
    let unknown = [("email", "nobody@harbor.test"), ("password", "not the password")];
    Browser::of(&clinic).post("/sign-in", &unknown).await.says("Email or password is wrong.");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_first_visitors_at_once_one_becomes_the_owner_and_the_page_is_gone_afterwards() {
    on_each_database(two_owners).await;
}

async fn two_owners(store: Store) {
    let config = Config::load(std::iter::empty()).expect("the defaults load");
    let now = "2026-11-30T14:00:00Z".parse().expect("an instant");
    let router = seriesbook::app::create_app(App::new(store.clone(), Clock::held(now), config));
    let post = |owner: &str| {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs([
            ("site_name", "Harbor"),
            ("zone", "America/New_York"),
            ("phone", "+1 555 010 0100"),
        ]);
        form.extend_pairs([
            ("email", "hello@harbor.test"),
            ("address", "1 Pier Street"),
            ("owner_name", "Maya Chen"),
        ]);
        form.extend_pairs([("owner_email", owner), ("password", PASSWORD), ("usual", "yes")]);
        let request = axum::http::Request::post("/setup")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(axum::body::Body::from(form.finish()))
            .expect("a request");
        router.clone().oneshot(request)
    };
    let (one, two) = tokio::join!(post("one@harbor.test"), post("two@harbor.test"));
    let mut to: Vec<String> = [one, two]
        .into_iter()
        .map(|answer| answer.expect("an answer"))
        .map(|answer| answer.headers()["location"].to_str().expect("text").to_owned())
        .collect();
    to.sort();
    assert_eq!(to, ["/sign-in", "/today"]);
    assert_eq!(count(&store, "SELECT COUNT(*) FROM staff").await, 1);
    assert_eq!(count(&store, "SELECT COUNT(*) FROM sites").await, 1);
    let late = post("three@harbor.test").await.expect("an answer");
    assert_eq!(
        (late.status(), &late.headers()["location"]),
        (StatusCode::SEE_OTHER, &"/sign-in".parse().expect("a header"))
    );
    assert_eq!(count(&store, "SELECT COUNT(*) FROM staff").await, 1);
}
