//! The figures of mail: how fast messages go compared with Postfix's own load generator, whether ten thousand drain whole, and what a tick
//! with nothing to do costs over a million past messages. `cargo bench --bench mail -- help` lists the tables.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that fails should stop"
)]

#[allow(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/it/support/clinic.rs"]
mod clinic;
#[allow(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/it/support/databases.rs"]
mod databases;
#[path = "mail/idle.rs"]
mod idle;
#[path = "../tests/it/support/ledger.rs"]
mod ledger;
#[path = "mail/sink.rs"]
mod sink;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use lettre::address::Envelope;
use seriesbook::app::App;
use seriesbook::clock::Clock;
use seriesbook::config::Config;
use seriesbook::jobs::Worker;
use seriesbook::mail::connections::Connections;
use seriesbook::mail::relay::Relay;
use seriesbook::mail::transport::Transport;
use seriesbook::store::Store;
use seriesbook::store::appointments::Appointment;
use tokio::task::JoinSet;

use clinic::Clinic;
use databases::on_each_database;
use idle::idle;
use ledger::fill;

const HELP: &str = "cargo bench --bench mail -- [TABLE]
  throughput   messages per second over 1, 4 and 16 connections, beside smtp-source (Debian's postfix) to the same server
  drain        10,000 due messages: none missing, none doubled, memory before and after
  idle         a tick with nothing to do over 1,000,000 past messages
All of them run on SQLite, and on PostgreSQL too where TEST_DATABASE_URL names a server.";

/// Messages of one measurement of speed.
const MANY: usize = 3000;
const FROM: &str = "hello@harbor.test";
const TO: &str = "ana.ruiz@patients.test";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let tables: Vec<&str> = args.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(2).build().unwrap();
    match tables.as_slice() {
        ["sink"] => sink::run(),
        [] => runtime.block_on(async {
            throughput().await;
            on_each_database(|store| Box::pin(drain(store))).await;
            on_each_database(|store| Box::pin(idle(store))).await;
        }),
        ["throughput"] => runtime.block_on(throughput()),
        ["drain"] => runtime.block_on(on_each_database(|store| Box::pin(drain(store)))),
        ["idle"] => runtime.block_on(on_each_database(|store| Box::pin(idle(store)))),
        _ => println!("{HELP}"),
    }
}

fn name(store: &Store) -> &'static str {
    match store {
        Store::Sqlite(_) => "SQLite",
        Store::Postgres(_) => "PostgreSQL",
    }
}

/// A visit in ten days, and nothing to send.
async fn quiet_visit(clinic: &Clinic) -> Appointment {
    let ana = clinic.patient("Ana Ruiz").await;
    let id = clinic.book(&ana, "Consultation", "2026-12-10T10:00", None).await.unwrap();
    clinic.advance(TimeDelta::minutes(5));
    clinic.tick().await;
    clinic.appointment(id).await
}

/// A worker of the clinic that sends to a server over so many connections.
fn worker(clinic: &Clinic, server: SocketAddr, connections: usize) -> Worker {
    let config = Config {
        smtp_url: Some(format!("smtp://{server}")),
        smtp_connections: u32::try_from(connections).unwrap(),
        mail_flood_per_minute: 0,
        ..Config::clone(&clinic.app.config)
    };
    let transport = Transport::from_config(&config).unwrap();
    Worker::new(App::new(clinic.store().clone(), Clock::held(clinic.now()), config), transport)
}

async fn throughput() {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let letter = Arc::new(a_letter().await);
    println!("{cores} cores, {MANY} messages of {} bytes each, TLS off", letter.len());
    let sink = sink::Process::start();
    let mut rates = Vec::new();
    for connections in [1, 4, 16] {
        let source = smtp_source(sink.address, connections, letter.len());
        let alone = transport_alone(sink.address, connections, &letter).await;
        let shown = source.map_or("not installed".to_owned(), |rate| format!("{rate:.0}/s"));
        println!(
            "{connections:2} connections: smtp-source {shown}, our transport alone {alone:.0}/s{}",
            ratio(alone, source)
        );
        rates.push((connections, source));
    }
    let (address, rates) = (sink.address, rates.as_slice());
    on_each_database(|store| Box::pin(whole_worker(store, address, rates))).await;
}

fn ratio(ours: f64, source: Option<f64>) -> String {
    source.map_or_else(String::new, |rate| format!(" ({:.0} % of smtp-source)", 100.0 * ours / rate))
}

/// A reminder as it goes over the line.
async fn a_letter() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let clinic = Clinic::open(databases::sqlite(&folder).await).await;
    let visit = quiet_visit(&clinic).await;
    fill(clinic.store(), &visit, clinic.now(), 1).await;
    let (server, kept) = sink::keeping();
    assert_eq!(worker(&clinic, server, 1).tick().await.unwrap().sent, 1);
    kept.lock().unwrap().remove(0)
}

/// Messages a second of Postfix's load generator, if it is there.
fn smtp_source(server: SocketAddr, connections: usize, bytes: usize) -> Option<f64> {
    let debian = "/usr/sbin/smtp-source";
    let program = if Path::new(debian).exists() { debian } else { "smtp-source" };
    let start = Instant::now();
    let status = Command::new(program)
        .args(["-d", "-f", FROM, "-t", TO])
        .args(["-s", &connections.to_string(), "-m", &MANY.to_string(), "-l", &bytes.to_string()])
        .arg(format!("inet:{server}"))
        .stderr(Stdio::inherit())
        .status()
        .ok()?;
    status.success().then(|| MANY as f64 / start.elapsed().as_secs_f64())
}

/// Messages a second without the ledger: what the connections themselves can do.
async fn transport_alone(server: SocketAddr, connections: usize, letter: &Arc<Vec<u8>>) -> f64 {
    let relay = Relay::parse(&format!("smtp://{server}")).unwrap();
    let line = Connections::new(relay, Duration::from_secs(60), connections);
    let envelope = Envelope::new(Some(FROM.parse().unwrap()), vec![TO.parse().unwrap()]).unwrap();
    let start = Instant::now();
    let mut senders = JoinSet::new();
    for number in 0..connections {
        let (line, envelope, letter) = (line.clone(), envelope.clone(), Arc::clone(letter));
        let share = MANY / connections + usize::from(number < MANY % connections);
        senders.spawn(async move {
            for _ in 0..share {
                line.send(&envelope, &letter).await.unwrap();
            }
        });
    }
    senders.join_all().await;
    MANY as f64 / start.elapsed().as_secs_f64()
}

/// Messages a second of the whole worker: claimed, rendered, sent and recorded.
async fn whole_worker(store: Store, server: SocketAddr, rates: &[(usize, Option<f64>)]) {
    let clinic = Clinic::open(store).await;
    let visit = quiet_visit(&clinic).await;
    for (connections, source) in rates {
        fill(clinic.store(), &visit, clinic.now(), MANY).await;
        let worker = worker(&clinic, server, *connections);
        let start = Instant::now();
        assert_eq!(worker.tick().await.unwrap().sent, MANY);
        let rate = MANY as f64 / start.elapsed().as_secs_f64();
        let database = name(clinic.store());
        println!("{database}, {connections:2} connections: the worker {rate:.0}/s{}", ratio(rate, *source));
    }
}

/// Ten thousand due messages.
async fn drain(store: Store) {
    const DUE: usize = 10_000;
    let database = name(&store);
    let clinic = Clinic::open(store).await;
    let visit = quiet_visit(&clinic).await;
    let ids: BTreeSet<String> = fill(clinic.store(), &visit, clinic.now(), DUE).await.into_iter().collect();
    let (server, kept) = sink::counting();
    let worker = worker(&clinic, server, 4);
    let (start, before, mut most) = (Instant::now(), resident(), 0);
    let draining = tokio::spawn(async move {
        let mut sent = 0;
        while sent < DUE {
            sent += worker.tick().await.unwrap().sent;
        }
    });
    while !draining.is_finished() {
        most = most.max(resident());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    draining.await.unwrap();
    let took = start.elapsed();
    let arrived = kept.lock().unwrap().clone();
    assert_eq!(arrived.len(), DUE, "none missing, none doubled");
    assert_eq!(arrived.into_iter().collect::<BTreeSet<_>>(), ids, "none missing, none doubled");
    println!(
        "{database}: {DUE} due messages drained in {:.1} s, each once; memory {before} MiB before, {most} MiB at most, {} MiB after",
        took.as_secs_f64(),
        resident()
    );
}

/// Resident memory in MiB, as Linux counts it; 0 elsewhere.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}
