//! To a patient: one or more visits have another time; each is told with the old time beside the new one.

use super::{Reader, VisitWords};
use crate::domain::companions::Companion;
use crate::mail::letter::{Block, Letter};
use crate::mail::render::{CalendarPart, Rendered, render};
use crate::words::Words;

/// One visit that moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedVisit {
    /// The old time: "Tuesday, December 1, 10:00 AM".
    pub was: String,
    /// The new one.
    pub now: VisitWords,
}

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitMoved {
    /// Who reads it.
    pub reader: Reader,
    /// What moved, in order of the new starts; never empty.
    pub moved: Vec<MovedVisit>,
    /// Who is asked again for one of them.
    pub asked_again: Option<Companion>,
}

impl VisitMoved {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self, calendar: Option<CalendarPart>) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let first = self.moved.first().map(|moved| moved.now.day.as_str()).unwrap_or_default();
        let count = i64::try_from(self.moved.len()).unwrap_or(i64::MAX);
        let opening = w.nf("mail-visit-moved", count, [("day", first)]);
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter.say(opening);
        for moved in &self.moved {
            letter
                .add(Block::when(w.t("mail-label-new-time"), moved.now.when.clone(), &moved.now.place))
                .say(w.f("mail-moved-was", [("was", &moved.was)]));
        }
        if let Some(companion) = self.asked_again {
            letter.say(w.t(companion.pick("mail-moved-driver", "mail-moved-sitter")));
        }
        letter.say(w.t("mail-moved-confirm")).ask(w.t("mail-see-visit"), url);
        if calendar.is_some() {
            letter.closing.push(w.t("mail-calendar-updated"));
        }
        render(*w, w.f("mail-subject-moved", [("day", first)]), &letter, calendar)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<VisitMoved> {
    let moved = MovedVisit { was: "Monday, November 30, 1:00 PM".to_owned(), now: VisitWords::sample() };
    let later =
        MovedVisit { was: "Thursday, December 3, 1:00 PM".to_owned(), now: VisitWords::sample_later() };
    let reader = Reader::sample_patient(w);
    vec![
        VisitMoved { reader: reader.clone(), moved: vec![moved.clone()], asked_again: None },
        VisitMoved {
            reader: reader.clone(),
            moved: vec![moved.clone()],
            asked_again: Some(Companion::Sitter),
        },
        VisitMoved { reader, moved: vec![moved, later], asked_again: Some(Companion::Driver) },
    ]
}
