//! The demo's single bookings: consultations, what was decided in them, visits near the present.

use chrono::{DateTime, TimeDelta, Utc};

use super::story::{BOOSTER, Stage, Step};
use super::timeline::Timeline;
use super::times;
use crate::actions::book::{BookVisit, book_visit};
use crate::actions::decide::{NewDecision, decide};
use crate::actions::offer::{TimesWanted, offer_times};
use crate::actions::{ActionError, Actor};
use crate::domain::candidacy::Outcome;
use crate::domain::ids::AppointmentId;
use crate::domain::protocols::Protocol;
use crate::store::Tx;

impl Timeline<'_> {
    /// Books a consultation in the days after the call, and what follows from it.
    pub(super) async fn book_consultation(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        number: usize,
    ) -> Result<(), ActionError> {
        let Some(folk) = self.folk.get(number) else { return Ok(()) };
        let (patient, stage) = (folk.id, folk.stage);
        let with = self.cast.clinicians[folk.clinician % 2];
        let called = times::day_of(self.cast.site.timezone, tx.now());
        let (from, days) = match stage {
            Stage::ConsultationAhead => (self.today() + TimeDelta::days(1), 9),
            Stage::ConsultationCancelled => (self.today() + TimeDelta::days(2), 6),
            _ => (called + TimeDelta::days(1), 5),
        };
        let wanted = TimesWanted {
            service: self.cast.consultation,
            patient: Some(patient),
            with: Some(with),
            weekdays: Vec::new(),
            from_minute: 0,
            to_minute: 1440,
            from,
            days,
        };
        let offered = offer_times(tx, &self.cast.site, &wanted).await?;
        let Some(time) = offered.get(self.rng.below(offered.len())) else { return Ok(()) };
        let id = AppointmentId::new();
        let visit = BookVisit {
            id,
            patient,
            service: self.cast.consultation,
            starts_at: time.starts_at,
            with: Some(with),
        };
        book_visit(tx, actor, self.rules, &self.cast.site, visit).await?;
        let booked = tx.appointment(id).await?.ok_or(ActionError::NotFound)?;
        let looked = tx.now() + TimeDelta::hours(5) + self.rng_minutes();
        self.push(looked, Step::Confirm(number));
        match stage {
            Stage::ConsultationCancelled => {
                let later = tx.now() + TimeDelta::hours(22);
                self.push(later, Step::Cancel(id, "Wants to wait until spring"));
            }
            Stage::ConsultationMissed => {
                self.push(booked.starts_at + TimeDelta::minutes(25), Step::Missed(id))
            }
            Stage::ConsultationAhead => self.schedule(&booked),
            _ => {
                self.schedule(&booked);
                self.push(booked.ends_at + TimeDelta::minutes(10), Step::Decide(number));
            }
        }
        Ok(())
    }

    /// Records the decision the story asks for; after a suitable one comes the course or the single visit.
    pub(super) async fn decide(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        number: usize,
    ) -> Result<(), ActionError> {
        let Some(folk) = self.folk.get(number) else { return Ok(()) };
        let (patient, stage) = (folk.id, folk.stage);
        let (outcome, place, visits, days) = match stage {
            Stage::Decided(outcome, _, days) => (outcome, 0, 6, days),
            Stage::Course(_, place, visits) => (Outcome::Suitable, place, visits, 150),
            Stage::Held(_) => (Outcome::Suitable, 0, 6, 150),
            Stage::Single(_) => (Outcome::Suitable, BOOSTER, 1, 180),
            _ => return Ok(()),
        };
        let protocol = self.protocol(place)?;
        let today = times::day_of(self.cast.site.timezone, tx.now());
        let note = match outcome {
            Outcome::Suitable => "Blood pressure in range. Family informed, agrees.",
            Outcome::Deferred => "Waits for the letter of the prescriber; call again by then.",
            Outcome::NotSuitable => "Referred back with a letter.",
        };
        let new = NewDecision {
            patient,
            outcome,
            protocol: Some(protocol.id),
            planned_visits: Some(visits),
            expires_on: Some(today + TimeDelta::days(days)),
            note: note.to_owned(),
            conditions: String::new(),
        };
        decide(tx, actor, new).await?;
        let next_day = times::workday_from(today + TimeDelta::days(1));
        let minute = 9 * 60 + 40 + i64::try_from(self.rng.below(120)).unwrap_or(0);
        match stage {
            Stage::Course(..) => self.push(self.at(next_day, minute), Step::Plan(number)),
            Stage::Held(minutes) => self.push(self.now - TimeDelta::minutes(minutes), Step::Plan(number)),
            Stage::Single(_) => self.push(self.at(next_day, minute), Step::BookNear(number)),
            _ => {}
        }
        Ok(())
    }

    /// Books a visit on the demo's day, as near to the wished time as the clinic's hours and people allow.
    pub(super) async fn book_near(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        number: usize,
    ) -> Result<(), ActionError> {
        let Some(folk) = self.folk.get(number) else { return Ok(()) };
        let patient = folk.id;
        let (minutes, service, last, with) = match folk.stage {
            // A treatment of an hour must begin by three to end within the hours.
            Stage::Single(minutes) => (minutes, self.protocol(0)?.service, 15 * 60, None),
            Stage::ConsultationNear(minutes) => {
                (minutes, self.cast.consultation, 16 * 60, Some(self.cast.clinicians[folk.clinician % 2]))
            }
            _ => return Ok(()),
        };
        let zone = self.cast.site.timezone;
        let (today, wished) = (self.today(), (times::quarter_of(zone, self.now) + minutes) / 15 * 15);
        let day = times::workday_from(today);
        for minute in times::starts_around(wished, 9 * 60, last) {
            let id = AppointmentId::new();
            let visit = BookVisit { id, patient, service, starts_at: self.at(day, minute), with };
            match book_visit(tx, actor, self.rules, &self.cast.site, visit).await {
                // Refused before anything was written: the next time may do.
                Err(ActionError::Conflicts(_)) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    let booked = tx.appointment(id).await?.ok_or(ActionError::NotFound)?;
                    self.schedule(&booked);
                    let looked = self.now - TimeDelta::days(5) + self.rng_minutes();
                    self.push(looked.max(tx.now() + TimeDelta::hours(1)), Step::Confirm(number));
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The protocol of a place in the usual list.
    pub(super) fn protocol(&self, place: usize) -> Result<Protocol, ActionError> {
        self.cast.protocols.get(place).cloned().ok_or(ActionError::NotFound)
    }

    /// Up to an hour and a half: people do not act on the hour.
    pub(super) fn rng_minutes(&mut self) -> TimeDelta {
        self.rng.minutes(90)
    }

    /// The instant up to which visits have begun or are about to.
    pub(super) fn horizon(&self) -> DateTime<Utc> {
        self.now + TimeDelta::minutes(80)
    }
}
