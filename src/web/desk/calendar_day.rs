//! The calendar's day: the grid of people and rooms by quarters, and the plain sheet for paper.

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::calendar_book::{Block, Book};
use super::calendar_event::EventView;
use super::calendar_grid::{self as grid, Cell, Content, QUARTER, Span};
use crate::domain::drivers::DriveStatus;
use crate::domain::time::visit_start;
use crate::store::appointments::Appointment;
use crate::store::resources::Resource;
use crate::words::format::minutes_words;

/// The grid.
pub struct DayView {
    /// Names of people and rooms.
    pub heads: Vec<String>,
    /// Quarters of an hour.
    pub rows: Vec<RowView>,
}

/// One quarter.
pub struct RowView {
    /// At the first row of an hour: its time, and how many rows it covers.
    pub hour: Option<(String, usize)>,
    /// The cells that begin in this row.
    pub cells: Vec<CellView>,
}

/// One cell.
pub struct CellView {
    /// Classes of the style sheet.
    pub class: String,
    /// How many rows it covers.
    pub span: usize,
    /// Where a click books: address, short and full words.
    pub link: Option<(String, String, String)>,
    /// What is booked.
    pub events: Vec<EventView>,
    /// Why nothing can be booked.
    pub text: String,
}

/// A row of the day sheet.
pub struct SheetRow {
    /// "10:00 AM".
    pub time: String,
    /// "Alvarez, Maria".
    pub name: String,
    /// Birth date.
    pub born: String,
    /// Service with its number.
    pub service: String,
    /// Rooms.
    pub room: String,
    /// People.
    pub people: String,
    /// Driver with phone, or what is missing.
    pub driver: String,
    /// State.
    pub state: String,
}

/// The grid of a date for these columns; without rows when nobody works and nothing is booked.
pub fn grid(book: &Book, date: NaiveDate, shown: &[&Resource]) -> DayView {
    let zone = book.f.zone();
    let columns: Vec<Column> = shown.iter().map(|one| Column::of(book, date, one)).collect();
    let bounds = columns.iter().flat_map(|column| column.open.iter().chain(&column.taken));
    let (from, to) = bounds.fold((grid::DAY, 0), |(from, to), span| (from.min(span.from), to.max(span.to)));
    let minutes = grid::rows(zone, date, from, to);
    let mut rows: Vec<RowView> =
        hours(&minutes).into_iter().map(|hour| RowView { hour, cells: Vec::new() }).collect();
    let local_now = book.f.local(book.now);
    let now =
        Span::of(zone, date, book.now, book.now + TimeDelta::minutes(1)).filter(|_| local_now.date() == date);
    for (column, resource) in columns.iter().zip(shown) {
        for cell in grid::column(&minutes, &column.open, &column.away, &column.taken) {
            let Some(minute) = minutes.get(cell.row).copied() else { continue };
            let mut view = column.cell(book, date, resource, minute, &cell);
            if now.is_some_and(|now| (minute..minute + QUARTER).contains(&now.from)) {
                view.class.push_str(" now");
            }
            if let Some(row) = rows.get_mut(cell.row) {
                row.cells.push(view);
            }
        }
    }
    DayView { heads: shown.iter().map(|one| one.name.clone()).collect(), rows }
}

/// Per row the hour that begins there, with the number of its rows (fewer where the clock skips some).
fn hours(minutes: &[i64]) -> Vec<Option<(String, usize)>> {
    let mut out = Vec::with_capacity(minutes.len());
    for (row, minute) in minutes.iter().enumerate() {
        let begins =
            row.checked_sub(1).and_then(|before| minutes.get(before)).is_none_or(|m| m / 60 != minute / 60);
        let rows = minutes.iter().filter(|other| *other / 60 == minute / 60).count();
        out.push(begins.then(|| (minutes_words(*minute), rows)));
    }
    out
}

/// A column before it is laid out.
struct Column {
    open: Vec<Span>,
    away: Vec<Span>,
    notes: Vec<String>,
    taken: Vec<Span>,
    blocks: Vec<Block>,
}

impl Column {
    fn of(book: &Book, date: NaiveDate, resource: &Resource) -> Self {
        let zone = book.f.zone();
        let weekday = i64::from(date.weekday().num_days_from_monday());
        let open =
            book.hours.iter().filter(|hours| hours.resource_id == resource.id && hours.weekday == weekday);
        let absences = book.absences.iter().filter(|absence| absence.resource_id == resource.id);
        let (away, notes) = absences
            .filter_map(|one| {
                Span::of(zone, date, one.starts_at, one.ends_at).map(|span| (span, one.note.clone()))
            })
            .unzip();
        let (taken, blocks) = book
            .blocks(resource.id.0)
            .into_iter()
            .filter_map(|block| Span::of(zone, date, block.from, block.to).map(|span| (span, block)))
            .unzip();
        Self {
            open: open.map(|h| Span { from: h.from_minute, to: h.to_minute }).collect(),
            away,
            notes,
            taken,
            blocks,
        }
    }

    fn cell(&self, book: &Book, date: NaiveDate, resource: &Resource, minute: i64, cell: &Cell) -> CellView {
        let w = book.w;
        let mut view = CellView {
            class: String::new(),
            span: cell.rows,
            link: None,
            events: Vec::new(),
            text: String::new(),
        };
        match &cell.content {
            Content::Taken(events) => {
                let blocks = events.iter().filter_map(|place| self.blocks.get(*place));
                view.events = blocks.filter_map(|block| book.event(block)).collect();
            }
            Content::Off => {
                view.class.push_str("off");
                view.text = w.t("calendar-off");
            }
            Content::Away(place) => {
                view.class.push_str("off");
                let note = self.notes.get(*place).map(String::as_str).unwrap_or_default();
                view.text = match note {
                    "" => w.t("calendar-away"),
                    note => w.f("calendar-away-note", [("note", note)]),
                };
            }
            Content::Free => {
                view.link = free_link(book, date, resource, minute);
                if view.link.is_some() {
                    view.class.push_str("free");
                }
            }
        }
        view
    }
}

/// Where a click on a free quarter books; nothing in the past or where the wall clock could be misread.
fn free_link(
    book: &Book,
    date: NaiveDate,
    resource: &Resource,
    minute: i64,
) -> Option<(String, String, String)> {
    let local = grid::local(date, minute)?;
    visit_start(book.f.zone(), local).filter(|at| *at >= book.now && book.may_book)?;
    let time = minutes_words(minute);
    let label = book.w.f("calendar-free-label", [("time", time.as_str()), ("who", resource.name.as_str())]);
    Some((format!("/book?at={}&resource={}", local.format("%Y-%m-%dT%H:%M"), resource.id), time, label))
}

/// The day's visits for paper, in order of start; with `only`, those that bind one person or room.
pub fn sheet(book: &Book, date: NaiveDate, only: Option<&Resource>) -> Vec<SheetRow> {
    let binds =
        |visit: &Appointment| only.is_none_or(|one| visit.assigned.iter().any(|by| by.resource == one.id));
    let mut visits: Vec<&Appointment> = book
        .appointments
        .values()
        .filter(|visit| book.f.date_of(visit.starts_at) == date && binds(visit))
        .collect();
    visits.sort_by_key(|visit| (visit.starts_at, visit.id));
    visits.into_iter().map(|visit| sheet_row(book, visit)).collect()
}

fn sheet_row(book: &Book, visit: &Appointment) -> SheetRow {
    let born =
        book.patients.get(&visit.patient_id).map(|one| book.f.birth(one.birth_date)).unwrap_or_default();
    SheetRow {
        time: book.f.time(visit.starts_at),
        name: book.name(visit),
        born,
        service: book.service(visit),
        room: book.who(visit, |kind| kind.is_room()),
        people: book.who(visit, |kind| !kind.is_room()),
        driver: driver(book, visit),
        state: book.state(visit),
    }
}

fn driver(book: &Book, visit: &Appointment) -> String {
    let Some(drive) = book.drives.get(&visit.id) else {
        let key = visit.companion.pick("calendar-driver-none", "calendar-sitter-none");
        return if visit.needs_driver() { book.w.t(key) } else { String::new() };
    };
    let phone = drive.phone.as_deref().or(drive.email.as_deref()).unwrap_or_default();
    let args = [("name", drive.full_name.as_str()), ("phone", phone)];
    match drive.status {
        DriveStatus::Confirmed => book.w.f("calendar-driver-confirmed", args),
        _ => book.w.f("calendar-driver-asked", args),
    }
}
