//! Gates: what must hold before a booking, a check-in, a start, a discharge. Each returns all that is unmet, in the order one can act.

use chrono::{DateTime, NaiveDate, Utc};

use super::appointments::AppointmentStatus;
use super::candidacy::{self, CandidacyFault, Decision};
use super::companions::Companion;
use super::drivers::DriverNeed;
use super::series_change::CourseFault;

/// A condition that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmet {
    /// No driver is named.
    NoDriver,
    /// The named driver has not said yes.
    DriverUnanswered {
        /// Who was asked.
        name: String,
        /// How to reach them, as written.
        phone: Option<String>,
    },
    /// No sitter is named for a treatment at home.
    NoSitter,
    /// The named sitter has not said yes.
    SitterUnanswered {
        /// Who was asked.
        name: String,
        /// How to reach them, as written.
        phone: Option<String>,
    },
    /// The candidacy decision does not allow treatment on the date.
    Candidacy(CandidacyFault),
    /// The decision names another programme than the course.
    OtherProgramme,
    /// As many single treatments as were decided are booked.
    AllBooked {
        /// How many were decided.
        decided: i64,
        /// How many are booked since.
        booked: i64,
    },
    /// The patient has another treatment on the date.
    TreatmentThatDay(NaiveDate),
    /// The visit is in a state from which this cannot happen.
    State(AppointmentStatus),
    /// The visit is on another day than today.
    NotToday(DateTime<Utc>),
    /// The patient was checked in on the visit's day, and that day is over.
    DayIsOver(DateTime<Utc>),
    /// Recovery lasts until then.
    Recovering(DateTime<Utc>),
    /// The coach's check-in is neither recorded nor waived.
    NoCoachCheckIn,
    /// Nobody recorded who takes the patient home.
    NoEscort,
    /// Nobody recorded who stays with the patient after a treatment at home.
    NoSitterStays,
    /// The name recorded for them is the patient's own.
    OwnName,
    /// Too near to or too far from a neighbouring treatment of the series.
    Gap {
        /// The neighbour's start.
        other: DateTime<Utc>,
        /// Days between.
        days: i64,
        /// Fewest allowed.
        min: i64,
        /// Most allowed.
        max: i64,
    },
    /// A visit that hangs on another one would leave its window.
    Window {
        /// The visit's name.
        name: String,
        /// Earliest start.
        from: DateTime<Utc>,
        /// Latest start.
        to: DateTime<Utc>,
    },
    /// A visit that must follow finds no free time inside its window.
    NothingFree {
        /// The visit's name.
        name: String,
        /// Earliest start.
        from: DateTime<Utc>,
        /// Latest start.
        to: DateTime<Utc>,
    },
    /// A change of a course that cannot be as asked for.
    Course(CourseFault),
    /// The patient agreed to nothing that this provider is told.
    NoConsent,
    /// The consent begins on a later date.
    ConsentAhead(NaiveDate),
    /// The consent was withdrawn.
    ConsentWithdrawn(NaiveDate),
    /// The consent covers the dates attended, not how things changed.
    ChangeNotCovered,
    /// No visit was attended that a letter could name.
    NothingAttended,
    /// No new letter goes to this provider.
    ProviderRetired,
}

impl Unmet {
    /// Whether a clinician may go on past it with a written reason. States and dates are facts, not rules.
    pub fn can_be_overridden(&self) -> bool {
        matches!(
            self,
            Self::NoDriver
                | Self::DriverUnanswered { .. }
                | Self::NoSitter
                | Self::SitterUnanswered { .. }
                | Self::Candidacy(_)
                | Self::Recovering(_)
                | Self::NoCoachCheckIn
        )
    }

    /// A lasting name for what a clinician may go past at check-in and start, as the audit log keeps it; nothing for the rest.
    pub fn name(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoDriver => "no driver",
            Self::DriverUnanswered { .. } => "driver unanswered",
            Self::NoSitter => "no sitter",
            Self::SitterUnanswered { .. } => "sitter unanswered",
            Self::Candidacy(CandidacyFault::Undecided) => "undecided",
            Self::Candidacy(CandidacyFault::NotSuitable) => "not suitable",
            Self::Candidacy(CandidacyFault::Deferred(_)) => "deferred",
            Self::Candidacy(CandidacyFault::Expired(_)) => "expired",
            _ => return None,
        })
    }

    /// Whether a reason that named these stands for it. Who was let in without a driver has more with one who is only asked.
    fn is_passed(&self, passed: &[String]) -> bool {
        let named = |name: &str| passed.iter().any(|one| one == name);
        self.name().is_some_and(named)
            || match self {
                Self::DriverUnanswered { .. } => named("no driver"),
                Self::SitterUnanswered { .. } => named("no sitter"),
                _ => false,
            }
    }
}

/// What the booking gate looks at; dates of the site's calendar.
#[derive(Debug)]
pub struct BookingFacts<'a> {
    /// Whether the service is a treatment.
    pub is_treatment: bool,
    /// The patient's newest decision.
    pub decision: Option<&'a Decision>,
    /// The date of the visit.
    pub date: NaiveDate,
    /// Dates on which the patient has another treatment.
    pub treatment_days: &'a [NaiveDate],
}

/// Whether a visit may enter the book (book, hold, move, un-cancel, import: every way in).
pub fn booking(facts: &BookingFacts<'_>) -> Vec<Unmet> {
    let mut unmet = Vec::new();
    if !facts.is_treatment {
        return unmet;
    }
    if let Err(fault) = candidacy::allows_on(facts.decision, facts.date) {
        unmet.push(Unmet::Candidacy(fault));
    }
    if facts.treatment_days.contains(&facts.date) {
        unmet.push(Unmet::TreatmentThatDay(facts.date));
    }
    unmet
}

/// What the gates at check-in and start look at.
#[derive(Debug)]
pub struct CheckInFacts<'a> {
    /// Present state of the visit.
    pub status: AppointmentStatus,
    /// Start of the visit.
    pub starts_at: DateTime<Utc>,
    /// Date of the visit and today's date, at the site.
    pub date: NaiveDate,
    /// Today's date at the site.
    pub today: NaiveDate,
    /// How the visit stands for a driver or sitter.
    pub driver: DriverNeed,
    /// Which of the two it needs.
    pub companion: Companion,
    /// The asked driver's name.
    pub driver_name: Option<&'a str>,
    /// The asked driver's phone.
    pub driver_phone: Option<&'a str>,
    /// Whether the service is a treatment.
    pub is_treatment: bool,
    /// The patient's newest decision.
    pub decision: Option<&'a Decision>,
}

/// Whether the patient may be checked in (domain.md, hard rules 1 and 2).
pub fn check_in(facts: &CheckInFacts<'_>) -> Vec<Unmet> {
    let mut unmet = Vec::new();
    if !facts.status.may_become(AppointmentStatus::Arrived) {
        unmet.push(Unmet::State(facts.status));
        return unmet;
    }
    if facts.date != facts.today {
        unmet.push(Unmet::NotToday(facts.starts_at));
    }
    unmet.extend(companion_and_decision(facts));
    unmet
}

/// Whether the visit may begin: what held at check-in still holds, on the same day. What a clinician went past at check-in with a
/// reason stays passed (`passed`, by [`Unmet::name`]); what has come up since does not. Talks begin when both are there.
pub fn start(facts: &CheckInFacts<'_>, passed: &[String]) -> Vec<Unmet> {
    if !facts.status.may_become(AppointmentStatus::InProgress) {
        return vec![Unmet::State(facts.status)];
    }
    let mut unmet = Vec::new();
    if !facts.is_treatment {
        return unmet;
    }
    if facts.date != facts.today {
        unmet.push(Unmet::DayIsOver(facts.starts_at));
    }
    unmet.extend(companion_and_decision(facts).into_iter().filter(|one| !one.is_passed(passed)));
    unmet
}

/// Who must be with the patient, and whether treatment suits them on that day.
fn companion_and_decision(facts: &CheckInFacts<'_>) -> Vec<Unmet> {
    let mut unmet = Vec::new();
    match facts.driver {
        DriverNeed::NotNeeded | DriverNeed::Confirmed => {}
        DriverNeed::Missing => unmet.push(facts.companion.pick(Unmet::NoDriver, Unmet::NoSitter)),
        DriverNeed::Unanswered => {
            let name = facts.driver_name.unwrap_or_default().to_owned();
            let phone = facts.driver_phone.map(str::to_owned);
            unmet.push(match facts.companion {
                Companion::Driver => Unmet::DriverUnanswered { name, phone },
                Companion::Sitter => Unmet::SitterUnanswered { name, phone },
            });
        }
    }
    if facts.is_treatment
        && let Err(fault) = candidacy::allows_on(facts.decision, facts.date)
    {
        unmet.push(Unmet::Candidacy(fault));
    }
    unmet
}

/// What the discharge gate looks at.
#[derive(Debug)]
pub struct DischargeFacts {
    /// Present state of the visit.
    pub status: AppointmentStatus,
    /// Whether the visit was a treatment (others just end).
    pub is_treatment: bool,
    /// When recovery may end, once it began.
    pub recovery_until: Option<DateTime<Utc>>,
    /// Whether the service has a coach's check-in before discharge.
    pub needs_coach_check_in: bool,
    /// Whether the check-in is recorded or waived with a reason.
    pub coach_check_in_done: bool,
    /// Whether it is recorded who takes the patient home, or stays with them there.
    pub escort_recorded: bool,
    /// Whether that is the patient's own name.
    pub escort_is_patient: bool,
    /// Which of the two.
    pub companion: Companion,
}

/// Whether the patient may go home (domain.md: recovery passed, coach's check-in recorded, escort recorded).
pub fn discharge(facts: &DischargeFacts, now: DateTime<Utc>) -> Vec<Unmet> {
    let mut unmet = Vec::new();
    let from = if facts.is_treatment { AppointmentStatus::Recovering } else { AppointmentStatus::InProgress };
    if facts.status != from {
        unmet.push(Unmet::State(facts.status));
        return unmet;
    }
    if !facts.is_treatment {
        return unmet;
    }
    if let Some(until) = facts.recovery_until.filter(|until| *until > now) {
        unmet.push(Unmet::Recovering(until));
    }
    if facts.needs_coach_check_in && !facts.coach_check_in_done {
        unmet.push(Unmet::NoCoachCheckIn);
    }
    if !facts.escort_recorded {
        unmet.push(facts.companion.pick(Unmet::NoEscort, Unmet::NoSitterStays));
    } else if facts.escort_is_patient {
        unmet.push(Unmet::OwnName);
    }
    unmet
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeDelta, TimeZone};

    fn facts(driver: DriverNeed) -> CheckInFacts<'static> {
        let date = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a date");
        CheckInFacts {
            status: AppointmentStatus::Booked,
            starts_at: Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap(),
            date,
            today: date,
            driver,
            companion: Companion::Driver,
            driver_name: Some("Min Park"),
            driver_phone: None,
            is_treatment: true,
            decision: None,
        }
    }

    #[test]
    fn check_in_lists_everything_that_is_missing_at_once() {
        let unmet = check_in(&facts(DriverNeed::Unanswered));
        assert_eq!(
            unmet,
            [
                Unmet::DriverUnanswered { name: "Min Park".into(), phone: None },
                Unmet::Candidacy(CandidacyFault::Undecided)
            ]
        );
        assert!(unmet.iter().all(Unmet::can_be_overridden));
    }

    #[test]
    fn a_talk_needs_neither_driver_nor_decision() {
        let talk = CheckInFacts { is_treatment: false, ..facts(DriverNeed::NotNeeded) };
        assert_eq!(check_in(&talk), []);
    }

    #[test]
    fn a_visit_of_another_day_cannot_be_checked_in_nor_overridden() {
        let mut other = facts(DriverNeed::NotNeeded);
        other.is_treatment = false;
        other.today = NaiveDate::from_ymd_opt(2026, 12, 2).expect("a date");
        let unmet = check_in(&other);
        assert_eq!(unmet, [Unmet::NotToday(other.starts_at)]);
        assert!(!unmet[0].can_be_overridden());
    }

    #[test]
    fn discharge_waits_for_recovery_check_in_and_escort() {
        let now = Utc.with_ymd_and_hms(2026, 12, 1, 17, 0, 0).unwrap();
        let until = now + TimeDelta::minutes(25);
        let facts = DischargeFacts {
            status: AppointmentStatus::Recovering,
            is_treatment: true,
            recovery_until: Some(until),
            needs_coach_check_in: true,
            coach_check_in_done: false,
            escort_recorded: false,
            escort_is_patient: false,
            companion: Companion::Driver,
        };
        assert_eq!(
            discharge(&facts, now),
            [Unmet::Recovering(until), Unmet::NoCoachCheckIn, Unmet::NoEscort]
        );
        assert_eq!(discharge(&facts, until), [Unmet::NoCoachCheckIn, Unmet::NoEscort]);
        let own = DischargeFacts { escort_recorded: true, escort_is_patient: true, ..facts };
        assert_eq!(discharge(&own, until), [Unmet::NoCoachCheckIn, Unmet::OwnName]);
        assert!(!Unmet::OwnName.can_be_overridden());
    }

    #[test]
    fn nothing_begins_after_a_no_another_decision_or_the_end_of_its_day() {
        let here = |driver| CheckInFacts { status: AppointmentStatus::Arrived, ..facts(driver) };
        let tomorrow = NaiveDate::from_ymd_opt(2026, 12, 2).expect("a date");
        let late = CheckInFacts { today: tomorrow, ..here(DriverNeed::Missing) };
        let undecided = Unmet::Candidacy(CandidacyFault::Undecided);
        assert_eq!(
            start(&late, &[]),
            [Unmet::DayIsOver(late.starts_at), Unmet::NoDriver, undecided.clone()],
            "every reason at once"
        );
        assert!(!Unmet::DayIsOver(late.starts_at).can_be_overridden());
        let talk = CheckInFacts { is_treatment: false, ..late };
        assert_eq!(start(&talk, &[]), [], "talks are not gated");
        let booked = facts(DriverNeed::Confirmed);
        assert_eq!(start(&booked, &[]), [Unmet::State(AppointmentStatus::Booked)]);
        let passed = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let let_in = passed(&["no driver", "undecided"]);
        assert_eq!(start(&here(DriverNeed::Missing), &let_in), []);
        assert_eq!(start(&here(DriverNeed::Unanswered), &let_in), [], "one who is asked is more than none");
        let only_asked = passed(&["driver unanswered", "not suitable"]);
        assert_eq!(
            start(&here(DriverNeed::Missing), &only_asked),
            [Unmet::NoDriver, undecided],
            "a reason stands for what it named"
        );
    }

    #[test]
    fn at_home_the_gates_ask_for_the_sitter() {
        let at_home =
            |driver| CheckInFacts { companion: Companion::Sitter, is_treatment: false, ..facts(driver) };
        assert_eq!(check_in(&at_home(DriverNeed::Missing)), [Unmet::NoSitter]);
        assert_eq!(
            check_in(&at_home(DriverNeed::Unanswered)),
            [Unmet::SitterUnanswered { name: "Min Park".into(), phone: None }]
        );
        assert_eq!(check_in(&at_home(DriverNeed::Confirmed)), []);
        let end = DischargeFacts {
            status: AppointmentStatus::Recovering,
            is_treatment: true,
            recovery_until: None,
            needs_coach_check_in: false,
            coach_check_in_done: false,
            escort_recorded: false,
            escort_is_patient: false,
            companion: Companion::Sitter,
        };
        assert_eq!(discharge(&end, DateTime::UNIX_EPOCH), [Unmet::NoSitterStays]);
    }

    #[test]
    fn no_treatment_is_booked_twice_on_a_day_or_without_a_decision() {
        let date = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a date");
        let facts = BookingFacts { is_treatment: true, decision: None, date, treatment_days: &[date] };
        assert_eq!(
            booking(&facts),
            [Unmet::Candidacy(CandidacyFault::Undecided), Unmet::TreatmentThatDay(date)]
        );
        assert_eq!(booking(&BookingFacts { is_treatment: false, ..facts }), []);
    }
}
