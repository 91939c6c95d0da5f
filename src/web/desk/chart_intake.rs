//! The chart's line about intake: how it stands in one sentence, and the one act that helps.

use super::Desk;
use super::chart::Link;
use super::intake_words::{NextAct, next_act, sentence};
use crate::actions::intake::waiting_of;
use crate::domain::ids::PatientId;
use crate::domain::intake::IntakeState;
use crate::domain::roles::Permission;
use crate::store::intakes::Intake;
use crate::web::kit::idempotency;

/// The line.
pub struct IntakeLine {
    /// "Intake form sent Nov 18, not returned."
    pub text: String,
    /// What comes next, if this person may do it.
    pub act: Option<NextAct>,
    /// The intake's own page, or the form for a new inquiry.
    pub link: Option<Link>,
    /// Where the act returns to.
    pub back: String,
    /// Keeps a double press single.
    pub key: String,
}

/// The line of a patient whose newest intake is `intake`; what the chart's main button does (`main`) it does not offer again.
pub fn intake_line(desk: &Desk, patient: PatientId, intake: Option<&Intake>, main: &str) -> IntakeLine {
    let (w, may_book) = (desk.w(), desk.may(Permission::Book));
    let is_over = |one: &Intake| matches!(one.state, IntakeState::Declined | IntakeState::Closed);
    let link = match intake {
        Some(open) if !is_over(open) => {
            Link { text: w.t("intake-open"), path: format!("/intake/{}", open.id) }
        }
        _ => Link { text: w.t("intake-new"), path: format!("/intake/new?patient={patient}") },
    };
    IntakeLine {
        text: intake.map_or_else(|| w.t("intake-line-none"), |one| sentence(w, desk.f(), one)),
        act: intake
            .and_then(|one| next_act(desk, one, waiting_of(&desk.app.config.rules, &desk.site, one)))
            .filter(|act| act.path != link.path && act.path != main),
        link: may_book.then_some(link).filter(|link| link.path != main),
        back: format!("/patients/{patient}"),
        key: idempotency::new_key(),
    }
}
