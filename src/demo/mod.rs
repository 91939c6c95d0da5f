//! The demo: a believable busy clinic as of some instant, told through the same actions the pages use.

mod booking;
mod care;
mod cast;
mod courses;
mod day;
mod eras;
mod erase;
mod folk;
mod intakes;
mod people;
mod rng;
mod story;
mod timeline;
mod times;

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::config::Rules;
use crate::domain::appointments::SeriesStatus;
use crate::domain::ids::SeriesId;
use crate::domain::roles::Role;
use crate::domain::time::day_bounds;
use crate::store::Store;
use crate::words::Words;

pub use erase::erase;

/// The password of every demo account; it is shown on the sign-in page.
const PASSWORD: &str = "elm-street-demo";
/// Mailbox and role of everybody a visitor can sign in as.
const ACCOUNTS: [(&str, Role); 6] = [
    ("priya", Role::FrontDesk),
    ("ngozi", Role::Clinician),
    ("erik", Role::Clinician),
    ("kim", Role::Attendant),
    ("sam", Role::Coach),
    ("dana", Role::Owner),
];
/// More patients than the demo ever has.
const ALL_PATIENTS: i64 = 100_000;

/// An account a visitor of the demo can sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoAccount {
    /// Sign-in name.
    pub email: String,
    /// Its password.
    pub password: String,
    /// What the account may do, in words.
    pub role: String,
}

/// The demo's accounts, the front desk first.
pub fn accounts() -> Vec<DemoAccount> {
    let w = Words::default();
    let account = |(mailbox, role): (&str, Role)| DemoAccount {
        email: format!("{mailbox}@elmstreet.example"),
        password: PASSWORD.to_owned(),
        role: w.t(role.word_key()),
    };
    ACCOUNTS.into_iter().map(account).collect()
}

/// How many patients the demo has unless asked for more.
pub const PATIENTS: usize = people::COUNT;

/// Fills an empty database with the demo clinic as of `now`; what was due before is marked as sent, not sent. Beyond
/// [`PATIENTS`], which the clinic of today has, `patients` grows its past: the same number again for every 140 days before.
///
/// # Errors
/// When a clinic is there already or the store fails.
pub async fn seed(
    store: &Store,
    rules: &Rules,
    w: Words,
    now: DateTime<Utc>,
    patients: usize,
) -> anyhow::Result<()> {
    let eras = eras::up_to(now, patients);
    let mut cast = cast::open_clinic(store, rules, w, eras.first().map_or(now, |era| era.now)).await?;
    for era in eras {
        cast = timeline::Timeline::new(store, rules, w, era, cast).run().await?;
    }
    Ok(())
}

/// What the demo clinic holds, in one line for the terminal.
///
/// # Errors
/// When the store fails.
pub async fn summary(store: &Store, now: DateTime<Utc>) -> anyhow::Result<String> {
    let mut tx = store.read(now).await?;
    let Some(site) = tx.site().await? else { return Ok("no clinic yet".to_owned()) };
    let patients = tx.newest_patients(site.id, ALL_PATIENTS).await?.len();
    let year = TimeDelta::days(366);
    let visits = tx.appointments_between(site.id, now - year, now + year).await?;
    let (from, to) = day_bounds(site.timezone, now.with_timezone(&site.timezone).date_naive());
    let today = visits.iter().filter(|visit| (from..to).contains(&visit.starts_at)).count();
    let ids: HashSet<SeriesId> = visits.iter().filter_map(|visit| visit.series_id).collect();
    let ids: Vec<SeriesId> = ids.into_iter().collect();
    let courses = tx.series_by_ids(&ids).await?;
    let count = |status| courses.values().filter(|series| series.status == status).count();
    let (running, held) = (count(SeriesStatus::Active), count(SeriesStatus::Held));
    Ok(format!(
        "{}: {patients} patients, {} appointments, {running} courses running, {held} held, {today} visits today",
        site.name,
        visits.len()
    ))
}
