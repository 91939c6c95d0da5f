//! Who must be with a patient for a treatment and cannot be that patient, and where a visit takes place; what an owner cannot combine.

use super::patients::{Identity, same_phone, search_form};
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

/// A detail of a companion that is the patient's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnDetail {
    /// The name as in the ID.
    Name,
    /// The phone, however it is written.
    Phone,
    /// The email address.
    Email,
}

/// Which details of somebody named to drive or to stay are the patient's own: nobody is their own companion.
pub fn own_details(
    patient: Identity<'_>,
    full_name: &str,
    phone: Option<&str>,
    email: Option<&str>,
) -> Vec<OwnDetail> {
    let phones = patient.phone.zip(phone);
    let emails = patient.email.zip(email);
    let found = [
        (is_own_name(patient.full_name, None, full_name), OwnDetail::Name),
        (phones.is_some_and(|(own, typed)| same_phone(own, typed)), OwnDetail::Phone),
        (emails.is_some_and(|(own, typed)| own.eq_ignore_ascii_case(typed)), OwnDetail::Email),
    ];
    found.into_iter().filter(|(is_own, _)| *is_own).map(|(_, detail)| detail).collect()
}

/// Whether a name is the patient's own: as in the ID or as they are called, in any case and spacing.
pub fn is_own_name(full_name: &str, name_to_use: Option<&str>, name: &str) -> bool {
    let typed = search_form(name);
    typed == search_form(full_name) || name_to_use.is_some_and(|own| search_form(own) == typed)
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
    fn nobody_is_their_own_companion_however_it_is_written() {
        let maria = Identity {
            full_name: "Maria Alvarez",
            birth_date: "1988-03-04".parse().expect("a date"),
            email: Some("maria@example.org"),
            phone: Some("+1 555 010 0133"),
        };
        let own = |name, phone, email| own_details(maria, name, phone, email);
        let all = [OwnDetail::Name, OwnDetail::Phone, OwnDetail::Email];
        assert_eq!(own("maria  ALVAREZ", Some("(555) 010-0133"), Some("Maria@Example.org")), all);
        assert_eq!(own("Ana Alvarez", Some("555 010 0177"), Some("ana@example.org")), []);
        assert_eq!(own("Ana Alvarez", None, None), []);
        let silent = Identity { email: None, phone: None, ..maria };
        assert_eq!(own_details(silent, "Ana Alvarez", Some("555 010 0133"), Some("a@b.org")), []);
        assert!(is_own_name("Terrence Boyd", Some("TJ"), "tj") && !is_own_name("Terrence Boyd", None, "tj"));
    }

    #[test]
    fn a_talk_may_be_anywhere() {
        for venue in Venue::ALL {
            assert!(place_faults(Category::Coaching, *venue, Companion::Driver).is_empty(), "{venue}");
        }
    }
}
