//! The PHQ-9: nine items answered from 0 to 3, their sum, its bands (Kroenke, Spitzer, Williams 2001), and what item 9 calls for.

use chrono::{DateTime, TimeDelta, Utc};

use crate::text_enum;

/// Items of the questionnaire.
pub const ITEMS: usize = 9;
/// The highest answer to an item.
pub const ITEM_MAX: i64 = 3;
/// The highest sum.
pub const TOTAL_MAX: i64 = 27;
/// The item about being better off dead or hurting oneself.
pub const RISK_ITEM: usize = 9;
/// An open questionnaire is resumed for this long; later the last two weeks are others (hours).
const RESUMED_HOURS: i64 = 48;
/// The questionnaire speaks of this many days: an imported item 9 that is older is history.
const LOOKS_BACK_DAYS: i64 = 14;

/// The keys of the items' published words, in order.
pub const ITEM_KEYS: [&str; ITEMS] = [
    "phq9-item-1",
    "phq9-item-2",
    "phq9-item-3",
    "phq9-item-4",
    "phq9-item-5",
    "phq9-item-6",
    "phq9-item-7",
    "phq9-item-8",
    "phq9-item-9",
];
/// The keys of the answers' published words, from 0 to 3.
pub const ANSWER_KEYS: [&str; 4] = ["phq9-answer-0", "phq9-answer-1", "phq9-answer-2", "phq9-answer-3"];

/// An answer to each item, `None` where there is none yet.
pub type Answers = [Option<i64>; ITEMS];

text_enum! {
    /// How far a questionnaire has come.
    pub enum Phq9State {
        /// Being answered.
        Open = "open", "phq9-state-open";
        /// Every item is answered, or its sum is known.
        Complete = "complete", "phq9-state-complete";
        /// Begun and not finished in time.
        Left = "left", "phq9-state-left";
    }
}

text_enum! {
    /// The published bands of the sum.
    pub enum Band {
        /// 0 to 4.
        Minimal = "minimal", "phq9-band-minimal";
        /// 5 to 9.
        Mild = "mild", "phq9-band-mild";
        /// 10 to 14.
        Moderate = "moderate", "phq9-band-moderate";
        /// 15 to 19.
        ModeratelySevere = "moderately_severe", "phq9-band-moderately-severe";
        /// 20 to 27.
        Severe = "severe", "phq9-band-severe";
    }
}

impl Band {
    /// The lowest sum of the band.
    pub fn lowest(self) -> i64 {
        match self {
            Self::Minimal => 0,
            Self::Mild => 5,
            Self::Moderate => 10,
            Self::ModeratelySevere => 15,
            Self::Severe => 20,
        }
    }
}

/// The band of a sum.
pub fn band(total: i64) -> Band {
    match total {
        ..=4 => Band::Minimal,
        5..=9 => Band::Mild,
        10..=14 => Band::Moderate,
        15..=19 => Band::ModeratelySevere,
        20.. => Band::Severe,
    }
}

/// The sum, once every item is answered.
pub fn total(answers: &Answers) -> Option<i64> {
    answers.iter().copied().sum()
}

/// The item (from 1) to ask after one was answered: the next without an answer, else the first without one.
pub fn next_open(answers: &Answers, after: usize) -> Option<usize> {
    let open: Vec<usize> =
        (1..).zip(answers).filter(|(_, answer)| answer.is_none()).map(|(item, _)| item).collect();
    open.iter().find(|item| **item > after).or_else(|| open.first()).copied()
}

/// Whether an open questionnaire is still resumed.
pub fn resumes(updated_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - updated_at < TimeDelta::hours(RESUMED_HOURS)
}

/// Whether an item 9 that was taken at an instant calls for a clinician now.
pub fn calls_for_review(item9: Option<i64>, taken_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    item9.is_some_and(|answer| answer > 0) && now - taken_at < TimeDelta::days(LOOKS_BACK_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_fall_into_the_published_bands() {
        for (low, high, expected) in [
            (0, 4, Band::Minimal),
            (5, 9, Band::Mild),
            (10, 14, Band::Moderate),
            (15, 19, Band::ModeratelySevere),
            (20, 27, Band::Severe),
        ] {
            for sum in low..=high {
                assert_eq!(band(sum), expected, "{sum}");
            }
            assert_eq!(expected.lowest(), low);
        }
    }

    #[test]
    fn the_sum_waits_for_every_answer() {
        let mut answers: Answers = [Some(3); ITEMS];
        assert_eq!(total(&answers), Some(TOTAL_MAX));
        answers = [Some(1), Some(0), Some(2), Some(3), Some(0), Some(1), Some(1), Some(0), Some(1)];
        assert_eq!(total(&answers), Some(9));
        answers[4] = None;
        assert_eq!(total(&answers), None);
    }

    #[test]
    fn questions_come_in_order_and_skipped_ones_come_back() {
        let mut answers: Answers = [None; ITEMS];
        answers[0] = Some(1);
        assert_eq!(next_open(&answers, 1), Some(2));
        answers[8] = Some(0);
        assert_eq!(next_open(&answers, 9), Some(2), "the ones before");
        assert_eq!(next_open(&[Some(0); ITEMS], 9), None);
    }

    #[test]
    fn item_9_calls_for_a_clinician_while_it_speaks_of_now() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(100);
        assert!(calls_for_review(Some(1), now, now));
        assert!(!calls_for_review(Some(0), now, now) && !calls_for_review(None, now, now));
        assert!(calls_for_review(Some(3), now - TimeDelta::days(13), now));
        assert!(!calls_for_review(Some(3), now - TimeDelta::days(14), now));
    }

    #[test]
    fn a_questionnaire_is_resumed_for_two_days() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(100);
        assert!(resumes(now - TimeDelta::hours(47), now));
        assert!(!resumes(now - TimeDelta::hours(48), now));
    }
}
