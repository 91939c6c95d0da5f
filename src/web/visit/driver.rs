//! The driver's or sitter's page: a stranger, ten seconds, a phone. A first name, when, where, yes or no; nothing else of the patient.

use askama::Template;
use axum::http::{StatusCode, Uri};
use chrono::{DateTime, Utc};

use super::LinkVisitor;
use super::extract::{DriverForm, DriverLink};
use super::patient::{calendar_response, organizer};
use crate::actions::ActionError;
use crate::actions::drivers::answer_drive;
use crate::domain::companions::Companion;
use crate::domain::drivers::DriveStatus;
use crate::domain::ids::{DriveId, DriverId};
use crate::domain::patients::first_name;
use crate::mail::calendar;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::web::kit::{Fields, PageError, PageResult, Shell, page_with_status, redirect};

/// One drive in ready words.
struct DriveRow {
    id: String,
    /// Its id and the visit's version, as the form sends them.
    value: String,
    day: String,
    machine: String,
    bring: String,
    home: Option<String>,
    free: String,
    /// What the driver said; `None` while the question stands or is asked again.
    answer: Option<String>,
    /// Whether they said no (the page says different things then).
    declined: bool,
    /// The two answers.
    yes: String,
    no: String,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_driver.html")]
struct DriverPage {
    shell: Shell,
    path: String,
    problem: Option<String>,
    drives: Vec<DriveRow>,
    alone: String,
    open: usize,
    any_yes: bool,
}

/// GET: the page; nothing changes. `?change=<drive>` asks that one again.
///
/// # Errors
/// What the store reports.
pub async fn show(DriverLink(visitor): DriverLink, uri: Uri) -> PageResult {
    let query = Fields::from_query(&uri);
    render(&visitor, StatusCode::OK, query.get("change"), false).await
}

/// POST: yes or no to one drive, or yes to all that are open (the form names each). Said twice, it shows the same page.
///
/// # Errors
/// What the store reports.
pub async fn answer(form: DriverForm) -> PageResult {
    let DriverForm { visitor, fields } = form;
    let driver = driver_id(&visitor)?;
    let answer = fields.get("answer");
    let mut tx = visitor.write().await?;
    let drives = asked_drives(&visitor, &mut tx, driver).await?;
    let yes = match answer {
        "yes" => true,
        "no" => false,
        _ => return Err(PageError::BadRequest),
    };
    let mut chosen = Vec::new();
    for value in fields.all("drive") {
        let (id, version) = parse_drive(value).ok_or(PageError::BadRequest)?;
        // A yes counts for the time the driver saw. A moved visit, one that is off, or one that somebody else drives by now is
        // asked about again.
        if !drives.iter().any(|(drive, visit)| drive.id == id && visit.version == version) {
            drop(tx);
            return render(&visitor, StatusCode::CONFLICT, "", true).await;
        }
        chosen.push(id);
    }
    if chosen.is_empty() {
        return Err(PageError::BadRequest);
    }
    let (actor, rules) = (visitor.actor(), &visitor.app.config.rules);
    for id in chosen {
        match answer_drive(&mut tx, &actor, rules, &visitor.site, id, yes).await {
            Ok(()) => {}
            Err(
                ActionError::Changed
                | ActionError::Refused(_)
                | ActionError::Conflicts(_)
                | ActionError::Unmet(_),
            ) => {
                drop(tx);
                return render(&visitor, StatusCode::CONFLICT, "", true).await;
            }
            Err(other) => return Err(other.into()),
        }
    }
    tx.commit().await?;
    Ok(redirect(&format!("/d/{}", visitor.token)))
}

/// GET: the drives this driver said yes to, as a calendar file.
///
/// # Errors
/// What the store reports.
pub async fn calendar_file(DriverLink(visitor): DriverLink) -> PageResult {
    let driver = driver_id(&visitor)?;
    let mut tx = visitor.read().await?;
    let entries: Vec<calendar::Entry> = asked_drives(&visitor, &mut tx, driver)
        .await?
        .iter()
        .filter(|(drive, _)| drive.status == DriveStatus::Confirmed)
        .map(|(_, visit)| calendar::drive_entry(visitor.w(), &visitor.site, visit))
        .collect();
    Ok(calendar_response(calendar::publish(&entries, organizer(&visitor), visitor.now())))
}

fn parse_drive(value: &str) -> Option<(DriveId, i64)> {
    let (id, version) = value.split_once(':')?;
    Some((id.parse().ok()?, version.parse().ok()?))
}

fn driver_id(visitor: &LinkVisitor) -> Result<DriverId, PageError> {
    visitor.link.driver_id.ok_or(PageError::NotFound)
}

/// The drives this driver may still answer or has answered, to visits that lie ahead, by start.
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
        let free_until = calendar::driver_free_until(&visit);
        if !(visit.status.is_ahead() || visit.status.is_here()) || free_until <= visitor.now() {
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

async fn render(visitor: &LinkVisitor, status: StatusCode, change: &str, refused: bool) -> PageResult {
    let w = visitor.w();
    let driver = driver_id(visitor)?;
    let mut tx = visitor.read().await?;
    let patient = tx.patient(visitor.link.patient_id).await?.ok_or(PageError::NotFound)?;
    let drives = asked_drives(visitor, &mut tx, driver).await?;
    drop(tx);
    let name = first_name(patient.called());
    let changed = refused || has_changed(visitor, &drives);
    let rows: Vec<DriveRow> =
        drives.iter().map(|(drive, visit)| row(visitor, drive, visit, name, change)).collect();
    let companion = drives.first().map_or(Companion::Driver, |(_, visit)| visit.companion);
    let title = companion.pick("driver-page-title", "sitter-page-title");
    let alone = companion.pick("driver-page-alone", "sitter-page-alone");
    let page = DriverPage {
        shell: visitor.shell(w.f(title, [("patient", name)])).await,
        path: format!("/d/{}", visitor.token),
        problem: changed.then(|| w.t("driver-page-changed")),
        alone: w.f(alone, [("patient", name)]),
        open: rows.iter().filter(|row| row.answer.is_none()).count(),
        any_yes: drives.iter().any(|(drive, _)| drive.status == DriveStatus::Confirmed),
        drives: rows,
    };
    page_with_status(status, &page)
}

fn row(visitor: &LinkVisitor, drive: &Drive, visit: &Appointment, name: &str, change: &str) -> DriveRow {
    let (w, f) = (visitor.w(), visitor.f());
    let time = |at: DateTime<Utc>| f.time(at);
    let day = f.long_day(f.date_of(visit.starts_at));
    let place = visitor.site.address.as_str();
    let answer = match drive.status {
        _ if drive.id.to_string() == change => None,
        DriveStatus::Confirmed => {
            let key = visit.companion.pick("driver-page-yes-done", "sitter-page-yes-done");
            Some(w.f(key, [("day", &day)]))
        }
        DriveStatus::Declined => Some(w.f("driver-page-no-done", [("patient", name)])),
        DriveStatus::Asked | DriveStatus::Replaced => None,
    };
    let (from, until) = (time(visit.starts_at), time(calendar::driver_free_until(visit)));
    let (bring, home, free) = match visit.companion {
        Companion::Driver => (
            w.f("driver-page-bring", [("patient", name), ("place", place), ("time", &from)]),
            Some(w.f("driver-page-home", [("patient", name), ("time", &time(visit.ends_at))])),
            w.f("driver-page-free", [("time", &until)]),
        ),
        Companion::Sitter => (
            w.f("sitter-page-be", [("patient", name), ("time", &from)]),
            None,
            w.f("sitter-page-until", [("patient", name), ("time", &until)]),
        ),
    };
    DriveRow {
        id: drive.id.to_string(),
        value: format!("{}:{}", drive.id, visit.version),
        machine: f.machine(visit.starts_at),
        bring,
        home,
        free,
        yes: w.t(visit.companion.pick("driver-page-yes", "sitter-page-yes")),
        no: w.t(visit.companion.pick("driver-page-no", "sitter-page-no")),
        day,
        declined: answer.is_some() && drive.status == DriveStatus::Declined,
        answer,
    }
}
