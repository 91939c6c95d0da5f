//! Parts of the chart: where a patient stands, the lists of visits and of drivers.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::domain::appointments::{AppointmentStatus, ShownState};
use crate::domain::candidacy::{CandidacyFault, Decision, allows_on};
use crate::domain::drivers::DriverNeed;
use crate::domain::ids::{AppointmentId, ProtocolId, ResourceId, SeriesId, StaffId};
use crate::domain::protocols::{Protocol, VisitRole};
use crate::store::appointments::Appointment;
use crate::store::drivers::{Drive, Driver};
use crate::store::series::Series;
use crate::words::Words;
use crate::words::format::Format;

/// What the parts look names up in.
pub struct Known {
    /// The catalogue.
    pub w: Words,
    /// Dates and times of the site.
    pub f: Format,
    /// The present.
    pub now: DateTime<Utc>,
    /// The site's protocols.
    pub protocols: HashMap<ProtocolId, Protocol>,
    /// Names of staff.
    pub staff: HashMap<StaffId, String>,
    /// Names of people and rooms in the book.
    pub resources: HashMap<ResourceId, String>,
    /// The patient's courses.
    pub series: HashMap<SeriesId, Series>,
    /// The drives that count.
    pub drives: HashMap<AppointmentId, Drive>,
}

impl Known {
    /// A course's protocol and state in words.
    pub fn series_name(&self, series: &Series) -> String {
        let (name, state) = (self.protocol_name(series.protocol_id), self.w.t(series.status.word_key()));
        let when = self.f.day(self.f.date_of(series.created_at));
        let args = [("name", name.as_str()), ("state", state.as_str()), ("when", when.as_str())];
        self.w.f("chart-earlier", args)
    }

    /// A protocol's name, also of one the owner removed.
    pub fn protocol_name(&self, id: ProtocolId) -> String {
        self.protocols
            .get(&id)
            .map_or_else(|| self.w.t("chart-protocol-unknown"), |protocol| protocol.name.clone())
    }

    /// A staff member's name, also of one who left.
    pub fn staff_name(&self, id: StaffId) -> String {
        self.staff.get(&id).cloned().unwrap_or_else(|| self.w.t("chart-staff-unknown"))
    }
}

/// Where a patient stands, with the colour of the word.
pub struct Standing {
    /// Class of the state word.
    pub class: &'static str,
    /// "Suitable until Mar 1, 2027".
    pub word: String,
    /// By whom, for which course, under which conditions.
    pub text: String,
}

/// How a visit stands for a driver.
pub struct DriverWords {
    /// "driver Daniel, confirmed".
    pub text: String,
    /// Whether somebody has to do something.
    pub is_missing: bool,
}

/// A row of the list of visits.
pub struct VisitRow {
    /// When.
    pub when: String,
    /// What.
    pub what: String,
    /// With whom and where.
    pub who: String,
    /// Class, glyph and word of its state.
    pub class: &'static str,
    /// Decoration.
    pub glyph: &'static str,
    /// The state.
    pub word: String,
    /// Who canceled and why.
    pub note: Option<String>,
    /// Driver, for those ahead.
    pub driver: Option<DriverWords>,
    /// Whether the line is struck.
    pub is_struck: bool,
    /// The visit.
    pub path: String,
}

/// A row of the list of drivers.
pub struct DriverRow {
    /// Who.
    pub name: String,
    /// Phone and email.
    pub reach: String,
    /// To which visit.
    pub visit: String,
    /// The answer.
    pub answer: String,
    /// When and by whom it was given.
    pub answered: String,
    /// Whether it counts no more.
    pub is_past: bool,
}

/// The line of candidacy.
pub fn standing(known: &Known, decision: Option<&Decision>) -> Standing {
    let (w, f) = (known.w, known.f);
    let day = |date| f.day_month(date);
    let (class, word) = match allows_on(decision, f.today()) {
        Ok(()) => {
            let until = decision.and_then(|decision| decision.expires_on).map(day).unwrap_or_default();
            ("st-ok", w.f("chart-suitable-until", [("when", until.as_str())]))
        }
        Err(CandidacyFault::Undecided) => ("st-warn", w.t("chart-undecided")),
        Err(CandidacyFault::NotSuitable) => ("st-bad", w.t("chart-not-suitable")),
        Err(CandidacyFault::Deferred(Some(until))) => {
            ("st-warn", w.f("chart-deferred-until", [("when", day(until).as_str())]))
        }
        Err(CandidacyFault::Deferred(None)) => ("st-warn", w.t("chart-deferred")),
        Err(CandidacyFault::Expired(last)) => ("st-warn", w.f("chart-ended", [("when", day(last).as_str())])),
    };
    let mut parts = Vec::new();
    if let Some(decision) = decision {
        parts.push(known.staff_name(decision.decided_by));
        parts.extend(decision.protocol_id.map(|id| known.protocol_name(id)));
        parts.extend(decision.planned_visits.map(|count| w.n("chart-planned", count)));
        if !decision.conditions.is_empty() {
            parts.push(w.f("chart-conditions", [("text", decision.conditions.as_str())]));
        }
    }
    Standing { class, word, text: parts.join(" · ") }
}

/// "Infusion 3 of 6", or the visit's name where it is not one of several.
pub fn visit_words(known: &Known, visit: &Appointment) -> String {
    let series = visit.series_id.and_then(|id| known.series.get(&id));
    match (visit.role, visit.role_index, series) {
        (Some(VisitRole::Main), Some(index), Some(series)) => {
            let (index, count) = (index.to_string(), series.visits.max(index).to_string());
            let args = [("name", visit.name.as_str()), ("index", index.as_str()), ("count", count.as_str())];
            known.w.f("chart-visit-of", args)
        }
        _ => visit.name.clone(),
    }
}

/// The word of a visit's state, with the time it holds until where there is one.
pub fn state_word(known: &Known, visit: &Appointment) -> String {
    let (w, f) = (known.w, known.f);
    let hold = visit.series_id.and_then(|id| known.series.get(&id)).and_then(|series| series.hold_until);
    match (visit.shown_state(known.now), hold) {
        (ShownState::Held, Some(until)) => w.f("state-held-until", [("when", f.when(until).as_str())]),
        (ShownState::Recovering(until), _) => {
            w.f("state-recovering-until", [("when", f.time(until).as_str())])
        }
        (state, _) => w.t(state.word_key()),
    }
}

/// How a visit stands for a driver; `None` where it needs none or is over.
pub fn driver_words(known: &Known, visit: &Appointment) -> Option<DriverWords> {
    if !visit.status.is_ahead() && !visit.status.is_here() {
        return None;
    }
    let drive = known.drives.get(&visit.id);
    let name = drive.map(|drive| drive.full_name.as_str()).unwrap_or_default();
    let w = known.w;
    let (none, asked, confirmed) = visit.companion.pick(
        ("chart-driver-none", "chart-driver-asked", "chart-driver-confirmed"),
        ("chart-sitter-none", "chart-sitter-asked", "chart-sitter-confirmed"),
    );
    match DriverNeed::of(visit.needs_driver(), drive.map(|drive| drive.status)) {
        DriverNeed::NotNeeded => None,
        DriverNeed::Missing => Some(DriverWords { text: w.t(none), is_missing: true }),
        DriverNeed::Unanswered => Some(DriverWords { text: w.f(asked, [("name", name)]), is_missing: true }),
        DriverNeed::Confirmed => {
            Some(DriverWords { text: w.f(confirmed, [("name", name)]), is_missing: false })
        }
    }
}

/// A row of the list of visits.
pub fn visit_row(known: &Known, visit: &Appointment) -> VisitRow {
    let (w, f) = (known.w, known.f);
    let state = visit.shown_state(known.now);
    let mut who: Vec<String> = Vec::new();
    for assignment in &visit.assigned {
        if let Some(name) = known.resources.get(&assignment.resource).filter(|name| !who.contains(name)) {
            who.push(name.clone());
        }
    }
    let is_struck = visit.status == AppointmentStatus::Cancelled;
    let note = visit.cancelled_at.filter(|_| is_struck).map(|at| {
        let (by, why) = (
            visit.cancelled_by.as_deref().unwrap_or_default(),
            visit.cancel_reason.as_deref().unwrap_or_default(),
        );
        w.f("chart-canceled-by", [("who", by), ("when", f.when(at).as_str()), ("why", why)])
    });
    VisitRow {
        when: f.when(visit.starts_at),
        what: visit_words(known, visit),
        who: who.join(" · "),
        class: state.class(),
        glyph: state.glyph(),
        word: state_word(known, visit),
        note,
        driver: driver_words(known, visit),
        is_struck,
        path: format!("/appointments/{}", visit.id),
    }
}

/// Every driver with every drive asked of them; a driver who was asked for none still has a row.
pub fn driver_rows(
    known: &Known,
    named: &[Driver],
    drives: &[Drive],
    visits: &[&Appointment],
) -> Vec<DriverRow> {
    let (w, f) = (known.w, known.f);
    let mut rows = Vec::new();
    for driver in named {
        let bounces = driver.mail_bounces().then(|| w.t("chart-driver-mail-bounces"));
        let reach = [driver.phone.as_deref(), driver.email.as_deref(), bounces.as_deref()];
        let reach = reach.into_iter().flatten().collect::<Vec<_>>();
        let row = |visit: String, answer: String, answered: String, is_past: bool| DriverRow {
            name: driver.full_name.clone(),
            reach: reach.join(" · "),
            visit,
            answer,
            answered,
            is_past,
        };
        let before = rows.len();
        for drive in drives.iter().filter(|drive| drive.driver_id == driver.id) {
            let visit = visits.iter().find(|visit| visit.id == drive.appointment_id);
            let when = visit.map(|visit| f.when(visit.starts_at)).unwrap_or_default();
            let answered = drive.answered_at.map(|at| {
                let by = drive.answered_by.as_deref().unwrap_or_default();
                w.f("chart-answered", [("when", f.when(at).as_str()), ("who", by)])
            });
            let asked = || w.f("chart-asked", [("when", f.when(drive.asked_at).as_str())]);
            let is_past = !drive.status.is_current() || visit.is_none_or(|visit| visit.ends_at < known.now);
            rows.push(row(when, w.t(drive.status.word_key()), answered.unwrap_or_else(asked), is_past));
        }
        if rows.len() == before {
            rows.push(row(String::new(), w.t("chart-not-asked"), String::new(), true));
        }
    }
    rows
}
