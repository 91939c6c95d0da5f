//! To a patient: a visit is hours away, and what to do before it stands behind the link.

use super::{Reader, VisitWords};
use crate::mail::letter::{Block, Letter};
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GettingReady {
    /// Who reads it.
    pub reader: Reader,
    /// The visit.
    pub visit: VisitWords,
    /// Whether the patient said they come.
    pub confirmed: bool,
}

impl GettingReady {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let opening = w.t("mail-ready");
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter
            .say(opening)
            .add(Block::when(w.t("mail-label-visit"), self.visit.when.clone(), &clinic.address))
            .say(w.t("mail-ready-page"));
        if !self.confirmed {
            letter.say(w.t("mail-reminder-confirm"));
        }
        letter.ask(w.t("mail-see-visit"), url);
        render(*w, w.f("mail-subject-ready", [("day", &self.visit.day)]), &letter, None)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<GettingReady> {
    [false, true]
        .into_iter()
        .map(|confirmed| GettingReady {
            reader: Reader::sample_patient(w),
            visit: VisitWords::sample(),
            confirmed,
        })
        .collect()
}
