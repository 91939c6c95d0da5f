//! The ledger in memory: the program's own planning and its own decisions over plain vectors, so that ten years pass in seconds.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::day_hours::DayHours;
use seriesbook::domain::ids::{RuleId, ServiceId, SiteId};
use seriesbook::domain::message_fate::{self, Failure, Saying, Standing, Tried};
use seriesbook::domain::message_rules::{Anchor, Condition, MessageRule, VisitFacts, after, before};
use seriesbook::domain::messages::{self, Due, MessageStatus, Stage};
use seriesbook::domain::services::Category;
use uuid::Uuid;

use super::history::{Change, History, Planned};

/// Minutes before a visit at which the patient is reminded.
const LEADS: [i64; 3] = [10080, 2880, 1440];
/// Minutes after a visit at which the patient is asked how they are.
const CHECK_INS: [i64; 3] = [1440, 4320, 10080];
/// Minutes a message waits, so that a slip undone sends nothing.
const UNDO: i64 = 3;
/// How long every visit takes (minutes).
const LENGTH: i64 = 120;
/// How long a claim lasts (minutes).
const LEASE: i64 = 6;

/// The rules of the model's clinic: reminders and check-ins, from eight to eight.
pub fn rules() -> Vec<MessageRule> {
    let rule = |stage, anchor, (minutes, useful_minutes): (i64, i64)| MessageRule {
        id: RuleId(Uuid::from_u128(1)),
        site_id: SiteId(Uuid::from_u128(1)),
        stage,
        category: None,
        service: None,
        role: None,
        anchor,
        minutes,
        useful_minutes,
        hours: Some(DayHours { from: 480, to: 1200 }),
        condition: Condition::Always,
        essential: false,
        active: true,
        as_seeded: true,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    };
    let reminders = before(&LEADS).into_iter();
    let check_ins = after(&CHECK_INS, 1440).into_iter();
    reminders
        .map(|times| rule(Stage::PatientReminder, Anchor::BeforeStart, times))
        .chain(check_ins.map(|times| rule(Stage::MoodCheckIn, Anchor::AfterEnd, times)))
        .collect()
}

/// What comes of one try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it and said so.
    Taken,
    /// 4xx, or nobody answered.
    PutOff,
    /// 5xx.
    Refused,
    /// The server took it, and the answer was lost.
    AnswerLost,
    /// The worker died before it sent.
    DiedBefore,
    /// The worker died after it sent and before it recorded.
    DiedAfter,
}

/// A visit.
pub struct Visit {
    pub zone: Tz,
    /// When it starts, on the wall.
    pub local: NaiveDateTime,
    pub starts_at: DateTime<Utc>,
    pub status: AppointmentStatus,
    pub version: i64,
    pub history: History,
    rows: Vec<usize>,
}

impl Visit {
    pub fn ends_at(&self) -> DateTime<Utc> {
        self.starts_at + TimeDelta::minutes(LENGTH)
    }

    /// What the rules ask of it as it stands.
    pub fn facts(&self) -> VisitFacts {
        self.facts_at(self.starts_at)
    }

    /// What the rules ask of it with another start.
    pub fn facts_at(&self, starts_at: DateTime<Utc>) -> VisitFacts {
        VisitFacts {
            category: Category::Treatment,
            service: ServiceId(Uuid::from_u128(1)),
            role: None,
            starts_at,
            ends_at: starts_at + TimeDelta::minutes(LENGTH),
            home_at: None,
            told_at: self.history.changes().first().map_or(starts_at, |booked| booked.at),
        }
    }
}

/// A row of the ledger.
pub struct Row {
    pub visit: usize,
    pub planned: Planned,
    pub lead: i64,
    pub status: MessageStatus,
    pub maybe_twice: bool,
    /// When a copy reached its reader, and the start it told, on the wall.
    pub copies: Vec<(DateTime<Utc>, NaiveDateTime)>,
    /// Copies the server took whose answer nobody wrote down.
    pub unanswered: usize,
    /// Whether a worker had it and has said nothing since.
    pub in_flight: bool,
    tries: i64,
    /// When a worker may have it, as `waiting` knows it.
    free_at: DateTime<Utc>,
}

/// The ledger.
#[derive(Default)]
pub struct Ledger {
    pub visits: Vec<Visit>,
    pub rows: Vec<Row>,
    /// When somebody looked.
    pub looks: Vec<DateTime<Utc>>,
    keys: HashSet<String>,
    waiting: BTreeSet<(DateTime<Utc>, usize)>,
}

impl Ledger {
    /// Books a visit at a time on the wall and its instant; answers with its number.
    pub fn book(&mut self, now: DateTime<Utc>, zone: Tz, wall: (NaiveDateTime, DateTime<Utc>)) -> usize {
        let (local, start) = wall;
        let number = self.visits.len();
        let (status, history, rows) = (AppointmentStatus::Booked, History::default(), Vec::new());
        self.visits.push(Visit { zone, local, starts_at: start, status, version: 1, history, rows });
        self.note(number, now);
        self.plan(number, now, messages::at_once(Stage::VisitBooked, now, UNDO, start));
        self.plan_reminders(number, now);
        number
    }

    /// Moves a visit, as `actions/notify_moves.rs` does for a single one.
    pub fn move_to(&mut self, number: usize, now: DateTime<Utc>, wall: (NaiveDateTime, DateTime<Utc>)) {
        let (local, start) = wall;
        let untold = self.waits(number, Stage::VisitBooked);
        self.silence(number, MessageStatus::Superseded, |_| true);
        let visit = &mut self.visits[number];
        let soonest = visit.starts_at.min(start);
        (visit.local, visit.starts_at, visit.version) = (local, start, visit.version + 1);
        self.note(number, now);
        self.plan_reminders(number, now);
        let due = if untold {
            messages::at_once(Stage::VisitBooked, now, UNDO, start)
        } else {
            messages::at_once(Stage::VisitMoved, now, UNDO, if soonest > now { soonest } else { start })
        };
        self.plan(number, now, due);
    }

    /// Cancels a visit.
    pub fn cancel(&mut self, number: usize, now: DateTime<Utc>) {
        let untold = self.waits(number, Stage::VisitBooked);
        self.silence(number, MessageStatus::NotNeeded, |_| true);
        let visit = &mut self.visits[number];
        (visit.status, visit.version) = (AppointmentStatus::Cancelled, visit.version + 1);
        let start = visit.starts_at;
        self.note(number, now);
        if !untold {
            self.plan(number, now, messages::at_once(Stage::VisitCancelled, now, UNDO, start));
        }
    }

    /// The visit begins, or nobody came; later it is over.
    pub fn becomes(&mut self, number: usize, now: DateTime<Utc>, status: AppointmentStatus) {
        self.silence(number, MessageStatus::NotNeeded, |stage| stage != Stage::MoodCheckIn);
        self.visits[number].status = status;
        self.note(number, now);
    }

    /// A worker looks; `outcome` is what comes of each letter it sends.
    pub fn look(&mut self, now: DateTime<Utc>, mut outcome: impl FnMut() -> Outcome) {
        self.looks.push(now);
        while let Some((at, index)) = self.waiting.first().copied().filter(|(at, _)| *at <= now) {
            self.waiting.remove(&(at, index));
            let row = &mut self.rows[index];
            let visit = &self.visits[row.visit];
            row.maybe_twice |= row.in_flight;
            let Planned { stage, version, useful_until, .. } = row.planned;
            let saying = Saying { stage, version, to_driver: false };
            let standing = Standing { status: visit.status, version: visit.version };
            let overtaken = message_fate::overtaken(saying, standing, false);
            if let Some(status) = message_fate::end(overtaken, useful_until, now) {
                row.status = status;
                continue;
            }
            if let Some(morning) = row.planned.opens(now) {
                // At night it waits for morning, if that is not too late.
                if morning < useful_until {
                    row.free_at = morning;
                    self.waiting.insert((morning, index));
                } else {
                    row.status = MessageStatus::Expired;
                }
                continue;
            }
            let told = visit.starts_at.with_timezone(&visit.zone).naive_local();
            let came = outcome();
            if matches!(came, Outcome::Taken | Outcome::AnswerLost | Outcome::DiedAfter) {
                row.copies.push((now, told));
                row.unanswered += usize::from(came != Outcome::Taken);
            }
            let next = match came {
                Outcome::Taken => {
                    row.status = MessageStatus::Sent;
                    row.in_flight = false;
                    continue;
                }
                Outcome::DiedBefore | Outcome::DiedAfter => {
                    row.in_flight = true;
                    Some(now + TimeDelta::minutes(LEASE))
                }
                Outcome::PutOff | Outcome::Refused | Outcome::AnswerLost => {
                    let maybe_sent = came == Outcome::AnswerLost;
                    let failure = Failure { permanent: came == Outcome::Refused, maybe_sent };
                    let tried = Tried { tries: row.tries, maybe_twice: row.maybe_twice, useful_until };
                    row.maybe_twice |= maybe_sent;
                    row.in_flight = false;
                    row.tries += 1;
                    message_fate::next_try(tried, failure, now)
                }
            };
            match next {
                Some(at) => {
                    row.free_at = at;
                    self.waiting.insert((at, index));
                }
                None => row.status = MessageStatus::Failed,
            }
        }
    }

    fn note(&mut self, number: usize, at: DateTime<Utc>) {
        let visit = &mut self.visits[number];
        let (version, status, starts_at) = (visit.version, visit.status, visit.starts_at);
        visit.history.push(Change { at, version, status, starts_at });
    }

    fn plan_reminders(&mut self, number: usize, now: DateTime<Utc>) {
        let (facts, zone) = (self.visits[number].facts(), self.visits[number].zone);
        for rule in rules() {
            if let Some(due) = rule.due(&facts, zone, now) {
                self.plan_within(number, now, due, rule.hours);
            }
        }
    }

    /// What tells of something that happened goes at any hour.
    fn plan(&mut self, number: usize, now: DateTime<Utc>, due: Due) {
        self.plan_within(number, now, due, None);
    }

    fn plan_within(&mut self, number: usize, now: DateTime<Utc>, due: Due, hours: Option<DayHours>) {
        let hours = hours.map(|hours| (hours, self.visits[number].zone));
        let (about, reader) = (Uuid::from_u128(number as u128), Uuid::from_u128(1 << 100));
        let version = self.visits[number].version;
        let key = messages::unique_key(about, version, reader, due.stage, due.lead_minutes);
        assert!(self.keys.insert(key), "I2: a second row for {due:?} of visit {number}");
        let (due_at, useful_until) = (due.due_at, due.useful_until);
        let index = self.rows.len();
        self.waiting.insert((due_at, index));
        self.visits[number].rows.push(index);
        self.rows.push(Row {
            visit: number,
            planned: Planned { stage: due.stage, version, planned_at: now, due_at, useful_until, hours },
            lead: due.lead_minutes,
            status: MessageStatus::Pending,
            maybe_twice: false,
            copies: Vec::new(),
            unanswered: 0,
            in_flight: false,
            tries: 0,
            free_at: due_at,
        });
    }

    /// Whether the message of a stage waits and nobody can have read it.
    fn waits(&self, number: usize, stage: Stage) -> bool {
        self.visits[number].rows.iter().map(|index| &self.rows[*index]).any(|row| {
            let unread = !row.in_flight && !row.maybe_twice;
            row.planned.stage == stage && row.status == MessageStatus::Pending && unread
        })
    }

    fn silence(&mut self, number: usize, status: MessageStatus, which: impl Fn(Stage) -> bool) {
        for index in &self.visits[number].rows {
            let row = &mut self.rows[*index];
            if row.status == MessageStatus::Pending && which(row.planned.stage) {
                row.status = status;
                self.waiting.remove(&(row.free_at, *index));
            }
        }
    }
}
