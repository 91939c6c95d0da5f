//! One whole course: its state, its visits week by week with drivers and what is missing; a held one is booked or released here.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};

use super::plan_view::{Link, Refusal, facts_of, gate_lines, monday_of};
use super::read_aloud::{self, SpokenVisit, leading_kind};
use super::{Desk, DeskForm, book, visit_words};
use crate::actions::ActionError;
use crate::actions::review::can_be_reviewed;
use crate::actions::series::{book_held, release_hold};
use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::drivers::DriveStatus;
use crate::domain::ids::{AppointmentId, ResourceId, SeriesId};
use crate::domain::patients::chart_name;
use crate::domain::roles::Permission;
use crate::domain::services::kinds;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::store::patients::Patient;
use crate::store::series::Series;
use crate::web::kit::refusals::{conflict_lines, error_text};
use crate::web::kit::{
    Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};
use crate::words::format::money;

/// A visit of the course.
struct VisitRow {
    machine: String,
    when: String,
    place: String,
    href: String,
    who: String,
    class: &'static str,
    glyph: &'static str,
    state: String,
    driver: String,
    missing: Vec<String>,
    acts: Vec<Link>,
    done: bool,
}

/// The visits of one week.
struct Week {
    title: String,
    rows: Vec<VisitRow>,
}

#[derive(Template)]
#[template(path = "pages/series.html")]
struct SeriesPage {
    shell: Shell,
    facts: Vec<String>,
    chart: String,
    name: String,
    /// The page of its review, once it runs.
    review_path: Option<String>,
    refusal: Option<Refusal>,
    state: String,
    state_class: &'static str,
    course: String,
    total: String,
    confirmed: String,
    drivers: String,
    created: String,
    weeks: Vec<Week>,
    aloud: String,
    /// Set while the course is held and this person may book.
    book_path: Option<String>,
    release_path: String,
    /// How the newest estimate stands.
    estimate: String,
    /// Set while the course is held or booked and this person may book.
    estimate_path: Option<String>,
    book_label: String,
    /// Set while the course runs and this person may book.
    change: Option<Link>,
    /// Set while it is on pause.
    paused: Option<String>,
    key: String,
}

/// Everything the page shows, read in one transaction.
struct Loaded {
    series: Series,
    patient: Patient,
    visits: Vec<Appointment>,
    names: HashMap<ResourceId, String>,
    drives: HashMap<AppointmentId, Drive>,
}

impl Loaded {
    async fn read(tx: &mut Tx, desk: &Desk, id: &str) -> Result<Self, PageError> {
        let id = id.parse::<SeriesId>().map_err(|_| PageError::NotFound)?;
        let series =
            tx.series(id).await?.filter(|one| one.site_id == desk.site.id).ok_or(PageError::NotFound)?;
        let patient = tx.patient(series.patient_id).await?.ok_or(PageError::NotFound)?;
        let visits = tx.appointments_in(id).await?;
        let names = visit_words::names(tx.resources(desk.site.id).await?);
        let drives = tx.current_drives_of(patient.id).await?;
        let drives = drives.into_iter().map(|drive| (drive.appointment_id, drive)).collect();
        Ok(Self { series, patient, visits, names, drives })
    }

    fn aloud(&self, desk: &Desk) -> String {
        let spoken: Vec<SpokenVisit> = self
            .visits
            .iter()
            .filter(|visit| visit.status.is_ahead())
            .filter_map(|visit| {
                let kind = leading_kind(&kinds(&visit.phases))?;
                let who =
                    visit.resource_for(kind).and_then(|id| self.names.get(&id)).cloned().unwrap_or_default();
                let companion = visit.companion;
                Some(SpokenVisit { role: visit.role?, starts_at: visit.starts_at, who, companion })
            })
            .collect();
        if spoken.is_empty() {
            return String::new();
        }
        read_aloud::course(desk.w(), desk.f(), &spoken, self.series.total_cents, &self.series.currency)
    }
}

/// GET `/series/{id}`
///
/// # Errors
/// [`PageError::NotFound`] for a course of another site.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    render(&desk, &id, StatusCode::OK, None).await
}

/// POST `/series/{id}/book`: turns a hold into bookings.
///
/// # Errors
/// [`PageError::NotFound`] for a course of another site.
pub async fn book_it(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let mut tx = desk.read().await?;
    let loaded = Loaded::read(&mut tx, &desk, &id).await?;
    drop(tx);
    let path = format!("/series/{}", loaded.series.id);
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    if let Some(done) = tx.claim_key("series", &key, &path).await? {
        return Ok(redirect(&done));
    }
    match book_held(&mut tx, &desk.actor(), &desk.app.config.rules, &desk.site, loaded.series.id, None).await
    {
        Ok(()) => {
            let said = booked_text(&desk, &mut tx, &loaded.patient, loaded.series.id).await?;
            tx.commit().await?;
            Ok(redirect_with_flash(&path, &said, None))
        }
        Err(error) => {
            drop(tx);
            refused(&desk, &id, &loaded.patient, error).await
        }
    }
}

/// POST `/series/{id}/release`: lets a hold go.
///
/// # Errors
/// [`PageError::NotFound`] for a course of another site.
pub async fn release(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let desk = form.desk;
    let mut tx = desk.read().await?;
    let loaded = Loaded::read(&mut tx, &desk, &id).await?;
    drop(tx);
    let mut tx = desk.write().await?;
    match release_hold(&mut tx, &desk.actor(), loaded.series.id).await {
        Ok(()) => {
            tx.commit().await?;
            let said = desk.w().f("series-released", [("name", loaded.patient.full_name.as_str())]);
            Ok(redirect_with_flash(&format!("/patients/{}", loaded.patient.id), &said, None))
        }
        Err(error) => {
            drop(tx);
            refused(&desk, &id, &loaded.patient, error).await
        }
    }
}

/// What was booked or held, which mail goes, and the course in one breath; read in the booking's own transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn booked_text(
    desk: &Desk,
    tx: &mut Tx,
    patient: &Patient,
    id: SeriesId,
) -> Result<String, PageError> {
    let (w, f) = (desk.w(), desk.f());
    let loaded = Loaded::read(tx, desk, &id.to_string()).await?;
    let count = loaded.visits.iter().filter(|visit| visit.status.is_ahead()).count();
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let (mail, aloud) = (book::mail_line(desk, patient), loaded.aloud(desk));
    let args = [("name", patient.full_name.as_str()), ("mail", mail.as_str()), ("aloud", aloud.as_str())];
    let [name, mail, aloud] = args;
    Ok(match loaded.series.hold_until {
        Some(until) => {
            let until = visit_words::near(f, until);
            w.nf("series-done-held", count, [name, mail, aloud, ("when", until.as_str())])
        }
        None => w.nf("series-done-booked", count, [name, mail, aloud]),
    })
}

/// That a running course changed, which mail goes, and what is read aloud; read in the change's own transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn changed_text(
    desk: &Desk,
    tx: &mut Tx,
    patient: &Patient,
    id: SeriesId,
) -> Result<String, PageError> {
    let w = desk.w();
    let loaded = Loaded::read(tx, desk, &id.to_string()).await?;
    let (mail, aloud) = (book::mail_line(desk, patient), loaded.aloud(desk));
    let (name, mail) = (("name", patient.full_name.as_str()), ("mail", mail.as_str()));
    Ok(if loaded.series.paused_at.is_some() {
        w.f("series-change-done-paused", [name, mail])
    } else if aloud.is_empty() {
        w.f("series-change-done-short", [name, mail])
    } else {
        w.f("series-change-done", [name, mail, ("aloud", aloud.as_str())])
    })
}

async fn refused(desk: &Desk, id: &str, patient: &Patient, error: ActionError) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let title = w.f("series-refused-title", [("name", patient.full_name.as_str())]);
    let (status, refusal) = match error {
        ActionError::Unmet(unmet) => {
            let lines = gate_lines(desk, patient.id, &unmet);
            (StatusCode::UNPROCESSABLE_ENTITY, Refusal { title, lines, last: String::new() })
        }
        ActionError::Conflicts(conflicts) => {
            (StatusCode::CONFLICT, Refusal::plain(title, conflict_lines(w, f, &conflicts), String::new()))
        }
        ActionError::Changed => {
            (StatusCode::CONFLICT, Refusal::plain(title, vec![w.t("series-changed")], String::new()))
        }
        error @ ActionError::Refused(_) => {
            (StatusCode::CONFLICT, Refusal::plain(title, error_text(w, f, &error), String::new()))
        }
        other => return Err(other.into()),
    };
    render(desk, id, status, Some(refusal)).await
}

async fn render(desk: &Desk, id: &str, status: StatusCode, refusal: Option<Refusal>) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let loaded = Loaded::read(&mut tx, desk, id).await?;
    let protocol = tx.protocol(loaded.series.protocol_id).await?.map(|one| one.name).unwrap_or_default();
    let decision = tx.decision_of(loaded.patient.id).await?;
    let estimates = tx.estimates_of(loaded.patient.id).await?;
    let title = w.f("series-title", [("name", chart_name(&loaded.patient.sort_name).as_str())]);
    let shell = desk.shell(&mut tx, Nav::Patients, title).await?.refused(refusal.is_some());
    let series = &loaded.series;

    let mut weeks: Vec<(NaiveDate, Week)> = Vec::new();
    for visit in &loaded.visits {
        let monday = monday_of(f.date_of(visit.starts_at));
        let missing = visit_words::missing(visit, loaded.drives.get(&visit.id), decision.as_ref(), f);
        let row = row(desk, &loaded, visit, missing.iter().map(|one| one.text(w, f)).collect());
        match weeks.last_mut().filter(|(last, _)| *last == monday) {
            Some((_, week)) => week.rows.push(row),
            None => {
                let title = w.f("series-week", [("day", f.day_month(monday).as_str())]);
                weeks.push((monday, Week { title, rows: vec![row] }));
            }
        }
    }
    let live: Vec<&Appointment> = loaded.visits.iter().filter(|visit| visit.status.occupies()).collect();
    let confirmed = live.iter().filter(|visit| visit.confirmed_at.is_some()).count();
    let driven: Vec<AppointmentId> =
        live.iter().filter(|visit| visit.needs_driver()).map(|visit| visit.id).collect();
    let drives = driven.iter().filter_map(|id| loaded.drives.get(id));
    let sure = drives.filter(|drive| drive.status == DriveStatus::Confirmed).count();
    let of = |key: &str, some: usize, all: usize| {
        w.f(key, [("some", some.to_string().as_str()), ("all", all.to_string().as_str())])
    };
    let held = series.status == SeriesStatus::Held;
    let ahead =
        i64::try_from(loaded.visits.iter().filter(|visit| visit.status.is_ahead()).count()).unwrap_or(0);
    let made = f.when(series.created_at);
    let view = SeriesPage {
        shell,
        facts: facts_of(w, f, &loaded.patient),
        chart: format!("/patients/{}", loaded.patient.id),
        name: loaded.patient.full_name.clone(),
        review_path: can_be_reviewed(series).then(|| format!("/series/{}/review", series.id)),
        refusal,
        state: match (held, series.hold_until, series.paused_at) {
            (true, Some(until), _) => {
                w.f("state-held-until", [("when", visit_words::near(f, until).as_str())])
            }
            (_, _, Some(at)) => paused_word(desk, at),
            _ => w.t(series.status.word_key()),
        },
        state_class: match series.status {
            _ if series.paused_at.is_some() => "st-gone",
            SeriesStatus::Held => "st-held",
            SeriesStatus::Active => "st-ok",
            SeriesStatus::Completed => "st-gone",
            SeriesStatus::Cancelled => "st-canceled",
        },
        course: protocol,
        total: money(series.total_cents, &series.currency),
        confirmed: of("series-confirmed", confirmed, live.len()),
        drivers: of("series-drivers", sure, driven.len()),
        created: w.f("series-created", [("name", series.created_by.as_str()), ("when", made.as_str())]),
        aloud: loaded.aloud(desk),
        book_path: (held && desk.may(Permission::Book)).then(|| format!("/series/{}/book", series.id)),
        release_path: format!("/series/{}/release", series.id),
        estimate: super::estimate::state(w, f, series.id, &estimates),
        estimate_path: (matches!(series.status, SeriesStatus::Held | SeriesStatus::Active)
            && desk.may(Permission::Book))
        .then(|| format!("/series/{}/estimate", series.id)),
        book_label: w.nf("plan-book", ahead, [("name", loaded.patient.full_name.as_str())]),
        change: change_link(desk, series),
        paused: series.paused_at.map(|_| w.t("series-change-paused-note")),
        key: idempotency::new_key(),
        weeks: weeks.into_iter().map(|(_, week)| week).collect(),
    };
    page_with_status(status, &view)
}

/// "On pause since Tue, Dec 1".
fn paused_word(desk: &Desk, at: DateTime<Utc>) -> String {
    let (w, f) = (desk.w(), desk.f());
    w.f("series-change-state-paused", [("day", f.day(f.date_of(at)).as_str())])
}

/// The way to change a running course, or to resume one that is on pause.
fn change_link(desk: &Desk, series: &Series) -> Option<Link> {
    if series.status != SeriesStatus::Active || !desk.may(Permission::Book) {
        return None;
    }
    let path = format!("/series/{}/change", series.id);
    Some(match series.paused_at {
        Some(_) => {
            Link { label: desk.w().t("series-change-resume-link"), href: format!("{path}?change=resume") }
        }
        None => Link { label: desk.w().t("series-change-link"), href: path },
    })
}

fn row(desk: &Desk, loaded: &Loaded, visit: &Appointment, missing: Vec<String>) -> VisitRow {
    let (w, f) = (desk.w(), desk.f());
    let shown = visit.shown_state(desk.now());
    let (mut who, rooms) = visit_words::who(visit, &loaded.names);
    who.extend(rooms);
    let place = visit_words::place(w, visit, Some(&loaded.series));
    let href = format!("/appointments/{}", visit.id);
    let mut acts = Vec::new();
    if visit.status == AppointmentStatus::Booked && desk.may(Permission::Book) {
        acts.push(Link { label: w.t("series-move"), href: format!("{href}/move") });
        acts.push(Link { label: w.t("series-cancel"), href: format!("{href}/cancel") });
    }
    let driver = match (visit.needs_driver() && visit.status.occupies(), loaded.drives.get(&visit.id)) {
        (false, _) => String::new(),
        (true, None) => w.t(visit.companion.pick("series-driver-none", "series-sitter-none")),
        (true, Some(drive)) => {
            let sure = drive.status == DriveStatus::Confirmed;
            let key = if sure { "series-driver-confirmed" } else { "series-driver-asked" };
            w.f(key, [("name", drive.full_name.as_str())])
        }
    };
    VisitRow {
        machine: f.machine(visit.starts_at),
        when: f.when(visit.starts_at),
        place,
        href,
        who: who.join(" · "),
        class: shown.class(),
        glyph: shown.glyph(),
        state: visit_words::state_word(w, f, visit, loaded.series.hold_until, desk.now()),
        driver,
        missing,
        acts,
        done: !visit.status.is_ahead() && !visit.status.is_here(),
    }
}
