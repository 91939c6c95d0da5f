//! Random believable clinics of any size, for tests and benches.

use chrono::{Duration, NaiveDate};

use super::document::*;
pub use super::generate_tiny::tiny;
use super::rng::Rng;

/// Size of a generated clinic.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Requests to plan.
    pub requests: usize,
    /// Clinicians; nurses, rooms and coaches follow.
    pub clinicians: usize,
    /// Weeks of horizon.
    pub weeks: i64,
    /// Share of staff time already taken, in percent.
    pub taken: usize,
}

/// A clinic like those the planner is for: weekly infusions, coaching 48–72 hours after each.
pub fn clinic(size: Size, seed: u64) -> InstanceDoc {
    let mut rng = Rng::new(seed);
    let first = NaiveDate::default() + Duration::days(20_738 + 7 * rng.between(0, 51));
    let last = first + Duration::days(size.weeks * 7 - 1);
    let mut resources = Vec::new();
    let mut add = |rng: &mut Rng, prefix: &str, n: usize, serves: &[&str], days: usize| {
        for i in 1..=n {
            let mut weekdays: Vec<usize> = (0..if days == 6 { 6 } else { 5 }).collect();
            rng.shuffle(&mut weekdays);
            weekdays.truncate(days);
            weekdays.sort_unstable();
            let (from, to) = if prefix == "room" { (7, 20) } else { (8, rng.between(16, 19)) };
            let windows = weekdays.iter().map(|&d| window(d, from * 60, to * 60)).collect();
            resources.push(ResourceDoc {
                id: format!("{prefix}-{i}"),
                serves: serves.iter().map(|s| (*s).to_owned()).collect(),
                capacity: 1,
                hours: windows,
                busy: busy(rng, first, size.weeks * 7, size.taken),
            });
        }
    };
    let c = size.clinicians;
    for i in 0..c {
        let days = 3 + i % 3;
        add(&mut rng, &format!("dr-{}", i + 1), 1, &["clinician", "attendant"], days);
    }
    add(&mut rng, "rn", c, &["attendant"], 5);
    add(&mut rng, "room", c + 1, &["infusion_room"], 6);
    add(&mut rng, "coach", c, &["coach"], 6);
    let requests = (1..=size.requests).map(|i| patient(&mut rng, i, first, last)).collect();
    InstanceDoc {
        timezone: "America/Los_Angeles".to_owned(),
        grid_minutes: 15,
        horizon: HorizonDoc { from: day(first), to: day(last) },
        resources,
        services: services(),
        requests,
        continuity: vec!["clinician".to_owned(), "coach".to_owned()],
        weights: WeightsDoc::default(),
    }
}

fn patient(rng: &mut Rng, number: usize, first: NaiveDate, last: NaiveDate) -> RequestDoc {
    let minutes = [45, 60, 90, 120][rng.below(4)];
    let visits = if minutes == 120 { 2 } else { rng.between(4, 6) };
    let mut weekdays: Vec<usize> = (0..6).collect();
    rng.shuffle(&mut weekdays);
    let days = 3 + rng.below(4);
    let somewhen = |w: &[usize], from, to| w.iter().map(|&d| window(d, from, to)).collect();
    let limited = rng.chance(60);
    let wishes = rng.chance(50);
    let away = first + Duration::days(rng.between(0, 40));
    RequestDoc {
        id: format!("p{number}"),
        weight: 1 + rng.below(2) as i64,
        service: format!("infusion-{minutes}"),
        visits,
        gap_days: Some(GapDoc { min: 6, target: 7, max: 8 }),
        before: rng.chance(50).then(|| around("preparation", 1, 7)),
        after_each: Some(AfterEachDoc { service: "coaching".to_owned(), min_hours: 48, max_hours: 72 }),
        after_last: rng.chance(50).then(|| around("review", 5, 14)),
        earliest: Some(day(first + Duration::days(rng.between(0, 24)))),
        latest: Some(day(last)),
        available: if limited { somewhen(&weekdays[..days.min(6)], 540, 1020) } else { Vec::new() },
        unavailable: if rng.chance(30) {
            vec![Interval {
                from: format!("{}T00:00", day(away)),
                to: format!("{}T00:00", day(away + Duration::days(3))),
            }]
        } else {
            Vec::new()
        },
        preferred: if wishes { somewhen(&weekdays[..2], 480, 780) } else { Vec::new() },
        current: Vec::new(),
    }
}

pub(super) fn around(service: &str, min_days: i64, max_days: i64) -> BeforeDoc {
    BeforeDoc { service: service.to_owned(), min_days, max_days }
}

fn services() -> std::collections::BTreeMap<String, ServiceDoc> {
    let phase = |name: &str, offset, minutes, needs: &[&str]| PhaseDoc {
        name: name.to_owned(),
        offset,
        minutes,
        needs: needs.iter().map(|n| (*n).to_owned()).collect(),
    };
    let mut out = std::collections::BTreeMap::new();
    for minutes in [45, 60, 90, 120] {
        let phases = vec![
            phase("placement", 0, 15, &["clinician", "infusion_room"]),
            phase("infusion", 15, minutes, &["clinician", "infusion_room"]),
            phase("recovery", 15 + minutes, 30, &["attendant", "infusion_room"]),
            phase("check-in", 30 + minutes, 15, &["coach"]),
        ];
        out.insert(format!("infusion-{minutes}"), ServiceDoc { phases });
    }
    for (name, minutes, kind) in
        [("coaching", 60, "coach"), ("preparation", 60, "coach"), ("review", 30, "clinician")]
    {
        let phases = vec![phase(name, 0, minutes, &[kind])];
        out.insert(name.to_owned(), ServiceDoc { phases });
    }
    out
}

/// Appointments that take about `percent` of an eight-hour day.
fn busy(rng: &mut Rng, first: NaiveDate, days: i64, percent: usize) -> Vec<Interval> {
    let mut out = Vec::new();
    for d in 0..days {
        let date = first + Duration::days(d);
        for _ in 0..4 {
            if rng.chance(percent) {
                let from = rng.between(32, 68) * 15;
                out.push(stretch(date, from, from + rng.between(4, 8) * 15));
            }
        }
    }
    out
}

pub(super) fn stretch(date: NaiveDate, from: i64, to: i64) -> Interval {
    let at = |m: i64| local(date.and_time(chrono::NaiveTime::MIN) + Duration::minutes(m));
    Interval { from: at(from), to: at(to) }
}

/// A window of a weekday (0 is Monday), minutes of the day.
pub fn window(weekday: usize, from: i64, to: i64) -> WeeklyWindow {
    let clock = |m: i64| format!("{:02}:{:02}", m / 60, m % 60);
    WeeklyWindow { weekday: WEEKDAYS[weekday % 7].to_owned(), from: clock(from), to: clock(to) }
}
