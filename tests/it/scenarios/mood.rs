//! How the patient is: check-ins after treatments and week by week, the chart, and the whole story of item 9.

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::actions::mood::record_mood;
use seriesbook::actions::phq9::{answer_item, review_item9};
use seriesbook::actions::{ActionError, Actor, worklist};
use seriesbook::domain::ids::PatientId;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::phq9::Phq9State;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;
use seriesbook::store::mood::MoodScore;
use seriesbook::store::phq9::Phq9;

use super::world::{FRIEND, MARIA, World};
use crate::support::databases::on_each_database;
use crate::support::web::Browser;

/// The words of help, exactly.
const HELP: &str = "Thank you for telling us. You do not have to carry this alone. If you might hurt yourself, talk to \
                    someone now. Call or text 988. It is free, day and night. In danger right now? Call 911. We have told \
                    your care team. They read this from 9 AM to 5 PM on workdays.";

async fn scores(world: &World, patient: PatientId) -> Vec<MoodScore> {
    world.clinic.read().await.mood_scores_of(patient).await.expect("scores")
}

async fn answers(world: &World, patient: PatientId) -> Vec<Phq9> {
    world.clinic.read().await.phq9_of(patient).await.expect("answers")
}

/// A booked patient, and the path of the page behind her first mail.
async fn booked(world: &World) -> (PatientId, seriesbook::domain::ids::SeriesId, String) {
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    (maria, series, world.mails_to(MARIA)[0].link("/v/"))
}

async fn signed_in(world: &World, email: &str) -> Browser {
    let mut browser = Browser::of(&world.clinic);
    browser.sign_in(email).await;
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn item_9_above_zero_shows_help_at_once_and_stays_with_the_clinicians_until_one_reviews_it() {
    on_each_database(|store| Box::pin(item_9(store))).await;
}

async fn item_9(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, _, page) = booked(&world).await;
    let mut phone = Browser::of(&world.clinic);
    phone.get(&format!("{page}/week")).await.ok().says("9 AM to 5 PM on workdays").says("Begin");
    for number in 1..=2 {
        let kept = phone.post(&format!("{page}/phq9/{number}"), &[("answer", "1")]).await;
        kept.goes_to(&format!("{page}/phq9/{}", number + 1));
    }
    phone.get(&format!("{page}/week")).await.ok().says("Go on");

    // She turns to the last question before the others: the flag does not wait for the rest.
    let kept = phone.post(&format!("{page}/phq9/9"), &[("answer", "2")]).await;
    kept.goes_to(&format!("{page}/support"));
    let help = phone.get(kept.location().expect("a way")).await;
    help.ok().says(HELP).holds("href=\"tel:988\"").holds(&format!("{page}/phq9/3"));
    assert_eq!(world.worklist().await.first(), Some(&(WorkKind::Phq9Item9, None)), "first of all lines");
    let open = answers(&world, maria).await.remove(0);
    assert_eq!((open.state, open.item9_highest, open.reviewed_at), (Phq9State::Open, 2, None));

    // Taking the answer back does not take the flag back.
    phone.post(&format!("{page}/phq9/9"), &[("answer", "0")]).await.goes_to(&format!("{page}/phq9/3"));
    for number in 3..=8 {
        phone.post(&format!("{page}/phq9/{number}"), &[("answer", "3")]).await.is(StatusCode::SEE_OTHER);
    }
    let done = answers(&world, maria).await.remove(0);
    assert_eq!((done.state, done.total), (Phq9State::Complete, Some(20)));
    assert!(done.waits_for_review());
    let thanks = phone.get(&format!("{page}/thanks?of=week")).await;
    assert!(!thanks.text().contains("20") && !thanks.text().contains("severe"), "no score is said back");

    // The front desk sees none of it, the clinician sees it first.
    let chart = format!("/patients/{maria}");
    let mut desk = signed_in(&world, "desk@harbor.test").await;
    for path in ["/worklist", chart.as_str()] {
        let seen = desk.get(path).await;
        assert!(!seen.ok().text().contains("PHQ-9"), "{}", seen.text());
    }
    desk.get(&format!("{chart}/mood")).await.is(StatusCode::FORBIDDEN);
    let review = format!("/phq9/{}/review", done.id);
    desk.post(&review, &[("note", "I called her")]).await.is(StatusCode::FORBIDDEN);
    let mut jane = signed_in(&world, "jane@harbor.test").await;
    jane.get("/worklist").await.ok().says("item 9 above zero").says("Review now");
    jane.get(&chart).await.ok().says("item 9 was above zero. Nobody has reviewed it yet.");

    // It can be neither put off nor ticked off, and only a clinician reviews it, in words.
    let lines = worklist::worklist(&mut world.clinic.read().await, &world.clinic.rules(), &world.site).await;
    let line = lines.expect("a worklist").remove(0).item.expect("a stored line");
    let (doctor, later) = (&world.doctor, world.now() + TimeDelta::hours(4));
    let snoozed =
        world.act(doctor, async |tx| worklist::snooze(tx, doctor, line, later, "She calls back").await).await;
    assert!(matches!(snoozed, Err(ActionError::Refused("worklist-needs-review"))), "{snoozed:?}");
    let ticked = world.act(doctor, async |tx| worklist::finish(tx, doctor, line).await).await;
    assert!(matches!(ticked, Err(ActionError::Refused("worklist-needs-review"))), "{ticked:?}");
    let coach = &world.coach;
    let by_coach = world
        .act(coach, async |tx| review_item9(tx, coach, &world.site, done.id, "Spoke to her").await)
        .await;
    assert!(matches!(by_coach, Err(ActionError::NotPermitted)), "{by_coach:?}");
    jane.get(&format!("{chart}/mood")).await.ok().says("What was done?");
    jane.post(&review, &[("note", "  ")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter what was done");
    let note = "Called her, her sister is with her";
    jane.post(&review, &[("note", note)]).await.goes_to(&format!("{chart}/mood"));
    jane.get(&format!("{chart}/mood")).await.ok().says("reviewed by Dr. Jane Miller").says(note);
    let reviewed = answers(&world, maria).await.remove(0);
    assert_eq!(
        (reviewed.reviewed_at, reviewed.reviewed_by.as_deref()),
        (Some(world.now()), Some("Dr. Jane Miller"))
    );
    assert!(world.worklist().await.iter().all(|(kind, _)| *kind != WorkKind::Phq9Item9));
    jane.post(&review, &[("note", note)]).await.goes_to(&format!("{chart}/mood"));
    assert_eq!(world.audited(maria, "phq9.review").await, 1);
    assert_eq!(world.audited(maria, "phq9.flag").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_questionnaire_is_resumed_for_two_days_and_then_begun_anew() {
    on_each_database(resumed).await;
}

async fn resumed(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let actor = Actor::Patient { id: maria };
    let say = async |item: usize, answer: i64| {
        world.act(&actor, async |tx| answer_item(tx, &actor, &world.site, maria, item, answer).await).await
    };
    assert_eq!(say(1, 2).await.expect("kept").next, Some(2));
    world.advance(TimeDelta::hours(47));
    assert_eq!(say(2, 1).await.expect("kept").next, Some(3), "the first answer is still there");
    world.advance(TimeDelta::hours(49));
    assert_eq!(say(2, 1).await.expect("kept").next, Some(3));
    let all = answers(&world, maria).await;
    assert_eq!(all.iter().map(|one| one.state).collect::<Vec<_>>(), [Phq9State::Left, Phq9State::Open]);
    assert_eq!(all[1].answers[0], None, "other weeks have other answers");
    for (item, answer) in [(0, 1), (10, 1), (3, 4), (3, -1)] {
        let refused = say(item, answer).await;
        assert!(matches!(refused, Err(ActionError::Refused("phq9-choose"))), "{item} {answer}: {refused:?}");
    }
    let stranger = Actor::Patient { id: PatientId::new() };
    let foreign =
        world.act(&stranger, async |tx| answer_item(tx, &stranger, &world.site, maria, 3, 0).await).await;
    assert!(matches!(foreign, Err(ActionError::NotPermitted)), "{foreign:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_ins_follow_a_treatment_that_took_place_and_their_answers_stand_on_the_chart() {
    on_each_database(|store| Box::pin(check_ins(store))).await;
}

async fn check_ins(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, series, page) = booked(&world).await;
    let (first, second) = (world.main(series, 1).await, world.main(series, 2).await);
    let subjects = |subject: &str| {
        let mails = world.mails_to(MARIA);
        mails.into_iter().filter(|mail| mail.subject() == subject).collect::<Vec<_>>()
    };
    world.clock_to(first.starts_at - TimeDelta::days(2) + TimeDelta::minutes(1));
    world.tick().await;
    let weekly = subjects("Your check-in for this week is ready");
    assert_eq!(weekly.len(), 1, "the baseline is asked for before the first treatment");
    assert!(weekly[0].link("/v/").ends_with("/week"), "the address does not tell what it asks");

    let doctor = &world.doctor;
    let at = world.now();
    world
        .act(doctor, async |tx| record_mood(tx, doctor, &world.site, maria, 3, at).await)
        .await
        .expect("a score by phone");
    world.name_driver(maria, &[first.id], "Daniel Reed", FRIEND).await;
    world.answer(first.id, true).await;
    world.clock_to(first.starts_at);
    world.check_in(&world.desk, first.id, None).await.expect("everything is there");
    let states = |rows: &[seriesbook::store::messages::Message]| {
        let mut found: Vec<(i64, MessageStatus)> = rows
            .iter()
            .filter(|row| row.stage == Stage::MoodCheckIn)
            .map(|row| (row.lead_minutes / 1440, row.status))
            .collect();
        found.sort_unstable();
        found
    };
    let waiting = states(&world.messages_about(maria, first.id).await);
    assert_eq!(
        waiting,
        [1, 3, 7].map(|day| (day, MessageStatus::Pending)),
        "check-in at the desk silences none"
    );

    world.clock_to(first.ends_at + TimeDelta::days(1));
    world.tick().await;
    let asked = subjects("Your check-in is ready");
    assert_eq!(asked.len(), 1);
    let link = asked[0].link("/v/");
    assert!(link.ends_with("/check-in"));
    let mut phone = Browser::of(&world.clinic);
    phone.get(&link).await.ok().says("How is your mood right now?").says("Not today");
    let tap = format!("{page}/mood");
    phone.post(&tap, &[("score", "11")]).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("from 0 to 10");
    phone.post(&tap, &[("score", "5")]).await.goes_to(&format!("{page}/thanks"));
    phone.get(&tap).await.ok();
    phone.post(&tap, &[("score", "6")]).await.goes_to(&format!("{page}/thanks"));
    let kept: Vec<i64> = scores(&world, maria).await.iter().map(|one| one.score).collect();
    assert_eq!(kept, [3, 6], "a second tap soon after corrects the first");

    // The second treatment is moved and then does not take place: nobody is asked about it.
    let moved =
        world.move_visit(second.id, second.version, second.starts_at + TimeDelta::days(1), None).await;
    moved.expect("it can move");
    let rows = world.messages_about(maria, second.id).await;
    let old: Vec<_> = rows.iter().filter(|row| row.version == second.version).cloned().collect();
    assert_eq!(states(&old), [1, 3, 7].map(|day| (day, MessageStatus::Superseded)));
    let now = world.main(series, 2).await;
    world.clock_to(now.ends_at + TimeDelta::days(1));
    world.tick().await;
    let rows = world.messages_about(maria, second.id).await;
    let new: Vec<_> = rows.iter().filter(|row| row.version == now.version).cloned().collect();
    assert_eq!(states(&new)[0], (1, MessageStatus::NotNeeded));

    let mut jane = signed_in(&world, "jane@harbor.test").await;
    let chart = jane.get(&format!("/patients/{maria}")).await;
    chart.ok().says("Mood rose from 3 to 6").says("change +3").says("Show as table").says("Treatment 1");
    chart.holds("role=\"img\"").holds("<desc");
    let mut desk = signed_in(&world, "desk@harbor.test").await;
    let seen = desk.get(&format!("/patients/{maria}")).await;
    assert!(!seen.ok().text().contains("Mood"), "the front desk sees no scores: {}", seen.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_score_said_on_the_phone_is_entered_once_and_never_for_a_time_ahead() {
    on_each_database(by_phone).await;
}

async fn by_phone(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let mut lena = signed_in(&world, "lena@harbor.test").await;
    let path = format!("/patients/{maria}/mood");
    lena.get(&path).await.ok().says("No scores yet");
    let said =
        |score: &'static str, time: &'static str| [("score", score), ("date", "2026-11-16"), ("time", time)];
    lena.post(&path, &said("4", "08:30")).await.goes_to(&path);
    lena.post(&path, &said("4", "08:30")).await.goes_to(&path);
    lena.get(&path).await.ok().says("One mood score so far: 4.");
    let again = lena.post(&path, &said("5", "08:30")).await;
    again.is(StatusCode::UNPROCESSABLE_ENTITY).says("There is an answer of exactly this time already");
    let ahead = lena.post(&path, &said("5", "09:30")).await;
    ahead.is(StatusCode::UNPROCESSABLE_ENTITY).says("This time lies ahead").holds("value=\"09:30\"");
    assert_eq!(scores(&world, maria).await.len(), 1);

    let whole = format!("/patients/{maria}/phq9");
    lena.get(&whole).await.ok().says("Little interest or pleasure in doing things");
    let mut fields: Vec<(String, &str)> = (1..=9).map(|number| (format!("q{number}"), "1")).collect();
    fields.extend([("date".to_owned(), "2026-11-16"), ("time".to_owned(), "08:45")]);
    let given: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let missing = lena.post(&whole, &given[1..]).await;
    missing.is(StatusCode::UNPROCESSABLE_ENTITY).says("Choose an answer to question 1");
    lena.post(&whole, &given).await.goes_to(&path);
    lena.get(&path).await.ok().says("9 (mild)").says("item 9 was above zero").says("A clinician reviews it.");
    assert_eq!(world.worklist().await.first(), Some(&(WorkKind::Phq9Item9, None)));
}
