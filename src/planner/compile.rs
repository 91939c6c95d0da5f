//! From document to instance: every value checked, every name resolved, every time counted in minutes.

use std::collections::{BTreeMap, HashMap};

use super::compile_request::request;
use super::document::*;
use super::error::{InstanceError, shortened};
use super::instance::*;
use super::localtime::{DAY, LocalTime};
use super::values::*;

/// Longest horizon in days: bounds memory.
const MAX_DAYS: i64 = 1100;

pub(super) fn compile(doc: InstanceDoc) -> Checked<Instance> {
    let zone = doc
        .timezone
        .parse::<chrono_tz::Tz>()
        .map_err(|_| wrong("timezone", "an IANA zone name", &doc.timezone))?;
    let grid = within("grid_minutes", doc.grid_minutes, 1, DAY)?;
    if DAY % grid != 0 {
        return Err(wrong_number("grid_minutes", "a divisor of 1440", grid));
    }
    let first = date("horizon.from", &doc.horizon.from)?;
    let last = date("horizon.to", &doc.horizon.to)?;
    let days = (last - first).num_days() + 1;
    if days < 1 {
        let expected = format!("a date not before {}", doc.horizon.from);
        return Err(wrong("horizon.to", &expected, &doc.horizon.to));
    }
    if days > MAX_DAYS {
        let expected = format!("at most {MAX_DAYS} days");
        return Err(wrong_number("horizon", &expected, days));
    }
    let time = LocalTime::new(zone, first, days);
    let mut names = Names::default();
    for resource in &doc.resources {
        resource.serves.iter().for_each(|k| names.kind(k));
    }
    for phase in doc.services.values().flat_map(|s| &s.phases) {
        phase.needs.iter().for_each(|k| names.kind(k));
    }
    check_weights(&doc.weights)?;
    let mut resources = Vec::new();
    for (i, d) in doc.resources.iter().enumerate() {
        let path = format!("resources[{i}]");
        if names.resources.insert(d.id.clone(), i).is_some() {
            return Err(twice(&format!("{path}.id"), &d.id));
        }
        resources.push(resource(&path, d, &names, &time)?);
    }
    let mut services = Vec::new();
    for (i, (id, d)) in doc.services.iter().enumerate() {
        names.services.insert(id.clone(), i);
        let path = format!("services.{}", shortened(id));
        services.push(service(&path, id, d, &names, &resources, grid)?);
    }
    let mut continuity = Vec::new();
    for (i, kind) in doc.continuity.iter().enumerate() {
        let path = format!("continuity[{i}]");
        let kind_index = names.find_kind(&path, kind)?;
        if continuity.contains(&kind_index) {
            return Err(twice(&path, kind));
        }
        continuity.push(kind_index);
    }
    let mut requests = Vec::new();
    let mut ids = HashMap::new();
    for (i, d) in doc.requests.iter().enumerate() {
        let path = format!("requests[{i}]");
        if ids.insert(d.id.clone(), i).is_some() {
            return Err(twice(&format!("{path}.id"), &d.id));
        }
        requests.push(request(&path, d, &names, &services, &time)?);
    }
    let slot = slot(grid, &resources, &services, &requests);
    Ok(Instance {
        time,
        grid,
        days,
        slot,
        kinds: names.kinds,
        resources,
        services,
        requests,
        continuity,
        doc,
    })
}

/// Names seen so far.
#[derive(Default)]
pub(super) struct Names {
    pub kinds: Vec<String>,
    kind_index: HashMap<String, usize>,
    pub resources: HashMap<String, usize>,
    pub services: BTreeMap<String, usize>,
}

impl Names {
    fn kind(&mut self, kind: &str) {
        if !self.kind_index.contains_key(kind) {
            self.kind_index.insert(kind.to_owned(), self.kinds.len());
            self.kinds.push(kind.to_owned());
        }
    }

    pub fn find_kind(&self, path: &str, kind: &str) -> Checked<usize> {
        let found = self.kind_index.get(kind).copied();
        found.ok_or_else(|| wrong(path, "a kind that a resource serves", kind))
    }

    pub fn find_service(&self, path: &str, id: &str) -> Checked<usize> {
        let found = self.services.get(id).copied();
        found.ok_or_else(|| wrong(path, "the id of a service", id))
    }

    pub fn find_resource(&self, path: &str, id: &str) -> Checked<usize> {
        let found = self.resources.get(id).copied();
        found.ok_or_else(|| wrong(path, "the id of a resource", id))
    }
}

fn check_weights(w: &WeightsDoc) -> Checked<()> {
    for (name, value) in [
        ("gap_day", w.gap_day),
        ("shift_minute", w.shift_minute),
        ("change", w.change),
        ("outside_preferred", w.outside_preferred),
        ("delay_day", w.delay_day),
        ("unplanned", w.unplanned),
        ("move", w.move_visit),
        ("move_confirmed", w.move_confirmed),
        ("reassign", w.reassign),
    ] {
        within(&format!("weights.{name}"), value, 0, 1_000_000_000)?;
    }
    Ok(())
}

fn resource(path: &str, d: &ResourceDoc, names: &Names, time: &LocalTime) -> Checked<Resource> {
    let mut serves = Vec::new();
    for (i, kind) in d.serves.iter().enumerate() {
        let at = format!("{path}.serves[{i}]");
        let kind_index = names.find_kind(&at, kind)?;
        if serves.contains(&kind_index) {
            return Err(twice(&at, kind));
        }
        serves.push(kind_index);
    }
    let capacity = within(&format!("{path}.capacity"), d.capacity, 1, 10_000)?;
    Ok(Resource {
        id: d.id.clone(),
        serves,
        capacity: capacity as u16,
        hours: windows(&format!("{path}.hours"), &d.hours)?,
        busy: intervals(&format!("{path}.busy"), &d.busy, time)?,
    })
}

fn service(
    path: &str,
    id: &str,
    d: &ServiceDoc,
    names: &Names,
    resources: &[Resource],
    grid: i64,
) -> Checked<Service> {
    let phases_path = format!("{path}.phases");
    if d.phases.is_empty() {
        let message = "expected at least one phase, found none";
        return Err(InstanceError::new(&phases_path, message.to_owned()));
    }
    let mut minutes = 0;
    let mut phases: Vec<(usize, i64, i64)> = Vec::new();
    for (i, phase) in d.phases.iter().enumerate() {
        let at = format!("{phases_path}[{i}]");
        let offset = within(&format!("{at}.offset"), phase.offset, 0, 100_000)?;
        let length = within(&format!("{at}.minutes"), phase.minutes, 1, 100_000)?;
        minutes = minutes.max(offset + length);
        for (j, kind) in phase.needs.iter().enumerate() {
            let kind = names.find_kind(&format!("{at}.needs[{j}]"), kind)?;
            phases.push((kind, offset, offset + length));
        }
    }
    let mut needs: Vec<Need> = Vec::new();
    for &(kind, _, _) in &phases {
        if needs.iter().all(|n| n.kind != kind) {
            let own = phases.iter().filter(|p| p.0 == kind);
            let own: Vec<(i64, i64)> = own.map(|p| (p.1, p.2)).collect();
            let serving = resources.iter().enumerate().filter(|r| r.1.serves.contains(&kind));
            needs.push(Need {
                kind,
                spans: spans(&own),
                serving: serving.map(|(r, def)| open(r, def, &own, grid)).collect(),
                phases: own,
            });
        }
    }
    Ok(Service { id: id.to_owned(), minutes, entangled: entangled(&needs), needs })
}

/// Adds up overlapping phases of one need into disjoint stretches.
fn spans(phases: &[(i64, i64)]) -> Vec<Span> {
    let mut cuts: Vec<i64> = phases.iter().flat_map(|p| [p.0, p.1]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut out: Vec<Span> = Vec::new();
    for pair in cuts.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let units = phases.iter().filter(|p| p.0 <= a && b <= p.1).count() as u16;
        match out.last_mut() {
            Some(last) if last.units == units && last.offset + last.minutes == a => {
                last.minutes += b - a;
            }
            _ if units > 0 => out.push(Span { offset: a, minutes: b - a, units }),
            _ => {}
        }
    }
    out
}

/// The starts of the week at which the resource's hours hold every phase.
fn open(resource: usize, def: &Resource, phases: &[(i64, i64)], grid: i64) -> Serving {
    let holds = |weekday: i64, minute: i64| {
        phases.iter().all(|&(a, b)| {
            let day = (minute + a).div_euclid(DAY);
            let (from, to) = (minute + a - day * DAY, minute + b - day * DAY);
            let windows = &def.hours.by_day[(weekday + day).rem_euclid(7) as usize];
            windows.iter().any(|w| w.0 <= from && to <= w.1)
        })
    };
    let starts = (0..7).flat_map(|w| (0..DAY / grid).map(move |n| (w, n * grid)));
    Serving { resource, open: starts.map(|(w, minute)| holds(w, minute)).collect() }
}

fn entangled(needs: &[Need]) -> bool {
    let meet = |a: &Need, b: &Need| {
        let touch = |s: &Span, t: &Span| s.offset < t.offset + t.minutes && t.offset < s.offset + s.minutes;
        a.spans.iter().any(|s| b.spans.iter().any(|t| touch(s, t)))
    };
    let share = |a: &Need, b: &Need| {
        let has = |r: usize| b.serving.iter().any(|s| s.resource == r);
        a.serving.iter().any(|s| has(s.resource))
    };
    let pairs = needs.iter().enumerate();
    pairs
        .flat_map(|(i, a)| needs[i + 1..].iter().map(move |b| (a, b)))
        .any(|(a, b)| meet(a, b) && share(a, b))
}

/// The greatest common divisor of every time that can matter, at most the grid.
fn slot(grid: i64, resources: &[Resource], services: &[Service], requests: &[Request]) -> i64 {
    fn gcd(a: i64, b: i64) -> i64 {
        if b == 0 { a.abs() } else { gcd(b, a % b) }
    }
    let mut slot = grid;
    for &(a, b) in resources.iter().flat_map(|r| &r.busy) {
        slot = gcd(gcd(slot, a), b);
    }
    for need in services.iter().flat_map(|s| &s.needs) {
        for &(a, b) in &need.phases {
            slot = gcd(gcd(slot, a), b);
        }
    }
    for visit in requests.iter().flat_map(|r| &r.current) {
        slot = gcd(slot, visit.start);
    }
    slot
}
