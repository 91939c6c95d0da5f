//! The main job as people do it, in a real browser, over real HTTP and real SMTP: from sign-in to discharge.

mod accessible;
mod served;

use chrono::TimeDelta;
use seriesbook::domain::ids::SeriesId;
use seriesbook::words::Words;

use self::served::{Served, assert_quiet, assert_sound, mails_to, subjects};
use crate::support::browser::{Chromium, Screen};

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_runs_in_a_browser_from_sign_in_to_discharge() {
    let w = Words::default();
    let served = Served::start().await;
    let (desk, phone) = (Chromium::start(Screen::Desktop).await, Chromium::start(Screen::Phone).await);

    // The front desk adds a patient.
    served.sign_in(&desk, "desk@harbor.test").await;
    desk.screenshot("desk-01-today-empty");
    desk.press("Patients").await;
    desk.press(&w.t("find-add")).await;
    desk.press("Add patient").await;
    desk.see(&w.t("patients-enter-full-name")).await;
    desk.fill("Full name", "Ana Ruiz").await;
    desk.fill("Birth date", "Sep 9, 1990").await;
    desk.fill("Phone", "+1 555 010 0144").await;
    desk.fill("Email", "ana@patients.test").await;
    desk.choose("Email").await;
    assert_sound(&desk, false).await;
    desk.press("Add patient").await;
    desk.see("Added Ana Ruiz.").await;
    desk.see("RUIZ, Ana").await;
    desk.see("Not decided").await;
    desk.screenshot("desk-02-chart-new");
    let chart = desk.path().await;

    // Without a decision no course is planned.
    desk.press("Plan a series").await;
    desk.see(&w.f("plan-closed-title", [("name", "Ana Ruiz")])).await;
    desk.see(&w.t("unmet-candidacy-undecided")).await;
    desk.screenshot("desk-03-plan-closed");

    // A clinician decides.
    served.change_over(&desk, "Priya Shah", "jane@harbor.test").await;
    desk.open(&served.url(&chart)).await;
    desk.press("Decide").await;
    desk.choose("Suitable").await;
    desk.select("Protocol", "Induction, 60 minutes").await;
    desk.fill("Note", "Fit for treatment").await;
    assert_eq!(desk.value("Suitable until").await, "2027-05-30", "half a year, unless said otherwise");
    assert_sound(&desk, false).await;
    desk.screenshot("desk-04-decide");
    desk.press("Save the decision").await;
    desk.see("Saved the decision for Ana Ruiz.").await;

    // The front desk plans and books the whole course.
    served.change_over(&desk, "Dr. Jane Miller", "desk@harbor.test").await;
    desk.open(&served.url(&chart)).await;
    desk.press("Plan a series").await;
    desk.see("Best fit").await;
    desk.fill("Not before", "12142026").await;
    desk.press("Show courses").await;
    desk.see("Best fit").await;
    desk.see("$4,500").await;
    assert_sound(&desk, false).await;
    desk.screenshot("desk-05-plan");
    desk.press(&w.nf("plan-book", 14, [("name", "Ana Ruiz")])).await;
    desk.see("Booked 14 visits for Ana Ruiz.").await;
    desk.see("0 of 6 drivers confirmed").await;
    desk.screenshot("desk-06-series");
    let series: SeriesId =
        desk.path().await.rsplit('/').next().and_then(|id| id.parse().ok()).expect("the course's page");
    let treatments = served.clinic.treatments(series).await;
    assert_eq!(treatments.len(), 6);

    // One mail for the whole course. Its link opens on a phone; what the patient presses there is kept.
    let mails = served.mail_soon().await;
    assert_eq!(mails.len(), 1, "one message for the whole course: {:?}", subjects(&mails));
    assert_eq!(mails[0].to, ["ana@patients.test"]);
    assert!(mails[0].text().contains("Your 14 visits are booked."), "{}", mails[0].text());
    assert!(!mails[0].calendars().is_empty(), "a calendar file is attached");
    phone.open(&served.url(&mails[0].link("/v/"))).await;
    phone.see("Hello Ana").await;
    phone.see("3 things to do").await;
    phone.see("988").await;
    assert_sound(&phone, true).await;
    phone.screenshot("phone-01-patient");
    phone.press(&w.t("my-coming-all")).await;
    phone.see(&w.t("my-coming-done")).await;
    phone.press(&w.t("my-name-driver")).await;
    phone.see(&w.t("my-driver-title")).await;
    phone.press(&w.t("my-driver-save")).await;
    phone.see(&w.t("my-driver-enter-name")).await;
    phone.fill("Name", "Luis Romero").await;
    phone.fill("Email", "luis@drivers.test").await;
    assert_sound(&phone, true).await;
    phone.screenshot("phone-02-name-driver");
    phone.press(&w.t("my-driver-save")).await;
    phone.see(&w.t("my-driver-saved")).await;
    phone.see(&w.f("my-driver-asked", [("driver", "Luis")])).await;
    assert_sound(&phone, true).await;
    phone.screenshot("phone-03-patient-done");

    // The driver is asked by a mail of their own, and reminded like the patient while the day comes nearer.
    let asked = served.mail_soon().await;
    let asked = mails_to(&asked, "luis@drivers.test");
    let drive = asked.first().expect("the driver is asked").link("/d/");
    let first = &treatments[0];
    let came = served.mail_until(first.starts_at - TimeDelta::minutes(20)).await;
    let rules = served.clinic.rules();
    for (address, leads) in [
        ("ana@patients.test", rules.patient_reminder_minutes.len()),
        ("luis@drivers.test", rules.driver_reminder_minutes.len()),
    ] {
        let count = mails_to(&came, address).len();
        assert!(count >= leads, "{count} reminders to {address}: {:?}", subjects(&came));
    }

    // The day has come. The driver never answered: no check-in, and the page says why.
    served.sign_in(&desk, "desk@harbor.test").await;
    desk.see("RUIZ, Ana").await;
    desk.see(&w.f("appointment-missing-driver-answer", [("name", "Luis Romero")])).await;
    desk.screenshot("desk-07-today-missing");
    desk.press("RUIZ, Ana").await;
    desk.press("Check in").await;
    desk.see(&w.nf("appointment-refused-check-in", 1, [("name", "Ana Ruiz")])).await;
    desk.see(&w.f("unmet-driver-unanswered", [("name", "Luis Romero")])).await;
    desk.see(&w.t("appointment-override-who-check-in")).await;
    desk.see_no(&w.t("appointment-override-reason")).await;
    assert_sound(&desk, false).await;
    desk.screenshot("desk-08-check-in-refused");

    // The driver says yes on their own page, which tells them nothing of what the visit is for.
    phone.open(&served.url(&drive)).await;
    phone.see(&w.f("driver-page-title", [("patient", "Ana")])).await;
    for secret in ["Ruiz", "nfusion", "reatment", "988", "$"] {
        phone.see_no(secret).await;
    }
    assert_sound(&phone, true).await;
    phone.screenshot("phone-04-driver");
    phone.press(&w.t("driver-page-all")).await;
    phone.see("Thank you. See you on").await;
    phone.see(&w.t("driver-page-change")).await;
    assert_sound(&phone, true).await;
    phone.screenshot("phone-05-driver-done");

    // Now the visit runs: in, infusing, recovering, coach, out with the driver.
    desk.open(&served.url("/today")).await;
    desk.press("Check in").await;
    desk.see("Checked in Ana Ruiz at").await;
    served.pass(&desk, 5).await;
    desk.press("Start").await;
    desk.see("Started for Ana Ruiz at").await;
    desk.see("Infusing or in session 1").await;
    served.pass(&desk, 75).await;
    desk.press("Start recovery").await;
    desk.see("Recovery of Ana Ruiz began at").await;
    desk.screenshot("desk-09-recovering");

    // Nobody goes home early: the page lists what is missing.
    desk.press("RUIZ, Ana").await;
    assert_eq!(desk.value(&w.t("appointment-escort")).await, "Luis Romero");
    desk.press("Gone home").await;
    desk.see(&w.nf("appointment-refused-discharge", 2, [("name", "Ana Ruiz")])).await;
    desk.see("Recovery: until").await;
    desk.see(&w.t("unmet-no-coach")).await;
    desk.screenshot("desk-10-discharge-refused");

    served.pass(&desk, 25).await;
    served.change_over(&desk, "Priya Shah", "lena@harbor.test").await;
    desk.press("Record coach check-in").await;
    desk.see("Coach check-in noted for Ana Ruiz at").await;
    served.change_over(&desk, "Lena Fischer", "desk@harbor.test").await;
    served.pass(&desk, 25).await;
    desk.see("Ready to go 1").await;
    desk.press("Gone home").await;
    desk.see("Ana Ruiz is done here").await;
    desk.unfold(&w.n("today-gone-show", 1)).await;
    desk.see("Went home at").await;
    desk.screenshot("desk-11-today-gone");
    desk.press("RUIZ, Ana").await;
    desk.see(&w.f("appointment-event-home-with", [("escort", "Luis Romero")])).await;
    desk.screenshot("desk-12-visit-done");

    assert_quiet(&desk);
    assert_quiet(&phone);
}
