//! A rule of messages as a form: filling it with what is in force and reading what was typed, with every fault at its field.

use chrono::{NaiveTime, Timelike};

use crate::domain::day_hours::DayHours;
use crate::domain::ids::{RuleId, ServiceId};
use crate::domain::message_rules::{Anchor, Condition, MessageRule, anchors};
use crate::domain::messages::Stage;
use crate::domain::protocols::VisitRole;
use crate::domain::services::{Category, Service};
use crate::store::sites::Site;
use crate::web::kit::Fields;
use crate::words::Words;
use crate::words::format::minutes_input;

/// Units of time, the largest first: the value of a choice, the key of its words, its minutes.
pub const UNITS: &[(&str, &str, i64)] = &[
    ("days", "message-rules-days", 1440),
    ("hours", "message-rules-hours", 60),
    ("minutes", "message-rules-minutes", 1),
];
/// Largest number that may be typed.
const MOST: i64 = 200_000;
/// The last minute of a day that a time field can hold.
const LAST_MINUTE: i64 = 1439;
/// Minutes of a day.
const DAY: i64 = 1440;

/// Puts a rule in force into the form.
pub fn fill(fields: &mut Fields, rule: &MessageRule) {
    let what = match (rule.service, rule.category) {
        (Some(service), _) => service.to_string(),
        (None, Some(category)) => category.to_string(),
        (None, None) => String::new(),
    };
    fields
        .set("stage", rule.stage.to_string())
        .set("anchor", rule.anchor.to_string())
        .set("what", what)
        .set("role", rule.role.map(|role| role.to_string()).unwrap_or_default())
        .set("condition", rule.condition.to_string());
    set_span(fields, "time", rule.minutes);
    set_span(fields, "useful", rule.useful_minutes);
    if let Some(hours) = rule.hours {
        fields.set("from", minutes_input(hours.from)).set("to", minutes_input(hours.to.min(LAST_MINUTE)));
    }
    if rule.active {
        fields.set("active", "yes");
    }
}

/// Reads a new rule; `None` when something is wrong, which then stands at its field.
pub fn read_new(w: Words, fields: &mut Fields, site: &Site, services: &[Service]) -> Option<MessageRule> {
    let stage = fields.parsed(
        "stage",
        |text| Stage::parse(text).filter(|stage| can_be_added(*stage)),
        &w.t("message-rules-choose-stage"),
    );
    let known = stage.unwrap_or(Stage::PatientReminder);
    let blank = MessageRule {
        id: RuleId::new(),
        site_id: site.id,
        stage: known,
        category: None,
        service: None,
        role: None,
        anchor: anchors(known).first().copied().unwrap_or(Anchor::BeforeStart),
        minutes: 0,
        useful_minutes: 0,
        hours: None,
        condition: Condition::Always,
        essential: false,
        active: true,
        as_seeded: false,
        created_at: site.created_at,
        updated_at: site.created_at,
    };
    let read = read_timed(w, fields, services, blank);
    stage.and(read)
}

/// Reads what may be changed of a rule.
pub fn read(w: Words, fields: &mut Fields, services: &[Service], rule: &MessageRule) -> Option<MessageRule> {
    if !rule.anchor.is_event() {
        return read_timed(w, fields, services, rule.clone());
    }
    let hours = if has_hours(rule) { read_hours(w, fields) } else { rule.hours };
    let active = rule.essential || fields.checked("active", "yes");
    checked(w, fields, MessageRule { hours, active, ..rule.clone() })
}

/// Whether the owner may keep a message to hours of the day: a date of recall has its hour already.
pub fn has_hours(rule: &MessageRule) -> bool {
    rule.anchor != Anchor::OnDueDate
}

/// Whether a message goes so long before or after a moment, so that there can be more of them.
pub fn can_be_added(stage: Stage) -> bool {
    anchors(stage).iter().any(|anchor| !anchor.is_event() && *anchor != Anchor::DuringCourse)
}

fn read_timed(w: Words, fields: &mut Fields, services: &[Service], rule: MessageRule) -> Option<MessageRule> {
    let anchor = match fields.get("anchor") {
        "" => Some(rule.anchor),
        _ => fields.parsed("anchor", Anchor::parse, &w.t("message-rules-anchor-wrong")),
    };
    let minutes = span(fields, "time", &w.t("message-rules-time-range"));
    let useful_minutes = span(fields, "useful", &w.t("message-rules-useful-range"));
    let (category, service) = match fields.get("what") {
        "" => (None, None),
        text => match Category::parse(text) {
            Some(category) => (Some(category), None),
            None => (None, chosen_service(w, fields, services)),
        },
    };
    let role = match fields.get("role") {
        "" => None,
        _ => fields.parsed("role", VisitRole::parse, &w.t("message-rules-choose-role")),
    };
    let hours = read_hours(w, fields);
    let condition = match fields.get("condition") {
        "" => Some(Condition::Always),
        _ => fields.parsed("condition", Condition::parse, &w.t("message-rules-condition-wrong")),
    };
    let active = rule.essential || fields.checked("active", "yes");
    let read = MessageRule {
        anchor: anchor?,
        minutes: minutes?,
        useful_minutes: useful_minutes?,
        category,
        service,
        role,
        hours,
        condition: condition?,
        active,
        ..rule
    };
    checked(w, fields, read)
}

fn checked(w: Words, fields: &mut Fields, rule: MessageRule) -> Option<MessageRule> {
    for (field, key) in rule.faults() {
        if fields.error(field).is_none() {
            fields.fail(field, w.t(key));
        }
    }
    fields.is_ok().then_some(rule)
}

fn chosen_service(w: Words, fields: &mut Fields, services: &[Service]) -> Option<ServiceId> {
    let of_site = |text: &str| {
        let id: ServiceId = text.parse().ok()?;
        services.iter().any(|one| one.id == id).then_some(id)
    };
    fields.parsed("what", of_site, &w.t("message-rules-choose-what"))
}

/// Both times, or neither for any hour; 11:59 PM is the end of the day.
fn read_hours(w: Words, fields: &mut Fields) -> Option<DayHours> {
    if fields.get("from").is_empty() && fields.get("to").is_empty() {
        return None;
    }
    let enter = w.t("message-rules-enter-hours");
    let minute = |time: NaiveTime| i64::from(time.hour() * 60 + time.minute());
    let from = fields.time("from", &enter).map(minute);
    let to = fields.time("to", &enter).map(minute);
    let to = to.map(|to| if to == LAST_MINUTE { DAY } else { to });
    from.zip(to).map(|(from, to)| DayHours { from, to })
}

/// A number and its unit, in minutes.
fn span(fields: &mut Fields, name: &str, message: &str) -> Option<i64> {
    let unit = fields.get(&format!("{name}_unit")).to_owned();
    let unit = UNITS.iter().find(|(value, ..)| *value == unit).map_or(1, |(_, _, minutes)| *minutes);
    fields.number(name, 1..=MOST, message).map(|number| number * unit)
}

/// In the largest unit that tells it exactly.
fn set_span(fields: &mut Fields, name: &str, minutes: i64) {
    let whole = UNITS.iter().find(|(_, _, size)| minutes % size == 0);
    let (unit, size) = whole.map_or(("minutes", 1), |(unit, _, size)| (*unit, *size));
    fields.set(name, (minutes / size).to_string()).set(&format!("{name}_unit"), unit);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::defaults;
    use chrono::{TimeZone, Utc};

    fn rule(stage: Stage) -> MessageRule {
        let now = Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap();
        MessageRule {
            id: RuleId::new(),
            site_id: crate::domain::ids::SiteId::new(),
            stage,
            category: Some(Category::Treatment),
            service: None,
            role: Some(VisitRole::Main),
            anchor: anchors(stage)[0],
            minutes: 2160,
            useful_minutes: 90,
            hours: Some(DayHours { from: 480, to: 1440 }),
            condition: Condition::Unconfirmed,
            essential: false,
            active: true,
            as_seeded: true,
            created_at: now,
            updated_at: now,
        }
    }

    #[test]
    fn a_rule_survives_the_form() {
        let w = Words::default();
        let services = defaults::services(w);
        let (one, mut fields) = (rule(Stage::PatientReminder), Fields::new());
        fill(&mut fields, &one);
        assert_eq!((fields.get("time"), fields.get("time_unit")), ("36", "hours"));
        assert_eq!(read(w, &mut fields, &services, &one), Some(one.clone()));
        let of_service =
            MessageRule { category: None, service: Some(services[0].id), hours: None, role: None, ..one };
        let mut fields = Fields::new();
        fill(&mut fields, &of_service);
        assert_eq!(read(w, &mut fields, &services, &of_service), Some(of_service));
    }

    #[test]
    fn each_fault_is_told_at_its_field_and_what_was_typed_stays() {
        let w = Words::default();
        let services = defaults::services(w);
        let faults = [
            ("time", "soon"),
            ("time", "200"),
            ("useful", "0"),
            ("what", "surgery"),
            ("role", "understudy"),
            ("from", "8 o'clock"),
            ("to", "08:30"),
            ("condition", "sunshine"),
            ("anchor", "after_end"),
        ];
        let one = rule(Stage::PatientReminder);
        for (field, typed) in faults {
            let mut fields = Fields::new();
            fill(&mut fields, &one);
            fields.set("time_unit", "days").set("time", "2").set(field, typed);
            assert_eq!(read(w, &mut fields, &services, &one), None, "{field} {typed}");
            assert!(fields.error(field).is_some(), "{field} {typed}: {:?}", fields.errors());
            assert_eq!(fields.get(field), typed);
        }
    }

    #[test]
    fn news_that_people_must_get_cannot_be_switched_off() {
        let w = Words::default();
        let moved = MessageRule {
            essential: true,
            category: None,
            role: None,
            minutes: 0,
            useful_minutes: 0,
            condition: Condition::Always,
            ..rule(Stage::VisitMoved)
        };
        let mut fields = Fields::parse(b"from=08:00&to=20:00");
        let read = read(w, &mut fields, &[], &moved).expect("hours may be set");
        assert!(read.active);
        assert_eq!(read.hours, Some(DayHours { from: 480, to: 1200 }));
        assert!(!can_be_added(Stage::VisitMoved) && can_be_added(Stage::GettingReady));
    }
}
