//! Change a running course: first how it would stand, every reason against it included, then the change itself, from the
//! same computation.

use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::change_course::Running;
pub use super::change_course::{Line, LineChange, Proposal};
use super::change_layout::{Entry, Layout};
use super::change_place::Placing;
use super::offer::names;
use super::rearrange::{self, Shift};
use super::{ActionError, Actor, book, cancel, drivers, notify, series};
use crate::config::Rules;
use crate::domain::gates::Unmet;
use crate::domain::ids::{AppointmentId, SeriesId};
use crate::domain::protocols::VisitRole;
use crate::domain::roles::Permission;
use crate::domain::series_change::{self, Fate, Outline, SeriesChange, Terms};
use crate::domain::time::{bound, visit_start};
use crate::store::appointments::Appointment;
use crate::store::series::Series;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};
use crate::words::Words;

/// A change ready to be read or made.
struct Computed {
    proposal: Proposal,
    entries: Vec<Entry>,
    renumbered: Vec<(AppointmentId, i64)>,
}

/// How a course would stand after a change, and everything that stands in its way. Nothing is written.
///
/// # Errors
/// [`ActionError::NotFound`] for a course or protocol of another site; [`ActionError::Refused`] for a course that does not
/// run, or a time no visit can have.
pub async fn propose(
    tx: &mut Tx,
    rules: &Rules,
    site: &Site,
    series: SeriesId,
    change: &SeriesChange,
) -> Result<Proposal, ActionError> {
    Ok(Box::pin(compute(tx, rules, site, series, change)).await?.proposal)
}

/// Makes a change that still is the one that was read as `seen` (see [`Proposal::seen`]), whole or not at all; the patient
/// is told once.
///
/// # Errors
/// [`ActionError::Changed`] when anything is another than it was read; else as [`Proposal::pass`].
pub async fn apply(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    series: SeriesId,
    seen: i64,
    change: &SeriesChange,
) -> Result<Proposal, ActionError> {
    // The number of treatments is the clinician's to set after each of them, whoever books.
    if !(change.sets_number() && actor.may(Permission::DecideCandidacy)) {
        actor.needs(Permission::Book)?;
    }
    tx.lock_bookings(site.id).await?;
    series::release_ended_holds(tx, site).await?;
    let computed = Box::pin(compute(tx, rules, site, series, change)).await?;
    if computed.proposal.seen != seen {
        return Err(ActionError::Changed);
    }
    computed.proposal.pass()?;
    Box::pin(carry_out(tx, actor, rules, site, change, computed)).await
}

async fn compute(
    tx: &mut Tx,
    rules: &Rules,
    site: &Site,
    id: SeriesId,
    change: &SeriesChange,
) -> Result<Computed, ActionError> {
    let running = Running::load(tx, site, id, change).await?;
    let terms = running.terms(site, tx.now());
    let mut outline = series_change::outline(&running.course, change, &terms);
    check_times(tx.now(), rules, site, change, &outline)?;
    let (until, except) = reach(&running, &outline, &terms);
    let placing = Placing::load(tx, rules, site, running.series.patient_id, until, except).await?;
    let mut layout = Layout { running: &running, terms, site, placing, entries: Vec::new() };
    layout.lay(tx, &mut outline);
    let Layout { placing, mut entries, .. } = layout;
    entries.sort_by_key(place_in_course);

    let mut unmet = outline.broken(&running.course, &terms);
    let new: Vec<&Appointment> = entries
        .iter()
        .filter(|entry| what(entry) != LineChange::Same)
        .filter_map(|entry| entry.after.as_ref())
        .collect();
    let shut = rearrange::gates_shut(tx, site, &new, &placing.except).await?;
    for one in shut.into_iter().chain(placing.unmet.iter().cloned()) {
        if !unmet.contains(&one) {
            unmet.push(one);
        }
    }
    let lines: Vec<Line> = entries.iter().filter_map(|entry| line(&placing, entry)).collect();
    let after = series_after(tx.now(), &running, &outline, change, &entries);
    let seen = mark(&running, &lines, &unmet);
    let conflicts = placing.conflicts;
    let proposal = Proposal { now: running.series.clone(), after, lines, unmet, conflicts, seen };
    Ok(Computed { proposal, entries, renumbered: running.renumbered })
}

/// Refuses starts that no visit can have, however the course stands.
fn check_times(
    now: DateTime<Utc>,
    rules: &Rules,
    site: &Site,
    change: &SeriesChange,
    outline: &Outline,
) -> Result<(), ActionError> {
    let zone = site.timezone;
    if let SeriesChange::MoveOne { to: at, .. }
    | SeriesChange::MoveAndShift { to: at, .. }
    | SeriesChange::Resume { at } = *change
        && let Some(start) = visit_start(zone, at)
    {
        book::on_grid(rules, site, start)?;
    }
    let new = outline.mains.iter().filter(|place| !matches!(place.fate, Fate::Stays(_)));
    for place in new {
        book::not_far(now, bound(zone, place.start))?;
    }
    Ok(())
}

/// Until when everybody's time is looked at, and which visits' present time does not count.
fn reach(running: &Running, outline: &Outline, terms: &Terms<'_>) -> (DateTime<Utc>, Vec<AppointmentId>) {
    let (course, protocol) = (&running.course, terms.protocol);
    let added = outline.mains.iter().filter(|place| place.fate == Fate::Added).count();
    let slack = i64::try_from(added).unwrap_or(0) * (protocol.gap.max - protocol.gap.target).max(0)
        + protocol.after_last.map_or(0, |window| window.max_days)
        + 2 * 7;
    let planned = outline.mains.iter().map(|place| bound(terms.zone, place.start));
    let last = running.visits.iter().map(|visit| visit.ends_at).chain(planned).max().unwrap_or(terms.now);

    let mut except = outline.gone.clone();
    for main in &outline.mains {
        let talk = outline.talk_of(course, terms, main);
        for place in std::iter::once(*main).chain(talk) {
            if let Fate::Moves(id) = place.fate {
                except.push(id);
            }
        }
    }
    if let Some(Fate::Moves(id)) = outline.review(course, terms).map(|place| place.fate) {
        except.push(id);
    }
    (last.max(terms.now) + TimeDelta::days(slack), except)
}

/// Preparation, then each treatment above its coaching, then the review.
fn place_in_course(entry: &Entry) -> (i64, i64, i64) {
    match entry.role {
        VisitRole::Before => (0, 0, 0),
        VisitRole::Main => (1, entry.index, 0),
        VisitRole::AfterEach => (1, entry.index, 1),
        VisitRole::AfterLast => (2, 0, 0),
    }
}

fn what(entry: &Entry) -> LineChange {
    match (&entry.before, &entry.after) {
        (Some(before), Some(after)) if before.starts_at != after.starts_at => LineChange::Moved,
        (Some(before), Some(after)) if before.ends_at != after.ends_at => LineChange::Length,
        (Some(before), Some(after)) if before.service_id != after.service_id => LineChange::Length,
        (Some(before), Some(after)) if before.assigned != after.assigned => LineChange::People,
        (Some(_), None) => LineChange::Gone,
        (None, Some(_)) => LineChange::Added,
        (Some(_), Some(_)) | (None, None) => LineChange::Same,
    }
}

fn line(placing: &Placing<'_>, entry: &Entry) -> Option<Line> {
    let shown = entry.after.as_ref().or(entry.before.as_ref())?;
    Some(Line {
        role: entry.role,
        index: entry.index,
        name: shown.name.clone(),
        was: entry.before.as_ref().map(|visit| visit.starts_at),
        will: entry.after.as_ref().map(|visit| visit.starts_at),
        who: names(&placing.window, &shown.assigned),
        what: what(entry),
    })
}

/// The course's own row after the change. A course on pause keeps its price and number: they are what it goes on with.
fn series_after(
    now: DateTime<Utc>,
    running: &Running,
    outline: &Outline,
    change: &SeriesChange,
    entries: &[Entry],
) -> Series {
    let mut after = running.series.clone();
    let price = |visit: &Option<Appointment>| visit.as_ref().map_or(0, |visit| visit.price_cents);
    let last = outline.mains.last().map(|place| place.index);
    after.protocol_id = running.protocol.id;
    after.breaks.clone_from(&outline.breaks);
    after.breaks.retain(|index| last.is_some_and(|last| *index <= last));
    match change {
        SeriesChange::Pause => {
            after.paused_at = Some(now);
            after.visits = running.course.living();
        }
        SeriesChange::Resume { .. } => after.paused_at = None,
        _ => {
            let dearer = entries.iter().map(|one| price(&one.after) - price(&one.before));
            after.total_cents += dearer.sum::<i64>();
            if change.sets_number() {
                after.visits = i64::try_from(outline.mains.len()).unwrap_or(after.visits);
            }
        }
    }
    after
}

/// A number that is another one as soon as anything read here is: the course, one of its visits, a new time.
fn mark(running: &Running, lines: &[Line], unmet: &[Unmet]) -> i64 {
    let mut hasher = DefaultHasher::new();
    (running.series.id, running.series.version).hash(&mut hasher);
    for visit in &running.visits {
        (visit.id, visit.version, visit.status.as_str()).hash(&mut hasher);
    }
    for line in lines {
        (line.role, line.index, line.was, line.will, &line.who, line.what).hash(&mut hasher);
    }
    unmet.len().hash(&mut hasher);
    // Positive, as versions are.
    i64::try_from(hasher.finish() >> 1).unwrap_or(0)
}

async fn carry_out(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    change: &SeriesChange,
    computed: Computed,
) -> Result<Proposal, ActionError> {
    let Computed { proposal, entries, renumbered } = computed;
    for (id, index) in renumbered {
        tx.renumber_visit(id, index).await?;
    }
    let reason = Words::default().t(reason_key(change));
    let (mut gone, mut shifts, mut added) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        match (what(&entry), entry.before, entry.after) {
            (LineChange::Same, ..) | (_, None, None) => {}
            (_, Some(before), None) => gone.push(cancel::take_out(tx, actor, &before, &reason).await?),
            (_, Some(before), Some(after)) => shifts.push(Shift { before, after }),
            (_, None, Some(new)) => added.push(new),
        }
    }
    let done = rearrange::carry_out(tx, shifts).await?;
    for new in &added {
        book::enter(tx, new).await?;
        book::audit(tx, "appointment.book", new);
    }
    if !tx.update_series(&proposal.after).await? {
        return Err(ActionError::Changed);
    }
    let mut after = proposal.after.clone();
    after.version = proposal.now.version + 1;
    tx.audit(
        AuditEntry::new("series.change", Some(after.patient_id), "series", after.id.0)
            .before(facts(&proposal.now, None))
            .after(facts(&after, Some(change))),
    );
    if change.only_moves() {
        rearrange::tell(tx, rules, site, &done).await?;
    } else {
        let moved: Vec<Appointment> =
            done.iter().filter(|one| one.time_changed).map(|one| one.visit.clone()).collect();
        notify::course_changed(tx, rules, &after, &moved, &added, &gone).await?;
        for visit in &moved {
            drivers::drives_moved(tx, rules, visit).await?;
        }
        for visit in &gone {
            drivers::release_for(tx, rules, visit).await?;
        }
    }
    series::complete_if_over(tx, after.id).await?;
    Ok(proposal)
}

/// Why a visit went, as its page shows it.
fn reason_key(change: &SeriesChange) -> &'static str {
    if *change == SeriesChange::Pause { "series-change-reason-pause" } else { "series-change-reason-shorter" }
}

fn facts(series: &Series, change: Option<&SeriesChange>) -> Value {
    json!({
        "change": change.map(SeriesChange::as_str), "treatments": series.visits,
        "total cents": series.total_cents, "protocol": series.protocol_id, "paused": series.paused_at,
        "longer gaps before": series.breaks,
    })
}
