//! A rule of messages in words: "7 days before it starts", "Treatments", "8:00 AM to 8:00 PM", and in which part of the list it stands.

use chrono::TimeDelta;

use crate::domain::message_rules::{Anchor, Condition, MessageRule};
use crate::domain::messages::Stage;
use crate::domain::services::Service;
use crate::words::Words;
use crate::words::format::{duration, minutes_words};

/// The parts of the list, in the order of a visit's life: the key of each title.
pub const GROUPS: [&str; 5] = [
    "message-rules-group-news",
    "message-rules-group-before",
    "message-rules-group-after",
    "message-rules-group-course",
    "message-rules-group-intake",
];

/// The moments a message with a time may count from, with the keys of their words in the form.
pub const MOMENTS: &[(Anchor, &str)] = &[
    (Anchor::BeforeStart, "message-rules-before-start"),
    (Anchor::AfterStart, "message-rules-after-start"),
    (Anchor::AfterEnd, "message-rules-after-end"),
    (Anchor::AfterGoingHome, "message-rules-after-going-home"),
    (Anchor::AfterForm, "message-rules-after-form"),
    (Anchor::BeforeExpiry, "message-rules-before-expiry"),
];

/// In which part of the list a rule stands.
pub fn group(rule: &MessageRule) -> usize {
    if rule.stage.is_about_intake() {
        return 4;
    }
    match rule.anchor {
        Anchor::BeforeStart => 1,
        Anchor::AfterStart | Anchor::AfterEnd | Anchor::AfterGoingHome => 2,
        Anchor::DuringCourse | Anchor::BeforeExpiry | Anchor::OnDueDate => 3,
        _ => 0,
    }
}

/// "7 days before it starts", "When visits are booked or held".
pub fn moment(w: Words, rule: &MessageRule) -> String {
    if rule.anchor.is_event() {
        return w.t(rule.anchor.word_key());
    }
    w.f(rule.anchor.word_key(), [("time", span(rule.minutes).as_str())])
}

/// "Treatments", "Infusion, 60 minutes", with the place in a course; a rule about no visit is for nothing in particular.
pub fn what_for(w: Words, rule: &MessageRule, services: &[Service]) -> String {
    if !rule.anchor.is_of_visit() {
        return String::new();
    }
    let service = rule.service.and_then(|id| services.iter().find(|one| one.id == id));
    let visits = match (service, rule.category) {
        (Some(service), _) => service.name.clone(),
        (None, Some(category)) => w.t(category.word_key()),
        (None, None) => w.t("message-rules-all-visits"),
    };
    match rule.role {
        Some(role) => format!("{visits}, {}", w.t(role.word_key())),
        None => visits,
    }
}

/// "Patient".
pub fn reader(w: Words, stage: Stage) -> String {
    w.t(if stage.is_for_driver() { "message-rules-driver" } else { "message-rules-patient" })
}

/// "8:00 AM to 8:00 PM", "Any hour".
pub fn hours(w: Words, rule: &MessageRule) -> String {
    let Some(hours) = rule.hours else { return w.t("message-rules-any-hour") };
    let (from, to) = (minutes_words(hours.from), minutes_words(hours.to));
    w.f("message-rules-hours-line", [("from", from.as_str()), ("to", to.as_str())])
}

/// What must be so; empty for nothing.
pub fn condition(w: Words, rule: &MessageRule) -> String {
    if rule.condition == Condition::Always { String::new() } else { w.t(rule.condition.word_key()) }
}

/// Minutes as people write them: "2 days", "4 h", never less than they are.
fn span(minutes: i64) -> String {
    let (days, rest) = (minutes / 1440, minutes % 1440);
    let words = |minutes: i64| TimeDelta::try_minutes(minutes).map(duration).unwrap_or_default();
    match (days, rest) {
        (0, _) | (_, 0) => words(minutes),
        (_, rest) => format!("{} {}", words(days * 1440), words(rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_full() {
        assert_eq!(span(10080), "7 days");
        assert_eq!(span(240), "4 h");
        assert_eq!(span(2160), "1 day 12 h");
    }
}
