//! Name who drives to a visit and home, or stays with a patient at home, and record what they said by phone.

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};

use super::visit_states::{self, Step, back_of};
use super::{Desk, DeskForm, visit, visit_words};
use crate::actions::ActionError;
use crate::actions::drivers::{self, NamedDriver};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::companions::{Companion, OwnDetail};
use crate::domain::drivers::{DriveStatus, Legs};
use crate::domain::ids::{AppointmentId, DriveId, DriverId};
use crate::domain::patients::{first_name, parse_email, parse_name, parse_phone};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::drivers::Driver;
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
    refusals,
};

/// The radio value for somebody not named before, and for every coming treatment.
const NEW: &str = "new";
const ALL: &str = "all";

/// The drive that counts.
struct Current {
    id: String,
    text: String,
    /// Which ways they take on; empty for a sitter.
    legs: String,
    contact: String,
    asked: bool,
}

#[derive(Template)]
#[template(path = "pages/driver.html")]
struct DriverPage {
    shell: Shell,
    fields: Fields,
    reasons: Vec<String>,
    /// Why nobody can be named.
    not: Option<String>,
    what: String,
    current: Option<Current>,
    /// When the driver picks the patient up.
    pick_up: Option<String>,
    known: Vec<(String, String)>,
    /// The ways a driver can take on; none for a sitter.
    legs: Vec<(String, String)>,
    scopes: Vec<(String, String)>,
    told: Vec<String>,
    /// What the two choices ask.
    who: String,
    scope: String,
    button: String,
    key: String,
    id: String,
    back: String,
}

fn id_of(text: &str) -> Result<AppointmentId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// The patient's booked treatments still ahead that need the same, this one among them.
async fn coming(tx: &mut Tx, visit: &Appointment) -> Result<Vec<AppointmentId>, PageError> {
    let now = tx.now();
    let all = tx.appointments_of(visit.patient_id).await?;
    let ahead = |other: &&Appointment| {
        other.id == visit.id
            || (other.site_id == visit.site_id
                && other.needs_driver()
                && other.companion == visit.companion
                && other.status == AppointmentStatus::Booked
                && other.starts_at > now)
    };
    Ok(all.iter().filter(ahead).map(|other| other.id).collect())
}

/// GET /appointments/{id}/driver
///
/// # Errors
/// [`PageError::NotFound`] when there is no such visit here.
pub async fn show(desk: Desk, Path(id): Path<String>, uri: Uri) -> PageResult {
    let id = id_of(&id)?;
    let mut fields = Fields::new();
    fields.set("back", back_of(&Fields::new(), &uri, &format!("/appointments/{id}")));
    render(&desk, id, fields, Vec::new(), StatusCode::OK).await
}

async fn render(
    desk: &Desk,
    id: AppointmentId,
    mut fields: Fields,
    reasons: Vec<String>,
    status: StatusCode,
) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let (visit, patient) = visit::load(&mut tx, desk, id).await?;
    let series = match visit.series_id {
        Some(series) => tx.series(series).await?,
        None => None,
    };
    let mut known = tx.drivers_of(patient.id).await?;
    known.retain(|driver| driver.address_wrong_at.is_none());
    let current = tx.current_drive(id).await?;
    let count = coming(&mut tx, &visit).await?.len();
    if !fields.has("driver") {
        // The last driver is the likely one; somebody who just said no is not.
        let likely = known.first().filter(|_| current.is_none());
        fields.set("driver", likely.map_or_else(|| NEW.to_owned(), |driver| driver.id.to_string()));
    }
    if !fields.has("legs") {
        fields.set("legs", current.as_ref().map_or(Legs::Both, |drive| drive.legs).as_str());
    }
    if !fields.has("scope") {
        fields.set("scope", "this");
    }
    let pick = |driver, sitter| visit.companion.pick(driver, sitter);
    let takes_ways = visit.companion == Companion::Driver;
    let not = if !visit.needs_driver() {
        Some(w.t("driver-none-needed"))
    } else if !visit.status.is_open() {
        let state = visit_words::state_word(w, f, &visit, None, desk.now());
        Some(w.f(pick("driver-too-late", "sitter-too-late"), [("state", state.as_str())]))
    } else {
        None
    };
    let name = patient.full_name.as_str();
    let service = visit_words::place(w, &visit, series.as_ref());
    let when = f.when(visit.starts_at);
    let mut scopes = vec![("this".to_owned(), w.f("driver-scope-this", [("when", when.as_str())]))];
    if count > 1 {
        let all = w.n("driver-scope-all", i64::try_from(count).unwrap_or(i64::MAX));
        scopes.push((ALL.to_owned(), all));
    }
    let mut choices: Vec<(String, String)> = known
        .iter()
        .map(|driver| (driver.id.to_string(), w.f("driver-known", [("name", driver.full_name.as_str())])))
        .collect();
    choices.push((NEW.to_owned(), w.t("driver-new")));
    let title = w.f(pick("driver-title", "sitter-title"), [("name", name)]);
    let mut shell = desk.shell(&mut tx, Nav::Today, title).await?.refused(status != StatusCode::OK);
    shell.here = format!("/appointments/{id}/driver");
    let page = DriverPage {
        reasons,
        not,
        what: w.f("driver-for", [("service", service.as_str()), ("when", when.as_str())]),
        current: current.map(|drive| {
            let state = w.t(drive.status.word_key());
            let contact = [drive.phone.as_deref(), drive.email.as_deref()];
            Current {
                id: drive.id.to_string(),
                text: w.f("driver-current", [("name", drive.full_name.as_str()), ("state", state.as_str())]),
                legs: if takes_ways { w.t(drive.legs.word_key()) } else { String::new() },
                contact: contact.into_iter().flatten().collect::<Vec<_>>().join(", "),
                asked: drive.status == DriveStatus::Asked,
            }
        }),
        pick_up: visit::pick_up(desk, &visit),
        known: choices,
        legs: if takes_ways {
            Legs::ALL.iter().map(|legs| (legs.as_str().to_owned(), w.t(legs.word_key()))).collect()
        } else {
            Vec::new()
        },
        scopes,
        told: vec![
            w.f(pick("driver-told", "sitter-told"), [("name", first_name(patient.called()))]),
            w.n("driver-told-how", desk.app.config.rules.mail_undo_minutes),
        ],
        button: w.f(pick("driver-save", "sitter-save"), [("name", name)]),
        who: w.t(pick("driver-who", "sitter-who")),
        scope: w.t(pick("driver-scope", "sitter-scope")),
        key: idempotency::new_key(),
        id: id.to_string(),
        back: fields.get("back").to_owned(),
        fields,
        shell,
    };
    page_with_status(status, &page)
}

/// Who was chosen.
enum Chosen {
    Known(DriverId, String),
    New(NamedDriver),
}

fn read(desk: &Desk, fields: &mut Fields, known: &[Driver], companion: Companion) -> Option<Chosen> {
    let w = desk.w();
    let pick = |driver, sitter| companion.pick(driver, sitter);
    let choice = fields.get("driver").to_owned();
    if choice != NEW {
        let found = known.iter().find(|driver| driver.id.to_string() == choice);
        if found.is_none() {
            fields.fail("driver", w.t(pick("driver-who-wrong", "sitter-who-wrong")));
        }
        return found.map(|driver| Chosen::Known(driver.id, driver.full_name.clone()));
    }
    let enter_name = w.t(pick("driver-full-name-wrong", "sitter-full-name-wrong"));
    let full_name = fields.parsed("full_name", parse_name, &enter_name);
    let mut contact = |name: &str, read: fn(&str) -> Option<String>, key: &str| {
        if fields.get(name).is_empty() { None } else { fields.parsed(name, read, &w.t(key)) }
    };
    let phone = contact("phone", parse_phone, "driver-phone-wrong");
    let email = contact("email", parse_email, "driver-email-wrong");
    if fields.get("phone").is_empty() && fields.get("email").is_empty() {
        fields.fail("phone", w.t(pick("driver-contact-wrong", "sitter-contact-wrong")));
    }
    let full_name = full_name?;
    fields.is_ok().then_some(Chosen::New(NamedDriver { full_name, email, phone }))
}

/// POST /appointments/{id}/driver
///
/// # Errors
/// [`PageError::NotFound`] when there is no such visit here; [`PageError::Forbidden`] for other roles.
pub async fn save(Path(id): Path<String>, uri: Uri, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields, .. } = form;
    let id = id_of(&id)?;
    let (w, f) = (desk.w(), desk.f());
    let back = back_of(&fields, &uri, &format!("/appointments/{id}"));
    fields.set("back", back.clone());
    let mut tx = desk.write().await?;
    let (visit, patient) = visit::load(&mut tx, &desk, id).await?;
    let known = tx.drivers_of(patient.id).await?;
    let mut chosen = read(&desk, &mut fields, &known, visit.companion);
    if let Some(Chosen::New(NamedDriver { email: Some(email), .. })) = &chosen
        && drivers::is_wrong_address(&mut tx, patient.id, email).await?
    {
        fields.fail("email", w.t("drivers-address-wrong"));
        chosen = None;
    }
    if let Some(Chosen::New(new)) = &chosen {
        for own in drivers::own_details(&mut tx, patient.id, new).await? {
            let (field, key) = match own {
                OwnDetail::Name => ("full_name", "drivers-own-name"),
                OwnDetail::Phone => ("phone", "drivers-own-phone"),
                OwnDetail::Email => ("email", "drivers-own-email"),
            };
            fields.fail(field, w.t(key));
        }
    }
    let chosen = chosen.filter(|_| fields.is_ok());
    let Some(chosen) = chosen else {
        drop(tx);
        return render(&desk, id, fields, Vec::new(), StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    if let Some(done) = tx.claim_key("driver", &key, &back).await? {
        return Ok(redirect(&done));
    }
    let visits = if fields.get("scope") == ALL { coming(&mut tx, &visit).await? } else { vec![id] };
    let (actor, rules, site) = (desk.actor(), &desk.app.config.rules, &desk.site);
    let (driver, named) = match chosen {
        Chosen::Known(driver, name) => {
            let named =
                drivers::name_same_driver(&mut tx, &actor, rules, site, patient.id, &visits, driver).await;
            (name, named)
        }
        Chosen::New(new) => {
            let name = new.full_name.clone();
            (name, drivers::name_driver(&mut tx, &actor, rules, site, patient.id, &visits, new).await)
        }
    };
    let legs = Legs::parse(fields.get("legs")).unwrap_or(Legs::Both);
    let named = match named {
        Ok(()) => drivers::set_legs(&mut tx, &actor, rules, site, patient.id, &visits, legs).await,
        refused => refused,
    };
    match named {
        Ok(()) => {
            tx.commit().await?;
            let args = [("driver", driver.as_str()), ("name", patient.full_name.as_str())];
            let key = visit.companion.pick("driver-saved", "sitter-saved");
            Ok(redirect_with_flash(&back, &w.f(key, args), None))
        }
        Err(error @ (ActionError::Store(_) | ActionError::NotFound | ActionError::NotPermitted)) => {
            Err(error.into())
        }
        Err(error) => {
            drop(tx);
            let (status, reasons) = match &error {
                ActionError::Changed => (StatusCode::CONFLICT, vec![w.t("appointment-changed")]),
                other => (StatusCode::UNPROCESSABLE_ENTITY, refusals::error_text(w, f, other)),
            };
            render(&desk, id, fields, reasons, status).await
        }
    }
}

/// POST /drives/{id}/answer, field `answer` `yes` or `no`: what the driver said by phone.
///
/// # Errors
/// [`PageError::NotFound`] when there is no such drive here; [`PageError::BadRequest`] for another answer.
pub async fn answer(Path(id): Path<String>, uri: Uri, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields, .. } = form;
    let id = id.parse::<DriveId>().map_err(|_| PageError::NotFound)?;
    let yes = match fields.get("answer") {
        "yes" => true,
        "no" => false,
        _ => return Err(PageError::BadRequest),
    };
    let mut tx = desk.write().await?;
    let drive = tx.drive(id).await?.ok_or(PageError::NotFound)?;
    let (visit, patient) = visit::load(&mut tx, &desk, drive.appointment_id).await?;
    let back = back_of(&fields, &uri, &format!("/appointments/{}", visit.id));
    fields.set("back", back.clone());
    let (actor, rules) = (desk.actor(), &desk.app.config.rules);
    match drivers::answer_drive(&mut tx, &actor, rules, &desk.site, id, yes).await {
        Ok(()) => {
            tx.commit().await?;
            let key = match (visit.companion, yes) {
                (Companion::Driver, true) => "driver-answer-yes",
                (Companion::Driver, false) => "driver-answer-no",
                (Companion::Sitter, true) => "sitter-answer-yes",
                (Companion::Sitter, false) => "sitter-answer-no",
            };
            let args = [("driver", drive.full_name.as_str()), ("name", patient.full_name.as_str())];
            Ok(redirect_with_flash(&back, &desk.w().f(key, args), None))
        }
        Err(error) => {
            drop(tx);
            visit_states::refuse(&desk, visit.id, Step::Answer, fields, error).await
        }
    }
}
