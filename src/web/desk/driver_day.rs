//! What staff note of drivers in one press: where they are on the day, asked once more, and the patient asked once more.

use axum::extract::Path;
use axum::http::Uri;

use super::visit_states::{self, Step, back_of};
use super::{DeskForm, drivers, visit};
use crate::actions::ActionError;
use crate::actions::drivers::{ask_again, ask_patient_again, sign as note_sign};
use crate::actions::notify;
use crate::domain::drivers::DaySign;
use crate::domain::ids::{AppointmentId, DriveId};
use crate::web::kit::{PageError, PageResult, idempotency, redirect, redirect_with_flash};

/// Where these acts return to unless the form says otherwise.
const HOME: &str = "/drivers";

/// POST /drives/{id}/sign, field `sign` `on_the_way`, `waiting` or `none`: where the driver is.
///
/// # Errors
/// [`PageError::NotFound`] when there is no such drive here; [`PageError::BadRequest`] for another word.
pub async fn sign(Path(id): Path<String>, uri: Uri, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let id = id.parse::<DriveId>().map_err(|_| PageError::NotFound)?;
    let wanted = match fields.get("sign") {
        "none" => None,
        word => Some(DaySign::parse(word).ok_or(PageError::BadRequest)?),
    };
    let mut tx = desk.write().await?;
    let drive = tx.drive(id).await?.ok_or(PageError::NotFound)?;
    let (seen, _) = visit::load(&mut tx, &desk, drive.appointment_id).await?;
    let back = back_of(&fields, &uri, &format!("/appointments/{}", seen.id));
    fields.set("back", back.clone());
    match note_sign(&mut tx, &desk.actor(), &desk.site, id, wanted).await {
        Ok(()) => {
            tx.commit().await?;
            let key = match wanted {
                Some(DaySign::OnTheWay) => "driver-noted-on-the-way",
                Some(DaySign::Waiting) => seen.companion.pick("driver-noted-waiting", "sitter-noted-there"),
                None => "driver-noted-none",
            };
            let text = desk.w().f(key, [("name", drive.full_name.as_str())]);
            Ok(redirect_with_flash(&back, &text, None))
        }
        Err(error) => {
            drop(tx);
            visit_states::refuse(&desk, seen.id, Step::Answer, fields, error).await
        }
    }
}

/// POST /drives/{id}/ask-again: the driver gets the question once more.
///
/// # Errors
/// [`PageError::NotFound`] when there is no such drive here.
pub async fn ask_driver(Path(id): Path<String>, uri: Uri, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let id = id.parse::<DriveId>().map_err(|_| PageError::NotFound)?;
    let back = back_of(&fields, &uri, HOME);
    let mut tx = desk.write().await?;
    let drive = tx.drive(id).await?.ok_or(PageError::NotFound)?;
    visit::load(&mut tx, &desk, drive.appointment_id).await?;
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    // One key serves the whole page, so the drive belongs to it.
    if let Some(done) = tx.claim_key(&format!("ask-again:{id}"), &key, &back).await? {
        return Ok(redirect(&done));
    }
    let (actor, rules) = (desk.actor(), &desk.app.config.rules);
    let asked = ask_again(&mut tx, &actor, rules, &desk.site, id).await;
    match asked {
        Ok(()) => {
            tx.commit().await?;
            let when = desk.f().time(notify::goes_at(rules, desk.now()));
            let args = [("name", drive.full_name.as_str()), ("when", when.as_str())];
            Ok(redirect_with_flash(&back, &desk.w().f("drivers-asked-again", args), None))
        }
        Err(error @ (ActionError::Changed | ActionError::Refused(_))) => {
            drop(tx);
            drivers::refused(&desk, &drive.full_name, error).await
        }
        Err(other) => Err(other.into()),
    }
}

/// POST /appointments/{id}/ask-driver: the patient is asked once more who drives.
///
/// # Errors
/// [`PageError::NotFound`] when there is no such visit here.
pub async fn ask_patient(Path(id): Path<String>, uri: Uri, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let id = id.parse::<AppointmentId>().map_err(|_| PageError::NotFound)?;
    let back = back_of(&fields, &uri, HOME);
    let mut tx = desk.write().await?;
    let (asked_for, patient) = visit::load(&mut tx, &desk, id).await?;
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    if let Some(done) = tx.claim_key(&format!("ask-driver:{id}"), &key, &back).await? {
        return Ok(redirect(&done));
    }
    let (actor, rules) = (desk.actor(), &desk.app.config.rules);
    let asked = ask_patient_again(&mut tx, &actor, rules, &desk.site, id).await;
    match asked {
        Ok(()) => {
            tx.commit().await?;
            let when = desk.f().time(notify::goes_at(rules, desk.now()));
            let args = [("name", patient.full_name.as_str()), ("when", when.as_str())];
            let key = asked_for.companion.pick("drivers-patient-asked-again", "sitters-patient-asked-again");
            Ok(redirect_with_flash(&back, &desk.w().f(key, args), None))
        }
        Err(error @ (ActionError::Changed | ActionError::Refused(_))) => {
            drop(tx);
            drivers::refused(&desk, &patient.full_name, error).await
        }
        Err(other) => Err(other.into()),
    }
}
