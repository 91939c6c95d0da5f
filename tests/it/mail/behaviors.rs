//! What becomes of a message under every behavior of a mail server we could think of: one row each, its outcome written beside it.

use std::time::Duration;

use chrono::TimeDelta;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate as Authority, TlsParameters};
use seriesbook::domain::ids::PatientId;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::services::Category;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::jobs::Worker;
use seriesbook::mail::connections::Connections;
use seriesbook::mail::relay::{Relay, Security};
use seriesbook::mail::transport::Transport;
use seriesbook::store::Store;
use seriesbook::store::messages::Message;

use super::behavior_table::{Behavior, Way, behaviors};
use crate::scenarios::world::World;
use crate::support::databases::on_each_database;
use crate::support::smtp::script::{AUTHORITY, At, Certificate, Play, ScriptServer};

/// Weekdays with seven free hours each.
const DAYS: [&str; 7] =
    ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-07", "2026-12-08", "2026-12-09"];
const HOURS: [&str; 7] = ["09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00"];

async fn open(store: Store) -> World {
    World::open_with(store, "2026-11-16 09:00", |config| config.smtp_timeout_seconds = 2).await
}

/// A worker of its own that speaks to this server.
fn worker(world: &World, server: &ScriptServer, way: Way) -> Worker {
    let mut relay = Relay::parse(&server.url()).expect("an address");
    match way {
        Way::Plain => {}
        Way::Login => {
            server.offers_login(true);
            relay.credentials = Some(Credentials::new("clinic".to_owned(), "secret".to_owned()));
        }
        Way::Tls(certificate, trusted) => {
            server.offers_tls(Some(certificate));
            let mut tls = TlsParameters::builder("127.0.0.1".to_owned());
            if trusted {
                tls = tls.add_root_certificate(Authority::from_pem(AUTHORITY).expect("a certificate"));
            }
            relay.security = Security::Required(tls.build().expect("settings of TLS"));
        }
    }
    let within = Duration::from_secs(world.clinic.app.config.smtp_timeout_seconds);
    Worker::new(world.clinic.app.clone(), Transport::Smtp(Connections::new(relay, within, 4)))
}

/// A patient with a consultation at the next free hour, whose booking is due to be told.
async fn told(world: &World, number: usize) -> PatientId {
    let email = format!("p{number}@example.org");
    let patient = world.add_patient(&format!("Patient {number}"), Some(&email)).await;
    let at = world.clinic.at(&format!("{}T{}", DAYS[number / 7], HOURS[number % 7]));
    world.book_visit(patient, world.service(Category::Consultation).id, at).await.expect("a free hour");
    world.advance(TimeDelta::minutes(4));
    patient
}

/// The ledger's row about the booking.
async fn row(world: &World, patient: PatientId) -> Message {
    let rows = world.clinic.read().await.messages_of(patient, 100).await.expect("messages");
    rows.into_iter().find(|row| row.stage == Stage::VisitBooked).expect("a row about the booking")
}

#[tokio::test(flavor = "multi_thread")]
async fn i3_i6_each_behavior_of_a_server_ends_as_its_row_says() {
    on_each_database(|store| Box::pin(each_behavior(store))).await;
}

async fn each_behavior(store: Store) {
    let world = open(store).await;
    let all = behaviors();
    assert!(all.len() >= 22, "{} behaviors", all.len());
    for (number, behavior) in all.iter().enumerate() {
        ends_as_written(&world, number, behavior).await;
    }
}

async fn ends_as_written(world: &World, number: usize, behavior: &Behavior) {
    let (name, ends) = (behavior.name, behavior.ends);
    let server = ScriptServer::start();
    for (at, times, play) in &behavior.plays {
        server.plays(*at, *times, *play);
    }
    let worker = worker(world, &server, behavior.way);
    let patient = told(world, number).await;
    worker.tick().await.expect("a tick");
    let mut now = row(world, patient).await;
    let said = now.last_error.clone().unwrap_or_default();
    assert!(said.contains(ends.said), "{name}: no {:?} in {said:?}", ends.said);
    for _ in 0..20 {
        if now.status != MessageStatus::Pending {
            break;
        }
        assert!(now.sent_at.is_none(), "{name}: sent is written only after the server's yes");
        world.clock_to(now.claimed_until.max(world.now()));
        worker.tick().await.expect("a tick");
        now = row(world, patient).await;
    }
    // Whatever it was, it is over.
    world.advance(TimeDelta::minutes(70));
    worker.tick().await.expect("a tick");
    let last = row(world, patient).await;
    let mails = server.mails();
    let visit = world.visits_of(patient).await[0].id;
    let line = world.worklist().await.contains(&(WorkKind::MailFailed, Some(visit)));
    assert_eq!(
        (last.status, mails.len(), last.maybe_twice, last.tries, line),
        (ends.status, ends.copies, ends.twice, ends.tries, ends.line),
        "{name}: state, copies taken, perhaps twice, tries that failed, line on the worklist"
    );
    assert_eq!(last.sent_at.is_some(), ends.status == MessageStatus::Sent, "{name}");
    let same = mails.iter().all(|mail| mail.message_id().starts_with(&last.message_id));
    assert!(same, "{name}: one Message-ID");
}

#[tokio::test(flavor = "multi_thread")]
async fn c2_a_server_that_hangs_up_between_letters_delays_none_and_doubles_none() {
    on_each_database(between_letters).await;
}

async fn between_letters(store: Store) {
    let world = open(store).await;
    let server = ScriptServer::start();
    let worker = worker(&world, &server, Way::Plain);
    next(&world, &server, &worker, 1, "the first letter opens a conversation").await;
    next(&world, &server, &worker, 1, "the second goes on in it").await;
    server.plays(At::Dot, 1, Play::SayAndClose(b"250 2.0.0 Taken\r\n"));
    next(&world, &server, &worker, 1, "the third is taken, and the server hangs up").await;
    next(&world, &server, &worker, 2, "the fourth finds it gone and opens another").await;
    server.plays(At::Sender, 1, Play::SayAndClose(b"421 4.4.2 Idle for too long\r\n"));
    next(&world, &server, &worker, 3, "the fifth hears that the server is leaving").await;
    server.plays(At::Recipient, 1, Play::Close);
    next(&world, &server, &worker, 4, "the sixth is dropped before anything of it was taken").await;
    server.behaves();
    next(&world, &server, &worker, 4, "the seventh goes on").await;
}

/// One more letter, which goes with its first try.
async fn next(world: &World, server: &ScriptServer, worker: &Worker, connections: usize, what: &str) {
    let number = server.mails().len();
    let patient = told(world, number).await;
    assert_eq!(worker.tick().await.expect("a tick").sent, 1, "{what}");
    assert_eq!(row(world, patient).await.tries, 0, "{what}");
    assert_eq!((server.mails().len(), server.connections()), (number + 1, connections), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn c9_a_server_that_is_gone_and_comes_back_gets_each_letter_once() {
    on_each_database(comes_back).await;
}

async fn comes_back(store: Store) {
    let world = open(store).await;
    let server = ScriptServer::start();
    let address = server.address();
    let worker = worker(&world, &server, Way::Plain);
    drop(server);
    let mut patients = Vec::new();
    for number in 0..5 {
        patients.push(told(&world, number).await);
    }
    let report = worker.tick().await.expect("a tick");
    assert_eq!((report.sent, report.retried, report.failed), (0, 5, 0));
    let waiting = row(&world, patients[0]).await;
    assert!(waiting.last_error.is_some_and(|said| said.contains("refused")));
    assert!(!waiting.maybe_twice, "nobody was there to take it");
    let server = ScriptServer::start_at(address);
    world.advance(TimeDelta::minutes(2));
    assert_eq!(worker.tick().await.expect("a tick").sent, 5);
    world.advance(TimeDelta::hours(1));
    assert_eq!(worker.tick().await.expect("a tick").sent, 0);
    assert_eq!(server.mails().len(), 5);
    let lines = world.worklist().await;
    assert!(lines.iter().all(|(kind, _)| *kind != WorkKind::MailFailed), "nobody has to act");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_goes_under_tls_only_to_the_server_it_is_meant_for() {
    on_each_database(under_tls).await;
}

async fn under_tls(store: Store) {
    let world = open(store).await;
    let server = ScriptServer::start();
    let trusting = worker(&world, &server, Way::Tls(Certificate::Good, true));
    server.offers_tls(Some(Certificate::OtherName));
    told(&world, 0).await;
    assert_eq!(trusting.tick().await.expect("a tick").retried, 1);
    assert!(server.mails().is_empty(), "no byte of it went to a stranger");
    server.offers_tls(Some(Certificate::Good));
    world.advance(TimeDelta::minutes(2));
    assert_eq!(trusting.tick().await.expect("a tick").sent, 1);
}
