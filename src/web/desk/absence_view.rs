//! A repair in words: progress, each hit course with what changes, and the sentence its patient will get.

use chrono::{DateTime, Utc};

use super::{run, visit_words};
use crate::actions::absence::{Group, Repair};
use crate::actions::absence_read::{RepairFound, RepairRow, VisitChange};
use crate::actions::planning_runs::{Found, Latest};
use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::patients::chart_name;
use crate::domain::repair::Disturbance;
use crate::store::appointments::Appointment;
use crate::web::kit::Fields;
use crate::words::Words;
use crate::words::format::Format;

/// A hit course or visit as the page shows it.
pub struct RowView {
    /// Id of the cell that shows what was found.
    pub id: String,
    /// Name of its radio buttons.
    pub field: String,
    /// "ALVAREZ, Maria".
    pub name: String,
    /// Their chart.
    pub chart: String,
    /// Birth date, and "held" where the course is one.
    pub facts: Vec<String>,
    /// The visits that are hit.
    pub hits: Vec<String>,
    /// What changes, visit by visit.
    pub changes: Vec<String>,
    /// The same in one short line.
    pub summary: String,
    /// Why it is left for the desk.
    pub left: Option<String>,
    /// What the patient will hear.
    pub says: String,
    /// "The driver is asked again", if so.
    pub driver: Option<String>,
    /// "Can only be taken with Chen Wei.", if so.
    pub goes_with: Option<String>,
    /// "Call first: +1 555 010 0133", if something changes today.
    pub call: Option<String>,
    /// Whether it is chosen.
    pub takes: bool,
}

/// Words and formats of the page.
#[derive(Clone, Copy)]
pub struct Viewer {
    /// The catalogue.
    pub w: Words,
    /// The site's formatter.
    pub f: Format,
}

/// The repair found so far.
pub fn found(latest: &Latest) -> Option<&RepairFound> {
    match &latest.found {
        Some(Found::Repair(found)) => Some(found),
        _ => None,
    }
}

impl Viewer {
    /// "Best so far: 4 visits move. 3 s."
    pub fn progress(&self, latest: &Latest) -> String {
        let w = self.w;
        let seconds = run::seconds(w, latest.elapsed);
        let Some(found) = found(latest) else {
            let waiting = || w.f("absence-looking", [("seconds", seconds.as_str())]);
            return run::without_plan(w, latest).unwrap_or_else(waiting);
        };
        if found.rows.is_empty() {
            return w.t("absence-nothing");
        }
        let what = self.counts(found);
        let args = [("what", what.as_str()), ("seconds", seconds.as_str())];
        match (latest.is_over(), found.proved) {
            (false, _) => w.f("absence-best", args),
            (true, true) => w.f("absence-proved", args),
            (true, false) => w.f("absence-done", args),
        }
    }

    /// "4 visits move, 1 keeps its time, 1 is left"
    fn counts(&self, found: &RepairFound) -> String {
        let w = self.w;
        let mut parts = vec![w.n("absence-count-moved", found.moved())];
        for (key, count) in [("absence-count-same", found.reassigned()), ("absence-count-left", found.left())]
        {
            if count > 0 {
                parts.push(w.n(key, count));
            }
        }
        parts.join(", ")
    }

    /// Every hit course or visit; what was chosen in `fields` stays chosen.
    pub fn rows(&self, repair: &Repair, found: Option<&RepairFound>, fields: &Fields) -> Vec<RowView> {
        let bare = RepairRow::default();
        repair
            .groups
            .iter()
            .enumerate()
            .map(|(number, group)| {
                let row = found.and_then(|found| found.rows.get(number));
                let mut view = self.row(number, group, row.unwrap_or(&bare), row.is_some(), fields);
                view.goes_with = row.filter(|row| !row.with.is_empty()).map(|row| {
                    let names = self.names(repair, &row.with);
                    self.w.f("absence-goes-with", [("names", names.as_str())])
                });
                view
            })
            .collect()
    }

    fn row(&self, number: usize, group: &Group, row: &RepairRow, is_known: bool, fields: &Fields) -> RowView {
        let (w, f) = (self.w, self.f);
        let patient = &group.patient;
        let field = format!("take-{number}");
        let birth = f.birth(patient.birth_date);
        let mut facts = vec![w.f("absence-born", [("birth", birth.as_str())])];
        let held = group.series.as_ref().is_some_and(|series| series.status == SeriesStatus::Held);
        if held {
            facts.push(w.t("state-held"));
        }
        let changes: Vec<String> = row.changes.iter().map(|change| self.change(group, change)).collect();
        let asked_again = row.changes.iter().any(|change| change.driver_again);
        RowView {
            id: format!("row-{number}"),
            name: chart_name(&patient.sort_name),
            chart: format!("/patients/{}", patient.id),
            facts,
            hits: group.hit.iter().map(|visit| self.hit(group, visit)).collect(),
            summary: if is_known { self.summary(row, &changes) } else { w.t("absence-searching") },
            says: if row.left.is_some() { String::new() } else { self.says(group, row) },
            goes_with: None,
            driver: asked_again.then(|| w.t("absence-driver")),
            call: self.is_today(row).then(|| {
                let phone = patient.phone.clone().unwrap_or_else(|| w.t("absence-no-phone"));
                w.f("absence-call", [("phone", phone.as_str())])
            }),
            takes: if fields.has(&field) { fields.checked(&field, "take") } else { row.left.is_none() },
            left: row.left.clone(),
            changes,
            field,
        }
    }

    /// "Chen Wei, Ana Ruiz": whose rows these numbers are.
    pub fn names(&self, repair: &Repair, numbers: &[usize]) -> String {
        let groups = numbers.iter().filter_map(|number| repair.groups.get(*number));
        groups.map(|group| group.patient.full_name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The rows' one-line texts, by the ids of their cells.
    pub fn summaries(&self, repair: &Repair, found: Option<&RepairFound>) -> Vec<(String, String)> {
        let rows = self.rows(repair, found, &Fields::new());
        rows.into_iter().map(|row| (row.id, row.summary)).collect()
    }

    fn summary(&self, row: &RepairRow, changes: &[String]) -> String {
        if let Some(why) = &row.left {
            return self.w.f("absence-left", [("why", why.as_str())]);
        }
        match changes {
            [] => String::new(),
            [one] => one.clone(),
            [first, rest @ ..] => {
                let more = i64::try_from(rest.len()).unwrap_or(i64::MAX);
                self.w.nf("absence-and-more", more, [("first", first.as_str())])
            }
        }
    }

    fn hit(&self, group: &Group, visit: &Appointment) -> String {
        let place = visit_words::place(self.w, visit, group.series.as_ref());
        let when = self.f.when(visit.starts_at);
        self.w.f("absence-hit", [("visit", place.as_str()), ("when", when.as_str())])
    }

    fn change(&self, group: &Group, change: &VisitChange) -> String {
        let visit = group.visits.iter().find(|visit| visit.id == change.visit);
        let place = visit.map(|visit| visit_words::place(self.w, visit, group.series.as_ref()));
        let (place, who) = (place.unwrap_or_default(), change.who.join(", "));
        let (from, to) = (self.f.when(change.from), self.f.when(change.to));
        let args =
            [("visit", place.as_str()), ("from", from.as_str()), ("to", to.as_str()), ("who", who.as_str())];
        let key =
            if change.what == Disturbance::Moved { "absence-change-moved" } else { "absence-change-same" };
        self.w.f(key, args)
    }

    /// What the patient will read, as they will read it.
    fn says(&self, group: &Group, row: &RepairRow) -> String {
        let (w, f) = (self.w, self.f);
        let name = group.patient.called();
        let moved: Vec<&VisitChange> =
            row.changes.iter().filter(|change| change.what == Disturbance::Moved).collect();
        if moved.is_empty() {
            return w.f("absence-says-nothing", [("name", name)]);
        }
        if group.hit.iter().any(|visit| visit.status == AppointmentStatus::Held) {
            return w.f("absence-says-held", [("name", name)]);
        }
        if group.patient.email.is_none() {
            return w.f("absence-says-call", [("name", name)]);
        }
        let lines: Vec<String> = moved
            .iter()
            .map(|change| {
                let (from, to) = (f.long_when(change.from), f.long_when(change.to));
                w.f("absence-says-line", [("from", from.as_str()), ("to", to.as_str())])
            })
            .collect();
        w.f("absence-says", [("name", name), ("lines", lines.join(" ").as_str())])
    }

    /// Whether a visit of today changes its time, or one comes to today: mail may be read too late.
    fn is_today(&self, row: &RepairRow) -> bool {
        let today = |at: DateTime<Utc>| self.f.date_of(at) == self.f.today();
        let mut moved = row.changes.iter().filter(|change| change.what == Disturbance::Moved);
        moved.any(|change| today(change.from) || today(change.to))
    }
}
