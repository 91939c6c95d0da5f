//! How an intake reads on staff pages: its state, since when, on whom it waits, and the one sentence of the chart.

use chrono::{DateTime, Utc};

use super::Desk;
use crate::domain::ids::IntakeId;
use crate::domain::intake::{IntakeState, Waiting, WaitsOn};
use crate::domain::roles::Permission;
use crate::store::Tx;
use crate::store::intakes::Intake;
use crate::web::kit::PageError;
use crate::words::Words;
use crate::words::format::{Format, duration};

/// What can be done next.
pub struct NextAct {
    /// Its words.
    pub text: String,
    /// Where it goes.
    pub path: String,
    /// Whether it is a form to post, not a page to open.
    pub is_post: bool,
}

/// "Nov 18, 3 days".
pub fn since(w: Words, f: Format, at: DateTime<Utc>) -> String {
    let (day, span) = (f.day_month(f.date_of(at)), duration(f.now() - at));
    w.f("intake-since", [("day", day.as_str()), ("span", span.as_str())])
}

/// The class of a state's word.
pub fn class(state: IntakeState) -> &'static str {
    match state {
        IntakeState::Inquiry => "st-booked",
        IntakeState::PacketSent | IntakeState::Started | IntakeState::MoreAsked => "st-confirmed",
        IntakeState::Returned => "st-warn",
        IntakeState::Offered => "st-ok",
        IntakeState::Declined | IntakeState::Closed => "st-gone",
    }
}

/// What this person can do next about an intake.
pub fn next_act(desk: &Desk, intake: &Intake, waits: Waiting) -> Option<NextAct> {
    let w = desk.w();
    let (book, decide) = (desk.may(Permission::Book), desk.may(Permission::DecideCandidacy));
    let one = format!("/intake/{}", intake.id);
    let link = |key, path| NextAct { text: w.t(key), path, is_post: false };
    let form = |key| NextAct { text: w.t(key), path: format!("{one}/send"), is_post: true };
    match intake.state {
        IntakeState::MoreAsked | IntakeState::Declined if book && waits.on == WaitsOn::Desk => {
            Some(link("intake-act-note", one.clone()))
        }
        IntakeState::Inquiry if book => Some(form("intake-act-send")),
        IntakeState::PacketSent | IntakeState::Started | IntakeState::MoreAsked if book => {
            Some(form("intake-act-again"))
        }
        IntakeState::Returned if decide => Some(link("intake-act-review", format!("{one}/review"))),
        IntakeState::Offered if book => {
            Some(link("intake-act-book", format!("/patients/{}/book", intake.patient_id)))
        }
        _ => None,
    }
}

/// "Intake form sent Nov 18, not returned."
pub fn sentence(w: Words, f: Format, intake: &Intake) -> String {
    let day = |at: DateTime<Utc>| f.day_month(f.date_of(at));
    let sent = day(intake.sent_at.unwrap_or(intake.created_at));
    let since = day(intake.since);
    let who = intake.reviewed_by.as_deref().unwrap_or_default();
    match intake.state {
        IntakeState::Inquiry => w.f("intake-line-inquiry", [("day", since.as_str())]),
        IntakeState::PacketSent => w.f("intake-line-sent", [("day", sent.as_str())]),
        IntakeState::Started => w.f("intake-line-started", [("day", sent.as_str())]),
        IntakeState::Returned => w.f("intake-line-returned", [("day", since.as_str())]),
        IntakeState::MoreAsked => w.f("intake-line-more", [("who", who), ("day", since.as_str())]),
        IntakeState::Offered => w.f("intake-line-offered", [("who", who), ("day", since.as_str())]),
        IntakeState::Declined => w.f("intake-line-declined", [("who", who), ("day", since.as_str())]),
        IntakeState::Closed => w.f("intake-line-closed", [("day", since.as_str())]),
    }
}

/// The intake of a path.
///
/// # Errors
/// [`PageError::NotFound`] for nonsense, unknown ones and those of other sites.
pub async fn find_intake(tx: &mut Tx, desk: &Desk, id: &str) -> Result<Intake, PageError> {
    let id = id.parse::<IntakeId>().map_err(|_| PageError::NotFound)?;
    tx.intake(id).await?.filter(|intake| intake.site_id == desk.site.id).ok_or(PageError::NotFound)
}
