//! What every message must hold to: no forbidden word, easy reading, the same times in words and calendar, a way to call.

use chrono::TimeDelta;
use serde_json::json;

use super::calendar;
use super::compose::{ComposeError, Facts, compose};
use super::forbidden::found_in;
use super::messages;
use super::read_back_test::read;
use super::render::{Method, Rendered};
use super::sample_facts::{driver, now, patient, site, start, visit};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::drivers::PickUp;
use crate::domain::messages::Stage;
use crate::store::appointments::Appointment;
use crate::words::Words;
use crate::words::format::Format;

const URL: &str = "https://clinic.example/v/k3Jv9QxW2mTz";
const PICK_UP: PickUp = PickUp { before_minutes: 0, after_minutes: 30 };

/// The message of a stage about two visits, the first of them in the state the stage needs.
pub(super) fn made(stage: Stage) -> Result<Rendered, ComposeError> {
    let (site, patient) = (site(), patient());
    let driver = driver(patient.id);
    let mut visits = vec![visit(patient.id, start()), visit(patient.id, start() + TimeDelta::days(7))];
    match stage {
        Stage::SeriesHeld => {
            visits.iter_mut().for_each(|visit| visit.status = AppointmentStatus::Held);
        }
        Stage::VisitCancelled => visits[0].status = AppointmentStatus::Cancelled,
        _ => {}
    }
    let details = json!({
        "moved": [{ "appointment": visits[0].id, "from": "2026-11-30T18:00:00Z", "to": start() }],
        "cancelled": [visits[0].id],
        "counts_from": visits[0].id,
        "intake": visits[0].id,
        "decision": visits[0].id,
        "link": visits[0].id,
        "estimate": "0198c0de-0000-7000-8000-000000000000",
    });
    compose(&Facts {
        w: Words::default(),
        f: Format::new(site.timezone, now()),
        site: &site,
        patient: &patient,
        stage,
        appointment: Some(&visits[0]),
        series: None,
        visits: &visits,
        driver: Some(&driver),
        drive_confirmed: false,
        driver_named: true,
        home_only: &[],
        pick_up: PICK_UP,
        details: &details,
        url: URL,
        organizer_email: "mail@clinic.example",
        now: now(),
        hold_until: Some(now() + TimeDelta::hours(4)),
    })
}

/// Every stage's message and every sample, with its name and whether a driver reads it.
pub(super) fn every_message() -> Vec<(String, bool, Rendered)> {
    let mut all: Vec<(String, bool, Rendered)> = Stage::ALL
        .iter()
        .map(|stage| (stage.to_string(), stage.is_for_driver(), made(*stage).expect("a message")))
        .collect();
    for (name, for_driver, rendered) in messages::samples(Words::default()).expect("samples") {
        all.push((format!("sample {name}"), for_driver, rendered));
    }
    all
}

/// Calendar parts with their folded lines joined again.
fn calendars(message: &Rendered) -> Vec<String> {
    let parts = message.calendar.as_ref().map(|calendar| calendar.parts.clone()).unwrap_or_default();
    parts.iter().map(|part| part.replace("\r\n ", "")).collect()
}

#[test]
fn no_message_holds_a_forbidden_word_or_a_tell_tale_name() {
    for (name, for_driver, message) in every_message() {
        let mut texts = vec![message.subject.clone(), message.text.clone(), message.html.clone()];
        texts.extend(calendars(&message));
        for text in texts {
            assert!(
                found_in(&text, for_driver).is_empty(),
                "{name}: {:?} in {text}",
                found_in(&text, for_driver)
            );
            assert!(!text.contains("1988") && !text.contains('«'), "{name}: {text}");
            if for_driver {
                for secret in ["Alvarez", "maria@patient.example", "0133"] {
                    assert!(!text.contains(secret), "{name} tells a driver {secret}");
                }
            }
        }
    }
}

#[test]
fn every_message_names_the_clinic_its_phone_and_its_link_in_both_parts() {
    for (name, for_driver, message) in every_message() {
        for text in [&message.text, &message.html] {
            assert!(text.contains("Elm Street Clinic") && text.contains("+1 555 010 0100"), "{name}");
            assert!(text.contains("All times are New York time."), "{name}");
            assert_eq!(text.contains("Call or text 988"), !for_driver, "{name}");
            let off = name.contains("driver_released");
            assert_eq!(text.contains("https://clinic.example/"), !off, "{name}");
        }
        assert!(!message.subject.contains('\n') && message.subject.len() <= 78, "{name}");
        assert!(message.html.len() <= 30_000, "{name}: {} bytes", message.html.len());
        assert!(!message.html.contains("<img") && !message.html.contains("url("), "{name}");
    }
}

#[test]
fn words_and_calendar_tell_the_same_times() {
    let message = made(Stage::SeriesBooked).expect("a message");
    assert!(message.text.contains("Tuesday, December 1, 10:00 AM to about 12:30 PM"));
    assert!(message.text.contains("Tuesday, December 8, 10:00 AM to about 12:30 PM"));
    let [calendar]: [String; 1] = calendars(&message).try_into().expect("one calendar");
    for line in [
        "METHOD:PUBLISH",
        "DTSTART:20261201T150000Z",
        "DTEND:20261201T173000Z",
        "DTSTART:20261208T150000Z",
        "DTSTAMP:20261120T140000Z",
        "SEQUENCE:2",
        "CLASS:PRIVATE",
        "SUMMARY:Visit at Elm Street Clinic",
        "LOCATION:12 Elm Street\\, door B",
    ] {
        assert!(calendar.contains(&format!("{line}\r\n")), "{line} in {calendar}");
    }
    assert_eq!(calendar.matches("DTSTAMP").count(), 2);
    assert!(calendar.contains("ORGANIZER;CN=\"Elm Street Clinic\":mailto:mail@clinic.example\r\n"));
    assert!(!calendar.contains("ATTENDEE"), "a PUBLISH has none");
}

#[test]
fn every_calendar_part_of_every_stage_is_read_back_strictly() {
    let mut parts = 0;
    for (name, for_driver, message) in every_message() {
        let Some(calendar) = &message.calendar else { continue };
        for part in &calendar.parts {
            let read = read(part);
            assert_eq!(read.get("METHOD"), calendar.method.as_str(), "{name}");
            for event in &read.events {
                let neutral =
                    if for_driver { "Driving to Elm Street Clinic" } else { "Visit at Elm Street Clinic" };
                assert_eq!(event.get("SUMMARY"), neutral, "{name}");
                assert!([0, 7].contains(&(event.at("DTSTART") - start()).num_days()), "{name}");
            }
            parts += 1;
        }
    }
    assert!(parts >= 6, "only {parts} calendar parts were made");
}

#[test]
fn a_move_tells_both_times_and_asks_the_calendar_to_change_one_entry() {
    let message = made(Stage::VisitMoved).expect("a message");
    assert_eq!(message.subject, "New time: your visit on Tuesday, December 1");
    assert!(message.text.contains("It was on Monday, November 30, 1:00 PM."));
    assert_eq!(message.calendar.as_ref().map(|part| part.method), Some(Method::Request));
    let [calendar]: [String; 1] = calendars(&message).try_into().expect("one calendar");
    assert!(calendar.contains("METHOD:REQUEST\r\n"));
    assert!(calendar.contains("mailto:maria@patient.example") && calendar.contains("ORGANIZER"));
}

#[test]
fn a_cancellation_takes_out_only_what_is_off() {
    let message = made(Stage::VisitCancelled).expect("a message");
    assert!(message.text.contains("Your other visits stay as they are."));
    let [calendar]: [String; 1] = calendars(&message).try_into().expect("one calendar");
    assert!(calendar.contains("METHOD:CANCEL\r\n") && calendar.contains("STATUS:CANCELLED\r\n"));
    assert!(!calendar.contains("20261208"));
}

#[test]
fn a_driver_reads_who_when_and_until_when_and_has_an_entry_of_their_own() {
    let message = made(Stage::DriverAsked).expect("a message");
    for words in ["Maria asked you to drive.", "by 10:00 AM", "between 12:30 and 1:00 PM", "until 1:30 PM"] {
        assert!(message.text.contains(words), "{words}");
    }
    let [calendar]: [String; 1] = calendars(&message).try_into().expect("one calendar");
    assert!(calendar.contains("UID:drive-") && calendar.contains("DTEND:20261201T183000Z\r\n"));
}

#[test]
fn long_calendar_lines_are_folded_and_names_cannot_break_out() {
    let mut site = site();
    site.name =
        "A \"B\"\r\nX-EVIL:1; Clinic, of a very long name that goes on and on and on and on".to_owned();
    let one: Appointment = visit(patient().id, start());
    let entry = calendar::visit_entry(Words::default(), &site, &one);
    let parties = calendar::Parties {
        organizer_name: &site.name,
        organizer_email: "mail@clinic.example",
        attendee_email: "maria@patient.example",
    };
    let text = calendar::request(&entry, parties, now());
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{text}");
    assert!(!text.contains("\nX-EVIL"));
}

#[test]
fn a_message_whose_facts_are_gone_is_an_error_and_no_panic() {
    let (site, patient) = (site(), patient());
    for stage in Stage::ALL {
        let made = compose(&Facts {
            w: Words::default(),
            f: Format::new(site.timezone, now()),
            site: &site,
            patient: &patient,
            stage: *stage,
            appointment: None,
            series: None,
            visits: &[],
            driver: None,
            drive_confirmed: false,
            driver_named: false,
            home_only: &[],
            pick_up: PICK_UP,
            details: &json!({}),
            url: URL,
            organizer_email: "",
            now: now(),
            hold_until: None,
        });
        assert!(made.is_err(), "{stage}");
    }
}

#[test]
fn messages_are_easy_to_read() {
    for (name, _, message) in every_message() {
        let (body, _) = message.text.split_once("\n-- ").expect("a signature");
        let sentences: Vec<Vec<&str>> = body
            .lines()
            .filter(|line| !line.starts_with("https://"))
            .flat_map(|line| line.split_inclusive(['.', '?']).filter(|part| ends_sentence(part)))
            .map(|sentence| sentence.split_whitespace().collect::<Vec<_>>())
            .filter(|words| !words.is_empty())
            .collect();
        let words: Vec<&str> = sentences.iter().flatten().copied().collect();
        for sentence in &sentences {
            assert!(sentence.len() <= 20, "{name}: {}", sentence.join(" "));
        }
        let (words_n, sentences_n) = (words.len() as f64, sentences.len() as f64);
        let syllables: usize = words.iter().map(|word| syllables(word)).sum();
        let grade = 0.39 * words_n / sentences_n + 11.8 * syllables as f64 / words_n - 15.59;
        assert!(grade <= 6.0, "{name}: grade {grade:.1}");
    }
}

/// A piece with a letter in it; what is left of a line without a full stop counts as a sentence too.
fn ends_sentence(part: &str) -> bool {
    part.chars().any(char::is_alphabetic)
}

/// Groups of vowels, a silent e at the end not counted; numbers count as one.
fn syllables(word: &str) -> usize {
    let word: String = word.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    let vowel = |c: char| "aeiouy".contains(c);
    let groups = word
        .chars()
        .fold((0_usize, false), |(count, was), c| (count + usize::from(vowel(c) && !was), vowel(c)))
        .0;
    let silent = word.ends_with('e') && !word.ends_with("le") && groups > 1;
    (groups - usize::from(silent)).max(1)
}
