//! /settings/recall: from when a booster is due, recommended and overdue after the last completed treatment.

use askama::Template;
use axum::http::StatusCode;

use crate::actions::recall_change::set_windows;
use crate::domain::recall::{MOST_DAYS, MOST_MONTHS, Windows};
use crate::web::desk::{Desk, DeskForm};
use crate::web::kit::{Fields, Nav, PageResult, Shell, page_with_status, redirect_with_flash};
use crate::words::Words;

use super::refuse;

#[derive(Template)]
#[template(path = "pages/settings_recall.html")]
struct RecallPage {
    shell: Shell,
    fields: Fields,
}

/// GET: the form with what is in force.
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    let windows = desk.read().await?.recall_windows().await?;
    let mut fields = Fields::new();
    fields
        .set("due_days", windows.due_days.to_string())
        .set("recommended_days", windows.recommended_days.to_string())
        .set("overdue_months", windows.overdue_months.to_string());
    render(&desk, fields, StatusCode::OK).await
}

/// POST: saves it; messages that wait follow.
///
/// # Errors
/// When the database does not answer.
pub async fn save(form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let Some(windows) = read(w, &mut fields) else {
        return render(&desk, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let mut tx = desk.write().await?;
    match set_windows(&mut tx, &desk.actor(), &desk.site, windows).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with_flash("/settings", &w.t("settings-recall-saved"), None))
        }
        Err(error) => {
            drop(tx);
            refuse(w, &mut fields, "due_days", error)?;
            render(&desk, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// Numbers in their range first, then their order.
fn read(w: Words, fields: &mut Fields) -> Option<Windows> {
    let (days, months) = (w.t("recall-days-range"), w.t("recall-months-range"));
    let due_days = fields.number("due_days", 1..=MOST_DAYS, &days);
    let recommended_days = fields.number("recommended_days", 1..=MOST_DAYS, &days);
    let overdue_months = fields.number("overdue_months", 1..=MOST_MONTHS, &months);
    let windows =
        Windows { due_days: due_days?, recommended_days: recommended_days?, overdue_months: overdue_months? };
    for (field, key) in windows.faults() {
        fields.fail(field, w.t(key));
    }
    fields.is_ok().then_some(windows)
}

/// "Due after 21 days, recommended after 35 days, overdue after 3 months".
pub fn in_words(w: Words, windows: Windows) -> String {
    let (due, recommended, overdue) = (
        w.n("recall-days", windows.due_days),
        w.n("recall-days", windows.recommended_days),
        w.n("recall-months", windows.overdue_months),
    );
    w.f(
        "recall-windows-line",
        [("due", due.as_str()), ("recommended", recommended.as_str()), ("overdue", overdue.as_str())],
    )
}

async fn render(desk: &Desk, fields: Fields, status: StatusCode) -> PageResult {
    let mut tx = desk.read().await?;
    let shell = desk.shell(&mut tx, Nav::Settings, desk.w().t("settings-recall")).await?;
    page_with_status(status, &RecallPage { shell: shell.refused(!fields.is_ok()), fields })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_windows_are_read_and_told_in_words() {
        let mut fields = Fields::parse(b"due_days=21&recommended_days=35&overdue_months=3");
        let read = read(Words::default(), &mut fields).expect("sound numbers");
        assert_eq!(read, Windows::default());
        assert_eq!(
            in_words(Words::default(), read),
            "Due after 21 days, recommended after 35 days, overdue after 3 months"
        );
    }

    #[test]
    fn numbers_out_of_order_are_named_at_their_field() {
        let mut fields = Fields::parse(b"due_days=40&recommended_days=35&overdue_months=1");
        assert_eq!(read(Words::default(), &mut fields), None);
        let wrong: Vec<&str> = fields.errors().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(wrong, ["recommended_days", "overdue_months"]);
    }
}
