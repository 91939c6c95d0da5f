//! Scores from another program's file: every row is looked at before anything is written, and a repeat writes nothing.

use axum::http::StatusCode;
use seriesbook::domain::mood::ScoreSource;
use seriesbook::store::Store;

use super::world::{MARIA, World};
use crate::support::databases::{count, on_each_database};
use crate::support::web::Browser;

const ROWS: &str = "SELECT COUNT(*) FROM mood_scores";
/// A byte order mark, line ends of two kinds, a comma in quotes, a date that is none, a score too high, an empty row.
const FILE: &str = "\u{feff}Date,Mood,Note,PHQ sum\r\n11/10/2026,4,\"slept, badly\",18\r\n11/12/2026 2:30 PM,6,,\n\
                    13/45/2026,5,,\n,,,\n11/13/2026,11,x,\n";

const MAPPED: [(&str, &str); 6] =
    [("csv", FILE), ("head", "yes"), ("date", "0"), ("form", "month_first"), ("mood", "1"), ("total", "3")];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&MAPPED[..], more].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_judges_every_row_and_only_the_last_press_writes() {
    on_each_database(|store| Box::pin(dry_run(store))).await;
}

async fn dry_run(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let mut jane = Browser::of(&world.clinic);
    jane.sign_in("jane@harbor.test").await;
    let path = format!("/patients/{maria}/mood/import");
    jane.get(&path).await.ok().says("Nothing is written before you have seen every row");
    let read = jane.post(&path, &[("csv", FILE), ("head", "yes"), ("act", "read")]).await;
    read.ok().says("The file has 4 rows.").says("slept, badly");
    let unmapped = jane.post(&path, &[("csv", FILE), ("head", "yes"), ("act", "check")]).await;
    unmapped
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Choose the column of the date")
        .says("Choose how the file writes dates")
        .says("Choose a column with a score")
        .holds("slept, badly");

    let checked = jane.post(&path, &with(&[("act", "check")])).await;
    checked
        .ok()
        .says("New: 2. Known already: 0. With faults: 2.")
        .says("The date cannot be read in the chosen form.")
        .says("The score is no whole number from 0 to 10.")
        .says("Nothing is written yet.")
        .says("Import 2 rows for Maria Alvarez")
        .holds("<th scope=\"row\">6</th>");
    assert_eq!(count(world.clinic.store(), ROWS).await, 0, "a dry run writes nothing");

    let strict = jane.post(&path, &with(&[("act", "import"), ("strict", "yes")])).await;
    strict.is(StatusCode::CONFLICT).says("A row has a fault, so nothing was imported");
    assert_eq!(count(world.clinic.store(), ROWS).await, 0, "all or none means none");
    jane.post(&path, &with(&[("act", "import")])).await.goes_to(&format!("/patients/{maria}/mood"));
    let scores = world.clinic.read().await.mood_scores_of(maria).await.expect("scores");
    let kept: Vec<_> = scores.iter().map(|one| (one.taken_at, one.score, one.source)).collect();
    let at = |local: &str| world.clinic.at(local);
    assert_eq!(
        kept,
        [(at("2026-11-10T00:00"), 4, ScoreSource::Import), (at("2026-11-12T14:30"), 6, ScoreSource::Import)]
    );
    let sums = world.clinic.read().await.phq9_of(maria).await.expect("sums");
    assert_eq!(sums.iter().map(|one| one.total).collect::<Vec<_>>(), [Some(18)]);
    assert_eq!(world.audited(maria, "mood.import").await, 1);

    // The same file again: everything is known.
    jane.get(&path).await.ok();
    let again = jane.post(&path, &with(&[("act", "check")])).await;
    again.ok().says("New: 0. Known already: 2. With faults: 2.");
    jane.post(&path, &with(&[("act", "import")])).await.is(StatusCode::CONFLICT).says("No row is new");
    assert_eq!(count(world.clinic.store(), ROWS).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_too_long_or_empty_are_refused_with_a_reason_and_the_front_desk_imports_nothing() {
    on_each_database(refused_files).await;
}

async fn refused_files(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let path = format!("/patients/{maria}/mood/import");
    let mut jane = Browser::of(&world.clinic);
    jane.sign_in("jane@harbor.test").await;
    jane.get(&path).await.ok();
    let long = "11/10/2026,4,a note about the day\n".repeat(10_001);
    let refused = jane.post(&path, &[("csv", long.as_str()), ("act", "read")]).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says("more than 10,000 rows");
    let empty = jane.post(&path, &[("csv", " \n,,\n"), ("act", "read")]).await;
    empty.is(StatusCode::UNPROCESSABLE_ENTITY).says("Choose a file with at least one row");
    let script = jane.post(&path, &[("csv", "a,<script>alert(1)</script>\n"), ("act", "read")]).await;
    assert!(!script.ok().body.contains("<script>alert"), "a file's text is text");
    let mut desk = Browser::of(&world.clinic);
    desk.sign_in("desk@harbor.test").await;
    desk.get(&path).await.is(StatusCode::FORBIDDEN);
    desk.post(&path, &with(&[("act", "import")])).await.is(StatusCode::FORBIDDEN);
    assert_eq!(count(world.clinic.store(), ROWS).await, 0);
}
