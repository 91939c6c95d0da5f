//! The stage, the next step, who has the ball and what is missing, from the first call to a booster.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::appointments::AppointmentStatus;
use super::candidacy::{Decision, Outcome};
use super::drivers::DriverNeed;
use super::ids::{AppointmentId, DecisionId, IntakeId, PatientId, SeriesId, StaffId};
use super::intake::{IntakeState, WaitsOn};
use super::pathway::{Course, Facts, IntakeFact, Over, Recall, Stage, Visit, stage};
use super::pathway_next::{Ball, Holder, Lack, Next, ball, lacks, next};
use super::protocols::VisitRole;
use super::recall::DueState;
use super::review::ReviewOutcome;

fn now() -> DateTime<Utc> {
    "2026-12-01T14:00:00Z".parse().expect("an instant")
}

fn today() -> NaiveDate {
    now().date_naive()
}

fn days(number: i64) -> TimeDelta {
    TimeDelta::days(number)
}

fn facts() -> Facts {
    Facts {
        now: now(),
        today: today(),
        added_on: today() - days(20),
        intake: None,
        consultation: None,
        decision: None,
        decided_on: None,
        courses: Vec::new(),
        open: Vec::new(),
        over: None,
        recall: None,
        unread_estimate: None,
        without_consent: 0,
    }
}

fn intake(state: IntakeState, on: WaitsOn) -> Option<IntakeFact> {
    let since = now() - days(3);
    let since_on = since.date_naive();
    Some(IntakeFact { id: IntakeId::new(), state, since, since_on, on, overdue: false, offered: false })
}

fn decided(outcome: Outcome, ends_in: i64) -> Facts {
    let decision = Decision {
        id: DecisionId::new(),
        patient_id: PatientId::new(),
        outcome,
        protocol_id: None,
        planned_visits: None,
        expires_on: Some(today() + days(ends_in)),
        decided_by: StaffId::new(),
        decided_at: now() - days(2),
        note: String::new(),
        conditions: String::new(),
        told: String::new(),
    };
    Facts { decision: Some(decision), decided_on: Some(today() - days(2)), ..facts() }
}

/// A visit so many days from now, with nothing missing.
fn visit(role: Option<VisitRole>, index: i64, status: AppointmentStatus, in_days: i64) -> Visit {
    let at = now() + days(in_days);
    let is_treatment = role == Some(VisitRole::Main);
    Visit {
        id: AppointmentId::new(),
        role,
        index,
        at,
        ends_at: at + TimeDelta::hours(2),
        on: at.date_naive(),
        booked_on: today() - days(2),
        status,
        confirmed: true,
        driver: if is_treatment { DriverNeed::Confirmed } else { DriverNeed::NotNeeded },
        is_treatment,
    }
}

/// A course of three with two treatments done and one ahead, talks and all.
fn running() -> Course {
    use AppointmentStatus::{Booked, Fulfilled};
    let main = |index, status, day| visit(Some(VisitRole::Main), index, status, day);
    let talk = |index, status, day| visit(Some(VisitRole::AfterEach), index, status, day);
    Course {
        id: SeriesId::new(),
        is_held: false,
        since: today() - days(30),
        hold_until: None,
        paused_on: None,
        of: 3,
        several: true,
        talks: true,
        visits: vec![
            main(1, Fulfilled, -12),
            talk(1, Fulfilled, -10),
            main(2, Fulfilled, -5),
            talk(2, Fulfilled, -3),
            main(3, Booked, 2),
            talk(3, Booked, 4),
            visit(Some(VisitRole::AfterLast), 1, Booked, 12),
        ],
    }
}

fn with_course(course: Course) -> Facts {
    let open = course.visits.iter().filter(|visit| visit.is_open()).copied().collect();
    Facts { courses: vec![course], open, ..decided(Outcome::Suitable, 90) }
}

fn told(facts: &Facts) -> (Stage, Next, Holder) {
    let stage = stage(facts);
    let next = next(facts, stage);
    (stage, next, ball(facts, stage, next).holder)
}

#[test]
fn the_intake_says_where_it_waits_and_on_whom() {
    assert_eq!(told(&facts()), (Stage::New, Next::TakeInquiry, Holder::Desk));
    for (state, on, holder) in [
        (IntakeState::Inquiry, WaitsOn::Desk, Holder::Desk),
        (IntakeState::PacketSent, WaitsOn::Patient, Holder::Patient),
        (IntakeState::Returned, WaitsOn::Clinician, Holder::Clinician),
        (IntakeState::Offered, WaitsOn::Desk, Holder::Desk),
        (IntakeState::Declined, WaitsOn::Nobody, Holder::Nobody),
    ] {
        let facts = Facts { intake: intake(state, on), ..facts() };
        let id = facts.intake.map(|one| one.id).expect("an intake");
        let wanted = match state {
            IntakeState::Inquiry => Next::SendForm(id),
            IntakeState::Returned => Next::ReadAnswers(id),
            IntakeState::Offered => Next::BookConsultation,
            _ => Next::Wait,
        };
        assert_eq!(told(&facts), (Stage::Intake(state), wanted, holder), "{state}");
    }
    let mut late = Facts { intake: intake(IntakeState::Started, WaitsOn::Patient), ..facts() };
    late.intake = late.intake.map(|one| IntakeFact { overdue: true, ..one });
    let since = late.intake.map(|one| one.since_on);
    let (stage, next, _) = told(&late);
    assert!(matches!(next, Next::AskAgain(_)));
    assert_eq!(ball(&late, stage, next), Ball { holder: Holder::Patient, since });
    let untold = Facts { intake: intake(IntakeState::Declined, WaitsOn::Desk), ..facts() };
    assert!(matches!(told(&untold), (_, Next::TellAnswer(_), Holder::Desk)));
}

#[test]
fn a_consultation_is_booked_held_and_waits_for_a_decision() {
    let ahead = visit(None, 1, AppointmentStatus::Booked, 3);
    let booked = Facts { consultation: Some(ahead), open: vec![ahead], ..facts() };
    assert_eq!(told(&booked), (Stage::Consultation { at: ahead.at }, Next::Wait, Holder::Nobody));
    let unsure = Visit { confirmed: false, ..ahead };
    let booked = Facts { consultation: Some(unsure), open: vec![unsure], ..facts() };
    let wanted = (Stage::Consultation { at: ahead.at }, Next::Confirm(ahead.id), Holder::Patient);
    assert_eq!(told(&booked), wanted);
    let today = Visit { at: now() + TimeDelta::hours(1), on: today(), ..ahead };
    let booked = Facts { consultation: Some(today), open: vec![today], ..facts() };
    assert_eq!(told(&booked).1, Next::CheckIn(today.id));

    let held = visit(None, 1, AppointmentStatus::Fulfilled, -1);
    let open = Facts { consultation: Some(held), ..facts() };
    assert_eq!(told(&open), (Stage::ToDecide { since: held.on }, Next::Decide, Holder::Clinician));
    // Booked, so the intake is closed; it did not come about, so it is offered still.
    let mut missed = Facts { intake: intake(IntakeState::Closed, WaitsOn::Nobody), ..facts() };
    missed.intake = missed.intake.map(|one| IntakeFact { offered: true, ..one });
    assert_eq!(told(&missed), (Stage::Intake(IntakeState::Offered), Next::BookConsultation, Holder::Desk));
}

#[test]
fn a_decision_opens_the_planning_until_it_ends() {
    let suitable = decided(Outcome::Suitable, 90);
    assert_eq!(told(&suitable), (Stage::Suitable, Next::PlanCourse, Holder::Desk));
    let asked = Facts { unread_estimate: Some(today()), ..suitable.clone() };
    assert_eq!(told(&asked), (Stage::Suitable, Next::PlanCourse, Holder::Patient));
    assert_eq!(lacks(&asked), [Lack::Estimate(today())]);
    let last = decided(Outcome::Suitable, 0);
    assert_eq!(told(&last).0, Stage::Suitable, "its last day still counts");
    assert_eq!(lacks(&last), [Lack::CandidacyEnds(today())]);
    let ended = decided(Outcome::Suitable, -1);
    let on = today() - days(1);
    assert_eq!(told(&ended), (Stage::Ended { on }, Next::Decide, Holder::Clinician));
    assert_eq!(told(&decided(Outcome::NotSuitable, 90)), (Stage::NotSuitable, Next::Wait, Holder::Nobody));
    let until = Some(today() + days(9));
    assert_eq!(told(&decided(Outcome::Deferred, 9)), (Stage::Deferred { until }, Next::Wait, Holder::Nobody));
    assert_eq!(told(&decided(Outcome::Deferred, 0)).1, Next::Decide, "its day has come");
    // An inquiry older than the decision is answered by it; a newer one begins anew.
    let answered = Facts { intake: intake(IntakeState::Offered, WaitsOn::Desk), ..ended.clone() };
    assert_eq!(told(&answered).0, Stage::Ended { on });
    let mut again = answered;
    again.intake = again.intake.map(|one| IntakeFact { since: now(), ..one });
    assert_eq!(told(&again).0, Stage::Intake(IntakeState::Offered));
}

#[test]
fn a_running_course_says_which_treatment_comes_and_what_it_lacks() {
    let whole = with_course(running());
    assert_eq!(told(&whole), (Stage::Running { index: 3, of: 3 }, Next::Wait, Holder::Nobody));
    assert!(lacks(&whole).is_empty(), "{:?}", lacks(&whole));

    let mut course = running();
    course.visits[4].driver = DriverNeed::Missing;
    course.visits[5].confirmed = false;
    course.visits[6].confirmed = false;
    let (main, talk) = (course.visits[4], course.visits[5]);
    let facts = with_course(course.clone());
    assert_eq!(told(&facts).1, Next::NameDriver(main.id));
    assert_eq!(told(&facts).2, Holder::Patient);
    assert_eq!(lacks(&facts), [Lack::Driver(main, 0), Lack::Confirmation(talk, 1)]);
    course.visits[4].driver = DriverNeed::Unanswered;
    let facts = with_course(course.clone());
    assert_eq!((told(&facts).1, told(&facts).2), (Next::RecordDriver(main.id), Holder::Driver));

    // The day itself: nobody is checked in without a driver, and then the desk has the ball.
    course.visits[4].on = today();
    course.visits[4].at = now() + TimeDelta::hours(1);
    let facts = with_course(course.clone());
    assert_eq!((told(&facts).1, told(&facts).2), (Next::RecordDriver(main.id), Holder::Desk));
    course.visits[4].driver = DriverNeed::Confirmed;
    assert_eq!(told(&with_course(course.clone())).1, Next::CheckIn(main.id));
    course.visits[4].status = AppointmentStatus::InProgress;
    assert_eq!(told(&with_course(course)).1, Next::Follow(main.id));
}

#[test]
fn what_is_not_in_the_book_is_missing() {
    let mut course = running();
    course.visits.remove(5);
    course.of = 4;
    let facts = with_course(course.clone());
    assert_eq!(lacks(&facts), [Lack::NotBooked(1), Lack::Talk { index: 3 }]);
    course.visits[4].at = now() - TimeDelta::hours(5);
    course.visits[4].ends_at = now() - TimeDelta::hours(3);
    let passed = course.visits[4];
    let facts = with_course(course);
    assert_eq!(told(&facts).1, Next::Settle(passed.id));
    assert_eq!(lacks(&facts)[0], Lack::Passed(passed));
    let mut short = with_course(running());
    short.decision = decided(Outcome::Suitable, 1).decision;
    let day = today() + days(2);
    assert_eq!(lacks(&short), [Lack::CandidacyGap(day), Lack::CandidacyEnds(today() + days(1))]);
    let consent = Facts { without_consent: 2, ..with_course(running()) };
    assert_eq!(lacks(&consent), [Lack::Consent(2)]);
}

#[test]
fn an_offer_waits_on_the_patient_and_a_pause_on_the_desk() {
    let mut course = running();
    course.is_held = true;
    course.visits.iter_mut().for_each(|visit| visit.status = AppointmentStatus::Held);
    let id = course.id;
    let held = with_course(course);
    let told_of = told(&held);
    assert_eq!(told_of, (Stage::Held { series: id, until: None }, Next::AnswerHold(id), Holder::Patient));
    assert!(lacks(&held).is_empty(), "an offer lacks nothing");
    let mut course = running();
    course.visits.truncate(4);
    course.paused_on = Some(today());
    let id = course.id;
    assert_eq!(
        told(&with_course(course)),
        (Stage::Paused { series: id, since: today() }, Next::Resume(id), Holder::Desk)
    );
}

#[test]
fn the_review_is_booked_due_and_decides_what_comes() {
    let mut course = running();
    for visit in &mut course.visits[..6] {
        visit.status = AppointmentStatus::Fulfilled;
    }
    let at = course.visits[6].at;
    let id = course.id;
    assert_eq!(told(&with_course(course)), (Stage::ReviewBooked { at }, Next::Wait, Holder::Nobody));

    let over =
        Over { id, ended_on: today() - days(4), review_held: false, outcome: None, treated_since: false };
    let state = DueState::NotDue { from: today() + days(17) };
    let recall = Recall { state, stopped: false, called_on: None };
    let with =
        |over: Over| Facts { over: Some(over), recall: Some(recall), ..decided(Outcome::Suitable, 90) };
    assert_eq!(told(&with(over)), (Stage::ReviewDue { series: id }, Next::HoldReview(id), Holder::Clinician));
    assert_eq!(told(&with(Over { review_held: true, ..over })).0, Stage::Boosters(recall.state));
    assert_eq!(told(&with(Over { treated_since: true, ..over })).0, Stage::Boosters(recall.state));
    let decides = |outcome| told(&with(Over { outcome: Some(outcome), ..over }));
    assert_eq!(decides(ReviewOutcome::Done), (Stage::Closed, Next::Wait, Holder::Nobody));
    assert_eq!(decides(ReviewOutcome::Referral), (Stage::Referred, Next::Wait, Holder::Nobody));
    assert_eq!(decides(ReviewOutcome::AnotherSeries), (Stage::Another, Next::PlanCourse, Holder::Desk));
    assert_eq!(decides(ReviewOutcome::Boosters), (Stage::Boosters(recall.state), Next::Wait, Holder::Nobody));
}

#[test]
fn boosters_are_planned_when_they_are_due_and_only_with_a_decision() {
    let since = today() - days(3);
    let recall = Recall { state: DueState::Due { since }, stopped: false, called_on: None };
    let due = Facts { recall: Some(recall), ..decided(Outcome::Suitable, 90) };
    assert_eq!(told(&due), (Stage::Boosters(recall.state), Next::PlanBooster, Holder::Desk));
    let called = Facts { recall: Some(Recall { called_on: Some(today()), ..recall }), ..due.clone() };
    assert_eq!(told(&called).2, Holder::Patient);
    let ended = Facts { recall: Some(recall), ..decided(Outcome::Suitable, -1) };
    assert_eq!(told(&ended), (Stage::Boosters(recall.state), Next::Decide, Holder::Clinician));
    let stopped = Facts { recall: Some(Recall { stopped: true, ..recall }), ..due.clone() };
    assert_eq!(told(&stopped), (Stage::RecallStopped, Next::Wait, Holder::Nobody));

    let main = visit(Some(VisitRole::Main), 1, AppointmentStatus::Booked, 5);
    let booster = Course { several: false, of: 1, visits: vec![main], talks: false, ..running() };
    let booked = Facts { courses: vec![booster], open: vec![main], ..due.clone() };
    assert_eq!(told(&booked), (Stage::Single { at: main.at }, Next::Wait, Holder::Nobody));
    // Its treatment is done, its talk lies ahead: what counts is the next booster.
    let done = Visit { status: AppointmentStatus::Fulfilled, ..main };
    let talk = visit(Some(VisitRole::AfterEach), 1, AppointmentStatus::Booked, 7);
    let booster = Course { several: false, of: 1, visits: vec![done, talk], ..running() };
    let after = Facts { courses: vec![booster], open: vec![talk], ..due };
    assert_eq!(told(&after).0, Stage::Boosters(recall.state));
}
