//! Why something about a visit was not done: every reason with its cure, and who may go on regardless.

use axum::http::StatusCode;

use super::Desk;
use super::visit_states::Step;
use crate::actions::ActionError;
use crate::domain::gates::Unmet;
use crate::domain::patients::digits;
use crate::domain::roles::Permission;
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::store::patients::Patient;
use crate::web::kit::{PageError, refusals};

/// One reason; its cure is a link.
#[derive(Clone, Debug)]
pub struct Line {
    /// What and why.
    pub text: String,
    /// The cure's words and address.
    pub cure: Option<(String, String)>,
}

/// The box on top of a page after a refused act.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Who, and what cannot happen yet.
    pub title: String,
    /// Every reason, in the order one can act.
    pub lines: Vec<Line>,
    /// Who may go on.
    pub last: Option<String>,
    /// Where the reasoned override posts to, for those who may give one.
    pub override_path: Option<String>,
    /// The override button's words.
    pub override_label: String,
    /// Who takes the patient home, as typed before the refusal.
    pub escort: String,
}

/// What was refused, and about whom.
pub struct Refused<'a> {
    /// The request.
    pub desk: &'a Desk,
    /// The visit as it stands.
    pub visit: &'a Appointment,
    /// Its patient.
    pub patient: &'a Patient,
    /// The drive that counts.
    pub drive: Option<&'a Drive>,
    /// What was tried.
    pub step: Step,
}

/// The box for an error of an action, and the status of the page that shows it.
///
/// # Errors
/// Errors that are ends of their own (not found, not permitted, the store).
pub fn refusal(refused: &Refused<'_>, error: ActionError) -> Result<(StatusCode, Refusal), PageError> {
    let (w, f) = (refused.desk.w(), refused.desk.f());
    let name = refused.patient.full_name.as_str();
    let mut out = Refusal {
        title: w.f("appointment-refused-other", [("name", name)]),
        lines: Vec::new(),
        last: None,
        override_path: None,
        override_label: String::new(),
        escort: String::new(),
    };
    match &error {
        ActionError::Store(_) | ActionError::NotFound | ActionError::NotPermitted => return Err(error.into()),
        ActionError::Changed => {
            out.title = w.t("appointment-changed");
            return Ok((StatusCode::CONFLICT, out));
        }
        ActionError::Unmet(unmet) => {
            let count = i64::try_from(unmet.len()).unwrap_or(i64::MAX);
            out.title = w.nf(refused.step.refused_key(), count, [("name", name)]);
            out.lines = lines(refused, unmet);
            add_override(refused, unmet, &mut out);
        }
        ActionError::Conflicts(_) | ActionError::InTheWay { .. } | ActionError::Refused(_) => {
            let plain = |text| Line { text, cure: None };
            out.lines = refusals::error_text(w, f, &error).into_iter().map(plain).collect();
        }
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, out))
}

fn lines(refused: &Refused<'_>, unmet: &[Unmet]) -> Vec<Line> {
    let base = format!("/appointments/{}", refused.visit.id);
    let phone = refused.drive.and_then(|drive| drive.phone.as_deref());
    let address = |kind: &str| match kind {
        "driver" => format!("{base}/driver"),
        // A number may begin with a plus; everything else about its writing is for people.
        "call" => match phone {
            Some(phone) if phone.trim_start().starts_with('+') => format!("tel:+{}", digits(phone)),
            Some(phone) => format!("tel:{}", digits(phone)),
            None => format!("{base}/driver"),
        },
        "decide" => format!("/patients/{}", refused.patient.id),
        "check-in" => "#coach".to_owned(),
        "escort" => "#escort".to_owned(),
        "move" => format!("{base}/move"),
        _ => base.clone(),
    };
    refusals::unmet_lines(refused.desk.w(), refused.desk.f(), unmet)
        .into_iter()
        .map(|line| Line { text: line.text, cure: line.cure.map(|(label, kind)| (label, address(kind))) })
        .collect()
}

/// The way past a gate: offered only where every reason can be overridden, and to those who may.
fn add_override(refused: &Refused<'_>, unmet: &[Unmet], out: &mut Refusal) {
    let w = refused.desk.w();
    let Some((label, last)) = refused.step.override_keys() else { return };
    if !unmet.iter().all(Unmet::can_be_overridden) {
        return;
    }
    out.last = Some(w.t(last));
    if refused.desk.may(Permission::OverrideGate) {
        out.override_path = Some(format!("/appointments/{}/{}", refused.visit.id, refused.step.path()));
        out.override_label = w.t(label);
    }
}
