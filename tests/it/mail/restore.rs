//! A database restored from a backup has forgotten what went since: mail is held until staff release it (pitfalls, fact 5).

use std::path::Path;

use chrono::TimeDelta;
use seriesbook::actions::delivery::delivery;
use seriesbook::actions::mail_hold::{self, Release};
use seriesbook::app::App;
use seriesbook::clock::Clock;
use seriesbook::domain::delivery::Trouble;
use seriesbook::domain::ids::PatientId;
use seriesbook::domain::mail_brake::HoldReason;
use seriesbook::domain::services::Category;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::jobs::{Marker, Worker};
use seriesbook::mail::transport::Transport;
use seriesbook::store::Store;

use crate::scenarios::world::{MARIA, TOM, World};
use crate::support::databases::{execute, on_each_database, sqlite};

/// A worker as the program starts it, its marker file in a folder.
fn worker(app: &App, folder: &Path) -> Worker {
    let transport = Transport::from_config(&app.config).expect("a transport");
    Worker::new(app.clone(), transport).with_marker(Some(Marker::in_folder(folder, true)))
}

async fn told(world: &World, name: &str, email: &str, hour: &str) -> PatientId {
    let patient = world.add_patient(name, Some(email)).await;
    let at = world.clinic.at(&format!("2026-12-02T{hour}"));
    world.book_visit(patient, world.service(Category::Consultation).id, at).await.expect("a free hour");
    patient
}

/// The ledger as a backup had it that was taken before anything went.
async fn put_back(store: &Store) {
    for statement in [
        "DELETE FROM message_tries",
        // As it stood before the claim: not yet anybody's.
        "UPDATE messages SET status = 'pending', sent_at = NULL, sent_to = NULL, claims = 0, claimed_until = created_at
         WHERE status = 'sent'",
        "UPDATE mail_state SET generation = 0, claimed_at = NULL",
    ] {
        execute(store, statement).await.expect("put back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_nothing_goes_until_staff_release_it_and_what_had_gone_goes_to_nobody_twice() {
    on_each_database(|store| Box::pin(restored(store))).await;
}

async fn restored(store: Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let world = World::open(store.clone(), "2026-11-16 09:00").await;
    told(&world, "Maria Alvarez", MARIA, "10:00").await;
    world.advance(TimeDelta::minutes(4));
    let first = worker(&world.clinic.app, folder.path());
    assert!(!first.look_for_restore().await.expect("a look"), "a new database is not a restored one");
    assert_eq!(first.tick().await.expect("a tick").sent, 1);
    let went = world.now();
    let restarted = worker(&world.clinic.app, folder.path());
    assert!(!restarted.look_for_restore().await.expect("a look"), "a restart is no restore");

    put_back(&store).await;
    world.advance(TimeDelta::hours(3));
    let after = worker(&world.clinic.app, folder.path());
    assert!(after.look_for_restore().await.expect("a look"));
    assert_eq!(after.tick().await.expect("a tick").sent, 0);
    let hold = world.clinic.read().await.standing_hold().await.expect("an answer").expect("a hold");
    assert_eq!((hold.reason, hold.went_until), (HoldReason::Restore, Some(went)));

    let how = Release::DropBefore(went);
    let (desk, site) = (&world.desk, world.site.id);
    let done = world
        .act(desk, async |tx| mail_hold::release(tx, desk, site, hold.id, how).await)
        .await
        .expect("released");
    assert_eq!((done.ended, done.going), (1, 0));
    let again = worker(&world.clinic.app, folder.path());
    assert!(!again.look_for_restore().await.expect("a look"), "one restore is noticed once");
    world.pass_until(world.clinic.at("2026-12-02T10:00")).await;
    assert_eq!(world.mails_to(MARIA).len(), 4, "the booking once, and the three reminders still to come");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_put_back_under_the_running_program_is_noticed_at_the_next_batch() {
    on_each_database(|store| Box::pin(under_way(store))).await;
}

async fn under_way(store: Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let world = World::open(store.clone(), "2026-11-16 09:00").await;
    let worker = worker(&world.clinic.app, folder.path());
    told(&world, "Maria Alvarez", MARIA, "10:00").await;
    world.advance(TimeDelta::minutes(4));
    assert_eq!(worker.tick().await.expect("a tick").sent, 1);
    put_back(&store).await;
    told(&world, "Tom Berger", TOM, "14:00").await;
    world.advance(TimeDelta::minutes(4));
    assert_eq!(worker.tick().await.expect("a tick").sent, 0);
    let hold = world.clinic.read().await.standing_hold().await.expect("an answer").expect("a hold");
    assert_eq!(hold.reason, HoldReason::Restore);
    assert_eq!(world.smtp.mails().len(), 1, "Maria's, from before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_file_in_the_place_of_the_database_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = sqlite(&folder).await;
    let world = World::open(store.clone(), "2026-11-16 09:00").await;
    told(&world, "Maria Alvarez", MARIA, "10:00").await;
    let first = worker(&world.clinic.app, folder.path());
    assert!(!first.look_for_restore().await.expect("a look"));
    let backup = folder.path().join("backup.sqlite");
    execute(&store, &format!("VACUUM INTO '{}'", backup.display())).await.expect("a backup");
    world.advance(TimeDelta::minutes(4));
    assert_eq!(first.tick().await.expect("a tick").sent, 1);

    let copy = Store::open(&format!("sqlite:{}", backup.display())).await.expect("the backup opens");
    let app = App::new(copy.clone(), Clock::held(world.now()), (*world.clinic.app.config).clone());
    let restored = worker(&app, folder.path());
    assert!(restored.look_for_restore().await.expect("a look"));
    assert_eq!(restored.tick().await.expect("a tick").sent, 0);
    assert_eq!(world.mails_to(MARIA).len(), 1);

    // On another machine, without its marker file, the same copy is no better known.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let moved = worker(&world.clinic.app, elsewhere.path());
    assert!(
        moved.look_for_restore().await.expect("a look"),
        "a database that sent mail and came without its file"
    );
    copy.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn releasing_what_is_of_use_ends_the_rest_without_a_line_each() {
    on_each_database(|store| Box::pin(only_useful(store))).await;
}

async fn only_useful(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    told(&world, "Maria Alvarez", MARIA, "10:00").await;
    let (desk, site) = (&world.desk, world.site.id);
    world
        .act(desk, async |tx| mail_hold::hold(tx, desk, HoldReason::Restore, "", None).await)
        .await
        .expect("held");
    // 22 hours before the visit: the booking and the last reminder are of use, two reminders are not.
    world.clock_to(world.clinic.at("2026-12-01T12:00"));
    world.tick().await;
    let hold = world.clinic.read().await.standing_hold().await.expect("an answer").expect("a hold");
    let done = world
        .act(desk, async |tx| mail_hold::release(tx, desk, site, hold.id, Release::Useful).await)
        .await
        .expect("released");
    assert_eq!((done.going, done.ended), (2, 2));
    let second =
        world.act(desk, async |tx| mail_hold::release(tx, desk, site, hold.id, Release::All).await).await;
    assert!(second.is_err(), "who was first released it");
    world.tick().await;
    assert_eq!(world.mails_to(MARIA).len(), 2);
    let lines = world.worklist().await;
    assert!(lines.iter().all(|(kind, _)| *kind != WorkKind::MailLate), "{lines:?}");
    let waiting = world.clinic.read().await.waiting_by_stage(site).await.expect("an answer");
    assert!(waiting.is_empty(), "{waiting:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_is_a_line_for_each_visit_and_what_is_being_tried_again_is_not_left_out() {
    on_each_database(|store| Box::pin(left_out(store))).await;
}

async fn left_out(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    told(&world, "Tom Berger", TOM, "14:00").await;
    world.smtp.greylist(TOM);
    world.advance(TimeDelta::minutes(4));
    assert_eq!(world.tick().await.retried, 1);
    let maria = told(&world, "Maria Alvarez", MARIA, "10:00").await;
    let (desk, site) = (&world.desk, world.site.id);
    world
        .act(desk, async |tx| mail_hold::hold(tx, desk, HoldReason::Restore, "", None).await)
        .await
        .expect("held");
    world.pass_minutes(4).await;
    let hold = world.clinic.read().await.standing_hold().await.expect("an answer").expect("a hold");
    let how = Release::DropBefore(world.now());
    let done = world
        .act(desk, async |tx| mail_hold::release(tx, desk, site, hold.id, how).await)
        .await
        .expect("released");
    assert_eq!((done.ended, done.going), (1, 1));
    let (lines, visit) = (world.worklist().await, world.visits_of(maria).await[0].id);
    let late: Vec<_> = lines.iter().filter(|(kind, _)| *kind == WorkKind::MailLate).collect();
    assert_eq!(late, [&(WorkKind::MailLate, Some(visit))]);
    let mut priya = world.signed_in("desk@harbor.test").await;
    priya.get("/worklist").await.ok().says("Message left out").says("See whether it had gone");
    world.pass_minutes(1).await;
    assert_eq!(world.mails_to(TOM).len(), 1, "he was never told");
    assert!(world.mails_to(MARIA).is_empty(), "she may have been");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marker_file_that_cannot_be_written_is_told_and_a_restart_is_not_taken_for_a_restore() {
    on_each_database(|store| Box::pin(unwritable(store))).await;
}

async fn unwritable(store: Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let world = World::open(store.clone(), "2026-11-16 09:00").await;
    let instance = world.clinic.read().await.mail_state().await.expect("an answer").instance;
    // A folder stands where this program writes the file before it gets its name.
    let name = format!("mail-{}.{}.part", instance.simple(), std::process::id());
    let blocked = folder.path().join(name);
    std::fs::create_dir(&blocked).expect("in the way");
    let is_told = async || {
        let found = delivery(&mut world.clinic.read().await, &world.site, 30).await.expect("an answer");
        found.iter().any(|one| matches!(one, Trouble::Unmarked { .. }))
    };
    let first = worker(&world.clinic.app, folder.path());
    assert!(!first.look_for_restore().await.expect("a look"));
    assert!(is_told().await);
    told(&world, "Maria Alvarez", MARIA, "10:00").await;
    world.advance(TimeDelta::minutes(4));
    assert_eq!(first.tick().await.expect("a tick").sent, 1, "mail goes");
    let restarted = worker(&world.clinic.app, folder.path());
    assert!(!restarted.look_for_restore().await.expect("a look"), "a restart is no restore");
    assert!(is_told().await);

    std::fs::remove_dir(&blocked).expect("out of the way");
    let mended = worker(&world.clinic.app, folder.path());
    assert!(!mended.look_for_restore().await.expect("a look"));
    assert!(!is_told().await);
    put_back(&store).await;
    let restored = worker(&world.clinic.app, folder.path());
    assert!(restored.look_for_restore().await.expect("a look"), "and a restore is noticed again");
}
