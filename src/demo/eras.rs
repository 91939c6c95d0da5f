//! The times the demo is told in: the clinic of today, and as many before it as its past is to be long.

use chrono::{DateTime, TimeDelta, Utc};

use super::people;

/// Days from one era to the next: the longest story begins 80 days before its present and ends 60 days after it.
const DAYS: i64 = 140;
/// Days after its present in which the courses of a past era end.
const ENDING_DAYS: i64 = 60;

/// A time of the clinic with its own patients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Era {
    /// The present its stories are told from.
    pub now: DateTime<Utc>,
    /// Up to when they are told.
    pub until: DateTime<Utc>,
    /// The number of its first patient.
    pub first_patient: usize,
}

impl Era {
    /// Whether it is the clinic of today.
    pub(super) fn is_today(&self) -> bool {
        self.now == self.until
    }
}

/// The eras that hold so many patients, the oldest first; today's is always there.
pub(super) fn up_to(now: DateTime<Utc>, patients: usize) -> Vec<Era> {
    let count = patients.div_ceil(people::COUNT).max(1);
    let mut eras = Vec::new();
    let mut present = now;
    for number in 0..count {
        let until = if number == 0 { present } else { present + TimeDelta::days(ENDING_DAYS) };
        eras.push(Era { now: present, until, first_patient: number * people::COUNT });
        present -= TimeDelta::days(DAYS);
    }
    eras.reverse();
    eras
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eras_follow_each_other_and_the_last_is_today() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(9000);
        assert_eq!(up_to(now, 1), [Era { now, until: now, first_patient: 0 }]);
        let eras = up_to(now, 3 * people::COUNT - 1);
        assert_eq!(eras.len(), 3);
        assert!(eras.windows(2).all(|pair| pair[0].until + TimeDelta::days(80) <= pair[1].now));
        assert!(eras[2].is_today() && !eras[0].is_today());
        assert_eq!(eras[0].first_patient, 2 * people::COUNT);
    }
}
