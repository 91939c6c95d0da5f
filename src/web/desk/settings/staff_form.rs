//! What the pages for a new and a known account share: reading name, roles and password, and the bookable time that goes with it.

use askama::Template;
use axum::http::StatusCode;

use crate::actions::settings as acts;
use crate::actions::{ActionError, Actor};
use crate::auth::password::MIN_LENGTH;
use crate::domain::defaults;
use crate::domain::ids::{ResourceId, SiteId, StaffId};
use crate::domain::patients::parse_name;
use crate::domain::roles::{Role, Roles};
use crate::domain::services::Kind;
use crate::store::Tx;
use crate::store::resources::Resource;
use crate::web::desk::Desk;
use crate::web::kit::{Fields, Nav, PageResult, Shell, page_with_status};
use crate::words::Words;

/// Longest password (characters), so that hashing stays cheap.
const PASSWORD_MAX: usize = 200;

/// The page of one account, new or known.
#[derive(Template)]
#[template(path = "pages/settings_staff_one.html")]
struct StaffOnePage {
    shell: Shell,
    fields: Fields,
    action: String,
    key: String,
    /// The sign-in name of a known account; it stays.
    email: Option<String>,
    roles: Vec<(String, String)>,
    /// The page of its weekly hours, once it can be booked.
    hours: Option<String>,
    button: String,
}

/// What the page shows besides the fields.
pub struct Frame {
    /// The page's title.
    pub title: String,
    /// Where the form goes.
    pub action: String,
    /// Idempotency key of a new account; empty for a known one.
    pub key: String,
    /// The sign-in name of a known account.
    pub email: Option<String>,
    /// The person's bookable time.
    pub resource: Option<ResourceId>,
    /// The main button.
    pub button: String,
}

/// Renders the page.
///
/// # Errors
/// When the database does not answer.
pub async fn render(
    desk: &Desk,
    tx: &mut Tx,
    frame: Frame,
    fields: Fields,
    status: StatusCode,
) -> PageResult {
    let w = desk.w();
    let shell = desk.shell(tx, Nav::Settings, frame.title).await?.refused(!fields.is_ok());
    let roles = Role::ALL.iter().map(|role| (role.as_str().to_owned(), w.t(role.word_key()))).collect();
    let hours = frame.resource.map(|id| format!("/settings/resources/{id}"));
    let Frame { action, key, email, button, .. } = frame;
    page_with_status(status, &StaffOnePage { shell, fields, action, key, email, roles, hours, button })
}

/// The name, or a message at the field.
pub fn read_name(w: Words, fields: &mut Fields) -> Option<String> {
    fields.parsed("full_name", parse_name, &w.t("staff-enter-name"))
}

/// The roles ticked; at least one.
pub fn read_roles(w: Words, fields: &mut Fields) -> Option<Roles> {
    let ticked: Vec<Role> = fields.all("roles").into_iter().filter_map(Role::parse).collect();
    if ticked.is_empty() {
        fields.fail("roles", w.t("staff-choose-role"));
        return None;
    }
    Some(Roles::new(ticked))
}

/// A password of a safe length, exactly as typed.
pub fn read_password(w: Words, fields: &mut Fields) -> Option<String> {
    let typed = fields.raw("password").to_owned();
    if !(MIN_LENGTH..=PASSWORD_MAX).contains(&typed.chars().count()) {
        fields.fail("password", w.t("staff-enter-password"));
        return None;
    }
    Some(typed)
}

/// What somebody with these roles can be booked as; a clinician may also stay during recovery.
pub fn kinds_of(roles: &Roles) -> Vec<Kind> {
    let mut kinds = Vec::new();
    if roles.has(Role::Clinician) {
        kinds.push(Kind::Clinician);
    }
    if roles.has(Role::Clinician) || roles.has(Role::Attendant) {
        kinds.push(Kind::Attendant);
    }
    if roles.has(Role::Coach) {
        kinds.push(Kind::Coach);
    }
    kinds
}

/// Whether the box "Can be booked" is ticked; refused for roles that no service needs.
pub fn read_bookable(w: Words, fields: &mut Fields, roles: Option<&Roles>) -> bool {
    let ticked = fields.checked("bookable", "yes");
    if ticked && roles.is_some_and(|roles| kinds_of(roles).is_empty()) {
        fields.fail("bookable", w.t("staff-not-bookable"));
    }
    ticked
}

/// The bookable time of an account, if it ever had one.
///
/// # Errors
/// When the database does not answer.
pub async fn resource_of(tx: &mut Tx, site: SiteId, staff: StaffId) -> Result<Option<Resource>, ActionError> {
    Ok(tx.resources(site).await?.into_iter().find(|one| one.staff_id == Some(staff)))
}

/// Makes an account bookable with the usual hours.
///
/// # Errors
/// When the database or a rule refuses.
pub async fn add_bookable(
    tx: &mut Tx,
    actor: &Actor,
    site: SiteId,
    staff: StaffId,
    name: String,
    roles: &Roles,
) -> Result<(), ActionError> {
    let position = i64::try_from(tx.resources(site).await?.len()).unwrap_or(i64::MAX);
    let resource = Resource {
        id: ResourceId::new(),
        site_id: site,
        staff_id: Some(staff),
        name,
        serves: kinds_of(roles),
        position,
        active: true,
        created_at: tx.now(),
    };
    let id = resource.id;
    acts::save_resource(tx, actor, site, resource, true).await?;
    acts::set_hours(tx, actor, id, defaults::weekly_hours()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_can_be_booked_as_follows_from_the_roles() {
        assert_eq!(kinds_of(&Roles::new([Role::Owner, Role::Clinician])), [Kind::Clinician, Kind::Attendant]);
        assert_eq!(kinds_of(&Roles::new([Role::Coach])), [Kind::Coach]);
        assert!(kinds_of(&Roles::new([Role::FrontDesk])).is_empty());
    }

    #[test]
    fn a_short_password_and_no_role_are_told_at_their_fields() {
        let mut fields = Fields::parse(b"password=short&roles=wizard&bookable=yes");
        assert_eq!(read_password(Words::default(), &mut fields), None);
        assert_eq!(read_roles(Words::default(), &mut fields), None);
        assert!(fields.error("password").is_some() && fields.error("roles").is_some());
    }
}
