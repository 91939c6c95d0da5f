//! The calendar's week: Monday to Sunday, each day a list of what is booked, by time.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::calendar_book::Book;
use super::calendar_event::EventView;
use crate::store::resources::Resource;
use crate::words::format::weekday_long;

/// One day of the week.
pub struct WeekDay {
    /// "Tue, Dec 1".
    pub title: String,
    /// The day's own page.
    pub href: String,
    /// `today` or `closed`, for the style sheet.
    pub class: &'static str,
    /// What is booked.
    pub events: Vec<EventView>,
    /// What to say when nothing is, and who is away.
    pub notes: Vec<String>,
}

/// The seven days from a Monday, of one person or room or of these together.
pub fn week(
    book: &Book,
    monday: NaiveDate,
    shown: &[&Resource],
    day_href: impl Fn(NaiveDate) -> String,
) -> Vec<WeekDay> {
    (0..7)
        .map(|days| {
            let date = monday + TimeDelta::days(days);
            let is_open = works_on(book, date, shown);
            let events = match shown {
                [one] => events_of(book, date, one),
                _ => visits_of(book, date, shown),
            };
            let mut notes = away(book, date, shown);
            if events.is_empty() && notes.is_empty() {
                notes.push(book.w.t(if is_open { "calendar-nothing" } else { "calendar-off" }));
            }
            let class = match (date == book.f.today(), is_open) {
                (true, _) => "today",
                (false, false) => "closed",
                (false, true) => "",
            };
            WeekDay { title: book.f.day(date), href: day_href(date), class, events, notes }
        })
        .collect()
}

/// Whether any of these works on that weekday.
pub fn works_on(book: &Book, date: NaiveDate, shown: &[&Resource]) -> bool {
    let weekday = i64::from(date.weekday().num_days_from_monday());
    book.hours
        .iter()
        .any(|hours| hours.weekday == weekday && shown.iter().any(|one| one.id == hours.resource_id))
}

/// Why a day shows nothing, with the next day somebody works.
pub fn closed_words(book: &Book, date: NaiveDate, shown: &[&Resource]) -> String {
    let next = (1..=7).map(|days| date + TimeDelta::days(days)).find(|day| works_on(book, *day, shown));
    match next {
        Some(next) => book.w.f(
            "calendar-closed",
            [("weekday", weekday_long(date.weekday())), ("next", book.f.day(next).as_str())],
        ),
        None => book.w.t("calendar-no-hours"),
    }
}

fn events_of(book: &Book, date: NaiveDate, resource: &Resource) -> Vec<EventView> {
    let blocks = book.blocks(resource.id.0);
    blocks
        .iter()
        .filter(|block| book.f.date_of(block.from) == date)
        .filter_map(|block| book.event(block))
        .collect()
}

/// Whole visits, each once, however many people and rooms it binds.
fn visits_of(book: &Book, date: NaiveDate, shown: &[&Resource]) -> Vec<EventView> {
    let ids: HashSet<_> = shown.iter().map(|one| one.id).collect();
    let mut visits: Vec<_> = book
        .appointments
        .values()
        .filter(|visit| book.f.date_of(visit.starts_at) == date)
        .filter(|visit| visit.assigned.iter().any(|by| ids.contains(&by.resource)))
        .collect();
    visits.sort_by_key(|visit| (visit.starts_at, visit.id));
    visits.into_iter().map(|visit| book.visit(visit)).collect()
}

fn away(book: &Book, date: NaiveDate, shown: &[&Resource]) -> Vec<String> {
    let (from, to) = crate::domain::time::day_bounds(book.f.zone(), date);
    let name = |absence: &crate::store::resources::Absence| {
        shown.iter().find(|one| one.id == absence.resource_id).map(|one| one.name.as_str())
    };
    book.absences
        .iter()
        .filter(|absence| absence.ends_at > from && absence.starts_at < to)
        .filter_map(|absence| name(absence).map(|name| book.w.f("calendar-away-who", [("name", name)])))
        .collect()
}
