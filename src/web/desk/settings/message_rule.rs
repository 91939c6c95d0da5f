//! /settings/messages/new and /settings/messages/{id}: one rule of messages; what waits follows when it is saved.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use crate::actions::ActionError;
use crate::actions::message_rules::{doubled_by, save_rule};
use crate::domain::ids::RuleId;
use crate::domain::message_rules::{Anchor, Condition, MessageRule, anchors};
use crate::domain::messages::Stage;
use crate::domain::protocols::VisitRole;
use crate::domain::services::{Category, Service};
use crate::store::Tx;
use crate::web::desk::{Desk, DeskForm};
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};
use crate::words::Words;

use super::message_rule_form::{UNITS, can_be_added, fill, has_hours, read, read_new};
use super::message_words::{self, MOMENTS};
use super::refuse;

/// Where saving leads.
const LIST: &str = "/settings/messages";

#[derive(Template)]
#[template(path = "pages/settings_message.html")]
struct MessageRulePage {
    shell: Shell,
    fields: Fields,
    action: String,
    key: String,
    is_new: bool,
    /// Whether it goes so long before or after a moment; else it tells of something that happens.
    is_timed: bool,
    has_hours: bool,
    can_be_off: bool,
    /// "When visits are booked or held", for news.
    moment: Option<String>,
    /// "31 messages wait by this rule."
    waits: Option<String>,
    stages: Vec<(String, String)>,
    anchors: Vec<(String, String)>,
    units: Vec<(String, String)>,
    whats: Vec<(String, String)>,
    roles: Vec<(String, String)>,
    conditions: Vec<(String, String)>,
}

/// GET new: the form with the usual hours.
///
/// # Errors
/// When the database does not answer.
pub async fn new(desk: Desk) -> PageResult {
    let mut fields = Fields::new();
    fields
        .set("time", "1")
        .set("time_unit", "days")
        .set("useful", "1")
        .set("useful_unit", "days")
        .set("from", "08:00")
        .set("to", "20:00")
        .set("active", "yes");
    render(&desk, None, fields, StatusCode::OK).await
}

/// GET one: the form with what is in force.
///
/// # Errors
/// When there is no such rule or the database does not answer.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut tx = desk.read().await?;
    let rule = find(&desk, &mut tx, &id).await?;
    drop(tx);
    let mut fields = Fields::new();
    fill(&mut fields, &rule);
    render(&desk, Some(&rule), fields, StatusCode::OK).await
}

/// POST new: adds the rule and plans it for what is in the book.
///
/// # Errors
/// When the database does not answer.
pub async fn create(form: DeskForm) -> PageResult {
    store(form, None).await
}

/// POST one: saves it; what waits by it is replaced.
///
/// # Errors
/// When there is no such rule or the database does not answer.
pub async fn save(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let mut tx = form.desk.read().await?;
    let rule = find(&form.desk, &mut tx, &id).await?;
    drop(tx);
    store(form, Some(rule)).await
}

async fn store(form: DeskForm, was: Option<MessageRule>) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let mut tx = desk.write().await?;
    let services = tx.services(desk.site.id).await?;
    let rule = match &was {
        Some(was) => read(w, &mut fields, &services, was),
        None => read_new(w, &mut fields, &desk.site, &services),
    };
    let Some(mut rule) = rule else {
        drop(tx);
        return render(&desk, was.as_ref(), fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    if was.is_none() {
        rule.created_at = tx.now();
        let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
        if let Some(done) = tx.claim_key("add-message-rule", &key, LIST).await? {
            return Ok(redirect(&done));
        }
    }
    let (id, name) = (rule.id, w.t(rule.stage.word_key()));
    let asked = rule.clone();
    match save_rule(&mut tx, &desk.actor(), &desk.site, rule, was.is_none()).await {
        Ok(()) => {
            let waits = tx.rule_waits(id).await?;
            tx.commit().await?;
            let said = w.nf("message-rules-saved", waits, [("name", name.as_str())]);
            Ok(redirect_with_flash(LIST, &said, None))
        }
        Err(ActionError::Refused("message-rules-double")) => {
            let other = doubled_by(&mut tx, &desk.site, &asked).await?;
            drop(tx);
            let said = |other: &MessageRule| {
                let what = message_words::what_for(w, other, &services);
                let parts = [message_words::moment(w, other), what];
                parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
            };
            let other = other.as_ref().map(said).unwrap_or_default();
            let args = [("name", name.as_str()), ("other", other.as_str())];
            fields.fail("time", w.f("message-rules-double-named", args));
            render(&desk, was.as_ref(), fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => {
            drop(tx);
            refuse(w, &mut fields, "time", error)?;
            render(&desk, was.as_ref(), fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn find(desk: &Desk, tx: &mut Tx, id: &str) -> Result<MessageRule, PageError> {
    let id: RuleId = id.parse().map_err(|_| PageError::NotFound)?;
    let rule = tx.message_rule(id).await?;
    rule.filter(|rule| rule.site_id == desk.site.id).ok_or(PageError::NotFound)
}

async fn render(desk: &Desk, rule: Option<&MessageRule>, fields: Fields, status: StatusCode) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let services = tx.services(desk.site.id).await?;
    let waits = match rule {
        Some(rule) => Some(w.n("message-rules-waits", tx.rule_waits(rule.id).await?)),
        None => None,
    };
    let title = rule.map_or_else(|| w.t("message-rules-new"), |rule| w.t(rule.stage.word_key()));
    let shell = desk.shell(&mut tx, Nav::Settings, title).await?.refused(!fields.is_ok());
    let is_timed = rule.is_none_or(|rule| !rule.anchor.is_event());
    let page = MessageRulePage {
        shell,
        action: rule.map_or_else(|| format!("{LIST}/new"), |rule| format!("{LIST}/{}", rule.id)),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        is_new: rule.is_none(),
        is_timed,
        has_hours: rule.is_none_or(has_hours),
        can_be_off: rule.is_none_or(|rule| !rule.essential),
        moment: rule.filter(|_| !is_timed).map(|rule| message_words::moment(w, rule)),
        waits,
        stages: stages(w),
        anchors: moments(w, rule),
        units: UNITS.iter().map(|(unit, key, _)| ((*unit).to_owned(), w.t(key))).collect(),
        whats: whats(w, &services, &fields),
        roles: VisitRole::ALL.iter().map(|role| (role.to_string(), w.t(role.word_key()))).collect(),
        conditions: Condition::ALL.iter().map(|one| (one.to_string(), w.t(one.word_key()))).collect(),
        fields,
    };
    page_with_status(status, &page)
}

/// The messages a rule can be added for.
fn stages(w: Words) -> Vec<(String, String)> {
    let stages = Stage::ALL.iter().filter(|stage| can_be_added(**stage));
    stages.map(|stage| (stage.to_string(), w.t(stage.word_key()))).collect()
}

/// The moments to choose from: for a rule there is, those its message may count from.
fn moments(w: Words, rule: Option<&MessageRule>) -> Vec<(String, String)> {
    let fits = |anchor: Anchor| rule.is_none_or(|rule| anchors(rule.stage).contains(&anchor));
    let fitting = MOMENTS.iter().filter(|(anchor, _)| fits(*anchor));
    fitting.map(|(anchor, key)| (anchor.to_string(), w.t(key))).collect()
}

/// Categories, then services: those offered, and the one the form holds already.
fn whats(w: Words, services: &[Service], fields: &Fields) -> Vec<(String, String)> {
    let categories = Category::ALL.iter().map(|one| (one.to_string(), w.t(one.word_key())));
    let offered = services.iter().filter(|one| one.active || fields.checked("what", &one.id.to_string()));
    categories.chain(offered.map(|one| (one.id.to_string(), one.name.clone()))).collect()
}
