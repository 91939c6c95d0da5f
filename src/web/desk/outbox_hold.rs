//! All mail is held: why, since when, what waits, and the ways to let it go again; or the form to hold it.

use askama::Template;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::visit_words::near;
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::mail_hold::{self, Release, Standing};
use crate::domain::ids::HoldId;
use crate::domain::mail_brake::{HoldReason, next_second};
use crate::domain::time::bound;
use crate::store::mail_holds::WaitingStage;
use crate::web::kit::{Fields, Nav, PageError, PageResult, Shell, page_with_status, redirect_with_flash};
use crate::words::format::duration;

/// The page.
const PATH: &str = "/outbox/hold";
/// Longest reason, in characters.
const MAX_WHY: usize = 200;

/// Messages of one stage that wait.
struct Row {
    stage: String,
    number: i64,
    useful: i64,
    oldest: String,
    newest: String,
}

/// What stands.
struct Held {
    id: String,
    /// Why, since when, by whom, and what the clock has to do with it.
    lines: Vec<String>,
    rows: Vec<Row>,
    total: String,
    /// How many of them are still of use.
    useful: String,
    /// Whether it began with a restore: then dropping what had gone is the first choice.
    is_restore: bool,
}

#[derive(Template)]
#[template(path = "pages/outbox_hold.html")]
struct HoldPage {
    shell: Shell,
    fields: Fields,
    held: Option<Held>,
}

/// GET `/outbox/hold`
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    render(&desk, Fields::new(), StatusCode::OK).await
}

async fn render(desk: &Desk, mut fields: Fields, status: StatusCode) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let standing = mail_hold::standing(&mut tx, desk.site.id).await?;
    let title = w.t(if standing.is_some() { "hold-title" } else { "hold-title-none" });
    let shell = desk.shell(&mut tx, Nav::Outbox, title).await?.refused(!fields.is_ok());
    drop(tx);
    if let (Some(standing), false) = (&standing, fields.has("before_date")) {
        // After a restore: what was due when the last batch went; else whatever is due until now.
        let before = f.local(next_second(standing.hold.went_until.unwrap_or(desk.now())));
        fields.set("before_date", before.date().to_string());
        fields.set("before_time", before.format("%H:%M:%S").to_string());
    }
    let held = standing.as_ref().map(|standing| held(desk, standing));
    page_with_status(status, &HoldPage { shell, fields, held })
}

fn held(desk: &Desk, standing: &Standing) -> Held {
    let (w, f, hold) = (desk.w(), desk.f(), &standing.hold);
    let why = w.t(hold.reason.word_key());
    let since = near(f, hold.held_at);
    let args = [("why", why.as_str()), ("since", since.as_str()), ("by", hold.held_by.as_str())];
    let mut lines = vec![w.f("hold-why", args)];
    if !hold.note.is_empty() {
        lines.push(w.f("hold-note", [("note", hold.note.as_str())]));
    }
    if hold.reason == HoldReason::Flood {
        let limit = desk.app.config.mail_flood_per_minute;
        lines.push(w.n("hold-flood-explained", limit));
    }
    if hold.asleep_minutes > 0 {
        let span = duration(TimeDelta::minutes(hold.asleep_minutes));
        lines.push(w.f("hold-asleep", [("span", span.as_str())]));
    }
    if hold.reason == HoldReason::Restore {
        lines.push(match hold.went_until {
            Some(at) => w.f("hold-went-until", [("when", f.when(at).as_str())]),
            None => w.t("hold-went-unknown"),
        });
    }
    let row = |stage: &WaitingStage| Row {
        stage: w.t(stage.stage.word_key()),
        number: stage.number,
        useful: stage.useful,
        oldest: f.when(stage.oldest),
        newest: f.when(stage.newest),
    };
    Held {
        id: hold.id.to_string(),
        lines,
        rows: standing.waiting.iter().map(row).collect(),
        total: w.n("hold-total", standing.count()),
        useful: w.n("hold-useful", standing.useful()),
        is_restore: hold.reason == HoldReason::Restore,
    }
}

/// POST `/outbox/hold` with `why`: holds all mail.
///
/// # Errors
/// When the role does not allow it.
pub async fn hold(form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let Some(why) = fields.text("why", MAX_WHY, &w.t("hold-why-wrong")) else {
        return render(&desk, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let mut tx = desk.write().await?;
    let made = mail_hold::hold(&mut tx, &desk.actor(), HoldReason::Staff, &why, None).await?;
    tx.commit().await?;
    let said = if made { "hold-held-flash" } else { "hold-was-held-flash" };
    Ok(redirect_with_flash(PATH, &w.t(said), None))
}

/// POST `/outbox/hold/release` with `hold`, `how` (`all`, `useful` or `older`) and, for `older`, `before_date` and `before_time`
///
/// # Errors
/// [`PageError::BadRequest`] for another way; when the role does not allow it.
pub async fn release(form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let id: HoldId = fields.get("hold").parse().map_err(|_| PageError::BadRequest)?;
    let how = match fields.get("how") {
        "all" => Release::All,
        "useful" => Release::Useful,
        "older" => match before(&desk, &mut fields) {
            Some(before) => Release::DropBefore(before),
            None => return render(&desk, fields, StatusCode::UNPROCESSABLE_ENTITY).await,
        },
        _ => return Err(PageError::BadRequest),
    };
    let mut tx = desk.write().await?;
    match mail_hold::release(&mut tx, &desk.actor(), desk.site.id, id, how).await {
        Ok(done) => {
            tx.commit().await?;
            let (going, ended) = (w.n("hold-going", done.going), w.n("hold-ended", done.ended));
            let said = w.f("hold-released-flash", [("going", going.as_str()), ("ended", ended.as_str())]);
            Ok(redirect_with_flash("/outbox", &said, None))
        }
        // A second press, or somebody was first.
        Err(ActionError::Changed) => Ok(redirect_with_flash(PATH, &w.t("hold-changed"), None)),
        Err(other) => Err(other.into()),
    }
}

/// The instant typed as a day and a time at the clinic; `None` with a message at what cannot be read.
fn before(desk: &Desk, fields: &mut Fields) -> Option<DateTime<Utc>> {
    let w = desk.w();
    let date = fields.date("before_date", &w.t("hold-date-wrong"));
    let time = fields.time("before_time", &w.t("hold-time-wrong"));
    Some(bound(desk.zone(), NaiveDateTime::new(date?, time?)))
}
