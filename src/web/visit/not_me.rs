//! "This is not me": a page that asks once more, and the press that takes the address and every link to it out of use.

use askama::Template;

use super::ended;
use super::extract::{Arrival, PatientArrival};
use super::patient::home;
use crate::actions::patient_address::wrong_person;
use crate::domain::link_end::LinkEnd;
use crate::web::kit::{PageResult, Shell, page, redirect};

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_not_me.html")]
struct NotMePage {
    shell: Shell,
    path: String,
}

/// GET: what the press does; nothing changes.
///
/// # Errors
/// What the store reports.
pub async fn show(PatientArrival(arrival): PatientArrival) -> PageResult {
    let Arrival { visitor, end } = arrival;
    match end {
        Some(end) => ended::page(&visitor, end, false).await,
        None => {
            let title = visitor.w().t("not-me-title");
            page(&NotMePage { shell: visitor.shell(title).await, path: home(&visitor) })
        }
    }
}

/// POST: mail to this address reached somebody else. Pressed twice, it is done once.
///
/// # Errors
/// What the store reports.
pub async fn press(PatientArrival(arrival): PatientArrival) -> PageResult {
    let Arrival { visitor, end } = arrival;
    match end {
        // A link that is too old may have gone to an address that is not the patient's any more: it says nothing of the present one.
        Some(end) if end != LinkEnd::WrongPerson => ended::page(&visitor, end, false).await,
        Some(_) => Ok(redirect(&home(&visitor))),
        None => {
            let mut tx = visitor.write().await?;
            wrong_person(&mut tx, &visitor.actor(), &visitor.site, visitor.link.patient_id).await?;
            tx.commit().await?;
            Ok(redirect(&home(&visitor)))
        }
    }
}
