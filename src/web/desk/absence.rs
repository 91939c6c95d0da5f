//! Somebody or a room is away: the form, and the start of the search for the smallest repair.

use std::time::Duration;

use askama::Template;
use axum::http::{StatusCode, Uri};
use chrono::NaiveDateTime;

use super::settings::{absences, refuse};
use super::{Desk, DeskForm};
use crate::actions::absence::{Away, prepare};
use crate::actions::planning_runs::Work;
use crate::domain::ids::{AbsenceId, ResourceId};
use crate::store::Tx;
use crate::store::resources::Absence;
use crate::web::kit::{Fields, Nav, PageError, PageResult, Shell, page_with_status, redirect};

/// How long a repair is looked for.
const DEADLINE: Duration = Duration::from_secs(8);
/// Longest note (characters).
const NOTE_MAX: usize = 200;

#[derive(Template)]
#[template(path = "pages/absence.html")]
struct AbsencePage {
    shell: Shell,
    fields: Fields,
    resources: Vec<(String, String)>,
    /// Set for an absence that is in the book already: only its repair is planned.
    entered: String,
}

/// GET `/absence`, with `absence` for one that was entered already, or fields to begin with.
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk, uri: Uri) -> PageResult {
    let mut fields = Fields::from_query(&uri);
    let mut tx = desk.read().await?;
    if let Some(absence) = entered(&desk, &mut tx, &fields).await? {
        fill(&desk, &mut fields, &absence);
    }
    let (today, tomorrow) = (desk.today(), desk.today().succ_opt().unwrap_or(desk.today()));
    let usual = [
        ("from_date", today.to_string()),
        ("from_time", "00:00".to_owned()),
        ("to_date", tomorrow.to_string()),
        ("to_time", "00:00".to_owned()),
    ];
    for (name, value) in usual {
        if fields.get(name).is_empty() {
            fields.set(name, value);
        }
    }
    drop(tx);
    render(&desk, fields, StatusCode::OK).await
}

/// POST `/absence/plan`: looks at what the absence hits and starts the search.
///
/// # Errors
/// When the database does not answer.
pub async fn plan(form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let mut tx = desk.read().await?;
    let there = entered(&desk, &mut tx, &fields).await?;
    if let Some(absence) = &there {
        fill(&desk, &mut fields, absence);
    }
    let resource =
        fields.parsed("resource", |text| text.parse::<ResourceId>().ok(), &w.t("absence-choose-who"));
    let span = absences::read(w, &mut fields);
    let note = fields.optional_text("note", NOTE_MAX, &w.t("resources-note-long"));
    let (Some(resource), Some((from, to)), true) = (resource, span, fields.is_ok()) else {
        drop(tx);
        return render(&desk, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let note = note.unwrap_or_default();
    let away = Away { resource, from, to, note, entered: there.map(|absence| absence.id) };
    let repair = prepare(&mut tx, w, &desk.app.config.rules, &desk.site, away).await;
    drop(tx);
    let started = repair.and_then(|repair| {
        let work = Work::Repair(Box::new(repair));
        desk.app.planning.start(desk.now(), desk.site.id, desk.staff.id, work, DEADLINE)
    });
    match started {
        Ok(run) => Ok(redirect(&format!("/absence/runs/{run}"))),
        Err(error) => {
            refuse(w, &mut fields, "from_date", error)?;
            render(&desk, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// The absence the field `absence` names, if it is one of this site.
async fn entered(desk: &Desk, tx: &mut Tx, fields: &Fields) -> Result<Option<Absence>, PageError> {
    let Ok(id) = fields.get("absence").parse::<AbsenceId>() else { return Ok(None) };
    let Some(absence) = tx.absence(id).await? else { return Ok(None) };
    let resource = tx.resource(absence.resource_id).await?;
    Ok(resource.filter(|one| one.site_id == desk.site.id).map(|_| absence))
}

/// Shows an absence as it is in the book; its times are not up for change here.
fn fill(desk: &Desk, fields: &mut Fields, absence: &Absence) {
    let f = desk.f();
    let parts = |at: NaiveDateTime| (at.date().to_string(), at.format("%H:%M:%S").to_string());
    let (from, to) = (parts(f.local(absence.starts_at)), parts(f.local(absence.ends_at)));
    let values = [
        ("resource", absence.resource_id.to_string()),
        ("from_date", from.0),
        ("from_time", from.1),
        ("to_date", to.0),
        ("to_time", to.1),
        ("note", absence.note.clone()),
    ];
    for (name, value) in values {
        fields.set(name, value);
    }
}

async fn render(desk: &Desk, fields: Fields, status: StatusCode) -> PageResult {
    let mut tx = desk.read().await?;
    let mut resources = tx.resources(desk.site.id).await?;
    resources.retain(|one| one.active || fields.checked("resource", &one.id.to_string()));
    resources.sort_by_key(|one| one.is_room());
    let entered = entered(desk, &mut tx, &fields).await?.map(|absence| absence.id.to_string());
    let shell = desk.shell(&mut tx, Nav::Calendar, desk.w().t("absence-title")).await?;
    let view = AbsencePage {
        shell: shell.refused(!fields.is_ok()),
        resources: resources.into_iter().map(|one| (one.id.to_string(), one.name)).collect(),
        entered: entered.unwrap_or_default(),
        fields,
    };
    page_with_status(status, &view)
}
