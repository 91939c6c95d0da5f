//! Recall: from when a booster is due, recommended and overdue after the last completed treatment, and in which order people are called.

use chrono::{DateTime, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::messages::{Due, Stage};
use super::time::bound;

/// Longest number of days a window may name.
pub const MOST_DAYS: i64 = 365;
/// Longest number of months a window may name.
pub const MOST_MONTHS: i64 = 24;
/// Days of the shortest month: what a number of months is at least.
const SHORTEST_MONTH: i64 = 28;
/// When a day's messages go, hours after the site's midnight.
const MORNING: i64 = 10;
/// How long a call that nobody answered stays of use, in days.
const LAST_CALL_DAYS: i64 = 28;

/// How long after the last completed treatment a booster is due (domain.md: 3 weeks), recommended (5 weeks) and overdue (3 months).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    /// Due from so many days on.
    pub due_days: i64,
    /// Recommended from so many days on.
    pub recommended_days: i64,
    /// Overdue from so many calendar months on.
    pub overdue_months: i64,
}

impl Default for Windows {
    fn default() -> Self {
        Self { due_days: 21, recommended_days: 35, overdue_months: 3 }
    }
}

/// What is different for one patient; `None` is the clinic's own number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Days until a booster is due.
    pub due_days: Option<i64>,
    /// Days until it is recommended.
    pub recommended_days: Option<i64>,
    /// Calendar months until it is overdue.
    pub overdue_months: Option<i64>,
}

impl Windows {
    /// These windows with a patient's own numbers.
    #[must_use]
    pub fn with(self, own: Overrides) -> Self {
        Self {
            due_days: own.due_days.unwrap_or(self.due_days),
            recommended_days: own.recommended_days.unwrap_or(self.recommended_days),
            overdue_months: own.overdue_months.unwrap_or(self.overdue_months),
        }
    }

    /// Everything that is wrong with these numbers: the field, and the key of the sentence.
    pub fn faults(self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        let days = 1..=MOST_DAYS;
        if !days.contains(&self.due_days) {
            faults.push(("due_days", "recall-days-range"));
        }
        if !days.contains(&self.recommended_days) {
            faults.push(("recommended_days", "recall-days-range"));
        } else if self.recommended_days <= self.due_days {
            faults.push(("recommended_days", "recall-recommended-later"));
        }
        if !(1..=MOST_MONTHS).contains(&self.overdue_months) {
            faults.push(("overdue_months", "recall-months-range"));
        } else if self.overdue_months * SHORTEST_MONTH <= self.recommended_days {
            faults.push(("overdue_months", "recall-overdue-later"));
        }
        faults
    }
}

/// The three dates of one patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// A booster may be given from then on.
    pub due: NaiveDate,
    /// It is best given from then on.
    pub recommended: NaiveDate,
    /// It is late from then on.
    pub overdue: NaiveDate,
}

/// The dates that follow from the site's date of the last completed treatment. A first date that the review named moves all three by the
/// same number of days, so that they keep their distance.
pub fn dates(last: NaiveDate, windows: Windows, first_due: Option<NaiveDate>) -> Dates {
    let months = Months::new(u32::try_from(windows.overdue_months).unwrap_or(0));
    let due = later(last, TimeDelta::try_days(windows.due_days));
    let recommended = later(last, TimeDelta::try_days(windows.recommended_days));
    // A month that is too short ends with its last day: three months after November 30 is February 28.
    let overdue = last.checked_add_months(months).unwrap_or(last);
    let shift = first_due.map(|first| first - due);
    Dates { due: later(due, shift), recommended: later(recommended, shift), overdue: later(overdue, shift) }
}

fn later(date: NaiveDate, by: Option<TimeDelta>) -> NaiveDate {
    by.and_then(|by| date.checked_add_signed(by)).unwrap_or(date)
}

/// How a patient stands for a booster on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueState {
    /// Not before a date.
    NotDue {
        /// Due from then on.
        from: NaiveDate,
    },
    /// May come.
    Due {
        /// Since when.
        since: NaiveDate,
    },
    /// Should come.
    Recommended {
        /// Since when.
        since: NaiveDate,
    },
    /// Should have come.
    Overdue {
        /// Since when.
        since: NaiveDate,
    },
}

impl DueState {
    /// The state on a date of the site's calendar; each date itself belongs to what begins with it.
    pub fn on(dates: Dates, today: NaiveDate) -> Self {
        if today >= dates.overdue {
            Self::Overdue { since: dates.overdue }
        } else if today >= dates.recommended {
            Self::Recommended { since: dates.recommended }
        } else if today >= dates.due {
            Self::Due { since: dates.due }
        } else {
            Self::NotDue { from: dates.due }
        }
    }

    /// Whether a booster may be given.
    pub fn is_due(self) -> bool {
        !matches!(self, Self::NotDue { .. })
    }

    /// Since when it has been so, or from when it will be due.
    pub fn date(self) -> NaiveDate {
        match self {
            Self::NotDue { from } => from,
            Self::Due { since } | Self::Recommended { since } | Self::Overdue { since } => since,
        }
    }

    /// The key of its sentence (argument `day`).
    pub fn word_key(self) -> &'static str {
        match self {
            Self::NotDue { .. } => "recall-not-due",
            Self::Due { .. } => "recall-due",
            Self::Recommended { .. } => "recall-recommended",
            Self::Overdue { .. } => "recall-overdue",
        }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Overdue { .. } => 0,
            Self::Recommended { .. } => 1,
            Self::Due { .. } => 2,
            Self::NotDue { .. } => 3,
        }
    }
}

/// What decides where a patient stands on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whether their scores fall.
    pub falling: bool,
    /// Whether their next treatment is booked.
    pub booked: bool,
    /// How they stand for a booster.
    pub state: DueState,
}

impl Place {
    /// Sorts as people are called: falling scores first whatever the date, then those without a booked visit, then by how late it is.
    pub fn key(self) -> (bool, bool, u8, NaiveDate) {
        (!self.falling, self.booked, self.state.rank(), self.state.date())
    }
}

/// The two messages that call a patient back by themselves: on the morning of the recommended date, of use until the booster is
/// overdue, and on the morning of that.
pub fn messages(dates: Dates, zone: Tz) -> [Due; 2] {
    let morning = |date: NaiveDate| bound(zone, date.and_time(NaiveTime::MIN) + TimeDelta::hours(MORNING));
    let due = |stage, due_at: DateTime<Utc>, until: DateTime<Utc>| Due {
        stage,
        lead_minutes: 0,
        due_at,
        useful_until: until.max(due_at + TimeDelta::days(1)),
    };
    let (recommended, overdue) = (morning(dates.recommended), morning(dates.overdue));
    [
        due(Stage::BoosterRecommended, recommended, overdue),
        due(Stage::BoosterOverdue, overdue, overdue + TimeDelta::days(LAST_CALL_DAYS)),
    ]
}

#[cfg(test)]
#[path = "recall_test.rs"]
mod tests;
