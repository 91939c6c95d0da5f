//! What a course gives up, how courses differ, and what would free a plan, in sentences.

use chrono::{NaiveDate, TimeDelta};

use super::plan::{Course, CourseVisit, Wishes};
use super::plan_instance::{Setting, is_wish, kind_of, service_of_key, weekday_of};
use crate::domain::ids::ResourceId;
use crate::domain::protocols::{Protocol, VisitRole};
use crate::domain::services::Kind;
use crate::planner::{Change, CostCause, Instance, PlannedCourse, Reason, Relaxation, Role, breakdown};
use crate::store::sites::Site;
use crate::words::Words;
use crate::words::format::{Format, clock_time, weekday_long};
use crate::words::reasons;

/// People's and rooms' names, kinds and services for the planner's ids.
pub(super) fn name(w: Words, setting: &Setting, id: &str) -> String {
    if is_wish(id) {
        return w.t("plan-wish-name");
    }
    if let Some(kind) = kind_of(id) {
        return w.t(kind.word_key()).to_lowercase();
    }
    if let Ok(resource) = id.parse() {
        let name = setting.window.name_of(resource);
        if !name.is_empty() {
            return name;
        }
    }
    let key = service_of_key(id);
    setting
        .services
        .iter()
        .find(|service| service.id.to_string() == key)
        .map_or_else(|| id.to_owned(), |service| service.name.clone())
}

/// What a course gives up against the wishes, worst first, each kind of thing once.
pub(super) fn gives_up(
    w: Words,
    setting: &Setting,
    wishes: &Wishes,
    instance: &Instance,
    planned: &PlannedCourse,
) -> Vec<String> {
    let items = breakdown(instance, planned.request, planned);
    let mut out = Vec::new();
    let outside =
        items.iter().filter(|item| matches!(item.cause, CostCause::OutsidePreferred { .. })).count();
    if outside > 0 {
        out.push(w.n("plan-gives-outside", i64::try_from(outside).unwrap_or(0)));
    }
    if let Some(rather) = wishes.rather_with {
        let id = rather.to_string();
        let without =
            planned.mains().iter().filter(|visit| !visit.resources.values().any(|held| *held == id)).count();
        if without > 0 {
            let name = setting.window.name_of(rather);
            out.push(w.nf("plan-gives-without", i64::try_from(without).unwrap_or(0), [("name", &name)]));
        }
    }
    let label = |id: &str| name(w, setting, id);
    let mut changes: Vec<String> = Vec::new();
    for item in &items {
        match &item.cause {
            CostCause::Change { role: Role::Main | Role::AfterEach, from, to, .. } => {
                let text = w.f("plan-gives-change", [("from", &label(from)), ("to", &label(to))]);
                if !changes.contains(&text) {
                    changes.push(text);
                }
            }
            CostCause::Delay { days } if *days > 0 => out.push(w.n("plan-gives-delay", *days)),
            CostCause::Gap { .. } => out.push(reasons::cost_text(w, item, &label)),
            _ => {}
        }
    }
    let shifts: Vec<i64> = items
        .iter()
        .filter_map(|item| match item.cause {
            CostCause::Shift { minutes, .. } => Some(minutes),
            _ => None,
        })
        .collect();
    if let Some(most) = shifts.iter().max() {
        let most = crate::words::format::duration(TimeDelta::minutes(*most));
        out.push(w.nf("plan-gives-shift", i64::try_from(shifts.len()).unwrap_or(0), [("most", &most)]));
    }
    out.extend(changes);
    out
}

/// How a course differs from the first: start, end, weekday, time, person.
pub(super) fn differs(
    w: Words,
    site: &Site,
    setting: &Setting,
    first: &Course,
    other: &Course,
) -> Vec<String> {
    let f = Format::new(site.timezone, setting.now);
    let mains = |course: &Course| -> Vec<CourseVisit> {
        course.visits.iter().filter(|visit| visit.role == VisitRole::Main).cloned().collect()
    };
    let (a, b) = (mains(first), mains(other));
    let (Some(a1), Some(b1), Some(an), Some(bn)) = (a.first(), b.first(), a.last(), b.last()) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let days = |from: &CourseVisit, to: &CourseVisit| (to.start.date() - from.start.date()).num_days();
    match days(a1, b1) {
        0 => {}
        later @ 1.. => out.push(w.nf("plan-differs-later", later, [("day", &f.day(b1.start.date()))])),
        earlier => out.push(w.nf("plan-differs-earlier", -earlier, [("day", &f.day(b1.start.date()))])),
    }
    if weekday_of(a1.start) != weekday_of(b1.start) {
        out.push(w.f("plan-differs-weekday", [("day", weekday_long(weekday_of(b1.start)))]));
    }
    if a1.start.time() != b1.start.time() {
        out.push(w.f("plan-differs-time", [("time", &clock_time(b1.start.time()))]));
    }
    let person = |visit: &CourseVisit| {
        visit.assigned.iter().find(|(one, _)| one.kind == Kind::Clinician).map(|(_, name)| name.clone())
    };
    if let Some(name) = person(b1).filter(|_| person(a1) != person(b1)) {
        out.push(w.f("plan-differs-person", [("name", &name)]));
    }
    if days(a1, b1) == 0 && days(an, bn) != 0 {
        out.push(w.f("plan-differs-ends", [("day", &f.day(bn.start.date()))]));
    }
    if out.is_empty() {
        out.push(w.t("plan-differs-little"));
    }
    out
}

/// The wishes with one thing dropped at a time, each under the key of its sentence.
pub(super) fn relaxed(wishes: &Wishes, protocol: &Protocol) -> Vec<(&'static str, Wishes)> {
    let mut out = Vec::new();
    let mut drop = |wanted: bool, key: &'static str, change: &dyn Fn(&mut Wishes)| {
        if wanted {
            let mut less = wishes.clone();
            change(&mut less);
            out.push((key, less));
        }
    };
    drop(!wishes.weekdays.is_empty(), "plan-free-weekdays", &|less| less.weekdays.clear());
    drop(wishes.must_hours.is_some(), "plan-free-hours", &|less| less.must_hours = None);
    drop(wishes.must_with.is_some(), "plan-free-person", &|less| less.must_with = None);
    drop(!wishes.away.is_empty(), "plan-free-away", &|less| less.away.clear());
    drop(!wishes.pins.is_empty(), "plan-free-pins", &|less| less.pins.clear());
    drop(!wishes.excluded.is_empty(), "plan-free-excluded", &|less| less.excluded.clear());
    drop(wishes.visits > protocol.visits_min, "plan-free-fewer", &|less| less.visits = protocol.visits_min);
    let several = [
        !wishes.weekdays.is_empty(),
        wishes.must_hours.is_some(),
        wishes.must_with.is_some(),
        !wishes.away.is_empty(),
    ];
    drop(several.iter().filter(|one| **one).count() > 1, "plan-free-all", &|less| {
        less.weekdays.clear();
        less.must_hours = None;
        less.must_with = None;
        less.away.clear();
    });
    out
}

/// "On any day: first treatment Mon, Dec 7." Where the person wished was dropped, whoever it would be is named.
pub(super) fn freed(w: Words, setting: &Setting, key: &str, course: &PlannedCourse) -> String {
    let first = course.mains().first().map(|visit| visit.start.date());
    let day = first.map(|date| day(setting, date)).unwrap_or_default();
    if key == "plan-free-person" {
        let names = clinicians(setting, course).join(", ");
        return w.f("plan-free-person", [("name", &names), ("day", &day)]);
    }
    w.f(key, [("day", &day)])
}

/// Who would give a course's treatments, each once: the clinicians, or whoever is there if there are none.
fn clinicians(setting: &Setting, course: &PlannedCourse) -> Vec<String> {
    let kind = Kind::Clinician.to_string();
    let mut names: Vec<String> = Vec::new();
    for visit in course.mains() {
        let held = match visit.resources.get(&kind) {
            Some(clinician) => vec![clinician],
            None => visit.resources.values().collect(),
        };
        for id in held.into_iter().filter_map(|id| id.parse::<ResourceId>().ok()) {
            let name = setting.window.name_of(id);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

fn day(setting: &Setting, date: NaiveDate) -> String {
    Format::new(chrono_tz::UTC, setting.now).day(date)
}

/// "Candidacy ends on Mon, Mar 1, before visit 5."
pub(super) fn candidacy_ends(w: Words, setting: &Setting, last: NaiveDate, reached: usize) -> String {
    let (day, index) = (day(setting, last), (reached + 1).to_string());
    w.f("plan-reason-candidacy-ends", [("day", &day), ("index", &index)])
}

/// Why a course cannot be planned; the wishes are named as wishes.
pub(super) fn reason(w: Words, setting: &Setting, reason: &Reason) -> String {
    let label = |id: &str| name(w, setting, id);
    match reason {
        Reason::KindNeverFree { kind, service, .. } if is_wish(kind) => {
            w.f("plan-reason-wished-times", [("service", &name(w, setting, service))])
        }
        Reason::KindRunsOut { kind, index, .. } if is_wish(kind) => {
            w.f("plan-reason-wished-runs-out", [("index", &index.to_string())])
        }
        other => reasons::reason_named(w, other, &label),
    }
}

/// Relaxations the desk can offer on the phone; those about the wishes are tried with the wishes themselves.
pub(super) fn is_for_the_desk(relaxation: &Relaxation) -> bool {
    std::iter::once(&relaxation.change).chain(&relaxation.also).all(is_the_desks)
}

fn is_the_desks(change: &Change) -> bool {
    match change {
        Change::FreeResource { resource } | Change::ResourceDay { resource, .. } => !is_wish(resource),
        Change::WiderGap { .. }
        | Change::WiderAfter { .. }
        | Change::Earliest { .. }
        | Change::Latest { .. } => true,
        _ => false,
    }
}
