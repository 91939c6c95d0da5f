//! One line of the worklist in words: how urgent, what, about whom, and the one act that helps.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::actions::worklist::WorkLine;
use crate::domain::companions::Companion;
use crate::domain::driver_ladder::LadderStep;
use crate::domain::ids::WorkItemId;
use crate::domain::intake::IntakeState;
use crate::domain::patients::first_name;
use crate::domain::worklist::WorkKind;
use crate::store::outbox::DROPPED;
use crate::web::kit::Fields;
use crate::words::Words;
use crate::words::format::{Format, duration};

/// How far ahead a due time reads as hours, not as a date.
const SOON: TimeDelta = TimeDelta::hours(48);

/// A line as the page shows it.
pub struct LineView {
    /// Its id, if it is stored; what follows from the book leaves by itself.
    pub item: Option<String>,
    /// Whether it leaves only by a review: it is neither marked done nor put off.
    pub is_urgent: bool,
    /// `late`, `due` or nothing, for the style sheet.
    pub class: &'static str,
    /// "Due in 20 h".
    pub due: String,
    /// "Driver missing".
    pub kind: String,
    /// "Ana Ruiz, Infusion, Wed, Dec 2, 10:00 AM".
    pub about: String,
    /// The patient's chart.
    pub chart: Option<String>,
    /// What happened.
    pub note: String,
    /// Phone as written.
    pub phone: String,
    /// Where the one act goes, and its words.
    pub act: Option<(String, String)>,
    /// Where the address is put right that a message was refused at.
    pub fix: Option<String>,
    /// The POST that sends the message again.
    pub again: Option<String>,
    /// Where else it can be helped, and the words.
    pub more: Vec<(String, String)>,
    /// What to say on the phone.
    pub script: Option<String>,
    /// "Until Wed, Dec 2, 9:00 AM: she calls back".
    pub snoozed: Option<String>,
    /// Whether its snooze form stands open, refused.
    pub is_refused: bool,
    /// What was chosen and typed there, with the messages.
    pub hours: String,
    /// The reason typed.
    pub why: String,
    /// Message at the hours.
    pub hours_error: Option<String>,
    /// Message at the reason.
    pub why_error: Option<String>,
}

/// A line in words; `refused` is the one whose snooze form comes back with `fields`.
pub fn line(
    w: Words,
    f: Format,
    now: DateTime<Utc>,
    line: &WorkLine,
    refused: Option<WorkItemId>,
    fields: &Fields,
) -> LineView {
    let is_refused = line.item.is_some() && line.item == refused;
    let typed = |name: &str| if is_refused { fields.get(name).to_owned() } else { String::new() };
    let message = |name: &str| {
        let field = line.item.filter(|_| is_refused).map(|id| format!("{name}-{id}"))?;
        fields.error(&field).map(str::to_owned)
    };
    let at_once = line.kind.is_urgent() || line.kind == WorkKind::NoDecision;
    let (class, due) =
        if at_once { ("late", w.t("worklist-now")) } else { due_words(w, f, now, line.due_at) };
    LineView {
        item: line.item.map(|id| id.to_string()),
        is_urgent: line.kind.is_urgent(),
        class,
        due,
        kind: w.t(kind_key(line)),
        about: about(w, f, line),
        chart: line.patient.as_ref().map(|one| format!("/patients/{}", one.id)),
        note: note(w, f, line),
        phone: line.phone.clone().unwrap_or_default(),
        act: act(w, line),
        fix: None,
        again: None,
        more: more(w, line),
        script: script(w, f, line),
        snoozed: line.snoozed_until.filter(|until| *until > now).map(|until| {
            let why = line.snooze_reason.as_deref().unwrap_or_default();
            w.f("worklist-until", [("when", f.when(until).as_str()), ("why", why)])
        }),
        is_refused,
        hours: typed("hours"),
        why: typed("why"),
        hours_error: message("hours"),
        why_error: message("why"),
    }
}

/// The kind's word; at home it is a sitter who is missing.
fn kind_key(line: &WorkLine) -> &'static str {
    let at_home = line.appointment.as_ref().is_some_and(|visit| visit.companion == Companion::Sitter);
    match line.kind {
        WorkKind::MailLate if line.note == DROPPED => "work-mail-left-out",
        WorkKind::DriverMissing if at_home => "work-sitter-missing",
        WorkKind::DriverDeclined if at_home => "work-sitter-declined",
        WorkKind::DriverDecision if at_home => "work-sitter-decision",
        WorkKind::DriverWithdrew if at_home => "work-sitter-withdrew",
        WorkKind::DriverAddressWrong if at_home => "work-sitter-address-wrong",
        kind => kind.word_key(),
    }
}

/// What happened, in words: a driver's bare name says nothing by itself.
fn note(w: Words, f: Format, line: &WorkLine) -> String {
    let day = || line.note.parse().map(|day: NaiveDate| f.day(day)).unwrap_or_default();
    let at_home = line.appointment.as_ref().is_some_and(|visit| visit.companion == Companion::Sitter);
    match line.kind {
        WorkKind::DecideAgain => w.f("worklist-decide-again", [("day", day().as_str())]),
        WorkKind::DecisionEnds => w.f("worklist-decision-ends", [("day", day().as_str())]),
        WorkKind::NoDecision => {
            let first = line.appointment.as_ref().map(|visit| f.day(f.date_of(visit.starts_at)));
            let number = line.note.parse().unwrap_or(1);
            w.nf("worklist-no-decision", number, [("day", first.unwrap_or_default().as_str())])
        }
        WorkKind::DriverDeclined if at_home => {
            w.f("worklist-sitter-declined", [("name", line.note.as_str())])
        }
        WorkKind::DriverMissing if !line.note.is_empty() => {
            w.f("worklist-unanswered", [("name", line.note.as_str())])
        }
        WorkKind::DriverDeclined => w.f("worklist-declined", [("name", line.note.as_str())]),
        WorkKind::DriverMissing => w.t("worklist-nobody"),
        WorkKind::NoAddress => w.t("worklist-call-instead"),
        WorkKind::MailLate if line.note == DROPPED => w.t("worklist-left-out"),
        WorkKind::MailLate => w.t("worklist-late"),
        WorkKind::Phq9Item9 => w.t("worklist-item9"),
        WorkKind::AbsenceHit => w.f("worklist-away", [("name", line.note.as_str())]),
        WorkKind::DriverDecision => w.t("worklist-decide-driver"),
        WorkKind::DriverWithdrew => {
            let key = if at_home { "worklist-sitter-withdrew" } else { "worklist-withdrew" };
            w.f(key, [("name", line.note.as_str())])
        }
        WorkKind::DriverAddressWrong => w.f("worklist-address-wrong", [("name", line.note.as_str())]),
        WorkKind::AddressBounced => w.f("worklist-bounced", [("name", unreached(line))]),
        WorkKind::PatientAddressWrong => w.t("worklist-patient-address-wrong"),
        WorkKind::PatientCanceled => w.t("worklist-patient-canceled"),
        WorkKind::IntakeWaits => {
            IntakeState::parse(&line.note).map(|state| w.t(state.word_key())).unwrap_or_default()
        }
        _ => line.note.clone(),
    }
}

/// Whose mail comes back: a driver's, else the patient's.
fn unreached(line: &WorkLine) -> &str {
    let driver = line.driver.as_ref().and_then(|driver| driver.name.as_deref());
    driver.or(line.patient.as_ref().map(|patient| patient.called())).unwrap_or_default()
}

fn due_words(w: Words, f: Format, now: DateTime<Utc>, due: DateTime<Utc>) -> (&'static str, String) {
    let span = whole(due - now);
    if due < now {
        return ("late", w.f("worklist-overdue", [("span", span.as_str())]));
    }
    if f.date_of(due) == f.today() {
        return ("due", w.f("worklist-today", [("time", f.time(due).as_str())]));
    }
    if due - now < SOON {
        return ("due", w.f("worklist-due-in", [("span", span.as_str())]));
    }
    ("", w.f("worklist-due-on", [("day", f.day(f.date_of(due)).as_str())]))
}

/// Whole hours from an hour on: nobody plans by "20 h 13 min".
fn whole(span: TimeDelta) -> String {
    let span = span.abs();
    if span < TimeDelta::hours(1) {
        return duration(span.max(TimeDelta::minutes(1)));
    }
    if span < SOON { format!("{} h", span.num_hours()) } else { duration(span) }
}

fn about(w: Words, f: Format, line: &WorkLine) -> String {
    let name = line.patient.as_ref().map(|one| one.full_name.as_str()).unwrap_or_default();
    match &line.appointment {
        Some(visit) => w.f(
            "worklist-about",
            [("name", name), ("visit", visit.name.as_str()), ("when", f.when(visit.starts_at).as_str())],
        ),
        None => name.to_owned(),
    }
}

/// The one act of a line. Where what it needs is missing (no phone, no visit), the chart opens.
fn act(w: Words, line: &WorkLine) -> Option<(String, String)> {
    let patient = line.patient.as_ref().map(|one| one.id);
    let chart = patient.map(|id| (format!("/patients/{id}"), w.t("worklist-act-chart")));
    let best = match line.kind {
        WorkKind::DriverDeclined | WorkKind::DriverMissing | WorkKind::DriverAddressWrong => {
            line.appointment.as_ref().map(|visit| {
                let key = visit.companion.pick("worklist-act-driver", "worklist-act-sitter");
                (format!("/appointments/{}/driver", visit.id), w.t(key))
            })
        }
        WorkKind::Unconfirmed
        | WorkKind::HoldEnded
        | WorkKind::PatientAsks
        | WorkKind::AsksForTime
        | WorkKind::PatientAddressWrong
        | WorkKind::PatientCanceled => {
            line.phone.as_deref().map(|phone| (dial(phone), w.f("worklist-act-call", [("phone", phone)])))
        }
        WorkKind::NoAddress | WorkKind::AddressBounced => {
            patient.map(|id| (format!("/patients/{id}/edit"), w.t("worklist-act-address")))
        }
        WorkKind::MailFailed => line.message.map(|id| (format!("/outbox/{id}"), w.t("worklist-act-message"))),
        WorkKind::MailLate => {
            patient.map(|id| (format!("/outbox?show=not-needed&patient={id}"), w.t("worklist-act-messages")))
        }
        WorkKind::Phq9Item9 => patient.map(|id| (format!("/patients/{id}/mood"), w.t("worklist-act-review"))),
        WorkKind::DriverWithdrew => line
            .appointment
            .as_ref()
            .map(|visit| (format!("/appointments/{}", visit.id), w.t("worklist-act-visit"))),
        WorkKind::AbsenceHit | WorkKind::DriverDecision => line
            .appointment
            .as_ref()
            .map(|visit| (format!("/appointments/{}/move", visit.id), w.t("worklist-act-move"))),
        WorkKind::ReviewDue | WorkKind::Refer => {
            line.about.map(|id| (format!("/series/{id}/review"), w.t("worklist-act-hold-review")))
        }
        WorkKind::DecideAgain | WorkKind::DecisionEnds => {
            patient.map(|id| (format!("/patients/{id}/decide"), w.t("worklist-act-decide")))
        }
        WorkKind::PlanSeries => patient.map(|id| (format!("/patients/{id}/plan"), w.t("worklist-act-plan"))),
        WorkKind::IntakeWaits => Some(("/intake".to_owned(), w.t("worklist-act-intake"))),
        WorkKind::Override | WorkKind::NoDecision => None,
    };
    best.or(chart)
}

/// What helps besides: the one to call about a driver, and the time released.
fn more(w: Words, line: &WorkLine) -> Vec<(String, String)> {
    let call = |phone: &str| (dial(phone), w.f("worklist-act-call", [("phone", phone)]));
    match line.kind {
        WorkKind::DriverDecision => line
            .appointment
            .iter()
            .map(|visit| (format!("/appointments/{}/cancel", visit.id), w.t("worklist-act-release")))
            .collect(),
        WorkKind::AddressBounced => line.phone.as_deref().map(call).into_iter().collect(),
        WorkKind::PatientAddressWrong => line
            .patient
            .iter()
            .map(|one| (format!("/patients/{}/edit", one.id), w.t("worklist-act-address")))
            .collect(),
        // Who was asked can answer best; the patient is the next to call.
        WorkKind::DriverMissing if desk_calls(line) => {
            let asked = line.driver.as_ref().and_then(|driver| {
                let (name, phone) = (driver.name.as_deref()?, driver.phone.as_deref()?);
                Some((dial(phone), w.f("drivers-call", [("name", first_name(name)), ("phone", phone)])))
            });
            asked.or_else(|| line.phone.as_deref().map(call)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Whether the visit is so near that the desk calls.
fn desk_calls(line: &WorkLine) -> bool {
    line.driver.as_ref().is_some_and(|driver| driver.standing.has_reached(LadderStep::DeskCalls))
}

/// What the desk says on the phone about a missing driver or sitter: to who was asked, if somebody can be called, else to the patient.
fn script(w: Words, f: Format, line: &WorkLine) -> Option<String> {
    if line.kind != WorkKind::DriverMissing || !desk_calls(line) {
        return None;
    }
    let (visit, patient) = (line.appointment.as_ref()?, line.patient.as_ref()?);
    let (when, called) = (f.long_when(visit.starts_at), patient.called());
    let pick = |driver, sitter| visit.companion.pick(driver, sitter);
    let asked = line.driver.as_ref().and_then(|driver| driver.name.as_deref().zip(driver.phone.as_deref()));
    Some(match asked {
        Some((name, _)) => {
            let args = [("driver", name), ("patient", first_name(called)), ("when", when.as_str())];
            w.f(pick("driver-script-asked", "sitter-script-asked"), args)
        }
        None => {
            let key = pick("driver-script-patient", "sitter-script-patient");
            w.f(key, [("name", called), ("when", when.as_str())])
        }
    })
}

/// A `tel:` address: the digits, and the plus of a country code.
pub fn dial(phone: &str) -> String {
    format!("tel:{}", phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn due_times_read_as_people_say_them() {
        let now = Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap();
        let f = Format::new(chrono_tz::America::New_York, now);
        let words = |minutes| due_words(Words::default(), f, now, now + TimeDelta::minutes(minutes));
        assert_eq!(words(20 * 60 + 13), ("due", "Due in 20 h".to_owned()));
        assert_eq!(words(-125), ("late", "Overdue by 2 h".to_owned()));
        assert_eq!(words(360), ("due", "Today, by 4:00 PM".to_owned()));
        assert_eq!(words(5 * 1440), ("", "Due Sun, Dec 6".to_owned()));
    }

    #[test]
    fn a_phone_is_dialed_by_its_digits() {
        assert_eq!(dial("+1 (555) 010-0144"), "tel:+15550100144");
    }
}
