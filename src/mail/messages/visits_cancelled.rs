//! To a patient: one or more visits are off, in one message.

use super::{Reader, VisitWords};
use crate::mail::letter::{Block, Letter};
use crate::mail::render::{CalendarPart, Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitsCancelled {
    /// Who reads it.
    pub reader: Reader,
    /// What is off, in order of start; never empty.
    pub visits: Vec<VisitWords>,
    /// Whether the patient has other visits that stay.
    pub others_stay: bool,
}

impl VisitsCancelled {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self, calendar: Option<CalendarPart>) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let first = self.visits.first().map(|visit| visit.day.as_str()).unwrap_or_default();
        let count = i64::try_from(self.visits.len()).unwrap_or(i64::MAX);
        let opening = w.nf("mail-visits-canceled", count, [("day", first)]);
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter.say(opening).add(Block::List(self.visits.iter().map(|visit| visit.when.clone()).collect()));
        if self.others_stay {
            letter.say(w.t("mail-others-stay"));
        }
        letter.say(w.t("mail-canceled-next")).ask(w.t("mail-see-visits"), url);
        if calendar.is_some() {
            letter.closing.push(w.t("mail-calendar-updated"));
        }
        render(*w, w.f("mail-subject-canceled", [("day", first)]), &letter, calendar)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<VisitsCancelled> {
    let reader = Reader::sample_patient(w);
    vec![
        VisitsCancelled { reader: reader.clone(), visits: vec![VisitWords::sample()], others_stay: false },
        VisitsCancelled {
            reader,
            visits: vec![VisitWords::sample(), VisitWords::sample_later()],
            others_stay: true,
        },
    ]
}
