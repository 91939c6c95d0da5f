//! What a driver says beside yes and no: on the way, here, or that the message reached somebody else.

use super::driver::{driver_id, home, refused};
use super::extract::DriverForm;
use crate::actions::drivers::{sign as keep_sign, wrong_person};
use crate::domain::drivers::DaySign;
use crate::domain::ids::DriveId;
use crate::web::kit::{PageError, PageResult, redirect};

/// POST: where the driver is, field `sign` `on_the_way`, `waiting` or `none` for one `drive`.
///
/// # Errors
/// [`PageError::BadRequest`] for another word; [`PageError::NotFound`] for a drive that is not theirs.
pub async fn sign(form: DriverForm) -> PageResult {
    let DriverForm { visitor, fields } = form;
    let driver = driver_id(&visitor)?;
    let wanted = match fields.get("sign") {
        "none" => None,
        word => Some(DaySign::parse(word).ok_or(PageError::BadRequest)?),
    };
    let id: DriveId = fields.get("drive").parse().map_err(|_| PageError::BadRequest)?;
    let mut tx = visitor.write().await?;
    tx.drive(id).await?.filter(|drive| drive.driver_id == driver).ok_or(PageError::NotFound)?;
    match keep_sign(&mut tx, &visitor.actor(), &visitor.site, id, wanted).await {
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

/// POST: "This is not for me". Every drive is open again, and nothing more goes to this address.
///
/// # Errors
/// What the store reports.
pub async fn not_me(form: DriverForm) -> PageResult {
    let DriverForm { visitor, .. } = form;
    let driver = driver_id(&visitor)?;
    let rules = &visitor.app.config.rules;
    let mut tx = visitor.write().await?;
    match wrong_person(&mut tx, &visitor.actor(), rules, &visitor.site, driver).await {
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
