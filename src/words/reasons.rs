//! The planner's reasons, relaxations and costs as sentences.

use chrono::{DateTime, NaiveDate, TimeDelta, Weekday};

use super::Words;
use super::format::{Format, clock_time, duration, weekday_long};
use crate::planner::{Change, CostCause, CostItem, DayPart, Missing, Reason, Relaxation, Role};

/// Turns the planner's ids of kinds, services and resources into names.
pub type Namer<'a> = &'a dyn Fn(&str) -> String;

/// Why a request cannot be planned, with ids read as words.
pub fn reason_text(w: Words, reason: &Reason) -> String {
    reason_named(w, reason, &id_text)
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
        Reason::KindNeverFree { kind, service, minutes, part, .. } => {
            let key = match part {
                DayPart::Morning => "planner-reason-kind-never-free-mornings",
                DayPart::Afternoon => "planner-reason-kind-never-free-afternoons",
                DayPart::Any => key,
            };
            let minutes: Vec<String> = minutes.iter().map(i64::to_string).collect();
            let (minutes, service) = (minutes.join(" + "), inside(&name(service)));
            w.f(key, [("kind", &name(kind)), ("service", &service), ("minutes", &minutes)])
        }
        Reason::NeverTogether { service, .. } => w.f(key, [("service", &inside(&name(service)))]),
        Reason::NoAfterEach { .. } => no_after_each(w, reason, name),
        Reason::NoBefore { service, min_days, max_days }
        | Reason::NoAfterLast { service, min_days, max_days } => {
            let (min, max) = (min_days.to_string(), max_days.to_string());
            w.f(key, [("service", &inside(&name(service))), ("min", &min), ("max", &max)])
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
        Reason::EndsBefore { date: last, role: Role::Main, index } => {
            w.f(key, [("date", &date(*last)), ("index", &index.to_string())])
        }
        Reason::EndsBefore { date: last, role, .. } => {
            let role = role_text(w, *role);
            w.f("planner-reason-ends-before-role", [("date", &date(*last)), ("role", &role)])
        }
        Reason::StartsAfter { date: first } => w.f(key, [("date", &date(*first))]),
        Reason::KindRunsOut { kind, service, index, visits } => {
            let (index, visits) = (index.to_string(), visits.to_string());
            let (kind, service) = (name(kind), inside(&name(service)));
            w.f(key, [("kind", &kind), ("service", &service), ("index", &index), ("visits", &visits)])
        }
        Reason::AroundFixed { role, index } => w.nf(key, count(*index), [("role", &role_text(w, *role))]),
        Reason::DearerThanLeaving { cost, unplanned } => {
            let (cost, unplanned) = (cost.to_string(), unplanned.to_string());
            w.f(key, [("cost", &cost), ("unplanned", &unplanned)])
        }
        Reason::PatientTimes
        | Reason::PatientAbsences
        | Reason::OwnOverlap
        | Reason::OthersFirst
        | Reason::Searching => w.t(key),
    }
}

/// "No coach works 48 to 72 hours after a Thursday infusion."
fn no_after_each(w: Words, reason: &Reason, name: Namer) -> String {
    let Reason::NoAfterEach { service, main, min_hours, max_hours, weekdays, missing } = reason else {
        return String::new();
    };
    let (min, max) = (min_hours.to_string(), max_hours.to_string());
    let (service, main) = (inside(&name(service)), inside(&name(main)));
    let days = weekday_list(w, weekdays);
    let (low, high, after) = (("min", min.as_str()), ("max", max.as_str()), ("main", main.as_str()));
    if weekdays.is_empty() {
        return w.f("planner-reason-no-after-each-no-day", [low, high, after, ("service", &service)]);
    }
    let weekdays = ("weekdays", days.as_str());
    match missing {
        Missing::Patient => w.f("planner-reason-no-after-each-patient", [low, high, after, weekdays]),
        Missing::Kind { kind, works } => {
            let kind = name(kind);
            let key = match works {
                true => "planner-reason-no-after-each-taken",
                false => "planner-reason-no-after-each-off",
            };
            w.f(key, [low, high, after, weekdays, ("kind", &kind)])
        }
        Missing::Together => w.f(reason.reason_key(), [low, high, after, weekdays, ("service", &service)]),
    }
}

/// What would free it, with ids read as words.
pub fn relaxation_text(w: Words, relaxation: &Relaxation) -> String {
    relaxation_named(w, relaxation, &id_text)
}

/// What would free it; `name` gives ids their names.
pub fn relaxation_named(w: Words, relaxation: &Relaxation, name: Namer) -> String {
    let first = date(relaxation.first);
    let change = change_text(w, &relaxation.change, name);
    match &relaxation.also {
        None => w.f("planner-relax-from", [("change", &upper_first(&change)), ("first", &first)]),
        Some(also) => {
            let (change, also) = (upper_first(&change), change_text(w, also, name));
            w.f("planner-relax-both", [("change", &change), ("also", &also), ("first", &first)])
        }
    }
}

/// "with Saturdays from 9:00 AM to 5:00 PM"
fn change_text(w: Words, change: &Change, name: Namer) -> String {
    let key = change.word_key();
    match change {
        Change::Weekday { weekday, from, to } => {
            let (from, to) = (clock_time(*from), clock_time(*to));
            w.f(key, [("weekday", weekday_long(*weekday)), ("from", &from), ("to", &to)])
        }
        Change::AnyTimeOfDay | Change::AnyTime | Change::DropAbsences => w.t(key),
        Change::Latest { date: day } | Change::Earliest { date: day } => w.f(key, [("date", &date(*day))]),
        Change::FewerVisits { visits } => w.n(key, count(*visits)),
        Change::WiderGap { min_days: min, max_days: max }
        | Change::WiderAfter { min_hours: min, max_hours: max } => {
            let (min, max) = (min.to_string(), max.to_string());
            w.f(key, [("min", &min), ("max", &max)])
        }
        Change::ResourceDay { resource, weekday } => {
            w.f(key, [("resource", &name(resource)), ("weekday", weekday_long(*weekday))])
        }
        Change::FreeResource { resource } => w.f(key, [("resource", &name(resource))]),
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

/// "Monday, Tuesday or Friday".
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
pub fn id_text(id: &str) -> String {
    id.replace(['_', '-'], " ")
}

/// A service's name inside a sentence: "Infusion, 60 minutes" reads "infusion", "KAP infusion" stays.
fn inside(name: &str) -> String {
    let head = name.split([',', '(']).next().unwrap_or(name).trim();
    let mut chars = head.chars();
    let (first, second) = (chars.next(), chars.next());
    match first {
        Some(first) if second.is_none_or(|c| !c.is_uppercase()) => {
            first.to_lowercase().chain(head.chars().skip(1)).collect()
        }
        _ => head.to_owned(),
    }
}

fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
