//! Proofs that a request cannot be planned which need no search: nobody serves, too few days, a visit that never fits.

use chrono::NaiveDate;

use super::alone::{alone, planned, tidy};
use super::document::InstanceDoc;
use super::instance::{Instance, Request, Role};
use super::load::Load;
use super::localtime::DAY;
use super::reason::{DayPart, Reason};
use super::search::Search;
use super::table::Scene;

/// The minute of the day after which it is afternoon, and the one until which a morning may last.
const NOON: i64 = 720;
const MORNING_ENDS: i64 = 780;

/// The roles of a request with visits that are not fixed.
pub(super) fn roles(instance: &Instance, q: usize) -> impl Iterator<Item = Role> + '_ {
    let all = [Role::Main, Role::AfterEach, Role::Before, Role::AfterLast];
    all.into_iter().filter(move |role| {
        let count = instance.count(q, *role);
        (0..count).any(|i| instance.requests[q].fixed(*role, i).is_none())
    })
}

/// A visit needs a kind that no resource serves.
pub(super) fn nobody(instance: &Instance, q: usize) -> Option<Reason> {
    roles(instance, q).find_map(|role| {
        let needs = &instance.services[instance.service_of(q, role)].needs;
        let need = needs.iter().find(|n| n.serving.is_empty())?;
        let kind = instance.kinds[need.kind].clone();
        Some(Reason::NobodyServes { role, kind })
    })
}

/// The dates allowed are fewer than the least the course can last.
pub(super) fn too_few_days(instance: &Instance, request: &Request) -> Option<Reason> {
    if request.current.iter().any(|c| c.fixed) {
        return None;
    }
    let from = request.earliest.unwrap_or(0).max(0);
    let to = request.latest.unwrap_or(instance.days - 1).min(instance.days - 1);
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

/// The visit of a role cannot be held even once, whatever the others do. If several kinds are never free, `prefer` is
/// named before others.
pub(super) fn one_visit(instance: &Instance, q: usize, role: Role, prefer: Option<&str>) -> Option<Reason> {
    let load = Load::new(instance);
    let scene = Scene { instance, load: &load, request: q };
    let mut search = Search::new(scene, &[], 0);
    let table = search.table(role)?;
    if (0..instance.days).any(|d| !table.day(scene, d).starts.is_empty()) {
        return None;
    }
    let service = &instance.services[instance.service_of(q, role)];
    let (name, minutes) = (service.id.clone(), service.minutes);
    let mut possible = table.possible(scene);
    if possible.patient == 0 {
        return Some(Reason::PatientNeverCan { role, service: name, minutes });
    }
    possible.kinds.retain(|k| k.1 == 0);
    let preferred = possible.kinds.iter().find(|k| prefer == Some(instance.kinds[k.0].as_str()));
    if let Some(&(kind, _)) = preferred.or(possible.kinds.first()) {
        let phases = service.needs.iter().find(|n| n.kind == kind).map(|n| &n.phases);
        return Some(Reason::KindNeverFree {
            role,
            kind: instance.kinds[kind].clone(),
            service: name,
            minutes: phases.into_iter().flatten().map(|p| p.1 - p.0).collect(),
            part: day_part(&instance.requests[q]),
        });
    }
    let mut doc = alone(instance, q);
    for request in &mut doc.requests {
        request.available.clear();
        request.unavailable.clear();
    }
    let wide = Instance::from_document(doc).ok()?;
    let load = Load::new(&wide);
    let scene = Scene { instance: &wide, load: &load, request: 0 };
    let mut search = Search::new(scene, &[], 0);
    let table = search.table(role)?;
    Some(match (0..wide.days).any(|d| !table.day(scene, d).starts.is_empty()) {
        true => Reason::NeverTogether { role, service: name },
        false => Reason::NeverFits { role, service: name, minutes },
    })
}

/// Whether the patient comes in the mornings only, or in the afternoons only.
fn day_part(request: &Request) -> DayPart {
    let mut windows = request.available.by_day.iter().flatten();
    if !request.available.any {
        DayPart::Any
    } else if windows.clone().all(|w| w.1 <= MORNING_ENDS) {
        DayPart::Morning
    } else if windows.all(|w| w.0 >= NOON) {
        DayPart::Afternoon
    } else {
        DayPart::Any
    }
}

/// How many main visits of a document's only request can follow each other at most, the visit after the last one
/// aside, and the date of the last of them.
pub(super) fn reached(doc: &InstanceDoc) -> (usize, Option<NaiveDate>) {
    let (mut low, mut high) = (0, doc.requests.first().map_or(0, |r| r.visits));
    let mut last = None;
    while low < high {
        let middle = (low + high + 1) / 2;
        let mut shorter = doc.clone();
        for request in &mut shorter.requests {
            request.visits = middle;
            request.after_last = None;
            tidy(request);
        }
        match planned(shorter) {
            Some((instance, course)) => {
                let mains = course.visits.iter().filter(|v| v.role == Role::Main);
                last = mains.map(|v| instance.time.date(v.start.div_euclid(DAY))).max();
                low = middle;
            }
            None => high = middle - 1,
        }
    }
    (usize::try_from(low).unwrap_or(0), last)
}

/// How many main visits of a request can follow each other at most, if it were alone and nothing came after the last.
pub fn reach(instance: &Instance, request: usize) -> usize {
    if request < instance.requests.len() { reached(&alone(instance, request)).0 } else { 0 }
}
