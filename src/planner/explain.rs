//! Why a request cannot be planned: which rule binds, found by leaving rules out one at a time.

use chrono::Weekday;

use super::course::Course;
use super::document::{Interval, RequestDoc, local};
use super::instance::{Instance, Request, Role};
use super::load::Load;
use super::localtime::DAY;
use super::reason::{Explanation, Reason};
use super::relaxation::relaxations;
use super::search::Search;
use super::single::solve;
use super::table::Scene;

/// Why `request` cannot be planned on its own, and what would free it. A request that can be planned alone (or is
/// unknown) has [`Reason::OthersFirst`] and no relaxations.
pub fn explain(instance: &Instance, request: usize) -> Explanation {
    let reason = reason(instance, request);
    let free = matches!(reason, Reason::OthersFirst | Reason::DearerThanLeaving { .. });
    Explanation { relaxations: if free { Vec::new() } else { relaxations(instance, request) }, reason }
}

/// The rule that binds.
pub(super) fn reason(instance: &Instance, q: usize) -> Reason {
    let Some(request) = instance.requests.get(q) else {
        return Reason::OthersFirst;
    };
    if let Some(course) = best(instance, q) {
        let unplanned = instance.unplanned_cost(q);
        return match course.cost > unplanned {
            true => Reason::DearerThanLeaving { cost: course.cost, unplanned },
            false => Reason::OthersFirst,
        };
    }
    nobody(instance, q, request)
        .or_else(|| too_few_days(instance, request))
        .or_else(|| one_visit(instance, q))
        .or_else(|| attached(instance, q, request))
        .or_else(|| around_fixed(instance, q, request))
        .or_else(|| chain(instance, q, request))
        .unwrap_or(Reason::OwnOverlap)
}

/// The cheapest course of a request if it were alone.
pub(super) fn best(instance: &Instance, request: usize) -> Option<Course> {
    let load = Load::new(instance);
    let scene = Scene { instance, load: &load, request };
    solve(&mut Search::new(scene, &[], 0), &[], &|| false)
}

/// The instance with this request alone and changed; the fixed visits of the others become busy times.
pub(super) fn changed(
    instance: &Instance,
    request: usize,
    change: impl FnOnce(&mut RequestDoc),
) -> Option<Instance> {
    let mut doc = instance.doc.clone();
    let mut kept = doc.requests.swap_remove(request);
    for (q, other) in instance.requests.iter().enumerate().filter(|o| o.0 != request) {
        for visit in other.current.iter().filter(|c| c.fixed) {
            let service = &instance.services[instance.service_of(q, visit.role)];
            for (need, &r) in service.needs.iter().zip(visit.resources.iter().flatten()) {
                for &(from, to) in &need.phases {
                    doc.resources[r].busy.push(Interval {
                        from: local(instance.local(visit.start + from)),
                        to: local(instance.local(visit.start + to)),
                    });
                }
            }
        }
    }
    change(&mut kept);
    // A visit dropped by the change takes its booking along.
    let (visits, roles) = (kept.visits, kept.clone());
    kept.current.retain(|c| match Role::parse(&c.role) {
        Some(Role::Main) => c.index <= visits,
        Some(Role::AfterEach) => roles.after_each.is_some() && c.index <= visits,
        Some(Role::Before) => roles.before.is_some(),
        Some(Role::AfterLast) => roles.after_last.is_some(),
        None => false,
    });
    doc.requests = vec![kept];
    Instance::from_document(doc).ok()
}

/// The cheapest course after a change.
pub(super) fn with(
    instance: &Instance,
    request: usize,
    change: impl FnOnce(&mut RequestDoc),
) -> Option<Course> {
    best(&changed(instance, request, change)?, 0)
}

fn roles(instance: &Instance, q: usize) -> impl Iterator<Item = Role> + '_ {
    let all = [Role::Main, Role::AfterEach, Role::Before, Role::AfterLast];
    all.into_iter().filter(move |role| {
        let count = instance.count(q, *role);
        (0..count).any(|i| instance.requests[q].fixed(*role, i).is_none())
    })
}

fn nobody(instance: &Instance, q: usize, _: &Request) -> Option<Reason> {
    roles(instance, q).find_map(|role| {
        let needs = &instance.services[instance.service_of(q, role)].needs;
        let need = needs.iter().find(|n| n.serving.is_empty())?;
        let kind = instance.kinds[need.kind].clone();
        Some(Reason::NobodyServes { role, kind })
    })
}

/// Dates the request leaves, inside the horizon.
fn dates(instance: &Instance, request: &Request) -> (i64, i64) {
    let from = request.earliest.unwrap_or(0).max(0);
    (from, request.latest.unwrap_or(instance.days - 1).min(instance.days - 1))
}

fn too_few_days(instance: &Instance, request: &Request) -> Option<Reason> {
    if request.current.iter().any(|c| c.fixed) {
        return None;
    }
    let (from, to) = dates(instance, request);
    let after = request.after_each.as_ref().map_or(0, |a| a.min / DAY);
    let last = request.after_last.as_ref().map_or(0, |a| a.min);
    let before = request.before.as_ref().map_or(0, |a| a.min);
    let needed = before + (request.visits as i64 - 1) * request.gap.min + after.max(last) + 1;
    (needed > to - from + 1).then(|| Reason::TooFewDays {
        from: instance.time.date(from),
        to: instance.time.date(to.max(from)),
        needed,
    })
}

/// A visit that cannot be held even once, whatever the others do.
fn one_visit(instance: &Instance, q: usize) -> Option<Reason> {
    let load = Load::new(instance);
    let scene = Scene { instance, load: &load, request: q };
    let mut search = Search::new(scene, &[], 0);
    for role in roles(instance, q) {
        let any = (0..instance.days).any(|d| {
            let table = search.table(role);
            table.is_some_and(|t| !t.day(scene, d).starts.is_empty())
        });
        if any {
            continue;
        }
        let service = &instance.services[instance.service_of(q, role)];
        let (name, minutes) = (service.id.clone(), service.minutes);
        let mut tables = search.table(role)?.possible(scene);
        if tables.patient == 0 {
            return Some(Reason::PatientNeverCan { role, service: name, minutes });
        }
        tables.kinds.retain(|k| k.1 == 0);
        if let Some((kind, _)) = tables.kinds.first() {
            let kind = instance.kinds[*kind].clone();
            return Some(Reason::KindNeverFree { role, kind, service: name });
        }
        let wide = changed(instance, q, |r| {
            r.available.clear();
            r.unavailable.clear();
        })?;
        let load = Load::new(&wide);
        let scene = Scene { instance: &wide, load: &load, request: 0 };
        let mut search = Search::new(scene, &[], 0);
        let table = search.table(role)?;
        let fits = (0..wide.days).any(|d| !table.day(scene, d).starts.is_empty());
        return Some(match fits {
            true => Reason::NeverTogether { role, service: name },
            false => Reason::NeverFits { role, service: name, minutes },
        });
    }
    None
}

/// An attached visit without which all would go.
fn attached(instance: &Instance, q: usize, request: &Request) -> Option<Reason> {
    let name = |a: &super::instance::Attached| instance.services[a.service].id.clone();
    if let Some(after) = &request.after_each
        && with(instance, q, |r| r.after_each = None).is_some()
    {
        return Some(Reason::NoAfterEach {
            service: name(after),
            min_hours: after.min / 60,
            max_hours: after.max / 60,
            weekdays: main_weekdays(instance, q),
        });
    }
    if let Some(before) = &request.before
        && with(instance, q, |r| r.before = None).is_some()
    {
        return Some(Reason::NoBefore { service: name(before), min_days: before.min, max_days: before.max });
    }
    if let Some(last) = &request.after_last
        && with(instance, q, |r| r.after_last = None).is_some()
    {
        return Some(Reason::NoAfterLast { service: name(last), min_days: last.min, max_days: last.max });
    }
    None
}

/// Weekdays on which a main visit could be held.
fn main_weekdays(instance: &Instance, q: usize) -> Vec<Weekday> {
    let load = Load::new(instance);
    let scene = Scene { instance, load: &load, request: q };
    let mut search = Search::new(scene, &[], 0);
    let mut found = [false; 7];
    for day in 0..instance.days {
        if !search.main.day(scene, day).starts.is_empty() {
            found[instance.time.weekday(day)] = true;
        }
    }
    let named = (0u8..7).filter(|w| found[usize::from(*w)]);
    named.filter_map(|w| Weekday::try_from(w).ok()).collect()
}

fn around_fixed(instance: &Instance, q: usize, request: &Request) -> Option<Reason> {
    let fixed: Vec<_> = request.current.iter().filter(|c| c.fixed).collect();
    let last = fixed.last()?;
    let loosen = |c: usize| {
        with(instance, q, |r| {
            if let Some(c) = r.current.iter_mut().filter(|c| c.fixed).nth(c) {
                c.fixed = false;
            }
        })
    };
    let one = (0..fixed.len()).find(|&c| loosen(c).is_some());
    let all = || with(instance, q, |r| r.current.iter_mut().for_each(|c| c.fixed = false)).map(|_| *last);
    let visit = one.map(|c| fixed[c]).or_else(all)?;
    Some(Reason::AroundFixed { role: visit.role, index: visit.index + 1 })
}

/// How many visits can follow each other.
fn chain(instance: &Instance, q: usize, request: &Request) -> Option<Reason> {
    let visits = request.visits;
    let (reached, course) = (1..visits).rev().find_map(|n| {
        let course = with(instance, q, |r| {
            r.visits = n as i64;
            r.after_last = None;
        })?;
        Some((n, course))
    })?;
    let mains = course.visits.iter().filter(|v| v.role == Role::Main);
    let last = mains.map(|v| v.start.div_euclid(DAY)).max()?;
    Some(Reason::ChainBreaks {
        reached,
        visits,
        min_days: request.gap.min,
        max_days: request.gap.max,
        last: instance.time.date(last),
    })
}
