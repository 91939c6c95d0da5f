//! Changes of a request that would make it plannable, tried one at a time, the least intrusive first.

use chrono::{NaiveTime, Weekday};

use super::course::Course;
use super::document::{RequestDoc, WEEKDAYS, WeeklyWindow, day};
use super::explain::{best, changed, with};
use super::instance::{Instance, Role};
use super::localtime::DAY;
use super::reason::{Change, Relaxation};

/// How many are returned.
const MOST: usize = 6;

/// The relaxations that work, least intrusive first and among those the earliest.
pub(super) fn relaxations(instance: &Instance, q: usize) -> Vec<Relaxation> {
    let mut found: Vec<(u8, Relaxation)> = Vec::new();
    let mut add = |rank: u8, change: Change, course: &Course| {
        if let Some(first) = first_day(course) {
            let relaxation = Relaxation { change, first: instance.time.date(first), cost: course.cost };
            found.push((rank, relaxation));
        }
    };
    let doc = &instance.doc.requests[q];
    for (change, windows) in weekdays(instance, q) {
        let apply = |r: &mut RequestDoc| r.available.extend(windows);
        if let Some(course) = with(instance, q, apply) {
            add(0, change, &course);
        }
    }
    if !doc.unavailable.is_empty()
        && let Some(course) = with(instance, q, |r| r.unavailable.clear())
    {
        add(0, Change::DropAbsences, &course);
    }
    if !doc.available.is_empty() {
        let whole_days = |r: &mut RequestDoc| {
            for window in &mut r.available {
                (window.from, window.to) = ("00:00".to_owned(), "24:00".to_owned());
            }
        };
        if let Some(course) = with(instance, q, whole_days) {
            add(0, Change::AnyTimeOfDay, &course);
        }
        if let Some(course) = with(instance, q, |r| r.available.clear()) {
            add(3, Change::AnyTime, &course);
        }
    }
    dates(instance, q, &mut add);
    distances(instance, q, &mut add);
    for (resource, course) in freed(instance, q) {
        add(1, Change::FreeResource { resource }, &course);
    }
    found.sort_by_key(|(rank, r)| (*rank, r.first, r.cost));
    // Coming at any time says nothing that one further day does not say better.
    if found.first().is_some_and(|f| f.0 == 0) {
        found.retain(|f| f.1.change != Change::AnyTime);
    }
    found.truncate(MOST);
    found.into_iter().map(|f| f.1).collect()
}

fn first_day(course: &Course) -> Option<i64> {
    let mains = course.visits.iter().filter(|v| v.role == Role::Main);
    mains.map(|v| v.start.div_euclid(DAY)).min()
}

/// Each weekday the patient did not name, at the times they named for the others.
fn weekdays(instance: &Instance, q: usize) -> Vec<(Change, Vec<WeeklyWindow>)> {
    let windows = &instance.requests[q].available;
    let times = || windows.by_day.iter().flatten();
    let (Some(from), Some(to)) = (times().map(|w| w.0).min(), times().map(|w| w.1).max()) else {
        return Vec::new();
    };
    let closed = (0u8..7).filter(|w| windows.by_day[usize::from(*w)].is_empty());
    closed
        .filter_map(|w| {
            let window = super::generate::window(usize::from(w), from, to);
            debug_assert_eq!(window.weekday, WEEKDAYS[usize::from(w)]);
            let change = Change::Weekday {
                weekday: Weekday::try_from(w).ok()?,
                from: clock(from)?,
                to: clock(to.min(DAY - 1))?,
            };
            Some((change, vec![window]))
        })
        .collect()
}

fn clock(minute: i64) -> Option<NaiveTime> {
    NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(minute * 60).ok()?, 0)
}

/// A later last date or an earlier first one, as little as needed.
fn dates(instance: &Instance, q: usize, add: &mut dyn FnMut(u8, Change, &Course)) {
    let request = &instance.requests[q];
    if let Some(latest) = request.latest {
        for more in [7, 14, 28, 56, instance.days] {
            let date = instance.time.date((latest + more).min(instance.days - 1).max(latest));
            let apply = |r: &mut RequestDoc| r.latest = Some(day(date));
            if let Some(course) = with(instance, q, apply) {
                let last = course.visits.iter().map(|v| v.start.div_euclid(DAY)).max();
                let date = instance.time.date(last.unwrap_or(latest));
                add(1, Change::Latest { date }, &course);
                break;
            }
        }
    }
    if let Some(earliest) = request.earliest.filter(|e| *e > 0) {
        for less in [7, 14, instance.days] {
            let date = instance.time.date((earliest - less).max(0));
            let apply = |r: &mut RequestDoc| r.earliest = Some(day(date));
            if let Some(course) = with(instance, q, apply) {
                let first = course.visits.iter().map(|v| v.start.div_euclid(DAY)).min();
                let date = instance.time.date(first.unwrap_or(earliest));
                add(1, Change::Earliest { date }, &course);
                break;
            }
        }
    }
}

/// Wider gaps and windows, fewer visits.
fn distances(instance: &Instance, q: usize, add: &mut dyn FnMut(u8, Change, &Course)) {
    let doc = &instance.doc.requests[q];
    if let Some(gap) = &doc.gap_days {
        for (less, more) in [(1, 1), (2, 3), (3, 7)] {
            let (min_days, max_days) = ((gap.min - less).max(gap.min.min(1)), gap.max + more);
            let apply = |r: &mut RequestDoc| {
                if let Some(gap) = &mut r.gap_days {
                    (gap.min, gap.max) = (min_days, max_days);
                }
            };
            if let Some(course) = with(instance, q, apply) {
                add(2, Change::WiderGap { min_days, max_days }, &course);
                break;
            }
        }
    }
    if let Some(after) = &doc.after_each {
        for hours in [12, 24, 48] {
            let min_hours = (after.min_hours - hours).max(after.min_hours.min(1));
            let max_hours = after.max_hours + hours;
            let apply = |r: &mut RequestDoc| {
                if let Some(after) = &mut r.after_each {
                    (after.min_hours, after.max_hours) = (min_hours, max_hours);
                }
            };
            if let Some(course) = with(instance, q, apply) {
                let change = Change::WiderAfter { min_hours, max_hours };
                add(2, change, &course);
                break;
            }
        }
    }
    for visits in (1..doc.visits).rev() {
        let dropped = |c: &super::instance::Current| c.fixed && c.index as i64 >= visits;
        if instance.requests[q].current.iter().any(dropped) {
            break;
        }
        if let Some(course) = with(instance, q, |r| r.visits = visits) {
            let visits = visits as usize;
            add(3, Change::FewerVisits { visits }, &course);
            break;
        }
    }
}

/// Resources that, freed of everything else, would make it possible.
fn freed(instance: &Instance, q: usize) -> Vec<(String, Course)> {
    let Some(alone) = changed(instance, q, |_| {}) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (r, resource) in instance.doc.resources.iter().enumerate() {
        let mut doc = alone.doc.clone();
        if doc.resources[r].busy.is_empty() || out.len() >= MOST {
            continue;
        }
        doc.resources[r].busy.clear();
        let freed = Instance::from_document(doc).ok();
        if let Some(course) = freed.and_then(|i| best(&i, 0)) {
            out.push((resource.id.clone(), course));
        }
    }
    out
}
