//! The patient chooses their next visit: times the planner finds for a booster with its coaching, booked by the patient themselves only while
//! their invitation is open, or the wish to be called.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use serde_json::json;

use super::book::date_at;
use super::plan::{ChosenVisit, Course, CourseVisit, Planned, Wishes, plan_best};
use super::programme::single_gate;
use super::recall::{Recalled, recalled};
use super::{ActionError, Actor, series, worklist};
use crate::config::Rules;
use crate::domain::ids::{PatientId, ProtocolId, SeriesId};
use crate::domain::protocols::{Protocol, VisitRole};
use crate::domain::roles::Permission;
use crate::domain::worklist::WorkKind;
use crate::store::recall::LastTreatment;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};
use crate::words::Words;

/// Days between today and the first time a patient may choose: a driver has to be found.
const NOTICE_DAYS: i64 = 3;
/// How far beyond the first day a patient may choose, in days.
const CHOICE_DAYS: i64 = 90;
/// Noon, minutes after midnight.
const NOON: i64 = 720;
/// How many mornings and how many afternoons are offered, each on a day of its own.
const OFFERED: [((i64, i64), usize); 2] = [((0, NOON), 5), ((NOON, 1440), 4)];

/// The protocol of a single treatment that fits the last one: the same service if there is one, else the first of the owner's list.
pub fn booster_for<'a>(protocols: &'a [Protocol], last: &LastTreatment) -> Option<&'a Protocol> {
    let mut single = protocols.iter().filter(|one| one.active && one.visits_max == 1);
    single.clone().find(|one| one.service == last.service_id).or_else(|| single.next())
}

/// The first day a patient may choose themselves: not before a booster is due, and never at short notice.
pub fn first_day(one: &Recalled, today: NaiveDate) -> NaiveDate {
    let soonest = today.checked_add_signed(TimeDelta::days(NOTICE_DAYS)).unwrap_or(today);
    one.dates.due.max(soonest)
}

/// Up to nine times for a booster, by start, each a whole course with its coaching and its price. Nothing is written. Empty where nothing
/// is free or treatment is not allowed then.
///
/// # Errors
/// When the store fails.
pub async fn next_times(
    tx: &mut Tx,
    w: Words,
    site: &Site,
    one: &Recalled,
) -> Result<Vec<Course>, ActionError> {
    let protocols = tx.protocols(site.id).await?;
    let Some(protocol) = booster_for(&protocols, &one.last) else { return Ok(Vec::new()) };
    if !goes_with_decision(tx, site, one, protocol).await? {
        return Ok(Vec::new());
    }
    let first = first_day(one, date_at(site, tx.now()));
    let mut found: Vec<Course> = Vec::new();
    for (hours, most) in OFFERED {
        let mut earliest = first;
        for _ in 0..most {
            let wishes = wishes(protocol.id, earliest, hours);
            let Some(course) = best(tx, w, site, one.patient.id, &wishes).await? else { break };
            let Some(next) = start_of(&course).and_then(|start| start.date().succ_opt()) else { break };
            earliest = next;
            found.push(course);
        }
    }
    found.sort_by_key(start_of);
    Ok(found)
}

/// The course of a booster that starts at exactly this time of the site's clock; `None` when it is not free any more. Nothing is written.
///
/// # Errors
/// When the store fails.
pub async fn next_at(
    tx: &mut Tx,
    w: Words,
    site: &Site,
    one: &Recalled,
    start: NaiveDateTime,
) -> Result<Option<Vec<ChosenVisit>>, ActionError> {
    let protocols = tx.protocols(site.id).await?;
    let Some(protocol) = booster_for(&protocols, &one.last) else { return Ok(None) };
    if !may_choose(one, date_at(site, tx.now()), start.date()) {
        return Ok(None);
    }
    let Some(service) = tx.service(protocol.service).await? else { return Ok(None) };
    if !goes_with_decision(tx, site, one, protocol).await? {
        return Ok(None);
    }
    let minute = i64::from(start.time().num_seconds_from_midnight() / 60);
    // Hours as long as the visit leave one start, and a day later it would be another date.
    let wishes = wishes(protocol.id, start.date(), (minute, (minute + service.minutes()).min(1440)));
    let course = best(tx, w, site, one.patient.id, &wishes).await?;
    Ok(course.filter(|course| start_of(course) == Some(start)).map(|course| course.chosen()))
}

/// Books the chosen booster for the patient who chose it: one, while their invitation is open, through every gate of a course.
///
/// # Errors
/// [`ActionError::NotPermitted`] for anybody else; [`ActionError::Refused`] when the invitation is not open or the time not theirs to
/// choose; what [`series::book_course`] refuses.
pub async fn book_next(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    id: SeriesId,
    patient: PatientId,
    chosen: &[ChosenVisit],
) -> Result<(), ActionError> {
    let Actor::Patient { id: who } = actor else { return Err(ActionError::NotPermitted) };
    if *who != patient {
        return Err(ActionError::NotPermitted);
    }
    // Pressed twice at once, the second must see the first's booking.
    tx.lock_bookings(site.id).await?;
    let one = recalled(tx, site, patient).await?.filter(Recalled::is_open);
    let one = one.ok_or(ActionError::Refused("my-next-closed"))?;
    let protocols = tx.protocols(site.id).await?;
    let protocol = booster_for(&protocols, &one.last).ok_or(ActionError::Refused("my-next-closed"))?;
    let today = date_at(site, tx.now());
    let main = chosen.iter().find(|visit| visit.role == VisitRole::Main);
    if !main.is_some_and(|main| may_choose(&one, today, main.start.date())) {
        return Err(ActionError::Refused("my-next-gone"));
    }
    series::place_course(tx, actor, rules, site, id, patient, protocol.id, chosen, false).await
}

/// The patient would rather be called for a time: a line on the worklist.
///
/// # Errors
/// [`ActionError::Refused`] when they are not called back.
pub async fn ask_for_time(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    patient: PatientId,
    note: &str,
) -> Result<(), ActionError> {
    actor.needs_or_is(Permission::Book, patient)?;
    let one = recalled(tx, site, patient).await?.filter(Recalled::is_open);
    one.ok_or(ActionError::Refused("my-next-closed"))?;
    worklist::raise(tx, site.id, WorkKind::AsksForTime, patient.0, Some(patient), None, note).await?;
    let entry = AuditEntry::new("recall.ask", Some(patient), "patient", patient.0);
    tx.audit(entry.after(json!({ "note": note })));
    Ok(())
}

/// Whether the decision that counts is for a program this booster follows: nobody is offered what is refused afterwards.
async fn goes_with_decision(
    tx: &mut Tx,
    site: &Site,
    one: &Recalled,
    protocol: &Protocol,
) -> Result<bool, ActionError> {
    let Some(service) = tx.service(protocol.service).await? else { return Ok(false) };
    Ok(single_gate(tx, site, one.patient.id, &service).await?.is_empty())
}

fn may_choose(one: &Recalled, today: NaiveDate, day: NaiveDate) -> bool {
    let first = first_day(one, today);
    day >= first && (day - first).num_days() <= CHOICE_DAYS
}

/// The best course of these wishes; `None` where nothing fits or no decision allows it.
async fn best(
    tx: &mut Tx,
    w: Words,
    site: &Site,
    patient: PatientId,
    wishes: &Wishes,
) -> Result<Option<Course>, ActionError> {
    match plan_best(tx, w, site, patient, wishes).await {
        Ok(Planned::Courses(courses)) => Ok(courses.into_iter().next()),
        Ok(Planned::Impossible { .. }) | Err(ActionError::Unmet(_) | ActionError::Refused(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// When the treatment of a course begins, on the site's clock.
pub fn start_of(course: &Course) -> Option<NaiveDateTime> {
    main_of(course).map(|main| main.start)
}

/// The treatment of a course.
pub fn main_of(course: &Course) -> Option<&CourseVisit> {
    course.visits.iter().find(|visit| visit.role == VisitRole::Main)
}

/// One treatment between these minutes of the first day on which it fits.
fn wishes(protocol: ProtocolId, earliest: NaiveDate, hours: (i64, i64)) -> Wishes {
    Wishes {
        protocol,
        visits: 1,
        earliest,
        weekdays: Vec::new(),
        rather_weekdays: Vec::new(),
        must_hours: Some(hours),
        rather_hours: None,
        away: Vec::new(),
        must_with: None,
        rather_with: None,
        pins: Vec::new(),
        excluded: Vec::new(),
    }
}
