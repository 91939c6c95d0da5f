//! The waiting list in words: who waits since when with which wishes, and what the plan has for each.

use std::collections::HashMap;

use chrono::Weekday;

use super::plan_query::Part;
use super::run;
use crate::actions::plan::CourseVisit;
use crate::actions::planning_runs::{Found, Latest};
use crate::actions::waiting_list::{Candidate, WaitingFound, WaitingRow};
use crate::domain::ids::ResourceId;
use crate::domain::patients::chart_name;
use crate::domain::protocols::VisitRole;
use crate::domain::wishes::KeptWishes;
use crate::web::kit::Fields;
use crate::words::Words;
use crate::words::format::{Format, money, weekday_short};

/// Somebody who waits, and the course found for them.
pub struct WaitView {
    /// Id of the cell that shows what was found.
    pub id: String,
    /// Value of its check box.
    pub value: String,
    /// "ALVAREZ, Maria".
    pub name: String,
    /// Their chart.
    pub chart: String,
    /// Plans for them alone.
    pub plan: String,
    /// "born Mar 4, 1988".
    pub born: String,
    /// "Nov 3, 4 weeks".
    pub since: String,
    /// "Induction, 60 minutes, 6 treatments".
    pub course: String,
    /// Wishes in words.
    pub wishes: String,
    /// The course found, or why there is none, in one line.
    pub summary: String,
    /// First treatment.
    pub first: String,
    /// What the course gives up, or what would free one.
    pub notes: Vec<String>,
    /// Whether there is a course.
    pub has_course: bool,
    /// Whether its box is ticked.
    pub picked: bool,
}

/// Words and formats of the page.
#[derive(Clone)]
pub struct Viewer {
    /// The catalogue.
    pub w: Words,
    /// The site's formatter.
    pub f: Format,
    /// The site's currency.
    pub currency: String,
    /// Names of people and rooms.
    pub names: HashMap<ResourceId, String>,
}

/// The plan found so far.
pub fn found(latest: &Latest) -> Option<&WaitingFound> {
    match &latest.found {
        Some(Found::Waiting(found)) => Some(found),
        _ => None,
    }
}

impl Viewer {
    /// "Best so far: 12 of 14 have a course. 3 s."
    pub fn progress(&self, latest: &Latest) -> String {
        let w = self.w;
        let seconds = run::seconds(w, latest.elapsed);
        if found(latest).is_none() {
            let looking = || w.f("waiting-looking", [("seconds", seconds.as_str())]);
            return run::without_plan(w, latest).unwrap_or_else(looking);
        }
        let all = (latest.planned + latest.unplanned).to_string();
        let planned = latest.planned.to_string();
        let args = [("some", planned.as_str()), ("all", all.as_str()), ("seconds", seconds.as_str())];
        match (latest.is_over(), latest.cost <= latest.bound) {
            (false, _) => w.f("waiting-best", args),
            (true, true) => w.f("waiting-proved", args),
            (true, false) => w.f("waiting-done", args),
        }
    }

    /// Everybody who waits; `fields` keeps what was ticked once something was sent.
    pub fn rows(
        &self,
        waiting: &[Candidate],
        found: Option<&WaitingFound>,
        fields: Option<&Fields>,
    ) -> Vec<WaitView> {
        let numbered = waiting.iter().enumerate();
        numbered
            .map(|(number, one)| {
                let row = found.and_then(|found| found.rows.get(number));
                self.row(number, one, row, fields)
            })
            .collect()
    }

    fn row(
        &self,
        number: usize,
        one: &Candidate,
        row: Option<&WaitingRow>,
        fields: Option<&Fields>,
    ) -> WaitView {
        let (w, f) = (self.w, self.f);
        let value = number.to_string();
        let (birth, day) = (f.birth(one.patient.birth_date), f.day_month(one.since));
        let weeks = (f.today() - one.since).num_weeks();
        let (summary, first, notes) = match row {
            None => (w.t("waiting-searching"), String::new(), Vec::new()),
            Some(WaitingRow::Left { reason, frees }) => (reason.clone(), String::new(), frees.clone()),
            Some(WaitingRow::Course(course)) => {
                let mains = course.visits.iter().filter(|visit| visit.role == VisitRole::Main);
                let first = mains.min_by_key(|visit| visit.starts_at).map(|visit| f.when(visit.starts_at));
                let date = |at: Option<&CourseVisit>| {
                    at.map(|visit| f.day_month(visit.start.date())).unwrap_or_default()
                };
                let (from, to) = (date(course.visits.first()), date(course.visits.last()));
                let price = money(course.total_cents, &self.currency);
                let args = [("first", from.as_str()), ("last", to.as_str()), ("price", price.as_str())];
                (w.f("waiting-course", args), first.unwrap_or_default(), course.gives_up.clone())
            }
        };
        let has_course = matches!(row, Some(WaitingRow::Course(_)));
        WaitView {
            id: format!("row-{number}"),
            name: chart_name(&one.patient.sort_name),
            chart: format!("/patients/{}", one.patient.id),
            plan: format!("/patients/{}/plan", one.patient.id),
            born: w.f("absence-born", [("birth", birth.as_str())]),
            since: w.nf("waiting-since", weeks, [("day", day.as_str())]),
            course: w.nf("waiting-asks", one.visits, [("protocol", one.protocol.name.as_str())]),
            wishes: self.wishes(&one.wished),
            picked: has_course && fields.is_none_or(|fields| fields.checked("pick", &value)),
            summary,
            first,
            notes,
            has_course,
            value,
        }
    }

    /// The rows' one-line texts, by the ids of their cells.
    pub fn summaries(&self, waiting: &[Candidate], found: Option<&WaitingFound>) -> Vec<(String, String)> {
        self.rows(waiting, found, None).into_iter().map(|row| (row.id, row.summary)).collect()
    }

    /// "Mon, Tue · mornings, a wish · Dr. Okafor, a must · not before Dec 1"
    fn wishes(&self, wished: &KeptWishes) -> String {
        let (w, f) = (self.w, self.f);
        let how = |must: bool| w.t(if must { "plan-must" } else { "plan-rather" });
        let strength = |what: String, must: bool| {
            w.f("waiting-wish", [("what", what.as_str()), ("how", how(must).as_str())])
        };
        let days =
            |days: &[Weekday]| days.iter().map(|day| weekday_short(*day)).collect::<Vec<_>>().join(", ");
        let mut parts = Vec::new();
        if !wished.days.is_empty() {
            parts.push(strength(days(&wished.days), true));
        }
        if !wished.rather.is_empty() {
            parts.push(strength(days(&wished.rather), false));
        }
        let part = Part::ALL.iter().find(|part| wished.hours == Some(part.minutes()));
        if let Some(part) = part {
            parts.push(strength(w.t(part.word_key()), wished.hours_must));
        }
        if let Some(name) = wished.with.and_then(|id| self.names.get(&id)) {
            parts.push(strength(name.clone(), wished.with_must));
        }
        if let Some(from) = wished.from {
            parts.push(w.f("waiting-wish-from", [("day", f.day_month(from).as_str())]));
        }
        if !wished.away.is_empty() {
            parts.push(w.n("waiting-wish-away", i64::try_from(wished.away.len()).unwrap_or(i64::MAX)));
        }
        parts.join(" · ")
    }
}
