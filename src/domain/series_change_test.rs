//! Each change of a course alone, across both clock changes, refused with every reason, and what none of them may ever do.

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::America::New_York;
use proptest::prelude::*;

use super::gates::Unmet;
use super::ids::{AppointmentId, ProtocolId, ServiceId};
use super::protocols::{DayWindow, Gap, HourWindow, Protocol, VisitRole};
use super::series_change::{
    CourseFault, CourseNow, CourseVisit, Fate, Outline, Place, SeriesChange, Standing, Terms, outline,
};
use super::time::bound;

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").expect("a local time")
}

fn protocol() -> Protocol {
    let window = |min_days, max_days| Some(DayWindow { service: ServiceId::new(), min_days, max_days });
    Protocol {
        id: ProtocolId::new(),
        name: "Induction, 60 minutes".into(),
        programme: "Induction".into(),
        service: ServiceId::new(),
        visits: 6,
        visits_min: 4,
        visits_max: 6,
        gap: Gap { min: 6, target: 7, max: 8 },
        before: window(1, 7),
        after_each: Some(HourWindow { service: ServiceId::new(), min_hours: 48, max_hours: 72 }),
        after_last: window(7, 14),
        package_cents: None,
        active: true,
    }
}

/// A weekly course of two-hour treatments: preparation four days before, coaching 51 hours after each start, the review a
/// week after the last. What starts by `now` is done.
fn weekly(protocol: &Protocol, first: &str, many: i64, now: DateTime<Utc>) -> CourseNow {
    let first = local(first);
    let mut visits = Vec::new();
    let mut add = |role, index, start: NaiveDateTime, minutes| {
        let standing = if bound(New_York, start) <= now { Standing::Done } else { Standing::Ahead };
        let id = AppointmentId::new();
        visits.push(CourseVisit {
            id,
            name: format!("{role} {index}"),
            role,
            index,
            start,
            minutes,
            standing,
        });
    };
    add(VisitRole::Before, 1, first - TimeDelta::days(4), 60);
    for index in 1..=many {
        let start = first + TimeDelta::weeks(index - 1);
        add(VisitRole::Main, index, start, 120);
        add(VisitRole::AfterEach, index, start + TimeDelta::hours(51), 60);
    }
    add(VisitRole::AfterLast, 1, first + TimeDelta::weeks(many), 30);
    CourseNow {
        protocol: protocol.id,
        programme: protocol.programme.clone(),
        planned: many,
        visits,
        breaks: Vec::new(),
        paused: false,
    }
}

fn at(year: i32, month: u32, day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, month, day, 14, 0, 0).unwrap()
}

fn terms(protocol: &Protocol, now: DateTime<Utc>) -> Terms<'_> {
    Terms { protocol, main_minutes: 150, zone: New_York, now }
}

fn starts(outline: &Outline) -> Vec<String> {
    outline.mains.iter().map(|place| place.start.format("%m-%d %H:%M").to_string()).collect()
}

/// The same with a visit of it canceled.
fn without(mut course: CourseNow, role: VisitRole, index: i64) -> CourseNow {
    for visit in course.visits.iter_mut().filter(|visit| (visit.role, visit.index) == (role, index)) {
        visit.standing = Standing::Off;
    }
    course
}

fn id_of(course: &CourseNow, role: VisitRole, index: i64) -> AppointmentId {
    course.find(role, index).expect("a visit").id
}

#[test]
fn one_treatment_moves_and_its_coaching_with_it_while_the_others_stay() {
    let (protocol, now) = (protocol(), at(2026, 11, 20));
    let course = weekly(&protocol, "2026-12-01T10:00", 6, now);
    let terms = terms(&protocol, now);
    let change = SeriesChange::MoveOne { visit: 3, to: local("2026-12-16T11:00") };
    let moved = outline(&course, &change, &terms);
    let expected = ["12-01 10:00", "12-08 10:00", "12-16 11:00", "12-22 10:00", "12-29 10:00", "01-05 10:00"];
    assert_eq!(starts(&moved), expected);
    assert_eq!(moved.broken(&course, &terms), []);
    let talk = moved.talk_of(&course, &terms, &moved.mains[2]).expect("its coaching");
    assert_eq!(talk.start, local("2026-12-18T14:00"));
    assert_eq!(talk.fate, Fate::Moves(id_of(&course, VisitRole::AfterEach, 3)));
    let other = moved.talk_of(&course, &terms, &moved.mains[3]).expect("its coaching");
    assert_eq!(other.fate, Fate::Stays(id_of(&course, VisitRole::AfterEach, 4)));
}

#[test]
fn the_rest_shifts_by_whole_days_and_the_review_goes_on_into_its_window() {
    let (protocol, now) = (protocol(), at(2026, 11, 20));
    let course = weekly(&protocol, "2026-12-01T10:00", 6, now);
    let terms = terms(&protocol, now);
    let change = SeriesChange::MoveAndShift { visit: 3, to: local("2026-12-16T11:00") };
    let moved = outline(&course, &change, &terms);
    let expected = ["12-01 10:00", "12-08 10:00", "12-16 11:00", "12-23 10:00", "12-30 10:00", "01-06 10:00"];
    assert_eq!(starts(&moved), expected);
    assert_eq!(moved.broken(&course, &terms), []);
    let review = moved.review(&course, &terms).expect("the review");
    assert_eq!((review.start, review.index), (local("2027-01-13T10:00"), 1));
}

#[test]
fn a_skipped_week_may_be_longer_than_the_protocols_gap_but_a_mere_shift_may_not() {
    let (protocol, now) = (protocol(), at(2026, 11, 20));
    let course = weekly(&protocol, "2026-12-01T10:00", 6, now);
    let terms = terms(&protocol, now);
    let skipped = outline(&course, &SeriesChange::SkipWeek { visit: 3 }, &terms);
    assert_eq!(starts(&skipped)[1..3], ["12-08 10:00", "12-22 10:00"]);
    assert_eq!((skipped.broken(&course, &terms), skipped.breaks.clone()), (vec![], vec![3]));
    let change = SeriesChange::MoveAndShift { visit: 3, to: local("2026-12-22T10:00") };
    let broken = outline(&course, &change, &terms).broken(&course, &terms);
    assert!(matches!(broken.as_slice(), [Unmet::Gap { days: 14, min: 6, max: 8, .. }]), "{broken:?}");
}

#[test]
fn across_a_canceled_treatment_the_shortest_gap_and_the_order_hold_and_only_the_longest_does_not() {
    let (protocol, now) = (protocol(), at(2026, 11, 20));
    let course = without(weekly(&protocol, "2026-12-01T10:00", 6, now), VisitRole::Main, 3);
    let terms = terms(&protocol, now);
    let moved = |to| {
        let change = SeriesChange::MoveOne { visit: 4, to: local(to) };
        outline(&course, &change, &terms).broken(&course, &terms)
    };
    assert_eq!(moved("2026-12-21T10:00"), [], "thirteen days after the second, the third is canceled");
    let soon = moved("2026-12-09T10:00");
    assert!(matches!(soon.as_slice(), [Unmet::Gap { days: 1, .. }, Unmet::Gap { days: 20, .. }]), "{soon:?}");
    let before = moved("2026-12-07T10:00");
    assert!(
        matches!(before.as_slice(), [Unmet::Gap { days: -1, .. }, Unmet::Gap { days: 22, .. }]),
        "{before:?}"
    );
}

#[test]
fn an_agreed_gap_grows_with_another_skipped_week_but_not_with_a_move() {
    let (protocol, now) = (protocol(), at(2026, 11, 20));
    let mut course = weekly(&protocol, "2026-12-01T10:00", 3, now);
    course.breaks = vec![3];
    let third = id_of(&course, VisitRole::Main, 3);
    let mut stand = |start: &str| {
        for visit in course.visits.iter_mut().filter(|visit| visit.id == third) {
            visit.start = local(start);
        }
        course.clone()
    };
    let terms = terms(&protocol, now);
    let broken =
        |course: &CourseNow, change: SeriesChange| outline(course, &change, &terms).broken(course, &terms);
    let to = |text| SeriesChange::MoveOne { visit: 3, to: local(text) };

    let skipped = stand("2026-12-22T10:00");
    assert_eq!(broken(&skipped, to("2026-12-23T10:00")), [], "a week more than the plan's eight days");
    let far = broken(&skipped, to("2026-12-24T10:00"));
    assert!(matches!(far.as_slice(), [Unmet::Gap { days: 16, min: 6, max: 15, .. }]), "{far:?}");
    assert_eq!(broken(&skipped, SeriesChange::SkipWeek { visit: 3 }), []);

    let resumed = stand("2027-01-19T10:00");
    assert_eq!(broken(&resumed, to("2027-01-19T11:00")), [], "it is as long as it was");
    let longer = broken(&resumed, to("2027-01-20T10:00"));
    assert!(matches!(longer.as_slice(), [Unmet::Gap { days: 43, max: 42, .. }]), "{longer:?}");
}

#[test]
fn what_is_added_is_like_what_takes_place_and_not_like_what_was_canceled() {
    let (protocol, now) = (protocol(), at(2026, 12, 9));
    let mut course = weekly(&protocol, "2026-12-01T10:00", 6, now);
    for visit in course.visits.iter_mut().filter(|visit| visit.index == 6) {
        (visit.standing, visit.minutes) = (Standing::Off, 999);
    }
    let terms = terms(&protocol, now);
    let longer = outline(&course, &SeriesChange::Extend { visits: 6 }, &terms);
    let last = longer.mains.last().copied().expect("a treatment");
    assert_eq!((last.index, last.minutes, last.fate), (6, 120, Fate::Added));
    assert_eq!(longer.talk_of(&course, &terms, &last).map(|talk| talk.minutes), Some(60));
    let latest = course.latest(VisitRole::Main).map(|visit| visit.index);
    assert_eq!(latest, Some(5));
    let waits = paused(&protocol, now);
    assert_eq!(waits.latest(VisitRole::Main).map(|visit| visit.index), Some(6), "the pause took it out");
}

#[test]
fn a_course_is_extended_on_its_weekday_up_to_what_the_protocol_allows() {
    let (protocol, now) = (protocol(), at(2026, 12, 2));
    let course = weekly(&protocol, "2026-12-01T10:00", 5, now);
    let terms = terms(&protocol, now);
    let longer = outline(&course, &SeriesChange::Extend { visits: 6 }, &terms);
    let last = longer.mains.last().copied().expect("a treatment");
    assert_eq!((last.index, last.start, last.fate), (6, local("2027-01-05T10:00"), Fate::Added));
    assert_eq!(longer.broken(&course, &terms), []);
    let talk = longer.talk_of(&course, &terms, &last).expect("its coaching");
    assert_eq!((talk.start, talk.fate), (local("2027-01-07T13:00"), Fate::Added));
    let review = longer.review(&course, &terms).expect("the review");
    assert_eq!(review.start, local("2027-01-12T10:00"), "it stood on the day of the new treatment");

    let too_many = outline(&course, &SeriesChange::Extend { visits: 7 }, &terms);
    let number = Unmet::Course(CourseFault::Number { visits: 7, min: 4, max: 6 });
    assert_eq!(too_many.faults, [number]);
}

#[test]
fn a_course_is_shortened_from_its_end_and_never_below_what_is_done() {
    let (protocol, now) = (protocol(), at(2026, 11, 20));
    let course = weekly(&protocol, "2026-12-01T10:00", 6, now);
    let terms_now = terms(&protocol, now);
    let shorter = outline(&course, &SeriesChange::Shorten { visits: 4 }, &terms_now);
    let gone =
        [(VisitRole::Main, 6), (VisitRole::AfterEach, 6), (VisitRole::Main, 5), (VisitRole::AfterEach, 5)];
    assert_eq!(shorter.gone, gone.map(|(role, index)| id_of(&course, role, index)));
    assert_eq!(shorter.broken(&course, &terms_now), []);
    let review = shorter.review(&course, &terms_now).expect("the review");
    assert_eq!(review.start, local("2026-12-29T10:00"));

    let late = at(2026, 12, 31);
    let course = weekly(&protocol, "2026-12-01T10:00", 6, late);
    let refused = outline(&course, &SeriesChange::Shorten { visits: 3 }, &terms(&protocol, late));
    let number = Unmet::Course(CourseFault::Number { visits: 3, min: 4, max: 6 });
    assert_eq!(refused.faults, [number, Unmet::Course(CourseFault::FewerThanDone(5))]);
}

#[test]
fn another_length_begins_with_a_treatment_ahead_and_stays_in_the_programme() {
    let (own, now) = (protocol(), at(2026, 12, 9));
    let course = weekly(&own, "2026-12-01T10:00", 6, now);
    let longer = Protocol { name: "Induction, 90 minutes".into(), ..protocol() };
    let change = |from| SeriesChange::ChangeLength { from, protocol: longer.id };
    let changed = outline(&course, &change(3), &terms(&longer, now));
    assert_eq!(changed.broken(&course, &terms(&longer, now)), []);
    let minutes: Vec<i64> = changed.mains.iter().map(|place| place.minutes).collect();
    assert_eq!(minutes, [120, 120, 150, 150, 150, 150]);
    assert_eq!(starts(&changed)[2], "12-15 10:00");

    let done = outline(&course, &change(2), &terms(&longer, now)).faults;
    assert_eq!(done, [Unmet::Course(CourseFault::AlreadyDone(2))]);
    let same = outline(&course, &SeriesChange::ChangeLength { from: 3, protocol: own.id }, &terms(&own, now));
    assert_eq!(same.faults, [Unmet::Course(CourseFault::NothingChanges)]);
    let other = Protocol { programme: "KAP".into(), ..protocol() };
    let asked = SeriesChange::ChangeLength { from: 3, protocol: other.id };
    assert_eq!(outline(&course, &asked, &terms(&other, now)).faults, [Unmet::OtherProgramme]);
}

/// The course after a pause: what was taken out is off.
fn paused(protocol: &Protocol, now: DateTime<Utc>) -> CourseNow {
    let mut course = weekly(protocol, "2026-12-01T10:00", 6, now);
    let gone = outline(&course, &SeriesChange::Pause, &terms(protocol, now)).gone;
    for visit in course.visits.iter_mut().filter(|visit| gone.contains(&visit.id)) {
        visit.standing = Standing::OnPause;
    }
    course.paused = true;
    course
}

#[test]
fn a_pause_takes_out_everything_ahead_but_the_coaching_of_what_is_done() {
    let (protocol, now) = (protocol(), at(2026, 12, 9));
    let course = weekly(&protocol, "2026-12-01T10:00", 6, now);
    let stopped = outline(&course, &SeriesChange::Pause, &terms(&protocol, now));
    assert_eq!(stopped.mains.len(), 2);
    assert_eq!(stopped.gone.len(), 4 + 4 + 1, "treatments, their coaching, the review");
    assert!(!stopped.gone.contains(&id_of(&course, VisitRole::AfterEach, 2)), "the second was yesterday");
    let again = outline(&paused(&protocol, now), &SeriesChange::Pause, &terms(&protocol, now));
    assert_eq!(again.faults, [Unmet::Course(CourseFault::OnPause)]);
}

#[test]
fn a_course_resumes_weekly_with_what_was_left_and_keeps_the_shortest_gap() {
    let (protocol, now) = (protocol(), at(2026, 12, 9));
    let (course, terms) = (paused(&protocol, now), terms(&protocol, now));
    let resumed = outline(&course, &SeriesChange::Resume { at: local("2027-01-20T09:00") }, &terms);
    let expected = ["12-01 10:00", "12-08 10:00", "01-20 09:00", "01-27 09:00", "02-03 09:00", "02-10 09:00"];
    assert_eq!(starts(&resumed), expected);
    assert_eq!((resumed.broken(&course, &terms), resumed.breaks.clone()), (vec![], vec![3]));
    let review = resumed.review(&course, &terms).expect("the review comes back");
    assert_eq!((review.start, review.fate), (local("2027-02-17T10:00"), Fate::Added));
    assert_eq!(
        resumed.preparation(&course, &terms).map(|place| place.start),
        Some(local("2026-11-27T10:00"))
    );

    let early = outline(&course, &SeriesChange::Resume { at: local("2026-12-11T09:00") }, &terms);
    assert!(matches!(early.broken(&course, &terms).as_slice(), [Unmet::Gap { days: 3, .. }]));
    let running = weekly(&protocol, "2026-12-01T10:00", 6, now);
    let refused = outline(&running, &SeriesChange::Resume { at: local("2027-01-20T09:00") }, &terms);
    assert_eq!(refused.faults, [Unmet::Course(CourseFault::NotOnPause)]);
}

#[test]
fn a_resumed_course_brings_back_only_what_the_pause_took_out() {
    let (protocol, now) = (protocol(), at(2026, 11, 20));
    let terms = terms(&protocol, now);
    let change = SeriesChange::Resume { at: local("2027-01-20T09:00") };
    let sides = |course: &CourseNow| {
        let resumed = outline(course, &change, &terms);
        let fate = |place: Option<Place>| place.map(|place| place.fate);
        (fate(resumed.preparation(course, &terms)), fate(resumed.review(course, &terms)))
    };
    let whole = paused(&protocol, now);
    assert_eq!(sides(&whole), (Some(Fate::Added), Some(Fate::Added)));
    let neither = without(without(whole.clone(), VisitRole::Before, 1), VisitRole::AfterLast, 1);
    assert_eq!(sides(&neither), (None, None), "both were canceled before the pause");
    let mut never = whole;
    never.visits.retain(|visit| matches!(visit.role, VisitRole::Main | VisitRole::AfterEach));
    assert_eq!(sides(&never), (None, None), "nobody ever booked them");
}

#[test]
fn a_course_with_a_hole_among_what_is_done_resumes_with_as_many_as_were_left() {
    let (protocol, now) = (protocol(), at(2026, 12, 16));
    let mut course = without(paused(&protocol, now), VisitRole::Main, 2);
    // Two done, three to come: five in all, though the last bears the number 6.
    course.planned = 5;
    let change = SeriesChange::Resume { at: local("2027-01-20T09:00") };
    let resumed = outline(&course, &change, &terms(&protocol, now));
    assert_eq!(resumed.mains.iter().map(|place| place.index).collect::<Vec<_>>(), [1, 3, 4, 5, 6]);
}

#[test]
fn ten_oclock_stays_ten_oclock_across_both_clock_changes() {
    let protocol = protocol();
    for (first, now, hours) in [
        ("2026-10-13T10:00", at(2026, 10, 1), ["14", "14", "14", "15", "15", "15"]),
        ("2027-02-23T10:00", at(2027, 2, 1), ["15", "15", "15", "14", "14", "14"]),
    ] {
        let course = weekly(&protocol, first, 6, now);
        let skipped = outline(&course, &SeriesChange::SkipWeek { visit: 3 }, &terms(&protocol, now));
        let utc = |place: &Place| bound(New_York, place.start).format("%H").to_string();
        // The third moved over the change itself.
        let mut expected = hours;
        expected[2] = hours[3];
        assert_eq!(skipped.mains.iter().map(utc).collect::<Vec<_>>(), expected, "{first}");
        assert!(skipped.mains.iter().all(|place| place.start.format("%H:%M").to_string() == "10:00"));
    }
    for (now, to) in [(at(2026, 10, 1), "2026-11-01T01:30"), (at(2027, 2, 1), "2027-03-14T02:30")] {
        let first = if to.starts_with("2026") { "2026-10-20T10:00" } else { "2027-03-02T10:00" };
        let course = weekly(&protocol, first, 6, now);
        let change = SeriesChange::MoveOne { visit: 2, to: local(to) };
        let faults = outline(&course, &change, &terms(&protocol, now)).faults;
        assert_eq!(faults, [Unmet::Course(CourseFault::NoSuchTime(bound(New_York, local(to))))]);
    }
}

#[test]
fn what_cannot_hold_is_refused_with_every_reason_at_once() {
    let (protocol, now) = (protocol(), at(2026, 12, 3));
    let course = weekly(&protocol, "2026-12-01T10:00", 6, now);
    let terms = terms(&protocol, now);
    let change = SeriesChange::MoveOne { visit: 2, to: local("2026-12-02T10:00") };
    let broken = outline(&course, &change, &terms).broken(&course, &terms);
    assert!(
        matches!(
            broken.as_slice(),
            [Unmet::Course(CourseFault::Past(_)), Unmet::Gap { days: 1, .. }, Unmet::Gap { days: 13, .. }]
        ),
        "{broken:?}"
    );
    let gone = outline(&course, &SeriesChange::SkipWeek { visit: 9 }, &terms).faults;
    assert_eq!(gone, [Unmet::Course(CourseFault::NoSuchVisit(9))]);

    let early = at(2026, 11, 20);
    let course = weekly(&protocol, "2026-12-01T10:00", 6, early);
    let change = SeriesChange::MoveOne { visit: 1, to: local("2026-11-27T15:00") };
    let terms = Terms { now: early, ..terms };
    let broken = outline(&course, &change, &terms).broken(&course, &terms);
    assert!(matches!(broken.as_slice(), [Unmet::Gap { days: 11, .. }, Unmet::Window { .. }]), "{broken:?}");
}

#[test]
fn holes_in_the_numbers_close_and_leave_an_agreed_gap() {
    let (protocol, now) = (protocol(), at(2026, 12, 9));
    let mut course = weekly(&protocol, "2026-12-01T10:00", 6, now);
    let canceled = [id_of(&course, VisitRole::Main, 4), id_of(&course, VisitRole::AfterEach, 4)];
    for visit in course.visits.iter_mut().filter(|visit| canceled.contains(&visit.id)) {
        visit.standing = Standing::Off;
    }
    let fifth = id_of(&course, VisitRole::Main, 5);
    let changed = course.close_holes();
    assert_eq!(changed.len(), 4, "two treatments and their coaching");
    assert!(changed.contains(&(fifth, 4)));
    assert_eq!((course.living(), course.done(), course.breaks.clone()), (5, 2, vec![4]));
    assert_eq!(course.mains().iter().map(|main| main.index).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert!(course.close_holes().is_empty(), "nothing is left to close");
}

fn changes() -> impl Strategy<Value = SeriesChange> {
    let to = (-10i64..70, 0i64..24)
        .prop_map(|(day, hour)| local("2026-12-01T00:00") + TimeDelta::days(day) + TimeDelta::hours(hour));
    prop_oneof![
        (0i64..8, to.clone()).prop_map(|(visit, to)| SeriesChange::MoveOne { visit, to }),
        (0i64..8, to.clone()).prop_map(|(visit, to)| SeriesChange::MoveAndShift { visit, to }),
        (0i64..8).prop_map(|visit| SeriesChange::SkipWeek { visit }),
        (0i64..9).prop_map(|visits| SeriesChange::Extend { visits }),
        (0i64..9).prop_map(|visits| SeriesChange::Shorten { visits }),
        (0i64..8).prop_map(|from| SeriesChange::ChangeLength { from, protocol: ProtocolId::new() }),
        Just(SeriesChange::Pause),
        to.prop_map(|at| SeriesChange::Resume { at }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_change_moves_what_is_done_parts_coaching_from_its_treatment_or_mixes_up_the_order(
        change in changes(), day in 0i64..50, many in 4i64..7, on_pause in any::<bool>(),
        canceled in 0i64..7,
    ) {
        let own = protocol();
        let other = Protocol { id: ProtocolId::new(), ..own.clone() };
        let now = at(2026, 11, 25) + TimeDelta::days(day);
        let mut course = weekly(&own, "2026-12-01T10:00", many, now);
        if on_pause {
            course = paused(&own, now);
        }
        let ahead = course.visits.iter_mut().filter(|visit| visit.standing == Standing::Ahead);
        for visit in ahead.filter(|visit| visit.index == canceled) {
            if matches!(visit.role, VisitRole::Main | VisitRole::AfterEach) {
                visit.standing = Standing::Off;
            }
        }
        let follows = if matches!(change, SeriesChange::ChangeLength { .. }) { &other } else { &own };
        let terms = terms(follows, now);
        let after = outline(&course, &change, &terms);
        for done in course.mains().into_iter().filter(|main| main.standing == Standing::Done) {
            let kept = after.mains.iter().find(|place| place.index == done.index);
            prop_assert_eq!(kept.map(|place| (place.start, place.fate)), Some((done.start, Fate::Stays(done.id))));
            prop_assert!(!after.gone.contains(&done.id));
        }
        for main in course.mains() {
            let Some(talk) = course.find(VisitRole::AfterEach, main.index) else { continue };
            match after.mains.iter().find(|place| place.index == main.index) {
                Some(place) => {
                    let follows = after.talk_of(&course, &terms, place);
                    prop_assert_eq!(follows.map(|one| one.start - place.start), Some(talk.start - main.start));
                    prop_assert!(!after.gone.contains(&talk.id));
                }
                None => prop_assert!(after.gone.contains(&talk.id), "a talk without its treatment"),
            }
        }
        if after.broken(&course, &terms).is_empty() {
            prop_assert!(after.mains.windows(2).all(|pair| pair[0].start < pair[1].start), "{:?}", after.mains);
            prop_assert!(after.mains.windows(2).all(|pair| pair[0].index < pair[1].index));
            let days = |pair: &[Place]| (pair[1].start.date() - pair[0].start.date()).num_days();
            prop_assert!(after.mains.windows(2).all(|pair| days(pair) >= own.gap.min), "{:?}", after.mains);
        }
    }
}
