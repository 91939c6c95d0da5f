//! Prices: package prices shared out over a course, the lines of an estimate, the statement of what was attended. Cents throughout.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A line of an estimate: visits of one name and what they cost together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceLine {
    /// The visits' neutral name.
    pub name: String,
    /// How many.
    pub count: i64,
    /// All of them, in cents.
    pub cents: i64,
}

/// One line for each name, in the order in which the names first occur.
pub fn lines<'a>(visits: impl IntoIterator<Item = (&'a str, i64)>) -> Vec<PriceLine> {
    let mut lines: Vec<PriceLine> = Vec::new();
    for (name, cents) in visits {
        match lines.iter_mut().find(|line| line.name == name) {
            Some(line) => {
                line.count += 1;
                line.cents += cents;
            }
            None => lines.push(PriceLine { name: name.to_owned(), count: 1, cents }),
        }
    }
    lines
}

/// What all lines cost together, in cents.
pub fn total(lines: &[PriceLine]) -> i64 {
    lines.iter().map(|line| line.cents).sum()
}

/// What each visit of a course costs: its own price, or its share of the package price where there is one. A package
/// replaces the sum, so the shares add up to it exactly, whatever the rounding.
pub fn course_prices(package: Option<i64>, prices: &[i64]) -> Vec<i64> {
    let Some(package) = package else { return prices.to_vec() };
    let sum: i128 = prices.iter().copied().map(i128::from).sum();
    // Visits that are free by themselves share evenly.
    let weight = |price: i64| if sum == 0 { 1 } else { i128::from(price) };
    let all = prices.iter().map(|price| weight(*price)).sum::<i128>().max(1);
    let up_to = |weights: i128| i64::try_from(i128::from(package) * weights / all).unwrap_or(0);
    let mut weights = 0;
    prices
        .iter()
        .map(|price| {
            let before = up_to(weights);
            weights += weight(*price);
            up_to(weights) - before
        })
        .collect()
}

/// A visit that was attended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attended {
    /// The site's date.
    pub on: NaiveDate,
    /// Its neutral name.
    pub name: String,
    /// What it costs, in cents.
    pub cents: i64,
}

/// What was attended between two dates, and what it costs together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The visits by date.
    pub lines: Vec<Attended>,
    /// Their sum, in cents.
    pub total_cents: i64,
}

/// The statement of a span of dates, both inclusive.
pub fn statement(attended: Vec<Attended>, from: NaiveDate, to: NaiveDate) -> Statement {
    let mut lines: Vec<Attended> =
        attended.into_iter().filter(|visit| (from..=to).contains(&visit.on)).collect();
    lines.sort_by_key(|visit| visit.on);
    Statement { total_cents: lines.iter().map(|visit| visit.cents).sum(), lines }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn an_estimate_has_one_line_for_each_kind_of_visit() {
        let made = lines([("Talk", 15_000), ("Visit", 55_000), ("Talk", 15_000), ("Visit", 55_000)]);
        let line = |name: &str, cents| PriceLine { name: name.to_owned(), count: 2, cents };
        assert_eq!(made, [line("Talk", 30_000), line("Visit", 110_000)]);
        assert_eq!(total(&made), 140_000);
    }

    #[test]
    fn a_package_replaces_the_sum_and_its_shares_follow_the_prices() {
        assert_eq!(course_prices(None, &[55_000, 15_000]), [55_000, 15_000]);
        assert_eq!(course_prices(Some(60_000), &[60_000, 20_000]), [45_000, 15_000]);
        assert_eq!(course_prices(Some(10), &[0, 0, 0]), [3, 3, 4]);
        assert_eq!(course_prices(Some(0), &[55_000, 15_000]), [0, 0]);
    }

    #[test]
    fn a_statement_holds_the_days_asked_for_with_both_ends() {
        let visit = |on: &str, cents| Attended { on: day(on), name: "Visit".to_owned(), cents };
        let all = vec![
            visit("2026-12-08", 5),
            visit("2026-12-01", 3),
            visit("2026-11-30", 100),
            visit("2026-12-09", 100),
        ];
        let made = statement(all, day("2026-12-01"), day("2026-12-08"));
        assert_eq!(made.total_cents, 8);
        assert_eq!(made.lines.iter().map(|line| line.cents).collect::<Vec<_>>(), [3, 5]);
    }

    proptest! {
        #[test]
        fn shares_add_up_to_the_package_and_none_is_negative(
            package in 0_i64..=1_000_000_000,
            prices in proptest::collection::vec(0_i64..=1_000_000_000, 1..60),
        ) {
            let shares = course_prices(Some(package), &prices);
            prop_assert_eq!(shares.len(), prices.len());
            prop_assert_eq!(shares.iter().sum::<i64>(), package);
            prop_assert!(shares.iter().all(|share| *share >= 0));
        }
    }
}
