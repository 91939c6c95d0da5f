//! Intake, from the first call to a clinician's answer: the states, what may follow what, who waits on whom, and since when too long.

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use super::time::bound;
use crate::text_enum;

text_enum! {
    /// Where an intake stands.
    pub enum IntakeState {
        /// Somebody called or wrote; nothing was sent yet.
        Inquiry = "inquiry", "intake-state-inquiry";
        /// The form was sent, nothing is filled in yet.
        PacketSent = "packet_sent", "intake-state-packet-sent";
        /// The patient has begun to answer.
        Started = "started", "intake-state-started";
        /// The patient sent the form back.
        Returned = "returned", "intake-state-returned";
        /// A clinician asked for more.
        MoreAsked = "more_asked", "intake-state-more-asked";
        /// A clinician offers a consultation.
        Offered = "offered", "intake-state-offered";
        /// A clinician offers none.
        Declined = "declined", "intake-state-declined";
        /// Over: booked, or given up.
        Closed = "closed", "intake-state-closed";
    }
}

text_enum! {
    /// How somebody got in touch.
    pub enum Channel {
        /// They called.
        Phone = "phone", "intake-channel-phone";
        /// They wrote.
        Email = "email", "intake-channel-email";
    }
}

text_enum! {
    /// How somebody came to know the clinic.
    pub enum Source {
        /// Another clinician named it.
        Clinician = "clinician", "intake-source-clinician";
        /// A friend or relative did.
        Friend = "friend", "intake-source-friend";
        /// The web.
        Web = "web", "intake-source-web";
        /// Another way.
        Other = "other", "intake-source-other";
        /// Nobody asked, or they did not say.
        NotKnown = "not_known", "intake-source-not-known";
    }
}

text_enum! {
    /// Whose turn it is.
    pub enum WaitsOn {
        /// The front desk.
        Desk = "desk", "intake-waits-desk";
        /// The patient.
        Patient = "patient", "intake-waits-patient";
        /// A clinician.
        Clinician = "clinician", "intake-waits-clinician";
        /// Nobody: it is over.
        Nobody = "nobody", "intake-waits-nobody";
    }
}

/// Something that happens to an intake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntakeEvent {
    /// The desk sends the form, for the first time or again.
    Send,
    /// The patient saves a page of it.
    Save,
    /// The patient sends it back.
    Return,
    /// A clinician asks for more.
    AskMore,
    /// A clinician offers a consultation.
    Offer,
    /// A clinician offers none.
    Decline,
    /// The desk closes it, or the consultation is booked.
    Close,
}

/// The state an event leads to; `None` where it cannot happen.
pub fn follows(state: IntakeState, event: IntakeEvent) -> Option<IntakeState> {
    use IntakeState::{Closed, Declined, Inquiry, MoreAsked, Offered, PacketSent, Returned, Started};
    match (event, state) {
        (IntakeEvent::Send, Inquiry | PacketSent) => Some(PacketSent),
        (IntakeEvent::Save, PacketSent) => Some(Started),
        (IntakeEvent::Send | IntakeEvent::Save, Started | MoreAsked) => Some(state),
        (IntakeEvent::Return, Started | MoreAsked) => Some(Returned),
        (IntakeEvent::AskMore, Returned) => Some(MoreAsked),
        (IntakeEvent::Offer, Returned) => Some(Offered),
        (IntakeEvent::Decline, Returned) => Some(Declined),
        (IntakeEvent::Close, Closed) => None,
        (IntakeEvent::Close, _) => Some(Closed),
        _ => None,
    }
}

impl IntakeState {
    /// Whether the patient can write in the form.
    pub fn is_with_patient(self) -> bool {
        matches!(self, Self::PacketSent | Self::Started | Self::MoreAsked)
    }

    /// Whether a clinician can answer.
    pub fn is_to_review(self) -> bool {
        self == Self::Returned
    }
}

/// Why no review stands behind a consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unoffered {
    /// Nobody took an inquiry down.
    NoIntake,
    /// No clinician has answered yet.
    NotReviewed,
    /// A clinician offers none.
    Declined,
}

impl Unoffered {
    /// The key of its sentence (argument `name`).
    pub fn word_key(self) -> &'static str {
        match self {
            Self::NoIntake => "intake-unoffered-none",
            Self::NotReviewed => "intake-unoffered-open",
            Self::Declined => "intake-unoffered-declined",
        }
    }
}

/// Whether a consultation would be booked that no review has offered; `last` is the newest intake's state and whether a
/// clinician offered one in it.
pub fn unoffered(last: Option<(IntakeState, bool)>) -> Option<Unoffered> {
    match last {
        Some((_, true)) => None,
        Some((IntakeState::Declined, false)) => Some(Unoffered::Declined),
        Some((IntakeState::Closed, false)) | None => Some(Unoffered::NoIntake),
        Some((_, false)) => Some(Unoffered::NotReviewed),
    }
}

/// The clinic's numbers for intake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeRules {
    /// Workdays in which the desk sends the form after a call.
    pub send_workdays: i64,
    /// Days a patient has for the form.
    pub return_days: i64,
    /// Workdays in which a clinician reads the answers.
    pub review_workdays: i64,
    /// Workdays in which the desk calls after the clinician's answer.
    pub call_workdays: i64,
    /// Days after the sending on which the patient is reminded.
    pub nudge_days: Vec<i64>,
}

/// How an intake waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// On whom.
    pub on: WaitsOn,
    /// By when they should have acted; `None` where nobody has to.
    pub due_at: Option<DateTime<Utc>>,
}

impl Waiting {
    /// Whether it takes too long.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.due_at.is_some_and(|due| due < now)
    }
}

/// Who an intake in this state since this instant waits on, and until when that is fine. `told` says whether the patient was
/// written to about the clinician's answer; where nobody did, the desk has to call.
pub fn waiting(
    state: IntakeState,
    since: DateTime<Utc>,
    told: bool,
    zone: Tz,
    rules: &IntakeRules,
) -> Waiting {
    let within = |days| Some(after_workdays(zone, since, days));
    let (on, due_at) = match state {
        IntakeState::Inquiry => (WaitsOn::Desk, within(rules.send_workdays)),
        IntakeState::Returned => (WaitsOn::Clinician, within(rules.review_workdays)),
        IntakeState::Offered => (WaitsOn::Desk, within(rules.call_workdays)),
        IntakeState::MoreAsked | IntakeState::Declined if !told => {
            (WaitsOn::Desk, within(rules.call_workdays))
        }
        IntakeState::PacketSent | IntakeState::Started | IntakeState::MoreAsked => {
            (WaitsOn::Patient, Some(since + TimeDelta::days(rules.return_days)))
        }
        IntakeState::Declined | IntakeState::Closed => (WaitsOn::Nobody, None),
    };
    Waiting { on, due_at }
}

/// The same wall-clock time so many workdays (Monday to Friday) later.
pub fn after_workdays(zone: Tz, from: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    let local = from.with_timezone(&zone).naive_local();
    let (mut date, mut left) = (local.date(), days);
    while left > 0 {
        let Some(next) = date.succ_opt() else { break };
        date = next;
        if !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
            left -= 1;
        }
    }
    bound(zone, date.and_time(local.time()))
}
