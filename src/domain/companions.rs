//! Who must be with a patient for a treatment, and where a visit takes place; what an owner cannot combine.

use super::services::Category;
use crate::text_enum;

text_enum! {
    /// The adult a treatment needs besides the clinic's people. Both are named, asked and confirmed in the same way.
    pub enum Companion {
        /// Drives there and home.
        Driver = "driver", "companion-driver";
        /// Stays with the patient at home.
        Sitter = "sitter", "companion-sitter";
    }
}

impl Companion {
    /// Of two, the one that belongs to this kind.
    pub fn pick<T>(self, driver: T, sitter: T) -> T {
        match self {
            Self::Driver => driver,
            Self::Sitter => sitter,
        }
    }
}

text_enum! {
    /// Where the patient is during a visit.
    pub enum Venue {
        /// At the clinic.
        Clinic = "clinic", "venue-clinic";
        /// At home; the clinic's people are with them by video or phone.
        Home = "home", "venue-home";
        /// Anywhere: the clinic calls.
        Phone = "phone", "venue-phone";
    }
}

/// What is wrong with a service's place and companion, as the field and the key of its sentence.
pub fn place_faults(
    category: Category,
    venue: Venue,
    companion: Companion,
) -> Vec<(&'static str, &'static str)> {
    if !category.needs_driver() {
        return Vec::new();
    }
    let mut faults = Vec::new();
    if venue == Venue::Phone {
        faults.push(("venue", "services-fault-phone"));
    }
    if venue == Venue::Home && companion != Companion::Sitter {
        faults.push(("companion", "services-fault-sitter"));
    }
    if venue == Venue::Clinic && companion != Companion::Driver {
        faults.push(("companion", "services-fault-driver"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_treatment_at_home_needs_a_sitter_and_one_at_the_clinic_a_driver() {
        let treatment = |venue, companion| place_faults(Category::Treatment, venue, companion);
        assert!(treatment(Venue::Home, Companion::Sitter).is_empty());
        assert!(treatment(Venue::Clinic, Companion::Driver).is_empty());
        assert_eq!(treatment(Venue::Home, Companion::Driver), [("companion", "services-fault-sitter")]);
        assert_eq!(treatment(Venue::Clinic, Companion::Sitter), [("companion", "services-fault-driver")]);
        assert_eq!(treatment(Venue::Phone, Companion::Driver), [("venue", "services-fault-phone")]);
    }

    #[test]
    fn a_talk_may_be_anywhere() {
        for venue in Venue::ALL {
            assert!(place_faults(Category::Coaching, *venue, Companion::Driver).is_empty(), "{venue}");
        }
    }
}
