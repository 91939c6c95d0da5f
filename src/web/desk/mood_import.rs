//! Import of scores from a file: choose it, say which column is what, see what would become of each row, then write.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::mood::{born, fail, parse, patient_of};
use super::{Desk, DeskForm};
use crate::actions::mood_import::{Checked, Mapping, Table, Verdict, check_rows, import_rows, read_table};
use crate::domain::ids::PatientId;
use crate::domain::mood_rows::{Columns, DateForm};
use crate::web::kit::{
    Fields, Nav, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};
use crate::words::Words;

/// Rows shown of the file, and verdicts shown of a check; those with faults come first.
const SAMPLE: usize = 3;
const MOST_VERDICTS: usize = 500;
/// Longest piece of a row that is shown, in characters.
const MAX_SHOWN: usize = 80;

/// What becomes of a row, in words.
struct VerdictRow {
    line: u64,
    cells: String,
    class: &'static str,
    word: String,
    why: String,
}

/// The second step.
struct Step {
    said: String,
    head: Vec<String>,
    sample: Vec<Vec<String>>,
    columns: Vec<(String, String)>,
    forms: Vec<(String, String)>,
    summary: String,
    verdicts: Vec<VerdictRow>,
    left_out: Option<String>,
    button: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/mood_import.html")]
struct ImportPage {
    shell: Shell,
    fields: Fields,
    action: String,
    back: String,
    key: String,
    born: String,
    step: Option<Step>,
}

/// GET /patients/{id}/mood/import.
///
/// # Errors
/// [`crate::web::kit::PageError::NotFound`] for nobody of this site.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut fields = Fields::new();
    fields.set("head", "yes");
    render(&desk, parse(&id)?, fields, None, None, StatusCode::OK).await
}

/// POST /patients/{id}/mood/import with `act`: `read` the file, `check` every row without writing, or `import`.
///
/// # Errors
/// [`crate::web::kit::PageError::NotFound`] for nobody of this site.
pub async fn post(Path(id): Path<String>, form: DeskForm) -> PageResult {
    const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
    let DeskForm { desk, mut fields } = form;
    let (w, id) = (desk.w(), parse(&id)?);
    if !fields.raw("file").is_empty() {
        let text = fields.raw("file").to_owned();
        fields.set("csv", text);
    }
    let table = match read_table(fields.raw("csv"), fields.has("head")) {
        Ok(table) => table,
        Err(error) => {
            fail(&mut fields, "csv", &desk, error)?;
            return render(&desk, id, fields, None, None, REFUSED).await;
        }
    };
    let act = fields.get("act").to_owned();
    if act != "check" && act != "import" {
        guess(&mut fields, &table);
        return render(&desk, id, fields, Some(&table), None, StatusCode::OK).await;
    }
    let Some(mapping) = read_mapping(&mut fields, w, &table) else {
        return render(&desk, id, fields, Some(&table), None, REFUSED).await;
    };
    let actor = desk.actor();
    if act == "check" {
        let mut tx = desk.read().await?;
        let checked = check_rows(&mut tx, &actor, &desk.site, id, &table, mapping).await?;
        drop(tx);
        return render(&desk, id, fields, Some(&table), Some(&checked), StatusCode::OK).await;
    }
    let done = format!("/patients/{id}/mood");
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    let patient = patient_of(&desk, &mut tx, id).await?;
    if let Some(earlier) = tx.claim_key("mood-import", &key, &done).await? {
        return Ok(redirect(&earlier));
    }
    let strict = fields.has("strict");
    match import_rows(&mut tx, &actor, &desk.site, id, &table, mapping, strict).await {
        Ok(count) => {
            tx.commit().await?;
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let said = w.nf("mood-imported", count, [("name", patient.full_name.as_str())]);
            Ok(redirect_with_flash(&done, &said, None))
        }
        Err(error) => {
            drop(tx);
            fail(&mut fields, "strict", &desk, error)?;
            let mut tx = desk.read().await?;
            let checked = check_rows(&mut tx, &actor, &desk.site, id, &table, mapping).await?;
            drop(tx);
            render(&desk, id, fields, Some(&table), Some(&checked), StatusCode::CONFLICT).await
        }
    }
}

/// Chooses columns by their names, for the first look; what was chosen stays.
fn guess(fields: &mut Fields, table: &Table) {
    let named = |words: &[&str]| {
        table.head.iter().position(|name| words.iter().any(|word| name.to_lowercase().contains(word)))
    };
    let found =
        [("date", named(&["date", "time", "day"])), ("mood", named(&["mood"])), ("total", named(&["phq"]))];
    for (name, column) in found {
        if let (Some(column), true) = (column, fields.get(name).is_empty()) {
            fields.set(name, column.to_string());
        }
    }
}

/// What was chosen; `None` with a message where something is missing.
fn read_mapping(fields: &mut Fields, w: Words, table: &Table) -> Option<Mapping> {
    let width = table.width;
    let column = |text: &str| text.parse::<usize>().ok().filter(|column| *column < width);
    let date = fields.parsed("date", column, &w.t("mood-import-date-error"));
    let form = fields.parsed("form", DateForm::parse, &w.t("mood-import-form-error"));
    let score = column(fields.get("mood"));
    let total = column(fields.get("total"));
    let items = column(fields.get("items"));
    if score.is_none() && total.is_none() && items.is_none() {
        fields.fail("mood", w.t("mood-import-score-error"));
        return None;
    }
    Some(Mapping { columns: Columns { date: date?, score, total, items }, form: form? })
}

async fn render(
    desk: &Desk,
    id: PatientId,
    fields: Fields,
    table: Option<&Table>,
    checked: Option<&Checked>,
    status: StatusCode,
) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let patient = patient_of(desk, &mut tx, id).await?;
    let title = w.f("mood-import-title", [("name", patient.full_name.as_str())]);
    let shell = desk.shell(&mut tx, Nav::Patients, title).await?;
    let page = ImportPage {
        shell: shell.refused(!fields.is_ok()),
        action: format!("/patients/{id}/mood/import"),
        back: format!("/patients/{id}/mood"),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        born: born(desk, &patient),
        step: table.map(|table| step(w, table, checked, &patient.full_name)),
        fields,
    };
    page_with_status(status, &page)
}

fn step(w: Words, table: &Table, checked: Option<&Checked>, name: &str) -> Step {
    let head: Vec<String> = (0..table.width)
        .map(|index| match table.head.get(index).filter(|name| !name.is_empty()) {
            Some(name) => shown(name),
            None => w.f("mood-import-column", [("number", &(index + 1).to_string())]),
        })
        .collect();
    let sample = table.rows.iter().take(SAMPLE);
    let mut step = Step {
        said: w.n("mood-import-rows", count(table.rows.len())),
        sample: sample.map(|(_, cells)| cells.iter().map(|cell| shown(cell)).collect()).collect(),
        columns: head.iter().enumerate().map(|(index, name)| (index.to_string(), name.clone())).collect(),
        forms: DateForm::ALL.iter().map(|form| (form.to_string(), w.t(form.word_key()))).collect(),
        head,
        summary: String::new(),
        verdicts: Vec::new(),
        left_out: None,
        button: None,
    };
    let Some(checked) = checked else { return step };
    let numbers = [checked.new, checked.known, checked.faulty].map(|number| number.to_string());
    let [new, known, faulty] = &numbers;
    step.summary = w.f("mood-import-summary", [("new", new), ("known", known), ("faulty", faulty)]);
    let mut all: Vec<(&Vec<String>, &(u64, Verdict))> =
        table.rows.iter().map(|(_, cells)| cells).zip(&checked.rows).collect();
    if all.len() > MOST_VERDICTS {
        // A stable sort: what somebody has to mend comes first, in the order of the file.
        all.sort_by_key(|(_, (_, verdict))| !matches!(verdict, Verdict::Faulty(_)));
        step.left_out = Some(w.n("mood-import-left-out", count(all.len() - MOST_VERDICTS)));
        all.truncate(MOST_VERDICTS);
    }
    step.verdicts =
        all.into_iter().map(|(cells, (line, verdict))| verdict_row(w, *line, cells, verdict)).collect();
    step.button = (checked.new > 0).then(|| w.nf("mood-import-save", count(checked.new), [("name", name)]));
    step
}

fn verdict_row(w: Words, line: u64, cells: &[String], verdict: &Verdict) -> VerdictRow {
    let (class, word, why) = match verdict {
        Verdict::New(_) => ("st-ok", "mood-verdict-new", Vec::new()),
        Verdict::Known => ("st-gone", "mood-verdict-known", Vec::new()),
        Verdict::Faulty(faults) => {
            ("st-bad", "mood-verdict-faulty", faults.iter().map(|fault| w.t(fault.word_key())).collect())
        }
    };
    VerdictRow { line, cells: shown(&cells.join(" · ")), class, word: w.t(word), why: why.join(" ") }
}

/// A piece of a file, cut to what a table has room for.
fn shown(text: &str) -> String {
    let kept: String = text.chars().take(MAX_SHOWN).collect();
    if kept.len() < text.len() { format!("{kept}…") } else { kept }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
