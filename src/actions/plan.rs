//! Plan a series: the patient's wishes and the clinic's tables become one planning instance, its best courses come back whole.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};

use super::availability::Window;
use super::plan_instance::{Setting, build, is_wish, kind_of};
use super::{ActionError, book, plan_words};
use crate::domain::candidacy;
use crate::domain::gates::Unmet;
use crate::domain::ids::{PatientId, ProtocolId, ResourceId};
use crate::domain::prices::course_prices;
use crate::domain::protocols::{Protocol, VisitRole};
use crate::domain::services::{Assignment, Kind, Service};
use crate::domain::time::{day_bounds, visit_start};
use crate::planner::{self, Instance, PlannedCourse, Restrictions, Role};
use crate::store::Tx;
use crate::store::sites::Site;
use crate::words::Words;

/// How many courses are offered.
const OFFERED: usize = 3;

/// What the patient wishes. "Must" narrows the search, "rather" costs where it is not met.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// Which course.
    pub protocol: ProtocolId,
    /// How many main visits.
    pub visits: i64,
    /// First day wanted.
    pub earliest: NaiveDate,
    /// Weekdays on which treatments must fall; empty for any.
    pub weekdays: Vec<Weekday>,
    /// Weekdays on which treatments should rather fall.
    pub rather_weekdays: Vec<Weekday>,
    /// Times between which treatments must lie, minutes after the site's midnight.
    pub must_hours: Option<(i64, i64)>,
    /// Times between which treatments should rather lie.
    pub rather_hours: Option<(i64, i64)>,
    /// Dates on which the patient is away, both inclusive.
    pub away: Vec<(NaiveDate, NaiveDate)>,
    /// The person who must give the treatments.
    pub must_with: Option<ResourceId>,
    /// The person who should rather give them.
    pub rather_with: Option<ResourceId>,
    /// Visits that stay exactly where they are.
    pub pins: Vec<ChosenVisit>,
    /// Starts that are not wanted.
    pub excluded: Vec<(VisitRole, i64, NaiveDateTime)>,
}

/// One visit of a chosen course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenVisit {
    /// Its place in the course.
    pub role: VisitRole,
    /// Counts from 1 within the role.
    pub index: i64,
    /// Start in the site's civil time.
    pub start: NaiveDateTime,
    /// Who serves which kind.
    pub assigned: Vec<Assignment>,
}

impl ChosenVisit {
    /// A compact text for a hidden field: `role.index.start.kind=resource,…` joined by `~`.
    pub fn to_text(visits: &[Self]) -> String {
        let one = |visit: &Self| {
            let people: Vec<String> =
                visit.assigned.iter().map(|a| format!("{}={}", a.kind, a.resource.0.simple())).collect();
            format!(
                "{}.{}.{}.{}",
                visit.role,
                visit.index,
                visit.start.format("%Y%m%dT%H%M"),
                people.join(",")
            )
        };
        visits.iter().map(one).collect::<Vec<_>>().join("~")
    }

    /// Reads that text; `None` for anything else.
    pub fn from_text(text: &str) -> Option<Vec<Self>> {
        if text.len() > 40_000 {
            return None;
        }
        text.split('~').filter(|part| !part.is_empty()).map(Self::one_from_text).collect()
    }

    fn one_from_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '.');
        let role = VisitRole::parse(parts.next()?)?;
        let index = parts.next()?.parse().ok().filter(|index| (1..=200).contains(index))?;
        let start = NaiveDateTime::parse_from_str(parts.next()?, "%Y%m%dT%H%M").ok()?;
        let people = parts.next()?;
        let assigned = people
            .split(',')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (kind, resource) = pair.split_once('=')?;
                Some(Assignment { kind: Kind::parse(kind)?, resource: resource.parse().ok()? })
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Self { role, index, start, assigned })
    }
}

/// One visit of a proposed course.
#[derive(Clone, Debug)]
pub struct CourseVisit {
    /// Its place in the course.
    pub role: VisitRole,
    /// Counts from 1 within the role.
    pub index: i64,
    /// What it is.
    pub service: Service,
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// End.
    pub ends_at: DateTime<Utc>,
    /// Start in the site's civil time.
    pub start: NaiveDateTime,
    /// Who serves which kind, with their names.
    pub assigned: Vec<(Assignment, String)>,
    /// Whether the desk pinned it.
    pub pinned: bool,
}

/// A proposed course.
#[derive(Clone, Debug)]
pub struct Course {
    /// Its visits by start.
    pub visits: Vec<CourseVisit>,
    /// Total price in cents.
    pub total_cents: i64,
    /// What it gives up, in the planner's units.
    pub cost: i64,
    /// What it gives up, in sentences.
    pub gives_up: Vec<String>,
    /// How it differs from the first, in sentences.
    pub differs: Vec<String>,
}

impl Course {
    /// The course as a choice to be booked.
    pub fn chosen(&self) -> Vec<ChosenVisit> {
        let one = |visit: &CourseVisit| ChosenVisit {
            role: visit.role,
            index: visit.index,
            start: visit.start,
            assigned: visit.assigned.iter().map(|(assignment, _)| *assignment).collect(),
        };
        self.visits.iter().map(one).collect()
    }
}

/// What came of planning.
#[derive(Clone, Debug)]
pub enum Planned {
    /// One to three courses, best first.
    Courses(Vec<Course>),
    /// Nothing fits.
    Impossible {
        /// The rule that binds.
        reason: String,
        /// What would free it.
        frees: Vec<String>,
    },
}

/// Plans a course for a patient. Nothing is written.
///
/// # Errors
/// [`ActionError::Unmet`] when no decision allows treatment on the first day; [`ActionError::Refused`] for wishes outside
/// the protocol.
pub async fn plan_courses(
    tx: &mut Tx,
    w: Words,
    site: &Site,
    patient: PatientId,
    wishes: &Wishes,
) -> Result<Planned, ActionError> {
    plan_up_to(OFFERED, tx, w, site, patient, wishes).await
}

/// Plans the best course for a patient, without alternatives. Nothing is written.
///
/// # Errors
/// As [`plan_courses`].
pub async fn plan_best(
    tx: &mut Tx,
    w: Words,
    site: &Site,
    patient: PatientId,
    wishes: &Wishes,
) -> Result<Planned, ActionError> {
    plan_up_to(1, tx, w, site, patient, wishes).await
}

async fn plan_up_to(
    most: usize,
    tx: &mut Tx,
    w: Words,
    site: &Site,
    patient: PatientId,
    wishes: &Wishes,
) -> Result<Planned, ActionError> {
    let setting = load(tx, site, patient, wishes).await?;
    let (wishes, site) = (wishes.clone(), site.clone());
    // The search takes milliseconds of one core; it must not hold up the requests of others.
    tokio::task::spawn_blocking(move || search(most, w, &site, &setting, &wishes))
        .await
        .map_err(|_| ActionError::Refused("plan-search-failed"))?
}

/// Everything the search needs, read in a fixed number of statements.
async fn load(tx: &mut Tx, site: &Site, patient: PatientId, wishes: &Wishes) -> Result<Setting, ActionError> {
    let patient = tx.patient(patient).await?.filter(|p| p.site_id == site.id).ok_or(ActionError::NotFound)?;
    let protocol = tx
        .protocol(wishes.protocol)
        .await?
        .filter(|protocol| protocol.active)
        .ok_or(ActionError::NotFound)?;
    if !(protocol.visits_min..=protocol.visits_max).contains(&wishes.visits) {
        return Err(ActionError::Refused("plan-visits-range"));
    }
    let today = book::date_at(site, tx.now());
    let earliest = wishes.earliest.max(today);
    if earliest > today + TimeDelta::days(366) {
        return Err(ActionError::Refused("book-date-far"));
    }
    let decision = tx.decision_of(patient.id).await?;
    candidacy::allows_on(decision.as_ref(), earliest)
        .map_err(|fault| ActionError::Unmet(vec![Unmet::Candidacy(fault)]))?;
    let services = tx.services(site.id).await?;
    let last = last_day(&protocol, wishes.visits, earliest);
    let (from, to) = (day_bounds(site.timezone, today).0, day_bounds(site.timezone, last).1);
    let window = Window::load(tx, site, from, to).await?;
    let treatment_days =
        tx.appointments_of(patient.id).await?.into_iter().filter_map(|a| a.treatment_day).collect();
    Ok(Setting {
        protocol,
        services,
        window: std::sync::Arc::new(window),
        patient: patient.id,
        now: tx.now(),
        today,
        earliest,
        last,
        expires_on: decision.and_then(|decision| decision.expires_on),
        treatment_days,
    })
}

/// The last day worth looking at: the longest the course can last, and four weeks to find a beginning.
pub(super) fn last_day(protocol: &Protocol, visits: i64, earliest: NaiveDate) -> NaiveDate {
    let tail = protocol.after_last.map_or(0, |window| window.max_days).max(4);
    let before = protocol.before.map_or(0, |window| window.max_days);
    let days = (visits - 1) * protocol.gap.max + tail + before + 28;
    earliest.checked_add_signed(TimeDelta::days(days.min(1000))).unwrap_or(earliest)
}

pub(super) fn search(
    most: usize,
    w: Words,
    site: &Site,
    setting: &Setting,
    wishes: &Wishes,
) -> Result<Planned, ActionError> {
    let instance = compile(site, setting, wishes)?;
    let mut found = Vec::new();
    if let Some(rather) = wishes.rather_with.filter(|_| wishes.must_with.is_none()) {
        // The wished person first; the others stay as alternatives.
        let only = Wishes { must_with: Some(rather), ..wishes.clone() };
        found = planner::alternatives(&compile(site, setting, &only)?, 0, 1, &restrictions(setting, &only));
    }
    for course in planner::alternatives(&instance, 0, most, &restrictions(setting, wishes)) {
        if found.len() < most && found.iter().all(|other| other.visits != course.visits) {
            found.push(course);
        }
    }
    if found.is_empty() {
        return Ok(impossible(w, site, setting, wishes, &instance));
    }
    let mut courses: Vec<Course> = Vec::new();
    for planned in &found {
        let mut course = assemble(site, setting, wishes, planned)?;
        course.gives_up = plan_words::gives_up(w, setting, wishes, &instance, planned);
        courses.push(course);
    }
    if let Some((first, others)) = courses.split_first_mut() {
        for other in others {
            other.differs = plan_words::differs(w, site, setting, first, other);
        }
    }
    Ok(Planned::Courses(courses))
}

fn compile(site: &Site, setting: &Setting, wishes: &Wishes) -> Result<Instance, ActionError> {
    Instance::from_document(build(site, setting, wishes)).map_err(|error| {
        tracing::error!(%error, "the clinic's tables make no planning instance");
        ActionError::Refused("plan-settings-wrong")
    })
}

fn restrictions(setting: &Setting, wishes: &Wishes) -> Restrictions {
    let mut restrictions = Restrictions::default();
    for (role, index, start) in &wishes.excluded {
        restrictions.excluded.push((planner_role(*role), usize::try_from(*index).unwrap_or(1), *start));
    }
    if let Some(with) = wishes.must_with {
        for resource in setting.window.resources().iter().filter(|resource| resource.id != with) {
            // Whoever else serves what the wished person serves is out, except as attendant.
            let wished = setting.window.resources().iter().find(|one| one.id == with);
            for kind in resource.serves.iter().filter(|kind| **kind != Kind::Attendant && !kind.is_room()) {
                if wished.is_some_and(|one| one.serves.contains(kind)) {
                    restrictions.excluded_resources.push((kind.to_string(), resource.id.to_string()));
                }
            }
        }
    }
    restrictions
}

/// Which rules bind, and which wishes would free it if they were dropped, each tried by itself.
fn impossible(w: Words, site: &Site, setting: &Setting, wishes: &Wishes, instance: &Instance) -> Planned {
    let explanation = planner::explain(instance, 0);
    let name = |id: &str| plan_words::name(w, setting, id);
    let mut frees = Vec::new();
    for (key, relaxed) in plan_words::relaxed(wishes, &setting.protocol) {
        let Ok(instance) = compile(site, setting, &relaxed) else { continue };
        if let Some(course) = planner::alternatives(&instance, 0, 1, &restrictions(setting, &relaxed)).first()
        {
            frees.push(plan_words::freed(w, setting, key, course));
        }
    }
    let mut ends = None;
    if let Some(last) = setting.expires_on.filter(|last| *last < setting.last) {
        let later = Setting { expires_on: None, ..setting.clone() };
        if let Ok(instance) = compile(site, &later, wishes)
            && let Some(course) =
                planner::alternatives(&instance, 0, 1, &restrictions(&later, wishes)).first()
        {
            frees.push(plan_words::freed(w, setting, "plan-free-candidacy", course));
            ends = Some(last);
        }
    }
    let other = explanation.relaxations.iter().filter(|relaxation| plan_words::is_for_the_desk(relaxation));
    for relaxation in other.take(3) {
        frees.push(crate::words::reasons::relaxation_named(w, relaxation, &name));
    }
    let restricted = !wishes.excluded.is_empty() || wishes.must_with.is_some();
    let plannable_without = !planner::alternatives(instance, 0, 1, &Restrictions::default()).is_empty();
    let reason = if restricted && plannable_without {
        w.t("plan-reason-wishes")
    } else if let Some(last) = ends {
        plan_words::candidacy_ends(w, setting, last, planner::reach(instance, 0))
    } else {
        let sentences: Vec<String> =
            explanation.reasons().map(|reason| plan_words::reason(w, setting, reason)).collect();
        sentences.join(" ")
    };
    Planned::Impossible { reason, frees }
}

/// A planned course in the book's terms.
pub(super) fn assemble(
    site: &Site,
    setting: &Setting,
    wishes: &Wishes,
    planned: &PlannedCourse,
) -> Result<Course, ActionError> {
    const BROKEN: ActionError = ActionError::Refused("plan-search-failed");
    let mut visits = Vec::with_capacity(planned.visits.len());
    for visit in &planned.visits {
        let role = visit_role(visit.role);
        let index = i64::try_from(visit.index).unwrap_or(1);
        let service = setting.service_for(role).ok_or(BROKEN)?;
        let starts_at = visit_start(site.timezone, visit.start).ok_or(BROKEN)?;
        let mut assigned = Vec::new();
        for (kind, resource) in visit.resources.iter().filter(|(kind, _)| !is_wish(kind)) {
            let kind = kind_of(kind).ok_or(BROKEN)?;
            let resource: ResourceId = resource.parse().map_err(|_| BROKEN)?;
            assigned.push((Assignment { kind, resource }, setting.window.name_of(resource)));
        }
        assigned.sort_by_key(|(assignment, _)| assignment.kind);
        visits.push(CourseVisit {
            role,
            index,
            starts_at,
            ends_at: starts_at + TimeDelta::minutes(service.minutes()),
            service: service.clone(),
            start: visit.start,
            assigned,
            pinned: wishes.pins.iter().any(|pin| pin.role == role && pin.index == index),
        });
    }
    visits.sort_by_key(|visit| visit.starts_at);
    let mains = visits.iter().filter(|visit| visit.role == VisitRole::Main).count();
    let package = setting.protocol.package_for(i64::try_from(mains).unwrap_or(0));
    let listed: Vec<i64> = visits.iter().map(|visit| visit.service.price_cents).collect();
    let total_cents = course_prices(package, &listed).iter().sum();
    Ok(Course { visits, total_cents, cost: planned.cost, gives_up: Vec::new(), differs: Vec::new() })
}

/// The planner's word for a role.
pub(super) fn planner_role(role: VisitRole) -> Role {
    match role {
        VisitRole::Before => Role::Before,
        VisitRole::Main => Role::Main,
        VisitRole::AfterEach => Role::AfterEach,
        VisitRole::AfterLast => Role::AfterLast,
    }
}

/// The domain's word for a role.
pub(super) fn visit_role(role: Role) -> VisitRole {
    match role {
        Role::Before => VisitRole::Before,
        Role::Main => VisitRole::Main,
        Role::AfterEach => VisitRole::AfterEach,
        Role::AfterLast => VisitRole::AfterLast,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_course_survives_its_way_through_a_form() {
        let visit = |role, index| ChosenVisit {
            role,
            index,
            start: NaiveDate::from_ymd_opt(2026, 12, 1)
                .and_then(|d| d.and_hms_opt(10, 0, 0))
                .expect("a time"),
            assigned: vec![
                Assignment { kind: Kind::Clinician, resource: ResourceId::new() },
                Assignment { kind: Kind::InfusionRoom, resource: ResourceId::new() },
            ],
        };
        let chosen = vec![visit(VisitRole::Main, 1), visit(VisitRole::AfterEach, 6)];
        assert_eq!(ChosenVisit::from_text(&ChosenVisit::to_text(&chosen)), Some(chosen));
    }

    #[test]
    fn a_mangled_choice_is_refused_and_never_half_read() {
        for text in [
            "main",
            "main.1.20261201T1000",
            "main.0.20261201T1000.",
            "x.1.20261201T1000.",
            "main.1.2026.clinician=1",
        ] {
            assert_eq!(ChosenVisit::from_text(text), None, "{text}");
        }
    }
}
