//! What a patient's page shows, read in one transaction and put into ready words.

use chrono::{DateTime, Utc};

use super::LinkVisitor;
use crate::actions::cancel_own::undo_open_until;
use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::companions::Companion;
use crate::domain::drivers::{DriveStatus, Legs, PickUp};
use crate::domain::integration::{counted_from, is_quiet, may_set};
use crate::domain::patients::first_name;
use crate::mail::calendar;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::estimates::Estimate;
use crate::store::patients::Patient;
use crate::store::series::Series;
use crate::web::kit::PageError;
use crate::words::Words;
use crate::words::format::{Format, money};

/// One visit in the patient's words.
#[derive(Clone, Debug)]
pub struct VisitRow {
    /// Its id.
    pub id: String,
    /// Its id and version, as the confirm form sends them.
    pub value: String,
    /// Its neutral name.
    pub name: String,
    /// "Tuesday, December 1".
    pub day: String,
    /// "10:00 AM to about 12:30 PM".
    pub time: String,
    /// For `<time datetime>`.
    pub machine: String,
    /// "12 Elm Street, door B", "At home", "We call you".
    pub place: String,
    /// Its state in the patient's words.
    pub state: String,
    /// The class of its state.
    pub class: &'static str,
    /// The glyph of its state.
    pub glyph: &'static str,
    /// Whether it needs a driver or a sitter, if it needs one.
    pub companion: Companion,
    /// How it stands for that one, if it needs one and lies ahead.
    pub driver: Option<String>,
    /// Whether that one is still to be named.
    pub driver_wanted: bool,
    /// When the driver picks the patient up, as things stand, if it needs a driver and is not over.
    pub pick_up: Option<String>,
    /// Whether the patient can still say that they come.
    pub to_confirm: bool,
    /// Whether they said so.
    pub confirmed: bool,
    /// Whether it is over or off.
    pub past: bool,
    /// Whether it takes preparing: a rest day, a driver.
    pub prepare: bool,
}

/// A course whose times are kept.
#[derive(Clone, Debug)]
pub struct HeldCourse {
    /// Its id.
    pub id: String,
    /// The version read here.
    pub version: i64,
    /// Until when.
    pub until: String,
    /// What it costs.
    pub total: String,
}

/// The intention of the next treatment.
#[derive(Clone, Debug)]
pub struct IntentionTodo {
    /// The treatment's id.
    pub id: String,
    /// "Tuesday, December 1".
    pub day: String,
    /// Whether one is set.
    pub done: bool,
}

/// The newest estimate that the patient was sent.
#[derive(Clone, Debug)]
pub struct EstimateTodo {
    /// Its id.
    pub id: String,
    /// Whether the patient said that they read it.
    pub done: bool,
}

/// A visit the patient canceled and can still take back.
#[derive(Clone, Debug)]
pub struct UndoTodo {
    /// Its id.
    pub id: String,
    /// Which one, and until when.
    pub text: String,
}

/// All a page needs.
#[derive(Clone, Debug)]
pub struct PatientView {
    /// Whose page it is.
    pub patient: Patient,
    /// The visits it shows, by start.
    pub visits: Vec<Appointment>,
    /// The same in words, the coming ones first.
    pub rows: Vec<VisitRow>,
    /// The index of the big one in `rows`.
    pub next: Option<usize>,
    /// A course that waits for the patient's yes.
    pub held: Option<HeldCourse>,
    /// What the shown course or visit costs.
    pub total: Option<String>,
    /// The next treatment's intention.
    pub intention: Option<IntentionTodo>,
    /// The newest estimate.
    pub estimate: Option<EstimateTodo>,
    /// Whether these are the quiet days after a treatment.
    pub quiet: bool,
    /// What the patient canceled and can still take back.
    pub undo: Vec<UndoTodo>,
    /// Whether the day of a treatment that is over still lasts.
    pub evening: bool,
}

/// Reads and words everything a patient's link shows: its course or visit, and the patient's other coming visits.
///
/// # Errors
/// [`PageError::NotFound`] when the patient is gone; what the store reports.
pub async fn read(visitor: &LinkVisitor, tx: &mut Tx) -> Result<PatientView, PageError> {
    let (w, f, now) = (visitor.w(), visitor.f(), visitor.now());
    let link = &visitor.link;
    let patient = tx.patient(link.patient_id).await?.ok_or(PageError::NotFound)?;
    let all = tx.appointments_of(patient.id).await?;
    let linked = all.iter().find(|visit| Some(visit.id) == link.appointment_id);
    let linked_id = linked.filter(|visit| is_coming(visit, now)).map(|visit| visit.id);
    let series_id = link.series_id.or_else(|| linked.and_then(|visit| visit.series_id));
    let total = match series_id {
        Some(id) => tx.series(id).await?.map(|series| money(series.total_cents, &series.currency)),
        None => linked.map(|visit| money(visit.price_cents, &visitor.site.currency)),
    };
    let courses = tx.series_of(patient.id).await?;
    let held = courses.iter().find_map(|series| held_course(series, f, now));
    let intention = match all.iter().find(|visit| takes_intention(visit, now)) {
        Some(visit) => Some(IntentionTodo {
            id: visit.id.to_string(),
            day: f.long_day(f.date_of(visit.starts_at)),
            done: tx.intention(visit.id).await?.is_some(),
        }),
        None => None,
    };
    let estimate = newest_estimate(&tx.estimates_of(patient.id).await?, &courses);
    let quiet = all.iter().any(|visit| is_resting(visit, now));
    let undo = undo_todos(visitor, &all);
    let is_today = |visit: &Appointment| f.date_of(visit.starts_at) == f.today();
    let evening = all.iter().any(|visit| is_resting(visit, now) && is_today(visit));
    let visits: Vec<Appointment> = all
        .into_iter()
        .filter(|visit| {
            is_coming(visit, now)
                || (link.series_id.is_some() && visit.series_id == link.series_id)
                || Some(visit.id) == link.appointment_id
        })
        .collect();
    let mut rows = Vec::with_capacity(visits.len());
    for visit in &visits {
        let driver = driver_words(tx, w, visit, now).await?;
        rows.push(VisitRow {
            place: calendar::place(w, &visitor.site, visit),
            pick_up: pick_up_words(w, f, visit, visitor.app.config.rules.pick_up, now),
            ..row(w, f, visit, driver, now)
        });
    }
    // A stable sort: by start within the coming and within the past ones.
    rows.sort_by_key(|row| row.past);
    let next = rows
        .iter()
        .position(|row| linked_id.is_some_and(|id| id.to_string() == row.id))
        .or_else(|| rows.iter().position(|row| !row.past));
    Ok(PatientView { patient, visits, rows, next, held, total, intention, estimate, quiet, evening, undo })
}

/// The cancellations by this patient that can still be taken back: one for each press, by the visit that was canceled.
fn undo_todos(visitor: &LinkVisitor, all: &[Appointment]) -> Vec<UndoTodo> {
    let (w, f, rules) = (visitor.w(), visitor.f(), &visitor.app.config.rules);
    let mut open: Vec<(&Appointment, DateTime<Utc>)> = all
        .iter()
        .filter_map(|visit| undo_open_until(rules, visit, visitor.now()).map(|until| (visit, until)))
        .collect();
    // What went with a visit comes back with it.
    open.sort_by_key(|(visit, _)| (visit.cancelled_at, visit.starts_at));
    open.dedup_by_key(|(visit, _)| visit.cancelled_at);
    let words = |(visit, until): (&Appointment, DateTime<Utc>)| {
        let (when, time) = (f.long_when(visit.starts_at), f.time(until));
        let text = w.f("my-canceled-undo", [("when", when.as_str()), ("time", time.as_str())]);
        UndoTodo { id: visit.id.to_string(), text }
    };
    open.into_iter().map(words).collect()
}

/// Whether a visit lies ahead or is going on.
pub fn is_coming(visit: &Appointment, now: DateTime<Utc>) -> bool {
    (visit.status.is_ahead() && visit.ends_at > now) || visit.status.is_here()
}

/// Whether a driver or sitter can be named for it: it needs one, and it is booked and not over or the patient is here.
pub fn can_name_driver(visit: &Appointment, now: DateTime<Utc>) -> bool {
    visit.needs_driver() && visit.status != AppointmentStatus::Held && is_coming(visit, now)
}

/// Whether an intention can be set or revisited for it: a booked treatment that lies ahead.
pub fn takes_intention(visit: &Appointment, now: DateTime<Utc>) -> bool {
    may_set(visit.status, visit.is_treatment()) && visit.ends_at > now
}

/// Whether it is a treatment whose quiet days are not over.
fn is_resting(visit: &Appointment, now: DateTime<Utc>) -> bool {
    visit.is_treatment()
        && visit.status == AppointmentStatus::Fulfilled
        && is_quiet(counted_from(visit.ends_at, visit.ended_at), now)
}

/// The newest one that was sent; none if its course is off.
fn newest_estimate(estimates: &[Estimate], courses: &[Series]) -> Option<EstimateTodo> {
    let newest = estimates.iter().find(|estimate| estimate.sent_at.is_some())?;
    let off = courses
        .iter()
        .any(|series| Some(series.id) == newest.series_id && series.status == SeriesStatus::Cancelled);
    (!off).then(|| EstimateTodo { id: newest.id.to_string(), done: newest.acknowledged_at.is_some() })
}

fn held_course(series: &Series, f: Format, now: DateTime<Utc>) -> Option<HeldCourse> {
    let until = series.hold_until.filter(|until| *until > now)?;
    (series.status == SeriesStatus::Held).then(|| HeldCourse {
        id: series.id.to_string(),
        version: series.version,
        until: f.long_when(until),
        total: money(series.total_cents, &series.currency),
    })
}

/// The sentence about the driver or sitter, and whether one is still to be named.
async fn driver_words(
    tx: &mut Tx,
    w: Words,
    visit: &Appointment,
    now: DateTime<Utc>,
) -> Result<Option<(String, bool)>, PageError> {
    if !can_name_driver(visit, now) {
        return Ok(None);
    }
    let drives = tx.drives_to(visit.id).await?;
    // The newest comes first, but the one that counts may be older than one that was refused.
    let drive = drives.iter().find(|drive| drive.status.is_current()).or_else(|| drives.first());
    let name = drive.map(|drive| first_name(&drive.full_name)).unwrap_or_default();
    let pick = |driver, sitter| visit.companion.pick(driver, sitter);
    let say = |key: &str| w.f(key, [("driver", name)]);
    let home_only =
        visit.companion == Companion::Driver && drive.is_some_and(|drive| drive.legs == Legs::Home);
    Ok(Some(match drive.map(|drive| drive.status) {
        Some(DriveStatus::Confirmed) if home_only => (say("my-driver-yes-home"), false),
        Some(DriveStatus::Confirmed) => (say(pick("my-driver-yes", "my-sitter-yes")), false),
        Some(DriveStatus::Asked) if home_only => (say("my-driver-asked-home"), false),
        Some(DriveStatus::Asked) => (say(pick("my-driver-asked", "my-sitter-asked")), false),
        Some(DriveStatus::Declined) => (say(pick("my-driver-no", "my-sitter-no")), true),
        Some(DriveStatus::Replaced) | None => (w.t(pick("my-driver-none", "my-sitter-none")), true),
    }))
}

/// "Pick-up is between 12:45 and 1:15 PM."; nobody is picked up at home.
fn pick_up_words(
    w: Words,
    f: Format,
    visit: &Appointment,
    pick_up: PickUp,
    now: DateTime<Utc>,
) -> Option<String> {
    let is_driven = visit.needs_driver() && visit.companion == Companion::Driver;
    let is_open = is_driven && is_coming(visit, now);
    let (from, to) = visit.pick_up(pick_up, now);
    let (first, last) = f.between(from, to);
    is_open.then(|| w.f("my-pick-up", [("from", &first), ("to", &last)]))
}

fn row(
    w: Words,
    f: Format,
    visit: &Appointment,
    driver: Option<(String, bool)>,
    now: DateTime<Utc>,
) -> VisitRow {
    let shown = visit.shown_state(now);
    let confirmed = visit.status == AppointmentStatus::Booked && visit.confirmed_at.is_some();
    let coming = is_coming(visit, now);
    let state = match visit.status {
        AppointmentStatus::Held => w.t("my-state-held"),
        AppointmentStatus::Booked if !coming => w.t("my-state-past"),
        AppointmentStatus::Booked if confirmed => w.t("my-state-coming"),
        AppointmentStatus::Booked => w.t("my-state-booked"),
        AppointmentStatus::Arrived | AppointmentStatus::InProgress | AppointmentStatus::Recovering => {
            w.t("my-state-here")
        }
        AppointmentStatus::Fulfilled => w.t("my-state-done"),
        AppointmentStatus::Cancelled => w.t("my-state-canceled"),
        AppointmentStatus::NoShow => w.t("my-state-missed"),
    };
    // What nobody noted the end of is not "confirmed" any more: no color, no glyph.
    let over = visit.status == AppointmentStatus::Booked && !coming;
    VisitRow {
        id: visit.id.to_string(),
        value: format!("{}:{}", visit.id, visit.version),
        name: visit.public_name.clone(),
        day: f.long_day(f.date_of(visit.starts_at)),
        time: w.f("mail-span", [("from", &f.time(visit.starts_at)), ("to", &f.time(visit.ends_at))]),
        machine: f.machine(visit.starts_at),
        place: String::new(),
        companion: visit.companion,
        state,
        class: if over { "st-gone" } else { shown.class() },
        glyph: if over { "" } else { shown.glyph() },
        driver_wanted: driver.as_ref().is_some_and(|(_, wanted)| *wanted),
        driver: driver.map(|(text, _)| text),
        pick_up: None,
        to_confirm: visit.status == AppointmentStatus::Booked && !confirmed && visit.starts_at > now,
        confirmed,
        past: !coming,
        prepare: coming && visit.is_treatment(),
    }
}
