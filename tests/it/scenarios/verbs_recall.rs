//! Verbs of review and recall: a course takes place, a booster is booked, the list is looked at, a review is held.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use seriesbook::actions::plan::Wishes;
use seriesbook::actions::recall::{Recalled, recall_list};
use seriesbook::actions::recall_change::{invite, resume, set_own_windows, stop};
use seriesbook::actions::review::{NewReview, decide_review};
use seriesbook::actions::series::book_course;
use seriesbook::actions::{ActionError, Actor, run_visit};
use seriesbook::domain::appointments::AppointmentStatus;
use seriesbook::domain::ids::{AppointmentId, PatientId, SeriesId};
use seriesbook::domain::messages::Stage;
use seriesbook::domain::recall::Overrides;
use seriesbook::domain::review::ReviewOutcome;
use seriesbook::store::messages::Message;

use super::world::World;

/// What the clinician writes when nobody named a driver in these stories.
const BROUGHT: &str = "Her sister brought her and waits outside";

impl World {
    /// A date at the clinic.
    pub fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.site.timezone).date_naive()
    }

    /// The morning on which a day's messages go.
    pub fn morning(&self, day: NaiveDate) -> DateTime<Utc> {
        self.clinic.at(&format!("{day}T10:00"))
    }

    /// One visit from check-in to the way home.
    pub async fn takes_place(&self, id: AppointmentId) {
        let visit = self.visit(id).await;
        let doctor = &self.doctor;
        self.clock_to(visit.starts_at);
        self.check_in(doctor, id, Some(BROUGHT)).await.expect("a clinician lets her in");
        self.act(doctor, async |tx| run_visit::start_visit(tx, doctor, id, None).await).await.expect("begun");
        if !visit.is_treatment() {
            self.clock_to(visit.ends_at);
            self.discharge(id, None).await.expect("a talk ends");
            return;
        }
        self.advance(TimeDelta::minutes(75));
        self.act(doctor, async |tx| run_visit::start_recovery(tx, doctor, id).await).await.expect("rest");
        let coach = &self.coach;
        self.act(coach, async |tx| run_visit::record_coach_check_in(tx, coach, id, None).await)
            .await
            .expect("the coach looked in");
        self.advance(TimeDelta::minutes(45));
        self.discharge(id, Some("Ana Alvarez")).await.expect("home with her sister");
    }

    /// Every visit of a course that is still booked takes place, in order.
    pub async fn course_takes_place(&self, series: SeriesId) {
        for visit in self.visits(series).await {
            if visit.status == AppointmentStatus::Booked {
                self.takes_place(visit.id).await;
            }
        }
    }

    /// A booked course of four treatments on Tuesdays.
    pub async fn short_course(&self, patient: PatientId, earliest: &str) -> SeriesId {
        let wishes = Wishes { visits: 4, ..self.wishes(earliest) };
        let course = self.plan_as(patient, &wishes).await;
        self.book(patient, &course, false).await.expect("the planned course is free")
    }

    /// The desk books a booster with its coaching, as soon as possible from a date on.
    pub async fn booster(&self, patient: PatientId, earliest: NaiveDate) -> SeriesId {
        let protocol = self.clinic.protocol("Booster").await.id;
        let wishes = Wishes {
            protocol,
            visits: 1,
            earliest,
            weekdays: Vec::new(),
            must_hours: None,
            ..self.wishes("2026-12-01")
        };
        let chosen = self.plan_as(patient, &wishes).await.chosen();
        let (id, rules, desk) = (SeriesId::new(), self.clinic.rules(), &self.desk);
        self.act(desk, async |tx| {
            book_course(tx, desk, &rules, &self.site, id, patient, protocol, &chosen, false).await
        })
        .await
        .expect("the planned booster is free");
        id
    }

    /// The recall list as the page shows it, with the patients whose scores fall.
    pub async fn recall_with(&self, falling: &[PatientId]) -> Vec<Recalled> {
        let falling: HashSet<PatientId> = falling.iter().copied().collect();
        recall_list(&mut self.clinic.read().await, &self.site, &falling).await.expect("a list")
    }

    /// How one patient stands on the list.
    pub async fn recalled(&self, patient: PatientId) -> Option<Recalled> {
        self.recall_with(&[]).await.into_iter().find(|one| one.patient.id == patient)
    }

    /// The messages of a stage to a patient, earliest due first.
    pub async fn calls(&self, patient: PatientId, stage: Stage) -> Vec<Message> {
        let rows = self.clinic.read().await.messages_of(patient, 1000).await.expect("messages");
        let mut calls: Vec<Message> = rows.into_iter().filter(|one| one.stage == stage).collect();
        calls.sort_by_key(|one| one.due_at);
        calls
    }

    pub async fn invite(&self, patient: PatientId) -> Result<(), ActionError> {
        let (rules, desk) = (self.clinic.rules(), &self.desk);
        self.act(desk, async |tx| invite(tx, desk, &rules, &self.site, patient).await).await
    }

    pub async fn stop_recall(&self, patient: PatientId, why: &str) -> Result<(), ActionError> {
        let desk = &self.desk;
        self.act(desk, async |tx| stop(tx, desk, &self.site, patient, why).await).await
    }

    pub async fn resume_recall(&self, patient: PatientId) -> Result<(), ActionError> {
        let desk = &self.desk;
        self.act(desk, async |tx| resume(tx, desk, &self.site, patient).await).await
    }

    pub async fn own_windows(&self, patient: PatientId, own: Overrides) -> Result<(), ActionError> {
        let desk = &self.desk;
        self.act(desk, async |tx| set_own_windows(tx, desk, &self.site, patient, own).await).await
    }

    pub async fn review(
        &self,
        actor: &Actor,
        series: SeriesId,
        outcome: ReviewOutcome,
        first_due: Option<NaiveDate>,
    ) -> Result<(), ActionError> {
        let new = NewReview { series, outcome, first_due, note: "Sleeps better".to_owned() };
        self.act(actor, async |tx| decide_review(tx, actor, &self.site, new).await).await.map(|_| ())
    }
}
