//! One visit whole: who, when, with whom, its driver, its messages, what happened so far and what can be done next.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};

use super::Desk;
use super::visit_refusal::Refusal;
use super::visit_words;
use crate::domain::appointments::AppointmentStatus;
use crate::domain::companions::{Companion, Venue};
use crate::domain::drivers::{DaySign, DriveStatus, DriverNeed, may_sign};
use crate::domain::ids::AppointmentId;
use crate::domain::patients::chart_name;
use crate::domain::roles::Permission;
use crate::domain::services::Phase;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::store::messages::Message;
use crate::store::patients::Patient;
use crate::web::kit::{Fields, Nav, PageError, PageResult, Shell, page_with_status};
use crate::words::Words;
use crate::words::format::{Format, money};

/// Messages of the patient that are searched for those about this visit, and rows shown of them.
const MESSAGES_SEARCHED: i64 = 200;
const MESSAGES_SHOWN: usize = 30;

struct PhaseRow {
    name: String,
    span: String,
    who: String,
}

struct DriveRow {
    id: String,
    name: String,
    contact: String,
    state: String,
    /// Which ways they take on; empty for a sitter.
    legs: String,
    times: String,
    /// Where they say they are.
    sign: Option<String>,
    /// What can be noted of where they are.
    signs: Vec<(&'static str, String)>,
    /// Whether a yes, a no, can be recorded.
    may_yes: bool,
    may_no: bool,
}

struct MessageRow {
    about: String,
    when: String,
    state: String,
    href: String,
}

/// Something that happened.
struct Event {
    text: String,
    at: String,
}

/// A button: a form without fields.
struct Button {
    path: &'static str,
    label: String,
}

/// What the visitor can do in the visit's present state.
#[derive(Default)]
struct Acts {
    /// The next state, in one press.
    next: Option<Button>,
    /// Steps aside and back.
    others: Vec<Button>,
    /// The form that sends the patient home.
    going_home: bool,
    /// The forms that record or waive the coach's check-in.
    coach: bool,
    /// Move, cancel; name a driver, until the patient has gone home.
    may_move: bool,
    may_cancel: bool,
    may_driver: bool,
}

#[derive(Template)]
#[template(path = "pages/visit_staff.html")]
struct VisitPage {
    shell: Shell,
    fields: Fields,
    refusal: Option<Refusal>,
    back: String,
    id: String,
    version: i64,
    name: String,
    patient_href: String,
    born: String,
    phone: String,
    service: String,
    when: String,
    class: &'static str,
    glyph: &'static str,
    state: String,
    price: String,
    series_href: Option<String>,
    /// Intention and notes, for those who may read them.
    notes_href: Option<String>,
    missing: Vec<String>,
    note: Option<String>,
    phases: Vec<PhaseRow>,
    needs_driver: bool,
    /// Heads and labels, by whether a driver or a sitter is needed.
    companion_heading: String,
    companion_act: String,
    escort_label: String,
    escort_hint: String,
    escort_act: String,
    place: Option<String>,
    driver_word: String,
    /// When the driver picks the patient up, as things stand; none at home.
    pick_up: Option<String>,
    drives: Vec<DriveRow>,
    messages: Vec<MessageRow>,
    events: Vec<Event>,
    acts: Acts,
}

/// A visit of this site with its patient.
///
/// # Errors
/// [`PageError::NotFound`] when there is none here.
pub async fn load(tx: &mut Tx, desk: &Desk, id: AppointmentId) -> Result<(Appointment, Patient), PageError> {
    let visit = tx.appointment(id).await?.filter(|visit| visit.site_id == desk.site.id);
    let visit = visit.ok_or(PageError::NotFound)?;
    let patient = tx.patient(visit.patient_id).await?.ok_or(PageError::NotFound)?;
    Ok((visit, patient))
}

/// GET /appointments/{id}
///
/// # Errors
/// [`PageError::NotFound`] when there is no such visit here.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let id = id.parse::<AppointmentId>().map_err(|_| PageError::NotFound)?;
    let mut fields = Fields::new();
    fields.set("back", format!("/appointments/{id}"));
    render(&desk, id, fields, None, StatusCode::OK).await
}

/// The page, after a refused act with its box and what was typed.
///
/// # Errors
/// [`PageError::NotFound`] when there is no such visit here.
pub async fn render(
    desk: &Desk,
    id: AppointmentId,
    mut fields: Fields,
    refusal: Option<Refusal>,
    status: StatusCode,
) -> PageResult {
    let (w, f, now) = (desk.w(), desk.f(), desk.now());
    let mut tx = desk.read().await?;
    let (visit, patient) = load(&mut tx, desk, id).await?;
    let series = match visit.series_id {
        Some(series) => tx.series(series).await?,
        None => None,
    };
    let names = visit_words::names(tx.resources(desk.site.id).await?);
    let drives = tx.drives_to(id).await?;
    let decision = tx.decision_of(patient.id).await?;
    let messages = tx.messages_of(patient.id, MESSAGES_SEARCHED).await?;
    let current = drives.iter().find(|drive| drive.status.is_current());
    if !fields.has("escort") {
        // Who said yes to driving most likely stands at the door.
        let driver = current.filter(|drive| drive.status == DriveStatus::Confirmed);
        fields.set("escort", driver.map(|drive| drive.full_name.clone()).unwrap_or_default());
    }
    let shown = visit.shown_state(now);
    let service = visit_words::place(w, &visit, series.as_ref());
    let name = chart_name(&patient.sort_name);
    let title = w.f("appointment-title", [("name", name.as_str()), ("service", service.as_str())]);
    let mut shell = desk.shell(&mut tx, Nav::Today, title).await?.refused(status != StatusCode::OK);
    // A refused POST shows this page under the act's address, which nobody can open.
    shell.here = format!("/appointments/{id}");
    let need = DriverNeed::of(visit.needs_driver(), current.map(|drive| drive.status));
    let missing = visit_words::missing(&visit, current, decision.as_ref(), f);
    let of_phase = |phase: &Phase| phase_row(f, &visit, phase, &names);
    let pick = |driver, sitter| visit.companion.pick(driver, sitter);
    let page = VisitPage {
        refusal,
        back: fields.get("back").to_owned(),
        id: id.to_string(),
        version: visit.version,
        patient_href: format!("/patients/{}", patient.id),
        born: format!("{} ({})", f.birth(patient.birth_date), f.age(patient.birth_date)),
        phone: patient.phone.clone().unwrap_or_else(|| w.t("appointment-not-known")),
        name,
        service,
        when: w.f(
            "appointment-when",
            [("when", f.when(visit.starts_at).as_str()), ("end", f.time(visit.ends_at).as_str())],
        ),
        class: shown.class(),
        glyph: shown.glyph(),
        state: visit_words::state_word(
            w,
            f,
            &visit,
            series.as_ref().and_then(|series| series.hold_until),
            now,
        ),
        price: money(visit.price_cents, &desk.site.currency),
        series_href: visit.series_id.map(|id| format!("/series/{id}")),
        notes_href: desk.may(Permission::ReadIntegration).then(|| format!("/appointments/{id}/notes")),
        missing: missing.iter().map(|line| line.text(w, f)).collect(),
        note: visit.override_reason.as_deref().map(|reason| w.f("today-past-gate", [("reason", reason)])),
        phases: visit.phases.iter().map(of_phase).collect(),
        needs_driver: visit.needs_driver(),
        companion_heading: w.t(pick("driver-heading", "sitter-heading")),
        companion_act: w.t(match drives.is_empty() {
            true => pick("driver-name-one", "sitter-name-one"),
            false => pick("driver-name-another", "sitter-name-another"),
        }),
        escort_label: w.t(pick("appointment-escort", "appointment-sitter-stays")),
        escort_hint: w.t(pick("appointment-escort-hint", "appointment-sitter-stays-hint")),
        escort_act: w.t(pick("today-act-home", "today-act-over")),
        place: (visit.venue != Venue::Clinic).then(|| w.t(visit.venue.word_key())),
        driver_word: w.t(need.word_key()),
        pick_up: pick_up(desk, &visit),
        drives: drives.iter().map(|drive| drive_row(w, f, desk, &visit, drive)).collect(),
        messages: message_rows(w, f, &visit, &messages),
        events: events(w, f, &visit),
        acts: acts(desk, &visit),
        fields,
        shell,
    };
    page_with_status(status, &page)
}

fn phase_row(
    f: Format,
    visit: &Appointment,
    phase: &Phase,
    names: &std::collections::HashMap<crate::domain::ids::ResourceId, String>,
) -> PhaseRow {
    let at = |minutes| visit.starts_at + chrono::TimeDelta::minutes(minutes);
    let who: Vec<&str> = phase
        .needs
        .iter()
        .filter_map(|kind| visit.resource_for(*kind))
        .filter_map(|resource| names.get(&resource))
        .map(String::as_str)
        .collect();
    PhaseRow {
        name: phase.name.clone(),
        span: f.span(at(phase.offset), at(phase.offset + phase.minutes)),
        who: who.join(", "),
    }
}

/// "Pick-up between 12:45 and 1:15 PM", until the patient has gone home; nobody is picked up at home.
pub fn pick_up(desk: &Desk, visit: &Appointment) -> Option<String> {
    let is_driven = visit.needs_driver() && visit.companion == Companion::Driver;
    let is_open = is_driven && (visit.status.is_ahead() || visit.status.is_here());
    let (from, to) = visit.pick_up(desk.app.config.rules.pick_up, desk.now());
    let (first, last) = desk.f().between(from, to);
    is_open.then(|| desk.w().f("pick-up-is", [("from", first.as_str()), ("to", last.as_str())]))
}

fn drive_row(w: Words, f: Format, desk: &Desk, visit: &Appointment, drive: &Drive) -> DriveRow {
    let contact = [drive.phone.as_deref(), drive.email.as_deref()];
    let asked = f.when(drive.asked_at);
    let mut times = w.f("driver-asked-at", [("when", asked.as_str())]);
    if let Some(answered) = drive.answered_at {
        let answered = f.when(answered);
        let by = drive.answered_by.as_deref().unwrap_or_default();
        times.push(' ');
        times.push_str(&w.f("driver-answered-at", [("when", answered.as_str()), ("by", by)]));
    }
    if let Some(said_by) = drive.said_by.as_deref() {
        times.push(' ');
        times.push_str(&w.f("driver-said-by", [("name", said_by)]));
    }
    let on_the_day = f.date_of(visit.starts_at) == f.today();
    let may_note = desk.may(Permission::RunVisit) && may_sign(drive.status, visit.status, on_the_day);
    let may = desk.may(Permission::Book) && drive.status.is_current();
    DriveRow {
        id: drive.id.to_string(),
        name: drive.full_name.clone(),
        contact: contact.into_iter().flatten().collect::<Vec<_>>().join(", "),
        state: w.t(drive.status.word_key()),
        legs: visit.companion.pick(w.t(drive.legs.word_key()), String::new()),
        times,
        sign: visit_words::sign_text(w, f, visit, drive).filter(|_| drive.status == DriveStatus::Confirmed),
        signs: if may_note { signs(w, visit.companion, drive.sign) } else { Vec::new() },
        may_yes: may && drive.status == DriveStatus::Asked,
        may_no: may,
    }
}

/// What can be noted of where a driver or sitter is: what they are not noted as, and a way to take it back.
fn signs(w: Words, companion: Companion, now: Option<DaySign>) -> Vec<(&'static str, String)> {
    let word = |sign: DaySign| match (sign, companion) {
        (DaySign::Waiting, Companion::Sitter) => w.t("sign-there"),
        (sign, _) => w.t(sign.word_key()),
    };
    let mut signs: Vec<(&'static str, String)> = DaySign::ALL
        .iter()
        .filter(|sign| Some(**sign) != now)
        .map(|sign| (sign.as_str(), word(*sign)))
        .collect();
    if now.is_some() {
        signs.push(("none", w.t("sign-none")));
    }
    signs
}

/// Messages about this visit, and those about its whole course.
fn message_rows(w: Words, f: Format, visit: &Appointment, messages: &[Message]) -> Vec<MessageRow> {
    let about = |message: &&Message| match message.appointment_id {
        Some(id) => id == visit.id,
        None => message.series_id.is_some() && message.series_id == visit.series_id,
    };
    messages
        .iter()
        .filter(about)
        .take(MESSAGES_SHOWN)
        .map(|message| MessageRow {
            about: w.t(message.stage.word_key()),
            when: f.when(message.sent_at.unwrap_or(message.due_at)),
            state: w.t(message.status.word_key()),
            href: format!("/outbox/{}", message.id),
        })
        .collect()
}

/// What happened so far, first things first.
fn events(w: Words, f: Format, visit: &Appointment) -> Vec<Event> {
    let mut events = Vec::new();
    let mut add = |at: Option<DateTime<Utc>>, text: String| {
        if let Some(at) = at {
            events.push(Event { text, at: f.when(at) });
        }
    };
    add(Some(visit.created_at), w.t("appointment-event-booked"));
    add(visit.confirmed_at, w.t("appointment-event-confirmed"));
    add(visit.arrived_at, w.t("appointment-event-arrived"));
    add(visit.started_at, w.t("appointment-event-started"));
    add(visit.recovery_at, w.t("appointment-event-recovery"));
    let ended = match visit.escort.as_deref() {
        Some(escort) => {
            let key = visit.companion.pick("appointment-event-home-with", "appointment-event-sitter-stayed");
            w.f(key, [("escort", escort)])
        }
        None => w.t("appointment-event-home"),
    };
    add(visit.ended_at, ended);
    let by = visit.cancelled_by.as_deref().unwrap_or_default();
    let why = visit.cancel_reason.as_deref().unwrap_or_default();
    add(visit.cancelled_at, w.f("appointment-event-canceled", [("by", by), ("reason", why)]));
    if let Some(by) = visit.coach_check_in_by.as_deref() {
        let text = match visit.coach_check_in_waived.as_deref() {
            Some(reason) => w.f("appointment-event-coach-waived", [("by", by), ("reason", reason)]),
            None => w.f("appointment-event-coach", [("by", by)]),
        };
        events.push(Event { text, at: String::new() });
    }
    events
}

/// What can be done next; roles decide here what is shown, in the action what is allowed.
fn acts(desk: &Desk, visit: &Appointment) -> Acts {
    let w = desk.w();
    let button = |path, key: &str| Button { path, label: w.t(key) };
    let (run, book) = (desk.may(Permission::RunVisit), desk.may(Permission::Book));
    let mut acts = Acts {
        may_move: book && visit.status.is_ahead(),
        may_cancel: book && visit.status.is_ahead(),
        may_driver: book && visit.needs_driver() && visit.status.is_open(),
        coach: desk.may(Permission::RecordCoachCheckIn)
            && visit.has_coach_check_in()
            && visit.coach_check_in_by.is_none()
            && matches!(visit.status, AppointmentStatus::InProgress | AppointmentStatus::Recovering),
        ..Acts::default()
    };
    let same_day = desk.f().date_of(visit.starts_at) == desk.today();
    match visit.status {
        AppointmentStatus::Booked => {
            if run && same_day {
                acts.next = Some(button("check-in", "today-act-check-in"));
            }
            if run && visit.starts_at <= desk.now() {
                acts.others.push(button("missed", "today-act-missed"));
            }
            if book && visit.confirmed_at.is_none() {
                acts.others.push(button("confirm", "appointment-act-confirm"));
            }
        }
        AppointmentStatus::Arrived if run => {
            acts.next = Some(button("start", "today-act-start"));
            acts.others.push(button("undo-check-in", "appointment-act-undo-check-in"));
        }
        AppointmentStatus::InProgress if run && visit.is_treatment() => {
            acts.next = Some(button("recovery", "today-act-recovery"));
        }
        AppointmentStatus::InProgress if run => acts.next = Some(button("discharge", "today-act-end")),
        AppointmentStatus::Recovering => acts.going_home = run,
        AppointmentStatus::NoShow if run => {
            acts.others.push(button("undo-missed", "appointment-act-undo-missed"));
        }
        AppointmentStatus::Cancelled if book => {
            acts.others.push(button("restore", "appointment-act-restore"));
        }
        _ => {}
    }
    acts
}
