//! Random tiny clinics with everything strange in them, small enough for brute force to check.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};

use super::document::*;
use super::generate::{around, stretch, window};
use super::rng::Rng;

/// A tiny clinic with everything strange: coarse grid, clock changes, pools, overlapping busy times, one person for two
/// kinds, short gaps, fixed and booked visits.
pub fn tiny(seed: u64, requests: usize) -> InstanceDoc {
    let mut rng = Rng::new(seed);
    // Days around both clock changes of 2026 in New York, and around no change.
    let firsts = [(2026, 3, 6), (2026, 10, 30), (2026, 6, 1)];
    let (y, m, d) = firsts[rng.below(3)];
    let first = NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default();
    let days = rng.between(4, 6);
    let grid = [60, 120, 180][rng.below(3)];
    let (open, close) = if rng.chance(40) { (0, 480) } else { (480, 960) };
    let mut resources = Vec::new();
    for (id, serves, chance) in [
        ("a", &["doc", "aide"][..], 100),
        ("b", &["doc"][..], 70),
        ("c", &["aide", "coach"][..], 80),
        ("d", &["coach"][..], 60),
    ] {
        if !rng.chance(chance) {
            continue;
        }
        let mut hours: Vec<WeeklyWindow> = Vec::new();
        for weekday in (0..7).filter(|_| rng.chance(85)) {
            hours.push(window(weekday, open, close));
        }
        let mut taken = Vec::new();
        for _ in 0..rng.below(5) {
            let from = rng.between(open / 30, close / 30) * 30;
            let date = first + Duration::days(rng.between(0, days - 1));
            taken.push(stretch(date, from, from + rng.between(1, 4) * 30));
        }
        resources.push(ResourceDoc {
            id: id.to_owned(),
            serves: serves.iter().map(|s| (*s).to_owned()).collect(),
            capacity: 1 + rng.below(2) as i64,
            hours,
            busy: taken,
        });
    }
    let phase = |offset, minutes, needs: &[&str]| PhaseDoc {
        name: "phase".to_owned(),
        offset,
        minutes,
        needs: needs.iter().map(|n| (*n).to_owned()).collect(),
    };
    let mut services = BTreeMap::new();
    let overlap = if rng.chance(50) { 30 } else { 60 };
    let doubled = if rng.chance(15) { vec!["doc", "doc"] } else { vec!["doc"] };
    let main = vec![phase(0, 60, &doubled), phase(overlap, 60, &["aide"])];
    services.insert("main".to_owned(), ServiceDoc { phases: main });
    let talk = vec![phase(0, 60, &["coach"])];
    services.insert("talk".to_owned(), ServiceDoc { phases: talk });
    let requests = (1..=requests)
        .map(|i| tiny_request(&mut rng, i, first, (days, grid, open, close), &resources))
        .collect();
    let mut weights = WeightsDoc {
        shift_minute: rng.between(0, 1),
        delay_day: rng.between(0, 30),
        ..WeightsDoc::default()
    };
    if rng.chance(15) {
        weights.unplanned = rng.between(0, 200);
    }
    if rng.chance(10) {
        // Too dear for 32 bits.
        weights.gap_day = 1_000_000;
        weights.unplanned = 1_000_000_000;
    }
    InstanceDoc {
        timezone: "America/New_York".to_owned(),
        grid_minutes: grid,
        horizon: HorizonDoc { from: day(first), to: day(first + Duration::days(days - 1)) },
        resources,
        services,
        requests,
        continuity: vec!["doc".to_owned(), "coach".to_owned()].into_iter().take(1 + rng.below(2)).collect(),
        weights,
    }
}

fn tiny_request(
    rng: &mut Rng,
    number: usize,
    first: NaiveDate,
    (days, grid, open, close): (i64, i64, i64, i64),
    resources: &[ResourceDoc],
) -> RequestDoc {
    let visits = rng.between(1, 3);
    let min = rng.between(0, 2);
    let hours = rng.between(0, 30);
    let mut current = Vec::new();
    let who = |rng: &mut Rng, kind: &str| {
        let able: Vec<_> = resources.iter().filter(|r| r.serves.iter().any(|s| s == kind)).collect();
        (!able.is_empty()).then(|| able[rng.below(able.len())].id.clone())
    };
    let after = visits < 3 && rng.chance(50);
    let mut places = Vec::new();
    for index in 1..=visits {
        places.push(("main", index));
        if after {
            places.push(("after_each", index));
        }
    }
    for (role, index) in places {
        if !rng.chance(25) {
            continue;
        }
        let kinds: &[&str] = if role == "main" { &["doc", "aide"] } else { &["coach"] };
        let held: Option<_> = kinds.iter().map(|k| Some(((*k).to_owned(), who(rng, k)?))).collect();
        let Some(resources) = held else { continue };
        let minute = rng.between(0, days - 1) * 1440 + rng.between(open / grid, close / grid) * grid;
        current.push(CurrentVisitDoc {
            role: role.to_owned(),
            index,
            start: local(first.and_time(chrono::NaiveTime::MIN) + Duration::minutes(minute)),
            resources,
            confirmed: rng.chance(30),
            fixed: rng.chance(40),
        });
    }
    let some_days: Vec<usize> = (0..7).filter(|_| rng.chance(75)).collect();
    RequestDoc {
        id: format!("q{number}"),
        weight: 1,
        service: "main".to_owned(),
        visits,
        gap_days: Some(GapDoc { min, target: rng.between(0, 3), max: min + rng.between(0, 2) }),
        before: (visits < 3 && rng.chance(30)).then(|| around("talk", rng.between(0, 1), 1)),
        after_each: after.then(|| AfterEachDoc {
            service: "talk".to_owned(),
            min_hours: hours,
            max_hours: hours + rng.between(0, 24),
        }),
        after_last: (visits < 3 && rng.chance(30)).then(|| around("talk", rng.between(0, 1), 2)),
        earliest: rng.chance(30).then(|| day(first + Duration::days(1))),
        latest: rng.chance(30).then(|| day(first + Duration::days(days - 1))),
        available: if rng.chance(30) {
            some_days.iter().map(|&d| window(d, 0, 1440)).collect()
        } else {
            Vec::new()
        },
        unavailable: if rng.chance(30) {
            let date = first + Duration::days(rng.between(0, days - 1));
            vec![stretch(date, open, open + 180)]
        } else {
            Vec::new()
        },
        preferred: if rng.chance(40) {
            some_days.iter().take(2).map(|&d| window(d, open, open + 240)).collect()
        } else {
            Vec::new()
        },
        current,
    }
}
