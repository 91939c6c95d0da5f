//! To a patient, one and two days after a treatment: a few quiet things are on their page, and when the talk is.

use super::{Reader, VisitWords};
use crate::mail::letter::{Block, Letter};
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietDays {
    /// Who reads it.
    pub reader: Reader,
    /// Whether it is the second of the two.
    pub second: bool,
    /// The talk that belongs to the treatment, if it lies ahead.
    pub talk: Option<VisitWords>,
}

impl QuietDays {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let opening = w.t("mail-quiet");
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter.say(opening).say(w.t(if self.second { "mail-quiet-second" } else { "mail-quiet-first" }));
        if let Some(talk) = &self.talk {
            letter.add(Block::when(w.t("mail-label-next"), talk.when.clone(), &talk.place));
        }
        letter.ask(w.t("mail-quiet-button"), url);
        render(*w, w.t("mail-subject-quiet"), &letter, None)
    }
}

/// Made-up messages: the first with the talk ahead, the second without.
pub fn samples(w: Words) -> Vec<QuietDays> {
    let talk = Some(VisitWords::sample_later());
    let first = QuietDays { reader: Reader::sample_patient(w), second: false, talk };
    vec![QuietDays { second: true, talk: None, ..first.clone() }, first]
}
