//! A year of a clinic on each database, with the real worker and a real mail server: what the outside says must become of every row of the
//! ledger has become of it. This ties the ten simulated years to the program.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc, Weekday};
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::ids::{AppointmentId, PatientId};
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::services::Category;
use seriesbook::store::Store;

use super::history::{Change, Dice, History, Must, Planned, must};
use crate::scenarios::world::World;
use crate::support::databases::{count, on_each_database};

const VISITS: usize = 150;
const DAYS: i64 = 360;

/// What happens.
#[derive(Clone, Copy, Debug)]
enum Act {
    Book(usize, DateTime<Utc>),
    Move(usize),
    Cancel(usize),
    Tick,
}

/// A booked visit and how it stood.
struct Booked {
    patient: PatientId,
    id: AppointmentId,
    history: History,
}

/// The acts of a year, and times that are free for those who move.
struct Plan {
    acts: BTreeMap<DateTime<Utc>, Act>,
    free: Vec<DateTime<Utc>>,
    dice: Dice,
}

impl Plan {
    /// Acts happen at one second of a minute and ticks at another, so that none falls on the other.
    fn add(&mut self, at: DateTime<Utc>, act: Act) {
        let second = if matches!(act, Act::Tick) { 43 } else { 17 };
        let mut at = at - TimeDelta::seconds(at.timestamp().rem_euclid(60)) + TimeDelta::seconds(second);
        while self.acts.contains_key(&at) {
            at += TimeDelta::minutes(1);
        }
        self.acts.insert(at, act);
    }

    /// An instant between two.
    fn between(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> DateTime<Utc> {
        from + TimeDelta::minutes(self.dice.between(1, (to - from).num_minutes().max(2)))
    }

    /// A free time after an instant.
    fn free_after(&mut self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let ahead: Vec<usize> = (0..self.free.len()).filter(|index| self.free[*index] > at).collect();
        let chosen = *ahead.get(usize::try_from(self.dice.roll(ahead.len() as u64)).ok()?)?;
        Some(self.free.swap_remove(chosen))
    }
}

/// Every hour of the year's weekdays in which somebody can be booked.
fn hours(world: &World) -> Vec<DateTime<Utc>> {
    let first = world.clinic.today();
    let days = (1..DAYS).map(|day| first + TimeDelta::days(day));
    let weekdays = days.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
    let hours = ["09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00"];
    weekdays.flat_map(|day| hours.map(|hour| world.clinic.at(&format!("{day}T{hour}")))).collect()
}

fn plan(world: &World) -> Plan {
    let start = world.now();
    let mut plan = Plan { acts: BTreeMap::new(), free: hours(world), dice: Dice(20_261_116) };
    for number in 0..VISITS {
        let visit = plan.free_after(start + TimeDelta::days(1)).expect("a free hour");
        // A fifth is booked at short notice.
        let ahead = if plan.dice.hits(20) { 3 } else { 60 };
        let earliest = start.max(visit - TimeDelta::days(ahead));
        let booked = plan.between(earliest, visit - TimeDelta::hours(2));
        plan.add(booked, Act::Book(number, visit));
        for _ in 0..plan.dice.roll(3) {
            let at = plan.between(booked, visit);
            plan.add(at, Act::Move(number));
        }
        if plan.dice.hits(10) {
            // Thought better of it before anything went.
            plan.add(booked + TimeDelta::minutes(1), Act::Move(number));
        }
        if plan.dice.hits(15) {
            let at = plan.between(booked, visit);
            plan.add(at, Act::Cancel(number));
        }
    }
    let mut at = start;
    while at < start + TimeDelta::days(DAYS + 10) {
        // Looks come when they come; now and then the program is down for days.
        let down = plan.dice.hits(2);
        let gap = if down { plan.dice.between(1500, 13_000) } else { plan.dice.between(5, 1800) };
        at += TimeDelta::minutes(gap);
        plan.add(at, Act::Tick);
    }
    plan
}

#[tokio::test(flavor = "multi_thread")]
async fn i1_to_i7_in_a_year_of_a_clinic_every_row_ends_as_its_history_says() {
    on_each_database(|store| Box::pin(year(store))).await;
}

async fn year(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let mut plan = plan(&world);
    let mut booked: BTreeMap<usize, Booked> = BTreeMap::new();
    let mut looks = Vec::new();
    while let Some((at, act)) = plan.acts.pop_first() {
        world.clock_to(at);
        match act {
            Act::Book(number, start) => {
                booked.insert(number, book(&world, number, start).await);
            }
            Act::Move(number) => {
                // Two hours are enough to hear of it.
                let Some(to) = plan.free_after(at + TimeDelta::hours(2)) else { continue };
                if let Some(one) = booked.get_mut(&number) {
                    move_to(&world, one, to).await;
                }
            }
            Act::Cancel(number) => {
                if let Some(one) = booked.get_mut(&number) {
                    cancel(&world, one).await;
                }
            }
            Act::Tick => {
                looks.push(at);
                if plan.dice.hits(30) {
                    tokio::join!(world.tick(), world.tick());
                } else {
                    world.tick().await;
                }
            }
        }
    }
    judge(&world, &booked, &looks).await;
}

async fn book(world: &World, number: usize, start: DateTime<Utc>) -> Booked {
    let email = format!("p{number}@example.org");
    let patient = world.add_patient(&format!("Patient {number}"), Some(&email)).await;
    world.book_visit(patient, world.service(Category::Consultation).id, start).await.expect("a free hour");
    let id = world.visits_of(patient).await[0].id;
    let mut one = Booked { patient, id, history: History::default() };
    note(world, &mut one).await;
    one
}

/// Notes how a visit stands now.
async fn note(world: &World, one: &mut Booked) {
    let visit = world.visit(one.id).await;
    let (version, status, starts_at) = (visit.version, visit.status, visit.starts_at);
    one.history.push(Change { at: world.now(), version, status, starts_at });
}

async fn move_to(world: &World, one: &mut Booked, to: DateTime<Utc>) {
    let visit = world.visit(one.id).await;
    if visit.status == AppointmentStatus::Booked && visit.starts_at > world.now() {
        world.move_visit(one.id, visit.version, to, None).await.expect("a free hour");
        note(world, one).await;
    }
}

async fn cancel(world: &World, one: &mut Booked) {
    let visit = world.visit(one.id).await;
    if visit.status == AppointmentStatus::Booked && visit.starts_at > world.now() {
        world.cancel(one.id, visit.version).await.expect("canceled");
        note(world, one).await;
    }
}

async fn judge(world: &World, booked: &BTreeMap<usize, Booked>, looks: &[DateTime<Utc>]) {
    let rules = world.clinic.read().await.message_rules(world.site.id).await.expect("rules");
    let hours = |id| rules.iter().find(|rule| Some(rule.id) == id).and_then(|rule| rule.hours);
    let (mut sent, mut late, mut silent, mut listed) = (BTreeSet::new(), 0, 0, BTreeSet::new());
    for one in booked.values() {
        for row in world.messages_about(one.patient, one.id).await {
            let planned = Planned {
                stage: row.stage,
                version: row.version,
                planned_at: row.created_at,
                due_at: row.due_at,
                useful_until: row.useful_until,
                hours: hours(row.rule_id).map(|hours| (hours, world.site.timezone)),
            };
            let about = format!("{planned:?} of {:?}", one.history.changes());
            match must(planned, &one.history, looks) {
                Must::BeSent(at) => {
                    assert_eq!((row.status, row.sent_at), (MessageStatus::Sent, Some(at)), "{about}");
                    assert!(at < one.history.at(at).starts_at, "I4: {about}");
                    assert!(sent.insert(row.message_id.clone()), "I2: {about}");
                }
                Must::BeLate(at) => {
                    assert_eq!((row.status, row.sent_at), (MessageStatus::Expired, None), "{about}");
                    late += 1;
                    if at < one.history.at(at).starts_at {
                        listed.insert(one.id);
                    }
                }
                Must::StaySilent => {
                    let quiet = matches!(row.status, MessageStatus::Superseded | MessageStatus::NotNeeded);
                    assert!(quiet && row.sent_at.is_none(), "{:?}: {about}", row.status);
                    silent += 1;
                }
            }
            assert!(!row.maybe_twice, "I2: {about}");
        }
        reminded(world, one, looks).await;
    }
    let mails = world.smtp.mails();
    let arrived: BTreeSet<String> =
        mails.iter().map(|mail| mail.message_id().split('@').next().unwrap_or_default().to_owned()).collect();
    assert_eq!((arrived.len(), &arrived), (mails.len(), &sent), "I6: sent is what arrived, each once");
    let lines = "SELECT COUNT(DISTINCT appointment_id) FROM work_items WHERE kind = 'mail_late'";
    let lines = usize::try_from(count(world.clinic.store(), lines).await).expect("a number of lines");
    assert_eq!(lines, listed.len(), "I3: each visit told of too late is on the list");
    let sent = sent.len();
    assert!(sent > 300 && late > 10 && silent > 100, "{sent} sent, {late} late, {silent} silent");
}

/// A visit that stood from two days before its start on, while somebody looked in the last day, was reminded of (E3).
async fn reminded(world: &World, one: &Booked, looks: &[DateTime<Utc>]) {
    let Some(last) = one.history.changes().last().copied() else { return };
    let day_before = last.starts_at - TimeDelta::days(1);
    let by_day = |look: &DateTime<Utc>| {
        let hour = look.with_timezone(&world.site.timezone).hour();
        (8..20).contains(&hour)
    };
    let looked = looks.iter().any(|look| *look > day_before && *look < last.starts_at && by_day(look));
    let stood = last.status == AppointmentStatus::Booked && last.at < last.starts_at - TimeDelta::days(2);
    if looked && stood {
        let rows = world.messages_about(one.patient, one.id).await;
        let heard = rows.iter().any(|row| {
            row.stage == Stage::PatientReminder && row.version == last.version && row.sent_at.is_some()
        });
        assert!(heard, "nobody was reminded: {last:?}");
    }
}
