//! A protocol as a form: filling it with what is in force and reading what was typed, with every fault at its field.

use crate::domain::ids::{ProtocolId, ServiceId};
use crate::domain::protocols::{DayWindow, Gap, HourWindow, Protocol};
use crate::domain::services::Service;
use crate::web::kit::Fields;
use crate::words::Words;

use super::NAME_MAX;
use super::service::price_input;

/// Most main visits of a course.
const VISITS_MAX: i64 = 24;
/// Most days between visits, and before or after a course.
const DAYS_MAX: i64 = 180;
/// Most hours after a treatment for its coaching (two weeks).
const HOURS_MAX: i64 = 336;

/// Puts a protocol in force into the form.
pub fn fill(fields: &mut Fields, protocol: &Protocol) {
    fields
        .set("name", protocol.name.clone())
        .set("programme", protocol.programme.clone())
        .set("service", protocol.service.to_string())
        .set("visits", protocol.visits.to_string())
        .set("visits_min", protocol.visits_min.to_string())
        .set("visits_max", protocol.visits_max.to_string())
        .set("gap_min", protocol.gap.min.to_string())
        .set("gap_target", protocol.gap.target.to_string())
        .set("gap_max", protocol.gap.max.to_string());
    let mut window = |part: &str, service: ServiceId, from: i64, to: i64| {
        fields
            .set(&format!("{part}_service"), service.to_string())
            .set(&format!("{part}_min"), from.to_string())
            .set(&format!("{part}_max"), to.to_string());
    };
    if let Some(before) = protocol.before {
        window("before", before.service, before.min_days, before.max_days);
    }
    if let Some(after) = protocol.after_each {
        window("after", after.service, after.min_hours, after.max_hours);
    }
    if let Some(last) = protocol.after_last {
        window("last", last.service, last.min_days, last.max_days);
    }
    if let Some(cents) = protocol.package_cents {
        fields.set("package", price_input(cents));
    }
    if protocol.active {
        fields.set("active", "yes");
    }
}

/// Reads a protocol; `None` when something is wrong, which then stands at its field.
pub fn read(w: Words, fields: &mut Fields, services: &[Service], id: ProtocolId) -> Option<Protocol> {
    let name = fields.text("name", NAME_MAX, &w.t("protocols-enter-name"));
    let programme = fields.text("programme", NAME_MAX, &w.t("protocols-enter-programme"));
    let service =
        fields.parsed("service", |typed| choose(services, typed, true), &w.t("protocols-choose-service"));
    let enter_visits = w.t("protocols-enter-visits");
    let visits_min = fields.number("visits_min", 1..=VISITS_MAX, &enter_visits);
    let visits = fields.number("visits", 1..=VISITS_MAX, &enter_visits);
    let visits_max = fields.number("visits_max", 1..=VISITS_MAX, &enter_visits);
    ordered(fields, visits_min, visits_max, "visits_max", &w.t("protocols-visits-order"));
    if let (Some(least), Some(usual), Some(most)) = (visits_min, visits, visits_max)
        && least <= most
        && !(least..=most).contains(&usual)
    {
        fields.fail("visits", w.t("protocols-visits-between"));
    }
    let gap = read_gap(w, fields);
    let before = read_window(w, fields, services, "before", 0..=DAYS_MAX, "protocols-enter-days");
    let after = read_window(w, fields, services, "after", 0..=HOURS_MAX, "protocols-enter-hours");
    let last = read_window(w, fields, services, "last", 0..=DAYS_MAX, "protocols-enter-days");
    let package_cents = if fields.get("package").is_empty() {
        None
    } else {
        fields.cents("package", &w.t("protocols-enter-package"))
    };
    let protocol = Protocol {
        id,
        name: name?,
        programme: programme?,
        service: service?,
        visits: visits?,
        visits_min: visits_min?,
        visits_max: visits_max?,
        gap: gap?,
        before: before.map(|(service, min_days, max_days)| DayWindow { service, min_days, max_days }),
        after_each: after.map(|(service, min_hours, max_hours)| HourWindow { service, min_hours, max_hours }),
        after_last: last.map(|(service, min_days, max_days)| DayWindow { service, min_days, max_days }),
        package_cents,
        active: fields.checked("active", "yes"),
    };
    fields.is_ok().then_some(protocol)
}

fn read_gap(w: Words, fields: &mut Fields) -> Option<Gap> {
    // From 1: never two treatments of one patient on one day.
    let enter = w.t("protocols-enter-gap");
    let min = fields.number("gap_min", 1..=DAYS_MAX, &enter);
    let target = fields.number("gap_target", 1..=DAYS_MAX, &enter);
    let max = fields.number("gap_max", 1..=DAYS_MAX, &enter);
    ordered(fields, min, max, "gap_max", &w.t("protocols-gap-order"));
    let (min, target, max) = (min?, target?, max?);
    if min <= max && !(min..=max).contains(&target) {
        fields.fail("gap_target", w.t("protocols-gap-between"));
    }
    Some(Gap { min, target, max })
}

/// A visit that goes before or after: none if no service is chosen.
fn read_window(
    w: Words,
    fields: &mut Fields,
    services: &[Service],
    part: &str,
    range: std::ops::RangeInclusive<i64>,
    enter: &'static str,
) -> Option<(ServiceId, i64, i64)> {
    let (service, from, to) = (format!("{part}_service"), format!("{part}_min"), format!("{part}_max"));
    if fields.get(&service).is_empty() {
        return None;
    }
    let chosen =
        fields.parsed(&service, |typed| choose(services, typed, false), &w.t("protocols-choose-talk"));
    let min = fields.number(&from, range.clone(), &w.t(enter));
    let max = fields.number(&to, range, &w.t(enter));
    ordered(fields, min, max, &to, &w.t("protocols-window-order"));
    Some((chosen?, min?, max?))
}

fn ordered(fields: &mut Fields, least: Option<i64>, most: Option<i64>, field: &str, message: &str) {
    if let (Some(least), Some(most)) = (least, most)
        && most < least
    {
        fields.fail(field, message);
    }
}

fn choose(services: &[Service], typed: &str, treatment: bool) -> Option<ServiceId> {
    let id: ServiceId = typed.parse().ok()?;
    let service = services.iter().find(|service| service.id == id)?;
    (service.category.needs_candidacy() == treatment).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::defaults;

    #[test]
    fn every_default_protocol_survives_the_form() {
        let w = Words::default();
        let services = defaults::services(w);
        for protocol in defaults::protocols(w, &services) {
            let mut fields = Fields::new();
            fill(&mut fields, &protocol);
            assert_eq!(read(w, &mut fields, &services, protocol.id), Some(protocol.clone()));
            let package = Protocol { package_cents: Some(390_050), ..protocol };
            fill(&mut fields, &package);
            assert_eq!(read(w, &mut fields, &services, package.id), Some(package));
        }
    }

    #[test]
    fn each_fault_is_told_at_its_field() {
        let w = Words::default();
        let services = defaults::services(w);
        let protocol = defaults::protocols(w, &services).swap_remove(0);
        let faults = [
            ("visits", "9"),
            ("visits_max", "3"),
            ("gap_min", "0"),
            ("gap_target", "99999999999999999999"),
            ("gap_max", "2"),
            ("before_max", "0"),
            ("after_min", "two days"),
            ("package", "about 3000"),
            ("service", "none"),
            ("name", ""),
        ];
        for (field, typed) in faults {
            let mut fields = Fields::new();
            fill(&mut fields, &protocol);
            fields.set(field, typed);
            assert_eq!(read(w, &mut fields, &services, protocol.id), None, "{field}");
            assert!(fields.error(field).is_some(), "{field}");
            assert_eq!(fields.get(field), typed);
        }
    }
}
