//! Links that are of no use any more say what happened and send a fresh one; and the patient's mail in the wrong hands.

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::actions::change_series::{apply, propose};
use seriesbook::domain::ids::PatientId;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::domain::series_change::SeriesChange;
use seriesbook::domain::services::Category;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::mail::forbidden::found_in;
use seriesbook::store::Store;

use super::world::{FRIEND, MARIA, TOM, World};
use crate::support::databases::{execute, on_each_database};
use crate::support::web::Browser;

/// Every link that went out is too old now.
async fn grow_old(world: &World) {
    execute(world.clinic.store(), "UPDATE links SET expires_at = created_at").await.expect("old links");
}

async fn states(world: &World, patient: PatientId, stage: Stage) -> Vec<MessageStatus> {
    let rows = world.clinic.read().await.messages_of(patient, 1000).await.expect("messages");
    rows.into_iter().filter(|row| row.stage == stage).map(|row| row.status).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_link_sends_a_fresh_one_to_the_address_on_file_once_an_hour() {
    on_each_database(fresh).await;
}

async fn fresh(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let page = world.page_of(MARIA);
    let mut phone = Browser::of(&world.clinic);
    phone.post(&format!("{page}/fresh"), &[]).await.goes_to(&page);
    assert!(states(&world, maria, Stage::FreshLink).await.is_empty(), "a link in use needs no other");

    grow_old(&world).await;
    phone.get(&page).await.is(StatusCode::GONE).says("This link is too old");
    phone.get(&format!("{page}/fresh")).await.is(StatusCode::GONE).says("This link is too old");
    let asked = format!("{page}/fresh?done=sent");
    for _ in 0..3 {
        phone.post(&format!("{page}/fresh"), &[]).await.goes_to(&asked);
    }
    let sent = phone.get(&asked).await;
    sent.is(StatusCode::GONE).says("A new link is on its way");
    assert!(!sent.text().contains('@') || !sent.text().contains("maria"), "{}", sent.text());
    world.tick().await;
    let mails = world.mails_to(MARIA);
    assert_eq!(mails.len(), 2, "the booking, and one fresh link however often the button was pressed");
    assert_eq!(mails[1].subject(), "Your new link");
    let text = mails[1].text();
    assert!(found_in(&text, false).is_empty() && !text.contains("December"), "{text}");
    let link = mails[1].link("/v/");
    phone.get(&link).await.ok().says("Hello Maria").says("Total price");
    assert_eq!(world.audited(maria, "link.fresh").await, 1);
    let first = world.main(series, 1).await;
    let seen = vec![("visit", format!("{}:{}", first.id, first.version))];
    assert_eq!(world.post(&format!("{link}/confirm"), &seen).await.0, 303, "it does what the old one did");

    world.advance(TimeDelta::minutes(61));
    phone.post(&format!("{page}/fresh"), &[]).await.goes_to(&asked);
    world.tick().await;
    assert_eq!(world.mails_to(MARIA).len(), 3, "an hour later once more");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_address_the_page_says_the_same_and_the_desk_calls() {
    on_each_database(no_address).await;
}

async fn no_address(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let page = world.page_of(MARIA);
    execute(world.clinic.store(), "UPDATE patients SET contact = 'phone'").await.expect("she is called now");
    grow_old(&world).await;
    let mut phone = Browser::of(&world.clinic);
    phone.post(&format!("{page}/fresh"), &[]).await.goes_to(&format!("{page}/fresh?done=sent"));
    phone.get(&format!("{page}/fresh?done=sent")).await.says("A new link is on its way");
    world.tick().await;
    assert_eq!(states(&world, maria, Stage::FreshLink).await, [MessageStatus::Held]);
    assert!(world.worklist().await.contains(&(WorkKind::NoAddress, None)));
    assert_eq!(world.mails_to(MARIA).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_visit_that_moved_or_went_says_so_and_tells_nothing_else() {
    on_each_database(overtaken).await;
}

async fn overtaken(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let tom = world.decided_patient("Tom Berger", TOM).await;
    let consultation = world.service(Category::Consultation).id;
    world.book_visit(tom, consultation, world.clinic.at("2026-11-24T14:00")).await.expect("free");
    world.pass_minutes(5).await;
    let page = world.page_of(TOM);
    let mut phone = Browser::of(&world.clinic);
    phone.get(&page).await.ok().says("Hello Tom");
    let visit = world.visits_of(tom).await.remove(0);
    let to = world.clinic.at("2026-11-25T14:00");
    world.move_visit(visit.id, visit.version, to, None).await.expect("moved");
    let moved = phone.get(&page).await;
    moved.is(StatusCode::GONE).says("Your visit has moved since").says("Send me a new link");
    for secret in ["Tom", "November", "2:00", "Consultation"] {
        assert!(!moved.text().contains(secret), "{secret} in {}", moved.text());
    }
    let seen = vec![("visit", format!("{}:{}", visit.id, visit.version))];
    assert_eq!(world.post(&format!("{page}/confirm"), &seen).await.0, 410);
    world.pass_minutes(5).await;
    let newer = world.mails_to(TOM)[1].link("/v/");
    phone.get(&newer).await.ok().says("Hello Tom").says("Wednesday, November 25");

    let visit = world.visit(visit.id).await;
    world.cancel(visit.id, visit.version).await.expect("canceled");
    phone.get(&newer).await.is(StatusCode::GONE).says("Your visit was canceled since");
    world.restore(visit.id).await.expect("taken back at once");
    phone.get(&newer).await.ok().says("Hello Tom");
    let visit = world.visit(visit.id).await;
    world.cancel(visit.id, visit.version).await.expect("canceled for good");
    world.pass_minutes(5).await;
    phone.get(&world.mails_to(TOM)[2].link("/v/")).await.ok().says("Hello Tom");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_course_that_changed_since_says_so_and_the_newer_one_opens() {
    on_each_database(course_changed).await;
}

async fn course_changed(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let page = world.page_of(MARIA);
    world.advance(TimeDelta::minutes(10));
    let (change, rules, doctor) = (SeriesChange::Shorten { visits: 5 }, world.clinic.rules(), &world.doctor);
    let seen = propose(&mut world.clinic.read().await, &rules, &world.site, series, &change)
        .await
        .expect("it can be shorter")
        .seen;
    world
        .act(doctor, async |tx| apply(tx, doctor, &rules, &world.site, series, seen, &change).await)
        .await
        .expect("shortened");
    let mut phone = Browser::of(&world.clinic);
    phone.get(&page).await.ok();
    world.pass_minutes(5).await;
    phone.get(&page).await.is(StatusCode::GONE).says("Your plan has changed since");
    let newer = world.mails_to(MARIA).last().expect("a mail").link("/v/");
    phone.get(&newer).await.ok().says("Hello Maria");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_who_is_not_asked_any_more_reads_that_and_gets_no_mail_and_one_with_an_old_link_gets_a_fresh_one()
 {
    on_each_database(drivers).await;
}

async fn drivers(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.name_driver(maria, &[first.id], "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    let door = world.mails_to(FRIEND)[0].link("/d/");
    let mut stranger = Browser::of(&world.clinic);
    grow_old(&world).await;
    let old = stranger.get(&door).await;
    old.is(StatusCode::GONE).says("This link is too old").says("Send me a new link");
    assert!(found_in(&old.text(), true).is_empty() && !old.text().contains("Maria"), "{}", old.text());
    for _ in 0..2 {
        stranger.post(&format!("{door}/fresh"), &[]).await.goes_to(&format!("{door}/fresh?done=sent"));
    }
    world.tick().await;
    let mails = world.mails_to(FRIEND);
    assert_eq!(mails.len(), 2, "asked once, and one fresh link");
    let text = mails[1].text();
    assert!(text.contains("Here is your new link for the visit of Maria."), "{text}");
    assert!(found_in(&text, true).is_empty() && !text.contains("Alvarez"), "{text}");
    let door = mails[1].link("/d/");
    stranger.get(&door).await.ok().says("Maria asked you to drive");

    // Somebody else drives.
    world.name_driver(maria, &[first.id], "Ana Alvarez", "ana@example.org").await;
    world.pass_minutes(5).await;
    let told = world.mails_to(FRIEND).len();
    let off = stranger.get(&door).await;
    off.is(StatusCode::GONE).says("You are not asked to drive any more");
    assert!(!off.text().contains("Send me a new link") && !off.text().contains("Maria"), "{}", off.text());
    world.advance(TimeDelta::hours(2));
    stranger.post(&format!("{door}/fresh"), &[]).await.goes_to(&door);
    world.tick().await;
    assert_eq!(world.mails_to(FRIEND).len(), told, "nothing more goes there");
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_to_a_patient_in_the_wrong_hands_stops_at_one_press_until_the_desk_puts_the_address_right() {
    on_each_database(wrong_hands).await;
}

async fn wrong_hands(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    let first = world.main(series, 1).await;
    world.pass_minutes(5).await;
    let page = world.page_of(MARIA);
    let mut stranger = Browser::of(&world.clinic);
    stranger.get(&page).await.ok().says("This is not me");
    let asks = stranger.get(&format!("{page}/not-me")).await;
    asks.ok().says("Is this not for you?");
    assert!(!asks.text().contains("Maria"), "{}", asks.text());
    assert_eq!(world.audited(maria, "patient.wrong_person").await, 0, "looking is no press");
    for _ in 0..2 {
        stranger.post(&format!("{page}/not-me"), &[]).await.goes_to(&page);
    }
    assert_eq!(world.audited(maria, "patient.wrong_person").await, 1);
    let dead = stranger.get(&page).await;
    dead.ok().says("We will not write to this address again");
    assert!(!dead.text().contains("Maria") && !dead.text().contains("Send me a new link"), "{}", dead.text());
    stranger.post(&format!("{page}/fresh"), &[]).await.goes_to(&page);
    assert!(states(&world, maria, Stage::FreshLink).await.is_empty());

    let line = (WorkKind::PatientAddressWrong, None);
    assert!(world.worklist().await.contains(&line));
    let mut desk = world.signed_in("desk@harbor.test").await;
    desk.get("/worklist").await.ok().says("Patient's address is wrong").says("Call +1 555 010 0133");
    let told = world.mails_to(MARIA).len();
    world.pass_until(first.starts_at - TimeDelta::days(6)).await;
    assert_eq!(world.mails_to(MARIA).len(), told, "nothing more goes there");

    let mut desk = world.signed_in("desk@harbor.test").await;
    let path = format!("/patients/{maria}/edit");
    let form = desk.get(&path).await;
    form.ok().says("Mail to this address reached someone else");
    let version = form.hidden("version").expect("a version");
    let right = "maria.alvarez@example.org";
    let fields = [
        ("full_name", "Maria Alvarez"),
        ("birth_date", "Mar 4, 1988"),
        ("phone", "+1 555 010 0133"),
        ("email", right),
        ("contact", "email"),
        ("version", version.as_str()),
    ];
    desk.post(&path, &fields).await.goes_to(&format!("/patients/{maria}"));
    assert!(!world.worklist().await.contains(&line), "the address is another one");
    stranger.get(&page).await.ok().says("We will not write to this address again");
    world.pass_until(first.starts_at - TimeDelta::days(1)).await;
    assert!(!world.mails_to(right).is_empty(), "mail goes again");
    assert_eq!(world.mails_to(MARIA).len(), told);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_notes_that_the_address_was_right_and_an_address_that_changes_ends_the_links_sent_to_the_old_one()
 {
    on_each_database(right_after_all).await;
}

async fn right_after_all(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let tom = world.decided_patient("Tom Berger", TOM).await;
    for patient in [maria, tom] {
        let day = if patient == maria { "2026-11-24T14:00" } else { "2026-11-25T14:00" };
        let consultation = world.service(Category::Consultation).id;
        world.book_visit(patient, consultation, world.clinic.at(day)).await.expect("free");
    }
    world.pass_minutes(5).await;
    let (hers, his) = (world.page_of(MARIA), world.page_of(TOM));
    let mut desk = world.signed_in("desk@harbor.test").await;
    world.post(&format!("{hers}/not-me"), &[]).await;
    let path = format!("/patients/{maria}/edit");
    let version = desk.get(&path).await.ok().hidden("version").expect("a version");
    let mut fields = vec![
        ("full_name", "Maria Alvarez"),
        ("birth_date", "Mar 4, 1988"),
        ("phone", "+1 555 010 0133"),
        ("email", MARIA),
        ("contact", "email"),
        ("version", version.as_str()),
        ("address_right", "yes"),
    ];
    desk.post(&path, &fields).await.goes_to(&format!("/patients/{maria}"));
    let known = world.clinic.read().await.patient(maria).await.expect("an answer").expect("Maria");
    assert_eq!(known.address_wrong_at, None);
    assert_eq!(world.audited(maria, "patient.address_right").await, 1);
    assert!(!world.worklist().await.contains(&(WorkKind::PatientAddressWrong, None)));

    // Tom writes from another address now; what went to the old one sends the new one a link.
    let path = format!("/patients/{tom}/edit");
    let version = desk.get(&path).await.ok().hidden("version").expect("a version");
    let elsewhere = "tom.berger@example.org";
    fields.retain(|(name, _)| !["full_name", "email", "version", "address_right"].contains(name));
    fields.extend([("full_name", "Tom Berger"), ("email", elsewhere), ("version", version.as_str())]);
    desk.post(&path, &fields).await.goes_to(&format!("/patients/{tom}"));
    let mut phone = Browser::of(&world.clinic);
    phone.get(&his).await.is(StatusCode::GONE).says("This link is too old");
    phone.post(&format!("{his}/not-me"), &[]).await.is(StatusCode::GONE);
    phone.post(&format!("{his}/fresh"), &[]).await.goes_to(&format!("{his}/fresh?done=sent"));
    world.tick().await;
    assert_eq!(world.mails_to(elsewhere).last().map(|mail| mail.subject()).as_deref(), Some("Your new link"));
    assert_eq!(world.mails_to(TOM).len(), 1);
}
