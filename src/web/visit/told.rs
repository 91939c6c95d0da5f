//! What a clinician wrote to the patient about a decision, word for word; it is there while that decision counts.

use askama::Template;

use super::LinkVisitor;
use super::extract::PatientLink;
use super::patient::home;
use crate::store::Tx;
use crate::web::kit::{PageError, PageResult, Shell, page};

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
/// [`PageError::NotFound`] where no words stand for this patient.
pub async fn show(PatientLink(visitor): PatientLink) -> PageResult {
    let w = visitor.w();
    let mut tx = visitor.read().await?;
    let Some((words, by)) = words_for(&visitor, &mut tx).await? else { return Err(PageError::NotFound) };
    drop(tx);
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
