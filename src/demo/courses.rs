//! The demo's courses: planned by the planner as of their own day, then booked or held.

use chrono::{TimeDelta, Weekday};

use super::story::{Stage, Step};
use super::timeline::Timeline;
use super::times;
use crate::actions::plan::{ChosenVisit, Planned, Wishes, plan_best};
use crate::actions::series::book_course;
use crate::actions::{ActionError, Actor};
use crate::domain::ids::SeriesId;
use crate::store::Tx;

/// The number of the patient who cancels a treatment that lies ahead.
const TRAVELLER: usize = 14;
/// Weekdays of treatments in turn; Thursdays leave only mornings, so they come once.
const DAYS: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Fri, Weekday::Tue, Weekday::Wed, Weekday::Thu];

impl Timeline<'_> {
    /// Plans and books (or holds) a course: on the patient's weekday with their clinician, or as it comes.
    pub(super) async fn plan(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        number: usize,
    ) -> Result<(), ActionError> {
        let Some(folk) = self.folk.get(number) else { return Ok(()) };
        let (patient, stage, clinician) = (folk.id, folk.stage, folk.clinician);
        let (start, place, visits, hold) = match stage {
            Stage::Course(start, place, visits) => (start, place, visits, false),
            Stage::Held(_) => (5, 0, 6, true),
            _ => return Ok(()),
        };
        let protocol = self.protocol(place)?;
        let soonest = times::day_of(self.cast.site.timezone, tx.now()) + TimeDelta::days(3);
        let weekday = DAYS[number % DAYS.len()];
        let mut wishes = Wishes {
            protocol: protocol.id,
            visits,
            earliest: (self.today() + TimeDelta::days(start)).max(soonest),
            weekdays: vec![weekday],
            rather_weekdays: Vec::new(),
            must_hours: None,
            rather_hours: [None, Some((9 * 60, 13 * 60)), Some((12 * 60, 17 * 60))][number % 3],
            away: Vec::new(),
            must_with: Some(self.cast.clinicians[clinician % 2]),
            rather_with: None,
            pins: Vec::new(),
            excluded: Vec::new(),
        };
        for attempt in 0..3 {
            if let Some(chosen) = self.first_course(tx, number, &wishes).await? {
                let id = SeriesId::new();
                let site = self.cast.site.clone();
                book_course(tx, actor, self.rules, &site, id, patient, protocol.id, &chosen, hold).await?;
                return self.course_booked(tx, number, id, hold).await;
            }
            match attempt {
                0 => wishes.weekdays.clear(),
                _ => wishes.must_with = None,
            }
        }
        Ok(())
    }

    async fn first_course(
        &self,
        tx: &mut Tx,
        number: usize,
        wishes: &Wishes,
    ) -> Result<Option<Vec<ChosenVisit>>, ActionError> {
        let Some(folk) = self.folk.get(number) else { return Ok(None) };
        match plan_best(tx, self.w, &self.cast.site, folk.id, wishes).await? {
            Planned::Courses(courses) => Ok(courses.first().map(|course| course.chosen())),
            Planned::Impossible { .. } => Ok(None),
        }
    }

    async fn course_booked(
        &mut self,
        tx: &mut Tx,
        number: usize,
        series: SeriesId,
        hold: bool,
    ) -> Result<(), ActionError> {
        if hold {
            return Ok(());
        }
        let visits = tx.appointments_in(series).await?;
        for visit in &visits {
            self.schedule(visit);
            self.remember(visit);
            self.tell_around(visit);
        }
        self.tell_through(number, series, &visits);
        let looked = tx.now() + TimeDelta::hours(19) + self.rng_minutes();
        self.push(looked, Step::Confirm(number));
        let far = self.now + TimeDelta::days(5);
        let given_up =
            visits.iter().find(|visit| number == TRAVELLER && visit.is_treatment() && visit.starts_at > far);
        if let Some(visit) = given_up {
            self.push(self.now - TimeDelta::hours(26), Step::Cancel(visit.id, "Away for work that week"));
        }
        Ok(())
    }
}
