//! Messages about courses that move and change: one for each patient, whatever waited to be told before.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::ActionError;
use super::move_visit::Moved;
use super::notify::{About, course_held, lists, plan, plan_reminders};
use super::notify_rules::Ruleset;
use crate::config::Rules;
use crate::domain::appointments::AppointmentStatus;
use crate::domain::ids::{AppointmentId, SeriesId};
use crate::domain::messages::{self, MessageStatus, Stage};
use crate::domain::protocols::VisitRole;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::series::Series;

/// Visits of one patient have other times. Everything that waits about them is superseded; one new message says what
/// changed, except of visits whose own booking, or whose course, waits to be told: that message tells the new times itself.
pub(super) async fn visits_moved(
    tx: &mut Tx,
    rules: &Rules,
    lead: &Appointment,
    others: &[Appointment],
    moved: &[Moved],
) -> Result<(), ActionError> {
    let all: Vec<&Appointment> = std::iter::once(lead).chain(others).collect();
    let held = lead.status == AppointmentStatus::Held;
    // A second move before the first was told: the patient knows only the time before both.
    let mut untold = Vec::new();
    let mut rebooked = Vec::new();
    for visit in &all {
        untold.extend(tx.waiting_details(visit.id, Stage::VisitMoved).await?);
        if let Some(details) = tx.waiting_details(visit.id, Stage::VisitBooked).await? {
            rebooked.push((*visit, details));
        }
    }
    let mut courses: Vec<SeriesId> = all.iter().filter_map(|visit| visit.series_id).collect();
    courses.sort_unstable();
    courses.dedup();
    let mut told_whole = Vec::new();
    for series in courses {
        let booked = tx.series_waits_for(series, Stage::SeriesBooked).await?;
        if booked || tx.series_waits_for(series, Stage::SeriesChanged).await? {
            told_whole.push(series);
        }
        untold.extend(tx.series_waiting_details(series, Stage::VisitMoved).await?);
        tx.silence_series_stage(series, Stage::VisitMoved, MessageStatus::Superseded).await?;
    }
    for visit in &all {
        tx.silence_visit(visit.id, None, MessageStatus::Superseded).await?;
    }
    if held {
        return held_course_changed(tx, rules, lead).await;
    }
    let set = Ruleset::load(tx, lead.site_id).await?;
    for visit in &all {
        plan_reminders(tx, &set, visit).await?;
    }
    let by_course = |visit: &Appointment| visit.series_id.is_some_and(|id| told_whole.contains(&id));
    rebooked.retain(|(visit, _)| !by_course(visit));
    for (visit, details) in &rebooked {
        let due = messages::at_once(Stage::VisitBooked, tx.now(), rules.mail_undo_minutes, visit.starts_at);
        plan(tx, &About { details: details.clone(), ..About::visit(visit) }, due).await?;
    }
    let told = |id: AppointmentId| {
        all.iter().any(|visit| visit.id == id && by_course(visit))
            || rebooked.iter().any(|(visit, details)| visit.id == id || lists(details, "visits", id))
    };
    let news: Vec<&Moved> = moved.iter().filter(|one| !told(one.appointment)).collect();
    let carried = carried(&untold, moved);
    if news.is_empty() && carried.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<Value> = news
        .iter()
        .map(|one| {
            let known = untold.iter().find_map(|details| known_start(details, one));
            json!({ "appointment": one.appointment, "from": known.unwrap_or(one.from), "to": one.to })
        })
        .collect();
    let narrow = carried.is_empty() && others.iter().all(|other| is_talk_of(lead, other));
    lines.extend(carried);
    let (about, useful) = if narrow && news.iter().any(|one| one.appointment == lead.id) {
        let soonest = news.iter().map(|one| one.from.min(one.to)).min().unwrap_or(lead.starts_at);
        // Useful until the earlier of old and new time; a patient must not set out for the old one.
        (About::visit(lead), if soonest > tx.now() { soonest } else { lead.starts_at })
    } else {
        // About no visit in particular: one of them may be canceled and the others still have other times.
        let one_course = all.iter().all(|visit| visit.series_id == lead.series_id);
        let about = About {
            visit: None,
            series: lead.series_id.filter(|_| one_course),
            occasion: tx.now().timestamp_micros(),
            ..About::visit(lead)
        };
        (about, news.iter().map(|one| one.to).max().unwrap_or(lead.starts_at))
    };
    let about = About { details: json!({ "moved": lines }), ..about };
    plan(tx, &about, messages::at_once(Stage::VisitMoved, tx.now(), rules.mail_undo_minutes, useful)).await
}

/// Whether a visit is the coaching that follows a treatment.
fn is_talk_of(main: &Appointment, other: &Appointment) -> bool {
    main.role == Some(VisitRole::Main)
        && other.role == Some(VisitRole::AfterEach)
        && (main.series_id, main.role_index) == (other.series_id, other.role_index)
}

/// Lines of moves that were never told, about visits other than those that move now.
fn carried(untold: &[Value], moved: &[Moved]) -> Vec<Value> {
    let is_other = |line: &&Value| {
        let id = line.get("appointment").and_then(Value::as_str);
        id.is_some_and(|id| moved.iter().all(|one| one.appointment.to_string() != id))
    };
    let lines = untold.iter().filter_map(|details| details.get("moved")?.as_array()).flatten();
    lines.filter(is_other).cloned().collect()
}

/// A running course changed: one message tells it as it stands. It takes the place of whatever waited about the course and
/// the visits touched; where the booking itself was never told, that message tells it all.
pub(super) async fn course_changed(
    tx: &mut Tx,
    rules: &Rules,
    series: &Series,
    moved: &[Appointment],
    added: &[Appointment],
    gone: &[Appointment],
) -> Result<(), ActionError> {
    let set = Ruleset::load(tx, series.site_id).await?;
    for visit in moved {
        tx.silence_visit(visit.id, None, MessageStatus::Superseded).await?;
        plan_reminders(tx, &set, visit).await?;
    }
    for visit in gone {
        tx.silence_visit(visit.id, None, MessageStatus::NotNeeded).await?;
    }
    for visit in added {
        plan_reminders(tx, &set, visit).await?;
    }
    if tx.series_waits_for(series.id, Stage::SeriesBooked).await? {
        return Ok(());
    }
    // Visits that came and went before anybody was told are no news.
    let untold = tx.series_waiting_details(series.id, Stage::SeriesChanged).await?.unwrap_or_default();
    let mut came = ids_in(&untold, "added");
    let mut went = ids_in(&untold, "gone");
    went.extend(gone.iter().map(|visit| visit.id.to_string()).filter(|id| !came.contains(id)));
    came.retain(|id| gone.iter().all(|visit| visit.id.to_string() != *id));
    came.extend(added.iter().map(|visit| visit.id.to_string()));
    tx.silence_series(series.id, MessageStatus::Superseded).await?;
    let touched = moved.iter().chain(added).chain(gone);
    let last = touched.map(|visit| visit.starts_at).max().unwrap_or_else(|| tx.now());
    let about = About { details: json!({ "added": came, "gone": went }), ..About::series(series) };
    plan(tx, &about, messages::at_once(Stage::SeriesChanged, tx.now(), rules.mail_undo_minutes, last)).await
}

fn ids_in(details: &Value, name: &str) -> Vec<String> {
    let listed = details.get(name).and_then(Value::as_array);
    listed.into_iter().flatten().filter_map(|id| id.as_str().map(str::to_owned)).collect()
}

/// A held course has another time: who read the first offer reads the new one, and the first can no longer be accepted.
async fn held_course_changed(tx: &mut Tx, rules: &Rules, visit: &Appointment) -> Result<(), ActionError> {
    let Some(series) = visit.series_id else { return Ok(()) };
    let Some(mut series) = tx.series(series).await? else { return Ok(()) };
    if !tx.update_series(&series).await? {
        return Err(ActionError::Changed);
    }
    series.version += 1;
    tx.silence_series(series.id, MessageStatus::Superseded).await?;
    course_held(tx, rules, &series).await
}

/// The start a patient knows of, from a message about an earlier move that never went.
fn known_start(untold: &Value, moved: &Moved) -> Option<DateTime<Utc>> {
    let id = moved.appointment.to_string();
    let lines = untold.get("moved")?.as_array()?;
    let line = lines.iter().find(|line| line.get("appointment").and_then(Value::as_str) == Some(&id))?;
    line.get("from")?.as_str()?.parse().ok()
}
