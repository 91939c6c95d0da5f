//! To a patient: a running course changed; the visits as they stand now, or that they are on pause.

use super::{Reader, VisitWords, list_visits};
use crate::domain::companions::Companion;
use crate::mail::letter::Letter;
use crate::mail::render::{CalendarPart, Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseChanged {
    /// Who reads it.
    pub reader: Reader,
    /// The visits that are booked now, in order of start.
    pub visits: Vec<VisitWords>,
    /// Whether the course is on pause.
    pub paused: bool,
    /// Who is still to be named for some of them.
    pub companion_wanted: Option<Companion>,
    /// Whether the first visit was added and is so near that no reminder comes before it.
    pub soon: bool,
}

impl CourseChanged {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self, calendar: Option<CalendarPart>) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let opening = w.t(if self.paused { "mail-course-paused" } else { "mail-course-changed" });
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter.say(opening);
        match (self.paused, self.visits.is_empty()) {
            (true, true) => {}
            (true, false) => {
                letter.say(w.t("mail-course-paused-rest"));
            }
            (false, true) => {
                letter.say(w.t("mail-course-none-left"));
            }
            (false, false) => {
                letter.say(w.t("mail-course-now"));
            }
        }
        if !self.visits.is_empty() {
            list_visits(&mut letter, *w, &self.visits);
        }
        if self.soon {
            letter.say(w.t("mail-soon-course"));
        }
        if let Some(companion) = self.companion_wanted {
            letter.say(w.t(companion.pick("mail-course-driver", "mail-course-sitter")));
        }
        letter.ask(w.t("mail-see-visits"), url);
        if calendar.is_some() {
            letter.closing.push(w.t("mail-calendar-updated"));
        }
        let subject = if self.paused { "mail-subject-paused" } else { "mail-subject-changed" };
        render(*w, w.t(subject), &letter, calendar)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<CourseChanged> {
    let one = CourseChanged {
        reader: Reader::sample_patient(w),
        visits: vec![VisitWords::sample(), VisitWords::sample_later()],
        paused: false,
        companion_wanted: Some(Companion::Driver),
        soon: false,
    };
    let none = CourseChanged { visits: Vec::new(), companion_wanted: None, ..one.clone() };
    let paused = CourseChanged { paused: true, ..none.clone() };
    let rest = CourseChanged { visits: vec![VisitWords::sample()], ..paused.clone() };
    let soon = CourseChanged { soon: true, ..one.clone() };
    vec![one, none, paused, rest, soon]
}
