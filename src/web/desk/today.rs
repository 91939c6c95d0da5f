//! Today: the board of one day, and what is left open from earlier days.

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::http::Uri;
use chrono::NaiveDate;

use super::Desk;
use super::delivery_words::{TroubleLine, troubles};
use super::today_card::{self, Card, Context, Place, counts};
use super::visit_words;
use crate::domain::patients::chart_name;
use crate::domain::roles::Permission;
use crate::domain::time::day_bounds;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::web::kit::fields::parse_date;
use crate::web::kit::{Fields, Nav, PageError, PageResult, Shell, page};

struct Column {
    title: String,
    slug: &'static str,
    count: usize,
    /// What opens it, where cards are folded away.
    fold: Option<String>,
    cards: Vec<Card>,
}

/// A visit of an earlier day whose patient was never marked as gone.
struct LooseEnd {
    text: String,
    href: String,
    full_name: String,
}

#[derive(Template)]
#[template(path = "pages/today.html")]
struct TodayPage {
    shell: Shell,
    summary: String,
    columns: Vec<Column>,
    aside_title: String,
    aside: Vec<Card>,
    loose_title: String,
    loose: Vec<LooseEnd>,
    /// The most pressing trouble with mail, if there is any.
    mail: Option<TroubleLine>,
    /// Nobody is booked: the sentence, and the day of the next visit.
    empty: Option<(String, Option<String>)>,
    previous: String,
    next: String,
    is_today: bool,
    here: String,
    /// The calendar of the day, which prints as the day sheet.
    sheet: String,
}

fn count(list: usize) -> i64 {
    i64::try_from(list).unwrap_or(i64::MAX)
}

fn path_of(date: NaiveDate, today: NaiveDate) -> String {
    if date == today { "/today".to_owned() } else { format!("/today?date={date}") }
}

/// Every card of the day, in order; a fixed number of queries, whatever the day holds.
async fn cards(
    tx: &mut Tx,
    desk: &Desk,
    date: NaiveDate,
    visits: &[Appointment],
) -> Result<Vec<Card>, PageError> {
    let (from, to) = day_bounds(desk.zone(), date);
    let mut patient_ids: Vec<_> = visits.iter().map(|visit| visit.patient_id).collect();
    patient_ids.sort_unstable();
    patient_ids.dedup();
    let series_ids: HashSet<_> = visits.iter().filter_map(|visit| visit.series_id).collect();
    let series_ids: Vec<_> = series_ids.into_iter().collect();
    let patients = tx.patients_by_ids(&patient_ids).await?;
    let series = tx.series_by_ids(&series_ids).await?;
    let decisions = tx.decisions_by_patients(&patient_ids).await?;
    let drives = tx.current_drives_between(desk.site.id, from, to).await?;
    let drives: HashMap<_, _> = drives.into_iter().map(|drive| (drive.appointment_id, drive)).collect();
    let names = visit_words::names(tx.resources(desk.site.id).await?);
    let context = Context {
        w: desk.w(),
        f: desk.f(),
        now: desk.now(),
        may_run: desk.may(Permission::RunVisit),
        may_book: desk.may(Permission::Book),
        may_coach: desk.may(Permission::RecordCoachCheckIn),
        patients: &patients,
        series: &series,
        decisions: &decisions,
        drives: &drives,
        names: &names,
    };
    let mut cards: Vec<Card> = visits.iter().filter_map(|visit| context.card(visit)).collect();
    today_card::sort(&mut cards);
    Ok(cards)
}

async fn loose_ends(tx: &mut Tx, desk: &Desk) -> Result<Vec<LooseEnd>, PageError> {
    let (start, _) = day_bounds(desk.zone(), desk.today());
    let visits = tx.loose_ends(desk.site.id, start).await?;
    let ids: Vec<_> = visits.iter().map(|visit| visit.patient_id).collect();
    let patients = tx.patients_by_ids(&ids).await?;
    let (w, f) = (desk.w(), desk.f());
    let line = |visit: &Appointment| {
        let patient = patients.get(&visit.patient_id)?;
        let name = chart_name(&patient.sort_name);
        let when = f.when(visit.starts_at);
        Some(LooseEnd {
            text: w.f("today-loose-line", [("name", name.as_str()), ("when", when.as_str())]),
            href: format!("/appointments/{}", visit.id),
            full_name: patient.full_name.clone(),
        })
    };
    Ok(visits.iter().filter_map(line).collect())
}

/// What an empty day says: nobody, and when the next visit is, with a link to its day.
async fn nobody(tx: &mut Tx, desk: &Desk, date: NaiveDate) -> Result<(String, Option<String>), PageError> {
    let (w, f) = (desk.w(), desk.f());
    let (_, end) = day_bounds(desk.zone(), date);
    Ok(match tx.next_appointment(desk.site.id, end.max(desk.now())).await? {
        Some(next) => {
            let when = f.when(next.starts_at);
            let link = path_of(f.date_of(next.starts_at), desk.today());
            (w.f("today-empty-next", [("when", when.as_str())]), Some(link))
        }
        None => (w.t("today-empty"), None),
    })
}

/// GET /today, with `date` for another day.
///
/// # Errors
/// [`PageError::BadRequest`] for a date that cannot be read; when the database does not answer.
pub async fn show(desk: Desk, uri: Uri) -> PageResult {
    let query = Fields::from_query(&uri);
    let today = desk.today();
    let date = match query.get("date") {
        "" => today,
        typed => parse_date(typed).ok_or(PageError::BadRequest)?,
    };
    let (w, f) = (desk.w(), desk.f());
    let (from, to) = day_bounds(desk.zone(), date);
    let mut tx = desk.read().await?;
    let visits = tx.appointments_between(desk.site.id, from, to).await?;
    let all = cards(&mut tx, &desk, date, &visits).await?;
    let loose = if date == today { loose_ends(&mut tx, &desk).await? } else { Vec::new() };
    let total = visits.iter().filter(|visit| counts(visit)).count();
    let need = all.iter().filter(|card| !card.missing.is_empty()).count();
    let empty = if total == 0 { Some(nobody(&mut tx, &desk, date).await?) } else { None };
    let mail = if date == today { troubles(&desk, &mut tx).await?.into_iter().next() } else { None };
    let day = f.day(date);
    let title_key = if date == today { "today-title" } else { "today-title-other" };
    let title = w.f(title_key, [("day", day.as_str())]);
    let shell = desk.shell(&mut tx, Nav::Today, title).await?;
    let (visits_words, need_words) = (w.n("today-visits", count(total)), w.n("today-need", count(need)));
    let summary = w.f("today-summary", [("visits", visits_words.as_str()), ("need", need_words.as_str())]);
    let (aside, shown): (Vec<Card>, Vec<Card>) = all.into_iter().partition(|card| card.place == Place::Aside);
    let columns = Place::COLUMNS
        .into_iter()
        .map(|place| {
            let cards: Vec<Card> = shown.iter().filter(|card| card.place == place).cloned().collect();
            Column {
                title: w.t(place.word_key()),
                slug: place.slug(),
                count: cards.len(),
                fold: (place == Place::Gone && !cards.is_empty())
                    .then(|| w.n("today-gone-show", count(cards.len()))),
                cards,
            }
        })
        .collect();
    page(&TodayPage {
        shell,
        summary,
        columns,
        aside_title: w.n("today-aside", count(aside.len())),
        aside,
        loose_title: w.n("today-loose", count(loose.len())),
        loose,
        mail,
        empty,
        previous: path_of(date.pred_opt().unwrap_or(date), today),
        next: path_of(date.succ_opt().unwrap_or(date), today),
        is_today: date == today,
        here: path_of(date, today),
        sheet: format!("/calendar?view=day&date={date}"),
    })
}

/// The way in: the board.
pub async fn home(_: Desk) -> PageResult {
    Ok(crate::web::kit::redirect("/today"))
}
