//! The rules of messages a clinic begins with: domain.md's stages with the configuration's numbers.

use chrono::{DateTime, Utc};

use crate::config::Rules;
use crate::domain::day_hours::DayHours;
use crate::domain::ids::{RuleId, SiteId};
use crate::domain::message_rules::{Anchor, Condition, MessageRule, after, anchors, before};
use crate::domain::messages::Stage;
use crate::domain::services::Category;

/// Minutes of an hour.
const HOUR: i64 = 60;
/// Minutes of a day.
const DAY: i64 = 1440;
/// Hours in which reminders go: 8 AM to 8 PM.
const USUAL_HOURS: DayHours = DayHours { from: 480, to: 1200 };
/// A light meal comes two to four hours before a treatment: the message goes four hours before, and is of use until one.
const GETTING_READY: (i64, i64) = (4 * HOUR, 3 * HOUR);
/// The evening after a treatment.
const EVENING: (i64, i64) = (4 * HOUR, 6 * HOUR);
/// The two messages of the quiet days.
const PROMPTS: [(Stage, i64); 2] = [(Stage::Prompt24h, DAY), (Stage::Prompt48h, 2 * DAY)];
/// How long before a decision ends the patient is asked to talk.
const TALK: i64 = 14 * DAY;
/// How long the last reminder of a form is of use.
const LAST_NUDGE: i64 = 7 * DAY;
/// Messages that tell of something that happened; without them people would not know, so they cannot be switched off.
const EVENTS: [Stage; 17] = [
    Stage::VisitBooked,
    Stage::SeriesBooked,
    Stage::SeriesHeld,
    Stage::VisitMoved,
    Stage::SeriesChanged,
    Stage::VisitCancelled,
    Stage::DriverAsked,
    Stage::DriverMoved,
    Stage::DriverReleased,
    Stage::DriverDeclined,
    Stage::IntakePacket,
    Stage::IntakeWords,
    Stage::DecisionTold,
    Stage::Estimate,
    Stage::BoosterInvitation,
    Stage::FreshLink,
    Stage::DriverFreshLink,
];

/// Every rule a new clinic has.
pub(super) fn defaults(rules: &Rules, site: SiteId, now: DateTime<Utc>) -> Vec<MessageRule> {
    let plain = |stage: Stage| MessageRule {
        id: RuleId::new(),
        site_id: site,
        stage,
        category: None,
        service: None,
        role: None,
        anchor: anchors(stage).first().copied().unwrap_or(Anchor::AtOnce),
        minutes: 0,
        useful_minutes: 0,
        hours: None,
        condition: Condition::Always,
        essential: false,
        active: true,
        as_seeded: true,
        created_at: now,
        updated_at: now,
    };
    let timed = |stage: Stage, category: Option<Category>, time: (i64, i64)| MessageRule {
        category,
        minutes: time.0,
        useful_minutes: time.1,
        hours: Some(USUAL_HOURS),
        ..plain(stage)
    };
    let treatment = Some(Category::Treatment);
    let mut made: Vec<MessageRule> =
        EVENTS.into_iter().map(|stage| MessageRule { essential: true, ..plain(stage) }).collect();
    let each = |made: &mut Vec<MessageRule>, stage, category, times: Vec<(i64, i64)>| {
        made.extend(times.into_iter().map(|time| timed(stage, category, time)));
    };
    for category in [Category::Treatment, Category::Consultation] {
        each(&mut made, Stage::PatientReminder, Some(category), before(&rules.patient_reminder_minutes));
    }
    for category in [Category::Coaching, Category::Preparation, Category::Review] {
        each(&mut made, Stage::PatientReminder, Some(category), before(&rules.talk_reminder_minutes));
    }
    each(&mut made, Stage::Intention, treatment, before(&rules.intention_reminder_minutes));
    made.push(timed(Stage::GettingReady, treatment, GETTING_READY));
    each(&mut made, Stage::DriverReminder, treatment, before(&rules.driver_reminder_minutes));
    made.extend(before(&[rules.driver_last_call_minutes]).into_iter().map(|time| MessageRule {
        condition: Condition::DriverMissing,
        ..timed(Stage::DriverLastCall, treatment, time)
    }));
    made.push(timed(Stage::QuietEvening, treatment, EVENING));
    made.extend(PROMPTS.into_iter().map(|(stage, minutes)| timed(stage, treatment, (minutes, DAY))));
    each(&mut made, Stage::MoodCheckIn, treatment, after(&rules.mood_check_in_minutes, DAY));
    made.push(weekly(rules.phq9_every_minutes, timed(Stage::Phq9CheckIn, None, (7 * DAY, 7 * DAY))));
    made.extend([Stage::BoosterRecommended, Stage::BoosterOverdue].map(plain));
    let nudges: Vec<i64> = rules.intake.nudge_days.iter().map(|days| days * DAY).collect();
    each(&mut made, Stage::IntakeNudge, None, after(&nudges, LAST_NUDGE));
    made.push(timed(Stage::TalkWanted, None, (TALK, TALK)));
    made
}

/// How often the nine questions are asked; 0 is never, and can be switched on later.
fn weekly(every: i64, usual: MessageRule) -> MessageRule {
    if every <= 0 {
        return MessageRule { active: false, ..usual };
    }
    MessageRule { minutes: every, useful_minutes: every, ..usual }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use chrono::TimeZone;

    fn made(change: impl FnOnce(&mut Rules)) -> Vec<MessageRule> {
        let mut rules = Config::load(std::iter::empty()).expect("the defaults load").rules;
        change(&mut rules);
        defaults(&rules, SiteId::new(), Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap())
    }

    #[test]
    fn every_message_of_the_program_has_a_rule_and_every_rule_is_sound() {
        let made = made(|_| {});
        for stage in Stage::ALL {
            assert!(made.iter().any(|rule| rule.stage == *stage), "{stage} has no rule");
        }
        for rule in &made {
            assert!(rule.faults().is_empty(), "{}: {:?}", rule.stage, rule.faults());
            assert_eq!(rule.hours.is_none(), rule.anchor.is_event(), "{}: only news at night", rule.stage);
        }
    }

    #[test]
    fn the_configured_numbers_are_the_rules_of_a_new_clinic() {
        let made = made(|rules| {
            rules.patient_reminder_minutes = vec![2880, 10080, 2880];
            rules.mood_check_in_minutes = Vec::new();
            rules.phq9_every_minutes = 0;
        });
        let of = |stage, category| -> Vec<(i64, i64)> {
            let found = made.iter().filter(|rule| rule.stage == stage && rule.category == Some(category));
            found.map(|rule| (rule.minutes, rule.useful_minutes)).collect()
        };
        let reminders = of(Stage::PatientReminder, Category::Treatment);
        assert_eq!(reminders, [(10080, 7200), (2880, 2880)], "each of use until the next");
        assert_eq!(of(Stage::PatientReminder, Category::Coaching), [(1440, 1440)]);
        assert_eq!(of(Stage::DriverReminder, Category::Treatment), [(4320, 2880), (1440, 1440)]);
        assert!(of(Stage::MoodCheckIn, Category::Treatment).is_empty());
        assert!(made.iter().any(|rule| rule.stage == Stage::Phq9CheckIn && !rule.active), "0 means never");
    }
}
