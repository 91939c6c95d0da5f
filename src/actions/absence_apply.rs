//! Enter an absence and carry out the repairs somebody took, all in one transaction; what is left becomes worklist lines.

use std::collections::HashSet;

use serde_json::json;

use super::absence::Repair;
use super::absence_read::RepairFound;
use super::rearrange::{NewPlace, rearrange, tell};
use super::{ActionError, Actor, series, settings, worklist};
use crate::config::Rules;
use crate::domain::ids::AppointmentId;
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::appointments::Appointment;
use crate::store::sites::Site;
use crate::store::{AuditEntry, StoreError, Tx};

/// A hit course or visit whose repair somebody took.
pub struct AcceptedCourse {
    /// The key of its group.
    pub key: String,
    /// Where its visits go.
    pub places: Vec<NewPlace>,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Visits with another time.
    pub moved: i64,
    /// Visits at the same time with somebody else.
    pub reassigned: i64,
    /// Visits that are on the worklist now and were not before.
    pub left: i64,
}

/// Why nothing was done.
#[derive(Debug)]
pub struct Stopped {
    /// Keys of the groups somebody changed since the repair was planned.
    pub changed: Vec<String>,
    /// The refusal.
    pub error: ActionError,
}

impl From<ActionError> for Stopped {
    fn from(error: ActionError) -> Self {
        Self { changed: Vec::new(), error }
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        ActionError::from(error).into()
    }
}

impl Repair {
    /// The repairs of a plan that are taken: those of every group the question answers with yes.
    pub fn accepted(&self, found: &RepairFound, takes: impl Fn(&str) -> bool) -> Vec<AcceptedCourse> {
        let mut accepted = Vec::new();
        for (group, row) in self.groups.iter().zip(&found.rows) {
            if row.left.is_some() || !takes(&group.key) {
                continue;
            }
            let places = row.changes.iter().filter_map(|change| {
                let visit = group.visits.iter().find(|visit| visit.id == change.visit)?;
                Some(NewPlace {
                    appointment: visit.id,
                    version: visit.version,
                    starts_at: change.to,
                    assigned: change.assigned.clone(),
                    service: None,
                })
            });
            accepted.push(AcceptedCourse { key: group.key.clone(), places: places.collect() });
        }
        accepted
    }
}

/// Enters the absence and moves the accepted courses, all or nothing; one message per patient. Every visit that
/// still stands where nobody is becomes one line of the worklist. With nothing accepted, only the absence is entered.
///
/// # Errors
/// [`Stopped`] with the groups that changed since; with [`ActionError::Unmet`] or [`ActionError::Conflicts`] when a new
/// place does not hold any more.
pub async fn apply(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    repair: &Repair,
    accepted: Vec<AcceptedCourse>,
) -> Result<Applied, Stopped> {
    actor.needs(Permission::Book)?;
    tx.lock_bookings(site.id).await?;
    series::release_ended_holds(tx, site).await?;
    let hit = enter(tx, site, repair).await?;
    let changed = changed_since(tx, repair, &accepted).await?;
    if !changed.is_empty() {
        return Err(Stopped { changed, error: ActionError::Changed });
    }
    let places: Vec<NewPlace> = accepted.into_iter().flat_map(|course| course.places).collect();
    let done = if places.is_empty() { Vec::new() } else { rearrange(tx, rules, site, &places).await? };
    if !done.is_empty() {
        tell(tx, rules, site, &done).await?;
    }
    let settled: HashSet<AppointmentId> = done.iter().map(|one| one.visit.id).collect();
    for visit in &settled {
        tx.settle_work(*visit, &[WorkKind::AbsenceHit], &actor.label()).await?;
    }
    let left = leave(tx, site, &repair.name, hit.iter().filter(|visit| !settled.contains(&visit.id))).await?;
    let moved = done.iter().filter(|one| one.time_changed).count();
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let applied =
        Applied { moved: number(moved), reassigned: number(done.len() - moved), left: number(left) };
    tx.audit(AuditEntry::new("absence.repair", None, "resource", repair.away.resource.0).after(json!({
        "who": repair.name, "moved": applied.moved, "reassigned": applied.reassigned, "left": applied.left,
    })));
    Ok(applied)
}

/// Enters the absence unless it is there; the visits it hits now.
async fn enter(tx: &mut Tx, site: &Site, repair: &Repair) -> Result<Vec<Appointment>, ActionError> {
    let (away, from, to) = (&repair.away, repair.starts_at, repair.ends_at);
    let there = match away.entered {
        Some(id) => {
            // Somebody removed it meanwhile: nobody is away.
            tx.absence(id).await?.ok_or(ActionError::Changed)?;
            true
        }
        None => tx
            .absences(site.id, from, to)
            .await?
            .iter()
            .any(|one| one.resource_id == away.resource && one.starts_at == from && one.ends_at == to),
    };
    if there {
        return settings::hit_by(tx, away.resource, from, to).await;
    }
    settings::enter_absence(tx, site, away.resource, away.from, away.to, away.note.clone()).await
}

/// Keys of the accepted groups of which a visit is not at the version, or not with the people, that were planned with: a
/// change of people alone raises no version.
async fn changed_since(
    tx: &mut Tx,
    repair: &Repair,
    accepted: &[AcceptedCourse],
) -> Result<Vec<String>, ActionError> {
    let ids: Vec<AppointmentId> =
        accepted.iter().flat_map(|course| &course.places).map(|place| place.appointment).collect();
    let stand = tx.appointments_by_ids(&ids).await?;
    let planned = |id: AppointmentId| {
        let mut visits = repair.groups.iter().flat_map(|group| &group.visits);
        visits.find(|visit| visit.id == id)
    };
    let as_planned = |place: &NewPlace| {
        stand.get(&place.appointment).zip(planned(place.appointment)).is_some_and(|(visit, old)| {
            visit.version == place.version
                && visit.status.is_ahead()
                && visit.assigned.len() == old.assigned.len()
                && visit.assigned.iter().all(|one| old.assigned.contains(one))
        })
    };
    let changed = accepted.iter().filter(|course| !course.places.iter().all(as_planned));
    Ok(changed.map(|course| course.key.clone()).collect())
}

/// One line for each visit that still stands where nobody is; how many are new. One for a whole course would end with the
/// first of its visits that is moved.
async fn leave(
    tx: &mut Tx,
    site: &Site,
    who: &str,
    visits: impl Iterator<Item = &Appointment>,
) -> Result<usize, ActionError> {
    let mut raised = 0;
    for visit in visits {
        let (kind, patient) = (WorkKind::AbsenceHit, Some(visit.patient_id));
        if worklist::raise(tx, site.id, kind, visit.id.0, patient, Some(visit), who).await? {
            raised += 1;
        }
    }
    Ok(raised)
}
