//! To a patient: the person they named cannot drive.

use super::{Reader, VisitWords};
use crate::mail::letter::{Block, Letter};
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverDeclined {
    /// Who reads it.
    pub reader: Reader,
    /// The visit.
    pub visit: VisitWords,
    /// The driver's first name.
    pub driver: String,
}

impl DriverDeclined {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let opening = w.f("mail-declined", [("driver", self.driver.as_str()), ("day", &self.visit.day)]);
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter
            .say(opening)
            .add(Block::when(w.t("mail-label-visit"), self.visit.when.clone(), &clinic.address))
            .say(w.t("mail-declined-next"))
            .say(w.t("mail-last-call-help"))
            .ask(w.t("mail-button-driver"), url);
        render(*w, w.f("mail-subject-driver", [("day", &self.visit.day)]), &letter, None)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<DriverDeclined> {
    vec![DriverDeclined {
        reader: Reader::sample_patient(w),
        visit: VisitWords::sample(),
        driver: "Daniel".to_owned(),
    }]
}
