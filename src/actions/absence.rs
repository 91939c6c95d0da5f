//! Somebody or a room is away: what that hits, and the smallest repair of every hit course, found while people wait.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::absence_read::{RepairFound, is_proved, read, reason};
use super::availability::Window;
use super::plan_instance::{Days, GRID_MINUTES};
use super::planning_runs::Pace;
use super::repair_course::{Facts, parts};
use super::repair_instance::{Asked, Ground, Known, build};
use super::repair_part::Part;
use super::{ActionError, book, settings};
use crate::config::Rules;
use crate::domain::ids::{AbsenceId, AppointmentId, PatientId, ResourceId, SeriesId};
use crate::domain::protocols::Protocol;
use crate::domain::time::day_bounds;
use crate::planner::document::InstanceDoc;
use crate::planner::{Instance, Plan, PlanOptions, Status, plan};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::patients::Patient;
use crate::store::series::Series;
use crate::store::sites::Site;
use crate::words::Words;

/// Days after the last hit course (and after the absence) in which new times are looked for.
const ROOM_DAYS: i64 = 28;
/// Days beyond which nothing is booked.
const FARTHEST_DAYS: i64 = 399;

/// Who or which room is away, when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    /// Who or which room.
    pub resource: ResourceId,
    /// From, on the site's wall clock.
    pub from: NaiveDateTime,
    /// To.
    pub to: NaiveDateTime,
    /// Why, for staff.
    pub note: String,
    /// The absence, if it was entered already.
    pub entered: Option<AbsenceId>,
}

/// A course or a single visit that is hit.
#[derive(Clone, Debug)]
pub struct Group {
    /// Names it in forms: the course's id, or the visit's.
    pub key: String,
    /// Whose.
    pub patient: Patient,
    /// The course.
    pub series: Option<Series>,
    /// Its visits, by start.
    pub visits: Vec<Appointment>,
    /// Those that are hit, by start.
    pub hit: Vec<Appointment>,
    /// Visits somebody is asked to drive to.
    pub driven: HashSet<AppointmentId>,
    pub(super) parts: Result<Vec<Part>, &'static str>,
}

/// A repair to be planned.
#[derive(Clone, Debug)]
pub struct Repair {
    /// The absence.
    pub away: Away,
    /// "Dr. Okafor".
    pub name: String,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// What it hits, by the first hit visit.
    pub groups: Vec<Group>,
    pub(super) ground: Ground,
    pub(super) w: Words,
}

/// Reads what an absence hits and everything its repair needs. Nothing is written.
///
/// # Errors
/// [`ActionError::NotFound`] for somebody of another site; [`ActionError::Refused`] when the absence does not end after it
/// starts.
pub async fn prepare(
    tx: &mut Tx,
    w: Words,
    rules: &Rules,
    site: &Site,
    away: Away,
) -> Result<Repair, ActionError> {
    let resource =
        tx.resource(away.resource).await?.filter(|r| r.site_id == site.id).ok_or(ActionError::NotFound)?;
    let (starts_at, ends_at) = settings::absence_bounds(site, away.from, away.to)?;
    let hit = settings::hit_by(tx, resource.id, starts_at, ends_at).await?;
    let today = book::date_at(site, tx.now());

    let mut groups = grouped(tx, hit).await?;
    let last_visit = groups.iter().flat_map(|group| &group.visits).map(|visit| visit.ends_at).max();
    let last_visit = last_visit.map_or(today, |at| book::date_at(site, at)).max(today);
    let room = last_visit.max(book::date_at(site, ends_at)) + TimeDelta::days(ROOM_DAYS);
    let last = room.min(today + TimeDelta::days(FARTHEST_DAYS)).max(last_visit);
    let (from, to) = (day_bounds(site.timezone, today).0, day_bounds(site.timezone, last).1);
    let mut window = Window::load(tx, site, from, to).await?;
    if away.entered.is_none() {
        window.leave(resource.id, starts_at, ends_at);
    }
    let patients = known(tx, &groups).await?;
    let protocols = tx.protocols(site.id).await?;
    let all_hit: HashSet<AppointmentId> =
        groups.iter().flat_map(|group| &group.hit).map(|visit| visit.id).collect();
    let on_grid = |visit: &Appointment| {
        let local = visit.starts_at.with_timezone(&site.timezone).naive_local();
        (local - local.date().and_time(NaiveTime::MIN)).num_minutes() % GRID_MINUTES == 0
    };
    // Odd minutes only where what is hit has them: the search is as much longer as its grid is finer.
    let even = groups.iter().flat_map(|group| &group.hit).all(on_grid);
    let grid = if even { GRID_MINUTES } else { rules.grid_minutes };
    for group in &mut groups {
        let facts = Facts {
            site,
            now: tx.now(),
            window: &window,
            decision: patients.get(&group.patient.id).and_then(|known| known.decision.as_ref()),
            hit: &all_hit,
            grid,
        };
        group.parts = parts(&facts, protocol_of(&protocols, group), &group.visits);
    }
    let days = Days { first: today, last };
    let ground = Ground { site: site.clone(), window, now: tx.now(), days, grid, patients };
    Ok(Repair { away, name: resource.name, starts_at, ends_at, groups, ground, w })
}

fn protocol_of<'a>(protocols: &'a [Protocol], group: &Group) -> Option<&'a Protocol> {
    let id = group.series.as_ref()?.protocol_id;
    protocols.iter().find(|protocol| protocol.id == id)
}

/// The hit visits by course, each course with all its visits; single visits stand alone.
async fn grouped(tx: &mut Tx, hit: Vec<Appointment>) -> Result<Vec<Group>, ActionError> {
    let series: Vec<SeriesId> = hit.iter().filter_map(|visit| visit.series_id).collect();
    let series = tx.series_by_ids(&series).await?;
    let people: Vec<PatientId> = hit.iter().map(|visit| visit.patient_id).collect();
    let people = tx.patients_by_ids(&people).await?;
    let mut groups: Vec<Group> = Vec::new();
    for visit in hit {
        let course = visit.series_id.and_then(|id| series.get(&id)).cloned();
        let key = course.as_ref().map_or_else(|| visit.id.to_string(), |course| course.id.to_string());
        if let Some(group) = groups.iter_mut().find(|group| group.key == key) {
            group.hit.push(visit);
            continue;
        }
        let patient = people.get(&visit.patient_id).cloned().ok_or(ActionError::NotFound)?;
        let visits = match &course {
            Some(course) => tx.appointments_in(course.id).await?,
            None => vec![visit.clone()],
        };
        let drives = tx.current_drives_of(patient.id).await?;
        groups.push(Group {
            key,
            patient,
            series: course,
            visits,
            hit: vec![visit],
            driven: drives.into_iter().map(|drive| drive.appointment_id).collect(),
            parts: Ok(Vec::new()),
        });
    }
    Ok(groups)
}

/// Decisions and treatment days of everybody who is hit.
async fn known(tx: &mut Tx, groups: &[Group]) -> Result<HashMap<PatientId, Known>, ActionError> {
    let mut people: Vec<PatientId> = groups.iter().map(|group| group.patient.id).collect();
    people.sort_unstable();
    people.dedup();
    let mut decisions = tx.decisions_by_patients(&people).await?;
    let mut found = HashMap::new();
    for patient in people {
        let visits = tx.appointments_of(patient).await?;
        let treatments =
            visits.into_iter().filter_map(|visit| visit.treatment_day.map(|day| (day, visit.id))).collect();
        found.insert(patient, Known { decision: decisions.remove(&patient), treatments });
    }
    Ok(found)
}

impl Repair {
    /// The planning document of every group but those left out, and what its requests stand for.
    fn document(&self, left: &BTreeMap<usize, String>) -> (InstanceDoc, Vec<Asked>) {
        let groups = self.groups.iter().enumerate().filter(|(number, _)| !left.contains_key(number));
        let parts: Vec<(usize, &Part)> = groups
            .flat_map(|(number, group)| group.parts.iter().flatten().map(move |part| (number, part)))
            .collect();
        build(&self.ground, &parts)
    }

    fn compile(&self, left: &BTreeMap<usize, String>) -> Result<(Instance, Vec<Asked>), ActionError> {
        let (doc, asked) = self.document(left);
        Ok((instance_of(doc)?, asked))
    }

    /// The planning instance, for those who check plans.
    ///
    /// # Errors
    /// When the clinic's tables make none.
    pub fn instance(&self) -> Result<Instance, ActionError> {
        Ok(self.compile(&BTreeMap::new())?.0)
    }

    /// Groups that could not be repaired even if every other one gave way, and why. Asked for a quarter of the time at
    /// most: the passes after it find the rest.
    fn hopeless(
        &self,
        pace: &Pace<'_>,
        left: &BTreeMap<usize, String>,
    ) -> Result<Vec<(usize, String)>, ActionError> {
        let (doc, asked) = self.document(left);
        let mut found: Vec<(usize, String)> = Vec::new();
        // A single request is planned alone by the first pass anyhow.
        if asked.len() < 2 {
            return Ok(found);
        }
        let (elapsed, ignore) = (|| pace.elapsed(), |_: &Plan| ());
        for ask in &asked {
            if pace.is_stopped() || pace.elapsed() >= pace.deadline() / 4 {
                break;
            }
            if found.iter().any(|(group, _)| *group == ask.group) {
                continue;
            }
            let requests = doc.requests.get(ask.request).cloned().into_iter().collect();
            let alone = instance_of(InstanceDoc { requests, ..doc.clone() })?;
            let plan = plan(&alone, &pace.options(&elapsed, &ignore));
            // A search that was stopped has shown nothing.
            if let Some(one) = plan.unplanned.first().filter(|_| plan.status == Status::Optimal) {
                found.push((ask.group, reason(self, ask, &one.reason)));
            }
        }
        Ok(found)
    }

    /// Looks for the smallest repair and publishes every better one; the last one published is the answer.
    ///
    /// A course that cannot be repaired whole is left, and its visits keep their places: the others are then planned
    /// again around it, each time with a share of the time. Whoever stops the search gets what holds beside what is
    /// left.
    ///
    /// # Errors
    /// When the clinic's tables make no planning instance.
    pub fn search(&self, pace: &Pace<'_>, publish: &dyn Fn(&Plan, RepairFound)) -> Result<(), ActionError> {
        let mut left: BTreeMap<usize, String> = BTreeMap::new();
        for (number, group) in self.groups.iter().enumerate() {
            if let Err(key) = &group.parts {
                left.insert(number, self.w.t(key));
            }
        }
        left.extend(self.hopeless(pace, &left)?);
        let mut share = first_share(pace.deadline());
        let mut proved = true;
        let mut before: Option<(Plan, RepairFound)> = None;
        loop {
            let (instance, asked) = self.compile(&left)?;
            let began = pace.elapsed();
            let elapsed = || pace.elapsed().saturating_sub(began);
            let show = |plan: &Plan| publish(plan, read(self, &asked, &left, plan));
            let options = PlanOptions { deadline: Some(share), ..pace.options(&elapsed, &show) };
            let plan = plan(&instance, &options);
            let mut found = read(self, &asked, &left, &plan);
            proved &= is_proved(&plan);
            let lost = found.lost(&left);
            let is_last = lost.is_empty() || pace.is_stopped();
            if !lost.is_empty() {
                found = self.apart(found);
            }
            if is_last {
                // A pass that was stopped early may hold less than the one before it.
                let (plan, found) = match before {
                    Some((older, kept)) if kept.left() < found.left() => (older, kept),
                    _ => (plan, RepairFound { proved: proved && lost.is_empty(), ..found }),
                };
                publish(&plan, self.tied(found));
                return Ok(());
            }
            publish(&plan, found.clone());
            if before.as_ref().is_none_or(|(_, kept)| found.left() <= kept.left()) {
                before = Some((plan, found));
            }
            left.extend(lost);
            share = next_share(pace.deadline(), pace.elapsed());
        }
    }
}

fn instance_of(doc: InstanceDoc) -> Result<Instance, ActionError> {
    Instance::from_document(doc).map_err(|error| {
        tracing::error!(%error, "a repair makes no planning instance");
        ActionError::Refused("plan-settings-wrong")
    })
}

/// Time for the first pass: two thirds, so that a second one can improve too.
fn first_share(deadline: Duration) -> Duration {
    deadline * 2 / 3
}

/// Time for a further pass: what is left, and never so little that it could only insert one after the other.
fn next_share(deadline: Duration, elapsed: Duration) -> Duration {
    deadline.saturating_sub(elapsed).max(deadline / 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_further_pass_has_time_of_its_own_even_when_the_first_took_all_of_it() {
        let second = Duration::from_secs(1);
        assert!(first_share(second * 9) < second * 9);
        assert_eq!(next_share(second * 9, second * 6), second * 3);
        assert_eq!(next_share(second * 9, second * 20), Duration::from_millis(1500));
    }
}
