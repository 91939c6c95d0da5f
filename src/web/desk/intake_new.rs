//! Take an inquiry down: somebody new or known, how they got in touch, how they know the clinic, why in their own words.

use askama::Template;
use axum::http::{StatusCode, Uri};

use super::intake_one::sent_text;
use super::patient_fields::{identity, read_patient};
use super::patient_form::{already_shown, fail_at};
use super::plan_view::{facts_of, find_patient};
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::intake::{NewInquiry, open_inquiry, send_form};
use crate::actions::patients::{NewPatient, add_patient};
use crate::domain::ids::{IntakeId, PatientId};
use crate::domain::intake::{Channel, IntakeState, Source};
use crate::domain::patients::ContactPreference;
use crate::store::Tx;
use crate::store::patients::Patient;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};
use crate::words::Words;

/// Longest reason, in characters.
const MAX_REASON: usize = 2000;

/// Somebody who may be the same person.
struct Likely {
    text: String,
    path: String,
}

#[derive(Template)]
#[template(path = "pages/intake_new.html")]
struct NewPage {
    shell: Shell,
    fields: Fields,
    key: String,
    /// Who called, if they are known.
    known: Option<String>,
    facts: Vec<String>,
    contacts: Vec<(String, String)>,
    channels: Vec<(String, String)>,
    sources: Vec<(String, String)>,
    likely: Vec<Likely>,
    seen: String,
}

/// GET `/intake/new?patient=`
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn show(desk: Desk, uri: Uri) -> PageResult {
    let query = Fields::from_query(&uri);
    let mut fields = Fields::new();
    fields
        .set("patient", query.get("patient"))
        .set("channel", Channel::Phone.as_str())
        .set("contact", ContactPreference::Email.as_str());
    let mut tx = desk.read().await?;
    let known = known(&mut tx, &desk, &fields).await?;
    if let Some(patient) = &known {
        let last = tx.last_intake_of(patient.id).await?;
        let is_over = |state| matches!(state, IntakeState::Declined | IntakeState::Closed);
        if let Some(open) = last.filter(|intake| !is_over(intake.state)) {
            return Ok(redirect(&format!("/intake/{}", open.id)));
        }
    }
    render(&desk, tx, fields, known, Vec::new(), StatusCode::OK).await
}

/// POST `/intake/new`: `act` is `send` to send the form at once.
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn save(form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let mut tx = desk.write().await?;
    let known = known(&mut tx, &desk, &fields).await?;
    let new = if known.is_none() { read_patient(&mut fields, w, desk.today()) } else { None };
    let inquiry = read_inquiry(&mut fields, w);
    let Some(told) = inquiry.filter(|_| fields.is_ok() && (known.is_some() || new.is_some())) else {
        drop(tx);
        let tx = desk.read().await?;
        return render(&desk, tx, fields, known, Vec::new(), StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let id = IntakeId::new();
    let path = format!("/intake/{id}");
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    if let Some(done) = tx.claim_key("intake", &key, &path).await? {
        return Ok(redirect(&done));
    }
    if let Some(new) = &new {
        let likely = tx.likely_duplicates(desk.site.id, identity(new), None).await?;
        if !already_shown(&fields, &likely) {
            drop(tx);
            let tx = desk.read().await?;
            return render(&desk, tx, fields, None, likely, StatusCode::CONFLICT).await;
        }
    }
    let sends = fields.get("act") == "send";
    match take_down(&mut tx, &desk, known.as_ref().map(|one| one.id), new, told, id, sends).await {
        Ok(patient) => {
            let patient = tx.patient(patient).await?.ok_or(PageError::NotFound)?;
            tx.commit().await?;
            let said = if sends {
                sent_text(&desk, &patient)
            } else {
                w.f("intake-taken-flash", [("name", patient.full_name.as_str())])
            };
            Ok(redirect_with_flash(&path, &said, None))
        }
        Err(error) => {
            drop(tx);
            fail_at(&mut fields, "reason", w, desk.f(), error)?;
            let tx = desk.read().await?;
            render(&desk, tx, fields, known, Vec::new(), StatusCode::CONFLICT).await
        }
    }
}

/// What was said, read.
struct Told {
    channel: Channel,
    source: Source,
    reason: String,
}

/// Adds the patient if they are new, then the inquiry, then sends the form if wished.
async fn take_down(
    tx: &mut Tx,
    desk: &Desk,
    known: Option<PatientId>,
    new: Option<NewPatient>,
    told: Told,
    id: IntakeId,
    sends: bool,
) -> Result<PatientId, ActionError> {
    let (actor, site) = (desk.actor(), desk.site.id);
    let patient = match (known, new) {
        (Some(known), _) => known,
        (None, Some(new)) => {
            let added = PatientId::new();
            add_patient(tx, &actor, site, new, added).await?;
            added
        }
        (None, None) => return Err(ActionError::NotFound),
    };
    let inquiry = NewInquiry { patient, channel: told.channel, source: told.source, reason: told.reason };
    open_inquiry(tx, &actor, site, inquiry, id).await?;
    if sends {
        send_form(tx, &actor, &desk.app.config.rules, site, id).await?;
    }
    Ok(patient)
}

/// The known patient the form names, if it names one.
async fn known(tx: &mut Tx, desk: &Desk, fields: &Fields) -> Result<Option<Patient>, PageError> {
    match fields.get("patient") {
        "" => Ok(None),
        id => find_patient(tx, desk, id).await.map(Some),
    }
}

fn read_inquiry(fields: &mut Fields, w: Words) -> Option<Told> {
    let channel = fields.parsed("channel", Channel::parse, &w.t("intake-choose-channel"));
    let source = fields.parsed("source", Source::parse, &w.t("intake-choose-source"));
    let reason = fields.text("reason", MAX_REASON, &w.t("intake-enter-reason"));
    Some(Told { channel: channel?, source: source?, reason: reason? })
}

async fn render(
    desk: &Desk,
    mut tx: Tx,
    fields: Fields,
    known: Option<Patient>,
    likely: Vec<Patient>,
    status: StatusCode,
) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let shell = desk.shell(&mut tx, Nav::Intake, w.t("intake-new-title")).await?;
    let shown = NewPage {
        shell: shell.refused(!fields.is_ok()),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        facts: known.as_ref().map(|patient| facts_of(w, f, patient)).unwrap_or_default(),
        known: known.map(|patient| patient.full_name),
        contacts: ContactPreference::ALL.iter().map(|one| (one.to_string(), w.t(one.word_key()))).collect(),
        channels: Channel::ALL.iter().map(|one| (one.to_string(), w.t(one.word_key()))).collect(),
        sources: Source::ALL.iter().map(|one| (one.to_string(), w.t(one.word_key()))).collect(),
        seen: likely.iter().map(|other| other.id.to_string()).collect::<Vec<_>>().join(","),
        likely: likely
            .iter()
            .map(|other| {
                let (birth, age) = (f.birth(other.birth_date), f.age(other.birth_date).to_string());
                let reach = other.phone.as_deref().or(other.email.as_deref()).unwrap_or_default();
                let name = other.full_name.as_str();
                let (birth, age) = (birth.as_str(), age.as_str());
                let args = [("name", name), ("birth", birth), ("age", age), ("reach", reach)];
                let path = format!("/intake/new?patient={}", other.id);
                Likely { text: w.f("patients-likely", args), path }
            })
            .collect(),
        fields,
    };
    page_with_status(status, &shown)
}
