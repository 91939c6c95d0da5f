//! The demo's days: patients confirm and name drivers, drivers answer, visits are run from check-in to discharge.

use chrono::{Datelike, TimeDelta};

use super::people;
use super::story::{Habit, Step};
use super::timeline::Timeline;
use super::times;
use crate::actions::cancel::cancel_visit;
use crate::actions::confirm::confirm_visits;
use crate::actions::drivers::{answer_drive, name_driver};
use crate::actions::{ActionError, Actor, run_visit};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::drivers::DriveStatus;
use crate::domain::ids::AppointmentId;
use crate::domain::services::{Category, PHASE_RECOVERY, recovery_ends};
use crate::store::Tx;
use crate::store::appointments::Appointment;

/// How early a patient of the present may be at the desk, in minutes.
const EARLY: i64 = 75;

impl Timeline<'_> {
    /// The steps of a visit's day, as far as they lie before the demo's beginning.
    pub(super) fn schedule(&mut self, visit: &Appointment) {
        let zone = self.cast.site.timezone;
        let day = times::day_of(zone, visit.starts_at);
        // A whole day runs late by the same few minutes, so that nobody overtakes.
        let late = TimeDelta::minutes(i64::from(day.num_days_from_ce().rem_euclid(5)));
        let start = visit.starts_at + late;
        let is_treatment = visit.is_treatment();
        let near = visit.starts_at > self.now && visit.starts_at < self.now + TimeDelta::minutes(EARLY);
        if near && day == self.today() && self.early > 0 {
            self.early -= 1;
            self.push(self.now - TimeDelta::minutes(2), Step::CheckIn(visit.id));
            return;
        }
        let ago = (self.today() - day).num_days();
        if visit.category == Category::Coaching && (3..=9).contains(&ago) && !self.missed_talk {
            self.missed_talk = true;
            self.push(start + TimeDelta::minutes(25), Step::Missed(visit.id));
            return;
        }
        self.push(start - TimeDelta::minutes(if is_treatment { 12 } else { 6 }), Step::CheckIn(visit.id));
        self.push(start, Step::Begin(visit.id, is_treatment));
        if !is_treatment {
            self.push(visit.ends_at + late, Step::GoHome(visit.id, false));
            return;
        }
        let recovery = visit.phases.iter().find(|phase| phase.name == PHASE_RECOVERY);
        let rest = start + TimeDelta::minutes(recovery.map_or(0, |phase| phase.offset));
        let end = recovery_ends(&visit.phases, start).unwrap_or(visit.ends_at + late);
        self.push(rest, Step::Rest(visit.id));
        let yesterday = times::workday_until(self.today() - TimeDelta::days(1));
        if day == yesterday && !self.loose_end {
            // Nobody noted that this patient went home: the loose end of the day before.
            self.loose_end = true;
            return;
        }
        self.push(end - TimeDelta::minutes(9), Step::CoachCheckIn(visit.id));
        self.push(end + TimeDelta::minutes(2), Step::GoHome(visit.id, true));
    }

    /// One step of a visit.
    pub(super) async fn run_visit(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        step: Step,
    ) -> Result<(), ActionError> {
        match step {
            Step::CheckIn(id) => {
                let done = run_visit::check_in(tx, actor, &self.cast.site, id, None).await;
                if matches!(done, Err(ActionError::Unmet(_))) {
                    // Without a driver there is no treatment; the day goes on without this patient.
                    self.push(tx.now() + TimeDelta::minutes(40), Step::Missed(id));
                }
                done
            }
            Step::Begin(id, _) => run_visit::start_visit(tx, actor, id, None).await,
            Step::Rest(id) => run_visit::start_recovery(tx, actor, id).await,
            Step::CoachCheckIn(id) => run_visit::record_coach_check_in(tx, actor, id, None).await,
            Step::GoHome(id, is_treatment) => {
                let drive = if is_treatment { tx.current_drive(id).await? } else { None };
                let escort = drive.map(|drive| drive.full_name);
                run_visit::discharge(tx, actor, id, escort.as_deref(), None).await
            }
            Step::Missed(id) => run_visit::did_not_come(tx, actor, id).await,
            Step::Cancel(id, reason) => {
                let visit = tx.appointment(id).await?.ok_or(ActionError::NotFound)?;
                let site = &self.cast.site;
                cancel_visit(tx, actor, self.rules, site, id, visit.version, reason).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    /// The patient looks at their page: confirms all visits, or the next ones, and names who drives.
    pub(super) async fn confirm(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        number: usize,
    ) -> Result<(), ActionError> {
        let Some(folk) = self.folk.get(number) else { return Ok(()) };
        let (patient, habit) = (folk.id, folk.habit);
        let now = tx.now();
        let ahead: Vec<Appointment> = tx
            .appointments_of(patient)
            .await?
            .into_iter()
            .filter(|visit| visit.status == AppointmentStatus::Booked && visit.starts_at > now)
            .collect();
        // Two of three confirm everything at once, one in eleven nothing.
        let near = self.now + TimeDelta::days(2);
        let confirmed: Vec<(AppointmentId, i64)> = ahead
            .iter()
            .filter(|visit| number % 11 != 7 && (!number.is_multiple_of(3) || visit.starts_at < near))
            .map(|visit| (visit.id, visit.version))
            .collect();
        confirm_visits(tx, actor, &confirmed).await?;
        let begun = self.horizon();
        let driven: Vec<AppointmentId> = ahead
            .iter()
            .filter(|visit| visit.needs_driver() && (habit != Habit::Unnamed || visit.starts_at < begun))
            .map(|visit| visit.id)
            .collect();
        if driven.is_empty() {
            return Ok(());
        }
        let driver = people::driver(self.era.first_patient + number);
        let by_link = driver.email.is_some();
        name_driver(tx, actor, self.rules, &self.cast.site, patient, &driven, driver).await?;
        let named = tx.drivers_of(patient).await?.first().map(|driver| driver.id);
        if let Some(folk) = self.folk.get_mut(number) {
            folk.driver = named.filter(|_| by_link);
        }
        let answered = now + TimeDelta::hours(4) + self.rng_minutes();
        self.push(answered, Step::Answer(number));
        Ok(())
    }

    /// The driver answers by their link, or the desk notes what they said on the phone.
    pub(super) async fn answer(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        number: usize,
    ) -> Result<(), ActionError> {
        let Some(folk) = self.folk.get(number) else { return Ok(()) };
        let (patient, habit) = (folk.id, folk.habit);
        let begun = self.horizon();
        let asked = tx.drives_of(patient).await?;
        let mut declined = false;
        for visit in tx.appointments_of(patient).await? {
            let drive = asked.iter().find(|drive| {
                drive.appointment_id == visit.id
                    && drive.status == DriveStatus::Asked
                    && visit.status.is_ahead()
            });
            let Some(drive) = drive else { continue };
            let lies_ahead = visit.starts_at >= begun;
            if lies_ahead && habit == Habit::Silent {
                continue;
            }
            let says_no = lies_ahead && habit == Habit::Declines && !declined;
            declined |= says_no;
            answer_drive(tx, actor, self.rules, &self.cast.site, drive.id, !says_no).await?;
        }
        Ok(())
    }
}
