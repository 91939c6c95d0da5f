//! "Add my visits to my calendar": an address that the patient's calendar reads by itself, made and stopped by a press.

use askama::Template;
use axum::http::Uri;

use super::LinkVisitor;
use super::extract::{PatientForm, PatientLink};
use super::patient::home;
use crate::actions::feeds::{open_feed, stop_feed};
use crate::domain::feeds::FeedOf;
use crate::web::feed::Address;
use crate::web::kit::{Fields, PageResult, Shell, page, redirect};

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_feed.html")]
struct FeedPage {
    shell: Shell,
    path: String,
    notice: Option<String>,
    /// The address that was just made; no later page can show it.
    fresh: Option<Address>,
    /// Since when there is one.
    since: Option<String>,
}

/// GET `/v/{token}/feed`: whether there is an address; nothing changes.
///
/// # Errors
/// What the store reports.
pub async fn show(PatientLink(visitor): PatientLink, uri: Uri) -> PageResult {
    let is_stopped = Fields::from_query(&uri).get("done") == "stopped";
    let notice = is_stopped.then(|| visitor.w().t("feed-stopped"));
    render(&visitor, notice, None).await
}

/// POST `/v/{token}/feed`: makes an address and shows it this once. Pressed again, it makes another, and the first one stops.
///
/// # Errors
/// What the store reports.
pub async fn open(form: PatientForm) -> PageResult {
    let visitor = form.visitor;
    let of = FeedOf::Patient(visitor.link.patient_id);
    let mut tx = visitor.write().await?;
    let token = open_feed(&mut tx, &visitor.actor(), &visitor.site, of).await?;
    tx.commit().await?;
    let fresh = Address::of(&visitor.app.config.base_url, &token);
    render(&visitor, None, Some(fresh)).await
}

/// POST `/v/{token}/feed/stop`: stops the address. Pressed twice, it shows the same page.
///
/// # Errors
/// What the store reports.
pub async fn stop(form: PatientForm) -> PageResult {
    let visitor = form.visitor;
    let mut tx = visitor.write().await?;
    if let Some(feed) = tx.feed_of(FeedOf::Patient(visitor.link.patient_id)).await? {
        stop_feed(&mut tx, &visitor.actor(), &visitor.site, feed.id).await?;
        tx.commit().await?;
    }
    Ok(redirect(&format!("{}/feed?done=stopped", home(&visitor))))
}

async fn render(visitor: &LinkVisitor, notice: Option<String>, fresh: Option<Address>) -> PageResult {
    let f = visitor.f();
    let mut tx = visitor.read().await?;
    let feed = tx.feed_of(FeedOf::Patient(visitor.link.patient_id)).await?;
    drop(tx);
    page(&FeedPage {
        shell: visitor.shell(visitor.w().t("feed-my-title")).await,
        path: home(visitor),
        notice: notice.filter(|_| feed.is_none()),
        fresh,
        since: feed.map(|feed| f.long_day(f.date_of(feed.created_at))),
    })
}
