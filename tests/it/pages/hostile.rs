//! Odd input everywhere: every form of the route table, every kind of text, never a page that broke.

use seriesbook::web::routes::{Access, table};

use super::{filled, takes};
use crate::support::clinic::Clinic;
use crate::support::databases::sqlite;
use crate::support::web::Browser;

/// Every field name any form has.
const FIELDS: &[&str] = &[
    "full_name",
    "name_to_use",
    "birth_date",
    "email",
    "phone",
    "contact",
    "name",
    "note",
    "outcome",
    "protocol",
    "expires_on",
    "until",
    "planned",
    "time",
    "service",
    "with",
    "part",
    "from",
    "course",
    "wishes",
    "act",
    "to",
    "version",
    "reason",
    "driver",
    "scope",
    "answer",
    "escort",
    "override_reason",
    "waived",
    "hours",
    "why",
    "back",
    "roles",
    "password",
    "active",
    "serves",
    "from_date",
    "from_time",
    "to_date",
    "to_time",
    "price",
    "category",
    "visits",
    "visits_min",
    "gap_min",
    "public_name",
    "programme",
    "score",
    "date",
    "csv",
    "head",
    "form",
    "mood",
    "total",
    "items",
    "strict",
    "q1",
    "q9",
    "first_due",
    "due_days",
    "recommended_days",
    "overdue_months",
    "start",
    "channel",
    "source",
    "words",
    "patient",
    "role",
    "address",
    "given_on",
    "change",
    "package",
    "subject",
    "opening",
    "closing",
    "topics",
    "shown",
    "how",
    "hold",
    "before_date",
    "before_time",
    "said_by",
    "legs",
    "sign",
    "address_right",
];

#[tokio::test]
async fn no_text_in_any_field_of_any_form_breaks_a_page() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clinic = Clinic::open(sqlite(&folder).await).await;
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.suitable(&ana).await;
    let series = clinic.book_course(&ana).await;
    let visit = clinic.treatments(series).await[0].id;
    let huge = "x".repeat(10_000);
    let texts = [
        "",
        &huge,
        "\u{0}\u{1}\r\n\u{7f}\u{2028}",
        "<script>alert(1)</script>",
        "-1",
        "-9223372036854775809",
        "1900-01-01",
        "9999-99-99",
        "2026-11-01T01:30",
        "' OR 1=1 --",
        "0198c0de-0000-7000-8000-000000000000",
    ];
    let ids = [visit.to_string(), ana.id.to_string(), series.to_string(), "nonsense".to_owned()];
    for email in ["owner@harbor.test", "jane@harbor.test"] {
        let mut browser = Browser::of(&clinic);
        browser.sign_in(email).await;
        browser.get(&format!("/patients/{}/edit", ana.id)).await.ok();
        for route in table() {
            let is_staff = matches!(route.access, Access::Staff(_));
            if !is_staff || !takes(&route, "POST") {
                continue;
            }
            let ids = if route.path.contains('{') { &ids[..] } else { &ids[..1] };
            for (id, text) in ids.iter().flat_map(|id| texts.iter().map(move |text| (id, *text))) {
                let fields: Vec<(&str, &str)> = FIELDS.iter().map(|name| (*name, text)).collect();
                let page = browser.post(&filled(&route, id), &fields).await;
                assert!(!page.status.is_server_error(), "{} {text:.40?}: {}", page.request, page.status);
                assert!(!page.body.contains("<script>alert"), "{} shows a script as one", page.request);
            }
        }
    }
}

#[tokio::test]
async fn no_query_or_path_breaks_a_page() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clinic = Clinic::open(sqlite(&folder).await).await;
    let mut browser = Browser::of(&clinic);
    browser.sign_in("owner@harbor.test").await;
    let values = ["", "%00", "%3Cscript%3Ealert(1)%3C/script%3E", "-1", "9999-99-99", "1900-01-01", "%FF%FE"];
    for route in table().into_iter().filter(|route| takes(route, "GET")) {
        for value in values {
            for id in ["nonsense", "0198c0de-0000-7000-8000-000000000000", "%00", "..%2f..%2fetc"] {
                let query: Vec<String> = [
                    "q", "day", "date", "from", "back", "next", "show", "at", "resource", "view", "week",
                    "service", "patient", "stage", "after",
                ]
                .iter()
                .map(|name| format!("{name}={value}"))
                .collect();
                let page = browser.get(&format!("{}?{}", filled(&route, id), query.join("&"))).await;
                let broke = page.status.is_server_error() && route.path != "/readyz";
                assert!(!broke, "{}: {}", page.request, page.status);
                assert!(!page.body.contains("<script>alert"), "{}", page.request);
                assert!(
                    page.location().is_none_or(|to| to.starts_with('/') && !to.starts_with("//")),
                    "{}",
                    page.request
                );
            }
        }
    }
}
