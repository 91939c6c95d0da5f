//! A small clinic to tell scenarios in: an owner, a front desk, two clinicians, a nurse, a coach, the usual services,
//! protocols and three rooms, all working Monday to Friday, 9 to 5 in New York. Its clock stands at Monday,
//! November 30, 2026, 9:00 until somebody moves it.
//!
//! `let clinic = Clinic::open(store).await;` or `Clinic::with(store, |config| config.smtp_url = Some(server.url()))`.
//! `let ana = clinic.patient("Ana Ruiz").await; clinic.suitable(&ana).await; let series = clinic.book_course(&ana).await;`
//! `clinic.act(&clinic.desk(), async |tx| confirm_visits(tx, …).await).await` runs any action in a transaction of its own.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use seriesbook::actions::book::{BookVisit, book_visit};
use seriesbook::actions::decide::{NewDecision, decide};
use seriesbook::actions::drivers::{NamedDriver, answer_drive, name_driver};
use seriesbook::actions::mood::record_mood;
use seriesbook::actions::patients::{NewPatient, add_patient};
use seriesbook::actions::phq9::record_phq9;
use seriesbook::actions::plan::{ChosenVisit, Course, Planned, Wishes, plan_courses};
use seriesbook::actions::series::book_course;
use seriesbook::actions::setup::{NewClinic, set_up, usual_hours};
use seriesbook::actions::{ActionError, Actor};
use seriesbook::app::App;
use seriesbook::auth::password;
use seriesbook::clock::Clock;
use seriesbook::config::{Config, Rules};
use seriesbook::domain::candidacy::Outcome;
use seriesbook::domain::ids::{AppointmentId, DecisionId, PatientId, ResourceId, SeriesId, StaffId};
use seriesbook::domain::patients::ContactPreference;
use seriesbook::domain::protocols::Protocol;
use seriesbook::domain::roles::{Role, Roles};
use seriesbook::domain::services::{Kind, Service};
use seriesbook::domain::time::visit_start;
use seriesbook::jobs::{TickReport, Worker};
use seriesbook::mail::transport::Transport;
use seriesbook::store::appointments::Appointment;
use seriesbook::store::messages::Message;
use seriesbook::store::patients::Patient;
use seriesbook::store::resources::Resource;
use seriesbook::store::sites::Site;
use seriesbook::store::staff::Staff;
use seriesbook::store::{Store, Tx};
use seriesbook::words::Words;
use tokio::sync::OnceCell;

/// The password of every account.
pub const PASSWORD: &str = "correct horse battery";

/// The clinic. Clones share the store and the clock.
#[derive(Clone)]
pub struct Clinic {
    /// The program.
    pub app: App,
    /// The location.
    pub site: Site,
    /// Dr. Jane Miller's time.
    pub jane: ResourceId,
    /// Dr. Tom Baker's time.
    pub tom: ResourceId,
    /// Sam Okafor's time (nurse).
    pub sam: ResourceId,
    /// Lena Fischer's time (coach).
    pub lena: ResourceId,
    staff: Vec<Staff>,
    worker: Worker,
    /// Where .eml files go without a mail server.
    folder: Arc<tempfile::TempDir>,
}

impl Clinic {
    /// Sets the clinic up in an empty, migrated store; mail goes to .eml files.
    pub async fn open(store: Store) -> Self {
        Self::with(store, |_| {}).await
    }

    /// The same with other settings.
    pub async fn with(store: Store, change: impl FnOnce(&mut Config)) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        let mut config = Config::load(std::iter::empty()).expect("the defaults load");
        config.base_url = "http://clinic.test".to_owned();
        config.mail_dir = folder.path().join("mail");
        change(&mut config);
        let transport = Transport::from_config(&config).expect("a transport");
        let now: DateTime<Utc> = "2026-11-30T14:00:00Z".parse().expect("an instant");
        let app = App::new(store, Clock::held(now), config);
        let worker = Worker::new(app.clone(), transport);

        let mut tx = app.store.write(Actor::System.context(None, None), now).await.expect("a transaction");
        let new = NewClinic {
            name: "Harbor Clinic".to_owned(),
            zone: chrono_tz::America::New_York,
            phone: "+1 555 010 0100".to_owned(),
            email: "hello@harbor.test".to_owned(),
            address: "1 Pier Street, New York".to_owned(),
            owner_name: "Maya Chen".to_owned(),
            owner_email: "owner@harbor.test".to_owned(),
            owner_password_hash: password_hash().await,
            usual: true,
        };
        let (site, owner) =
            set_up(&mut tx, Words::default(), &app.config.rules, new).await.expect("an empty clinic");
        let mut staff = vec![owner];
        let people = [
            ("Priya Shah", "desk@harbor.test", Role::FrontDesk, None),
            ("Dr. Jane Miller", "jane@harbor.test", Role::Clinician, Some(Kind::Clinician)),
            ("Dr. Tom Baker", "tom@harbor.test", Role::Clinician, Some(Kind::Clinician)),
            ("Sam Okafor", "sam@harbor.test", Role::Attendant, Some(Kind::Attendant)),
            ("Lena Fischer", "lena@harbor.test", Role::Coach, Some(Kind::Coach)),
        ];
        let mut bookable = Vec::new();
        for (position, (name, email, role, kind)) in (0..).zip(people) {
            let person = Staff {
                id: StaffId::new(),
                site_id: site.id,
                email: email.to_owned(),
                full_name: name.to_owned(),
                roles: Roles::new([role]),
                password_hash: password_hash().await,
                active: true,
                created_at: now,
            };
            tx.insert_staff(&person).await.expect("an account");
            if let Some(kind) = kind {
                bookable.push(add_time(&mut tx, &person, kind, position).await);
            }
            staff.push(person);
        }
        tx.commit().await.expect("a commit");
        let (jane, tom, sam, lena) = (bookable[0], bookable[1], bookable[2], bookable[3]);
        Self { app, site, jane, tom, sam, lena, staff, worker, folder }
    }

    /// The rules in force.
    pub fn rules(&self) -> Rules {
        self.app.config.rules.clone()
    }

    /// The clinic's store.
    pub fn store(&self) -> &Store {
        &self.app.store
    }

    /// The folder .eml files go to without a mail server.
    pub fn mail_folder(&self) -> std::path::PathBuf {
        self.folder.path().join("mail")
    }

    fn actor(&self, role: Role) -> Actor {
        let one = self.staff.iter().find(|one| one.roles.has(role)).expect("somebody of each role");
        Actor::Staff { id: one.id, name: one.full_name.clone(), roles: one.roles.clone() }
    }

    /// Priya Shah, desk@harbor.test.
    pub fn desk(&self) -> Actor {
        self.actor(Role::FrontDesk)
    }

    /// Dr. Jane Miller, jane@harbor.test.
    pub fn clinician(&self) -> Actor {
        self.actor(Role::Clinician)
    }

    /// Sam Okafor, sam@harbor.test.
    pub fn nurse(&self) -> Actor {
        self.actor(Role::Attendant)
    }

    /// Lena Fischer, lena@harbor.test.
    pub fn coach(&self) -> Actor {
        self.actor(Role::Coach)
    }

    /// Maya Chen, owner@harbor.test.
    pub fn owner(&self) -> Actor {
        self.actor(Role::Owner)
    }

    /// The present instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    /// The instant of a wall-clock time at the clinic, such as `2026-12-01T10:00`.
    pub fn at(&self, local: &str) -> DateTime<Utc> {
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").expect("a date and time");
        visit_start(self.site.timezone, local).expect("a time that exists once")
    }

    /// The clinic's date now.
    pub fn today(&self) -> NaiveDate {
        self.now().with_timezone(&self.site.timezone).date_naive()
    }

    /// Moves the clock on.
    pub fn advance(&self, by: TimeDelta) {
        self.app.clock.advance(by);
    }

    /// Moves the clock to a wall-clock time at the clinic.
    pub fn move_to(&self, local: &str) {
        self.app.clock.advance(self.at(local) - self.now());
    }

    /// Does what is due now.
    pub async fn tick(&self) -> TickReport {
        self.worker.tick().await.expect("a tick")
    }

    /// A transaction that reads.
    pub async fn read(&self) -> Tx {
        self.app.store.read(self.now()).await.expect("a transaction")
    }

    /// A transaction that changes, in somebody's name; commit it.
    pub async fn write(&self, actor: &Actor) -> Tx {
        self.app.store.write(actor.context(None, None), self.now()).await.expect("a transaction")
    }

    /// Runs an action in a transaction of its own: committed when it succeeds, dropped when it is refused.
    pub async fn act<T>(
        &self,
        actor: &Actor,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, ActionError>,
    ) -> Result<T, ActionError> {
        let mut tx = self.app.store.write(actor.context(None, None), self.now()).await?;
        let done = work(&mut tx).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Adds a patient with an email made from the name (`ana.ruiz@patients.test`) and a phone.
    pub async fn patient(&self, full_name: &str) -> Patient {
        let id = PatientId::new();
        let email = format!("{}@patients.test", full_name.to_lowercase().replace(' ', "."));
        let new = NewPatient {
            full_name: full_name.to_owned(),
            name_to_use: None,
            birth_date: NaiveDate::from_ymd_opt(1988, 3, 4).expect("a date"),
            email: Some(email),
            phone: Some("+1 555 010 0133".to_owned()),
            contact: ContactPreference::Email,
        };
        let desk = self.desk();
        let mut tx = self.write(&desk).await;
        add_patient(&mut tx, &desk, self.site.id, new, id).await.expect("a patient");
        tx.commit().await.expect("a commit");
        self.read().await.patient(id).await.expect("an answer").expect("the patient")
    }

    /// A clinician decides: suitable for six visits of "Induction, 60 minutes" until the end of June 2027.
    pub async fn suitable(&self, patient: &Patient) -> DecisionId {
        self.suitable_for(patient, "Induction, 60 minutes").await
    }

    /// The same for another protocol, with its usual number.
    pub async fn suitable_for(&self, patient: &Patient, protocol: &str) -> DecisionId {
        let protocol = self.protocol(protocol).await;
        let new = NewDecision {
            patient: patient.id,
            outcome: Outcome::Suitable,
            protocol: Some(protocol.id),
            planned_visits: Some(protocol.visits),
            expires_on: NaiveDate::from_ymd_opt(2027, 6, 30),
            note: "Fit for treatment".to_owned(),
            conditions: String::new(),
        };
        let clinician = self.clinician();
        let mut tx = self.write(&clinician).await;
        let id = decide(&mut tx, &clinician, new).await.expect("a decision");
        tx.commit().await.expect("a commit");
        id
    }

    /// A service by its name, such as "Infusion, 60 minutes" or "Consultation".
    pub async fn service(&self, name: &str) -> Service {
        let all = self.read().await.services(self.site.id).await.expect("services");
        all.into_iter().find(|one| one.name == name).unwrap_or_else(|| panic!("no service {name}"))
    }

    /// A protocol by its name.
    pub async fn protocol(&self, name: &str) -> Protocol {
        let all = self.read().await.protocols(self.site.id).await.expect("protocols");
        all.into_iter().find(|one| one.name == name).unwrap_or_else(|| panic!("no protocol {name}"))
    }

    /// Six visits of "Induction, 60 minutes" from tomorrow on, and nothing else wished.
    pub async fn wishes(&self) -> Wishes {
        Wishes {
            protocol: self.protocol("Induction, 60 minutes").await.id,
            visits: 6,
            earliest: self.today() + TimeDelta::days(1),
            weekdays: Vec::new(),
            rather_weekdays: Vec::new(),
            must_hours: None,
            rather_hours: None,
            away: Vec::new(),
            must_with: None,
            rather_with: None,
            pins: Vec::new(),
            excluded: Vec::new(),
        }
    }

    /// What planning answers to wishes.
    pub async fn plan_with(&self, patient: &Patient, wishes: &Wishes) -> Result<Planned, ActionError> {
        let mut tx = self.read().await;
        plan_courses(&mut tx, Words::default(), &self.site, patient.id, wishes).await
    }

    /// The best course of [`Clinic::wishes`].
    pub async fn plan(&self, patient: &Patient) -> Course {
        match self.plan_with(patient, &self.wishes().await).await.expect("a plan") {
            Planned::Courses(mut courses) => courses.remove(0),
            Planned::Impossible { reason, .. } => panic!("nothing possible: {reason}"),
        }
    }

    /// Books the best course for a suitable patient.
    pub async fn book_course(&self, patient: &Patient) -> SeriesId {
        let chosen = self.plan(patient).await.chosen();
        self.book_chosen(patient, &chosen, false).await.expect("a free course")
    }

    /// Holds the best course for a suitable patient.
    pub async fn hold_course(&self, patient: &Patient) -> SeriesId {
        let chosen = self.plan(patient).await.chosen();
        self.book_chosen(patient, &chosen, true).await.expect("a free course")
    }

    /// Books or holds a chosen course of "Induction, 60 minutes".
    pub async fn book_chosen(
        &self,
        patient: &Patient,
        chosen: &[ChosenVisit],
        hold: bool,
    ) -> Result<SeriesId, ActionError> {
        let (desk, id) = (self.desk(), SeriesId::new());
        let protocol = self.protocol("Induction, 60 minutes").await.id;
        let mut tx = self.app.store.write(desk.context(None, None), self.now()).await?;
        book_course(&mut tx, &desk, &self.rules(), &self.site, id, patient.id, protocol, chosen, hold)
            .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Books a single visit of a service by its name at a wall-clock time, with anybody or with one person.
    pub async fn book(
        &self,
        patient: &Patient,
        service: &str,
        local: &str,
        with: Option<ResourceId>,
    ) -> Result<AppointmentId, ActionError> {
        let (desk, id) = (self.desk(), AppointmentId::new());
        let service = self.service(service).await.id;
        let visit = BookVisit { id, patient: patient.id, service, starts_at: self.at(local), with };
        let mut tx = self.app.store.write(desk.context(None, None), self.now()).await?;
        book_visit(&mut tx, &desk, &self.rules(), &self.site, visit).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// One appointment as it stands.
    pub async fn appointment(&self, id: AppointmentId) -> Appointment {
        self.read().await.appointment(id).await.expect("an answer").expect("the appointment")
    }

    /// A series' visits by start, canceled ones too.
    pub async fn visits(&self, series: SeriesId) -> Vec<Appointment> {
        self.read().await.appointments_in(series).await.expect("visits")
    }

    /// A series' treatments by start.
    pub async fn treatments(&self, series: SeriesId) -> Vec<Appointment> {
        self.visits(series).await.into_iter().filter(Appointment::is_treatment).collect()
    }

    /// The ledger's rows about a patient, earliest due first.
    pub async fn messages(&self, patient: &Patient) -> Vec<Message> {
        let mut rows = self.read().await.messages_of(patient.id, 1000).await.expect("messages");
        rows.reverse();
        rows
    }

    /// The patient names a driver (email made from the name, `@drivers.test`) for visits.
    pub async fn name_driver(&self, patient: &Patient, visits: &[AppointmentId], full_name: &str) {
        let email = format!("{}@drivers.test", full_name.to_lowercase().replace(' ', "."));
        let named = NamedDriver { full_name: full_name.to_owned(), email: Some(email), phone: None };
        let actor = Actor::Patient { id: patient.id };
        let mut tx = self.write(&actor).await;
        name_driver(&mut tx, &actor, &self.rules(), &self.site, patient.id, visits, named)
            .await
            .expect("a driver may be named");
        tx.commit().await.expect("a commit");
    }

    /// The patient said these mood scores to a clinician, a day apart, the last one an hour ago, and answered a PHQ-9 whose item 9
    /// is above zero.
    pub async fn told_mood(&self, patient: &Patient, scores: &[i64]) {
        let doctor = self.clinician();
        let mut tx = self.write(&doctor).await;
        for (days, score) in (0..).zip(scores.iter().rev()) {
            let at = self.now() - TimeDelta::days(days) - TimeDelta::hours(1);
            record_mood(&mut tx, &doctor, &self.site, patient.id, *score, at).await.expect("a score");
        }
        let answers = [Some(1); 9];
        record_phq9(&mut tx, &doctor, &self.site, patient.id, answers, self.now()).await.expect("answers");
        tx.commit().await.expect("a commit");
    }

    /// The driver of a visit answers.
    pub async fn driver_answers(&self, visit: AppointmentId, yes: bool) {
        let drive =
            self.read().await.current_drive(visit).await.expect("an answer").expect("somebody was asked");
        let actor = Actor::Driver { id: drive.driver_id };
        let mut tx = self.write(&actor).await;
        answer_drive(&mut tx, &actor, &self.rules(), &self.site, drive.id, yes)
            .await
            .expect("an answer in time");
        tx.commit().await.expect("a commit");
    }
}

/// Somebody's bookable time in the usual hours.
async fn add_time(tx: &mut Tx, person: &Staff, kind: Kind, position: i64) -> ResourceId {
    let resource = Resource {
        id: ResourceId::new(),
        site_id: person.site_id,
        staff_id: Some(person.id),
        name: person.full_name.clone(),
        serves: vec![kind],
        position,
        active: true,
        created_at: tx.now(),
    };
    tx.insert_resource(&resource).await.expect("a resource");
    tx.replace_weekly_hours(resource.id, &usual_hours(resource.id)).await.expect("hours");
    resource.id
}

/// Hashing takes long on purpose: once for all tests.
async fn password_hash() -> String {
    static HASH: OnceCell<String> = OnceCell::const_new();
    HASH.get_or_init(|| async { password::hash(PASSWORD).await.expect("a hash") }).await.clone()
}
