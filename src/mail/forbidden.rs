//! Words that may never stand in a message: a mailbox is shared, a phone lies on the table.

/// How a word is looked for.
enum Look {
    /// As a whole word or phrase, in any case.
    Word(&'static str),
    /// As the beginning of a word, in any case.
    Start(&'static str),
    /// As a whole word in exactly this case.
    Exact(&'static str),
}

/// Never in any message.
const ALWAYS: &[Look] = &[
    Look::Start("ketamine"),
    Look::Start("infusion"),
    Look::Word("kap"),
    Look::Word("sgb"),
    Look::Word("stellate"),
    Look::Word("block"),
    Look::Word("blocks"),
    Look::Start("psych"),
    Look::Start("therap"),
    Look::Start("treatment"),
    Look::Start("drug"),
    Look::Word("dose"),
    Look::Word("doses"),
    Look::Start("depress"),
    Look::Start("anxi"),
    Look::Word("ptsd"),
    Look::Word("pain"),
    Look::Start("suicid"),
    Look::Start("phq"),
    Look::Word("mood"),
    Look::Start("candidacy"),
    Look::Word("mental health"),
    // "IV" in capitals only: nothing else is written so.
    Look::Exact("IV"),
];

/// Besides, never in a message to a driver.
const DRIVER: &[Look] = &[
    Look::Start("coach"),
    Look::Word("rest"),
    Look::Start("alcohol"),
    Look::Word("meal"),
    Look::Word("decisions"),
    Look::Start("crisis"),
    Look::Word("988"),
    Look::Word("recovery"),
];

/// What is found for an amount of money and for a visit's number in its course.
const PRICE: &str = "a price";
const NUMBER: &str = "a visit's number in its course";

/// Every forbidden thing in a text (of HTML, the visible text and the attributes alike).
pub fn found_in(text: &str, for_driver: bool) -> Vec<&'static str> {
    let lower = text.to_lowercase();
    let extra = if for_driver { DRIVER } else { &[] };
    let mut found: Vec<&'static str> = ALWAYS
        .iter()
        .chain(extra)
        .filter_map(|look| match look {
            Look::Word(word) => stands(&lower, word, true).then_some(*word),
            Look::Start(word) => stands(&lower, word, false).then_some(*word),
            Look::Exact(word) => stands(text, word, true).then_some(*word),
        })
        .collect();
    if has_price(text) {
        found.push(PRICE);
    }
    if has_number_of(&lower) {
        found.push(NUMBER);
    }
    found
}

/// Whether a word begins at a word's beginning, and ends at its end if it must be whole.
fn stands(text: &str, word: &str, whole: bool) -> bool {
    text.match_indices(word).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && (!whole || !after.is_some_and(char::is_alphanumeric))
    })
}

fn has_price(text: &str) -> bool {
    text.match_indices('$')
        .any(|(at, sign)| text[at + sign.len()..].trim_start().starts_with(|c: char| c.is_ascii_digit()))
}

/// "3 of 6".
fn has_number_of(text: &str) -> bool {
    text.match_indices(" of ").any(|(at, of)| {
        text[..at].ends_with(|c: char| c.is_ascii_digit())
            && text[at + of.len()..].starts_with(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_beginnings_prices_and_numbers_are_found() {
        for (text, what) in [
            ("Your Ketamine visit", "ketamine"),
            ("a nerve BLOCK.", "block"),
            ("psychiatrist", "psych"),
            ("IV line", "IV"),
            ("It costs $ 450", PRICE),
            ("visit 3 of 6", NUMBER),
        ] {
            assert!(found_in(text, false).contains(&what), "{text}");
        }
        assert_eq!(found_in("talk to your coach", true), ["coach"]);
    }

    #[test]
    fn innocent_words_are_not() {
        let text = "A press, a roadblock nearby, the painter's div, 2 of your visits, iv, talk to your coach";
        assert!(found_in(text, false).is_empty());
        assert!(found_in("The rear door and the forest", true).is_empty());
    }
}
