//! Pages behind a link in a message: the patient's and the driver's. No account, no script; nothing acts on GET.

pub mod driver;
pub mod driver_day;
mod driver_view;
mod ended;
pub mod estimate;
pub mod extract;
pub mod feed;
pub mod framed;
pub mod fresh;
pub mod gone;
pub mod intake;
pub mod intake_check;
pub mod intake_section;
pub mod intention;
pub mod messages;
pub mod mood;
pub mod not_me;
pub mod patient;
pub mod patient_ask;
pub mod patient_cancel;
pub mod patient_driver;
pub mod patient_next;
pub mod patient_view;
pub mod phq9;
pub mod thanks;
pub mod told;
pub mod unsubscribe;

use crate::app::App;
use crate::store::links::Link;
use crate::store::sites::Site;

/// Somebody who came by a link.
#[derive(Clone)]
pub struct LinkVisitor {
    /// The program.
    pub app: App,
    /// The clinic.
    pub site: Site,
    /// The link's row.
    pub link: Link,
    /// The token as it stands in the address.
    pub token: String,
    /// The present address.
    pub here: String,
    /// The request, for the audit log.
    pub request_id: Option<String>,
    /// The client's address, for the audit log.
    pub origin: Option<String>,
}
