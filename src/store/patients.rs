//! Patients: rows, search by any part, candidates for duplicates.

use chrono::{DateTime, NaiveDate, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::bounces::is_bounced;
use crate::domain::ids::{PatientId, SiteId};
use crate::domain::patients::{self, ContactPreference, Identity};

/// A patient.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Patient {
    /// Their id.
    pub id: PatientId,
    /// Where they are treated.
    pub site_id: SiteId,
    /// Name as in the ID.
    pub full_name: String,
    /// "Alvarez, Maria".
    pub sort_name: String,
    /// The name they go by, if another.
    pub name_to_use: Option<String>,
    /// Birth date.
    pub birth_date: NaiveDate,
    /// Where mail goes.
    pub email: Option<String>,
    /// Phone as written.
    pub phone: Option<String>,
    /// How they want to be reached.
    pub contact: ContactPreference,
    /// The address mail came back from, if it did; of no weight once they have another.
    pub address_bounced: Option<String>,
    /// Since when.
    pub address_bounced_at: Option<DateTime<Utc>>,
    /// Since when it is known that mail to them reaches somebody else.
    pub address_wrong_at: Option<DateTime<Utc>>,
    /// Rises with every change.
    pub version: i64,
    /// When they were added.
    pub created_at: DateTime<Utc>,
}

impl Patient {
    /// What they are called in a message: the name they go by, else the first name.
    pub fn called(&self) -> &str {
        self.name_to_use.as_deref().unwrap_or_else(|| patients::first_name(&self.full_name))
    }

    /// Whether mail to their present address comes back.
    pub fn mail_bounces(&self) -> bool {
        is_bounced(self.email.as_deref(), self.address_bounced.as_deref())
    }

    /// Where mail to them may go: nowhere if they want to be called, once it reached somebody else, or while it comes back.
    pub fn mail_address(&self) -> Option<&str> {
        let reads = self.contact == ContactPreference::Email && self.address_wrong_at.is_none();
        self.email.as_deref().filter(|_| reads && !self.mail_bounces())
    }

    /// What records are compared by.
    pub fn identity(&self) -> Identity<'_> {
        Identity {
            full_name: &self.full_name,
            birth_date: self.birth_date,
            email: self.email.as_deref(),
            phone: self.phone.as_deref(),
        }
    }

    fn search_text(&self) -> String {
        patients::search_text(
            &self.full_name,
            self.name_to_use.as_deref(),
            self.email.as_deref(),
            self.phone.as_deref(),
        )
    }
}

impl Tx {
    /// One patient.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn patient(&mut self, id: PatientId) -> Result<Option<Patient>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM patients WHERE id = $1").bind(id).fetch_optional(c).await?),
        )
    }

    /// Adds a patient.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_patient(&mut self, patient: &Patient) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO patients (id, site_id, full_name, sort_name, name_to_use, birth_date, email, phone, contact,
             search_text, created_at, address_wrong_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
            .bind(patient.id).bind(patient.site_id).bind(&patient.full_name).bind(&patient.sort_name)
            .bind(&patient.name_to_use).bind(patient.birth_date).bind(&patient.email).bind(&patient.phone)
            .bind(patient.contact).bind(patient.search_text()).bind(patient.created_at).bind(patient.address_wrong_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Changes a patient if nobody changed them since `patient.version`; `false` if somebody did.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn update_patient(&mut self, patient: &Patient) -> Result<bool, StoreError> {
        let changed = on_db!(self, c => sqlx::query(
            "UPDATE patients SET full_name = $3, sort_name = $4, name_to_use = $5, birth_date = $6, email = $7,
             phone = $8, contact = $9, search_text = $10, address_wrong_at = $11, version = version + 1 WHERE id = $1 AND version = $2")
            .bind(patient.id).bind(patient.version).bind(&patient.full_name).bind(&patient.sort_name)
            .bind(&patient.name_to_use).bind(patient.birth_date).bind(&patient.email).bind(&patient.phone)
            .bind(patient.contact).bind(patient.search_text()).bind(patient.address_wrong_at)
            .execute(c).await?.rows_affected());
        Ok(changed == 1)
    }

    /// Patients any of whose names, email or phone holds every word typed (a word of digits looks into phones); a
    /// birth date finds by birth date. Sorted by name, at most `limit`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find_patients(
        &mut self,
        site: SiteId,
        typed: &str,
        limit: i64,
    ) -> Result<Vec<Patient>, StoreError> {
        if let Some(birth) = patients::parse_birth_date(typed, self.now.date_naive()) {
            return Ok(on_db!(self, c => sqlx::query_as(
                "SELECT * FROM patients WHERE site_id = $1 AND birth_date = $2 ORDER BY sort_name, id LIMIT $3")
                .bind(site).bind(birth).bind(limit).fetch_all(c).await?));
        }
        let mut patterns = search_patterns(typed);
        patterns.resize(4, "%".to_owned());
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM patients WHERE site_id = $1 AND search_text LIKE $2 AND search_text LIKE $3
             AND search_text LIKE $4 AND search_text LIKE $5 ORDER BY sort_name, id LIMIT $6")
            .bind(site).bind(&patterns[0]).bind(&patterns[1]).bind(&patterns[2]).bind(&patterns[3]).bind(limit)
            .fetch_all(c).await?))
    }

    /// Patients who may be the same person as `identity` (see [`patients::may_be_same`]), other than `except`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn likely_duplicates(
        &mut self,
        site: SiteId,
        identity: Identity<'_>,
        except: Option<PatientId>,
    ) -> Result<Vec<Patient>, StoreError> {
        let phone = identity.phone.map(patients::digits).filter(|digits| digits.len() >= 7);
        let phone = phone
            .map_or("#none".to_owned(), |digits| format!("%{}%", &digits[digits.len().saturating_sub(10)..]));
        let email =
            identity.email.map_or("#none".to_owned(), |email| format!("%{}%", patients::search_form(email)));
        let name = format!("% {}%", patients::search_form(identity.full_name));
        let near: Vec<Patient> = on_db!(self, c => sqlx::query_as(
            "SELECT * FROM patients WHERE site_id = $1
             AND (birth_date = $2 OR search_text LIKE $3 OR search_text LIKE $4 OR search_text LIKE $5)
             ORDER BY sort_name, id LIMIT 200")
            .bind(site).bind(identity.birth_date).bind(&phone).bind(&email).bind(&name).fetch_all(c).await?);
        Ok(near
            .into_iter()
            .filter(|other| Some(other.id) != except && patients::may_be_same(identity, other.identity()))
            .take(5)
            .collect())
    }

    /// Patients most recently added.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn newest_patients(&mut self, site: SiteId, limit: i64) -> Result<Vec<Patient>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM patients WHERE site_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2")
            .bind(site).bind(limit).fetch_all(c).await?))
    }
}

/// At most four LIKE patterns; what LIKE would read as a wildcard never survives the search form.
fn search_patterns(typed: &str) -> Vec<String> {
    let digits = patients::digits(typed);
    let only_phone_marks = typed.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
    if only_phone_marks && digits.len() >= 3 {
        return vec![format!("%#%{digits}%")];
    }
    let words = patients::search_form(typed);
    words.split(' ').filter(|word| !word.is_empty()).take(4).map(|word| format!("% {word}%")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_in_any_format_becomes_one_pattern_of_digits() {
        assert_eq!(search_patterns("(555) 010-0133"), ["%#%5550100133%"]);
        assert_eq!(search_patterns("al mar"), ["% al%", "% mar%"]);
        assert_eq!(search_patterns("100%_"), ["% 100%"]);
    }
}
