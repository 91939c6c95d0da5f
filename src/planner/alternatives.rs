//! The best courses of one request that differ in what a patient would notice.

use chrono::{NaiveDate, NaiveDateTime};

use super::course::{Course, PlannedCourse};
use super::instance::{Instance, Role};
use super::load::Load;
use super::localtime::DAY;
use super::search::{Rule, Search};
use super::single::solve;
use super::table::Scene;

/// Another time of day means at least this many minutes away.
const OTHER_TIME: i64 = 120;
/// Another start means at least this many days away.
const OTHER_START: i64 = 7;

/// What a person excluded. Pins are `current` visits with `fixed: true`. Indices count from 1.
#[derive(Clone, Debug, Default)]
pub struct Restrictions {
    /// Visits that may not start at these times.
    pub excluded: Vec<(Role, usize, NaiveDateTime)>,
    /// Visits that may not be on these days.
    pub excluded_days: Vec<(Role, usize, NaiveDate)>,
    /// (kind, resource id) pairs the main visits may not use.
    pub excluded_resources: Vec<(String, String)>,
}

/// One way to differ from a course already listed, for every main visit that is not fixed.
#[derive(Clone, Debug)]
enum Difference {
    Weekday(usize),
    TimeOfDay(i64),
    Resource(usize, usize),
    StartLater(i64),
    StartEarlier(i64),
}

/// The `k` best courses, cheapest first. The first is the optimum; every further one is the cheapest of all courses
/// that differ from each one before it by another weekday, a time of day two hours or more away, another clinician
/// (the first continuity kind of the main visits), or a start a week or more away. Courses dearer than leaving the
/// request unplanned are listed too: a person may still want one.
pub fn alternatives(
    instance: &Instance,
    request: usize,
    k: usize,
    restrictions: &Restrictions,
) -> Vec<PlannedCourse> {
    if request >= instance.requests.len() {
        return Vec::new();
    }
    let load = Load::new(instance);
    let scene = Scene { instance, load: &load, request };
    let rules = base_rules(instance, restrictions);
    let banned = base_bans(instance, restrictions);
    let mut pool: Vec<(Course, Vec<Difference>)> = Vec::new();
    let mut chosen: Vec<Course> = Vec::new();
    let find = |differences: &[Difference]| {
        let (mut rules, mut banned) = (rules.clone(), banned.clone());
        differences.iter().for_each(|d| d.narrow(&mut rules, &mut banned));
        solve(&mut Search::new(scene, &banned, 0), &rules, &|| false)
    };
    pool.extend(find(&[]).map(|course| (course, Vec::new())));
    while chosen.len() < k && !pool.is_empty() {
        // Cheapest first; a course too much like a listed one gives way to its own differing variants.
        let least = pool.iter().enumerate().min_by_key(|(at, c)| (c.0.cost, *at));
        let Some(at) = least.map(|l| l.0) else { break };
        let (course, differences) = pool.swap_remove(at);
        let alike = chosen.iter().find(|c| !differs(scene, c, &course)).cloned();
        let from = match alike {
            Some(listed) => listed,
            None => {
                chosen.push(course.clone());
                course
            }
        };
        if chosen.len() == k {
            break;
        }
        for difference in ways(scene, &from) {
            let mut narrower = differences.clone();
            narrower.push(difference);
            if let Some(course) = find(&narrower) {
                pool.push((course, narrower));
            }
        }
    }
    chosen.iter().map(|c| c.publish(instance, request)).collect()
}

fn base_rules(instance: &Instance, restrictions: &Restrictions) -> Vec<Rule> {
    let starts = restrictions.excluded.iter().filter(|e| e.1 > 0).map(|e| {
        let minute = instance.time.minute(e.2);
        Rule::NotStart(e.0, e.1 - 1, minute)
    });
    let days = restrictions.excluded_days.iter().filter(|e| e.1 > 0);
    let days = days.map(|e| Rule::NotDay(e.0, e.1 - 1, instance.time.day(e.2)));
    starts.chain(days).collect()
}

fn base_bans(instance: &Instance, restrictions: &Restrictions) -> Vec<(usize, usize)> {
    let index = |(kind, id): &(String, String)| {
        let kind = instance.kinds.iter().position(|k| k == kind)?;
        Some((kind, instance.resources.iter().position(|r| &r.id == id)?))
    };
    restrictions.excluded_resources.iter().filter_map(index).collect()
}

impl Difference {
    fn narrow(&self, rules: &mut Vec<Rule>, banned: &mut Vec<(usize, usize)>) {
        match self {
            Difference::Weekday(weekday) => rules.push(Rule::NotWeekday(*weekday)),
            Difference::TimeOfDay(minute) => rules.push(Rule::AwayFrom(*minute, OTHER_TIME)),
            Difference::Resource(kind, resource) => banned.push((*kind, *resource)),
            Difference::StartLater(day) => rules.push(Rule::FirstFrom(*day)),
            Difference::StartEarlier(day) => rules.push(Rule::FirstUntil(*day)),
        }
    }

    /// Whether a course shows this difference.
    fn shown(&self, scene: Scene, course: &Course) -> bool {
        let mains = free_mains(scene, course);
        let mut mains = mains.iter();
        match self {
            Difference::Weekday(weekday) => {
                mains.all(|m| scene.instance.time.weekday(m.0.div_euclid(DAY)) != *weekday)
            }
            Difference::TimeOfDay(minute) => {
                mains.all(|m| (m.0.rem_euclid(DAY) - minute).abs() >= OTHER_TIME)
            }
            Difference::Resource(_, resource) => mains.all(|m| m.1 != Some(*resource)),
            Difference::StartLater(day) => first_day(course).is_some_and(|d| d >= *day),
            Difference::StartEarlier(day) => first_day(course).is_some_and(|d| d <= *day),
        }
    }
}

/// The clinician's need: the first continuity kind of the main service.
fn leading_need(scene: Scene) -> Option<(usize, usize)> {
    let service = &scene.instance.services[scene.request().service];
    scene.instance.continuity.iter().find_map(|&kind| {
        let need = service.needs.iter().position(|n| n.kind == kind)?;
        Some((kind, need))
    })
}

/// Start and leading resource of the main visits that are not fixed.
fn free_mains(scene: Scene, course: &Course) -> Vec<(i64, Option<usize>)> {
    let need = leading_need(scene).map(|n| n.1);
    let mains = course.visits.iter().filter(|v| v.role == Role::Main);
    mains
        .filter(|v| scene.request().fixed(v.role, v.index).is_none())
        .map(|v| (v.start, need.and_then(|n| v.resources.get(n).copied())))
        .collect()
}

fn first_day(course: &Course) -> Option<i64> {
    let mut mains = course.visits.iter();
    let first = mains.find(|v| v.role == Role::Main && v.index == 0);
    first.map(|v| v.start.div_euclid(DAY))
}

/// The ways in which another course would count as different from this one.
fn ways(scene: Scene, course: &Course) -> Vec<Difference> {
    let mains = free_mains(scene, course);
    if mains.is_empty() {
        return Vec::new();
    }
    let mut out = Vec::new();
    let weekdays = mains.iter().map(|m| scene.instance.time.weekday(m.0.div_euclid(DAY)));
    out.extend(most_common(weekdays).map(Difference::Weekday));
    let times = mains.iter().map(|m| m.0.rem_euclid(DAY));
    out.extend(most_common(times).map(Difference::TimeOfDay));
    let resources = mains.iter().filter_map(|m| m.1);
    if let (Some(resource), Some((kind, _))) = (most_common(resources), leading_need(scene)) {
        out.push(Difference::Resource(kind, resource));
    }
    if let Some(day) = first_day(course).filter(|_| scene.request().fixed(Role::Main, 0).is_none()) {
        out.push(Difference::StartLater(day + OTHER_START));
        out.push(Difference::StartEarlier(day - OTHER_START));
    }
    out
}

fn differs(scene: Scene, listed: &Course, course: &Course) -> bool {
    ways(scene, listed).iter().any(|way| way.shown(scene, course))
}

fn most_common<T: Copy + Ord>(items: impl Iterator<Item = T>) -> Option<T> {
    let mut all: Vec<T> = items.collect();
    all.sort_unstable();
    let runs = all.chunk_by(|a, b| a == b);
    runs.rev().max_by_key(|run| run.len()).and_then(|run| run.first().copied())
}
