//! The clinic's own words in messages: which parts may be replaced, which placeholders stand for what, and what is wrong with a text.

use crate::domain::messages::Stage;
use crate::text_enum;

/// Longest subject (characters, placeholders as written).
pub const MAX_SUBJECT: usize = 60;
/// Longest opening or closing (characters, placeholders as written).
pub const MAX_WORDS: usize = 400;
/// Most paragraphs of an opening or a closing.
pub const MAX_PARAGRAPHS: usize = 4;

text_enum! {
    /// A part of a message an owner may write. Times, places, links, phone and crisis line are no such part.
    pub enum WordingPart {
        /// The subject line.
        Subject = "subject", "wording-subject";
        /// The first paragraphs, before time and place.
        Opening = "opening", "wording-opening";
        /// Paragraphs below the button; by default there are none.
        Closing = "closing", "wording-closing";
    }
}

text_enum! {
    /// Stands in a text for what is true when the message goes.
    pub enum Placeholder {
        /// The reader's first name.
        Name = "name", "placeholder-name";
        /// The clinic's name.
        Clinic = "clinic", "placeholder-clinic";
        /// The clinic's phone.
        Phone = "phone", "placeholder-phone";
        /// The day of the visit, or of the first of several.
        Day = "day", "placeholder-day";
        /// Its day and times.
        When = "when", "placeholder-when";
        /// The driver's first name.
        Driver = "driver", "placeholder-driver";
        /// To drivers: the patient's first name.
        Patient = "patient", "placeholder-patient";
        /// Until when times are kept.
        Until = "until", "placeholder-until";
    }
}

impl Placeholder {
    /// As it stands in a text: `{day}`.
    pub fn written(self) -> String {
        format!("{{{}}}", self.as_str())
    }
}

/// What a part of a message may and must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartRules {
    /// Most characters.
    pub most: usize,
    /// Most paragraphs.
    pub paragraphs: usize,
    /// What may not be left out.
    pub required: &'static [Placeholder],
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordingFault {
    /// This part of this message cannot be replaced.
    Fixed,
    /// Longer than so many characters.
    Long(usize),
    /// More paragraphs than so many.
    Paragraphs(usize),
    /// Characters that show nothing or break lines.
    Control,
    /// A brace without its other half, or one in another.
    Brace,
    /// A placeholder this message does not have, as written.
    Unknown(String),
    /// A placeholder that may not be left out.
    Missing(Placeholder),
    /// A word that may not stand in a message.
    Forbidden(&'static str),
    /// The address of a page or a mailbox: the program puts the link in.
    Link,
}

/// The placeholders a message has.
pub fn placeholders(stage: Stage) -> Vec<Placeholder> {
    use Placeholder::{Clinic, Day, Driver, Name, Patient, Phone, Until, When};
    let more: &[Placeholder] = match stage {
        Stage::SeriesBooked
        | Stage::VisitBooked
        | Stage::VisitMoved
        | Stage::VisitCancelled
        | Stage::PatientReminder
        | Stage::DriverLastCall
        | Stage::Intention
        | Stage::GettingReady
        | Stage::QuietEvening
        | Stage::Prompt24h
        | Stage::Prompt48h
        | Stage::MoodCheckIn => &[Day, When],
        Stage::SeriesHeld => &[Day, When, Until],
        Stage::DriverDeclined => &[Driver, Day, When],
        Stage::DriverAsked | Stage::DriverReminder | Stage::DriverMoved | Stage::DriverReleased => {
            &[Patient, Day]
        }
        Stage::DriverFreshLink => &[Patient],
        _ => &[],
    };
    [Name, Clinic, Phone].into_iter().chain(more.iter().copied()).collect()
}

/// Whether own words of a message speak to or of a driver. Who stays with a patient at home reads ours in their place, which know the
/// difference.
pub fn is_about_driver(stage: Stage) -> bool {
    stage.is_for_driver() || matches!(stage, Stage::DriverLastCall | Stage::DriverDeclined)
}

/// The rules of a part of a message; `None` where it is fixed because its sentence says what happened, in one of several forms.
pub fn rules(stage: Stage, part: WordingPart) -> Option<PartRules> {
    let is_fixed = match part {
        WordingPart::Subject => stage == Stage::SeriesChanged,
        WordingPart::Opening => {
            matches!(stage, Stage::SeriesChanged | Stage::VisitCancelled | Stage::DriverLastCall)
        }
        WordingPart::Closing => false,
    };
    if is_fixed {
        return None;
    }
    let required: &'static [Placeholder] = match (part, stage) {
        // What goes after a visit may name its day; nobody sets out by it.
        (WordingPart::Subject, _) if stage.is_after_visit() || stage.is_check_in() => &[],
        (WordingPart::Subject, _) if placeholders(stage).contains(&Placeholder::Day) => &[Placeholder::Day],
        (WordingPart::Opening, Stage::SeriesHeld) => &[Placeholder::Until],
        (WordingPart::Opening, Stage::DriverDeclined) => &[Placeholder::Driver],
        (WordingPart::Opening, _) if stage.is_for_driver() => &[Placeholder::Patient],
        _ => &[],
    };
    let (most, paragraphs) =
        if part == WordingPart::Subject { (MAX_SUBJECT, 1) } else { (MAX_WORDS, MAX_PARAGRAPHS) };
    Some(PartRules { most, paragraphs, required })
}

/// Everything that is wrong with a text, `forbidden` being the words found in it that may not stand there. An empty text is the
/// default and never wrong.
pub fn faults(stage: Stage, part: WordingPart, text: &str, forbidden: &[&'static str]) -> Vec<WordingFault> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let Some(rules) = rules(stage, part) else { return vec![WordingFault::Fixed] };
    let mut faults = Vec::new();
    if text.chars().count() > rules.most {
        faults.push(WordingFault::Long(rules.most));
    }
    if paragraphs(text).len() > rules.paragraphs && rules.paragraphs > 1 {
        faults.push(WordingFault::Paragraphs(rules.paragraphs));
    }
    if text.chars().any(|c| breaks(c) && (c != '\n' || rules.paragraphs == 1)) {
        faults.push(WordingFault::Control);
    }
    let known = placeholders(stage);
    let mut used = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(_) => {}
            Piece::Stray if faults.contains(&WordingFault::Brace) => {}
            Piece::Stray => faults.push(WordingFault::Brace),
            Piece::Field(name) => match Placeholder::parse(name).filter(|field| known.contains(field)) {
                Some(field) => used.push(field),
                None => faults.push(WordingFault::Unknown(format!("{{{name}}}"))),
            },
        }
    }
    for field in rules.required {
        // Day and times say the day too.
        let is_said =
            used.contains(field) || (*field == Placeholder::Day && used.contains(&Placeholder::When));
        if !is_said {
            faults.push(WordingFault::Missing(*field));
        }
    }
    faults.extend(forbidden.iter().copied().map(WordingFault::Forbidden));
    let lower = text.to_lowercase();
    if ["://", "www.", "mailto:"].iter().any(|mark| lower.contains(mark)) {
        faults.push(WordingFault::Link);
    }
    faults
}

/// The text with every placeholder's value in its place; `None` if one has no value now. A value is never read for placeholders
/// itself.
pub fn fill(text: &str, value: impl Fn(Placeholder) -> Option<String>) -> Option<String> {
    let mut filled = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(words) => filled.push_str(words),
            Piece::Field(name) => filled.push_str(&value(Placeholder::parse(name)?)?),
            Piece::Stray => return None,
        }
    }
    Some(filled)
}

/// The paragraphs of a text: its lines that are not blank.
pub fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Control characters and the separators that break a line as they do.
fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

enum Piece<'a> {
    Text(&'a str),
    /// What stands between two braces.
    Field(&'a str),
    /// A brace by itself.
    Stray,
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        pieces.push(Piece::Text(&rest[..at]));
        let from = &rest[at..];
        let name = from.strip_prefix('{').and_then(|after| after.split_once('}')).map(|(name, _)| name);
        match name.filter(|name| !name.contains('{')) {
            Some(name) => {
                pieces.push(Piece::Field(name.trim()));
                rest = &from[name.len() + 2..];
            }
            None => {
                pieces.push(Piece::Stray);
                rest = &from[1..];
            }
        }
    }
    pieces.push(Piece::Text(rest));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message_rules::anchors;

    #[test]
    fn every_reason_against_a_text_is_told_at_once() {
        let text = format!("{}\u{7} {{nobody}} {{ see www.example.org", "x".repeat(MAX_SUBJECT));
        let found = faults(Stage::VisitBooked, WordingPart::Subject, &text, &["infusion"]);
        assert_eq!(
            found,
            [
                WordingFault::Long(MAX_SUBJECT),
                WordingFault::Control,
                WordingFault::Unknown("{nobody}".to_owned()),
                WordingFault::Brace,
                WordingFault::Missing(Placeholder::Day),
                WordingFault::Forbidden("infusion"),
                WordingFault::Link,
            ]
        );
    }

    #[test]
    fn an_empty_text_is_the_default_and_day_and_times_say_the_day() {
        assert_eq!(faults(Stage::VisitBooked, WordingPart::Subject, " \n", &[]), []);
        assert_eq!(faults(Stage::VisitBooked, WordingPart::Subject, "Booked: {when}", &[]), []);
        assert_eq!(faults(Stage::VisitBooked, WordingPart::Opening, "Hello {name}\nSee you {day}", &[]), []);
    }

    #[test]
    fn what_says_that_something_happened_cannot_be_replaced() {
        for (stage, part) in [
            (Stage::VisitCancelled, WordingPart::Opening),
            (Stage::SeriesChanged, WordingPart::Subject),
            (Stage::DriverLastCall, WordingPart::Opening),
        ] {
            assert_eq!(faults(stage, part, "See you soon", &[]), [WordingFault::Fixed], "{stage} {part}");
        }
        for stage in Stage::ALL {
            assert!(rules(*stage, WordingPart::Closing).is_some(), "{stage}");
        }
    }

    #[test]
    fn what_only_the_opening_says_may_not_be_left_out_of_it() {
        for (stage, field) in [
            (Stage::SeriesHeld, Placeholder::Until),
            (Stage::DriverAsked, Placeholder::Patient),
            (Stage::DriverDeclined, Placeholder::Driver),
        ] {
            let found = faults(stage, WordingPart::Opening, "Good news", &[]);
            assert_eq!(found, [WordingFault::Missing(field)], "{stage}");
            assert_eq!(faults(stage, WordingPart::Opening, &field.written(), &[]), [], "{stage}");
        }
    }

    #[test]
    fn every_message_about_a_visit_can_name_its_day() {
        for stage in Stage::ALL {
            let counts_from_a_visit = anchors(*stage).iter().any(|anchor| anchor.is_of_visit());
            // A new link is about no visit in particular.
            let is_link = *stage == Stage::DriverFreshLink;
            if counts_from_a_visit || (stage.is_for_driver() && !is_link) {
                assert!(placeholders(*stage).contains(&Placeholder::Day), "{stage}");
            }
        }
        assert_eq!(
            faults(Stage::GettingReady, WordingPart::Subject, "Soon", &[]),
            [WordingFault::Missing(Placeholder::Day)]
        );
        assert_eq!(faults(Stage::QuietEvening, WordingPart::Subject, "Rest well", &[]), []);
    }

    #[test]
    fn values_are_put_in_once_and_never_read_for_placeholders() {
        let value = |field| match field {
            Placeholder::Name => Some("{clinic}".to_owned()),
            Placeholder::Clinic => Some("Elm".to_owned()),
            _ => None,
        };
        assert_eq!(fill("Hello { name } of {clinic}.", value).as_deref(), Some("Hello {clinic} of Elm."));
        assert_eq!(fill("On {day}", value), None);
        assert_eq!(fill("A { stray", value), None);
        assert_eq!(paragraphs(" One \n\n Two\n"), ["One", "Two"]);
    }
}
