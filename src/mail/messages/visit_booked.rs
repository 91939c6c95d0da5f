//! To a patient: one visit is booked.

use super::{Reader, VisitWords};
use crate::domain::companions::Companion;
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
    /// Who is still to be named for it.
    pub companion_wanted: Option<Companion>,
    /// Whether it is so near that no reminder comes before it: this message then says what they would have said.
    pub soon: bool,
    /// Whether the patient said they come.
    pub confirmed: bool,
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
            &self.visit.place,
        ));
        if self.soon {
            letter.say(w.t("mail-soon"));
        }
        if self.soon && !self.confirmed {
            letter.say(w.t("mail-reminder-confirm"));
        }
        if let Some(companion) = self.companion_wanted {
            letter.say(w.t(companion.pick("mail-name-driver", "mail-name-sitter")));
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
    let one = VisitBooked {
        reader: Reader::sample_patient(w),
        visit: VisitWords::sample(),
        companion_wanted: Some(Companion::Driver),
        soon: false,
        confirmed: false,
    };
    let at_home = VisitBooked {
        visit: VisitWords::sample_at_home(w),
        companion_wanted: Some(Companion::Sitter),
        ..one.clone()
    };
    vec![
        VisitBooked { companion_wanted: None, ..one.clone() },
        VisitBooked { soon: true, ..one.clone() },
        VisitBooked { soon: true, confirmed: true, ..one.clone() },
        at_home,
        one,
    ]
}
