//! To a patient: a visit is near, and what is still to do for it.

use super::{Reader, VisitWords};
use crate::mail::letter::{Block, Letter};
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// How the visit stands for a driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DriverState {
    /// It needs none.
    NotNeeded,
    /// Nobody is named.
    Missing,
    /// Named, by first name; no answer yet.
    Asked(String),
    /// Said yes, by first name.
    Confirmed(String),
}

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientReminder {
    /// Who reads it.
    pub reader: Reader,
    /// The visit.
    pub visit: VisitWords,
    /// Whether the patient said they come.
    pub confirmed: bool,
    /// How it stands for a driver.
    pub driver: DriverState,
}

impl PatientReminder {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let opening = w.f("mail-reminder", [("day", &self.visit.day)]);
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter.say(opening).add(Block::when(
            w.t("mail-label-visit"),
            self.visit.when.clone(),
            &clinic.address,
        ));
        if !self.confirmed {
            letter.say(w.t("mail-reminder-confirm"));
        }
        match &self.driver {
            DriverState::NotNeeded => {}
            DriverState::Missing => {
                letter.say(w.t("mail-name-driver"));
            }
            DriverState::Asked(name) => {
                letter.say(w.f("mail-reminder-driver-asked", [("driver", name)]));
            }
            DriverState::Confirmed(name) => {
                letter.say(w.f("mail-reminder-driver-yes", [("driver", name)]));
            }
        }
        letter.say(w.t("mail-behind-link")).ask(w.t("mail-see-visit"), url);
        render(*w, w.f("mail-subject-visit", [("day", &self.visit.day)]), &letter, None)
    }
}

/// Made-up messages, one for each state of the driver.
pub fn samples(w: Words) -> Vec<PatientReminder> {
    let name = "Daniel".to_owned();
    [
        (false, DriverState::Missing),
        (true, DriverState::Asked(name.clone())),
        (true, DriverState::Confirmed(name)),
        (false, DriverState::NotNeeded),
    ]
    .into_iter()
    .map(|(confirmed, driver)| PatientReminder {
        reader: Reader::sample_patient(w),
        visit: VisitWords::sample(),
        confirmed,
        driver,
    })
    .collect()
}
