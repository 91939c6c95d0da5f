//! What every calendar of ours must hold to, read back by another program's parser.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};

use super::calendar::{
    self, Entry, FeedEntry, Organizer, Parties, drive_entry, driver_free_until, released_drive_entry,
    visit_entry,
};
use super::read_back_test::read;
use super::sample_facts::{now, patient, site, start, visit};
use crate::domain::companions::{Companion, Venue};
use crate::domain::feeds::Standing;
use crate::store::appointments::Appointment;
use crate::words::Words;

const ORGANIZER: Organizer<'static> = Organizer { name: "Elm Street Clinic", email: "mail@clinic.example" };
const PARTIES: Parties<'static> = Parties {
    organizer_name: "Elm Street Clinic",
    organizer_email: "mail@clinic.example",
    attendee_email: "maria@patient.example",
};

fn entry(at: DateTime<Utc>) -> Entry {
    visit_entry(Words::default(), &site(), &visit(patient().id, at))
}

fn in_feed(at: DateTime<Utc>, standing: Standing) -> FeedEntry {
    FeedEntry { entry: entry(at), standing, changed_at: now() }
}

#[test]
fn a_published_course_names_who_writes_and_asks_nobody() {
    let entries = [entry(start()), entry(start() + TimeDelta::days(7))];
    let off = [entry(start() + TimeDelta::days(14))];
    let read = read(&calendar::publish_changed(&entries, &off, ORGANIZER, now()));
    assert_eq!(read.get("METHOD"), "PUBLISH");
    let states: Vec<&str> = read.events.iter().map(|event| event.get("STATUS")).collect();
    assert_eq!(states, ["CONFIRMED", "CONFIRMED", "CANCELLED"]);
    let first = &read.events[0];
    assert_eq!(first.get("SUMMARY"), "Visit at Elm Street Clinic");
    assert_eq!(first.get("LOCATION"), "12 Elm Street, door B");
    assert_eq!(first.get("ORGANIZER"), "mailto:mail@clinic.example");
    assert_eq!((first.at("DTSTART"), first.at("DTSTAMP")), (start(), now()));
}

#[test]
fn a_request_and_a_cancel_name_both_sides_of_one_event() {
    let one = entry(start());
    for (text, method) in [
        (calendar::request(&one, PARTIES, now()), "REQUEST"),
        (calendar::cancel(&one, PARTIES, now()), "CANCEL"),
    ] {
        let read = read(&text);
        assert_eq!(read.get("METHOD"), method);
        assert_eq!(read.events[0].get("ATTENDEE"), "mailto:maria@patient.example");
        assert_eq!(read.events[0].get("UID"), one.uid);
    }
}

#[test]
fn the_uid_stays_and_the_sequence_rises_with_the_version() {
    let (w, site) = (Words::default(), site());
    let booked = Appointment { version: 1, ..visit(patient().id, start()) };
    let moved = Appointment { version: 2, starts_at: start() + TimeDelta::hours(1), ..booked.clone() };
    let told = [&booked, &moved].map(|visit| visit_entry(w, &site, visit));
    assert_eq!(told[0].uid, told[1].uid);
    assert_eq!((told[0].sequence, told[1].sequence), (0, 1));
    let read = read(&calendar::cancel(&told[1], PARTIES, now()));
    assert_eq!((read.events[0].get("UID"), read.events[0].get("SEQUENCE")), (told[0].uid.as_str(), "1"));
}

#[test]
fn a_driver_has_an_entry_of_their_own_and_a_release_is_newer_though_the_visit_stands() {
    let (w, site, one) = (Words::default(), site(), visit(patient().id, start()));
    let (asked, released) =
        (drive_entry(w, &site, &one, None, now()), released_drive_entry(w, &site, &one, None, now()));
    assert_eq!(asked.uid, released.uid);
    assert_ne!(asked.uid, one.ical_uid);
    assert!(released.sequence > asked.sequence);
    let read = read(&calendar::publish(&[asked], ORGANIZER, now()));
    assert_eq!(read.events[0].at("DTEND"), driver_free_until(&one));
    assert_eq!(read.events[0].get("SUMMARY"), "Driving to Elm Street Clinic");
}

#[test]
fn a_driver_asked_again_after_a_release_has_the_newest_entry_though_the_visit_stands() {
    let (w, site, one) = (Words::default(), site(), visit(patient().id, start()));
    let minutes = |minutes| now() + TimeDelta::minutes(minutes);
    let asked = drive_entry(w, &site, &one, None, now());
    let released = released_drive_entry(w, &site, &one, None, minutes(3));
    let again = drive_entry(w, &site, &one, None, minutes(6));
    let later_home = drive_entry(w, &site, &one, Some(one.ends_at), minutes(9));
    let told = [asked, released, again, later_home].map(|entry| entry.sequence);
    assert!(told.is_sorted_by(|before, after| before < after), "{told:?}");
    assert!(i32::try_from(told[3]).is_ok(), "calendar programs keep it in 32 bits with a sign");
}

#[test]
fn who_takes_the_patient_home_only_comes_for_the_way_home_and_a_sitter_from_the_start() {
    let (w, site, one) = (Words::default(), site(), visit(patient().id, start()));
    let home_from = one.ends_at;
    assert_eq!(drive_entry(w, &site, &one, Some(home_from), now()).starts_at, home_from);
    let at_home = Appointment { venue: Venue::Home, companion: Companion::Sitter, ..one };
    let stays = drive_entry(w, &site, &at_home, Some(home_from), now());
    assert_eq!((stays.starts_at, stays.place.as_str()), (at_home.starts_at, "At their home"));
    assert_eq!(stays.summary, "Keeping company, Elm Street Clinic");
}

#[test]
fn instants_stay_the_books_through_both_clock_changes() {
    // November 1, 2026 and March 14, 2027, hour by hour from the evening before.
    for (year, month, day) in [(2026, 10, 31), (2027, 3, 13)] {
        let evening = Utc.with_ymd_and_hms(year, month, day, 22, 30, 0).unwrap();
        let starts: Vec<DateTime<Utc>> = (0..24).map(|hour| evening + TimeDelta::hours(hour)).collect();
        let entries: Vec<Entry> = starts.iter().map(|at| entry(*at)).collect();
        let read = read(&calendar::publish(&entries, ORGANIZER, now()));
        let told: Vec<DateTime<Utc>> = read.events.iter().map(|event| event.at("DTSTART")).collect();
        assert_eq!(told, starts);
        assert!(
            read.events
                .iter()
                .all(|event| event.at("DTEND") - event.at("DTSTART") == TimeDelta::minutes(150))
        );
    }
}

#[test]
fn what_a_clinic_or_its_address_is_called_stays_a_text() {
    let one = visit(patient().id, start());
    let long = format!("{}{}a", "🙂".repeat(25), "a ".repeat(47));
    for (name, told) in [
        ("Elm\r\nATTENDEE:mailto:evil@example.org", "Elm\nATTENDEE:mailto:evil@example.org"),
        ("Elm\nEND:VEVENT\nBEGIN:VEVENT", "Elm\nEND:VEVENT\nBEGIN:VEVENT"),
        ("Elm, Oak; \\n \"and\" Sons:", "Elm, Oak; \\n \"and\" Sons:"),
        ("Elm\u{0}\u{1b} Clinic", "Elm Clinic"),
        (long.as_str(), long.as_str()),
    ] {
        let mut site = site();
        (site.name, site.address) = (name.to_owned(), name.to_owned());
        let entry = visit_entry(Words::default(), &site, &one);
        let organizer = Organizer::of(&site, None);
        let parties = Parties { organizer_name: &site.name, ..PARTIES };
        let in_feed = FeedEntry { entry: entry.clone(), standing: Standing::Booked, changed_at: now() };
        for text in [
            calendar::publish(std::slice::from_ref(&entry), organizer, now()),
            calendar::request(&entry, parties, now()),
            calendar::cancel(&entry, parties, now()),
            calendar::feed(name, &[in_feed]),
        ] {
            let read = read(&text);
            assert_eq!(read.events.len(), 1, "{text}");
            assert_eq!(read.events[0].get("LOCATION"), told, "{text}");
            assert_eq!(read.events[0].get("SUMMARY"), format!("Visit at {told}"), "{text}");
        }
    }
}

#[test]
fn a_feed_has_a_name_and_no_method_and_tells_what_is_kept_and_what_is_off() {
    let entries = [
        in_feed(start(), Standing::Booked),
        in_feed(start() + TimeDelta::days(1), Standing::Held),
        in_feed(start() + TimeDelta::days(2), Standing::Off),
    ];
    let text = calendar::feed("Visits at Elm Street Clinic", &entries);
    assert_eq!(text, calendar::feed("Visits at Elm Street Clinic", &entries), "the same text each time");
    let read = read(&text);
    assert_eq!((read.get("METHOD"), read.get("X-WR-CALNAME")), ("", "Visits at Elm Street Clinic"));
    assert_eq!((read.get("REFRESH-INTERVAL"), read.get("X-PUBLISHED-TTL")), ("PT1H", "PT1H"));
    let states: Vec<&str> = read.events.iter().map(|event| event.get("STATUS")).collect();
    assert_eq!(states, ["CONFIRMED", "TENTATIVE", "CANCELLED"]);
}

#[test]
fn a_calendar_without_a_visit_is_still_a_calendar() {
    assert!(read(&calendar::feed("Visits", &[])).events.is_empty());
    assert!(read(&calendar::publish(&[], ORGANIZER, now())).events.is_empty());
}
