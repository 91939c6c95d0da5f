//! A service's phases as a form: up to six rows of name, start, length and who or what is needed; empty rows are ignored.

use crate::domain::services::{Kind, Phase, phase_faults};
use crate::web::kit::Fields;
use crate::words::Words;

/// Rows the form offers.
pub const ROWS: usize = 6;
/// Longest name of a phase (characters).
const NAME_MAX: usize = 40;

/// One box of a row.
pub struct NeedBox {
    /// The kind's stored word.
    pub value: &'static str,
    /// The box's id.
    pub id: String,
    /// The kind in words.
    pub label: String,
    /// Whether it is ticked.
    pub checked: bool,
}

/// One text field of a row.
pub struct PhaseCell {
    /// The field's name and id.
    pub name: String,
    /// What a screen reader says.
    pub label: String,
    /// What was typed or is in force.
    pub value: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// One row of the form, ready for the template.
pub struct PhaseRow {
    /// Name, start, length.
    pub cells: Vec<PhaseCell>,
    /// Name of the boxes, id of their group.
    pub needs: String,
    /// "Phase 1 needs".
    pub needs_label: String,
    /// The boxes.
    pub boxes: Vec<NeedBox>,
    /// What is wrong with the boxes.
    pub needs_error: Option<String>,
}

fn field(row: usize, part: &str) -> String {
    format!("phase_{row}_{part}")
}

/// Puts phases in force into the form.
pub fn fill(fields: &mut Fields, phases: &[Phase]) {
    for (row, phase) in (1..=ROWS).zip(phases) {
        fields.set(&field(row, "name"), phase.name.clone());
        fields.set(&field(row, "offset"), phase.offset.to_string());
        fields.set(&field(row, "minutes"), phase.minutes.to_string());
        for kind in &phase.needs {
            fields.add(&field(row, "needs"), kind.as_str());
        }
    }
}

/// The rows of the form as they are to be shown.
pub fn rows(w: Words, fields: &Fields) -> Vec<PhaseRow> {
    (1..=ROWS).map(|row| row_of(w, fields, row)).collect()
}

fn row_of(w: Words, fields: &Fields, row: usize) -> PhaseRow {
    let number = row.to_string();
    let cell = |part: &str, key: &str| {
        let name = field(row, part);
        PhaseCell {
            label: w.f(key, [("number", number.as_str())]),
            value: fields.get(&name).to_owned(),
            error: fields.error(&name).map(str::to_owned),
            name,
        }
    };
    let needs = field(row, "needs");
    let boxes = Kind::ALL
        .iter()
        .map(|kind| NeedBox {
            value: kind.as_str(),
            id: format!("{needs}-{kind}"),
            label: w.t(kind.word_key()),
            checked: fields.checked(&needs, kind.as_str()),
        })
        .collect();
    PhaseRow {
        cells: vec![
            cell("name", "services-phase-name"),
            cell("offset", "services-phase-offset"),
            cell("minutes", "services-phase-minutes"),
        ],
        needs_label: w.f("services-phase-needs", [("number", number.as_str())]),
        needs_error: fields.error(&needs).map(str::to_owned),
        boxes,
        needs,
    }
}

/// Reads the phases in order of their start; what is wrong goes to its field.
pub fn read(w: Words, fields: &mut Fields) -> Vec<Phase> {
    let mut phases = Vec::new();
    // Faults count phases, messages belong to rows: an empty row in between shifts one against the other.
    let mut row_of_phase = Vec::new();
    for row in 1..=ROWS {
        let value = |part: &str| fields.get(&field(row, part)).to_owned();
        let (name, offset, minutes) = (value("name"), value("offset"), value("minutes"));
        let ticked = fields.all(&field(row, "needs"));
        if name.is_empty() && offset.is_empty() && minutes.is_empty() && ticked.is_empty() {
            continue;
        }
        let mut needs: Vec<Kind> = ticked.into_iter().filter_map(Kind::parse).collect();
        needs.sort_unstable();
        needs.dedup();
        // What cannot be read becomes a value that the rules of phases refuse.
        let (offset, minutes) = (offset.parse().unwrap_or(-1), minutes.parse().unwrap_or(0));
        phases.push(Phase { name, offset, minutes, needs });
        row_of_phase.push(row);
    }
    for (number, key) in phase_faults(&phases) {
        let row = number.checked_sub(1).and_then(|index| row_of_phase.get(index)).copied().unwrap_or(1);
        fields.fail(&field(row, part_of(key)), w.t(key));
    }
    for (phase, row) in phases.iter().zip(&row_of_phase) {
        if phase.name.chars().count() > NAME_MAX {
            fields.fail(&field(*row, "name"), w.t("services-fault-name"));
        }
    }
    phases.sort_by_key(|phase| phase.offset);
    phases
}

/// Which field of a row a fault belongs to.
fn part_of(key: &str) -> &'static str {
    match key {
        "services-fault-minutes" => "minutes",
        "services-fault-offset" => "offset",
        "services-fault-needs" => "needs",
        _ => "name",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(form: &str) -> (Vec<Phase>, Fields) {
        let mut fields = Fields::parse(form.as_bytes());
        let phases = read(Words::default(), &mut fields);
        (phases, fields)
    }

    #[test]
    fn empty_rows_are_ignored_and_phases_come_in_order_of_start() {
        let (phases, fields) = typed(
            "phase_1_name=rest&phase_1_offset=30&phase_1_minutes=45&phase_1_needs=attendant\
             &phase_4_name=talk&phase_4_offset=0&phase_4_minutes=30&phase_4_needs=coach&phase_4_needs=talk_room",
        );
        assert!(fields.is_ok());
        assert_eq!(phases.iter().map(|phase| phase.name.as_str()).collect::<Vec<_>>(), ["talk", "rest"]);
        assert_eq!(phases[0].needs, [Kind::Coach, Kind::TalkRoom]);
    }

    #[test]
    fn a_fault_is_told_at_its_row_even_below_an_empty_one() {
        let (_, fields) = typed("phase_3_name=talk&phase_3_offset=0&phase_3_minutes=99999999999999999999");
        assert!(fields.error("phase_3_minutes").is_some());
        assert!(fields.error("phase_3_needs").is_some());
        assert_eq!(fields.error("phase_1_name"), None);
        assert_eq!(fields.get("phase_3_minutes"), "99999999999999999999");
    }

    #[test]
    fn a_service_without_phases_is_refused_at_the_first_row() {
        let (phases, fields) = typed("name=Talk");
        assert!(phases.is_empty());
        assert!(fields.error("phase_1_name").is_some());
    }

    #[test]
    fn phases_survive_the_form() {
        let phases = crate::domain::defaults::services(Words::default()).swap_remove(2).phases;
        let mut fields = Fields::new();
        fill(&mut fields, &phases);
        assert_eq!(read(Words::default(), &mut fields), phases);
    }
}
