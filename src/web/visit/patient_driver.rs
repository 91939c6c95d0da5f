//! "Who drives you?", and at home "Who stays with you?": the same person as last time or someone else, for all visits or for some.

use askama::Template;
use axum::http::{StatusCode, Uri};

use super::LinkVisitor;
use super::extract::{PatientForm, PatientLink};
use super::patient::{home, refused};
use super::patient_view::can_name_driver;
use crate::actions::drivers::{
    NamedDriver, is_wrong_address, name_driver, name_same_driver, own_details, set_legs,
};
use crate::domain::companions::{Companion, OwnDetail};
use crate::domain::drivers::Legs;
use crate::domain::ids::{AppointmentId, DriverId};
use crate::domain::patients::{parse_email, parse_name, parse_phone};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::web::kit::{Fields, PageError, PageResult, Shell, idempotency, page_with_status, redirect};
use crate::words::Words;

/// How many earlier drivers the page offers.
const EARLIER: usize = 3;
/// The choice of a new person.
const OTHER: &str = "other";

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_driver_name.html")]
struct NamePage {
    shell: Shell,
    fields: Fields,
    path: String,
    key: String,
    earlier: Vec<(String, String)>,
    /// The ways a driver can take on; none for a sitter.
    legs: Vec<(String, String)>,
    visits: Vec<(String, String)>,
    /// Which of the two is named here, as the form says it again.
    companion: Companion,
    who: String,
    which: String,
    only: String,
    save: String,
    none: String,
}

/// Who the form names.
enum Named {
    Same(DriverId),
    New(NamedDriver),
}

/// GET: the form; `?for=sitter` for visits at home.
///
/// # Errors
/// What the store reports.
pub async fn driver_form(PatientLink(visitor): PatientLink, uri: Uri) -> PageResult {
    let mut fields = Fields::new();
    fields.set("for", Fields::from_query(&uri).get("for"));
    render(&visitor, StatusCode::OK, fields).await
}

/// POST: names the driver, who is asked by a message of their own.
///
/// # Errors
/// What the store reports.
pub async fn name(form: PatientForm) -> PageResult {
    let PatientForm { visitor, mut fields } = form;
    let w = visitor.w();
    let patient = visitor.link.patient_id;
    let mut tx = visitor.write().await?;
    let (companion, eligible) = eligible(&visitor, &mut tx, &fields).await?;
    let named = read_driver(&mut fields, w, companion);
    if let Some(Named::New(NamedDriver { email: Some(email), .. })) = &named
        && is_wrong_address(&mut tx, patient, email).await?
    {
        fields.fail("email", w.t("my-driver-address-wrong"));
    }
    if let Some(Named::New(driver)) = &named {
        for own in own_details(&mut tx, patient, driver).await? {
            fail_own(&mut fields, w, companion, own);
        }
    }
    let legs = Legs::parse(fields.get("legs")).unwrap_or(Legs::Both);
    let chosen: Vec<AppointmentId> = eligible
        .iter()
        .map(|visit| visit.id)
        .filter(|id| fields.get("which") != "some" || fields.checked("visits", &id.to_string()))
        .collect();
    if chosen.is_empty() {
        fields.fail("visits", w.t("my-driver-choose-visit"));
    }
    let Some(named) = named.filter(|_| fields.is_ok()) else {
        drop(tx);
        return render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, fields).await;
    };
    let done = format!("{}?done={companion}", home(&visitor));
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    if let Some(earlier) = tx.claim_key("name-driver", &key, &done).await? {
        return Ok(redirect(&earlier));
    }
    let (actor, rules, site) = (visitor.actor(), &visitor.app.config.rules, &visitor.site);
    let result = match named {
        Named::New(driver) => name_driver(&mut tx, &actor, rules, site, patient, &chosen, driver).await,
        Named::Same(driver) => {
            let known = tx.driver(driver).await?.ok_or(PageError::NotFound)?;
            if known.patient_id != patient {
                return Err(PageError::NotFound);
            }
            let own = own_details(&mut tx, patient, &NamedDriver::from(&known)).await?;
            if let Some(first) = own.first() {
                drop(tx);
                fields.fail("who", own_words(w, companion, *first));
                return render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, fields).await;
            }
            name_same_driver(&mut tx, &actor, rules, site, patient, &chosen, driver).await
        }
    };
    let result = match result {
        Ok(()) => set_legs(&mut tx, &actor, rules, site, patient, &chosen, legs).await,
        refused => refused,
    };
    match result {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect(&done))
        }
        Err(error) => {
            drop(tx);
            refused(&visitor, error, "my-try-call").await
        }
    }
}

/// Reads who drives or stays; messages stand at the fields.
fn read_driver(fields: &mut Fields, w: Words, companion: Companion) -> Option<Named> {
    let pick = |driver, sitter| companion.pick(driver, sitter);
    let choose = w.t(pick("my-driver-choose", "my-sitter-choose"));
    let who = fields.get("who").to_owned();
    if who.is_empty() {
        fields.fail("who", choose);
        return None;
    }
    if who != OTHER {
        let same = who.parse().ok().map(Named::Same);
        if same.is_none() {
            fields.fail("who", choose);
        }
        return same;
    }
    let enter_name = w.t(pick("my-driver-enter-name", "my-sitter-enter-name"));
    let full_name = fields.parsed("name", parse_name, &enter_name);
    let phone = optional(fields, "phone", parse_phone, &w.t("my-driver-enter-phone"));
    let email = optional(fields, "email", parse_email, &w.t("my-driver-enter-email"));
    if fields.get("phone").is_empty() && fields.get("email").is_empty() {
        fields.fail("phone", w.t(pick("my-driver-enter-contact", "my-sitter-enter-contact")));
    }
    full_name.filter(|_| fields.is_ok()).map(|full_name| Named::New(NamedDriver { full_name, email, phone }))
}

/// Says at its field that a detail is the patient's own.
fn fail_own(fields: &mut Fields, w: Words, companion: Companion, own: OwnDetail) {
    let field = match own {
        OwnDetail::Name => "name",
        OwnDetail::Phone => "phone",
        OwnDetail::Email => "email",
    };
    fields.fail(field, own_words(w, companion, own));
}

fn own_words(w: Words, companion: Companion, own: OwnDetail) -> String {
    w.t(match own {
        OwnDetail::Name => companion.pick("my-driver-own-name", "my-sitter-own-name"),
        OwnDetail::Phone => companion.pick("my-driver-own-phone", "my-sitter-own-phone"),
        OwnDetail::Email => companion.pick("my-driver-own-email", "my-sitter-own-email"),
    })
}

/// A field that may be empty, but not wrong.
fn optional(
    fields: &mut Fields,
    name: &str,
    read: fn(&str) -> Option<String>,
    message: &str,
) -> Option<String> {
    if fields.get(name).is_empty() {
        return None;
    }
    fields.parsed(name, read, message)
}

/// The visits somebody can be named for, all of one kind: the kind asked for, else that of the first.
async fn eligible(
    visitor: &LinkVisitor,
    tx: &mut Tx,
    fields: &Fields,
) -> Result<(Companion, Vec<Appointment>), PageError> {
    let mut all = tx.appointments_of(visitor.link.patient_id).await?;
    all.retain(|visit| can_name_driver(visit, visitor.now()));
    let first = all.first().map_or(Companion::Driver, |visit| visit.companion);
    let companion = Companion::parse(fields.get("for")).unwrap_or(first);
    all.retain(|visit| visit.companion == companion);
    Ok((companion, all))
}

async fn render(visitor: &LinkVisitor, status: StatusCode, mut fields: Fields) -> PageResult {
    let (w, f) = (visitor.w(), visitor.f());
    let mut tx = visitor.read().await?;
    let (companion, eligible) = eligible(visitor, &mut tx, &fields).await?;
    let visits: Vec<(String, String)> =
        eligible.iter().map(|visit| (visit.id.to_string(), f.long_when(visit.starts_at))).collect();
    let mut earlier: Vec<(String, String)> = Vec::new();
    let known = tx.drivers_of(visitor.link.patient_id).await?;
    for driver in known.iter().filter(|driver| driver.address_wrong_at.is_none()) {
        let words = w.f("my-driver-same", [("driver", &driver.full_name)]);
        // The newest row of a person is the one with their present phone and email.
        if earlier.len() < EARLIER && earlier.iter().all(|(_, known)| *known != words) {
            earlier.push((driver.id.to_string(), words));
        }
    }
    let mut drives = tx.current_drives_of(visitor.link.patient_id).await?;
    drives.retain(|drive| eligible.iter().any(|visit| visit.id == drive.appointment_id));
    drop(tx);
    if fields.get("legs").is_empty() {
        let home_only = !drives.is_empty() && drives.iter().all(|drive| drive.legs == Legs::Home);
        let legs = if home_only { Legs::Home } else { Legs::Both };
        fields.set("legs", legs.as_str());
    }
    if fields.get("who").is_empty() && fields.is_ok() {
        let first = earlier.first().map_or(OTHER, |(id, _)| id.as_str()).to_owned();
        fields.set("who", first);
    }
    if fields.get("which").is_empty() {
        fields.set("which", "all");
    }
    let say = |driver, sitter| w.t(companion.pick(driver, sitter));
    let title = say("my-driver-title", "my-sitter-title");
    let page = NamePage {
        shell: visitor.shell(title).await.refused(!fields.is_ok()),
        companion,
        who: say("my-driver-who", "my-sitter-who"),
        which: say("my-driver-which", "my-sitter-which"),
        only: say("my-driver-only", "my-sitter-only"),
        save: say("my-driver-save", "my-sitter-save"),
        none: say("my-driver-none-needed", "my-sitter-none-needed"),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        fields,
        path: home(visitor),
        earlier,
        legs: match companion {
            Companion::Driver => vec![
                (Legs::Both.as_str().to_owned(), w.t("my-driver-legs-both")),
                (Legs::Home.as_str().to_owned(), w.t("my-driver-legs-home")),
            ],
            Companion::Sitter => Vec::new(),
        },
        visits,
    };
    page_with_status(status, &page)
}
