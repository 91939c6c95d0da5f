//! A birth date given as month, day and year, each as people type it.

use chrono::{Months, NaiveDate};

/// What is wrong with a date given in three parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFault {
    /// The month is missing or none.
    Month,
    /// The day is missing or none.
    Day,
    /// The year is missing or has not four digits.
    Year,
    /// There is no such day, or it lies ahead.
    NoSuchDay,
}

impl DateFault {
    /// The key of what to do about it.
    pub fn message_key(self) -> &'static str {
        match self {
            Self::Month => "intake-birth-month-missing",
            Self::Day => "intake-birth-day-missing",
            Self::Year => "intake-birth-year-missing",
            Self::NoSuchDay => "intake-birth-no-day",
        }
    }
}

/// A birth date from month, day and year as typed; `None` when all three are empty.
///
/// # Errors
/// What is missing or wrong first.
pub fn read_date(parts: [&str; 3], today: NaiveDate) -> Result<Option<NaiveDate>, DateFault> {
    let [month, day, year] = parts;
    if parts.iter().all(|part| part.is_empty()) {
        return Ok(None);
    }
    let month = read_month(month).ok_or(DateFault::Month)?;
    let day = day.parse::<u32>().ok().filter(|day| (1..=31).contains(day)).ok_or(DateFault::Day)?;
    let year = year.parse::<i32>().ok().filter(|year| (1000..=9999).contains(year)).ok_or(DateFault::Year)?;
    let date = NaiveDate::from_ymd_opt(year, month, day).ok_or(DateFault::NoSuchDay)?;
    let oldest = today.checked_sub_months(Months::new(125 * 12)).unwrap_or(today);
    if date > today || date < oldest { Err(DateFault::NoSuchDay) } else { Ok(Some(date)) }
}

/// A month by number or by the beginning of its name: "3", "mar", "March".
fn read_month(text: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if let Ok(number) = text.parse::<u32>() {
        return (1..=12).contains(&number).then_some(number);
    }
    let typed = text.trim_end_matches('.').to_lowercase();
    let index = NAMES.iter().position(|name| typed.chars().count() >= 3 && name.starts_with(&typed))?;
    u32::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_month_is_a_number_or_the_beginning_of_its_name() {
        let today = day("2026-11-20");
        for month in ["3", "03", "mar", "Mar.", "March", "MARCH"] {
            assert_eq!(read_date([month, "4", "1988"], today), Ok(Some(day("1988-03-04"))), "{month}");
        }
        for month in ["", "ma", "13", "0", "marsh"] {
            assert_eq!(read_date([month, "4", "1988"], today), Err(DateFault::Month), "{month}");
        }
    }

    #[test]
    fn each_missing_part_of_a_date_is_named() {
        let today = day("2026-11-20");
        assert_eq!(read_date(["", "", ""], today), Ok(None));
        assert_eq!(read_date(["3", "", "1988"], today), Err(DateFault::Day));
        for year in ["", "88", "20266"] {
            assert_eq!(read_date(["3", "4", year], today), Err(DateFault::Year), "{year}");
        }
        for (month, day, year) in [("2", "30", "1988"), ("11", "21", "2026"), ("1", "1", "1850")] {
            assert_eq!(read_date([month, day, year], today), Err(DateFault::NoSuchDay), "{year}");
        }
    }
}
