//! Intake: somebody calls, fills the form in at home in two sittings, sends it once, and a clinician answers in their own words.

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::actions::ActionError;
use seriesbook::actions::intake::{NewInquiry, close, open_inquiry, send_form};
use seriesbook::actions::intake_review::{Answered, NewReview, review};
use seriesbook::domain::ids::{IntakeId, PatientId};
use seriesbook::domain::intake::{Channel, IntakeState, Source};
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::services::Category;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;
use seriesbook::store::intakes::Intake;

use super::world::{MARIA, World};
use crate::support::databases::on_each_database;
use crate::support::web::Browser;

impl World {
    /// The desk takes an inquiry down.
    pub async fn inquiry(&self, patient: PatientId) -> IntakeId {
        let id = IntakeId::new();
        self.try_inquiry(patient, id).await.expect("an inquiry");
        id
    }

    async fn try_inquiry(&self, patient: PatientId, id: IntakeId) -> Result<(), ActionError> {
        let new = NewInquiry {
            patient,
            channel: Channel::Phone,
            source: Source::Friend,
            reason: "I cannot get out of bed".to_owned(),
        };
        let site = self.site.id;
        self.act(&self.desk, async |tx| open_inquiry(tx, &self.desk, site, new, id).await).await
    }

    /// The desk sends the form, for the first time or again.
    pub async fn send_intake(&self, id: IntakeId) -> Result<(), ActionError> {
        let (rules, site) = (self.clinic.rules(), self.site.id);
        self.act(&self.desk, async |tx| send_form(tx, &self.desk, &rules, site, id).await).await
    }

    /// An inquiry whose form was mailed: the intake, and where the form is.
    pub async fn mailed_intake(&self, patient: PatientId, address: &str) -> (IntakeId, String) {
        let id = self.inquiry(patient).await;
        self.send_intake(id).await.expect("sent");
        self.pass_minutes(5).await;
        let mails = self.mails_to(address);
        (id, mails.last().expect("a mail with the form").link("/v/"))
    }

    pub async fn intake(&self, id: IntakeId) -> Intake {
        self.clinic.read().await.intake(id).await.expect("an answer").expect("the intake")
    }

    /// The patient fills one page in and sends the form.
    pub async fn returned(&self, form: &str) {
        let (status, _) = self.post(&format!("{form}/4"), &[("history", "Asthma".to_owned())]).await;
        assert_eq!(status, 303);
        let (status, _) = self.post(&format!("{form}/send"), &[("cost", "yes".to_owned())]).await;
        assert_eq!(status, 303);
    }

    /// A clinician answers.
    pub async fn answer_intake(
        &self,
        id: IntakeId,
        answer: Answered,
        note: &str,
        words: &str,
    ) -> Result<(), ActionError> {
        let (rules, version) = (self.clinic.rules(), self.intake(id).await.version);
        let new = NewReview { intake: id, version, answer, note: note.to_owned(), words: words.to_owned() };
        self.act(&self.doctor, async |tx| review(tx, &self.doctor, &rules, &self.site, new).await).await
    }

    async fn intake_lines(&self) -> usize {
        self.worklist().await.into_iter().filter(|(kind, _)| *kind == WorkKind::IntakeWaits).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_first_call_to_a_booked_consultation() {
    on_each_database(to_the_consultation).await;
}

async fn to_the_consultation(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let (id, form) = world.mailed_intake(maria, MARIA).await;
    assert!(form.ends_with("/intake"), "{form}");
    assert!(!world.mails_to(MARIA)[0].text().contains("bed"), "the reason never goes into a mail");

    // The first sitting: two pages, one with a slip, then the tab is closed.
    let mut phone = Browser::of(&world.clinic);
    phone.get(&form).await.ok().says("Not started").says("20 minutes");
    let birth = [("birth_month", "mar"), ("birth_day", "4"), ("goals", "To sleep again")];
    phone
        .post(&format!("{form}/1"), &birth)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Birth date must include a year")
        .holds("To sleep again");
    assert_eq!(world.intake(id).await.state, IntakeState::PacketSent, "nothing refused is kept");
    let birth = [birth.as_slice(), &[("birth_year", "1988")]].concat();
    phone.post(&format!("{form}/1"), &birth).await.goes_to(&format!("{form}/2"));
    assert_eq!(world.intake(id).await.state, IntakeState::Started);

    // Two days later, on another device: what was typed is there, and the way on leads to the second page.
    world.advance(TimeDelta::days(2));
    let mut laptop = Browser::of(&world.clinic);
    laptop
        .get(&form)
        .await
        .ok()
        .says("Go on where you stopped")
        .holds(&format!("primary\" href=\"{form}/2\""));
    laptop.get(&format!("{form}/1")).await.ok().holds("To sleep again").holds("1988");
    laptop.post(&format!("{form}/4"), &[("talk", "yes")]).await.goes_to(&format!("{form}/5"));
    laptop.get(&format!("{form}/check")).await.ok().says("March 4, 1988").says("I would rather talk");
    laptop
        .post(&format!("{form}/send"), &[])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Tick that you may have to pay");

    // Sent from two tabs at the same moment, and once more later: one return, and the same thanks.
    let (mut one, mut other) = (laptop.clone(), phone.clone());
    let path = format!("{form}/send");
    let fields = [("cost", "yes")];
    let (first, second) = tokio::join!(one.post(&path, &fields), other.post(&path, &fields));
    for page in [&first, &second] {
        assert!(page.status == StatusCode::SEE_OTHER || page.status == StatusCode::OK, "{}", page.status);
    }
    laptop.post(&path, &fields).await.goes_to(&form);
    laptop.get(&form).await.ok().says("Thank you, Maria.").says("in the next 2 workdays");
    assert_eq!(world.audited(maria, "intake.return").await, 1);
    laptop.post(&format!("{form}/4"), &[("history", "changed")]).await.goes_to(&form);
    let kept = world.clinic.read().await.intake_answers(id).await.expect("answers");
    assert!(kept.iter().all(|answer| answer.value != "changed"), "after the sending it is read only");
    assert!(world.worklist().await.contains(&(WorkKind::IntakeWaits, None)), "a clinician has to read it");

    // The clinician offers a consultation in their own words; the mail says only that there are some.
    let words = "I read what you wrote. Let us meet.";
    world.answer_intake(id, Answered::Offer, "", words).await.expect("answered");
    world.pass_minutes(5).await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), 2, "the form and the words, no reminder");
    assert_eq!(mails[1].subject(), "There is a message for you");
    assert!(!mails[1].text().contains("meet") && !mails[1].text().contains("consultation"));
    phone.get(&mails[1].link("/v/")).await.ok().says(words);

    let consultation = world.service(Category::Consultation).id;
    world.book_visit(maria, consultation, world.clinic.at("2026-11-24T10:00")).await.expect("a free hour");
    assert_eq!(world.intake(id).await.state, IntakeState::Closed, "booked: nothing waits any more");
    assert_eq!(world.intake_lines().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_go_on_days_three_and_seven_and_stop_when_the_form_is_back() {
    on_each_database(reminders).await;
}

async fn reminders(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let (id, form) = world.mailed_intake(maria, MARIA).await;
    world.pass_until(world.clinic.at("2026-11-19T12:00")).await;
    assert_eq!(world.mails_to(MARIA).len(), 2, "one reminder after three days");
    assert_eq!(world.mails_to(MARIA)[1].subject(), "Your form is still open");
    world.returned(&form).await;
    world.pass_until(world.clinic.at("2026-12-07T12:00")).await;
    assert_eq!(world.mails_to(MARIA).len(), 2, "and none once it is back");
    let waiting = world.clinic.read().await.messages_of(maria, 100).await.expect("messages");
    assert!(waiting.iter().all(|one| one.status != MessageStatus::Pending));
    assert_eq!(world.intake(id).await.state, IntakeState::Returned);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_nobody_fills_in_reminds_twice_and_then_waits_on_the_worklist_until_it_is_sent_again() {
    on_each_database(not_back).await;
}

async fn not_back(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let (id, _) = world.mailed_intake(maria, MARIA).await;
    world.pass_until(world.clinic.at("2026-11-25T09:00")).await;
    assert_eq!(world.mails_to(MARIA).len(), 3);
    assert_eq!(world.intake_lines().await, 0, "still within its time");
    world.pass_until(world.clinic.at("2026-11-26T10:00")).await;
    assert_eq!(world.intake_lines().await, 1, "overdue after ten days");
    world.send_intake(id).await.expect("sent again");
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), 4);
    assert_eq!(world.intake_lines().await, 0, "the wait begins anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_again_at_once_reaches_the_patient_once() {
    on_each_database(twice_at_once).await;
}

async fn twice_at_once(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let id = world.inquiry(maria).await;
    world.send_intake(id).await.expect("sent");
    world.send_intake(id).await.expect("sent again");
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), 1);
    let second = world.try_inquiry(maria, IntakeId::new()).await;
    assert!(matches!(second, Err(ActionError::Refused("intake-open-already"))), "{second:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_without_words_tells_the_patient_nothing_and_stays_with_the_desk() {
    on_each_database(declined).await;
}

async fn declined(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let (id, form) = world.mailed_intake(maria, MARIA).await;
    let early = world.answer_intake(id, Answered::Decline, "", "").await;
    assert!(matches!(early, Err(ActionError::Changed)), "nothing is back to answer: {early:?}");
    world.returned(&form).await;
    let (rules, site, desk) = (world.clinic.rules(), &world.site, &world.desk);
    let version = world.intake(id).await.version;
    let new = NewReview {
        intake: id,
        version,
        answer: Answered::Decline,
        note: String::new(),
        words: String::new(),
    };
    let by_desk = world.act(desk, async |tx| review(tx, desk, &rules, site, new).await).await;
    assert!(matches!(by_desk, Err(ActionError::NotPermitted)), "{by_desk:?}");
    world.answer_intake(id, Answered::Decline, "Call with the list of clinics", "").await.expect("answered");
    world.pass_minutes(600).await;
    assert_eq!(world.mails_to(MARIA).len(), 1, "no outcome is worded by the program");
    let mut phone = Browser::of(&world.clinic);
    let page = phone.get(&form).await;
    assert!(!page.ok().text().to_lowercase().contains("declin"), "nor on the page");
    assert_eq!(world.intake_lines().await, 1, "somebody has to call");
    world.act(desk, async |tx| close(tx, desk, site.id, id, "Called, named two others").await).await.unwrap();
    assert_eq!(world.intake_lines().await, 0);
    // Years later she may call again.
    world.inquiry(maria).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_for_more_the_form_opens_again_with_everything_in_it() {
    on_each_database(more_asked).await;
}

async fn more_asked(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", Some(MARIA)).await;
    let (id, form) = world.mailed_intake(maria, MARIA).await;
    world.returned(&form).await;
    let silent = world.answer_intake(id, Answered::More, "", "").await;
    assert!(matches!(silent, Err(ActionError::Refused("intake-more-what"))), "{silent:?}");
    world.answer_intake(id, Answered::More, "", "What do you take for it?").await.expect("asked");
    world.pass_minutes(5).await;
    assert_eq!(world.mails_to(MARIA).len(), 2);
    let mut phone = Browser::of(&world.clinic);
    phone.get(&form).await.ok().says("What do you take for it?");
    phone.get(&format!("{form}/4")).await.ok().holds("Asthma");
    world.pass_until(world.clinic.at("2026-11-19T12:00")).await;
    assert_eq!(world.mails_to(MARIA).len(), 3, "reminded as of a form");
    phone.post(&format!("{form}/5"), &[("medicines", "A spray")]).await.goes_to(&form);
    phone.post(&format!("{form}/send"), &[("cost", "yes")]).await.goes_to(&form);
    assert_eq!(world.intake(id).await.state, IntakeState::Returned);
    assert_eq!(world.audited(maria, "intake.return").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_address_the_form_is_held_and_somebody_calls() {
    on_each_database(no_address).await;
}

async fn no_address(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.add_patient("Maria Alvarez", None).await;
    let id = world.inquiry(maria).await;
    world.send_intake(id).await.expect("sent");
    world.pass_minutes(5).await;
    let rows = world.clinic.read().await.messages_of(maria, 100).await.expect("messages");
    let packet = rows.iter().find(|one| one.stage == Stage::IntakePacket).expect("the form's message");
    assert_eq!(packet.status, MessageStatus::Held);
    assert!(world.worklist().await.contains(&(WorkKind::NoAddress, None)));
}
