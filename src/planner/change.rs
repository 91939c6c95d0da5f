//! What a relaxation changes in a document, and what the changes could be for a request.

use chrono::{NaiveTime, Timelike, Weekday};

use super::alone::{needed_kinds, open_day, tidy};
use super::binding::Binding;
use super::document::{InstanceDoc, day};
use super::generate::window;
use super::instance::{Instance, Role};
use super::localtime::DAY;
use super::reason::Change;

/// Numbers of visits tried below the wished one, and extra weekdays of resources tried.
const MOST_FEWER: usize = 12;
const MOST_DAYS: usize = 24;

/// Changes of one sort, the smallest first: the first that works is told.
pub(super) struct Ladder {
    /// 0 costs the patient a concession, 1 a date or a day, 2 the clinic's rules or others' bookings, 3 the course.
    pub rank: u8,
    pub steps: Vec<Change>,
    /// Each step is as small as the others: the one with the earliest course is told.
    pub equal: bool,
}

/// Makes a change in a document with one request.
pub(super) fn apply(doc: &mut InstanceDoc, change: &Change) {
    let Some(request) = doc.requests.first_mut() else { return };
    match change {
        Change::Weekday { weekday, from, to } => {
            // The last minute of a day stands for its end, which a time of day cannot say.
            let to = if minute(*to) == DAY - 1 { DAY } else { minute(*to) };
            request.available.push(window(number(*weekday), minute(*from), to));
        }
        Change::AnyTimeOfDay => {
            for window in &mut request.available {
                (window.from, window.to) = ("00:00".to_owned(), "24:00".to_owned());
            }
        }
        Change::AnyTime => request.available.clear(),
        Change::DropAbsences => request.unavailable.clear(),
        Change::Latest { date } => request.latest = Some(day(*date)),
        Change::Earliest { date } => request.earliest = Some(day(*date)),
        Change::FewerVisits { visits } => request.visits = *visits as i64,
        Change::WiderGap { min_days, max_days } => {
            if let Some(gap) = &mut request.gap_days {
                (gap.min, gap.max) = (*min_days, *max_days);
            }
        }
        Change::WiderAfter { min_hours, max_hours } => {
            if let Some(after) = &mut request.after_each {
                (after.min_hours, after.max_hours) = (*min_hours, *max_hours);
            }
        }
        Change::ResourceDay { resource, weekday } => {
            for one in doc.resources.iter_mut().filter(|r| &r.id == resource) {
                open_day(one, number(*weekday));
            }
        }
        Change::FreeResource { resource } => {
            for one in doc.resources.iter_mut().filter(|r| &r.id == resource) {
                one.busy.clear();
            }
        }
    }
    doc.requests.iter_mut().for_each(tidy);
}

/// Every change worth trying; `bindings` tells whose further day could matter.
pub(super) fn ladders(instance: &Instance, q: usize, bindings: &[Binding]) -> Vec<Ladder> {
    let ladder = |rank, steps| Ladder { rank, steps, equal: false };
    let (request, doc) = (&instance.requests[q], &instance.doc.requests[q]);
    let mut out: Vec<Ladder> =
        weekdays(instance, q).into_iter().map(|change| ladder(0, vec![change])).collect();
    if !doc.unavailable.is_empty() {
        out.push(ladder(0, vec![Change::DropAbsences]));
    }
    if !doc.available.is_empty() {
        out.push(ladder(0, vec![Change::AnyTimeOfDay]));
        out.push(ladder(3, vec![Change::AnyTime]));
    }
    if let Some(latest) = request.latest {
        let most = (instance.days - 1).max(latest);
        let later = [7, 14, 28, 56, instance.days].map(|more| (latest + more).min(most));
        let date = |day| Change::Latest { date: instance.time.date(day) };
        out.push(ladder(1, later.into_iter().filter(|day| *day > latest).map(date).collect()));
    }
    if let Some(earliest) = request.earliest.filter(|e| *e > 0) {
        let sooner = [7, 14, instance.days].map(|less| (earliest - less).max(0));
        let date = |day| Change::Earliest { date: instance.time.date(day) };
        out.push(ladder(1, sooner.into_iter().map(date).collect()));
    }
    if let Some(gap) = &doc.gap_days {
        let wider = [(1, 1), (2, 3), (3, 7)].map(|(less, more)| Change::WiderGap {
            min_days: (gap.min - less).max(gap.min.min(1)),
            max_days: gap.max + more,
        });
        out.push(ladder(2, wider.to_vec()));
    }
    if let Some(after) = &doc.after_each {
        let wider = [12, 24, 48].map(|hours| Change::WiderAfter {
            min_hours: (after.min_hours - hours).max(after.min_hours.min(1)),
            max_hours: after.max_hours + hours,
        });
        out.push(ladder(2, wider.to_vec()));
    }
    let held = request.current.iter().filter(|c| c.fixed).map(|c| c.index + 1).max().unwrap_or(0);
    let fewer = (held.max(1)..request.visits).rev().take(MOST_FEWER);
    out.push(ladder(3, fewer.map(|visits| Change::FewerVisits { visits }).collect()));
    out.extend(resource_days(instance, q, bindings));
    let needed = needed_kinds(instance, q);
    let others = instance.requests.len() > 1;
    let taken = instance.resources.iter().filter(|r| others || !r.busy.is_empty());
    for resource in taken.filter(|r| r.serves.iter().any(|k| needed.contains(k))) {
        out.push(ladder(2, vec![Change::FreeResource { resource: resource.id.clone() }]));
    }
    out
}

/// Each weekday the patient did not name, at the times they named for the others.
fn weekdays(instance: &Instance, q: usize) -> Vec<Change> {
    let windows = &instance.requests[q].available;
    let times = || windows.by_day.iter().flatten();
    let (Some(from), Some(to)) = (times().map(|w| w.0).min(), times().map(|w| w.1).max()) else {
        return Vec::new();
    };
    let closed = (0u8..7).filter(|w| windows.by_day[usize::from(*w)].is_empty());
    let change = |w: u8| {
        Some(Change::Weekday {
            weekday: Weekday::try_from(w).ok()?,
            from: clock(from)?,
            to: clock(to.min(DAY - 1))?,
        })
    };
    closed.filter_map(change).collect()
}

/// Each weekday on which a resource that could matter does not work.
fn resource_days(instance: &Instance, q: usize, bindings: &[Binding]) -> Vec<Ladder> {
    let wanted = kinds_in_question(instance, q, bindings);
    let mut left = MOST_DAYS;
    let mut out = Vec::new();
    let able = instance.resources.iter().filter(|r| r.serves.iter().any(|k| wanted.contains(k)));
    for resource in able.filter(|r| r.hours.any) {
        let closed = (0u8..7).filter(|w| resource.hours.by_day[usize::from(*w)].is_empty());
        let days = closed.filter_map(|w| Weekday::try_from(w).ok()).take(left);
        let change = |weekday| Change::ResourceDay { resource: resource.id.clone(), weekday };
        let steps: Vec<Change> = days.map(change).collect();
        left -= steps.len();
        out.push(Ladder { rank: 1, steps, equal: true });
    }
    out
}

/// The kinds that the binding rules are about; every kind the request needs if they are about none.
fn kinds_in_question(instance: &Instance, q: usize, bindings: &[Binding]) -> Vec<usize> {
    let of_role = |role: Role| -> Vec<usize> {
        if instance.count(q, role) == 0 {
            return Vec::new();
        }
        instance.services[instance.service_of(q, role)].needs.iter().map(|n| n.kind).collect()
    };
    let mut out: Vec<usize> = Vec::new();
    for binding in bindings {
        match binding {
            Binding::AfterEach => out.extend(of_role(Role::AfterEach)),
            Binding::Before => out.extend(of_role(Role::Before)),
            Binding::AfterLast => out.extend(of_role(Role::AfterLast)),
            Binding::Kind(kind) => out.extend(instance.kinds.iter().position(|k| k == kind)),
            _ => {}
        }
    }
    if out.is_empty() { needed_kinds(instance, q) } else { out }
}

fn number(weekday: Weekday) -> usize {
    weekday.num_days_from_monday() as usize
}

fn minute(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight() / 60)
}

fn clock(minute: i64) -> Option<NaiveTime> {
    NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(minute * 60).ok()?, 0)
}
