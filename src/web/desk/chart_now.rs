//! The top of the chart: where the patient stands, who has the ball, the one thing to do next with its button, what is missing.

use super::Desk;
use super::chart_parts::Known;
use super::intake_words::NextAct;
use super::recall::{plan_path, state_words};
use crate::actions::pathway::Pathway;
use crate::actions::recall_book::booster_for;
use crate::actions::worklist::is_for;
use crate::domain::appointments::SeriesStatus;
use crate::domain::ids::{AppointmentId, PatientId};
use crate::domain::intake::IntakeState;
use crate::domain::pathway::{Stage, Visit};
use crate::domain::pathway_next::{Lack, Next};
use crate::domain::recall::DueState;
use crate::domain::roles::Permission::{Book, DecideCandidacy, RunVisit, SeeDesk};
use crate::domain::worklist::WorkKind;
use crate::store::work_items::WorkItem;
use crate::web::kit::idempotency;

/// Something missing, and where it is settled.
pub struct LackLine {
    /// The sentence.
    pub text: String,
    /// Where; empty where this person cannot settle it.
    pub path: String,
}

/// The top of the chart.
pub struct Now {
    /// Class of the stage's word.
    pub class: &'static str,
    /// "Induction: treatment 3 of 6".
    pub stage: String,
    /// "With the patient since Nov 20".
    pub ball: String,
    /// What to do next.
    pub todo: String,
    /// Its button, if this person may.
    pub act: Option<NextAct>,
    /// What is missing right now.
    pub lacks: Vec<LackLine>,
    /// Where a posted act returns to.
    pub back: String,
    /// Keeps a double press single.
    pub key: String,
}

/// Words the top of a patient's chart; `work` are open lines of the worklist about them.
pub fn now(desk: &Desk, known: &Known, patient: PatientId, path: &Pathway, work: &[WorkItem]) -> Now {
    let (w, f) = (known.w, known.f);
    let who = w.t(path.ball.holder.word_key());
    let ball = match path.ball.since {
        Some(day) => w.f("path-ball-since", [("who", who.as_str()), ("day", f.day_month(day).as_str())]),
        None => who,
    };
    let mut lacks: Vec<LackLine> =
        path.lacks.iter().map(|lack| lack_line(desk, known, patient, *lack)).collect();
    lacks.extend(work_lines(desk, known, work));
    Now {
        class: class(path.stage),
        stage: stage_words(known, path),
        ball,
        todo: todo(known, path),
        act: act(desk, patient, path),
        lacks,
        back: format!("/patients/{patient}"),
        key: idempotency::new_key(),
    }
}

fn class(stage: Stage) -> &'static str {
    match stage {
        Stage::Running { .. } | Stage::Single { .. } => "st-active",
        Stage::Consultation { .. } | Stage::ReviewBooked { .. } => "st-confirmed",
        Stage::Held { .. } => "st-held",
        Stage::Suitable => "st-ok",
        Stage::NotSuitable | Stage::Boosters(DueState::Overdue { .. }) => "st-bad",
        Stage::ToDecide { .. }
        | Stage::Ended { .. }
        | Stage::Deferred { .. }
        | Stage::Paused { .. }
        | Stage::ReviewDue { .. }
        | Stage::Another
        | Stage::Boosters(DueState::Recommended { .. })
        | Stage::Intake(IntakeState::Returned) => "st-warn",
        Stage::New | Stage::Intake(_) | Stage::Boosters(_) => "st-booked",
        Stage::RecallStopped | Stage::Referred | Stage::Closed => "st-gone",
    }
}

/// Where they stand, in few words.
fn stage_words(known: &Known, path: &Pathway) -> String {
    let (w, f) = (known.w, known.f);
    match path.stage {
        Stage::New => w.t("path-new"),
        Stage::Intake(state) => intake_words(known, state),
        Stage::Consultation { at } => w.f("path-consultation", [("when", f.when(at).as_str())]),
        Stage::ToDecide { since } => w.f("path-to-decide", [("day", f.day_month(since).as_str())]),
        Stage::Suitable => w.t("path-suitable"),
        Stage::Deferred { until: Some(day) } => {
            w.f("path-deferred-until", [("day", f.day_month(day).as_str())])
        }
        Stage::Deferred { until: None } => w.t("path-deferred"),
        Stage::NotSuitable => w.t("path-not-suitable"),
        Stage::Ended { on } => w.f("path-ended", [("day", f.day_month(on).as_str())]),
        Stage::Held { until: Some(at), .. } => w.f("path-held-until", [("when", f.when(at).as_str())]),
        Stage::Held { until: None, .. } => w.t("path-held"),
        Stage::Running { index, of } => {
            let name = programme(known, path);
            let (index, of) = (index.to_string(), of.to_string());
            w.f("path-running", [("name", name.as_str()), ("index", index.as_str()), ("of", of.as_str())])
        }
        Stage::Single { at } => {
            let visit = path.visits.iter().find(|visit| visit.is_treatment() && visit.starts_at == at);
            let series = visit.and_then(|visit| visit.series_id).and_then(|id| known.series.get(&id));
            let name = match (series, visit) {
                (Some(series), _) => known.protocol_name(series.protocol_id),
                (None, Some(visit)) => visit.name.clone(),
                (None, None) => String::new(),
            };
            w.f("path-single", [("name", name.as_str()), ("when", f.when(at).as_str())])
        }
        Stage::Paused { since, .. } => w.f("path-paused", [("day", f.day_month(since).as_str())]),
        Stage::ReviewBooked { at } => w.f("path-review-booked", [("when", f.when(at).as_str())]),
        Stage::ReviewDue { .. } => w.t("path-review-due"),
        Stage::Boosters(state) => w.f("path-boosters", [("state", state_words(w, f, state).as_str())]),
        Stage::RecallStopped => w.t("path-recall-stopped"),
        Stage::Another => w.t("path-another"),
        Stage::Referred => w.t("path-referred"),
        Stage::Closed => w.t("path-closed"),
    }
}

fn intake_words(known: &Known, state: IntakeState) -> String {
    let w = known.w;
    match state {
        IntakeState::Inquiry => w.t("path-inquiry"),
        IntakeState::PacketSent => w.t("path-packet-out"),
        IntakeState::Started => w.t("path-packet-begun"),
        IntakeState::Returned => w.t("path-packet-back"),
        IntakeState::MoreAsked => w.t("path-more-asked"),
        IntakeState::Offered => w.t("path-offered"),
        IntakeState::Declined => w.t("path-declined"),
        IntakeState::Closed => w.t("path-intake-closed"),
    }
}

/// The programme of the running course.
fn programme(known: &Known, path: &Pathway) -> String {
    let running = path.series.iter().find(|one| one.status == SeriesStatus::Active);
    let Some(series) = running else { return String::new() };
    let named = known.protocols.get(&series.protocol_id).map(|protocol| protocol.programme.clone());
    named.filter(|name| !name.is_empty()).unwrap_or_else(|| known.protocol_name(series.protocol_id))
}

/// When a visit is, in words.
fn visit_when(known: &Known, path: &Pathway, id: AppointmentId) -> String {
    let visit = path.visits.iter().find(|visit| visit.id == id);
    visit.map(|visit| known.f.when(visit.starts_at)).unwrap_or_default()
}

fn todo(known: &Known, path: &Pathway) -> String {
    let w = known.w;
    let when = |id| visit_when(known, path, id);
    match path.next {
        Next::TakeInquiry => w.t("path-todo-inquiry"),
        Next::SendForm(_) => w.t("path-todo-form"),
        Next::AskAgain(_) => w.t("path-todo-again"),
        Next::ReadAnswers(_) => w.t("path-todo-answers"),
        Next::TellAnswer(_) => w.t("path-todo-tell"),
        Next::BookConsultation => w.t("path-todo-consultation"),
        Next::Decide => w.t("path-todo-decide"),
        Next::PlanCourse => w.t("path-todo-plan"),
        Next::PlanBooster => w.t("path-todo-booster"),
        Next::AnswerHold(_) => w.t("path-todo-hold"),
        Next::NameDriver(id) => w.f("path-todo-driver", [("when", when(id).as_str())]),
        Next::RecordDriver(id) => {
            let name = known.drives.get(&id).map(|drive| drive.full_name.clone()).unwrap_or_default();
            w.f("path-todo-answer", [("name", name.as_str()), ("when", when(id).as_str())])
        }
        Next::Confirm(id) => w.f("path-todo-confirm", [("when", when(id).as_str())]),
        Next::CheckIn(id) => w.f("path-todo-check-in", [("when", when(id).as_str())]),
        Next::Follow(_) => w.t("path-todo-follow"),
        Next::Settle(id) => w.f("path-todo-settle", [("when", when(id).as_str())]),
        Next::Resume(_) => w.t("path-todo-resume"),
        Next::HoldReview(_) => w.t("path-todo-review"),
        Next::Wait => w.t("path-todo-nothing"),
    }
}

/// The button of the next step; `None` where there is none, or this person's role does not allow it.
fn act(desk: &Desk, patient: PatientId, path: &Pathway) -> Option<NextAct> {
    let w = desk.w();
    let own = |page: &str| format!("/patients/{patient}/{page}");
    let visit = |id: AppointmentId| format!("/appointments/{id}");
    let (permission, text, to) = match path.next {
        Next::TakeInquiry => (Book, w.t("intake-new"), format!("/intake/new?patient={patient}")),
        Next::SendForm(id) => (Book, w.t("intake-act-send"), format!("/intake/{id}/send")),
        Next::AskAgain(id) => (Book, w.t("intake-act-again"), format!("/intake/{id}/send")),
        Next::ReadAnswers(id) => (DecideCandidacy, w.t("intake-act-review"), format!("/intake/{id}/review")),
        Next::TellAnswer(id) => (Book, w.t("intake-act-note"), format!("/intake/{id}")),
        Next::BookConsultation => (Book, w.t("intake-act-book"), own("book")),
        Next::Decide => (DecideCandidacy, w.t("chart-decide"), own("decide")),
        Next::PlanCourse => (Book, w.t("chart-plan"), own("plan")),
        Next::PlanBooster => {
            (Book, w.t("recall-plan"), booster_path(desk, path).unwrap_or_else(|| own("plan")))
        }
        Next::AnswerHold(id) => (Book, w.t("chart-open-held"), format!("/series/{id}")),
        Next::NameDriver(id) => (Book, w.t("driver-name-one"), format!("{}/driver", visit(id))),
        Next::RecordDriver(id) => (Book, w.t("path-act-answer"), format!("{}/driver", visit(id))),
        Next::Confirm(id) => (Book, w.t("appointment-act-confirm"), format!("{}/confirm", visit(id))),
        Next::CheckIn(id) | Next::Settle(id) => (RunVisit, w.t("path-act-visit"), visit(id)),
        Next::Follow(id) => (SeeDesk, w.t("path-act-visit"), visit(id)),
        Next::Resume(id) => {
            (Book, w.t("series-change-resume-link"), format!("/series/{id}/change?change=resume"))
        }
        Next::HoldReview(id) => {
            (DecideCandidacy, w.t("worklist-act-hold-review"), format!("/series/{id}/review"))
        }
        Next::Wait => return None,
    };
    let is_post = matches!(path.next, Next::SendForm(_) | Next::AskAgain(_) | Next::Confirm(_));
    desk.may(permission).then_some(NextAct { text, path: to, is_post })
}

/// The plan page with the booster chosen, from the day it is due.
fn booster_path(desk: &Desk, path: &Pathway) -> Option<String> {
    let one = path.recalled.as_ref()?;
    let mut protocols: Vec<_> = path.protocols.values().cloned().collect();
    protocols.sort_by(|a, b| a.name.cmp(&b.name));
    let booster = booster_for(&protocols, &one.last)?;
    Some(plan_path(one, booster, desk.today()))
}

fn lack_line(desk: &Desk, known: &Known, patient: PatientId, lack: Lack) -> LackLine {
    let (w, f) = (known.w, known.f);
    let may_book = desk.may(Book);
    let line = |text: String, path: String| LackLine { text, path };
    let visit = |visit: Visit| format!("/appointments/{}", visit.id);
    let driver = |one: Visit| if may_book { format!("{}/driver", visit(one)) } else { visit(one) };
    let may_decide = desk.may(DecideCandidacy);
    let decide = || if may_decide { format!("/patients/{patient}/decide") } else { String::new() };
    match lack {
        Lack::Passed(one) => line(w.f("path-lack-passed", [("when", f.when(one.at).as_str())]), visit(one)),
        Lack::Driver(one, more) => {
            line(w.nf("path-lack-driver", more, [("when", f.when(one.at).as_str())]), driver(one))
        }
        Lack::DriverAnswer(one, more) => {
            line(w.nf("path-lack-answer", more, [("when", f.when(one.at).as_str())]), driver(one))
        }
        Lack::Confirmation(one, more) => {
            line(w.nf("path-lack-confirmation", more, [("when", f.when(one.at).as_str())]), visit(one))
        }
        Lack::Talk { index } => {
            line(w.f("path-lack-talk", [("index", index.to_string().as_str())]), "#series".to_owned())
        }
        Lack::NotBooked(count) => line(w.n("path-lack-not-booked", count), "#series".to_owned()),
        Lack::CandidacyGap(day) => line(w.f("path-lack-gap", [("day", f.day(day).as_str())]), decide()),
        Lack::CandidacyEnds(day) => line(w.f("path-lack-ends", [("day", f.day(day).as_str())]), decide()),
        Lack::Estimate(day) => {
            let path = if may_book { "#money" } else { "" };
            line(w.f("path-lack-estimate", [("day", f.day_month(day).as_str())]), path.to_owned())
        }
        Lack::Consent(count) => {
            line(w.n("path-lack-consent", count), format!("/patients/{patient}/providers"))
        }
    }
}

/// Open lines of the worklist that this person may see and that the stage does not say already.
fn work_lines(desk: &Desk, known: &Known, work: &[WorkItem]) -> Vec<LackLine> {
    let (w, actor) = (known.w, desk.actor());
    let said =
        |kind: WorkKind| matches!(kind, WorkKind::ReviewDue | WorkKind::PlanSeries) || kind.is_urgent();
    work.iter()
        .filter(|item| is_for(item.kind, &actor) && !said(item.kind))
        .filter(|item| item.snoozed_until.is_none_or(|until| until <= known.now))
        .map(|item| {
            let what = w.t(item.kind.word_key());
            // The note of a message without an address only says the same again.
            let text = if item.note.is_empty() || item.kind == WorkKind::NoAddress {
                what
            } else {
                w.f("path-lack-work", [("what", what.as_str()), ("note", item.note.as_str())])
            };
            LackLine { text, path: "/worklist".to_owned() }
        })
        .collect()
}
