//! What each patient of the demo has come to, and the steps their story is told in.

use crate::domain::candidacy::Outcome;
use crate::domain::ids::{AppointmentId, SeriesId};

/// How far a patient has come as of "now".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Called some days ago; nothing is booked.
    Inquiry(i64),
    /// The consultation lies ahead.
    ConsultationAhead,
    /// The consultation is on the demo's day, so many minutes from now.
    ConsultationNear(i64),
    /// Did not come to the consultation.
    ConsultationMissed,
    /// Canceled the consultation.
    ConsultationCancelled,
    /// Was decided on; called so many days ago, the decision lasts so many days.
    Decided(Outcome, i64, i64),
    /// A course is kept for them since so many minutes.
    Held(i64),
    /// A course from this day on (days from now), under the protocol of this place in the list.
    Course(i64, usize, i64),
    /// Came back for a single treatment on the demo's day, so many minutes from now.
    Single(i64),
}

/// Whether and when somebody drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// Says yes to every visit.
    Reliable,
    /// Does not answer about what lies ahead.
    Silent,
    /// The patient names nobody before the last moment.
    Unnamed,
    /// Says no to the next visit.
    Declines,
}

/// Protocols by their place in the usual list.
const MINUTES_60: usize = 0;
const MINUTES_45: usize = 1;
const MINUTES_90: usize = 2;
const KAP: usize = 3;
/// A single treatment some time after a series.
pub(super) const BOOSTER: usize = 4;

/// Everybody's stage, in the order of the people.
pub(super) fn stages() -> Vec<Stage> {
    use Stage::{
        ConsultationAhead, ConsultationCancelled, ConsultationMissed, ConsultationNear, Course, Decided,
        Held, Inquiry, Single,
    };
    let mut all = vec![
        Course(-23, MINUTES_60, 6),
        Course(-40, MINUTES_60, 6),
        Course(-37, MINUTES_60, 6),
        Single(-35),
        Single(-105),
        Course(-33, MINUTES_90, 6),
        Course(-32, MINUTES_60, 6),
        Course(-30, MINUTES_45, 6),
        Single(40),
        Course(-27, MINUTES_60, 6),
        Course(-26, MINUTES_60, 5),
        Course(-20, MINUTES_60, 6),
        Single(160),
        Course(-19, MINUTES_45, 6),
        Course(-16, MINUTES_60, 6),
        Course(-13, MINUTES_60, 6),
        Course(-12, MINUTES_90, 4),
        Course(-11, KAP, 2),
        Course(-9, MINUTES_60, 6),
        Course(-7, MINUTES_60, 6),
        Course(-6, KAP, 2),
        // The second Maria Alvarez.
        Course(-5, MINUTES_60, 5),
        ConsultationNear(-40),
        ConsultationNear(75),
    ];
    all.extend([2, 3, 5, 8, 11].map(|day| Course(day, MINUTES_60, 6)));
    all.extend([-54, -53, -51, -50, -48].map(|day| Course(day, MINUTES_60, 4)));
    all.extend([-4, 6].map(|day| Course(day, BOOSTER, 1)));
    all.extend([170, 320, 1000].map(Held));
    all.extend([ConsultationAhead; 6]);
    all.extend([ConsultationMissed, ConsultationCancelled]);
    all.extend([18, 24, 33].map(|ago| Decided(Outcome::Suitable, ago, 180)));
    all.extend([16, 29, 41].map(|ago| Decided(Outcome::Deferred, ago, 45)));
    all.extend([22, 38].map(|ago| Decided(Outcome::NotSuitable, ago, 0)));
    // Suitable, but never began: the decision has run out.
    all.extend([55, 48].map(|ago| Decided(Outcome::Suitable, ago, 28)));
    // The second-last is the first Desmond Whitaker's record, typed again.
    all.extend([1, 2, 3, 5, 6, 8, 13].map(Inquiry));
    all
}

/// The driving habit of the patient of a number.
pub(super) fn habit(number: usize, stage: Stage) -> Habit {
    match stage {
        Stage::Single(minutes) if minutes > 100 => Habit::Silent,
        Stage::Single(_) => Habit::Reliable,
        _ => match number % 8 {
            2 => Habit::Silent,
            5 => Habit::Unnamed,
            _ if number == 9 => Habit::Declines,
            _ => Habit::Reliable,
        },
    }
}

/// Something that happens to somebody at an instant. Numbers count the people.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// The first call.
    Inquire(usize),
    /// The patient fills the intake form in and sends it back.
    FillIn(usize),
    /// The consultation is booked.
    BookConsultation(usize),
    /// A visit near the present is booked.
    BookNear(usize),
    /// The clinician decides.
    Decide(usize),
    /// A course is planned and booked or held.
    Plan(usize),
    /// The patient looks at their page: confirms and names a driver.
    Confirm(usize),
    /// The driver answers.
    Answer(usize),
    /// Checked in.
    CheckIn(AppointmentId),
    /// Treatment (true) or talk begins.
    Begin(AppointmentId, bool),
    /// Recovery begins.
    Rest(AppointmentId),
    /// The coach checks in.
    CoachCheckIn(AppointmentId),
    /// A treatment (true) or talk ends and the patient goes home.
    GoHome(AppointmentId, bool),
    /// The patient did not come.
    Missed(AppointmentId),
    /// The visit is canceled, for a reason.
    Cancel(AppointmentId, &'static str),
    /// Somebody will be away next week.
    Absence,
    /// The patient tells their mood, so many days after a treatment.
    Mood(AppointmentId, i64),
    /// The patient answers the nine questions of a week of their course.
    Week(usize, i64),
    /// A clinician has called about item 9.
    Seen(usize),
    /// The patient sets an intention.
    Intend(AppointmentId),
    /// The coach writes a note about a talk.
    Note(AppointmentId),
    /// The review of a course.
    Review(usize, SeriesId),
    /// An outside provider becomes known, and what they may be told.
    Provider(usize),
}

impl Step {
    /// Whether it books: a refused booking takes its whole transaction with it, so nothing else may be in there.
    pub(super) fn stands_alone(self) -> bool {
        matches!(self, Self::BookConsultation(_) | Self::BookNear(_) | Self::Plan(_) | Self::Cancel(..))
    }
}
