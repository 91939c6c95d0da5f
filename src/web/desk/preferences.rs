//! Which messages a patient wants, as staff see it and change it because the patient said so.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::plan_view::find_patient;
use super::{Desk, DeskForm};
use crate::actions::preferences::set_preferences;
use crate::domain::roles::Permission;
use crate::store::preferences::Preference;
use crate::web::kit::{Fields, Nav, PageResult, Shell, page_with_status, redirect_with_flash, topics};
use crate::words::Words;
use crate::words::format::Format;

#[derive(Template)]
#[template(path = "pages/preferences.html")]
struct PreferencesPage {
    shell: Shell,
    fields: Fields,
    chart: String,
    action: String,
    next_message: String,
    choices: Vec<(String, String)>,
    always: Vec<String>,
    shown: String,
    /// Who said what when.
    said: Vec<String>,
    may_change: bool,
}

/// GET `/patients/{id}/messages`
///
/// # Errors
/// [`PageError::NotFound`](crate::web::kit::PageError::NotFound) for nobody of this site.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let said = tx.preferences_of(patient.id).await?;
    let title = w.f("preferences-title", [("name", patient.full_name.as_str())]);
    let shell = desk.shell(&mut tx, Nav::Patients, title).await?;
    let chart = format!("/patients/{}", patient.id);
    let fields = topics::fill(&said);
    let page = PreferencesPage {
        shell,
        action: format!("{chart}/messages"),
        next_message: format!("{chart}/next-message"),
        chart,
        choices: topics::choices(w),
        always: topics::always(w),
        shown: fields.get("shown").to_owned(),
        fields,
        said: said.iter().map(|one| said_words(w, f, one)).collect(),
        may_change: desk.may(Permission::Book),
    };
    page_with_status(StatusCode::OK, &page)
}

/// POST `/patients/{id}/messages`: keeps what was ticked and unticked.
///
/// # Errors
/// [`PageError::NotFound`](crate::web::kit::PageError::NotFound) for nobody of this site.
pub async fn save(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let mut tx = desk.write().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let changes = topics::changes(&fields);
    set_preferences(&mut tx, &desk.actor(), &desk.site, patient.id, &changes).await?;
    tx.commit().await?;
    let said = desk.w().f("preferences-saved", [("name", patient.full_name.as_str())]);
    Ok(redirect_with_flash(&format!("/patients/{}", patient.id), &said, None))
}

/// "Check-ins: not wanted since Nov 20, by the patient".
fn said_words(w: Words, f: Format, one: &Preference) -> String {
    let (topic, by) = (w.t(one.topic.word_key()), w.t(one.source.word_key()));
    let day = f.day(f.date_of(one.changed_at));
    let key = if one.wanted { "preferences-wanted-since" } else { "preferences-unwanted-since" };
    w.f(key, [("topic", topic.as_str()), ("day", day.as_str()), ("by", by.as_str())])
}

/// What a patient does not want, in one line for the chart; `None` if they want everything.
pub fn unwanted(w: Words, said: &[Preference]) -> Option<String> {
    let topics: Vec<String> =
        said.iter().filter(|one| !one.wanted).map(|one| w.t(one.topic.word_key())).collect();
    (!topics.is_empty()).then(|| w.f("preferences-unwanted", [("topics", topics.join(", ").as_str())]))
}
