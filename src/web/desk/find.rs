//! Find a patient: the results page, the newest patients, and the rows that appear under the find box while one types.

use askama::Template;
use axum::http::Uri;

use super::Desk;
use super::find_match::{
    Piece, beginnings, is_close, namesakes, phone_end, phone_matched, pieces, typed_words,
};
use crate::domain::ids::PatientId;
use crate::domain::patients::{parse_birth_date, parse_name, search_form};
use crate::domain::roles::Permission;
use crate::store::Tx;
use crate::store::patients::Patient;
use crate::web::kit::{Fields, Nav, PageError, PageResult, Shell, page};
use crate::words::Words;

/// Rows under the find box, and on the page of results.
const LIVE_ROWS: usize = 10;
const PAGE_ROWS: usize = 50;
/// Longer than any name, address or number somebody looks for, in characters.
const MAX_TYPED: usize = 120;
/// How many people with the same first letters are compared for a slip of the pen.
const NEAR_LIMIT: i64 = 300;
/// How many of the closest are shown.
const CLOSEST_ROWS: usize = 3;

/// One person; the whole row is the link to the chart.
struct FindRow {
    path: String,
    name: Vec<Piece>,
    born: Piece,
    phone: Option<Piece>,
    email: Vec<Piece>,
    next: String,
}

/// What a search came to.
#[derive(Default)]
struct Found {
    rows: Vec<FindRow>,
    /// How many, and that nobody was found.
    said: String,
    /// Names that several carry.
    warnings: Vec<String>,
    /// Where to add somebody of the typed name, when nobody has it.
    add: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/find.html")]
struct FindPage {
    shell: Shell,
    w: Words,
    fields: Fields,
    found: Found,
    searched: bool,
    live: bool,
    may_add: bool,
}

#[derive(Template)]
#[template(path = "partials/find_rows.html")]
struct FindRows {
    w: Words,
    found: Found,
    live: bool,
}

/// GET /patients?q= : who matches, or the newest patients.
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk, uri: Uri) -> PageResult {
    let mut fields = Fields::from_query(&uri);
    let typed = typed_in(&fields);
    fields.set("q", typed.clone());
    let w = desk.w();
    let mut tx = desk.read().await?;
    let searched = !typed.is_empty();
    let found = if searched {
        search(&desk, &mut tx, &typed, PAGE_ROWS).await?
    } else {
        let newest = tx.newest_patients(desk.site.id, 20).await?;
        let said = if newest.is_empty() { w.t("find-no-patients") } else { w.t("find-newest") };
        Found { rows: rows(&desk, &mut tx, newest, "").await?, said, ..Found::default() }
    };
    let shell = desk.shell(&mut tx, Nav::Patients, w.t("find-title")).await?;
    let may_add = desk.may(Permission::Book);
    page(&FindPage { shell, w, fields, found, searched, live: false, may_add })
}

/// GET /patients/find?q= : the rows under the find box; nothing below two characters.
///
/// # Errors
/// When the database does not answer.
pub async fn live(desk: Desk, uri: Uri) -> PageResult {
    let typed = typed_in(&Fields::from_query(&uri));
    let mut tx = desk.read().await?;
    let found = match typed.chars().count() {
        0..2 => Found::default(),
        _ => search(&desk, &mut tx, &typed, LIVE_ROWS).await?,
    };
    page(&FindRows { w: desk.w(), found, live: true })
}

fn typed_in(fields: &Fields) -> String {
    fields.get("q").chars().take(MAX_TYPED).collect()
}

async fn search(desk: &Desk, tx: &mut Tx, typed: &str, limit: usize) -> Result<Found, PageError> {
    let w = desk.w();
    // Marks alone would match everybody.
    if search_form(typed).is_empty() {
        return Ok(Found { said: w.f("find-nobody", [("typed", typed)]), ..Found::default() });
    }
    let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut people = tx.find_patients(desk.site.id, typed, one_more).await?;
    if people.is_empty() {
        return nobody(desk, tx, typed).await;
    }
    let more = people.len() > limit;
    people.truncate(limit);
    let shown = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let said = if more { w.n("find-more", shown) } else { w.n("find-count", shown) };
    let warnings = namesakes(people.iter().map(|person| person.full_name.as_str()))
        .into_iter()
        .map(|(name, count)| w.nf("find-namesakes", count, [("name", name.as_str())]))
        .collect();
    Ok(Found { rows: rows(desk, tx, people, typed).await?, said, warnings, add: None })
}

/// Nobody has what was typed: the closest by one slip, and the way to add the person.
async fn nobody(desk: &Desk, tx: &mut Tx, typed: &str) -> Result<Found, PageError> {
    let w = desk.w();
    let words = typed_words(typed);
    let mut closest: Vec<Patient> = Vec::new();
    for beginning in beginnings(&words) {
        let near = tx.find_patients(desk.site.id, &beginning, NEAR_LIMIT).await?;
        closest = near
            .into_iter()
            .filter(|person| is_close(&names_of(person), &words))
            .take(CLOSEST_ROWS)
            .collect();
        if !closest.is_empty() {
            break;
        }
    }
    let key = if closest.is_empty() { "find-nobody" } else { "find-nobody-closest" };
    let add = (desk.may(Permission::Book) && parse_name(typed).is_some()).then(|| add_path(typed));
    Ok(Found {
        said: w.f(key, [("typed", typed)]),
        rows: rows(desk, tx, closest, typed).await?,
        add,
        ..Found::default()
    })
}

fn names_of(person: &Patient) -> String {
    format!("{} {}", person.full_name, person.name_to_use.as_deref().unwrap_or_default())
}

fn add_path(typed: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("full_name", typed).finish();
    format!("/patients/new?{query}")
}

async fn rows(
    desk: &Desk,
    tx: &mut Tx,
    people: Vec<Patient>,
    typed: &str,
) -> Result<Vec<FindRow>, PageError> {
    let (w, f) = (desk.w(), desk.f());
    let ids: Vec<PatientId> = people.iter().map(|person| person.id).collect();
    let next = tx.next_visits_of(&ids).await?;
    let words = typed_words(typed);
    let born_typed = parse_birth_date(typed, f.today());
    Ok(people
        .into_iter()
        .map(|person| {
            let name = match &person.name_to_use {
                Some(used) => {
                    w.f("find-name-used", [("name", person.sort_name.as_str()), ("used", used.as_str())])
                }
                None => person.sort_name.clone(),
            };
            let (birth, age) = (f.birth(person.birth_date), f.age(person.birth_date).to_string());
            let born = w.f("find-born", [("birth", birth.as_str()), ("age", age.as_str())]);
            let phone = person.phone.as_deref().map(|phone| {
                let text = w.f("find-phone", [("end", phone_end(phone).as_str())]);
                Piece::whole(text, phone_matched(phone, typed))
            });
            let email = person.email.as_deref().map(|email| pieces(email, &words)).unwrap_or_default();
            let next = next.get(&person.id).map_or_else(
                || w.t("find-no-visit"),
                |visit| w.f("find-next", [("when", f.when(visit.starts_at).as_str())]),
            );
            FindRow {
                path: format!("/patients/{}", person.id),
                name: pieces(&name, &words),
                born: Piece::whole(born, born_typed == Some(person.birth_date)),
                phone,
                // An address is private and long: it shows only where it is what was looked for.
                email: if email.iter().any(|piece| piece.bold) { email } else { Vec::new() },
                next,
            }
        })
        .collect())
}
