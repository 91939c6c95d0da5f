//! The owner's settings: accounts, people and rooms with hours and absences, services, protocols, the clinic itself.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{ActionError, Actor};
use crate::domain::companions::place_faults;
use crate::domain::ids::{AbsenceId, HoursId, ResourceId, SiteId, StaffId};
use crate::domain::protocols::Protocol;
use crate::domain::roles::{Permission, Role, Roles};
use crate::domain::services::{Service, phase_faults};
use crate::domain::time::bound;
use crate::store::appointments::Appointment;
use crate::store::resources::{Absence, Resource, WeeklyHours};
use crate::store::sites::Site;
use crate::store::staff::Staff;
use crate::store::{AuditEntry, StoreError, Tx};

/// Highest package price, in cents.
const MAX_PRICE_CENTS: i64 = 1_000_000_000;

/// A new account.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// Their name.
    pub full_name: String,
    /// Sign-in name.
    pub email: String,
    /// What they may do.
    pub roles: Roles,
    /// PHC string of the password.
    pub password_hash: String,
}

/// Adds an account.
///
/// # Errors
/// [`ActionError::Refused`] when the email has one already.
pub async fn add_staff(
    tx: &mut Tx,
    actor: &Actor,
    site: SiteId,
    new: NewStaff,
) -> Result<StaffId, ActionError> {
    actor.needs(Permission::ManageSettings)?;
    let staff = Staff {
        id: StaffId::new(),
        site_id: site,
        email: new.email.to_lowercase(),
        full_name: new.full_name,
        roles: new.roles,
        password_hash: new.password_hash,
        active: true,
        created_at: tx.now(),
    };
    match tx.insert_staff(&staff).await {
        Err(StoreError::Unique) => return Err(ActionError::Refused("staff-email-taken")),
        other => other?,
    }
    note(tx, "staff.add", "staff", staff.id.0, json!({ "name": staff.full_name, "roles": staff.roles }));
    Ok(staff.id)
}

/// Changes an account and ends its sessions, so that nobody works on with roles or a password they no longer have.
///
/// # Errors
/// [`ActionError::Refused`] when no active owner would be left.
pub async fn change_staff(
    tx: &mut Tx,
    actor: &Actor,
    id: StaffId,
    full_name: String,
    roles: Roles,
    active: bool,
    password_hash: Option<String>,
) -> Result<(), ActionError> {
    actor.needs(Permission::ManageSettings)?;
    let mut staff = tx.staff(id).await?.ok_or(ActionError::NotFound)?;
    // Two owners who demote each other at the same moment must meet: the lock lines them up.
    tx.lock_bookings(staff.site_id).await?;
    let stays_owner = active && roles.has(Role::Owner);
    let others = tx.all_staff().await?;
    let other_owner =
        others.iter().any(|other| other.id != id && other.active && other.roles.has(Role::Owner));
    if !stays_owner && !other_owner {
        return Err(ActionError::Refused("staff-last-owner"));
    }
    let before = json!({ "name": staff.full_name, "roles": staff.roles, "active": staff.active });
    let new_password = password_hash.is_some();
    staff.full_name = full_name;
    staff.roles = roles;
    staff.active = active;
    if let Some(hash) = password_hash {
        staff.password_hash = hash;
    }
    tx.update_staff(&staff).await?;
    tx.delete_sessions_of(id).await?;
    tx.audit(AuditEntry::new("staff.change", None, "staff", id.0).before(before).after(json!({
        "name": staff.full_name, "roles": staff.roles, "active": staff.active, "new password": new_password,
    })));
    Ok(())
}

/// Adds or changes a person's or a room's bookable time.
///
/// # Errors
/// [`ActionError::Refused`] for one that serves nothing.
pub async fn save_resource(
    tx: &mut Tx,
    actor: &Actor,
    site: SiteId,
    resource: Resource,
    is_new: bool,
) -> Result<(), ActionError> {
    actor.needs(Permission::ManageSettings)?;
    if resource.site_id != site {
        return Err(ActionError::NotFound);
    }
    if resource.serves.is_empty() {
        return Err(ActionError::Refused("settings-serves-nothing"));
    }
    if is_new {
        tx.insert_resource(&resource).await?;
    } else {
        tx.update_resource(&resource).await?;
    }
    let values = json!({ "name": resource.name, "serves": resource.serves, "active": resource.active });
    note(tx, "resource.save", "resource", resource.id.0, values);
    Ok(())
}

/// Puts a week of hours in place: (weekday from Monday 0, from minute, to minute) each.
///
/// # Errors
/// [`ActionError::Refused`] for hours that end before they begin or overlap.
pub async fn set_hours(
    tx: &mut Tx,
    actor: &Actor,
    resource: ResourceId,
    mut hours: Vec<(i64, i64, i64)>,
) -> Result<(), ActionError> {
    actor.needs(Permission::ManageSettings)?;
    tx.resource(resource).await?.ok_or(ActionError::NotFound)?;
    hours.sort_unstable();
    let sound =
        hours.iter().all(|(day, from, to)| (0..7).contains(day) && 0 <= *from && from < to && *to <= 1440);
    let apart = hours.windows(2).all(|pair| pair[0].0 != pair[1].0 || pair[0].2 <= pair[1].1);
    if !sound || !apart {
        return Err(ActionError::Refused("settings-hours-wrong"));
    }
    let rows: Vec<WeeklyHours> = hours
        .iter()
        .map(|(weekday, from_minute, to_minute)| WeeklyHours {
            id: HoursId::new(),
            resource_id: resource,
            weekday: *weekday,
            from_minute: *from_minute,
            to_minute: *to_minute,
        })
        .collect();
    tx.replace_weekly_hours(resource, &rows).await?;
    note(tx, "resource.hours", "resource", resource.0, json!({ "hours": hours }));
    Ok(())
}

/// Enters an absence in the site's civil time and answers with the visits it hits; they stay booked until somebody moves them.
///
/// # Errors
/// [`ActionError::Refused`] when it does not end after it starts or is longer than two years.
pub async fn add_absence(
    tx: &mut Tx,
    actor: &Actor,
    site: &Site,
    resource: ResourceId,
    from: NaiveDateTime,
    to: NaiveDateTime,
    note_text: String,
) -> Result<Vec<Appointment>, ActionError> {
    actor.needs(Permission::ManageSettings)?;
    enter_absence(tx, site, resource, from, to, note_text).await
}

/// As [`add_absence`], for an act that asked for its permission already: whoever books may say that somebody fell ill.
pub(super) async fn enter_absence(
    tx: &mut Tx,
    site: &Site,
    resource: ResourceId,
    from: NaiveDateTime,
    to: NaiveDateTime,
    note_text: String,
) -> Result<Vec<Appointment>, ActionError> {
    let found = tx.resource(resource).await?.filter(|r| r.site_id == site.id).ok_or(ActionError::NotFound)?;
    let (starts_at, ends_at) = absence_bounds(site, from, to)?;
    let absence =
        Absence { id: AbsenceId::new(), resource_id: resource, starts_at, ends_at, note: note_text };
    tx.insert_absence(&absence).await?;
    let values = json!({ "who": found.name, "from": starts_at, "to": ends_at });
    note(tx, "absence.add", "resource", resource.0, values);
    hit_by(tx, resource, starts_at, ends_at).await
}

/// The instants of an absence, refused when it does not end after it starts or is longer than two years.
pub(super) fn absence_bounds(
    site: &Site,
    from: NaiveDateTime,
    to: NaiveDateTime,
) -> Result<(DateTime<Utc>, DateTime<Utc>), ActionError> {
    let (starts_at, ends_at) = (bound(site.timezone, from), bound(site.timezone, to));
    if ends_at <= starts_at || ends_at - starts_at > TimeDelta::days(731) {
        return Err(ActionError::Refused("settings-absence-order"));
    }
    Ok((starts_at, ends_at))
}

/// Visits ahead or held that take time of a resource within a stretch, in order of start.
pub(super) async fn hit_by(
    tx: &mut Tx,
    resource: ResourceId,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
) -> Result<Vec<Appointment>, ActionError> {
    let mut hit: Vec<_> = tx.in_the_way(resource.0, starts_at, ends_at, &[]).await?;
    hit.dedup_by_key(|row| row.appointment_id);
    let ids: Vec<_> = hit.iter().map(|row| row.appointment_id).collect();
    let mut visits: Vec<Appointment> = tx
        .appointments_by_ids(&ids)
        .await?
        .into_values()
        .filter(|visit| visit.status.is_ahead() && visit.ends_at > tx.now())
        .collect();
    visits.sort_by_key(|visit| visit.starts_at);
    Ok(visits)
}

/// Removes an absence.
///
/// # Errors
/// [`ActionError::NotFound`] when it is gone already.
pub async fn remove_absence(tx: &mut Tx, actor: &Actor, id: AbsenceId) -> Result<(), ActionError> {
    actor.needs(Permission::ManageSettings)?;
    let gone = tx.delete_absence(id).await?.ok_or(ActionError::NotFound)?;
    let values = json!({ "from": gone.starts_at, "to": gone.ends_at });
    note(tx, "absence.remove", "resource", gone.resource_id.0, values);
    Ok(())
}

/// Adds or changes a service; what is booked keeps what it was booked with.
///
/// # Errors
/// [`ActionError::Refused`] for phases, or a place and companion, that cannot be.
pub async fn save_service(
    tx: &mut Tx,
    actor: &Actor,
    site: SiteId,
    service: Service,
    is_new: bool,
) -> Result<(), ActionError> {
    actor.needs(Permission::ManageSettings)?;
    if let Some((_, fault)) = phase_faults(&service.phases).first() {
        return Err(ActionError::Refused(fault));
    }
    if let Some((_, fault)) = place_faults(service.category, service.venue, service.companion).first() {
        return Err(ActionError::Refused(fault));
    }
    if is_new {
        let position = i64::try_from(tx.services(site).await?.len()).unwrap_or(0);
        tx.insert_service(site, &service, position).await?;
    } else {
        tx.service(service.id).await?.ok_or(ActionError::NotFound)?;
        tx.update_service(&service).await?;
    }
    let values = json!({
        "name": service.name, "category": service.category, "where": service.venue,
        "companion": service.companion, "phases": service.phases,
        "price cents": service.price_cents, "active": service.active,
    });
    note(tx, "service.save", "service", service.id.0, values);
    Ok(())
}

/// Adds or changes a protocol; what is planned keeps what it was planned with.
///
/// # Errors
/// [`ActionError::Refused`] for numbers that cannot be.
pub async fn save_protocol(
    tx: &mut Tx,
    actor: &Actor,
    site: SiteId,
    protocol: Protocol,
    is_new: bool,
) -> Result<(), ActionError> {
    actor.needs(Permission::ManageSettings)?;
    let gap = protocol.gap;
    let numbers = (1..=protocol.visits_max).contains(&protocol.visits_min)
        && (protocol.visits_min..=protocol.visits_max).contains(&protocol.visits)
        && protocol.visits_max <= 60;
    let gaps = 1 <= gap.min && gap.min <= gap.target && gap.target <= gap.max && gap.max <= 366;
    let days = [protocol.before, protocol.after_last]
        .iter()
        .flatten()
        .all(|window| 0 <= window.min_days && window.min_days <= window.max_days && window.max_days <= 366);
    let hours = protocol
        .after_each
        .is_none_or(|w| 0 <= w.min_hours && w.min_hours <= w.max_hours && w.max_hours <= 24 * 60);
    let package = protocol.package_cents.is_none_or(|cents| (0..=MAX_PRICE_CENTS).contains(&cents));
    if !(numbers && gaps && days && hours && package) {
        return Err(ActionError::Refused("protocols-numbers"));
    }
    if is_new {
        let position = i64::try_from(tx.protocols(site).await?.len()).unwrap_or(0);
        tx.insert_protocol(site, &protocol, position).await?;
    } else {
        tx.protocol(protocol.id).await?.ok_or(ActionError::NotFound)?;
        tx.update_protocol(&protocol).await?;
    }
    let values = json!({
        "name": protocol.name, "visits": protocol.visits, "gap": protocol.gap, "before": protocol.before,
        "after each": protocol.after_each, "after last": protocol.after_last,
        "package cents": protocol.package_cents, "active": protocol.active,
    });
    note(tx, "protocol.save", "protocol", protocol.id.0, values);
    Ok(())
}

/// Changes the clinic's name and contacts.
///
/// # Errors
/// When the store fails.
pub async fn change_site(tx: &mut Tx, actor: &Actor, site: Site) -> Result<(), ActionError> {
    actor.needs(Permission::ManageSettings)?;
    tx.update_site(&site).await?;
    let values =
        json!({ "name": site.name, "phone": site.phone, "email": site.email, "address": site.address });
    note(tx, "site.change", "site", site.id.0, values);
    Ok(())
}

fn note(tx: &mut Tx, action: &'static str, entity: &'static str, id: Uuid, after: serde_json::Value) {
    tx.audit(AuditEntry::new(action, None, entity, id).after(after));
}
