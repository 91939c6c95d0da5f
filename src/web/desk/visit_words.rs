//! How a visit reads on staff pages: its state, its place in the course, who serves it, what is missing.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::domain::appointments::{AppointmentStatus, ShownState};
use crate::domain::candidacy::{CandidacyFault, Decision};
use crate::domain::companions::Companion;
use crate::domain::drivers::{DaySign, DriverNeed};
use crate::domain::gates::{self, CheckInFacts, Unmet};
use crate::domain::ids::ResourceId;
use crate::domain::protocols::VisitRole;
use crate::domain::services::PHASE_INFUSION;
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::store::resources::Resource;
use crate::store::series::Series;
use crate::words::Words;
use crate::words::format::Format;

/// Something a visit still lacks, in the order one can act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nobody is named to drive.
    Driver,
    /// The named driver has not answered.
    DriverAnswer(String),
    /// Nobody is named to stay with the patient at home.
    Sitter,
    /// The named sitter has not answered.
    SitterAnswer(String),
    /// The candidacy decision does not cover the date.
    Candidacy(CandidacyFault),
    /// The patient has not said that they come.
    Confirmation,
    /// The coach's check-in is neither recorded nor waived.
    CoachCheckIn,
}

impl Missing {
    /// The line on a card or page.
    pub fn text(&self, w: Words, f: Format) -> String {
        match self {
            Self::Driver => w.t("appointment-missing-driver"),
            Self::DriverAnswer(name) => w.f("appointment-missing-driver-answer", [("name", name.as_str())]),
            Self::Sitter => w.t("appointment-missing-sitter"),
            Self::SitterAnswer(name) => w.f("appointment-missing-sitter-answer", [("name", name.as_str())]),
            Self::Candidacy(CandidacyFault::Undecided) => w.t("appointment-missing-candidacy-undecided"),
            Self::Candidacy(CandidacyFault::NotSuitable) => w.t("appointment-missing-candidacy-not-suitable"),
            Self::Candidacy(CandidacyFault::Deferred(None)) => w.t("appointment-missing-candidacy-deferred"),
            Self::Candidacy(CandidacyFault::Deferred(Some(until))) => {
                w.f("appointment-missing-candidacy-deferred-until", [("day", f.day(*until).as_str())])
            }
            Self::Candidacy(CandidacyFault::Expired(last)) => {
                w.f("appointment-missing-candidacy-ended", [("day", f.day(*last).as_str())])
            }
            Self::Confirmation => w.t("appointment-missing-confirmation"),
            Self::CoachCheckIn => w.t("appointment-missing-coach"),
        }
    }
}

/// What a visit lacks now. Held visits lack nothing yet; past ones nothing any more.
pub fn missing(
    visit: &Appointment,
    drive: Option<&Drive>,
    decision: Option<&Decision>,
    f: Format,
) -> Vec<Missing> {
    if visit.status.is_here() {
        let resting = visit.status == AppointmentStatus::Recovering;
        let coach = resting && visit.has_coach_check_in() && visit.coach_check_in_by.is_none();
        // Checked in without a driver or sitter, or they withdrew: somebody still has to take the patient home, or to stay.
        let companion = match DriverNeed::of(visit.needs_driver(), drive.map(|drive| drive.status)) {
            DriverNeed::NotNeeded | DriverNeed::Confirmed => None,
            DriverNeed::Missing => Some(visit.companion.pick(Missing::Driver, Missing::Sitter)),
            DriverNeed::Unanswered => {
                let name = drive.map(|drive| drive.full_name.clone()).unwrap_or_default();
                Some(match visit.companion {
                    Companion::Driver => Missing::DriverAnswer(name),
                    Companion::Sitter => Missing::SitterAnswer(name),
                })
            }
        };
        return coach.then_some(Missing::CoachCheckIn).into_iter().chain(companion).collect();
    }
    let date = f.date_of(visit.starts_at);
    if visit.status != AppointmentStatus::Booked || date < f.today() {
        return Vec::new();
    }
    // The gate itself says what is missing, asked as if the day had come.
    let unmet = gates::check_in(&CheckInFacts {
        status: visit.status,
        starts_at: visit.starts_at,
        date,
        today: date,
        driver: DriverNeed::of(visit.needs_driver(), drive.map(|drive| drive.status)),
        driver_name: drive.map(|drive| drive.full_name.as_str()),
        companion: visit.companion,
        driver_phone: None,
        is_treatment: visit.is_treatment(),
        decision,
    });
    let mut missing: Vec<Missing> = unmet
        .into_iter()
        .filter_map(|unmet| match unmet {
            Unmet::NoDriver => Some(Missing::Driver),
            Unmet::DriverUnanswered { name, .. } => Some(Missing::DriverAnswer(name)),
            Unmet::NoSitter => Some(Missing::Sitter),
            Unmet::SitterUnanswered { name, .. } => Some(Missing::SitterAnswer(name)),
            Unmet::Candidacy(fault) => Some(Missing::Candidacy(fault)),
            _ => None,
        })
        .collect();
    if visit.confirmed_at.is_none() {
        missing.push(Missing::Confirmation);
    }
    missing
}

/// The state in words: "Recovering until 12:10 PM"; `hold_until` is the end of the course's hold.
pub fn state_word(
    w: Words,
    f: Format,
    visit: &Appointment,
    hold_until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> String {
    match visit.shown_state(now) {
        ShownState::Held => match hold_until {
            Some(until) => w.f("state-held-until", [("when", near(f, until).as_str())]),
            None => w.t("state-held"),
        },
        ShownState::Booked => w.t("state-booked"),
        ShownState::Confirmed => w.t("state-confirmed"),
        ShownState::Arrived => w.t("state-arrived"),
        ShownState::InProgress if !visit.is_treatment() => w.t("state-in-session"),
        ShownState::InProgress => {
            let infuses = visit.phases.iter().any(|phase| phase.name == PHASE_INFUSION);
            w.t(if infuses { "state-infusing" } else { "state-in-treatment" })
        }
        ShownState::Recovering(until) => w.f("state-recovering-until", [("when", near(f, until).as_str())]),
        ShownState::Ready => w.t("state-ready"),
        ShownState::Gone => w.t("state-gone"),
        ShownState::Cancelled => w.t("state-canceled"),
        ShownState::NoShow => w.t("state-missed"),
    }
}

/// Where a driver or sitter says they are, and since when.
pub fn sign_text(w: Words, f: Format, visit: &Appointment, drive: &Drive) -> Option<String> {
    let (sign, since) = drive.sign.zip(drive.sign_at)?;
    let time = near(f, since);
    let args = [("name", drive.full_name.as_str()), ("time", time.as_str())];
    let key = match sign {
        DaySign::OnTheWay => visit.companion.pick("today-driver-on-the-way", "today-sitter-on-the-way"),
        DaySign::Waiting => visit.companion.pick("today-driver-waiting", "today-sitter-there"),
    };
    Some(w.f(key, args))
}

/// "12:10 PM" today, "Wed, Dec 2, 12:10 PM" on other days.
pub fn near(f: Format, at: DateTime<Utc>) -> String {
    if f.date_of(at) == f.today() { f.time(at) } else { f.when(at) }
}

/// "Infusion 3 of 6" for the main visits of a course, else the service's name.
pub fn place(w: Words, visit: &Appointment, series: Option<&Series>) -> String {
    match (visit.role, visit.role_index, series) {
        (Some(VisitRole::Main), Some(index), Some(series)) => w.f(
            "appointment-place",
            [
                ("name", visit.name.as_str()),
                ("index", index.to_string().as_str()),
                ("total", series.visits.max(index).to_string().as_str()),
            ],
        ),
        _ => visit.name.clone(),
    }
}

/// Names of a site's people and rooms by id.
pub fn names(resources: Vec<Resource>) -> HashMap<ResourceId, String> {
    resources.into_iter().map(|resource| (resource.id, resource.name)).collect()
}

/// The names that serve a visit: people and rooms apart, each once.
pub fn who(visit: &Appointment, names: &HashMap<ResourceId, String>) -> (Vec<String>, Vec<String>) {
    let (mut people, mut rooms) = (Vec::new(), Vec::new());
    for assignment in &visit.assigned {
        let Some(name) = names.get(&assignment.resource) else { continue };
        let list = if assignment.kind.is_room() { &mut rooms } else { &mut people };
        if !list.contains(name) {
            list.push(name.clone());
        }
    }
    (people, rooms)
}
