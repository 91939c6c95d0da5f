//! Moves that the rules forbid: every reason at once, and nothing changes.

use chrono::TimeDelta;
use seriesbook::actions::ActionError;
use seriesbook::domain::gates::Unmet;
use seriesbook::store::Store;

use super::world::{MARIA, World};
use crate::support::databases::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn a_move_outside_gaps_and_windows_is_refused_with_every_reason() {
    on_each_database(outside_everything).await;
}

async fn outside_everything(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let (third, before) = (world.main(series, 3).await, world.visits(series).await);

    // Thursday: nine days after the second, five before the fourth, and the coach does not work 48 to 72 hours later.
    let thursday = third.starts_at + TimeDelta::days(2);
    let refused = world.move_visit(third.id, third.version, thursday, None).await;
    let Err(ActionError::Unmet(reasons)) = &refused else { panic!("{refused:?}") };
    let gaps: Vec<i64> = reasons
        .iter()
        .filter_map(|one| if let Unmet::Gap { days, .. } = one { Some(*days) } else { None })
        .collect();
    assert_eq!(gaps, [9, 5]);
    assert!(reasons.iter().any(|one| matches!(one, Unmet::NothingFree { .. })), "{reasons:?}");

    // The day of the fourth: a second treatment that day as well.
    let fourth = world.main(series, 4).await;
    let refused = world.move_visit(third.id, third.version, fourth.starts_at, None).await;
    let Err(ActionError::Unmet(reasons)) = &refused else { panic!("{refused:?}") };
    assert!(reasons.iter().any(|one| matches!(one, Unmet::TreatmentThatDay(_))), "{reasons:?}");
    assert!(reasons.iter().any(|one| matches!(one, Unmet::Gap { .. })), "{reasons:?}");

    // The coaching alone, a week later.
    let talk = world.talk(series, 3).await;
    let refused = world.move_visit(talk.id, talk.version, talk.starts_at + TimeDelta::days(7), None).await;
    let window = |all: &[Unmet]| {
        let expected = (third.ends_at + TimeDelta::hours(48), third.ends_at + TimeDelta::hours(72));
        matches!(all, [Unmet::Window { from, to, .. }] if (*from, *to) == expected)
    };
    assert!(matches!(&refused, Err(ActionError::Unmet(all)) if window(all)), "{refused:?}");

    let past = world.move_visit(third.id, third.version, world.now() - TimeDelta::hours(1), None).await;
    assert!(matches!(past, Err(ActionError::Refused("book-time-past"))), "{past:?}");
    let stale =
        world.move_visit(third.id, third.version - 1, third.starts_at + TimeDelta::days(1), None).await;
    assert!(matches!(stale, Err(ActionError::Changed)), "{stale:?}");

    let times = |all: &[seriesbook::store::appointments::Appointment]| -> Vec<_> {
        all.iter().map(|visit| (visit.id, visit.starts_at, visit.version)).collect()
    };
    assert_eq!(times(&world.visits(series).await), times(&before), "nothing moved");
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), 1, "only the course's own message");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_onto_somebody_elses_time_names_who_is_taken() {
    on_each_database(onto_a_taken_time).await;
}

async fn onto_a_taken_time(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let third = world.main(series, 3).await;
    let to = third.starts_at + TimeDelta::days(1);
    world.everybody_is_away(to, to + TimeDelta::hours(2)).await;
    let refused = world.move_visit(third.id, third.version, to, None).await;
    let Err(ActionError::Conflicts(conflicts)) = &refused else { panic!("{refused:?}") };
    assert!(!conflicts.is_empty());
    assert!(conflicts.iter().all(|one| one.starts_at == to), "{conflicts:?}");
    assert!(world.move_options(third.id, to, 1).await.iter().all(|option| option.starts_at != to));
    assert_eq!(world.main(series, 3).await.starts_at, third.starts_at);
}
