//! To a patient or a driver: a fresh link in the place of one that was of no use any more; what it opens stands behind it.

use super::Reader;
use crate::mail::letter::Letter;
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshLink {
    /// Who reads it.
    pub reader: Reader,
    /// The patient's first name, where a driver or sitter reads it.
    pub patient: Option<String>,
}

impl FreshLink {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let mut letter = match &self.patient {
            Some(patient) => {
                let opening = w.f("mail-fresh-driver", [("patient", patient.as_str())]);
                let mut letter = Letter::to_driver(*w, clinic, called, opening.clone());
                letter.say(opening);
                letter
            }
            None => {
                let opening = w.t("mail-fresh");
                let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
                letter.say(opening);
                letter
            }
        };
        letter.say(w.t("mail-fresh-why")).ask(w.t("mail-fresh-button"), url);
        render(*w, w.t("mail-subject-fresh"), &letter, None)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<FreshLink> {
    vec![
        FreshLink { reader: Reader::sample_patient(w), patient: None },
        FreshLink { reader: Reader::sample_driver(w), patient: Some("Maria".to_owned()) },
    ]
}
