//! Who reads what of an intake, and what its forms do with odd input and double clicks.

use axum::http::StatusCode;
use seriesbook::store::Store;

use crate::scenarios::world::{MARIA, World};
use crate::support::databases::{count, on_each_database};
use crate::support::web::Browser;

#[tokio::test(flavor = "multi_thread")]
async fn health_answers_are_for_clinicians_and_the_desk_reads_how_to_reach_them() {
    on_each_database(who_reads).await;
}

async fn who_reads(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let (id, form) = world.mailed_intake(maria, MARIA).await;
    let reach = [("phone", "+1 555 010 0188".to_owned()), ("times", "After five".to_owned())];
    assert_eq!(world.post(&format!("{form}/2"), &reach).await.0, 303);
    assert_eq!(world.post(&format!("{form}/5"), &[("talk", "yes".to_owned())]).await.0, 303);
    world.returned(&form).await;

    let (one, review) = (format!("/intake/{id}"), format!("/intake/{id}/review"));
    let mut desk = Browser::of(&world.clinic);
    desk.sign_in("desk@harbor.test").await;
    desk.get("/intake").await.ok().says("Alvarez, Maria").says("Returned").says("Clinician");
    let page = desk.get(&one).await;
    page.ok().says("+1 555 010 0188").says("After five").says("I cannot get out of bed");
    assert!(!page.body.contains("Asthma"), "no health answer on the desk's page");
    desk.get(&review).await.is(StatusCode::FORBIDDEN);
    let chart = desk.get(&format!("/patients/{maria}")).await;
    chart.ok().says("Intake form returned Nov 16, not reviewed.");
    assert!(!chart.body.contains("Asthma") && !chart.body.contains("out of bed"));

    let mut clinician = Browser::of(&world.clinic);
    clinician.sign_in("jane@harbor.test").await;
    let page = clinician.get(&review).await;
    page.ok().says("Asthma").says("Would rather talk about: Your medicines").says("I cannot get out of bed");

    let mut coach = Browser::of(&world.clinic);
    coach.sign_in("lena@harbor.test").await;
    let list = coach.get("/intake").await;
    assert!(!list.ok().body.contains("out of bed"), "the pipeline shows no reason");
    coach.get(&one).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clinicians_answer_counts_once_and_for_what_was_read() {
    on_each_database(answered_once).await;
}

async fn answered_once(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let (id, form) = world.mailed_intake(maria, MARIA).await;
    world.returned(&form).await;
    let review = format!("/intake/{id}/review");
    let mut clinician = Browser::of(&world.clinic);
    clinician.sign_in("jane@harbor.test").await;
    let page = clinician.get(&review).await;
    let version = page.hidden("version").expect("the version that is read");
    let words = "Let us meet";
    clinician
        .post(&review, &[("version", version.as_str()), ("words", words)])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Choose an answer")
        .holds(words);
    let stale = [("answer", "offer"), ("version", "1"), ("words", words)];
    clinician.post(&review, &stale).await.is(StatusCode::CONFLICT).holds(words);
    let answer = [("answer", "offer"), ("version", version.as_str()), ("words", words)];
    for _ in 0..2 {
        clinician.post(&review, &answer).await.goes_to("/intake");
    }
    assert_eq!(world.audited(maria, "intake.offer").await, 1);
    clinician.get("/intake").await.ok().says("Consultation offered").says("Book consultation");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_the_form_it_was_sent_for_and_no_other() {
    on_each_database(own_link).await;
}

async fn own_link(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let visits = world.mails_to(MARIA)[0].link("/v/");
    let (_, form) = world.mailed_intake(maria, MARIA).await;
    assert_eq!(world.get(&form).await.0, 200);
    for path in ["/intake", "/intake/4", "/intake/check"] {
        assert_eq!(world.get(&format!("{visits}{path}")).await.0, 404, "{path}");
    }
    let history = [("history", "Asthma".to_owned())];
    assert_eq!(world.post(&format!("{visits}/intake/4"), &history).await.0, 404);
    assert_eq!(count(world.clinic.store(), "SELECT COUNT(*) FROM intake_answers").await, 0);
    for page in ["0", "8", "health"] {
        assert_eq!(world.get(&format!("{form}/{page}")).await.0, 404, "{page}");
    }
    // Looking changes nothing.
    let before = count(world.clinic.store(), "SELECT COUNT(*) FROM audit").await;
    for path in ["", "/1", "/4", "/check"] {
        world.get(&format!("{form}{path}")).await;
    }
    assert_eq!(count(world.clinic.store(), "SELECT COUNT(*) FROM audit").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inquiry_of_somebody_new_is_taken_down_once_and_likely_the_same_people_are_shown() {
    on_each_database(new_inquiry).await;
}

async fn new_inquiry(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let mut desk = Browser::of(&world.clinic);
    desk.sign_in("desk@harbor.test").await;
    desk.get("/intake").await.ok().says("Nobody waits.");
    desk.get("/intake/new").await.ok();
    let who = [("full_name", "Tom Berger"), ("birth_date", "1980-02-03"), ("email", "tom@example.org")];
    let rest = [("contact", "email"), ("channel", "email"), ("source", "web"), ("act", "send")];
    let half = [who.as_slice(), &rest].concat();
    desk.post("/intake/new", &half)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter the reason")
        .holds("Tom Berger");
    let key = ("idempotency_key", "0123456789abcdef0123456789abcdef");
    let whole = [half.as_slice(), &[("reason", "He read about us"), key]].concat();
    let mut other = desk.clone();
    let (first, second) = tokio::join!(desk.post("/intake/new", &whole), other.post("/intake/new", &whole));
    assert_eq!(first.is(StatusCode::SEE_OTHER).location(), second.is(StatusCode::SEE_OTHER).location());
    assert_eq!(count(world.clinic.store(), "SELECT COUNT(*) FROM patients").await, 1);
    assert_eq!(count(world.clinic.store(), "SELECT COUNT(*) FROM intakes").await, 1);
    desk.get("/intake").await.ok().says("Form sent").says("Send again");

    let again = [half.as_slice(), &[("reason", "He calls once more")]].concat();
    desk.get("/intake/new").await.ok();
    desk.post("/intake/new", &again)
        .await
        .is(StatusCode::CONFLICT)
        .says("This may be the same person")
        .holds("/intake/new?patient=");
    assert_eq!(count(world.clinic.store(), "SELECT COUNT(*) FROM patients").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consultation_no_review_has_offered_can_be_booked_and_the_page_says_so() {
    on_each_database(not_offered).await;
}

async fn not_offered(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let mut desk = Browser::of(&world.clinic);
    desk.sign_in("desk@harbor.test").await;
    let book = format!("/patients/{maria}/book");
    desk.get(&book).await.ok().says("there is no intake");
    world.inquiry(maria).await;
    desk.get(&book).await.ok().says("No review has offered Maria Alvarez a consultation yet.");
    let chart = desk.get(&format!("/patients/{maria}")).await;
    chart.ok().says("Inquiry since Nov 16, intake form not sent.").says("Send intake form");
}
