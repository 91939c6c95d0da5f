//! Many due messages, several workers, some of them killed in the middle: all go, and only what a kill left open goes twice.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use seriesbook::domain::messages::MessageStatus;
use seriesbook::domain::services::Category;
use seriesbook::jobs::Worker;
use seriesbook::mail::transport::Transport;
use seriesbook::store::Store;
use seriesbook::store::messages::Message;

use crate::scenarios::world::{MARIA, World};
use crate::support::databases::on_each_database;
use crate::support::ledger::fill;

const MANY: usize = 600;

/// A visit with so many due reminders and nothing else to send; their Message-IDs.
async fn due(world: &World) -> BTreeSet<String> {
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let start = world.clinic.at("2026-12-02T10:00");
    world.book_visit(maria, world.service(Category::Consultation).id, start).await.expect("free");
    world.pass_minutes(5).await;
    world.smtp.take();
    let visit = world.visits_of(maria).await.remove(0);
    fill(world.clinic.store(), &visit, world.now(), MANY).await.into_iter().collect()
}

/// A worker as another replica would run it: a transport of its own.
fn replica(world: &World) -> Worker {
    let app = world.clinic.app.clone();
    let transport = Transport::from_config(&app.config).expect("a transport");
    Worker::new(app, transport)
}

/// The rows with these Message-IDs.
async fn rows(world: &World, ids: &BTreeSet<String>) -> Vec<Message> {
    let mut found = Vec::new();
    for status in MessageStatus::ALL {
        let mut tx = world.clinic.read().await;
        let far = world.now() + TimeDelta::days(100);
        found.extend(tx.messages_in(world.site.id, *status, far, 5000).await.expect("rows"));
    }
    found.retain(|row| ids.contains(&row.message_id));
    found
}

/// How often each of these Message-IDs arrived.
fn arrived(world: &World) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for mail in world.smtp.mails() {
        let id = mail.message_id().split('@').next().unwrap_or_default().to_owned();
        *all.entry(id).or_default() += 1;
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c7_three_workers_send_six_hundred_messages_once_each() {
    on_each_database(|store| Box::pin(undisturbed(store))).await;
}

async fn undisturbed(store: Store) {
    let world = World::open_with(store, "2026-11-16 09:00", |config| config.mail_flood_per_minute = 0).await;
    let ids = due(&world).await;
    let (a, b, c) = (replica(&world), replica(&world), replica(&world));
    let (a, b, c) = tokio::join!(a.tick(), b.tick(), c.tick());
    let sent = [a, b, c].map(|report| report.expect("a tick").sent);
    assert_eq!(sent.iter().sum::<usize>(), MANY, "{sent:?}");
    assert!(sent.iter().filter(|sent| **sent > 0).count() > 1, "they share the load: {sent:?}");
    let all = arrived(&world);
    assert!(all.values().all(|times| *times == 1), "none twice");
    assert_eq!(all.into_keys().collect::<BTreeSet<_>>(), ids, "none missing, and nothing else");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c7_a_worker_killed_again_and_again_loses_nothing_and_flags_what_may_have_gone_twice() {
    on_each_database(|store| Box::pin(killed(store))).await;
}

async fn killed(store: Store) {
    let world = World::open_with(store, "2026-11-16 09:00", |config| config.mail_flood_per_minute = 0).await;
    let ids = due(&world).await;
    let mut kills = 0;
    for _ in 0..20 {
        let (a, b) = (replica(&world), replica(&world));
        let steady = tokio::spawn(async move { tokio::join!(a.tick(), b.tick()) });
        while !steady.is_finished() {
            let doomed = replica(&world);
            let task = tokio::spawn(async move { doomed.tick().await });
            tokio::time::sleep(Duration::from_millis(5 + 7 * (kills % 9))).await;
            task.abort();
            kills += u64::from(task.await.is_err());
        }
        // A tick that met a busy database goes on with the next one, as it does when served.
        let (a, b) = steady.await.expect("they end");
        let quiet = a.is_ok() && b.is_ok();
        if quiet && rows(&world, &ids).await.iter().all(|row| row.sent_at.is_some()) {
            break;
        }
        // What the killed one had claimed is free again when its lease ends.
        world.advance(TimeDelta::minutes(10));
    }
    assert!(kills >= 3, "only {kills} were killed at work");
    let all = arrived(&world);
    assert_eq!(all.keys().cloned().collect::<BTreeSet<_>>(), ids, "none missing, and nothing else");
    for row in rows(&world, &ids).await {
        let times = all[&row.message_id];
        assert_eq!(row.status, MessageStatus::Sent, "{}", row.message_id);
        assert!(times == 1 || row.maybe_twice, "{times} copies of a row that does not say so");
    }
}
