//! When a link opens its page no more, and why: too old, overtaken by what happened to its visit, or in the wrong hands.

use chrono::{DateTime, Utc};

use super::appointments::AppointmentStatus;

/// So long after one fresh link was asked for, another can be asked for (minutes).
pub const FRESH_MINUTES: i64 = 60;

/// Why a link opens its page no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    /// Whoever it reached said that it is not for them.
    WrongPerson,
    /// Its time is over.
    TooOld,
    /// Its reader is not asked to drive, or to stay, any more.
    NotAsked,
    /// Its visit was canceled since.
    Canceled,
    /// Its visit has another time since.
    Moved,
    /// Its course changed since.
    CourseChanged,
}

/// The visit a link is about: as the message told it, and as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkedVisit {
    /// The version that was told of.
    pub told_version: i64,
    /// The start that was told of, where it was kept.
    pub told_start: Option<DateTime<Utc>>,
    /// Its version now.
    pub version: i64,
    /// Its start now.
    pub starts_at: DateTime<Utc>,
    /// Its state now.
    pub status: AppointmentStatus,
    /// Whether the reader canceled it and can still take that back.
    pub undo_open: bool,
}

/// What decides whether a link still opens its page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkFacts {
    /// Whether it reached somebody else.
    pub revoked: bool,
    /// Whether its time is over.
    pub expired: bool,
    /// Whether its driver is not asked any more.
    pub not_asked: bool,
    /// The one visit it is about.
    pub visit: Option<LinkedVisit>,
    /// Whether the patient was told of a change of its course since.
    pub course_changed: bool,
}

/// Why a link opens its page no more; `None` while it does.
pub fn link_end(facts: &LinkFacts) -> Option<LinkEnd> {
    if facts.revoked {
        return Some(LinkEnd::WrongPerson);
    }
    // What became of the visit is told by links that are in use only.
    if facts.expired {
        return Some(LinkEnd::TooOld);
    }
    if facts.not_asked {
        return Some(LinkEnd::NotAsked);
    }
    let of_visit = facts.visit.as_ref().and_then(visit_end);
    of_visit.or_else(|| facts.course_changed.then_some(LinkEnd::CourseChanged))
}

fn visit_end(visit: &LinkedVisit) -> Option<LinkEnd> {
    if visit.version == visit.told_version {
        return None;
    }
    if visit.status == AppointmentStatus::Cancelled {
        return (!visit.undo_open).then_some(LinkEnd::Canceled);
    }
    // One that was canceled and came back to its time is where the message said.
    visit.told_start.is_none_or(|told| told != visit.starts_at).then_some(LinkEnd::Moved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeDelta, TimeZone};

    fn start() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap()
    }

    fn visit() -> LinkedVisit {
        LinkedVisit {
            told_version: 1,
            told_start: Some(start()),
            version: 1,
            starts_at: start(),
            status: AppointmentStatus::Booked,
            undo_open: false,
        }
    }

    fn end_of(visit: LinkedVisit) -> Option<LinkEnd> {
        link_end(&LinkFacts { visit: Some(visit), ..LinkFacts::default() })
    }

    #[test]
    fn a_link_opens_its_page_while_its_visit_stands_where_the_message_said() {
        assert_eq!(link_end(&LinkFacts::default()), None);
        for status in AppointmentStatus::ALL {
            assert_eq!(end_of(LinkedVisit { status: *status, ..visit() }), None, "{status}");
        }
        // Canceled and taken back: another version, the same time.
        assert_eq!(end_of(LinkedVisit { version: 3, ..visit() }), None);
    }

    #[test]
    fn a_visit_that_moved_or_went_ends_the_links_that_told_of_it() {
        let moved = LinkedVisit { version: 2, starts_at: start() + TimeDelta::days(1), ..visit() };
        assert_eq!(end_of(moved), Some(LinkEnd::Moved));
        assert_eq!(end_of(LinkedVisit { version: 2, told_start: None, ..visit() }), Some(LinkEnd::Moved));
        let gone = LinkedVisit { version: 2, status: AppointmentStatus::Cancelled, ..visit() };
        assert_eq!(end_of(gone), Some(LinkEnd::Canceled));
        assert_eq!(end_of(LinkedVisit { undo_open: true, ..gone }), None, "the way back stays open");
    }

    #[test]
    fn an_old_link_tells_only_that_it_is_old_and_one_in_wrong_hands_only_that() {
        let gone = LinkedVisit { version: 2, status: AppointmentStatus::Cancelled, ..visit() };
        let all = LinkFacts {
            revoked: true,
            expired: true,
            not_asked: true,
            visit: Some(gone),
            course_changed: true,
        };
        assert_eq!(link_end(&all), Some(LinkEnd::WrongPerson));
        assert_eq!(link_end(&LinkFacts { revoked: false, ..all }), Some(LinkEnd::TooOld));
        let in_time = LinkFacts { revoked: false, expired: false, ..all };
        assert_eq!(link_end(&in_time), Some(LinkEnd::NotAsked));
        let course = LinkFacts { course_changed: true, ..LinkFacts::default() };
        assert_eq!(link_end(&course), Some(LinkEnd::CourseChanged));
    }
}
