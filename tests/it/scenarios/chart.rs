//! The chart read during a call, stage by stage, from the first inquiry to a booster: where she stands, who has the ball, what is next.

use chrono::TimeDelta;
use seriesbook::actions::intake_review::Answered;
use seriesbook::actions::plan::Wishes;
use seriesbook::domain::candidacy::Outcome;
use seriesbook::domain::ids::PatientId;
use seriesbook::domain::protocols::VisitRole;
use seriesbook::domain::review::ReviewOutcome;
use seriesbook::domain::services::Category;
use seriesbook::store::Store;
use seriesbook::words::format::Format;

use super::world::{FRIEND, MARIA, World};
use crate::support::databases::on_each_database;
use crate::support::web::Page;

/// What the chart says to somebody who looks now; sessions end over weeks, so everybody signs in anew.
async fn read(world: &World, email: &str, patient: PatientId) -> Page {
    let page = world.signed_in(email).await.get(&format!("/patients/{patient}")).await;
    page.ok();
    page
}

/// What the desk reads.
async fn desk_reads(world: &World, patient: PatientId, words: &[&str]) -> Page {
    let page = read(world, "desk@harbor.test", patient).await;
    for one in words {
        page.says(one);
    }
    page
}

/// The markup of the one main button.
fn main_link(path: &str) -> String {
    format!("class=\"button primary\" href=\"{path}\"")
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_inquiry_to_the_decision_the_chart_says_who_has_the_ball() {
    on_each_database(|store| Box::pin(before_the_course(store))).await;
}

async fn before_the_course(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let page = desk_reads(&world, maria, &["New, no inquiry yet", "Take the inquiry down."]).await;
    page.holds(&main_link(&format!("/intake/new?patient={maria}")));

    let id = world.inquiry(maria).await;
    let words = ["Inquiry", "Send the intake form.", "With the front desk, since Nov 16"];
    desk_reads(&world, maria, &words).await.holds(&format!("action=\"/intake/{id}/send\""));
    world.send_intake(id).await.expect("sent");
    world.pass_minutes(5).await;
    desk_reads(&world, maria, &["Packet out", "Nothing to do now.", "With the patient, since Nov 16"]).await;

    let form = world.mails_to(MARIA).last().expect("a mail with the form").link("/v/");
    world.returned(&form).await;
    let review = main_link(&format!("/intake/{id}/review"));
    let page = desk_reads(&world, maria, &["Packet back", "With a clinician, since Nov 16"]).await;
    assert!(!page.body.contains(&review), "the desk does not review");
    read(&world, "jane@harbor.test", maria).await.holds(&review);

    world.answer_intake(id, Answered::Offer, "", "Let us meet.").await.expect("answered");
    let page = desk_reads(&world, maria, &["Consultation offered", "Book the consultation."]).await;
    page.holds(&main_link(&format!("/patients/{maria}/book")));

    let service = world.service(Category::Consultation).id;
    world.book_visit(maria, service, world.clinic.at("2026-11-24T10:00")).await.expect("a free hour");
    let visit = world.visits_of(maria).await.remove(0);
    let words = [
        "Consultation Tue, Nov 24, 10:00 AM",
        "Ask whether they come on Tue, Nov 24, 10:00 AM.",
        "Not confirmed: Tue, Nov 24, 10:00 AM",
    ];
    desk_reads(&world, maria, &words).await;
    let (mut desk, chart) = (world.signed_in("desk@harbor.test").await, format!("/patients/{maria}"));
    desk.get(&chart).await.ok();
    let confirm = format!("/appointments/{}/confirm", visit.id);
    desk.post(&confirm, &[("back", chart.as_str())]).await.goes_to(&chart);
    let words = ["Nothing to do now.", "Nobody has to act", "Nothing is missing."];
    desk_reads(&world, maria, &words).await;

    world.clinic.move_to("2026-11-24T09:30");
    let page = desk_reads(&world, maria, &["Check in: Tue, Nov 24, 10:00 AM."]).await;
    page.holds(&main_link(&format!("/appointments/{}", visit.id)));
    world.takes_place(visit.id).await;
    desk_reads(&world, maria, &["To decide since Nov 24", "With a clinician, since Nov 24"]).await;
    let decide = main_link(&format!("/patients/{maria}/decide"));
    read(&world, "jane@harbor.test", maria).await.holds(&decide);

    world.decide(maria, Outcome::Deferred, Some("2026-12-10")).await.expect("put off");
    desk_reads(&world, maria, &["Decision put off to Dec 10", "Nothing to do now."]).await;
    world.advance(TimeDelta::hours(1));
    world.decide(maria, Outcome::Suitable, Some("2026-11-30")).await.expect("decided");
    desk_reads(&world, maria, &["Decided, no series yet", "Plan the series.", "Candidacy ends Mon, Nov 30"])
        .await
        .holds(&main_link(&format!("/patients/{maria}/plan")));
    world.clinic.move_to("2026-12-01T09:00");
    desk_reads(&world, maria, &["Decision ended Nov 30", "Decide whether treatment suits."]).await;
    world.decide(maria, Outcome::NotSuitable, None).await.expect("decided anew");
    desk_reads(&world, maria, &["No treatment", "Nothing to do now."]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_is_seen_from_the_offer_to_the_booster() {
    on_each_database(|store| Box::pin(the_course(store))).await;
}

async fn the_course(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let wishes = Wishes { visits: 4, ..world.wishes("2026-12-01") };
    let offered = world.plan_as(maria, &wishes).await;
    let held = world.book(maria, &offered, true).await.expect("the planned course is free");
    let words = ["Series held until", "Book the held series, or release it."];
    let page = desk_reads(&world, maria, &words).await;
    page.says("With the patient, since Nov 16");
    page.says("Nothing is missing.").holds(&main_link(&format!("/series/{held}")));
    world.pass_minutes(60 * 48).await;
    desk_reads(&world, maria, &["Decided, no series yet", "Hold ended"]).await;

    let series = world.short_course(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    let when = Format::new(world.site.timezone, world.now()).when(first.starts_at);
    let (name, none) = (format!("Name a driver for {when}."), format!("No driver for {when} and 3 later"));
    desk_reads(&world, maria, &[name.as_str(), none.as_str()])
        .await
        .says("Induction: treatment 1 of 4")
        .says("0 of 4 treatments done")
        .holds(&main_link(&format!("/appointments/{}/driver", first.id)));
    let treatments = world.treatments(series).await;
    world.name_driver(maria, &treatments, "Daniel Reed", FRIEND).await;
    desk_reads(&world, maria, &["later treatments have not answered"]).await;
    for id in &treatments {
        world.answer(*id, true).await;
    }
    let page = desk_reads(&world, maria, &["Ask whether they come on"]).await;
    assert!(!page.text().contains("No driver"), "{}", page.text());

    // A talk that goes is missing under its treatment, and folded away as canceled.
    let talk = world.talk(series, 3).await;
    world.cancel(talk.id, talk.version).await.expect("it lies ahead");
    desk_reads(&world, maria, &["Treatment 3 has no talk", "No talk booked", "1 canceled visit"]).await;

    let visits = world.visits(series).await;
    let (last, rest) = visits.split_last().expect("a course has visits");
    assert_eq!(last.role, Some(VisitRole::AfterLast));
    for visit in rest.iter().filter(|visit| visit.id != talk.id) {
        world.takes_place(visit.id).await;
        if visit.id == first.id {
            desk_reads(&world, maria, &["Induction: treatment 2 of 4", "1 of 4 treatments done"]).await;
        }
    }
    let when = Format::new(world.site.timezone, world.now()).when(last.starts_at);
    desk_reads(&world, maria, &[&format!("Review {when}")]).await;
    world.cancel(last.id, last.version).await.expect("it lies ahead");
    let review = main_link(&format!("/series/{series}/review"));
    let page = desk_reads(&world, maria, &["Review due", "With a clinician"]).await;
    assert!(!page.body.contains(&review), "the desk decides no review");
    read(&world, "jane@harbor.test", maria).await.holds(&review);

    let doctor = &world.doctor;
    world.review(doctor, series, ReviewOutcome::AnotherSeries, None).await.expect("decided");
    desk_reads(&world, maria, &["Another series wanted", "Plan the series."]).await;
    world.review(doctor, series, ReviewOutcome::Done, None).await.expect("decided anew");
    desk_reads(&world, maria, &["Course closed", "Nothing to do now."]).await;
    let first_due = Some("2027-02-01".parse().expect("a date"));
    world.review(doctor, series, ReviewOutcome::Boosters, first_due).await.expect("opened again");
    desk_reads(&world, maria, &["Booster: Due from", "Nobody has to act"]).await;

    let dates = world.recalled(maria).await.expect("she is on the list").dates;
    world.clock_to(world.morning(dates.due));
    let booster = world.clinic.protocol("Booster").await.id;
    let page = desk_reads(&world, maria, &["Booster: Due since", "Plan the next booster."]).await;
    page.holds(&format!("/patients/{maria}/plan?protocol={booster}"));
    let single = world.booster(maria, dates.due).await;
    let treatment = world.main(single, 1).await;
    let when = Format::new(world.site.timezone, world.now()).when(treatment.starts_at);
    desk_reads(&world, maria, &[&format!("Booster: {when}"), &format!("Name a driver for {when}.")]).await;
    world.stop_recall(maria, "Moves away").await.expect("stopped");
    world.course_takes_place(single).await;
    desk_reads(&world, maria, &["Recall stopped", "Moves away"]).await;
}
