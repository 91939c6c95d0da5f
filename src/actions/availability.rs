//! Who and what is free: one window of hours, absences and taken time, loaded in a fixed number of statements.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::{ActionError, Conflict, ConflictKind};
use crate::domain::ids::{AppointmentId, PatientId, ResourceId};
use crate::domain::services::{self, Assignment, Kind, Phase};
use crate::store::Tx;
use crate::store::resources::Resource;
use crate::store::sites::Site;

/// A stretch of taken time: from, to, whose visit.
type Taken = (DateTime<Utc>, DateTime<Utc>, AppointmentId);

/// From, to.
type Stretch = (DateTime<Utc>, DateTime<Utc>);

/// A site's people and rooms over a stretch of time.
#[derive(Clone, Debug)]
pub struct Window {
    zone: Tz,
    resources: Vec<Resource>,
    /// (weekday from Monday 0, from minute, to minute)
    hours: HashMap<ResourceId, Vec<(i64, i64, i64)>>,
    absences: HashMap<ResourceId, Vec<Stretch>>,
    taken: HashMap<Uuid, Vec<Taken>>,
}

/// A visit to be placed.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The service's name, for conflicts.
    pub name: &'a str,
    /// Its phases.
    pub phases: &'a [Phase],
    /// When it would start.
    pub start: DateTime<Utc>,
    /// For whom, if known.
    pub patient: Option<PatientId>,
    /// The person who must see the patient, if it matters.
    pub with: Option<ResourceId>,
    /// Visits whose time does not count (they are being moved or replaced).
    pub except: &'a [AppointmentId],
}

impl Wanted<'_> {
    fn end(&self) -> DateTime<Utc> {
        self.start + TimeDelta::minutes(services::length(self.phases))
    }
}

impl Window {
    /// Loads everything of a site that touches a stretch of time.
    ///
    /// # Errors
    /// When the database does not answer. A check that could not run is never a yes.
    pub async fn load(
        tx: &mut Tx,
        site: &Site,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Self, ActionError> {
        let resources = tx.resources(site.id).await?;
        let mut hours: HashMap<ResourceId, Vec<(i64, i64, i64)>> = HashMap::new();
        for row in tx.weekly_hours(site.id).await? {
            hours.entry(row.resource_id).or_default().push((row.weekday, row.from_minute, row.to_minute));
        }
        let mut absences: HashMap<ResourceId, Vec<_>> = HashMap::new();
        for row in tx.absences(site.id, from, to).await? {
            absences.entry(row.resource_id).or_default().push((row.starts_at, row.ends_at));
        }
        let mut taken: HashMap<Uuid, Vec<Taken>> = HashMap::new();
        for row in tx.occupied_between(site.id, from, to).await? {
            taken.entry(row.holder).or_default().push((row.starts_at, row.ends_at, row.appointment_id));
        }
        Ok(Self { zone: site.timezone, resources, hours, absences, taken })
    }

    /// Every resource, active or not.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// A resource's name; empty if it is not of this site.
    pub fn name_of(&self, id: ResourceId) -> String {
        self.resources.iter().find(|resource| resource.id == id).map(|r| r.name.clone()).unwrap_or_default()
    }

    /// Weekly hours of a resource: (weekday from Monday 0, from minute, to minute).
    pub fn hours_of(&self, id: ResourceId) -> &[(i64, i64, i64)] {
        self.hours.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Absences of a resource.
    pub fn absences_of(&self, id: ResourceId) -> &[(DateTime<Utc>, DateTime<Utc>)] {
        self.absences.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Taken time of a holder, in order of start.
    pub fn taken_of(&self, holder: Uuid) -> &[(DateTime<Utc>, DateTime<Utc>, AppointmentId)] {
        self.taken.get(&holder).map_or(&[], Vec::as_slice)
    }

    /// Notes time as taken by a visit that is being placed in the same act.
    pub fn take(&mut self, holder: Uuid, from: DateTime<Utc>, to: DateTime<Utc>, visit: AppointmentId) {
        let held = self.taken.entry(holder).or_default();
        let at = held.partition_point(|(start, _, _)| *start < from);
        held.insert(at, (from, to, visit));
    }

    /// Notes somebody or a room as away, as if it were entered.
    pub fn leave(&mut self, resource: ResourceId, from: DateTime<Utc>, to: DateTime<Utc>) {
        self.absences.entry(resource).or_default().push((from, to));
    }

    /// Gives back the time of visits that are being placed anew.
    pub fn release(&mut self, visits: &HashSet<AppointmentId>) {
        for held in self.taken.values_mut() {
            held.retain(|(_, _, visit)| !visits.contains(visit));
        }
    }

    /// Why a resource cannot take a stretch of time; `None` if it can.
    pub fn obstacle(
        &self,
        resource: &Resource,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        except: &[AppointmentId],
    ) -> Option<ConflictKind> {
        if !resource.active || !self.works(resource.id, from, to) {
            return Some(ConflictKind::OutsideHours);
        }
        if self.absences_of(resource.id).iter().any(|(start, end)| *start < to && *end > from) {
            return Some(ConflictKind::Away);
        }
        self.is_taken(resource.id.0, from, to, except).then_some(ConflictKind::Taken)
    }

    /// Whether a holder has another visit in a stretch of time.
    pub fn is_taken(
        &self,
        holder: Uuid,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        except: &[AppointmentId],
    ) -> bool {
        let held = self.taken_of(holder);
        let before_end = held.partition_point(|(start, _, _)| *start < to);
        held[..before_end].iter().rev().take(64).any(|(_, end, visit)| *end > from && !except.contains(visit))
    }

    fn works(&self, resource: ResourceId, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        let (start, end) = (self.local(from), self.local(to));
        let weekday = i64::from(start.weekday().num_days_from_monday());
        let first = minute_of_day(start);
        let last = match (end.date() - start.date()).num_days() {
            0 => minute_of_day(end),
            // Midnight belongs to the day it ends.
            1 if end.time() == NaiveTime::MIN => 1440,
            _ => return false,
        };
        self.hours_of(resource).iter().any(|(day, from, to)| *day == weekday && *from <= first && last <= *to)
    }

    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.zone).naive_local()
    }

    /// Chooses somebody for every kind a visit needs, people in calendar order; `None` if some kind has nobody.
    pub fn assign(&self, wanted: &Wanted<'_>) -> Option<Vec<Assignment>> {
        if let Some(patient) = wanted.patient
            && self.is_taken(patient.0, wanted.start, wanted.end(), wanted.except)
        {
            return None;
        }
        let kinds = services::kinds(wanted.phases);
        let mut chosen = Vec::with_capacity(kinds.len());
        self.assign_rest(wanted, &kinds, &mut chosen).then_some(chosen)
    }

    fn assign_rest(&self, wanted: &Wanted<'_>, kinds: &[Kind], chosen: &mut Vec<Assignment>) -> bool {
        let Some((kind, rest)) = kinds.split_first() else { return true };
        for resource in self.candidates(*kind, wanted.with) {
            let next = Assignment { kind: *kind, resource: resource.id };
            if self.obstacles_for(resource, *kind, wanted).is_some() || doubles(wanted.phases, chosen, next) {
                continue;
            }
            chosen.push(next);
            if self.assign_rest(wanted, rest, chosen) {
                return true;
            }
            chosen.pop();
        }
        false
    }

    /// Active resources that serve a kind, those who serve least else first, so that a nurse rests with a patient and the
    /// physician stays free; a wished person stands alone for what they serve, except as attendant.
    fn candidates(&self, kind: Kind, with: Option<ResourceId>) -> impl Iterator<Item = &Resource> {
        let wished = with.filter(|id| {
            kind != Kind::Attendant
                && self.resources.iter().any(|resource| resource.id == *id && resource.serves.contains(&kind))
        });
        let mut found: Vec<&Resource> = self
            .resources
            .iter()
            .filter(|resource| {
                resource.active
                    && resource.serves.contains(&kind)
                    && wished.is_none_or(|id| resource.id == id)
            })
            .collect();
        found.sort_by_key(|resource| resource.serves.len());
        found.into_iter()
    }

    /// The first thing that keeps a resource from serving a kind throughout a visit.
    fn obstacles_for(&self, resource: &Resource, kind: Kind, wanted: &Wanted<'_>) -> Option<ConflictKind> {
        wanted.phases.iter().filter(|phase| phase.needs.contains(&kind)).find_map(|phase| {
            let from = wanted.start + TimeDelta::minutes(phase.offset);
            self.obstacle(resource, from, from + TimeDelta::minutes(phase.minutes), wanted.except)
        })
    }

    /// Everything in the way of a visit: of the patient, and of each kind nobody is free for, everybody who serves it.
    pub fn conflicts(&self, wanted: &Wanted<'_>) -> Vec<Conflict> {
        let conflict = |who: String, what| Conflict {
            visit: wanted.name.to_owned(),
            starts_at: wanted.start,
            ends_at: wanted.end(),
            who,
            what,
        };
        let mut found = Vec::new();
        if let Some(patient) = wanted.patient
            && self.is_taken(patient.0, wanted.start, wanted.end(), wanted.except)
        {
            found.push(conflict(String::new(), ConflictKind::PatientBusy));
        }
        for kind in services::kinds(wanted.phases) {
            let blocked: Vec<_> = self
                .candidates(kind, wanted.with)
                .map(|resource| (resource, self.obstacles_for(resource, kind, wanted)))
                .collect();
            if blocked.iter().any(|(_, obstacle)| obstacle.is_none()) {
                continue;
            }
            for (resource, obstacle) in blocked {
                if let Some(what) = obstacle {
                    let new = conflict(resource.name.clone(), what);
                    if !found.contains(&new) {
                        found.push(new);
                    }
                }
            }
        }
        found
    }

    /// Everything in the way of a visit with everybody already chosen.
    pub fn conflicts_of_assigned(&self, wanted: &Wanted<'_>, assigned: &[Assignment]) -> Vec<Conflict> {
        let conflict = |who: String, what| Conflict {
            visit: wanted.name.to_owned(),
            starts_at: wanted.start,
            ends_at: wanted.end(),
            who,
            what,
        };
        let mut found = Vec::new();
        if let Some(patient) = wanted.patient
            && self.is_taken(patient.0, wanted.start, wanted.end(), wanted.except)
        {
            found.push(conflict(String::new(), ConflictKind::PatientBusy));
        }
        for assignment in assigned {
            let Some(resource) = self.resources.iter().find(|resource| resource.id == assignment.resource)
            else {
                found.push(conflict(String::new(), ConflictKind::OutsideHours));
                continue;
            };
            if let Some(what) = self.obstacles_for(resource, assignment.kind, wanted) {
                found.push(conflict(resource.name.clone(), what));
            }
        }
        found
    }
}

/// Whether a visit's people are complete and possible: every kind served once, by somebody who serves it, nobody twice
/// at the same time.
pub fn is_sound(phases: &[Phase], assigned: &[Assignment], resources: &[Resource]) -> bool {
    let kinds = services::kinds(phases);
    let mut chosen: Vec<Assignment> = Vec::new();
    for kind in &kinds {
        let mut of_kind = assigned.iter().filter(|assignment| assignment.kind == *kind);
        let (Some(one), None) = (of_kind.next(), of_kind.next()) else { return false };
        let serves = resources.iter().any(|r| r.id == one.resource && r.active && r.serves.contains(kind));
        if !serves || doubles(phases, &chosen, *one) {
            return false;
        }
        chosen.push(*one);
    }
    assigned.len() == kinds.len()
}

/// Whether somebody chosen already would fill two needs at the same moment.
fn doubles(phases: &[Phase], chosen: &[Assignment], next: Assignment) -> bool {
    chosen.iter().filter(|assignment| assignment.resource == next.resource).any(|assignment| {
        phases.iter().filter(|phase| phase.needs.contains(&assignment.kind)).any(|one| {
            phases.iter().filter(|phase| phase.needs.contains(&next.kind)).any(|other| {
                one.offset < other.offset + other.minutes && other.offset < one.offset + one.minutes
            })
        })
    })
}

fn minute_of_day(at: NaiveDateTime) -> i64 {
    i64::from(at.hour() * 60 + at.minute())
}
