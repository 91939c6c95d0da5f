//! One treatment of the drivers' page in words: who drives, since when nobody does, what comes next.

use super::worklist_line::dial;
use super::{Desk, visit, visit_words};
use crate::actions::drivers_week::DriveAhead;
use crate::domain::driver_ladder::{LadderStep, Rung};
use crate::domain::drivers::{DriveStatus, DriverNeed};
use crate::domain::patients::{chart_name, first_name};
use crate::web::kit::Fields;
use crate::web::kit::back::with_back;
use crate::words::Words;

/// A treatment as the page shows it.
pub struct Row {
    /// The visit's id.
    pub id: String,
    /// "10:00 AM".
    pub time: String,
    /// For `<time datetime>`.
    pub machine: String,
    /// The visit's page.
    pub href: String,
    /// "PARK, Jin".
    pub name: String,
    /// "Jin Park", for buttons.
    pub full_name: String,
    /// How it stands for a driver, and the class of that.
    pub class: &'static str,
    /// The word of it.
    pub state: String,
    /// The driver's name; empty if nobody is named.
    pub driver: String,
    /// Which ways they take on, or that they stay.
    pub legs: String,
    /// "Pick-up between 12:45 and 1:15 PM".
    pub pick_up: Option<String>,
    /// Where they say they are.
    pub sign: Option<String>,
    /// That mail to them comes back, and where that is put right.
    pub bounces: Option<(String, String)>,
    /// The last step reached.
    pub reached: Option<String>,
    /// The step that comes next, and when.
    pub next: Option<String>,
    /// Whom to call: the address and the button's words.
    pub calls: Vec<(String, String)>,
    /// The drive that can be asked again by mail, or answered for by phone.
    pub drive: Option<String>,
    /// Whether the driver can be asked again.
    pub ask_driver: bool,
    /// Whether the patient can be asked again.
    pub ask_patient: bool,
    /// Whether somebody can be named.
    pub may_name: bool,
    /// The words of that button.
    pub name_act: String,
    /// What was typed of who told the desk, and the message there.
    pub said_by: String,
    /// Message at that field.
    pub said_by_error: Option<String>,
}

/// A row in words; `typed` is the refused form of this row.
pub fn row(desk: &Desk, one: &DriveAhead, typed: Option<&Fields>) -> Row {
    let (w, f) = (desk.w(), desk.f());
    let drive = one.drive.as_ref();
    let is_ahead = one.visit.status.is_ahead() && one.visit.starts_at > desk.now();
    let asked = drive.filter(|drive| drive.status == DriveStatus::Asked && is_ahead);
    let by_mail = one.patient.mail_address().is_some();
    let pick = |driver, sitter| one.visit.companion.pick(driver, sitter);
    let rung = |rung: Rung| (step_words(w, rung.step, one), f.when(rung.at));
    Row {
        id: one.visit.id.to_string(),
        time: f.time(one.visit.starts_at),
        machine: f.machine(one.visit.starts_at),
        href: format!("/appointments/{}", one.visit.id),
        name: chart_name(&one.patient.sort_name),
        full_name: one.patient.full_name.clone(),
        class: class(one),
        state: w.t(one.need.word_key()),
        driver: drive.map(|drive| drive.full_name.clone()).unwrap_or_default(),
        legs: drive.map(|drive| w.t(pick(drive.legs.word_key(), "sitter-heading"))).unwrap_or_default(),
        pick_up: visit::pick_up(desk, &one.visit),
        sign: drive.and_then(|drive| visit_words::sign_text(w, f, &one.visit, drive)),
        bounces: drive.filter(|_| one.mail_bounces).map(|drive| {
            let fix = with_back(&format!("/drivers/{}/contact", drive.driver_id), "/drivers");
            (w.f("drivers-mail-bounces", [("name", drive.full_name.as_str())]), fix)
        }),
        reached: one
            .standing
            .reached
            .map(rung)
            .map(|(step, when)| w.f("drivers-reached", [("step", step.as_str()), ("when", when.as_str())])),
        next: one
            .standing
            .next
            .map(rung)
            .map(|(step, when)| w.f("drivers-next", [("step", step.as_str()), ("when", when.as_str())])),
        calls: calls(w, one),
        drive: asked.map(|drive| drive.id.to_string()),
        ask_driver: asked.is_some() && one.has_mail,
        ask_patient: drive.is_none() && is_ahead && by_mail,
        may_name: is_ahead || one.visit.status.is_here(),
        name_act: w.t(match drive {
            None => pick("driver-name-one", "sitter-name-one"),
            Some(_) => pick("driver-name-another", "sitter-name-another"),
        }),
        said_by: match typed {
            Some(fields) => fields.get("said_by").to_owned(),
            // Most often it is the driver who picks up the phone.
            None => drive.map(|drive| drive.full_name.clone()).unwrap_or_default(),
        },
        said_by_error: typed
            .zip(drive)
            .and_then(|(fields, drive)| fields.error(&format!("said_by-{}", drive.id)).map(str::to_owned)),
    }
}

/// The nearer to the day without a yes, the louder.
fn class(one: &DriveAhead) -> &'static str {
    match one.need {
        DriverNeed::Confirmed | DriverNeed::NotNeeded => "st-ok",
        _ if one.standing.has_reached(LadderStep::ClinicianDecides) => "st-bad",
        DriverNeed::Missing => "st-warn",
        DriverNeed::Unanswered if one.standing.has_reached(LadderStep::DeskCalls) => "st-warn",
        DriverNeed::Unanswered => "st-confirmed",
    }
}

/// A step as it applies: where somebody is named, it is they who are reminded.
fn step_words(w: Words, step: LadderStep, one: &DriveAhead) -> String {
    match (step, one.need) {
        (LadderStep::AskPatient, DriverNeed::Unanswered) => {
            w.t(one.visit.companion.pick("ladder-remind-driver", "ladder-remind-sitter"))
        }
        (step, _) => w.t(step.word_key()),
    }
}

/// Who can be called: the driver, and the patient while nobody has said yes.
fn calls(w: Words, one: &DriveAhead) -> Vec<(String, String)> {
    let call = |name: &str, phone: &str| {
        (dial(phone), w.f("drivers-call", [("name", first_name(name)), ("phone", phone)]))
    };
    let drive = one.drive.as_ref();
    let driver = drive.and_then(|drive| Some((drive.full_name.as_str(), drive.phone.as_deref()?)));
    let wanted = one.need != DriverNeed::Confirmed;
    let patient = one.patient.phone.as_deref().filter(|_| wanted).map(|phone| (one.patient.called(), phone));
    driver.into_iter().chain(patient).map(|(name, phone)| call(name, phone)).collect()
}
