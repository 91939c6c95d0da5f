//! Change a running course: choose the change, see now and after side by side with every reason against it, make it.

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use chrono::Timelike;

use super::plan_view::{Refusal, RefusalLine, facts_of, gate_lines};
use super::series_change_form::{self as form, FIELDS};
use super::{Desk, DeskForm, series};
use crate::actions::ActionError;
use crate::actions::change_series::{Line, LineChange, Proposal, apply, propose};
use crate::domain::appointments::SeriesStatus;
use crate::domain::ids::SeriesId;
use crate::domain::patients::chart_name;
use crate::domain::protocols::{Protocol, VisitRole};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::patients::Patient;
use crate::store::series::Series;
use crate::web::kit::refusals::{conflict_lines, error_text};
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};
use crate::words::format::money;

/// A visit now and after.
struct Row {
    place: String,
    was: String,
    will: String,
    who: String,
    what: String,
    changed: bool,
}

/// The course now and after.
struct Preview {
    rows: Vec<Row>,
    price_now: String,
    price_after: String,
    seen: i64,
    /// What was asked for, sent again with the change.
    hidden: Vec<(String, String)>,
    /// Whether nothing stands in the way.
    open: bool,
}

#[derive(Template)]
#[template(path = "pages/series_change.html")]
struct ChangePage {
    shell: Shell,
    fields: Fields,
    facts: Vec<String>,
    action: String,
    back: String,
    refusal: Option<Refusal>,
    /// Why the course cannot be changed at all.
    not: Option<String>,
    kinds: Vec<(String, String)>,
    treatments: Vec<(String, String)>,
    lengths: Vec<(String, String)>,
    paused: bool,
    number_hint: String,
    preview: Option<Preview>,
    button: String,
    key: String,
}

/// What the page is about, read in one transaction.
struct Loaded {
    series: Series,
    patient: Patient,
    visits: Vec<Appointment>,
    protocols: Vec<Protocol>,
}

impl Loaded {
    async fn read(tx: &mut Tx, desk: &Desk, id: &str) -> Result<Self, PageError> {
        let id = id.parse::<SeriesId>().map_err(|_| PageError::NotFound)?;
        let series =
            tx.series(id).await?.filter(|one| one.site_id == desk.site.id).ok_or(PageError::NotFound)?;
        let patient = tx.patient(series.patient_id).await?.ok_or(PageError::NotFound)?;
        let visits = tx.appointments_in(id).await?;
        let protocols = tx.protocols(desk.site.id).await?;
        Ok(Self { series, patient, visits, protocols })
    }
}

/// What the last try came to.
struct Outcome {
    status: StatusCode,
    /// Somebody was first: what is shown is read anew.
    changed: bool,
}

/// GET `/series/{id}/change`; with `change` and its fields the preview too.
///
/// # Errors
/// [`PageError::NotFound`] for a course of another site.
pub async fn show(desk: Desk, Path(id): Path<String>, uri: Uri) -> PageResult {
    let outcome = Outcome { status: StatusCode::OK, changed: false };
    render(&desk, &id, Fields::from_query(&uri), outcome).await
}

/// POST `/series/{id}/change`: makes the change that was read.
///
/// # Errors
/// [`PageError::NotFound`] for a course of another site; [`PageError::Forbidden`] for other roles.
pub async fn save(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let mut tx = desk.read().await?;
    let loaded = Loaded::read(&mut tx, &desk, &id).await?;
    drop(tx);
    let refused = Outcome { status: StatusCode::UNPROCESSABLE_ENTITY, changed: false };
    let asked = form::read(&mut fields.clone(), desk.w(), form::living(&loaded.visits));
    let Some(change) = asked else {
        return render(&desk, &id, fields, refused).await;
    };
    let path = format!("/series/{}", loaded.series.id);
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    // Without the mark nobody knows what was read: treated as changed meanwhile.
    let seen = fields.get("version").parse().unwrap_or(0);
    let (actor, rules) = (desk.actor(), &desk.app.config.rules);
    let mut tx = desk.write().await?;
    if let Some(done) = tx.claim_key("series-change", &key, &path).await? {
        return Ok(redirect(&done));
    }
    match apply(&mut tx, &actor, rules, &desk.site, loaded.series.id, seen, &change).await {
        Ok(_) => {
            let said = series::changed_text(&desk, &mut tx, &loaded.patient, loaded.series.id).await?;
            tx.commit().await?;
            Ok(redirect_with_flash(&path, &said, None))
        }
        Err(error @ (ActionError::Store(_) | ActionError::NotFound | ActionError::NotPermitted)) => {
            Err(error.into())
        }
        Err(error) => {
            drop(tx);
            let changed = matches!(error, ActionError::Changed);
            let status = if changed { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            // The preview below is made anew and names every reason.
            fields.set("version", String::new());
            render(&desk, &id, fields, Outcome { status, changed }).await
        }
    }
}

async fn render(desk: &Desk, id: &str, mut fields: Fields, outcome: Outcome) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let loaded = Loaded::read(&mut tx, desk, id).await?;
    let Loaded { series, patient, visits, protocols } = &loaded;
    let name = patient.full_name.as_str();
    let runs = series.status == SeriesStatus::Active;
    let asked = fields.has("change") && runs;
    let living = form::living(visits);
    let change = if asked && !is_only_chosen(&fields) { form::read(&mut fields, w, living) } else { None };
    let mut status = outcome.status;
    if !fields.is_ok() {
        status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    let title = w.f("series-change-refused", [("name", name)]);
    let (mut preview, mut refusal) = (None, None);
    if let Some(change) = &change {
        match propose(&mut tx, &desk.app.config.rules, &desk.site, series.id, change).await {
            Ok(proposal) => {
                refusal = refused(desk, patient, &title, &proposal);
                preview = Some(previewed(desk, &fields, &proposal));
            }
            Err(error @ (ActionError::Store(_) | ActionError::NotFound | ActionError::NotPermitted)) => {
                return Err(error.into());
            }
            Err(error) => {
                let last = w.t("series-change-refused-last");
                refusal = Some(Refusal::plain(title, error_text(w, f, &error), last));
            }
        }
    }
    if outcome.changed {
        let lines = refusal.take().map(|refusal| refusal.lines).unwrap_or_default();
        let title = w.t("series-change-read-again");
        refusal = Some(Refusal { title, lines, last: w.t("series-change-read-again-last") });
    }
    defaults(desk, &mut fields, &loaded);
    let heading = w.f("series-change-title", [("name", chart_name(&patient.sort_name).as_str())]);
    let shell = desk.shell(&mut tx, Nav::Patients, heading).await?;
    let own = protocols.iter().find(|one| one.id == series.protocol_id);
    let page = ChangePage {
        shell: shell.refused(refusal.is_some() || !fields.is_ok()),
        facts: facts_of(w, f, patient),
        action: format!("/series/{}/change", series.id),
        back: format!("/series/{}", series.id),
        refusal,
        not: (!runs).then(|| w.t("series-change-not-running")),
        kinds: form::kinds(w, series),
        treatments: form::treatments(w, f, visits),
        lengths: form::lengths(protocols, series),
        paused: series.paused_at.is_some(),
        number_hint: own.map(|own| number_hint(desk, own, living)).unwrap_or_default(),
        preview,
        button: w.f("series-change-do", [("name", name)]),
        key: idempotency::new_key(),
        fields,
    };
    page_with_status(status, &page)
}

/// A link such as "Resume the course" chooses the change and nothing more: nothing is wrong with the form yet.
fn is_only_chosen(fields: &Fields) -> bool {
    fields.get("change") == "resume" && FIELDS.iter().filter(|name| fields.has(name)).count() == 1
}

/// The usual hour where none was typed, so that a change of the day alone needs no more.
fn defaults(desk: &Desk, fields: &mut Fields, loaded: &Loaded) {
    let mains = loaded.visits.iter().filter(|visit| visit.role == Some(VisitRole::Main));
    if let (true, Some(last)) = (fields.get("time").is_empty(), mains.max_by_key(|visit| visit.starts_at))
        && !fields.has("time")
    {
        let time = desk.f().local(last.starts_at).time();
        fields.set("time", format!("{:02}:{:02}", time.hour(), time.minute()));
    }
}

fn number_hint(desk: &Desk, protocol: &Protocol, living: i64) -> String {
    let (min, max) = (protocol.visits_min.to_string(), protocol.visits_max.to_string());
    desk.w().nf("series-change-visits-hint", living, [("min", min.as_str()), ("max", max.as_str())])
}

/// Every reason against a change, each with its cure.
fn refused(desk: &Desk, patient: &Patient, title: &str, proposal: &Proposal) -> Option<Refusal> {
    if !proposal.is_refused() {
        return None;
    }
    let (w, f) = (desk.w(), desk.f());
    let mut lines = gate_lines(desk, patient.id, &proposal.unmet);
    let in_the_way = conflict_lines(w, f, &proposal.conflicts).into_iter();
    lines.extend(in_the_way.map(|text| RefusalLine { text, cure: None }));
    Some(Refusal { title: title.to_owned(), lines, last: w.t("series-change-refused-last") })
}

fn previewed(desk: &Desk, fields: &Fields, proposal: &Proposal) -> Preview {
    let price = |series: &Series| money(series.total_cents, &series.currency);
    let typed = FIELDS.iter().filter(|name| !fields.get(name).is_empty());
    Preview {
        rows: proposal.lines.iter().map(|line| row(desk, line, &proposal.after)).collect(),
        price_now: price(&proposal.now),
        price_after: price(&proposal.after),
        seen: proposal.seen,
        hidden: typed.map(|name| ((*name).to_owned(), fields.get(name).to_owned())).collect(),
        open: !proposal.is_refused(),
    }
}

fn row(desk: &Desk, line: &Line, after: &Series) -> Row {
    let (w, f) = (desk.w(), desk.f());
    let (name, index) = (line.name.as_str(), line.index.to_string());
    let place = match line.role {
        VisitRole::Main => {
            let total = after.visits.max(line.index).to_string();
            let args = [("name", name), ("index", index.as_str()), ("total", total.as_str())];
            w.f("appointment-place", args)
        }
        VisitRole::AfterEach => w.f("plan-place", [("role", name), ("index", index.as_str())]),
        VisitRole::Before | VisitRole::AfterLast => name.to_owned(),
    };
    let when = |at: Option<_>| at.map_or_else(|| w.t("series-change-none"), |at| f.when(at));
    Row {
        place,
        was: when(line.was),
        will: when(line.will),
        who: line.who.join(" · "),
        what: w.t(line.what.word_key()),
        changed: line.what != LineChange::Same,
    }
}
