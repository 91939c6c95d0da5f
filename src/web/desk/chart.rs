//! The patient chart: in one glance who this is, what comes next, what is missing; below it everything else in order.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;

use super::Desk;
use super::chart_course::{Course, course};
use super::chart_history::{ChangeRow, DecisionRow, MessageRow, change_rows, decision_rows, message_rows};
use super::chart_intake::{IntakeLine, intake_line};
use super::chart_parts::{
    DriverRow, Known, Standing, VisitRow, driver_rows, driver_words, standing, state_word, visit_row,
    visit_words,
};
use super::mood_chart::{FEW_ROWS, MoodChart};
use crate::domain::appointments::SeriesStatus;
use crate::domain::candidacy::allows_on;
use crate::domain::ids::PatientId;
use crate::domain::messages::MessageStatus;
use crate::domain::patients::chart_name;
use crate::domain::roles::Permission;
use crate::store::patients::Patient;
use crate::web::kit::{Nav, PageError, PageResult, Shell, page};
use crate::words::Words;
use crate::words::format::Format;

/// Rows of the ledger and of the log a chart shows.
const MESSAGES: usize = 30;
const CHANGES: usize = 50;
/// Rows that are read for them: not every one is shown, and not to everybody.
const READ_MESSAGES: i64 = 100;
const READ_CHANGES: i64 = 200;

/// A link in words.
pub struct Link {
    /// Its words.
    pub text: String,
    /// Where it goes.
    pub path: String,
}

/// A button beside the name; the first is the page's main act.
struct Act {
    text: String,
    path: String,
    class: &'static str,
}

/// The next visit.
struct Next {
    text: String,
    path: String,
    missing: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/chart.html")]
struct ChartPage {
    shell: Shell,
    facts: Vec<String>,
    similar: Vec<Link>,
    acts: Vec<Act>,
    more: Vec<Link>,
    next: Option<Next>,
    standing: Standing,
    intake: IntakeLine,
    courses: Vec<Course>,
    earlier: Vec<Link>,
    ahead: Vec<VisitRow>,
    past: Vec<VisitRow>,
    messages: Vec<MessageRow>,
    drivers: Vec<DriverRow>,
    /// Mood and PHQ-9, for those who may see them.
    scores: Option<MoodChart>,
    may_review: bool,
    decisions: Vec<DecisionRow>,
    changes: Vec<ChangeRow>,
}

/// GET /patients/{id}.
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let id = id.parse::<PatientId>().map_err(|_| PageError::NotFound)?;
    let (w, f, site) = (desk.w(), desk.f(), desk.site.id);
    let mut tx = desk.read().await?;
    let patient =
        tx.patient(id).await?.filter(|patient| patient.site_id == site).ok_or(PageError::NotFound)?;
    let similar = tx.likely_duplicates(site, patient.identity(), Some(id)).await?;
    let visits = tx.appointments_of(id).await?;
    let series = tx.series_of(id).await?;
    let decisions = tx.decisions_of(id).await?;
    let drives = tx.drives_of(id).await?;
    let named = tx.drivers_of(id).await?;
    let mut messages = tx.messages_of(id, READ_MESSAGES).await?;
    // Weeks of check-ins to come would push what was said out of sight.
    messages.retain(|one| !one.stage.is_check_in() || one.status != MessageStatus::Pending);
    messages.truncate(MESSAGES);
    let clinical = desk.may(Permission::SeeScores);
    let mut changes = tx.audit_of_patient(id, READ_CHANGES).await?;
    changes.retain(|change| is_shown(&change.action, clinical));
    changes.truncate(CHANGES);
    let scores =
        if clinical { Some(MoodChart::read(&mut tx, w, f, id, None, FEW_ROWS).await?) } else { None };
    let intake = tx.last_intake_of(id).await?;
    let known = Known {
        w,
        f,
        now: desk.now(),
        protocols: tx.protocols(site).await?.into_iter().map(|protocol| (protocol.id, protocol)).collect(),
        staff: tx.all_staff().await?.into_iter().map(|staff| (staff.id, staff.full_name)).collect(),
        resources: tx
            .resources(site)
            .await?
            .into_iter()
            .map(|resource| (resource.id, resource.name))
            .collect(),
        series: series.iter().map(|one| (one.id, one.clone())).collect(),
        drives: drives
            .iter()
            .filter(|d| d.status.is_current())
            .map(|d| (d.appointment_id, d.clone()))
            .collect(),
    };
    let shell = desk.shell(&mut tx, Nav::Patients, title(w, &patient)).await?;
    drop(tx);

    let decision = decisions.first();
    let courses: Vec<Course> = series
        .iter()
        .filter(|one| matches!(one.status, SeriesStatus::Held | SeriesStatus::Active))
        .map(|one| course(&known, one, &visits, decision, desk.may(Permission::Book)))
        .collect();
    let earlier = series
        .iter()
        .filter(|one| matches!(one.status, SeriesStatus::Completed | SeriesStatus::Cancelled))
        .map(|one| Link { text: known.series_name(one), path: format!("/series/{}", one.id) })
        .collect();
    let next_visit = visits
        .iter()
        .find(|visit| visit.status.is_here())
        .or_else(|| visits.iter().find(|visit| visit.status.is_ahead() && visit.starts_at > known.now));
    let next = next_visit.map(|visit| {
        let (driver, missing) = match driver_words(&known, visit) {
            Some(driver) if driver.is_missing => (None, Some(driver.text)),
            driver => (driver.map(|driver| driver.text), None),
        };
        let mut parts = vec![f.when(visit.starts_at), visit_words(&known, visit), state_word(&known, visit)];
        parts.extend(driver);
        let line = parts.join(" · ");
        let key = if visit.status.is_here() { "chart-here" } else { "chart-next" };
        Next {
            text: w.f(key, [("what", line.as_str())]),
            path: format!("/appointments/{}", visit.id),
            missing,
        }
    });
    let (mut ahead, mut past) = (Vec::new(), Vec::new());
    for visit in &visits {
        let is_open = visit.status.is_here() || (visit.status.is_ahead() && visit.ends_at > known.now);
        if is_open { ahead.push(visit_row(&known, visit)) } else { past.push(visit_row(&known, visit)) }
    }
    past.reverse();
    let may_decide = desk.may(Permission::DecideCandidacy);
    let is_suitable = allows_on(decision, f.today()).is_ok();
    let driver_names: HashMap<_, _> =
        named.iter().map(|driver| (driver.id, driver.full_name.as_str())).collect();
    page(&ChartPage {
        shell,
        facts: facts(w, f, &patient),
        similar: similar.iter().map(|other| similar_link(w, f, other)).collect(),
        acts: acts(&desk, id, is_suitable, !courses.is_empty()),
        more: more(&desk, id),
        next,
        standing: standing(&known, decision),
        intake: intake_line(&desk, id, intake.as_ref()),
        courses,
        earlier,
        ahead,
        past,
        messages: message_rows(w, f, &messages, &driver_names),
        drivers: driver_rows(&known, &named, &drives, &visits),
        scores,
        may_review: desk.may(Permission::ReviewRisk),
        decisions: decision_rows(&known, &decisions, may_decide),
        changes: change_rows(w, f, &changes, may_decide),
    })
}

/// Whether a change stands in the history: what patients say of themselves is for those who may see it, and a questionnaire is one
/// line, not ten.
fn is_shown(action: &str, clinical: bool) -> bool {
    let of_scores = action.starts_with("mood.") || action.starts_with("phq9.");
    !of_scores || (clinical && action != "phq9.answer")
}

fn title(w: Words, patient: &Patient) -> String {
    let name = chart_name(&patient.sort_name);
    match &patient.name_to_use {
        Some(used) => w.f("chart-name-used", [("name", name.as_str()), ("used", used.as_str())]),
        None => name,
    }
}

fn facts(w: Words, f: Format, patient: &Patient) -> Vec<String> {
    let (birth, age) = (f.birth(patient.birth_date), f.age(patient.birth_date).to_string());
    let contact = w.t(patient.contact.word_key());
    vec![
        w.f("chart-born", [("birth", birth.as_str()), ("age", age.as_str())]),
        patient.phone.clone().unwrap_or_else(|| w.t("chart-no-phone")),
        patient.email.clone().unwrap_or_else(|| w.t("chart-no-email")),
        w.f("chart-contact", [("how", contact.as_str())]),
    ]
}

fn similar_link(w: Words, f: Format, other: &Patient) -> Link {
    let birth = f.birth(other.birth_date);
    Link {
        text: w.f("chart-similar-name", [("name", other.full_name.as_str()), ("birth", birth.as_str())]),
        path: format!("/patients/{}", other.id),
    }
}

/// Pages about the patient beside the chart.
fn more(desk: &Desk, id: PatientId) -> Vec<Link> {
    let w = desk.w();
    let mut more = vec![Link { text: w.t("providers-link"), path: format!("/patients/{id}/providers") }];
    if desk.may(Permission::Book) {
        more.push(Link { text: w.t("statement-link"), path: format!("/patients/{id}/statement") });
        more.push(Link { text: w.t("feed-address"), path: format!("/patients/{id}/feed") });
    }
    more
}

/// The first is what most likely comes next: decide, then plan, then single visits.
fn acts(desk: &Desk, id: PatientId, is_suitable: bool, has_course: bool) -> Vec<Act> {
    let w = desk.w();
    let act = |key, page| Act { text: w.t(key), path: format!("/patients/{id}/{page}"), class: "button" };
    let mut acts = Vec::new();
    if desk.may(Permission::Book) {
        acts.push(act("chart-book", "book"));
        acts.push(act("chart-plan", "plan"));
        if is_suitable && !has_course {
            acts.swap(0, 1);
        }
    }
    if desk.may(Permission::DecideCandidacy) {
        let at = if is_suitable { acts.len() } else { 0 };
        acts.insert(at, act("chart-decide", "decide"));
    }
    if let Some(first) = acts.first_mut() {
        first.class = "button primary";
    }
    if desk.may(Permission::Book) {
        acts.push(act("chart-edit", "edit"));
    }
    acts
}
