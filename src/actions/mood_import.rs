//! Import scores from a file of another program: read the table, look at every row without writing anything, then write.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::mood::subject;
use super::phq9::{self as questionnaires, Whole};
use super::{ActionError, Actor};
use crate::domain::ids::{ImportId, MoodScoreId, PatientId};
use crate::domain::mood::ScoreSource;
use crate::domain::mood_rows::{Columns, DateForm, ReadRow, RowFault, read_row};
use crate::domain::phq9::{RISK_ITEM, calls_for_review};
use crate::store::mood::MoodScore;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// Rows a file may have at most.
pub const MAX_ROWS: usize = 10_000;

/// A file as a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns; empty where the file has none.
    pub head: Vec<String>,
    /// Each row with its line in the file, counted from 1.
    pub rows: Vec<(u64, Vec<String>)>,
    /// Columns of the widest row.
    pub width: usize,
}

/// Which column is what, and how dates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The columns.
    pub columns: Columns,
    /// The form of the dates.
    pub form: DateForm,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is new.
    New(ReadRow),
    /// It was imported before, or stands in the file twice.
    Known,
    /// It cannot be read.
    Faulty(Vec<RowFault>),
}

/// Every row's verdict, by its line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Line and verdict, in the order of the file.
    pub rows: Vec<(u64, Verdict)>,
    /// How many are new.
    pub new: usize,
    /// How many are known.
    pub known: usize,
    /// How many have faults.
    pub faulty: usize,
}

/// Reads a file's text as a table: commas, semicolons or tabs between cells, quotes around them, any line ends, a byte order
/// mark or none. Rows without any text are left out.
///
/// # Errors
/// [`ActionError::Refused`] for a file without rows, with more than [`MAX_ROWS`], or that is no table.
pub fn read_table(text: &str, has_head: bool) -> Result<Table, ActionError> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| ActionError::Refused("mood-import-unreadable"))?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let line = record.position().map_or(0, |at| line_of(&text, at));
        rows.push((line, record.iter().map(|cell| cell.trim().to_owned()).collect()));
        // One more than the rows, for the names of the columns.
        if rows.len() > MAX_ROWS + 1 {
            return Err(ActionError::Refused("mood-import-too-many"));
        }
    }
    let head = if has_head && !rows.is_empty() { rows.remove(0).1 } else { Vec::new() };
    if rows.is_empty() {
        return Err(ActionError::Refused("mood-import-empty"));
    }
    if rows.len() > MAX_ROWS {
        return Err(ActionError::Refused("mood-import-too-many"));
    }
    let width = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0).max(head.len());
    Ok(Table { head, rows, width })
}

/// The reader's place is before the empty lines it skips; the row stands behind them.
fn line_of(text: &str, at: &csv::Position) -> u64 {
    let from = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let skipped = text.as_bytes().get(from..).unwrap_or_default().iter().take_while(|byte| **byte == b'\n');
    at.line() + u64::try_from(skipped.count()).unwrap_or(0)
}

/// What stands between the cells of the first line, outside quotes.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.bytes().skip_while(|byte| *byte == b'\n') {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                for (mark, count) in &mut counts {
                    *count += usize::from(*mark == byte);
                }
            }
        }
    }
    let [comma, semicolon, tab] = counts;
    let best = if semicolon.1 > comma.1 { semicolon } else { comma };
    if tab.1 > best.1 { tab.0 } else { best.0 }
}

/// What would become of each row; nothing is written.
///
/// # Errors
/// [`ActionError::NotPermitted`]; [`ActionError::NotFound`] for nobody of this site.
pub async fn check_rows(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    table: &Table,
    mapping: Mapping,
) -> Result<Checked, ActionError> {
    let (patient, _) = subject(tx, actor, site, patient).await?;
    let now = tx.now();
    let imported = |source: ScoreSource| source == ScoreSource::Import;
    let moods = tx.mood_scores_of(patient.id).await?;
    let mut moods: HashSet<DateTime<Utc>> =
        moods.iter().filter(|one| imported(one.source)).map(|one| one.taken_at).collect();
    let sums = tx.phq9_of(patient.id).await?;
    let mut sums: HashSet<DateTime<Utc>> =
        sums.iter().filter(|one| imported(one.source)).map(|one| one.taken_at).collect();
    let mut checked = Checked::default();
    for (line, cells) in &table.rows {
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let verdict = match read_row(&cells, &mapping.columns, mapping.form, site.timezone, now) {
            Err(faults) => Verdict::Faulty(faults),
            Ok(mut row) => {
                row.mood = row.mood.filter(|_| moods.insert(row.at));
                row.phq9 = row.phq9.filter(|_| sums.insert(row.at));
                if row.mood.is_none() && row.phq9.is_none() { Verdict::Known } else { Verdict::New(row) }
            }
        };
        match verdict {
            Verdict::New(_) => checked.new += 1,
            Verdict::Known => checked.known += 1,
            Verdict::Faulty(_) => checked.faulty += 1,
        }
        checked.rows.push((*line, verdict));
    }
    Ok(checked)
}

/// Writes every new row. With `all_or_none`, nothing where any row has a fault. Answers how many rows were written.
///
/// # Errors
/// As [`check_rows`]; [`ActionError::Refused`] where there is nothing new, or a fault that forbids it.
pub async fn import_rows(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    table: &Table,
    mapping: Mapping,
    all_or_none: bool,
) -> Result<usize, ActionError> {
    let checked = check_rows(tx, actor, site, patient, table, mapping).await?;
    if all_or_none && checked.faulty > 0 {
        return Err(ActionError::Refused("mood-import-faulty"));
    }
    if checked.new == 0 {
        return Err(ActionError::Refused("mood-import-nothing"));
    }
    let batch = ImportId::new();
    for (_, verdict) in &checked.rows {
        if let Verdict::New(row) = verdict {
            write_row(tx, actor, site, patient, row, batch).await?;
        }
    }
    tx.audit(AuditEntry::new("mood.import", Some(patient), "import", batch.0).after(json!({
        "rows": checked.new, "known": checked.known, "faulty": checked.faulty, "date form": mapping.form,
    })));
    Ok(checked.new)
}

async fn write_row(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    row: &ReadRow,
    batch: ImportId,
) -> Result<(), ActionError> {
    let now = tx.now();
    if let Some(score) = row.mood {
        let one = MoodScore {
            id: MoodScoreId::new(),
            site_id: site.id,
            patient_id: patient,
            score,
            taken_at: row.at,
            source: ScoreSource::Import,
            recorded_by: actor.label(),
            batch_id: Some(batch),
            created_at: now,
        };
        tx.insert_mood_score(&one).await?;
    }
    if let Some(phq9) = row.phq9 {
        let item9 = phq9.answers.get(RISK_ITEM - 1).copied().flatten();
        let whole = Whole {
            answers: phq9.answers,
            total: phq9.total,
            taken_at: row.at,
            source: ScoreSource::Import,
            batch: Some(batch),
            flag: calls_for_review(item9, row.at, now),
        };
        questionnaires::enter(tx, actor, site.id, patient, whole).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(u64, Vec<String>)> {
        read_table(text, false).expect("a table").rows
    }

    fn row(line: u64, texts: &[&str]) -> (u64, Vec<String>) {
        (line, texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn a_byte_order_mark_quotes_and_any_line_ends_are_read() {
        let expected =
            vec![row(1, &["2026-11-01", "7", "slept, well"]), row(2, &["2026-11-02", "8", "a \"b\""])];
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("\u{feff}2026-11-01,7,\"slept, well\"{end}2026-11-02,8,\"a \"\"b\"\"\"{end}");
            assert_eq!(cells(&text), expected, "{end:?}");
        }
    }

    #[test]
    fn lines_are_those_of_the_file_whatever_is_empty_or_quoted_over_two_lines() {
        let text = "date;mood\n\n2026-11-01;7\n;\n2026-11-02;\"8\n\"\n2026-11-03;9";
        let table = read_table(text, true).expect("a table");
        assert_eq!(table.head, ["date", "mood"]);
        assert_eq!(
            table.rows,
            vec![row(3, &["2026-11-01", "7"]), row(5, &["2026-11-02", "8"]), row(7, &["2026-11-03", "9"])]
        );
    }

    #[test]
    fn the_delimiter_is_the_commonest_outside_quotes() {
        assert_eq!(delimiter("a,b;c,d\n"), b',');
        assert_eq!(delimiter("\"a,b,c\";d\n"), b';');
        assert_eq!(delimiter("a\tb\tc"), b'\t');
        assert_eq!(delimiter(""), b',');
    }

    #[test]
    fn ten_thousand_rows_are_read_and_no_more() {
        let rows = "2026-11-01,7\n".repeat(MAX_ROWS);
        assert_eq!(read_table(&rows, false).map(|table| table.rows.len()).ok(), Some(MAX_ROWS));
        assert!(read_table(&format!("date,mood\n{rows}"), true).is_ok());
        for text in [format!("{rows}2026-11-01,7\n"), format!("date,mood\n{rows}{rows}")] {
            let refused = read_table(&text, text.starts_with('d'));
            assert!(matches!(refused, Err(ActionError::Refused("mood-import-too-many"))), "{refused:?}");
        }
    }

    #[test]
    fn a_file_without_rows_says_so() {
        for text in ["", "\n\n", ",,\n", "date,mood\n"] {
            let refused = read_table(text, true);
            assert!(matches!(refused, Err(ActionError::Refused("mood-import-empty"))), "{refused:?}");
        }
    }
}
