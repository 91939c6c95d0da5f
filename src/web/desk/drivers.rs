//! Drivers and sitters of the next seven days: every treatment by day, who comes, which step is next, what can be done at once.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use chrono::TimeDelta;

use super::drivers_row::{Row, row};
use super::{Desk, DeskForm, visit};
use crate::actions::ActionError;
use crate::actions::drivers::{DriveAnswer, answer_drives};
use crate::actions::drivers_week::drives_ahead;
use crate::domain::drivers::DriverNeed;
use crate::domain::ids::DriveId;
use crate::domain::roles::Permission;
use crate::domain::time::day_bounds;
use crate::web::kit::refusals::error_text;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect_with_flash,
};

/// Days the page shows, today among them.
const DAYS: i64 = 7;
/// Longest name of who told staff, in characters.
const LONGEST_NAME: usize = 100;

/// The treatments of one day.
struct Day {
    /// The end of the heading's id.
    id: String,
    title: String,
    rows: Vec<Row>,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/drivers.html")]
struct DriversPage {
    shell: Shell,
    fields: Fields,
    /// Why something was not done: about whom, and every reason.
    refusal: Option<(String, Vec<String>)>,
    summary: String,
    days: Vec<Day>,
    may_book: bool,
    key: String,
}

/// GET /drivers
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    render(&desk, StatusCode::OK, Fields::new(), None, None).await
}

/// POST /drives/{id}/by-phone, fields `answer` `yes` or `no` and `said_by`: what somebody told the desk.
///
/// # Errors
/// [`PageError::NotFound`] when there is no such drive here; [`PageError::BadRequest`] for another answer.
pub async fn by_phone(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let id = id.parse::<DriveId>().map_err(|_| PageError::NotFound)?;
    let w = desk.w();
    let yes = match fields.get("answer") {
        "yes" => true,
        "no" => false,
        _ => return Err(PageError::BadRequest),
    };
    let mut tx = desk.write().await?;
    let drive = tx.drive(id).await?.ok_or(PageError::NotFound)?;
    let (seen, patient) = visit::load(&mut tx, &desk, drive.appointment_id).await?;
    let said_by = fields.get("said_by").to_owned();
    if said_by.is_empty() || said_by.chars().count() > LONGEST_NAME {
        drop(tx);
        // Each row has a form of its own, so the message belongs at this row's field.
        fields.fail(&format!("said_by-{id}"), w.t("drivers-said-by-wrong"));
        return render(&desk, StatusCode::UNPROCESSABLE_ENTITY, fields, Some(id), None).await;
    }
    let (actor, rules) = (desk.actor(), &desk.app.config.rules);
    let answer = [DriveAnswer { drive: id, yes }];
    match answer_drives(&mut tx, &actor, rules, &desk.site, &answer, Some(&said_by)).await {
        Ok(()) => {
            tx.commit().await?;
            let pick = |driver, sitter| seen.companion.pick(driver, sitter);
            let key = match yes {
                true => pick("driver-answer-yes", "sitter-answer-yes"),
                false => pick("driver-answer-no", "sitter-answer-no"),
            };
            let args = [("driver", drive.full_name.as_str()), ("name", patient.full_name.as_str())];
            Ok(redirect_with_flash("/drivers", &w.f(key, args), None))
        }
        Err(error @ (ActionError::Changed | ActionError::Refused(_))) => {
            drop(tx);
            refused(&desk, &drive.full_name, error).await
        }
        Err(other) => Err(other.into()),
    }
}

/// The page again with why something about somebody was not done.
///
/// # Errors
/// When the database does not answer.
pub async fn refused(desk: &Desk, about: &str, error: ActionError) -> PageResult {
    let title = desk.w().f("drivers-refused", [("name", about)]);
    let reasons = error_text(desk.w(), desk.f(), &error);
    render(desk, StatusCode::CONFLICT, Fields::new(), None, Some((title, reasons))).await
}

/// The page; `wrong` is the drive whose form comes back with what was typed.
async fn render(
    desk: &Desk,
    status: StatusCode,
    fields: Fields,
    wrong: Option<DriveId>,
    refusal: Option<(String, Vec<String>)>,
) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let (from, _) = day_bounds(desk.zone(), desk.today());
    let last = desk.today() + TimeDelta::days(DAYS - 1);
    let (_, to) = day_bounds(desk.zone(), last);
    let rules = &desk.app.config.rules;
    let ahead = drives_ahead(&mut tx, rules, &desk.site, from, to).await?;
    let mut shell = desk.shell(&mut tx, Nav::Worklist, w.t("drivers-title")).await?;
    shell = shell.refused(status != StatusCode::OK);
    // A refused POST shows this page under the act's address, which nobody can open.
    shell.here = "/drivers".to_owned();
    drop(tx);
    let count = |list: usize| i64::try_from(list).unwrap_or(i64::MAX);
    let open = ahead.iter().filter(|one| one.need != DriverNeed::Confirmed).count();
    let (all, open) = (w.n("drivers-count", count(ahead.len())), w.n("drivers-open", count(open)));
    let mut days: Vec<Day> = Vec::new();
    for one in &ahead {
        let date = f.date_of(one.visit.starts_at);
        let id = date.to_string();
        if days.last().is_none_or(|day| day.id != id) {
            days.push(Day { id, title: f.day(date), rows: Vec::new() });
        }
        let typed = one.drive.as_ref().filter(|drive| Some(drive.id) == wrong).map(|_| &fields);
        if let Some(day) = days.last_mut() {
            day.rows.push(row(desk, one, typed));
        }
    }
    let view = DriversPage {
        shell,
        refusal,
        summary: w.f("drivers-summary", [("all", all.as_str()), ("open", open.as_str())]),
        days,
        may_book: desk.may(Permission::Book),
        key: idempotency::new_key(),
        fields,
    };
    page_with_status(status, &view)
}
