//! Changes of a running course, pure: the course as they see it, the named operations, and what each comes to.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;

use super::gates::Unmet;
use super::ids::{AppointmentId, ProtocolId};
use super::protocols::{Protocol, VisitRole};
use super::series_moves as moves;

/// How a visit of the course stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Over, going on, or begun: nothing moves it.
    Done,
    /// Still to come.
    Ahead,
    /// Taken out by the pause the course is on: it comes back, and tells what was usual.
    OnPause,
    /// Canceled or missed: it takes no part and does not come back.
    Off,
}

impl Standing {
    /// Whether the visit takes place or took place.
    pub fn takes_part(self) -> bool {
        matches!(self, Self::Done | Self::Ahead)
    }
}

/// A visit of the course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseVisit {
    /// Its appointment.
    pub id: AppointmentId,
    /// Its name for staff.
    pub name: String,
    /// Its place in the course.
    pub role: VisitRole,
    /// Counts from 1 within the role.
    pub index: i64,
    /// Start in the site's civil time.
    pub start: NaiveDateTime,
    /// Its length in minutes.
    pub minutes: i64,
    /// How it stands.
    pub standing: Standing,
}

/// A course as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseNow {
    /// Its protocol.
    pub protocol: ProtocolId,
    /// That protocol's programme.
    pub programme: String,
    /// How many treatments take place in all, or will after a pause.
    pub planned: i64,
    /// Its visits, those that are off included.
    pub visits: Vec<CourseVisit>,
    /// Numbers of treatments before which a longer gap was agreed.
    pub breaks: Vec<i64>,
    /// Whether it is on pause.
    pub paused: bool,
}

/// A named change of a running course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesChange {
    /// One treatment gets another time, the others keep theirs.
    MoveOne {
        /// Which treatment.
        visit: i64,
        /// Its new civil start.
        to: NaiveDateTime,
    },
    /// One treatment gets another time, those after it move by as many days.
    MoveAndShift {
        /// Which treatment.
        visit: i64,
        /// Its new civil start.
        to: NaiveDateTime,
    },
    /// One week is left out before a treatment: it and those after it are a week later.
    SkipWeek {
        /// The first treatment that is later.
        visit: i64,
    },
    /// More treatments than now.
    Extend {
        /// How many in all, those done included.
        visits: i64,
    },
    /// Fewer treatments than now.
    Shorten {
        /// How many in all, those done included.
        visits: i64,
    },
    /// From a treatment on, those of another protocol of the same programme.
    ChangeLength {
        /// The first treatment of the new length.
        from: i64,
        /// The protocol it belongs to.
        protocol: ProtocolId,
    },
    /// Everything ahead is taken out until the course goes on.
    Pause,
    /// The treatments still to come are placed again.
    Resume {
        /// Civil start of the first of them.
        at: NaiveDateTime,
    },
}

impl SeriesChange {
    /// Its word in addresses, forms and the audit log.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::MoveOne { .. } => "move",
            Self::MoveAndShift { .. } => "shift",
            Self::SkipWeek { .. } => "skip",
            Self::Extend { .. } => "extend",
            Self::Shorten { .. } => "shorten",
            Self::ChangeLength { .. } => "length",
            Self::Pause => "pause",
            Self::Resume { .. } => "resume",
        }
    }

    /// Whether it only gives visits other times: none comes, none goes.
    pub fn only_moves(&self) -> bool {
        matches!(self, Self::MoveOne { .. } | Self::MoveAndShift { .. } | Self::SkipWeek { .. })
    }

    /// Whether it sets the number of treatments, which the clinician decides after each of them.
    pub fn sets_number(&self) -> bool {
        matches!(self, Self::Extend { .. } | Self::Shorten { .. })
    }
}

/// What a change is measured by.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The protocol the course follows after the change.
    pub protocol: &'a Protocol,
    /// Length in minutes of a treatment of that protocol.
    pub main_minutes: i64,
    /// The site's zone.
    pub zone: Tz,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Where a visit of the changed course comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stays as it is.
    Stays(AppointmentId),
    /// It gets another place, or another length.
    Moves(AppointmentId),
    /// It is new.
    Added,
}

/// A visit's place in the changed course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its place in the course.
    pub role: VisitRole,
    /// Counts from 1 within the role.
    pub index: i64,
    /// Civil start: of a moved treatment the one asked for, of everything that is added or follows the one wished for.
    pub start: NaiveDateTime,
    /// Its length in minutes.
    pub minutes: i64,
    /// Where it comes from.
    pub fate: Fate,
}

/// What a change comes to, before anybody's time was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Every treatment that takes place, in order.
    pub mains: Vec<Place>,
    /// Visits that go, of every role.
    pub gone: Vec<AppointmentId>,
    /// Numbers of treatments before which a longer gap is agreed.
    pub breaks: Vec<i64>,
    /// Number of the treatment before which this very change agrees to a longer gap.
    pub longer: Option<i64>,
    /// Whether preparation and review come back with the treatments.
    pub resumed: bool,
    /// What is wrong with the change itself; gaps and windows are in [`Outline::broken`].
    pub faults: Vec<Unmet>,
}

/// What is wrong with a change of a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CourseFault {
    /// There is no such treatment in the course.
    NoSuchVisit(i64),
    /// That treatment is over.
    AlreadyDone(i64),
    /// The new time is past.
    Past(DateTime<Utc>),
    /// The clock change makes that time no time at all, or two.
    NoSuchTime(DateTime<Utc>),
    /// The protocol asks for another number.
    Number {
        /// The number asked for.
        visits: i64,
        /// Fewest.
        min: i64,
        /// Most.
        max: i64,
    },
    /// More are done than would be left.
    FewerThanDone(i64),
    /// It would change nothing.
    NothingChanges,
    /// No treatment lies ahead.
    NothingAhead,
    /// The course is on pause.
    OnPause,
    /// The course is not on pause.
    NotOnPause,
}

/// What a change of a course comes to.
pub fn outline(course: &CourseNow, change: &SeriesChange, terms: &Terms<'_>) -> Outline {
    let resumes = matches!(change, SeriesChange::Resume { .. });
    if course.paused && !resumes {
        return moves::unchanged(course).fault(CourseFault::OnPause);
    }
    match *change {
        SeriesChange::MoveOne { visit, to } => moves::move_one(course, terms, visit, to),
        SeriesChange::MoveAndShift { visit, to } => moves::move_and_shift(course, terms, visit, to),
        SeriesChange::SkipWeek { visit } => moves::skip_week(course, terms, visit),
        SeriesChange::Extend { visits } => moves::extend(course, terms, visits),
        SeriesChange::Shorten { visits } => moves::shorten(course, terms, visits),
        SeriesChange::ChangeLength { from, .. } => moves::change_length(course, terms, from),
        SeriesChange::Pause => moves::pause(course),
        SeriesChange::Resume { at } => moves::resume(course, terms, at),
    }
}

impl Outline {
    /// The same with one more fault.
    pub(super) fn fault(mut self, fault: CourseFault) -> Self {
        self.faults.push(Unmet::Course(fault));
        self
    }
}
