//! The waiting list: everybody whom treatment suits and who has no course yet, planned together.
//!
//! A person whom a patient would only rather have is no part of the search for many (one search looks at one set of people for
//! each kind); what a course gives up says so where it is not met.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use super::availability::Window;
use super::plan::{self, Course, Planned, Wishes};
use super::plan_instance::{Days, GRID_MINUTES, Setting, continuity, is_wish, resources};
use super::plan_request::Ask;
use super::planning_runs::Pace;
use super::{ActionError, book, plan_words, wishes};
use crate::domain::candidacy::{Decision, allows_on};
use crate::domain::ids::{PatientId, ResourceId};
use crate::domain::protocols::Protocol;
use crate::domain::time::day_bounds;
use crate::domain::waiting::weight;
use crate::domain::wishes::KeptWishes;
use crate::planner::document::{InstanceDoc, WeightsDoc};
use crate::planner::{Instance, Plan, PlannedCourse, Reason, plan as plan_all};
use crate::store::Tx;
use crate::store::patients::Patient;
use crate::store::sites::Site;
use crate::words::Words;
use crate::words::reasons::reason_named;

/// Patients planned together at most; the next plan takes the next ones.
pub const MOST: i64 = 60;
/// Of those left, how many are told what would free a course: each answer is a search of its own.
const EXPLAINED: usize = 5;
/// How far ahead a course may begin, in days.
const FARTHEST_DAYS: i64 = 366;

/// Somebody who waits.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Who.
    pub patient: Patient,
    /// The decision they wait on.
    pub decision: Decision,
    /// The date of the decision.
    pub since: NaiveDate,
    /// The course it names.
    pub protocol: Protocol,
    /// How many treatments.
    pub visits: i64,
    /// What they wish.
    pub wished: KeptWishes,
}

/// The waiting list with everything its plan needs.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Who waits, longest first.
    pub rows: Vec<Candidate>,
    /// What each request is planned with.
    asked: Vec<(Setting, Wishes)>,
    site: Site,
    window: Arc<Window>,
    days: Days,
    w: Words,
}

/// The plan so far: one row for each candidate, in the order of [`Waiting::rows`].
#[derive(Clone, Debug)]
pub struct WaitingFound {
    /// The rows.
    pub rows: Vec<WaitingRow>,
}

/// What the plan has for one candidate.
#[derive(Clone, Debug)]
pub enum WaitingRow {
    /// A course.
    Course(Course),
    /// Nothing.
    Left {
        /// The rule that binds.
        reason: String,
        /// What would free it.
        frees: Vec<String>,
    },
}

/// Who waits: patients with a standing decision "suitable" that names a course of several treatments, without a running or
/// held course and without one booked since the decision; longest waiting first, [`MOST`] at most.
///
/// # Errors
/// When the store fails.
pub async fn candidates(tx: &mut Tx, site: &Site) -> Result<Vec<Candidate>, ActionError> {
    let today = book::date_at(site, tx.now());
    let mut decisions = tx.decisions_waiting(site.id, today, MOST).await?;
    decisions.retain(|decision| allows_on(Some(decision), today).is_ok());
    let people: Vec<PatientId> = decisions.iter().map(|decision| decision.patient_id).collect();
    let mut patients = tx.patients_by_ids(&people).await?;
    let mut kept = tx.wishes_by_patients(&people).await?;
    let protocols = tx.protocols(site.id).await?;
    let mut found = Vec::new();
    for decision in decisions {
        let named = decision.protocol_id;
        let several = |one: &&Protocol| Some(one.id) == named && one.active && one.visits_max > 1;
        let (Some(protocol), Some(patient)) =
            (protocols.iter().find(several).cloned(), patients.remove(&decision.patient_id))
        else {
            continue;
        };
        let wished = kept.remove(&patient.id).map(|row| row.wished).unwrap_or_default();
        let bounds = protocol.visits_min..=protocol.visits_max;
        let mut numbers = [wished.visits, decision.planned_visits].into_iter().flatten();
        let visits = numbers.find(|number| bounds.contains(number)).unwrap_or(protocol.visits);
        let since = book::date_at(site, decision.decided_at);
        found.push(Candidate { patient, since, protocol, visits, wished, decision });
    }
    Ok(found)
}

/// How many wait, those beyond [`MOST`] included.
///
/// # Errors
/// When the store fails.
pub async fn how_many(tx: &mut Tx, site: &Site) -> Result<i64, ActionError> {
    Ok(tx.waiting_count(site.id, book::date_at(site, tx.now())).await?)
}

/// Reads the waiting list and everything its plan needs. Nothing is written.
///
/// # Errors
/// When the store fails.
pub async fn prepare(tx: &mut Tx, w: Words, site: &Site) -> Result<Waiting, ActionError> {
    let (now, today) = (tx.now(), book::date_at(site, tx.now()));
    let rows = candidates(tx, site).await?;
    let people = tx.resources(site.id).await?;
    let mut wished: Vec<Wishes> = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut one = wishes::as_wishes(&row.wished, &row.protocol, row.visits, today);
        one.earliest = one.earliest.min(today + TimeDelta::days(FARTHEST_DAYS));
        // Somebody who left since the wish was kept is nobody to wait for.
        let works = |id: &ResourceId| people.iter().any(|r| r.id == *id && r.active);
        one.must_with = one.must_with.filter(works);
        one.rather_with = one.rather_with.filter(works);
        wished.push(one);
    }
    let lasts: Vec<NaiveDate> = rows
        .iter()
        .zip(&wished)
        .map(|(row, one)| plan::last_day(&row.protocol, one.visits, one.earliest))
        .collect();
    let days = Days { first: today, last: lasts.iter().copied().max().unwrap_or(today) };
    let (from, to) = (day_bounds(site.timezone, today).0, day_bounds(site.timezone, days.last).1);
    let window = Arc::new(Window::load(tx, site, from, to).await?);
    let services = tx.services(site.id).await?;
    let mut asked = Vec::with_capacity(rows.len());
    for ((row, one), last) in rows.iter().zip(wished).zip(lasts) {
        let visits = tx.appointments_of(row.patient.id).await?;
        let setting = Setting {
            protocol: row.protocol.clone(),
            services: services.clone(),
            window: window.clone(),
            patient: row.patient.id,
            now,
            today,
            earliest: one.earliest,
            last,
            expires_on: row.decision.expires_on,
            treatment_days: visits.into_iter().filter_map(|visit| visit.treatment_day).collect(),
        };
        asked.push((setting, one));
    }
    Ok(Waiting { rows, asked, site: site.clone(), window, days, w })
}

impl Waiting {
    /// The planning instance, for those who check plans.
    ///
    /// # Errors
    /// When the clinic's tables make none.
    pub fn instance(&self) -> Result<Instance, ActionError> {
        let mut doc = InstanceDoc {
            timezone: self.site.timezone.name().to_owned(),
            grid_minutes: GRID_MINUTES,
            horizon: self.days.horizon(),
            resources: resources(&self.site, &self.window, self.days.first, self.days.last),
            services: BTreeMap::new(),
            requests: Vec::with_capacity(self.rows.len()),
            continuity: continuity(),
            weights: WeightsDoc::default(),
        };
        for (number, (row, (setting, wishes))) in self.rows.iter().zip(&self.asked).enumerate() {
            let weight = weight(row.since, self.days.first);
            let ask = Ask { site: &self.site, setting, wishes, tag: number.to_string(), weight };
            if let Some((person, kinds)) = ask.own_kinds() {
                let id = person.to_string();
                let theirs = doc.resources.iter_mut().filter(|resource| resource.id == id);
                theirs.for_each(|resource| resource.serves.extend(kinds.iter().cloned()));
            }
            doc.resources.push(ask.wish_resource());
            doc.services.extend(ask.services());
            doc.requests.push(ask.request());
        }
        Instance::from_document(doc).map_err(|error| {
            tracing::error!(%error, "the waiting list makes no planning instance");
            ActionError::Refused("plan-settings-wrong")
        })
    }

    /// Plans everybody together and publishes every better plan; the last one published is the answer.
    ///
    /// # Errors
    /// When the clinic's tables make no planning instance.
    pub fn search(&self, pace: &Pace<'_>, publish: &dyn Fn(&Plan, WaitingFound)) -> Result<(), ActionError> {
        let instance = self.instance()?;
        let elapsed = || pace.elapsed();
        let show = |plan: &Plan| publish(plan, self.read(&instance, plan));
        let plan = plan_all(&instance, &pace.options(&elapsed, &show));
        let mut found = self.read(&instance, &plan);
        publish(&plan, found.clone());
        for left in plan.unplanned.iter().take(EXPLAINED) {
            // Nobody waits for explanations who stopped the search; the rule that binds is there already.
            if pace.is_stopped() {
                return Ok(());
            }
            if let Some(row) = found.rows.get_mut(left.request) {
                *row = self.explained(left.request, &left.reason);
            }
        }
        publish(&plan, found);
        Ok(())
    }

    fn read(&self, instance: &Instance, plan: &Plan) -> WaitingFound {
        let row = |(number, (setting, wishes)): (usize, &(Setting, Wishes))| match plan
            .planned
            .iter()
            .find(|course| course.request == number)
        {
            Some(planned) => self.course(instance, setting, wishes, planned),
            None => {
                let left = plan.unplanned.iter().find(|one| one.request == number);
                let reason = left.map(|one| self.reason(setting, &one.reason)).unwrap_or_default();
                WaitingRow::Left { reason, frees: Vec::new() }
            }
        };
        WaitingFound { rows: self.asked.iter().enumerate().map(row).collect() }
    }

    fn course(
        &self,
        instance: &Instance,
        setting: &Setting,
        wishes: &Wishes,
        planned: &PlannedCourse,
    ) -> WaitingRow {
        match plan::assemble(&self.site, setting, wishes, planned) {
            Ok(mut course) => {
                course.gives_up = plan_words::gives_up(self.w, setting, wishes, instance, planned);
                WaitingRow::Course(course)
            }
            Err(_) => WaitingRow::Left { reason: self.w.t("plan-search-failed"), frees: Vec::new() },
        }
    }

    fn reason(&self, setting: &Setting, reason: &Reason) -> String {
        let name = |id: &str| plan_words::name(self.w, setting, id);
        match reason {
            Reason::KindNeverFree { kind, service, .. } if is_wish(kind) => {
                self.w.f("plan-reason-wished-times", [("service", &name(service))])
            }
            other => reason_named(self.w, other, &name),
        }
    }

    /// Why somebody is left, and what would free it: asked as if they were alone.
    fn explained(&self, number: usize, reason: &Reason) -> WaitingRow {
        let Some((setting, wishes)) = self.asked.get(number) else {
            return WaitingRow::Left { reason: String::new(), frees: Vec::new() };
        };
        match plan::search(1, self.w, &self.site, setting, wishes) {
            Ok(Planned::Impossible { reason, frees }) => WaitingRow::Left { reason, frees },
            Ok(Planned::Courses(_)) => {
                WaitingRow::Left { reason: self.w.t("waiting-left-others"), frees: Vec::new() }
            }
            Err(_) => WaitingRow::Left { reason: self.reason(setting, reason), frees: Vec::new() },
        }
    }
}
