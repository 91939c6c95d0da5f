//! One request of a document, checked and compiled.

use super::compile::Names;
use super::document::*;
use super::error::InstanceError;
use super::instance::*;
use super::localtime::{DAY, LocalTime};
use super::values::*;

/// Most main visits of a course, most days of any distance: they bound the arithmetic.
const MAX_VISITS: i64 = 200;
const MAX_DISTANCE: i64 = 4000;

pub(super) fn request(
    path: &str,
    d: &RequestDoc,
    names: &Names,
    services: &[Service],
    time: &LocalTime,
) -> Checked<Request> {
    let visits = within(&format!("{path}.visits"), d.visits, 1, MAX_VISITS)?;
    let earliest = bound(&format!("{path}.earliest"), d.earliest.as_deref(), time)?;
    let latest = bound(&format!("{path}.latest"), d.latest.as_deref(), time)?;
    if let (Some(from), Some(to), Some(text)) = (earliest, latest, &d.latest)
        && to < from
    {
        let expected = format!("a date not before earliest ({})", day(time.date(from)));
        return Err(wrong(&format!("{path}.latest"), &expected, text));
    }
    let after_each = match &d.after_each {
        None => None,
        Some(a) => {
            let at = format!("{path}.after_each");
            let hours = MAX_DISTANCE * 24;
            let min = within(&format!("{at}.min_hours"), a.min_hours, 0, hours)?;
            let max = within(&format!("{at}.max_hours"), a.max_hours, 0, hours)?;
            ordered(&at, "min_hours", "max_hours", (min, max))?;
            Some(Attached {
                service: names.find_service(&format!("{at}.service"), &a.service)?,
                min: min * 60,
                max: max * 60,
            })
        }
    };
    let mut out = Request {
        id: d.id.clone(),
        weight: within(&format!("{path}.weight"), d.weight, 0, 1_000_000)?,
        service: names.find_service(&format!("{path}.service"), &d.service)?,
        visits: visits as usize,
        gap: gap(&format!("{path}.gap_days"), d)?,
        before: attached(&format!("{path}.before"), d.before.as_ref(), names)?,
        after_each,
        after_last: attached(&format!("{path}.after_last"), d.after_last.as_ref(), names)?,
        earliest,
        latest,
        available: windows(&format!("{path}.available"), &d.available)?,
        unavailable: intervals(&format!("{path}.unavailable"), &d.unavailable, time)?,
        preferred: windows(&format!("{path}.preferred"), &d.preferred)?,
        current: Vec::new(),
    };
    for (i, c) in d.current.iter().enumerate() {
        let at = format!("{path}.current[{i}]");
        let visit = current(&at, c, &out, names, services, time)?;
        if out.current(visit.role, visit.index).is_some() {
            return Err(twice(&at, &format!("{} {}", c.role, c.index)));
        }
        out.current.push(visit);
    }
    Ok(out)
}

fn bound(path: &str, text: Option<&str>, time: &LocalTime) -> Checked<Option<i64>> {
    text.map(|text| Ok(time.day(date(path, text)?))).transpose()
}

fn gap(path: &str, d: &RequestDoc) -> Checked<Gap> {
    let Some(gap) = &d.gap_days else {
        if d.visits > 1 {
            return Err(InstanceError::new(path, "missing, and there are two visits or more".to_owned()));
        }
        return Ok(Gap { min: 0, target: 0, max: 0 });
    };
    let out = Gap {
        min: within(&format!("{path}.min"), gap.min, 0, MAX_DISTANCE)?,
        target: within(&format!("{path}.target"), gap.target, 0, MAX_DISTANCE)?,
        max: within(&format!("{path}.max"), gap.max, 0, MAX_DISTANCE)?,
    };
    ordered(path, "min", "max", (out.min, out.max))?;
    Ok(out)
}

fn attached(path: &str, d: Option<&BeforeDoc>, names: &Names) -> Checked<Option<Attached>> {
    let Some(d) = d else { return Ok(None) };
    let min = within(&format!("{path}.min_days"), d.min_days, 0, MAX_DISTANCE)?;
    let max = within(&format!("{path}.max_days"), d.max_days, 0, MAX_DISTANCE)?;
    ordered(path, "min_days", "max_days", (min, max))?;
    Ok(Some(Attached { service: names.find_service(&format!("{path}.service"), &d.service)?, min, max }))
}

fn current(
    path: &str,
    c: &CurrentVisitDoc,
    request: &Request,
    names: &Names,
    services: &[Service],
    time: &LocalTime,
) -> Checked<Current> {
    let role_path = format!("{path}.role");
    let expected = "one of before, main, after_each, after_last";
    let role = Role::parse(&c.role).ok_or_else(|| wrong(&role_path, expected, &c.role))?;
    let (service, count) = match role {
        Role::Main => (Some(request.service), request.visits),
        Role::Before => (request.before.as_ref().map(|a| a.service), 1),
        Role::AfterEach => (request.after_each.as_ref().map(|a| a.service), request.visits),
        Role::AfterLast => (request.after_last.as_ref().map(|a| a.service), 1),
    };
    let Some(service) = service else {
        return Err(wrong(&role_path, "a role the request has", &c.role));
    };
    let index = within(&format!("{path}.index"), c.index, 1, count as i64)?;
    let start = time.minute(date_time(&format!("{path}.start"), &c.start)?);
    // Bookings may lie before the horizon (visits held long ago), within reason: costs count these days.
    if start.abs() > MAX_DISTANCE * DAY {
        let expected = format!("a time within {MAX_DISTANCE} days of the horizon");
        return Err(wrong(&format!("{path}.start"), &expected, &c.start));
    }
    let mut by_kind = Vec::new();
    for (kind, id) in &c.resources {
        let at = format!("{path}.resources.{}", super::error::shortened(kind));
        let kind_index = names.find_kind(&at, kind)?;
        by_kind.push((kind_index, names.find_resource(&at, id)?));
    }
    let needs = &services[service].needs;
    let find = |kind: usize| by_kind.iter().find(|b| b.0 == kind).map(|b| b.1);
    let resources: Option<Vec<usize>> = needs.iter().map(|n| find(n.kind)).collect();
    let resources = resources.filter(|r| r.len() == by_kind.len());
    if c.fixed && resources.is_none() {
        let kinds: Vec<&str> = needs.iter().map(|n| names.kinds[n.kind].as_str()).collect();
        let message = format!("a fixed visit names one resource for each of: {}", kinds.join(", "));
        return Err(InstanceError::new(&format!("{path}.resources"), message));
    }
    Ok(Current {
        role,
        index: (index - 1) as usize,
        start,
        resources,
        confirmed: c.confirmed,
        fixed: c.fixed,
    })
}
