//! To a patient: a visit is near and nobody drives yet.

use super::{Reader, VisitWords};
use crate::mail::letter::{Block, Letter};
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverLastCall {
    /// Who reads it.
    pub reader: Reader,
    /// The visit.
    pub visit: VisitWords,
    /// The first name of a driver who is asked and has not answered.
    pub asked: Option<String>,
}

impl DriverLastCall {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let opening = match &self.asked {
            Some(name) => w.f("mail-last-call-asked", [("driver", name.as_str()), ("day", &self.visit.day)]),
            None => w.f("mail-last-call", [("day", &self.visit.day)]),
        };
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter
            .say(opening)
            .add(Block::when(w.t("mail-label-visit"), self.visit.when.clone(), &clinic.address))
            .say(w.t("mail-last-call-why"))
            .say(w.t("mail-last-call-help"))
            .ask(w.t("mail-button-driver"), url);
        render(*w, w.f("mail-subject-driver", [("day", &self.visit.day)]), &letter, None)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<DriverLastCall> {
    let one = DriverLastCall { reader: Reader::sample_patient(w), visit: VisitWords::sample(), asked: None };
    vec![DriverLastCall { asked: Some("Daniel".to_owned()), ..one.clone() }, one]
}
