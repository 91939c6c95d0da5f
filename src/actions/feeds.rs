//! Calendar feeds: make an address, stop it, and read what stands behind it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{ActionError, Actor};
use crate::auth::token;
use crate::domain::feeds::{FeedKind, FeedOf, Standing, Window, initials, joined, standing};
use crate::domain::ids::{FeedId, PatientId, ResourceId};
use crate::domain::roles::Permission;
use crate::mail::calendar::{self, Entry, FeedEntry};
use crate::store::feeds::{Feed, FeedVisit};
use crate::store::resources::Resource;
use crate::store::sites::Site;
use crate::store::{AuditEntry, Tx};
use crate::words::Words;

/// What stands behind an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedText {
    /// The VCALENDAR.
    pub text: String,
    /// When anything of it changed last.
    pub changed_at: DateTime<Utc>,
}

/// Makes an address and answers its token, which is shown once; an earlier address stops. Each person makes their own, owners those of
/// rooms.
///
/// # Errors
/// [`ActionError::NotPermitted`] for anybody else's; [`ActionError::NotFound`] for somebody or a room of another site.
pub async fn open_feed(tx: &mut Tx, actor: &Actor, site: &Site, of: FeedOf) -> Result<String, ActionError> {
    // Two presses at once: the second must see the first.
    tx.lock_bookings(site.id).await?;
    match of {
        FeedOf::Patient(id) => {
            tx.patient(id).await?.filter(|one| one.site_id == site.id).ok_or(ActionError::NotFound)?;
            // The address is shown to whoever makes it, so to nobody but the patient.
            if !matches!(actor, Actor::Patient { id: own } if *own == id) {
                return Err(ActionError::NotPermitted);
            }
        }
        FeedOf::Staff(id) => {
            let resource = resource(tx, site, id).await?;
            if !is_own(actor, &resource) {
                return Err(ActionError::NotPermitted);
            }
        }
        FeedOf::Room(id) => {
            actor.needs(Permission::ManageSettings)?;
            if !resource(tx, site, id).await?.is_room() {
                return Err(ActionError::NotFound);
            }
        }
    }
    if let Some(earlier) = tx.feed_of(of).await? {
        end(tx, &earlier).await?;
    }
    let token = token::new_token();
    let feed = Feed {
        id: FeedId::new(),
        site_id: site.id,
        token_hash: token::hash(&token).unwrap_or_default(),
        kind: of.kind(),
        patient_id: of.patient(),
        resource_id: of.resource(),
        created_by: actor.label(),
        created_at: tx.now(),
        revoked_at: None,
    };
    tx.insert_feed(&feed).await?;
    note(tx, "feed.open", &feed);
    Ok(token)
}

/// Stops an address. Everybody stops their own, the desk a patient's, owners any. Stopped twice, it is stopped once.
///
/// # Errors
/// [`ActionError::NotFound`] for a feed of another site; [`ActionError::NotPermitted`] for somebody else's.
pub async fn stop_feed(tx: &mut Tx, actor: &Actor, site: &Site, id: FeedId) -> Result<Feed, ActionError> {
    let feed = tx.feed(id).await?.filter(|feed| feed.site_id == site.id).ok_or(ActionError::NotFound)?;
    let may = match (actor, feed.resource_id) {
        (Actor::Patient { id }, _) => feed.patient_id == Some(*id),
        (Actor::Driver { .. }, _) => false,
        (_, _) if actor.may(Permission::ManageSettings) => true,
        (_, Some(id)) => {
            let resource = resource(tx, site, id).await?;
            is_own(actor, &resource)
        }
        (_, None) => actor.may(Permission::Book),
    };
    if !may {
        return Err(ActionError::NotPermitted);
    }
    end(tx, &feed).await?;
    Ok(feed)
}

/// What a calendar program reads; `None` for an address that was never made or is of no use any more.
///
/// # Errors
/// When the store fails.
pub async fn read_feed(tx: &mut Tx, w: Words, token_hash: &[u8]) -> Result<Option<FeedText>, ActionError> {
    let Some(feed) = tx.feed_by_token(token_hash).await? else { return Ok(None) };
    let Some(site) = tx.site().await?.filter(|site| site.id == feed.site_id) else { return Ok(None) };
    let window = Window::at(tx.now());
    let (name, entries) = match (feed.patient_id, feed.resource_id) {
        (Some(patient), None) => (
            w.f("feed-name-patient", [("clinic", &site.name)]),
            patient_entries(tx, w, &site, patient, window).await?,
        ),
        (None, Some(resource)) => {
            let Some(resource) = tx.resource(resource).await? else { return Ok(None) };
            if feed.kind == FeedKind::Staff && !has_account(tx, &resource).await? {
                return Ok(None);
            }
            (
                w.f("feed-name-resource", [("name", &resource.name), ("clinic", &site.name)]),
                resource_entries(tx, w, &site, &resource, feed.kind, window).await?,
            )
        }
        _ => return Ok(None),
    };
    let changed_at = entries.iter().map(|entry| entry.changed_at).fold(feed.created_at, std::cmp::max);
    Ok(Some(FeedText { text: calendar::feed(&name, &entries), changed_at }))
}

/// Whoever lost their account reads nothing any more.
async fn has_account(tx: &mut Tx, resource: &Resource) -> Result<bool, ActionError> {
    let Some(id) = resource.staff_id else { return Ok(false) };
    Ok(tx.staff(id).await?.is_some_and(|staff| staff.active))
}

/// A patient's visits in the words of their mail.
async fn patient_entries(
    tx: &mut Tx,
    w: Words,
    site: &Site,
    patient: PatientId,
    window: Window,
) -> Result<Vec<FeedEntry>, ActionError> {
    let visits = tx.feed_visits_of_patient(patient, window).await?;
    Ok(visits
        .iter()
        .filter_map(|one| {
            let standing = standing(FeedKind::Patient, one.visit.status, one.visit.version)?;
            let entry = calendar::visit_entry(w, site, &one.visit);
            Some(FeedEntry { entry, standing, changed_at: one.changed() })
        })
        .collect())
}

/// The stretches of time that visits take of a person or a room: initials and the room, nothing of what a visit is for.
async fn resource_entries(
    tx: &mut Tx,
    w: Words,
    site: &Site,
    resource: &Resource,
    kind: FeedKind,
    window: Window,
) -> Result<Vec<FeedEntry>, ActionError> {
    let mut visits = tx.feed_visits_of_resource(resource.id, window).await?;
    let off = tx.feed_visits_off(site.id, window).await?;
    visits.extend(off.into_iter().filter(|one| window.holds(one.visit.starts_at)));
    visits.retain(|one| one.visit.assigned.iter().any(|assignment| assignment.resource == resource.id));
    visits.sort_by_key(|one| (one.visit.starts_at, one.visit.id));
    let ids: Vec<PatientId> = visits.iter().map(|one| one.visit.patient_id).collect();
    let patients = tx.patients_by_ids(&ids).await?;
    let rooms: HashMap<ResourceId, String> = tx
        .resources(site.id)
        .await?
        .into_iter()
        .filter(Resource::is_room)
        .map(|room| (room.id, room.name))
        .collect();
    let mut entries = Vec::new();
    for one in &visits {
        let Some(standing) = standing(kind, one.visit.status, one.visit.version) else { continue };
        let patient = patients.get(&one.visit.patient_id);
        let initials = patient.map(|patient| initials(&patient.full_name)).unwrap_or_default();
        let room = room_of(one, &rooms);
        // A room's own feed need not name the room in every line.
        let named = room.filter(|_| kind == FeedKind::Staff);
        let summary = summary(w, standing, &initials, named);
        let place = room.unwrap_or_default().to_owned();
        let spans = one.visit.stretches().into_iter().filter(|stretch| stretch.resource == resource.id);
        let spans = joined(spans.map(|stretch| (stretch.starts_at, stretch.ends_at)).collect());
        for (number, (starts_at, ends_at)) in (1..).zip(spans) {
            let entry = Entry {
                // One visit is in the feeds of several people and of a room: each has entries of its own.
                uid: format!("{}-{number}-{}", resource.id, one.visit.ical_uid),
                sequence: calendar::sequence(&one.visit),
                starts_at,
                ends_at,
                summary: summary.clone(),
                place: place.clone(),
                description: String::new(),
            };
            entries.push(FeedEntry { entry, standing, changed_at: one.changed() });
        }
    }
    Ok(entries)
}

fn room_of<'a>(one: &FeedVisit, rooms: &'a HashMap<ResourceId, String>) -> Option<&'a str> {
    one.visit.assigned.iter().find_map(|assignment| rooms.get(&assignment.resource)).map(String::as_str)
}

/// "Visit (M.A.), Room 2".
fn summary(w: Words, standing: Standing, initials: &str, room: Option<&str>) -> String {
    match (standing, room) {
        (Standing::Held, Some(room)) => w.f("feed-held-room", [("initials", initials), ("room", room)]),
        (Standing::Held, None) => w.f("feed-held", [("initials", initials)]),
        (_, Some(room)) => w.f("feed-visit-room", [("initials", initials), ("room", room)]),
        (_, None) => w.f("feed-visit", [("initials", initials)]),
    }
}

async fn resource(tx: &mut Tx, site: &Site, id: ResourceId) -> Result<Resource, ActionError> {
    tx.resource(id).await?.filter(|one| one.site_id == site.id).ok_or(ActionError::NotFound)
}

/// Whether it is the actor's own time.
fn is_own(actor: &Actor, resource: &Resource) -> bool {
    matches!(actor, Actor::Staff { id, .. } if resource.staff_id == Some(*id))
}

async fn end(tx: &mut Tx, feed: &Feed) -> Result<(), ActionError> {
    if tx.revoke_feed(feed.id).await? {
        note(tx, "feed.stop", feed);
    }
    Ok(())
}

fn note(tx: &mut Tx, action: &'static str, feed: &Feed) {
    let entry = AuditEntry::new(action, feed.patient_id, "feed", feed.id.0);
    tx.audit(entry.after(json!({ "shows": feed.kind, "resource": feed.resource_id })));
}
