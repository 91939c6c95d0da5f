//! More verbs of the stories: what happens to a booked course, and what people see of it.

use chrono::{DateTime, TimeDelta, Utc};
use seriesbook::actions::cancel::{cancel_visit, restore_visit};
use seriesbook::actions::drivers::{NamedDriver, answer_drive, name_driver};
use seriesbook::actions::move_visit::{MoveOption, Moved, move_options, move_visit};
use seriesbook::actions::{ActionError, Actor, run_visit, worklist};
use seriesbook::domain::ids::{AbsenceId, AppointmentId, PatientId, ResourceId};
use seriesbook::domain::worklist::WorkKind;
use seriesbook::store::drivers::Drive;
use seriesbook::store::messages::Message;
use seriesbook::store::resources::Absence;

use super::world::World;
use crate::support::smtp::Mail;
use crate::support::web::Browser;

impl World {
    pub async fn name_driver(&self, patient: PatientId, visits: &[AppointmentId], name: &str, email: &str) {
        let named = NamedDriver {
            full_name: name.to_owned(),
            email: Some(email.to_owned()),
            phone: Some("+1 555 010 0177".to_owned()),
        };
        let rules = self.clinic.rules();
        self.act(&self.desk, async |tx| {
            name_driver(tx, &self.desk, &rules, &self.site, patient, visits, named).await
        })
        .await
        .expect("a driver may be named");
    }

    pub async fn drive(&self, visit: AppointmentId) -> Option<Drive> {
        self.clinic.read().await.current_drive(visit).await.expect("an answer")
    }

    /// The driver of a visit answers by phone.
    pub async fn answer(&self, visit: AppointmentId, yes: bool) {
        let drive = self.drive(visit).await.expect("a drive is asked").id;
        let rules = self.clinic.rules();
        self.act(&self.desk, async |tx| answer_drive(tx, &self.desk, &rules, &self.site, drive, yes).await)
            .await
            .expect("an answer in time");
    }

    pub async fn move_options(
        &self,
        visit: AppointmentId,
        from: DateTime<Utc>,
        days: i64,
    ) -> Vec<MoveOption> {
        let day = from.with_timezone(&self.site.timezone).date_naive();
        move_options(&mut self.clinic.read().await, &self.site, visit, day, days).await.expect("an answer")
    }

    pub async fn move_visit(
        &self,
        id: AppointmentId,
        version: i64,
        to: DateTime<Utc>,
        with: Option<ResourceId>,
    ) -> Result<Vec<Moved>, ActionError> {
        let rules = self.clinic.rules();
        self.act(&self.desk, async |tx| {
            move_visit(tx, &self.desk, &rules, &self.site, id, version, to, with).await
        })
        .await
    }

    pub async fn cancel(&self, id: AppointmentId, version: i64) -> Result<Vec<AppointmentId>, ActionError> {
        let rules = self.clinic.rules();
        self.act(&self.desk, async |tx| {
            cancel_visit(tx, &self.desk, &rules, &self.site, id, version, "She called: not that week").await
        })
        .await
    }

    pub async fn restore(&self, id: AppointmentId) -> Result<(), ActionError> {
        let rules = self.clinic.rules();
        self.act(&self.desk, async |tx| restore_visit(tx, &self.desk, &rules, &self.site, id).await).await
    }

    pub async fn check_in(
        &self,
        actor: &Actor,
        id: AppointmentId,
        why: Option<&str>,
    ) -> Result<(), ActionError> {
        self.act(actor, async |tx| run_visit::check_in(tx, actor, &self.site, id, why).await).await
    }

    pub async fn discharge(&self, id: AppointmentId, escort: Option<&str>) -> Result<(), ActionError> {
        self.act(&self.desk, async |tx| run_visit::discharge(tx, &self.desk, id, escort, None).await).await
    }

    /// A treatment of 60 minutes runs from its start to going home.
    pub async fn attend(&self, id: AppointmentId) {
        self.clock_to(self.visit(id).await.starts_at);
        let why = Some("Her sister waits outside, spoken to in person");
        self.check_in(&self.doctor, id, why).await.expect("checked in");
        self.act(&self.doctor, async |tx| run_visit::start_visit(tx, &self.doctor, id, None).await)
            .await
            .expect("begun");
        self.advance(TimeDelta::minutes(75));
        self.act(&self.doctor, async |tx| run_visit::start_recovery(tx, &self.doctor, id).await)
            .await
            .expect("rest");
        self.act(&self.coach, async |tx| run_visit::record_coach_check_in(tx, &self.coach, id, None).await)
            .await
            .expect("the coach looked in");
        self.advance(TimeDelta::minutes(45));
        self.discharge(id, Some("Her sister")).await.expect("home");
    }

    /// The page of a patient's first message.
    pub fn page_of(&self, address: &str) -> String {
        self.mails_to(address).first().expect("a mail").link("/v/")
    }

    /// A member of staff signs in.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = Browser::of(&self.clinic);
        browser.sign_in(email).await;
        browser
    }

    /// Every clinician is away for a while.
    pub async fn everybody_is_away(&self, from: DateTime<Utc>, to: DateTime<Utc>) {
        let mut tx = self.clinic.write(&self.desk).await;
        for resource_id in [self.clinic.jane, self.clinic.tom] {
            let note = "Congress".to_owned();
            let away = Absence { id: AbsenceId::new(), resource_id, starts_at: from, ends_at: to, note };
            tx.insert_absence(&away).await.expect("an absence");
        }
        tx.commit().await.expect("a commit");
    }

    /// The kinds of the worklist's lines and the visits they are about.
    pub async fn worklist(&self) -> Vec<(WorkKind, Option<AppointmentId>)> {
        let lines = worklist::worklist(&mut self.clinic.read().await, &self.clinic.rules(), &self.site)
            .await
            .expect("a worklist");
        lines.into_iter().map(|line| (line.kind, line.appointment.map(|visit| visit.id))).collect()
    }

    /// The ledger's rows about one visit.
    pub async fn messages_about(&self, patient: PatientId, visit: AppointmentId) -> Vec<Message> {
        let rows = self.clinic.read().await.messages_of(patient, 1000).await.expect("messages");
        rows.into_iter().filter(|message| message.appointment_id == Some(visit)).collect()
    }

    /// How often something was done to a patient's record, says the audit log.
    pub async fn audited(&self, patient: PatientId, action: &str) -> usize {
        let rows = self.clinic.read().await.audit_of_patient(patient, 1000).await.expect("the log");
        rows.into_iter().filter(|row| row.action == action).count()
    }

    /// The mails to one address, in order.
    pub fn mails_to(&self, address: &str) -> Vec<Mail> {
        self.smtp.mails().into_iter().filter(|mail| mail.to.iter().any(|to| to == address)).collect()
    }

    /// What somebody without an account sees at a path: status and page.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let page = Browser::of(&self.clinic).get(path).await;
        (page.status.as_u16(), page.body)
    }

    /// What comes of a form of somebody without an account.
    pub async fn post(&self, path: &str, fields: &[(&str, String)]) -> (u16, String) {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = Browser::of(&self.clinic).post(path, &fields).await;
        (page.status.as_u16(), page.body)
    }
}
