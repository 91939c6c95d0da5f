//! What happened to a patient, for the chart: messages, decisions, and the log of changes in words.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::chart_parts::Known;
use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::candidacy::{Decision, Outcome};
use crate::domain::drivers::DriveStatus;
use crate::domain::ids::DriverId;
use crate::domain::intake::IntakeState;
use crate::domain::messages::MessageStatus;
use crate::store::appointments::Appointment;
use crate::store::audit::AuditRow;
use crate::store::drivers::Drive;
use crate::store::messages::Message;
use crate::words::Words;
use crate::words::format::Format;

/// Longest value of a change that is shown, in characters.
const MAX_VALUE: usize = 80;

/// A message of the ledger.
pub struct MessageRow {
    /// What it is about.
    pub about: String,
    /// When it went or goes.
    pub when: String,
    /// Who reads it.
    pub to: String,
    /// How it stands.
    pub state: String,
    /// Whether its reader has said yes to what it is about; empty where it asks for nothing.
    pub confirmed: String,
    /// The message.
    pub path: String,
}

/// A decision.
pub struct DecisionRow {
    /// What was decided.
    pub text: String,
    /// By whom and when.
    pub by: String,
    /// Why; only for those who may decide.
    pub note: Option<String>,
}

/// A row of the log.
pub struct ChangeRow {
    /// When.
    pub when: String,
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
    /// The values that changed.
    pub values: Vec<String>,
}

/// The last messages, newest first; `visits` are those the chart knows.
pub fn message_rows(
    known: &Known,
    messages: &[Message],
    drivers: &HashMap<DriverId, &str>,
    visits: &[&Appointment],
) -> Vec<MessageRow> {
    let (w, f) = (known.w, known.f);
    messages
        .iter()
        .map(|message| {
            let driver = message.driver_id.and_then(|id| drivers.get(&id));
            MessageRow {
                about: w.t(message.stage.word_key()),
                when: f.when(message.sent_at.unwrap_or(message.due_at)),
                to: driver.map_or_else(|| w.t("chart-to-patient"), |name| (*name).to_owned()),
                state: w.t(message.status.word_key()),
                confirmed: confirmed(known, message, visits),
                path: format!("/outbox/{}", message.id),
            }
        })
        .collect()
}

/// Whether the reader of a message has said yes: the driver to a drive, the patient to the visits it is about.
fn confirmed(known: &Known, message: &Message, visits: &[&Appointment]) -> String {
    let w = known.w;
    let stage = message.stage;
    if stage.is_for_driver() {
        let mut own: Vec<&Drive> = known.drives.values().collect();
        own.retain(|one| Some(one.driver_id) == message.driver_id && message.speaks_of(one.appointment_id));
        // One question may be about several drives: the one that is not confirmed tells more.
        own.sort_by_key(|one| (one.status == DriveStatus::Confirmed, one.asked_at));
        return own.first().map(|one| w.t(one.status.word_key())).unwrap_or_default();
    }
    if stage.is_check_in() || stage.is_recall() || stage.is_about_intake() || stage.is_after_visit() {
        return String::new();
    }
    let is_about = |visit: &Appointment| match message.appointment_id {
        Some(id) => visit.id == id,
        None => message.series_id.is_some() && visit.series_id == message.series_id,
    };
    let (mut all, mut said) = (0_usize, 0_usize);
    for visit in visits.iter().filter(|visit| visit.status.occupies() && is_about(visit)) {
        all += 1;
        said += usize::from(visit.confirmed_at.is_some());
    }
    match (said, all) {
        (_, 0) => String::new(),
        (said, all) if said == all => w.t("chart-confirmed-yes"),
        (0, _) => w.t("chart-confirmed-no"),
        (said, all) => {
            let (said, all) = (said.to_string(), all.to_string());
            w.f("chart-confirmed-some", [("said", said.as_str()), ("all", all.as_str())])
        }
    }
}

/// Every decision, newest first.
pub fn decision_rows(known: &Known, decisions: &[Decision], may_read_notes: bool) -> Vec<DecisionRow> {
    let (w, f) = (known.w, known.f);
    decisions
        .iter()
        .map(|decision| {
            let mut parts = vec![w.t(decision.outcome.word_key())];
            if let Some(date) = decision.expires_on {
                let key =
                    if decision.outcome == Outcome::Suitable { "chart-until" } else { "chart-again-on" };
                parts.push(w.f(key, [("when", f.day_month(date).as_str())]));
            }
            parts.extend(decision.protocol_id.map(|id| known.protocol_name(id)));
            parts.extend(decision.planned_visits.map(|count| w.n("chart-planned", count)));
            for (key, text) in [("chart-conditions", &decision.conditions), ("chart-told", &decision.told)] {
                if !text.is_empty() {
                    parts.push(w.f(key, [("text", text.as_str())]));
                }
            }
            let (who, when) = (known.staff_name(decision.decided_by), f.when(decision.decided_at));
            DecisionRow {
                text: parts.join(" · "),
                by: w.f("chart-decided-by", [("who", who.as_str()), ("when", when.as_str())]),
                note: (may_read_notes && !decision.note.is_empty()).then(|| decision.note.clone()),
            }
        })
        .collect()
}

/// The newest changes in words.
pub fn change_rows(w: Words, f: Format, rows: &[AuditRow], may_read_notes: bool) -> Vec<ChangeRow> {
    rows.iter()
        .map(|row| ChangeRow {
            when: f.when(row.at),
            who: row.actor.clone(),
            what: action_words(w, &row.action),
            values: values(w, f, row.before_change.as_ref(), row.after_change.as_ref(), may_read_notes),
        })
        .collect()
}

/// "appointment.check_in" in words; an action without words stays as it is.
fn action_words(w: Words, action: &str) -> String {
    let key = format!("audit-{}", action.replace('.', "-"));
    if w.has(&key) { w.t(&key) } else { action.to_owned() }
}

/// A state in the word the desk knows it by, anything else as it is.
fn named_value(w: Words, f: Format, name: &str, value: &Value) -> Option<String> {
    if name == "intake" {
        let state = value.as_str().and_then(IntakeState::parse);
        return state.map_or_else(|| value_text(w, f, value), |state| Some(w.t(state.word_key())));
    }
    let state = value.as_str().filter(|_| name == "state").and_then(|text| {
        AppointmentStatus::parse(text)
            .map(AppointmentStatus::word_key)
            .or_else(|| SeriesStatus::parse(text).map(SeriesStatus::word_key))
            .or_else(|| DriveStatus::parse(text).map(DriveStatus::word_key))
            .or_else(|| MessageStatus::parse(text).map(MessageStatus::word_key))
    });
    state.map_or_else(|| value_text(w, f, value), |key| Some(w.t(key)))
}

/// Every value that differs, as "phone: 555 → 556". Ids say nothing to a reader; a decision's note is for clinicians.
fn values(
    w: Words,
    f: Format,
    before: Option<&Value>,
    after: Option<&Value>,
    may_read_notes: bool,
) -> Vec<String> {
    let mut pairs: BTreeMap<&str, (Option<String>, Option<String>)> = BTreeMap::new();
    for (name, value) in before.and_then(Value::as_object).into_iter().flatten() {
        pairs.entry(name).or_default().0 = named_value(w, f, name, value);
    }
    for (name, value) in after.and_then(Value::as_object).into_iter().flatten() {
        pairs.entry(name).or_default().1 = named_value(w, f, name, value);
    }
    pairs
        .into_iter()
        .filter(|(name, (was, is))| was != is && (may_read_notes || *name != "note"))
        .map(|(name, (was, is))| {
            let name = name.replace('_', " ");
            match (was, is) {
                (Some(was), Some(is)) => w.f(
                    "chart-value-changed",
                    [("name", name.as_str()), ("was", was.as_str()), ("is", is.as_str())],
                ),
                (Some(was), None) => {
                    w.f("chart-value-gone", [("name", name.as_str()), ("was", was.as_str())])
                }
                (None, is) => w.f(
                    "chart-value-new",
                    [("name", name.as_str()), ("is", is.as_deref().unwrap_or_default())],
                ),
            }
        })
        .collect()
}

fn value_text(w: Words, f: Format, value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Bool(true) => w.t("chart-value-yes"),
        Value::Bool(false) => w.t("chart-value-no"),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.is_empty() || uuid::Uuid::parse_str(text).is_ok() => return None,
        Value::String(text) => match DateTime::parse_from_rfc3339(text) {
            Ok(at) => f.when(at.with_timezone(&Utc)),
            Err(_) => text.clone(),
        },
        Value::Array(list) => {
            list.iter().filter_map(|item| value_text(w, f, item)).collect::<Vec<_>>().join(", ")
        }
        // Nested records are for the log itself, not for a line on the chart.
        Value::Object(_) => return None,
    };
    let is_long = text.chars().count() > MAX_VALUE;
    let kept: String = text.chars().take(MAX_VALUE).collect();
    (!text.is_empty()).then(|| if is_long { format!("{kept}…") } else { kept })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use serde_json::json;

    fn lines(before: Option<Value>, after: Option<Value>, may_read_notes: bool) -> Vec<String> {
        let now = Utc.with_ymd_and_hms(2026, 11, 20, 12, 0, 0).single().expect("an instant");
        let f = Format::new(chrono_tz::America::New_York, now);
        values(Words::default(), f, before.as_ref(), after.as_ref(), may_read_notes)
    }

    #[test]
    fn only_values_that_differ_are_told() {
        let told = lines(
            Some(json!({"phone": "555 010 0133", "email": null, "name_to_use": "Mia"})),
            Some(json!({"phone": "555 010 0134", "email": "m@example.com", "name_to_use": "Mia"})),
            false,
        );
        assert_eq!(told, ["email: m@example.com", "phone: 555 010 0133 → 555 010 0134"]);
    }

    #[test]
    fn instants_are_read_on_the_sites_clock_and_ids_left_out() {
        let told =
            lines(None, Some(json!({"starts_at": "2026-12-01T15:00:00Z", "id": uuid::Uuid::nil()})), false);
        assert_eq!(told, ["starts at: Tue, Dec 1, 10:00 AM"]);
    }

    #[test]
    fn a_decisions_note_is_for_those_who_decide() {
        let note = json!({"note": "wait for the lab"});
        assert!(lines(None, Some(note.clone()), false).is_empty());
        assert_eq!(lines(None, Some(note), true).len(), 1);
    }

    #[test]
    fn an_action_without_words_stays_as_it_is() {
        assert_eq!(action_words(Words::default(), "moon.land"), "moon.land");
        assert_ne!(action_words(Words::default(), "appointment.check_in"), "appointment.check_in");
    }
}
