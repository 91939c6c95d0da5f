//! Names that try to be headers, recipients or calendar lines stay names.

use seriesbook::domain::services::Category;
use seriesbook::store::Store;

use crate::scenarios::world::{FRIEND, MARIA, World};
use crate::support::databases::on_each_database;

/// What somebody might type, had no form looked at it.
const NASTY: [&str; 6] = [
    "Maria\r\nBcc: thief@example.org\r\n\r\nHello",
    "Maria\r\n.\r\nMAIL FROM:<thief@example.org>\r\nRCPT TO:<thief@example.org>\r\nDATA\r\n",
    "=?utf-8?q?Maria=0D=0ABcc:_thief@example.org?=",
    "Maria\u{2028}Bcc: thief@example.org",
    "Maria\r\nATTENDEE:mailto:thief@example.org\r\nEND:VEVENT",
    "\"Maria\" <thief@example.org>, Alvarez;\\",
];

#[tokio::test(flavor = "multi_thread")]
async fn c4_no_name_of_patient_driver_or_clinic_adds_a_header_or_a_recipient() {
    on_each_database(names_stay_names).await;
}

async fn names_stay_names(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let hours = ["09:00", "10:00", "11:00", "13:00", "14:00", "15:00"];
    for (number, (name, hour)) in NASTY.iter().zip(hours).enumerate() {
        let email = format!("p{number}@example.org");
        let patient = world.add_patient(name, Some(&email)).await;
        let at = world.clinic.at(&format!("2026-12-02T{hour}"));
        world.book_visit(patient, world.service(Category::Consultation).id, at).await.expect("free");
    }
    let long = format!("Maria {}", "x".repeat(3000));
    let patient = world.add_patient(&long, Some("long@example.org")).await;
    let at = world.clinic.at("2026-12-03T10:00");
    world.book_visit(patient, world.service(Category::Consultation).id, at).await.expect("free");
    world.pass_minutes(5).await;
    assert_eq!(world.smtp.mails().len(), NASTY.len() + 1, "each name makes one mail");
    nobody_else_reads(&world);
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_no_drivers_or_clinics_name_adds_a_header_or_a_recipient() {
    on_each_database(driver_and_clinic).await;
}

async fn driver_and_clinic(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let mut site = world.site.clone();
    site.name = "Harbor\r\nBcc: thief@example.org".to_owned();
    site.address = "1 Pier Street\r\nATTENDEE:mailto:thief@example.org".to_owned();
    let mut tx = world.clinic.write(&world.desk).await;
    tx.update_site(&site).await.expect("changed");
    tx.commit().await.expect("a commit");
    for (number, (visit, name)) in world.treatments(series).await.into_iter().zip(NASTY).enumerate() {
        let email = if number == 0 { FRIEND.to_owned() } else { format!("d{number}@example.org") };
        world.name_driver(maria, &[visit], name, &email).await;
    }
    world.pass_minutes(5).await;
    world.answer(world.main(series, 1).await.id, false).await;
    world.pass_minutes(5).await;
    assert!(world.mails_to(FRIEND).len() == 1 && world.mails_to(MARIA).len() == 2, "they still get theirs");
    nobody_else_reads(&world);
}

/// Each mail has one recipient, the headers of a mail of ours, and calendars whose lines are ours.
fn nobody_else_reads(world: &World) {
    for mail in world.smtp.mails() {
        assert_eq!(mail.to.len(), 1, "{:?}", mail.to);
        assert!(!mail.to[0].contains("thief"), "{:?}", mail.to);
        let message = mail_parser::MessageParser::default().parse(&mail.data).expect("a mail that parses");
        let names: Vec<String> =
            message.headers().iter().map(|header| header.name.as_str().to_lowercase()).collect();
        assert!(!names.iter().any(|name| name == "bcc" || name == "cc"), "{names:?}");
        for one in ["from", "to", "subject", "message-id"] {
            assert_eq!(names.iter().filter(|name| *name == one).count(), 1, "{one} in {names:?}");
        }
        for calendar in mail.calendars() {
            let injected = calendar.lines().filter(|line| line.starts_with("ATTENDEE:mailto:thief")).count();
            assert_eq!(injected, 0, "{calendar}");
            assert_eq!(
                calendar.matches("BEGIN:VEVENT").count(),
                calendar.matches("\nEND:VEVENT").count(),
                "{calendar}"
            );
        }
        let raw = String::from_utf8_lossy(&mail.data);
        let longest = raw.lines().map(str::len).max().unwrap_or(0);
        assert!(longest <= 998, "a line of {longest} characters");
    }
}
