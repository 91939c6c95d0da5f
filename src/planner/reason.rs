//! Why a request is unplanned, and what would free it: data only, the words are in the catalogue.

#![expect(missing_docs, reason = "a variant's comment says what its fields are")]

use chrono::{NaiveDate, NaiveTime, Weekday};

use super::binding::Binding;
use super::instance::Role;

/// When a patient comes, as people say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayPart {
    /// Before noon or little later.
    Morning,
    /// From noon on.
    Afternoon,
    /// Both, or it does not matter.
    Any,
}

/// What is missing in the hours after a main visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The patient cannot come then.
    Patient,
    /// This kind alone: it works then and is taken (`works`), or does not work at all.
    Kind { kind: String, works: bool },
    /// Several kinds, or each is free at times but never all at once.
    Together,
}

/// The rule that binds for an unplanned request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No resource serves a kind that a visit needs.
    NobodyServes { role: Role, kind: String },
    /// The dates allowed hold fewer days than the course needs.
    TooFewDays { from: NaiveDate, to: NaiveDate, needed: i64 },
    /// The clinic's hours and rooms never hold a visit of this length, whatever the patient wishes.
    NeverFits { role: Role, service: String, minutes: i64 },
    /// Resources of a kind are never free for its phases (`minutes`) when the patient can come.
    KindNeverFree { role: Role, kind: String, service: String, minutes: Vec<i64>, part: DayPart },
    /// Each kind is free at times, but never all together when the patient can come.
    NeverTogether { role: Role, service: String },
    /// No start falls inside the patient's own windows and dates.
    PatientNeverCan { role: Role, service: String, minutes: i64 },
    /// No visit of `service` is possible so many hours after a visit of `main` on these weekdays, for want of
    /// `missing`. No weekdays: each can be followed at times, but not throughout a course.
    NoAfterEach {
        service: String,
        main: String,
        min_hours: i64,
        max_hours: i64,
        weekdays: Vec<Weekday>,
        missing: Missing,
    },
    /// Nothing is free in the days before any possible first visit.
    NoBefore { service: String, min_days: i64, max_days: i64 },
    /// Nothing is free in the days after any possible last visit.
    NoAfterLast { service: String, min_days: i64, max_days: i64 },
    /// The chain of visits breaks: at most `reached` of `visits` can follow each other at these gaps.
    ChainBreaks { reached: usize, visits: usize, min_days: i64, max_days: i64, last: NaiveDate },
    /// The last date allowed comes before this visit (`index` from 1).
    EndsBefore { date: NaiveDate, role: Role, index: usize },
    /// Without the first date allowed there would be a course.
    StartsAfter { date: NaiveDate },
    /// Resources of a kind are not free for main visit `index` (from 1) where the gaps put it.
    KindRunsOut { kind: String, service: String, index: usize, visits: usize },
    /// The patient's weekly times hold single visits, but no course.
    PatientTimes,
    /// The patient's absences leave single visits, but no course.
    PatientAbsences,
    /// What is fixed (`role`, `index` from 1) cannot be completed.
    AroundFixed { role: Role, index: usize },
    /// The patient's own visits would overlap.
    OwnOverlap,
    /// It can be planned, at a higher price than leaving it.
    DearerThanLeaving { cost: i64, unplanned: i64 },
    /// It could be planned alone, but others take the time.
    OthersFirst,
    /// The search is still going on; nothing is known yet.
    Searching,
}

impl Reason {
    /// The key of its sentence in the catalogue.
    pub fn reason_key(&self) -> &'static str {
        match self {
            Reason::NobodyServes { .. } => "planner-reason-nobody-serves",
            Reason::TooFewDays { .. } => "planner-reason-too-few-days",
            Reason::NeverFits { .. } => "planner-reason-never-fits",
            Reason::KindNeverFree { .. } => "planner-reason-kind-never-free",
            Reason::NeverTogether { .. } => "planner-reason-never-together",
            Reason::PatientNeverCan { .. } => "planner-reason-patient-never-can",
            Reason::NoAfterEach { .. } => "planner-reason-no-after-each",
            Reason::NoBefore { .. } => "planner-reason-no-before",
            Reason::NoAfterLast { .. } => "planner-reason-no-after-last",
            Reason::ChainBreaks { .. } => "planner-reason-chain-breaks",
            Reason::EndsBefore { .. } => "planner-reason-ends-before",
            Reason::StartsAfter { .. } => "planner-reason-starts-after",
            Reason::KindRunsOut { .. } => "planner-reason-kind-runs-out",
            Reason::PatientTimes => "planner-reason-patient-times",
            Reason::PatientAbsences => "planner-reason-patient-absences",
            Reason::AroundFixed { .. } => "planner-reason-around-fixed",
            Reason::OwnOverlap => "planner-reason-own-overlap",
            Reason::DearerThanLeaving { .. } => "planner-reason-dearer-than-leaving",
            Reason::OthersFirst => "planner-reason-others-first",
            Reason::Searching => "planner-reason-searching",
        }
    }
}

/// A change of the request, or of who works when, that makes it plannable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The patient also comes on this weekday, between these times.
    Weekday { weekday: Weekday, from: NaiveTime, to: NaiveTime },
    /// The patient comes at any time of the days they named.
    AnyTimeOfDay,
    /// The patient comes on any day at any time.
    AnyTime,
    /// The patient's absences are dropped.
    DropAbsences,
    /// The last date moves to this one.
    Latest { date: NaiveDate },
    /// The first date moves to this one.
    Earliest { date: NaiveDate },
    /// Fewer main visits.
    FewerVisits { visits: usize },
    /// Wider gaps between main visits.
    WiderGap { min_days: i64, max_days: i64 },
    /// A wider window for the visit after each main one.
    WiderAfter { min_hours: i64, max_hours: i64 },
    /// This resource works on one more weekday, as long as on its other days.
    ResourceDay { resource: String, weekday: Weekday },
    /// This resource, away or booked elsewhere, is freed.
    FreeResource { resource: String },
}

impl Change {
    /// The key of its words in the catalogue.
    pub fn word_key(&self) -> &'static str {
        match self {
            Change::Weekday { .. } => "planner-relax-weekday",
            Change::AnyTimeOfDay => "planner-relax-any-time-of-day",
            Change::AnyTime => "planner-relax-any-time",
            Change::DropAbsences => "planner-relax-drop-absences",
            Change::Latest { .. } => "planner-relax-latest",
            Change::Earliest { .. } => "planner-relax-earliest",
            Change::FewerVisits { .. } => "planner-relax-fewer-visits",
            Change::WiderGap { .. } => "planner-relax-wider-gap",
            Change::WiderAfter { .. } => "planner-relax-wider-after",
            Change::ResourceDay { .. } => "planner-relax-resource-day",
            Change::FreeResource { .. } => "planner-relax-free-resource",
        }
    }
}

/// A relaxation and what it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relaxation {
    /// What to change.
    pub change: Change,
    /// What to change besides: only if no change by itself is enough.
    pub also: Option<Change>,
    /// Date of the first main visit it would give.
    pub first: NaiveDate,
    /// Cost of the course it would give.
    pub cost: i64,
}

/// Why a request cannot be planned, and what would free it, cheapest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The rule that binds.
    pub reason: Reason,
    /// Further rules that bind, where no single one does: only without all of them there is a course.
    pub also: Vec<Reason>,
    /// The rules themselves, a smallest set. Empty if the request can be planned alone, or no such set was found and
    /// `reason` proves by itself that it cannot.
    pub bindings: Vec<Binding>,
    /// At most six.
    pub relaxations: Vec<Relaxation>,
}

impl Explanation {
    /// Every rule that binds.
    pub fn reasons(&self) -> impl Iterator<Item = &Reason> {
        std::iter::once(&self.reason).chain(&self.also)
    }
}
