//! GET /settings/feeds: every calendar address in use, whose it is, and a button to stop it.

use std::collections::HashMap;

use askama::Template;

use crate::domain::ids::{PatientId, ResourceId};
use crate::domain::patients::chart_name;
use crate::web::desk::Desk;
use crate::web::desk::feeds::state_words;
use crate::web::kit::{Nav, PageResult, Shell, page};

/// One address.
struct FeedRow {
    name: String,
    kind: String,
    state: String,
    stop: String,
}

#[derive(Template)]
#[template(path = "pages/settings_feeds.html")]
struct FeedsPage {
    shell: Shell,
    rows: Vec<FeedRow>,
}

/// The list.
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let feeds = tx.feeds_in_use(desk.site.id).await?;
    let ids: Vec<PatientId> = feeds.iter().filter_map(|feed| feed.patient_id).collect();
    let patients = tx.patients_by_ids(&ids).await?;
    let resources: HashMap<ResourceId, String> =
        tx.resources(desk.site.id).await?.into_iter().map(|one| (one.id, one.name)).collect();
    let shell = desk.shell(&mut tx, Nav::Settings, w.t("feeds-settings")).await?;
    drop(tx);
    let rows = feeds
        .iter()
        .map(|feed| {
            let patient = feed.patient_id.and_then(|id| patients.get(&id));
            let resource = feed.resource_id.and_then(|id| resources.get(&id));
            let name = patient.map(|one| chart_name(&one.sort_name)).or_else(|| resource.cloned());
            FeedRow {
                name: name.unwrap_or_default(),
                kind: w.t(feed.kind.word_key()),
                state: state_words(w, f, feed),
                stop: format!("/feeds/{}/stop", feed.id),
            }
        })
        .collect();
    page(&FeedsPage { shell, rows })
}
