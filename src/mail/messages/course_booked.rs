//! To a patient: a whole course is booked; one message for all its visits.

use super::{Reader, VisitWords};
use crate::mail::letter::{Block, Letter};
use crate::mail::render::{CalendarPart, Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseBooked {
    /// Who reads it.
    pub reader: Reader,
    /// Its visits in order of start; never empty.
    pub visits: Vec<VisitWords>,
    /// Whether some visit needs a driver nobody is named for.
    pub driver_wanted: bool,
}

impl CourseBooked {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self, calendar: Option<CalendarPart>) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let first = self.visits.first().map(|visit| visit.day.as_str()).unwrap_or_default();
        let count = i64::try_from(self.visits.len()).unwrap_or(i64::MAX);
        let opening = w.nf("mail-course-booked", count, [("day", first)]);
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter
            .say(opening)
            .add(Block::List(self.visits.iter().map(|visit| visit.when.clone()).collect()))
            .say(w.f("mail-all-at", [("place", &clinic.address)]));
        if self.driver_wanted {
            letter.say(w.t("mail-course-driver"));
        }
        letter.say(w.t("mail-behind-link")).ask(w.t("mail-see-visits"), url);
        if calendar.is_some() {
            letter.closing.push(w.t("mail-calendar-attached"));
        }
        render(*w, w.f("mail-subject-course", [("day", first)]), &letter, calendar)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<CourseBooked> {
    let one = CourseBooked {
        reader: Reader::sample_patient(w),
        visits: vec![VisitWords::sample(), VisitWords::sample_later()],
        driver_wanted: true,
    };
    vec![CourseBooked { driver_wanted: false, ..one.clone() }, one]
}
