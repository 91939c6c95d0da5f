//! The day grid as pure layout: which quarters of the wall clock are rows, and what each cell of a column spans.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use chrono_tz::Tz;

use crate::domain::time::{LocalInstant, resolve_local};

/// Minutes of one row.
pub const QUARTER: i64 = 15;
/// Minutes of a wall-clock day.
pub const DAY: i64 = 1440;

/// A stretch of one day in minutes after midnight of its wall clock, half open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// From (inclusive).
    pub from: i64,
    /// To (exclusive), up to [`DAY`].
    pub to: i64,
}

impl Span {
    /// The part of a stretch of time that lies on a date of a zone; `None` if it does not touch the date.
    pub fn of(zone: Tz, date: NaiveDate, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<Self> {
        let from = minute_on(date, from.with_timezone(&zone).naive_local());
        let to = minute_on(date, to.with_timezone(&zone).naive_local());
        if from >= DAY || to <= 0 {
            return None;
        }
        let from = from.max(0);
        // In the doubled hour of autumn a stretch may end at an earlier wall-clock time than it began.
        Some(Self { from, to: to.min(DAY).max(from + 1) })
    }

    fn meets(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    fn holds(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }
}

/// Minutes after the date's midnight; below 0 on earlier dates, [`DAY`] or more on later ones.
fn minute_on(date: NaiveDate, local: NaiveDateTime) -> i64 {
    let minute = i64::from(local.hour() * 60 + local.minute());
    match local.date().cmp(&date) {
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => minute,
        std::cmp::Ordering::Greater => DAY + minute,
    }
}

/// The wall-clock time of a minute of a date; `None` outside the day.
pub fn local(date: NaiveDate, minute: i64) -> Option<NaiveDateTime> {
    let seconds = u32::try_from(minute * 60).ok()?;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).map(|time| date.and_time(time))
}

/// The rows of a date: every quarter from the full hour before `from` to the full hour after `to`. Quarters that the
/// clock jumps over are left out; those it shows twice come once.
pub fn rows(zone: Tz, date: NaiveDate, from: i64, to: i64) -> Vec<i64> {
    let first = from.clamp(0, DAY) / 60 * 60;
    let end = (to.clamp(0, DAY) + 59) / 60 * 60;
    let is_there = |minute: &i64| {
        local(date, *minute).is_some_and(|at| !matches!(resolve_local(zone, at), LocalInstant::Gap(_)))
    };
    (0..(end - first).max(0) / QUARTER).map(|quarter| first + quarter * QUARTER).filter(is_there).collect()
}

/// What a cell shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Working and not taken.
    Free,
    /// Not working.
    Off,
    /// Away; the absence's place in the list.
    Away(usize),
    /// Taken; the places of the events in the list. More than one where they share a quarter.
    Taken(Vec<usize>),
}

/// A cell of a column: where it begins and how many rows it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The first row, counted from 0.
    pub row: usize,
    /// How many rows.
    pub rows: usize,
    /// What it shows.
    pub content: Content,
}

impl Cell {
    fn joins(&self, next: &Content) -> bool {
        match (&self.content, next) {
            (Content::Off, Content::Off) => true,
            (Content::Away(a), Content::Away(b)) => a == b,
            (Content::Taken(a), Content::Taken(b)) => a.iter().any(|event| b.contains(event)),
            _ => false,
        }
    }
}

/// One person's or room's day. What is taken is shown even outside working hours; absence comes before hours.
pub fn column(rows: &[i64], open: &[Span], away: &[Span], taken: &[Span]) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    for (row, minute) in rows.iter().enumerate() {
        let content = content(Span { from: *minute, to: minute + QUARTER }, open, away, taken);
        match cells.last_mut() {
            Some(last) if last.joins(&content) => {
                last.rows += 1;
                if let (Content::Taken(events), Content::Taken(more)) = (&mut last.content, content) {
                    let new: Vec<usize> = more.into_iter().filter(|event| !events.contains(event)).collect();
                    events.extend(new);
                }
            }
            _ => cells.push(Cell { row, rows: 1, content }),
        }
    }
    cells
}

fn content(quarter: Span, open: &[Span], away: &[Span], taken: &[Span]) -> Content {
    let events: Vec<usize> =
        taken.iter().enumerate().filter(|(_, span)| span.meets(quarter)).map(|(place, _)| place).collect();
    if !events.is_empty() {
        return Content::Taken(events);
    }
    if let Some(place) = away.iter().position(|span| span.meets(quarter)) {
        return Content::Away(place);
    }
    if open.iter().any(|span| span.holds(quarter)) { Content::Free } else { Content::Off }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use chrono_tz::America::New_York;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn span(from: i64, to: i64) -> Span {
        Span { from, to }
    }

    #[test]
    fn the_hour_that_spring_skips_has_no_rows_and_autumns_double_hour_has_four() {
        let spring = rows(New_York, day("2027-03-14"), 60, 240);
        assert_eq!(spring, [60, 75, 90, 105, 180, 195, 210, 225]);
        let autumn = rows(New_York, day("2026-11-01"), 60, 120);
        assert_eq!(autumn, [60, 75, 90, 105]);
        assert_eq!(rows(New_York, day("2026-12-01"), 0, DAY).len(), 96);
    }

    #[test]
    fn rows_widen_to_full_hours() {
        let found = rows(New_York, day("2026-12-01"), 555, 610);
        assert_eq!((found.first(), found.last()), (Some(&540), Some(&645)));
    }

    #[test]
    fn a_stretch_through_the_double_hour_is_never_empty() {
        let at = |hour, minute| Utc.with_ymd_and_hms(2026, 11, 1, hour, minute, 0).unwrap();
        // 1:30 AM the first time to 1:15 AM the second time.
        assert_eq!(Span::of(New_York, day("2026-11-01"), at(5, 30), at(6, 15)), Some(span(90, 91)));
        // Midnight to 3:00 AM, four hours long.
        assert_eq!(Span::of(New_York, day("2026-11-01"), at(4, 0), at(8, 0)), Some(span(0, 180)));
    }

    #[test]
    fn what_reaches_over_midnight_is_cut_at_the_day() {
        let at = |day, hour| Utc.with_ymd_and_hms(2026, 12, day, hour, 0, 0).unwrap();
        let tuesday = day("2026-12-01");
        assert_eq!(Span::of(New_York, tuesday, at(1, 2), at(1, 15)), Some(span(0, 600)));
        assert_eq!(Span::of(New_York, tuesday, at(2, 4), at(2, 6)), Some(span(1380, DAY)));
        assert_eq!(Span::of(New_York, tuesday, at(2, 5), at(2, 6)), None);
        assert_eq!(Span::of(New_York, tuesday, at(1, 2), at(1, 4)), None);
    }

    #[test]
    fn a_column_spans_its_events_and_offers_single_quarters() {
        let rows = rows(New_York, day("2026-12-01"), 540, 660);
        let cells = column(&rows, &[span(555, 660)], &[span(645, 700)], &[span(570, 615)]);
        let kinds: Vec<(usize, usize, Content)> =
            cells.into_iter().map(|cell| (cell.row, cell.rows, cell.content)).collect();
        assert_eq!(
            kinds,
            [
                (0, 1, Content::Off),
                (1, 1, Content::Free),
                (2, 3, Content::Taken(vec![0])),
                (5, 1, Content::Free),
                (6, 1, Content::Free),
                (7, 1, Content::Away(0)),
            ]
        );
    }

    #[test]
    fn events_that_share_a_quarter_share_a_cell() {
        let cells = column(&[540, 555, 570], &[span(540, 585)], &[], &[span(540, 565), span(565, 585)]);
        assert_eq!(cells, [Cell { row: 0, rows: 3, content: Content::Taken(vec![0, 1]) }]);
    }
}
