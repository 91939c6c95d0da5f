//! The planning instance of a repair: every hit course around what stays, everybody else's time taken, the absence busy.
//!
//! Moving costs ten times what FORMAT.md's prices say, so that no visit moves that need not: a course whose times of day
//! differ is how the patient has it, not something to tidy up while somebody is ill.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::availability::Window;
use super::plan::planner_role;
use super::plan_instance::{Days, WISH, always, civil, continuity, midnight, resources};
use super::repair_part::{Part, Slot};
use crate::domain::candidacy::{Decision, allows_on};
use crate::domain::ids::{AppointmentId, PatientId};
use crate::domain::protocols::{DayWindow, VisitRole};
use crate::domain::services::{Kind, Phase, kinds, length};
use crate::planner::Role;
use crate::planner::document::{
    AfterEachDoc, BeforeDoc, CurrentVisitDoc, GapDoc, InstanceDoc, Interval, PhaseDoc, RequestDoc,
    ResourceDoc, ServiceDoc, WeeklyWindow, WeightsDoc, day, local,
};
use crate::store::sites::Site;

/// Kind and id of a resource that is the patient, where several requests are one patient's.
const PATIENT: &str = "patient";
/// Holds the places of fixed visits whose own people the plan does not know.
const KEPT: &str = "kept";
/// Units the keeper of such places carries: as many as there are.
const MANY: i64 = 10_000;

/// What is known of a patient.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub decision: Option<Decision>,
    /// Dates with a treatment, and which.
    pub treatments: Vec<(NaiveDate, AppointmentId)>,
}

/// What every request of a repair shares.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    pub site: Site,
    /// With the absence in it.
    pub window: Window,
    pub now: DateTime<Utc>,
    pub days: Days,
    pub grid: i64,
    pub patients: HashMap<PatientId, Known>,
}

/// A request of the instance, and which visits its places stand for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub group: usize,
    pub request: usize,
    pub places: Vec<(Role, usize, AppointmentId)>,
    /// The names of its services by their keys.
    pub names: Vec<(String, String)>,
}

/// The instance of these parts, each with the number of its group.
pub(super) fn build(ground: &Ground, parts: &[(usize, &Part)]) -> (InstanceDoc, Vec<Asked>) {
    let mut window = ground.window.clone();
    let placed: HashSet<AppointmentId> = parts.iter().flat_map(|(_, part)| part.placed()).collect();
    window.release(&placed);
    let mut doc = InstanceDoc {
        timezone: ground.site.timezone.name().to_owned(),
        grid_minutes: ground.grid,
        horizon: ground.days.horizon(),
        resources: resources(&ground.site, &window, ground.days.first, ground.days.last),
        services: BTreeMap::new(),
        requests: Vec::new(),
        continuity: Vec::new(),
        weights: WeightsDoc {
            unplanned: 1_000_000,
            move_visit: 5_000,
            move_confirmed: 10_000,
            reassign: 500,
            ..WeightsDoc::default()
        },
    };
    let listed: HashSet<String> = doc.resources.iter().map(|resource| resource.id.clone()).collect();
    let mut several: BTreeMap<PatientId, usize> = BTreeMap::new();
    for (_, part) in parts {
        *several.entry(part.patient).or_default() += 1;
    }
    let mut asked = Vec::with_capacity(parts.len());
    let mut kept: BTreeSet<String> = BTreeSet::new();
    for (number, (group, part)) in parts.iter().enumerate() {
        let request = Request {
            ground,
            window: &window,
            part,
            tag: number.to_string(),
            is_one_of_several: several.get(&part.patient).is_some_and(|count| *count > 1),
            listed: &listed,
        };
        doc.services.extend(request.services());
        doc.resources.extend(request.wish_resource());
        kept.extend(request.kept());
        doc.requests.push(request.doc());
        asked.push(Asked {
            group: *group,
            request: number,
            places: request.places(),
            names: request.names(),
        });
    }
    for (patient, _) in several.iter().filter(|(_, count)| **count > 1) {
        doc.resources.push(own(format!("{PATIENT} {patient}"), always(), Vec::new()));
    }
    for kind in kept {
        doc.resources.push(ResourceDoc {
            id: format!("{KEPT} {kind}"),
            serves: vec![kind],
            capacity: MANY,
            hours: Vec::new(),
            busy: Vec::new(),
        });
    }
    // A kind that nobody serves and nothing needs is unknown to the instance.
    let known: HashSet<&String> = doc.resources.iter().flat_map(|resource| &resource.serves).collect();
    doc.continuity = continuity().into_iter().filter(|kind| known.contains(kind)).collect();
    (doc, asked)
}

/// A resource that serves one kind of its own name.
fn own(id: String, hours: Vec<WeeklyWindow>, busy: Vec<Interval>) -> ResourceDoc {
    ResourceDoc { serves: vec![id.clone()], id, capacity: 1, hours, busy }
}

struct Request<'a> {
    ground: &'a Ground,
    /// Without the visits that are placed anew.
    window: &'a Window,
    part: &'a Part,
    tag: String,
    is_one_of_several: bool,
    listed: &'a HashSet<String>,
}

impl Request<'_> {
    fn key(&self, role: VisitRole) -> String {
        format!("{role} {}", self.tag)
    }

    fn wish(&self) -> String {
        format!("{WISH} {}", self.tag)
    }

    fn patient(&self) -> String {
        format!("{PATIENT} {}", self.part.patient)
    }

    fn roles(&self) -> impl Iterator<Item = (VisitRole, &[Phase])> {
        VisitRole::ALL.iter().filter_map(move |role| self.part.phases(*role).map(|phases| (*role, phases)))
    }

    /// Kinds of the planner that a role's visits need besides people and rooms.
    fn own_kinds(&self, role: VisitRole) -> Vec<String> {
        let mut kinds = Vec::new();
        if role == VisitRole::Main && self.part.treats {
            kinds.push(self.wish());
        }
        if self.is_one_of_several {
            kinds.push(self.patient());
        }
        kinds
    }

    fn services(&self) -> BTreeMap<String, ServiceDoc> {
        let service = |role: VisitRole, phases: &[Phase]| {
            let mut docs: Vec<PhaseDoc> = phases
                .iter()
                .map(|phase| PhaseDoc {
                    name: phase.name.clone(),
                    offset: phase.offset,
                    minutes: phase.minutes,
                    needs: phase.needs.iter().map(Kind::to_string).collect(),
                })
                .collect();
            let needs = self.own_kinds(role);
            if !needs.is_empty() {
                let minutes = length(phases);
                docs.push(PhaseDoc { name: WISH.to_owned(), offset: 0, minutes, needs });
            }
            ServiceDoc { phases: docs }
        };
        self.roles().map(|(role, phases)| (self.key(role), service(role, phases))).collect()
    }

    fn names(&self) -> Vec<(String, String)> {
        self.roles().map(|(role, _)| (self.key(role), self.part.name(role).to_owned())).collect()
    }

    /// Days on which a treatment of this request may not be: another one's, those the decision does not allow, those
    /// before and after the neighbors in the course.
    fn wish_resource(&self) -> Option<ResourceDoc> {
        if !self.part.treats {
            return None;
        }
        let days = self.ground.days;
        let mut busy: Vec<Interval> = Vec::new();
        let own_visits: HashSet<AppointmentId> = self.part.ids().collect();
        let known = self.ground.patients.get(&self.part.patient);
        for (date, visit) in known.iter().flat_map(|known| &known.treatments) {
            if !own_visits.contains(visit) {
                busy.extend(days.dates(*date, *date));
            }
        }
        let decision = known.and_then(|known| known.decision.as_ref());
        let first_shut = match decision {
            Some(one) if allows_on(decision, days.first).is_ok() => {
                one.expires_on.and_then(|last| last.succ_opt())
            }
            _ => Some(days.first),
        };
        if let Some(date) = first_shut.filter(|date| *date <= days.last) {
            busy.extend(days.dates(date, days.last));
        }
        if let Some(before) = self.part.earliest.and_then(|date| date.pred_opt()) {
            busy.extend(days.dates(days.first, before));
        }
        if let Some(after) = self.part.latest.and_then(|date| date.succ_opt()) {
            busy.extend(days.dates(after, days.last));
        }
        Some(own(self.wish(), always(), busy))
    }

    /// Kinds for which a fixed visit is held by nobody in particular.
    fn kept(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (role, _, _) in self.part.slots().filter(|(_, _, slot)| !slot.real) {
            let phases = self.part.phases(role).unwrap_or_default();
            found.extend(kinds(phases).iter().map(Kind::to_string));
        }
        found
    }

    fn places(&self) -> Vec<(Role, usize, AppointmentId)> {
        let free = self.part.slots().filter(|(_, _, slot)| slot.free);
        free.filter_map(|(role, number, slot)| {
            let visit = slot.visit.as_ref()?;
            Some((planner_role(role), usize::try_from(number).ok()?, visit.id))
        })
        .collect()
    }

    fn doc(&self) -> RequestDoc {
        let part = self.part;
        let hanging = |role: VisitRole, window: &DayWindow| BeforeDoc {
            service: self.key(role),
            min_days: window.min_days,
            max_days: window.max_days,
        };
        RequestDoc {
            id: format!("repair {}", self.tag),
            weight: 1,
            service: self.key(VisitRole::Main),
            visits: i64::try_from(part.mains.len()).unwrap_or(1),
            gap_days: part.gap.map(|gap| GapDoc { min: gap.min, target: gap.target, max: gap.max }),
            before: part.before.as_ref().map(|(_, window)| hanging(VisitRole::Before, window)),
            after_each: (!part.talks.is_empty()).then(|| AfterEachDoc {
                service: self.key(VisitRole::AfterEach),
                min_hours: part.talk_hours.0,
                max_hours: part.talk_hours.1,
            }),
            after_last: part.after_last.as_ref().map(|(_, window)| hanging(VisitRole::AfterLast, window)),
            earliest: Some(day(self.ground.days.first)),
            latest: Some(day(self.ground.days.last)),
            available: Vec::new(),
            unavailable: self.unavailable(),
            preferred: Vec::new(),
            current: part.slots().map(|(role, number, slot)| self.current(role, number, slot)).collect(),
        }
    }

    /// What is past, and the patient's other visits.
    fn unavailable(&self) -> Vec<Interval> {
        let (site, days) = (&self.ground.site, self.ground.days);
        let past = civil(site, self.ground.now) + TimeDelta::minutes(1);
        let mut out: Vec<Interval> = days.interval(midnight(days.first), past).into_iter().collect();
        for (from, to, _) in self.window.taken_of(self.part.patient.0) {
            out.extend(days.interval(civil(site, *from), civil(site, *to)));
        }
        out
    }

    fn current(&self, role: VisitRole, number: i64, slot: &Slot) -> CurrentVisitDoc {
        let needed = kinds(self.part.phases(role).unwrap_or_default());
        let mut resources: BTreeMap<String, String> = match slot.visit.as_ref().filter(|_| slot.real) {
            Some(visit) => visit
                .assigned
                .iter()
                .filter(|one| needed.contains(&one.kind))
                .map(|one| (one.kind.to_string(), one.resource.to_string()))
                .filter(|(_, id)| self.listed.contains(id))
                .collect(),
            None => needed.iter().map(|kind| (kind.to_string(), format!("{KEPT} {kind}"))).collect(),
        };
        resources.extend(self.own_kinds(role).into_iter().map(|kind| (kind.clone(), kind)));
        CurrentVisitDoc {
            role: planner_role(role).as_str().to_owned(),
            index: number,
            start: local(slot.start),
            resources,
            confirmed: slot.visit.as_ref().is_some_and(|visit| visit.confirmed_at.is_some()),
            fixed: !slot.free,
        }
    }
}
