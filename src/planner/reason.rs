//! Why a request is unplanned, and what would free it: data only, the words are in the catalogue.

#![expect(missing_docs, reason = "a variant's comment says what its fields are")]

use chrono::{NaiveDate, NaiveTime, Weekday};

use super::instance::Role;

/// The rule that binds for an unplanned request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No resource serves a kind that a visit needs.
    NobodyServes { role: Role, kind: String },
    /// The dates allowed hold fewer days than the course needs.
    TooFewDays { from: NaiveDate, to: NaiveDate, needed: i64 },
    /// The clinic's hours and rooms never hold a visit of this length, whatever the patient wishes.
    NeverFits { role: Role, service: String, minutes: i64 },
    /// Resources of a kind are never free when the patient can come.
    KindNeverFree { role: Role, kind: String, service: String },
    /// Each kind is free at times, but never all together when the patient can come.
    NeverTogether { role: Role, service: String },
    /// No start falls inside the patient's own windows and dates.
    PatientNeverCan { role: Role, service: String, minutes: i64 },
    /// Nothing is free in the hours after any main visit; `weekdays` are those of the possible main visits.
    NoAfterEach { service: String, min_hours: i64, max_hours: i64, weekdays: Vec<Weekday> },
    /// Nothing is free in the days before any possible first visit.
    NoBefore { service: String, min_days: i64, max_days: i64 },
    /// Nothing is free in the days after any possible last visit.
    NoAfterLast { service: String, min_days: i64, max_days: i64 },
    /// The chain of visits breaks: at most `reached` of `visits` can follow each other at these gaps.
    ChainBreaks { reached: usize, visits: usize, min_days: i64, max_days: i64, last: NaiveDate },
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
            Reason::AroundFixed { .. } => "planner-reason-around-fixed",
            Reason::OwnOverlap => "planner-reason-own-overlap",
            Reason::DearerThanLeaving { .. } => "planner-reason-dearer-than-leaving",
            Reason::OthersFirst => "planner-reason-others-first",
            Reason::Searching => "planner-reason-searching",
        }
    }
}

/// A change of the request that makes it plannable.
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
    /// This resource, away or booked elsewhere, is freed.
    FreeResource { resource: String },
}

/// A relaxation and what it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relaxation {
    /// What to change.
    pub change: Change,
    /// Date of the first main visit it would give.
    pub first: NaiveDate,
    /// Cost of the course it would give.
    pub cost: i64,
}

impl Relaxation {
    /// The key of its sentence in the catalogue.
    pub fn reason_key(&self) -> &'static str {
        match self.change {
            Change::Weekday { .. } => "planner-relax-weekday",
            Change::AnyTimeOfDay => "planner-relax-any-time-of-day",
            Change::AnyTime => "planner-relax-any-time",
            Change::DropAbsences => "planner-relax-drop-absences",
            Change::Latest { .. } => "planner-relax-latest",
            Change::Earliest { .. } => "planner-relax-earliest",
            Change::FewerVisits { .. } => "planner-relax-fewer-visits",
            Change::WiderGap { .. } => "planner-relax-wider-gap",
            Change::WiderAfter { .. } => "planner-relax-wider-after",
            Change::FreeResource { .. } => "planner-relax-free-resource",
        }
    }
}

/// Why a request cannot be planned, and what would free it, cheapest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The rule that binds.
    pub reason: Reason,
    /// At most six.
    pub relaxations: Vec<Relaxation>,
}
