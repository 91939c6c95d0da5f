//! A course on the chart: its visits as a row of marks, and what somebody must still do for it.

use super::chart_parts::{Known, state_word};
use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::candidacy::{Decision, allows_on};
use crate::domain::drivers::DriveStatus;
use crate::domain::protocols::VisitRole;
use crate::store::appointments::Appointment;
use crate::store::series::Series;

/// One visit in the course's row.
pub struct Mark {
    /// Decoration.
    pub glyph: &'static str,
    /// "1", "Review".
    pub label: String,
    /// The day.
    pub day: String,
    /// The state, read aloud.
    pub state: String,
    /// `done`, `next` or nothing.
    pub class: &'static str,
    /// The visit.
    pub path: String,
}

/// A running or held course.
pub struct Course {
    /// Its protocol.
    pub name: String,
    /// Held until, or its state.
    pub state: String,
    /// Class of that word.
    pub class: &'static str,
    /// Its visits in order.
    pub marks: Vec<Mark>,
    /// What somebody must do.
    pub missing: Vec<String>,
    /// The course's page.
    pub path: String,
    /// Words of the button.
    pub button: String,
}

/// A course with its marks and what it lacks.
pub fn course(
    known: &Known,
    series: &Series,
    visits: &[Appointment],
    decision: Option<&Decision>,
    may_book: bool,
) -> Course {
    let (w, f) = (known.w, known.f);
    let own: Vec<&Appointment> = visits
        .iter()
        .filter(|visit| visit.series_id == Some(series.id) && visit.status != AppointmentStatus::Cancelled)
        .collect();
    let next =
        own.iter().find(|visit| visit.status.is_ahead() && visit.starts_at > known.now).map(|visit| visit.id);
    let is_held = series.status == SeriesStatus::Held;
    let state = match (series.hold_until.filter(|_| is_held), series.paused_at) {
        (Some(until), _) => w.f("state-held-until", [("when", f.when(until).as_str())]),
        (None, Some(at)) => w.f("series-change-state-paused", [("day", f.day(f.date_of(at)).as_str())]),
        (None, None) => w.t(series.status.word_key()),
    };
    let (path, button) = match series.paused_at {
        Some(_) if may_book => {
            (format!("/series/{}/change?change=resume", series.id), "series-change-resume-link")
        }
        None if is_held => (format!("/series/{}", series.id), "chart-open-held"),
        _ => (format!("/series/{}", series.id), "chart-open-series"),
    };
    Course {
        name: known.protocol_name(series.protocol_id),
        state,
        class: match series.paused_at {
            Some(_) => "st-gone",
            None if is_held => "st-held",
            None => "st-booked",
        },
        marks: own.iter().map(|visit| mark(known, visit, next == Some(visit.id))).collect(),
        missing: if is_held { Vec::new() } else { lacks(known, &own, decision) },
        path,
        button: w.t(button),
    }
}

fn mark(known: &Known, visit: &Appointment, is_next: bool) -> Mark {
    let w = known.w;
    let index = visit.role_index.unwrap_or(1).to_string();
    let label = match visit.role {
        Some(VisitRole::Main) => index,
        Some(VisitRole::Before) => w.t("chart-mark-before"),
        Some(VisitRole::AfterEach) => w.f("chart-mark-after-each", [("index", index.as_str())]),
        Some(VisitRole::AfterLast) => w.t("chart-mark-after-last"),
        None => visit.name.clone(),
    };
    let is_done = visit.status == AppointmentStatus::Fulfilled;
    Mark {
        glyph: match (visit.role, is_done) {
            (_, true) => "●",
            (Some(VisitRole::Main), false) => visit_glyph(visit.status),
            (_, false) => "◇",
        },
        label,
        day: known.f.day_month(known.f.date_of(visit.starts_at)),
        state: state_word(known, visit),
        class: if is_done {
            "done"
        } else if is_next {
            "next"
        } else {
            ""
        },
        path: format!("/appointments/{}", visit.id),
    }
}

fn visit_glyph(status: AppointmentStatus) -> &'static str {
    if status == AppointmentStatus::NoShow { "⊘" } else { "○" }
}

/// What somebody must still do for the visits ahead, most pressing first.
fn lacks(known: &Known, own: &[&Appointment], decision: Option<&Decision>) -> Vec<String> {
    let w = known.w;
    let ahead: Vec<&&Appointment> =
        own.iter().filter(|visit| visit.status.is_ahead() && visit.starts_at > known.now).collect();
    let count = |wanted: &dyn Fn(&Appointment) -> bool| {
        i64::try_from(ahead.iter().filter(|visit| wanted(visit)).count()).unwrap_or(i64::MAX)
    };
    let driver = |visit: &Appointment| known.drives.get(&visit.id).map(|drive| drive.status);
    let unnamed = count(&|visit| visit.needs_driver() && driver(visit).is_none());
    let unanswered = count(&|visit| visit.needs_driver() && driver(visit) == Some(DriveStatus::Asked));
    let unconfirmed = count(&|visit| visit.confirmed_at.is_none());
    let mut lines = Vec::new();
    let outside = ahead.iter().find_map(|visit| {
        let date = known.f.date_of(visit.starts_at);
        (visit.is_treatment() && allows_on(decision, date).is_err()).then_some(date)
    });
    if let Some(date) = outside {
        lines.push(w.f("chart-lacks-candidacy", [("when", known.f.day(date).as_str())]));
    }
    for (key, number) in [
        ("chart-lacks-driver", unnamed),
        ("chart-lacks-answer", unanswered),
        ("chart-lacks-confirmation", unconfirmed),
    ] {
        if number > 0 {
            lines.push(w.n(key, number));
        }
    }
    lines
}
