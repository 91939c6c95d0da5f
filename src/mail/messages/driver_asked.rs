//! To a driver or a sitter: the question, its reminder, and the question again after a move; only who, when and where.

use super::Reader;
use crate::domain::companions::Companion;
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
    /// "10:00 AM"; nothing where somebody else brings the patient. For a sitter, when to be there.
    pub bring_by: Option<String>,
    /// "between 12:30 and 1:00 PM"; a sitter reads nothing of it.
    pub home: String,
    /// "1:30 PM".
    pub free_until: String,
}

impl DriveWords {
    /// A made-up drive.
    pub fn sample() -> Self {
        Self {
            day: "Tuesday, December 1".to_owned(),
            bring_by: Some("10:00 AM".to_owned()),
            home: "between 12:30 and 1:00 PM".to_owned(),
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
    /// Whether they are asked to drive or to stay.
    pub companion: Companion,
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
        let pick = |driver, sitter| self.companion.pick(driver, sitter);
        let lead = match &self.why {
            Why::Asked => w.f(pick("mail-driver-asked", "mail-sitter-asked"), [("patient", patient)]),
            Why::Reminder { .. } => {
                let key = pick("mail-driver-reminder", "mail-sitter-reminder");
                w.f(key, [("patient", patient), ("day", first_day)])
            }
            Why::Moved { .. } => w.f(pick("mail-driver-moved", "mail-sitter-moved"), [("patient", patient)]),
        };
        let mut letter = Letter::to_driver(*w, clinic, called, lead.clone());
        letter.say(lead);
        match self.companion {
            Companion::Driver => self.drive_lines(&mut letter),
            Companion::Sitter => self.sitter_lines(&mut letter),
        }
        let alone = pick("mail-driver-alone", "mail-sitter-alone");
        letter.say(w.f(alone, [("patient", patient)]));
        let label = match &self.why {
            Why::Reminder { confirmed: true } => {
                letter.say(w.t("mail-driver-still"));
                w.t(pick("mail-driver-see", "mail-sitter-see"))
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
        let subject = pick("mail-driver-subject", "mail-sitter-subject");
        render(*w, w.f(subject, [("day", first_day)]), &letter, calendar)
    }

    /// When and where to bring, when to take home.
    fn drive_lines(&self, letter: &mut Letter) {
        if let [drive] = self.drives.as_slice() {
            self.say_one(letter, drive);
        } else {
            self.say_several(letter);
        }
    }

    /// From when until when to stay. Where the patient lives is theirs to tell.
    fn sitter_lines(&self, letter: &mut Letter) {
        let w = self.reader.w;
        let patient = self.patient.as_str();
        let from = |stay: &DriveWords| {
            let time = stay.bring_by.as_deref().unwrap_or_default();
            w.f("mail-sitter-from", [("day", stay.day.as_str()), ("time", time)])
        };
        if let [stay] = self.drives.as_slice() {
            letter
                .add(Block::when(w.f("mail-sitter-be", [("patient", patient)]), from(stay), ""))
                .say(w.f("mail-sitter-until", [("patient", patient), ("time", &stay.free_until)]));
            return;
        }
        letter.say(w.f("mail-sitter-several", [("patient", patient)]));
        for stay in &self.drives {
            letter.add(Block::when(
                from(stay),
                w.f("mail-sitter-until-short", [("time", &stay.free_until)]),
                "",
            ));
        }
    }

    fn say_one(&self, letter: &mut Letter, drive: &DriveWords) {
        let Reader { w, clinic, .. } = &self.reader;
        let patient = self.patient.as_str();
        if let Some(time) = &drive.bring_by {
            letter
                .add(Block::when(
                    w.f("mail-driver-bring", [("patient", patient)]),
                    w.f("mail-driver-by", [("day", &drive.day), ("time", time)]),
                    &clinic.address,
                ))
                .say(w.f("mail-driver-home", [("patient", patient), ("window", &drive.home)]));
        } else {
            letter
                .add(Block::when(
                    w.f("mail-driver-take-home", [("patient", patient)]),
                    w.f("mail-driver-on", [("day", &drive.day), ("window", &drive.home)]),
                    &clinic.address,
                ))
                .say(w.f("mail-driver-home-only", [("patient", patient)]));
        }
        letter.say(w.f("mail-driver-free", [("time", &drive.free_until)]));
    }

    fn say_several(&self, letter: &mut Letter) {
        let Reader { w, clinic, .. } = &self.reader;
        let patient = self.patient.as_str();
        letter.say(w.f("mail-driver-several", [("patient", patient), ("place", &clinic.address)]));
        for drive in &self.drives {
            let label = match &drive.bring_by {
                Some(time) => w.f("mail-driver-by", [("day", &drive.day), ("time", time)]),
                None => w.f("mail-driver-on-home-only", [("day", &drive.day)]),
            };
            letter.add(Block::when(
                label,
                w.f("mail-driver-home-short", [("window", &drive.home)]),
                &w.f("mail-driver-free-short", [("time", &drive.free_until)]),
            ));
        }
        letter.say(w.t("mail-driver-call-then"));
    }
}

/// Made-up messages to drivers and to sitters: one for each reason, a question about two days, and for drivers the way home only.
pub fn samples(w: Words) -> Vec<DriverAsked> {
    let mut all = samples_for(w, Companion::Driver);
    all.extend(samples_for(w, Companion::Sitter));
    all
}

fn samples_for(w: Words, companion: Companion) -> Vec<DriverAsked> {
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
        companion,
    })
    .collect();
    all.push(DriverAsked {
        reader: Reader::sample_driver(w),
        patient: "Maria".to_owned(),
        drives: vec![DriveWords::sample(), later],
        why: Why::Asked,
        companion,
    });
    if companion == Companion::Sitter {
        return all;
    }
    let home_only = DriveWords { bring_by: None, ..DriveWords::sample() };
    for drives in [vec![home_only.clone()], vec![home_only, DriveWords::sample()]] {
        all.push(DriverAsked {
            reader: Reader::sample_driver(w),
            patient: "Maria".to_owned(),
            drives,
            why: Why::Asked,
            companion,
        });
    }
    all
}
