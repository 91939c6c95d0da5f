//! A repair while it is looked for and when it is found: every hit course, take or leave, then all of it at once.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::absence_view::{RowView, Viewer, found};
use super::plan_view::{Link, Refusal, RefusalLine};
use super::run::{self, Patch};
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::absence::Repair;
use crate::actions::absence_apply::{Applied, Stopped, apply as carry_out};
use crate::actions::planning_runs::{Run, Work};
use crate::web::kit::refusals::error_text;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};

#[derive(Template)]
#[template(path = "pages/absence_run.html")]
struct RunPage {
    shell: Shell,
    /// The run's own address.
    base: String,
    is_running: bool,
    /// "Tue, Dec 1, midnight to Wed, Dec 2, midnight".
    span: String,
    /// "Hits 5 visits of 4 patients".
    hits: String,
    progress: String,
    refusal: Option<Refusal>,
    rows: Vec<RowView>,
    /// Whether anything can be taken.
    any: bool,
    apply_label: String,
    only_label: String,
    /// Plans the same absence again.
    again: String,
    key: String,
}

fn repair_of(run: &Run) -> Result<&Repair, PageError> {
    match &run.work {
        Work::Repair(repair) => Ok(repair),
        Work::Waiting(_) => Err(PageError::NotFound),
    }
}

fn base_of(run: &Run) -> String {
    format!("/absence/runs/{}", run.id)
}

/// GET `/absence/runs/{id}`
///
/// # Errors
/// [`PageError::NotFound`] for a run that is gone or somebody else's.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let run = run::find(&desk, &id)?;
    render(&desk, &run, &Fields::new(), None).await
}

/// GET `/absence/runs/{id}/events`: the news of the search, until it ends.
///
/// # Errors
/// [`PageError::NotFound`] for a run that is gone or somebody else's.
pub async fn events(desk: Desk, Path(id): Path<String>) -> PageResult {
    let run = run::find(&desk, &id)?;
    repair_of(&run)?;
    let viewer = Viewer { w: desk.w(), f: desk.f() };
    Ok(run::events(run, move |run, latest| Patch {
        progress: viewer.progress(latest),
        rows: match &run.work {
            Work::Repair(repair) => viewer.summaries(repair, found(latest)),
            Work::Waiting(_) => Vec::new(),
        },
    }))
}

/// POST `/absence/runs/{id}/stop`: ends the search with what it has.
///
/// # Errors
/// [`PageError::NotFound`] for a run that is gone or somebody else's.
pub async fn stop(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let run = run::find(&form.desk, &id)?;
    repair_of(&run)?;
    run.stop();
    Ok(redirect(&base_of(&run)))
}

/// POST `/absence/runs/{id}/apply`: enters the absence and moves what was taken; `act` is `only` to move nothing.
///
/// # Errors
/// [`PageError::NotFound`] for a run that is gone or somebody else's.
pub async fn apply(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let run = run::find(&desk, &id)?;
    let repair = repair_of(&run)?;
    let latest = run.latest();
    if !latest.is_over() {
        return Ok(redirect(&base_of(&run)));
    }
    let moves = fields.get("act") != "only";
    let takes = |key: &str| {
        let number = repair.groups.iter().position(|group| group.key == key);
        moves && number.is_some_and(|number| fields.checked(&format!("take-{number}"), "take"))
    };
    let torn = found(&latest).map(|found| repair.torn(found, takes)).unwrap_or_default();
    if !torn.is_empty() {
        let refusal = torn_apart(&desk, repair, &torn);
        return render(&desk, &run, &fields, Some(refusal)).await;
    }
    let accepted = found(&latest).map(|found| repair.accepted(found, takes)).unwrap_or_default();
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    if let Some(done) = tx.claim_key("absence", &key, "/worklist").await? {
        return Ok(redirect(&done));
    }
    let rules = &desk.app.config.rules;
    match carry_out(&mut tx, &desk.actor(), rules, &desk.site, repair, accepted).await {
        Ok(applied) => {
            tx.commit().await?;
            Ok(redirect_with_flash("/worklist", &done_text(&desk, repair, applied), None))
        }
        Err(stopped) => {
            drop(tx);
            let refusal = refused(&desk, repair, stopped)?;
            render(&desk, &run, &fields, Some(refusal)).await
        }
    }
}

/// "Dr. Okafor is entered as away. 4 visits moved. 1 left on the worklist. Mail goes in 3 minutes."
fn done_text(desk: &Desk, repair: &Repair, applied: Applied) -> String {
    let w = desk.w();
    let mut said = vec![w.f("absence-done-entered", [("name", repair.name.as_str())])];
    let counts = [
        ("absence-done-moved", applied.moved),
        ("absence-done-same", applied.reassigned),
        ("absence-done-left", applied.left),
    ];
    said.extend(counts.into_iter().filter(|(_, count)| *count > 0).map(|(key, count)| w.n(key, count)));
    if applied.moved > 0 {
        said.push(w.n("moves-mail", desk.app.config.rules.mail_undo_minutes));
    }
    said.join(" ")
}

/// Why nothing was done: whose visits somebody changed, or what is in the way.
fn refused(desk: &Desk, repair: &Repair, stopped: Stopped) -> Result<Refusal, PageError> {
    let (w, f) = (desk.w(), desk.f());
    let Stopped { changed, error } = stopped;
    if matches!(error, ActionError::Store(_) | ActionError::NotFound | ActionError::NotPermitted) {
        return Err(error.into());
    }
    let text = if changed.is_empty() {
        error_text(w, f, &error)
    } else {
        let groups = repair.groups.iter().filter(|group| changed.contains(&group.key));
        groups.map(|group| w.f("absence-changed", [("name", group.patient.full_name.as_str())])).collect()
    };
    let mut lines: Vec<RefusalLine> = text.into_iter().map(|text| RefusalLine { text, cure: None }).collect();
    if let Some(last) = lines.last_mut() {
        last.cure = Some(Link { label: w.t("absence-again"), href: again(repair) });
    }
    Ok(Refusal { title: w.t("absence-refused"), lines, last: w.t("absence-refused-last") })
}

/// Which rows can only be taken together.
fn torn_apart(desk: &Desk, repair: &Repair, torn: &[(usize, Vec<usize>)]) -> Refusal {
    let viewer = Viewer { w: desk.w(), f: desk.f() };
    let line = |(number, lacks): &(usize, Vec<usize>)| {
        let (name, names) = (viewer.names(repair, &[*number]), viewer.names(repair, lacks));
        let text = desk.w().f("absence-torn", [("name", name.as_str()), ("names", names.as_str())]);
        RefusalLine { text, cure: None }
    };
    let (title, last) = (desk.w().t("absence-refused"), desk.w().t("absence-torn-last"));
    Refusal { title, lines: torn.iter().map(line).collect(), last }
}

/// The form with the same absence.
fn again(repair: &Repair) -> String {
    let away = &repair.away;
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(id) = away.entered {
        query.append_pair("absence", &id.to_string());
    }
    query.append_pair("resource", &away.resource.to_string());
    for (name, at) in [("from", away.from), ("to", away.to)] {
        query.append_pair(&format!("{name}_date"), &at.date().to_string());
        query.append_pair(&format!("{name}_time"), &at.format("%H:%M").to_string());
    }
    format!("/absence?{}", query.append_pair("note", &away.note).finish())
}

async fn render(desk: &Desk, run: &Run, fields: &Fields, refusal: Option<Refusal>) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let repair = repair_of(run)?;
    let latest = run.latest();
    let viewer = Viewer { w, f };
    let mut rows = viewer.rows(repair, found(&latest), fields);
    if latest.is_over() && found(&latest).is_none() {
        // Stopped before anything was found: there is nothing to take.
        for row in &mut rows {
            row.summary = viewer.progress(&latest);
            row.left = Some(row.summary.clone());
        }
    }
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let visits: usize = repair.groups.iter().map(|group| group.hit.len()).sum();
    let mut people: Vec<_> = repair.groups.iter().map(|group| group.patient.id).collect();
    people.sort_unstable();
    people.dedup();
    let (from, to) = (f.when(repair.starts_at), f.when(repair.ends_at));
    let patients = w.n("absence-hits-patients", number(people.len()));
    let status = if refusal.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let mut tx = desk.read().await?;
    let title = w.f("absence-run-title", [("name", repair.name.as_str())]);
    let shell = desk.shell(&mut tx, Nav::Calendar, title).await?.refused(refusal.is_some());
    drop(tx);
    let view = RunPage {
        shell,
        base: base_of(run),
        is_running: !latest.is_over(),
        span: w.f("resources-absence-span", [("from", from.as_str()), ("to", to.as_str())]),
        hits: w.nf("absence-hits", number(visits), [("patients", patients.as_str())]),
        progress: viewer.progress(&latest),
        refusal,
        any: rows.iter().any(|row| row.left.is_none()) && found(&latest).is_some(),
        rows,
        apply_label: w.t("absence-apply"),
        only_label: w.t(if repair.away.entered.is_some() { "absence-only-lines" } else { "absence-only" }),
        again: again(repair),
        key: idempotency::new_key(),
    };
    page_with_status(status, &view)
}
