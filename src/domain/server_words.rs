//! What a mail server said, made fit for a page: one line, of a bearable length, without characters that turn text around.

/// Longest answer that is kept (characters).
const MOST: usize = 300;

/// The words on one line, shortened.
pub fn trimmed(said: &str) -> String {
    let plain: String = said.chars().map(|c| if is_plain(c) { c } else { ' ' }).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST {
        return line;
    }
    let cut: String = line.chars().take(MOST).collect();
    format!("{}…", cut.trim_end())
}

/// Neither a control character nor one that is invisible or changes the direction of writing.
fn is_plain(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The SMTP code of an answer (RFC 5321, 4.2): the first number of three digits from 400 to 559 that stands alone.
pub fn code(said: &str) -> Option<u16> {
    said.split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .filter(|word| word.len() == 3)
        .filter_map(|word| word.parse::<u16>().ok())
        .find(|number| (400..560).contains(number) && number % 100 < 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_becomes_one_short_line_that_cannot_turn_the_page_around() {
        assert_eq!(trimmed("550 5.1.1\r\n No\tsuch\u{202e} mailbox\u{0}"), "550 5.1.1 No such mailbox");
        let long = trimmed(&"very long ".repeat(100));
        assert_eq!(long.chars().count(), 300, "{long}");
        assert!(long.ends_with('…'));
        assert_eq!(trimmed("a\u{200b}b"), "a b");
    }

    #[test]
    fn the_code_is_found_and_ports_and_seconds_are_none() {
        assert_eq!(code("permanent error (550): 5.1.1 No such mailbox"), Some(550));
        assert_eq!(code("transient error (451): 4.3.0 later"), Some(451));
        assert_eq!(code("Connection refused: mail.test:587"), None);
        assert_eq!(code("no answer within 60 seconds"), None);
        assert_eq!(code("10.450.1.2 said nothing"), None);
        assert_eq!(code(""), None);
    }
}
