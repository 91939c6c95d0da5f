//! Book, hold, accept and release whole courses: all visits and all resources in one transaction, or none.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::availability::{self, Wanted, Window};
use super::book::{self, Place};
use super::plan::ChosenVisit;
use super::programme::single_gate;
use super::{ActionError, Actor, drivers, notify, pass, recall, review, worklist};
use crate::config::Rules;
use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::candidacy::Decision;
use crate::domain::gates::Unmet;
use crate::domain::ids::{AppointmentId, PatientId, ProtocolId, SeriesId, ServiceId};
use crate::domain::messages::MessageStatus;
use crate::domain::prices::course_prices;
use crate::domain::protocols::{Protocol, VisitRole};
use crate::domain::roles::Permission;
use crate::domain::services::Service;
use crate::domain::time::visit_start;
use crate::domain::worklist::WorkKind;
use crate::store::appointments::Appointment;
use crate::store::series::Series;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};

/// Books or holds a whole course exactly as chosen.
///
/// # Errors
/// [`ActionError::Unmet`] with every shut gate and every broken window, [`ActionError::Conflicts`] with everybody in
/// the way of any visit, [`ActionError::Refused`] for a choice that is no course of this protocol.
#[expect(clippy::too_many_arguments, reason = "who, under which rules, where, and the course itself")]
pub async fn book_course(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    id: SeriesId,
    patient: PatientId,
    protocol: ProtocolId,
    visits: &[ChosenVisit],
    hold: bool,
) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    place_course(tx, actor, rules, site, id, patient, protocol, visits, hold).await
}

/// [`book_course`] for whoever the caller lets: every gate is asked here, the permission is not.
#[expect(clippy::too_many_arguments, reason = "who, under which rules, where, and the course itself")]
pub(super) async fn place_course(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    id: SeriesId,
    patient: PatientId,
    protocol: ProtocolId,
    visits: &[ChosenVisit],
    hold: bool,
) -> Result<(), ActionError> {
    tx.lock_bookings(site.id).await?;
    release_ended_holds(tx, site).await?;
    let patient = tx.patient(patient).await?.filter(|p| p.site_id == site.id).ok_or(ActionError::NotFound)?;
    let protocol =
        tx.protocol(protocol).await?.filter(|protocol| protocol.active).ok_or(ActionError::NotFound)?;
    let services = tx.services(site.id).await?;
    let placed = place(site, &protocol, &services, visits)?;
    let count = i64::try_from(placed.iter().filter(|one| one.role == VisitRole::Main).count()).unwrap_or(0);
    for one in &placed {
        book::on_grid(rules, site, one.starts_at)?;
    }
    check_windows(site, &protocol, &placed)?;
    check_gates(tx, site, patient.id, &placed).await?;
    let decision = tx.decision_of(patient.id).await?.ok_or(ActionError::Refused("plan-no-decision"))?;
    check_programme(tx, site, &decision, &protocol).await?;
    check_free(tx, site, patient.id, &placed).await?;

    let status = if hold { AppointmentStatus::Held } else { AppointmentStatus::Booked };
    let listed: Vec<i64> = placed.iter().map(|one| one.service.price_cents).collect();
    let prices = course_prices(protocol.package_for(count), &listed);
    let first_start = placed.iter().map(|one| one.starts_at).min().unwrap_or_else(|| tx.now());
    let series = Series {
        id,
        site_id: site.id,
        patient_id: patient.id,
        protocol_id: protocol.id,
        decision_id: decision.id,
        status: if hold { SeriesStatus::Held } else { SeriesStatus::Active },
        visits: count,
        hold_until: hold.then(|| (tx.now() + TimeDelta::minutes(rules.hold_minutes)).min(first_start)),
        total_cents: prices.iter().sum(),
        currency: site.currency.clone(),
        version: 1,
        created_by: actor.label(),
        created_at: tx.now(),
        paused_at: None,
        breaks: Vec::new(),
    };
    tx.insert_series(&series).await?;
    let mut booked = Vec::with_capacity(placed.len());
    for (one, price_cents) in placed.into_iter().zip(prices) {
        let place =
            Place { patient: patient.id, series: Some(id), role: Some((one.role, one.index)), status };
        let assigned = one.chosen.assigned.clone();
        let new = Appointment {
            price_cents,
            ..book::build(tx, site, one.service, AppointmentId::new(), one.starts_at, assigned, place)
        };
        book::enter(tx, &new).await?;
        booked.push(new);
    }
    if hold {
        notify::course_held(tx, rules, &series).await?;
    } else {
        notify::course_booked(tx, rules, &series, &booked).await?;
        recall::replan(tx, patient.id).await?;
    }
    audit(tx, if hold { "series.hold" } else { "series.book" }, &series);
    Ok(())
}

/// Turns a held course into a booked one: the desk, or the patient on their page. With `version`, only if it still is the
/// course that was read.
///
/// # Errors
/// [`ActionError::Changed`] when the hold ended or somebody booked it; [`ActionError::Unmet`] when the decision no longer
/// stands.
pub async fn book_held(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    series: SeriesId,
    version: Option<i64>,
) -> Result<(), ActionError> {
    tx.lock_bookings(site.id).await?;
    release_ended_holds(tx, site).await?;
    let mut held = tx.series(series).await?.filter(|s| s.site_id == site.id).ok_or(ActionError::NotFound)?;
    actor.needs_or_is(Permission::Book, held.patient_id)?;
    if held.status != SeriesStatus::Held || version.is_some_and(|version| version != held.version) {
        return Err(ActionError::Changed);
    }
    let visits = tx.appointments_in(series).await?;
    if visits.iter().any(|visit| visit.status == AppointmentStatus::Held && visit.starts_at <= tx.now()) {
        return Err(ActionError::Refused("book-time-past"));
    }
    let mut unmet = Vec::new();
    let decision = tx.decision_of(held.patient_id).await?;
    for visit in visits.iter().filter(|visit| visit.is_treatment() && visit.status == AppointmentStatus::Held)
    {
        let date = book::date_at(site, visit.starts_at);
        if let Err(fault) = crate::domain::candidacy::allows_on(decision.as_ref(), date) {
            let one = Unmet::Candidacy(fault);
            if !unmet.contains(&one) {
                unmet.push(one);
            }
        }
    }
    pass(unmet)?;
    let mut booked = Vec::new();
    for mut visit in visits.into_iter().filter(|visit| visit.status == AppointmentStatus::Held) {
        visit.status = AppointmentStatus::Booked;
        if !tx.update_appointment(&visit, AppointmentStatus::Held, visit.version).await? {
            return Err(ActionError::Changed);
        }
        booked.push(visit);
    }
    held.status = SeriesStatus::Active;
    held.hold_until = None;
    if !tx.update_series(&held).await? {
        return Err(ActionError::Changed);
    }
    held.version += 1;
    tx.silence_series(series, MessageStatus::Superseded).await?;
    notify::course_booked(tx, rules, &held, &booked).await?;
    drivers::ask_for_accepted(tx, rules, &booked).await?;
    recall::replan(tx, held.patient_id).await?;
    audit(tx, "series.accept", &held);
    Ok(())
}

/// Lets a held course go before its time.
///
/// # Errors
/// [`ActionError::Changed`] when it is not held any more.
pub async fn release_hold(tx: &mut Tx, actor: &Actor, series: SeriesId) -> Result<(), ActionError> {
    actor.needs(Permission::Book)?;
    let held = tx.series(series).await?.ok_or(ActionError::NotFound)?;
    tx.lock_bookings(held.site_id).await?;
    let held = tx.series(series).await?.ok_or(ActionError::NotFound)?;
    if held.status != SeriesStatus::Held {
        return Err(ActionError::Changed);
    }
    let label = actor.label();
    release(tx, held, &label, "series.release").await
}

/// Releases every hold of a site that ended. Called by the tick and at the beginning of every booking, so that an ended
/// hold is never in the way of anybody.
///
/// # Errors
/// When the store fails.
pub async fn release_ended_holds(tx: &mut Tx, site: &Site) -> Result<usize, ActionError> {
    let ended = tx.ended_holds(site.id, tx.now()).await?;
    let count = ended.len();
    for held in ended {
        let (id, patient) = (held.id, held.patient_id);
        release(tx, held, "hold ended", "series.hold_ended").await?;
        worklist::raise(tx, site.id, WorkKind::HoldEnded, id.0, Some(patient), None, "").await?;
    }
    Ok(count)
}

async fn release(tx: &mut Tx, mut held: Series, by: &str, action: &'static str) -> Result<(), ActionError> {
    for mut visit in tx.appointments_in(held.id).await? {
        if visit.status != AppointmentStatus::Held {
            continue;
        }
        visit.status = AppointmentStatus::Cancelled;
        visit.treatment_day = None;
        visit.cancelled_at = Some(tx.now());
        visit.cancelled_by = Some(by.to_owned());
        if !tx.update_appointment(&visit, AppointmentStatus::Held, visit.version).await? {
            return Err(ActionError::Changed);
        }
        tx.vacate(visit.id).await?;
        tx.silence_visit(visit.id, None, MessageStatus::NotNeeded).await?;
    }
    tx.silence_series(held.id, MessageStatus::NotNeeded).await?;
    // The end of the hold stays: it tells a course that was only offered from one that was booked.
    held.status = SeriesStatus::Cancelled;
    if !tx.update_series(&held).await? {
        return Err(ActionError::Changed);
    }
    audit(tx, action, &held);
    Ok(())
}

/// A chosen visit with its service and instant.
struct Placed<'a> {
    role: VisitRole,
    index: i64,
    service: &'a Service,
    chosen: &'a ChosenVisit,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

/// Matches the choice to the protocol: every part of the course once, at a time that exists, nothing else.
fn place<'a>(
    site: &Site,
    protocol: &Protocol,
    services: &'a [Service],
    visits: &'a [ChosenVisit],
) -> Result<Vec<Placed<'a>>, ActionError> {
    const NO_COURSE: ActionError = ActionError::Refused("plan-not-a-course");
    let mains =
        i64::try_from(visits.iter().filter(|visit| visit.role == VisitRole::Main).count()).unwrap_or(0);
    if !(protocol.visits_min..=protocol.visits_max).contains(&mains) {
        return Err(NO_COURSE);
    }
    let service_of = |id: ServiceId| services.iter().find(|service| service.id == id);
    let mut placed = Vec::new();
    for (role, service, count) in protocol.parts(mains) {
        let service = service_of(service).ok_or(NO_COURSE)?;
        for index in 1..=count {
            let mut chosen = visits.iter().filter(|visit| visit.role == role && visit.index == index);
            let (Some(chosen), None) = (chosen.next(), chosen.next()) else { return Err(NO_COURSE) };
            let starts_at = visit_start(site.timezone, chosen.start).ok_or(NO_COURSE)?;
            let ends_at = starts_at + TimeDelta::minutes(service.minutes());
            placed.push(Placed { role, index, service, chosen, starts_at, ends_at });
        }
    }
    if placed.len() == visits.len() { Ok(placed) } else { Err(NO_COURSE) }
}

/// Gaps between treatments, and the windows of what hangs on them (FORMAT.md, "A plan is feasible when", 4 and 5).
fn check_windows(site: &Site, protocol: &Protocol, placed: &[Placed<'_>]) -> Result<(), ActionError> {
    let find = |role, index| placed.iter().find(|one| one.role == role && one.index == index);
    let mains: Vec<&Placed<'_>> = (1..).map_while(|index| find(VisitRole::Main, index)).collect();
    let mut unmet = Vec::new();
    for pair in mains.windows(2) {
        if let [a, b] = pair {
            let days = (book::date_at(site, b.starts_at) - book::date_at(site, a.starts_at)).num_days();
            if !(protocol.gap.min..=protocol.gap.max).contains(&days) {
                let (min, max) = (protocol.gap.min, protocol.gap.max);
                unmet.push(Unmet::Gap { other: a.starts_at, days, min, max });
            }
        }
    }
    if let Some(after) = protocol.after_each {
        for main in &mains {
            let from = main.ends_at + TimeDelta::hours(after.min_hours);
            let to = main.ends_at + TimeDelta::hours(after.max_hours);
            if let Some(talk) = find(VisitRole::AfterEach, main.index)
                && !(from..=to).contains(&talk.starts_at)
            {
                unmet.push(Unmet::Window { name: talk.service.name.clone(), from, to });
            }
        }
    }
    let by_days = [
        (protocol.before, find(VisitRole::Before, 1), mains.first(), -1),
        (protocol.after_last, find(VisitRole::AfterLast, 1), mains.last(), 1),
    ];
    for (window, visit, main, sign) in by_days {
        let (Some(window), Some(visit), Some(main)) = (window, visit, main) else { continue };
        let days =
            sign * (book::date_at(site, visit.starts_at) - book::date_at(site, main.starts_at)).num_days();
        if !(window.min_days..=window.max_days).contains(&days) {
            let edge = |days: i64| main.starts_at + TimeDelta::days(sign * days);
            let (one, other) = (edge(window.min_days), edge(window.max_days));
            let name = visit.service.name.clone();
            unmet.push(Unmet::Window { name, from: one.min(other), to: one.max(other) });
        }
    }
    pass(unmet)
}

/// A decision names a programme: a course of another one needs another decision. A single treatment (a booster) goes with
/// every one like it.
async fn check_programme(
    tx: &mut Tx,
    site: &Site,
    decision: &Decision,
    protocol: &Protocol,
) -> Result<(), ActionError> {
    if decision.protocol_id == Some(protocol.id) {
        return Ok(());
    }
    if protocol.visits_max == 1 {
        let service = tx.service(protocol.service).await?.ok_or(ActionError::NotFound)?;
        return pass(single_gate(tx, site, decision.patient_id, &service).await?);
    }
    let decided = match decision.protocol_id {
        Some(id) => tx.protocol(id).await?,
        None => None,
    };
    if decided.is_some_and(|decided| decided.programme == protocol.programme) {
        return Ok(());
    }
    Err(ActionError::Unmet(vec![Unmet::OtherProgramme]))
}

async fn check_gates(
    tx: &mut Tx,
    site: &Site,
    patient: PatientId,
    placed: &[Placed<'_>],
) -> Result<(), ActionError> {
    if placed.iter().any(|one| one.starts_at <= tx.now()) {
        return Err(ActionError::Refused("book-time-past"));
    }
    let mut unmet = Vec::new();
    let treatments: Vec<&Placed<'_>> =
        placed.iter().filter(|one| one.service.category.needs_candidacy()).collect();
    if let Some(first) = treatments.first() {
        let starts: Vec<_> = treatments.iter().map(|one| one.starts_at).collect();
        unmet = book::booking_gate(tx, site, patient, first.service, &starts, &[]).await?;
    }
    pass(unmet)
}

/// Everybody in the way of any visit of the course, all at once; the course's own visits count against each other.
async fn check_free(
    tx: &mut Tx,
    site: &Site,
    patient: PatientId,
    placed: &[Placed<'_>],
) -> Result<(), ActionError> {
    let (Some(from), Some(to)) =
        (placed.iter().map(|one| one.starts_at).min(), placed.iter().map(|one| one.ends_at).max())
    else {
        return Err(ActionError::Refused("plan-not-a-course"));
    };
    let mut window = Window::load(tx, site, from, to).await?;
    let mut conflicts = Vec::new();
    for one in placed {
        let wanted = Wanted {
            name: &one.service.name,
            phases: &one.service.phases,
            start: one.starts_at,
            patient: Some(patient),
            with: None,
            except: &[],
        };
        if !availability::is_sound(&one.service.phases, &one.chosen.assigned, window.resources()) {
            return Err(ActionError::Refused("plan-not-a-course"));
        }
        conflicts.extend(window.conflicts_of_assigned(&wanted, &one.chosen.assigned));
        let here = AppointmentId::new();
        for stretch in
            crate::domain::services::stretches(&one.service.phases, one.starts_at, &one.chosen.assigned)
        {
            window.take(stretch.resource.0, stretch.starts_at, stretch.ends_at, here);
        }
        window.take(patient.0, one.starts_at, one.ends_at, here);
    }
    if conflicts.is_empty() { Ok(()) } else { Err(ActionError::Conflicts(conflicts)) }
}

fn audit(tx: &mut Tx, action: &'static str, series: &Series) {
    tx.audit(AuditEntry::new(action, Some(series.patient_id), "series", series.id.0).after(json!({
        "state": series.status, "treatments": series.visits, "total cents": series.total_cents, "held until": series.hold_until,
    })));
}

/// Marks a series completed when none of its visits lies ahead. One on pause has its treatments still to come.
///
/// # Errors
/// When the store fails.
pub(super) async fn complete_if_over(tx: &mut Tx, series: SeriesId) -> Result<(), ActionError> {
    let active = |s: &Series| s.status == SeriesStatus::Active && s.paused_at.is_none();
    let Some(mut running) = tx.series(series).await?.filter(active) else { return Ok(()) };
    let visits: Vec<Appointment> = tx.appointments_in(series).await?;
    if visits.iter().any(|visit| visit.status.is_ahead() || visit.status.is_here()) {
        return Ok(());
    }
    let held = visits.iter().any(|visit| visit.status == AppointmentStatus::Fulfilled);
    running.status = if held { SeriesStatus::Completed } else { SeriesStatus::Cancelled };
    if !tx.update_series(&running).await? {
        return Err(ActionError::Changed);
    }
    if running.status == SeriesStatus::Completed {
        review::course_completed(tx, &running, &visits).await?;
    }
    audit(tx, "series.complete", &running);
    Ok(())
}

/// Opens a booked series again that ended with a visit that now comes back.
pub(super) async fn reopen(tx: &mut Tx, series: SeriesId) -> Result<(), ActionError> {
    let Some(mut ended) = tx.series(series).await? else { return Ok(()) };
    let was_booked = ended.hold_until.is_none();
    if was_booked && matches!(ended.status, SeriesStatus::Completed | SeriesStatus::Cancelled) {
        ended.status = SeriesStatus::Active;
        if !tx.update_series(&ended).await? {
            return Err(ActionError::Changed);
        }
        review::course_reopened(tx, series).await?;
        audit(tx, "series.reopen", &ended);
    }
    Ok(())
}
