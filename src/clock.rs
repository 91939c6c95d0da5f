//! The clock: the only place that reads the time. Everything else is given a `Clock` or an instant.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// Where the present comes from: the machine's time, or that time shifted (the demo), or a time held still (tests).
#[derive(Clone, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    System,
    Shifted(Arc<AtomicI64>),
    Held(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's time.
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// The machine's time plus an offset that [`Clock::advance`] moves: the demo's clock.
    pub fn shifted(offset: TimeDelta) -> Self {
        Self(Kind::Shifted(Arc::new(AtomicI64::new(offset.num_microseconds().unwrap_or(0)))))
    }

    /// A time that stands still until [`Clock::advance`] moves it: the tests' clock.
    pub fn held(at: DateTime<Utc>) -> Self {
        Self(Kind::Held(Arc::new(AtomicI64::new(at.timestamp_micros()))))
    }

    /// The present instant, to the microsecond (the finest PostgreSQL keeps).
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Kind::System => system_now(),
            Kind::Shifted(offset) => system_now() + TimeDelta::microseconds(offset.load(Ordering::SeqCst)),
            Kind::Held(at) => {
                DateTime::from_timestamp_micros(at.load(Ordering::SeqCst)).unwrap_or(DateTime::UNIX_EPOCH)
            }
        }
    }

    /// Moves a shifted or held clock; the machine's time cannot be moved and stays.
    pub fn advance(&self, by: TimeDelta) {
        match &self.0 {
            Kind::System => {}
            Kind::Shifted(micros) | Kind::Held(micros) => {
                micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
            }
        }
    }

    /// How far a shifted clock is ahead of the machine's time; nothing for the others.
    pub fn offset(&self) -> Option<TimeDelta> {
        match &self.0 {
            Kind::Shifted(offset) => Some(TimeDelta::microseconds(offset.load(Ordering::SeqCst))),
            Kind::System | Kind::Held(_) => None,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
fn system_now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
