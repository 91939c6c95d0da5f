//! The calendar page: a day by person and room, or a week; read, print, and click to book.

use askama::Template;
use axum::http::Uri;
use chrono::{Datelike, NaiveDate, TimeDelta};

use super::Desk;
use super::calendar_book::Book;
use super::calendar_day::{self, DayView, SheetRow};
use super::calendar_week::{self, WeekDay};
use crate::domain::ids::ResourceId;
use crate::domain::roles::Permission;
use crate::domain::time::day_bounds;
use crate::store::resources::Resource;
use crate::web::kit::fields::parse_date;
use crate::web::kit::{Fields, Nav, PageResult, Shell, page};
use crate::words::Words;

/// Which columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    All,
    People,
    Rooms,
}

impl Who {
    fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::People => "people",
            Self::Rooms => "rooms",
        }
    }

    fn word_key(self) -> &'static str {
        match self {
            Self::All => "calendar-who-all",
            Self::People => "calendar-who-people",
            Self::Rooms => "calendar-who-rooms",
        }
    }
}

/// What the address asks for; what cannot be read becomes today, the day view, everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wanted {
    week: bool,
    date: NaiveDate,
    who: Who,
    resource: Option<ResourceId>,
}

impl Wanted {
    fn read(query: &Fields, today: NaiveDate) -> Self {
        Self {
            week: query.get("view") == "week",
            date: parse_date(query.get("date")).unwrap_or(today),
            who: match query.get("who") {
                "people" => Who::People,
                "rooms" => Who::Rooms,
                _ => Who::All,
            },
            resource: query.get("resource").parse().ok(),
        }
    }

    fn href(self) -> String {
        let view = if self.week { "week" } else { "day" };
        let resource = self.resource.map(|id| format!("&resource={id}")).unwrap_or_default();
        format!("/calendar?view={view}&date={}&who={}{resource}", self.date, self.who.name())
    }

    /// The first day shown and the number of days.
    fn days(self) -> (NaiveDate, i64) {
        if !self.week {
            return (self.date, 1);
        }
        (self.date - TimeDelta::days(i64::from(self.date.weekday().num_days_from_monday())), 7)
    }

    fn shows(self, resource: &Resource) -> bool {
        match (self.resource, self.who) {
            (Some(id), _) => resource.id == id,
            (None, Who::All) => true,
            (None, Who::People) => !resource.is_room(),
            (None, Who::Rooms) => resource.is_room(),
        }
    }
}

/// A link of the toolbar.
struct Choice {
    href: String,
    text: String,
    on: bool,
}

#[derive(Template)]
#[template(path = "pages/calendar.html")]
struct CalendarPage {
    shell: Shell,
    fields: Fields,
    previous: Choice,
    today: Choice,
    next: Choice,
    views: Vec<Choice>,
    filters: Vec<Choice>,
    view: &'static str,
    who: &'static str,
    resources: Vec<(String, String)>,
    day: Option<DayView>,
    week: Vec<WeekDay>,
    empty: Option<String>,
    sheet: Vec<SheetRow>,
    printed: String,
    is_week: bool,
    may_book: bool,
}

/// GET `/calendar?view=day|week&date=&who=people|rooms|all&resource=ID`
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk, uri: Uri) -> PageResult {
    let mut wanted = Wanted::read(&Fields::from_query(&uri), desk.today());
    let (first, days) = wanted.days();
    let from = day_bounds(desk.zone(), first).0;
    let to = day_bounds(desk.zone(), first + TimeDelta::days(days - 1)).1;
    let mut tx = desk.read().await?;
    let mut book = Book::load(&mut tx, (desk.w(), desk.f()), desk.site.id, from, to).await?;
    book.may_book = desk.may(Permission::Book);
    wanted.resource = wanted.resource.filter(|id| book.resources.iter().any(|one| one.id == *id));
    let title_key = if wanted.week { "calendar-title-week" } else { "calendar-title-day" };
    let title = desk.w().f(title_key, [("day", book.f.day(first).as_str())]);
    let shell = desk.shell(&mut tx, Nav::Calendar, title).await?;
    page(&build(shell, &book, wanted))
}

fn build(shell: Shell, book: &Book, wanted: Wanted) -> CalendarPage {
    let w = book.w;
    let shown: Vec<&Resource> = book.resources.iter().filter(|one| wanted.shows(one)).collect();
    let (first, days) = wanted.days();
    let at = |date| Wanted { date, ..wanted };
    let view_of = |week, date| Wanted { week, date, ..wanted };
    let mut page = CalendarPage {
        fields: form(wanted),
        previous: step(w, at(first - TimeDelta::days(days)), "calendar-previous"),
        today: step(w, at(book.f.today()), "calendar-today"),
        next: step(w, at(first + TimeDelta::days(days)), "calendar-next"),
        views: [(false, "calendar-day"), (true, "calendar-week")]
            .map(|(week, key)| Choice {
                href: view_of(week, wanted.date).href(),
                text: w.t(key),
                on: wanted.week == week,
            })
            .into(),
        filters: [Who::All, Who::People, Who::Rooms]
            .map(|who| Choice {
                href: Wanted { who, resource: None, ..wanted }.href(),
                text: w.t(who.word_key()),
                on: wanted.resource.is_none() && wanted.who == who,
            })
            .into(),
        view: if wanted.week { "week" } else { "day" },
        who: wanted.who.name(),
        resources: book.resources.iter().map(|one| (one.id.to_string(), one.name.clone())).collect(),
        day: None,
        week: Vec::new(),
        empty: None,
        sheet: Vec::new(),
        printed: book.f.when(book.now),
        is_week: wanted.week,
        may_book: book.may_book,
        shell,
    };
    if wanted.week {
        page.week = calendar_week::week(book, first, &shown, |date| view_of(false, date).href());
        return page;
    }
    let only = wanted.resource.and_then(|id| book.resources.iter().find(|one| one.id == id));
    page.sheet = calendar_day::sheet(book, first, only);
    let day = calendar_day::grid(book, first, &shown);
    if day.rows.is_empty() {
        page.empty = Some(calendar_week::closed_words(book, first, &shown));
    } else {
        page.day = Some(day);
    }
    page
}

fn step(w: Words, to: Wanted, key: &str) -> Choice {
    Choice { href: to.href(), text: w.t(key), on: false }
}

/// The "go to" form, filled with what is shown.
fn form(wanted: Wanted) -> Fields {
    let mut fields = Fields::new();
    fields.set("date", wanted.date.to_string());
    fields.set("resource", wanted.resource.map(|id| id.to_string()).unwrap_or_default());
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, 1).expect("a date")
    }

    #[test]
    fn what_cannot_be_read_becomes_today_by_day_for_everybody() {
        let plain = Wanted { week: false, date: today(), who: Who::All, resource: None };
        for query in ["", "view=year&date=2026-02-30&who=me&resource=1", "date=+262142-01-01"] {
            assert_eq!(Wanted::read(&Fields::parse(query.as_bytes()), today()), plain, "{query}");
        }
    }

    #[test]
    fn an_address_reads_back_as_itself_and_a_week_begins_on_monday() {
        let id = ResourceId::new();
        let wanted = Wanted { week: true, date: today(), who: Who::Rooms, resource: Some(id) };
        let uri: Uri = wanted.href().parse().expect("an address");
        assert_eq!(Wanted::read(&Fields::from_query(&uri), NaiveDate::MIN), wanted);
        assert_eq!(wanted.days().0, today() - TimeDelta::days(1));
    }
}
