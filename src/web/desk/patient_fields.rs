//! The fields of a patient's form: read into a patient, filled from one, and shown in words.

use chrono::NaiveDate;

use crate::actions::patients::NewPatient;
use crate::domain::patients::{
    ContactPreference, Identity, parse_birth_date, parse_email, parse_name, parse_phone,
};
use crate::store::patients::Patient;
use crate::web::kit::Fields;
use crate::words::Words;
use crate::words::format::Format;

/// What was typed, read; `None` with a message at every field that cannot be.
pub fn read_patient(fields: &mut Fields, w: Words, today: NaiveDate) -> Option<NewPatient> {
    let full_name = fields.parsed("full_name", parse_name, &w.t("patients-enter-full-name"));
    let name_to_use = if fields.get("name_to_use").is_empty() {
        None
    } else {
        fields.parsed("name_to_use", parse_name, &w.t("patients-enter-name-to-use"))
    };
    let read_birth = |text: &str| parse_birth_date(text, today);
    let birth_date = fields.parsed("birth_date", read_birth, &w.t("patients-enter-birth-date"));
    let contact = ContactPreference::parse(fields.get("contact"));
    let (no_phone, no_email) = (fields.get("phone").is_empty(), fields.get("email").is_empty());
    let phone = if !no_phone {
        fields.parsed("phone", parse_phone, &w.t("patients-enter-phone"))
    } else {
        if no_email {
            fields.fail("phone", w.t("patients-enter-phone-or-email"));
        } else if contact == Some(ContactPreference::Phone) {
            fields.fail("phone", w.t("patients-enter-phone-to-call"));
        }
        None
    };
    let email = if !no_email {
        fields.parsed("email", parse_email, &w.t("patients-enter-email"))
    } else {
        if !no_phone && contact == Some(ContactPreference::Email) {
            fields.fail("email", w.t("patients-enter-email-to-write"));
        }
        None
    };
    if contact.is_none() {
        fields.fail("contact", w.t("patients-choose-contact"));
    }
    if !fields.is_ok() {
        return None;
    }
    Some(NewPatient {
        full_name: full_name?,
        name_to_use,
        birth_date: birth_date?,
        email,
        phone,
        contact: contact?,
    })
}

/// What the new record is compared by.
pub fn identity(new: &NewPatient) -> Identity<'_> {
    Identity {
        full_name: &new.full_name,
        birth_date: new.birth_date,
        email: new.email.as_deref(),
        phone: new.phone.as_deref(),
    }
}

/// A stored patient as the form shows them.
pub fn fill(patient: &Patient, f: Format) -> Fields {
    let mut fields = Fields::new();
    fields
        .set("full_name", patient.full_name.as_str())
        .set("name_to_use", patient.name_to_use.as_deref().unwrap_or_default())
        .set("birth_date", f.birth(patient.birth_date))
        .set("phone", patient.phone.as_deref().unwrap_or_default())
        .set("email", patient.email.as_deref().unwrap_or_default())
        .set("contact", patient.contact.as_str());
    fields
}

/// A field's value in words.
pub fn shown(w: Words, name: &str, value: &str) -> String {
    match (name, ContactPreference::parse(value)) {
        ("contact", Some(contact)) => w.t(contact.word_key()),
        _ if value.is_empty() => w.t("patients-not-known"),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &[u8]) -> (Option<NewPatient>, Fields) {
        let mut fields = Fields::parse(typed);
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).expect("a date");
        (read_patient(&mut fields, Words::default(), today), fields)
    }

    #[test]
    fn every_wrong_field_has_its_own_message_and_keeps_what_was_typed() {
        let (new, fields) = read(b"full_name=12&birth_date=yesterday&phone=12&email=ana&contact=pigeon");
        assert!(new.is_none());
        let wrong: Vec<&str> = fields.errors().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(wrong, ["full_name", "birth_date", "phone", "email", "contact"]);
        assert_eq!(fields.get("birth_date"), "yesterday");
    }

    #[test]
    fn a_phone_or_an_email_is_enough_if_it_fits_the_wish() {
        let base = "full_name=Ana+Ruiz&birth_date=Sep+9,+1990";
        for (rest, wrong) in [
            ("&phone=555+010+0144&contact=phone", None),
            ("&email=ana@example.com&contact=email", None),
            ("&contact=email", Some("phone")),
            ("&phone=555+010+0144&contact=email", Some("email")),
            ("&email=ana@example.com&contact=phone", Some("phone")),
        ] {
            let (new, fields) = read(format!("{base}{rest}").as_bytes());
            assert_eq!(fields.errors().first().map(|error| error.field.as_str()), wrong, "{rest}");
            assert_eq!(new.is_some(), wrong.is_none(), "{rest}");
        }
    }
}
