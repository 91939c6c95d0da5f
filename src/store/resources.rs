//! Resources: staff members and rooms as bookable time, with weekly hours and absences.

use chrono::{DateTime, Utc};

use super::{StoreError, Tx, on_db};
use crate::domain::ids::{AbsenceId, HoursId, ResourceId, SiteId, StaffId};
use crate::domain::services::Kind;

/// A staff member's or a room's bookable time.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// Where.
    pub site_id: SiteId,
    /// Whose time, if it is a person with an account.
    pub staff_id: Option<StaffId>,
    /// "Dr. Okafor", "Room 1".
    pub name: String,
    /// What it can be bound as.
    #[sqlx(json)]
    pub serves: Vec<Kind>,
    /// Order on calendars.
    pub position: i64,
    /// Whether it can be booked.
    pub active: bool,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

impl Resource {
    /// Whether it is a room.
    pub fn is_room(&self) -> bool {
        self.serves.iter().any(|kind| kind.is_room())
    }
}

/// A stretch of weekly hours in the site's civil time.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WeeklyHours {
    /// Its id.
    pub id: HoursId,
    /// Whose.
    pub resource_id: ResourceId,
    /// 0 Monday to 6 Sunday.
    pub weekday: i64,
    /// Minutes after midnight.
    pub from_minute: i64,
    /// Minutes after midnight, up to 1440.
    pub to_minute: i64,
}

/// A stretch of time somebody or a room is away.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Absence {
    /// Its id.
    pub id: AbsenceId,
    /// Who.
    pub resource_id: ResourceId,
    /// From.
    pub starts_at: DateTime<Utc>,
    /// To.
    pub ends_at: DateTime<Utc>,
    /// Why, for staff.
    pub note: String,
}

impl Tx {
    /// Every resource of a site in calendar order, active ones first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn resources(&mut self, site: SiteId) -> Result<Vec<Resource>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT * FROM resources WHERE site_id = $1 ORDER BY active DESC, position, name, id")
            .bind(site).fetch_all(c).await?))
    }

    /// One resource.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn resource(&mut self, id: ResourceId) -> Result<Option<Resource>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM resources WHERE id = $1").bind(id).fetch_optional(c).await?),
        )
    }

    /// Adds a resource.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_resource(&mut self, resource: &Resource) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO resources (id, site_id, staff_id, name, serves, position, active, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(resource.id).bind(resource.site_id).bind(resource.staff_id).bind(&resource.name)
            .bind(sqlx::types::Json(&resource.serves)).bind(resource.position).bind(resource.active)
            .bind(resource.created_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Changes a resource's name, kinds, order and whether it can be booked.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn update_resource(&mut self, resource: &Resource) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "UPDATE resources SET name = $2, serves = $3, position = $4, active = $5 WHERE id = $1")
            .bind(resource.id).bind(&resource.name).bind(sqlx::types::Json(&resource.serves))
            .bind(resource.position).bind(resource.active)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Every weekly hour of a site's resources.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn weekly_hours(&mut self, site: SiteId) -> Result<Vec<WeeklyHours>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT h.* FROM weekly_hours h JOIN resources r ON r.id = h.resource_id WHERE r.site_id = $1
             ORDER BY h.resource_id, h.weekday, h.from_minute")
            .bind(site).fetch_all(c).await?))
    }

    /// Puts a resource's week in place of the old one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn replace_weekly_hours(
        &mut self,
        resource: ResourceId,
        hours: &[WeeklyHours],
    ) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query("DELETE FROM weekly_hours WHERE resource_id = $1")
            .bind(resource).execute(c).await?.rows_affected());
        for row in hours {
            on_db!(self, c => sqlx::query(
                "INSERT INTO weekly_hours (id, resource_id, weekday, from_minute, to_minute) VALUES ($1, $2, $3, $4, $5)")
                .bind(row.id).bind(resource).bind(row.weekday).bind(row.from_minute).bind(row.to_minute)
                .execute(c).await?.rows_affected());
        }
        Ok(())
    }

    /// Absences that touch a window, of every resource of a site.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn absences(
        &mut self,
        site: SiteId,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<Absence>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as(
            "SELECT a.* FROM absences a JOIN resources r ON r.id = a.resource_id
             WHERE r.site_id = $1 AND a.ends_at > $2 AND a.starts_at < $3 ORDER BY a.starts_at, a.id")
            .bind(site).bind(from).bind(to).fetch_all(c).await?))
    }

    /// One absence.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn absence(&mut self, id: AbsenceId) -> Result<Option<Absence>, StoreError> {
        Ok(
            on_db!(self, c => sqlx::query_as("SELECT * FROM absences WHERE id = $1").bind(id).fetch_optional(c).await?),
        )
    }

    /// Adds an absence.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_absence(&mut self, absence: &Absence) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO absences (id, resource_id, starts_at, ends_at, note) VALUES ($1, $2, $3, $4, $5)")
            .bind(absence.id).bind(absence.resource_id).bind(absence.starts_at).bind(absence.ends_at)
            .bind(&absence.note).execute(c).await?.rows_affected());
        Ok(())
    }

    /// Removes an absence; `None` if it was not there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_absence(&mut self, id: AbsenceId) -> Result<Option<Absence>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("DELETE FROM absences WHERE id = $1 RETURNING *")
            .bind(id).fetch_optional(c).await?))
    }
}
