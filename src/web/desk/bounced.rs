//! An address that mail came back from and that is right after all: mail goes there again.

use axum::extract::Path;
use axum::http::Uri;

use super::plan_view::find_patient;
use super::visit_states::back_of;
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::bounces::try_again;
use crate::actions::driver_contact::driver_of_site;
use crate::domain::ids::DriverId;
use crate::store::Tx;
use crate::web::kit::{PageError, PageResult, redirect_with_flash};

/// POST `/patients/{id}/mail-again`
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn patient(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let desk = form.desk;
    let mut tx = desk.write().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let done = try_again(&mut tx, &desk.actor(), desk.site.id, patient.id, None).await;
    finish(&desk, tx, done, &format!("/patients/{}", patient.id)).await
}

/// POST `/drivers/{id}/mail-again`, with `back`
///
/// # Errors
/// [`PageError::NotFound`] for a driver of nobody here.
pub async fn driver(Path(id): Path<String>, uri: Uri, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let id: DriverId = id.parse().map_err(|_| PageError::NotFound)?;
    let mut tx = desk.write().await?;
    let (_, patient) = driver_of_site(&mut tx, desk.site.id, id).await?;
    let back = back_of(&fields, &uri, &format!("/patients/{}", patient.id));
    let done = try_again(&mut tx, &desk.actor(), desk.site.id, patient.id, Some(id)).await;
    finish(&desk, tx, done, &back).await
}

/// Back to where it was pressed, saying how many messages go. A second press finds that nothing stands against the address.
async fn finish(desk: &Desk, tx: Tx, done: Result<i64, ActionError>, back: &str) -> PageResult {
    let w = desk.w();
    let said = match done {
        Ok(going) => {
            tx.commit().await?;
            w.n("bounce-again-flash", going)
        }
        Err(ActionError::Changed) => w.t("bounce-again-changed"),
        Err(other) => return Err(other.into()),
    };
    Ok(redirect_with_flash(back, &said, None))
}
