//! To a driver: the drive is off, nothing else to do.

use super::Reader;
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
}

impl DriverReleased {
    /// Renders it. It carries no button: there is nothing to do.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self, calendar: Option<CalendarPart>) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, .. } = &self.reader;
        let opening = w.f("mail-driver-released", [("patient", self.patient.as_str()), ("day", &self.day)]);
        let mut letter = Letter::to_driver(*w, clinic, called, opening.clone());
        letter
            .say(opening)
            .add(Block::when(w.t("mail-driver-off"), self.when.clone(), ""))
            .say(w.t("mail-driver-thanks"));
        render(*w, w.f("mail-driver-subject-off", [("day", &self.day)]), &letter, calendar)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<DriverReleased> {
    vec![DriverReleased {
        reader: Reader::sample_driver(w),
        patient: "Maria".to_owned(),
        day: "Tuesday, December 1".to_owned(),
        when: "Tuesday, December 1, 10:00 AM".to_owned(),
    }]
}
