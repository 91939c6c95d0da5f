//! What-if for the clinic: its people, rooms, hours and taken time over the coming weeks, and its protocols as templates.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::availability::Window;
use super::plan_instance::{GRID_MINUTES, resources};
use super::{ActionError, book};
use crate::domain::ids::SiteId;
use crate::domain::protocols::{DayWindow, Protocol};
use crate::domain::services::{Kind, Service};
use crate::domain::time::day_bounds;
use crate::planner::document::{
    AfterEachDoc, BeforeDoc, GapDoc, HorizonDoc, InstanceDoc, Interval, PhaseDoc, RequestDoc, ServiceDoc,
    WeightsDoc, day, local,
};
use crate::store::Tx;
use crate::store::sites::Site;

/// What to count: the clinic as it is, and one template per protocol. Hand both to [`crate::planner::capacity()`].
#[derive(Clone, Debug)]
pub struct Question {
    /// People, rooms and services; what is booked or held is busy time.
    pub base: InstanceDoc,
    /// One series of each protocol for a patient who can always come, under the protocol's name.
    pub templates: Vec<RequestDoc>,
    /// Names of people, rooms and services by the ids in `base`.
    pub names: HashMap<String, String>,
}

/// The protocols that can be planned now, in the owner's order.
///
/// # Errors
/// When the database does not answer.
pub async fn offered(tx: &mut Tx, site: SiteId) -> Result<Vec<Protocol>, ActionError> {
    Ok(tx.protocols(site).await?.into_iter().filter(|protocol| protocol.active).collect())
}

/// The protocols with these names (upper and lower case are the same), all of them if no name is given.
///
/// # Errors
/// The first name that none of them has.
pub fn choose(offered: &[Protocol], names: &[String]) -> Result<Vec<Protocol>, String> {
    if names.is_empty() {
        return Ok(offered.to_vec());
    }
    let mut chosen: Vec<Protocol> = Vec::new();
    for name in names {
        let wanted = name.trim().to_lowercase();
        let found = offered.iter().find(|protocol| protocol.name.to_lowercase() == wanted);
        let found = found.ok_or_else(|| name.clone())?;
        if chosen.iter().all(|protocol| protocol.id != found.id) {
            chosen.push(found.clone());
        }
    }
    Ok(chosen)
}

/// Reads what a count over the coming `weeks` (1 or more), today included, needs.
///
/// # Errors
/// When the database does not answer.
pub async fn question(
    tx: &mut Tx,
    site: &Site,
    protocols: &[Protocol],
    weeks: i64,
) -> Result<Question, ActionError> {
    let today = book::date_at(site, tx.now());
    let last = today + TimeDelta::days(weeks * 7 - 1);
    let services = tx.services(site.id).await?;
    let (from, to) = (day_bounds(site.timezone, today).0, day_bounds(site.timezone, last).1);
    let window = Window::load(tx, site, from, to).await?;
    let resource_names = window.resources().iter().map(|one| (one.id.to_string(), one.name.clone()));
    let service_names = services.iter().map(|service| (service.id.to_string(), service.name.clone()));
    let names = resource_names.chain(service_names).collect();
    let past = past(site, tx, today);
    let templates = protocols.iter().map(|protocol| template(protocol, &past)).collect();
    let services: Vec<&Service> = services.iter().filter(|service| !service.phases.is_empty()).collect();
    // A kind that nothing in the instance mentions would be an error there.
    let mentioned = |kind: &Kind| services.iter().any(|service| service.kinds().contains(kind));
    let continuity: Vec<Kind> = [Kind::Clinician, Kind::Coach].into_iter().filter(mentioned).collect();
    let base = InstanceDoc {
        timezone: site.timezone.name().to_owned(),
        grid_minutes: GRID_MINUTES,
        horizon: HorizonDoc { from: day(today), to: day(last) },
        resources: resources(site, &window, today, last),
        services: services.iter().map(|&service| (service.id.to_string(), phases(service))).collect(),
        requests: Vec::new(),
        continuity: continuity.iter().map(Kind::to_string).collect(),
        weights: WeightsDoc::default(),
    };
    Ok(Question { base, templates, names })
}

/// The part of today that is over.
fn past(site: &Site, tx: &Tx, today: NaiveDate) -> Interval {
    let now = tx.now().with_timezone(&site.timezone).naive_local() + TimeDelta::minutes(1);
    Interval { from: local(today.and_time(NaiveTime::MIN)), to: local(now) }
}

fn phases(service: &Service) -> ServiceDoc {
    let phases = service.phases.iter().map(|phase| PhaseDoc {
        name: phase.name.clone(),
        offset: phase.offset,
        minutes: phase.minutes,
        needs: phase.needs.iter().map(Kind::to_string).collect(),
    });
    ServiceDoc { phases: phases.collect() }
}

fn template(protocol: &Protocol, past: &Interval) -> RequestDoc {
    let window = |window: DayWindow| BeforeDoc {
        service: window.service.to_string(),
        min_days: window.min_days,
        max_days: window.max_days,
    };
    RequestDoc {
        id: protocol.name.clone(),
        weight: 1,
        service: protocol.service.to_string(),
        visits: protocol.visits,
        gap_days: Some(GapDoc { min: protocol.gap.min, target: protocol.gap.target, max: protocol.gap.max }),
        before: protocol.before.map(window),
        after_each: protocol.after_each.map(|after| AfterEachDoc {
            service: after.service.to_string(),
            min_hours: after.min_hours,
            max_hours: after.max_hours,
        }),
        after_last: protocol.after_last.map(window),
        earliest: None,
        latest: None,
        available: Vec::new(),
        unavailable: vec![past.clone()],
        preferred: Vec::new(),
        current: Vec::new(),
    }
}
