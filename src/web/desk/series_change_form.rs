//! The form of a change of a course: its fields, the choices it offers, and what was asked for.

use chrono::NaiveDateTime;

use crate::domain::appointments::AppointmentStatus;
use crate::domain::ids::ProtocolId;
use crate::domain::protocols::{Protocol, VisitRole};
use crate::domain::series_change::SeriesChange;
use crate::store::appointments::Appointment;
use crate::store::series::Series;
use crate::web::kit::Fields;
use crate::words::Words;
use crate::words::format::Format;

/// Most treatments of any course the form reads.
const MAX_TREATMENTS: i64 = 200;
/// Fields that say what is asked for, in the order of the form.
pub const FIELDS: [&str; 6] = ["change", "visit", "date", "time", "visits", "protocol"];

/// Kinds of change with the keys of their words, for a course that runs.
const RUNNING: [(&str, &str); 6] = [
    ("move", "series-change-kind-move"),
    ("shift", "series-change-kind-shift"),
    ("skip", "series-change-kind-skip"),
    ("number", "series-change-kind-number"),
    ("length", "series-change-kind-length"),
    ("pause", "series-change-kind-pause"),
];

/// The kinds of change a course can have now: value and words.
pub fn kinds(w: Words, series: &Series) -> Vec<(String, String)> {
    if series.paused_at.is_some() {
        return vec![("resume".to_owned(), w.t("series-change-kind-resume"))];
    }
    RUNNING.iter().map(|(value, key)| ((*value).to_owned(), w.t(key))).collect()
}

/// The treatments ahead, by number.
pub fn treatments(w: Words, f: Format, visits: &[Appointment]) -> Vec<(String, String)> {
    let mut ahead: Vec<&Appointment> = visits
        .iter()
        .filter(|visit| visit.role == Some(VisitRole::Main) && visit.status == AppointmentStatus::Booked)
        .filter(|visit| visit.starts_at > f.now())
        .collect();
    ahead.sort_by_key(|visit| visit.role_index);
    ahead
        .into_iter()
        .filter_map(|visit| {
            let (index, when) = (visit.role_index?.to_string(), f.when(visit.starts_at));
            let words = w.f("series-change-treatment", [("index", index.as_str()), ("when", when.as_str())]);
            Some((index, words))
        })
        .collect()
}

/// Other lengths of the same programme.
pub fn lengths(protocols: &[Protocol], series: &Series) -> Vec<(String, String)> {
    let programme = protocols.iter().find(|one| one.id == series.protocol_id).map(|one| &one.programme);
    protocols
        .iter()
        .filter(|one| one.active && one.id != series.protocol_id && Some(&one.programme) == programme)
        .map(|one| (one.id.to_string(), one.name.clone()))
        .collect()
}

/// How many treatments take place or took place.
pub fn living(visits: &[Appointment]) -> i64 {
    let mains = visits.iter().filter(|one| one.role == Some(VisitRole::Main) && one.status.occupies());
    i64::try_from(mains.count()).unwrap_or(i64::MAX)
}

/// What was asked for; `None` with a message at every field that cannot be read. Fields of other changes are not looked at.
pub fn read(fields: &mut Fields, w: Words, living: i64) -> Option<SeriesChange> {
    match fields.get("change").to_owned().as_str() {
        "move" => {
            let (visit, to) = (read_visit(fields, w), read_time(fields, w));
            Some(SeriesChange::MoveOne { visit: visit?, to: to? })
        }
        "shift" => {
            let (visit, to) = (read_visit(fields, w), read_time(fields, w));
            Some(SeriesChange::MoveAndShift { visit: visit?, to: to? })
        }
        "skip" => Some(SeriesChange::SkipWeek { visit: read_visit(fields, w)? }),
        "number" => {
            let message = w.t("series-change-visits-wrong");
            let visits = fields.number("visits", 1..=MAX_TREATMENTS, &message)?;
            let more = visits > living;
            Some(if more { SeriesChange::Extend { visits } } else { SeriesChange::Shorten { visits } })
        }
        "length" => {
            let from = read_visit(fields, w);
            let message = w.t("series-change-protocol-wrong");
            let protocol = fields.parsed("protocol", |text| text.parse::<ProtocolId>().ok(), &message);
            Some(SeriesChange::ChangeLength { from: from?, protocol: protocol? })
        }
        "pause" => Some(SeriesChange::Pause),
        "resume" => Some(SeriesChange::Resume { at: read_time(fields, w)? }),
        _ => {
            fields.fail("change", w.t("series-change-kind-wrong"));
            None
        }
    }
}

fn read_visit(fields: &mut Fields, w: Words) -> Option<i64> {
    fields.number("visit", 1..=MAX_TREATMENTS, &w.t("series-change-visit-wrong"))
}

fn read_time(fields: &mut Fields, w: Words) -> Option<NaiveDateTime> {
    let date = fields.date("date", &w.t("series-change-date-wrong"));
    let time = fields.time("time", &w.t("series-change-time-wrong"));
    Some(date?.and_time(time?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(typed: &str) -> (Option<SeriesChange>, Vec<String>) {
        let mut fields = Fields::parse(typed.as_bytes());
        let change = read(&mut fields, Words::default(), 6);
        (change, fields.errors().iter().map(|error| error.field.clone()).collect())
    }

    #[test]
    fn a_number_above_the_present_one_extends_and_one_below_shortens() {
        assert_eq!(asked("change=number&visits=7").0, Some(SeriesChange::Extend { visits: 7 }));
        assert_eq!(asked("change=number&visits=5").0, Some(SeriesChange::Shorten { visits: 5 }));
    }

    #[test]
    fn every_field_of_the_chosen_change_that_cannot_be_read_is_named() {
        assert_eq!(asked("change=move").1, ["visit", "date", "time"]);
        assert_eq!(asked("change=length&visit=2").1, ["protocol"]);
        assert_eq!(asked("change=resume&date=2026-12-01&time=soon").1, ["time"]);
        assert_eq!(asked("change=dance").1, ["change"]);
        assert_eq!(asked("change=pause&visits=many").0, Some(SeriesChange::Pause));
    }
}
