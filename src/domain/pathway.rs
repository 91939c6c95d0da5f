//! Where a patient stands on the way from the first call to the boosters, told from facts alone.

use chrono::{DateTime, NaiveDate, Utc};

use super::appointments::AppointmentStatus;
use super::candidacy::{CandidacyFault, Decision, Outcome, allows_on};
use super::drivers::DriverNeed;
use super::ids::{AppointmentId, IntakeId, SeriesId};
use super::intake::{IntakeState, WaitsOn};
use super::protocols::VisitRole;
use super::recall::DueState;
use super::review::ReviewOutcome;

/// The newest intake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntakeFact {
    /// Its id.
    pub id: IntakeId,
    /// Where it stands.
    pub state: IntakeState,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The same as a date of the site.
    pub since_on: NaiveDate,
    /// On whom it waits.
    pub on: WaitsOn,
    /// Whether that takes too long.
    pub overdue: bool,
    /// Whether a clinician has offered a consultation in it.
    pub offered: bool,
}

impl IntakeFact {
    /// Whether it leads on: neither closed nor declined.
    pub fn is_open(&self) -> bool {
        !matches!(self.state, IntakeState::Declined | IntakeState::Closed)
    }
}

/// A visit that was not canceled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Its id.
    pub id: AppointmentId,
    /// Its place in its course.
    pub role: Option<VisitRole>,
    /// Counts from 1 within the role.
    pub index: i64,
    /// Start.
    pub at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: DateTime<Utc>,
    /// The site's date of the start.
    pub on: NaiveDate,
    /// The site's date on which it was booked.
    pub booked_on: NaiveDate,
    /// Its state.
    pub status: AppointmentStatus,
    /// Whether the patient said that they come.
    pub confirmed: bool,
    /// How it stands for a driver.
    pub driver: DriverNeed,
    /// Whether it is a treatment.
    pub is_treatment: bool,
}

impl Visit {
    /// Whether it lies ahead or goes on.
    pub fn is_open(&self) -> bool {
        self.status.is_ahead() || self.status.is_here()
    }

    /// Whether its time is over and nobody noted what became of it.
    pub fn has_passed(&self, now: DateTime<Utc>) -> bool {
        self.status == AppointmentStatus::Booked && self.ends_at <= now
    }

    /// Whether it is booked and has not begun by the clock.
    pub fn lies_ahead(&self, now: DateTime<Utc>) -> bool {
        self.status == AppointmentStatus::Booked && self.at > now
    }
}

/// A held or running course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// Its id.
    pub id: SeriesId,
    /// Whether it is only offered.
    pub is_held: bool,
    /// The site's date on which it was planned.
    pub since: NaiveDate,
    /// When the offer ends.
    pub hold_until: Option<DateTime<Utc>>,
    /// Since when it is on pause.
    pub paused_on: Option<NaiveDate>,
    /// Planned treatments.
    pub of: i64,
    /// Whether its protocol has several treatments: a booster has one.
    pub several: bool,
    /// Whether coaching belongs to each treatment.
    pub talks: bool,
    /// Its visits but for the canceled ones, by start.
    pub visits: Vec<Visit>,
}

impl Course {
    /// Its treatments, by start.
    pub fn mains(&self) -> impl Iterator<Item = &Visit> {
        self.visits.iter().filter(|visit| visit.role == Some(VisitRole::Main))
    }

    fn stage(&self) -> Option<Stage> {
        if self.is_held {
            return Some(Stage::Held { series: self.id, until: self.hold_until });
        }
        if let Some(since) = self.paused_on {
            return Some(Stage::Paused { series: self.id, since });
        }
        match self.mains().find(|visit| visit.is_open()) {
            Some(visit) if !self.several => return Some(Stage::Single { at: visit.at }),
            Some(visit) => {
                return Some(Stage::Running { index: visit.index, of: self.of.max(visit.index) });
            }
            None => {}
        }
        let begun = self.mains().any(|visit| visit.status == AppointmentStatus::Fulfilled);
        if !begun {
            // Nothing took place and nothing is in the book: the first treatment is what comes.
            return self.several.then_some(Stage::Running { index: 1, of: self.of });
        }
        let review = self.visits.iter().find(|one| one.role == Some(VisitRole::AfterLast) && one.is_open());
        review.map(|visit| Stage::ReviewBooked { at: visit.at })
    }
}

/// The last course of several treatments, once none of them lies ahead any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over {
    /// Its id.
    pub id: SeriesId,
    /// The site's date of its last treatment, or of the booster after it.
    pub ended_on: NaiveDate,
    /// Whether its review took place.
    pub review_held: bool,
    /// What the review decided.
    pub outcome: Option<ReviewOutcome>,
    /// Whether a booster was given since.
    pub treated_since: bool,
}

/// How somebody stands who is called back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recall {
    /// When the next booster is due.
    pub state: DueState,
    /// Whether staff stopped calling them back.
    pub stopped: bool,
    /// When a message last called them back since the last treatment.
    pub called_on: Option<NaiveDate>,
}

/// Everything the stage, the next step and what is missing follow from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The present.
    pub now: DateTime<Utc>,
    /// The site's date.
    pub today: NaiveDate,
    /// The site's date on which the patient was added.
    pub added_on: NaiveDate,
    /// The newest intake.
    pub intake: Option<IntakeFact>,
    /// The newest consultation that is booked, goes on or took place.
    pub consultation: Option<Visit>,
    /// The decision that counts.
    pub decision: Option<Decision>,
    /// The site's date of it.
    pub decided_on: Option<NaiveDate>,
    /// Held and running courses, newest first.
    pub courses: Vec<Course>,
    /// Every visit that lies ahead or goes on, by start.
    pub open: Vec<Visit>,
    /// The last course that is over.
    pub over: Option<Over>,
    /// How they stand for being called back.
    pub recall: Option<Recall>,
    /// Since when an estimate waits to be read.
    pub unread_estimate: Option<NaiveDate>,
    /// Outside providers for whom no consent stands.
    pub without_consent: i64,
}

impl Facts {
    /// Whether a treatment is allowed today.
    pub fn is_allowed(&self) -> bool {
        allows_on(self.decision.as_ref(), self.today).is_ok()
    }
}

/// Where a patient stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Added, and nothing else yet.
    New,
    /// On the way from the first call to a clinician's answer.
    Intake(IntakeState),
    /// A consultation is booked or goes on.
    Consultation {
        /// Its start.
        at: DateTime<Utc>,
    },
    /// The consultation took place and nobody has decided.
    ToDecide {
        /// Since when.
        since: NaiveDate,
    },
    /// Treatment suits, and no course is planned.
    Suitable,
    /// The decision is put off.
    Deferred {
        /// To this date.
        until: Option<NaiveDate>,
    },
    /// Treatment does not suit.
    NotSuitable,
    /// The decision does not hold any more.
    Ended {
        /// Its last date.
        on: NaiveDate,
    },
    /// A course is offered.
    Held {
        /// Which.
        series: SeriesId,
        /// When the offer ends.
        until: Option<DateTime<Utc>>,
    },
    /// A course of several treatments runs.
    Running {
        /// The treatment that goes on or comes next, from 1.
        index: i64,
        /// Of so many.
        of: i64,
    },
    /// A single treatment is booked: a booster.
    Single {
        /// Its start.
        at: DateTime<Utc>,
    },
    /// A course is on pause.
    Paused {
        /// Which.
        series: SeriesId,
        /// Since when.
        since: NaiveDate,
    },
    /// The treatments are done, the review is booked.
    ReviewBooked {
        /// Its start.
        at: DateTime<Utc>,
    },
    /// The treatments are done, and somebody has to hold the review.
    ReviewDue {
        /// Of which course.
        series: SeriesId,
    },
    /// After the course: boosters from time to time.
    Boosters(DueState),
    /// After the course, and nobody calls the patient back.
    RecallStopped,
    /// The review decided on another course.
    Another,
    /// The review decided that somebody else goes on.
    Referred,
    /// The review closed the course.
    Closed,
}

/// Where a patient stands. What runs counts before what is planned, what is newer before what is older.
pub fn stage(facts: &Facts) -> Stage {
    if let Some(stage) = facts.courses.iter().find_map(Course::stage) {
        return stage;
    }
    let allowed = facts.is_allowed();
    let decided_at = facts.decision.as_ref().map(|decision| decision.decided_at);
    let is_newer = |than: DateTime<Utc>| decided_at.is_none_or(|at| at < than);
    if let Some(visit) = facts.consultation.filter(|_| !allowed) {
        if visit.is_open() {
            return Stage::Consultation { at: visit.at };
        }
        if visit.status == AppointmentStatus::Fulfilled && is_newer(visit.at) {
            return Stage::ToDecide { since: visit.on };
        }
    }
    if let Some(intake) = facts.intake.filter(|one| one.is_open() && !allowed && is_newer(one.since)) {
        return Stage::Intake(intake.state);
    }
    if facts.decision.as_ref().is_some_and(|decision| decision.outcome == Outcome::NotSuitable) {
        return Stage::NotSuitable;
    }
    if let Some(visit) = facts.open.iter().find(|visit| visit.is_treatment) {
        return Stage::Single { at: visit.at };
    }
    after_the_course(facts).unwrap_or_else(|| before_the_course(facts))
}

fn after_the_course(facts: &Facts) -> Option<Stage> {
    if let Some(over) = facts.over {
        match over.outcome {
            Some(ReviewOutcome::Done) => return Some(Stage::Closed),
            Some(ReviewOutcome::AnotherSeries) => return Some(Stage::Another),
            Some(ReviewOutcome::Referral) => return Some(Stage::Referred),
            None if !over.review_held && !over.treated_since => {
                return Some(Stage::ReviewDue { series: over.id });
            }
            Some(ReviewOutcome::Boosters) | None => {}
        }
    }
    let recall = facts.recall?;
    Some(if recall.stopped { Stage::RecallStopped } else { Stage::Boosters(recall.state) })
}

fn before_the_course(facts: &Facts) -> Stage {
    match allows_on(facts.decision.as_ref(), facts.today) {
        Ok(()) => Stage::Suitable,
        Err(CandidacyFault::Deferred(until)) => Stage::Deferred { until },
        Err(CandidacyFault::Expired(on)) => Stage::Ended { on },
        Err(CandidacyFault::NotSuitable) => Stage::NotSuitable,
        Err(CandidacyFault::Undecided) => match facts.intake {
            // Offered, closed by the booking, and the consultation did not come about: it still is to be booked.
            Some(intake) if intake.state == IntakeState::Closed && intake.offered => {
                Stage::Intake(IntakeState::Offered)
            }
            Some(intake) => Stage::Intake(intake.state),
            None => Stage::New,
        },
    }
}
