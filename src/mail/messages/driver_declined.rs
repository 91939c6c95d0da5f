//! To a patient: the person they named cannot drive.

use super::{Reader, VisitWords};
use crate::domain::companions::Companion;
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
    /// Whether they were asked to drive or to stay.
    pub companion: Companion,
}

impl DriverDeclined {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let pick = |driver, sitter| self.companion.pick(driver, sitter);
        let key = pick("mail-declined", "mail-declined-sitter");
        let opening = w.f(key, [("driver", self.driver.as_str()), ("day", &self.visit.day)]);
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter
            .say(opening)
            .add(Block::when(w.t("mail-label-visit"), self.visit.when.clone(), &self.visit.place))
            .say(w.t("mail-declined-next"))
            .say(w.t("mail-last-call-help"))
            .ask(w.t(pick("mail-button-driver", "mail-button-sitter")), url);
        let subject = pick("mail-subject-driver", "mail-subject-sitter");
        render(*w, w.f(subject, [("day", &self.visit.day)]), &letter, None)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<DriverDeclined> {
    let one = |companion| DriverDeclined {
        reader: Reader::sample_patient(w),
        visit: VisitWords::sample(),
        driver: "Daniel".to_owned(),
        companion,
    };
    vec![one(Companion::Driver), one(Companion::Sitter)]
}
