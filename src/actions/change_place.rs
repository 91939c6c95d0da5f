//! Finds time and people for the visits of a changed course: the same people at the wished time if they are free, else
//! whoever is, else the nearest start at which somebody is.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::availability::{self, Wanted, Window};
use super::book::{self, date_at};
use super::{ActionError, Conflict, follow, rearrange};
use crate::config::Rules;
use crate::domain::gates::Unmet;
use crate::domain::ids::{AppointmentId, PatientId, ResourceId};
use crate::domain::protocols::HourWindow;
use crate::domain::services::{Assignment, Kind};
use crate::domain::time::{bound, day_bounds};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::sites::Site;

/// A start and who serves.
pub(super) type Found = (DateTime<Utc>, Vec<Assignment>);

/// Everybody's time while a changed course is laid into it.
pub(super) struct Placing<'a> {
    pub window: Window,
    site: &'a Site,
    grid_minutes: i64,
    now: DateTime<Utc>,
    /// Visits whose present time does not count: they move or go.
    pub except: Vec<AppointmentId>,
    /// Dates on which the patient has another treatment.
    treatment_days: Vec<NaiveDate>,
    /// What found no place in its window.
    pub unmet: Vec<Unmet>,
    /// Who is in the way of a time that was asked for.
    pub conflicts: Vec<Conflict>,
}

impl<'a> Placing<'a> {
    /// Everybody's time from now until an instant.
    pub async fn load(
        tx: &mut Tx,
        rules: &Rules,
        site: &'a Site,
        patient: PatientId,
        until: DateTime<Utc>,
        except: Vec<AppointmentId>,
    ) -> Result<Self, ActionError> {
        let now = tx.now();
        let window = Window::load(tx, site, now - TimeDelta::days(1), until).await?;
        let treatment_days = tx
            .appointments_of(patient)
            .await?
            .into_iter()
            .filter(|other| !except.contains(&other.id))
            .filter_map(|other| other.treatment_day)
            .collect();
        let (unmet, conflicts, grid_minutes) = (Vec::new(), Vec::new(), rules.grid_minutes);
        Ok(Self { window, site, grid_minutes, now, except, treatment_days, unmet, conflicts })
    }

    fn wanted<'b>(
        &'b self,
        visit: &'b Appointment,
        start: DateTime<Utc>,
        with: Option<ResourceId>,
    ) -> Wanted<'b> {
        Wanted {
            name: &visit.name,
            phases: &visit.phases,
            start,
            patient: Some(visit.patient_id),
            with,
            except: &self.except,
        }
    }

    /// Who would serve a visit at a start: the same people, else with the same leading person, else anybody.
    fn people(&self, visit: &Appointment, start: DateTime<Utc>) -> Option<Vec<Assignment>> {
        let anybody = self.wanted(visit, start, None);
        if availability::is_sound(&visit.phases, &visit.assigned, self.window.resources())
            && self.window.conflicts_of_assigned(&anybody, &visit.assigned).is_empty()
        {
            return Some(visit.assigned.clone());
        }
        let same = visit.resource_for(Kind::Clinician).or_else(|| visit.resource_for(Kind::Coach));
        let with_same = same.and_then(|with| self.window.assign(&self.wanted(visit, start, Some(with))));
        with_same.or_else(|| self.window.assign(&anybody))
    }

    /// Who serves a visit at exactly this start. Where nobody can, everybody in the way is noted and its people stay.
    pub fn at(&mut self, visit: &Appointment, start: DateTime<Utc>) -> Vec<Assignment> {
        if let Some(people) = self.people(visit, start) {
            return people;
        }
        let wanted = self.wanted(visit, start, None);
        let in_the_way = book::named(self.window.conflicts(&wanted), &wanted);
        self.conflicts.extend(in_the_way);
        visit.assigned.clone()
    }

    /// The start nearest to a wish, first by day, then by time of day, at which somebody is free and that fits otherwise.
    pub fn near(
        &self,
        visit: &Appointment,
        wish: NaiveDateTime,
        (first, last): (NaiveDate, NaiveDate),
        fits: impl Fn(DateTime<Utc>) -> bool,
    ) -> Option<Found> {
        let zone = self.site.timezone;
        let until = day_bounds(zone, last).1 - TimeDelta::minutes(1);
        let mut starts = follow::grid_starts(self.site, day_bounds(zone, first).0, until, self.grid_minutes);
        starts.retain(|start| {
            let taken = visit.is_treatment() && self.treatment_days.contains(&date_at(self.site, *start));
            *start > self.now && !taken
        });
        starts.sort_by_key(|start| {
            let local = start.with_timezone(&zone).naive_local();
            let days = (local.date() - wish.date()).num_days().abs();
            (days, (local.time() - wish.time()).num_minutes().abs())
        });
        starts.into_iter().find_map(|start| {
            let people = self.people(visit, start)?;
            fits(start).then_some((start, people))
        })
    }

    /// Where a talk can follow a treatment that ends at an instant, nearest to a wish.
    pub fn talk(
        &self,
        talk: &Appointment,
        end: DateTime<Utc>,
        hours: HourWindow,
        wish: NaiveDateTime,
    ) -> Option<Found> {
        let span = span(end, hours);
        let wish = bound(self.site.timezone, wish);
        follow::place_talk(&self.window, self.site, talk, span, wish, self.grid_minutes, &self.except)
    }

    /// Notes that a visit has its place, so that nothing else of the course takes it.
    pub fn take(&mut self, visit: &Appointment) {
        rearrange::take(&mut self.window, visit);
        self.treatment_days.extend(visit.treatment_day);
    }
}

/// The instants between which a talk must start after a treatment that ends at `end`.
pub(super) fn span(end: DateTime<Utc>, hours: HourWindow) -> (DateTime<Utc>, DateTime<Utc>) {
    (end + TimeDelta::hours(hours.min_hours), end + TimeDelta::hours(hours.max_hours))
}
