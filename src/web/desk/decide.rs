//! The candidacy decision: outcome, course, number and end, or when it is decided again; earlier decisions beside it.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use chrono::{Months, NaiveDate};

use super::chart_history::{DecisionRow, decision_rows};
use super::chart_parts::Known;
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::decide::{NewDecision, decide_after};
use crate::domain::candidacy::{Outcome, is_too_far};
use crate::domain::ids::{DecisionId, PatientId};
use crate::domain::protocols::Protocol;
use crate::store::Tx;
use crate::store::patients::Patient;
use crate::web::kit::refusals::error_text;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};
use crate::words::Words;

/// How long a decision stands unless the clinician says otherwise.
const USUAL_MONTHS: Months = Months::new(6);
/// Longest note, and longest words to a patient, in characters.
const MAX_NOTE: usize = 4000;
/// Longest conditions, in characters.
const MAX_CONDITIONS: usize = 500;
/// The hidden field that says which decision counted when the page was made.
const SEEN: &str = "newest_decision";

#[derive(Template)]
#[template(path = "pages/decide.html")]
struct DecidePage {
    shell: Shell,
    fields: Fields,
    action: String,
    back: String,
    key: String,
    /// The decision that counts by this page, empty if none does.
    seen: String,
    born: String,
    outcomes: Vec<(String, String)>,
    protocols: Vec<(String, String)>,
    earlier: Vec<DecisionRow>,
}

/// GET /patients/{id}/decide.
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut fields = Fields::new();
    let today = desk.today();
    let end = today.checked_add_months(USUAL_MONTHS).unwrap_or(today);
    fields.set("expires_on", end.to_string());
    render(&desk, &id, fields, StatusCode::OK).await
}

/// POST /patients/{id}/decide.
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn post(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let (w, today) = (desk.w(), desk.today());
    let mut tx = desk.write().await?;
    let patient = patient_of(&desk, &mut tx, &id).await?;
    let chart = format!("/patients/{}", patient.id);
    let key = idempotency::read(&fields);
    if key.is_none() {
        fields.fail("outcome", w.t("decide-form-broken"));
    }
    let seen = fields.get(SEEN).parse::<DecisionId>().ok();
    let protocols = tx.protocols(desk.site.id).await?;
    let told = fields.optional_text("told", MAX_NOTE, &w.t("decide-told-long")).unwrap_or_default();
    let new = read_decision(&mut fields, w, today, patient.id, &protocols);
    let (Some(new), Some(key)) = (new, key) else {
        drop(tx);
        return render(&desk, &id, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    if let Some(done) = tx.claim_key("decide", &key, &chart).await? {
        return Ok(redirect(&done));
    }
    match decide_after(&mut tx, &desk.actor(), &desk.app.config.rules, new, &told, seen).await {
        Ok(_) => {}
        Err(ActionError::Changed) => {
            drop(tx);
            return render(&desk, &id, fields, StatusCode::CONFLICT).await;
        }
        Err(error @ (ActionError::Store(_) | ActionError::NotFound | ActionError::NotPermitted)) => {
            return Err(error.into());
        }
        Err(error) => {
            drop(tx);
            for line in error_text(w, desk.f(), &error) {
                fields.fail("outcome", line);
            }
            return render(&desk, &id, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    }
    tx.commit().await?;
    Ok(redirect_with_flash(&chart, &w.f("decide-saved", [("name", patient.full_name.as_str())]), None))
}

async fn patient_of(desk: &Desk, tx: &mut Tx, id: &str) -> Result<Patient, PageError> {
    let id = id.parse::<PatientId>().map_err(|_| PageError::NotFound)?;
    let patient = tx.patient(id).await?;
    patient.filter(|patient| patient.site_id == desk.site.id).ok_or(PageError::NotFound)
}

async fn render(desk: &Desk, id: &str, mut fields: Fields, status: StatusCode) -> PageResult {
    let (w, f, site) = (desk.w(), desk.f(), desk.site.id);
    let mut tx = desk.read().await?;
    let patient = patient_of(desk, &mut tx, id).await?;
    let protocols = tx.protocols(site).await?;
    let options = protocols.iter().filter(|protocol| protocol.active).map(|p| option(w, p)).collect();
    let decisions = tx.decisions_of(patient.id).await?;
    let known = Known {
        w,
        f,
        now: desk.now(),
        protocols: protocols.into_iter().map(|protocol| (protocol.id, protocol)).collect(),
        staff: tx.all_staff().await?.into_iter().map(|staff| (staff.id, staff.full_name)).collect(),
        resources: std::collections::HashMap::new(),
        series: std::collections::HashMap::new(),
        drives: std::collections::HashMap::new(),
    };
    let earlier = decision_rows(&known, &decisions, true);
    if status == StatusCode::CONFLICT
        && let (Some(newest), Some(row)) = (decisions.first(), earlier.first())
    {
        let (who, when) = (known.staff_name(newest.decided_by), f.when(newest.decided_at));
        let args = [("who", who.as_str()), ("when", when.as_str()), ("what", row.text.as_str())];
        fields.fail("outcome", w.f("decide-newer", args));
    }
    // Who typed something wrong has not read what was decided meanwhile; who is told of it has.
    let seen = if status == StatusCode::UNPROCESSABLE_ENTITY {
        fields.get(SEEN).to_owned()
    } else {
        decisions.first().map(|newest| newest.id.to_string()).unwrap_or_default()
    };
    let title = w.f("decide-title", [("name", patient.full_name.as_str())]);
    let shell = desk.shell(&mut tx, Nav::Patients, title).await?;
    let (birth, age) = (f.birth(patient.birth_date), f.age(patient.birth_date).to_string());
    page_with_status(
        status,
        &DecidePage {
            shell: shell.refused(!fields.is_ok()),
            action: format!("/patients/{}/decide", patient.id),
            back: format!("/patients/{}", patient.id),
            key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
            seen,
            born: w.f("decide-born", [("birth", birth.as_str()), ("age", age.as_str())]),
            outcomes: Outcome::ALL.iter().map(|one| (one.to_string(), w.t(one.word_key()))).collect(),
            protocols: options,
            earlier,
            fields,
        },
    )
}

/// "Induction, 60 minutes: 6 treatments (4 to 6)".
fn option(w: Words, protocol: &Protocol) -> (String, String) {
    let (min, max) = (protocol.visits_min.to_string(), protocol.visits_max.to_string());
    let args = [("name", protocol.name.as_str()), ("min", min.as_str()), ("max", max.as_str())];
    (protocol.id.to_string(), w.nf("decide-protocol-option", protocol.visits, args))
}

/// What was typed, read; `None` with a message at every field that cannot be. Fields of another outcome are not looked at.
fn read_decision(
    fields: &mut Fields,
    w: Words,
    today: NaiveDate,
    patient: PatientId,
    protocols: &[Protocol],
) -> Option<NewDecision> {
    let outcome = fields.parsed("outcome", Outcome::parse, &w.t("decide-choose-outcome"));
    let (mut protocol, mut planned_visits, mut expires_on) = (None, None, None);
    match outcome {
        Some(Outcome::Suitable) => {
            let find = |text: &str| protocols.iter().find(|one| one.active && one.id.to_string() == text);
            let chosen = fields.parsed("protocol", find, &w.t("decide-choose-protocol"));
            protocol = chosen.map(|chosen| chosen.id);
            planned_visits = chosen.and_then(|chosen| read_planned(fields, w, chosen));
            expires_on = fields.date("expires_on", &w.t("decide-enter-expires"));
            if expires_on.is_some_and(|date| date < today) {
                fields.fail("expires_on", w.t("decide-expires-past"));
            }
            if expires_on.is_some_and(|date| is_too_far(date, today)) {
                fields.fail("expires_on", w.t("decide-date-far"));
            }
        }
        Some(Outcome::Deferred) => {
            expires_on = fields.date("until", &w.t("decide-enter-until"));
            if expires_on.is_some_and(|date| date <= today) {
                fields.fail("until", w.t("decide-until-past"));
            }
            if expires_on.is_some_and(|date| is_too_far(date, today)) {
                fields.fail("until", w.t("decide-date-far"));
            }
        }
        Some(Outcome::NotSuitable) | None => {}
    }
    let note = fields.optional_text("note", MAX_NOTE, &w.t("decide-note-long")).unwrap_or_default();
    let conditions = fields
        .optional_text("conditions", MAX_CONDITIONS, &w.t("decide-conditions-long"))
        .unwrap_or_default();
    if !fields.is_ok() {
        return None;
    }
    Some(NewDecision { patient, outcome: outcome?, protocol, planned_visits, expires_on, note, conditions })
}

/// The number typed, or the protocol's own where none was.
fn read_planned(fields: &mut Fields, w: Words, protocol: &Protocol) -> Option<i64> {
    if fields.get("planned").is_empty() {
        return Some(protocol.visits);
    }
    let (min, max) = (protocol.visits_min.to_string(), protocol.visits_max.to_string());
    let message = w.f("decide-enter-planned", [("min", min.as_str()), ("max", max.as_str())]);
    fields.number("planned", protocol.visits_min..=protocol.visits_max, &message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{ProtocolId, ServiceId};
    use crate::domain::protocols::Gap;

    fn induction() -> Protocol {
        Protocol {
            id: ProtocolId::new(),
            name: "Induction".to_owned(),
            programme: "Induction".to_owned(),
            service: ServiceId::new(),
            visits: 6,
            visits_min: 4,
            visits_max: 8,
            gap: Gap { min: 5, target: 7, max: 10 },
            before: None,
            after_each: None,
            after_last: None,
            package_cents: None,
            active: true,
        }
    }

    fn read(typed: &str, protocols: &[Protocol]) -> (Option<NewDecision>, Vec<String>) {
        let mut fields = Fields::parse(typed.as_bytes());
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).expect("a date");
        let new = read_decision(&mut fields, Words::default(), today, PatientId::new(), protocols);
        (new, fields.errors().iter().map(|error| error.field.clone()).collect())
    }

    #[test]
    fn suitable_takes_the_protocols_number_unless_another_is_typed() {
        let protocols = [induction()];
        let base = format!("outcome=suitable&protocol={}&expires_on=2027-05-20", protocols[0].id);
        let (new, _) = read(&base, &protocols);
        assert_eq!(new.and_then(|new| new.planned_visits), Some(6));
        let (new, _) = read(&format!("{base}&planned=5"), &protocols);
        assert_eq!(new.and_then(|new| new.planned_visits), Some(5));
        let (new, wrong) = read(&format!("{base}&planned=9"), &protocols);
        assert!(new.is_none());
        assert_eq!(wrong, ["planned"]);
    }

    #[test]
    fn every_wrong_field_of_the_chosen_outcome_is_named() {
        let protocols = [induction()];
        assert_eq!(read("", &protocols).1, ["outcome"]);
        assert_eq!(
            read("outcome=suitable&protocol=x&expires_on=2026-11-19", &protocols).1,
            ["protocol", "expires_on"]
        );
        assert_eq!(read("outcome=deferred&until=2026-11-20", &protocols).1, ["until"]);
        assert_eq!(read("outcome=deferred&until=2028-11-21", &protocols).1, ["until"]);
        let far = format!("outcome=suitable&protocol={}&expires_on=2199-12-31", protocols[0].id);
        assert_eq!(read(&far, &protocols).1, ["expires_on"]);
        let (new, wrong) = read("outcome=not_suitable&until=soon&planned=many", &protocols);
        assert!(wrong.is_empty());
        assert_eq!(new.and_then(|new| new.expires_on), None);
    }
}
