//! Whether mail gets out: what is wrong, from a few counts, most pressing first; silent when nothing is.

use chrono::{DateTime, TimeDelta, Utc};

use crate::text_enum;

/// Mail that is due this long without anything going is stuck.
pub const STUCK: TimeDelta = TimeDelta::minutes(10);
/// Refusals and delays are counted over this long.
pub const RECENT: TimeDelta = TimeDelta::hours(1);
/// A tick may be this many intervals late before nobody looks after the mail any more.
const LATE_TICKS: i32 = 10;
/// So many tries put off within [`RECENT`] are more than one hesitant mailbox.
pub const MANY_PUT_OFF: i64 = 10;
/// So many messages that came back within [`RECENT`] are more than a few wrong addresses.
pub const MANY_CAME_BACK: i64 = 5;

text_enum! {
    /// What came of one try to send a message.
    pub enum TryOutcome {
        /// The server took it.
        Sent = "sent", "try-sent";
        /// Not this time: it is tried again.
        PutOff = "put_off", "try-put-off";
        /// The server refused it for good.
        Refused = "refused", "try-refused";
        /// Not this time either, and there is no other.
        GaveUp = "gave_up", "try-gave-up";
    }
}

/// What is known.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Whether all mail is held.
    pub held: bool,
    /// Since when the marker file that shows a restored database cannot be written.
    pub unmarked_since: Option<DateTime<Utc>>,
    /// The last tick written down, by whichever program.
    pub last_tick: Option<DateTime<Utc>>,
    /// Time between ticks.
    pub tick: TimeDelta,
    /// The oldest message that is due for longer than [`STUCK`] and waits for no second try.
    pub overdue_since: Option<DateTime<Utc>>,
    /// Whether anything went within [`STUCK`].
    pub something_went: bool,
    /// The SMTP code of each message that failed for good within [`RECENT`]; `None` where the server gave none.
    pub failed: Vec<Option<u16>>,
    /// Tries the server put off within [`RECENT`].
    pub put_off: i64,
    /// Messages that came back within [`RECENT`].
    pub came_back: i64,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A brake holds all mail.
    Held,
    /// No program looks after the mail.
    NobodyLooks {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Mail is due and none goes.
    Stuck {
        /// Since when the oldest is due.
        since: DateTime<Utc>,
    },
    /// A restored database would not be noticed, and its mail would go twice.
    Unmarked {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Messages failed for good.
    Failed {
        /// How many of each SMTP code, most first; `None` without a code.
        by_code: Vec<(Option<u16>, i64)>,
    },
    /// Many came back.
    CameBack {
        /// How many.
        count: i64,
    },
    /// The server puts many off.
    PutOff {
        /// How many tries.
        count: i64,
    },
}

/// Everything that is wrong, most pressing first.
pub fn troubles(facts: &Facts, now: DateTime<Utc>) -> Vec<Trouble> {
    let mut found = Vec::new();
    if facts.held {
        found.push(Trouble::Held);
    }
    let patience = STUCK.max(facts.tick * LATE_TICKS);
    let quiet = facts.last_tick.filter(|last| now - *last > patience);
    match (quiet, facts.overdue_since) {
        (Some(since), _) => found.push(Trouble::NobodyLooks { since }),
        (None, Some(since)) if !facts.held && !facts.something_went => found.push(Trouble::Stuck { since }),
        _ => {}
    }
    found.extend(facts.unmarked_since.map(|since| Trouble::Unmarked { since }));
    if !facts.failed.is_empty() {
        found.push(Trouble::Failed { by_code: by_code(&facts.failed) });
    }
    if facts.came_back >= MANY_CAME_BACK {
        found.push(Trouble::CameBack { count: facts.came_back });
    }
    if facts.put_off >= MANY_PUT_OFF {
        found.push(Trouble::PutOff { count: facts.put_off });
    }
    found
}

fn by_code(failed: &[Option<u16>]) -> Vec<(Option<u16>, i64)> {
    let mut counts: Vec<(Option<u16>, i64)> = Vec::new();
    for code in failed {
        match counts.iter_mut().find(|(known, _)| known == code) {
            Some((_, count)) => *count += 1,
            None => counts.push((*code, 1)),
        }
    }
    counts.sort_by_key(|(code, count)| (-count, *code));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap()
    }

    fn well() -> Facts {
        Facts { last_tick: Some(now()), tick: TimeDelta::seconds(30), ..Facts::default() }
    }

    #[test]
    fn nothing_is_said_when_nothing_is_wrong() {
        assert!(troubles(&well(), now()).is_empty());
        assert!(troubles(&Facts::default(), now()).is_empty(), "a program that has not ticked yet");
        let busy = Facts { overdue_since: Some(now() - TimeDelta::hours(1)), something_went: true, ..well() };
        assert!(troubles(&busy, now()).is_empty(), "a long queue that moves");
        let hesitant = Facts { put_off: MANY_PUT_OFF - 1, ..well() };
        assert!(troubles(&hesitant, now()).is_empty());
        let few = Facts { came_back: MANY_CAME_BACK - 1, ..well() };
        assert!(troubles(&few, now()).is_empty());
    }

    #[test]
    fn each_trouble_is_named_most_pressing_first() {
        let since = now() - TimeDelta::minutes(11);
        let stuck = Facts { overdue_since: Some(since), ..well() };
        assert_eq!(troubles(&stuck, now()), [Trouble::Stuck { since }]);
        let asleep = Facts { last_tick: Some(since), ..stuck.clone() };
        assert_eq!(troubles(&asleep, now()), [Trouble::NobodyLooks { since }], "that explains the rest");
        let held = Facts { held: true, put_off: 30, ..stuck };
        assert_eq!(troubles(&held, now()), [Trouble::Held, Trouble::PutOff { count: 30 }]);
        let back = Facts { came_back: 7, put_off: 30, ..well() };
        assert_eq!(troubles(&back, now()), [Trouble::CameBack { count: 7 }, Trouble::PutOff { count: 30 }]);
        let failed = Facts { failed: vec![None, Some(550), Some(550)], ..well() };
        assert_eq!(troubles(&failed, now()), [Trouble::Failed { by_code: vec![(Some(550), 2), (None, 1)] }]);
    }

    #[test]
    fn a_restore_that_would_not_be_noticed_is_told() {
        let since = now() - TimeDelta::days(2);
        let unmarked = Facts { unmarked_since: Some(since), put_off: 30, ..well() };
        assert_eq!(troubles(&unmarked, now()), [Trouble::Unmarked { since }, Trouble::PutOff { count: 30 }]);
    }

    #[test]
    fn slow_ticks_are_waited_for() {
        let last_tick = Some(now() - TimeDelta::hours(2));
        let hourly = Facts { last_tick, tick: TimeDelta::hours(1), ..well() };
        assert!(troubles(&hourly, now()).is_empty());
    }
}
