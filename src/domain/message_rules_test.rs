//! When the message of a rule goes, against the clinic's day, both changes of the clocks and whatever a rule may say.

use super::*;
use chrono::{NaiveDateTime, TimeZone, Timelike};
use chrono_tz::America::New_York;
use proptest::prelude::*;

use crate::domain::time::bound;

fn at(local: &str) -> DateTime<Utc> {
    bound(New_York, NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").expect("a local time"))
}

fn rule(stage: Stage, minutes: i64, useful_minutes: i64) -> MessageRule {
    let now = Utc.with_ymd_and_hms(2026, 1, 1, 12, 0, 0).unwrap();
    MessageRule {
        id: RuleId::new(),
        site_id: SiteId::new(),
        stage,
        category: None,
        service: None,
        role: None,
        anchor: anchors(stage)[0],
        minutes,
        useful_minutes,
        hours: Some(DayHours { from: 480, to: 1200 }),
        condition: Condition::Always,
        essential: false,
        active: true,
        as_seeded: true,
        created_at: now,
        updated_at: now,
    }
}

/// A treatment of two and a half hours that was booked a month ahead.
fn treatment(starts_at: DateTime<Utc>) -> VisitFacts {
    VisitFacts {
        category: Category::Treatment,
        service: ServiceId::new(),
        role: Some(VisitRole::Main),
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(150),
        home_at: None,
        told_at: starts_at - TimeDelta::days(30),
    }
}

fn due_at(rule: &MessageRule, visit: &VisitFacts, now: &str) -> Option<DateTime<Utc>> {
    rule.due(visit, New_York, at(now)).map(|due| due.due_at)
}

#[test]
fn i4_a_late_booking_skips_what_is_past_and_reads_one_message() {
    let visit = treatment(at("2026-12-10T10:00"));
    let leads = [10080, 2880, 1440].map(|lead| rule(Stage::PatientReminder, lead, 1440));
    let three_days = visit.starts_at - TimeDelta::days(3);
    let left = leads.iter().filter(|one| one.due(&visit, New_York, three_days).is_some());
    assert_eq!(left.map(|one| one.minutes).collect::<Vec<_>>(), [2880, 1440]);

    // Told of it the evening before: the booking says it all, and what comes after the visit still comes.
    let told = at("2026-12-09T18:00");
    let late = VisitFacts { told_at: told, ..visit };
    let two_hours = rule(Stage::PatientReminder, 120, 120);
    let ready = rule(Stage::GettingReady, 240, 180);
    assert_eq!(two_hours.due(&late, New_York, told), None);
    assert_eq!(ready.due(&late, New_York, told), None);
    assert!(two_hours.due(&visit, New_York, told).is_some(), "told long ago, it is wanted");
    assert!(rule(Stage::MoodCheckIn, 1440, 1440).due(&late, New_York, told).is_some());
    assert!(is_soon(visit.starts_at, told) && !is_soon(visit.starts_at, three_days));
}

/// Reminders of the treatment at these leads, at any hour, that are still to come.
fn reminders(visit: &VisitFacts, leads: &[i64], now: DateTime<Utc>) -> Vec<Due> {
    let rules = before(leads).into_iter().map(|(minutes, useful)| MessageRule {
        hours: None,
        ..rule(Stage::PatientReminder, minutes, useful)
    });
    rules.filter_map(|rule| rule.due(visit, New_York, now)).collect()
}

#[test]
fn i4_a_late_booking_skips_the_stages_already_past() {
    let visit = treatment(at("2026-12-10T10:00"));
    let due = reminders(&visit, &[10080, 2880, 1440], visit.starts_at - TimeDelta::days(3));
    assert_eq!(due.iter().map(|due| due.lead_minutes).collect::<Vec<_>>(), [2880, 1440]);
}

#[test]
fn after_downtime_a_reminder_is_useful_only_until_the_next_one() {
    let visit = treatment(at("2026-12-10T10:00"));
    let due = reminders(&visit, &[1440, 10080, 2880, 2880], visit.starts_at - TimeDelta::days(30));
    assert_eq!(due.len(), 3);
    for pair in due.windows(2) {
        assert_eq!(pair[0].useful_until, pair[1].due_at);
    }
    assert_eq!(due[2].useful_until, visit.starts_at);
}

#[test]
fn getting_ready_comes_in_the_morning_or_the_evening_before_never_too_late_for_a_meal() {
    let ready = rule(Stage::GettingReady, 240, 180);
    let on = |local: &str| due_at(&ready, &treatment(at(local)), "2026-12-01T12:00");
    assert_eq!(on("2026-12-10T13:00"), Some(at("2026-12-10T09:00")));
    assert_eq!(on("2026-12-10T10:00"), Some(at("2026-12-10T08:00")));
    assert_eq!(on("2026-12-10T09:00"), Some(at("2026-12-09T19:30")), "8 AM is an hour before: too late");
    assert_eq!(due_at(&ready, &treatment(at("2026-12-10T09:00")), "2026-12-09T20:00"), None);
}

#[test]
fn a_week_is_a_week_and_eight_is_eight_across_both_changes_of_the_clocks() {
    let week = rule(Stage::PatientReminder, 10080, 7200);
    // Autumn, November 1: ten o'clock is eleven by the clocks before the change.
    let due = due_at(&week, &treatment(at("2026-11-03T10:00")), "2026-10-01T12:00");
    assert_eq!(due, Some(at("2026-10-27T11:00")));
    // Spring, March 14: half past eight would be half past seven, so it waits for eight.
    let due = due_at(&week, &treatment(at("2027-03-16T08:30")), "2027-03-01T12:00");
    assert_eq!(due, Some(at("2027-03-09T08:00")));
    let home = VisitFacts { home_at: Some(at("2026-10-31T20:30")), ..treatment(at("2026-10-31T17:00")) };
    let day = rule(Stage::Prompt24h, 1440, 1440);
    assert_eq!(due_at(&day, &home, "2026-10-31T21:00"), Some(at("2026-11-01T19:30")));
}

#[test]
fn the_quiet_days_count_from_going_home_and_only_then() {
    let (day, two) = (rule(Stage::Prompt24h, 1440, 1440), rule(Stage::Prompt48h, 2880, 1440));
    let visit = treatment(at("2026-12-01T10:00"));
    assert_eq!(due_at(&day, &visit, "2026-12-01T13:00"), None, "nobody went home");
    let home = VisitFacts { home_at: Some(visit.ends_at), ..visit };
    let first = day.due(&home, New_York, visit.ends_at).expect("a message");
    assert_eq!((first.due_at, first.lead_minutes), (at("2026-12-02T12:30"), 0));
    let second = two.due(&home, New_York, visit.ends_at).expect("a message");
    assert_eq!(first.useful_until, second.due_at, "nobody gets two at once");
    assert_eq!(second.useful_until, visit.ends_at + TimeDelta::hours(72));
    let noted = visit.ends_at + TimeDelta::hours(30);
    assert_eq!(day.due(&home, New_York, noted), None, "noted a day late, the first is past");
    assert!(two.due(&home, New_York, noted).is_some());
}

#[test]
fn a_rule_is_about_the_visits_it_names_and_a_switched_off_one_about_none() {
    let visit = treatment(at("2026-12-10T10:00"));
    let talk = VisitFacts { category: Category::Coaching, role: Some(VisitRole::AfterEach), ..visit };
    let has = |rule: MessageRule, visit: &VisitFacts| due_at(&rule, visit, "2026-12-01T12:00").is_some();
    let plain = || rule(Stage::PatientReminder, 1440, 1440);
    assert!(has(plain(), &visit) && has(plain(), &talk));
    let only = MessageRule { category: Some(Category::Coaching), ..plain() };
    assert!(!has(only.clone(), &visit) && has(only, &talk));
    assert!(has(MessageRule { service: Some(visit.service), ..plain() }, &visit));
    assert!(!has(MessageRule { service: Some(ServiceId::new()), ..plain() }, &visit));
    assert!(!has(MessageRule { role: Some(VisitRole::Main), ..plain() }, &talk));
    assert!(!has(MessageRule { active: false, ..plain() }, &visit));
    assert!(!has(rule(Stage::DriverReminder, 1440, 1440), &talk), "nobody drives to a talk");
}

#[test]
fn a_condition_is_met_or_nobody_needs_the_message() {
    let nothing = Standing::default();
    let all = Standing { confirmed: true, driver_named: true, driver_confirmed: true, first_treatment: true };
    for (condition, at_first, at_last) in [
        (Condition::Always, true, true),
        (Condition::Unconfirmed, true, false),
        (Condition::DriverMissing, true, false),
        (Condition::DriverUnconfirmed, true, false),
        (Condition::FirstTreatment, false, true),
    ] {
        assert_eq!((condition.holds(nothing), condition.holds(all)), (at_first, at_last), "{condition}");
    }
}

#[test]
fn e5_rules_as_seeded_keep_the_keys_of_old_and_changed_ones_never_share_one() {
    let (one, other) = (rule(Stage::PatientReminder, 1440, 1440), rule(Stage::PatientReminder, 1440, 1440));
    let changed = MessageRule { as_seeded: false, ..one.clone() };
    let plain = || "about:1:maria:patient_reminder:1440".to_owned();
    assert_eq!(one.key(plain()), plain());
    assert_eq!(changed.key(plain()), format!("{}:{}", plain(), changed.id));
    assert_ne!(changed.key(plain()), MessageRule { as_seeded: false, ..other }.key(plain()));
}

#[test]
fn each_message_is_of_use_until_the_next() {
    assert_eq!(before(&[1440, 10080, 2880, 2880, 0]), [(10080, 7200), (2880, 1440), (1440, 1440)]);
    assert_eq!(after(&[10080, 1440, 4320, 1440], 1440), [(1440, 2880), (4320, 5760), (10080, 1440)]);
    assert!(before(&[]).is_empty() && after(&[], 1440).is_empty());
}

#[test]
fn what_is_wrong_with_a_rule_is_named() {
    let fields = |rule: MessageRule| rule.faults().into_iter().map(|(field, _)| field).collect::<Vec<_>>();
    let plain = || rule(Stage::PatientReminder, 1440, 1440);
    assert!(fields(plain()).is_empty());
    let wrong = MessageRule {
        anchor: Anchor::AfterEnd,
        minutes: 5,
        useful_minutes: MOST_MINUTES + 1,
        hours: Some(DayHours { from: 480, to: 540 }),
        essential: true,
        active: false,
        ..plain()
    };
    assert_eq!(fields(wrong), ["anchor", "time", "useful", "to", "active"]);
    let form = MessageRule { condition: Condition::Unconfirmed, ..rule(Stage::IntakeNudge, 4320, 1440) };
    assert_eq!(fields(form), ["condition"]);
}

proptest! {
    #[test]
    fn i4_whatever_a_rule_says_its_message_goes_in_its_hours_before_the_visit_and_after_now(
        start in 0i64..4_000_000,
        minutes in LEAST_MINUTES..20_000,
        useful in LEAST_MINUTES..20_000,
        from in 300i64..900,
        length in 120i64..480,
        ahead in 0i64..30_000,
        told in 0i64..40_000,
    ) {
        let hours = DayHours { from, to: from + length };
        let starts_at = at("2024-01-01T00:00") + TimeDelta::minutes(start);
        let visit = VisitFacts { told_at: starts_at - TimeDelta::minutes(told), ..treatment(starts_at) };
        let now = starts_at - TimeDelta::minutes(ahead);
        for stage in [Stage::PatientReminder, Stage::GettingReady, Stage::Intention, Stage::DriverReminder] {
            let one = MessageRule { hours: Some(hours), ..rule(stage, minutes, useful) };
            let Some(due) = one.due(&visit, New_York, now) else { continue };
            let local = due.due_at.with_timezone(&New_York).time();
            let minute = i64::from(local.hour() * 60 + local.minute());
            prop_assert!((hours.from..hours.to).contains(&minute), "{} at {}", stage, local);
            prop_assert!(now < due.due_at && due.due_at < due.useful_until && due.useful_until <= starts_at);
        }
    }
}

#[test]
fn a_last_call_is_for_who_named_nobody_unless_its_rule_asks_for_a_yes() {
    let stands =
        |driver_named, driver_confirmed| Standing { driver_named, driver_confirmed, ..Standing::default() };
    for condition in [Condition::Always, Condition::DriverMissing, Condition::Unconfirmed] {
        assert!(condition.calls_for_driver(stands(false, false)), "{condition}");
        assert!(!condition.calls_for_driver(stands(true, false)), "{condition}");
    }
    let until_a_yes = Condition::DriverUnconfirmed;
    assert!(until_a_yes.calls_for_driver(stands(false, false)));
    assert!(until_a_yes.calls_for_driver(stands(true, false)));
    assert!(!until_a_yes.calls_for_driver(stands(true, true)));
}

#[test]
fn the_first_call_is_that_of_the_rules_in_force_for_such_a_visit() {
    let of = |rules: &[MessageRule], service: ServiceId| {
        last_call_minutes(rules, Category::Treatment, service, Some(VisitRole::Main))
    };
    let (one, other) = (ServiceId::new(), ServiceId::new());
    let call = rule(Stage::DriverLastCall, 4320, 4320);
    let early = MessageRule { service: Some(one), minutes: 5760, ..call.clone() };
    let off = MessageRule { active: false, minutes: 9000, ..call.clone() };
    let rules = [rule(Stage::PatientReminder, 10080, 1440), call.clone(), early, off.clone()];
    assert_eq!((of(&rules, one), of(&rules, other)), (Some(5760), Some(4320)));
    assert_eq!(of(&[off], one), None);
}

#[test]
fn two_rules_double_each_other_where_a_visit_would_have_both() {
    let (infusion, talk) = (ServiceId::new(), ServiceId::new());
    let category_of =
        |id: ServiceId| Some(if id == infusion { Category::Treatment } else { Category::Coaching });
    let all = rule(Stage::PatientReminder, 1440, 1440);
    let treatments = MessageRule { id: RuleId::new(), category: Some(Category::Treatment), ..all.clone() };
    let infusions = MessageRule { id: RuleId::new(), service: Some(infusion), ..all.clone() };
    let talks = MessageRule { id: RuleId::new(), service: Some(talk), ..all.clone() };
    let firsts = MessageRule { id: RuleId::new(), role: Some(VisitRole::Main), ..all.clone() };
    for (one, two, doubles) in [
        (&all, &all, false),
        (&all, &treatments, true),
        (&infusions, &treatments, true),
        (&talks, &treatments, false),
        (&talks, &infusions, false),
        (&firsts, &treatments, true),
    ] {
        assert_eq!(one.doubles(two, category_of), doubles, "{one:?} {two:?}");
        assert_eq!(two.doubles(one, category_of), doubles, "{one:?} {two:?}");
    }
    let later = MessageRule { minutes: 2880, ..treatments.clone() };
    let off = MessageRule { active: false, ..treatments };
    assert!(!all.doubles(&later, category_of) && !all.doubles(&off, category_of));
}
