//! Mood scores from 0 to 10: where they come from, the baseline before the first treatment, the change since, and when mood falls.

use chrono::{DateTime, TimeDelta, Utc};

use crate::text_enum;

/// Highest mood score; the lowest is 0.
pub const MOOD_MAX: i64 = 10;
/// A second tap within these minutes corrects the first.
const CORRECTION_MINUTES: i64 = 15;

text_enum! {
    /// How a score came in.
    pub enum ScoreSource {
        /// The patient, through a link.
        Link = "link", "mood-source-link";
        /// A file from another program.
        Import = "import", "mood-source-import";
        /// Staff, for a patient on the phone or in the room.
        Staff = "staff", "mood-source-staff";
    }
}

/// A score at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When it was taken.
    pub at: DateTime<Utc>,
    /// The score.
    pub score: i64,
}

/// How scores have gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trend {
    /// The last score before the first treatment.
    pub baseline: Option<Point>,
    /// The first score.
    pub first: Point,
    /// The last score.
    pub latest: Point,
}

impl Trend {
    /// What the last score is compared with: the baseline, without one the first score; `None` when there is only one score.
    pub fn compared_with(&self) -> Option<Point> {
        Some(self.baseline.unwrap_or(self.first)).filter(|point| point.at < self.latest.at)
    }

    /// Change since the baseline; `None` without a baseline or without a score after it.
    pub fn change(&self) -> Option<i64> {
        let baseline = self.baseline.filter(|point| point.at < self.latest.at)?;
        Some(self.latest.score - baseline.score)
    }
}

/// How scores, in order of time, have gone around the first treatment; `None` without any.
pub fn trend(points: &[Point], first_treatment: Option<DateTime<Utc>>) -> Option<Trend> {
    let (first, latest) = (*points.first()?, *points.last()?);
    let baseline =
        first_treatment.and_then(|start| points.iter().rev().find(|point| point.at < start).copied());
    Some(Trend { baseline, first, latest })
}

/// When mood counts as falling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FallRule {
    /// The last days that are looked at.
    pub recent_days: i64,
    /// The days before those, which they are compared with.
    pub before_days: i64,
    /// Scores each of the two stretches must have.
    pub least: i64,
    /// By how many points the mean must have dropped.
    pub drop: i64,
}

impl Default for FallRule {
    fn default() -> Self {
        Self { recent_days: 14, before_days: 28, least: 2, drop: 2 }
    }
}

/// Whether mood is falling: the mean of the last days lies at least `drop` points below the mean of the days before.
pub fn is_falling(points: &[Point], now: DateTime<Utc>, rule: FallRule) -> bool {
    let recent_from = now - TimeDelta::days(rule.recent_days);
    let before_from = recent_from - TimeDelta::days(rule.before_days);
    let sum = |from: DateTime<Utc>, to: DateTime<Utc>| -> (i64, i64) {
        let inside = points.iter().filter(|point| point.at > from && point.at <= to);
        inside.fold((0, 0), |(sum, count), point| (sum + point.score, count + 1))
    };
    let (recent, recent_count) = sum(recent_from, now);
    let (before, before_count) = sum(before_from, recent_from);
    recent_count >= rule.least.max(1)
        && before_count >= rule.least.max(1)
        // Both means brought to one denominator: no fractions, no rounding.
        && before * recent_count - recent * before_count >= rule.drop * recent_count * before_count
}

/// Whether a new tap corrects the last one instead of adding a score.
pub fn corrects(last: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - last < TimeDelta::minutes(CORRECTION_MINUTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn day(number: i64) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 1, 12, 0, 0).unwrap() + TimeDelta::days(number)
    }

    fn points(scores: &[(i64, i64)]) -> Vec<Point> {
        scores.iter().map(|(number, score)| Point { at: day(*number), score: *score }).collect()
    }

    #[test]
    fn the_baseline_is_the_last_score_before_the_first_treatment() {
        let scores = points(&[(0, 4), (3, 3), (7, 5), (14, 6)]);
        let found = trend(&scores, Some(day(5))).expect("there are scores");
        assert_eq!(found.baseline, Some(scores[1]));
        assert_eq!((found.latest, found.change()), (scores[3], Some(3)));
    }

    #[test]
    fn without_a_score_before_the_treatment_there_is_no_baseline_and_no_change() {
        let scores = points(&[(7, 5), (14, 6)]);
        for start in [None, Some(day(7)), Some(day(1))] {
            let found = trend(&scores, start).expect("there are scores");
            assert_eq!((found.baseline, found.change()), (None, None), "{start:?}");
            assert_eq!(found.compared_with(), Some(scores[0]), "compared with the first score instead");
        }
        assert_eq!(trend(&[], Some(day(1))), None);
    }

    #[test]
    fn a_single_score_is_compared_with_nothing() {
        let found = trend(&points(&[(0, 4)]), Some(day(5))).expect("a score");
        assert_eq!((found.compared_with(), found.change()), (None, None));
    }

    #[test]
    fn mood_falls_when_the_mean_of_two_weeks_drops_by_two_points() {
        let before = [(0, 7), (5, 7), (10, 8)];
        let with = |recent: &[(i64, i64)]| points(&[&before[..], recent].concat());
        let falling = |recent: &[(i64, i64)]| is_falling(&with(recent), day(30), FallRule::default());
        assert!(falling(&[(20, 5), (25, 5)]), "from 7.3 to 5");
        assert!(!falling(&[(20, 6), (25, 5)]), "from 7.3 to 5.5 is less than two points");
        assert!(!falling(&[(25, 1)]), "one bad day is no fall");
        assert!(!falling(&[(20, 9), (25, 9)]), "rising");
        assert!(!falling(&[]));
    }

    #[test]
    fn a_second_tap_soon_after_the_first_corrects_it() {
        assert!(corrects(day(0), day(0) + TimeDelta::minutes(14)));
        assert!(!corrects(day(0), day(0) + TimeDelta::minutes(15)));
    }
}
