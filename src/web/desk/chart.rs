//! The patient chart: in one glance who this is, where they stand and what comes next; below it everything else, short, in order.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;

use super::chart_course::{Course, course};
use super::chart_history::{ChangeRow, DecisionRow, MessageRow, change_rows, decision_rows, message_rows};
use super::chart_intake::{IntakeLine, intake_line};
use super::chart_notes::{NoteGroup, Noted, groups};
use super::chart_now::{Now, now};
use super::chart_parts::{
    DriverRow, Known, Standing, VisitRow, driver_rows, driver_words, standing, state_word, visit_row,
    visit_words,
};
use super::chart_sections::{ProviderLine, estimate_lines, letter_lines, provider_lines};
use super::mood_chart::{FEW_ROWS, MoodChart};
use super::plan_view::find_patient;
use super::{Desk, preferences};
use crate::actions::pathway::{self, Pathway};
use crate::domain::appointments::SeriesStatus;
use crate::domain::ids::PatientId;
use crate::domain::pathway_next::Next as ToDo;
use crate::domain::patients::chart_name;
use crate::domain::roles::Permission;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::drivers::{Drive, Driver};
use crate::store::patients::Patient;
use crate::web::kit::{Nav, PageError, PageResult, Shell, page};
use crate::words::Words;
use crate::words::format::Format;

/// Messages that wait, and messages that were told.
const NEXT_MESSAGES: i64 = 3;
const TOLD_MESSAGES: i64 = 30;
/// Rows of the log, of past visits, drives, notes and earlier courses a chart shows.
const CHANGES: usize = 50;
const PAST: usize = 8;
const DRIVES: usize = 20;
const NOTES: i64 = 3;
const EARLIER: usize = 6;
/// Rows of the log that are read for it: not every one is shown, and not to everybody.
const READ_CHANGES: i64 = 200;
/// Lines of the worklist about one patient.
const WORK: i64 = 20;

/// A link in words; without a path, words only.
pub struct Link {
    /// Its words.
    pub text: String,
    /// Where it goes.
    pub path: String,
}

/// Mail to the patient comes back.
struct Bounced {
    text: String,
    /// Where the address is put right, and the POST that lets mail go there again; for those who may.
    acts: Option<(String, String)>,
}

/// The next visit.
struct Next {
    text: String,
    path: String,
}

#[derive(Template)]
#[template(path = "pages/chart.html")]
struct ChartPage {
    shell: Shell,
    facts: Vec<Link>,
    similar: Vec<Link>,
    bounced: Option<Bounced>,
    now: Now,
    acts: Vec<Link>,
    more: Vec<Link>,
    next: Option<Next>,
    standing: Standing,
    intake: IntakeLine,
    courses: Vec<Course>,
    earlier: Vec<Link>,
    ahead: Vec<VisitRow>,
    past: Vec<VisitRow>,
    /// All of them, where there are more.
    past_more: Option<String>,
    messages: Vec<MessageRow>,
    /// Kinds of messages the patient does not want.
    unwanted: Option<String>,
    drivers: Vec<DriverRow>,
    /// Mood and PHQ-9, for those who may see them.
    scores: Option<MoodChart>,
    may_review: bool,
    providers: Vec<ProviderLine>,
    providers_path: String,
    letters: Vec<Link>,
    /// Estimates, for those who book; with the way to the statement.
    money: Option<(Vec<String>, String)>,
    notes: Vec<NoteGroup>,
    decisions: Vec<DecisionRow>,
    changes: Vec<ChangeRow>,
}

/// GET /patients/{id}.
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let (w, f, site) = (desk.w(), desk.f(), desk.site.id);
    let mut tx = desk.read().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let id = patient.id;
    let similar = tx.likely_duplicates(site, patient.identity(), Some(id)).await?;
    let path = pathway::read(&mut tx, &desk.app.config.rules, &desk.site, &patient).await?;
    let known = known(&mut tx, &desk, &path).await?;
    let work = tx.open_work_of(id, WORK).await?;
    // One more than is shown tells whether there are others.
    let mut over = tx.past_visits_of(id, i64::try_from(PAST).unwrap_or(i64::MAX) + 1, 0).await?;
    let has_more = over.len() > PAST;
    over.truncate(PAST);
    let drives = tx.last_drives_of(id, i64::try_from(DRIVES).unwrap_or(i64::MAX)).await?;
    let named = tx.drivers_of(id).await?;
    // A course has more messages waiting than anybody reads: the next few, then what was said.
    let mut messages = tx.next_messages_of(id, NEXT_MESSAGES).await?;
    messages.reverse();
    messages.extend(tx.told_messages_of(id, TOLD_MESSAGES).await?);
    let unwanted = preferences::unwanted(w, &tx.preferences_of(id).await?);
    let clinical = desk.may(Permission::SeeScores);
    let mut changes = tx.audit_of_patient(id, READ_CHANGES).await?;
    changes.retain(|change| is_shown(&change.action, clinical));
    changes.truncate(CHANGES);
    let scores =
        if clinical { Some(MoodChart::read(&mut tx, w, f, id, None, FEW_ROWS).await?) } else { None };
    let letters = tx.letters_of(id).await?;
    let wishes = tx.wishes_of(id).await?;
    let sessions = if desk.may(Permission::ReadIntegration) {
        tx.last_session_notes_of(id, NOTES).await?
    } else {
        Vec::new()
    };
    let shell = desk.shell(&mut tx, Nav::Patients, title(w, &patient)).await?;
    drop(tx);

    let other = over.iter().filter(|one| path.visits.iter().all(|visit| visit.id != one.id));
    let seen: Vec<&Appointment> = path.visits.iter().chain(other).collect();
    let (shown, asked) = drivers_shown(&named, drives, &seen);
    let may_decide = desk.may(Permission::DecideCandidacy);
    let (may_book, may_read) = (desk.may(Permission::Book), desk.may(Permission::SeeClinical));
    // Where the main button does it, the course's does not offer it again.
    let may_resume = may_book && !matches!(path.next, ToDo::Resume(_));
    let courses: Vec<Course> = path
        .courses
        .iter()
        .filter_map(|facts| {
            let one = known.series.get(&facts.id)?;
            Some(course(&known, one, facts, &path.visits, may_resume))
        })
        .collect();
    let is_over = |status: SeriesStatus| matches!(status, SeriesStatus::Completed | SeriesStatus::Cancelled);
    let earlier = path.series.iter().filter(|one| is_over(one.status)).take(EARLIER);
    let names: HashMap<_, _> = named.iter().map(|driver| (driver.id, driver.full_name.as_str())).collect();
    let now = now(&desk, &known, id, &path, &work);
    let main = now.act.as_ref().map(|act| act.path.clone()).unwrap_or_default();
    let noted = Noted { path: &path, wishes: wishes.as_ref(), sessions: &sessions, visits: &seen };
    page(&ChartPage {
        shell,
        facts: facts(w, f, &patient),
        similar: similar.iter().map(|other| similar_link(w, f, other)).collect(),
        bounced: bounced(&desk, &patient),
        acts: acts(&desk, id, &main),
        more: more(&desk, id),
        next: next(&known, &path.visits),
        standing: standing(&known, path.decisions.first()),
        intake: intake_line(&desk, id, path.intake.as_ref(), &main),
        courses,
        earlier: earlier
            .map(|one| Link { text: known.series_name(one), path: format!("/series/{}", one.id) })
            .collect(),
        ahead: path
            .visits
            .iter()
            .filter(|visit| visit.status.is_here() || visit.status.is_ahead())
            .map(|visit| visit_row(&known, visit))
            .collect(),
        past: over.iter().map(|visit| visit_row(&known, visit)).collect(),
        past_more: has_more.then(|| format!("/patients/{id}/visits")),
        messages: message_rows(&known, &messages, &names, &seen),
        drivers: driver_rows(&known, &shown, &asked, &seen),
        unwanted,
        scores,
        may_review: desk.may(Permission::ReviewRisk),
        providers: provider_lines(&known, &path),
        providers_path: format!("/patients/{id}/providers"),
        letters: letter_lines(&known, &path, &letters, may_read),
        money: may_book.then(|| (estimate_lines(&known, &path), format!("/patients/{id}/statement"))),
        notes: groups(&desk, &known, id, &noted),
        decisions: decision_rows(&known, &path.decisions, may_decide),
        changes: change_rows(w, f, &changes, may_decide),
        now,
    })
}

/// Names the parts look up.
async fn known(tx: &mut Tx, desk: &Desk, path: &Pathway) -> Result<Known, PageError> {
    Ok(Known {
        w: desk.w(),
        f: desk.f(),
        now: desk.now(),
        protocols: path.protocols.clone(),
        staff: tx.all_staff().await?.into_iter().map(|staff| (staff.id, staff.full_name)).collect(),
        resources: tx
            .resources(desk.site.id)
            .await?
            .into_iter()
            .map(|resource| (resource.id, resource.name))
            .collect(),
        series: path.series.iter().map(|one| (one.id, one.clone())).collect(),
        drives: path.drives.clone(),
    })
}

/// The drives to visits the chart knows, and the drivers asked for one of them. Who was never asked is shown too, where every drive
/// was read: somebody named lately, or whose visit fell through.
fn drivers_shown(named: &[Driver], drives: Vec<Drive>, seen: &[&Appointment]) -> (Vec<Driver>, Vec<Drive>) {
    let read_all = drives.len() < DRIVES;
    let (asked, older): (Vec<Drive>, Vec<Drive>) =
        drives.into_iter().partition(|drive| seen.iter().any(|visit| visit.id == drive.appointment_id));
    let drives_one = |of: &[Drive], driver: &Driver| of.iter().any(|drive| drive.driver_id == driver.id);
    let is_shown = |driver: &&Driver| drives_one(&asked, driver) || (read_all && !drives_one(&older, driver));
    let shown = named.iter().filter(is_shown).cloned().collect();
    (shown, asked)
}

/// The visit that goes on, else the next one ahead, with its driver.
fn next(known: &Known, visits: &[Appointment]) -> Option<Next> {
    let w = known.w;
    let visit = visits
        .iter()
        .find(|visit| visit.status.is_here())
        .or_else(|| visits.iter().find(|visit| visit.status.is_ahead() && visit.starts_at > known.now))?;
    let mut parts = vec![known.f.when(visit.starts_at), visit_words(known, visit), state_word(known, visit)];
    parts.extend(driver_words(known, visit).map(|driver| driver.text));
    let line = parts.join(" · ");
    let key = if visit.status.is_here() { "chart-here" } else { "chart-next" };
    Some(Next { text: w.f(key, [("what", line.as_str())]), path: format!("/appointments/{}", visit.id) })
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

/// Birth date, phone and email, each one touch away from being used, and how they want to be reached.
fn facts(w: Words, f: Format, patient: &Patient) -> Vec<Link> {
    let (birth, age) = (f.birth(patient.birth_date), f.age(patient.birth_date).to_string());
    let contact = w.t(patient.contact.word_key());
    let plain = |text: String| Link { text, path: String::new() };
    let phone = patient.phone.as_ref().map(|phone| Link {
        text: phone.clone(),
        path: format!("tel:{}", phone.replace(|c: char| c.is_whitespace(), "")),
    });
    let email =
        patient.email.as_ref().map(|email| Link { text: email.clone(), path: format!("mailto:{email}") });
    vec![
        plain(w.f("chart-born", [("birth", birth.as_str()), ("age", age.as_str())])),
        phone.unwrap_or_else(|| plain(w.t("chart-no-phone"))),
        email.unwrap_or_else(|| plain(w.t("chart-no-email"))),
        plain(w.f("chart-contact", [("how", contact.as_str())])),
    ]
}

/// That mail to them comes back, since when, and what can be done.
fn bounced(desk: &Desk, patient: &Patient) -> Option<Bounced> {
    let since = patient.address_bounced_at.filter(|_| patient.mail_bounces())?;
    let (id, when) = (patient.id, desk.f().when(since));
    let acts = (format!("/patients/{id}/edit"), format!("/patients/{id}/mail-again"));
    Some(Bounced {
        text: desk.w().f("chart-mail-bounces", [("when", when.as_str())]),
        acts: desk.may(Permission::Book).then_some(acts),
    })
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
    let mut more = vec![
        Link { text: w.t("providers-link"), path: format!("/patients/{id}/providers") },
        Link { text: w.t("preferences-link"), path: format!("/patients/{id}/messages") },
    ];
    if desk.may(Permission::Book) {
        more.push(Link { text: w.t("statement-link"), path: format!("/patients/{id}/statement") });
        more.push(Link { text: w.t("feed-address"), path: format!("/patients/{id}/feed") });
    }
    more
}

/// What can be done besides the one thing to do next, whose path is `main`.
fn acts(desk: &Desk, id: PatientId, main: &str) -> Vec<Link> {
    let w = desk.w();
    let (book, decide) = (desk.may(Permission::Book), desk.may(Permission::DecideCandidacy));
    let all = [
        (book, w.t("chart-book"), "book"),
        (book, w.t("chart-plan"), "plan"),
        (decide, w.t("chart-decide"), "decide"),
        (book, w.t("chart-edit"), "edit"),
    ];
    all.into_iter()
        .filter(|(allowed, _, _)| *allowed)
        .map(|(_, text, page)| Link { text, path: format!("/patients/{id}/{page}") })
        .filter(|link| link.path != main)
        .collect()
}
