//! What a mail holds: its parts, its headers, and no word that does not belong in a mailbox.

use mail_parser::{MessageParser, MimeHeaders};
use seriesbook::mail::forbidden::found_in;
use seriesbook::store::Store;

use crate::scenarios::world::{FRIEND, MARIA, World};
use crate::support::clinic::Clinic;
use crate::support::databases::{on_each_database, sqlite};

#[tokio::test(flavor = "multi_thread")]
async fn a_course_comes_as_text_html_and_calendar_with_a_message_id_of_the_clinic() {
    on_each_database(parts).await;
}

async fn parts(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), 1);
    let message = MessageParser::default().parse(&mails[0].data).expect("a mail that parses");
    let kinds: Vec<String> = message
        .parts
        .iter()
        .filter_map(|part| part.content_type())
        .map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()))
        .collect();
    for kind in ["multipart/alternative", "text/plain", "text/html", "text/calendar"] {
        assert!(kinds.iter().any(|one| one == kind), "no {kind} among {kinds:?}");
    }
    let calendar = message.parts.iter().filter_map(|part| part.content_type());
    let methods: Vec<&str> = calendar.filter_map(|kind| kind.attribute("method")).collect();
    assert!(!methods.is_empty() && methods.iter().all(|method| *method == "PUBLISH"), "{methods:?}");
    assert!(mails[0].calendars().iter().all(|part| part.contains("METHOD:PUBLISH")), "in the body too");
    assert!(mails[0].from.ends_with("@harbor.test"), "bounces come back to the clinic: {}", mails[0].from);
    assert!(mails[0].message_id().ends_with("@harbor.test"), "{}", mails[0].message_id());
    assert_eq!(message.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    let link = mails[0].link("/v/");
    assert!(
        mails[0].text().contains(&format!("http://clinic.test{link}")),
        "the link begins with the set address"
    );
    assert!(mails[0].html().contains(&link), "text and HTML lead to the same page");
    assert!(mails[0].text().contains("988"), "the crisis line stands in a patient's mail");

    let kept = world.clinic.messages(&patient(&world, maria).await).await;
    let sent = kept.iter().find(|row| row.sent_at.is_some()).expect("the outbox keeps it");
    let token = link.trim_start_matches("/v/");
    for copy in [&sent.body_text, &sent.body_html] {
        let copy = copy.as_deref().expect("a copy");
        assert!(!copy.contains(token), "whoever reads the outbox must not hold the patient's link");
    }
}

async fn patient(
    world: &World,
    id: seriesbook::domain::ids::PatientId,
) -> seriesbook::store::patients::Patient {
    world.clinic.read().await.patient(id).await.expect("an answer").expect("the patient")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mail_of_a_whole_course_holds_a_word_that_tells_what_it_is_for() {
    on_each_database(no_forbidden_word).await;
}

async fn no_forbidden_word(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let treatments = world.treatments(series).await;
    world.name_driver(maria, &treatments[..2], "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    world.answer(treatments[0], false).await;
    world.answer(treatments[1], true).await;
    let third = world.main(series, 3).await;
    world
        .move_visit(third.id, third.version, third.starts_at + chrono::TimeDelta::days(1), None)
        .await
        .expect("moved");
    let second = world.main(series, 2).await;
    world.cancel(second.id, second.version).await.expect("canceled");
    world.pass_until(world.main(series, 4).await.starts_at).await;
    let mails = world.smtp.mails();
    assert!(mails.len() > 15, "the course made {} mails", mails.len());
    for mail in &mails {
        let is_driver = mail.to.iter().any(|to| to == FRIEND);
        let calendars = mail.calendars().join("\n");
        for (part, text) in [
            ("subject", mail.subject()),
            ("text", mail.text()),
            ("HTML", visible(&mail.html())),
            ("calendar", calendars),
        ] {
            let found = found_in(&text, is_driver);
            assert!(found.is_empty(), "{found:?} in the {part} of {:?}:\n{text}", mail.subject());
        }
    }
}

/// HTML without its style sheet and tags.
fn visible(html: &str) -> String {
    let mut text = String::new();
    for (number, piece) in html.split("<style").enumerate() {
        let piece =
            if number == 0 { piece } else { piece.split_once("</style>").map_or("", |(_, rest)| rest) };
        text.push_str(piece);
    }
    text.split('<')
        .map(|piece| piece.split_once('>').map_or(piece, |(_, after)| after))
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::test]
async fn without_a_mail_server_each_mail_is_one_whole_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clinic = Clinic::open(sqlite(&folder).await).await;
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.book(&ana, "Consultation", "2026-12-02T10:00", None).await.expect("booked");
    clinic.advance(chrono::TimeDelta::minutes(5));
    assert_eq!(clinic.tick().await.sent, 1);
    assert_eq!(clinic.tick().await.sent, 0);
    let names: Vec<_> = std::fs::read_dir(clinic.mail_folder()).expect("the folder").flatten().collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(names[0].file_name().to_string_lossy().ends_with(".eml"));
    let data = std::fs::read(names[0].path()).expect("a file");
    let message = MessageParser::default().parse(&data).expect("a mail that parses");
    let to = message.to().and_then(|to| to.first()).and_then(|one| one.address());
    assert_eq!(to, Some("ana.ruiz@patients.test"));
    assert!(message.body_text(0).is_some_and(|text| text.contains("Wednesday, December 2, 10:00 AM")));
}
