//! Canceling by a link: how near to a visit a patient may still do it alone, and how long they can take it back.

use chrono::{DateTime, TimeDelta, Utc};

use super::appointments::AppointmentStatus;

/// Whether a patient may cancel a visit by their link: it is booked, and so many minutes ahead or more.
pub fn may_cancel(
    status: AppointmentStatus,
    starts_at: DateTime<Utc>,
    notice_minutes: i64,
    now: DateTime<Utc>,
) -> bool {
    status == AppointmentStatus::Booked && starts_at - now >= TimeDelta::minutes(notice_minutes)
}

/// A visit that was canceled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Canceled {
    /// When; `None` for one that was not.
    pub at: Option<DateTime<Utc>>,
    /// Whether the patient did it, by their link.
    pub by_patient: bool,
    /// When it would start.
    pub starts_at: DateTime<Utc>,
}

/// Until when the patient can take their cancellation back; `None` where they cannot, or not any more.
pub fn undo_until(canceled: Canceled, undo_minutes: i64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let until = (canceled.at? + TimeDelta::minutes(undo_minutes)).min(canceled.starts_at);
    (canceled.by_patient && until > now).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn start() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 12, 10, 15, 0, 0).unwrap()
    }

    #[test]
    fn a_booked_visit_is_canceled_alone_only_while_somebody_else_can_still_have_its_time() {
        let two_days = start() - TimeDelta::days(2);
        assert!(may_cancel(AppointmentStatus::Booked, start(), 2880, two_days));
        let late = two_days + TimeDelta::seconds(1);
        assert!(!may_cancel(AppointmentStatus::Booked, start(), 2880, late));
        for status in AppointmentStatus::ALL.iter().filter(|one| **one != AppointmentStatus::Booked) {
            assert!(!may_cancel(*status, start(), 2880, start() - TimeDelta::days(9)), "{status}");
        }
    }

    #[test]
    fn what_the_patient_canceled_they_can_take_back_for_a_while_and_never_what_others_did() {
        let at = start() - TimeDelta::days(5);
        let own = Canceled { at: Some(at), by_patient: true, starts_at: start() };
        let hour = TimeDelta::hours(1);
        assert_eq!(undo_until(own, 60, at), Some(at + hour));
        assert_eq!(undo_until(own, 60, at + hour), None, "the time is over");
        assert_eq!(undo_until(Canceled { by_patient: false, ..own }, 60, at), None);
        assert_eq!(undo_until(Canceled { at: None, ..own }, 60, at), None);
        let near = Canceled { at: Some(start() - TimeDelta::minutes(30)), ..own };
        assert_eq!(undo_until(near, 60, start() - TimeDelta::minutes(30)), Some(start()));
    }
}
