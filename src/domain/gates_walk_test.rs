//! A patient's way from the decision to the way home, by everybody and in any order, through the real gates: what may never
//! happen does not.

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use proptest::prelude::*;

use super::appointments::AppointmentStatus;
use super::candidacy::{Decision, Outcome};
use super::companions::Companion;
use super::drivers::{DriveStatus, DriverNeed};
use super::gates::{self, BookingFacts, CheckInFacts, DischargeFacts, Unmet};
use super::ids::{DecisionId, PatientId, StaffId};
use super::roles::{Permission, Role};

/// Minutes of rest after every treatment of the model.
const REST: i64 = 45;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Treatment {
    Infusion,
    Sgb,
    AtHome,
}

impl Treatment {
    fn companion(self) -> Companion {
        if self == Self::AtHome { Companion::Sitter } else { Companion::Driver }
    }
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Decide(Outcome),
    Book(Treatment),
    Move,
    Cancel,
    Restore,
    NameCompanion,
    CompanionAnswers,
    CheckIn,
    UndoCheckIn,
    Start,
    Rest,
    GoHome,
    MinutesPass,
    DayPasses,
}

const ACTS: [Act; 18] = [
    Act::Decide(Outcome::Suitable),
    Act::Decide(Outcome::NotSuitable),
    Act::Decide(Outcome::Deferred),
    Act::Book(Treatment::Infusion),
    Act::Book(Treatment::Sgb),
    Act::Book(Treatment::AtHome),
    Act::Move,
    Act::Cancel,
    Act::Restore,
    Act::NameCompanion,
    Act::CompanionAnswers,
    Act::CheckIn,
    Act::UndoCheckIn,
    Act::Start,
    Act::Rest,
    Act::GoHome,
    Act::MinutesPass,
    Act::DayPasses,
];

/// Somebody does something: to a visit, for a day so many days ahead, with a yes or a no, with a written reason or without.
#[derive(Clone, Copy, Debug)]
struct Step {
    act: Act,
    role: Role,
    visit: usize,
    days: i64,
    yes: bool,
    reasoned: bool,
}

#[derive(Clone, Debug)]
struct Visit {
    treatment: Treatment,
    date: NaiveDate,
    status: AppointmentStatus,
    drive: Option<DriveStatus>,
    rest_until: Option<DateTime<Utc>>,
    /// Whether it went through the gate at check-in: with everything there, or by a clinician's reason.
    passed: bool,
    /// What that reason was for, as the record names it.
    past: Vec<String>,
    /// What that reason was for in plain words: a companion who had not said yes, a decision that did not allow it.
    excused: (bool, bool),
    /// The real day on which it began.
    began: Option<NaiveDate>,
}

impl Visit {
    fn new(treatment: Treatment, date: NaiveDate) -> Self {
        let (status, drive, rest_until) = (AppointmentStatus::Booked, None, None);
        let (past, excused, began) = (Vec::new(), (false, false), None);
        Self { treatment, date, status, drive, rest_until, passed: false, past, excused, began }
    }

    /// Booked, as if nobody had ever been checked in.
    fn book_again(&mut self) {
        (self.status, self.passed, self.excused) = (AppointmentStatus::Booked, false, (false, false));
        self.past.clear();
    }

    fn has_companion(&self) -> bool {
        self.drive == Some(DriveStatus::Confirmed)
    }
}

struct Patient {
    now: DateTime<Utc>,
    decision: Option<Decision>,
    visits: Vec<Visit>,
}

impl Patient {
    fn new() -> Self {
        let now = Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap();
        Self { now, decision: None, visits: Vec::new() }
    }

    fn day(&self, ahead: i64) -> NaiveDate {
        self.now.date_naive() + TimeDelta::days(ahead)
    }

    /// The plain meaning of the rule, written apart from the gate.
    fn is_suitable_on(&self, date: NaiveDate) -> bool {
        self.decision.as_ref().is_some_and(|decision| {
            decision.outcome == Outcome::Suitable && decision.expires_on.is_some_and(|last| date <= last)
        })
    }

    fn may_enter(&self, date: NaiveDate, except: Option<usize>) -> bool {
        let taken: Vec<NaiveDate> = (0..)
            .zip(&self.visits)
            .filter(|(index, visit)| Some(*index) != except && visit.status.occupies())
            .map(|(_, visit)| visit.date)
            .collect();
        let decision = self.decision.as_ref();
        let facts = BookingFacts { is_treatment: true, decision, date, treatment_days: &taken };
        gates::booking(&facts).is_empty()
    }

    fn decide(&mut self, outcome: Outcome, days: i64) {
        self.decision = Some(Decision {
            id: DecisionId::new(),
            patient_id: PatientId::new(),
            outcome,
            protocol_id: None,
            planned_visits: None,
            expires_on: (outcome != Outcome::NotSuitable).then(|| self.day(days)),
            decided_by: StaffId::new(),
            decided_at: self.now,
            note: String::new(),
            conditions: String::new(),
            told: String::new(),
        });
    }

    /// Does what the step asks for if it may be done, and holds each entrance to the rule's plain meaning.
    fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        let may = |permission| step.role.allows(permission);
        match step.act {
            Act::Decide(outcome) if may(Permission::DecideCandidacy) => self.decide(outcome, step.days),
            Act::Book(treatment) if may(Permission::Book) => {
                let date = self.day(step.days);
                if self.may_enter(date, None) {
                    prop_assert!(self.is_suitable_on(date), "booked without a decision for {}", date);
                    self.visits.push(Visit::new(treatment, date));
                }
            }
            Act::MinutesPass => self.now += TimeDelta::minutes(20),
            Act::DayPasses => self.now += TimeDelta::days(1),
            _ if step.visit < self.visits.len() => return self.change(step),
            _ => {}
        }
        Ok(())
    }

    fn change(&mut self, step: Step) -> Result<(), TestCaseError> {
        use AppointmentStatus::{Arrived, Booked, Cancelled, Fulfilled, Recovering};
        let (index, date) = (step.visit, self.day(step.days));
        let may = |permission| step.role.allows(permission);
        let was = self.visits[index].clone();
        match step.act {
            Act::Move
                if may(Permission::Book) && was.status == Booked && self.may_enter(date, Some(index)) =>
            {
                // Whoever said yes is asked again for the new day.
                self.visits[index].drive = was.drive.map(|_| DriveStatus::Asked);
                self.visits[index].date = date;
            }
            Act::Cancel if may(Permission::Book) && was.status.may_become(Cancelled) => {
                self.visits[index].status = Cancelled;
                self.visits[index].drive = None;
            }
            Act::Restore
                if may(Permission::Book)
                    && was.status.may_become(Booked)
                    && was.status == Cancelled
                    && self.may_enter(was.date, Some(index)) =>
            {
                self.visits[index].book_again();
            }
            Act::NameCompanion if was.status.is_open() => {
                self.visits[index].drive = Some(DriveStatus::Asked);
            }
            // Also while the patient is here: a yes may become a no until they are home.
            Act::CompanionAnswers
                if was.status.is_open() && was.drive.is_some_and(DriveStatus::is_current) =>
            {
                let answer = if step.yes { DriveStatus::Confirmed } else { DriveStatus::Declined };
                self.visits[index].drive = Some(answer);
            }
            Act::CheckIn if may(Permission::RunVisit) => return self.check_in(step),
            Act::UndoCheckIn if may(Permission::RunVisit) && was.status == Arrived => {
                self.visits[index].book_again();
            }
            Act::Start if may(Permission::RunVisit) => return self.start(step),
            Act::Rest if may(Permission::RunVisit) && was.status.may_become(Recovering) => {
                self.visits[index].status = Recovering;
                self.visits[index].rest_until = Some(self.now + TimeDelta::minutes(REST));
            }
            Act::GoHome if may(Permission::RunVisit) => {
                let unmet = gates::discharge(&self.going_home(&was, step.yes), self.now);
                if passes(&unmet, step) {
                    let rested = was.rest_until.is_some_and(|until| until <= self.now);
                    prop_assert!(step.yes, "nobody recorded who is with the patient");
                    prop_assert!(rested || step.role == Role::Clinician, "gone before the rest was over");
                    self.visits[index].status = Fulfilled;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn going_home(&self, visit: &Visit, recorded: bool) -> DischargeFacts {
        DischargeFacts {
            status: visit.status,
            is_treatment: true,
            recovery_until: visit.rest_until,
            needs_coach_check_in: false,
            coach_check_in_done: false,
            escort_recorded: recorded,
            escort_is_patient: false,
            companion: visit.treatment.companion(),
        }
    }

    fn here(&self, visit: &Visit) -> CheckInFacts<'_> {
        CheckInFacts {
            status: visit.status,
            starts_at: self.now,
            date: visit.date,
            today: self.day(0),
            driver: DriverNeed::of(true, visit.drive),
            companion: visit.treatment.companion(),
            driver_name: None,
            driver_phone: None,
            is_treatment: true,
            decision: self.decision.as_ref(),
        }
    }

    fn check_in(&mut self, step: Step) -> Result<(), TestCaseError> {
        let visit = &self.visits[step.visit];
        let unmet = gates::check_in(&self.here(visit));
        if !passes(&unmet, step) {
            return Ok(());
        }
        let (suits, companion) = (self.is_suitable_on(visit.date), visit.has_companion());
        let by_reason = step.reasoned && step.role == Role::Clinician;
        prop_assert!(visit.date == self.day(0), "on another day");
        prop_assert!((suits && companion) || by_reason, "{:?} let in with {:?}", visit, self.decision);
        let visit = &mut self.visits[step.visit];
        visit.status = AppointmentStatus::Arrived;
        visit.passed = true;
        visit.past = unmet.iter().filter_map(Unmet::name).map(str::to_owned).collect();
        visit.excused = (!companion, !suits);
        Ok(())
    }

    fn start(&mut self, step: Step) -> Result<(), TestCaseError> {
        let (today, visit) = (self.day(0), &self.visits[step.visit]);
        let unmet = gates::start(&self.here(visit), &visit.past);
        if !passes(&unmet, step) {
            return Ok(());
        }
        let by_reason = step.reasoned && step.role == Role::Clinician;
        let (no_companion, no_decision) = visit.excused;
        let (suits, companion) = (self.is_suitable_on(today), visit.has_companion());
        prop_assert!(visit.status == AppointmentStatus::Arrived, "{:?} begins", visit);
        prop_assert!(visit.date == today, "{:?} begins on {}", visit, today);
        prop_assert!(companion || no_companion || by_reason, "{:?} begins without a companion", visit);
        prop_assert!(suits || no_decision || by_reason, "{:?} begins with {:?}", visit, self.decision);
        let visit = &mut self.visits[step.visit];
        visit.status = AppointmentStatus::InProgress;
        visit.began = Some(today);
        Ok(())
    }

    /// What holds after every step, whatever came before it.
    fn holds(&self) -> Result<(), TestCaseError> {
        for (index, visit) in self.visits.iter().enumerate() {
            let came = visit.status.is_here() || visit.status == AppointmentStatus::Fulfilled;
            prop_assert!(!came || visit.passed, "{:?} never went through the gate", visit);
            for other in self.visits.iter().skip(index + 1) {
                let both = visit.status.occupies() && other.status.occupies();
                prop_assert!(!both || visit.date != other.date, "{:?} and {:?}", visit, other);
                let began = visit.began.is_some() && visit.began == other.began;
                prop_assert!(!began, "two treatments on one real day: {:?} and {:?}", visit, other);
            }
        }
        Ok(())
    }
}

/// As the actions do it: nothing is missing, or a clinician goes past everything with a written reason.
fn passes(unmet: &[Unmet], step: Step) -> bool {
    let by_reason = step.reasoned && step.role.allows(Permission::OverrideGate);
    unmet.is_empty() || (by_reason && unmet.iter().all(Unmet::can_be_overridden))
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = (0..ACTS.len(), 0..Role::ALL.len(), 0_usize..4, 0_i64..4, any::<bool>(), any::<bool>())
        .prop_map(|(act, role, visit, days, yes, reasoned)| Step {
            act: ACTS[act],
            role: Role::ALL[role],
            visit,
            days,
            yes,
            reasoned,
        });
    proptest::collection::vec(one, 0..150)
}

proptest! {
    #[test]
    fn whoever_does_what_no_treatment_goes_round_its_gates(steps in steps()) {
        let mut patient = Patient::new();
        for step in steps {
            patient.take(step)?;
            patient.holds()?;
        }
    }
}

/// The straight way of each treatment is open: the model above is not safe because nothing ever happens in it.
#[test]
fn with_a_decision_and_a_companion_every_treatment_comes_to_its_end() {
    for treatment in [Treatment::Infusion, Treatment::Sgb, Treatment::AtHome] {
        let mut patient = Patient::new();
        let step = |act| Step { act, role: Role::Clinician, visit: 0, days: 0, yes: true, reasoned: false };
        let way = [
            Act::Decide(Outcome::Suitable),
            Act::Book(treatment),
            Act::NameCompanion,
            Act::CompanionAnswers,
            Act::CheckIn,
            Act::Start,
            Act::Rest,
            Act::MinutesPass,
            Act::MinutesPass,
            Act::MinutesPass,
            Act::GoHome,
        ];
        for act in way {
            patient.take(step(act)).expect("allowed");
        }
        assert_eq!(patient.visits[0].status, AppointmentStatus::Fulfilled, "{treatment:?}");
        patient.take(step(Act::Book(Treatment::Sgb))).expect("refused in peace");
        assert_eq!(patient.visits.len(), 1, "no second treatment on that day");
    }
}

/// The ways round the start that once were open: what changes between check-in and start counts.
#[test]
fn what_changes_after_check_in_stops_the_start_and_a_clinicians_reason_names_what_it_is_for() {
    let step = |act| Step { act, role: Role::Attendant, visit: 0, days: 3, yes: true, reasoned: false };
    let clinician = |act| Step { role: Role::Clinician, ..step(act) };
    let checked_in = || {
        let mut patient = Patient::new();
        let booked = Step { days: 0, ..clinician(Act::Book(Treatment::Infusion)) };
        let way = [
            clinician(Act::Decide(Outcome::Suitable)),
            booked,
            step(Act::NameCompanion),
            step(Act::CompanionAnswers),
            step(Act::CheckIn),
        ];
        for one in way {
            patient.take(one).expect("allowed");
        }
        assert_eq!(patient.visits[0].status, AppointmentStatus::Arrived);
        patient
    };
    let changes = [
        Step { yes: false, ..step(Act::CompanionAnswers) },
        clinician(Act::Decide(Outcome::NotSuitable)),
        step(Act::DayPasses),
    ];
    for change in changes {
        let mut patient = checked_in();
        patient.take(change).expect("allowed");
        patient.take(step(Act::Start)).expect("refused in peace");
        assert_eq!(patient.visits[0].status, AppointmentStatus::Arrived, "{change:?}");
        patient.take(Step { reasoned: true, ..clinician(Act::Start) }).expect("within the rules");
        let begins = !matches!(change.act, Act::DayPasses);
        let expected = if begins { AppointmentStatus::InProgress } else { AppointmentStatus::Arrived };
        assert_eq!(patient.visits[0].status, expected, "with a reason: {change:?}");
    }
    // Let in by a reason without a yes; the decision that changes afterwards is another matter.
    let mut patient = checked_in();
    patient.take(step(Act::UndoCheckIn)).expect("allowed");
    patient.take(Step { yes: false, ..step(Act::CompanionAnswers) }).expect("allowed");
    patient.take(Step { reasoned: true, ..clinician(Act::CheckIn) }).expect("allowed");
    patient.take(clinician(Act::Decide(Outcome::Deferred))).expect("allowed");
    patient.take(step(Act::Start)).expect("refused in peace");
    assert_eq!(patient.visits[0].status, AppointmentStatus::Arrived);
    patient.take(clinician(Act::Decide(Outcome::Suitable))).expect("allowed");
    patient.take(step(Act::Start)).expect("allowed");
    assert_eq!(patient.visits[0].status, AppointmentStatus::InProgress, "the reason at check-in stands");
}
