//! To a patient: a visit is near, and there is something to set before it; what it is stands behind the link.

use super::{Reader, VisitWords};
use crate::mail::letter::{Block, Letter};
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntentionAsked {
    /// Who reads it; the link leads to the questions.
    pub reader: Reader,
    /// The visit.
    pub visit: VisitWords,
}

impl IntentionAsked {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let opening = w.t("mail-intention");
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter
            .say(opening)
            .add(Block::when(w.t("mail-label-visit"), self.visit.when.clone(), &self.visit.place))
            .say(w.t("mail-intention-how"))
            .ask(w.t("mail-intention-button"), url);
        render(*w, w.f("mail-subject-intention", [("day", &self.visit.day)]), &letter, None)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<IntentionAsked> {
    vec![IntentionAsked { reader: Reader::sample_patient(w), visit: VisitWords::sample() }]
}
