//! Teaches both databases the domain's types: ids as UUID, enums as checked text, zones as IANA names.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Type};
use uuid::Uuid;

use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::bounces::BounceKind;
use crate::domain::candidacy::Outcome;
use crate::domain::companions::{Companion, Venue};
use crate::domain::delivery::TryOutcome;
use crate::domain::drivers::{DaySign, DriveStatus, Legs};
use crate::domain::feeds::FeedKind;
use crate::domain::ids::{
    AbsenceId, AppointmentId, ConsentId, DecisionId, DriveId, DriverId, EstimateId, FeedId, HoldId, HoursId,
    ImportId, IntakeId, IntentionId, LetterId, LinkId, MessageId, MoodScoreId, PatientId, Phq9Id, ProtocolId,
    ProviderId, ResourceId, ReviewId, RuleId, SampleMailId, SeriesId, ServiceId, SessionNoteId, SiteId,
    StaffId, WorkItemId,
};
use crate::domain::intake::{Channel, IntakeState, Source};
use crate::domain::mail_brake::HoldReason;
use crate::domain::mail_topics::{PreferenceSource, Topic};
use crate::domain::message_rules::{Anchor, Condition};
use crate::domain::messages::{MessageStatus, Stage};
use crate::domain::mood::ScoreSource;
use crate::domain::patients::ContactPreference;
use crate::domain::phq9::Phq9State;
use crate::domain::protocols::VisitRole;
use crate::domain::providers::ConsentScope;
use crate::domain::review::ReviewOutcome;
use crate::domain::roles::Roles;
use crate::domain::services::{Category, Kind};
use crate::domain::wording::WordingPart;
use crate::domain::worklist::WorkKind;

macro_rules! uuid_column {
    ($($name:ty),+) => {$(
        impl<DB: Database> Type<DB> for $name
        where
            Uuid: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <Uuid as Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <Uuid as Type<DB>>::compatible(ty)
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $name
        where
            Uuid: Encode<'q, DB>,
        {
            fn encode_by_ref(&self, buf: &mut <DB as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                self.0.encode_by_ref(buf)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $name
        where
            Uuid: Decode<'r, DB>,
        {
            fn decode(value: <DB as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
                <Uuid as Decode<'r, DB>>::decode(value).map(Self)
            }
        }
    )+};
}
uuid_column!(
    AbsenceId,
    AppointmentId,
    ConsentId,
    DecisionId,
    DriveId,
    DriverId,
    EstimateId,
    FeedId,
    HoldId,
    HoursId,
    ImportId,
    IntakeId,
    IntentionId,
    LetterId,
    LinkId,
    MessageId,
    MoodScoreId,
    PatientId,
    Phq9Id,
    ProtocolId,
    ProviderId,
    ResourceId,
    ReviewId,
    RuleId,
    SampleMailId,
    SeriesId,
    ServiceId,
    SessionNoteId,
    SiteId,
    StaffId,
    WorkItemId
);

/// A column of text that only some words may fill; an unknown word is an error of its own, never a panic.
macro_rules! text_column {
    ($name:ty, $read:expr, $write:expr) => {
        impl<DB: Database> Type<DB> for $name
        where
            String: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <String as Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <String as Type<DB>>::compatible(ty)
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $name
        where
            String: Encode<'q, DB>,
        {
            fn encode_by_ref(
                &self,
                buf: &mut <DB as Database>::ArgumentBuffer,
            ) -> Result<IsNull, BoxDynError> {
                let text: String = $write(self);
                text.encode(buf)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $name
        where
            String: Decode<'r, DB>,
        {
            fn decode(value: <DB as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
                let text = <String as Decode<'r, DB>>::decode(value)?;
                $read(&text).ok_or_else(|| format!("{} knows no {text:?}", stringify!($name)).into())
            }
        }
    };
}

macro_rules! text_enum_column {
    ($($name:ident),+) => {$(
        text_column!($name, $name::parse, |value: &$name| value.as_str().to_owned());
    )+};
}
text_enum_column!(
    AppointmentStatus,
    SeriesStatus,
    Outcome,
    DriveStatus,
    Legs,
    DaySign,
    MessageStatus,
    Stage,
    ScoreSource,
    Phq9State,
    ContactPreference,
    VisitRole,
    ReviewOutcome,
    Category,
    Kind,
    Companion,
    Venue,
    WorkKind,
    IntakeState,
    Channel,
    Source,
    ConsentScope,
    FeedKind,
    Topic,
    PreferenceSource,
    WordingPart,
    Anchor,
    Condition,
    HoldReason,
    TryOutcome,
    BounceKind
);
text_column!(Roles, Roles::parse, |roles: &Roles| roles.as_text());

/// An IANA zone stored by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneColumn(pub chrono_tz::Tz);
text_column!(ZoneColumn, |text: &str| text.parse().ok().map(ZoneColumn), |zone: &ZoneColumn| zone
    .0
    .name()
    .to_owned());

impl From<ZoneColumn> for chrono_tz::Tz {
    fn from(column: ZoneColumn) -> Self {
        column.0
    }
}
