//! Add a patient, with likely duplicates pointed out, and change one, with what somebody else saved meanwhile.

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};

use super::patient_fields::{fill, identity, read_patient, shown};
use super::{Desk, DeskForm};
use crate::actions::ActionError;
use crate::actions::patient_address::address_is_right;
use crate::actions::patients::{add_patient, change_patient};
use crate::domain::ids::PatientId;
use crate::domain::patients::{ContactPreference, parse_birth_date};
use crate::store::Tx;
use crate::store::patients::Patient;
use crate::web::kit::refusals::error_text;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};
use crate::words::Words;
use crate::words::format::Format;

/// The form's fields in order, with the keys of their labels.
const LABELS: [(&str, &str); 6] = [
    ("full_name", "patients-full-name"),
    ("name_to_use", "patients-name-to-use"),
    ("birth_date", "patients-birth-date"),
    ("phone", "patients-phone"),
    ("email", "patients-email"),
    ("contact", "patients-contact"),
];

/// Somebody who may be the same person.
struct Likely {
    text: String,
    path: String,
}

/// A field that holds something else by now.
struct Differs {
    label: String,
    now: String,
    yours: String,
}

/// What somebody else saved while this form was open.
struct Meanwhile {
    text: String,
    rows: Vec<Differs>,
}

#[derive(Template)]
#[template(path = "pages/patient_form.html")]
struct PatientFormPage {
    shell: Shell,
    fields: Fields,
    action: String,
    back: String,
    key: String,
    /// The version the form changes; empty when a patient is added.
    version: String,
    contacts: Vec<(String, String)>,
    birth_hint: String,
    /// Whether mail to the patient's address reached somebody else.
    address_wrong: bool,
    likely: Vec<Likely>,
    /// Ids of those pointed out, so that others found later are pointed out too.
    seen: String,
    meanwhile: Option<Meanwhile>,
    button: String,
}

/// What a rendering of the form needs besides what was typed.
#[derive(Default)]
struct View {
    status: StatusCode,
    title: String,
    patient: Option<(PatientId, i64)>,
    address_wrong: bool,
    likely: Vec<Patient>,
    meanwhile: Option<Meanwhile>,
    button: String,
}

/// GET /patients/new?full_name= : the empty form, with a name that was looked for in vain.
///
/// # Errors
/// When the database does not answer.
pub async fn new(desk: Desk, uri: Uri) -> PageResult {
    let mut fields = Fields::new();
    fields.set("full_name", Fields::from_query(&uri).get("full_name"));
    fields.set("contact", ContactPreference::Email.as_str());
    let w = desk.w();
    render(
        &desk,
        fields,
        View { title: w.t("patients-new-title"), button: w.t("patients-add"), ..View::default() },
    )
    .await
}

/// POST /patients/new.
///
/// # Errors
/// When the database does not answer.
pub async fn add(form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let (w, site) = (desk.w(), desk.site.id);
    let again = View { title: w.t("patients-new-title"), button: w.t("patients-add"), ..View::default() };
    let Some(new) = read_patient(&mut fields, w, desk.today()) else {
        return render(&desk, fields, View { status: StatusCode::UNPROCESSABLE_ENTITY, ..again }).await;
    };
    let id = PatientId::new();
    let chart = format!("/patients/{id}");
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    if let Some(done) = tx.claim_key("patient", &key, &chart).await? {
        return Ok(redirect(&done));
    }
    let likely = tx.likely_duplicates(site, identity(&new), None).await?;
    if !already_shown(&fields, &likely) {
        drop(tx);
        let button = w.t("patients-add-anyway");
        return render(&desk, fields, View { status: StatusCode::CONFLICT, likely, button, ..again }).await;
    }
    let name = new.full_name.clone();
    if let Err(error) = add_patient(&mut tx, &desk.actor(), site, new, id).await {
        drop(tx);
        fail_at(&mut fields, "full_name", w, desk.f(), error)?;
        return render(&desk, fields, View { status: StatusCode::UNPROCESSABLE_ENTITY, ..again }).await;
    }
    tx.commit().await?;
    Ok(redirect_with_flash(&chart, &w.f("patients-added", [("name", name.as_str())]), None))
}

/// GET /patients/{id}/edit.
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn edit(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut tx = desk.read().await?;
    let patient = patient_of(&desk, &mut tx, &id).await?;
    drop(tx);
    let fields = fill(&patient, desk.f());
    render(&desk, fields, editing(desk.w(), &patient)).await
}

/// POST /patients/{id}/edit.
///
/// # Errors
/// [`PageError::NotFound`] for nobody of this site.
pub async fn change(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.write().await?;
    let patient = patient_of(&desk, &mut tx, &id).await?;
    // A version that cannot be read is older than any.
    let version = fields.get("version").parse::<i64>().unwrap_or(0);
    let refused = |patient: &Patient| View {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        patient: Some((patient.id, version)),
        ..editing(w, patient)
    };
    let Some(new) = read_patient(&mut fields, w, desk.today()) else {
        drop(tx);
        return render(&desk, fields, refused(&patient)).await;
    };
    let name = new.full_name.clone();
    match change_patient(&mut tx, &desk.actor(), patient.id, version, new).await {
        Ok(()) => {}
        Err(ActionError::Changed) => {
            drop(tx);
            return changed_meanwhile(&desk, fields, &id).await;
        }
        Err(error) => {
            drop(tx);
            fail_at(&mut fields, "full_name", w, f, error)?;
            return render(&desk, fields, refused(&patient)).await;
        }
    }
    if fields.get("address_right") == "yes" {
        address_is_right(&mut tx, &desk.actor(), &desk.site, patient.id).await?;
    }
    tx.commit().await?;
    let said = w.f("patients-changed", [("name", name.as_str())]);
    Ok(redirect_with_flash(&format!("/patients/{}", patient.id), &said, None))
}

/// Somebody saved first: both values side by side; the form now carries the newer version.
async fn changed_meanwhile(desk: &Desk, fields: Fields, id: &str) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let patient = patient_of(desk, &mut tx, id).await?;
    let last =
        tx.audit_of_patient(patient.id, 50).await?.into_iter().find(|row| row.action == "patient.change");
    drop(tx);
    let text = match last {
        Some(row) => {
            w.f("patients-meanwhile", [("who", row.actor.as_str()), ("when", f.when(row.at).as_str())])
        }
        None => w.t("patients-meanwhile-somebody"),
    };
    let now = fill(&patient, f);
    let rows = LABELS
        .iter()
        .filter(|(name, _)| now.get(name) != fields.get(name))
        .map(|(name, label)| Differs {
            label: w.t(label),
            now: shown(w, name, now.get(name)),
            yours: shown(w, name, fields.get(name)),
        })
        .collect();
    let meanwhile = Some(Meanwhile { text, rows });
    let button = w.t("patients-keep-mine");
    let view = View { status: StatusCode::CONFLICT, meanwhile, button, ..editing(w, &patient) };
    render(desk, fields, view).await
}

async fn render(desk: &Desk, fields: Fields, view: View) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let shell = desk.shell(&mut tx, Nav::Patients, view.title).await?;
    let refused = !fields.is_ok();
    let (action, back, version) = match view.patient {
        Some((id, version)) => {
            (format!("/patients/{id}/edit"), format!("/patients/{id}"), version.to_string())
        }
        None => ("/patients/new".to_owned(), "/patients".to_owned(), String::new()),
    };
    let birth_hint = match parse_birth_date(fields.get("birth_date"), f.today()) {
        Some(date) => {
            let (birth, age) = (f.birth(date), f.age(date).to_string());
            w.f("patients-birth-read", [("birth", birth.as_str()), ("age", age.as_str())])
        }
        None => w.t("patients-birth-hint"),
    };
    page_with_status(
        view.status,
        &PatientFormPage {
            shell: shell.refused(refused),
            action,
            back,
            key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
            version,
            contacts: ContactPreference::ALL.iter().map(|c| (c.to_string(), w.t(c.word_key()))).collect(),
            birth_hint,
            address_wrong: view.address_wrong,
            seen: view.likely.iter().map(|other| other.id.to_string()).collect::<Vec<_>>().join(","),
            likely: view.likely.iter().map(|other| likely_line(w, f, other)).collect(),
            meanwhile: view.meanwhile,
            button: view.button,
            fields,
        },
    )
}

fn editing(w: Words, patient: &Patient) -> View {
    View {
        title: w.f("patients-edit-title", [("name", patient.full_name.as_str())]),
        patient: Some((patient.id, patient.version)),
        address_wrong: patient.address_wrong_at.is_some(),
        button: w.t("patients-save"),
        ..View::default()
    }
}

async fn patient_of(desk: &Desk, tx: &mut Tx, id: &str) -> Result<Patient, PageError> {
    let id = id.parse::<PatientId>().map_err(|_| PageError::NotFound)?;
    let patient = tx.patient(id).await?;
    patient.filter(|patient| patient.site_id == desk.site.id).ok_or(PageError::NotFound)
}

/// Whether everybody this may be was pointed out before and the person went on all the same.
pub(super) fn already_shown(fields: &Fields, likely: &[Patient]) -> bool {
    let shown: Vec<&str> = fields.get("seen").split(',').collect();
    let is_shown = |other: &Patient| !fields.has("seen") || shown.contains(&other.id.to_string().as_str());
    likely.is_empty() || (fields.get("anyway") == "yes" && likely.iter().all(is_shown))
}

fn likely_line(w: Words, f: Format, other: &Patient) -> Likely {
    let (birth, age) = (f.birth(other.birth_date), f.age(other.birth_date).to_string());
    let reach = other.phone.as_deref().or(other.email.as_deref()).unwrap_or_default();
    let args = [
        ("name", other.full_name.as_str()),
        ("birth", birth.as_str()),
        ("age", age.as_str()),
        ("reach", reach),
    ];
    Likely { text: w.f("patients-likely", args), path: format!("/patients/{}", other.id) }
}

/// Puts a rule's refusal at a field; what no form can mend goes on as the page's error.
pub(super) fn fail_at(
    fields: &mut Fields,
    field: &str,
    w: Words,
    f: Format,
    error: ActionError,
) -> Result<(), PageError> {
    if matches!(error, ActionError::Store(_) | ActionError::NotFound | ActionError::NotPermitted) {
        return Err(error.into());
    }
    for line in error_text(w, f, &error) {
        fields.fail(field, line);
    }
    Ok(())
}
