//! To a patient: a visit is near, and what is still to do for it.

use super::{Reader, VisitWords};
use crate::domain::companions::Companion;
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
    /// How it stands for a driver or sitter.
    pub driver: DriverState,
    /// Which of the two it needs.
    pub companion: Companion,
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
            &self.visit.place,
        ));
        if !self.confirmed {
            letter.say(w.t("mail-reminder-confirm"));
        }
        let pick = |driver, sitter| self.companion.pick(driver, sitter);
        match &self.driver {
            DriverState::NotNeeded => {}
            DriverState::Missing => {
                letter.say(w.t(pick("mail-name-driver", "mail-name-sitter")));
            }
            DriverState::Asked(name) => {
                let key = pick("mail-reminder-driver-asked", "mail-reminder-sitter-asked");
                letter.say(w.f(key, [("driver", name)]));
            }
            DriverState::Confirmed(name) => {
                let key = pick("mail-reminder-driver-yes", "mail-reminder-sitter-yes");
                letter.say(w.f(key, [("driver", name)]));
            }
        }
        letter.say(w.t("mail-behind-link")).ask(w.t("mail-see-visit"), url);
        render(*w, w.f("mail-subject-visit", [("day", &self.visit.day)]), &letter, None)
    }
}

/// Made-up messages, one for each state of the driver and of the sitter.
pub fn samples(w: Words) -> Vec<PatientReminder> {
    let name = "Daniel".to_owned();
    let states = [
        (false, DriverState::Missing),
        (true, DriverState::Asked(name.clone())),
        (true, DriverState::Confirmed(name)),
        (false, DriverState::NotNeeded),
    ];
    let all = |companion: Companion| {
        states.clone().into_iter().map(move |(confirmed, driver)| PatientReminder {
            reader: Reader::sample_patient(w),
            visit: companion.pick(VisitWords::sample(), VisitWords::sample_at_home(w)),
            confirmed,
            driver,
            companion,
        })
    };
    all(Companion::Driver).chain(all(Companion::Sitter)).collect()
}
