//! To a patient: it is time to talk with the clinic again, before the plan goes on.

use super::Reader;
use crate::mail::letter::Letter;
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalkWanted {
    /// Who reads it.
    pub reader: Reader,
}

impl TalkWanted {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let opening = w.t("mail-talk");
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter
            .say(opening)
            .say(w.t("mail-talk-why"))
            .say(w.t("mail-talk-how"))
            .ask(w.t("mail-quiet-button"), url);
        render(*w, w.t("mail-subject-talk"), &letter, None)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<TalkWanted> {
    vec![TalkWanted { reader: Reader::sample_patient(w) }]
}
