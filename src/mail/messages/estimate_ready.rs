//! To a patient: what their plan would cost is there to be read; no amount stands in the mail.

use super::Reader;
use crate::mail::letter::Letter;
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EstimateReady {
    /// Who reads it; the link leads to the amounts.
    pub reader: Reader,
}

impl EstimateReady {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let opening = w.t("mail-estimate");
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter.say(opening).say(w.t("mail-estimate-read")).ask(w.t("mail-estimate-button"), url);
        render(*w, w.t("mail-subject-estimate"), &letter, None)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<EstimateReady> {
    vec![EstimateReady { reader: Reader::sample_patient(w) }]
}
