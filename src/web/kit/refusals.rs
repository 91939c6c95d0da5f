//! Refusals in words: every unmet condition with its cure, every conflict, every rule.

use super::PageError;
use crate::actions::{ActionError, Conflict, ConflictKind};
use crate::domain::candidacy::CandidacyFault;
use crate::domain::gates::Unmet;
use crate::domain::series_change::CourseFault;
use crate::store::StoreError;
use crate::words::Words;
use crate::words::format::{Format, duration};

/// One unmet condition in words.
#[derive(Clone, Debug)]
pub struct UnmetLine {
    /// What is missing, and why.
    pub text: String,
    /// What cures it: the label, and where to (`driver`, `decide`, `call`, `check-in`, `escort`, `move`).
    pub cure: Option<(String, &'static str)>,
}

/// Every unmet condition, in the order one can act.
pub fn unmet_lines(w: Words, f: Format, unmet: &[Unmet]) -> Vec<UnmetLine> {
    unmet.iter().map(|one| UnmetLine { text: unmet_text(w, f, one), cure: cure(w, one) }).collect()
}

fn cure(w: Words, unmet: &Unmet) -> Option<(String, &'static str)> {
    let (key, kind) = match unmet {
        Unmet::NoDriver => ("unmet-driver-cure-name", "driver"),
        Unmet::NoSitter => ("unmet-sitter-cure-name", "driver"),
        Unmet::DriverUnanswered { .. } | Unmet::SitterUnanswered { .. } => {
            ("unmet-driver-cure-answer", "call")
        }
        Unmet::Candidacy(_) | Unmet::OtherProgramme | Unmet::AllBooked { .. } => {
            ("unmet-candidacy-cure", "decide")
        }
        Unmet::NoCoachCheckIn => ("unmet-no-coach-cure", "check-in"),
        Unmet::NoEscort | Unmet::NoSitterStays | Unmet::OwnName => ("unmet-no-escort-cure", "escort"),
        Unmet::NotToday(_) => ("unmet-not-today-cure", "move"),
        _ => return None,
    };
    Some((w.t(key), kind))
}

fn unmet_text(w: Words, f: Format, unmet: &Unmet) -> String {
    match unmet {
        Unmet::NoDriver => w.t("unmet-no-driver"),
        Unmet::DriverUnanswered { name, .. } => w.f("unmet-driver-unanswered", [("name", name)]),
        Unmet::NoSitter => w.t("unmet-no-sitter"),
        Unmet::SitterUnanswered { name, .. } => w.f("unmet-sitter-unanswered", [("name", name)]),
        Unmet::Candidacy(fault) => match fault {
            CandidacyFault::Undecided => w.t("unmet-candidacy-undecided"),
            CandidacyFault::NotSuitable => w.t("unmet-candidacy-not-suitable"),
            CandidacyFault::Deferred(None) => w.t("unmet-candidacy-deferred"),
            CandidacyFault::Deferred(Some(day)) => {
                w.f("unmet-candidacy-deferred-until", [("day", &f.day(*day))])
            }
            CandidacyFault::Expired(day) => w.f("unmet-candidacy-expired", [("day", &f.day(*day))]),
        },
        Unmet::OtherProgramme => w.t("unmet-candidacy-other"),
        Unmet::AllBooked { decided, booked } => {
            w.nf("unmet-all-booked", *decided, [("booked", booked.to_string().as_str())])
        }
        Unmet::TreatmentThatDay(day) => w.f("unmet-treatment-that-day", [("day", &f.day(*day))]),
        Unmet::State(status) => w.f("unmet-state", [("state", &w.t(status.word_key()))]),
        Unmet::NotToday(at) => w.f("unmet-not-today", [("when", &f.when(*at))]),
        Unmet::DayIsOver(at) => w.f("unmet-day-is-over", [("when", &f.when(*at))]),
        Unmet::Recovering(until) => {
            let left = duration(*until - f.now());
            w.f("unmet-recovering", [("time", &f.time(*until)), ("left", &left)])
        }
        Unmet::NoCoachCheckIn => w.t("unmet-no-coach"),
        Unmet::NoEscort => w.t("unmet-no-escort"),
        Unmet::NoSitterStays => w.t("unmet-no-sitter-stays"),
        Unmet::OwnName => w.t("unmet-own-name"),
        Unmet::Gap { other, days, min, max } => {
            let (min, max) = (min.to_string(), max.to_string());
            let other = f.day(f.date_of(*other));
            w.nf("unmet-gap", *days, [("other", &other), ("min", &min), ("max", &max)])
        }
        Unmet::Window { name, from, to } => {
            w.f("unmet-window", [("name", name), ("from", &f.when(*from)), ("to", &f.when(*to))])
        }
        Unmet::NothingFree { name, from, to } => {
            w.f("unmet-nothing-free", [("name", name), ("from", &f.when(*from)), ("to", &f.when(*to))])
        }
        Unmet::Course(fault) => course_text(w, f, fault),
        Unmet::NoConsent => w.t("unmet-no-consent"),
        Unmet::ConsentAhead(day) => w.f("unmet-consent-ahead", [("day", &f.day(*day))]),
        Unmet::ConsentWithdrawn(day) => w.f("unmet-consent-withdrawn", [("day", &f.day(*day))]),
        Unmet::ChangeNotCovered => w.t("unmet-change-not-covered"),
        Unmet::NothingAttended => w.t("unmet-nothing-attended"),
        Unmet::ProviderRetired => w.t("unmet-provider-retired"),
    }
}

fn course_text(w: Words, f: Format, fault: &CourseFault) -> String {
    match fault {
        CourseFault::NoSuchVisit(index) => {
            w.f("unmet-course-no-visit", [("index", index.to_string().as_str())])
        }
        CourseFault::AlreadyDone(index) => w.f("unmet-course-done", [("index", index.to_string().as_str())]),
        CourseFault::Past(at) => w.f("unmet-course-past", [("when", f.when(*at).as_str())]),
        CourseFault::NoSuchTime(at) => w.f("unmet-course-no-time", [("when", f.when(*at).as_str())]),
        CourseFault::Number { visits, min, max } => {
            let (min, max) = (min.to_string(), max.to_string());
            w.nf("unmet-course-number", *visits, [("min", min.as_str()), ("max", max.as_str())])
        }
        CourseFault::FewerThanDone(done) => w.n("unmet-course-fewer", *done),
        CourseFault::NothingChanges => w.t("unmet-course-same"),
        CourseFault::NothingAhead => w.t("unmet-course-nothing-ahead"),
        CourseFault::OnPause => w.t("unmet-course-on-pause"),
        CourseFault::NotOnPause => w.t("unmet-course-not-on-pause"),
    }
}

/// Every conflict in a sentence.
pub fn conflict_lines(w: Words, f: Format, conflicts: &[Conflict]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for conflict in conflicts {
        let when = f.when(conflict.starts_at);
        let key = match conflict.what {
            ConflictKind::Taken if conflict.who.is_empty() => "conflict-taken-unnamed",
            other => other.word_key(),
        };
        let line = w.f(key, [("who", &conflict.who), ("when", &when), ("visit", &conflict.visit)]);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// Every reason of any refusal, as sentences.
pub fn error_text(w: Words, f: Format, error: &ActionError) -> Vec<String> {
    match error {
        ActionError::Unmet(unmet) => unmet_lines(w, f, unmet).into_iter().map(|line| line.text).collect(),
        ActionError::Conflicts(conflicts) => conflict_lines(w, f, conflicts),
        ActionError::InTheWay { unmet, conflicts } => {
            let mut lines: Vec<String> = unmet_lines(w, f, unmet).into_iter().map(|line| line.text).collect();
            lines.extend(conflict_lines(w, f, conflicts));
            lines
        }
        ActionError::Changed => vec![w.t("refusal-changed")],
        ActionError::NotFound => vec![w.t("refusal-not-found")],
        ActionError::NotPermitted => vec![w.t("refusal-not-permitted")],
        ActionError::Refused(key) => vec![w.t(key)],
        ActionError::Store(StoreError::Busy(_)) => vec![w.t("refusal-busy")],
        ActionError::Store(error) => {
            tracing::error!(%error, "an action failed in the store");
            vec![w.t("refusal-internal")]
        }
    }
}

impl From<ActionError> for PageError {
    fn from(error: ActionError) -> Self {
        match error {
            ActionError::Store(error) => error.into(),
            ActionError::NotFound => Self::NotFound,
            ActionError::NotPermitted => Self::Forbidden,
            // Pages show these at their place; one that comes this far was not expected there.
            other => Self::Internal(format!("an unexpected refusal: {other}")),
        }
    }
}
