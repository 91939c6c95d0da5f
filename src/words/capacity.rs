//! A capacity count as aligned text for a terminal.

use chrono::{NaiveDate, NaiveTime};

use super::Words;
use super::format::{Format, weekday_long};
use super::reasons::{Namer, reason_named};
use crate::planner::Capacity;

/// Spaces between columns.
const GUTTER: &str = "   ";

/// What was counted, over which dates (both included).
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// First date.
    pub from: NaiveDate,
    /// Last date.
    pub to: NaiveDate,
    /// One count per kind of series.
    pub series: &'a [Capacity],
}

impl Counted<'_> {
    /// The tables; `name` gives the ids of kinds, services and resources their names.
    pub fn text(&self, w: Words, name: Namer) -> String {
        // The year is written only where it is not that of the first date.
        let f = Format::new(chrono_tz::UTC, self.from.and_time(NaiveTime::MIN).and_utc());
        let (from, to) = (f.day(self.from), f.day(self.to));
        let mut lines = vec![w.f("capacity-title", [("from", &from), ("to", &to)]), String::new()];
        lines.extend(aligned(&self.overview(w, f, name)));
        for one in self.series {
            if let Some(reason) = &one.reason {
                let reason = reason_named(w, reason, name);
                let series = series_name(one, name);
                lines.push(w.f("capacity-why", [("series", &series), ("reason", &reason)]));
            }
        }
        for one in self.series {
            let more = one_more(w, one, name);
            if more.len() > 1 {
                lines.push(String::new());
                lines.extend(aligned(&more));
            }
        }
        for one in self.series {
            lines.push(String::new());
            lines.push(w.f("capacity-taken", [("series", &series_name(one, name))]));
            lines.extend(aligned(&taken(one, f, name)));
        }
        lines.push(String::new());
        lines.join("\n")
    }

    fn overview(&self, w: Words, f: Format, name: Namer) -> Vec<Vec<String>> {
        let head = ["capacity-series", "capacity-fit", "capacity-first", "capacity-last", "capacity-binds"];
        let mut rows = vec![head.iter().map(|key| w.t(key)).collect::<Vec<_>>()];
        for one in self.series {
            let starts = one.starts();
            let day = |date: Option<&NaiveDate>| date.map_or_else(|| "-".to_owned(), |date| f.day(*date));
            let binds = match &one.binding {
                Some(kind) => name(kind),
                None if one.limit_reached => w.t("capacity-not-asked"),
                None => w.t("capacity-nothing-binds"),
            };
            let (first, last) = (day(starts.first()), day(starts.last()));
            rows.push(vec![series_name(one, name), fit(w, one), first, last, binds]);
        }
        rows
    }
}

/// Templates carry the name of their protocol, or an id of an instance.
fn series_name(one: &Capacity, name: Namer) -> String {
    name(&one.template)
}

fn fit(w: Words, one: &Capacity) -> String {
    let fits = count(one.courses.len());
    match fits {
        0 => w.t("capacity-none"),
        _ if one.limit_reached => w.n("capacity-limit", fits),
        _ => w.n("capacity-at-least", fits),
    }
}

/// What one more of each kind, and one more day, would add.
fn one_more(w: Words, one: &Capacity, name: Namer) -> Vec<Vec<String>> {
    let adds = |adds: usize, limit_reached: bool| match adds {
        0 => w.t("capacity-adds-none"),
        adds if limit_reached => w.n("capacity-adds-some-or-more", count(adds)),
        adds => w.n("capacity-adds-some", count(adds)),
    };
    let series = series_name(one, name);
    let mut rows = vec![vec![w.t("capacity-one-more"), w.f("capacity-adds", [("series", &series)])]];
    for gain in &one.one_more {
        rows.push(vec![name(&gain.kind), adds(gain.adds, gain.limit_reached)]);
    }
    for gain in &one.one_more_day {
        let weekday = weekday_long(gain.weekday);
        let what = w.f("capacity-one-day", [("resource", &name(&gain.resource)), ("weekday", weekday)]);
        rows.push(vec![what, adds(gain.adds, gain.limit_reached)]);
    }
    rows
}

/// Per kind and week "40 to 95": percent taken now and with the series; a dash where nothing is open.
fn taken(one: &Capacity, f: Format, name: Namer) -> Vec<Vec<String>> {
    let mut head = vec![String::new()];
    head.extend(one.weeks.iter().map(|week| f.day_month(week.from)));
    let mut rows = vec![head];
    let kinds = one.weeks.first().map_or(0, |week| week.kinds.len());
    for at in 0..kinds {
        let mut row: Vec<String> = Vec::new();
        for of_kind in one.weeks.iter().filter_map(|week| week.kinds.get(at)) {
            if row.is_empty() {
                row.push(name(&of_kind.kind));
            }
            let percent = of_kind.percent();
            row.push(percent.map_or_else(|| "-".to_owned(), |(now, with)| format!("{now} to {with}")));
        }
        rows.push(row);
    }
    rows
}

/// Rows as lines with equally wide columns.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join(GUTTER).trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_lines_end_without_spaces() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let rows = [row(&["Series", "Fit"]), row(&["KAP", "at least 2"]), row(&["Büro", ""])];
        assert_eq!(aligned(&rows), ["Series   Fit", "KAP      at least 2", "Büro"]);
    }
}
