//! To a patient who went home after a treatment: what helps this evening stands behind the link.

use super::Reader;
use crate::mail::letter::Letter;
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietEvening {
    /// Who reads it.
    pub reader: Reader,
}

impl QuietEvening {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let opening = w.t("mail-evening");
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter.say(opening).say(w.t("mail-evening-page")).ask(w.t("mail-quiet-button"), url);
        render(*w, w.t("mail-subject-evening"), &letter, None)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<QuietEvening> {
    vec![QuietEvening { reader: Reader::sample_patient(w) }]
}
