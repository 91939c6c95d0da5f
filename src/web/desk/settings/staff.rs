//! GET /settings/staff: every account, with roles and whether it may sign in.

use askama::Template;

use crate::domain::roles::Roles;
use crate::web::desk::Desk;
use crate::web::kit::{Nav, PageResult, Shell, page};
use crate::words::Words;

use super::ListRow;

#[derive(Template)]
#[template(path = "pages/settings_staff.html")]
struct StaffPage {
    shell: Shell,
    rows: Vec<ListRow>,
}

/// The list.
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let accounts = tx.all_staff().await?;
    let shell = desk.shell(&mut tx, Nav::Settings, w.t("settings-staff")).await?;
    let rows = accounts
        .into_iter()
        .filter(|one| one.site_id == desk.site.id)
        .map(|one| ListRow {
            href: format!("/settings/staff/{}", one.id),
            cells: vec![
                one.email,
                roles_in_words(w, &one.roles),
                w.t(if one.active { "staff-may-sign-in" } else { "staff-may-not-sign-in" }),
            ],
            name: one.full_name,
            active: one.active,
        })
        .collect();
    page(&StaffPage { shell, rows })
}

/// "Owner, Clinician".
pub fn roles_in_words(w: Words, roles: &Roles) -> String {
    roles.list().iter().map(|role| w.t(role.word_key())).collect::<Vec<_>>().join(", ")
}
