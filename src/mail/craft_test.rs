//! Mail as a craft: one content in both bodies, a preview line that tells nothing, HTML that is whole, own words that stay words.

use chrono::TimeDelta;

use super::compose::{compose, compose_in};
use super::forbidden::found_in;
use super::letter::Block;
use super::mail_test::{every_message, made};
use super::render::Rendered;
use super::sample::sample_letter;
use super::sample_facts::{driver, now, patient, site, start, visit};
use crate::domain::companions::Companion;
use crate::domain::drivers::PickUp;
use crate::domain::ids::SiteId;
use crate::domain::messages::Stage;
use crate::domain::wording::{WordingPart, is_about_driver, rules};
use crate::mail::Facts;
use crate::store::appointments::Appointment;
use crate::store::patients::Patient;
use crate::store::sites::Site;
use crate::store::wordings::Wording;
use crate::words::Words;
use crate::words::format::Format;

/// What a person reads in HTML: no head, tags or comments, marks unescaped.
fn visible(html: &str) -> String {
    let body = html.split_once("<body").map_or("", |(_, body)| body);
    let mut text = String::new();
    for piece in body.split('<').skip(1) {
        text.push_str(piece.split_once('>').map_or("", |(_, after)| after));
        text.push('\n');
    }
    let marks = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    marks.iter().fold(text, |text, (mark, plain)| text.replace(mark, plain))
}

/// Every sentence of the content, in the order it is told.
fn told(message: &Rendered) -> Vec<String> {
    let letter = &message.letter;
    let mut all = vec![letter.greeting.clone()];
    for block in &letter.blocks {
        match block {
            Block::Text(text) => all.push(text.clone()),
            Block::When(at) => all.extend([at.label.clone(), at.when.clone(), at.place.clone()]),
            Block::List(items) => all.extend(items.iter().cloned()),
        }
    }
    all.extend(letter.button.iter().flat_map(|button| [button.label.clone(), button.url.clone()]));
    all.extend(letter.closing.iter().cloned());
    all.extend([letter.call_line.clone(), letter.zone_line.clone()]);
    all.extend(letter.crisis.clone());
    all.extend(letter.choices.iter().flat_map(|choices| [choices.label.clone(), choices.url.clone()]));
    all.extend([letter.clinic.name.clone(), letter.clinic.phone.clone()]);
    all
}

#[test]
fn text_and_html_tell_the_same_in_the_same_order() {
    for (name, _, message) in every_message() {
        let html = visible(&message.html);
        let (mut text_from, mut html_from) = (0, 0);
        for one in told(&message) {
            let in_text = message.text[text_from..].find(&one);
            let in_html = html[html_from..].find(&one);
            text_from += in_text.unwrap_or_else(|| panic!("{name}: the text does not say {one:?}"));
            html_from += in_html.unwrap_or_else(|| panic!("{name}: the HTML does not say {one:?}"));
        }
    }
}

#[test]
fn the_preview_line_is_the_first_thing_said_comes_first_and_tells_nothing() {
    for (name, for_driver, message) in every_message() {
        let line = &message.letter.preheader;
        assert!(!line.is_empty(), "{name}");
        assert!(matches!(message.letter.blocks.first(), Some(Block::Text(text)) if text == line), "{name}");
        assert!(found_in(line, for_driver).is_empty(), "{name}: {line}");
        let html = visible(&message.html);
        let greeting = html.find(&message.letter.greeting).expect("a greeting");
        assert!(html[..greeting].contains(line.as_str()), "{name}: the preview line comes first");
        assert!(message.html.contains("<div class=\"preheader\" style=\"display:none;"), "{name}");
    }
}

/// The first fault of nesting: what was open and what was closed.
fn nesting(html: &str) -> Result<(), String> {
    const ALONE: [&str; 5] = ["meta", "br", "!doctype", "link", "hr"];
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").ok_or("a comment does not end")?.1;
            continue;
        }
        let (tag, after) = after.split_once('>').ok_or("a tag does not end")?;
        rest = after;
        let name = tag.trim_start_matches('/').split(char::is_whitespace).next().unwrap_or_default();
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return Err(format!("</{name}> closes what is not open: {open:?}"));
            }
        } else if !ALONE.contains(&name) {
            open.push(name);
            // A style sheet has no tags in it.
            if name == "style" {
                rest = rest.find("</style>").map(|at| &rest[at..]).ok_or("a style sheet does not end")?;
            }
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("left open: {open:?}")) }
}

#[test]
fn the_html_is_whole_one_column_wide_and_made_for_dark_screens_too() {
    // A check that finds nothing must be able to find something.
    assert!(nesting("<p><strong></p></strong>").is_err() && nesting("<p>").is_err());
    for (name, _, message) in every_message() {
        let html = &message.html;
        assert_eq!(nesting(html), Ok(()), "{name}");
        assert!(html.contains("<html lang=\"en\" dir=\"ltr\""), "{name}");
        assert!(html.contains("<meta name=\"color-scheme\" content=\"light dark\">"), "{name}");
        assert!(html.contains("prefers-color-scheme: dark") && html.contains("max-width:600px"), "{name}");
        let for_layout = html.matches("<table role=\"presentation\"").count();
        assert_eq!(html.matches("<table").count(), for_layout, "{name}");
        for never in ["<img", "<script", "display:flex", "display:grid", "position:", "<form"] {
            assert!(!html.contains(never), "{name}: {never}");
        }
        if let Some(button) = &message.letter.button {
            let link = format!("href=\"{}\"", button.url);
            assert_eq!(html.matches(&link).count(), 2, "{name}: the button, and its address written out");
        }
    }
}

#[test]
fn only_what_can_be_switched_off_says_where() {
    for stage in Stage::ALL {
        let message = made(*stage).expect("a message");
        let says = message.text.contains("Which of these messages do you want?");
        assert_eq!(says, !stage.is_essential(), "{stage}");
        assert_eq!(message.html.contains("/messages\""), says, "{stage}");
    }
}

fn own(stage: Stage, part: WordingPart, text: &str) -> Wording {
    Wording {
        site_id: SiteId::new(),
        stage,
        part,
        text: text.to_owned(),
        updated_at: now(),
        updated_by: "Dana Cole".to_owned(),
    }
}

#[test]
fn words_about_drivers_are_not_said_to_somebody_who_stays_with_a_patient_at_home() {
    let (site, patient) = (site(), patient());
    let driver = driver(patient.id);
    for stage in Stage::ALL.iter().copied().filter(|stage| is_about_driver(*stage)) {
        let words = [own(stage, WordingPart::Closing, "Park behind the house.")];
        for (companion, says) in [(Companion::Driver, true), (Companion::Sitter, false)] {
            let visits = [Appointment { companion, ..visit(patient.id, start()) }];
            let details = serde_json::json!({ "moved": [], "link": patient.id });
            let facts = Facts {
                stage,
                driver: Some(&driver),
                driver_named: true,
                ..facts(&site, &patient, &visits, &details)
            };
            let letter = compose_in(&facts, &words).expect("a message");
            assert_eq!(letter.text.contains("Park behind the house."), says, "{stage} {companion}");
        }
    }
}

#[test]
fn a_visit_added_to_a_course_within_a_day_is_told_as_soon() {
    let (site, patient) = (site(), patient());
    let told = |hours: i64, is_added: bool| {
        let visits = [visit(patient.id, now() + TimeDelta::hours(hours))];
        let added = if is_added { vec![visits[0].id] } else { Vec::new() };
        let details = serde_json::json!({ "added": added, "gone": [] });
        let facts = Facts {
            stage: Stage::SeriesChanged,
            appointment: None,
            ..facts(&site, &patient, &visits, &details)
        };
        compose(&facts).expect("a message").text.contains("The first one is soon.")
    };
    assert!(told(20, true));
    assert!(!told(20, false), "whoever knew of it was reminded");
    assert!(!told(60, true), "reminders come before it");
}

/// The booking of one visit in own words.
fn booked(words: &[Wording]) -> Rendered {
    let (site, patient) = (site(), patient());
    let visits = [visit(patient.id, start())];
    let details = serde_json::json!({});
    let facts = facts(&site, &patient, &visits, &details);
    assert_eq!(compose(&facts).expect("a message").subject, "Your visit on Tuesday, December 1");
    compose_in(&facts, words).expect("a message")
}

/// The booking of the first of these visits.
fn facts<'a>(
    site: &'a Site,
    patient: &'a Patient,
    visits: &'a [Appointment],
    details: &'a serde_json::Value,
) -> Facts<'a> {
    Facts {
        w: Words::default(),
        f: Format::new(site.timezone, now()),
        site,
        patient,
        stage: Stage::VisitBooked,
        appointment: Some(&visits[0]),
        series: None,
        visits,
        driver: None,
        drive_confirmed: false,
        driver_named: false,
        home_only: &[],
        pick_up: PickUp { before_minutes: 0, after_minutes: 30 },
        details,
        url: "https://clinic.example/v/k3Jv9QxW2mTz",
        organizer_email: "mail@clinic.example",
        now: now(),
        hold_until: None,
    }
}

#[test]
fn own_words_take_the_place_of_ours_in_both_bodies_and_times_and_link_stay() {
    let stage = Stage::VisitBooked;
    let message = booked(&[
        own(stage, WordingPart::Subject, "{clinic}: see you on {day}"),
        own(stage, WordingPart::Opening, "Good to have you, {name}.\n\nWe wait for you on {when}."),
        own(stage, WordingPart::Closing, "The bell is at door B."),
        own(Stage::VisitMoved, WordingPart::Closing, "Not in this one."),
    ]);
    assert_eq!(message.subject, "Elm Street Clinic: see you on Tuesday, December 1");
    assert_eq!(message.letter.preheader, "Good to have you, Maria.");
    for body in [message.text.clone(), visible(&message.html)] {
        for words in [
            "Good to have you, Maria.",
            "We wait for you on Tuesday, December 1, 10:00 AM to about 12:30 PM.",
            "Your visit",
            "12 Elm Street, door B",
            "https://clinic.example/v/k3Jv9QxW2mTz",
            "The bell is at door B.",
            "Call or text 988",
        ] {
            assert!(body.contains(words), "{words} in {body}");
        }
        assert!(!body.contains("is booked.") && !body.contains("Not in this one."), "{body}");
    }
}

#[test]
fn hostile_words_stay_words_and_words_without_a_value_give_way_to_ours() {
    let stage = Stage::VisitBooked;
    let message = booked(&[
        own(stage, WordingPart::Subject, "Hello {day}\r\nBcc: thief@example.org"),
        own(stage, WordingPart::Opening, "<script>alert(1)</script><a href=\"x\">"),
        own(stage, WordingPart::Closing, "Kept until {until}"),
    ]);
    assert!(!message.subject.contains(['\r', '\n']), "{:?}", message.subject);
    assert!(!message.html.contains("<script") && !message.html.contains("<a href=\"x\""));
    assert_eq!(nesting(&message.html), Ok(()));
    assert!(message.text.contains("<script>alert(1)</script>"), "it is shown as it was typed");
    assert!(!message.text.contains("Kept until"), "no time is kept: the words have no value");
}

#[test]
fn every_message_has_a_sample_and_takes_own_words_in_every_part_that_may_be_written() {
    let site = site();
    for stage in Stage::ALL {
        for part in WordingPart::ALL {
            let words = [own(*stage, *part, "Qwertz {name}")];
            let (w, base_url) = (Words::default(), "https://clinic.example");
            let letter = sample_letter(w, &site, *stage, base_url, now(), &words);
            let letter = letter.unwrap_or_else(|error| panic!("{stage}: {error}"));
            let says = letter.subject.contains("Qwertz") || letter.text.contains("Qwertz");
            assert_eq!(says, rules(*stage, *part).is_some(), "{stage} {part}");
            assert!(letter.calendar.is_none(), "{stage}: nobody's calendar keeps a made-up visit");
        }
    }
}
