//! What a search shows: which part of a name was matched, who shares a name, and who is one slip of the pen away.

use std::collections::HashMap;

use crate::domain::patients::{digits, one_slip_apart, search_form};

/// A stretch of text, bold where it was matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is what was typed.
    pub bold: bool,
}

impl Piece {
    /// One stretch that is bold as a whole or not at all.
    pub fn whole(text: String, bold: bool) -> Self {
        Self { text, bold }
    }
}

/// The words somebody typed, in the form the search compares (at most four, as the store does).
pub fn typed_words(typed: &str) -> Vec<String> {
    search_form(typed).split(' ').filter(|word| !word.is_empty()).take(4).map(str::to_owned).collect()
}

/// A text cut where the beginning of one of its words was typed.
pub fn pieces(display: &str, words: &[String]) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut rest = display;
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.find(|c| !is_word(c)).unwrap_or(rest.len()));
        let (hit, unhit) = word.split_at(matched_bytes(word, words));
        let (gap, next) = after.split_at(after.find(is_word).unwrap_or(after.len()));
        push(&mut out, hit, true);
        push(&mut out, unhit, false);
        push(&mut out, gap, false);
        rest = next;
    }
    out
}

/// Whether digits somebody typed are part of this phone number.
pub fn phone_matched(phone: &str, typed: &str) -> bool {
    let wanted = digits(typed);
    let only_phone_marks = typed.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
    only_phone_marks && wanted.len() >= 3 && digits(phone).contains(&wanted)
}

/// The last four digits of a phone number, or all of a shorter one.
pub fn phone_end(phone: &str) -> String {
    let all = digits(phone);
    all.get(all.len().saturating_sub(4)..).unwrap_or_default().to_owned()
}

/// Names that more than one of these people carry, as first written, with how many do.
pub fn namesakes<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(String, i64)> {
    let mut at: HashMap<String, usize> = HashMap::new();
    let mut counted: Vec<(String, i64)> = Vec::new();
    for name in names {
        let index = *at.entry(search_form(name)).or_insert(counted.len());
        match counted.get_mut(index) {
            Some((_, count)) => *count += 1,
            None => counted.push((name.to_owned(), 1)),
        }
    }
    counted.retain(|(_, count)| *count > 1);
    counted
}

/// Whether every word typed begins a word of this name or is one slip away from one.
pub fn is_close(name: &str, words: &[String]) -> bool {
    let folded = search_form(name);
    let near = |typed: &String| {
        folded.split(' ').any(|part| part.starts_with(typed.as_str()) || one_slip_apart(typed, part))
    };
    !words.is_empty() && words.iter().all(near)
}

/// What to search for when nothing was found: the beginnings a slip is least likely to have touched, best first.
pub fn beginnings(words: &[String]) -> Vec<String> {
    let long: Vec<&String> = words
        .iter()
        .filter(|word| word.chars().count() >= 4 && word.chars().all(char::is_alphabetic))
        .take(2)
        .collect();
    let mut out: Vec<String> = Vec::new();
    // A slip in the first two letters leaves the first or, when they are swapped, the second.
    for (from, count) in [(0, 2), (0, 1), (1, 1)] {
        for word in &long {
            let beginning: String = word.chars().skip(from).take(count).collect();
            if !out.contains(&beginning) {
                out.push(beginning);
            }
        }
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’' | '@' | '.')
}

/// How many bytes of a word's beginning were typed.
fn matched_bytes(word: &str, words: &[String]) -> usize {
    let folded = search_form(word);
    let ends = || word.char_indices().map(|(at, c)| at + c.len_utf8());
    words
        .iter()
        .filter(|typed| !typed.is_empty() && folded.starts_with(typed.as_str()))
        // Folding may lengthen ("ß") or drop ("’") letters, so the end is sought in the folded form.
        .filter_map(|typed| ends().find(|end| search_form(&word[..*end]).len() >= typed.len()))
        .max()
        .unwrap_or(0)
}

fn push(out: &mut Vec<Piece>, text: &str, bold: bool) {
    if text.is_empty() {
        return;
    }
    match out.last_mut() {
        Some(last) if last.bold == bold => last.text.push_str(text),
        _ => out.push(Piece::whole(text.to_owned(), bold)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(display: &str, typed: &str) -> String {
        pieces(display, &typed_words(typed))
            .into_iter()
            .map(|piece| if piece.bold { format!("[{}]", piece.text) } else { piece.text })
            .collect()
    }

    #[test]
    fn the_typed_beginning_of_each_word_is_bold() {
        for (display, typed, expected) in [
            ("Alvarez, Maria “Mia”", "al mar", "[Al]varez, [Mar]ia “Mia”"),
            ("Álvarez, María", "alv maria", "[Álv]arez, [María]"),
            ("O’Brien-Núñez, José", "obr nu", "[O’Br]ien-[Nú]ñez, José"),
            ("Alvarez, Maria", "varez", "Alvarez, Maria"),
            ("m.alvarez@example.com", "m.al", "[m.al]varez@example.com"),
            ("Ana <b>", "b", "Ana <[b]>"),
            ("", "a", ""),
        ] {
            assert_eq!(marked(display, typed), expected, "{display} / {typed}");
        }
    }

    #[test]
    fn the_closest_names_are_one_slip_away_in_every_word() {
        let close = |name: &str, typed: &str| is_close(name, &typed_words(typed));
        assert!(close("Maria Alvarez", "alvares"));
        assert!(close("Maria Alvarez", "mar lavarez"));
        assert!(!close("Maria Alvarez", "jin alvares"));
        assert!(!close("Maria Alvarez", ""));
    }

    #[test]
    fn a_fruitless_search_tries_two_letters_then_one() {
        assert_eq!(beginnings(&typed_words("lavarez")), ["la", "l", "a"]);
        assert!(beginnings(&typed_words("al 0133")).is_empty());
    }

    #[test]
    fn namesakes_are_counted_whatever_the_accents() {
        let found = namesakes(["Maria Alvarez", "Jin Park", "María Álvarez"].into_iter());
        assert_eq!(found, [("Maria Alvarez".to_owned(), 2)]);
    }

    #[test]
    fn phones_match_by_their_digits_only() {
        assert!(phone_matched("+1 (555) 010-0133", "0133"));
        assert!(!phone_matched("+1 (555) 010-0133", "0133 maria"));
        assert!(!phone_matched("+1 (555) 010-0133", "33"));
        assert_eq!(phone_end("+1 (555) 010-0133"), "0133");
        assert_eq!(phone_end("12"), "12");
    }
}
