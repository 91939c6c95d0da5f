//! What a clinician wrote to the patient about a decision, word for word; it is there while that decision counts.

use askama::Template;
use axum::http::StatusCode;

use super::LinkVisitor;
use super::extract::PatientLink;
use super::framed::EndedPage;
use super::patient::home;
use crate::store::Tx;
use crate::web::kit::{PageError, PageResult, Shell, page, page_with_status};

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_told.html")]
struct ToldPage {
    shell: Shell,
    path: String,
    /// The clinician's words, a paragraph each.
    words: Vec<String>,
    by: String,
}

/// GET: the words; nothing changes.
///
/// # Errors
/// When the store fails. Where no words stand for this patient any more, the page says so.
pub async fn show(PatientLink(visitor): PatientLink) -> PageResult {
    let w = visitor.w();
    let mut tx = visitor.read().await?;
    let words = words_for(&visitor, &mut tx).await?;
    drop(tx);
    let Some((words, by)) = words else {
        let replaced = EndedPage {
            shell: visitor.shell(w.t("told-title")).await,
            text: w.t("told-replaced"),
            reference: None,
            for_patient: true,
        };
        return page_with_status(StatusCode::NOT_FOUND, &replaced);
    };
    let told = ToldPage {
        shell: visitor.shell(w.t("told-title")).await,
        path: home(&visitor),
        words: words.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        by,
    };
    page(&told)
}

/// The words of the decision that counts and who wrote them when; `None` where there are none.
pub(super) async fn words_for(
    visitor: &LinkVisitor,
    tx: &mut Tx,
) -> Result<Option<(String, String)>, PageError> {
    let decision = tx.decision_of(visitor.link.patient_id).await?;
    let Some(decision) = decision.filter(|decision| !decision.told.is_empty()) else { return Ok(None) };
    let (w, f) = (visitor.w(), visitor.f());
    let name = tx.staff(decision.decided_by).await?.map(|staff| staff.full_name).unwrap_or_default();
    let day = f.long_day(f.date_of(decision.decided_at));
    let by = w.f("told-by", [("name", name.as_str()), ("day", day.as_str())]);
    Ok(Some((decision.told, by)))
}
