//! Messages of one topic switched off at one press, from the mail program (RFC 8058) or from the page its link shows.

use askama::Template;
use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::extract::{Gone, request_id};
use super::{LinkVisitor, gone};
use crate::actions::preferences::unsubscribe;
use crate::app::App;
use crate::auth::token;
use crate::domain::ids::LinkId;
use crate::domain::mail_topics::Topic;
use crate::store::links::Link;
use crate::web::desk::signed_in::client_address;
use crate::web::kit::{Fields, PageError, PageResult, Shell, page_with_status, topics};
use crate::words::Words;

/// What a mail program posts (RFC 8058, 3.1), and our own button too.
const FIELD: &str = "List-Unsubscribe";
/// Its one value.
const ONE_CLICK: &str = "One-Click";

/// A one-click link that is in use: whose messages, and which.
pub struct OneClick {
    visitor: LinkVisitor,
    topic: Topic,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_unsubscribe.html")]
struct UnsubscribePage {
    shell: Shell,
    action: String,
    topic: String,
    wanted: bool,
    always: Vec<String>,
}

impl FromRequestParts<App> for OneClick {
    type Rejection = Gone;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let token = Path::<String>::from_request_parts(parts, app).await.map(|Path(token)| token);
        let token = token.unwrap_or_default();
        let mut tx = app.store.read(app.clock.now()).await.map_err(PageError::from)?;
        let site = tx.site().await.map_err(PageError::from)?;
        let row = match token::hash(&token) {
            Some(hash) => tx.unsubscribe_link(&hash).await.map_err(PageError::from)?,
            None => None,
        };
        let (Some(site), Some(row)) = (site.clone(), row) else {
            return Err(Gone::Dead(Box::new(gone::gone(Words::default(), site.as_ref()))));
        };
        // Not a link of the ledger, and never stored as one: its token opens no other page.
        let link = Link {
            id: LinkId::new(),
            token_hash: row.token_hash,
            purpose: "unsubscribe".to_owned(),
            patient_id: row.patient_id,
            series_id: None,
            appointment_id: None,
            appointment_version: None,
            visit_starts_at: None,
            driver_id: None,
            expires_at: row.expires_at,
            revoked_at: None,
            created_at: row.created_at,
        };
        let here = parts.uri.path().to_owned();
        let (request_id, origin) = (request_id(parts), client_address(parts));
        let visitor = LinkVisitor { app: app.clone(), site, link, token, here, request_id, origin };
        Ok(Self { visitor, topic: row.topic })
    }
}

/// GET: what it is about and the button; nothing changes, however often it is looked at.
///
/// # Errors
/// What the store reports.
pub async fn show(OneClick { visitor, topic }: OneClick) -> PageResult {
    let wanted = visitor.read().await?.wants(visitor.link.patient_id, topic).await?;
    render(&visitor, topic, wanted).await
}

/// POST: switches the topic off. It answers with the page itself, since a mail program follows no redirect.
///
/// # Errors
/// [`PageError::BadRequest`] for a POST that does not say One-Click.
pub async fn stop(OneClick { visitor, topic }: OneClick, fields: Fields) -> PageResult {
    if !fields.get(FIELD).eq_ignore_ascii_case(ONE_CLICK) {
        return Err(PageError::BadRequest);
    }
    let mut tx = visitor.write().await?;
    unsubscribe(&mut tx, &visitor.actor(), &visitor.site, visitor.link.patient_id, topic).await?;
    tx.commit().await?;
    render(&visitor, topic, false).await
}

async fn render(visitor: &LinkVisitor, topic: Topic, wanted: bool) -> PageResult {
    let w = visitor.w();
    let page = UnsubscribePage {
        shell: visitor.shell(w.t("preferences-my-title")).await,
        action: visitor.here.clone(),
        topic: w.t(topic.word_key()),
        wanted,
        always: topics::always(w),
    };
    page_with_status(StatusCode::OK, &page)
}
