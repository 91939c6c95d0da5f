//! What a ledger must have done, told from the outside: how each visit stood from when on, and when somebody looked. It knows nothing of
//! claims, leases and keys, so that it can judge them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::day_hours::DayHours;
use seriesbook::domain::messages::Stage;

/// From when on a visit stands so.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    pub at: DateTime<Utc>,
    pub version: i64,
    pub status: AppointmentStatus,
    pub starts_at: DateTime<Utc>,
}

/// How one visit stood, in order.
#[derive(Clone, Debug, Default)]
pub struct History(Vec<Change>);

impl History {
    pub fn push(&mut self, change: Change) {
        self.0.push(change);
    }

    /// Every change.
    pub fn changes(&self) -> &[Change] {
        &self.0
    }

    /// How it stood at an instant.
    pub fn at(&self, at: DateTime<Utc>) -> Change {
        let after = self.0.partition_point(|change| change.at <= at);
        self.0[after.checked_sub(1).expect("nothing is told of a visit before it is booked")]
    }

    /// Whether what a message says stood at an instant: its version, in the state it speaks of (I1).
    pub fn stands(&self, stage: Stage, version: i64, at: DateTime<Utc>) -> bool {
        let now = self.at(at);
        let fits = match stage {
            Stage::VisitCancelled => now.status == AppointmentStatus::Cancelled,
            Stage::MoodCheckIn => now.status == AppointmentStatus::Fulfilled || now.status.is_here(),
            _ => now.status == AppointmentStatus::Booked,
        };
        fits && now.version == version
    }
}

/// What a row of the ledger was planned as.
#[derive(Clone, Copy, Debug)]
pub struct Planned {
    pub stage: Stage,
    pub version: i64,
    pub planned_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub useful_until: DateTime<Utc>,
    /// The hours it may go in, and of which zone; `None` for any.
    pub hours: Option<(DayHours, Tz)>,
}

impl Planned {
    /// When its hours begin next, if an instant lies outside them.
    pub fn opens(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.hours.filter(|(hours, zone)| !hours.holds(*zone, at)).map(|(hours, zone)| hours.next(zone, at))
    }
}

/// What must have become of a row where every letter is taken at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Must {
    /// Sent at this instant: the first time somebody looked within its hours.
    BeSent(DateTime<Utc>),
    /// Nobody looked in time; somebody saw it at this instant.
    BeLate(DateTime<Utc>),
    /// Its visit moved, went or was over before anybody looked.
    StaySilent,
}

/// What must have become of a row; `looks` are the instants somebody looked, in order.
pub fn must(row: Planned, visit: &History, looks: &[DateTime<Utc>]) -> Must {
    let mut from = row.due_at.max(row.planned_at);
    loop {
        let Some(look) = looks.get(looks.partition_point(|look| *look < from)).copied() else {
            return Must::StaySilent;
        };
        if !visit.stands(row.stage, row.version, look) {
            return Must::StaySilent;
        }
        if look >= row.useful_until {
            return Must::BeLate(look);
        }
        match row.opens(look) {
            None => return Must::BeSent(look),
            Some(morning) if morning < row.useful_until => from = morning,
            Some(_) => return Must::BeLate(look),
        }
    }
}

/// Numbers that look random and are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    /// A number from 0 on, below another.
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % below.max(1)
    }

    /// A number between two, the second left out.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.roll((to - from).unsigned_abs())).expect("a small number")
    }

    /// True in so many of a hundred cases.
    pub fn hits(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }
}
