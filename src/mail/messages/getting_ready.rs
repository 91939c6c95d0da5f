//! To a patient: a visit is hours away, and what to do before it stands behind the link.

use super::{Reader, VisitWords};
use crate::domain::companions::Companion;
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
    /// Whether a driver or a sitter is with the patient: nobody who stays at home comes to us.
    pub companion: Companion,
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
            .add(Block::when(w.t("mail-label-visit"), self.visit.when.clone(), &self.visit.place))
            .say(w.t(self.companion.pick("mail-ready-page", "mail-ready-page-home")));
        if !self.confirmed {
            letter.say(w.t("mail-reminder-confirm"));
        }
        letter.ask(w.t("mail-see-visit"), url);
        render(*w, w.f("mail-subject-ready", [("day", &self.visit.day)]), &letter, None)
    }
}

/// Made-up messages, at the clinic and at home.
pub fn samples(w: Words) -> Vec<GettingReady> {
    let one = |confirmed: bool, companion: Companion| GettingReady {
        reader: Reader::sample_patient(w),
        visit: companion.pick(VisitWords::sample(), VisitWords::sample_at_home(w)),
        confirmed,
        companion,
    };
    vec![one(false, Companion::Driver), one(true, Companion::Driver), one(false, Companion::Sitter)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_treated_at_home_is_sent_to_no_clinic() {
        for sample in samples(Words::default()) {
            let at_home = sample.companion == Companion::Sitter;
            let letter = sample.render().expect("a message");
            let (body, _) = letter.text.split_once("\n-- ").expect("a signature");
            assert_eq!(body.contains("12 Elm Street"), !at_home, "{body}");
            assert_eq!(body.contains("At home"), at_home, "{body}");
            assert_eq!(body.contains("before you come"), !at_home, "{body}");
        }
    }
}
