//! The intake form: its pages in order, their fields, what is wrong with the shape of an answer, and which pages are done.

use chrono::NaiveDate;

use super::patients::{parse_email, parse_phone};
use super::typed_date::{DateFault, read_date};
use crate::text_enum;

/// Longest answer of one line, in characters.
pub const MAX_LINE: usize = 200;
/// Longest answer of several lines, in characters.
pub const MAX_LINES: usize = 4000;
/// The part under which the acknowledgement of the last page is kept.
pub const CHECK: &str = "check";
/// The acknowledgement that a patient may have to pay themselves.
pub const COST: &str = "cost";
/// What a ticked box holds.
pub const YES: &str = "yes";
/// The box "I would rather talk about this".
pub const TALK: &str = "talk";
/// The box "nobody cares for me at the moment".
const NOBODY: &str = "nobody";

text_enum! {
    /// One page of the form, in the order of the task list.
    pub enum Section {
        /// Name to use, birth date, what the patient hopes for.
        About = "about", "intake-about";
        /// Phone, email, times.
        Reach = "reach", "intake-reach";
        /// Whom to call in an emergency.
        Someone = "someone", "intake-someone";
        /// History.
        Health = "health", "intake-health";
        /// Medication and other substances.
        Medicines = "medicines", "intake-medicines";
        /// Earlier treatments and trials.
        Before = "before", "intake-before";
        /// Outside providers and whether each may be contacted.
        Others = "others", "intake-others";
    }
}

/// How a field is asked and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line.
    Line,
    /// Several lines.
    Lines,
    /// A phone number.
    Phone,
    /// An email address.
    Email,
    /// Email or phone.
    Way,
    /// Yes or no.
    YesNo,
    /// A box to tick.
    Tick,
    /// Month, day and year; kept as three answers, as typed.
    Birth,
}

/// One field of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in the form and in the store.
    pub name: &'static str,
    /// How it is asked.
    pub kind: FieldKind,
    /// The key of its label.
    pub label: &'static str,
    /// The key of its hint; empty for none.
    pub hint: &'static str,
}

const fn field(name: &'static str, kind: FieldKind, label: &'static str, hint: &'static str) -> Field {
    Field { name, kind, label, hint }
}

const RATHER_TALK: Field = field(TALK, FieldKind::Tick, "intake-talk", "");

const ABOUT: &[Field] = &[
    field("name", FieldKind::Line, "intake-name", "intake-name-hint"),
    field("birth", FieldKind::Birth, "intake-birth", "intake-birth-hint"),
    field("goals", FieldKind::Lines, "intake-goals", "intake-goals-hint"),
    RATHER_TALK,
];
const REACH: &[Field] = &[
    field("phone", FieldKind::Phone, "intake-phone", ""),
    field("email", FieldKind::Email, "intake-email", ""),
    field("way", FieldKind::Way, "intake-way", ""),
    field("times", FieldKind::Line, "intake-times", "intake-times-hint"),
];
const SOMEONE: &[Field] = &[
    field("name", FieldKind::Line, "intake-someone-name", ""),
    field("relation", FieldKind::Line, "intake-relation", "intake-relation-hint"),
    field("phone", FieldKind::Phone, "intake-someone-phone", ""),
];
const HEALTH: &[Field] = &[
    field("history", FieldKind::Lines, "intake-history", "intake-history-hint"),
    field("allergies", FieldKind::Lines, "intake-allergies", ""),
    RATHER_TALK,
];
const MEDICINES: &[Field] = &[
    field("medicines", FieldKind::Lines, "intake-medicine-list", "intake-medicine-hint"),
    field("substances", FieldKind::Lines, "intake-substances", "intake-substances-hint"),
    RATHER_TALK,
];
const BEFORE: &[Field] = &[
    field("earlier", FieldKind::Lines, "intake-earlier", "intake-earlier-hint"),
    field("trial", FieldKind::YesNo, "intake-trial", "intake-trial-hint"),
    field("trials", FieldKind::Lines, "intake-trials", ""),
    RATHER_TALK,
];
const OTHERS: &[Field] = &[
    field("one_name", FieldKind::Line, "intake-one-name", "intake-one-hint"),
    field("one_role", FieldKind::Line, "intake-one-role", ""),
    field("one_phone", FieldKind::Phone, "intake-one-phone", ""),
    field("one_email", FieldKind::Email, "intake-one-email", ""),
    field("one_consent", FieldKind::YesNo, "intake-one-consent", "intake-consent-hint"),
    field("two_name", FieldKind::Line, "intake-two-name", ""),
    field("two_role", FieldKind::Line, "intake-two-role", ""),
    field("two_phone", FieldKind::Phone, "intake-two-phone", ""),
    field("two_email", FieldKind::Email, "intake-two-email", ""),
    field("two_consent", FieldKind::YesNo, "intake-two-consent", "intake-consent-hint"),
    field("three_name", FieldKind::Line, "intake-three-name", ""),
    field("three_role", FieldKind::Line, "intake-three-role", ""),
    field("three_phone", FieldKind::Phone, "intake-three-phone", ""),
    field("three_email", FieldKind::Email, "intake-three-email", ""),
    field("three_consent", FieldKind::YesNo, "intake-three-consent", "intake-consent-hint"),
    field(NOBODY, FieldKind::Tick, "intake-nobody", ""),
    RATHER_TALK,
];

/// How far a page has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is kept.
    NotStarted,
    /// Something is.
    Started,
    /// What the page is for is there, or the patient would rather talk about it.
    Done,
}

impl Section {
    /// Its fields, in order.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::About => ABOUT,
            Self::Reach => REACH,
            Self::Someone => SOMEONE,
            Self::Health => HEALTH,
            Self::Medicines => MEDICINES,
            Self::Before => BEFORE,
            Self::Others => OTHERS,
        }
    }

    /// Whether the front desk may read it: how to reach the patient and theirs, nothing about health.
    pub fn is_contact(self) -> bool {
        matches!(self, Self::Reach | Self::Someone)
    }

    /// The key of the sentence that says why the page asks; empty where nobody wonders.
    pub fn why(self) -> &'static str {
        match self {
            Self::Someone => "intake-why-someone",
            Self::Health => "intake-why-health",
            Self::Medicines => "intake-why-medicines",
            Self::Before => "intake-why-before",
            Self::Others => "intake-why-others",
            Self::About | Self::Reach => "",
        }
    }

    /// Its number in addresses: a page's name would tell what it asks.
    pub fn number(self) -> usize {
        Self::ALL.iter().position(|one| *one == self).map_or(1, |index| index + 1)
    }

    /// The page of a number.
    pub fn of_number(text: &str) -> Option<Self> {
        let number: usize = text.parse().ok()?;
        Self::ALL.iter().copied().find(|one| one.number() == number)
    }

    /// The page after this one.
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self.number()).copied()
    }

    /// Every name under which an answer of this page is kept, in order.
    pub fn names(self) -> Vec<&'static str> {
        self.fields()
            .iter()
            .flat_map(|field| match field.kind {
                FieldKind::Birth => BIRTH_PARTS.to_vec(),
                _ => vec![field.name],
            })
            .collect()
    }

    /// Groups of answers; the page is done with one of each.
    fn wanted(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::About => &[&["birth_year"], &["goals", TALK]],
            Self::Reach => &[&["phone", "email"]],
            Self::Someone => &[&["name"], &["phone"]],
            Self::Health => &[&["history", TALK]],
            Self::Medicines => &[&["medicines", TALK]],
            Self::Before => &[&["earlier", "trial", TALK]],
            Self::Others => &[&["one_name", NOBODY, TALK]],
        }
    }

    /// How far the page has come; `answer` gives what is kept under a name, empty for nothing.
    pub fn progress<'a>(self, answer: impl Fn(&str) -> &'a str) -> Progress {
        let held = |name: &&str| !answer(name).is_empty();
        if !self.names().iter().any(held) {
            return Progress::NotStarted;
        }
        let done = self.wanted().iter().all(|group| group.iter().any(held));
        if done { Progress::Done } else { Progress::Started }
    }

    /// Every answer whose shape is wrong, with the key of what to do. What is left out is never wrong.
    pub fn faults<'a>(
        self,
        answer: impl Fn(&str) -> &'a str,
        today: NaiveDate,
    ) -> Vec<(&'static str, &'static str)> {
        let wrong = |field: &Field| -> Option<&'static str> {
            let text = answer(field.name);
            match field.kind {
                FieldKind::Birth => {
                    read_date(BIRTH_PARTS.map(&answer), today).err().map(DateFault::message_key)
                }
                _ if text.is_empty() => None,
                FieldKind::Line => (text.chars().count() > MAX_LINE).then_some("intake-long-line"),
                FieldKind::Lines => (text.chars().count() > MAX_LINES).then_some("intake-long-lines"),
                FieldKind::Phone => parse_phone(text).is_none().then_some("intake-enter-phone"),
                FieldKind::Email => parse_email(text).is_none().then_some("intake-enter-email"),
                FieldKind::Way => (!["email", "phone"].contains(&text)).then_some("intake-choose"),
                FieldKind::YesNo => (![YES, "no"].contains(&text)).then_some("intake-choose"),
                FieldKind::Tick => (text != YES).then_some("intake-choose"),
            }
        };
        self.fields().iter().filter_map(|field| Some((field.name, wrong(field)?))).collect()
    }
}

/// The names of the three parts of the birth date: month, day, year.
pub const BIRTH_PARTS: [&str; 3] = ["birth_month", "birth_day", "birth_year"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Words;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn an_empty_page_has_no_fault_and_is_not_started() {
        for section in Section::ALL {
            assert!(section.faults(|_| "", day("2026-11-20")).is_empty(), "{section}");
            assert_eq!(section.progress(|_| ""), Progress::NotStarted, "{section}");
        }
    }

    #[test]
    fn only_the_shape_of_an_answer_is_refused() {
        let long = "x".repeat(MAX_LINE + 1);
        let answer = |name: &str| match name {
            "phone" => "12",
            "email" => "nowhere",
            "way" => "pigeon",
            "times" => long.as_str(),
            _ => "",
        };
        let found: Vec<&str> =
            Section::Reach.faults(answer, day("2026-11-20")).into_iter().map(|(name, _)| name).collect();
        assert_eq!(found, ["phone", "email", "way", "times"]);
        let birth = |name: &str| if name == "birth_month" { "mar" } else { "" };
        assert_eq!(Section::About.faults(birth, day("2026-11-20")), [("birth", "intake-birth-day-missing")]);
    }

    #[test]
    fn who_would_rather_talk_is_done_with_the_page() {
        let talk = |name: &str| if name == TALK { YES } else { "" };
        for section in [Section::Health, Section::Medicines, Section::Before, Section::Others] {
            assert_eq!(section.progress(talk), Progress::Done, "{section}");
        }
        let phone = |name: &str| if name == "phone" { "+1 555 010 0133" } else { "" };
        assert_eq!(Section::Reach.progress(phone), Progress::Done);
        assert_eq!(Section::Someone.progress(phone), Progress::Started, "a name is still missing");
    }

    #[test]
    fn pages_are_numbered_and_the_desk_reads_only_contacts() {
        for section in Section::ALL {
            assert_eq!(Section::of_number(&section.number().to_string()), Some(*section));
        }
        for text in ["0", "8", "health", "", "-1"] {
            assert_eq!(Section::of_number(text), None, "{text}");
        }
        assert_eq!(Section::Others.next(), None);
        let contact: Vec<Section> = Section::ALL.iter().copied().filter(|one| one.is_contact()).collect();
        assert_eq!(contact, [Section::Reach, Section::Someone]);
    }

    #[test]
    fn every_label_hint_and_reason_has_words() {
        let w = Words::default();
        for section in Section::ALL {
            let keys = section.fields().iter().flat_map(|field| [field.label, field.hint]);
            for key in keys.chain([section.why()]).filter(|key| !key.is_empty()) {
                assert!(w.has(key), "{key}");
            }
        }
        let faults = [DateFault::Month, DateFault::Day, DateFault::Year, DateFault::NoSuchDay];
        for key in faults.map(DateFault::message_key) {
            assert!(w.has(key), "{key}");
        }
    }
}
