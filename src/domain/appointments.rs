//! States of an appointment and of a series, and which may follow which.

use chrono::{DateTime, TimeDelta, Utc};

use crate::text_enum;

text_enum! {
    /// State of an appointment. FHIR R4's code where there is one; `held` is FHIR's `pending`, the two treatment
    /// states refine `checked-in`.
    pub enum AppointmentStatus {
        /// Proposed to the patient; occupies its time until the hold ends.
        Held = "held", "state-held";
        /// In the book.
        Booked = "booked", "state-booked";
        /// The patient is here.
        Arrived = "arrived", "state-arrived";
        /// The treatment or talk is running.
        InProgress = "in_progress", "state-in-session";
        /// Resting after a treatment.
        Recovering = "recovering", "state-recovering";
        /// Done; the patient has gone home.
        Fulfilled = "fulfilled", "state-gone";
        /// Taken out of the book.
        Cancelled = "cancelled", "state-canceled";
        /// The patient did not come.
        NoShow = "noshow", "state-missed";
    }
}

impl AppointmentStatus {
    /// Whether the visit takes people's and rooms' time.
    pub fn occupies(self) -> bool {
        !matches!(self, Self::Cancelled | Self::NoShow)
    }

    /// Whether the visit still lies ahead and may be moved, cancelled, reminded of.
    pub fn is_ahead(self) -> bool {
        matches!(self, Self::Held | Self::Booked)
    }

    /// Whether the patient is in the house.
    pub fn is_here(self) -> bool {
        matches!(self, Self::Arrived | Self::InProgress | Self::Recovering)
    }

    /// Whether the visit is not over: ahead, or the patient is in the house and somebody still takes them home or stays.
    pub fn is_open(self) -> bool {
        self.is_ahead() || self.is_here()
    }

    /// Whether `next` may follow this state.
    pub fn may_become(self, next: Self) -> bool {
        use AppointmentStatus::{
            Arrived, Booked, Cancelled, Fulfilled, Held, InProgress, NoShow, Recovering,
        };
        matches!(
            (self, next),
            (Held, Booked | Cancelled)
                | (Booked, Arrived | Cancelled | NoShow)
                // Checking in the wrong person is undone; a patient may leave before the start.
                | (Arrived, InProgress | Booked | Cancelled)
                | (InProgress, Recovering | Fulfilled)
                | (Recovering, Fulfilled)
                // "Did not come" said too early, and a cancellation taken back.
                | (NoShow | Cancelled, Booked)
        )
    }
}

text_enum! {
    /// State of a series.
    pub enum SeriesStatus {
        /// Offered; its times are kept until the hold ends.
        Held = "held", "series-state-held";
        /// Booked and running.
        Active = "active", "series-state-active";
        /// Every visit is over.
        Completed = "completed", "series-state-completed";
        /// Called off, or the hold ran out.
        Cancelled = "cancelled", "series-state-cancelled";
    }
}

/// What a card, a row or a mail needs to know of a visit's state: the stored state with what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownState {
    /// Held for the patient.
    Held,
    /// Booked, not yet confirmed by the patient.
    Booked,
    /// Booked and confirmed by the patient.
    Confirmed,
    /// Here.
    Arrived,
    /// In treatment or in session.
    InProgress,
    /// Recovering until an instant.
    Recovering(DateTime<Utc>),
    /// Recovery is over.
    Ready,
    /// Gone home.
    Gone,
    /// Canceled.
    Cancelled,
    /// Did not come.
    NoShow,
}

impl ShownState {
    /// From the stored state; `recovery_until` is when recovery may end.
    pub fn of(
        status: AppointmentStatus,
        confirmed: bool,
        recovery_until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Self {
        match status {
            AppointmentStatus::Held => Self::Held,
            AppointmentStatus::Booked if confirmed => Self::Confirmed,
            AppointmentStatus::Booked => Self::Booked,
            AppointmentStatus::Arrived => Self::Arrived,
            AppointmentStatus::InProgress => Self::InProgress,
            AppointmentStatus::Recovering => match recovery_until {
                Some(until) if until > now => Self::Recovering(until),
                _ => Self::Ready,
            },
            AppointmentStatus::Fulfilled => Self::Gone,
            AppointmentStatus::Cancelled => Self::Cancelled,
            AppointmentStatus::NoShow => Self::NoShow,
        }
    }

    /// The key of its word, for staff.
    pub fn word_key(self) -> &'static str {
        match self {
            Self::Held => "state-held",
            Self::Booked => "state-booked",
            Self::Confirmed => "state-confirmed",
            Self::Arrived => "state-arrived",
            Self::InProgress => "state-in-session",
            Self::Recovering(_) => "state-recovering",
            Self::Ready => "state-ready",
            Self::Gone => "state-gone",
            Self::Cancelled => "state-canceled",
            Self::NoShow => "state-missed",
        }
    }

    /// The glyph that goes with the word (decoration).
    pub fn glyph(self) -> &'static str {
        match self {
            Self::Held => "◷",
            Self::Booked => "○",
            Self::Confirmed => "●",
            Self::Arrived => "▸",
            Self::InProgress => "■",
            Self::Recovering(_) => "▤",
            Self::Ready | Self::Gone => "✓",
            Self::Cancelled => "×",
            Self::NoShow => "⊘",
        }
    }

    /// The class of its bar and colour (`st-…` in the style sheet).
    pub fn class(self) -> &'static str {
        match self {
            Self::Held => "st-held",
            Self::Booked => "st-booked",
            Self::Confirmed => "st-confirmed",
            Self::Arrived => "st-arrived",
            Self::InProgress => "st-active",
            Self::Recovering(_) => "st-recovering",
            Self::Ready => "st-ready",
            Self::Gone => "st-gone",
            Self::Cancelled => "st-canceled",
            Self::NoShow => "st-missed",
        }
    }
}

/// When a patient at rest may go: the later of the planned end and the service's recovery time counted from the
/// moment recovery really began.
pub fn recovery_until(started_recovery_at: DateTime<Utc>, recovery_minutes: i64) -> DateTime<Utc> {
    started_recovery_at + TimeDelta::minutes(recovery_minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_reaches_the_treatment_except_through_check_in() {
        for status in AppointmentStatus::ALL {
            let allowed = status.may_become(AppointmentStatus::InProgress);
            assert_eq!(allowed, *status == AppointmentStatus::Arrived, "{status}");
        }
    }

    #[test]
    fn a_finished_visit_stays_finished() {
        for next in AppointmentStatus::ALL {
            assert!(!AppointmentStatus::Fulfilled.may_become(*next), "{next}");
        }
    }

    #[test]
    fn stored_words_survive_a_round_trip_and_unknown_ones_are_refused() {
        for status in AppointmentStatus::ALL {
            assert_eq!(AppointmentStatus::parse(status.as_str()), Some(*status));
        }
        assert_eq!(AppointmentStatus::parse("sleeping"), None);
    }
}
