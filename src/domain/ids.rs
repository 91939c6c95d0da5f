//! Ids of each kind of thing, as types that cannot be swapped by luck.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id (UUID v7, so that rows made together lie together).
            #[expect(clippy::new_without_default, reason = "a default id would hide that each is new")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+
    };
}

ids!(
    /// A location with a time zone.
    SiteId,
    /// A staff account.
    StaffId,
    /// A patient.
    PatientId,
    /// A staff member's or a room's bookable time.
    ResourceId,
    /// A kind of appointment.
    ServiceId,
    /// A course's plan: how many, how far apart, what goes with it.
    ProtocolId,
    /// A clinician's decision whether treatment suits a patient.
    DecisionId,
    /// A clinician's decision at the end of a course.
    ReviewId,
    /// A patient's course.
    SeriesId,
    /// A visit that is in the book.
    AppointmentId,
    /// A person who drives a patient.
    DriverId,
    /// One drive asked of one driver.
    DriveId,
    /// A row of the message ledger.
    MessageId,
    /// A link in a message.
    LinkId,
    /// A line of the worklist.
    WorkItemId,
    /// A way from the first call to a clinician's answer.
    IntakeId,
    /// A stretch of weekly hours.
    HoursId,
    /// A stretch of time in which somebody or a room is away.
    AbsenceId,
    /// A mood score.
    MoodScoreId,
    /// A PHQ-9, begun or complete.
    Phq9Id,
    /// One import of scores from a file.
    ImportId,
    /// A search for a plan that is under way or done.
    RunId,
    /// A patient's intention for a treatment.
    IntentionId,
    /// A note about a session.
    SessionNoteId,
    /// An outside provider of a patient.
    ProviderId,
    /// What a patient agreed that a provider is told.
    ConsentId,
    /// A letter to a provider.
    LetterId,
    /// What a plan would cost, as a patient was told.
    EstimateId,
    /// A calendar feed.
    FeedId,
    /// A sample of a message that staff send to themselves.
    SampleMailId,
    /// A rule of messages.
    RuleId,
    /// A stretch of time in which no mail goes.
    HoldId,
);
