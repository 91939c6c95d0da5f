//! A letter to an outside provider: what it would say, or why it cannot go; kept as written, printed, noted as sent.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::consent::load;
use super::plan_view::{Link, Refusal, RefusalLine};
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::letters::{draft, in_the_way, mark_sent, measured_change, write_letter};
use crate::domain::gates::Unmet;
use crate::domain::ids::{LetterId, PatientId};
use crate::domain::providers::MAX_CHANGE;
use crate::store::providers::ProviderLetter;
use crate::web::kit::refusals::{error_text, unmet_lines};
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};

#[derive(Template)]
#[template(path = "pages/letter_draft.html")]
struct DraftPage {
    shell: Shell,
    fields: Fields,
    refusal: Option<Refusal>,
    action: String,
    back: String,
    key: String,
    /// Whether the patient agreed that change is told.
    may_tell_change: bool,
    /// What it says, of the dates alone; empty while something is in the way.
    body: String,
}

#[derive(Template)]
#[template(path = "pages/letter_print.html")]
struct PrintPage {
    shell: Shell,
    refusal: Option<Refusal>,
    back: String,
    /// The letter; empty while something is in the way of sending it.
    body: String,
    sent: Option<String>,
    sent_path: String,
}

/// GET `/providers/{id}/letter`
///
/// # Errors
/// [`PageError::NotFound`] for a provider of another site's patient.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    render(&desk, &id, Fields::new(), None, StatusCode::OK).await
}

/// POST `/providers/{id}/letter`: writes the letter down.
///
/// # Errors
/// [`PageError::NotFound`] for a provider of another site's patient.
pub async fn write(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let change = fields.optional_text("change", MAX_CHANGE, &w.t("letter-change-long"));
    if !fields.is_ok() {
        return render(&desk, &id, fields, None, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let change = change.unwrap_or_default();
    let letter = LetterId::new();
    let path = format!("/letters/{letter}");
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    let (provider, _) = load(&mut tx, &desk, &id).await?;
    if let Some(done) = tx.claim_key("letter", &key, &path).await? {
        return Ok(redirect(&done));
    }
    match write_letter(&mut tx, &desk.actor(), w, &desk.site, provider.id, &change, letter).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with_flash(&path, &w.t("letter-written"), None))
        }
        Err(ActionError::Unmet(unmet)) => {
            drop(tx);
            render(&desk, &id, fields, Some(unmet), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error @ ActionError::Refused(_)) => {
            drop(tx);
            for line in error_text(w, desk.f(), &error) {
                fields.fail("change", line);
            }
            render(&desk, &id, fields, None, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

/// GET `/letters/{id}`: the letter as it was written, for the printer.
///
/// # Errors
/// [`PageError::NotFound`] for a letter about another site's patient.
pub async fn print(desk: Desk, Path(id): Path<String>) -> PageResult {
    render_print(&desk, &id, None, StatusCode::OK).await
}

/// POST `/letters/{id}/sent`: notes that it was sent, once.
///
/// # Errors
/// [`PageError::NotFound`] for a letter about another site's patient.
pub async fn sent(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let desk = form.desk;
    let letter = id.parse::<LetterId>().map_err(|_| PageError::NotFound)?;
    let mut tx = desk.write().await?;
    match mark_sent(&mut tx, &desk.actor(), &desk.site, letter).await {
        Ok(()) => {
            let found = tx.letter(letter).await?.ok_or(PageError::NotFound)?;
            let provider = tx.provider(found.provider_id).await?.ok_or(PageError::NotFound)?;
            tx.commit().await?;
            let said = desk.w().f("letter-marked", [("name", provider.name.as_str())]);
            Ok(redirect_with_flash(&format!("/letters/{letter}"), &said, None))
        }
        Err(ActionError::Unmet(unmet)) => {
            drop(tx);
            render_print(&desk, &id, Some(unmet), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Every reason at once; each leads to the consent.
fn refusal(desk: &Desk, patient: PatientId, name: &str, unmet: &[Unmet]) -> Refusal {
    let w = desk.w();
    let count = i64::try_from(unmet.len()).unwrap_or(i64::MAX);
    let cure = |one: &Unmet| {
        let href = format!("/patients/{patient}/providers");
        (*one != Unmet::NothingAttended).then(|| Link { label: w.t("letter-cure"), href })
    };
    let lines = unmet_lines(w, desk.f(), unmet)
        .into_iter()
        .zip(unmet)
        .map(|(line, one)| RefusalLine { text: line.text, cure: cure(one) })
        .collect();
    Refusal { title: w.nf("letter-refused", count, [("name", name)]), lines, last: w.t("letter-last") }
}

async fn render(
    desk: &Desk,
    id: &str,
    mut fields: Fields,
    refused: Option<Vec<Unmet>>,
    status: StatusCode,
) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let (provider, patient) = load(&mut tx, desk, id).await?;
    let draft = draft(&mut tx, &desk.actor(), w, &desk.site, provider.id, "").await?;
    if !fields.has("change") {
        let measured = measured_change(&mut tx, &desk.actor(), w, &desk.site, &draft).await?;
        fields.set("change", measured);
    }
    let unmet = refused.unwrap_or_else(|| draft.unmet.clone());
    let name = provider.name.as_str();
    let refusal = (!unmet.is_empty()).then(|| refusal(desk, patient.id, name, &unmet));
    let title = w.f("letter-title", [("name", name)]);
    let wrong = refusal.is_some() || !fields.is_ok();
    let mut shell = desk.shell(&mut tx, Nav::Patients, title).await?.refused(wrong);
    shell.here = format!("/providers/{}/letter", provider.id);
    drop(tx);
    let page = DraftPage {
        shell,
        refusal,
        action: format!("/providers/{}/letter", provider.id),
        back: format!("/patients/{}/providers", patient.id),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        // What was typed stays in sight even where it may not be told any more.
        may_tell_change: draft.may_tell_change || !fields.get("change").is_empty(),
        body: draft.body,
        fields,
    };
    page_with_status(status, &page)
}

async fn render_print(desk: &Desk, id: &str, refused: Option<Vec<Unmet>>, status: StatusCode) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let id = id.parse::<LetterId>().map_err(|_| PageError::NotFound)?;
    let mut tx = desk.read().await?;
    let letter: ProviderLetter = tx.letter(id).await?.ok_or(PageError::NotFound)?;
    let (provider, patient) = load(&mut tx, desk, &letter.provider_id.to_string()).await?;
    let name = provider.name.as_str();
    let unmet = match refused {
        Some(unmet) => unmet,
        None => in_the_way(&mut tx, &desk.actor(), &desk.site, &letter).await?,
    };
    let title = w.f("letter-title", [("name", name)]);
    let mut shell = desk.shell(&mut tx, Nav::Patients, title).await?.refused(!unmet.is_empty());
    shell.here = format!("/letters/{id}");
    drop(tx);
    let by = letter.sent_by.as_deref().unwrap_or_default();
    let page = PrintPage {
        shell,
        refusal: (!unmet.is_empty()).then(|| refusal(desk, patient.id, name, &unmet)),
        back: format!("/patients/{}/providers", patient.id),
        sent: letter.sent_at.map(|at| w.f("letter-sent", [("when", f.when(at).as_str()), ("name", by)])),
        sent_path: format!("/letters/{id}/sent"),
        body: if unmet.is_empty() { letter.body.clone() } else { String::new() },
    };
    page_with_status(status, &page)
}
