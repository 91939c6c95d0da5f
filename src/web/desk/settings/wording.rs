//! GET /settings/wording: every message, who reads it, and whether the clinic wrote its words.

use askama::Template;

use super::ListRow;
use crate::domain::messages::Stage;
use crate::store::wordings::Wording;
use crate::web::desk::Desk;
use crate::web::desk::preview::reader;
use crate::web::kit::{Nav, PageResult, Shell, page};
use crate::words::Words;
use crate::words::format::Format;

#[derive(Template)]
#[template(path = "pages/settings_wordings.html")]
struct WordingsPage {
    shell: Shell,
    rows: Vec<ListRow>,
}

/// The list.
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let own = tx.wordings(desk.site.id).await?;
    let shell = desk.shell(&mut tx, Nav::Settings, w.t("settings-wording")).await?;
    let rows = Stage::ALL
        .iter()
        .map(|stage| ListRow {
            href: format!("/settings/wording/{stage}"),
            name: w.t(stage.word_key()),
            cells: vec![reader(w, *stage), own_words(w, f, &own, *stage)],
            active: true,
        })
        .collect();
    page(&WordingsPage { shell, rows })
}

/// "2 of 25 in your own words".
pub fn in_words(w: Words, own: &[Wording]) -> String {
    let changed = Stage::ALL.iter().filter(|stage| own.iter().any(|one| one.stage == **stage)).count();
    let all = Stage::ALL.len().to_string();
    w.nf("wording-count", i64::try_from(changed).unwrap_or(i64::MAX), [("all", all.as_str())])
}

/// "Your own, Dana Cole, Tue, Nov 24, 10:00 AM", or the default.
fn own_words(w: Words, f: Format, own: &[Wording], stage: Stage) -> String {
    let last = own.iter().filter(|one| one.stage == stage).max_by_key(|one| one.updated_at);
    last.map_or_else(
        || w.t("wording-is-default"),
        |one| {
            let when = f.when(one.updated_at);
            w.f("wording-is-own", [("who", one.updated_by.as_str()), ("when", when.as_str())])
        },
    )
}
