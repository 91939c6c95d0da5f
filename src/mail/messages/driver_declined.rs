//! To a patient: who they named cannot drive or stay, on one day or on several, or our message to them reached somebody else.

use super::{Reader, VisitWords};
use crate::domain::companions::Companion;
use crate::mail::letter::{Block, Letter};
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverDeclined {
    /// Who reads it.
    pub reader: Reader,
    /// The visits by start; never empty.
    pub visits: Vec<VisitWords>,
    /// The driver's first name.
    pub driver: String,
    /// Whether they were asked to drive or to stay.
    pub companion: Companion,
    /// Whether the message to the driver reached somebody else.
    pub wrong_address: bool,
}

impl DriverDeclined {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let pick = |driver, sitter| self.companion.pick(driver, sitter);
        let driver = self.driver.as_str();
        let first_day = self.visits.first().map(|visit| visit.day.as_str()).unwrap_or_default();
        let is_one = self.visits.len() == 1;
        let opening = match (self.wrong_address, is_one) {
            (true, _) => w.f("mail-declined-wrong", [("driver", driver)]),
            (false, true) => {
                w.f(pick("mail-declined", "mail-declined-sitter"), [("driver", driver), ("day", first_day)])
            }
            (false, false) => {
                let key = pick("mail-declined-several", "mail-declined-sitter-several");
                w.f(key, [("driver", driver)])
            }
        };
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter.say(opening);
        if self.wrong_address {
            letter.say(w.f("mail-declined-wrong-next", [("driver", driver)]));
        }
        for visit in &self.visits {
            let place = if is_one { visit.place.as_str() } else { "" };
            letter.add(Block::when(w.t("mail-label-visit"), visit.when.clone(), place));
        }
        letter
            .say(w.t("mail-declined-next"))
            .say(w.t("mail-last-call-help"))
            .ask(w.t(pick("mail-button-driver", "mail-button-sitter")), url);
        let subject = if is_one {
            w.f(pick("mail-subject-driver", "mail-subject-sitter"), [("day", first_day)])
        } else {
            w.t(pick("mail-subject-driver-several", "mail-subject-sitter-several"))
        };
        render(*w, subject, &letter, None)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<DriverDeclined> {
    let one = |companion| DriverDeclined {
        reader: Reader::sample_patient(w),
        visits: vec![VisitWords::sample()],
        driver: "Daniel".to_owned(),
        companion,
        wrong_address: false,
    };
    let visits = vec![VisitWords::sample(), VisitWords::sample_later()];
    [Companion::Driver, Companion::Sitter]
        .into_iter()
        .flat_map(|companion| {
            [
                DriverDeclined { wrong_address: true, ..one(companion) },
                DriverDeclined { visits: visits.clone(), ..one(companion) },
                one(companion),
            ]
        })
        .collect()
}
