//! Lays the outline of a changed course into everybody's time: treatments first, each with its coaching, then review and
//! preparation.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::book;
use super::change_course::Running;
use super::change_place::{Found, Placing, span};
use super::rearrange::{Shift, shifted};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::gates::Unmet;
use crate::domain::ids::AppointmentId;
use crate::domain::protocols::{DayWindow, VisitRole};
use crate::domain::series_change::{Fate, Outline, Place, Terms};
use crate::domain::series_rules::side_dates;
use crate::domain::services::Assignment;
use crate::domain::time::{bound, day_bounds};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::sites::Site;

/// Days from the chosen one on within which the first treatment after a pause may fall.
const RESUME_DAYS: i64 = 6;

/// A visit before and after the change; kept ones are the same twice.
pub(super) struct Entry {
    pub role: VisitRole,
    pub index: i64,
    pub before: Option<Appointment>,
    pub after: Option<Appointment>,
}

/// A course on its way into the book.
pub(super) struct Layout<'a> {
    pub running: &'a Running,
    pub terms: Terms<'a>,
    pub site: &'a Site,
    pub placing: Placing<'a>,
    pub entries: Vec<Entry>,
}

impl Layout<'_> {
    /// Places everything; the outline's treatments take the starts that were found.
    pub fn lay(&mut self, tx: &Tx, outline: &mut Outline) {
        for id in &outline.gone {
            if let Some(visit) = self.running.visit(*id) {
                let (role, index) = place_of(visit);
                self.entries.push(Entry { role, index, before: Some(visit.clone()), after: None });
            }
        }
        let mut earlier: Option<Place> = None;
        for number in 0..outline.mains.len() {
            let Some(place) = outline.mains.get(number).copied() else { break };
            let placed = self.main(tx, outline, place, earlier);
            if let Some(main) = outline.mains.get_mut(number) {
                main.start = placed;
            }
            earlier = outline.mains.get(number).copied();
        }
        let (course, protocol) = (&self.running.course, self.terms.protocol);
        let review = outline.review(course, &self.terms);
        let preparation = outline.preparation(course, &self.terms);
        self.side(tx, review, protocol.after_last, outline.mains.last().copied());
        self.side(tx, preparation, protocol.before, outline.mains.first().copied());
    }

    /// Places a treatment and its coaching; answers with its civil start.
    fn main(&mut self, tx: &Tx, outline: &Outline, place: Place, earlier: Option<Place>) -> NaiveDateTime {
        let zone = self.site.timezone;
        let (start, end) = match place.fate {
            Fate::Stays(id) => {
                self.keep(id);
                (place.start, bound(zone, place.start) + TimeDelta::minutes(place.minutes))
            }
            Fate::Moves(id) => {
                let Some(before) = self.running.visit(id).cloned() else { return place.start };
                let running = self.running;
                let service = running.service(self.terms.protocol.service).filter(|_| running.is_other);
                let people = before.assigned.clone();
                let mut shift = shifted(self.site, before, service, bound(zone, place.start), people);
                shift.after.assigned = self.placing.at(&shift.after, shift.after.starts_at);
                let end = shift.after.ends_at;
                self.push_shift(shift);
                (place.start, end)
            }
            Fate::Added => {
                let Some(mut new) = self.new_visit(tx, &place) else { return place.start };
                let (wish, days) = self.wish(outline, &place, earlier);
                let found = self.placing.near(&new, wish, days, |start| {
                    self.talk_fits(tx, outline, &place, start, start + (new.ends_at - new.starts_at))
                });
                let (at, people) = self.or_nothing_free(found, &new, wish, days);
                self.set(&mut new, at, people);
                let (start, end) = (at.with_timezone(&zone).naive_local(), new.ends_at);
                self.push_new(&place, new);
                (start, end)
            }
        };
        self.talk(tx, outline, &Place { start, ..place }, end);
        start
    }

    /// When an added treatment is wished for, and on which dates it may be.
    fn wish(
        &self,
        outline: &Outline,
        place: &Place,
        earlier: Option<Place>,
    ) -> (NaiveDateTime, (NaiveDate, NaiveDate)) {
        let gap = self.terms.protocol.gap;
        let date = place.start.date();
        match earlier.filter(|earlier| !outline.resumed || earlier.fate == Fate::Added) {
            Some(earlier) => {
                let day = |days: i64| earlier.start.date() + TimeDelta::days(days);
                let (first, last) = (day(gap.min), day(gap.max.max(gap.min)));
                (date.clamp(first, last).and_time(place.start.time()), (first, last))
            }
            None => (place.start, (date, date + TimeDelta::days(RESUME_DAYS))),
        }
    }

    /// Whether the coaching of an added treatment would find a place.
    fn talk_fits(
        &self,
        tx: &Tx,
        outline: &Outline,
        main: &Place,
        start: DateTime<Utc>,
        end: DateTime<Utc>,
    ) -> bool {
        let main = Place { start: start.with_timezone(&self.site.timezone).naive_local(), ..*main };
        let Some(place) = outline.talk_of(&self.running.course, &self.terms, &main) else { return true };
        let (Some(hours), Some(talk)) = (self.terms.protocol.after_each, self.new_visit(tx, &place)) else {
            return true;
        };
        self.placing.talk(&talk, end, hours, place.start).is_some()
    }

    /// Places the coaching of a treatment that ends at an instant.
    fn talk(&mut self, tx: &Tx, outline: &Outline, main: &Place, end: DateTime<Utc>) {
        let Some(place) = outline.talk_of(&self.running.course, &self.terms, main) else { return };
        match place.fate {
            Fate::Stays(id) => self.keep(id),
            Fate::Moves(id) => {
                let Some(before) = self.running.visit(id).cloned() else { return };
                let (at, people) = self.talk_place(&before, &place, end);
                self.push_shift(shifted(self.site, before, None, at, people));
            }
            Fate::Added => {
                let Some(mut new) = self.new_visit(tx, &place) else { return };
                let (at, people) = self.talk_place(&new, &place, end);
                self.set(&mut new, at, people);
                self.push_new(&place, new);
            }
        }
    }

    fn talk_place(&mut self, talk: &Appointment, place: &Place, end: DateTime<Utc>) -> Found {
        let wish = bound(self.site.timezone, place.start);
        let Some(hours) = self.terms.protocol.after_each else {
            return (wish, self.placing.at(talk, wish));
        };
        self.placing.talk(talk, end, hours, place.start).unwrap_or_else(|| {
            let (from, to) = span(end, hours);
            self.placing.unmet.push(Unmet::NothingFree { name: talk.name.clone(), from, to });
            (wish, talk.assigned.clone())
        })
    }

    /// Places a review or a preparation on one of its dates.
    fn side(&mut self, tx: &Tx, place: Option<Place>, window: Option<DayWindow>, main: Option<Place>) {
        let Some(place) = place else { return };
        if let Fate::Stays(id) = place.fate {
            return self.keep(id);
        }
        let (Some(window), Some(main)) = (window, main) else { return };
        let days = side_dates(window, place.role, main.start);
        let around = bound(self.site.timezone, main.start);
        let (begins, ends) = (around, around + TimeDelta::minutes(main.minutes));
        let fits = |start: DateTime<Utc>| match place.role {
            VisitRole::Before => start + TimeDelta::minutes(place.minutes) <= begins,
            _ => start >= ends,
        };
        match place.fate {
            Fate::Stays(id) | Fate::Moves(id) => {
                let Some(before) = self.running.visit(id).cloned() else { return };
                let found = self.placing.near(&before, place.start, days, fits);
                let (at, people) = self.or_nothing_free(found, &before, place.start, days);
                self.push_shift(shifted(self.site, before, None, at, people));
            }
            Fate::Added => {
                let Some(mut new) = self.new_visit(tx, &place) else { return };
                let found = self.placing.near(&new, place.start, days, fits);
                let (at, people) = self.or_nothing_free(found, &new, place.start, days);
                self.set(&mut new, at, people);
                self.push_new(&place, new);
            }
        }
    }

    /// What was found; else the wish with its people, and that nobody is free on these dates.
    fn or_nothing_free(
        &mut self,
        found: Option<Found>,
        visit: &Appointment,
        wish: NaiveDateTime,
        (first, last): (NaiveDate, NaiveDate),
    ) -> Found {
        found.unwrap_or_else(|| {
            let zone = self.site.timezone;
            let (from, to) = (day_bounds(zone, first).0, day_bounds(zone, last).1);
            self.placing.unmet.push(Unmet::NothingFree { name: visit.name.clone(), from, to });
            (bound(zone, wish), visit.assigned.clone())
        })
    }

    /// A new visit like the latest of its role, at the wished start.
    fn new_visit(&self, tx: &Tx, place: &Place) -> Option<Appointment> {
        let service = self.running.service_for(place.role)?;
        let like = self.running.latest(place.role);
        let assigned = like.map(|visit| visit.assigned.clone()).unwrap_or_default();
        let home = book::Place {
            patient: self.running.series.patient_id,
            series: Some(self.running.series.id),
            role: Some((place.role, place.index)),
            status: AppointmentStatus::Booked,
        };
        let start = bound(self.site.timezone, place.start);
        Some(book::build(tx, self.site, &service, AppointmentId::new(), start, assigned, home))
    }

    fn set(&self, new: &mut Appointment, at: DateTime<Utc>, people: Vec<Assignment>) {
        new.ends_at = at + (new.ends_at - new.starts_at);
        new.starts_at = at;
        new.assigned = people;
        new.treatment_day = new.is_treatment().then(|| book::date_at(self.site, at));
    }

    fn keep(&mut self, id: AppointmentId) {
        if let Some(visit) = self.running.visit(id) {
            let (role, index) = place_of(visit);
            let (before, after) = (Some(visit.clone()), Some(visit.clone()));
            self.entries.push(Entry { role, index, before, after });
        }
    }

    fn push_shift(&mut self, shift: Shift) {
        self.placing.take(&shift.after);
        let (role, index) = place_of(&shift.after);
        self.entries.push(Entry { role, index, before: Some(shift.before), after: Some(shift.after) });
    }

    fn push_new(&mut self, place: &Place, new: Appointment) {
        self.placing.take(&new);
        self.entries.push(Entry { role: place.role, index: place.index, before: None, after: Some(new) });
    }
}

/// A visit's role and number; visits of a course have both.
fn place_of(visit: &Appointment) -> (VisitRole, i64) {
    (visit.role.unwrap_or(VisitRole::Main), visit.role_index.unwrap_or(1))
}
