//! Mail that came back: what a report of a mail server means for the address, and when an address counts as one that mail does not
//! get through to.

use crate::text_enum;

/// So many messages in a row that came back for a reason that may pass, and the reason does not pass.
pub const MANY_SOFT: usize = 3;
/// What is written at a message that is held because its reader's mail comes back.
pub const HELD: &str = "mail to this address comes back";

text_enum! {
    /// What a report says of a message.
    pub enum BounceKind {
        /// It came back, and so will the next one: there is no such mailbox or no such place.
        Hard = "hard", "bounce-hard";
        /// It came back for a reason that may pass: a full mailbox, a server that was long away, a filter.
        Soft = "soft", "bounce-soft";
        /// It is still on its way.
        Delayed = "delayed", "bounce-delayed";
    }
}

impl BounceKind {
    /// What a report with this status (RFC 3463, such as `5.1.1`; empty where it names none) says.
    pub fn of(status: &str, is_delayed: bool) -> Self {
        if is_delayed {
            return Self::Delayed;
        }
        let mut parts = status.split('.');
        let (class, subject, detail) = (parts.next(), parts.next(), parts.next());
        match (class, subject, detail) {
            // What is wrong with the sender's address says nothing of the reader's.
            (Some("5"), Some("1"), Some("7" | "8")) => Self::Soft,
            (Some("5"), Some("0" | "1"), _) => Self::Hard,
            // A mailbox that is switched off; a full one (5.2.2) may be emptied.
            (Some("5"), Some("2"), Some("0" | "1")) => Self::Hard,
            // Nobody knows the way to that domain.
            (Some("5"), Some("4"), Some("4")) => Self::Hard,
            // The rest is about servers, routes and filters, which change without the reader.
            _ => Self::Soft,
        }
    }

    /// Whether the message did not reach its reader.
    pub fn came_back(self) -> bool {
        self != Self::Delayed
    }
}

/// How many of the messages sent to one address came back in a row, the newest of them first; those sent after the last one that came
/// back are left out, since nobody knows of them yet.
pub fn in_a_row(came_back: &[bool]) -> usize {
    came_back.iter().skip_while(|one| !**one).take_while(|one| **one).count()
}

/// The address a report is about. Servers may name another one than the message went to, because the reader forwards their mail;
/// where the message went more than once, the name tells which of the addresses it was.
pub fn about(sent_to: Option<&str>, reported: &[String], copies: usize) -> String {
    let first = || reported.first().cloned().unwrap_or_default();
    let Some(sent_to) = sent_to else { return first() };
    let is_named = reported.iter().any(|one| one.eq_ignore_ascii_case(sent_to));
    if is_named || reported.is_empty() || copies <= 1 { sent_to.to_owned() } else { first() }
}

/// Whether an address is the one that mail came back from.
pub fn is_bounced(address: Option<&str>, bounced: Option<&str>) -> bool {
    address.zip(bounced).is_some_and(|(address, bounced)| address.eq_ignore_ascii_case(bounced))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_wrong_with_the_address_itself_is_final() {
        for status in ["5.1.1", "5.1.10", "5.1.2", "5.1.6", "5.2.1", "5.0.0", "5.4.4"] {
            assert_eq!(BounceKind::of(status, false), BounceKind::Hard, "{status}");
        }
        for status in ["5.2.2", "4.4.7", "4.2.2", "5.7.1", "5.3.4", "5.1.8", "5.7.26", "", "5", "nonsense"] {
            assert_eq!(BounceKind::of(status, false), BounceKind::Soft, "{status}");
        }
        assert_eq!(BounceKind::of("4.4.1", true), BounceKind::Delayed);
        assert!(BounceKind::Soft.came_back() && !BounceKind::Delayed.came_back());
    }

    #[test]
    fn a_message_that_got_through_ends_the_row() {
        assert_eq!(in_a_row(&[]), 0);
        assert_eq!(in_a_row(&[true, true, false, true]), 2);
        assert_eq!(in_a_row(&[false, true, true, true]), MANY_SOFT, "the newest may still come back");
        assert_eq!(in_a_row(&[true, false, true, true]), 1);
    }

    #[test]
    fn a_forwarded_message_is_about_the_address_it_went_to_and_an_old_copy_about_the_old_one() {
        let other = ["maria@old.example".to_owned()];
        assert_eq!(about(Some("maria@new.example"), &other, 1), "maria@new.example");
        assert_eq!(about(Some("maria@new.example"), &other, 2), "maria@old.example");
        let same = ["x@y.example".to_owned(), "Maria@New.example".to_owned()];
        assert_eq!(about(Some("maria@new.example"), &same, 2), "maria@new.example");
        assert_eq!(about(Some("maria@new.example"), &[], 2), "maria@new.example");
        assert_eq!(about(None, &other, 0), "maria@old.example");
        assert_eq!(about(None, &[], 0), "");
    }

    #[test]
    fn a_new_address_is_not_the_one_mail_came_back_from() {
        assert!(is_bounced(Some("Maria@old.example"), Some("maria@old.example")));
        assert!(!is_bounced(Some("maria@new.example"), Some("maria@old.example")));
        assert!(!is_bounced(None, Some("maria@old.example")) && !is_bounced(Some("a@b.example"), None));
    }
}
