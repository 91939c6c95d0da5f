//! The owner decides which message goes when: what a clinic begins with, what a change does to messages that wait, late bookings, the
//! hours of the day, conditions, and a clinic that was there before there were rules.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::actions::ActionError;
use seriesbook::actions::confirm::confirm_visits;
use seriesbook::actions::message_rules::{ensure, save_rule};
use seriesbook::actions::outbox;
use seriesbook::domain::day_hours::DayHours;
use seriesbook::domain::ids::{MessageId, PatientId, RuleId, SeriesId};
use seriesbook::domain::message_rules::{Anchor, Condition, MessageRule};
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::protocols::VisitRole;
use seriesbook::domain::services::Category;
use seriesbook::store::Store;
use seriesbook::store::messages::Message;

use super::world::{FRIEND, MARIA, TOM, World};
use crate::support::databases::{count, execute, literal, on_each_database};

const DAY: i64 = 1440;
/// How often the owner changed a rule, says the audit log.
const SAVED: &str = "SELECT COUNT(*) FROM audit WHERE action = 'message_rule.save'";

/// Maria's course on six Tuesdays at ten, from December 1 on.
async fn course(store: Store) -> (World, PatientId, SeriesId) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    (world, maria, series)
}

/// One more reminder before visits of a category, from 8 to 8.
fn reminder(world: &World, category: Category, minutes: i64) -> MessageRule {
    MessageRule {
        id: RuleId::new(),
        site_id: world.site.id,
        stage: Stage::PatientReminder,
        category: Some(category),
        service: None,
        role: None,
        anchor: Anchor::BeforeStart,
        minutes,
        useful_minutes: DAY.min(minutes),
        hours: Some(DayHours { from: 480, to: 1200 }),
        condition: Condition::Always,
        essential: false,
        active: true,
        as_seeded: false,
        created_at: world.now(),
        updated_at: world.now(),
    }
}

async fn save(world: &World, rule: &MessageRule, is_new: bool) -> Result<(), ActionError> {
    let (owner, rule) = (world.clinic.owner(), rule.clone());
    world.act(&owner, async |tx| save_rule(tx, &owner, &world.site, rule, is_new).await).await
}

/// The clinic's rule of so many minutes for treatments.
async fn seeded(world: &World, stage: Stage, minutes: i64) -> MessageRule {
    let rules = world.clinic.read().await.message_rules(world.site.id).await.expect("rules");
    let found = rules.into_iter().find(|rule| {
        rule.stage == stage && rule.minutes == minutes && rule.category == Some(Category::Treatment)
    });
    found.expect("a clinic begins with it")
}

async fn ledger(world: &World, patient: PatientId) -> Vec<Message> {
    world.clinic.read().await.messages_of(patient, 1000).await.expect("messages")
}

/// How many messages of a rule are in each state.
async fn states(world: &World, patient: PatientId, rule: &MessageRule) -> BTreeMap<&'static str, usize> {
    let mut states = BTreeMap::new();
    for row in ledger(world, patient).await.iter().filter(|row| row.rule_id == Some(rule.id)) {
        *states.entry(row.status.as_str()).or_default() += 1;
    }
    states
}

/// What waits, by key, with its time.
async fn waiting(world: &World, patient: PatientId) -> BTreeMap<String, chrono::DateTime<chrono::Utc>> {
    let rows = ledger(world, patient).await.into_iter().filter(|row| row.status == MessageStatus::Pending);
    rows.map(|row| (row.unique_key, row.due_at)).collect()
}

/// The leads of the reminders that wait about each treatment, shortest first.
async fn leads(world: &World, patient: PatientId, series: SeriesId) -> Vec<Vec<i64>> {
    let rows = ledger(world, patient).await;
    let mut all = Vec::new();
    for id in world.treatments(series).await {
        let about = rows.iter().filter(|row| {
            row.appointment_id == Some(id)
                && row.stage == Stage::PatientReminder
                && row.status == MessageStatus::Pending
        });
        let mut leads: Vec<i64> = about.map(|row| row.lead_minutes / DAY).collect();
        leads.sort_unstable();
        all.push(leads);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn e3_every_visit_of_a_course_has_the_messages_a_clinic_begins_with() {
    on_each_database(|store| Box::pin(defaults(store))).await;
}

async fn defaults(store: Store) {
    let (world, maria, series) = course(store).await;
    let rows = ledger(&world, maria).await;
    for visit in world.visits(series).await {
        let about = rows.iter().filter(|row| row.appointment_id == Some(visit.id));
        let mut found: Vec<(Stage, i64)> =
            about.map(|row| (row.stage, (row.due_at - visit.starts_at).num_minutes())).collect();
        found.sort_unstable();
        let length = (visit.ends_at - visit.starts_at).num_minutes();
        let mut expected = match visit.category {
            Category::Treatment => vec![
                (Stage::PatientReminder, -7 * DAY),
                (Stage::PatientReminder, -2 * DAY),
                (Stage::PatientReminder, -DAY),
                (Stage::DriverLastCall, -3 * DAY),
                (Stage::Intention, -3 * DAY),
                // Four hours before ten is six in the morning: it waits for eight.
                (Stage::GettingReady, -120),
                (Stage::MoodCheckIn, length + DAY),
                (Stage::MoodCheckIn, length + 3 * DAY),
                (Stage::MoodCheckIn, length + 7 * DAY),
            ],
            _ => vec![(Stage::PatientReminder, -DAY)],
        };
        expected.sort_unstable();
        assert_eq!(found, expected, "{} at {}", visit.name, visit.starts_at);
    }
    let whole: Vec<Stage> =
        rows.iter().filter(|row| row.appointment_id.is_none()).map(|row| row.stage).collect();
    assert_eq!(whole.iter().filter(|stage| **stage == Stage::SeriesBooked).count(), 1);
    assert!(whole.iter().filter(|stage| **stage == Stage::Phq9CheckIn).count() >= 6, "{whole:?}");
    assert!(whole.contains(&Stage::TalkWanted), "and before the decision ends");

    let first = world.main(series, 1).await;
    world.pass_until(first.starts_at - TimeDelta::minutes(90)).await;
    world.attend(first.id).await;
    let evening = world.messages_about(maria, first.id).await;
    let evening = evening.iter().find(|row| row.stage == Stage::QuietEvening).expect("the evening after");
    assert_eq!(evening.due_at, first.ends_at + TimeDelta::hours(4));
    world.pass_until(evening.due_at + TimeDelta::hours(1)).await;
    let mails = world.mails_to(MARIA);
    for subject in ["Getting ready for Tuesday, December 8", "For a quiet evening"] {
        let count = mails.iter().filter(|mail| mail.subject() == subject).count();
        assert_eq!(count, 1, "{subject}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_is_added_changed_or_switched_off_takes_the_waiting_messages_with_it() {
    on_each_database(|store| Box::pin(added_and_changed(store))).await;
}

async fn added_and_changed(store: Store) {
    let (world, maria, series) = course(store.clone()).await;
    let rule = reminder(&world, Category::Treatment, 5 * DAY);
    save(&world, &rule, true).await.expect("a sound rule");
    assert_eq!(states(&world, maria, &rule).await, BTreeMap::from([("pending", 6)]));
    assert_eq!(leads(&world, maria, series).await, vec![vec![1, 2, 5, 7]; 6]);

    let before = waiting(&world, maria).await;
    save(&world, &rule, false).await.expect("nothing changed");
    assert_eq!((waiting(&world, maria).await, count(&store, SAVED).await), (before, 1), "once is enough");

    let changed = MessageRule { minutes: 4 * DAY, ..rule.clone() };
    save(&world, &changed, false).await.expect("a sound rule");
    let states_now = states(&world, maria, &rule).await;
    assert_eq!(states_now, BTreeMap::from([("pending", 6), ("superseded", 6)]));
    assert_eq!(leads(&world, maria, series).await, vec![vec![1, 2, 4, 7]; 6]);

    let off = MessageRule { active: false, ..changed.clone() };
    save(&world, &off, false).await.expect("it may be off");
    let states_now = states(&world, maria, &rule).await;
    assert_eq!(states_now, BTreeMap::from([("not_needed", 6), ("superseded", 6)]));
    save(&world, &changed, false).await.expect("on again");
    assert_eq!(leads(&world, maria, series).await, vec![vec![1, 2, 4, 7]; 6], "they stand again");
    assert_eq!(count(&store, SAVED).await, 4);

    let moved = world.clinic.read().await.message_rule_of(world.site.id, Stage::VisitMoved).await;
    let moved = moved.expect("an answer").expect("a rule");
    let silent = save(&world, &MessageRule { active: false, ..moved }, false).await;
    assert!(matches!(silent, Err(ActionError::Refused("message-rules-essential"))), "{silent:?}");
    let by_desk =
        world.act(&world.desk, async |tx| save_rule(tx, &world.desk, &world.site, off, false).await).await;
    assert!(matches!(by_desk, Err(ActionError::NotPermitted)), "{by_desk:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn e5_another_lead_time_loses_no_reminder_and_doubles_none() {
    on_each_database(|store| Box::pin(another_lead(store))).await;
}

async fn another_lead(store: Store) {
    let (world, maria, series) = course(store).await;
    let two_days = seeded(&world, Stage::PatientReminder, 2 * DAY).await;
    let three = MessageRule { minutes: 3 * DAY, useful_minutes: 2 * DAY, ..two_days.clone() };
    save(&world, &three, false).await.expect("a sound rule");
    assert_eq!(leads(&world, maria, series).await, vec![vec![1, 3, 7]; 6]);
    save(&world, &two_days, false).await.expect("and back");
    assert_eq!(leads(&world, maria, series).await, vec![vec![1, 2, 7]; 6]);

    // The first visit's two days are told; a day and a half would tell it twice.
    let first = world.main(series, 1).await;
    world.pass_until(first.starts_at - TimeDelta::hours(40)).await;
    let later = MessageRule { minutes: 2160, ..two_days.clone() };
    save(&world, &later, false).await.expect("a sound rule");
    let about = world.messages_about(maria, first.id).await;
    let of_rule = about.iter().filter(|row| row.rule_id == Some(two_days.id));
    assert!(of_rule.clone().any(|row| row.status == MessageStatus::Sent));
    assert!(of_rule.clone().all(|row| row.status != MessageStatus::Pending), "told once is told");
    assert_eq!(leads(&world, maria, series).await[1], [1, 1, 7], "the others are reminded 36 hours ahead");
    world.pass_until(first.starts_at).await;
    let sent = world.messages_about(maria, first.id).await;
    let sent =
        sent.iter().filter(|row| row.stage == Stage::PatientReminder && row.status == MessageStatus::Sent);
    assert_eq!(sent.count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_decided_against_does_not_come_back_with_a_change_of_its_rule() {
    on_each_database(|store| Box::pin(decided_against(store))).await;
}

async fn decided_against(store: Store) {
    let (world, maria, series) = course(store).await;
    let two_days = seeded(&world, Stage::PatientReminder, 2 * DAY).await;
    let first = world.main(series, 1).await;
    let about = world.messages_about(maria, first.id).await;
    let one = about.iter().find(|row| row.rule_id == Some(two_days.id)).expect("planned").id;
    let desk = &world.desk;
    world.act(desk, async |tx| outbox::drop_one(tx, desk, one).await).await.expect("not this one");
    let three = MessageRule { minutes: 3 * DAY, useful_minutes: 2 * DAY, ..two_days.clone() };
    for (rule, days) in [(&three, 3), (&two_days, 2)] {
        save(&world, rule, false).await.expect("a sound rule");
        let mut expected = vec![vec![1, days, 7]; 6];
        expected[0] = vec![1, 7];
        assert_eq!(leads(&world, maria, series).await, expected);
    }
    // And what plans the visit anew plans it without this one.
    let mut again = about.iter().find(|row| row.id == one).expect("the row").clone();
    again.id = MessageId::new();
    let mut tx = world.clinic.write(desk).await;
    assert!(!tx.insert_message(&again).await.expect("an answer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_on_its_second_try_is_neither_lost_nor_doubled_by_a_change_of_its_rule() {
    on_each_database(|store| Box::pin(second_try(store))).await;
}

async fn second_try(store: Store) {
    let (world, maria, series) = course(store.clone()).await;
    let two_days = seeded(&world, Stage::PatientReminder, 2 * DAY).await;
    let first = world.main(series, 1).await;
    let of_rule = async || {
        let about = world.messages_about(maria, first.id).await.into_iter();
        let of_rule = about.filter(|row| row.rule_id == Some(two_days.id));
        of_rule.map(|row| (row.id, row.status)).collect::<Vec<_>>()
    };
    let one = of_rule().await[0].0;
    let id = literal(&store, one.0);
    let unsure = format!("UPDATE messages SET maybe_twice = TRUE, tries = 1 WHERE id = {id}");
    execute(&store, &unsure).await.expect("the answer was lost");
    let three = MessageRule { minutes: 3 * DAY, useful_minutes: 2 * DAY, ..two_days.clone() };
    save(&world, &three, false).await.expect("a sound rule");
    assert_eq!(of_rule().await, [(one, MessageStatus::Pending)]);
    assert_eq!(leads(&world, maria, series).await[1], [1, 3, 7], "the others follow the rule");
}

#[tokio::test(flavor = "multi_thread")]
async fn e4_who_books_late_gets_one_message_that_says_it_all() {
    on_each_database(|store| Box::pin(late(store))).await;
}

async fn late(store: Store) {
    let world = World::open(store, "2026-12-01 16:00").await;
    let short = reminder(&world, Category::Consultation, 120);
    save(&world, &short, true).await.expect("a sound rule");
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let start = world.clinic.at("2026-12-02T10:00");
    world.book_visit(maria, world.service(Category::Consultation).id, start).await.expect("free");
    world.pass_until(start).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), 1, "{:?}", mails.iter().map(|mail| mail.subject()).collect::<Vec<_>>());
    let text = mails[0].text();
    for words in ["It is soon.", "Tell us that you are coming.", "Your page tells you how to get ready."] {
        assert!(text.contains(words), "{words} is not in:\n{text}");
    }
    assert_eq!(ledger(&world, maria).await.len(), 1, "no reminder was planned");

    let tom = world.add_patient("Tom Berger", Some(TOM)).await;
    let start = world.clinic.at("2026-12-04T10:00");
    world.book_visit(tom, world.service(Category::Consultation).id, start).await.expect("free");
    world.pass_until(start - TimeDelta::minutes(90)).await;
    let mails = world.mails_to(TOM);
    assert_eq!(mails.len(), 3, "the booking, the day before, two hours before");
    assert!(!mails[0].text().contains("It is soon."));
}

#[tokio::test(flavor = "multi_thread")]
async fn i4_nothing_goes_outside_the_hours_of_the_day_even_when_it_is_late() {
    on_each_database(|store| Box::pin(in_the_night(store))).await;
}

async fn in_the_night(store: Store) {
    let world = World::open(store, "2026-11-30 09:00").await;
    // Fifteen hours before ten is seven in the evening.
    let evening = reminder(&world, Category::Consultation, 900);
    save(&world, &evening, true).await.expect("a sound rule");
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let start = world.clinic.at("2026-12-03T10:00");
    world.book_visit(maria, world.service(Category::Consultation).id, start).await.expect("free");
    world.pass_until(world.clinic.at("2026-12-02T18:30")).await;
    let told = world.mails_to(MARIA).len();

    // The machine was off until half past nine in the evening.
    world.clock_to(world.clinic.at("2026-12-02T21:30"));
    let (first, second) = (world.tick().await, world.tick().await);
    assert_eq!((first.sent, first.ended, second.sent), (0, 0, 0), "not at night");
    let row = ledger(&world, maria).await.into_iter().find(|row| row.rule_id == Some(evening.id));
    let row = row.expect("a message");
    let morning = world.clinic.at("2026-12-03T08:00");
    assert_eq!((row.status, row.claimed_until), (MessageStatus::Pending, morning));
    assert_eq!(row.due_at, world.clinic.at("2026-12-02T19:00"), "it stays due when it was");
    world.clock_to(morning);
    assert_eq!((world.tick().await.sent, world.tick().await.sent), (1, 0), "once, in the morning");
    assert_eq!(world.mails_to(MARIA).len(), told + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_for_those_who_have_not_confirmed_is_silent_for_who_has() {
    on_each_database(|store| Box::pin(conditions(store))).await;
}

async fn conditions(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let ask = MessageRule {
        condition: Condition::Unconfirmed,
        ..reminder(&world, Category::Consultation, 3 * DAY)
    };
    save(&world, &ask, true).await.expect("a sound rule");
    let service = world.service(Category::Consultation).id;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let tom = world.add_patient("Tom Berger", Some(TOM)).await;
    for (patient, at) in [(maria, "2026-12-02T10:00"), (tom, "2026-12-02T14:00")] {
        world.book_visit(patient, service, world.clinic.at(at)).await.expect("free");
    }
    let visit = world.visits_of(maria).await.remove(0);
    let seen = [(visit.id, visit.version)];
    world
        .act(&world.desk, async |tx| confirm_visits(tx, &world.desk, &seen).await)
        .await
        .expect("she said so on the phone");
    world.pass_until(world.clinic.at("2026-11-30T12:00")).await;
    assert_eq!(states(&world, maria, &ask).await, BTreeMap::from([("not_needed", 1)]));
    assert_eq!(states(&world, tom, &ask).await, BTreeMap::from([("sent", 1)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_about_drives_reminds_the_driver_there_is_and_calls_only_who_named_none() {
    on_each_database(|store| Box::pin(drives(store))).await;
}

async fn drives(store: Store) {
    let (world, maria, series) = course(store).await;
    let second = world.main(series, 2).await;
    world.name_driver(maria, &[second.id], "Daniel Reed", FRIEND).await;
    let hours = MessageRule { stage: Stage::DriverReminder, ..reminder(&world, Category::Treatment, 240) };
    save(&world, &hours, true).await.expect("a sound rule");
    let call = MessageRule { stage: Stage::DriverLastCall, ..reminder(&world, Category::Treatment, 2 * DAY) };
    save(&world, &call, true).await.expect("a sound rule");
    let rows = ledger(&world, maria).await;
    let of = |rule: &MessageRule| -> Vec<&Message> {
        rows.iter().filter(|row| row.rule_id == Some(rule.id)).collect()
    };
    let reminded = of(&hours);
    assert_eq!(reminded.len(), 1);
    assert_eq!(reminded[0].appointment_id, Some(second.id));
    assert!(reminded[0].driver_id.is_some(), "the driver reads it");
    assert_eq!(of(&call).len(), 5, "all but the visit with a driver");
    assert!(of(&call).iter().all(|row| row.appointment_id != Some(second.id)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_call_until_somebody_says_yes_goes_though_somebody_is_named() {
    on_each_database(|store| Box::pin(until_a_yes(store))).await;
}

async fn until_a_yes(store: Store) {
    let (world, maria, series) = course(store).await;
    let (first, second) = (world.main(series, 1).await, world.main(series, 2).await);
    world.name_driver(maria, &[second.id], "Daniel Reed", FRIEND).await;
    let call = MessageRule {
        stage: Stage::DriverLastCall,
        condition: Condition::DriverUnconfirmed,
        ..reminder(&world, Category::Treatment, 2 * DAY)
    };
    save(&world, &call, true).await.expect("a sound rule");
    world.name_driver(maria, &[first.id], "Daniel Reed", FRIEND).await;
    assert_eq!(states(&world, maria, &call).await, BTreeMap::from([("pending", 6)]));
    world.pass_until(first.starts_at).await;
    let about = world.messages_about(maria, first.id).await;
    let sent = about.iter().filter(|row| row.stage == Stage::DriverLastCall && row.sent_at.is_some());
    let sent: Vec<_> = sent.map(|row| row.rule_id).collect();
    assert_eq!(sent, [Some(call.id)], "not that of the rule which asks for a name");
    let told = world.mails_to(MARIA);
    assert!(told.iter().any(|mail| mail.text().contains("Daniel has not said yes to driving you")));

    world.answer(second.id, true).await;
    world.pass_until(second.starts_at).await;
    let about = world.messages_about(maria, second.id).await;
    let calls = about.iter().filter(|row| row.stage == Stage::DriverLastCall);
    assert!(calls.clone().count() >= 1 && calls.clone().all(|row| row.sent_at.is_none()), "he said yes");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ladder_of_a_missing_driver_begins_with_the_call_the_owner_set() {
    on_each_database(|store| Box::pin(first_rung(store))).await;
}

async fn first_rung(store: Store) {
    let (world, _, series) = course(store).await;
    let first = world.main(series, 1).await;
    let call = seeded(&world, Stage::DriverLastCall, 3 * DAY).await;
    world.clock_to(first.starts_at - TimeDelta::hours(60));
    let mut desk = world.signed_in("desk@harbor.test").await;
    desk.get("/drivers").await.ok().says("The patient is asked again: since");

    let off = MessageRule { active: false, ..call.clone() };
    save(&world, &off, false).await.expect("it may be off");
    let page = desk.get("/drivers").await;
    page.ok().says("Next: The desk calls");
    assert!(!page.text().contains("The patient is asked again"), "no message asks them");

    let late = MessageRule { minutes: 2 * DAY + 60, useful_minutes: DAY, ..call };
    save(&world, &late, false).await.expect("a sound rule");
    desk.get("/drivers").await.ok().says("Next: The patient is asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clinic_from_before_there_were_rules_gets_them_once_and_no_message_twice() {
    on_each_database(|store| Box::pin(upgraded(store))).await;
}

async fn upgraded(store: Store) {
    let (world, maria, series) = course(store.clone()).await;
    let before = waiting(&world, maria).await;
    let new = "DELETE FROM messages WHERE stage IN ('getting_ready', 'talk_wanted')";
    execute(&store, new).await.expect("as it was");
    execute(&store, "UPDATE messages SET rule_id = NULL").await.expect("as it was");
    execute(&store, "DELETE FROM message_rules").await.expect("as it was");
    let rules = world.clinic.rules();
    for _ in 0..2 {
        ensure(&store, &rules, world.now()).await.expect("the rules are made");
    }
    let made = world.clinic.read().await.message_rules(world.site.id).await.expect("rules");
    assert_eq!(made.iter().filter(|rule| rule.stage == Stage::PatientReminder).count(), 9);
    assert_eq!(waiting(&world, maria).await, before, "the same keys at the same times");

    // What waited from before belongs to its rule, so that a change takes it along.
    let two_days = seeded(&world, Stage::PatientReminder, 2 * DAY).await;
    let three = MessageRule { minutes: 3 * DAY, useful_minutes: 2 * DAY, ..two_days };
    save(&world, &three, false).await.expect("a sound rule");
    assert_eq!(leads(&world, maria, series).await, vec![vec![1, 3, 7]; 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_before_there_were_rules_is_not_told_again_when_one_changes() {
    on_each_database(|store| Box::pin(upgraded_midway(store))).await;
}

async fn upgraded_midway(store: Store) {
    let (world, maria, series) = course(store.clone()).await;
    let first = world.main(series, 1).await;
    world.pass_until(first.starts_at - TimeDelta::hours(40)).await;
    execute(&store, "UPDATE messages SET rule_id = NULL").await.expect("as it was");
    execute(&store, "DELETE FROM message_rules").await.expect("as it was");
    ensure(&store, &world.clinic.rules(), world.now()).await.expect("the rules are made");
    let two_days = seeded(&world, Stage::PatientReminder, 2 * DAY).await;
    let later = MessageRule { minutes: 2160, ..two_days.clone() };
    save(&world, &later, false).await.expect("a sound rule");
    let about = world.messages_about(maria, first.id).await;
    let of_rule: Vec<_> = about.iter().filter(|row| row.rule_id == Some(two_days.id)).collect();
    assert!(of_rule.iter().any(|row| row.status == MessageStatus::Sent), "{about:#?}");
    assert!(of_rule.iter().all(|row| row.status != MessageStatus::Pending), "told once is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_reads_the_rules_in_plain_words_and_is_told_what_is_wrong_at_its_field() {
    on_each_database(|store| Box::pin(pages(store))).await;
}

async fn pages(store: Store) {
    let (world, maria, series) = course(store.clone()).await;
    let mut owner = world.signed_in("owner@harbor.test").await;
    let list = owner.get("/settings/messages").await;
    list.ok().says("Before a visit").says("7 days before it starts").says("8:00 AM to 8:00 PM");
    list.says("No driver is named").says("When visits move or a course changes").says("Any hour");
    owner.get("/settings").await.ok().says("7 days, 2 days, 1 day before the visit");

    owner.get("/settings/messages/new").await.ok();
    let good = [
        ("stage", "patient_reminder"),
        ("time", "5"),
        ("time_unit", "days"),
        ("anchor", ""),
        ("what", "treatment"),
        ("role", ""),
        ("useful", "1"),
        ("useful_unit", "days"),
        ("condition", "unconfirmed"),
        ("from", "08:00"),
        ("to", "20:00"),
        ("active", "yes"),
    ];
    let with = |field: &str, value: &'static str| {
        good.map(|(name, was)| (name, if name == field { value } else { was }))
    };
    let faults = [
        ("time", "soon", "Enter a time from 15 minutes to 90 days"),
        ("to", "08:30", "The hours must end 2 hours or more after they begin"),
        ("stage", "visit_moved", "Choose a message"),
        ("anchor", "after_end", "This message does not count from that moment"),
    ];
    for (field, typed, words) in faults {
        let page = owner.post("/settings/messages/new", &with(field, typed)).await;
        page.is(StatusCode::UNPROCESSABLE_ENTITY).says(words);
    }
    owner.post("/settings/messages/new", &with("time", "soon")).await.holds("value=\"soon\"");
    assert_eq!(count(&store, SAVED).await, 0);
    owner.post("/settings/messages/new", &good).await.goes_to("/settings/messages");
    owner.post("/settings/messages/new", &good).await.goes_to("/settings/messages");
    assert_eq!(count(&store, SAVED).await, 1, "a second press adds nothing");
    owner.get("/settings/messages").await.ok().says("5 days before it starts").says("has not confirmed");
    assert_eq!(leads(&world, maria, series).await, vec![vec![1, 2, 5, 7]; 6]);

    let rules = world.clinic.read().await.message_rules(world.site.id).await.expect("rules");
    let mine = rules.iter().find(|rule| rule.minutes == 5 * DAY).expect("it was added");
    let path = format!("/settings/messages/{}", mine.id);
    owner.get(&path).await.ok().says("6 messages wait by it now.").holds("value=\"5\"");
    let off: Vec<(&str, &str)> = good.into_iter().filter(|(name, _)| *name != "active").collect();
    owner.post(&path, &off).await.goes_to("/settings/messages");
    assert_eq!(leads(&world, maria, series).await, vec![vec![1, 2, 7]; 6]);

    let moved = rules.iter().find(|rule| rule.stage == Stage::VisitMoved).expect("a rule");
    let path = format!("/settings/messages/{}", moved.id);
    let page = owner.get(&path).await;
    page.ok().says("It cannot be switched off.").says("When visits move or a course changes");
    owner.post(&path, &[("from", "07:00"), ("to", "22:00")]).await.goes_to("/settings/messages");
    owner.get("/settings/messages").await.ok().says("7:00 AM to 10:00 PM");
    let mut desk = world.signed_in("desk@harbor.test").await;
    desk.get(&path).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_would_send_the_same_message_twice_is_refused_and_the_other_is_named() {
    on_each_database(|store| Box::pin(doubled(store))).await;
}

async fn doubled(store: Store) {
    let (world, maria, series) = course(store).await;
    let same = reminder(&world, Category::Treatment, 2 * DAY);
    let refused = save(&world, &same, true).await;
    assert!(matches!(refused, Err(ActionError::Refused("message-rules-double"))), "{refused:?}");
    let wider = MessageRule { category: None, role: Some(VisitRole::Main), ..same.clone() };
    assert!(save(&world, &wider, true).await.is_err(), "a treatment of a course would have both");
    let week = seeded(&world, Stage::PatientReminder, 7 * DAY).await;
    let moved = save(&world, &MessageRule { minutes: 2 * DAY, ..week.clone() }, false).await;
    assert!(matches!(moved, Err(ActionError::Refused("message-rules-double"))), "{moved:?}");
    assert_eq!(leads(&world, maria, series).await, vec![vec![1, 2, 7]; 6]);

    let mut owner = world.signed_in("owner@harbor.test").await;
    owner.get("/settings/messages/new").await.ok();
    let typed = [
        ("stage", "patient_reminder"),
        ("time", "2"),
        ("time_unit", "days"),
        ("what", "treatment"),
        ("useful", "1"),
        ("useful_unit", "days"),
        ("active", "yes"),
    ];
    let page = owner.post("/settings/messages/new", &typed).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("There is a rule like this one already");
    page.says("2 days before it starts, Treatment").holds("value=\"2\"");

    let two_days = seeded(&world, Stage::PatientReminder, 2 * DAY).await;
    save(&world, &MessageRule { active: false, ..two_days }, false).await.expect("it may be off");
    save(&world, &same, true).await.expect("one is left");
}
