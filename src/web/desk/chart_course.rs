//! A course on the chart: its visits in order, each talk under its treatment, with what is done, next and missing.

use super::chart_parts::{Known, driver_words, state_word};
use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::pathway::{self, Visit};
use crate::domain::pathway_next::talk_is_missing;
use crate::domain::protocols::VisitRole;
use crate::store::appointments::Appointment;
use crate::store::series::Series;

/// One visit of a course, or the place of one that is not in the book.
pub struct Step {
    /// "Treatment 3", "Talk 3", "Review".
    pub title: String,
    /// Day and time; empty where nothing is booked.
    pub when: String,
    /// Class, glyph and word of its state.
    pub class: &'static str,
    /// Decoration.
    pub glyph: &'static str,
    /// The state.
    pub word: String,
    /// What is missing for it.
    pub missing: Vec<String>,
    /// The visit; empty where nothing is booked.
    pub path: String,
}

/// A step of the course with what belongs to it.
pub struct Stop {
    /// `done`, `next`, `open`, or `unbooked`.
    pub class: &'static str,
    /// Whether it is the one that comes next.
    pub is_next: bool,
    /// The visit itself.
    pub step: Step,
    /// Its talks.
    pub talks: Vec<Step>,
}

/// A running or held course.
pub struct Course {
    /// Its protocol.
    pub name: String,
    /// Held until, or its state.
    pub state: String,
    /// Class of that word.
    pub class: &'static str,
    /// "3 of 6 treatments done".
    pub done: String,
    /// Its visits in order.
    pub stops: Vec<Stop>,
    /// Those that were canceled.
    pub canceled: Vec<Step>,
    /// The words above them.
    pub canceled_title: String,
    /// The course's page.
    pub path: String,
    /// Words of the button.
    pub button: String,
}

/// A course with its visits; `all` are the patient's visits that stand, `may_resume` whether its button lets a paused one go on.
pub fn course(
    known: &Known,
    series: &Series,
    facts: &pathway::Course,
    all: &[Appointment],
    may_resume: bool,
) -> Course {
    let (w, f) = (known.w, known.f);
    let is_held = series.status == SeriesStatus::Held;
    let state = match (series.hold_until.filter(|_| is_held), series.paused_at) {
        (Some(until), _) => w.f("state-held-until", [("when", f.when(until).as_str())]),
        (None, Some(at)) => w.f("series-change-state-paused", [("day", f.day(f.date_of(at)).as_str())]),
        (None, None) => w.t(series.status.word_key()),
    };
    let (canceled, own): (Vec<&Appointment>, Vec<&Appointment>) = all
        .iter()
        .filter(|visit| visit.series_id == Some(series.id))
        .partition(|visit| visit.status == AppointmentStatus::Cancelled);
    let is_done = |visit: &&Visit| visit.status == AppointmentStatus::Fulfilled;
    let (done, of) = (facts.mains().filter(is_done).count().to_string(), facts.of.to_string());
    let (path, button) = match series.paused_at.filter(|_| may_resume) {
        Some(_) => (format!("/series/{}/change?change=resume", series.id), "series-change-resume-link"),
        None if is_held => (format!("/series/{}", series.id), "chart-open-held"),
        None => (format!("/series/{}", series.id), "chart-open-series"),
    };
    let folded = i64::try_from(canceled.len()).unwrap_or(i64::MAX);
    Course {
        name: known.protocol_name(series.protocol_id),
        state,
        class: match series.paused_at {
            Some(_) => "st-gone",
            None if is_held => "st-held",
            None => "st-booked",
        },
        done: w.f("path-done", [("done", done.as_str()), ("of", of.as_str())]),
        stops: stops(known, facts, &own),
        canceled: canceled.iter().map(|visit| step(known, visit, Vec::new())).collect(),
        canceled_title: w.n("path-canceled", folded),
        path,
        button: w.t(button),
    }
}

/// Preparation, treatments by number with their talks and the places of those not booked, the review.
fn stops(known: &Known, facts: &pathway::Course, own: &[&Appointment]) -> Vec<Stop> {
    let w = known.w;
    let comes = |visit: &Appointment| {
        visit.status.is_here() || (visit.status.is_ahead() && visit.ends_at > known.now)
    };
    let next = own.iter().find(|visit| comes(visit)).map(|visit| visit.id);
    let of_role = |role: VisitRole| own.iter().copied().filter(move |visit| visit.role == Some(role));
    let stop = |visit: &Appointment, talks: Vec<&Appointment>| {
        let no_talk = facts.talks
            && facts.mains().any(|main| main.id == visit.id && talk_is_missing(facts, main, known.now));
        let mut missing = wanting(known, visit, facts.is_held);
        missing.extend((no_talk && !facts.is_held).then(|| w.t("path-no-talk")));
        let is_next = next == Some(visit.id) || talks.iter().any(|talk| next == Some(talk.id));
        let word = if visit.status == AppointmentStatus::Fulfilled { "done" } else { "open" };
        Stop {
            class: if is_next { "next" } else { word },
            is_next,
            step: step(known, visit, missing),
            talks: talks.iter().map(|talk| step(known, talk, wanting(known, talk, facts.is_held))).collect(),
        }
    };
    let mut stops: Vec<Stop> = of_role(VisitRole::Before).map(|visit| stop(visit, Vec::new())).collect();
    let highest = own.iter().filter_map(|visit| visit.role_index.filter(|_| visit.is_treatment())).max();
    for index in 1..=facts.of.max(highest.unwrap_or(0)) {
        let talks: Vec<&Appointment> =
            of_role(VisitRole::AfterEach).filter(|talk| talk.role_index == Some(index)).collect();
        // A treatment that was missed may stand beside the one that took its number.
        let mut mains: Vec<&Appointment> =
            of_role(VisitRole::Main).filter(|main| main.role_index == Some(index)).collect();
        let Some(last) = mains.pop() else {
            stops.push(unbooked(known, index, &talks));
            continue;
        };
        stops.extend(mains.into_iter().map(|main| stop(main, Vec::new())));
        stops.push(stop(last, talks));
    }
    stops.extend(of_role(VisitRole::AfterLast).map(|visit| stop(visit, Vec::new())));
    let other = own.iter().filter(|visit| visit.role.is_none());
    stops.extend(other.map(|visit| stop(visit, Vec::new())));
    stops
}

fn unbooked(known: &Known, index: i64, talks: &[&Appointment]) -> Stop {
    let w = known.w;
    Stop {
        class: "unbooked",
        is_next: false,
        step: Step {
            title: w.f("path-step-main", [("index", index.to_string().as_str())]),
            when: String::new(),
            class: "st-gone",
            glyph: "",
            word: w.t("path-not-booked"),
            missing: Vec::new(),
            path: String::new(),
        },
        talks: talks.iter().map(|talk| step(known, talk, Vec::new())).collect(),
    }
}

fn step(known: &Known, visit: &Appointment, missing: Vec<String>) -> Step {
    let (w, state) = (known.w, visit.shown_state(known.now));
    let index = visit.role_index.unwrap_or(1).to_string();
    Step {
        title: match visit.role {
            Some(VisitRole::Main) => w.f("path-step-main", [("index", index.as_str())]),
            Some(VisitRole::Before) => w.t("chart-mark-before"),
            Some(VisitRole::AfterEach) => w.f("chart-mark-after-each", [("index", index.as_str())]),
            Some(VisitRole::AfterLast) => w.t("chart-mark-after-last"),
            None => visit.name.clone(),
        },
        when: known.f.when(visit.starts_at),
        class: state.class(),
        glyph: state.glyph(),
        word: if visit.status == AppointmentStatus::Fulfilled {
            w.t("path-step-done")
        } else {
            state_word(known, visit)
        },
        missing,
        path: format!("/appointments/{}", visit.id),
    }
}

/// What a booked visit ahead lacks: its driver, the patient's word that they come.
fn wanting(known: &Known, visit: &Appointment, is_held: bool) -> Vec<String> {
    if is_held {
        return Vec::new();
    }
    let driver = driver_words(known, visit).filter(|driver| driver.is_missing).map(|driver| driver.text);
    let is_open = visit.status == AppointmentStatus::Booked && visit.starts_at > known.now;
    let silent = is_open && visit.confirmed_at.is_none();
    driver.into_iter().chain(silent.then(|| known.w.t("path-not-confirmed"))).collect()
}
