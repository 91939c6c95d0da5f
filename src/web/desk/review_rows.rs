//! Rows of the review page: the visits of the course as they took place, and earlier decisions.

use std::collections::HashMap;

use super::visit_words::{place, state_word};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::drivers::DriveStatus;
use crate::domain::ids::{AppointmentId, StaffId};
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::store::reviews::Review;
use crate::store::series::Series;
use crate::words::Words;
use crate::words::format::Format;

/// A visit of the course.
pub struct AttendanceRow {
    /// "Tue, Dec 1, 10:00 AM".
    pub when: String,
    /// For `<time datetime>`.
    pub machine: String,
    /// "Infusion 3 of 6".
    pub what: String,
    /// The visit.
    pub href: String,
    /// Class, glyph and word of its state.
    pub class: &'static str,
    /// Decoration.
    pub glyph: &'static str,
    /// The state.
    pub state: String,
    /// Who drove or took the patient home.
    pub driver: String,
    /// The coach's check-in.
    pub coach: String,
}

/// A decision on this course.
pub struct EarlierRow {
    /// What was decided.
    pub text: String,
    /// By whom and when.
    pub by: String,
    /// Why; only for those who decide.
    pub note: Option<String>,
}

/// "5 of 6 treatments took place. 1 was missed, 0 were canceled."
pub fn summary(w: Words, visits: &[Appointment]) -> String {
    let treatments: Vec<&Appointment> = visits.iter().filter(|visit| visit.is_treatment()).collect();
    let count = |status: AppointmentStatus| {
        treatments.iter().filter(|visit| visit.status == status).count().to_string()
    };
    let (done, missed, canceled) = (
        count(AppointmentStatus::Fulfilled),
        count(AppointmentStatus::NoShow),
        count(AppointmentStatus::Cancelled),
    );
    let all = treatments.len().to_string();
    w.f(
        "review-summary",
        [
            ("done", done.as_str()),
            ("all", all.as_str()),
            ("missed", missed.as_str()),
            ("canceled", canceled.as_str()),
        ],
    )
}

/// Every visit of the course, by start.
pub fn attendance(
    w: Words,
    f: Format,
    series: &Series,
    visits: &[Appointment],
    drives: &HashMap<AppointmentId, Drive>,
) -> Vec<AttendanceRow> {
    visits
        .iter()
        .map(|visit| {
            let shown = visit.shown_state(f.now());
            AttendanceRow {
                when: f.when(visit.starts_at),
                machine: f.machine(visit.starts_at),
                what: place(w, visit, Some(series)),
                href: format!("/appointments/{}", visit.id),
                class: shown.class(),
                glyph: shown.glyph(),
                state: state_word(w, f, visit, series.hold_until, f.now()),
                driver: driver(w, visit, drives.get(&visit.id)),
                coach: coach(w, visit),
            }
        })
        .collect()
}

/// Who took the patient home; before that, how the drive stands.
fn driver(w: Words, visit: &Appointment, drive: Option<&Drive>) -> String {
    match (visit.escort.as_deref(), drive) {
        (Some(escort), _) => w.f("review-home-with", [("name", escort)]),
        (None, Some(drive)) => {
            let sure = drive.status == DriveStatus::Confirmed;
            let key = if sure { "series-driver-confirmed" } else { "series-driver-asked" };
            w.f(key, [("name", drive.full_name.as_str())])
        }
        (None, None) => String::new(),
    }
}

fn coach(w: Words, visit: &Appointment) -> String {
    let Some(by) = visit.coach_check_in_by.as_deref() else { return String::new() };
    match visit.coach_check_in_waived.as_deref() {
        Some(why) => w.f("review-coach-waived", [("by", by), ("why", why)]),
        None => by.to_owned(),
    }
}

/// Every decision on this course, newest first.
pub fn earlier_rows(
    w: Words,
    f: Format,
    reviews: &[Review],
    staff: &HashMap<StaffId, String>,
    may_read_notes: bool,
) -> Vec<EarlierRow> {
    reviews
        .iter()
        .map(|review| {
            let outcome = w.t(review.outcome.word_key());
            let who = staff.get(&review.decided_by).cloned().unwrap_or_else(|| w.t("chart-staff-unknown"));
            let when = f.when(review.decided_at);
            EarlierRow {
                text: match review.first_due {
                    Some(day) => w.f(
                        "review-outcome-from",
                        [("outcome", outcome.as_str()), ("day", f.day(day).as_str())],
                    ),
                    None => outcome,
                },
                by: w.f("chart-decided-by", [("who", who.as_str()), ("when", when.as_str())]),
                note: (may_read_notes && !review.note.is_empty()).then(|| review.note.clone()),
            }
        })
        .collect()
}
