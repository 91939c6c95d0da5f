//! Who drives or takes home is somebody else than the patient, and can be replaced until the patient has gone home.

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::actions::drivers::{NamedDriver, name_driver};
use seriesbook::actions::{ActionError, run_visit};
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::drivers::{DriveStatus, Legs};
use seriesbook::domain::gates::Unmet;
use seriesbook::domain::ids::{AppointmentId, PatientId};
use seriesbook::domain::worklist::WorkKind;
use seriesbook::mail::forbidden::found_in;
use seriesbook::store::Store;
use seriesbook::store::appointments::Appointment;

use super::world::{FRIEND, MARIA, TOM, World};
use crate::support::databases::on_each_database;

/// Maria's first treatment and the way to her page.
async fn booked(world: &World) -> (PatientId, Appointment, String) {
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    (maria, world.main(series, 1).await, world.page_of(MARIA))
}

/// Daniel drives, and the treatment runs.
async fn running(world: &World, maria: PatientId, first: &Appointment) {
    world.name_driver(maria, &[first.id], "Daniel Reed", FRIEND).await;
    world.answer(first.id, true).await;
    world.clock_to(first.starts_at);
    world.check_in(&world.desk, first.id, None).await.expect("everything is there");
    let (doctor, id) = (&world.doctor, first.id);
    world.act(doctor, async |tx| run_visit::start_visit(tx, doctor, id, None).await).await.expect("begun");
}

/// From the running treatment to the end of its rest.
async fn rested(world: &World, id: AppointmentId) {
    let (doctor, coach) = (&world.doctor, &world.coach);
    world.clock_to(world.visit(id).await.starts_at + TimeDelta::minutes(75));
    world.act(doctor, async |tx| run_visit::start_recovery(tx, doctor, id).await).await.expect("rest");
    world
        .act(coach, async |tx| run_visit::record_coach_check_in(tx, coach, id, None).await)
        .await
        .expect("the coach looked in");
    world.advance(TimeDelta::minutes(45));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_neither_their_own_driver_nor_their_own_escort() {
    on_each_database(own).await;
}

async fn own(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, first, page) = booked(&world).await;
    let typed = |name: &str, phone: &str, email: &str| {
        [("who", "other"), ("name", name), ("phone", phone), ("email", email), ("which", "all")]
            .map(|(field, value)| (field, value.to_owned()))
    };
    let all = typed("maria  ALVAREZ", "(555) 010-0133", "Maria@example.org");
    let (status, body) = world.post(&format!("{page}/driver"), &all).await;
    assert_eq!(status, 422);
    for words in ["This is your own name", "This is your own phone", "This is your own email"] {
        assert!(body.contains(words), "{words} in {body}");
    }
    for kept in ["maria  ALVAREZ", "(555) 010-0133", "Maria@example.org"] {
        assert!(body.contains(kept), "{kept} in {body}");
    }
    let email = typed("Ana Alvarez", "", MARIA);
    assert_eq!(world.post(&format!("{page}/driver"), &email).await.0, 422);

    let mut desk = world.signed_in("desk@harbor.test").await;
    let path = format!("/appointments/{}/driver", first.id);
    desk.get(&path).await.ok();
    let fields = [("driver", "new"), ("full_name", "Ana Alvarez"), ("phone", "555-010-0133"), ("email", "")];
    let refused = desk.post(&path, &fields).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says("This is the patient's own phone");
    refused.holds("Ana Alvarez").holds("555-010-0133");
    let (rules, actor) = (world.clinic.rules(), &world.desk);
    let phone = Some("+1 555 010 0199".to_owned());
    let named = NamedDriver { full_name: "Maria Alvarez".to_owned(), email: None, phone };
    let refused = world
        .act(actor, async |tx| name_driver(tx, actor, &rules, &world.site, maria, &[first.id], named).await)
        .await;
    assert!(matches!(refused, Err(ActionError::Refused("drivers-own-details"))), "{refused:?}");
    assert!(world.drive(first.id).await.is_none());

    running(&world, maria, &first).await;
    rested(&world, first.id).await;
    let alone = world.discharge(first.id, Some("maria  alvarez")).await;
    assert!(matches!(&alone, Err(ActionError::Unmet(all)) if all == &[Unmet::OwnName]), "{alone:?}");
    let mut desk = world.signed_in("desk@harbor.test").await;
    desk.get(&format!("/appointments/{}", first.id)).await.ok();
    let home = format!("/appointments/{}/discharge", first.id);
    let page = desk.post(&home, &[("escort", "Maria Alvarez")]).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("The name entered is the patient's own.");
    page.holds("value=\"Maria Alvarez\"");
    assert_eq!(world.visit(first.id).await.status, AppointmentStatus::Recovering);
    world.discharge(first.id, Some("Daniel Reed")).await.expect("home with somebody else");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_who_backs_out_during_the_visit_is_replaced_by_the_desk_and_by_the_patient() {
    on_each_database(replaced).await;
}

async fn replaced(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let (maria, first, page) = booked(&world).await;
    running(&world, maria, &first).await;
    world.answer(first.id, false).await;
    let line = (WorkKind::DriverWithdrew, Some(first.id));
    assert!(world.worklist().await.contains(&line));

    // The desk asks Tom: for the way home, for the way there is behind her.
    let mut desk = world.signed_in("desk@harbor.test").await;
    desk.get(&format!("/appointments/{}", first.id)).await.ok().says("Name another driver");
    let path = format!("/appointments/{}/driver", first.id);
    desk.get(&path).await.ok();
    let tom = [("driver", "new"), ("full_name", "Tom Hale"), ("phone", ""), ("email", TOM), ("legs", "both")];
    desk.post(&path, &tom).await.goes_to("/appointments/");
    let drive = world.drive(first.id).await.expect("somebody is asked");
    assert_eq!((drive.legs, drive.status), (Legs::Home, DriveStatus::Asked));
    assert!(world.worklist().await.contains(&line), "asked is not a yes");
    world.pass_minutes(5).await;
    let mail = world.mails_to(TOM).remove(0);
    let text = mail.text();
    assert!(text.contains("Take Maria home") && !text.contains("Bring Maria"), "{text}");
    assert!(found_in(&text, true).is_empty(), "{text}");
    let door = mail.link("/d/");
    let yes = [("drive", format!("{}:{}", drive.id, first.version)), ("answer", "yes".to_owned())];
    assert_eq!(world.post(&format!("{door}/answer"), &yes).await.0, 303);
    assert_eq!(world.drive(first.id).await.map(|drive| drive.status), Some(DriveStatus::Confirmed));
    assert!(!world.worklist().await.contains(&line), "somebody takes her home");

    // Maria names her sister from her own page; Tom hears that he is free.
    let ana = [
        ("who", "other".to_owned()),
        ("name", "Ana Alvarez".to_owned()),
        ("email", "ana@example.org".to_owned()),
        ("which", "some".to_owned()),
        ("visits", first.id.to_string()),
    ];
    assert_eq!(world.post(&format!("{page}/driver"), &ana).await.0, 303);
    world.pass_minutes(5).await;
    assert_eq!((world.mails_to("ana@example.org").len(), world.mails_to(TOM).len()), (1, 2));

    rested(&world, first.id).await;
    world.discharge(first.id, Some("Ana Alvarez")).await.expect("home with her sister");
    let mut desk = world.signed_in("desk@harbor.test").await;
    desk.get(&path).await.ok().says("until the patient has gone home");
    let late = desk.post(&path, &tom).await;
    late.is(StatusCode::UNPROCESSABLE_ENTITY).says("needs no driver or is over");
}
