//! One message a file: its facts as ready words, its subject, its letter, and samples for previews and tests.

pub mod check_in;
pub mod course_booked;
pub mod course_changed;
pub mod course_held;
pub mod decision_told;
pub mod driver_asked;
pub mod driver_declined;
pub mod driver_last_call;
pub mod driver_released;
pub mod estimate_ready;
pub mod fresh_link;
pub mod getting_ready;
pub mod intake_form;
pub mod intention_asked;
pub mod next_visit;
pub mod patient_reminder;
pub mod quiet_days;
pub mod quiet_evening;
pub mod talk_wanted;
pub mod visit_booked;
pub mod visit_moved;
pub mod visits_cancelled;

use super::letter::{Block, Clinic, Letter};
use super::render::Rendered;
use crate::words::Words;

/// Who reads a message, and what every message carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The catalogue.
    pub w: Words,
    /// Who writes.
    pub clinic: Clinic,
    /// What the reader is called.
    pub called: String,
    /// The reader's link.
    pub url: String,
}

impl Reader {
    /// A made-up patient.
    pub fn sample_patient(w: Words) -> Self {
        Self {
            w,
            clinic: Clinic::sample(),
            called: "Maria".to_owned(),
            url: "https://clinic.example/v/k3Jv9QxW2mTz".to_owned(),
        }
    }

    /// A made-up driver.
    pub fn sample_driver(w: Words) -> Self {
        Self {
            called: "Daniel".to_owned(),
            url: "https://clinic.example/d/k3Jv9QxW2mTz".to_owned(),
            ..Self::sample_patient(w)
        }
    }
}

/// One visit in a patient's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitWords {
    /// "Tuesday, December 1".
    pub day: String,
    /// "Tuesday, December 1, 10:00 AM to about 12:30 PM".
    pub when: String,
    /// "12 Elm Street, door B", "At home".
    pub place: String,
    /// Whether that is the clinic.
    pub at_clinic: bool,
}

/// Adds visits as a list with where they are: said once where all are at the clinic, else beside each.
fn list_visits(letter: &mut Letter, w: Words, visits: &[VisitWords]) {
    if visits.iter().all(|visit| visit.at_clinic) {
        let address = letter.clinic.address.clone();
        letter
            .add(Block::List(visits.iter().map(|visit| visit.when.clone()).collect()))
            .say(w.f("mail-all-at", [("place", &address)]));
        return;
    }
    let line = |visit: &VisitWords| w.f("mail-list-place", [("when", &visit.when), ("place", &visit.place)]);
    letter.add(Block::List(visits.iter().map(line).collect()));
}

impl VisitWords {
    /// A made-up visit.
    pub fn sample() -> Self {
        Self {
            day: "Tuesday, December 1".to_owned(),
            when: "Tuesday, December 1, 10:00 AM to about 12:30 PM".to_owned(),
            place: Clinic::sample().address,
            at_clinic: true,
        }
    }

    /// Another one, a week later.
    pub fn sample_later() -> Self {
        Self {
            day: "Tuesday, December 8".to_owned(),
            when: "Tuesday, December 8, 10:00 AM to about 12:30 PM".to_owned(),
            ..Self::sample()
        }
    }

    /// One at home.
    pub fn sample_at_home(w: Words) -> Self {
        Self { place: w.t("mail-place-home"), at_clinic: false, ..Self::sample_later() }
    }
}

/// Every message with made-up people, by name, the flag telling whether a driver reads it.
///
/// # Errors
/// When the HTML template fails.
pub fn samples(w: Words) -> Result<Vec<(&'static str, bool, Rendered)>, askama::Error> {
    let mut all = Vec::new();
    for sample in course_booked::samples(w) {
        all.push(("course_booked", false, sample.render(None)?));
    }
    for sample in course_changed::samples(w) {
        all.push(("course_changed", false, sample.render(None)?));
    }
    for sample in course_held::samples(w) {
        all.push(("course_held", false, sample.render()?));
    }
    for sample in visit_booked::samples(w) {
        all.push(("visit_booked", false, sample.render(None)?));
    }
    for sample in visit_moved::samples(w) {
        all.push(("visit_moved", false, sample.render(None)?));
    }
    for sample in visits_cancelled::samples(w) {
        all.push(("visits_cancelled", false, sample.render(None)?));
    }
    for sample in patient_reminder::samples(w) {
        all.push(("patient_reminder", false, sample.render()?));
    }
    for sample in check_in::samples(w) {
        all.push(("check_in", false, sample.render()?));
    }
    for sample in driver_last_call::samples(w) {
        all.push(("driver_last_call", false, sample.render()?));
    }
    for sample in driver_declined::samples(w) {
        all.push(("driver_declined", false, sample.render()?));
    }
    for sample in next_visit::samples(w) {
        all.push(("next_visit", false, sample.render()?));
    }
    for sample in intention_asked::samples(w) {
        all.push(("intention_asked", false, sample.render()?));
    }
    for sample in quiet_days::samples(w) {
        all.push(("quiet_days", false, sample.render()?));
    }
    for sample in decision_told::samples(w) {
        all.push(("decision_told", false, sample.render()?));
    }
    for sample in getting_ready::samples(w) {
        all.push(("getting_ready", false, sample.render()?));
    }
    for sample in quiet_evening::samples(w) {
        all.push(("quiet_evening", false, sample.render()?));
    }
    for sample in talk_wanted::samples(w) {
        all.push(("talk_wanted", false, sample.render()?));
    }
    for sample in estimate_ready::samples(w) {
        all.push(("estimate_ready", false, sample.render()?));
    }
    for sample in fresh_link::samples(w) {
        all.push(("fresh_link", sample.patient.is_some(), sample.render()?));
    }
    for sample in driver_asked::samples(w) {
        all.push(("driver_asked", true, sample.render(None)?));
    }
    for sample in driver_released::samples(w) {
        all.push(("driver_released", true, sample.render(None)?));
    }
    for sample in intake_form::samples(w) {
        all.push(("intake_form", false, sample.render()?));
    }
    Ok(all)
}
