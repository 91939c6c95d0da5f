//! Drivers: who takes a patient to a treatment and home, and how far the asking has come.

use crate::text_enum;

text_enum! {
    /// State of one drive asked of one driver.
    pub enum DriveStatus {
        /// Named, no answer yet.
        Asked = "asked", "drive-asked";
        /// Said yes.
        Confirmed = "confirmed", "drive-confirmed";
        /// Said no.
        Declined = "declined", "drive-declined";
        /// Somebody else drives now, or the visit is off.
        Replaced = "replaced", "drive-replaced";
    }
}

impl DriveStatus {
    /// Whether this drive is the one that counts for its visit.
    pub fn is_current(self) -> bool {
        matches!(self, Self::Asked | Self::Confirmed)
    }
}

/// How a visit stands for a driver, from its current drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriverNeed {
    /// The visit needs none.
    NotNeeded,
    /// Nobody is named.
    Missing,
    /// Somebody is named and has not answered.
    Unanswered,
    /// Somebody said yes.
    Confirmed,
}

impl DriverNeed {
    /// From whether the visit needs a driver and the state of its current drive.
    pub fn of(needs_driver: bool, current: Option<DriveStatus>) -> Self {
        match (needs_driver, current) {
            (false, _) => Self::NotNeeded,
            (true, Some(DriveStatus::Confirmed)) => Self::Confirmed,
            (true, Some(DriveStatus::Asked)) => Self::Unanswered,
            (true, _) => Self::Missing,
        }
    }

    /// The key of its word.
    pub fn word_key(self) -> &'static str {
        match self {
            Self::NotNeeded => "driver-not-needed",
            Self::Missing => "driver-missing",
            Self::Unanswered => "driver-unanswered",
            Self::Confirmed => "driver-confirmed",
        }
    }
}
