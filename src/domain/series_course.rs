//! A course as changes see it: what takes place, what is usual in it, and its numbers without holes.

use chrono::TimeDelta;

use super::ids::AppointmentId;
use super::protocols::VisitRole;
use super::series_change::{CourseNow, CourseVisit, Standing};

impl CourseNow {
    /// Treatments that take place or took place, in order.
    pub fn mains(&self) -> Vec<&CourseVisit> {
        let mut mains: Vec<&CourseVisit> = self
            .visits
            .iter()
            .filter(|visit| visit.role == VisitRole::Main && visit.standing.takes_part())
            .collect();
        mains.sort_by_key(|visit| visit.index);
        mains
    }

    /// The visit of a role and number that takes place or took place.
    pub fn find(&self, role: VisitRole, index: i64) -> Option<&CourseVisit> {
        self.visits
            .iter()
            .find(|visit| visit.role == role && visit.index == index && visit.standing.takes_part())
    }

    /// How many treatments are done.
    pub fn done(&self) -> i64 {
        count(self.mains().iter().filter(|visit| visit.standing == Standing::Done).count())
    }

    /// How many treatments take place in all.
    pub fn living(&self) -> i64 {
        count(self.mains().len())
    }

    /// The latest visit of a role that takes place or waits for the end of a pause: it tells what is usual.
    pub fn latest(&self, role: VisitRole) -> Option<&CourseVisit> {
        self.visits
            .iter()
            .filter(|visit| visit.role == role && visit.standing != Standing::Off)
            .max_by_key(|visit| visit.start)
    }

    /// How long after a treatment's start its coaching usually starts, on the wall clock: as after the nearest treatment
    /// up to `index` that has one.
    pub(super) fn talk_offset(&self, index: i64) -> Option<TimeDelta> {
        let mut mains: Vec<&CourseVisit> =
            self.visits.iter().filter(|visit| visit.role == VisitRole::Main).collect();
        mains.sort_by_key(|visit| (visit.index > index, (visit.index - index).abs(), visit.start));
        mains.into_iter().find_map(|main| {
            self.visits
                .iter()
                .filter(|talk| talk.role == VisitRole::AfterEach && talk.index == main.index)
                .map(|talk| talk.start - main.start)
                .filter(|offset| *offset > TimeDelta::zero())
                .min()
        })
    }

    /// Closes the holes that canceled treatments left among the numbers of those ahead, for changes of the number of
    /// treatments; their coaching takes the new number too. What was no gap of the protocol before becomes an agreed
    /// one. Answers with the visits that have another number.
    pub fn close_holes(&mut self) -> Vec<(AppointmentId, i64)> {
        let done = self.mains().into_iter().filter(|visit| visit.standing == Standing::Done);
        let mut number = done.map(|visit| visit.index).max().unwrap_or(0);
        let ahead: Vec<i64> = self
            .mains()
            .iter()
            .filter(|visit| visit.standing == Standing::Ahead)
            .map(|visit| visit.index)
            .collect();
        let mut renamed: Vec<(i64, i64)> = Vec::new();
        let mut breaks: Vec<i64> = self.breaks.iter().copied().filter(|index| *index <= number).collect();
        let mut before = number;
        for index in ahead {
            number += 1;
            if self.breaks.contains(&index) || (number > 1 && index != before + 1) {
                breaks.push(number);
            }
            before = index;
            renamed.push((index, number));
        }
        self.breaks = breaks;
        let mut changed = Vec::new();
        for visit in self.visits.iter_mut().filter(|visit| visit.standing == Standing::Ahead) {
            if !matches!(visit.role, VisitRole::Main | VisitRole::AfterEach) {
                continue;
            }
            let new = renamed.iter().find(|(old, _)| *old == visit.index).map(|(_, new)| *new);
            if let Some(new) = new.filter(|new| *new != visit.index) {
                visit.index = new;
                changed.push((visit.id, new));
            }
        }
        changed
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
