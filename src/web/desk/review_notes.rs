//! The parts of a course's review that coach and clinician alone read: intentions set and notes on sessions.

use super::review::ReviewSection;
use crate::domain::integration::Question;
use crate::store::integration::{Intention, SessionNote};
use crate::words::Words;
use crate::words::format::Format;

/// One part for intentions and one for notes, in the order of the visits; none where nothing was written.
pub fn integration_sections(
    w: Words,
    f: Format,
    intentions: &[Intention],
    notes: &[SessionNote],
) -> Vec<ReviewSection> {
    let mut set: Vec<&Intention> = intentions.iter().collect();
    set.sort_by_key(|one| one.starts_at);
    let mut written: Vec<&SessionNote> = notes.iter().collect();
    written.sort_by_key(|note| (note.starts_at, note.created_at));
    let intentions = set.into_iter().flat_map(|one| {
        let day = f.day(f.date_of(one.starts_at));
        let asked = Question::ALL.iter().map(|question| (w.t(question.word_key()), one.answer(*question)));
        asked
            .chain([(w.t("intention-music"), one.music.as_str())])
            .filter(|(_, answer)| !answer.is_empty())
            .map(move |(question, answer)| (format!("{day} · {question}"), answer.to_owned()))
            .collect::<Vec<_>>()
    });
    let notes = written.into_iter().map(|note| {
        let day = f.day(f.date_of(note.starts_at));
        (format!("{day} · {}", note.author), note.body.clone())
    });
    [("review-intentions", intentions.collect::<Vec<_>>()), ("review-session-notes", notes.collect())]
        .into_iter()
        .filter(|(_, rows)| !rows.is_empty())
        .map(|(title, rows)| ReviewSection { title: w.t(title), rows, ..ReviewSection::default() })
        .collect()
}
