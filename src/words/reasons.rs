//! The planner's reasons, relaxations and costs as sentences.

use chrono::{DateTime, NaiveDate, TimeDelta, Weekday};

use super::Words;
use super::format::{Format, clock_time, duration, weekday_long};
use crate::planner::{Change, CostCause, CostItem, Reason, Relaxation, Role};

/// Turns the planner's ids of kinds, services and resources into names.
pub type Namer<'a> = &'a dyn Fn(&str) -> String;

/// Why a request cannot be planned, with ids read as words.
pub fn reason_text(w: Words, reason: &Reason) -> String {
    reason_named(w, reason, &plain)
}

/// Why a request cannot be planned; `name` gives ids their names.
pub fn reason_named(w: Words, reason: &Reason, name: Namer) -> String {
    let key = reason.reason_key();
    match reason {
        Reason::NobodyServes { role, kind } => {
            let role = upper_first(&role_text(w, *role));
            w.f(key, [("role", &role), ("kind", &name(kind))])
        }
        Reason::TooFewDays { from, to, needed } => {
            w.nf(key, *needed, [("from", &date(*from)), ("to", &date(*to))])
        }
        Reason::NeverFits { service, minutes, .. } | Reason::PatientNeverCan { service, minutes, .. } => {
            let span = duration(TimeDelta::minutes(*minutes));
            w.f(key, [("service", &upper_first(&name(service))), ("duration", &span)])
        }
        Reason::KindNeverFree { kind, service, .. } => {
            w.f(key, [("kind", &name(kind)), ("service", &name(service))])
        }
        Reason::NeverTogether { service, .. } => w.f(key, [("service", &name(service))]),
        Reason::NoAfterEach { service, min_hours, max_hours, weekdays } => {
            let (min, max) = (min_hours.to_string(), max_hours.to_string());
            let service = name(service);
            if weekdays.is_empty() {
                let key = "planner-reason-no-after-each-no-day";
                return w.f(key, [("service", &service), ("min", &min), ("max", &max)]);
            }
            let days = weekday_list(w, weekdays);
            w.f(key, [("service", &service), ("min", &min), ("max", &max), ("weekdays", &days)])
        }
        Reason::NoBefore { service, min_days, max_days }
        | Reason::NoAfterLast { service, min_days, max_days } => {
            let (min, max) = (min_days.to_string(), max_days.to_string());
            w.f(key, [("service", &name(service)), ("min", &min), ("max", &max)])
        }
        Reason::ChainBreaks { reached, visits, min_days, max_days, last } => {
            let (min, max) = (min_days.to_string(), max_days.to_string());
            let (visits, last) = (visits.to_string(), date(*last));
            let args = [
                ("visits", visits.as_str()),
                ("min", min.as_str()),
                ("max", max.as_str()),
                ("last", last.as_str()),
            ];
            w.nf(key, count(*reached), args)
        }
        Reason::AroundFixed { role, index } => w.nf(key, count(*index), [("role", &role_text(w, *role))]),
        Reason::DearerThanLeaving { cost, unplanned } => {
            let (cost, unplanned) = (cost.to_string(), unplanned.to_string());
            w.f(key, [("cost", &cost), ("unplanned", &unplanned)])
        }
        Reason::OwnOverlap | Reason::OthersFirst | Reason::Searching => w.t(key),
    }
}

/// What would free it; `name` gives ids their names.
pub fn relaxation_named(w: Words, relaxation: &Relaxation, name: Namer) -> String {
    let key = relaxation.reason_key();
    let first = date(relaxation.first);
    match &relaxation.change {
        Change::Weekday { weekday, from, to } => {
            let (from, to) = (clock_time(*from), clock_time(*to));
            let args = [
                ("weekday", weekday_long(*weekday)),
                ("from", from.as_str()),
                ("to", to.as_str()),
                ("first", first.as_str()),
            ];
            w.f(key, args)
        }
        Change::AnyTimeOfDay | Change::AnyTime | Change::DropAbsences => w.f(key, [("first", &first)]),
        Change::Latest { date: day } | Change::Earliest { date: day } => {
            w.f(key, [("date", &date(*day)), ("first", &first)])
        }
        Change::FewerVisits { visits } => w.nf(key, count(*visits), [("first", &first)]),
        Change::WiderGap { min_days: min, max_days: max }
        | Change::WiderAfter { min_hours: min, max_hours: max } => {
            let (min, max) = (min.to_string(), max.to_string());
            w.f(key, [("min", &min), ("max", &max), ("first", &first)])
        }
        Change::FreeResource { resource } => w.f(key, [("resource", &name(resource)), ("first", &first)]),
    }
}

/// Where a part of a course's cost comes from; `name` gives ids their names.
pub fn cost_text(w: Words, item: &CostItem, name: Namer) -> String {
    match &item.cause {
        CostCause::Gap { index, days, target } => {
            let index = index.to_string();
            w.nf("planner-cost-gap", (days - target).abs(), [("index", &index)])
        }
        CostCause::Shift { index, minutes } => {
            let span = duration(TimeDelta::minutes(*minutes));
            w.f("planner-cost-shift", [("index", &index.to_string()), ("duration", &span)])
        }
        CostCause::Change { index, from, to, .. } => {
            let (index, from, to) = (index.to_string(), name(from), name(to));
            w.f("planner-cost-change", [("index", &index), ("from", &from), ("to", &to)])
        }
        CostCause::OutsidePreferred { index } => {
            w.f("planner-cost-outside-preferred", [("index", &index.to_string())])
        }
        CostCause::Delay { days } => w.n("planner-cost-delay", *days),
        CostCause::Moved { index, confirmed: true, .. } => {
            w.f("planner-cost-moved-confirmed", [("index", &index.to_string())])
        }
        CostCause::Moved { index, .. } => w.f("planner-cost-moved", [("index", &index.to_string())]),
        CostCause::Reassigned { index, .. } => {
            w.f("planner-cost-reassigned", [("index", &index.to_string())])
        }
    }
}

fn role_text(w: Words, role: Role) -> String {
    match role {
        Role::Main => w.t("planner-role-main"),
        Role::Before => w.t("planner-role-before"),
        Role::AfterEach => w.t("planner-role-after-each"),
        Role::AfterLast => w.t("planner-role-after-last"),
    }
}

/// "Monday, Tuesday and Friday".
fn weekday_list(w: Words, weekdays: &[Weekday]) -> String {
    let names: Vec<&str> = weekdays.iter().map(|day| weekday_long(*day)).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => {
            let list = rest.join(", ");
            w.f("planner-weekday-list-last", [("list", &list), ("last", last)])
        }
        None => String::new(),
    }
}

/// "Sat, Dec 5, 2026": always with the year, for a reason may be read much later.
fn date(date: NaiveDate) -> String {
    Format::new(chrono_tz::UTC, DateTime::default()).day(date)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// An id as words: `infusion_room` reads "infusion room".
fn plain(id: &str) -> String {
    id.replace(['_', '-'], " ")
}

fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
