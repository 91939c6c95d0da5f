//! A planned repair in the book's terms: per course which visits change and how, or why it is left for the desk.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::absence::{Group, Repair};
use super::offer;
use super::plan_instance::{is_wish, kind_of};
use super::repair_instance::Asked;
use crate::domain::ids::AppointmentId;
use crate::domain::repair::Disturbance;
use crate::domain::services::{Assignment, kinds};
use crate::domain::time::visit_start;
use crate::planner::{Plan, PlannedVisit, Reason};
use crate::store::appointments::Appointment;
use crate::words::reasons::reason_named;

/// A repair as far as it is found: one row for each hit course or visit, in the order of [`Repair::groups`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepairFound {
    /// The rows.
    pub rows: Vec<RepairRow>,
    /// Whether no smaller repair exists; never said of one that leaves a course only because others take its time.
    pub proved: bool,
}

/// What becomes of one hit course or visit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepairRow {
    /// The visits that change, by old start; empty if it is left.
    pub changes: Vec<VisitChange>,
    /// Why it is left for the desk.
    pub left: Option<String>,
    /// Numbers of the rows that give up a time this one takes: it can only be taken with them.
    pub with: Vec<usize>,
}

impl RepairRow {
    pub(super) fn left(why: String) -> Self {
        Self { left: Some(why), ..Self::default() }
    }
}

/// A visit that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitChange {
    /// Which.
    pub visit: AppointmentId,
    /// How.
    pub what: Disturbance,
    /// Old start.
    pub from: DateTime<Utc>,
    /// New start.
    pub to: DateTime<Utc>,
    /// Who serves which kind.
    pub assigned: Vec<Assignment>,
    /// Their names, people first.
    pub who: Vec<String>,
    /// Whether its driver must be asked again.
    pub driver_again: bool,
}

impl RepairFound {
    /// Visits that get another time.
    pub fn moved(&self) -> i64 {
        self.count(Disturbance::Moved)
    }

    /// Visits that keep their time with somebody else.
    pub fn reassigned(&self) -> i64 {
        self.count(Disturbance::Reassigned)
    }

    /// Courses and visits left for the desk.
    pub fn left(&self) -> i64 {
        count(self.rows.iter().filter(|row| row.left.is_some()))
    }

    fn count(&self, what: Disturbance) -> i64 {
        count(self.rows.iter().flat_map(|row| &row.changes).filter(|change| change.what == what))
    }

    /// Groups left by this plan that were not left before it.
    pub(super) fn lost(&self, before: &BTreeMap<usize, String>) -> Vec<(usize, String)> {
        let left = self.rows.iter().enumerate().filter(|(number, _)| !before.contains_key(number));
        left.filter_map(|(number, row)| row.left.clone().map(|why| (number, why))).collect()
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> i64 {
    i64::try_from(items.count()).unwrap_or(i64::MAX)
}

/// Whether a plan shows that no smaller repair exists.
pub(super) fn is_proved(plan: &Plan) -> bool {
    let open = |reason: &Reason| matches!(reason, Reason::OthersFirst | Reason::Searching);
    plan.cost <= plan.lower_bound && !plan.unplanned.iter().any(|one| open(&one.reason))
}

/// Reads a plan; `left` are the groups that are no part of it, and why.
pub(super) fn read(
    repair: &Repair,
    asked: &[Asked],
    left: &BTreeMap<usize, String>,
    plan: &Plan,
) -> RepairFound {
    let row = |(number, group): (usize, &Group)| {
        if let Some(why) = left.get(&number) {
            return RepairRow::left(why.clone());
        }
        let mut changes = Vec::new();
        for ask in asked.iter().filter(|ask| ask.group == number) {
            let Some(course) = plan.planned.iter().find(|course| course.request == ask.request) else {
                let why = plan.unplanned.iter().find(|one| one.request == ask.request);
                let why = why.map(|one| reason(repair, ask, &one.reason)).unwrap_or_default();
                return RepairRow::left(why);
            };
            for (role, index, id) in &ask.places {
                let old = group.visits.iter().find(|visit| visit.id == *id);
                let new = course.visit(*role, *index);
                changes.extend(old.zip(new).and_then(|(old, new)| change(repair, group, old, new)));
            }
        }
        changes.sort_by_key(|change| change.from);
        RepairRow { changes, ..RepairRow::default() }
    };
    RepairFound { rows: repair.groups.iter().enumerate().map(row).collect(), proved: false }
}

/// What a planned visit changes against the book; `None` if nothing.
fn change(repair: &Repair, group: &Group, old: &Appointment, new: &PlannedVisit) -> Option<VisitChange> {
    let to = visit_start(repair.ground.site.timezone, new.start)?;
    let mut assigned = Vec::new();
    for kind in kinds(&old.phases) {
        let resource = new.resources.get(kind.as_str())?.parse().ok()?;
        assigned.push(Assignment { kind, resource });
    }
    let same_people =
        assigned.len() == old.assigned.len() && assigned.iter().all(|one| old.assigned.contains(one));
    let what = Disturbance::of(to == old.starts_at, same_people);
    (what != Disturbance::Kept).then(|| VisitChange {
        visit: old.id,
        what,
        from: old.starts_at,
        to,
        who: offer::names(&repair.ground.window, &assigned),
        assigned,
        driver_again: what == Disturbance::Moved && old.needs_driver() && group.driven.contains(&old.id),
    })
}

/// Why a request is left, with names for the planner's ids.
pub(super) fn reason(repair: &Repair, ask: &Asked, reason: &Reason) -> String {
    let w = repair.w;
    if let Reason::KindNeverFree { kind, .. } = reason
        && is_wish(kind)
    {
        return w.t("absence-left-days");
    }
    let name = |id: &str| {
        if let Some((_, name)) = ask.names.iter().find(|(key, _)| key == id) {
            return name.clone();
        }
        if let Some(kind) = kind_of(id) {
            return w.t(kind.word_key()).to_lowercase();
        }
        let resource = id.parse().ok().map(|resource| repair.ground.window.name_of(resource));
        resource.filter(|name| !name.is_empty()).unwrap_or_else(|| w.t("absence-the-patient"))
    };
    reason_named(w, reason, &name)
}
