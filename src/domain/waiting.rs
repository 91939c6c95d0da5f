//! The waiting list: how much longer waiting counts when not everybody can be planned.

use chrono::NaiveDate;

/// Most full weeks of waiting that count.
const MOST_WEEKS: i64 = 52;

/// The weight of leaving somebody unplanned: 1 for whoever was decided on this week, one more for each full week they
/// wait, 53 at most. So of two who cannot both be planned, the one who waits longer is, whatever it costs the other.
pub fn weight(decided_on: NaiveDate, today: NaiveDate) -> i64 {
    1 + (today - decided_on).num_weeks().clamp(0, MOST_WEEKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_full_week_of_waiting_adds_one() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let today = day("2026-12-01");
        for (since, expected) in [
            ("2026-12-01", 1),
            ("2026-11-25", 1),
            ("2026-11-24", 2),
            ("2026-11-03", 5),
            ("2020-01-01", 53),
            // A clock that was wrong must not make a weight of 0.
            ("2027-01-01", 1),
        ] {
            assert_eq!(weight(day(since), today), expected, "{since}");
        }
    }
}
