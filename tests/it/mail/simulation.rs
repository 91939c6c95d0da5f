//! Ten years of 10,000 visits in every zone there is, moved and canceled, with ticks lost and doubled and the program down for days: every
//! message due goes once, none about a visit that is canceled, moved or past, none outside its hours.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::time::visit_start;

use super::history::{Dice, Must, must};
use super::model::{Ledger, Outcome, Row, rules};

const VISITS: i64 = 10_000;
const DAYS: i64 = 3653;
/// Between two ticks (minutes).
const TICK: i64 = 5;

/// What happens to a visit.
#[derive(Clone, Copy, Debug)]
enum Act {
    Book,
    Move(usize),
    Cancel(usize),
    /// It begins, if it still has this version.
    Begin(usize, i64),
    End(usize),
}

struct Years {
    ledger: Ledger,
    acts: BTreeMap<(DateTime<Utc>, u64), Act>,
    dice: Dice,
    numbered: u64,
}

impl Years {
    fn plan(&mut self, at: DateTime<Utc>, act: Act) {
        self.numbered += 1;
        self.acts.insert((at, self.numbered), act);
    }

    /// A wall-clock time some days on that exists once in a zone and lies ahead.
    fn time_ahead(
        &mut self,
        now: DateTime<Utc>,
        zone: Tz,
        days: (i64, i64),
    ) -> Option<(NaiveDateTime, DateTime<Utc>)> {
        let date = now.with_timezone(&zone).date_naive() + TimeDelta::days(self.dice.between(days.0, days.1));
        // Around the clock, so that some fall into the hours clocks change in.
        let minutes = 15 * self.dice.between(0, 96);
        let local = date.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes);
        visit_start(zone, local).filter(|start| *start > now).map(|start| (local, start))
    }

    fn between(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> DateTime<Utc> {
        from + TimeDelta::seconds(self.dice.between(1, (to - from).num_seconds().max(2)))
    }

    fn act(&mut self, now: DateTime<Utc>, act: Act) {
        match act {
            Act::Book => {
                let zone = TZ_VARIANTS[self.dice.roll(TZ_VARIANTS.len() as u64) as usize];
                let days = if self.dice.hits(20) { (0, 3) } else { (1, 120) };
                let Some(wall) = self.time_ahead(now, zone, days) else {
                    // Nobody books a time that does not exist: they choose another.
                    return self.plan(now, Act::Book);
                };
                let (number, start) = (self.ledger.book(now, zone, wall), wall.1);
                self.plan(start, Act::Begin(number, 1));
                for _ in 0..self.dice.roll(3) {
                    let at = self.between(now, start);
                    self.plan(at, Act::Move(number));
                }
                if self.dice.hits(15) {
                    let at = self.between(now, start);
                    self.plan(at, Act::Cancel(number));
                }
                if self.dice.hits(5) {
                    // A slip, mended before anything went.
                    self.plan(now + TimeDelta::seconds(90), Act::Move(number));
                }
            }
            Act::Move(number) => {
                let (zone, stands) = (self.ledger.visits[number].zone, self.stands(number, now));
                let Some(wall) = self.time_ahead(now, zone, (0, 40)).filter(|_| stands) else { return };
                self.ledger.move_to(number, now, wall);
                let version = self.ledger.visits[number].version;
                self.plan(wall.1, Act::Begin(number, version));
            }
            Act::Cancel(number) if self.stands(number, now) => self.ledger.cancel(number, now),
            Act::Cancel(_) => {}
            Act::Begin(number, version) => {
                let visit = &self.ledger.visits[number];
                if visit.version != version || visit.status != AppointmentStatus::Booked {
                    return;
                }
                let end = visit.ends_at();
                if self.dice.hits(5) {
                    return self.ledger.becomes(number, now, AppointmentStatus::NoShow);
                }
                self.ledger.becomes(number, now, AppointmentStatus::InProgress);
                self.plan(end, Act::End(number));
            }
            Act::End(number) => self.ledger.becomes(number, now, AppointmentStatus::Fulfilled),
        }
    }

    fn stands(&self, number: usize, now: DateTime<Utc>) -> bool {
        let visit = &self.ledger.visits[number];
        visit.status == AppointmentStatus::Booked && visit.starts_at > now
    }
}

/// Ten years, and the months after them in which everything ends.
fn pass(seed: u64, mut outcome: impl FnMut(&mut Dice) -> Outcome) -> Ledger {
    let from: DateTime<Utc> = "2027-01-01T00:00:00Z".parse().expect("an instant");
    let mut years = Years { ledger: Ledger::default(), acts: BTreeMap::new(), dice: Dice(seed), numbered: 0 };
    for _ in 0..VISITS {
        let at = from + TimeDelta::seconds(years.dice.between(0, DAYS * 86_400));
        years.plan(at, Act::Book);
    }
    let mut weather = Dice(seed + 1);
    let end = from + TimeDelta::days(DAYS + 400);
    let (mut now, mut up_again) = (from, from);
    while now < end {
        now += TimeDelta::minutes(TICK);
        while let Some((&(at, numbered), &act)) = years.acts.first_key_value() {
            if at > now {
                break;
            }
            years.acts.remove(&(at, numbered));
            years.act(at, act);
        }
        // About two hundred times the program is down, for an hour up to eight days.
        if weather.roll(5000) == 0 {
            up_again = now + TimeDelta::hours(weather.between(1, 192));
        }
        // Near the end it is up, so that every row has its chance to end.
        let down = now < up_again && now < end - TimeDelta::days(20);
        if down || weather.hits(30) {
            continue;
        }
        let times = if weather.hits(30) { 2 } else { 1 };
        for _ in 0..times {
            years.ledger.look(now, || outcome(&mut weather));
        }
    }
    assert!(years.acts.is_empty(), "the years are long enough");
    years.ledger
}

/// What holds whatever the mail server does.
fn always(ledger: &Ledger) {
    for row in &ledger.rows {
        let (visit, planned) = (&ledger.visits[row.visit], row.planned);
        for (at, told) in &row.copies {
            assert!(visit.history.stands(planned.stage, planned.version, *at), "I1: {planned:?} at {at}");
            assert!(planned.due_at <= *at && *at < planned.useful_until, "I4: {planned:?} at {at}");
            assert_eq!(planned.opens(*at), None, "{planned:?} goes at {at}, outside its hours");
            let start = visit.history.at(*at).starts_at;
            let after = planned.stage == Stage::MoodCheckIn;
            assert!(after || *at < start, "I4: {planned:?} goes at {at}, after the start");
            assert_eq!(start.with_timezone(&visit.zone).naive_local(), *told, "I5: {planned:?}");
        }
        let (copies, says) = (row.copies.len(), row.maybe_twice || row.in_flight);
        assert!(copies <= row.unanswered + 1, "I2: {copies} copies of {planned:?}");
        assert!(copies <= 1 || says, "I2: {copies} copies of {planned:?}, which does not say so");
        assert_ne!(row.status, MessageStatus::Pending, "I3: {planned:?} never ended");
        let sent = row.status == MessageStatus::Sent;
        assert!(!sent || copies > row.unanswered, "I6: {planned:?} says sent without an answer");
        assert!(sent || copies == 0 || says, "I6: {planned:?} went and does not say so");
    }
    replanned_whole(ledger);
}

/// Each version of each visit has the reminders that lay ahead when it began, and no others (I7); on the wall it stays where it was booked.
fn replanned_whole(ledger: &Ledger) {
    let mut planned: HashMap<(usize, i64, Stage, i64), DateTime<Utc>> = HashMap::new();
    for row in &ledger.rows {
        planned.insert((row.visit, row.planned.version, row.planned.stage, row.lead), row.planned.due_at);
    }
    let (rules, mut expected) = (rules(), 0);
    for (number, visit) in ledger.visits.iter().enumerate() {
        let mut version = 0;
        for change in visit.history.changes() {
            if change.version == version || change.status != AppointmentStatus::Booked {
                continue;
            }
            version = change.version;
            let facts = visit.facts_at(change.starts_at);
            for due in rules.iter().filter_map(|rule| rule.due(&facts, visit.zone, change.at)) {
                let (stage, lead) = (due.stage, due.lead_minutes);
                let found = planned.get(&(number, version, stage, lead));
                assert_eq!(
                    found,
                    Some(&due.due_at),
                    "I7: {stage} {lead} of visit {number}, version {version}"
                );
                expected += 1;
            }
        }
        let wall = visit.starts_at.with_timezone(&visit.zone).naive_local();
        assert_eq!(wall, visit.local, "I5: {} moved on the wall", visit.zone);
    }
    let timed = |row: &&Row| row.lead > 0;
    assert_eq!(ledger.rows.iter().filter(timed).count(), expected, "I7: a reminder of no version");
}

fn count(ledger: &Ledger, status: MessageStatus) -> usize {
    ledger.rows.iter().filter(|row| row.status == status).count()
}

#[test]
fn i1_to_i5_and_i7_in_ten_years_each_message_due_goes_once_at_the_first_tick_that_finds_it() {
    let start = Instant::now();
    let ledger = pass(20_270_101, |_| Outcome::Taken);
    always(&ledger);
    for row in &ledger.rows {
        let expected = must(row.planned, &ledger.visits[row.visit].history, &ledger.looks);
        let copies: Vec<_> = row.copies.iter().map(|(at, _)| *at).collect();
        match expected {
            Must::BeSent(at) => assert_eq!((row.status, copies), (MessageStatus::Sent, vec![at])),
            Must::BeLate(_) => assert_eq!((row.status, copies), (MessageStatus::Expired, vec![])),
            Must::StaySilent => {
                let quiet = matches!(row.status, MessageStatus::Superseded | MessageStatus::NotNeeded);
                assert!(quiet && copies.is_empty(), "{:?}: {:?}", row.planned, row.status);
            }
        }
    }
    assert_eq!(ledger.visits.len(), 10_000);
    let zones: BTreeSet<&str> = ledger.visits.iter().map(|visit| visit.zone.name()).collect();
    assert!(zones.len() > 400, "{} zones", zones.len());
    // The history was one worth passing.
    assert!(count(&ledger, MessageStatus::Sent) > 40_000, "{}", count(&ledger, MessageStatus::Sent));
    for (status, least) in
        [(MessageStatus::Superseded, 5000), (MessageStatus::NotNeeded, 1000), (MessageStatus::Expired, 100)]
    {
        assert!(count(&ledger, status) > least, "only {} {status}", count(&ledger, status));
    }
    assert!(start.elapsed() < Duration::from_secs(60), "it took {:?}", start.elapsed());
}

#[test]
fn i2_i3_and_i6_in_ten_years_of_failing_servers_and_dying_workers_a_copy_more_goes_only_without_an_answer() {
    let ledger = pass(20_370_101, |dice| match dice.roll(1000) {
        0..900 => Outcome::Taken,
        900..960 => Outcome::PutOff,
        960..970 => Outcome::Refused,
        970..980 => Outcome::AnswerLost,
        980..990 => Outcome::DiedBefore,
        _ => Outcome::DiedAfter,
    });
    always(&ledger);
    let doubled = ledger.rows.iter().filter(|row| row.copies.len() == 2).count();
    let failed = count(&ledger, MessageStatus::Failed);
    assert!(doubled > 100 && failed > 100, "{doubled} doubled, {failed} failed");
}
