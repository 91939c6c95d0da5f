//! The state machine of intake against a model of its own, and the rule of who waits on whom.

use chrono::{DateTime, Utc};
use chrono_tz::America::New_York;
use proptest::prelude::*;

use super::intake::{
    IntakeEvent, IntakeRules, IntakeState, Unoffered, WaitsOn, after_workdays, follows, unoffered, waiting,
};

const EVENTS: [IntakeEvent; 7] = [
    IntakeEvent::Send,
    IntakeEvent::Save,
    IntakeEvent::Return,
    IntakeEvent::AskMore,
    IntakeEvent::Offer,
    IntakeEvent::Decline,
    IntakeEvent::Close,
];

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn rules() -> IntakeRules {
    IntakeRules {
        send_workdays: 1,
        return_days: 10,
        review_workdays: 2,
        call_workdays: 1,
        nudge_days: vec![7, 3, 3],
    }
}

proptest! {
    #[test]
    fn whatever_happens_an_answer_follows_a_returned_form_and_nothing_follows_the_end(
        steps in proptest::collection::vec(0usize..EVENTS.len(), 0..40)
    ) {
        let mut state = IntakeState::Inquiry;
        // The model: what has happened so far, in plain flags.
        let (mut sent, mut written, mut with_clinic, mut answered, mut closed) = (false, false, false, false, false);
        for step in steps {
            let event = EVENTS[step];
            let allowed = !closed && match event {
                IntakeEvent::Send => !with_clinic && !answered,
                IntakeEvent::Save => sent && !with_clinic && !answered,
                IntakeEvent::Return => written && !with_clinic && !answered,
                IntakeEvent::AskMore | IntakeEvent::Offer | IntakeEvent::Decline => with_clinic,
                IntakeEvent::Close => true,
            };
            let next = follows(state, event);
            prop_assert_eq!(next.is_some(), allowed, "{:?} in {:?}", event, state);
            let Some(next) = next else { continue };
            match event {
                IntakeEvent::Send => sent = true,
                IntakeEvent::Save => written = true,
                IntakeEvent::Return => with_clinic = true,
                IntakeEvent::AskMore => with_clinic = false,
                IntakeEvent::Offer | IntakeEvent::Decline => (with_clinic, answered) = (false, true),
                IntakeEvent::Close => closed = true,
            }
            prop_assert_eq!(next.is_with_patient(), sent && !with_clinic && !answered && !closed);
            prop_assert_eq!(next.is_to_review(), with_clinic && !closed);
            state = next;
        }
    }
}

#[test]
fn each_state_waits_on_somebody_until_it_is_over() {
    let since = at("2026-11-16T14:00:00Z");
    let on = |state, told| waiting(state, since, told, New_York, &rules()).on;
    assert_eq!(on(IntakeState::Inquiry, false), WaitsOn::Desk);
    assert_eq!(on(IntakeState::PacketSent, false), WaitsOn::Patient);
    assert_eq!(on(IntakeState::Started, false), WaitsOn::Patient);
    assert_eq!(on(IntakeState::Returned, false), WaitsOn::Clinician);
    assert_eq!(on(IntakeState::Offered, true), WaitsOn::Desk);
    for state in [IntakeState::MoreAsked, IntakeState::Declined] {
        assert_eq!(on(state, false), WaitsOn::Desk, "nobody told the patient: {state}");
    }
    assert_eq!(on(IntakeState::MoreAsked, true), WaitsOn::Patient);
    assert_eq!(on(IntakeState::Declined, true), WaitsOn::Nobody);
    assert_eq!(on(IntakeState::Closed, true), WaitsOn::Nobody);
}

#[test]
fn a_consultation_without_an_offer_is_pointed_out() {
    assert_eq!(unoffered(None), Some(Unoffered::NoIntake));
    assert_eq!(unoffered(Some((IntakeState::Returned, false))), Some(Unoffered::NotReviewed));
    assert_eq!(unoffered(Some((IntakeState::Declined, false))), Some(Unoffered::Declined));
    assert_eq!(unoffered(Some((IntakeState::Closed, false))), Some(Unoffered::NoIntake));
    assert_eq!(unoffered(Some((IntakeState::Offered, true))), None);
    assert_eq!(unoffered(Some((IntakeState::Closed, true))), None);
}

#[test]
fn a_weekend_does_not_make_a_review_late() {
    // Friday, November 20, 4:00 PM; two workdays on is Tuesday, 4:00 PM.
    let friday = at("2026-11-20T21:00:00Z");
    let waits = waiting(IntakeState::Returned, friday, false, New_York, &rules());
    assert_eq!(waits.due_at, Some(at("2026-11-24T21:00:00Z")));
    assert!(!waits.is_overdue(at("2026-11-24T21:00:00Z")));
    assert!(waits.is_overdue(at("2026-11-24T21:00:01Z")));
}

#[test]
fn workdays_keep_the_wall_clock_across_a_clock_change() {
    // Friday, October 30, 9:00 AM; the clocks go back on Sunday.
    assert_eq!(after_workdays(New_York, at("2026-10-30T13:00:00Z"), 1), at("2026-11-02T14:00:00Z"));
    assert_eq!(after_workdays(New_York, at("2026-10-30T13:00:00Z"), 0), at("2026-10-30T13:00:00Z"));
}
