//! Services and protocols, as the owner set them.

use super::{StoreError, Tx, on_db};
use crate::domain::companions::{Companion, Venue};
use crate::domain::ids::{ServiceId, SiteId};
use crate::domain::services::{Category, Phase, Service};

#[derive(sqlx::FromRow)]
struct Row {
    id: ServiceId,
    name: String,
    public_name: String,
    category: Category,
    venue: Venue,
    companion: Companion,
    #[sqlx(json)]
    phases: Vec<Phase>,
    price_cents: i64,
    active: bool,
}

impl From<Row> for Service {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            public_name: row.public_name,
            category: row.category,
            venue: row.venue,
            companion: row.companion,
            phases: row.phases,
            price_cents: row.price_cents,
            active: row.active,
        }
    }
}

impl Tx {
    /// Every service of a site in the owner's order, active ones first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn services(&mut self, site: SiteId) -> Result<Vec<Service>, StoreError> {
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(
            "SELECT * FROM services WHERE site_id = $1 ORDER BY active DESC, position, name, id")
            .bind(site).fetch_all(c).await?);
        Ok(rows.into_iter().map(Service::from).collect())
    }

    /// One service.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn service(&mut self, id: ServiceId) -> Result<Option<Service>, StoreError> {
        let row: Option<Row> = on_db!(self, c => sqlx::query_as("SELECT * FROM services WHERE id = $1")
            .bind(id).fetch_optional(c).await?);
        Ok(row.map(Service::from))
    }

    /// Adds a service at a place in the order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_service(
        &mut self,
        site: SiteId,
        service: &Service,
        position: i64,
    ) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO services (id, site_id, name, public_name, category, phases, price_cents, active, position, venue,
             companion) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
            .bind(service.id).bind(site).bind(&service.name).bind(&service.public_name).bind(service.category)
            .bind(sqlx::types::Json(&service.phases)).bind(service.price_cents).bind(service.active).bind(position)
            .bind(service.venue).bind(service.companion)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Changes a service; appointments keep the phases and price they were booked with.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn update_service(&mut self, service: &Service) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "UPDATE services SET name = $2, public_name = $3, category = $4, phases = $5, price_cents = $6, active = $7,
             venue = $8, companion = $9 WHERE id = $1")
            .bind(service.id).bind(&service.name).bind(&service.public_name).bind(service.category)
            .bind(sqlx::types::Json(&service.phases)).bind(service.price_cents).bind(service.active)
            .bind(service.venue).bind(service.companion)
            .execute(c).await?.rows_affected());
        Ok(())
    }
}
