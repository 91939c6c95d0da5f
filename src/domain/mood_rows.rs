//! One row of a file from another program, read by the columns and the date form somebody chose: a score, a PHQ-9, or every fault.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;

use super::mood::MOOD_MAX;
use super::phq9::{self, Answers, ITEM_MAX, ITEMS, TOTAL_MAX};
use super::time::{bound, day_bounds};
use crate::text_enum;

/// The oldest score a file may bring (days).
const OLDEST_DAYS: i64 = 3653;

text_enum! {
    /// How a file writes its dates; never guessed, since 3/4 is two dates.
    pub enum DateForm {
        /// 2026-12-01, perhaps with a time.
        YearFirst = "year_first", "mood-date-year-first";
        /// 12/1/2026.
        MonthFirst = "month_first", "mood-date-month-first";
        /// 1.12.2026 or 1/12/2026.
        DayFirst = "day_first", "mood-date-day-first";
        /// 2026-12-01T14:30:00Z, with its own offset.
        Instant = "instant", "mood-date-instant";
    }
}

text_enum! {
    /// What is wrong with a row.
    pub enum RowFault {
        /// There is no date.
        NoDate = "no_date", "mood-fault-no-date";
        /// The date cannot be read in the chosen form.
        BadDate = "bad_date", "mood-fault-bad-date";
        /// The date lies ahead.
        Future = "future", "mood-fault-future";
        /// The date is more than ten years past.
        TooOld = "too_old", "mood-fault-too-old";
        /// The score is no whole number from 0 to 10.
        BadScore = "bad_score", "mood-fault-bad-score";
        /// The PHQ-9 sum is no whole number from 0 to 27.
        BadTotal = "bad_total", "mood-fault-bad-total";
        /// Not every one of the nine answers is a whole number from 0 to 3.
        BadItems = "bad_items", "mood-fault-bad-items";
        /// The nine answers and the sum do not agree.
        SumDiffers = "sum_differs", "mood-fault-sum-differs";
        /// There is neither a score nor a PHQ-9.
        Nothing = "nothing", "mood-fault-nothing";
    }
}

/// Which column holds what, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The date.
    pub date: usize,
    /// The mood score.
    pub score: Option<usize>,
    /// The sum of the PHQ-9.
    pub total: Option<usize>,
    /// The first of nine columns in a row with the PHQ-9's answers.
    pub items: Option<usize>,
}

/// A PHQ-9 as a row has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadPhq9 {
    /// Its sum.
    pub total: i64,
    /// Its answers, if the file has them.
    pub answers: Answers,
}

/// A sound row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadRow {
    /// When it was taken.
    pub at: DateTime<Utc>,
    /// The mood score.
    pub mood: Option<i64>,
    /// The PHQ-9.
    pub phq9: Option<ReadPhq9>,
}

/// Reads a row. A date without a time is the beginning of its day at the site.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read_row(
    cells: &[&str],
    columns: &Columns,
    form: DateForm,
    zone: Tz,
    now: DateTime<Utc>,
) -> Result<ReadRow, Vec<RowFault>> {
    let mut faults = Vec::new();
    let typed = cell(cells, columns.date);
    let at = read_date(typed, form, zone);
    match at {
        None if typed.is_empty() => faults.push(RowFault::NoDate),
        None => faults.push(RowFault::BadDate),
        Some(at) if at > now => faults.push(RowFault::Future),
        Some(at) if at < now - TimeDelta::days(OLDEST_DAYS) => faults.push(RowFault::TooOld),
        Some(_) => {}
    }
    let typed = columns.score.map_or("", |index| cell(cells, index));
    let mood = whole(typed, MOOD_MAX);
    if mood.is_none() && !typed.is_empty() {
        faults.push(RowFault::BadScore);
    }
    let phq9 = read_phq9(cells, columns).unwrap_or_else(|fault| {
        faults.push(fault);
        None
    });
    if faults.is_empty() && mood.is_none() && phq9.is_none() {
        faults.push(RowFault::Nothing);
    }
    match at {
        Some(at) if faults.is_empty() => Ok(ReadRow { at, mood, phq9 }),
        _ => Err(faults),
    }
}

fn cell<'a>(cells: &[&'a str], index: usize) -> &'a str {
    cells.get(index).copied().unwrap_or_default().trim()
}

/// A whole number from 0 to `max`; programs that keep decimals write `7.0`.
fn whole(text: &str, max: i64) -> Option<i64> {
    let number = text.strip_suffix(".0").unwrap_or(text).parse::<i64>().ok()?;
    (0..=max).contains(&number).then_some(number)
}

fn read_phq9(cells: &[&str], columns: &Columns) -> Result<Option<ReadPhq9>, RowFault> {
    let mut answers: Answers = [None; ITEMS];
    if let Some(first) = columns.items {
        let typed: Vec<&str> = (first..first + ITEMS).map(|index| cell(cells, index)).collect();
        if typed.iter().any(|text| !text.is_empty()) {
            for (answer, text) in answers.iter_mut().zip(&typed) {
                *answer = Some(whole(text, ITEM_MAX).ok_or(RowFault::BadItems)?);
            }
        }
    }
    let sum = phq9::total(&answers);
    let typed = columns.total.map_or("", |index| cell(cells, index));
    if typed.is_empty() {
        return Ok(sum.map(|total| ReadPhq9 { total, answers }));
    }
    let total = whole(typed, TOTAL_MAX).ok_or(RowFault::BadTotal)?;
    if sum.is_some_and(|sum| sum != total) {
        return Err(RowFault::SumDiffers);
    }
    Ok(Some(ReadPhq9 { total, answers }))
}

fn read_date(text: &str, form: DateForm, zone: Tz) -> Option<DateTime<Utc>> {
    const DAY: [&str; 3] = ["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y"];
    const MONTH: [&str; 2] = ["%m/%d/%Y", "%m-%d-%Y"];
    const YEAR: [&str; 2] = ["%Y-%m-%d", "%Y/%m/%d"];
    const TIME: [&str; 4] = ["%H:%M:%S%.f", "%H:%M", "%I:%M:%S%p", "%I:%M%p"];
    let formats: &[&str] = match form {
        DateForm::YearFirst => &YEAR,
        DateForm::MonthFirst => &MONTH,
        DateForm::DayFirst => &DAY,
        DateForm::Instant => {
            // Neither database keeps more than microseconds; a repeat must be known again.
            let at = DateTime::parse_from_rfc3339(text).ok()?.to_utc().trunc_subsecs(6);
            return plausible(at.year()).then_some(at);
        }
    };
    let (day, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let date = formats.iter().find_map(|format| NaiveDate::parse_from_str(day, format).ok())?;
    if !plausible(date.year()) {
        return None;
    }
    let time = time.split_whitespace().collect::<String>().to_uppercase();
    if time.is_empty() {
        return Some(day_bounds(zone, date).0);
    }
    let time = TIME.iter().find_map(|format| NaiveTime::parse_from_str(&time, format).ok())?;
    Some(bound(zone, date.and_time(time)).trunc_subsecs(6))
}

/// A year no later arithmetic leaves the calendar with.
fn plausible(year: i32) -> bool {
    (1900..=2200).contains(&year)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use chrono_tz::America::New_York;

    const COLUMNS: Columns = Columns { date: 0, score: Some(1), total: Some(2), items: Some(3) };

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap()
    }

    fn read(cells: &[&str], form: DateForm) -> Result<ReadRow, Vec<RowFault>> {
        read_row(cells, &COLUMNS, form, New_York, now())
    }

    #[test]
    fn the_same_day_is_read_in_each_form_and_only_in_the_chosen_one() {
        let midnight = Utc.with_ymd_and_hms(2026, 11, 3, 5, 0, 0).unwrap();
        let afternoon = Utc.with_ymd_and_hms(2026, 11, 3, 19, 30, 0).unwrap();
        for (text, form, at) in [
            ("2026-11-03", DateForm::YearFirst, midnight),
            ("2026-11-03 14:30", DateForm::YearFirst, afternoon),
            ("2026-11-03T14:30:00", DateForm::YearFirst, afternoon),
            ("11/3/2026", DateForm::MonthFirst, midnight),
            ("11/03/2026 2:30 pm", DateForm::MonthFirst, afternoon),
            ("3.11.2026", DateForm::DayFirst, midnight),
            ("3/11/2026 14:30", DateForm::DayFirst, afternoon),
            ("2026-11-03T14:30:00-05:00", DateForm::Instant, afternoon),
        ] {
            assert_eq!(read(&[text, "7"], form).map(|row| row.at), Ok(at), "{text}");
        }
        for (text, form) in [
            ("13/25/2026", DateForm::MonthFirst),
            ("11/3/26", DateForm::MonthFirst),
            ("2026-02-30", DateForm::YearFirst),
            ("2026-11-03 25:00", DateForm::YearFirst),
            ("2026-11-03", DateForm::Instant),
            ("+262142-01-01", DateForm::YearFirst),
            ("yesterday", DateForm::DayFirst),
        ] {
            assert_eq!(read(&[text, "7"], form), Err(vec![RowFault::BadDate]), "{text}");
        }
    }

    #[test]
    fn a_score_is_a_whole_number_from_0_to_10() {
        for (typed, score) in [("0", Some(0)), ("10", Some(10)), ("7.0", Some(7)), (" 4 ", Some(4))] {
            assert_eq!(read(&["2026-11-03", typed], DateForm::YearFirst).map(|row| row.mood), Ok(score));
        }
        for typed in ["11", "-1", "6.5", "good", "=1+1"] {
            let row = read(&["2026-11-03", typed], DateForm::YearFirst);
            assert_eq!(row, Err(vec![RowFault::BadScore]), "{typed}");
        }
    }

    #[test]
    fn a_phq9_comes_by_its_sum_or_by_nine_answers_that_agree_with_it() {
        let of = |cells: &[&str]| {
            read(&[&["2026-11-03", ""][..], cells].concat(), DateForm::YearFirst).map(|row| row.phq9)
        };
        let nine = ["1", "1", "1", "1", "1", "1", "1", "1", "0"];
        let total =
            |found: Result<Option<ReadPhq9>, Vec<RowFault>>| found.map(|one| one.map(|one| one.total));
        assert_eq!(total(of(&["12"])), Ok(Some(12)));
        assert_eq!(total(of(&[&[""][..], &nine[..]].concat())), Ok(Some(8)));
        assert_eq!(total(of(&[&["8"][..], &nine[..]].concat())), Ok(Some(8)));
        assert_eq!(of(&[&["9"][..], &nine[..]].concat()), Err(vec![RowFault::SumDiffers]));
        assert_eq!(of(&["28"]), Err(vec![RowFault::BadTotal]));
        assert_eq!(of(&["", "1", "", "1"]), Err(vec![RowFault::BadItems]));
        assert_eq!(of(&["", "4", "1", "1", "1", "1", "1", "1", "1", "1"]), Err(vec![RowFault::BadItems]));
    }

    #[test]
    fn a_row_names_every_fault_at_once() {
        assert_eq!(
            read(&["soon", "11", "99"], DateForm::YearFirst),
            Err(vec![RowFault::BadDate, RowFault::BadScore, RowFault::BadTotal])
        );
        assert_eq!(read(&["", "5"], DateForm::YearFirst), Err(vec![RowFault::NoDate]));
        assert_eq!(read(&["2026-12-02", "5"], DateForm::YearFirst), Err(vec![RowFault::Future]));
        assert_eq!(read(&["1999-12-02", "5"], DateForm::YearFirst), Err(vec![RowFault::TooOld]));
        assert_eq!(read(&["2026-11-03", ""], DateForm::YearFirst), Err(vec![RowFault::Nothing]));
        assert_eq!(read(&[], DateForm::YearFirst), Err(vec![RowFault::NoDate]));
    }
}
