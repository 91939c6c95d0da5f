//! The acts on one visit: check in, start, recovery, coach's check-in, home, did not come, confirm, restore, and their undos.

use axum::extract::Path;
use axum::http::{StatusCode, Uri};

use super::visit_refusal::{Refused, refusal};
use super::{Desk, DeskForm, visit};
use crate::actions::{ActionError, cancel, confirm, run_visit};
use crate::domain::ids::AppointmentId;
use crate::domain::patients::{MAX_NAME, parse_name};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::web::kit::back::{local_path, with_back};
use crate::web::kit::{Fields, PageError, PageResult, redirect_with_flash};

/// Fewest and most characters of a reason to go on past a gate, or to waive the coach's check-in.
const OVERRIDE_LENGTH: std::ops::RangeInclusive<usize> = 15..=500;
const WAIVED_LENGTH: std::ops::RangeInclusive<usize> = 15..=500;

/// Something done to a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The patient is here.
    CheckIn,
    /// They were checked in by mistake.
    UndoCheckIn,
    /// Treatment or talk begins.
    Start,
    /// Recovery begins.
    Recovery,
    /// The coach's check-in is recorded or waived.
    Coach,
    /// The patient goes home, or the talk ends.
    Discharge,
    /// They did not come.
    Missed,
    /// They came after all.
    UndoMissed,
    /// They said by phone that they come.
    Confirm,
    /// A cancellation is taken back.
    Restore,
    /// A driver's answer was recorded.
    Answer,
}

impl Step {
    /// The last part of its route.
    pub fn path(self) -> &'static str {
        match self {
            Self::CheckIn => "check-in",
            Self::UndoCheckIn => "undo-check-in",
            Self::Start => "start",
            Self::Recovery => "recovery",
            Self::Coach => "coach",
            Self::Discharge => "discharge",
            Self::Missed => "missed",
            Self::UndoMissed => "undo-missed",
            Self::Confirm => "confirm",
            Self::Restore => "restore",
            Self::Answer => "answer",
        }
    }

    /// The title of its refusal (arguments `name`, `n`).
    pub fn refused_key(self) -> &'static str {
        match self {
            Self::CheckIn => "appointment-refused-check-in",
            Self::Start => "appointment-refused-start",
            Self::Discharge => "appointment-refused-discharge",
            Self::Restore => "appointment-refused-restore",
            _ => "appointment-refused-step",
        }
    }

    /// The override's button and the line about who may, where an override exists.
    pub fn override_keys(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::CheckIn => Some(("appointment-override-check-in", "appointment-override-who-check-in")),
            Self::Start => Some(("appointment-override-start", "appointment-override-who-start")),
            Self::Discharge => Some(("appointment-override-discharge", "appointment-override-who-discharge")),
            _ => None,
        }
    }

    /// What the next page says (arguments `name`, `time`).
    fn done_key(self) -> &'static str {
        match self {
            Self::CheckIn => "appointment-done-check-in",
            Self::UndoCheckIn => "appointment-done-undo-check-in",
            Self::Start => "appointment-done-start",
            Self::Recovery => "appointment-done-recovery",
            Self::Coach => "appointment-done-coach",
            Self::Discharge => "appointment-done-discharge",
            Self::Missed => "appointment-done-missed",
            Self::UndoMissed => "appointment-done-undo-missed",
            Self::Confirm => "appointment-done-confirm",
            Self::Restore => "appointment-done-restore",
            Self::Answer => "appointment-done-answer",
        }
    }

    /// The act that takes it back.
    fn undo(self) -> Option<Self> {
        match self {
            Self::CheckIn => Some(Self::UndoCheckIn),
            Self::Missed => Some(Self::UndoMissed),
            _ => None,
        }
    }
}

/// Where a posted act returns to: its hidden field, else the query an undo carries.
pub fn back_of(fields: &Fields, uri: &Uri, default: &str) -> String {
    let query = Fields::from_query(uri);
    let wanted = if fields.has("back") { fields.get("back") } else { query.get("back") };
    local_path(wanted, default)
}

/// A text inside a length; `None` where nothing was typed, a message at the field where the length is wrong.
fn reason(
    fields: &mut Fields,
    name: &str,
    length: &std::ops::RangeInclusive<usize>,
    message: &str,
) -> Option<String> {
    if !fields.has(name) {
        return None;
    }
    let typed = fields.get(name).to_owned();
    if length.contains(&typed.chars().count()) {
        return Some(typed);
    }
    fields.fail(name, message);
    None
}

/// What was typed beside the act.
#[derive(Default)]
struct Typed {
    override_reason: Option<String>,
    waived: Option<String>,
    escort: Option<String>,
}

fn read(desk: &Desk, fields: &mut Fields) -> Typed {
    let w = desk.w();
    let override_reason =
        reason(fields, "override_reason", &OVERRIDE_LENGTH, &w.t("appointment-override-wrong"));
    let waived = reason(fields, "waived", &WAIVED_LENGTH, &w.t("appointment-waived-wrong"));
    let escort = match fields.get("escort") {
        "" => None,
        typed => {
            let name = parse_name(typed).filter(|name| name.chars().count() <= MAX_NAME);
            if name.is_none() {
                fields.fail("escort", w.t("appointment-escort-wrong"));
            }
            name
        }
    };
    Typed { override_reason, waived, escort }
}

async fn act(
    step: Step,
    tx: &mut Tx,
    desk: &Desk,
    seen: &Appointment,
    fields: &Fields,
    typed: &Typed,
) -> Result<(), ActionError> {
    let (actor, site, rules, id) = (desk.actor(), &desk.site, &desk.app.config.rules, seen.id);
    let over = typed.override_reason.as_deref();
    match step {
        Step::CheckIn => run_visit::check_in(tx, &actor, site, id, over).await,
        Step::UndoCheckIn => run_visit::undo_check_in(tx, &actor, id).await,
        Step::Start => run_visit::start_visit(tx, &actor, id, over).await,
        Step::Recovery => run_visit::start_recovery(tx, &actor, id).await,
        Step::Coach => run_visit::record_coach_check_in(tx, &actor, id, typed.waived.as_deref()).await,
        Step::Discharge => run_visit::discharge(tx, &actor, id, typed.escort.as_deref(), over).await,
        Step::Missed => run_visit::did_not_come(tx, &actor, id).await,
        Step::UndoMissed => run_visit::undo_did_not_come(tx, &actor, site, id).await,
        Step::Confirm => {
            // The version the caller was told about; without the field, the one that stands.
            let version = fields.get("version").parse().unwrap_or(seen.version);
            confirm::confirm_visits(tx, &actor, &[(id, version)]).await.map(|_| ())
        }
        Step::Restore => cancel::restore_visit(tx, &actor, rules, site, id).await,
        // Recorded by the drivers' page, which knows the drive.
        Step::Answer => Err(ActionError::NotFound),
    }
}

async fn run(step: Step, id: &str, uri: &Uri, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields, .. } = form;
    let id = id.parse::<AppointmentId>().map_err(|_| PageError::NotFound)?;
    let back = back_of(&fields, uri, "/today");
    fields.set("back", back.clone());
    let mut typed = read(&desk, &mut fields);
    // A reason that is too short still shows what it is the reason for, so the act is tried without it, on a
    // transaction that is dropped whatever comes of it.
    let keep = fields.is_ok();
    if !keep {
        typed.override_reason = None;
    }
    let mut tx = desk.write().await?;
    let (seen, patient) = visit::load(&mut tx, &desk, id).await?;
    let done = act(step, &mut tx, &desk, &seen, &fields, &typed).await;
    match done {
        Ok(()) if keep => {
            tx.commit().await?;
            let time = desk.f().time(desk.now());
            let text =
                desk.w().f(step.done_key(), [("name", patient.full_name.as_str()), ("time", time.as_str())]);
            let undo =
                step.undo().map(|undo| with_back(&format!("/appointments/{id}/{}", undo.path()), &back));
            Ok(redirect_with_flash(&back, &text, undo.as_deref()))
        }
        Ok(()) => {
            drop(tx);
            visit::render(&desk, id, fields, None, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => {
            drop(tx);
            refuse(&desk, id, step, fields, error).await
        }
    }
}

/// The visit's page again, with the box that says why not.
///
/// # Errors
/// When the error is an end of its own.
pub async fn refuse(
    desk: &Desk,
    id: AppointmentId,
    step: Step,
    fields: Fields,
    error: ActionError,
) -> PageResult {
    let mut tx = desk.read().await?;
    let (seen, patient) = visit::load(&mut tx, desk, id).await?;
    let drive = tx.current_drive(id).await?;
    drop(tx);
    let refused = Refused { desk, visit: &seen, patient: &patient, drive: drive.as_ref(), step };
    let (status, mut boxed) = refusal(&refused, error)?;
    boxed.escort = fields.get("escort").to_owned();
    visit::render(desk, id, fields, Some(boxed), status).await
}

macro_rules! handlers {
    ($($(#[$doc:meta])* $name:ident => $step:ident;)+) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// When the visit is not of this site or the role does not allow it.
        pub async fn $name(Path(id): Path<String>, uri: Uri, form: DeskForm) -> PageResult {
            run(Step::$step, &id, &uri, form).await
        }
    )+};
}

handlers! {
    /// POST /appointments/{id}/check-in
    check_in => CheckIn;
    /// POST /appointments/{id}/undo-check-in
    undo_check_in => UndoCheckIn;
    /// POST /appointments/{id}/start
    start => Start;
    /// POST /appointments/{id}/recovery
    recovery => Recovery;
    /// POST /appointments/{id}/coach
    coach => Coach;
    /// POST /appointments/{id}/discharge
    discharge => Discharge;
    /// POST /appointments/{id}/missed
    missed => Missed;
    /// POST /appointments/{id}/undo-missed
    undo_missed => UndoMissed;
    /// POST /appointments/{id}/confirm
    confirm_by_phone => Confirm;
    /// POST /appointments/{id}/restore
    restore => Restore;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_must_have_the_length_that_makes_one() {
        let mut fields = Fields::new();
        assert_eq!(reason(&mut fields, "override_reason", &OVERRIDE_LENGTH, "Write more"), None);
        assert!(fields.is_ok(), "no reason was given, none is judged");
        fields.set("override_reason", "  because  ");
        assert_eq!(reason(&mut fields, "override_reason", &OVERRIDE_LENGTH, "Write more"), None);
        assert_eq!(fields.error("override_reason"), Some("Write more"));
        let mut fields = Fields::new();
        fields.set("override_reason", "Her sister waits outside");
        let read = reason(&mut fields, "override_reason", &OVERRIDE_LENGTH, "Write more");
        assert_eq!(read.as_deref(), Some("Her sister waits outside"));
    }

    #[test]
    fn the_way_back_comes_from_the_form_then_from_the_query_and_is_ours() {
        let uri: Uri =
            "/appointments/1/undo-check-in?back=%2Ftoday%3Fdate%3D2026-12-01".parse().expect("a uri");
        let mut fields = Fields::new();
        assert_eq!(back_of(&fields, &uri, "/today"), "/today?date=2026-12-01");
        fields.set("back", "//evil.example");
        assert_eq!(back_of(&fields, &uri, "/today"), "/today");
    }
}
