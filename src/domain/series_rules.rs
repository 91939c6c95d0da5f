//! What a changed course must hold to, and where what hangs on its treatments goes: coaching, review, preparation.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::gates::Unmet;
use super::protocols::{DayWindow, Gap, VisitRole};
use super::series_change::{CourseNow, CourseVisit, Fate, Outline, Place, Standing, Terms};
use super::series_moves::WEEK;
use super::time::bound;

/// Minutes of a coaching nobody has measured yet.
const USUAL_MINUTES: i64 = 60;

impl Outline {
    /// Everything that is wrong with the changed course: the change itself, gaps between treatments that changed, and the
    /// window of a preparation that is still ahead.
    pub fn broken(&self, course: &CourseNow, terms: &Terms<'_>) -> Vec<Unmet> {
        let mut unmet = self.faults.clone();
        let pairs = self.mains.iter().zip(self.mains.iter().skip(1));
        unmet.extend(pairs.filter_map(|(one, next)| self.gap_broken(course, terms, one, next)));
        unmet.extend(self.preparation_broken(course, terms));
        unmet
    }

    fn gap_broken(&self, course: &CourseNow, terms: &Terms<'_>, one: &Place, next: &Place) -> Option<Unmet> {
        if is_same(one) && is_same(next) {
            return None;
        }
        let gap = terms.protocol.gap;
        let days = (next.start.date() - one.start.date()).num_days();
        let date = |index: i64| course.find(VisitRole::Main, index).map(|visit| visit.start.date());
        let stands = date(one.index).zip(date(next.index)).map_or(0, |(from, to)| (to - from).num_days());
        let max = longest_gap(gap, self.breaks.contains(&next.index), stands);
        // Where a treatment between them was canceled the gap may be any longer, but never shorter.
        let has_most = next.index == one.index + 1 && self.longer != Some(next.index);
        let other = if is_same(next) { next } else { one };
        (days < gap.min || (has_most && days > max)).then(|| Unmet::Gap {
            other: bound(terms.zone, other.start),
            days,
            min: gap.min,
            max,
        })
    }

    fn preparation_broken(&self, course: &CourseNow, terms: &Terms<'_>) -> Option<Unmet> {
        let (window, first) = (terms.protocol.before?, self.mains.first()?);
        let visit = course.find(VisitRole::Before, 1).filter(|visit| visit.standing == Standing::Ahead)?;
        if is_same(first) || self.gone.contains(&visit.id) {
            return None;
        }
        let days = (first.start.date() - visit.start.date()).num_days();
        if (window.min_days..=window.max_days).contains(&days) {
            return None;
        }
        let edge = |days: i64| bound(terms.zone, first.start - TimeDelta::days(days));
        let (from, to) = (edge(window.max_days), edge(window.min_days));
        Some(Unmet::Window { name: visit.name.clone(), from, to })
    }

    /// The coaching of a treatment of the changed course, where it is wished for: as long after its infusion as before.
    pub fn talk_of(&self, course: &CourseNow, terms: &Terms<'_>, main: &Place) -> Option<Place> {
        let talk = course.find(VisitRole::AfterEach, main.index);
        match (talk, main.fate) {
            (Some(talk), Fate::Moves(id)) if talk.standing == Standing::Ahead => {
                let old = course.visits.iter().find(|visit| visit.id == id)?;
                let start = talk.start + (main.start - old.start);
                Some(Place { start, fate: Fate::Moves(talk.id), ..as_it_is(talk) })
            }
            (Some(talk), Fate::Stays(_) | Fate::Moves(_)) => Some(as_it_is(talk)),
            (_, Fate::Added) => {
                let after = terms.protocol.after_each?;
                let middle = TimeDelta::hours((after.min_hours + after.max_hours) / 2);
                let offset =
                    course.talk_offset(main.index).unwrap_or(middle + TimeDelta::minutes(main.minutes));
                let minutes = course.latest(VisitRole::AfterEach).map_or(USUAL_MINUTES, |talk| talk.minutes);
                Some(Place {
                    role: VisitRole::AfterEach,
                    index: main.index,
                    start: main.start + offset,
                    minutes,
                    fate: Fate::Added,
                })
            }
            (None, Fate::Stays(_) | Fate::Moves(_)) => None,
        }
    }

    /// The review of the changed course: as it is while it stays in its window after the last treatment, else as long after
    /// it as before; again after the pause that took it out.
    pub fn review(&self, course: &CourseNow, terms: &Terms<'_>) -> Option<Place> {
        self.side(course, VisitRole::AfterLast, terms.protocol.after_last, self.mains.last(), 1)
    }

    /// The preparation of the changed course: it stays, and comes back after the pause that took it out.
    pub fn preparation(&self, course: &CourseNow, terms: &Terms<'_>) -> Option<Place> {
        let begun = course.done() > 0;
        let place = self.side(course, VisitRole::Before, terms.protocol.before, self.mains.first(), -1)?;
        match place.fate {
            Fate::Added => Some(place).filter(|_| !begun),
            Fate::Moves(_) => course.find(VisitRole::Before, 1).map(as_it_is),
            Fate::Stays(_) => Some(place),
        }
    }

    fn side(
        &self,
        course: &CourseNow,
        role: VisitRole,
        window: Option<DayWindow>,
        main: Option<&Place>,
        sign: i64,
    ) -> Option<Place> {
        let living = course.find(role, 1).filter(|visit| !self.gone.contains(&visit.id));
        let (Some(window), Some(main)) = (window, main) else { return living.map(as_it_is) };
        let days = |visit: &CourseVisit, from: NaiveDate| sign * (visit.start.date() - from).num_days();
        let inside = window.min_days..=window.max_days;
        let usual = |visit: &CourseVisit| {
            let from = self.hung_on(course, role).map_or(main.start.date(), |main| main.start.date());
            days(visit, from).clamp(window.min_days, window.max_days.max(window.min_days))
        };
        let placed = |visit: &CourseVisit| {
            (main.start.date() + TimeDelta::days(sign * usual(visit))).and_time(visit.start.time())
        };
        let stays = |visit: &CourseVisit| {
            visit.standing == Standing::Done || inside.contains(&days(visit, main.start.date()))
        };
        match living {
            Some(visit) if stays(visit) => Some(as_it_is(visit)),
            Some(visit) => {
                let start = placed(visit);
                Some(Place { start, fate: Fate::Moves(visit.id), ..as_it_is(visit) })
            }
            // Only what the pause took out: nobody asked for what was canceled before it, or never booked.
            None if self.resumed => {
                let last = course.latest(role).filter(|visit| visit.standing == Standing::OnPause)?;
                let (start, minutes) = (placed(last), last.minutes);
                Some(Place { role, index: 1, start, minutes, fate: Fate::Added })
            }
            None => None,
        }
    }

    /// The treatment a review or preparation hung on so far.
    fn hung_on<'a>(&self, course: &'a CourseNow, role: VisitRole) -> Option<&'a CourseVisit> {
        if self.resumed {
            let mains = course
                .visits
                .iter()
                .filter(|visit| visit.role == VisitRole::Main && visit.standing != Standing::Off);
            return match role {
                VisitRole::Before => mains.min_by_key(|visit| visit.start),
                _ => mains.max_by_key(|visit| visit.start),
            };
        }
        let mains = course.mains();
        if role == VisitRole::Before { mains.first().copied() } else { mains.last().copied() }
    }
}

fn is_same(place: &Place) -> bool {
    matches!(place.fate, Fate::Stays(_))
}

fn as_it_is(visit: &CourseVisit) -> Place {
    Place {
        role: visit.role,
        index: visit.index,
        start: visit.start,
        minutes: visit.minutes,
        fate: Fate::Stays(visit.id),
    }
}

/// Most days between two treatments that follow each other: the protocol's; where a longer gap was agreed a week more, or
/// as many as now (`stands`), so that no move makes it longer still.
pub fn longest_gap(gap: Gap, agreed: bool, stands: i64) -> i64 {
    if agreed { stands.max(gap.max + WEEK) } else { gap.max }
}

/// The dates on which a review or a preparation may take place, first and last.
pub fn side_dates(window: DayWindow, role: VisitRole, main: NaiveDateTime) -> (NaiveDate, NaiveDate) {
    let day = |days: i64| {
        let away = TimeDelta::days(days);
        if role == VisitRole::Before { main.date() - away } else { main.date() + away }
    };
    let (one, two) = (day(window.min_days), day(window.max_days));
    (one.min(two), one.max(two))
}
