//! Which messages a patient wants: boxes for those they may do without, and a list of those that always come.

use askama::Template;
use axum::http::{StatusCode, Uri};

use super::LinkVisitor;
use super::extract::{PatientForm, PatientLink};
use super::patient::home;
use crate::actions::preferences::set_preferences;
use crate::mail::dress::CHOICES_PATH;
use crate::web::kit::{Fields, PageResult, Shell, page_with_status, redirect, topics};

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_messages.html")]
struct MessagesPage {
    shell: Shell,
    fields: Fields,
    path: String,
    action: String,
    notice: Option<String>,
    choices: Vec<(String, String)>,
    always: Vec<String>,
    shown: String,
}

/// GET: the boxes as they stand; nothing changes.
///
/// # Errors
/// What the store reports.
pub async fn show(PatientLink(visitor): PatientLink, uri: Uri) -> PageResult {
    let is_saved = Fields::from_query(&uri).get("done") == "saved";
    let notice = is_saved.then(|| visitor.w().t("preferences-my-saved"));
    let said = visitor.read().await?.preferences_of(visitor.link.patient_id).await?;
    let w = visitor.w();
    let fields = topics::fill(&said);
    let page = MessagesPage {
        shell: visitor.shell(w.t("preferences-my-title")).await,
        path: home(&visitor),
        action: action(&visitor),
        notice,
        choices: topics::choices(w),
        always: topics::always(w),
        shown: fields.get("shown").to_owned(),
        fields,
    };
    page_with_status(StatusCode::OK, &page)
}

/// POST: keeps what was ticked and unticked.
///
/// # Errors
/// What the store reports.
pub async fn save(form: PatientForm) -> PageResult {
    let PatientForm { visitor, fields } = form;
    let mut tx = visitor.write().await?;
    let changes = topics::changes(&fields);
    set_preferences(&mut tx, &visitor.actor(), &visitor.site, visitor.link.patient_id, &changes).await?;
    tx.commit().await?;
    Ok(redirect(&format!("{}?done=saved", action(&visitor))))
}

fn action(visitor: &LinkVisitor) -> String {
    format!("{}/{CHOICES_PATH}", home(visitor))
}
