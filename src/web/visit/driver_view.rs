//! One drive of the driver's page, or one stay of the sitter's, in ready words: when to come, until when, what can be said of it.

use super::LinkVisitor;
use crate::domain::companions::Companion;
use crate::domain::drivers::{DaySign, DriveStatus, Legs, may_sign};
use crate::mail::calendar;
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::words::Words;

/// One drive in ready words.
pub(super) struct DriveRow {
    pub id: String,
    /// Its id and the visit's version, as the form sends them.
    pub value: String,
    pub day: String,
    pub machine: String,
    pub bring: String,
    /// When the way home begins; a sitter has none.
    pub home: Option<String>,
    pub free: String,
    /// What the driver said; `None` while the question stands or is asked again.
    pub answer: Option<String>,
    /// Whether they said no (the page says different things then).
    pub declined: bool,
    /// Whether the answer can be changed to either.
    pub may_change: bool,
    /// The button that takes a yes back in one press.
    pub withdraw: Option<String>,
    /// The two answers.
    pub yes: String,
    pub no: String,
    /// Where they said they are, on the day.
    pub sign: Option<String>,
    /// What they can say of where they are.
    pub signs: Vec<(&'static str, String)>,
}

/// A drive in words; the one `change` names is asked again.
pub(super) fn row(
    visitor: &LinkVisitor,
    drive: &Drive,
    visit: &Appointment,
    name: &str,
    change: &str,
) -> DriveRow {
    let (w, f) = (visitor.w(), visitor.f());
    let day = f.long_day(f.date_of(visit.starts_at));
    let place = visitor.site.address.as_str();
    let is_ahead = visit.status.is_ahead();
    let pick = |driver, sitter| visit.companion.pick(driver, sitter);
    let answer = match drive.status {
        _ if is_ahead && drive.id.to_string() == change => None,
        DriveStatus::Confirmed => {
            Some(w.f(pick("driver-page-yes-done", "sitter-page-yes-done"), [("day", &day)]))
        }
        DriveStatus::Declined => Some(w.f("driver-page-no-done", [("patient", name)])),
        DriveStatus::Asked | DriveStatus::Replaced => None,
    };
    let (from, to) = visit.pick_up(visitor.app.config.rules.pick_up, visitor.now());
    let (first, last) = f.between(from, to);
    let window = w.f("pick-up-between", [("from", &first), ("to", &last)]);
    let until = f.time(calendar::driver_free_until(visit).max(to));
    let come_by = f.time(visit.starts_at);
    let said_yes = drive.status == DriveStatus::Confirmed && answer.is_some();
    let on_the_day = f.date_of(visit.starts_at) == f.today();
    let signs_now = said_yes && may_sign(drive.status, visit.status, on_the_day);
    // Who is asked while the patient is here is asked for the way home.
    let asked_late = visit.status.is_here() && drive.status == DriveStatus::Asked;
    let (bring, home, free) = match visit.companion {
        Companion::Driver => (
            match drive.legs {
                Legs::Both if !asked_late => {
                    w.f("driver-page-bring", [("patient", name), ("place", place), ("time", &come_by)])
                }
                Legs::Both | Legs::Home => {
                    w.f("driver-page-home-only", [("patient", name), ("place", place)])
                }
            },
            Some(w.f("driver-page-home", [("patient", name), ("window", &window)])),
            w.f("driver-page-free", [("time", &until)]),
        ),
        Companion::Sitter => (
            w.f("sitter-page-be", [("patient", name), ("time", &come_by)]),
            None,
            w.f("sitter-page-until", [("patient", name), ("time", &until)]),
        ),
    };
    DriveRow {
        id: drive.id.to_string(),
        value: format!("{}:{}", drive.id, visit.version),
        machine: f.machine(visit.starts_at),
        bring,
        home,
        free,
        day,
        declined: drive.status == DriveStatus::Declined && answer.is_some(),
        may_change: is_ahead,
        withdraw: said_yes.then(|| w.t(pick("driver-page-withdraw", "sitter-page-withdraw"))),
        yes: w.t(pick("driver-page-yes", "sitter-page-yes")),
        no: w.t(pick("driver-page-no", "sitter-page-no")),
        sign: drive.sign.zip(drive.sign_at).filter(|_| signs_now).map(|(sign, at)| {
            let key = match sign {
                DaySign::OnTheWay => "driver-page-on-the-way",
                DaySign::Waiting => pick("driver-page-waiting", "sitter-page-there"),
            };
            w.f(key, [("time", &f.time(at))])
        }),
        signs: if signs_now { signs(w, visit.companion, drive.sign) } else { Vec::new() },
        answer,
    }
}

/// What a driver or sitter can say now: what they have not said yet, and a way to take it back.
fn signs(w: Words, companion: Companion, now: Option<DaySign>) -> Vec<(&'static str, String)> {
    let mut signs = Vec::new();
    if now != Some(DaySign::OnTheWay) {
        signs.push((DaySign::OnTheWay.as_str(), w.t("driver-page-say-on-the-way")));
    }
    if now != Some(DaySign::Waiting) {
        let key = companion.pick("driver-page-say-waiting", "sitter-page-say-there");
        signs.push((DaySign::Waiting.as_str(), w.t(key)));
    }
    if now.is_some() {
        signs.push(("none", w.t("driver-page-say-none")));
    }
    signs
}
