//! Weekly hours as a form: seven days, two stretches a day (a lunch break lies between them), empty means closed.

use chrono::{NaiveTime, Timelike};

use crate::web::kit::Fields;
use crate::words::Words;
use crate::words::format::minutes_input;

/// The days' words, Monday first.
const DAYS: [&str; 7] =
    ["weekday-mon", "weekday-tue", "weekday-wed", "weekday-thu", "weekday-fri", "weekday-sat", "weekday-sun"];
/// The stretches of a day.
const PARTS: [&str; 2] = ["a", "b"];
/// Minutes of a day; midnight as the end of a day.
const DAY: i64 = 1440;

/// One time field, ready for the template.
pub struct TimeCell {
    /// The field's name and id.
    pub name: String,
    /// What a screen reader says: "Monday, first hours, from".
    pub label: String,
    /// What was typed or is in force.
    pub value: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// One day of the form.
pub struct DayRow {
    /// "Monday".
    pub day: String,
    /// From, to, from, to.
    pub cells: Vec<TimeCell>,
}

fn cell_name(end: &str, day: usize, part: &str) -> String {
    format!("{end}_{day}_{part}")
}

/// Puts hours in force into the form; what goes beyond two stretches a day is not shown.
pub fn fill(fields: &mut Fields, hours: &[(i64, i64, i64)]) {
    for day in 0..DAYS.len() {
        let of_day = hours.iter().filter(|(weekday, _, _)| usize::try_from(*weekday) == Ok(day));
        for (part, (_, from, to)) in PARTS.iter().zip(of_day) {
            fields.set(&cell_name("from", day, part), minutes_input(*from));
            // A time field knows no 24:00.
            fields.set(&cell_name("to", day, part), minutes_input(*to % DAY));
        }
    }
}

/// The rows of the form as they are to be shown.
pub fn rows(w: Words, fields: &Fields) -> Vec<DayRow> {
    let label = |day: &str, end: &str, part: &str| {
        let key = match (end, part) {
            ("from", "a") => "resources-hours-first-from",
            ("to", "a") => "resources-hours-first-to",
            ("from", _) => "resources-hours-second-from",
            _ => "resources-hours-second-to",
        };
        w.f(key, [("day", day)])
    };
    let mut rows = Vec::new();
    for (number, key) in DAYS.iter().enumerate() {
        let day = w.t(key);
        let mut cells = Vec::new();
        for part in PARTS {
            for end in ["from", "to"] {
                let name = cell_name(end, number, part);
                cells.push(TimeCell {
                    label: label(&day, end, part),
                    value: fields.get(&name).to_owned(),
                    error: fields.error(&name).map(str::to_owned),
                    name,
                });
            }
        }
        rows.push(DayRow { day, cells });
    }
    rows
}

/// Reads the week: weekday (0 Monday), from and to in minutes after midnight; what is wrong goes to its field.
pub fn read(w: Words, fields: &mut Fields) -> Vec<(i64, i64, i64)> {
    let mut week = Vec::new();
    for (number, weekday) in (0..DAYS.len()).zip(0_i64..) {
        let mut of_day: Vec<(i64, i64)> = Vec::new();
        for part in PARTS {
            let (from_name, to_name) = (cell_name("from", number, part), cell_name("to", number, part));
            if fields.get(&from_name).is_empty() && fields.get(&to_name).is_empty() {
                continue;
            }
            let from = fields.time(&from_name, &w.t("resources-enter-from"));
            let to = fields.time(&to_name, &w.t("resources-enter-to"));
            let (Some(from), Some(to)) = (from, to) else { continue };
            let (from, to) = (minutes(from), end_minutes(to));
            if to <= from {
                fields.fail(&to_name, w.t("resources-to-after-from"));
            } else if of_day.iter().any(|(start, end)| from < *end && *start < to) {
                fields.fail(&from_name, w.t("resources-hours-overlap"));
            } else {
                of_day.push((from, to));
            }
        }
        of_day.sort_unstable();
        week.extend(of_day.into_iter().map(|(from, to)| (weekday, from, to)));
    }
    week
}

fn minutes(time: NaiveTime) -> i64 {
    i64::from(time.hour() * 60 + time.minute())
}

/// Midnight as an end is the end of the day.
fn end_minutes(time: NaiveTime) -> i64 {
    match minutes(time) {
        0 => DAY,
        minutes => minutes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(form: &str) -> (Vec<(i64, i64, i64)>, Fields) {
        let mut fields = Fields::parse(form.as_bytes());
        let week = read(Words::default(), &mut fields);
        (week, fields)
    }

    #[test]
    fn a_lunch_break_is_two_stretches_and_an_empty_day_is_closed() {
        let (week, fields) =
            typed("from_0_a=13:00&to_0_a=17:00&from_0_b=09:00&to_0_b=12:00&from_6_a=&to_6_a=");
        assert!(fields.is_ok());
        assert_eq!(week, [(0, 540, 720), (0, 780, 1020)]);
    }

    #[test]
    fn hours_until_midnight_survive_the_form() {
        let mut fields = Fields::new();
        fill(&mut fields, &[(2, 600, 1440)]);
        assert_eq!(fields.get("to_2_a"), "00:00");
        assert_eq!(read(Words::default(), &mut fields), [(2, 600, 1440)]);
    }

    #[test]
    fn each_fault_is_told_at_its_field_and_the_typing_stays() {
        let (_, fields) = typed("from_1_a=17:00&to_1_a=09:00");
        assert!(fields.error("to_1_a").is_some());
        assert_eq!(fields.get("to_1_a"), "09:00");
        let (_, fields) = typed("from_1_a=09:00&to_1_a=12:00&from_1_b=11:00&to_1_b=13:00");
        assert!(fields.error("from_1_b").is_some());
        let (_, fields) = typed("from_3_a=nine&to_3_a=");
        assert!(fields.error("from_3_a").is_some() && fields.error("to_3_a").is_some());
    }

    #[test]
    fn stretches_that_touch_do_not_overlap() {
        let (week, fields) = typed("from_4_a=09:00&to_4_a=12:00&from_4_b=12:00&to_4_b=13:00");
        assert!(fields.is_ok());
        assert_eq!(week.len(), 2);
    }
}
