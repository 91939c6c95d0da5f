//! What the plan page shows of a course: its weeks as a table, its visits with their phases, and the box of a refusal.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};

use super::Desk;
use super::plan_query::{Dropped, PlanQuery, WEEK};
use super::read_aloud::{self, SpokenVisit, leading_kind};
use crate::actions::plan::{ChosenVisit, Course, CourseVisit};
use crate::domain::gates::Unmet;
use crate::domain::ids::PatientId;
use crate::domain::protocols::VisitRole;
use crate::domain::roles::Permission;
use crate::domain::services::{PHASE_INFUSION, PHASE_RECOVERY};
use crate::store::Tx;
use crate::store::patients::Patient;
use crate::web::kit::PageError;
use crate::web::kit::refusals::unmet_lines;
use crate::words::Words;
use crate::words::format::{Format, clock_time, money, weekday_long, weekday_short};

/// Why something cannot be, and what to do about it.
pub struct Refusal {
    /// Who, and what cannot happen.
    pub title: String,
    /// Every reason, in the order one can act.
    pub lines: Vec<RefusalLine>,
    /// What comes next; may be empty.
    pub last: String,
}

/// One reason with its cure.
pub struct RefusalLine {
    /// The sentence.
    pub text: String,
    /// The way to settle it.
    pub cure: Option<Link>,
}

/// A link with its words.
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

impl Refusal {
    /// Reasons without cures.
    pub fn plain(title: String, lines: Vec<String>, last: String) -> Self {
        let lines = lines.into_iter().map(|text| RefusalLine { text, cure: None }).collect();
        Self { title, lines, last }
    }
}

/// The lines of shut gates, each with the way to settle it that this person may take.
pub fn gate_lines(desk: &Desk, patient: PatientId, unmet: &[Unmet]) -> Vec<RefusalLine> {
    let w = desk.w();
    unmet_lines(w, desk.f(), unmet)
        .into_iter()
        .map(|line| {
            let cure = line.cure.map(|(label, kind)| {
                if kind == "decide" && desk.may(Permission::DecideCandidacy) {
                    Link { label, href: format!("/patients/{patient}/decide") }
                } else {
                    Link { label: w.t("book-cure-chart"), href: format!("/patients/{patient}") }
                }
            });
            RefusalLine { text: line.text, cure }
        })
        .collect()
}

/// The patient of a path.
///
/// # Errors
/// [`PageError::NotFound`] for nonsense, unknown patients and those of other sites.
pub async fn find_patient(tx: &mut Tx, desk: &Desk, id: &str) -> Result<Patient, PageError> {
    let id = id.parse::<PatientId>().map_err(|_| PageError::NotFound)?;
    tx.patient(id).await?.filter(|patient| patient.site_id == desk.site.id).ok_or(PageError::NotFound)
}

/// Birth date and phone, so that the right person is seen to be chosen.
pub fn facts_of(w: Words, f: Format, patient: &Patient) -> Vec<String> {
    let (birth, age) = (f.birth(patient.birth_date), f.age(patient.birth_date).to_string());
    let mut facts = vec![w.f("book-born", [("birth", birth.as_str()), ("age", age.as_str())])];
    facts.extend(patient.phone.clone());
    facts
}

/// One course to choose.
pub struct OptionView {
    /// Id of its radio button.
    pub id: String,
    /// "A  Best fit".
    pub title: String,
    /// The course as the form sends it back.
    pub value: String,
    /// Whether it stands first.
    pub first: bool,
    /// "Dec 1 to Jan 12".
    pub dates: String,
    /// "$4,150".
    pub price: String,
    /// What it gives up against the wishes.
    pub gives_up: Vec<String>,
    /// How it differs from the first.
    pub differs: Vec<String>,
    /// What the table is about.
    pub caption: String,
    /// Heads of the table: short and long weekdays.
    pub columns: Vec<(String, String)>,
    /// Its rows.
    pub weeks: Vec<WeekView>,
    /// Every visit, each talk below its treatment.
    pub visits: Vec<VisitView>,
    /// The course in one breath.
    pub aloud: String,
}

/// A week of the small table.
pub struct WeekView {
    /// "Nov 30".
    pub label: String,
    /// A cell per column.
    pub cells: Vec<CellView>,
}

/// A day of the small table.
pub struct CellView {
    /// Classes of the style sheet.
    pub class: String,
    /// "1", "c", "p", "r" or a dot.
    pub mark: String,
    /// For screen readers: "Tuesday, December 1: Infusion 1, 10:00 AM"; empty for nothing.
    pub said: String,
}

/// A visit of the list.
pub struct VisitView {
    /// Classes of its row.
    pub is_talk: bool,
    /// "1", "c", "p", "r".
    pub mark: String,
    /// "Tue, Dec 1, 10:00 AM".
    pub when: String,
    /// `datetime` of its start.
    pub machine: String,
    /// The service's name.
    pub name: String,
    /// "Dr. Okafor, Sam Reed · Room 1".
    pub who: String,
    /// Phases with their class and minutes.
    pub phases: Vec<(&'static str, String)>,
    /// Whether it is held fast.
    pub pinned: bool,
    /// Holds it fast, or frees it.
    pub pin_href: String,
    /// Plans without it.
    pub drop_href: String,
}

/// What the views need besides the course.
pub struct Viewer<'a> {
    /// Words and formats.
    pub w: Words,
    /// The site's formatter.
    pub f: Format,
    /// The site's currency.
    pub currency: &'a str,
    /// The wishes in force.
    pub query: &'a PlanQuery,
    /// The page's path.
    pub path: &'a str,
}

impl Viewer<'_> {
    /// The address of the page with other wishes.
    pub fn href(&self, query: &PlanQuery) -> String {
        let query = query.to_query();
        if query.is_empty() { self.path.to_owned() } else { format!("{}?{query}", self.path) }
    }

    /// A course as the page shows it; `number` counts from 0.
    pub fn option(&self, number: usize, course: &Course) -> OptionView {
        let (w, f) = (self.w, self.f);
        let letter = ["A", "B", "C"].get(number).copied().unwrap_or("D");
        let name = match course.differs.first() {
            _ if number == 0 => w.t("plan-best"),
            Some(difference) => upper_first(difference.trim_end_matches('.')),
            None => w.t("plan-another"),
        };
        let date =
            |visit: Option<&CourseVisit>| visit.map(|one| f.day_month(one.start.date())).unwrap_or_default();
        let (first, last) = (date(course.visits.first()), date(course.visits.last()));
        let spoken: Vec<SpokenVisit> = course.visits.iter().map(spoken).collect();
        let columns = columns(course.visits.iter().map(|visit| visit.start.date()));
        OptionView {
            id: format!("course-{}", letter.to_lowercase()),
            title: w.f("plan-option", [("letter", letter), ("name", name.as_str())]),
            value: ChosenVisit::to_text(&course.visits.iter().map(chosen).collect::<Vec<_>>()),
            first: number == 0,
            dates: w.f("plan-dates", [("first", first.as_str()), ("last", last.as_str())]),
            price: money(course.total_cents, self.currency),
            gives_up: course.gives_up.clone(),
            differs: if number == 0 { Vec::new() } else { course.differs.clone() },
            caption: w.f("plan-weeks", [("letter", letter)]),
            weeks: self.weeks(course, &columns),
            columns: columns
                .iter()
                .map(|day| (weekday_short(*day)[..2].to_owned(), weekday_long(*day).to_owned()))
                .collect(),
            visits: self.visits(course),
            aloud: read_aloud::course(w, f, &spoken, course.total_cents, self.currency),
        }
    }

    fn weeks(&self, course: &Course, columns: &[Weekday]) -> Vec<WeekView> {
        let (Some(first), Some(last)) = (course.visits.first(), course.visits.last()) else {
            return Vec::new();
        };
        let mut monday = monday_of(first.start.date());
        let mut weeks = Vec::new();
        while monday <= last.start.date() {
            let cells = columns
                .iter()
                .map(|day| self.cell(course, monday + TimeDelta::days(i64::from(day.num_days_from_monday()))))
                .collect();
            weeks.push(WeekView { label: self.f.day_month(monday), cells });
            monday += TimeDelta::days(7);
        }
        weeks
    }

    fn cell(&self, course: &Course, date: NaiveDate) -> CellView {
        let visits: Vec<&CourseVisit> =
            course.visits.iter().filter(|visit| visit.start.date() == date).collect();
        if visits.is_empty() {
            let away = self.query.away.iter().any(|(from, to)| (*from..=*to).contains(&date));
            let said = if away { self.w.t("plan-away-day") } else { String::new() };
            let class = if away { "closed".to_owned() } else { String::new() };
            return CellView { class, mark: "·".to_owned(), said };
        }
        let main = visits.iter().find(|visit| visit.role == VisitRole::Main).or(visits.first());
        let mut class = main.map_or("", |visit| role_class(visit.role)).to_owned();
        if visits.iter().any(|visit| visit.pinned) {
            class.push_str(" pinned");
        }
        let marks: Vec<String> = visits.iter().map(|visit| mark(visit)).collect();
        let parts: Vec<String> = visits.iter().map(|visit| self.said(visit)).collect();
        let (day, list) = (self.f.long_day(date), parts.join("; "));
        let said = self.w.f("plan-cell", [("day", day.as_str()), ("visits", list.as_str())]);
        CellView { class, mark: marks.join(" "), said }
    }

    fn said(&self, visit: &CourseVisit) -> String {
        let (index, time) = (visit.index.to_string(), clock_time(visit.start.time()));
        let key = if visit.role == VisitRole::Main { "plan-cell-main" } else { "plan-cell-visit" };
        let args =
            [("name", visit.service.name.as_str()), ("index", index.as_str()), ("time", time.as_str())];
        self.w.f(key, args)
    }

    fn visits(&self, course: &Course) -> Vec<VisitView> {
        let mut order: Vec<&CourseVisit> = course.visits.iter().collect();
        // A talk stands right below its treatment, whatever lies between them in time.
        order.sort_by_key(|visit| match visit.role {
            VisitRole::Before => (0, 0, 0, visit.start),
            VisitRole::Main => (1, visit.index, 0, visit.start),
            VisitRole::AfterEach => (1, visit.index, 1, visit.start),
            VisitRole::AfterLast => (2, 0, 0, visit.start),
        });
        order.into_iter().map(|visit| self.visit(visit)).collect()
    }

    fn visit(&self, visit: &CourseVisit) -> VisitView {
        let drop = Dropped { role: visit.role, index: visit.index, start: visit.start };
        let pin = if visit.pinned {
            self.query.without_pin(visit.role, visit.index)
        } else {
            self.query.with_pin(&chosen(visit))
        };
        VisitView {
            is_talk: visit.role == VisitRole::AfterEach,
            mark: mark(visit),
            when: self.f.when(visit.starts_at),
            machine: self.f.machine(visit.starts_at),
            name: visit.service.name.clone(),
            who: who(visit),
            phases: phases(self.w, visit),
            pinned: visit.pinned,
            pin_href: self.href(&pin),
            drop_href: self.href(&self.query.with_drop(drop)),
        }
    }
}

/// The choice a planned visit stands for.
pub fn chosen(visit: &CourseVisit) -> ChosenVisit {
    ChosenVisit {
        role: visit.role,
        index: visit.index,
        start: visit.start,
        assigned: visit.assigned.iter().map(|(assignment, _)| *assignment).collect(),
    }
}

/// The place of a visit in words: "Treatment 3", "Preparation".
pub fn place(w: Words, role: VisitRole, index: i64) -> String {
    let role_word = w.t(role.word_key());
    match role {
        VisitRole::Main | VisitRole::AfterEach => {
            w.f("plan-place", [("role", role_word.as_str()), ("index", index.to_string().as_str())])
        }
        VisitRole::Before | VisitRole::AfterLast => role_word,
    }
}

/// "Tue, Dec 15, 10:00 AM" from the site's civil time.
pub fn local_when(f: Format, local: NaiveDateTime) -> String {
    f.when(crate::domain::time::bound(f.zone(), local))
}

fn spoken(visit: &CourseVisit) -> SpokenVisit {
    let kind = leading_kind(&visit.service.kinds());
    let person = visit.assigned.iter().find(|(assignment, _)| Some(assignment.kind) == kind);
    let who = person.map(|(_, name)| name.clone()).unwrap_or_default();
    let companion = visit.service.companion;
    SpokenVisit { role: visit.role, starts_at: visit.starts_at, who, companion }
}

/// People, then rooms, each once.
fn who(visit: &CourseVisit) -> String {
    let (mut people, mut rooms): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for (assignment, name) in &visit.assigned {
        let list = if assignment.kind.is_room() { &mut rooms } else { &mut people };
        if !list.contains(&name.as_str()) {
            list.push(name);
        }
    }
    people.append(&mut rooms);
    people.join(" · ")
}

fn phases(w: Words, visit: &CourseVisit) -> Vec<(&'static str, String)> {
    let is_treatment = visit.service.category.needs_candidacy();
    let class = |name: &str| match name {
        PHASE_RECOVERY => "phase ph-recover",
        PHASE_INFUSION => "phase ph-treat",
        _ if is_treatment => "phase",
        _ => "phase ph-talk",
    };
    let line = |name: &str, minutes: i64| {
        w.f("plan-phase", [("name", name), ("minutes", minutes.to_string().as_str())])
    };
    visit.service.phases.iter().map(|phase| (class(&phase.name), line(&phase.name, phase.minutes))).collect()
}

fn mark(visit: &CourseVisit) -> String {
    match visit.role {
        VisitRole::Main => visit.index.to_string(),
        VisitRole::Before => "p".to_owned(),
        VisitRole::AfterEach => "c".to_owned(),
        VisitRole::AfterLast => "r".to_owned(),
    }
}

fn role_class(role: VisitRole) -> &'static str {
    match role {
        VisitRole::Before => "m-prep",
        VisitRole::Main => "m-treat",
        VisitRole::AfterEach => "m-talk",
        VisitRole::AfterLast => "m-review",
    }
}

/// Monday to Friday, and a weekend day only if something falls on it.
fn columns(dates: impl Iterator<Item = NaiveDate>) -> Vec<Weekday> {
    let used: Vec<Weekday> = dates.map(|date| date.weekday()).collect();
    let weekend = |day: Weekday| matches!(day, Weekday::Sat | Weekday::Sun);
    WEEK.iter().map(|(day, _)| *day).filter(|day| !weekend(*day) || used.contains(day)).collect()
}

/// The Monday of a date's week.
pub fn monday_of(date: NaiveDate) -> NaiveDate {
    date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()))
}

fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// "Hold for 24 hours" as the button of a hold says it.
pub fn hold_words(w: Words, minutes: i64) -> String {
    if minutes % 60 == 0 { w.n("plan-hold-hours", minutes / 60) } else { w.n("plan-hold-minutes", minutes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn weekends_show_only_when_something_falls_on_them() {
        assert_eq!(columns([day("2026-12-01")].into_iter()).len(), 5);
        let with_saturday = columns([day("2026-12-01"), day("2026-12-05")].into_iter());
        assert_eq!(with_saturday.last(), Some(&Weekday::Sat));
    }

    #[test]
    fn a_week_begins_on_monday() {
        assert_eq!(monday_of(day("2026-12-06")), day("2026-11-30"));
        assert_eq!(monday_of(day("2026-11-30")), day("2026-11-30"));
    }
}
