//! Outside providers: what a patient agreed that they are told, and the gate before a letter.

use chrono::NaiveDate;

use super::gates::Unmet;
use crate::text_enum;

/// Longest name, role, address of a provider, in characters.
pub const MAX_PROVIDER_TEXT: usize = 200;
/// Longest words about change in a letter, in characters.
pub const MAX_CHANGE: usize = 2000;

text_enum! {
    /// What a patient agreed that a provider is told.
    pub enum ConsentScope {
        /// The dates attended.
        Dates = "dates", "consent-dates";
        /// The dates attended, and how things changed.
        DatesAndChange = "dates_and_change", "consent-dates-and-change";
    }
}

/// A consent as the gate looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consent {
    /// What it covers.
    pub scope: ConsentScope,
    /// From this date on.
    pub given_on: NaiveDate,
    /// From this date on no more.
    pub withdrawn_on: Option<NaiveDate>,
}

impl Consent {
    /// Whether it stands on a date.
    pub fn stands_on(&self, today: NaiveDate) -> bool {
        self.given_on <= today && self.withdrawn_on.is_none_or(|end| end > today)
    }
}

/// What keeps a letter to a provider from being written or sent: the consent that counts, whether the letter would tell of
/// change, how many dates it could name, today's date at the site, and whether the provider is retired.
pub fn letter(
    consent: Option<&Consent>,
    tells_change: bool,
    dates_attended: usize,
    today: NaiveDate,
    is_retired: bool,
) -> Vec<Unmet> {
    let mut unmet = Vec::new();
    if is_retired {
        unmet.push(Unmet::ProviderRetired);
    }
    match consent {
        None => unmet.push(Unmet::NoConsent),
        Some(consent) => {
            if let Some(day) = consent.withdrawn_on.filter(|end| *end <= today) {
                unmet.push(Unmet::ConsentWithdrawn(day));
            }
            if consent.given_on > today {
                unmet.push(Unmet::ConsentAhead(consent.given_on));
            }
            if tells_change && consent.scope == ConsentScope::Dates {
                unmet.push(Unmet::ChangeNotCovered);
            }
        }
    }
    if dates_attended == 0 {
        unmet.push(Unmet::NothingAttended);
    }
    unmet
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn consent(scope: ConsentScope) -> Consent {
        Consent { scope, given_on: day("2026-11-01"), withdrawn_on: None }
    }

    #[test]
    fn no_consent_no_letter() {
        assert_eq!(letter(None, false, 3, day("2026-12-01"), false), [Unmet::NoConsent]);
        let agreed = consent(ConsentScope::Dates);
        assert!(letter(Some(&agreed), false, 3, day("2026-12-01"), false).is_empty());
        assert_eq!(letter(Some(&agreed), false, 3, day("2026-12-01"), true), [Unmet::ProviderRetired]);
    }

    #[test]
    fn every_reason_is_named_at_once() {
        let withdrawn = Consent { withdrawn_on: Some(day("2026-11-20")), ..consent(ConsentScope::Dates) };
        assert_eq!(
            letter(Some(&withdrawn), true, 0, day("2026-12-01"), false),
            [Unmet::ConsentWithdrawn(day("2026-11-20")), Unmet::ChangeNotCovered, Unmet::NothingAttended]
        );
    }

    #[test]
    fn a_consent_stands_from_its_first_day_to_the_day_before_it_is_withdrawn() {
        let ended =
            Consent { withdrawn_on: Some(day("2026-11-20")), ..consent(ConsentScope::DatesAndChange) };
        for (today, stands) in
            [("2026-10-31", false), ("2026-11-01", true), ("2026-11-19", true), ("2026-11-20", false)]
        {
            assert_eq!(ended.stands_on(day(today)), stands, "{today}");
            assert_eq!(letter(Some(&ended), true, 1, day(today), false).is_empty(), stands, "{today}");
        }
    }
}
