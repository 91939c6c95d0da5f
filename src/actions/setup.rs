//! Set a clinic up: its site, its owner, and the usual services, protocols and rooms if wanted.

use chrono_tz::Tz;
use serde_json::json;

use super::{ActionError, message_rules};
use crate::config::Rules;
use crate::domain::defaults;
use crate::domain::ids::{HoursId, ResourceId, SiteId, StaffId};
use crate::domain::roles::{Role, Roles};
use crate::store::resources::{Resource, WeeklyHours};
use crate::store::sites::Site;
use crate::store::staff::Staff;
use crate::store::{AuditEntry, Tx};
use crate::words::Words;

/// What the first visitor says of the clinic.
#[derive(Clone, Debug)]
pub struct NewClinic {
    /// Its name.
    pub name: String,
    /// Its IANA zone.
    pub zone: Tz,
    /// Phone as people write it.
    pub phone: String,
    /// Address mail answers go to.
    pub email: String,
    /// Street address.
    pub address: String,
    /// The owner's name.
    pub owner_name: String,
    /// The owner's sign-in name.
    pub owner_email: String,
    /// PHC string of the owner's password.
    pub owner_password_hash: String,
    /// Whether to begin with the usual services, protocols and rooms.
    pub usual: bool,
}

/// Sets the clinic up, once. Its rules of messages begin with the configuration's numbers.
///
/// # Errors
/// [`ActionError::Changed`] when it is set up already: of two first visitors one wins.
pub async fn set_up(
    tx: &mut Tx,
    w: Words,
    rules: &Rules,
    new: NewClinic,
) -> Result<(Site, Staff), ActionError> {
    // The key's unique index decides between two first visitors on both databases.
    if tx.claim_key("setup", "clinic", "/").await?.is_some() || tx.has_staff().await? {
        return Err(ActionError::Changed);
    }
    let site = Site {
        id: SiteId::new(),
        name: new.name,
        timezone: new.zone,
        phone: new.phone,
        email: new.email,
        address: new.address,
        currency: "USD".to_owned(),
        created_at: tx.now(),
    };
    tx.insert_site(&site).await?;
    let owner = Staff {
        id: StaffId::new(),
        site_id: site.id,
        email: new.owner_email.to_lowercase(),
        full_name: new.owner_name,
        roles: Roles::new([Role::Owner]),
        password_hash: new.owner_password_hash,
        active: true,
        created_at: tx.now(),
    };
    tx.insert_staff(&owner).await?;
    message_rules::seed(tx, rules, site.id).await?;
    if new.usual {
        usual(tx, w, &site).await?;
    }
    tx.audit(
        AuditEntry::new("site.set_up", None, "site", site.id.0)
            .after(json!({ "name": site.name, "zone": site.timezone.name(), "owner": owner.full_name })),
    );
    Ok((site, owner))
}

/// The usual services, protocols and rooms (domain.md's numbers), open in the usual hours.
async fn usual(tx: &mut Tx, w: Words, site: &Site) -> Result<(), ActionError> {
    let services = defaults::services(w);
    for (position, service) in (0..).zip(&services) {
        tx.insert_service(site.id, service, position).await?;
    }
    for (position, protocol) in (0..).zip(&defaults::protocols(w, &services)) {
        tx.insert_protocol(site.id, protocol, position).await?;
    }
    for (position, (name, serves)) in (100..).zip(defaults::rooms(w)) {
        let room = Resource {
            id: ResourceId::new(),
            site_id: site.id,
            staff_id: None,
            name,
            serves,
            position,
            active: true,
            created_at: tx.now(),
        };
        tx.insert_resource(&room).await?;
        tx.replace_weekly_hours(room.id, &usual_hours(room.id)).await?;
    }
    Ok(())
}

/// The usual week of somebody or a room.
pub fn usual_hours(resource: ResourceId) -> Vec<WeeklyHours> {
    defaults::weekly_hours()
        .into_iter()
        .map(|(weekday, from_minute, to_minute)| WeeklyHours {
            id: HoursId::new(),
            resource_id: resource,
            weekday,
            from_minute,
            to_minute,
        })
        .collect()
}
