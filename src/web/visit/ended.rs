//! The page of a link that opens its page no more: what happened, in plain words and nothing else, and where one is offered a fresh link.

use askama::Template;
use axum::http::StatusCode;

use super::{LinkVisitor, driver, patient};
use crate::actions::links::offers_fresh;
use crate::domain::companions::Companion;
use crate::domain::link_end::LinkEnd;
use crate::store::Tx;
use crate::store::links::Link;
use crate::web::kit::{PageError, PageResult, Shell, page_with_status};

/// The page.
#[derive(Template)]
#[template(path = "pages/link_ended.html")]
struct EndedPage {
    shell: Shell,
    /// Where the link leads.
    path: String,
    why: String,
    /// Whether a fresh link was asked for just now.
    sent: bool,
    /// Whether one can be.
    offers: bool,
    /// A driver's page has no crisis line: it would tell too much.
    for_driver: bool,
}

/// The answer to a link that opens its page no more; `sent` is whether a fresh one was asked for just now.
///
/// # Errors
/// What the store reports.
pub async fn page(visitor: &LinkVisitor, end: LinkEnd, sent: bool) -> PageResult {
    let w = visitor.w();
    let mut tx = visitor.read().await?;
    let offers = offers_fresh(&mut tx, &visitor.link, end).await?;
    let companion = companion(&mut tx, &visitor.link).await?;
    drop(tx);
    let for_driver = visitor.link.driver_id.is_some();
    let (title, why) = keys(end, for_driver, companion);
    let page = EndedPage {
        shell: visitor.shell(w.t(title)).await,
        path: home(visitor),
        why: w.t(why),
        sent: sent && offers,
        offers,
        for_driver,
    };
    // Who told us that it is not for them did nothing wrong.
    let status = if end == LinkEnd::WrongPerson { StatusCode::OK } else { StatusCode::GONE };
    page_with_status(status, &page)
}

/// Where the page of a link is, a patient's or a driver's.
pub(super) fn home(visitor: &LinkVisitor) -> String {
    if visitor.link.driver_id.is_some() { driver::home(visitor) } else { patient::home(visitor) }
}

/// Whether a driver's link asked to drive or to stay.
async fn companion(tx: &mut Tx, link: &Link) -> Result<Companion, PageError> {
    let first = match (link.appointment_id, link.driver_id) {
        (Some(visit), _) => Some(visit),
        (None, Some(driver)) => tx.drives_by(driver).await?.first().map(|drive| drive.appointment_id),
        (None, None) => None,
    };
    let visit = match first {
        Some(id) => tx.appointment(id).await?,
        None => None,
    };
    Ok(visit.map_or(Companion::Driver, |visit| visit.companion))
}

/// The keys of the title and of the sentence below it.
fn keys(end: LinkEnd, for_driver: bool, companion: Companion) -> (&'static str, &'static str) {
    match end {
        LinkEnd::WrongPerson => ("driver-page-stranger-title", "driver-page-stranger"),
        LinkEnd::TooOld => ("link-ended-old-title", "link-ended-old"),
        LinkEnd::NotAsked => {
            (companion.pick("link-ended-driver-off-title", "link-ended-sitter-off-title"), "link-ended-off")
        }
        LinkEnd::Canceled => ("link-ended-canceled-title", "link-ended-newer"),
        LinkEnd::Moved if for_driver => {
            (companion.pick("link-ended-drive-title", "link-ended-stay-title"), "link-ended-newer")
        }
        LinkEnd::Moved => ("link-ended-moved-title", "link-ended-newer"),
        LinkEnd::CourseChanged => ("link-ended-course-title", "link-ended-newer"),
    }
}
