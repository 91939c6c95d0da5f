//! To a patient after their course: it is time to choose the next visit, on their page or by phone.

use super::Reader;
use crate::mail::letter::Letter;
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// Why the patient is called back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Staff invited them.
    Invited,
    /// The next visit is recommended.
    Recommended,
    /// The next visit is overdue.
    Overdue,
}

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextVisit {
    /// Who reads it.
    pub reader: Reader,
    /// Why now.
    pub call: Call,
}

impl NextVisit {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let opening = match self.call {
            Call::Invited => w.t("mail-next-invited"),
            Call::Recommended => w.t("mail-next-recommended"),
            Call::Overdue => w.t("mail-next-overdue"),
        };
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter
            .say(opening)
            .say(w.t("mail-next-how"))
            .say(w.t("mail-next-no"))
            .ask(w.t("mail-next-button"), url);
        render(*w, w.t("mail-next-subject"), &letter, None)
    }
}

/// Made-up messages, one for each reason.
pub fn samples(w: Words) -> Vec<NextVisit> {
    [Call::Invited, Call::Recommended, Call::Overdue]
        .into_iter()
        .map(|call| NextVisit { reader: Reader::sample_patient(w), call })
        .collect()
}
