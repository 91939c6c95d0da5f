//! The waiting list: who waits for a course, and the start of a plan for all of them together.

use std::time::Duration;

use askama::Template;
use axum::http::StatusCode;

use super::settings::refuse;
use super::waiting_view::{Viewer, WaitView};
use super::{Desk, DeskForm, visit_words};
use crate::actions::planning_runs::Work;
use crate::actions::waiting_list::{candidates, how_many, prepare};
use crate::store::Tx;
use crate::web::kit::{Fields, Nav, PageError, PageResult, Shell, page_with_status, redirect};

/// How long a plan for all is looked for.
const DEADLINE: Duration = Duration::from_secs(20);

#[derive(Template)]
#[template(path = "pages/waiting_list.html")]
struct WaitingPage {
    shell: Shell,
    fields: Fields,
    rows: Vec<WaitView>,
    /// "The 60 who wait longest are shown…", if there are more.
    cut: Option<String>,
}

/// What the rows of these pages need besides the list.
///
/// # Errors
/// When the database does not answer.
pub async fn viewer(desk: &Desk, tx: &mut Tx) -> Result<Viewer, PageError> {
    let names = visit_words::names(tx.resources(desk.site.id).await?);
    Ok(Viewer { w: desk.w(), f: desk.f(), currency: desk.site.currency.clone(), names })
}

/// GET `/waiting-list`
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    render(&desk, Fields::new(), StatusCode::OK).await
}

/// POST `/waiting-list/plan`: starts a plan for everybody who waits.
///
/// # Errors
/// When the database does not answer.
pub async fn plan(form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let mut tx = desk.read().await?;
    let waiting = prepare(&mut tx, w, &desk.site).await;
    drop(tx);
    let started = waiting.and_then(|waiting| {
        let work = Work::Waiting(Box::new(waiting));
        desk.app.planning.start(desk.now(), desk.site.id, desk.staff.id, work, DEADLINE)
    });
    match started {
        Ok(run) => Ok(redirect(&format!("/waiting-list/runs/{run}"))),
        Err(error) => {
            refuse(w, &mut fields, "plan", error)?;
            render(&desk, fields, StatusCode::CONFLICT).await
        }
    }
}

async fn render(desk: &Desk, fields: Fields, status: StatusCode) -> PageResult {
    let mut tx = desk.read().await?;
    let waiting = candidates(&mut tx, &desk.site).await?;
    let all = how_many(&mut tx, &desk.site).await?;
    let shown = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
    let cut = (all > shown)
        .then(|| desk.w().nf("waiting-cut", all - shown, [("shown", shown.to_string().as_str())]));
    let rows = viewer(desk, &mut tx).await?.rows(&waiting, None, None);
    let shell = desk.shell(&mut tx, Nav::Worklist, desk.w().t("waiting-title")).await?;
    let view = WaitingPage { shell: shell.refused(!fields.is_ok()), fields, rows, cut };
    page_with_status(status, &view)
}
