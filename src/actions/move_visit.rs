//! Move one visit: its coaching follows inside its window, or the move is refused with every reason.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::availability::{Wanted, Window};
use super::book;
use super::follow::{self, Course};
use super::offer::names;
use super::{ActionError, Actor, pass, rearrange};
use crate::config::Rules;
use crate::domain::gates::Unmet;
use crate::domain::ids::{AppointmentId, ResourceId};
use crate::domain::roles::Permission;
use crate::domain::services::{Assignment, Kind};
use crate::domain::time::{day_bounds, visit_start};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::sites::Site;

/// A time a visit could move to.
#[derive(Clone, Debug)]
pub struct MoveOption {
    /// New start.
    pub starts_at: DateTime<Utc>,
    /// New end.
    pub ends_at: DateTime<Utc>,
    /// Who would serve, people first.
    pub who: Vec<String>,
    /// The person the choice stands for.
    pub with: Option<ResourceId>,
    /// Where its coaching would go.
    pub talk: Option<DateTime<Utc>>,
}

/// A visit that has another time now.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Which.
    pub appointment: AppointmentId,
    /// Its name for staff.
    pub name: String,
    /// Its name for patients.
    pub public_name: String,
    /// Old start.
    pub from: DateTime<Utc>,
    /// New start.
    pub to: DateTime<Utc>,
}

/// Times a visit could move to that keep its course in order.
///
/// # Errors
/// [`ActionError::NotFound`]; [`ActionError::Refused`] when the visit cannot be moved at all.
pub async fn move_options(
    tx: &mut Tx,
    site: &Site,
    appointment: AppointmentId,
    from: NaiveDate,
    days: i64,
) -> Result<Vec<MoveOption>, ActionError> {
    let visit = movable(tx, site, appointment).await?;
    let course = Course::of(tx, &visit).await?;
    let days = days.clamp(1, 60);
    let last = from.checked_add_signed(TimeDelta::days(days)).ok_or(ActionError::Refused("book-date-far"))?;
    let (start, end) = (day_bounds(site.timezone, from).0, day_bounds(site.timezone, last).0);
    let window = Window::load(tx, site, start, end + follow::reach(course.as_ref())).await?;
    let service = book::as_service(&visit);
    let talk = course.as_ref().and_then(|course| course.talk_after(&visit)).cloned();
    let except: Vec<AppointmentId> =
        std::iter::once(visit.id).chain(talk.as_ref().map(|talk| talk.id)).collect();
    let mut options = Vec::new();
    for date in from.iter_days().take(usize::try_from(days).unwrap_or(1)) {
        // The whole day's starts share their gates: one question a day.
        let Some(noon) = date.and_hms_opt(12, 0, 0).and_then(|noon| visit_start(site.timezone, noon)) else {
            continue;
        };
        if !book::booking_gate(tx, site, visit.patient_id, &service, &[noon], &except).await?.is_empty() {
            continue;
        }
        let (day_start, day_end) = day_bounds(site.timezone, date);
        for to in follow::grid_starts(site, day_start, day_end - TimeDelta::minutes(1), 30) {
            if to <= tx.now() || to == visit.starts_at {
                continue;
            }
            if course.as_ref().is_some_and(|course| !course.broken_by(site, &visit, to).is_empty()) {
                continue;
            }
            if let Some(option) =
                option_at(&window, site, &visit, talk.as_ref(), course.as_ref(), to, &except)
            {
                options.push(option);
            }
        }
    }
    Ok(options)
}

/// The same people if they are free, else whoever is; with its coaching placed, or nothing.
fn option_at(
    window: &Window,
    site: &Site,
    visit: &Appointment,
    talk: Option<&Appointment>,
    course: Option<&Course>,
    to: DateTime<Utc>,
    except: &[AppointmentId],
) -> Option<MoveOption> {
    let (with, assigned) = people_at(window, visit, to, None, except)?;
    let ends_at = follow::end_of(visit, to);
    let talk_at = match (talk, course.and_then(|course| course.talk_window(ends_at))) {
        (Some(talk), Some(span)) => {
            let wish = talk.starts_at + (to - visit.starts_at);
            Some(follow::place_talk(window, site, talk, span, wish, 15, except)?.0)
        }
        _ => None,
    };
    Some(MoveOption { starts_at: to, ends_at, who: names(window, &assigned), with, talk: talk_at })
}

/// Who would serve a visit at a new time: the wished person, else the same person, else anybody.
fn people_at(
    window: &Window,
    visit: &Appointment,
    to: DateTime<Utc>,
    with: Option<ResourceId>,
    except: &[AppointmentId],
) -> Option<(Option<ResourceId>, Vec<Assignment>)> {
    let same = visit.resource_for(Kind::Clinician).or_else(|| visit.resource_for(Kind::Coach));
    let tries: Vec<Option<ResourceId>> = match with {
        Some(person) => vec![Some(person)],
        None => vec![same, None],
    };
    tries.into_iter().find_map(|with| {
        let wanted = wanted(visit, to, with, except);
        window.assign(&wanted).map(|assigned| {
            let kind =
                if visit.resource_for(Kind::Clinician).is_some() { Kind::Clinician } else { Kind::Coach };
            let person = assigned.iter().find(|one| one.kind == kind).map(|one| one.resource);
            (person.or(with), assigned)
        })
    })
}

fn wanted<'a>(
    visit: &'a Appointment,
    start: DateTime<Utc>,
    with: Option<ResourceId>,
    except: &'a [AppointmentId],
) -> Wanted<'a> {
    Wanted { name: &visit.name, phases: &visit.phases, start, patient: Some(visit.patient_id), with, except }
}

async fn movable(tx: &mut Tx, site: &Site, id: AppointmentId) -> Result<Appointment, ActionError> {
    let visit =
        tx.appointment(id).await?.filter(|visit| visit.site_id == site.id).ok_or(ActionError::NotFound)?;
    if visit.status.is_ahead() { Ok(visit) } else { Err(ActionError::Refused("moves-not-ahead")) }
}

/// Moves a visit that still stands at `version`; its coaching moves with it.
///
/// # Errors
/// [`ActionError::Changed`] when somebody changed it since; [`ActionError::Unmet`] with every rule the new time breaks;
/// [`ActionError::Conflicts`] with everybody in the way.
pub async fn move_visit(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    id: AppointmentId,
    version: i64,
    to: DateTime<Utc>,
    with: Option<ResourceId>,
) -> Result<Vec<Moved>, ActionError> {
    actor.needs(Permission::Book)?;
    tx.lock_bookings(site.id).await?;
    super::series::release_ended_holds(tx, site).await?;
    let visit = movable(tx, site, id).await?;
    if visit.version != version {
        return Err(ActionError::Changed);
    }
    if to <= tx.now() {
        return Err(ActionError::Refused("book-time-past"));
    }
    book::on_grid(rules, site, to)?;
    book::not_far(tx.now(), to)?;
    let course = Course::of(tx, &visit).await?;
    let talk = course.as_ref().and_then(|course| course.talk_after(&visit)).cloned();
    let except: Vec<AppointmentId> =
        std::iter::once(visit.id).chain(talk.as_ref().map(|talk| talk.id)).collect();

    let mut unmet =
        book::booking_gate(tx, site, visit.patient_id, &book::as_service(&visit), &[to], &except).await?;
    if let Some(course) = &course {
        unmet.extend(course.broken_by(site, &visit, to));
    }
    let ends_at = follow::end_of(&visit, to);
    let window =
        Window::load(tx, site, to - TimeDelta::days(1), ends_at + follow::reach(course.as_ref())).await?;
    let people = people_at(&window, &visit, to, with, &except);
    let new_talk = match (&talk, course.as_ref().and_then(|course| course.talk_window(ends_at))) {
        (Some(talk), Some(span)) => {
            let wish = talk.starts_at + (to - visit.starts_at);
            let placed = follow::place_talk(&window, site, talk, span, wish, rules.grid_minutes, &except);
            if placed.is_none() {
                unmet.push(Unmet::NothingFree { name: talk.name.clone(), from: span.0, to: span.1 });
            }
            placed
        }
        _ => None,
    };
    let Some((_, assigned)) = people else {
        let wanted = wanted(&visit, to, with, &except);
        // A broken rule would stay broken with other people: say it first.
        pass(unmet)?;
        return Err(ActionError::Conflicts(book::named(window.conflicts(&wanted), &wanted)));
    };
    pass(unmet)?;

    let mut shifts = vec![rearrange::shifted(site, visit, None, to, assigned)];
    if let (Some(talk), Some((at, people))) = (talk, new_talk) {
        shifts.push(rearrange::shifted(site, talk, None, at, people));
    }
    let done = rearrange::carry_out(tx, shifts).await?;
    rearrange::tell(tx, rules, site, &done).await?;
    Ok(done.into_iter().map(|one| one.moved).collect())
}
