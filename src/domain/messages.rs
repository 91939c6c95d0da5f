//! The ledger's rules: which messages a visit makes due, when, until when they are useful, and what key keeps each single.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::text_enum;

/// Minutes of a day.
const DAY_MINUTES: i64 = 1440;
/// More weekly check-ins than any course has.
const MOST_WEEKLY: i64 = 104;

text_enum! {
    /// What a message is about.
    pub enum Stage {
        /// One message for a whole booked course.
        SeriesBooked = "series_booked", "stage-series-booked";
        /// A course is held; here is what it would be.
        SeriesHeld = "series_held", "stage-series-held";
        /// A running course changed: the visits as they stand now.
        SeriesChanged = "series_changed", "stage-series-changed";
        /// One visit is booked.
        VisitBooked = "visit_booked", "stage-visit-booked";
        /// One or more visits have another time.
        VisitMoved = "visit_moved", "stage-visit-moved";
        /// One or more visits are off.
        VisitCancelled = "visit_cancelled", "stage-visit-cancelled";
        /// A visit is near.
        PatientReminder = "patient_reminder", "stage-patient-reminder";
        /// A treatment is near and nobody is named to drive.
        DriverLastCall = "driver_last_call", "stage-driver-last-call";
        /// The named driver said no.
        DriverDeclined = "driver_declined", "stage-driver-declined";
        /// Asks a driver to drive.
        DriverAsked = "driver_asked", "stage-driver-asked";
        /// A drive is near.
        DriverReminder = "driver_reminder", "stage-driver-reminder";
        /// A drive has another time.
        DriverMoved = "driver_moved", "stage-driver-moved";
        /// A drive is off.
        DriverReleased = "driver_released", "stage-driver-released";
        /// Some days after a treatment: how are you?
        MoodCheckIn = "mood_check_in", "stage-mood-check-in";
        /// Week by week while a course runs: the nine questions.
        Phq9CheckIn = "phq9_check_in", "stage-phq9-check-in";
        /// Staff invite the patient to choose their next visit.
        BoosterInvitation = "booster_invitation", "stage-booster-invitation";
        /// The next visit is recommended.
        BoosterRecommended = "booster_recommended", "stage-booster-recommended";
        /// The next visit is overdue.
        BoosterOverdue = "booster_overdue", "stage-booster-overdue";
        /// Here is the intake form.
        IntakePacket = "intake_packet", "stage-intake-packet";
        /// The intake form is not back yet.
        IntakeNudge = "intake_nudge", "stage-intake-nudge";
        /// A clinician's own words about the answers stand on the patient's page.
        IntakeWords = "intake_words", "stage-intake-words";
        /// A treatment is near: an intention can be set or revisited.
        Intention = "intention", "stage-intention";
        /// A day after a treatment: a few quiet things.
        Prompt24h = "prompt_24h", "stage-prompt-24h";
        /// Two days after a treatment: a few quiet things, and the talk.
        Prompt48h = "prompt_48h", "stage-prompt-48h";
        /// What a plan would cost waits to be read.
        Estimate = "estimate", "stage-estimate";
        /// A clinician wrote to the patient about a decision: the words stand on the patient's page.
        DecisionTold = "decision_told", "stage-decision-told";
        /// A treatment is hours away: what to do before it stands on the page.
        GettingReady = "getting_ready", "stage-getting-ready";
        /// The patient went home: what helps this evening stands on the page.
        QuietEvening = "quiet_evening", "stage-quiet-evening";
        /// A clinician's decision ends soon: it is time to talk.
        TalkWanted = "talk_wanted", "stage-talk-wanted";
        /// A patient's link was of no use any more: here is a fresh one.
        FreshLink = "fresh_link", "stage-fresh-link";
        /// A driver's link was of no use any more: here is a fresh one.
        DriverFreshLink = "driver_fresh_link", "stage-driver-fresh-link";
    }
}

impl Stage {
    /// Whether the driver, not the patient, reads it.
    pub fn is_for_driver(self) -> bool {
        matches!(
            self,
            Self::DriverAsked
                | Self::DriverReminder
                | Self::DriverMoved
                | Self::DriverReleased
                | Self::DriverFreshLink
        )
    }

    /// Whether it asks how somebody is: of use after the visit too, and nobody has to call when it cannot go.
    pub fn is_check_in(self) -> bool {
        matches!(self, Self::MoodCheckIn | Self::Phq9CheckIn)
    }

    /// Whether it calls a patient back after their course.
    pub fn is_recall(self) -> bool {
        matches!(self, Self::BoosterInvitation | Self::BoosterRecommended | Self::BoosterOverdue)
    }

    /// Whether it is about an intake: its link opens the form, not the visits.
    pub fn is_about_intake(self) -> bool {
        matches!(self, Self::IntakePacket | Self::IntakeNudge | Self::IntakeWords)
    }

    /// Whether it goes after the visit it is about, once the patient has gone home.
    pub fn is_after_visit(self) -> bool {
        matches!(self, Self::Prompt24h | Self::Prompt48h | Self::QuietEvening)
    }

    /// Whether what it says, or asks, counts when the visit it is about is over.
    pub fn outlives_visit(self) -> bool {
        self.is_after_visit() || self.is_check_in()
    }
}

text_enum! {
    /// State of a row of the ledger.
    pub enum MessageStatus {
        /// Waits for its time or for a worker.
        Pending = "pending", "message-pending";
        /// The mail server took it.
        Sent = "sent", "message-sent";
        /// The mail server refused it, or every try failed.
        Failed = "failed", "message-failed";
        /// Has nobody to go to, or was stopped by staff.
        Held = "held", "message-held";
        /// A newer message took its place.
        Superseded = "superseded", "message-superseded";
        /// Its reason is gone (visit off, driver named, already said).
        NotNeeded = "not_needed", "message-not-needed";
        /// Its time passed before it could go.
        Expired = "expired", "message-expired";
    }
}

/// When a message goes and until when it is of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// What it is about.
    pub stage: Stage,
    /// Minutes before the visit, for staged reminders; minutes after it or after the first, for check-ins; 0 for the others.
    pub lead_minutes: i64,
    /// Not before.
    pub due_at: DateTime<Utc>,
    /// Of no use from then on.
    pub useful_until: DateTime<Utc>,
}

/// The weekly check-ins of a course: two days before the first treatment, so that there is a baseline, then every `every`
/// minutes until the last visit; none where `every` is 0. Each is useful until the next.
pub fn weekly(
    first_treatment: DateTime<Utc>,
    last_visit: DateTime<Utc>,
    every: i64,
    now: DateTime<Utc>,
) -> Vec<Due> {
    if every <= 0 {
        return Vec::new();
    }
    let first = first_treatment - TimeDelta::minutes(2 * DAY_MINUTES);
    let step = every.max(DAY_MINUTES);
    (0..MOST_WEEKLY)
        .map(|number| number * step)
        .map(|minutes| Due {
            stage: Stage::Phq9CheckIn,
            lead_minutes: minutes,
            due_at: first + TimeDelta::minutes(minutes),
            useful_until: first + TimeDelta::minutes(minutes + step),
        })
        .take_while(|due| due.due_at < last_visit)
        .filter(|due| due.due_at > now)
        .collect()
}

/// A message that goes as soon as a slip could have been undone.
pub fn at_once(stage: Stage, now: DateTime<Utc>, undo_minutes: i64, useful_until: DateTime<Utc>) -> Due {
    let due_at = now + TimeDelta::minutes(undo_minutes);
    // A visit that starts within the undo time is told of at once.
    let due_at = if due_at < useful_until { due_at } else { now };
    Due { stage, lead_minutes: 0, due_at, useful_until: useful_until.max(now + TimeDelta::minutes(1)) }
}

/// The key that keeps a message single: (about what, its version, to whom, stage with lead).
pub fn unique_key(about: Uuid, version: i64, recipient: Uuid, stage: Stage, lead_minutes: i64) -> String {
    format!("{about}:{version}:{recipient}:{stage}:{lead_minutes}")
}

/// How long to wait after a failed try before the next (RFC 5321, 4.5.4.1 asks for growing intervals):
/// 1, 2, 5, 15, 30 minutes, then hourly; `None` after 12 tries.
pub fn retry_delay(tries: i64) -> Option<TimeDelta> {
    const MINUTES: [i64; 5] = [1, 2, 5, 15, 30];
    match tries {
        ..1 => Some(TimeDelta::zero()),
        1..=5 => usize::try_from(tries - 1).ok().and_then(|i| MINUTES.get(i)).map(|m| TimeDelta::minutes(*m)),
        6..=12 => Some(TimeDelta::hours(1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn start() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 12, 10, 15, 0, 0).unwrap()
    }

    #[test]
    fn weekly_check_ins_begin_before_the_first_treatment_and_end_with_the_course() {
        let days = |number: i64| TimeDelta::days(number);
        let now = start() - days(20);
        let due = weekly(start(), start() + days(35), 10080, now);
        let at: Vec<i64> = due.iter().map(|due| (due.due_at - start()).num_days()).collect();
        assert_eq!(at, [-2, 5, 12, 19, 26, 33]);
        assert!(due.windows(2).all(|pair| pair[0].useful_until == pair[1].due_at));
        assert!(weekly(start(), start() + days(35), 0, now).is_empty(), "0 means never");
        assert_eq!(weekly(start(), start() + days(35), 10080, start()).len(), 5);
    }

    #[test]
    fn a_message_about_a_visit_that_starts_at_once_goes_at_once() {
        let now = start() - TimeDelta::minutes(2);
        assert_eq!(at_once(Stage::VisitBooked, now, 3, start()).due_at, now);
        let early = start() - TimeDelta::days(2);
        assert_eq!(at_once(Stage::VisitBooked, early, 3, start()).due_at, early + TimeDelta::minutes(3));
    }

    #[test]
    fn i2_the_key_tells_apart_what_must_be_sent_apart() {
        let (a, b, r) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let key = unique_key(a, 1, r, Stage::PatientReminder, 1440);
        assert_ne!(key, unique_key(b, 1, r, Stage::PatientReminder, 1440));
        assert_ne!(key, unique_key(a, 2, r, Stage::PatientReminder, 1440));
        assert_ne!(key, unique_key(a, 1, r, Stage::PatientReminder, 2880));
        assert_eq!(key, unique_key(a, 1, r, Stage::PatientReminder, 1440));
    }

    #[test]
    fn tries_grow_apart_and_end() {
        let delays: Vec<_> = (1..=13).map(retry_delay).collect();
        assert!(delays.windows(2).take(11).all(|pair| pair[0] <= pair[1]));
        assert_eq!(delays[12], None);
    }
}
