//! To a driver: the question, its reminder, and the question again after a move; only who, when and where.

use super::Reader;
use crate::mail::letter::{Block, Letter};
use crate::mail::render::{CalendarPart, Rendered, render};
use crate::words::Words;

/// Why the driver is written to; the first sentence says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The patient asks.
    Asked,
    /// The day is near; whether the driver said yes.
    Reminder {
        /// Whether the answer is there.
        confirmed: bool,
    },
    /// The time is another one; the old one in words if it is known.
    Moved {
        /// "Monday, November 30, 1:00 PM".
        was: Option<String>,
    },
}

/// One drive in a driver's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriveWords {
    /// "Tuesday, December 1".
    pub day: String,
    /// "10:00 AM".
    pub bring_by: String,
    /// "12:30 PM".
    pub home_at: String,
    /// "1:30 PM".
    pub free_until: String,
}

impl DriveWords {
    /// A made-up drive.
    pub fn sample() -> Self {
        Self {
            day: "Tuesday, December 1".to_owned(),
            bring_by: "10:00 AM".to_owned(),
            home_at: "12:30 PM".to_owned(),
            free_until: "1:30 PM".to_owned(),
        }
    }
}

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverAsked {
    /// Who reads it.
    pub reader: Reader,
    /// The patient's first name, and nothing else of them.
    pub patient: String,
    /// The drives in order of start, usually one; never empty.
    pub drives: Vec<DriveWords>,
    /// Why now.
    pub why: Why,
}

impl DriverAsked {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self, calendar: Option<CalendarPart>) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let patient = self.patient.as_str();
        let first_day = self.drives.first().map(|drive| drive.day.as_str()).unwrap_or_default();
        let lead = match &self.why {
            Why::Asked => w.f("mail-driver-asked", [("patient", patient)]),
            Why::Reminder { .. } => w.f("mail-driver-reminder", [("patient", patient), ("day", first_day)]),
            Why::Moved { .. } => w.f("mail-driver-moved", [("patient", patient)]),
        };
        let mut letter = Letter::to_driver(*w, clinic, called, lead.clone());
        letter.say(lead);
        if let [drive] = self.drives.as_slice() {
            letter
                .add(Block::when(
                    w.f("mail-driver-bring", [("patient", patient)]),
                    w.f("mail-driver-by", [("day", &drive.day), ("time", &drive.bring_by)]),
                    &clinic.address,
                ))
                .say(w.f("mail-driver-home", [("patient", patient), ("time", &drive.home_at)]))
                .say(w.f("mail-driver-free", [("time", &drive.free_until)]));
        } else {
            letter.say(w.f("mail-driver-several", [("patient", patient), ("place", &clinic.address)]));
            for drive in &self.drives {
                letter.add(Block::when(
                    w.f("mail-driver-by", [("day", &drive.day), ("time", &drive.bring_by)]),
                    w.f("mail-driver-home-short", [("time", &drive.home_at)]),
                    &w.f("mail-driver-free-short", [("time", &drive.free_until)]),
                ));
            }
            letter.say(w.t("mail-driver-call-then"));
        }
        letter.say(w.f("mail-driver-alone", [("patient", patient)]));
        let label = match &self.why {
            Why::Reminder { confirmed: true } => {
                letter.say(w.t("mail-driver-still"));
                w.t("mail-driver-see")
            }
            Why::Reminder { confirmed: false } => {
                letter.say(w.t("mail-driver-not-heard"));
                w.t("mail-driver-answer")
            }
            Why::Moved { was } => {
                if let Some(was) = was {
                    letter.say(w.f("mail-moved-was", [("was", was)]));
                }
                letter.say(w.t("mail-driver-again"));
                w.t("mail-driver-answer")
            }
            Why::Asked => {
                letter.say(w.t("mail-driver-tell-us"));
                w.t("mail-driver-answer")
            }
        };
        letter.ask(label, url);
        render(*w, w.f("mail-driver-subject", [("day", first_day)]), &letter, calendar)
    }
}

/// Made-up messages: one for each reason, and a question about two days.
pub fn samples(w: Words) -> Vec<DriverAsked> {
    let later = DriveWords { day: "Tuesday, December 8".to_owned(), ..DriveWords::sample() };
    let mut all: Vec<DriverAsked> = [
        Why::Asked,
        Why::Reminder { confirmed: true },
        Why::Reminder { confirmed: false },
        Why::Moved { was: Some("Monday, November 30, 1:00 PM".to_owned()) },
        Why::Moved { was: None },
    ]
    .into_iter()
    .map(|why| DriverAsked {
        reader: Reader::sample_driver(w),
        patient: "Maria".to_owned(),
        drives: vec![DriveWords::sample()],
        why,
    })
    .collect();
    all.push(DriverAsked {
        reader: Reader::sample_driver(w),
        patient: "Maria".to_owned(),
        drives: vec![DriveWords::sample(), later],
        why: Why::Asked,
    });
    all
}
