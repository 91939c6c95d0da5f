//! The nine questions, one a page; every answer is kept at once. Item 9 above zero leads to help before anything else.

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};

use super::LinkVisitor;
use super::extract::{PatientForm, PatientLink};
use super::patient::home;
use crate::actions::ActionError;
use crate::actions::phq9::{Answered, answer_item};
use crate::domain::phq9::{ANSWER_KEYS, ITEM_KEYS, ITEM_MAX, ITEMS, RISK_ITEM, next_open, resumes};
use crate::store::phq9::Phq9;
use crate::web::kit::{Fields, PageError, PageResult, Shell, page, page_with_status, redirect};

/// Before the first question: what it is, who reads it and when.
#[derive(Template)]
#[template(path = "pages/visit_week.html")]
struct WeekPage {
    shell: Shell,
    path: String,
    /// The question to begin or go on with.
    next: usize,
    is_begun: bool,
}

/// One of the four answers.
struct Choice {
    value: i64,
    text: String,
    is_chosen: bool,
}

/// One question.
#[derive(Template)]
#[template(path = "pages/visit_phq9.html")]
struct QuestionPage {
    shell: Shell,
    fields: Fields,
    path: String,
    number: usize,
    progress: String,
    item: String,
    choices: Vec<Choice>,
    /// The question before.
    back: Option<usize>,
}

/// Help, now.
#[derive(Template)]
#[template(path = "pages/visit_support.html")]
struct SupportPage {
    shell: Shell,
    tel: String,
    /// Whether the care team has the answer.
    is_told: bool,
    go_on: String,
}

/// GET `/v/{token}/week`: the page before the questions; nothing changes.
///
/// # Errors
/// What the store reports.
pub async fn week(PatientLink(visitor): PatientLink) -> PageResult {
    let open = open(&visitor).await?;
    let next = open.as_ref().map_or(Some(1), |open| next_open(&open.answers, 0)).unwrap_or(1);
    let shell = visitor.shell(visitor.w().t("my-week-title")).await;
    page(&WeekPage { shell, path: home(&visitor), next, is_begun: open.is_some() })
}

/// GET `/v/{token}/phq9/{n}`: one question, the earlier answer marked; nothing changes.
///
/// # Errors
/// [`PageError::NotFound`] for a question there is not; what the store reports.
pub async fn show(
    Path((_, number)): Path<(String, String)>,
    PatientLink(visitor): PatientLink,
) -> PageResult {
    render(&visitor, item_of(&number)?, StatusCode::OK, Fields::new()).await
}

/// POST `/v/{token}/phq9/{n}`: keeps the answer and goes on.
///
/// # Errors
/// [`PageError::NotFound`] for a question there is not; what the store reports.
pub async fn answer(Path((_, number)): Path<(String, String)>, form: PatientForm) -> PageResult {
    let PatientForm { visitor, mut fields } = form;
    let item = item_of(&number)?;
    let Some(value) = fields.number("answer", 0..=ITEM_MAX, &visitor.w().t("phq9-choose")) else {
        return render(&visitor, item, StatusCode::UNPROCESSABLE_ENTITY, fields).await;
    };
    match keep(&visitor, item, value).await {
        Ok(answered) => {
            let next = answered.next.map_or_else(
                || format!("{}/thanks?of=week", home(&visitor)),
                |next| format!("{}/phq9/{next}", home(&visitor)),
            );
            if !answered.is_risk {
                return Ok(redirect(&next));
            }
            let goes_on = answered.next.map(|next| format!("?next={next}")).unwrap_or_default();
            Ok(redirect(&format!("{}/support{goes_on}", home(&visitor))))
        }
        // Whatever failed on our side, whoever gave this answer sees at once where help is.
        Err(error) if item == RISK_ITEM && value > 0 => {
            tracing::error!(%error, "an answer could not be kept");
            support_page(&visitor, false, home(&visitor), StatusCode::SERVICE_UNAVAILABLE).await
        }
        Err(ActionError::Changed) => Ok(redirect(&format!("{}/week", home(&visitor)))),
        Err(other) => Err(other.into()),
    }
}

/// GET `/v/{token}/support`: help, and after it the way on.
///
/// # Errors
/// What the store reports.
pub async fn support(PatientLink(visitor): PatientLink, uri: Uri) -> PageResult {
    let query = Fields::from_query(&uri);
    let go_on = match item_of(query.get("next")) {
        Ok(next) => format!("{}/phq9/{next}", home(&visitor)),
        Err(_) => format!("{}/thanks?of=week", home(&visitor)),
    };
    support_page(&visitor, true, go_on, StatusCode::OK).await
}

async fn keep(visitor: &LinkVisitor, item: usize, value: i64) -> Result<Answered, ActionError> {
    let actor = visitor.actor();
    let context = actor.context(visitor.request_id.clone(), visitor.origin.clone());
    let mut tx = visitor.app.store.write(context, visitor.now()).await?;
    let patient = visitor.link.patient_id;
    let answered = answer_item(&mut tx, &actor, &visitor.site, patient, item, value).await?;
    tx.commit().await?;
    Ok(answered)
}

fn item_of(number: &str) -> Result<usize, PageError> {
    number.parse().ok().filter(|item| (1..=ITEMS).contains(item)).ok_or(PageError::NotFound)
}

/// The questionnaire that would be gone on with.
async fn open(visitor: &LinkVisitor) -> Result<Option<Phq9>, PageError> {
    let mut tx = visitor.read().await?;
    let now = tx.now();
    Ok(tx.open_phq9(visitor.link.patient_id).await?.filter(|open| resumes(open.updated_at, now)))
}

async fn render(visitor: &LinkVisitor, item: usize, status: StatusCode, fields: Fields) -> PageResult {
    let w = visitor.w();
    let given = open(visitor).await?.and_then(|open| open.answers.get(item - 1).copied().flatten());
    let (number, count) = (item.to_string(), ITEMS.to_string());
    let choices = (0..)
        .zip(ANSWER_KEYS)
        .map(|(value, key)| Choice { value, text: w.t(key), is_chosen: given == Some(value) })
        .collect();
    let page = QuestionPage {
        shell: visitor.shell(w.t("my-week-title")).await.refused(!fields.is_ok()),
        fields,
        path: home(visitor),
        number: item,
        progress: w.f("phq9-progress", [("number", &number), ("count", &count)]),
        item: ITEM_KEYS.get(item - 1).map(|key| w.t(key)).unwrap_or_default(),
        choices,
        back: (item > 1).then(|| item - 1),
    };
    page_with_status(status, &page)
}

async fn support_page(visitor: &LinkVisitor, is_told: bool, go_on: String, status: StatusCode) -> PageResult {
    let shell = visitor.shell(visitor.w().t("phq9-support-title")).await;
    let tel = visitor.site.phone.replace(' ', "");
    page_with_status(status, &SupportPage { shell, tel, is_told, go_on })
}
