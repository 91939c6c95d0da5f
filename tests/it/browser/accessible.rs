//! Every main page against the rules of accessible pages, and the file those rules come in.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::served::{FAULTS, Served, mails_to};
use crate::support::browser::{Chromium, Screen};

/// The rules of accessible pages, as code. Only the tests use it; VENDORED beside it says where it comes from.
const AXE: &str = include_str!("../../vendor/axe-4.14.1.min.js");
/// Which of its rules count: WCAG 2.2, levels A and AA.
const RULES: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/// Calls back with one line per fault: the rule, the element, what is wrong.
const RUN_AXE: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { runOnly: { type: 'tag', values: arguments[0] }, resultTypes: ['violations'] }).then(
        (found) => done(found.violations.flatMap((fault) => fault.nodes.map(
            (node) => `${fault.id} | ${node.target.join(' ')} | ${node.failureSummary}`))),
        (error) => done([`axe did not run: ${error}`]));";
/// One line for every fault axe finds on the page as it stands.
async fn axe(who: &Chromium) -> Vec<String> {
    let found = who.execute_async(RUN_AXE, vec![json!(RULES)]).await;
    let found = found.as_array().cloned().expect("axe answers with a list");
    found.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Every fault of a page, in light and dark.
async fn faults(who: &Chromium, url: &str) -> Vec<String> {
    who.open(url).await;
    let path = who.path().await;
    assert!(url.contains(&path), "{url} leads to {path}");
    who.execute(AXE, Vec::new()).await.expect("axe loads");
    let mut faults = Vec::new();
    for (scheme, dark) in [("light", false), ("dark", true)] {
        who.dark(dark);
        faults.extend(axe(who).await.iter().map(|fault| format!("{path} ({scheme}): {fault}")));
    }
    let sound = who.execute(FAULTS, vec![json!(false)]).await.expect("the script runs");
    let sound = sound.as_array().cloned().expect("a list");
    faults.extend(sound.iter().filter_map(Value::as_str).map(|fault| format!("{path}: {fault}")));
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn every_main_page_keeps_the_rules_of_accessible_pages_in_light_and_dark() {
    let served = Served::start().await;
    let clinic = &served.clinic;
    let (ana, ben) = (clinic.patient("Ana Ruiz").await, clinic.patient("Ben Cole").await);
    clinic.suitable(&ana).await;
    clinic.suitable(&ben).await;
    let series = clinic.book_course(&ana).await;
    let held = clinic.hold_course(&ben).await;
    let visits = clinic.treatments(series).await;
    let (driven, other) = (visits[0].id, visits[1].id);
    clinic.name_driver(&ana, &[driven, other], "Luis Romero").await;
    clinic.driver_answers(driven, true).await;
    let mails = served.mail_soon().await;
    let link = |address: &str, begins: &str| {
        let mails = mails_to(&mails, address);
        let mail = mails.iter().find(|mail| mail.text().contains(begins));
        mail.unwrap_or_else(|| panic!("no mail to {address} with {begins}")).link(begins)
    };

    let mut found = Vec::new();
    let desk = Chromium::start(Screen::Desktop).await;
    found.extend(faults(&desk, &served.url("/sign-in")).await);
    // A check that finds nothing must be able to find something.
    desk.execute("document.documentElement.removeAttribute('lang')", Vec::new())
        .await
        .expect("a fault is made");
    assert!(axe(&desk).await.iter().any(|fault| fault.starts_with("html-has-lang")), "axe sees the fault");
    served.sign_in(&desk, "jane@harbor.test").await;
    let day = visits[0].starts_at.with_timezone(&clinic.site.timezone).date_naive();
    let message = clinic.messages(&ana).await.first().map(|message| message.id).expect("a message");
    let (chart, visit) = (format!("/patients/{}", ana.id), format!("/appointments/{driven}"));
    clinic.told_mood(&ana, &[3, 5, 6]).await;
    let undecided = clinic.patient("Carl Dent").await.id;
    for path in [
        "/today".to_owned(),
        format!("/today?date={day}"),
        format!("/calendar?date={day}"),
        format!("/calendar?view=week&date={day}"),
        "/patients".to_owned(),
        "/patients?q=ana".to_owned(),
        "/patients/new".to_owned(),
        chart.clone(),
        format!("{chart}/edit"),
        format!("{chart}/decide"),
        format!("{chart}/book"),
        format!("{chart}/plan"),
        format!("{chart}/mood"),
        format!("{chart}/mood/import"),
        format!("{chart}/phq9"),
        format!("{chart}/visits"),
        format!("/patients/{undecided}/plan"),
        format!("/series/{series}"),
        format!("/series/{held}"),
        visit.clone(),
        format!("{visit}/move"),
        format!("{visit}/cancel"),
        format!("{visit}/driver"),
        "/intake".to_owned(),
        "/intake/new".to_owned(),
        format!("{visit}/notes"),
        format!("{chart}/providers"),
        format!("{chart}/statement"),
        format!("{chart}/feed"),
        "/calendar/mine".to_owned(),
        "/worklist".to_owned(),
        "/drivers".to_owned(),
        "/recall".to_owned(),
        format!("/recall/{}", ana.id),
        format!("/series/{series}/review"),
        "/outbox".to_owned(),
        "/outbox?show=sent&q=ana".to_owned(),
        "/outbox/hold".to_owned(),
        format!("/outbox/{message}"),
        "/outbox/preview".to_owned(),
        "/outbox/preview/patient_reminder".to_owned(),
        format!("{chart}/messages"),
        "/not-a-page".to_owned(),
    ] {
        found.extend(faults(&desk, &served.url(&path)).await);
    }
    desk.open(&served.url("/today")).await;
    served.change_over(&desk, "Dr. Jane Miller", "owner@harbor.test").await;
    for path in [
        "/settings",
        "/settings/clinic",
        "/settings/recall",
        "/settings/feeds",
        "/settings/wording",
        "/settings/wording/visit_booked",
        "/settings/staff",
        "/settings/staff/new",
        "/settings/resources",
        "/settings/resources/new",
        "/settings/services",
        "/settings/services/new",
        "/settings/protocols",
        "/settings/protocols/new",
        "/components",
    ] {
        found.extend(faults(&desk, &served.url(path)).await);
    }

    let phone = Chromium::start(Screen::Phone).await;
    let patient = link("ana.ruiz@patients.test", "/v/");
    for path in [
        patient.clone(),
        format!("{patient}/driver"),
        format!("{patient}/ask"),
        format!("{patient}/feed"),
        format!("{patient}/mood"),
        format!("{patient}/week"),
        format!("{patient}/phq9/3"),
        format!("{patient}/support"),
        format!("{patient}/thanks?of=mood"),
        format!("{patient}/messages"),
        format!("{patient}/intention/{driven}"),
        link("ben.cole@patients.test", "/v/"),
        link("luis.romero@drivers.test", "/d/"),
        "/v/no-such-link".to_owned(),
    ] {
        found.extend(faults(&phone, &served.url(&path)).await);
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

#[test]
fn files_of_others_that_only_tests_use_are_as_they_came() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendor");
    let list = std::fs::read_to_string(folder.join("VENDORED")).expect("the list");
    let mut listed = vec!["VENDORED".to_owned()];
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let [name, _, version, _, sum, _] = parts[..] else { panic!("{line}") };
        let bytes = std::fs::read(folder.join(name)).expect("the file");
        let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, sum, "{name} {version}");
        listed.push(name.to_owned());
    }
    for entry in std::fs::read_dir(&folder).expect("the folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(listed.contains(&name), "{name} is not in VENDORED");
    }
}
