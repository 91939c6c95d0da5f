//! To a driver: the drive is off, nothing else to do.

use super::Reader;
use crate::domain::companions::Companion;
use crate::mail::letter::{Block, Letter};
use crate::mail::render::{CalendarPart, Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverReleased {
    /// Who reads it.
    pub reader: Reader,
    /// The patient's first name.
    pub patient: String,
    /// "Tuesday, December 1".
    pub day: String,
    /// "Tuesday, December 1, 10:00 AM".
    pub when: String,
    /// Whether they would have driven or stayed.
    pub companion: Companion,
}

impl DriverReleased {
    /// Renders it. It carries no button: there is nothing to do.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self, calendar: Option<CalendarPart>) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, .. } = &self.reader;
        let pick = |driver, sitter| self.companion.pick(driver, sitter);
        let key = pick("mail-driver-released", "mail-sitter-released");
        let opening = w.f(key, [("patient", self.patient.as_str()), ("day", &self.day)]);
        let mut letter = Letter::to_driver(*w, clinic, called, opening.clone());
        letter
            .say(opening)
            .add(Block::when(w.t(pick("mail-driver-off", "mail-sitter-off")), self.when.clone(), ""))
            .say(w.t("mail-driver-thanks"));
        let subject = pick("mail-driver-subject-off", "mail-sitter-subject-off");
        render(*w, w.f(subject, [("day", &self.day)]), &letter, calendar)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<DriverReleased> {
    let one = |companion| DriverReleased {
        reader: Reader::sample_driver(w),
        patient: "Maria".to_owned(),
        day: "Tuesday, December 1".to_owned(),
        when: "Tuesday, December 1, 10:00 AM".to_owned(),
        companion,
    };
    vec![one(Companion::Driver), one(Companion::Sitter)]
}
