//! Offer free times for a single visit: person and room together.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};

use super::ActionError;
use super::availability::{Wanted, Window};
use crate::domain::gates::{self, BookingFacts};
use crate::domain::ids::{PatientId, ResourceId, ServiceId};
use crate::domain::services::{Assignment, Kind, Service};
use crate::domain::time::{day_bounds, visit_start};
use crate::store::Tx;
use crate::store::sites::Site;

/// More times than anybody reads; a longer search asks for a later day.
const MOST_TIMES: usize = 600;
/// The grid on which single visits are offered, in minutes.
const GRID_MINUTES: i64 = 30;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct TimesWanted {
    /// Which service.
    pub service: ServiceId,
    /// For whom, if known: their own visits are kept clear.
    pub patient: Option<PatientId>,
    /// With whom, if it matters.
    pub with: Option<ResourceId>,
    /// On which weekdays; empty for any.
    pub weekdays: Vec<Weekday>,
    /// Earliest start, minutes after the site's midnight.
    pub from_minute: i64,
    /// Latest end, minutes after the site's midnight.
    pub to_minute: i64,
    /// First day.
    pub from: NaiveDate,
    /// How many days, 1 to 60.
    pub days: i64,
}

/// A time that is free.
#[derive(Clone, Debug)]
pub struct OfferedTime {
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// End.
    pub ends_at: DateTime<Utc>,
    /// Who would serve.
    pub assigned: Vec<Assignment>,
    /// Their names, people first.
    pub who: Vec<String>,
}

/// Free times in order of start, one for each start and person.
///
/// # Errors
/// [`ActionError::NotFound`] for a service that is not offered.
pub async fn offer_times(
    tx: &mut Tx,
    site: &Site,
    wanted: &TimesWanted,
) -> Result<Vec<OfferedTime>, ActionError> {
    let service =
        tx.service(wanted.service).await?.filter(|service| service.active).ok_or(ActionError::NotFound)?;
    let days = wanted.days.clamp(1, 60);
    let last =
        wanted.from.checked_add_signed(TimeDelta::days(days)).ok_or(ActionError::Refused("book-date-far"))?;
    let (from, to) = (day_bounds(site.timezone, wanted.from).0, day_bounds(site.timezone, last).0);
    let mut open: Vec<NaiveDate> = wanted
        .from
        .iter_days()
        .take(usize::try_from(days).unwrap_or(1))
        .filter(|date| wanted.weekdays.is_empty() || wanted.weekdays.contains(&date.weekday()))
        .collect();
    if let Some(patient) = wanted.patient.filter(|_| service.category.needs_candidacy()) {
        leave_out_shut(tx, patient, &mut open).await?;
    }
    let window = Window::load(tx, site, from, to).await?;
    Ok(search(&window, site, &service, wanted, &open, tx.now()))
}

/// Leaves out the days on which the gate would refuse a treatment of the patient: what is offered can be booked.
async fn leave_out_shut(
    tx: &mut Tx,
    patient: PatientId,
    days: &mut Vec<NaiveDate>,
) -> Result<(), ActionError> {
    let decision = tx.decision_of(patient).await?;
    let visits = tx.appointments_of(patient).await?;
    let taken: Vec<NaiveDate> = visits.iter().filter_map(|visit| visit.treatment_day).collect();
    days.retain(|date| {
        let facts = BookingFacts {
            is_treatment: true,
            decision: decision.as_ref(),
            date: *date,
            treatment_days: &taken,
        };
        gates::booking(&facts).is_empty()
    });
    Ok(())
}

fn search(
    window: &Window,
    site: &Site,
    service: &Service,
    wanted: &TimesWanted,
    days: &[NaiveDate],
    now: DateTime<Utc>,
) -> Vec<OfferedTime> {
    let people = people_for(window, service, wanted.with);
    let mut offered = Vec::new();
    for date in days {
        let mut minute = (wanted.from_minute.max(0) + GRID_MINUTES - 1) / GRID_MINUTES * GRID_MINUTES;
        while minute + service.minutes() <= wanted.to_minute.min(1440) {
            let start = date.and_hms_opt(0, 0, 0).map(|midnight| midnight + TimeDelta::minutes(minute));
            minute += GRID_MINUTES;
            let Some(start) =
                start.and_then(|local| visit_start(site.timezone, local)).filter(|start| *start > now)
            else {
                continue;
            };
            for with in &people {
                let visit = Wanted {
                    name: &service.name,
                    phases: &service.phases,
                    start,
                    patient: wanted.patient,
                    with: *with,
                    except: &[],
                };
                if let Some(assigned) = window.assign(&visit) {
                    let who = names(window, &assigned);
                    let ends_at = start + TimeDelta::minutes(service.minutes());
                    offered.push(OfferedTime { starts_at: start, ends_at, assigned, who });
                }
            }
            if offered.len() >= MOST_TIMES {
                return offered;
            }
        }
    }
    offered
}

/// The people whose choice matters to the patient: each who serves the service's leading kind, or nobody in particular.
fn people_for(window: &Window, service: &Service, with: Option<ResourceId>) -> Vec<Option<ResourceId>> {
    if with.is_some() {
        return vec![with];
    }
    let leading = service.kinds().into_iter().find(|kind| !kind.is_room() && *kind != Kind::Attendant);
    let people: Vec<Option<ResourceId>> = window
        .resources()
        .iter()
        .filter(|resource| resource.active && leading.is_some_and(|kind| resource.serves.contains(&kind)))
        .map(|resource| Some(resource.id))
        .collect();
    if people.is_empty() { vec![None] } else { people }
}

/// Names of everybody assigned, people before rooms.
pub fn names(window: &Window, assigned: &[Assignment]) -> Vec<String> {
    let mut sorted: Vec<&Assignment> = assigned.iter().collect();
    sorted.sort_by_key(|assignment| assignment.kind.is_room());
    let mut names: Vec<String> = Vec::new();
    for assignment in sorted {
        let name = window.name_of(assignment.resource);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
