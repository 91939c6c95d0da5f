//! The clinic of the stories: the tests' clinic with a real mail server, and the verbs the stories are told in.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc, Weekday};
use seriesbook::actions::book::{BookVisit, book_visit};
use seriesbook::actions::decide::{NewDecision, decide};
use seriesbook::actions::offer::{OfferedTime, TimesWanted, offer_times};
use seriesbook::actions::patients::{NewPatient, add_patient};
use seriesbook::actions::plan::{Course, Planned, Wishes, plan_courses};
use seriesbook::actions::series::book_course;
use seriesbook::actions::{ActionError, Actor};
use seriesbook::config::Config;
use seriesbook::domain::candidacy::Outcome;
use seriesbook::domain::ids::{AppointmentId, PatientId, ResourceId, SeriesId, ServiceId};
use seriesbook::domain::patients::ContactPreference;
use seriesbook::domain::protocols::{Protocol, VisitRole};
use seriesbook::domain::services::{Category, Service};
use seriesbook::jobs::TickReport;
use seriesbook::store::appointments::Appointment;
use seriesbook::store::series::Series;
use seriesbook::store::sites::Site;
use seriesbook::store::{Store, Tx};
use seriesbook::words::Words;

use crate::support::clinic::Clinic;
use crate::support::smtp::SmtpServer;

/// Maria's address.
pub const MARIA: &str = "maria@example.org";
/// Tom's address.
pub const TOM: &str = "tom@example.org";
/// The address of Maria's friend Daniel.
pub const FRIEND: &str = "daniel@example.org";
/// Between two looks of the worker in [`World::pass_until`].
const STEP: TimeDelta = TimeDelta::hours(3);

/// A story's clinic.
pub struct World {
    pub clinic: Clinic,
    pub smtp: SmtpServer,
    pub site: Site,
    pub desk: Actor,
    pub doctor: Actor,
    pub coach: Actor,
    /// "Induction, 60 minutes".
    pub protocol: Protocol,
    services: Vec<Service>,
}

impl World {
    /// The clinic at a local time such as `2026-11-16 09:00`.
    pub async fn open(store: Store, start: &str) -> Self {
        Self::open_with(store, start, |_| {}).await
    }

    /// As [`World::open`], with other settings.
    pub async fn open_with(store: Store, start: &str, change: impl FnOnce(&mut Config)) -> Self {
        let smtp = SmtpServer::start();
        let settings = |config: &mut Config| {
            config.smtp_url = Some(smtp.url());
            change(config);
        };
        let clinic = Clinic::with(store, settings).await;
        clinic.move_to(&start.replace(' ', "T"));
        let services = clinic.read().await.services(clinic.site.id).await.expect("services");
        let protocol = clinic.protocol("Induction, 60 minutes").await;
        let (desk, doctor, coach) = (clinic.desk(), clinic.clinician(), clinic.coach());
        Self { site: clinic.site.clone(), smtp, desk, doctor, coach, protocol, services, clinic }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clinic.now()
    }

    pub fn advance(&self, by: TimeDelta) {
        self.clinic.advance(by);
    }

    pub fn clock_to(&self, at: DateTime<Utc>) {
        self.clinic.advance(at - self.now());
    }

    pub async fn tick(&self) -> TickReport {
        self.clinic.tick().await
    }

    /// Some minutes pass; the worker looks twice at the end.
    pub async fn pass_minutes(&self, minutes: i64) {
        self.advance(TimeDelta::minutes(minutes));
        self.tick().await;
        self.tick().await;
    }

    /// Time passes until an instant; the worker looks every three hours, each time twice.
    pub async fn pass_until(&self, at: DateTime<Utc>) {
        while self.now() < at {
            self.advance(STEP.min(at - self.now()));
            self.tick().await;
            self.tick().await;
        }
    }

    /// An action in a transaction of its own.
    pub async fn act<T>(
        &self,
        actor: &Actor,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, ActionError>,
    ) -> Result<T, ActionError> {
        self.clinic.act(actor, work).await
    }

    pub async fn add_patient(&self, name: &str, email: Option<&str>) -> PatientId {
        let id = PatientId::new();
        let new = NewPatient {
            full_name: name.to_owned(),
            name_to_use: None,
            birth_date: date("1988-03-04"),
            email: email.map(str::to_owned),
            phone: Some("+1 555 010 0133".to_owned()),
            contact: ContactPreference::Email,
        };
        let site = self.site.id;
        self.act(&self.desk, async |tx| add_patient(tx, &self.desk, site, new, id).await)
            .await
            .expect("a patient");
        id
    }

    /// Adds a patient whom treatment suits until the end of June 2027.
    pub async fn decided_patient(&self, name: &str, email: &str) -> PatientId {
        let id = self.add_patient(name, Some(email)).await;
        self.decide_as(&self.doctor, id).await.expect("a decision");
        id
    }

    pub async fn decide_as(&self, actor: &Actor, patient: PatientId) -> Result<(), ActionError> {
        self.decide_by(actor, patient, Outcome::Suitable, Some("2027-06-30")).await
    }

    pub async fn decide(
        &self,
        patient: PatientId,
        outcome: Outcome,
        until: Option<&str>,
    ) -> Result<(), ActionError> {
        self.decide_by(&self.doctor, patient, outcome, until).await
    }

    async fn decide_by(
        &self,
        actor: &Actor,
        patient: PatientId,
        outcome: Outcome,
        until: Option<&str>,
    ) -> Result<(), ActionError> {
        let new = NewDecision {
            patient,
            outcome,
            protocol: Some(self.protocol.id),
            planned_visits: Some(6),
            expires_on: until.map(date),
            note: String::new(),
            conditions: String::new(),
        };
        self.act(actor, async |tx| decide(tx, actor, new).await).await.map(|_| ())
    }

    pub fn service(&self, category: Category) -> &Service {
        self.services.iter().find(|service| service.category == category).expect("a service of each category")
    }

    pub async fn offer(
        &self,
        service: ServiceId,
        patient: PatientId,
        from: &str,
        days: i64,
    ) -> Vec<OfferedTime> {
        let wanted = TimesWanted {
            service,
            patient: Some(patient),
            with: None,
            weekdays: Vec::new(),
            from_minute: 0,
            to_minute: 1440,
            from: date(from),
            days,
        };
        offer_times(&mut self.clinic.read().await, &self.site, &wanted).await.expect("an offer")
    }

    pub async fn book_visit(
        &self,
        who: PatientId,
        what: ServiceId,
        at: DateTime<Utc>,
    ) -> Result<(), ActionError> {
        self.book_visit_with(who, what, at, None).await
    }

    pub async fn book_visit_with(
        &self,
        patient: PatientId,
        service: ServiceId,
        starts_at: DateTime<Utc>,
        with: Option<ResourceId>,
    ) -> Result<(), ActionError> {
        let visit = BookVisit { id: AppointmentId::new(), patient, service, starts_at, with };
        let rules = self.clinic.rules();
        self.act(&self.desk, async |tx| book_visit(tx, &self.desk, &rules, &self.site, visit).await).await
    }

    /// Six treatments on Tuesdays from 10 to noon, from a date on.
    pub fn wishes(&self, earliest: &str) -> Wishes {
        Wishes {
            protocol: self.protocol.id,
            visits: 6,
            earliest: date(earliest),
            weekdays: vec![Weekday::Tue],
            rather_weekdays: Vec::new(),
            must_hours: Some((600, 720)),
            rather_hours: None,
            away: Vec::new(),
            must_with: None,
            rather_with: None,
            pins: Vec::new(),
            excluded: Vec::new(),
        }
    }

    pub async fn try_plan(&self, patient: PatientId, wishes: &Wishes) -> Result<Planned, ActionError> {
        plan_courses(&mut self.clinic.read().await, Words::default(), &self.site, patient, wishes).await
    }

    pub async fn plan_as(&self, patient: PatientId, wishes: &Wishes) -> Course {
        match self.try_plan(patient, wishes).await.expect("a plan") {
            Planned::Courses(mut courses) => courses.remove(0),
            Planned::Impossible { reason, frees } => panic!("nothing possible: {reason} {frees:?}"),
        }
    }

    pub async fn plan(&self, patient: PatientId, earliest: &str) -> Course {
        self.plan_as(patient, &self.wishes(earliest)).await
    }

    pub async fn book(
        &self,
        patient: PatientId,
        course: &Course,
        hold: bool,
    ) -> Result<SeriesId, ActionError> {
        self.book_by(&self.desk, patient, course, hold).await
    }

    pub async fn book_by(
        &self,
        actor: &Actor,
        patient: PatientId,
        course: &Course,
        hold: bool,
    ) -> Result<SeriesId, ActionError> {
        let (id, rules, chosen) = (SeriesId::new(), self.clinic.rules(), course.chosen());
        let (site, protocol) = (&self.site, self.protocol.id);
        self.act(actor, async |tx| {
            book_course(tx, actor, &rules, site, id, patient, protocol, &chosen, hold).await
        })
        .await
        .map(|()| id)
    }

    /// A booked course of [`World::wishes`].
    pub async fn booked_series(&self, patient: PatientId, earliest: &str) -> SeriesId {
        let course = self.plan(patient, earliest).await;
        self.book(patient, &course, false).await.expect("the planned course is free")
    }

    pub async fn series(&self, id: SeriesId) -> Series {
        self.clinic.read().await.series(id).await.expect("an answer").expect("the series")
    }

    pub async fn visits(&self, series: SeriesId) -> Vec<Appointment> {
        self.clinic.visits(series).await
    }

    pub async fn visits_of(&self, patient: PatientId) -> Vec<Appointment> {
        self.clinic.read().await.appointments_of(patient).await.expect("visits")
    }

    pub async fn visit(&self, id: AppointmentId) -> Appointment {
        self.clinic.appointment(id).await
    }

    pub async fn treatments(&self, series: SeriesId) -> Vec<AppointmentId> {
        self.clinic.treatments(series).await.into_iter().map(|visit| visit.id).collect()
    }

    pub async fn main(&self, series: SeriesId, number: i64) -> Appointment {
        self.part(series, VisitRole::Main, number).await
    }

    pub async fn talk(&self, series: SeriesId, number: i64) -> Appointment {
        self.part(series, VisitRole::AfterEach, number).await
    }

    async fn part(&self, series: SeriesId, role: VisitRole, number: i64) -> Appointment {
        let all = self.visits(series).await;
        let found =
            all.into_iter().find(|visit| visit.role == Some(role) && visit.role_index == Some(number));
        found.unwrap_or_else(|| panic!("no {role} {number}"))
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}
