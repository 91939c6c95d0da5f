//! The named changes of a course, one function each: new civil starts, what goes, what comes, what is wrong with it.

use chrono::{NaiveDateTime, TimeDelta};

use super::gates::Unmet;
use super::protocols::VisitRole;
use super::series_change::{CourseFault, CourseNow, CourseVisit, Fate, Outline, Place, Standing, Terms};
use super::time::{bound, visit_start};

/// Days of the week that [`skip_week`] leaves out.
pub(super) const WEEK: i64 = 7;

/// The course as it is.
pub(super) fn unchanged(course: &CourseNow) -> Outline {
    let place = |visit: &CourseVisit| Place {
        role: VisitRole::Main,
        index: visit.index,
        start: visit.start,
        minutes: visit.minutes,
        fate: Fate::Stays(visit.id),
    };
    Outline {
        mains: course.mains().into_iter().map(place).collect(),
        gone: Vec::new(),
        breaks: course.breaks.clone(),
        longer: None,
        resumed: false,
        faults: Vec::new(),
    }
}

/// One treatment gets another time, the others keep theirs.
pub(super) fn move_one(course: &CourseNow, terms: &Terms<'_>, visit: i64, to: NaiveDateTime) -> Outline {
    let mut outline = unchanged(course);
    let old = match movable(course, visit) {
        Ok(old) => old,
        Err(fault) => return outline.fault(fault),
    };
    if to == old.start {
        return outline.fault(CourseFault::NothingChanges);
    }
    relocate(&mut outline, terms, visit, to);
    outline
}

/// One treatment gets another time, those after it move by as many days.
pub(super) fn move_and_shift(
    course: &CourseNow,
    terms: &Terms<'_>,
    visit: i64,
    to: NaiveDateTime,
) -> Outline {
    let mut outline = move_one(course, terms, visit, to);
    let Some(old) = course.find(VisitRole::Main, visit).filter(|_| outline.faults.is_empty()) else {
        return outline;
    };
    // Whole days on the wall clock: ten o'clock stays ten o'clock across a clock change.
    let days = to.date() - old.start.date();
    for later in course.mains() {
        if later.index > visit && later.standing == Standing::Ahead && !days.is_zero() {
            relocate(&mut outline, terms, later.index, later.start + days);
        }
    }
    outline
}

/// One week is left out before a treatment. That one gap may then be longer than the protocol's.
pub(super) fn skip_week(course: &CourseNow, terms: &Terms<'_>, visit: i64) -> Outline {
    let old = match movable(course, visit) {
        Ok(old) => old,
        Err(fault) => return unchanged(course).fault(fault),
    };
    let to = old.start + TimeDelta::days(WEEK);
    let mut outline = move_and_shift(course, terms, visit, to);
    let before = course.find(VisitRole::Main, visit - 1);
    let days = before.map(|before| (to.date() - before.start.date()).num_days());
    if days.is_some_and(|days| days > terms.protocol.gap.max) {
        agree(&mut outline, visit);
    }
    outline
}

/// More treatments, each the protocol's wished days after the one before, at the same time of day.
pub(super) fn extend(course: &CourseNow, terms: &Terms<'_>, visits: i64) -> Outline {
    let mut outline = numbered(course, terms, visits);
    let living = course.living();
    if visits <= living {
        return outline.fault(CourseFault::NothingChanges);
    }
    let Some(last) = outline.mains.last().copied() else {
        return outline.fault(CourseFault::NothingAhead);
    };
    let wanted = visits.min(terms.protocol.visits_max) - living;
    let first = last.start + TimeDelta::days(terms.protocol.gap.target);
    add(&mut outline, terms, last.index, last.minutes, first, wanted);
    outline
}

/// Fewer treatments: the last ones ahead go, with their coaching.
pub(super) fn shorten(course: &CourseNow, terms: &Terms<'_>, visits: i64) -> Outline {
    let mut outline = numbered(course, terms, visits);
    let living = course.living();
    if visits >= living {
        return outline.fault(CourseFault::NothingChanges);
    }
    let done = course.done();
    if visits < done {
        outline = outline.fault(CourseFault::FewerThanDone(done));
    }
    for main in course.mains().into_iter().rev().take(usize::try_from(living - visits.max(0)).unwrap_or(0)) {
        if main.standing == Standing::Ahead {
            drop_main(course, &mut outline, main);
        }
    }
    outline
}

/// From a treatment on, those of another protocol of the same programme; the starts stay.
pub(super) fn change_length(course: &CourseNow, terms: &Terms<'_>, from: i64) -> Outline {
    let mut outline = numbered(course, terms, course.living());
    if terms.protocol.id == course.protocol {
        return outline.fault(CourseFault::NothingChanges);
    }
    if terms.protocol.programme != course.programme {
        outline.faults.push(Unmet::OtherProgramme);
    }
    if let Err(fault) = movable(course, from) {
        return outline.fault(fault);
    }
    for place in outline.mains.iter_mut().filter(|place| place.index >= from) {
        let ahead = course.find(VisitRole::Main, place.index).filter(|one| one.standing == Standing::Ahead);
        if let Some(visit) = ahead {
            *place = Place { minutes: terms.main_minutes, fate: Fate::Moves(visit.id), ..*place };
        }
    }
    outline
}

/// Everything ahead goes, but the coaching of treatments that are done.
pub(super) fn pause(course: &CourseNow) -> Outline {
    let mut outline = unchanged(course);
    if course.mains().iter().all(|main| main.standing == Standing::Done) {
        return outline.fault(CourseFault::NothingAhead);
    }
    for main in course.mains().into_iter().filter(|main| main.standing == Standing::Ahead) {
        drop_main(course, &mut outline, main);
    }
    let sides = [VisitRole::Before, VisitRole::AfterLast];
    let ahead = course.visits.iter().filter(|visit| visit.standing == Standing::Ahead);
    outline.gone.extend(ahead.filter(|visit| sides.contains(&visit.role)).map(|visit| visit.id));
    outline
}

/// The treatments still to come, the protocol's wished days apart from a civil start on. The gap over the pause may be
/// longer than the protocol's, never shorter.
pub(super) fn resume(course: &CourseNow, terms: &Terms<'_>, at: NaiveDateTime) -> Outline {
    let mut outline = unchanged(course);
    outline.resumed = true;
    if !course.paused {
        return outline.fault(CourseFault::NotOnPause);
    }
    let last = outline.mains.last().map_or(0, |place| place.index);
    let minutes = course.latest(VisitRole::Main).map_or(terms.main_minutes, |main| main.minutes);
    if last > 0 {
        agree(&mut outline, last + 1);
    }
    add(&mut outline, terms, last, minutes, at, course.planned - course.living());
    if let Some(fault) = wrong_time(terms, at) {
        outline = outline.fault(fault);
    }
    outline
}

/// The course as it is, with what the protocol says of a number of treatments.
fn numbered(course: &CourseNow, terms: &Terms<'_>, visits: i64) -> Outline {
    let outline = unchanged(course);
    let (min, max) = (terms.protocol.visits_min, terms.protocol.visits_max);
    if (min..=max).contains(&visits) {
        return outline;
    }
    outline.fault(CourseFault::Number { visits, min, max })
}

/// Agrees to a longer gap before a treatment.
fn agree(outline: &mut Outline, index: i64) {
    outline.longer = Some(index);
    if !outline.breaks.contains(&index) {
        outline.breaks.push(index);
    }
}

/// A treatment that can have another time.
fn movable(course: &CourseNow, visit: i64) -> Result<&CourseVisit, CourseFault> {
    let found = course.find(VisitRole::Main, visit).ok_or(CourseFault::NoSuchVisit(visit))?;
    if found.standing == Standing::Done { Err(CourseFault::AlreadyDone(visit)) } else { Ok(found) }
}

fn relocate(outline: &mut Outline, terms: &Terms<'_>, index: i64, to: NaiveDateTime) {
    let Some(place) = outline.mains.iter_mut().find(|place| place.index == index) else { return };
    if let Fate::Stays(id) = place.fate {
        *place = Place { start: to, fate: Fate::Moves(id), ..*place };
    }
    outline.faults.extend(wrong_time(terms, to).map(Unmet::Course));
}

/// Why nobody can be booked at a civil time.
fn wrong_time(terms: &Terms<'_>, at: NaiveDateTime) -> Option<CourseFault> {
    match visit_start(terms.zone, at) {
        None => Some(CourseFault::NoSuchTime(bound(terms.zone, at))),
        Some(start) if start <= terms.now => Some(CourseFault::Past(start)),
        Some(_) => None,
    }
}

/// Adds treatments after number `last`, the first at `first`.
fn add(outline: &mut Outline, terms: &Terms<'_>, last: i64, minutes: i64, first: NaiveDateTime, many: i64) {
    let step = terms.protocol.gap.target;
    outline.mains.extend((0..many.max(0)).map(|number| Place {
        role: VisitRole::Main,
        index: last + 1 + number,
        start: first + TimeDelta::days(step * number),
        minutes,
        fate: Fate::Added,
    }));
}

/// Takes a treatment out, and the coaching that would follow it.
fn drop_main(course: &CourseNow, outline: &mut Outline, main: &CourseVisit) {
    outline.mains.retain(|place| place.index != main.index);
    outline.gone.push(main.id);
    let talk = course.find(VisitRole::AfterEach, main.index).filter(|talk| talk.standing == Standing::Ahead);
    outline.gone.extend(talk.map(|talk| talk.id));
}
