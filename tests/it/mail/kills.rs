//! The real program, killed at every step of sending a message, on both databases: nothing is lost, a second copy goes only where the first
//! may not have been recorded, under the same Message-ID, and its row says so.

use std::time::Duration;

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use seriesbook::app::App;
use seriesbook::clock::Clock;
use seriesbook::config::Config;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::jobs::Worker;
use seriesbook::mail::transport::Transport;
use seriesbook::store::Store;
use seriesbook::store::messages::Message;
use seriesbook::store::patients::Patient;

use crate::support::clinic::Clinic;
use crate::support::databases::on_each_address;
use crate::support::program::{Program, run, until};
use crate::support::smtp::script::{At, Play, ScriptServer};

/// Where the program dies.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// By itself, at a place in the code.
    Code(&'static str),
    /// Killed while it waits for the server at a step of the conversation.
    Conversation(At),
}

/// What a crash there leaves.
#[derive(Clone, Copy, Debug)]
struct Leaves {
    place: Place,
    /// Copies the server took before the crash.
    before: usize,
    /// Copies it has in the end.
    copies: usize,
    /// Whether the row says that there may be two.
    twice: bool,
    /// Whether the next worker may send it at once, or has to wait for the end of the lease.
    free: bool,
}

fn places() -> Vec<Leaves> {
    let code = |name, before, copies, twice, free| {
        let place = Place::Code(name);
        Leaves { place, before, copies, twice, free }
    };
    let mut all = vec![
        code("after_claim_before_commit", 0, 1, false, true),
        // From here to the record nobody can know whether it went: the row is flagged, mostly for nothing.
        code("after_claim_commit", 0, 1, true, false),
        code("before_connect", 0, 1, true, false),
        code("after_send_before_record", 1, 2, true, false),
        code("in_record_before_commit", 1, 2, true, false),
        code("after_record_commit", 1, 1, false, true),
    ];
    if !cfg!(debug_assertions) {
        // A release build has no such places.
        all.clear();
    }
    all.extend(At::PLAIN.map(|at| {
        let (place, before) = (Place::Conversation(at), usize::from(at == At::Dot));
        Leaves { place, before, copies: before + 1, twice: true, free: false }
    }));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn b1_killed_at_any_step_of_a_send_nothing_is_lost_and_what_may_be_there_twice_says_so() {
    on_each_address(|address| Box::pin(sweep(address))).await;
}

async fn sweep(address: String) {
    let store = Store::open(&address).await.expect("the database opens");
    let clinic = Clinic::with(store, |config| config.rules.mail_undo_minutes = 0).await;
    for (number, leaves) in places().into_iter().enumerate() {
        killed_at(&clinic, &address, number, leaves).await;
    }
    let folder = clinic.mail_folder();
    let verified = run(&address, &folder, &["audit", "verify"]);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success() && said.contains("unbroken"), "{said}");
    clinic.store().close().await;
}

/// The present of the machine: the program that is killed knows no other.
fn real_time() -> DateTime<Utc> {
    Clock::system().now()
}

/// An hour of its own for each, some weeks ahead, on a weekday.
fn hour(number: usize) -> String {
    const HOURS: [&str; 7] = ["09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00"];
    let mut day = real_time().date_naive() + TimeDelta::days(21);
    while day.weekday() != Weekday::Mon {
        day += TimeDelta::days(1);
    }
    let day = day + TimeDelta::days(if number < HOURS.len() { 0 } else { 1 });
    format!("{day}T{}", HOURS[number % HOURS.len()])
}

/// A worker of the program started again, its clock held at an instant.
fn started_again(clinic: &Clinic, smtp: &ScriptServer, at: DateTime<Utc>) -> Worker {
    let config = Config { smtp_url: Some(smtp.url()), ..Config::clone(&clinic.app.config) };
    let transport = Transport::from_config(&config).expect("a transport");
    Worker::new(App::new(clinic.store().clone(), Clock::held(at), config), transport)
}

/// What a worker sends until it has sent so many. It may look more than once: the database needs a moment to see that whoever held the
/// row is dead.
async fn sends(worker: &Worker, expected: usize) -> usize {
    let mut sent = worker.tick().await.expect("a tick").sent;
    for _ in 0..200 {
        if sent >= expected {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        sent += worker.tick().await.expect("a tick").sent;
    }
    sent
}

async fn row(clinic: &Clinic, patient: &Patient) -> Message {
    let rows = clinic.messages(patient).await;
    rows.into_iter().find(|row| row.stage == Stage::VisitBooked).expect("a row about the booking")
}

async fn killed_at(clinic: &Clinic, address: &str, number: usize, leaves: Leaves) {
    let smtp = ScriptServer::start();
    clinic.advance(real_time() - clinic.now());
    let letter = char::from(b'A' + u8::try_from(number).expect("few places"));
    let patient = clinic.patient(&format!("Pat {letter}son")).await;
    clinic.book(&patient, "Consultation", &hour(number), None).await.expect("a free hour");

    let folder = tempfile::tempdir().expect("a folder");
    let place = leaves.place;
    match place {
        Place::Code(name) => {
            let mut program = Program::start(address, folder.path(), &smtp.url(), Some(name));
            assert!(program.dies().await, "{place:?}: it does not die");
        }
        Place::Conversation(at) => {
            smtp.plays(at, 1, Play::Silence);
            let mut program = Program::start(address, folder.path(), &smtp.url(), None);
            assert!(until(|| smtp.silences() == 1).await, "{place:?}: it does not get there");
            program.kill();
        }
    }
    let left = row(clinic, &patient).await;
    let recorded = left.status == MessageStatus::Sent;
    assert!(!recorded || smtp.mails().len() == 1, "{place:?}: sent is written only after the server's yes");
    assert_eq!(smtp.mails().len(), leaves.before, "{place:?}: copies before the crash");

    // Started again at once: what another may be sending is left alone until its lease ends.
    let now = real_time();
    let at_once = usize::from(leaves.free && !recorded);
    assert_eq!(sends(&started_again(clinic, &smtp, now), at_once).await, at_once, "{place:?}: sent at once");
    let worker = started_again(clinic, &smtp, now + TimeDelta::hours(1));
    let then = usize::from(!leaves.free);
    assert_eq!(sends(&worker, then).await, then, "{place:?}: sent when the lease is over");
    assert_eq!(worker.tick().await.expect("a tick").sent, 0, "{place:?}: nothing is left");

    let end = row(clinic, &patient).await;
    let mails = smtp.mails();
    assert_eq!(
        (end.status, mails.len(), end.maybe_twice),
        (MessageStatus::Sent, leaves.copies, leaves.twice),
        "{place:?}: state, copies, perhaps twice"
    );
    let email = patient.email.clone().unwrap_or_default();
    for mail in mails {
        assert!(mail.message_id().starts_with(&end.message_id), "{place:?}: one Message-ID");
        assert_eq!(mail.to, std::slice::from_ref(&email), "{place:?}");
    }
}
