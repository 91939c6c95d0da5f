//! To a patient: one visit is booked.

use super::{Reader, VisitWords};
use crate::mail::letter::{Block, Letter};
use crate::mail::render::{CalendarPart, Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitBooked {
    /// Who reads it.
    pub reader: Reader,
    /// The visit.
    pub visit: VisitWords,
    /// Whether it needs a driver and nobody is named.
    pub driver_wanted: bool,
}

impl VisitBooked {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self, calendar: Option<CalendarPart>) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let opening = w.f("mail-visit-booked", [("day", &self.visit.day)]);
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter.say(opening).add(Block::when(
            w.t("mail-label-visit"),
            self.visit.when.clone(),
            &clinic.address,
        ));
        if self.driver_wanted {
            letter.say(w.t("mail-name-driver"));
        }
        letter.say(w.t("mail-behind-link")).ask(w.t("mail-see-visit"), url);
        if calendar.is_some() {
            letter.closing.push(w.t("mail-calendar-attached"));
        }
        render(*w, w.f("mail-subject-visit", [("day", &self.visit.day)]), &letter, calendar)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<VisitBooked> {
    let one =
        VisitBooked { reader: Reader::sample_patient(w), visit: VisitWords::sample(), driver_wanted: true };
    vec![VisitBooked { driver_wanted: false, ..one.clone() }, one]
}
