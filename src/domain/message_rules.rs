//! Rules of messages: which message goes when relative to a visit, until when it is of use, in which hours, and on what condition.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::day_hours::DayHours;
use super::ids::{RuleId, ServiceId, SiteId};
use super::messages::{Due, Stage};
use super::protocols::VisitRole;
use super::services::Category;
use crate::text_enum;

/// Fewest minutes between a moment and its message, and of a message's use.
pub const LEAST_MINUTES: i64 = 15;
/// Most of both (90 days).
pub const MOST_MINUTES: i64 = 129_600;
/// A visit told of so many minutes ahead or less is soon: that message says what those before the visit would have said.
const SOON: i64 = 1440;

text_enum! {
    /// The moment a message counts from.
    pub enum Anchor {
        /// So long before a visit starts.
        BeforeStart = "before_start", "anchor-before-start";
        /// So long after it started.
        AfterStart = "after_start", "anchor-after-start";
        /// So long after its planned end.
        AfterEnd = "after_end", "anchor-after-end";
        /// So long after a patient went home, or the planned end if that came first.
        AfterGoingHome = "after_going_home", "anchor-after-going-home";
        /// Again and again while a course runs.
        DuringCourse = "during_course", "anchor-during-course";
        /// So long after the intake form was sent.
        AfterForm = "after_form", "anchor-after-form";
        /// So long before a decision ends.
        BeforeExpiry = "before_expiry", "anchor-before-expiry";
        /// On a date of recall.
        OnDueDate = "on_due_date", "anchor-on-due-date";
        /// When visits are booked or held.
        OnBooking = "on_booking", "anchor-on-booking";
        /// When visits move or a course changes.
        OnMoving = "on_moving", "anchor-on-moving";
        /// When visits are canceled.
        OnCancelling = "on_cancelling", "anchor-on-cancelling";
        /// When a driver says no.
        OnDeclining = "on_declining", "anchor-on-declining";
        /// When somebody asks for it or writes it.
        AtOnce = "at_once", "anchor-at-once";
    }
}

impl Anchor {
    /// Whether it counts from one visit.
    pub fn is_of_visit(self) -> bool {
        matches!(self, Self::BeforeStart | Self::AfterStart | Self::AfterEnd | Self::AfterGoingHome)
    }

    /// Whether it is something that happens: such a message goes at once, and its rule has no minutes.
    pub fn is_event(self) -> bool {
        matches!(
            self,
            Self::OnDueDate
                | Self::OnBooking
                | Self::OnMoving
                | Self::OnCancelling
                | Self::OnDeclining
                | Self::AtOnce
        )
    }
}

text_enum! {
    /// What must be so when a message would go; else nobody needs it.
    pub enum Condition {
        /// Nothing.
        Always = "always", "condition-always";
        /// The patient has not said that they come.
        Unconfirmed = "unconfirmed", "condition-unconfirmed";
        /// Nobody is named to drive.
        DriverMissing = "driver_missing", "condition-driver-missing";
        /// No driver has said yes.
        DriverUnconfirmed = "driver_unconfirmed", "condition-driver-unconfirmed";
        /// It is the patient's first treatment.
        FirstTreatment = "first_treatment", "condition-first-treatment";
    }
}

/// How a visit stands when a message about it would go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The patient said that they come.
    pub confirmed: bool,
    /// Somebody is named to drive.
    pub driver_named: bool,
    /// They said yes.
    pub driver_confirmed: bool,
    /// The patient had no treatment before it.
    pub first_treatment: bool,
}

impl Condition {
    /// Whether it is met.
    pub fn holds(self, standing: Standing) -> bool {
        match self {
            Self::Always => true,
            Self::Unconfirmed => !standing.confirmed,
            Self::DriverMissing => !standing.driver_named,
            Self::DriverUnconfirmed => !standing.driver_confirmed,
            Self::FirstTreatment => standing.first_treatment,
        }
    }

    /// Whether a last call goes, which asks a patient who drives: while nobody is named, or, where its rule asks for a yes, while
    /// nobody has said it.
    pub fn calls_for_driver(self, standing: Standing) -> bool {
        self.holds(standing) && (!standing.driver_named || self == Self::DriverUnconfirmed)
    }
}

/// One rule. Who reads it, and in which words, its stage says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRule {
    /// Its id.
    pub id: RuleId,
    /// Whose.
    pub site_id: SiteId,
    /// Which message.
    pub stage: Stage,
    /// Only for visits of this category.
    pub category: Option<Category>,
    /// Only for visits of this service.
    pub service: Option<ServiceId>,
    /// Only for visits in this place of a course.
    pub role: Option<VisitRole>,
    /// What it counts from.
    pub anchor: Anchor,
    /// How long before or after; 0 for events.
    pub minutes: i64,
    /// How long it is of use, from when it is due; 0 for events, which know it themselves.
    pub useful_minutes: i64,
    /// In which hours of the clinic's day it may go; `None` for any.
    pub hours: Option<DayHours>,
    /// On what condition.
    pub condition: Condition,
    /// Whether it cannot be switched off.
    pub essential: bool,
    /// Whether it is in force.
    pub active: bool,
    /// Whether it is as the program made it: its messages bear the keys they had before there were rules.
    pub as_seeded: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// What a rule asks of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisitFacts {
    /// What it is for.
    pub category: Category,
    /// Which service.
    pub service: ServiceId,
    /// Its place in a course.
    pub role: Option<VisitRole>,
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: DateTime<Utc>,
    /// From when the time after it counts, once the patient has gone home.
    pub home_at: Option<DateTime<Utc>>,
    /// When the patient was told of it.
    pub told_at: DateTime<Utc>,
}

impl MessageRule {
    /// When its message about a visit goes: in the allowed hours, and never later than it is of use; `None` where there is none, or
    /// its time is past.
    pub fn due(&self, visit: &VisitFacts, zone: Tz, now: DateTime<Utc>) -> Option<Due> {
        if !self.active || !self.is_for(visit) || self.is_said_by_booking(visit) {
            return None;
        }
        let minutes = TimeDelta::minutes(self.minutes);
        let (at, last) = match self.anchor {
            Anchor::BeforeStart => (visit.starts_at - minutes, Some(visit.starts_at)),
            Anchor::AfterStart => (visit.starts_at + minutes, None),
            Anchor::AfterEnd => (visit.ends_at + minutes, None),
            Anchor::AfterGoingHome => (visit.home_at? + minutes, None),
            _ => return None,
        };
        let until = at + TimeDelta::minutes(self.useful_minutes);
        self.placed(at, last.map_or(until, |last| until.min(last)), zone, now)
    }

    /// The message at an instant, moved into the allowed hours; `None` if its time is past.
    pub fn placed(
        &self,
        at: DateTime<Utc>,
        until: DateTime<Utc>,
        zone: Tz,
        now: DateTime<Utc>,
    ) -> Option<Due> {
        let due_at = match self.hours {
            Some(hours) => hours.place(zone, at, until, now)?,
            None => at,
        };
        // After a visit each stage goes once, and its key never knew the minutes.
        let lead_minutes = if self.anchor == Anchor::AfterGoingHome { 0 } else { self.minutes };
        let due = Due { stage: self.stage, lead_minutes, due_at, useful_until: until };
        (due_at > now && due_at < until).then_some(due)
    }

    /// The key of its message: what the ledger's own key says, and the rule, once it is not what the program made any more: two
    /// rules with the same lead never share a message.
    pub fn key(&self, plain: String) -> String {
        if self.as_seeded || self.anchor.is_event() { plain } else { format!("{plain}:{}", self.id) }
    }

    fn is_for(&self, visit: &VisitFacts) -> bool {
        self.is_about(visit.category, visit.service, visit.role)
    }

    /// Whether it is about visits such as this.
    pub fn is_about(&self, category: Category, service: ServiceId, role: Option<VisitRole>) -> bool {
        serves(self.stage, category)
            && self.category.is_none_or(|one| one == category)
            && self.service.is_none_or(|one| one == service)
            && self.role.is_none_or(|one| role == Some(one))
    }

    /// Who books late reads one message that says it all, not three.
    fn is_said_by_booking(&self, visit: &VisitFacts) -> bool {
        let gets_ready = matches!(self.stage, Stage::PatientReminder | Stage::GettingReady);
        gets_ready && is_soon(visit.starts_at, visit.told_at)
    }

    /// Whether some visit would have the same message by both at the same moment. A rule of a service is one of its category too.
    pub fn doubles(&self, other: &Self, category_of: impl Fn(ServiceId) -> Option<Category>) -> bool {
        let category = |rule: &Self| rule.category.or_else(|| rule.service.and_then(&category_of));
        self.id != other.id
            && self.active
            && other.active
            && !self.anchor.is_event()
            && (self.stage, self.anchor, self.minutes) == (other.stage, other.anchor, other.minutes)
            && category(self).zip(category(other)).is_none_or(|(one, two)| one == two)
            && self.service.zip(other.service).is_none_or(|(one, two)| one == two)
            && self.role.zip(other.role).is_none_or(|(one, two)| one == two)
    }

    /// Everything that is wrong with it: the field, and the key of the sentence.
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        let range = LEAST_MINUTES..=MOST_MINUTES;
        let timed = !self.anchor.is_event();
        if !anchors(self.stage).contains(&self.anchor) {
            faults.push(("anchor", "message-rules-anchor-wrong"));
        }
        if timed && !range.contains(&self.minutes) {
            faults.push(("time", "message-rules-time-range"));
        }
        if timed && !range.contains(&self.useful_minutes) {
            faults.push(("useful", "message-rules-useful-range"));
        }
        if self.hours.is_some_and(|hours| !hours.is_sound()) {
            faults.push(("to", "message-rules-hours-range"));
        }
        if self.condition != Condition::Always && !self.anchor.is_of_visit() {
            faults.push(("condition", "message-rules-condition-wrong"));
        }
        if self.essential && !self.active {
            faults.push(("active", "message-rules-essential"));
        }
        faults
    }
}

/// How many minutes before such a visit its patient is asked once more who drives; `None` where no rule in force does.
pub fn last_call_minutes(
    rules: &[MessageRule],
    category: Category,
    service: ServiceId,
    role: Option<VisitRole>,
) -> Option<i64> {
    let calls = rules.iter().filter(|rule| rule.active && rule.stage == Stage::DriverLastCall);
    calls.filter(|rule| rule.is_about(category, service, role)).map(|rule| rule.minutes).max()
}

/// Whether a visit is so near when it is told of that nothing else comes before it.
pub fn is_soon(starts_at: DateTime<Utc>, told_at: DateTime<Utc>) -> bool {
    starts_at - told_at <= TimeDelta::minutes(SOON)
}

/// The moments a message may count from, the usual one first.
pub fn anchors(stage: Stage) -> &'static [Anchor] {
    match stage {
        Stage::PatientReminder
        | Stage::GettingReady
        | Stage::Intention
        | Stage::DriverLastCall
        | Stage::DriverReminder => &[Anchor::BeforeStart],
        Stage::MoodCheckIn => &[Anchor::AfterEnd, Anchor::AfterStart],
        Stage::QuietEvening | Stage::Prompt24h | Stage::Prompt48h => &[Anchor::AfterGoingHome],
        Stage::Phq9CheckIn => &[Anchor::DuringCourse],
        Stage::IntakeNudge => &[Anchor::AfterForm],
        Stage::TalkWanted => &[Anchor::BeforeExpiry],
        Stage::BoosterRecommended | Stage::BoosterOverdue => &[Anchor::OnDueDate],
        Stage::SeriesBooked | Stage::SeriesHeld | Stage::VisitBooked => &[Anchor::OnBooking],
        Stage::VisitMoved | Stage::SeriesChanged | Stage::DriverMoved => &[Anchor::OnMoving],
        Stage::VisitCancelled | Stage::DriverReleased => &[Anchor::OnCancelling],
        Stage::DriverDeclined => &[Anchor::OnDeclining],
        _ => &[Anchor::AtOnce],
    }
}

/// Whether visits of a category have a message of this stage at all.
pub fn serves(stage: Stage, category: Category) -> bool {
    match stage {
        Stage::DriverLastCall | Stage::DriverReminder => category.needs_driver(),
        Stage::GettingReady
        | Stage::Intention
        | Stage::MoodCheckIn
        | Stage::QuietEvening
        | Stage::Prompt24h
        | Stage::Prompt48h => category.needs_candidacy(),
        _ => true,
    }
}

/// Leads with how long each is of use, longest first: until the next one is due, the last until the visit. After downtime nobody
/// gets two at once.
pub fn before(leads: &[i64]) -> Vec<(i64, i64)> {
    let mut leads: Vec<i64> = leads.iter().copied().filter(|lead| *lead > 0).collect();
    leads.sort_unstable_by(|a, b| b.cmp(a));
    leads.dedup();
    let next = |index: usize| leads.get(index + 1).copied().unwrap_or(0);
    leads.iter().enumerate().map(|(index, lead)| (*lead, lead - next(index))).collect()
}

/// Minutes after a moment with how long each is of use, shortest first: until the next one is due, the last for so many minutes.
pub fn after(minutes: &[i64], last: i64) -> Vec<(i64, i64)> {
    let mut minutes: Vec<i64> = minutes.iter().copied().filter(|one| *one > 0).collect();
    minutes.sort_unstable();
    minutes.dedup();
    let useful = |index: usize, one: i64| minutes.get(index + 1).map_or(last, |next| next - one);
    minutes.iter().enumerate().map(|(index, one)| (*one, useful(index, *one))).collect()
}

#[cfg(test)]
#[path = "message_rules_test.rs"]
mod tests;
