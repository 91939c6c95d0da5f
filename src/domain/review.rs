//! The review at the end of a course: what a clinician decides there, and what follows from each outcome.

use chrono::NaiveDate;

use super::worklist::WorkKind;
use crate::text_enum;

text_enum! {
    /// What the review decided.
    pub enum ReviewOutcome {
        /// Nothing more: the course is closed.
        Done = "done", "review-done";
        /// Single treatments from time to time.
        Boosters = "boosters", "review-boosters";
        /// A course once more.
        AnotherSeries = "another_series", "review-another-series";
        /// Somebody else goes on.
        Referral = "referral", "review-referral";
    }
}

/// What an outcome opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowUp {
    /// Nothing: the patient is not called back.
    Nothing,
    /// The recall list, from the first date on.
    Recall,
    /// Something a person has to do; the patient is not called back.
    Work(WorkKind),
}

impl ReviewOutcome {
    /// What it opens.
    pub fn follow_up(self) -> FollowUp {
        match self {
            Self::Done => FollowUp::Nothing,
            Self::Boosters => FollowUp::Recall,
            Self::AnotherSeries => FollowUp::Work(WorkKind::PlanSeries),
            Self::Referral => FollowUp::Work(WorkKind::Refer),
        }
    }

    /// Whether the patient is called back for boosters.
    pub fn recalls(self) -> bool {
        self.follow_up() == FollowUp::Recall
    }
}

/// What is wrong with the first date of an outcome, as the key of a sentence: boosters need one that is not past, the others have none.
pub fn first_due_fault(
    outcome: ReviewOutcome,
    first_due: Option<NaiveDate>,
    today: NaiveDate,
) -> Option<&'static str> {
    match (outcome.recalls(), first_due) {
        (true, None) => Some("review-first-due-missing"),
        (true, Some(day)) if day < today => Some("review-first-due-past"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_boosters_call_the_patient_back() {
        for outcome in ReviewOutcome::ALL {
            assert_eq!(outcome.recalls(), *outcome == ReviewOutcome::Boosters, "{outcome}");
        }
        assert_eq!(ReviewOutcome::Done.follow_up(), FollowUp::Nothing);
        assert_eq!(ReviewOutcome::AnotherSeries.follow_up(), FollowUp::Work(WorkKind::PlanSeries));
        assert_eq!(ReviewOutcome::Referral.follow_up(), FollowUp::Work(WorkKind::Refer));
    }

    #[test]
    fn boosters_need_a_first_date_from_today_on() {
        let today: NaiveDate = "2027-01-20".parse().expect("a date");
        let fault = |outcome, day: Option<&str>| {
            first_due_fault(outcome, day.map(|day| day.parse().expect("a date")), today)
        };
        assert_eq!(fault(ReviewOutcome::Boosters, None), Some("review-first-due-missing"));
        assert_eq!(fault(ReviewOutcome::Boosters, Some("2027-01-19")), Some("review-first-due-past"));
        assert_eq!(fault(ReviewOutcome::Boosters, Some("2027-01-20")), None);
        assert_eq!(fault(ReviewOutcome::Done, None), None);
    }
}
