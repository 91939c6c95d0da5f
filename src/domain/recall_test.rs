//! The windows of recall, pinned at month ends, in leap years and around clock changes, and the order of the list.

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn of(last: &str) -> Dates {
    dates(day(last), Windows::default(), None)
}

#[test]
fn three_weeks_five_weeks_and_three_calendar_months_count_from_the_last_treatment() {
    for (last, due, recommended, overdue) in [
        ("2026-12-01", "2026-12-22", "2027-01-05", "2027-03-01"),
        // Months end where they are too short.
        ("2026-11-30", "2026-12-21", "2027-01-04", "2027-02-28"),
        ("2027-11-30", "2027-12-21", "2028-01-04", "2028-02-29"),
        ("2027-11-29", "2027-12-20", "2028-01-03", "2028-02-29"),
        ("2027-08-31", "2027-09-21", "2027-10-05", "2027-11-30"),
        // The days of a leap February count.
        ("2028-02-10", "2028-03-02", "2028-03-16", "2028-05-10"),
        ("2027-02-10", "2027-03-03", "2027-03-17", "2027-05-10"),
        ("2028-02-29", "2028-03-21", "2028-04-04", "2028-05-29"),
        // Over the end of a year.
        ("2026-12-31", "2027-01-21", "2027-02-04", "2027-03-31"),
    ] {
        let expected = Dates { due: day(due), recommended: day(recommended), overdue: day(overdue) };
        assert_eq!(of(last), expected, "{last}");
    }
}

#[test]
fn each_date_belongs_to_what_begins_with_it() {
    let dates = of("2026-12-01");
    for (today, state) in [
        ("2026-12-01", DueState::NotDue { from: dates.due }),
        ("2026-12-21", DueState::NotDue { from: dates.due }),
        ("2026-12-22", DueState::Due { since: dates.due }),
        ("2027-01-04", DueState::Due { since: dates.due }),
        ("2027-01-05", DueState::Recommended { since: dates.recommended }),
        ("2027-02-28", DueState::Recommended { since: dates.recommended }),
        ("2027-03-01", DueState::Overdue { since: dates.overdue }),
        ("2030-03-01", DueState::Overdue { since: dates.overdue }),
    ] {
        assert_eq!(DueState::on(dates, day(today)), state, "{today}");
    }
}

#[test]
fn a_patients_own_numbers_take_the_place_of_the_clinics_one_by_one() {
    let own = Overrides { recommended_days: Some(28), ..Overrides::default() };
    let windows = Windows::default().with(own);
    assert_eq!(windows, Windows { due_days: 21, recommended_days: 28, overdue_months: 3 });
    assert_eq!(dates(day("2026-12-01"), windows, None).recommended, day("2026-12-29"));
    assert_eq!(Windows::default().with(Overrides::default()), Windows::default());
}

#[test]
fn a_first_date_from_the_review_moves_all_three_and_keeps_their_distance() {
    let plain = of("2026-12-01");
    for first in ["2027-01-12", "2026-12-15"] {
        let moved = dates(day("2026-12-01"), Windows::default(), Some(day(first)));
        assert_eq!(moved.due, day(first));
        assert_eq!(moved.recommended - moved.due, plain.recommended - plain.due);
        assert_eq!(moved.overdue - moved.due, plain.overdue - plain.due);
    }
}

#[test]
fn numbers_that_cannot_be_are_all_named() {
    assert!(Windows::default().faults().is_empty());
    let fields = |due_days, recommended_days, overdue_months| -> Vec<&str> {
        let windows = Windows { due_days, recommended_days, overdue_months };
        windows.faults().into_iter().map(|(field, _)| field).collect()
    };
    assert_eq!(fields(0, 400, 0), ["due_days", "recommended_days", "overdue_months"]);
    assert_eq!(fields(21, 21, 3), ["recommended_days"]);
    assert_eq!(fields(21, 35, 1), ["overdue_months"], "a February has 28 days");
    assert_eq!(fields(-1, i64::MIN, i64::MAX), ["due_days", "recommended_days", "overdue_months"]);
}

#[test]
fn falling_scores_come_first_then_who_has_no_visit_then_who_waits_longest() {
    let place = |falling, booked, state| Place { falling, booked, state };
    let (early, late) = (day("2026-12-01"), day("2026-12-08"));
    let expected = [
        place(true, false, DueState::Recommended { since: late }),
        place(true, false, DueState::NotDue { from: early }),
        place(true, true, DueState::Overdue { since: early }),
        place(false, false, DueState::Overdue { since: early }),
        place(false, false, DueState::Overdue { since: late }),
        place(false, false, DueState::Recommended { since: early }),
        place(false, false, DueState::Due { since: early }),
        place(false, false, DueState::NotDue { from: early }),
        place(false, true, DueState::Overdue { since: early }),
    ];
    let mut sorted = expected;
    sorted.reverse();
    sorted.sort_by_key(|place| place.key());
    assert_eq!(sorted, expected);
}

#[test]
fn messages_go_on_the_morning_of_their_date_on_both_sides_of_a_clock_change() {
    let zone = chrono_tz::America::New_York;
    // Recommended on March 9, overdue on May 2, 2027; clocks change on March 14.
    let [recommended, overdue] = messages(of("2027-02-02"), zone);
    assert_eq!(recommended.due_at.to_rfc3339(), "2027-03-09T15:00:00+00:00");
    assert_eq!(overdue.due_at.to_rfc3339(), "2027-05-02T14:00:00+00:00");
    assert_eq!(recommended.useful_until, overdue.due_at, "never two calls on one day");
    assert_eq!((recommended.stage, overdue.stage), (Stage::BoosterRecommended, Stage::BoosterOverdue));
}
