//! The driver's or sitter's page: a stranger, ten seconds, a phone. A first name, when, where, yes or no; nothing else of the patient.

use askama::Template;
use axum::http::{StatusCode, Uri};

use super::LinkVisitor;
use super::driver_view::{DriveRow, row};
use super::extract::{DriverForm, DriverLink};
use super::patient::{calendar_response, organizer};
use crate::actions::ActionError;
use crate::actions::drivers::{DriveAnswer, answer_drives};
use crate::domain::companions::Companion;
use crate::domain::drivers::{DriveStatus, Legs};
use crate::domain::ids::{DriveId, DriverId};
use crate::domain::patients::first_name;
use crate::mail::calendar;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::web::kit::{Fields, PageError, PageResult, Shell, page_with_status, redirect};

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_driver.html")]
struct DriverPage {
    shell: Shell,
    fields: Fields,
    path: String,
    problem: Option<String>,
    /// What somebody reads who is not the driver; nothing else is shown to them.
    stranger: Option<String>,
    /// What is still to be answered.
    open: Vec<DriveRow>,
    /// What is answered.
    answered: Vec<DriveRow>,
    /// What the ticks of several days ask.
    tick: String,
    alone: String,
    not_me: String,
    any_yes: bool,
}

/// GET: the page; nothing changes. `?change=<drive>` asks that one again.
///
/// # Errors
/// What the store reports.
pub async fn show(DriverLink(visitor): DriverLink, uri: Uri) -> PageResult {
    let query = Fields::from_query(&uri);
    render(&visitor, StatusCode::OK, query.get("change"), Fields::new(), false).await
}

/// POST: yes or no to one drive; or to several at once, yes or no to all (`asked` names each), or yes to those with a tick and no to
/// the others. Said twice, it shows the same page.
///
/// # Errors
/// What the store reports.
pub async fn answer(form: DriverForm) -> PageResult {
    let DriverForm { visitor, mut fields } = form;
    let driver = driver_id(&visitor)?;
    let answers = match fields.get("answer") {
        "yes" => read(&fields, "drive", |_| true)?,
        "no" => read(&fields, "drive", |_| false)?,
        "all" => read(&fields, "asked", |_| true)?,
        "none" => read(&fields, "asked", |_| false)?,
        "some" => read(&fields, "asked", |value| fields.checked("drive", value))?,
        _ => return Err(PageError::BadRequest),
    };
    if fields.get("answer") == "some" && answers.iter().all(|(answer, _)| !answer.yes) {
        // No tick may be a slip; a no to every day has a button of its own.
        fields.fail("drive", visitor.w().t("driver-page-tick-one"));
        return render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, "", fields, false).await;
    }
    let mut tx = visitor.write().await?;
    let drives = asked_drives(&visitor, &mut tx, driver).await?;
    // A yes counts for the time the driver saw. A moved visit, one that is off, or one that somebody else drives by now is
    // asked about again.
    let stands = |answer: &DriveAnswer, version: i64| {
        drives.iter().any(|(drive, visit)| drive.id == answer.drive && visit.version == version)
    };
    if !answers.iter().all(|(answer, version)| stands(answer, *version)) {
        drop(tx);
        return changed(&visitor).await;
    }
    let answers: Vec<DriveAnswer> = answers.into_iter().map(|(answer, _)| answer).collect();
    let (actor, rules) = (visitor.actor(), &visitor.app.config.rules);
    match answer_drives(&mut tx, &actor, rules, &visitor.site, &answers, None).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect(&home(&visitor)))
        }
        Err(error) => {
            drop(tx);
            refused(&visitor, error).await
        }
    }
}

/// GET: the drives this driver said yes to, as a calendar file.
///
/// # Errors
/// What the store reports.
pub async fn calendar_file(DriverLink(visitor): DriverLink) -> PageResult {
    let driver = driver_id(&visitor)?;
    let pick_up = visitor.app.config.rules.pick_up;
    let mut tx = visitor.read().await?;
    if is_stranger(&mut tx, driver).await? {
        drop(tx);
        return changed(&visitor).await;
    }
    let entries: Vec<calendar::Entry> = asked_drives(&visitor, &mut tx, driver)
        .await?
        .iter()
        .filter(|(drive, _)| drive.status == DriveStatus::Confirmed)
        .map(|(drive, visit)| {
            let home_from = (drive.legs == Legs::Home).then(|| visit.pick_up(pick_up, visitor.now()).0);
            calendar::drive_entry(visitor.w(), &visitor.site, visit, home_from, visitor.now())
        })
        .collect();
    Ok(calendar_response(calendar::publish(&entries, organizer(&visitor), visitor.now())))
}

/// The answers to every drive a field names, with the version of the visit that was seen.
fn read(
    fields: &Fields,
    name: &str,
    yes: impl Fn(&str) -> bool,
) -> Result<Vec<(DriveAnswer, i64)>, PageError> {
    let mut answers = Vec::new();
    for value in fields.all(name) {
        let (drive, version) = parse_drive(value).ok_or(PageError::BadRequest)?;
        answers.push((DriveAnswer { drive, yes: yes(value) }, version));
    }
    if answers.is_empty() { Err(PageError::BadRequest) } else { Ok(answers) }
}

fn parse_drive(value: &str) -> Option<(DriveId, i64)> {
    let (id, version) = value.split_once(':')?;
    Some((id.parse().ok()?, version.parse().ok()?))
}

/// Where the driver's page is.
pub(super) fn home(visitor: &LinkVisitor) -> String {
    format!("/d/{}", visitor.token)
}

pub(super) fn driver_id(visitor: &LinkVisitor) -> Result<DriverId, PageError> {
    visitor.link.driver_id.ok_or(PageError::NotFound)
}

/// The page again after an act that came too late; faults of ours go on as errors.
pub(super) async fn refused(visitor: &LinkVisitor, error: ActionError) -> PageResult {
    match error {
        ActionError::Changed
        | ActionError::Refused(_)
        | ActionError::Conflicts(_)
        | ActionError::Unmet(_) => changed(visitor).await,
        other => Err(other.into()),
    }
}

async fn changed(visitor: &LinkVisitor) -> PageResult {
    render(visitor, StatusCode::CONFLICT, "", Fields::new(), true).await
}

/// Whether mail to this driver is known to reach somebody else, who reads none of it.
async fn is_stranger(tx: &mut Tx, driver: DriverId) -> Result<bool, PageError> {
    Ok(tx.driver(driver).await?.is_none_or(|driver| driver.address_wrong_at.is_some()))
}

/// The drives this driver may still answer or has answered, to visits that lie ahead or are going on, by start.
async fn asked_drives(
    visitor: &LinkVisitor,
    tx: &mut Tx,
    driver: DriverId,
) -> Result<Vec<(Drive, Appointment)>, PageError> {
    let mut found: Vec<(Drive, Appointment)> = Vec::new();
    for drive in tx.drives_by(driver).await? {
        if drive.status == DriveStatus::Replaced {
            continue;
        }
        let Some(visit) = tx.appointment(drive.appointment_id).await? else { continue };
        let lies_ahead = visit.status.is_ahead() && calendar::driver_free_until(&visit) > visitor.now();
        if !(lies_ahead || visit.status.is_here()) {
            continue;
        }
        // Asked once more after a no: only the newest question counts.
        found.retain(|(earlier, _)| earlier.appointment_id != drive.appointment_id);
        found.push((drive, visit));
    }
    found.sort_by_key(|(_, visit)| visit.starts_at);
    Ok(found)
}

/// Whether the visit of this link has another time than the message said.
fn has_changed(visitor: &LinkVisitor, drives: &[(Drive, Appointment)]) -> bool {
    let link = &visitor.link;
    let (Some(id), Some(version)) = (link.appointment_id, link.appointment_version) else {
        return false;
    };
    drives.iter().any(|(_, visit)| visit.id == id && visit.version != version)
}

async fn render(
    visitor: &LinkVisitor,
    status: StatusCode,
    change: &str,
    fields: Fields,
    refused: bool,
) -> PageResult {
    let w = visitor.w();
    let driver = driver_id(visitor)?;
    let mut tx = visitor.read().await?;
    let patient = tx.patient(visitor.link.patient_id).await?.ok_or(PageError::NotFound)?;
    let is_stranger = is_stranger(&mut tx, driver).await?;
    let drives = if is_stranger { Vec::new() } else { asked_drives(visitor, &mut tx, driver).await? };
    drop(tx);
    let name = first_name(patient.called());
    let changed = !is_stranger && (refused || has_changed(visitor, &drives));
    let companion = drives.first().map_or(Companion::Driver, |(_, visit)| visit.companion);
    let pick = |driver, sitter| companion.pick(driver, sitter);
    let rows = drives.iter().map(|(drive, visit)| row(visitor, drive, visit, name, change));
    let (open, answered): (Vec<DriveRow>, Vec<DriveRow>) = rows.partition(|row| row.answer.is_none());
    let title = if is_stranger {
        w.t("driver-page-stranger-title")
    } else {
        w.f(pick("driver-page-title", "sitter-page-title"), [("patient", name)])
    };
    let page = DriverPage {
        shell: visitor.shell(title).await.refused(!fields.is_ok()),
        fields,
        path: home(visitor),
        problem: changed.then(|| w.t(pick("driver-page-changed", "sitter-page-changed"))),
        stranger: is_stranger.then(|| w.t("driver-page-stranger")),
        tick: w.t(pick("driver-page-tick", "sitter-page-tick")),
        alone: w.f(pick("driver-page-alone", "sitter-page-alone"), [("patient", name)]),
        not_me: w.f("driver-page-not-me-why", [("patient", name)]),
        any_yes: drives.iter().any(|(drive, _)| drive.status == DriveStatus::Confirmed),
        open,
        answered,
    };
    page_with_status(status, &page)
}
