//! What follows from where a patient stands: the one thing to do next, who has the ball, and what is missing right now.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::appointments::AppointmentStatus;
use super::candidacy::allows_on;
use super::drivers::DriverNeed;
use super::ids::{AppointmentId, IntakeId, SeriesId};
use super::intake::{IntakeState, WaitsOn};
use super::pathway::{Course, Facts, Stage, Visit};
use super::protocols::VisitRole;

/// So many days before a decision ends it is said.
const ENDS_SOON_DAYS: i64 = 14;
/// A treatment's talk is missed for so many days after it.
const TALK_DAYS: i64 = 3;

/// The one thing to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Take an inquiry down.
    TakeInquiry,
    /// Send the intake form.
    SendForm(IntakeId),
    /// The form is late: send it again.
    AskAgain(IntakeId),
    /// A clinician reads the answers.
    ReadAnswers(IntakeId),
    /// Tell the patient what the clinician answered.
    TellAnswer(IntakeId),
    /// Book the consultation.
    BookConsultation,
    /// Decide whether treatment suits.
    Decide,
    /// Plan a course.
    PlanCourse,
    /// Plan the next booster.
    PlanBooster,
    /// Book the offered course or release it.
    AnswerHold(SeriesId),
    /// Name a driver.
    NameDriver(AppointmentId),
    /// Ask the driver and record the answer.
    RecordDriver(AppointmentId),
    /// Ask whether the patient comes.
    Confirm(AppointmentId),
    /// Check in: it is today.
    CheckIn(AppointmentId),
    /// The patient is here.
    Follow(AppointmentId),
    /// Note what became of a visit whose time is over.
    Settle(AppointmentId),
    /// Let a paused course go on.
    Resume(SeriesId),
    /// Hold the review and decide what comes.
    HoldReview(SeriesId),
    /// Nothing, for now.
    Wait,
}

/// Who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The front desk.
    Desk,
    /// The patient.
    Patient,
    /// A clinician.
    Clinician,
    /// The driver.
    Driver,
    /// Nobody, for now.
    Nobody,
}

impl Holder {
    /// The key of its words.
    pub fn word_key(self) -> &'static str {
        match self {
            Self::Desk => "path-holder-desk",
            Self::Patient => "path-holder-patient",
            Self::Clinician => "path-holder-clinician",
            Self::Driver => "path-holder-driver",
            Self::Nobody => "path-holder-nobody",
        }
    }
}

impl From<WaitsOn> for Holder {
    fn from(on: WaitsOn) -> Self {
        match on {
            WaitsOn::Desk => Self::Desk,
            WaitsOn::Patient => Self::Patient,
            WaitsOn::Clinician => Self::Clinician,
            WaitsOn::Nobody => Self::Nobody,
        }
    }
}

/// Who has the ball.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ball {
    /// Who.
    pub holder: Holder,
    /// Since when, if there is a date to tell.
    pub since: Option<NaiveDate>,
}

/// Something that is missing right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The time of a visit is over and nobody noted what became of it.
    Passed(Visit),
    /// Nobody is named to drive to this treatment, and to so many later ones.
    Driver(Visit, i64),
    /// The driver to this treatment has not answered, nor those to so many later ones.
    DriverAnswer(Visit, i64),
    /// The patient has not said that they come to this visit, nor to so many later ones.
    Confirmation(Visit, i64),
    /// A treatment without its talk.
    Talk {
        /// Which treatment, from 1.
        index: i64,
    },
    /// So many treatments of a running course are not in the book.
    NotBooked(i64),
    /// A treatment is booked on a date the decision does not cover.
    CandidacyGap(NaiveDate),
    /// The decision ends soon.
    CandidacyEnds(NaiveDate),
    /// An estimate waits to be read since a date.
    Estimate(NaiveDate),
    /// So many outside providers without a consent.
    Consent(i64),
}

/// The one thing to do next: what happens now before what the stage asks for, and that before what can wait.
pub fn next(facts: &Facts, stage: Stage) -> Next {
    if let Some(now) = visit_now(facts) {
        return now;
    }
    let decided = |then: Next| if facts.is_allowed() { then } else { Next::Decide };
    match stage {
        Stage::New => Next::TakeInquiry,
        Stage::Intake(state) => of_intake(facts, state),
        Stage::ToDecide { .. } | Stage::Ended { .. } => Next::Decide,
        Stage::Deferred { until } if until.is_none_or(|day| day <= facts.today) => Next::Decide,
        Stage::Suitable => Next::PlanCourse,
        Stage::Another => decided(Next::PlanCourse),
        Stage::Held { series, .. } => Next::AnswerHold(series),
        Stage::Paused { series, .. } => Next::Resume(series),
        Stage::ReviewDue { series } => Next::HoldReview(series),
        Stage::Boosters(state) if state.is_due() => decided(Next::PlanBooster),
        Stage::Consultation { .. }
        | Stage::Deferred { .. }
        | Stage::NotSuitable
        | Stage::Running { .. }
        | Stage::Single { .. }
        | Stage::ReviewBooked { .. }
        | Stage::Boosters(_)
        | Stage::RecallStopped
        | Stage::Referred
        | Stage::Closed => visit_later(facts),
    }
}

fn of_intake(facts: &Facts, state: IntakeState) -> Next {
    let Some(intake) = facts.intake else { return Next::TakeInquiry };
    match state {
        IntakeState::Inquiry => Next::SendForm(intake.id),
        IntakeState::MoreAsked | IntakeState::Declined if intake.on == WaitsOn::Desk => {
            Next::TellAnswer(intake.id)
        }
        IntakeState::PacketSent | IntakeState::Started | IntakeState::MoreAsked if intake.overdue => {
            Next::AskAgain(intake.id)
        }
        IntakeState::Returned => Next::ReadAnswers(intake.id),
        IntakeState::Offered => Next::BookConsultation,
        IntakeState::PacketSent
        | IntakeState::Started
        | IntakeState::MoreAsked
        | IntakeState::Declined
        | IntakeState::Closed => Next::Wait,
    }
}

/// Somebody is here, a visit was forgotten, or one is today.
fn visit_now(facts: &Facts) -> Option<Next> {
    if let Some(visit) = facts.open.iter().find(|visit| visit.status.is_here()) {
        return Some(Next::Follow(visit.id));
    }
    if let Some(visit) = facts.open.iter().find(|visit| visit.has_passed(facts.now)) {
        return Some(Next::Settle(visit.id));
    }
    let is_today = |visit: &&Visit| visit.status == AppointmentStatus::Booked && visit.on == facts.today;
    let visit = facts.open.iter().find(is_today)?;
    Some(match visit.driver {
        DriverNeed::Missing => Next::NameDriver(visit.id),
        DriverNeed::Unanswered => Next::RecordDriver(visit.id),
        DriverNeed::NotNeeded | DriverNeed::Confirmed => Next::CheckIn(visit.id),
    })
}

/// What can be prepared for visits that lie ahead.
fn visit_later(facts: &Facts) -> Next {
    let ahead: Vec<&Visit> = facts.open.iter().filter(|visit| visit.lies_ahead(facts.now)).collect();
    if let Some(visit) = ahead.iter().find(|visit| visit.driver == DriverNeed::Missing) {
        return Next::NameDriver(visit.id);
    }
    if let Some(visit) = ahead.first().filter(|visit| !visit.confirmed) {
        return Next::Confirm(visit.id);
    }
    match ahead.iter().find(|visit| visit.driver == DriverNeed::Unanswered) {
        Some(visit) => Next::RecordDriver(visit.id),
        None => Next::Wait,
    }
}

/// Who has the ball, and since when.
pub fn ball(facts: &Facts, stage: Stage, next: Next) -> Ball {
    let with = |holder, since| Ball { holder, since };
    let of = |id: AppointmentId| facts.open.iter().find(move |visit| visit.id == id);
    let booked_on = |id: AppointmentId| of(id).map(|visit| visit.booked_on);
    let is_today = |id: AppointmentId| of(id).is_some_and(|visit| visit.on == facts.today);
    match next {
        Next::CheckIn(_) | Next::Follow(_) | Next::Settle(_) => return with(Holder::Desk, None),
        Next::NameDriver(id) | Next::RecordDriver(id) if is_today(id) => return with(Holder::Desk, None),
        Next::NameDriver(id) | Next::Confirm(id) => return with(Holder::Patient, booked_on(id)),
        Next::RecordDriver(_) => return with(Holder::Driver, None),
        _ => {}
    }
    match stage {
        Stage::New => with(Holder::Desk, Some(facts.added_on)),
        Stage::Intake(_) => match facts.intake {
            Some(intake) if stage == Stage::Intake(intake.state) => {
                with(intake.on.into(), Some(intake.since_on).filter(|_| intake.on != WaitsOn::Nobody))
            }
            _ => with(Holder::Desk, facts.intake.map(|intake| intake.since_on)),
        },
        Stage::ToDecide { since } => with(Holder::Clinician, Some(since)),
        Stage::Ended { on } => with(Holder::Clinician, Some(on)),
        Stage::Deferred { until } if next == Next::Decide => with(Holder::Clinician, until),
        Stage::Suitable if facts.unread_estimate.is_some() => with(Holder::Patient, facts.unread_estimate),
        Stage::Suitable => with(Holder::Desk, facts.decided_on),
        Stage::Another if next == Next::PlanCourse => with(Holder::Desk, None),
        Stage::Another => with(Holder::Clinician, None),
        Stage::Held { series, .. } => with(Holder::Patient, planned_on(facts, series)),
        Stage::Paused { since, .. } => with(Holder::Desk, Some(since)),
        Stage::ReviewDue { .. } => with(Holder::Clinician, facts.over.map(|over| over.ended_on)),
        Stage::Boosters(state) if state.is_due() => {
            match (next, facts.recall.and_then(|recall| recall.called_on)) {
                (Next::Decide, _) => with(Holder::Clinician, Some(state.date())),
                (_, Some(called)) => with(Holder::Patient, Some(called)),
                (_, None) => with(Holder::Desk, Some(state.date())),
            }
        }
        _ => with(Holder::Nobody, None),
    }
}

fn planned_on(facts: &Facts, series: SeriesId) -> Option<NaiveDate> {
    facts.courses.iter().find(|course| course.id == series).map(|course| course.since)
}

/// Everything that is missing right now, most pressing first.
pub fn lacks(facts: &Facts) -> Vec<Lack> {
    let mut lacks: Vec<Lack> = Vec::new();
    let passed = facts.open.iter().filter(|visit| visit.has_passed(facts.now));
    lacks.extend(passed.map(|visit| Lack::Passed(*visit)));
    let ahead: Vec<Visit> = facts.open.iter().filter(|visit| visit.lies_ahead(facts.now)).copied().collect();
    let first = |wanted: &dyn Fn(&Visit) -> bool, lack: &dyn Fn(Visit, i64) -> Lack| {
        let mut found = ahead.iter().filter(|visit| wanted(visit));
        let nearest = found.next().copied()?;
        Some(lack(nearest, i64::try_from(found.count()).unwrap_or(i64::MAX)))
    };
    lacks.extend(first(&|visit| visit.driver == DriverNeed::Missing, &Lack::Driver));
    lacks.extend(first(&|visit| visit.driver == DriverNeed::Unanswered, &Lack::DriverAnswer));
    let gap = ahead
        .iter()
        .find(|visit| visit.is_treatment && allows_on(facts.decision.as_ref(), visit.on).is_err());
    lacks.extend(gap.map(|visit| Lack::CandidacyGap(visit.on)));
    for course in facts.courses.iter().filter(|course| !course.is_held && course.paused_on.is_none()) {
        lacks.extend(of_course(course, facts.now));
    }
    lacks.extend(first(&|visit| !visit.confirmed, &Lack::Confirmation));
    lacks.extend(facts.unread_estimate.map(Lack::Estimate));
    let ends = facts.decision.as_ref().and_then(|decision| decision.expires_on);
    let soon = facts.today + TimeDelta::days(ENDS_SOON_DAYS);
    lacks.extend(ends.filter(|day| facts.is_allowed() && *day <= soon).map(Lack::CandidacyEnds));
    if facts.without_consent > 0 {
        lacks.push(Lack::Consent(facts.without_consent));
    }
    lacks
}

fn of_course(course: &Course, now: DateTime<Utc>) -> Vec<Lack> {
    let mut lacks = Vec::new();
    let mains: Vec<&Visit> = course.mains().collect();
    let is_open = mains.iter().any(|visit| visit.is_open());
    let counted = i64::try_from(mains.len()).unwrap_or(i64::MAX);
    if course.several && is_open && counted < course.of {
        lacks.push(Lack::NotBooked(course.of - counted));
    }
    if course.talks {
        let silent = mains.iter().filter(|main| talk_is_missing(course, main, now));
        lacks.extend(silent.map(|main| Lack::Talk { index: main.index }));
    }
    lacks
}

/// Whether a treatment that takes place, or took place in the last days, has no talk in the book.
pub fn talk_is_missing(course: &Course, main: &Visit, now: DateTime<Utc>) -> bool {
    let counts = main.is_open()
        || (main.status == AppointmentStatus::Fulfilled && main.ends_at + TimeDelta::days(TALK_DAYS) > now);
    let has_talk = course
        .visits
        .iter()
        .any(|visit| visit.role == Some(VisitRole::AfterEach) && visit.index == main.index);
    counts && !has_talk
}
