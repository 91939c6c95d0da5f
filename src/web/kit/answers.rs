//! The answers of an intake form in words, as the patient checks them and the clinic reads them.

use crate::domain::intake_form::{BIRTH_PARTS, Field, FieldKind, Section, TALK, YES};
use crate::domain::patients::ContactPreference;
use crate::domain::typed_date::read_date;
use crate::store::intakes::Answer;
use crate::words::Words;
use crate::words::format::Format;

/// One answer in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRow {
    /// What was asked.
    pub label: String,
    /// What was typed.
    pub value: String,
}

/// The answers of one page of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerGroup {
    /// The page's title.
    pub title: String,
    /// Its number in addresses.
    pub number: usize,
    /// The answers that were given.
    pub rows: Vec<AnswerRow>,
    /// Whether the patient would rather talk about it.
    pub rather_talk: bool,
    /// Whether nothing was answered at all.
    pub is_empty: bool,
}

/// What is kept under a page's field; empty for nothing.
pub fn answer<'a>(answers: &'a [Answer], section: Section, field: &str) -> &'a str {
    answers
        .iter()
        .find(|one| one.section == section.as_str() && one.field == field)
        .map_or("", |one| one.value.as_str())
}

/// The answers page by page, those pages only that `shows` picks.
pub fn groups(w: Words, f: Format, answers: &[Answer], shows: impl Fn(Section) -> bool) -> Vec<AnswerGroup> {
    Section::ALL
        .iter()
        .copied()
        .filter(|section| shows(*section))
        .map(|section| {
            let rows: Vec<AnswerRow> =
                section.fields().iter().filter_map(|field| row(w, f, answers, section, field)).collect();
            let rather_talk = answer(answers, section, TALK) == YES;
            AnswerGroup {
                title: w.t(section.word_key()),
                number: section.number(),
                is_empty: rows.is_empty() && !rather_talk,
                rows,
                rather_talk,
            }
        })
        .collect()
}

fn row(w: Words, f: Format, answers: &[Answer], section: Section, field: &Field) -> Option<AnswerRow> {
    let text = match field.kind {
        FieldKind::Birth => birth(f, answers, section),
        FieldKind::Way => {
            let way = ContactPreference::parse(answer(answers, section, field.name))?;
            w.t(way.word_key())
        }
        FieldKind::YesNo if answer(answers, section, field.name) == YES => w.t("intake-yes"),
        FieldKind::YesNo if !answer(answers, section, field.name).is_empty() => w.t("intake-no"),
        // The wish to talk stands beside the answers, not among them.
        FieldKind::Tick if field.name == TALK => return None,
        FieldKind::Tick if answer(answers, section, field.name) == YES => w.t("intake-yes"),
        _ => answer(answers, section, field.name).to_owned(),
    };
    (!text.is_empty()).then(|| AnswerRow { label: w.t(field.label), value: text })
}

/// "March 4, 1988"; what cannot be read as a date stays as typed.
fn birth(f: Format, answers: &[Answer], section: Section) -> String {
    let parts = BIRTH_PARTS.map(|name| answer(answers, section, name));
    match read_date(parts, f.today()) {
        Ok(Some(date)) => f.long_birth(date),
        Ok(None) => String::new(),
        Err(_) => parts.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone, Utc};

    fn kept(section: &str, field: &str, value: &str) -> Answer {
        Answer {
            section: section.to_owned(),
            field: field.to_owned(),
            value: value.to_owned(),
            updated_at: Utc.with_ymd_and_hms(2026, 11, 20, 12, 0, 0).unwrap(),
        }
    }

    #[test]
    fn answers_read_as_words_and_the_wish_to_talk_stands_apart() {
        let f =
            Format::new(chrono_tz::America::New_York, Utc.with_ymd_and_hms(2026, 11, 20, 12, 0, 0).unwrap());
        let answers = [
            kept("about", "birth_month", "mar"),
            kept("about", "birth_day", "4"),
            kept("about", "birth_year", "1988"),
            kept("reach", "way", "phone"),
            kept("before", "trial", "no"),
            kept("health", "talk", "yes"),
        ];
        let found = groups(Words::default(), f, &answers, |_| true);
        assert_eq!(found.len(), Section::ALL.len());
        assert_eq!(found[0].rows[0].value, "March 4, 1988");
        assert_eq!(found[1].rows[0].value, "Phone call");
        assert_eq!(found[5].rows[0].value, "No");
        assert!(found[3].rather_talk && found[3].rows.is_empty() && !found[3].is_empty);
        assert!(found[4].is_empty);
        assert_eq!(groups(Words::default(), f, &answers, Section::is_contact).len(), 2);
    }
}
