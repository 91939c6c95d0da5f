//! Patients: names, birth dates, phones and addresses as typed, normal forms for search, and who may be the same person.

use chrono::{Datelike, NaiveDate};

use crate::text_enum;

text_enum! {
    /// How a patient wants to be reached.
    pub enum ContactPreference {
        /// By email.
        Email = "email", "contact-email";
        /// By phone call; the software still mails unless there is no address.
        Phone = "phone", "contact-phone";
    }
}

/// Longest name, address or note line anybody needs, in characters.
pub const MAX_NAME: usize = 120;

/// A person's name as in the ID; inner spaces are folded.
///
/// Returns `None` when it is empty, longer than [`MAX_NAME`] or holds no letter.
pub fn parse_name(text: &str) -> Option<String> {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = folded.chars().count() <= MAX_NAME && folded.chars().any(char::is_alphabetic);
    // Angle brackets and quotes never belong to a name and would confuse mail headers.
    (fits && !folded.contains(['<', '>', '"', '\\'])).then_some(folded)
}

/// "Alvarez, Maria" from "Maria Alvarez"; a single name stays as it is.
pub fn sort_name(full: &str) -> String {
    match full.rsplit_once(' ') {
        Some((first, family)) => format!("{family}, {first}"),
        None => full.to_owned(),
    }
}

/// "ALVAREZ, Maria" from "Alvarez, Maria".
pub fn chart_name(sort_name: &str) -> String {
    match sort_name.split_once(", ") {
        Some((family, first)) => format!("{}, {first}", family.to_uppercase()),
        None => sort_name.to_uppercase(),
    }
}

/// The first word of a name, for messages that may carry no more.
pub fn first_name(full: &str) -> &str {
    full.split_whitespace().next().unwrap_or(full)
}

/// An email address that SMTP can carry, lower-cased domain; `None` otherwise.
pub fn parse_email(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > 254 || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let address: lettre::Address = text.parse().ok()?;
    // One label without a dot is nobody's address outside a test host.
    address.domain().contains('.').then(|| format!("{}@{}", address.user(), address.domain().to_lowercase()))
}

/// A phone number as typed, if it has 7 to 15 digits (E.164) and nothing but digits and the usual marks.
pub fn parse_phone(text: &str) -> Option<String> {
    let text = text.trim();
    let usual = |c: char| c.is_ascii_digit() || " +-().x/".contains(c);
    ((7..=15).contains(&digits(text).len()) && text.chars().all(usual) && text.len() <= 40)
        .then(|| text.to_owned())
}

/// The digits of a phone number.
pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// A birth date in any common US or ISO form ("1988-03-04", "3/4/1988", "Mar 4, 1988", "4 March 1988"), not after
/// `today` and at most 125 years ago.
pub fn parse_birth_date(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let folded = text.trim().replace(',', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    const FORMS: [&str; 7] =
        ["%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%B %d %Y", "%d %B %Y", "%Y/%m/%d"];
    FORMS
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(&folded, form).ok())
        .filter(|date| *date <= today && date.year() > today.year() - 125)
}

/// Text folded for search: lower case, accents off, anything but letters and digits a space.
pub fn search_form(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match fold_accent(c) {
            Some(plain) => out.push_str(plain),
            None if c.is_alphanumeric() || c == '@' || c == '.' => out.push(c),
            None => out.push(' '),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The column that search looks in: names, email and phone digits, each after a space, so that the beginning of any
/// part is found by `% part%`.
pub fn search_text(full: &str, to_use: Option<&str>, email: Option<&str>, phone: Option<&str>) -> String {
    let mut text = format!(" {}", search_form(full));
    for part in [to_use, email].into_iter().flatten() {
        text.push(' ');
        text.push_str(&search_form(part));
    }
    if let Some(phone) = phone {
        text.push_str(" #");
        text.push_str(&digits(phone));
    }
    text
}

fn fold_accent(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ő' => "o",
        'ö' | 'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ț' | 'ţ' => "t",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        '\'' | '’' => "",
        _ => return None,
    })
}

/// What two records are compared by.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'a> {
    /// Name as in the ID.
    pub full_name: &'a str,
    /// Birth date.
    pub birth_date: NaiveDate,
    /// Email address.
    pub email: Option<&'a str>,
    /// Phone as written.
    pub phone: Option<&'a str>,
}

/// Whether two records are likely one person: the same birth date and a similar name, or the same phone or email and
/// a similar name, or the same name to the letter. Points out, never blocks.
pub fn may_be_same(a: Identity<'_>, b: Identity<'_>) -> bool {
    let (name_a, name_b) = (search_form(a.full_name), search_form(b.full_name));
    let similar = similar_names(&name_a, &name_b);
    let same_phone = matches!((a.phone, b.phone), (Some(x), Some(y)) if last_ten(x) == last_ten(y));
    let same_email = matches!((a.email, b.email), (Some(x), Some(y)) if x.eq_ignore_ascii_case(y));
    name_a == name_b
        || (similar && a.birth_date == b.birth_date)
        || (same_email || same_phone) && similar
        || (a.birth_date == b.birth_date && (same_email || same_phone))
}

/// Whether two phone numbers are one, however they are written: their last ten digits count.
pub fn same_phone(a: &str, b: &str) -> bool {
    last_ten(a) == last_ten(b)
}

fn last_ten(phone: &str) -> String {
    let digits = digits(phone);
    digits[digits.len().saturating_sub(10)..].to_owned()
}

/// Names that share every word but for one slip of the pen per word, in any order.
fn similar_names(a: &str, b: &str) -> bool {
    let (short, long): (Vec<&str>, Vec<&str>) = {
        let (a, b) = (a.split(' ').collect::<Vec<_>>(), b.split(' ').collect::<Vec<_>>());
        if a.len() <= b.len() { (a, b) } else { (b, a) }
    };
    !short.is_empty() && short.iter().all(|word| long.iter().any(|other| one_slip_apart(word, other)))
}

/// Whether one insertion, deletion, exchange or swap of neighbours makes one word the other.
pub fn one_slip_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a == b {
        return true;
    }
    if a.len().abs_diff(b.len()) > 1 || a.len().max(b.len()) < 4 {
        return false;
    }
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&a[same..], &b[same..]);
    match a.len().cmp(&b.len()) {
        std::cmp::Ordering::Less => rest_a == &rest_b[1..],
        std::cmp::Ordering::Greater => &rest_a[1..] == rest_b,
        std::cmp::Ordering::Equal => {
            rest_a[1..] == rest_b[1..]
                || (rest_a.len() > 1
                    && rest_a[0] == rest_b[1]
                    && rest_a[1] == rest_b[0]
                    && rest_a[2..] == rest_b[2..])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn birth_dates_are_read_in_the_forms_people_write() {
        let today = day("2026-11-20");
        for typed in ["1988-03-04", "3/4/1988", "03-04-1988", "Mar 4, 1988", "March 4 1988", "4 March 1988"] {
            assert_eq!(parse_birth_date(typed, today), Some(day("1988-03-04")), "{typed}");
        }
        for typed in ["2026-11-21", "1890-01-01", "31/12/1988", "3/4/88", "yesterday", ""] {
            assert_eq!(parse_birth_date(typed, today), None, "{typed}");
        }
    }

    #[test]
    fn search_forgives_accents_case_and_marks() {
        assert_eq!(search_form("  José  O’Brien-Núñez "), "jose obrien nunez");
        let text =
            search_text("María Álvarez", Some("Mia"), Some("m.a@example.com"), Some("+1 (555) 010-0133"));
        assert_eq!(text, " maria alvarez mia m.a@example.com #15550100133");
    }

    #[test]
    fn likely_duplicates_are_seen_through_slips_of_the_pen() {
        let one = Identity {
            full_name: "Maria Alvarez",
            birth_date: day("1988-03-04"),
            email: None,
            phone: Some("555 010 0133"),
        };
        let slip = Identity { full_name: "Maria Alvares", ..one };
        let other =
            Identity { full_name: "Jin Park", birth_date: day("1990-01-01"), email: None, phone: None };
        assert!(may_be_same(one, slip));
        assert!(may_be_same(one, Identity { birth_date: day("1991-01-01"), ..one }));
        assert!(!may_be_same(one, other));
    }

    #[test]
    fn one_slip_is_one_letter_or_one_swap() {
        for (a, b, same) in [
            ("alvarez", "alvares", true),
            ("alvarez", "lavarez", true),
            ("alvarez", "alvare", true),
            ("alvarez", "alavrex", false),
            ("ann", "amy", false),
        ] {
            assert_eq!(one_slip_apart(a, b), same, "{a} {b}");
        }
    }

    #[test]
    fn contacts_that_mail_or_phone_cannot_use_are_refused() {
        assert_eq!(parse_email(" Ana@Example.COM "), Some("Ana@example.com".into()));
        for bad in ["ana", "ana@", "ana@host", "a na@example.com", "ana@example.com\r\nBcc: x@y.z", ""] {
            assert_eq!(parse_email(bad), None, "{bad}");
        }
        assert!(parse_phone("+1 (555) 010-0133").is_some());
        for bad in ["123", "call me", "555-0100-0000-0000-0000", "<script>5550100"] {
            assert_eq!(parse_phone(bad), None, "{bad}");
        }
        assert_eq!(parse_name("  Ana   Ruiz "), Some("Ana Ruiz".into()));
        assert_eq!(parse_name("Ana <b>"), None);
        assert_eq!(parse_name("12"), None);
    }

    #[test]
    fn names_are_sorted_by_family_and_shouted_on_charts() {
        assert_eq!(sort_name("Maria Alvarez"), "Alvarez, Maria");
        assert_eq!(chart_name("Alvarez, Maria"), "ALVAREZ, Maria");
        assert_eq!(sort_name("Cher"), "Cher");
    }
}
