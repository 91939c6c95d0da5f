//! To a patient: a whole course is booked; one message for all its visits.

use super::{Reader, VisitWords, list_visits};
use crate::domain::companions::Companion;
use crate::mail::letter::Letter;
use crate::mail::render::{CalendarPart, Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseBooked {
    /// Who reads it.
    pub reader: Reader,
    /// Its visits in order of start; never empty.
    pub visits: Vec<VisitWords>,
    /// Who is still to be named for some of them.
    pub companion_wanted: Option<Companion>,
    /// Whether the first visit is so near that no reminder comes before it.
    pub soon: bool,
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
        letter.say(opening);
        list_visits(&mut letter, *w, &self.visits);
        if self.soon {
            letter.say(w.t("mail-soon-course"));
        }
        if let Some(companion) = self.companion_wanted {
            letter.say(w.t(companion.pick("mail-course-driver", "mail-course-sitter")));
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
        companion_wanted: Some(Companion::Driver),
        soon: false,
    };
    let at_home = CourseBooked {
        visits: vec![VisitWords::sample(), VisitWords::sample_at_home(w)],
        companion_wanted: Some(Companion::Sitter),
        ..one.clone()
    };
    vec![
        CourseBooked { companion_wanted: None, ..one.clone() },
        CourseBooked { soon: true, ..one.clone() },
        at_home,
        one,
    ]
}
