//! Reports as real mail servers write them, other mail that looks alike, and mail made to do harm.

use proptest::prelude::*;

use super::bounce::{MOST_BYTES, Report, read};
use crate::domain::bounces::BounceKind;

const ID: &str = "0198c0de-1111-7222-8333-444455556666@harbor.test";
const MARIA: &str = "maria@example.org";

const POSTFIX: &str = include_str!("../../tests/it/mail/bounces/postfix_failed.eml");
const DELAYED: &str = include_str!("../../tests/it/mail/bounces/postfix_delayed.eml");
const FULL: &str = include_str!("../../tests/it/mail/bounces/full_mailbox.eml");
const QMAIL: &str = include_str!("../../tests/it/mail/bounces/qmail_text.eml");
const WITHOUT_COPY: &str = include_str!("../../tests/it/mail/bounces/without_copy.eml");
const AWAY: &str = include_str!("../../tests/it/mail/bounces/out_of_office.eml");
const ARRIVED: &str = include_str!("../../tests/it/mail/bounces/arrived.eml");

fn filled(mail: &str) -> String {
    mail.replace("{message_id}", ID).replace("{recipient}", MARIA)
}

fn reported(mail: &str) -> Report {
    read(filled(mail).as_bytes()).expect("a report")
}

fn kind(report: &Report) -> BounceKind {
    BounceKind::of(&report.status, report.is_delayed)
}

#[test]
fn the_reports_of_common_servers_name_message_reader_and_reason() {
    for (mail, status, expected, said) in [
        (POSTFIX, "5.1.1", BounceKind::Hard, "User unknown"),
        (DELAYED, "4.4.1", BounceKind::Delayed, "Connection timed out"),
        (FULL, "5.2.2", BounceKind::Soft, "over quota"),
        (QMAIL, "5.1.1", BounceKind::Hard, "No such user here"),
        (WITHOUT_COPY, "5.1.10", BounceKind::Hard, "RecipientNotFound"),
    ] {
        let report = reported(mail);
        assert_eq!(format!("{}@{}", report.local, report.domain), ID);
        assert_eq!((report.status.as_str(), kind(&report)), (status, expected), "{report:?}");
        assert!(report.words.contains(said), "{report:?}");
        assert!(mail == QMAIL || report.recipients == [MARIA], "{report:?}");
    }
}

#[test]
fn line_ends_do_not_matter() {
    let unix = filled(POSTFIX);
    assert_eq!(read(unix.replace('\n', "\r\n").as_bytes()), read(unix.as_bytes()));
}

#[test]
fn other_mail_is_no_report() {
    let person =
        "From: maria@example.org\nSubject: Re: Your visit\n\nThank you. 550 5.1.1\nMessage-ID: <a@b>\n";
    for mail in [filled(AWAY), filled(ARRIVED), person.to_owned(), String::new(), "\n\n\n".to_owned()] {
        assert_eq!(read(mail.as_bytes()), None, "{mail}");
    }
}

#[test]
fn a_report_that_names_no_reason_is_not_final() {
    let text = "From: MAILER-DAEMON@x.example\nSubject: Returned mail\n\nSorry.\n\n> Message-Id:\n>  <1@harbor.test>\n";
    let report = read(text.as_bytes()).expect("a report");
    assert_eq!((report.local.as_str(), report.status.as_str()), ("1", ""));
    assert_eq!(kind(&report), BounceKind::Soft);
}

#[test]
fn of_a_huge_mail_only_the_beginning_is_read() {
    let huge = format!("{}{}", filled(POSTFIX), "x".repeat(3 * MOST_BYTES));
    assert!(read(huge.as_bytes()).is_some());
    let buried = format!("{}{}", "x".repeat(MOST_BYTES), filled(POSTFIX));
    assert_eq!(read(buried.as_bytes()), None);
    let many = "--b\n".repeat(60_000);
    let bomb = format!("Content-Type: multipart/report; boundary=b\n\n{many}");
    assert_eq!(read(bomb.as_bytes()), None);
    let deep: String =
        (0..2_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
    assert_eq!(read(deep.as_bytes()), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever comes, the reading ends, and what it keeps is short and without control characters.
    #[test]
    fn nothing_makes_the_reading_fail(noise in prop::collection::vec(any::<u8>(), 0..600), at in 0..3_000_usize) {
        read(&noise);
        let whole = filled(POSTFIX).into_bytes();
        let at = at.min(whole.len());
        let mut torn = [&whole[..at], &noise[..], &whole[at..]].concat();
        if let Some(report) = read(&torn) {
            prop_assert!(report.words.chars().count() <= 301 && !report.words.chars().any(char::is_control));
            prop_assert!(report.recipients.iter().all(|one| !one.chars().any(char::is_control)));
            prop_assert!(report.local.len() <= 255 && report.domain.is_ascii());
        }
        torn.truncate(at);
        read(&torn);
    }
}
