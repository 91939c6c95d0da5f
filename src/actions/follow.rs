//! What hangs on a visit of a series: neighbours' gaps, and where its coaching goes when it moves.

use chrono::{DateTime, TimeDelta, Utc};

use super::ActionError;
use super::availability::{Wanted, Window};
use super::book::date_at;
use crate::domain::gates::Unmet;
use crate::domain::ids::{AppointmentId, SeriesId};
use crate::domain::protocols::{Protocol, VisitRole};
use crate::domain::series_rules::longest_gap;
use crate::domain::services::{self, Assignment, Kind};
use crate::domain::time::visit_start;
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::sites::Site;

/// A visit's course as it stands.
pub(super) struct Course {
    pub protocol: Protocol,
    /// Visits that take place or took place.
    pub visits: Vec<Appointment>,
    /// Numbers of treatments before which a longer gap was agreed.
    pub breaks: Vec<i64>,
}

impl Course {
    /// The course a visit belongs to, if any.
    pub async fn of(tx: &mut Tx, visit: &Appointment) -> Result<Option<Self>, ActionError> {
        match visit.series_id {
            Some(series) => Self::load(tx, series).await.map(Some),
            None => Ok(None),
        }
    }

    /// A course by its series.
    pub async fn load(tx: &mut Tx, series: SeriesId) -> Result<Self, ActionError> {
        let series = tx.series(series).await?.ok_or(ActionError::NotFound)?;
        let protocol = tx.protocol(series.protocol_id).await?.ok_or(ActionError::NotFound)?;
        let visits =
            tx.appointments_in(series.id).await?.into_iter().filter(|one| one.status.occupies()).collect();
        Ok(Self { protocol, visits, breaks: series.breaks })
    }

    /// The course with some of its visits as they will stand.
    pub fn replace(&mut self, changed: &[&Appointment]) {
        for visit in &mut self.visits {
            if let Some(new) = changed.iter().find(|new| new.id == visit.id) {
                *visit = (*new).clone();
            }
        }
    }

    /// What visits that have their new places already would break, each rule once.
    pub fn broken_by_moved(&self, site: &Site, moved: &[AppointmentId]) -> Vec<Unmet> {
        let mut unmet: Vec<Unmet> = Vec::new();
        for visit in self.visits.iter().filter(|visit| moved.contains(&visit.id)) {
            let later = visit.role_index.and_then(|index| self.later(index));
            // Between two treatments that both moved the later one tells of the gap.
            let twice = later.filter(|later| moved.contains(&later.id)).map(|later| later.starts_at);
            let broken = self.broken_by(site, visit, visit.starts_at).into_iter().filter(
                |one| !matches!((one, twice), (Unmet::Gap { other, .. }, Some(twice)) if *other == twice),
            );
            let talk = self.talk_after(visit).filter(|talk| !moved.contains(&talk.id));
            let talk = talk.map(|talk| self.broken_by_talk(talk, talk.starts_at)).unwrap_or_default();
            for one in broken.chain(talk) {
                if !unmet.contains(&one) {
                    unmet.push(one);
                }
            }
        }
        unmet
    }

    fn find(&self, role: VisitRole, index: i64) -> Option<&Appointment> {
        self.visits.iter().find(|one| one.role == Some(role) && one.role_index == Some(index))
    }

    /// The nearest treatment before a number that takes place or took place.
    fn earlier(&self, index: i64) -> Option<&Appointment> {
        self.mains().filter(|one| one.role_index < Some(index)).max_by_key(|one| one.role_index)
    }

    /// The nearest treatment after a number that takes place or took place.
    fn later(&self, index: i64) -> Option<&Appointment> {
        self.mains().filter(|one| one.role_index > Some(index)).min_by_key(|one| one.role_index)
    }

    fn mains(&self) -> impl Iterator<Item = &Appointment> {
        self.visits.iter().filter(|one| one.role == Some(VisitRole::Main) && one.role_index.is_some())
    }

    /// The coaching that follows a treatment and still lies ahead.
    pub fn talk_after(&self, visit: &Appointment) -> Option<&Appointment> {
        if visit.role != Some(VisitRole::Main) {
            return None;
        }
        self.find(VisitRole::AfterEach, visit.role_index?).filter(|talk| talk.status.is_ahead())
    }

    /// The instants between which the coaching of a treatment must start that ends at `end`.
    pub fn talk_window(&self, end: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let after = self.protocol.after_each?;
        Some((end + TimeDelta::hours(after.min_hours), end + TimeDelta::hours(after.max_hours)))
    }

    /// What a visit's new start would break in its course, its own coaching aside.
    pub fn broken_by(&self, site: &Site, visit: &Appointment, to: DateTime<Utc>) -> Vec<Unmet> {
        match visit.role {
            Some(VisitRole::Main) => self.broken_by_main(site, visit, to),
            Some(VisitRole::AfterEach) => self.broken_by_talk(visit, to),
            Some(VisitRole::Before) => self.broken_by_days(site, visit, to, self.protocol.before, 1, -1),
            Some(VisitRole::AfterLast) => {
                let last = self
                    .visits
                    .iter()
                    .filter(|one| one.role == Some(VisitRole::Main))
                    .filter_map(|one| one.role_index)
                    .max();
                self.broken_by_days(site, visit, to, self.protocol.after_last, last.unwrap_or(1), 1)
            }
            None => Vec::new(),
        }
    }

    fn broken_by_main(&self, site: &Site, visit: &Appointment, to: DateTime<Utc>) -> Vec<Unmet> {
        let mut unmet = Vec::new();
        let Some(index) = visit.role_index else { return unmet };
        let gap = self.protocol.gap;
        let day = date_at(site, to);
        for (neighbour, sign) in [(self.earlier(index), 1), (self.later(index), -1)] {
            let Some(other) = neighbour else { continue };
            let Some(number) = other.role_index else { continue };
            let from = date_at(site, other.starts_at);
            let days = sign * (day - from).num_days();
            let stands = sign * (date_at(site, visit.starts_at) - from).num_days();
            let max = longest_gap(gap, self.breaks.contains(&index.max(number)), stands);
            // Where a treatment between them was canceled the gap may be any longer, but never shorter.
            let has_most = (index - number).abs() == 1;
            if days < gap.min || (has_most && days > max) {
                unmet.push(Unmet::Gap { other: other.starts_at, days, min: gap.min, max });
            }
        }
        let hanging = [
            (VisitRole::Before, self.protocol.before, index == 1, -1),
            (VisitRole::AfterLast, self.protocol.after_last, self.later(index).is_none(), 1),
        ];
        for (role, window, applies, sign) in hanging {
            let (Some(window), Some(other), true) = (window, self.find(role, 1), applies) else { continue };
            if !other.status.is_ahead() && role == VisitRole::Before {
                continue;
            }
            let days = sign * (date_at(site, other.starts_at) - day).num_days();
            if !(window.min_days..=window.max_days).contains(&days) {
                let (one, two) = (
                    to + TimeDelta::days(sign * window.min_days),
                    to + TimeDelta::days(sign * window.max_days),
                );
                unmet.push(Unmet::Window { name: other.name.clone(), from: one.min(two), to: one.max(two) });
            }
        }
        unmet
    }

    fn broken_by_talk(&self, visit: &Appointment, to: DateTime<Utc>) -> Vec<Unmet> {
        let main = visit.role_index.and_then(|index| self.find(VisitRole::Main, index));
        let Some((from, until)) = main.and_then(|main| self.talk_window(main.ends_at)) else {
            return Vec::new();
        };
        if (from..=until).contains(&to) {
            return Vec::new();
        }
        vec![Unmet::Window { name: visit.name.clone(), from, to: until }]
    }

    fn broken_by_days(
        &self,
        site: &Site,
        visit: &Appointment,
        to: DateTime<Utc>,
        window: Option<crate::domain::protocols::DayWindow>,
        main: i64,
        sign: i64,
    ) -> Vec<Unmet> {
        let (Some(window), Some(main)) = (window, self.find(VisitRole::Main, main)) else {
            return Vec::new();
        };
        let days = sign * (date_at(site, to) - date_at(site, main.starts_at)).num_days();
        if (window.min_days..=window.max_days).contains(&days) {
            return Vec::new();
        }
        let edge = |days: i64| main.starts_at + TimeDelta::days(sign * days);
        let (one, two) = (edge(window.min_days), edge(window.max_days));
        vec![Unmet::Window { name: visit.name.clone(), from: one.min(two), to: one.max(two) }]
    }
}

/// How far beyond a visit's end its course reaches: the windows that hang on it must be loaded whole.
pub(super) fn reach(course: Option<&Course>) -> TimeDelta {
    let hours = course.and_then(|course| course.protocol.after_each).map_or(0, |after| after.max_hours);
    TimeDelta::hours(hours) + TimeDelta::days(2)
}

/// Where a talk can follow inside a window of starts: with its own coach if possible, then nearest to `wish`.
pub(super) fn place_talk(
    window: &Window,
    site: &Site,
    talk: &Appointment,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    wish: DateTime<Utc>,
    grid_minutes: i64,
    except: &[AppointmentId],
) -> Option<(DateTime<Utc>, Vec<Assignment>)> {
    let coach = talk.resource_for(Kind::Coach);
    let mut starts = grid_starts(site, from, to, grid_minutes);
    starts.sort_by_key(|start| (*start - wish).abs());
    for with in [coach, None] {
        for start in &starts {
            let wanted = Wanted {
                name: &talk.name,
                phases: &talk.phases,
                start: *start,
                patient: Some(talk.patient_id),
                with,
                except,
            };
            if let Some(assigned) = window.assign(&wanted) {
                return Some((*start, assigned));
            }
        }
    }
    None
}

/// Starts on the site's grid inside a window, both ends included.
pub(super) fn grid_starts(
    site: &Site,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    grid_minutes: i64,
) -> Vec<DateTime<Utc>> {
    let mut day = date_at(site, from);
    let last = date_at(site, to);
    let mut starts = Vec::new();
    while day <= last {
        for minute in (0..1440).step_by(usize::try_from(grid_minutes.max(1)).unwrap_or(15)) {
            let local = day.and_hms_opt(0, 0, 0).map(|midnight| midnight + TimeDelta::minutes(minute));
            if let Some(start) = local.and_then(|local| visit_start(site.timezone, local))
                && (from..=to).contains(&start)
            {
                starts.push(start);
            }
        }
        let Some(next) = day.succ_opt() else { break };
        day = next;
    }
    starts
}

/// The end of a visit that would start at an instant.
pub(super) fn end_of(visit: &Appointment, start: DateTime<Utc>) -> DateTime<Utc> {
    start + TimeDelta::minutes(services::length(&visit.phases))
}
