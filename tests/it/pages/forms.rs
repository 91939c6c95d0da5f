//! Double clicks, two desks, and what was typed.

use axum::http::StatusCode;

use crate::support::clinic::Clinic;
use crate::support::databases::{count, on_each_database};
use crate::support::web::Browser;
use seriesbook::store::Store;

const KEY: (&str, &str) = ("idempotency_key", "0123456789abcdef0123456789abcdef");

async fn desk(clinic: &Clinic) -> Browser {
    let mut browser = Browser::of(clinic);
    browser.sign_in("desk@harbor.test").await;
    browser.get("/patients/new").await.ok();
    browser
}

/// Path, fields, what is counted, and how many more there must be.
type Form<'a> = (String, &'a [(&'a str, &'a str)], &'a str, i64);

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_does_its_work_once() {
    on_each_database(sent_twice).await;
}

async fn sent_twice(store: Store) {
    let clinic = Clinic::open(store).await;
    let mut browser = desk(&clinic).await;
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.suitable(&ana).await;
    let bob = clinic.patient("Bob Lee").await;
    let person = [
        ("full_name", "Tom Berger"),
        ("birth_date", "1980-02-03"),
        ("email", "tom@example.org"),
        ("contact", "email"),
        KEY,
    ];
    let service = clinic.service("Consultation").await.id.to_string();
    let visit = [("service", service.as_str()), ("time", "2026-12-02T21:00:00Z|"), KEY];
    let course = seriesbook::actions::plan::ChosenVisit::to_text(&clinic.plan(&ana).await.chosen());
    let protocol = clinic.protocol("Induction, 60 minutes").await.id.to_string();
    let plan = [("course", course.as_str()), ("protocol", protocol.as_str()), ("act", "book"), KEY];
    let forms: [Form<'_>; 3] = [
        ("/patients/new".to_owned(), &person, "SELECT COUNT(*) FROM patients", 1),
        (format!("/patients/{}/plan", ana.id), &plan, "SELECT COUNT(*) FROM series", 1),
        (format!("/patients/{}/book", bob.id), &visit, "SELECT COUNT(*) FROM appointments", 1),
    ];
    for (path, fields, counted, added) in forms {
        let before = count(clinic.store(), counted).await;
        let mut other = browser.clone();
        let (first, second) = tokio::join!(browser.post(&path, fields), other.post(&path, fields));
        assert_eq!(
            first.is(StatusCode::SEE_OTHER).location(),
            second.is(StatusCode::SEE_OTHER).location(),
            "{path}"
        );
        assert_eq!(count(clinic.store(), counted).await, before + added, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_desks_that_edit_a_patient_the_second_sees_what_the_first_wrote() {
    on_each_database(two_desks).await;
}

async fn two_desks(store: Store) {
    let clinic = Clinic::open(store).await;
    let ana = clinic.patient("Ana Ruiz").await;
    let (mut one, path) = (desk(&clinic).await, format!("/patients/{}/edit", ana.id));
    let mut other = desk(&clinic).await;
    let version = ana.version.to_string();
    let form = |phone: &'static str| {
        vec![("full_name", "Ana Ruiz"), ("birth_date", "1988-03-04"), ("phone", phone), ("contact", "phone")]
    };
    let with_version = |phone| [form(phone), vec![("version", version.as_str())]].concat();
    one.post(&path, &with_version("+1 555 010 0101")).await.goes_to("/patients/");
    let page = other.post(&path, &with_version("+1 555 010 0202")).await;
    page.is(StatusCode::CONFLICT).says("+1 555 010 0101").holds("+1 555 010 0202");
    let stands = clinic.read().await.patient(ana.id).await.expect("an answer").expect("the patient");
    assert_eq!(stands.phone.as_deref(), Some("+1 555 010 0101"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_stays_when_a_form_is_refused() {
    on_each_database(typed_stays).await;
}

async fn typed_stays(store: Store) {
    let clinic = Clinic::open(store).await;
    let mut browser = desk(&clinic).await;
    let fields =
        [("full_name", "Ana Ruiz"), ("birth_date", "yesterday"), ("email", "nowhere"), ("contact", "email")];
    let page = browser.post("/patients/new", &fields).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).holds("Ana Ruiz").holds("yesterday").holds("nowhere");
    assert_eq!(count(clinic.store(), "SELECT COUNT(*) FROM patients").await, 0);
}
