//! To a patient: a visit is near and nobody drives yet.

use super::{Reader, VisitWords};
use crate::domain::companions::Companion;
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
    /// Whether it needs a driver or a sitter.
    pub companion: Companion,
}

impl DriverLastCall {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let pick = |driver, sitter| self.companion.pick(driver, sitter);
        let opening = match &self.asked {
            Some(name) => {
                let key = pick("mail-last-call-asked", "mail-last-call-sitter-asked");
                w.f(key, [("driver", name.as_str()), ("day", &self.visit.day)])
            }
            None => w.f(pick("mail-last-call", "mail-last-call-sitter"), [("day", &self.visit.day)]),
        };
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter
            .say(opening)
            .add(Block::when(w.t("mail-label-visit"), self.visit.when.clone(), &self.visit.place))
            .say(w.t(pick("mail-last-call-why", "mail-last-call-sitter-why")))
            .say(w.t("mail-last-call-help"))
            .ask(w.t(pick("mail-button-driver", "mail-button-sitter")), url);
        let subject = pick("mail-subject-driver", "mail-subject-sitter");
        render(*w, w.f(subject, [("day", &self.visit.day)]), &letter, None)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<DriverLastCall> {
    let one = |companion, asked| DriverLastCall {
        reader: Reader::sample_patient(w),
        visit: VisitWords::sample(),
        asked,
        companion,
    };
    [Companion::Driver, Companion::Sitter]
        .into_iter()
        .flat_map(|companion| [one(companion, None), one(companion, Some("Daniel".to_owned()))])
        .collect()
}
