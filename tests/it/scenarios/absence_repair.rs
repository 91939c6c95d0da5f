//! Somebody falls ill, a room closes: the hit courses are repaired with the least disturbance, all of it or none.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use seriesbook::actions::absence::{Away, Repair, prepare};
use seriesbook::actions::absence_apply::{Applied, Stopped, apply};
use seriesbook::actions::absence_read::RepairFound;
use seriesbook::actions::cancel::cancel_visit;
use seriesbook::actions::plan::Planned;
use seriesbook::actions::{ActionError, worklist};
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::ids::{AppointmentId, ResourceId, SeriesId};
use seriesbook::domain::messages::Stage;
use seriesbook::domain::protocols::VisitRole;
use seriesbook::domain::repair::Disturbance;
use seriesbook::domain::services::Kind;
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::Store;
use seriesbook::store::appointments::Appointment;
use seriesbook::store::patients::Patient;
use seriesbook::words::Words;

use crate::support::clinic::Clinic;
use crate::support::databases::{count, execute, literal, on_each_database};
use crate::support::planning::{best_of, is_planned_right};

const ABSENCES: &str = "SELECT COUNT(*) FROM absences";

/// A booked course given by one doctor.
async fn course_with(clinic: &Clinic, patient: &Patient, doctor: ResourceId) -> SeriesId {
    let mut wishes = clinic.wishes().await;
    wishes.must_with = Some(doctor);
    let Planned::Courses(courses) = clinic.plan_with(patient, &wishes).await.expect("a plan") else {
        panic!("a course fits");
    };
    clinic.book_chosen(patient, &courses[0].chosen(), false).await.expect("a free course")
}

/// The repair when somebody is away on these dates (both included), its instance held against the rules.
async fn repair(clinic: &Clinic, who: ResourceId, from: NaiveDate, to: NaiveDate) -> Repair {
    let away = Away {
        resource: who,
        from: from.and_time(NaiveTime::MIN),
        to: to.and_time(NaiveTime::MIN) + TimeDelta::days(1),
        note: "ill".to_owned(),
        entered: None,
    };
    let mut tx = clinic.read().await;
    let repair =
        prepare(&mut tx, Words::default(), &clinic.rules(), &clinic.site, away).await.expect("a repair");
    is_planned_right(&repair.instance().expect("an instance"));
    repair
}

fn solve(repair: &Repair) -> RepairFound {
    best_of(|pace, publish| repair.search(pace, publish))
}

async fn carry_out(
    clinic: &Clinic,
    repair: &Repair,
    found: &RepairFound,
    takes: impl Fn(&str) -> bool,
) -> Result<Applied, Stopped> {
    let desk = clinic.desk();
    let mut tx = clinic.write(&desk).await;
    let accepted = repair.accepted(found, takes);
    let applied = apply(&mut tx, &desk, &clinic.rules(), &clinic.site, repair, accepted).await?;
    tx.commit().await.expect("a commit");
    Ok(applied)
}

async fn main(clinic: &Clinic, series: SeriesId, number: i64) -> Appointment {
    let all = clinic.visits(series).await;
    let found =
        all.into_iter().find(|visit| visit.role == Some(VisitRole::Main) && visit.role_index == Some(number));
    found.expect("the treatment")
}

fn day(clinic: &Clinic, visit: &Appointment) -> NaiveDate {
    visit.starts_at.with_timezone(&clinic.site.timezone).date_naive()
}

async fn moved_messages(clinic: &Clinic, patient: &Patient) -> usize {
    clinic.messages(patient).await.iter().filter(|message| message.stage == Stage::VisitMoved).count()
}

/// The messages about the bookings go.
async fn mail_goes(clinic: &Clinic) {
    clinic.advance(TimeDelta::minutes(10));
    clinic.tick().await;
    clinic.tick().await;
}

async fn left_visits(clinic: &Clinic) -> Vec<AppointmentId> {
    let lines = worklist::worklist(&mut clinic.read().await, &clinic.rules(), &clinic.site).await;
    let lines = lines.expect("a worklist").into_iter().filter(|line| line.kind == WorkKind::AbsenceHit);
    lines.filter_map(|line| line.appointment.map(|visit| visit.id)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sick_doctor_is_stood_in_for_at_the_same_time_where_it_is_taken_and_on_the_worklist_where_not() {
    on_each_database(sick_doctor).await;
}

async fn sick_doctor(store: Store) {
    let clinic = Clinic::open(store).await;
    let (ana, bob) = (clinic.patient("Ana Ruiz").await, clinic.patient("Bob Lee").await);
    clinic.suitable(&ana).await;
    clinic.suitable(&bob).await;
    let of_ana = course_with(&clinic, &ana, clinic.jane).await;
    let of_bob = course_with(&clinic, &bob, clinic.jane).await;
    mail_goes(&clinic).await;
    let (hers, his) = (main(&clinic, of_ana, 2).await, main(&clinic, of_bob, 2).await);
    let (one, other) = (day(&clinic, &hers), day(&clinic, &his));

    let repair = repair(&clinic, clinic.jane, one.min(other), one.max(other)).await;
    assert_eq!(repair.groups.len(), 2, "both courses are hit");
    let found = solve(&repair);
    assert_eq!((found.moved(), found.left()), (0, 0), "the other doctor is free: {found:#?}");
    let applied = carry_out(&clinic, &repair, &found, |key| key == of_ana.to_string()).await;
    let applied = applied.expect("it is free");
    assert_eq!((applied.moved, applied.left), (0, 1));

    let now = clinic.appointment(hers.id).await;
    assert_eq!((now.starts_at, now.version), (hers.starts_at, hers.version), "links and mails stay valid");
    assert_eq!(now.resource_for(Kind::Clinician), Some(clinic.tom));
    assert_eq!(moved_messages(&clinic, &ana).await, 0, "nobody hears of a time that stays");
    let still = clinic.appointment(his.id).await;
    assert_eq!(still.resource_for(Kind::Clinician), Some(clinic.jane), "left is left");
    let left = left_visits(&clinic).await;
    assert_eq!(left.len(), 1, "one line for the visit that was left");
    assert_eq!(clinic.appointment(left[0]).await.series_id, Some(of_bob));
    assert_eq!(count(clinic.store(), ABSENCES).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_treatment_that_must_move_takes_its_talk_along_and_its_patient_hears_once() {
    on_each_database(coach_away).await;
}

async fn coach_away(store: Store) {
    let clinic = Clinic::open(store).await;
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.suitable(&ana).await;
    let series = clinic.book_course(&ana).await;
    mail_goes(&clinic).await;
    let second = main(&clinic, series, 2).await;
    let date = day(&clinic, &second);
    let before = clinic.visits(series).await;

    let repair = repair(&clinic, clinic.lena, date, date).await;
    let found = solve(&repair);
    assert!(found.moved() >= 1 && found.left() == 0, "{found:#?}");
    let applied = carry_out(&clinic, &repair, &found, |_| true).await.expect("it is free");
    assert_eq!((applied.moved, applied.left), (found.moved(), 0));

    let now = clinic.appointment(second.id).await;
    assert_ne!(day(&clinic, &now), date);
    assert_eq!(now.version, second.version + 1);
    let after = clinic.visits(series).await;
    let talk = after
        .iter()
        .find(|visit| visit.role == Some(VisitRole::AfterEach) && visit.role_index == Some(2))
        .expect("its talk");
    let gap = talk.starts_at - now.ends_at;
    assert!((TimeDelta::hours(48)..=TimeDelta::hours(72)).contains(&gap), "{gap}");
    let touched =
        |old: &&Appointment| after.iter().any(|new| new.id == old.id && new.starts_at != old.starts_at);
    let changed = before.iter().filter(touched).count();
    assert_eq!(i64::try_from(changed).expect("a number"), found.moved(), "nothing else moved");
    assert_eq!(moved_messages(&clinic, &ana).await, 1, "one message for all of it");
    assert!(left_visits(&clinic).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_changed_meanwhile_stops_everything_the_absence_too() {
    on_each_database(changed_meanwhile).await;
}

async fn changed_meanwhile(store: Store) {
    let clinic = Clinic::open(store).await;
    let (ana, bob) = (clinic.patient("Ana Ruiz").await, clinic.patient("Bob Lee").await);
    clinic.suitable(&ana).await;
    clinic.suitable(&bob).await;
    let of_ana = course_with(&clinic, &ana, clinic.jane).await;
    let of_bob = course_with(&clinic, &bob, clinic.jane).await;
    let (hers, his) = (main(&clinic, of_ana, 2).await, main(&clinic, of_bob, 2).await);
    let (one, other) = (day(&clinic, &hers), day(&clinic, &his));
    let repair = repair(&clinic, clinic.jane, one.min(other), one.max(other)).await;
    let found = solve(&repair);

    let (desk, rules) = (clinic.desk(), clinic.rules());
    clinic
        .act(&desk, async |tx| {
            cancel_visit(tx, &desk, &rules, &clinic.site, his.id, his.version, "He called").await
        })
        .await
        .expect("canceled");
    let stopped = carry_out(&clinic, &repair, &found, |_| true).await.expect_err("his visit is off");
    assert_eq!(stopped.changed, [of_bob.to_string()], "it says whose");
    assert!(matches!(stopped.error, ActionError::Changed));
    assert_eq!(clinic.appointment(hers.id).await.resource_for(Kind::Clinician), Some(clinic.jane));
    assert_eq!(count(clinic.store(), ABSENCES).await, 0);
    assert!(left_visits(&clinic).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_desks_that_repair_the_same_absence_see_each_other() {
    on_each_database(two_desks).await;
}

async fn two_desks(store: Store) {
    let clinic = Clinic::open(store).await;
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.suitable(&ana).await;
    let series = course_with(&clinic, &ana, clinic.jane).await;
    let second = main(&clinic, series, 2).await;
    let date = day(&clinic, &second);
    let one = repair(&clinic, clinic.jane, date, date).await;
    let other = repair(&clinic, clinic.jane, date, date).await;
    let applied = carry_out(&clinic, &one, &solve(&one), |_| true).await.expect("it is free");
    assert_eq!((applied.moved, applied.reassigned), (0, 1), "the time stays, and so does the version");
    let stopped = carry_out(&clinic, &other, &solve(&other), |_| true).await.expect_err("it was repaired");
    assert_eq!(stopped.changed, [series.to_string()]);
    assert!(matches!(stopped.error, ActionError::Changed));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_hit_visit_is_a_line_of_its_own_and_ends_by_itself() {
    on_each_database(own_lines).await;
}

async fn own_lines(store: Store) {
    let clinic = Clinic::open(store).await;
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.suitable(&ana).await;
    let series = course_with(&clinic, &ana, clinic.jane).await;
    let (second, third) = (main(&clinic, series, 2).await, main(&clinic, series, 3).await);
    let repair = repair(&clinic, clinic.jane, day(&clinic, &second), day(&clinic, &third)).await;
    let hit = repair.groups.iter().map(|group| group.hit.len()).sum::<usize>();
    assert!(hit >= 2, "{hit}");
    let found = solve(&repair);
    let applied = carry_out(&clinic, &repair, &found, |_| false).await.expect("entered");
    assert_eq!(usize::try_from(applied.left), Ok(hit));
    assert_eq!(left_visits(&clinic).await.len(), hit);
    let again = carry_out(&clinic, &repair, &found, |_| false).await.expect("it is there");
    assert_eq!(again.left, 0, "the lines are there already");

    let (desk, rules) = (clinic.desk(), clinic.rules());
    clinic
        .act(&desk, async |tx| {
            cancel_visit(tx, &desk, &rules, &clinic.site, second.id, second.version, "She called").await
        })
        .await
        .expect("canceled");
    let left = left_visits(&clinic).await;
    assert!(!left.contains(&second.id) && left.contains(&third.id), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_room_is_swapped_and_nothing_else_changes() {
    on_each_database(closed_room).await;
}

async fn closed_room(store: Store) {
    let clinic = Clinic::open(store).await;
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.suitable(&ana).await;
    let series = clinic.book_course(&ana).await;
    let first = main(&clinic, series, 1).await;
    let room = first.resource_for(Kind::InfusionRoom).expect("a room");
    let date = day(&clinic, &first);
    let repair = repair(&clinic, room, date, date).await;
    let found = solve(&repair);
    let changes: Vec<_> = found.rows.iter().flat_map(|row| &row.changes).collect();
    assert_eq!(changes.len(), 1, "{changes:#?}");
    assert_eq!((changes[0].visit, changes[0].what), (first.id, Disturbance::Reassigned));
    carry_out(&clinic, &repair, &found, |_| true).await.expect("another room is free");
    let now = clinic.appointment(first.id).await;
    assert_ne!(now.resource_for(Kind::InfusionRoom), Some(room));
    assert_eq!(now.resource_for(Kind::Clinician), first.resource_for(Kind::Clinician));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_course_is_repaired_too_and_stays_held() {
    on_each_database(held_course).await;
}

async fn held_course(store: Store) {
    let clinic = Clinic::open(store).await;
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.suitable(&ana).await;
    let series = clinic.hold_course(&ana).await;
    mail_goes(&clinic).await;
    let second = main(&clinic, series, 2).await;
    let date = day(&clinic, &second);
    let repair = repair(&clinic, clinic.lena, date, date).await;
    let found = solve(&repair);
    carry_out(&clinic, &repair, &found, |_| true).await.expect("it is free");
    let visits = clinic.visits(series).await;
    assert!(visits.iter().all(|visit| visit.status == AppointmentStatus::Held));
    assert_ne!(day(&clinic, &clinic.appointment(second.id).await), date);
    assert_eq!(moved_messages(&clinic, &ana).await, 0, "the offer itself is made again");
    let offers = clinic.messages(&ana).await.into_iter().filter(|message| message.stage == Stage::SeriesHeld);
    assert_eq!(offers.count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_stays_as_it_was() {
    on_each_database(done_stays).await;
}

async fn done_stays(store: Store) {
    let clinic = Clinic::open(store).await;
    let ana = clinic.patient("Ana Ruiz").await;
    clinic.suitable(&ana).await;
    let series = clinic.book_course(&ana).await;
    let (first, second) = (main(&clinic, series, 1).await, main(&clinic, series, 2).await);
    clinic.advance(first.ends_at + TimeDelta::minutes(30) - clinic.now());
    let id = literal(clinic.store(), first.id.0);
    let done = format!("UPDATE appointments SET status = 'fulfilled' WHERE id = {id}");
    assert_eq!(execute(clinic.store(), &done).await, Ok(1));
    let date = day(&clinic, &second);
    let repair = repair(&clinic, clinic.lena, date, date).await;
    let found = solve(&repair);
    assert_eq!(found.left(), 0, "{found:#?}");
    carry_out(&clinic, &repair, &found, |_| true).await.expect("it is free");
    let stays = clinic.appointment(first.id).await;
    assert_eq!((stays.starts_at, stays.version), (first.starts_at, first.version));
    let days = (day(&clinic, &clinic.appointment(second.id).await) - day(&clinic, &first)).num_days();
    assert!((6..=8).contains(&days), "the gap to what is done holds: {days}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absence_that_hits_nothing_is_entered_and_that_is_all() {
    on_each_database(hits_nothing).await;
}

async fn hits_nothing(store: Store) {
    let clinic = Clinic::open(store).await;
    let repair = repair(&clinic, clinic.jane, clinic.today(), clinic.today()).await;
    let found = solve(&repair);
    assert!(found.rows.is_empty());
    let applied = carry_out(&clinic, &repair, &found, |_| true).await.expect("entered");
    assert_eq!((applied.moved, applied.reassigned, applied.left), (0, 0, 0));
    // A second press with another form enters it no second time.
    carry_out(&clinic, &repair, &found, |_| true).await.expect("it is there");
    assert_eq!(count(clinic.store(), ABSENCES).await, 1);
}
