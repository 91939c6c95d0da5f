//! To a patient: a clinician wrote to them; what it says stands on their page.

use super::Reader;
use crate::mail::letter::Letter;
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionTold {
    /// Who reads it; the link leads to the words.
    pub reader: Reader,
}

impl DecisionTold {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let opening = w.t("mail-told");
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter.say(opening).say(w.t("mail-told-page")).ask(w.t("mail-told-read"), url);
        render(*w, w.t("mail-subject-told"), &letter, None)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<DecisionTold> {
    vec![DecisionTold { reader: Reader::sample_patient(w) }]
}
