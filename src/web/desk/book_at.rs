//! From a free time in the calendar to the person it is for: "Who is it for?"

use askama::Template;
use axum::http::Uri;
use chrono::{DateTime, Datelike, NaiveDateTime, Utc};

use super::Desk;
use crate::domain::ids::ResourceId;
use crate::domain::patients::digits;
use crate::domain::time::visit_start;
use crate::store::patients::Patient;
use crate::store::resources::Resource;
use crate::web::kit::{Fields, Nav, PageResult, Shell, page};

/// Fewest characters that are looked for.
const SHORTEST: usize = 2;
/// Most people listed.
const MOST: i64 = 30;
/// How many of the newest patients stand there before anything is typed.
const NEWEST: i64 = 8;

/// A person to choose.
struct Person {
    href: String,
    name: String,
    about: String,
}

#[derive(Template)]
#[template(path = "pages/book_at.html")]
struct BookAtPage {
    shell: Shell,
    fields: Fields,
    at: String,
    resource: String,
    time: Option<String>,
    is_room: bool,
    heading: String,
    people: Vec<Person>,
    nobody: Option<String>,
    add_href: String,
    back: String,
}

/// GET `/book?at=2026-12-01T10:00&resource=ID&q=`
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk, uri: Uri) -> PageResult {
    let fields = Fields::from_query(&uri);
    let (w, f) = (desk.w(), desk.f());
    let local =
        NaiveDateTime::parse_from_str(fields.get("at"), "%Y-%m-%dT%H:%M").ok().filter(|at| at.year() < 2200);
    let start: Option<DateTime<Utc>> =
        local.and_then(|local| visit_start(desk.zone(), local)).filter(|at| *at >= desk.now());
    let at = start.map(|at| f.local(at).format("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default();
    let mut tx = desk.read().await?;
    let resource = match fields.get("resource").parse::<ResourceId>() {
        Ok(id) => tx.resource(id).await?.filter(|one| one.site_id == desk.site.id),
        Err(_) => None,
    };
    let typed = fields.get("q").to_owned();
    let looked = typed.chars().count() >= SHORTEST;
    let found = if looked {
        tx.find_patients(desk.site.id, &typed, MOST).await?
    } else {
        tx.newest_patients(desk.site.id, NEWEST).await?
    };
    let shell = desk.shell(&mut tx, Nav::Calendar, w.t("bookat-title")).await?;
    let nobody = match (found.is_empty(), looked) {
        (true, true) => Some(w.f("bookat-nobody", [("typed", typed.as_str())])),
        (true, false) => Some(w.t("bookat-none-yet")),
        _ => None,
    };
    let count = i64::try_from(found.len()).unwrap_or(MOST);
    page(&BookAtPage {
        time: start.map(|at| time_words(&desk, at, resource.as_ref())),
        is_room: resource.as_ref().is_some_and(Resource::is_room),
        heading: if looked { w.n("bookat-found", count) } else { w.t("bookat-newest") },
        people: found.iter().map(|one| person(&desk, one, &at, resource.as_ref())).collect(),
        nobody,
        add_href: add_href(&typed),
        back: back(start.map(|at| f.date_of(at).to_string())),
        resource: resource.map(|one| one.id.to_string()).unwrap_or_default(),
        at,
        fields,
        shell,
    })
}

fn time_words(desk: &Desk, at: DateTime<Utc>, resource: Option<&Resource>) -> String {
    let when = desk.f().when(at);
    match resource {
        Some(one) => desk.w().f("bookat-time", [("when", when.as_str()), ("who", one.name.as_str())]),
        None => when,
    }
}

fn person(desk: &Desk, one: &Patient, at: &str, resource: Option<&Resource>) -> Person {
    let (w, f) = (desk.w(), desk.f());
    let age = f.age(one.birth_date).to_string();
    let mut about = w.f("bookat-born", [("birth", f.birth(one.birth_date).as_str()), ("age", age.as_str())]);
    let phone: Vec<char> = one.phone.as_deref().map(digits).unwrap_or_default().chars().collect();
    if phone.len() >= 4 {
        let last: String = phone.iter().skip(phone.len() - 4).collect();
        about = format!("{about} · {}", w.f("bookat-phone-ends", [("digits", last.as_str())]));
    }
    Person { href: book_href(one, at, resource), name: one.sort_name.clone(), about }
}

/// The booking page of a patient; a room goes with whatever time is taken there and is not handed on.
fn book_href(one: &Patient, at: &str, resource: Option<&Resource>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !at.is_empty() {
        query.append_pair("at", at);
    }
    if let Some(person) = resource.filter(|one| !one.is_room()) {
        query.append_pair("with", &person.id.to_string());
    }
    let query = query.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/patients/{}/book{mark}{query}", one.id)
}

fn add_href(typed: &str) -> String {
    if typed.is_empty() {
        return "/patients".to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", typed).finish();
    format!("/patients?{query}")
}

fn back(date: Option<String>) -> String {
    date.map_or_else(|| "/calendar".to_owned(), |date| format!("/calendar?date={date}"))
}
