//! The demo clinic itself: its site, its staff with their hours, and who acts in the stories.

use chrono::{DateTime, TimeDelta, Utc};

use super::PASSWORD;
use crate::actions::settings::{self, NewStaff};
use crate::actions::setup::{self, NewClinic};
use crate::actions::{ActionError, Actor};
use crate::config::Rules;
use crate::domain::ids::{DriverId, PatientId, ResourceId, ServiceId, StaffId};
use crate::domain::protocols::Protocol;
use crate::domain::roles::{Role, Roles};
use crate::domain::services::{Category, Kind};
use crate::store::resources::Resource;
use crate::store::sites::Site;
use crate::store::staff::Staff;
use crate::store::{AuditContext, Store, Tx};
use crate::words::Words;

/// How long before "now" the clinic began to use the program.
const OPENED_DAYS: i64 = 80;

/// Somebody of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The front desk.
    Desk,
    /// One of the two clinicians.
    Clinician(usize),
    /// The nurse.
    Nurse,
    /// The coach.
    Coach,
    /// The owner.
    Owner,
    /// A patient on their page.
    Patient(PatientId),
    /// A driver on theirs.
    Driver(DriverId),
}

/// The clinic and its people.
pub(super) struct Cast {
    pub site: Site,
    pub protocols: Vec<Protocol>,
    pub consultation: ServiceId,
    pub clinicians: [ResourceId; 2],
    owner: Actor,
    desk: Actor,
    doctors: [Actor; 2],
    nurse: Actor,
    coach: Actor,
}

impl Cast {
    /// The actor for somebody.
    pub(super) fn actor(&self, who: Who) -> Actor {
        match who {
            Who::Desk => self.desk.clone(),
            Who::Clinician(number) => self.doctors[number % 2].clone(),
            Who::Nurse => self.nurse.clone(),
            Who::Coach => self.coach.clone(),
            Who::Owner => self.owner.clone(),
            Who::Patient(id) => Actor::Patient { id },
            Who::Driver(id) => Actor::Driver { id },
        }
    }
}

/// Sets the clinic up, as its owner would have done long before `now`.
pub(super) async fn open_clinic(
    store: &Store,
    rules: &Rules,
    w: Words,
    now: DateTime<Utc>,
) -> anyhow::Result<Cast> {
    // One hash serves all: hashing is slow on purpose, and the password is no secret.
    let hash = crate::auth::password::hash(PASSWORD).await.map_err(anyhow::Error::msg)?;
    let opened = now - TimeDelta::days(OPENED_DAYS);
    let mut tx = store.write(AuditContext::system(), opened).await?;
    let clinic = NewClinic {
        name: "Elm Street Clinic".to_owned(),
        zone: chrono_tz::America::New_York,
        phone: "+1 555 010 0100".to_owned(),
        email: "hello@elmstreet.example".to_owned(),
        address: "12 Elm Street, door B".to_owned(),
        owner_name: "Dana Elm".to_owned(),
        owner_email: "dana@elmstreet.example".to_owned(),
        owner_password_hash: hash.clone(),
        usual: true,
    };
    let (site, owner) = setup::set_up(&mut tx, w, rules, clinic).await?;
    tx.commit().await?;

    let owner = actor(&owner);
    let mut tx = store.write(owner.context(None, None), opened + TimeDelta::minutes(20)).await?;
    let mut hire = Hire { tx: &mut tx, owner: &owner, site: &site, hash: &hash };
    let desk = hire.account("Priya Shah", "priya", Role::FrontDesk).await?;
    let okafor = hire.account("Dr. Ngozi Okafor", "ngozi", Role::Clinician).await?;
    let lind = hire.account("Dr. Erik Lind", "erik", Role::Clinician).await?;
    let nurse = hire.account("Kim Tran", "kim", Role::Attendant).await?;
    let coach = hire.account("Sam Reed", "sam", Role::Coach).await?;
    let doctor = [Kind::Clinician, Kind::Attendant];
    let clinicians = [
        hire.bookable("Dr. Okafor", okafor.0, &doctor, 0, &[]).await?,
        hire.bookable("Dr. Lind", lind.0, &doctor, 1, &[]).await?,
    ];
    hire.bookable("Kim Tran", nurse.0, &[Kind::Attendant], 2, &[]).await?;
    // Saturday mornings of the coach make Thursdays possible for treatments.
    hire.bookable("Sam Reed", coach.0, &[Kind::Coach], 3, &[(5, 9 * 60, 13 * 60)]).await?;
    let protocols = tx.protocols(site.id).await?;
    let services = tx.services(site.id).await?;
    let consultation = services
        .iter()
        .find(|service| service.category == Category::Consultation)
        .map(|service| service.id)
        .ok_or_else(|| anyhow::anyhow!("the usual services have no consultation"))?;
    tx.commit().await?;
    Ok(Cast {
        site,
        protocols,
        consultation,
        clinicians,
        owner,
        desk: desk.1,
        doctors: [okafor.1, lind.1],
        nurse: nurse.1,
        coach: coach.1,
    })
}

/// Adds people to the clinic in the owner's name.
struct Hire<'a> {
    tx: &'a mut Tx,
    owner: &'a Actor,
    site: &'a Site,
    hash: &'a str,
}

impl Hire<'_> {
    async fn account(
        &mut self,
        name: &str,
        mailbox: &str,
        role: Role,
    ) -> Result<(StaffId, Actor), ActionError> {
        let roles = Roles::new([role]);
        let new = NewStaff {
            full_name: name.to_owned(),
            email: format!("{mailbox}@elmstreet.example"),
            roles: roles.clone(),
            password_hash: self.hash.to_owned(),
        };
        let id = settings::add_staff(self.tx, self.owner, self.site.id, new).await?;
        Ok((id, Actor::Staff { id, name: name.to_owned(), roles }))
    }

    /// Somebody's bookable time in the usual hours, and more.
    async fn bookable(
        &mut self,
        name: &str,
        staff: StaffId,
        serves: &[Kind],
        position: i64,
        more_hours: &[(i64, i64, i64)],
    ) -> Result<ResourceId, ActionError> {
        let resource = Resource {
            id: ResourceId::new(),
            site_id: self.site.id,
            staff_id: Some(staff),
            name: name.to_owned(),
            serves: serves.to_vec(),
            position,
            active: true,
            created_at: self.tx.now(),
        };
        let id = resource.id;
        settings::save_resource(self.tx, self.owner, self.site.id, resource, true).await?;
        let mut hours = crate::domain::defaults::weekly_hours();
        hours.extend_from_slice(more_hours);
        settings::set_hours(self.tx, self.owner, id, hours).await?;
        Ok(id)
    }
}

fn actor(staff: &Staff) -> Actor {
    Actor::Staff { id: staff.id, name: staff.full_name.clone(), roles: staff.roles.clone() }
}
