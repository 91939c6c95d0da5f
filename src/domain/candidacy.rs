//! Candidacy: a clinician's decision whether treatment suits a patient, and whether it stands on a day.

use chrono::{DateTime, Months, NaiveDate, Utc};

use super::ids::{DecisionId, PatientId, ProtocolId, StaffId};
use crate::text_enum;

/// Longest time a decision stands or is put off for.
const LONGEST: Months = Months::new(24);

text_enum! {
    /// The outcome of a consultation.
    pub enum Outcome {
        /// Treatment suits the patient.
        Suitable = "suitable", "outcome-suitable";
        /// It does not.
        NotSuitable = "not_suitable", "outcome-not-suitable";
        /// Decided later, on a date.
        Deferred = "deferred", "outcome-deferred";
    }
}

/// One decision. The newest of a patient is the one that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// For whom.
    pub patient_id: PatientId,
    /// What was decided.
    pub outcome: Outcome,
    /// The course it names, if suitable.
    pub protocol_id: Option<ProtocolId>,
    /// The number of treatments it names, if suitable.
    pub planned_visits: Option<i64>,
    /// Last date on which a treatment may take place (suitable), or on which it is decided again (deferred).
    pub expires_on: Option<NaiveDate>,
    /// By whom.
    pub decided_by: StaffId,
    /// When.
    pub decided_at: DateTime<Utc>,
    /// Why; for clinicians.
    pub note: String,
    /// What must hold for it, for everybody who plans and books.
    pub conditions: String,
    /// What the patient is told, in the clinician's own words; empty where nothing is.
    pub told: String,
}

/// Why a decision does not allow a treatment on a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CandidacyFault {
    /// Nobody has decided.
    Undecided,
    /// The decision is "not suitable".
    NotSuitable,
    /// The decision is put off.
    Deferred(Option<NaiveDate>),
    /// It ends before the treatment's date.
    Expired(NaiveDate),
}

/// Whether a decision of today would end, or be taken again, later than anybody can foresee.
pub fn is_too_far(day: NaiveDate, today: NaiveDate) -> bool {
    today.checked_add_months(LONGEST).is_some_and(|last| day > last)
}

/// Whether a treatment may take place on a date of the site's calendar. The expiry date itself is still allowed.
///
/// # Errors
/// The reason it may not.
pub fn allows_on(decision: Option<&Decision>, date: NaiveDate) -> Result<(), CandidacyFault> {
    let Some(decision) = decision else {
        return Err(CandidacyFault::Undecided);
    };
    match decision.outcome {
        Outcome::NotSuitable => Err(CandidacyFault::NotSuitable),
        Outcome::Deferred => Err(CandidacyFault::Deferred(decision.expires_on)),
        Outcome::Suitable => match decision.expires_on {
            Some(last) if last >= date => Ok(()),
            Some(last) => Err(CandidacyFault::Expired(last)),
            // A suitable decision always carries its end; one without is treated as none.
            None => Err(CandidacyFault::Undecided),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn decision(outcome: Outcome, expires_on: Option<&str>) -> Decision {
        Decision {
            id: DecisionId::new(),
            patient_id: PatientId::new(),
            outcome,
            protocol_id: None,
            planned_visits: None,
            expires_on: expires_on.map(date),
            decided_by: StaffId::new(),
            decided_at: DateTime::UNIX_EPOCH,
            note: String::new(),
            conditions: String::new(),
            told: String::new(),
        }
    }

    #[test]
    fn treatment_is_allowed_up_to_and_on_the_last_day() {
        let suitable = decision(Outcome::Suitable, Some("2027-03-01"));
        assert_eq!(allows_on(Some(&suitable), date("2027-03-01")), Ok(()));
        assert_eq!(
            allows_on(Some(&suitable), date("2027-03-02")),
            Err(CandidacyFault::Expired(date("2027-03-01")))
        );
    }

    #[test]
    fn nobody_decides_for_more_than_two_years() {
        let today = date("2026-11-25");
        assert!(!is_too_far(date("2028-11-25"), today));
        assert!(is_too_far(date("2028-11-26"), today));
    }

    #[test]
    fn without_a_suitable_decision_nothing_is_allowed() {
        let day = date("2026-12-01");
        assert_eq!(allows_on(None, day), Err(CandidacyFault::Undecided));
        assert_eq!(
            allows_on(Some(&decision(Outcome::NotSuitable, None)), day),
            Err(CandidacyFault::NotSuitable)
        );
        assert_eq!(
            allows_on(Some(&decision(Outcome::Deferred, Some("2027-01-10"))), day),
            Err(CandidacyFault::Deferred(Some(date("2027-01-10"))))
        );
        assert_eq!(allows_on(Some(&decision(Outcome::Suitable, None)), day), Err(CandidacyFault::Undecided));
    }
}
