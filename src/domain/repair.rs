//! Repair after an absence: which treatments of a course still follow each other, and what becomes of a visit.

use std::ops::Range;

use chrono::NaiveDate;

use super::protocols::Gap;

/// The main visits that still follow each other, as ranges of `mains` (number in the course and date, in order).
///
/// Where a visit in between is missing (canceled, missed) or two are further apart than the protocol allows (a
/// pause), the chain is cut: nothing is asked of the distance across the cut, so that a repair does not move visits
/// only to close a hole somebody left on purpose.
pub fn runs(mains: &[(i64, NaiveDate)], gap: Gap) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut from = 0;
    for at in 1..=mains.len() {
        let follows = mains.get(at).is_some_and(|(number, date)| {
            let (before, day) = mains[at - 1];
            *number == before + 1 && (gap.min..=gap.max).contains(&(*date - day).num_days())
        });
        if !follows {
            runs.push(from..at);
            from = at;
        }
    }
    runs
}

/// For each item, everything it needs directly or through what it needs, in order and without itself.
pub fn closed(direct: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let reach = |from: usize| {
        let mut found = vec![from];
        let mut at = 0;
        while let Some(next) = found.get(at).and_then(|item| direct.get(*item)) {
            for item in next {
                if !found.contains(item) {
                    found.push(*item);
                }
            }
            at += 1;
        }
        found.remove(0);
        found.sort_unstable();
        found
    };
    (0..direct.len()).map(reach).collect()
}

/// What a repair does to one visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disturbance {
    /// Nothing.
    Kept,
    /// The time stays, somebody else or another room serves.
    Reassigned,
    /// It has another time.
    Moved,
}

impl Disturbance {
    /// From whether start and people stay.
    pub fn of(same_start: bool, same_people: bool) -> Self {
        match (same_start, same_people) {
            (false, _) => Self::Moved,
            (true, false) => Self::Reassigned,
            (true, true) => Self::Kept,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEKLY: Gap = Gap { min: 6, target: 7, max: 8 };

    fn mains(list: &[(i64, &str)]) -> Vec<(i64, NaiveDate)> {
        list.iter().map(|(number, day)| (*number, day.parse().expect("a date"))).collect()
    }

    #[test]
    fn a_whole_course_is_one_run() {
        let course = mains(&[(1, "2026-12-01"), (2, "2026-12-08"), (3, "2026-12-14")]);
        assert_eq!(runs(&course, WEEKLY).first(), Some(&(0..3)));
        assert_eq!(runs(&course[..1], WEEKLY).first(), Some(&(0..1)));
        assert!(runs(&[], WEEKLY).is_empty());
    }

    #[test]
    fn a_canceled_treatment_and_a_pause_cut_the_course() {
        let canceled = mains(&[(1, "2026-12-01"), (2, "2026-12-08"), (4, "2026-12-15"), (5, "2026-12-22")]);
        assert_eq!(runs(&canceled, WEEKLY), [0..2, 2..4]);
        let paused = mains(&[(1, "2026-12-01"), (2, "2027-02-02"), (3, "2027-02-09")]);
        assert_eq!(runs(&paused, WEEKLY), [0..1, 1..3]);
    }

    #[test]
    fn what_is_needed_through_others_is_needed_too() {
        let direct = [vec![1], vec![2], vec![], vec![4], vec![3]];
        assert_eq!(closed(&direct), [vec![1, 2], vec![2], vec![], vec![4], vec![3]]);
        assert!(closed(&[]).is_empty());
    }

    #[test]
    fn a_visit_that_changes_its_time_is_moved_whoever_serves_it() {
        assert_eq!(Disturbance::of(false, true), Disturbance::Moved);
        assert_eq!(Disturbance::of(true, false), Disturbance::Reassigned);
        assert_eq!(Disturbance::of(true, true), Disturbance::Kept);
    }
}
