//! Move one visit: the times that fit, where its talk would go, and the move itself.

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};

use super::visit_states::back_of;
use super::{Desk, DeskForm, visit, visit_words};
use crate::actions::ActionError;
use crate::actions::move_visit::{self as action, MoveOption, Moved};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::ids::{AppointmentId, ResourceId};
use crate::domain::services::Kind;
use crate::store::appointments::Appointment;
use crate::web::kit::fields::parse_date;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, page_with_status, redirect_with_flash, refusals,
};
use crate::words::Words;
use crate::words::format::Format;

/// Days of one page of times.
const DAYS: i64 = 7;

struct OptionRow {
    value: String,
    label: String,
    talk: Option<String>,
}

struct DayRow {
    label: String,
    options: Vec<OptionRow>,
}

#[derive(Template)]
#[template(path = "pages/move_visit.html")]
struct MovePage {
    shell: Shell,
    fields: Fields,
    /// What was refused, and every reason.
    refused: Option<String>,
    reasons: Vec<String>,
    /// Why it cannot be moved at all.
    not: Option<String>,
    now: String,
    none: String,
    days: Vec<DayRow>,
    later: String,
    button: String,
    id: String,
    version: i64,
    back: String,
}

/// A time and, if it matters, the person: "2026-12-01T15:00:00Z|id".
fn to_value(at: DateTime<Utc>, with: Option<ResourceId>) -> String {
    let at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    with.map_or_else(|| at.clone(), |with| format!("{at}|{with}"))
}

fn from_value(text: &str) -> Option<(DateTime<Utc>, Option<ResourceId>)> {
    let (at, with) = text.split_once('|').unwrap_or((text, ""));
    let at = DateTime::parse_from_rfc3339(at).ok()?.to_utc();
    let with = if with.is_empty() { None } else { Some(with.parse().ok()?) };
    Some((at, with))
}

fn by_day(w: Words, f: Format, options: &[MoveOption]) -> Vec<DayRow> {
    let mut days: Vec<(NaiveDate, DayRow)> = Vec::new();
    for option in options {
        let date = f.date_of(option.starts_at);
        let (time, who) = (f.time(option.starts_at), option.who.join(", "));
        let label = if who.is_empty() {
            time
        } else {
            w.f("moves-option", [("time", time.as_str()), ("who", who.as_str())])
        };
        let talk = option.talk.map(|at| w.f("moves-option-talk", [("when", f.when(at).as_str())]));
        let row = OptionRow { value: to_value(option.starts_at, option.with), label, talk };
        match days.last_mut() {
            Some((last, day)) if *last == date => day.options.push(row),
            _ => days.push((date, DayRow { label: f.day(date), options: vec![row] })),
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}

fn id_of(text: &str) -> Result<AppointmentId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// GET /appointments/{id}/move, with `from` for the first date shown.
///
/// # Errors
/// [`PageError::NotFound`] when there is no such visit here.
pub async fn show(desk: Desk, Path(id): Path<String>, uri: Uri) -> PageResult {
    let id = id_of(&id)?;
    let mut fields = Fields::from_query(&uri);
    let back = back_of(&fields, &uri, &format!("/appointments/{id}"));
    fields.set("back", back);
    let mut status = StatusCode::OK;
    if !fields.get("from").is_empty() && parse_date(fields.get("from")).is_none() {
        fields.fail("from", desk.w().t("moves-from-wrong"));
        status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    render(&desk, id, fields, None, status).await
}

/// The page; `refused` is why the last move was not made.
async fn render(
    desk: &Desk,
    id: AppointmentId,
    mut fields: Fields,
    refused: Option<ActionError>,
    status: StatusCode,
) -> PageResult {
    let (w, f, today) = (desk.w(), desk.f(), desk.today());
    let from = parse_date(fields.get("from")).unwrap_or(today).max(today);
    let mut tx = desk.read().await?;
    let (visit, patient) = visit::load(&mut tx, desk, id).await?;
    let series = match visit.series_id {
        Some(series) => tx.series(series).await?,
        None => None,
    };
    let mut reasons = match &refused {
        Some(ActionError::Changed) => vec![w.t("appointment-changed")],
        Some(error) => refusals::error_text(w, f, error),
        None => Vec::new(),
    };
    let not = (!visit.status.is_ahead()).then(|| {
        let state = visit_words::state_word(w, f, &visit, None, desk.now());
        w.f("moves-not", [("state", state.as_str())])
    });
    let mut options = Vec::new();
    if not.is_none() {
        match action::move_options(&mut tx, &desk.site, id, from, DAYS).await {
            Ok(found) => options = found,
            Err(error @ (ActionError::Store(_) | ActionError::NotFound | ActionError::NotPermitted)) => {
                return Err(error.into());
            }
            // What stands in the way of every time is said once, in place of the times.
            Err(error) => reasons.extend(refusals::error_text(w, f, &error)),
        }
    }
    let last = from.checked_add_signed(TimeDelta::days(DAYS - 1)).unwrap_or(from);
    let next = last.succ_opt().unwrap_or(last);
    let name = patient.full_name.as_str();
    let service = visit_words::place(w, &visit, series.as_ref());
    let when = f.when(visit.starts_at);
    let (from_words, last_words) = (f.day(from), f.day(last));
    let mut shell = desk
        .shell(&mut tx, Nav::Today, w.f("moves-title", [("name", name)]))
        .await?
        .refused(status != StatusCode::OK);
    shell.here = format!("/appointments/{id}/move");
    let back = fields.get("back").to_owned();
    if fields.error("from").is_none() {
        fields.set("from", from.to_string());
    }
    let page = MovePage {
        refused: (!reasons.is_empty()).then(|| w.f("moves-refused", [("name", name)])),
        reasons,
        not,
        now: w.f("moves-now", [("service", service.as_str()), ("when", when.as_str())]),
        none: w.f("moves-none", [("from", from_words.as_str()), ("to", last_words.as_str())]),
        days: by_day(w, f, &options),
        later: crate::web::kit::back::with_back(&format!("/appointments/{id}/move"), &back)
            + &format!("&from={next}"),
        button: w.f("moves-do", [("name", name)]),
        id: id.to_string(),
        version: visit.version,
        back,
        fields,
        shell,
    };
    page_with_status(status, &page)
}

/// The person a visit is with, so that a move can be taken back.
fn person(visit: &Appointment) -> Option<ResourceId> {
    [Kind::Clinician, Kind::Coach, Kind::Attendant].iter().find_map(|kind| visit.resource_for(*kind))
}

/// The sentence the next page says.
fn done_text(w: Words, f: Format, id: AppointmentId, moved: &[Moved], held: bool, minutes: i64) -> String {
    let (own, others): (Vec<&Moved>, Vec<&Moved>) = moved.iter().partition(|moved| moved.appointment == id);
    let when = own.first().map(|moved| f.when(moved.to)).unwrap_or_default();
    let day = |moved: &Moved| f.day(f.date_of(moved.to));
    let mut sentences = match others.as_slice() {
        [] => vec![w.f("moves-done", [("when", when.as_str())])],
        [talk] => vec![w.f("moves-done-with", [("when", when.as_str()), ("day", day(talk).as_str())])],
        several => {
            let also = |other: &&Moved| {
                w.f("moves-also", [("name", other.name.as_str()), ("day", day(other).as_str())])
            };
            let mut all = vec![w.f("moves-done", [("when", when.as_str())])];
            all.extend(several.iter().map(also));
            all
        }
    };
    if !held {
        sentences.push(w.n("moves-mail", minutes));
    }
    sentences.join(" ")
}

/// POST /appointments/{id}/move. The undo of a move posts here too, with its values in the query.
///
/// # Errors
/// [`PageError::NotFound`] when there is no such visit here; [`PageError::Forbidden`] for other roles.
pub async fn save(Path(id): Path<String>, uri: Uri, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields, .. } = form;
    let id = id_of(&id)?;
    let (w, f) = (desk.w(), desk.f());
    let back = back_of(&fields, &uri, &format!("/appointments/{id}"));
    fields.set("back", back.clone());
    let query = Fields::from_query(&uri);
    for name in ["to", "version"] {
        if !fields.has(name) && query.has(name) {
            fields.set(name, query.get(name));
        }
    }
    let Some((to, with)) = fields.parsed("to", from_value, &w.t("moves-to-wrong")) else {
        return render(&desk, id, fields, None, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let version = fields.get("version").parse().unwrap_or(0);
    let rules = &desk.app.config.rules;
    let mut tx = desk.write().await?;
    let (seen, _) = visit::load(&mut tx, &desk, id).await?;
    match action::move_visit(&mut tx, &desk.actor(), rules, &desk.site, id, version, to, with).await {
        Ok(moved) => {
            let after = tx.appointment(id).await?.map_or(version, |visit| visit.version);
            tx.commit().await?;
            let held = seen.status == AppointmentStatus::Held;
            let text = done_text(w, f, id, &moved, held, rules.mail_undo_minutes);
            let undo = form_urlencoded::Serializer::new(String::new())
                .append_pair("to", &to_value(seen.starts_at, person(&seen)))
                .append_pair("version", &after.to_string())
                .append_pair("back", &back)
                .finish();
            let undo = format!("/appointments/{id}/move?{undo}");
            Ok(redirect_with_flash(&back, &text, Some(&undo)))
        }
        Err(error @ (ActionError::Store(_) | ActionError::NotFound | ActionError::NotPermitted)) => {
            Err(error.into())
        }
        Err(error) => {
            drop(tx);
            let status = match error {
                ActionError::Changed | ActionError::Conflicts(_) => StatusCode::CONFLICT,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            // The nearest times are those from the day that was wished for.
            fields.set("from", f.date_of(to).to_string());
            render(&desk, id, fields, Some(error), status).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn a_time_and_its_person_survive_the_form() {
        let at = Utc.with_ymd_and_hms(2026, 12, 2, 15, 0, 0).unwrap();
        let with = Some(ResourceId::new());
        assert_eq!(from_value(&to_value(at, with)), Some((at, with)));
        assert_eq!(from_value(&to_value(at, None)), Some((at, None)));
        for typed in ["", "tomorrow", "2026-12-02", "2026-12-02T15:00:00Z|Dr. Okafor"] {
            assert_eq!(from_value(typed), None, "{typed}");
        }
    }
}
