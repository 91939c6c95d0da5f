//! To a patient: the times of a course are kept for them until a moment; the total price is behind the link.

use super::{Reader, VisitWords, list_visits};
use crate::mail::letter::Letter;
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseHeld {
    /// Who reads it.
    pub reader: Reader,
    /// Its visits in order of start; never empty.
    pub visits: Vec<VisitWords>,
    /// "Tuesday, December 1, 4:00 PM".
    pub until: String,
}

impl CourseHeld {
    /// Renders it. No calendar part: the times are not booked yet.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let first = self.visits.first().map(|visit| visit.day.as_str()).unwrap_or_default();
        let opening = w.f("mail-held-until", [("until", &self.until)]);
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter.say(opening);
        list_visits(&mut letter, *w, &self.visits);
        letter.say(w.t("mail-held-price")).say(w.t("mail-held-next")).ask(w.t("mail-see-times"), url);
        render(*w, w.f("mail-subject-held", [("day", first)]), &letter, None)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<CourseHeld> {
    vec![CourseHeld {
        reader: Reader::sample_patient(w),
        visits: vec![VisitWords::sample(), VisitWords::sample_later()],
        until: "Tuesday, November 24, 4:00 PM".to_owned(),
    }]
}
