//! Protocols, as the owner set them.

use super::{StoreError, Tx, on_db};
use crate::domain::ids::{ProtocolId, ServiceId, SiteId};
use crate::domain::protocols::{DayWindow, Gap, HourWindow, Protocol};

#[derive(sqlx::FromRow)]
struct Row {
    id: ProtocolId,
    name: String,
    programme: String,
    service_id: ServiceId,
    visits: i64,
    visits_min: i64,
    visits_max: i64,
    #[sqlx(json)]
    gap: Gap,
    #[sqlx(json(nullable))]
    before_each_course: Option<DayWindow>,
    #[sqlx(json(nullable))]
    after_each: Option<HourWindow>,
    #[sqlx(json(nullable))]
    after_last: Option<DayWindow>,
    package_cents: Option<i64>,
    active: bool,
}

impl From<Row> for Protocol {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            programme: row.programme,
            service: row.service_id,
            visits: row.visits,
            visits_min: row.visits_min,
            visits_max: row.visits_max,
            gap: row.gap,
            before: row.before_each_course,
            after_each: row.after_each,
            after_last: row.after_last,
            package_cents: row.package_cents,
            active: row.active,
        }
    }
}

impl Tx {
    /// Every protocol of a site in the owner's order, active ones first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn protocols(&mut self, site: SiteId) -> Result<Vec<Protocol>, StoreError> {
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(
            "SELECT * FROM protocols WHERE site_id = $1 ORDER BY active DESC, position, name, id")
            .bind(site).fetch_all(c).await?);
        Ok(rows.into_iter().map(Protocol::from).collect())
    }

    /// One protocol.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn protocol(&mut self, id: ProtocolId) -> Result<Option<Protocol>, StoreError> {
        let row: Option<Row> = on_db!(self, c => sqlx::query_as("SELECT * FROM protocols WHERE id = $1")
            .bind(id).fetch_optional(c).await?);
        Ok(row.map(Protocol::from))
    }

    /// Adds a protocol at a place in the order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_protocol(
        &mut self,
        site: SiteId,
        protocol: &Protocol,
        position: i64,
    ) -> Result<(), StoreError> {
        use sqlx::types::Json;
        on_db!(self, c => sqlx::query(
            "INSERT INTO protocols (id, site_id, name, programme, service_id, visits, visits_min, visits_max, gap,
             before_each_course, after_each, after_last, active, position, package_cents)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)")
            .bind(protocol.id).bind(site).bind(&protocol.name).bind(&protocol.programme).bind(protocol.service)
            .bind(protocol.visits).bind(protocol.visits_min).bind(protocol.visits_max).bind(Json(&protocol.gap))
            .bind(protocol.before.as_ref().map(Json)).bind(protocol.after_each.as_ref().map(Json))
            .bind(protocol.after_last.as_ref().map(Json)).bind(protocol.active).bind(position)
            .bind(protocol.package_cents)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Changes a protocol; running series keep what they were planned with.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn update_protocol(&mut self, protocol: &Protocol) -> Result<(), StoreError> {
        use sqlx::types::Json;
        on_db!(self, c => sqlx::query(
            "UPDATE protocols SET name = $2, programme = $3, service_id = $4, visits = $5, visits_min = $6,
             visits_max = $7, gap = $8, before_each_course = $9, after_each = $10, after_last = $11, active = $12,
             package_cents = $13
             WHERE id = $1")
            .bind(protocol.id).bind(&protocol.name).bind(&protocol.programme).bind(protocol.service)
            .bind(protocol.visits).bind(protocol.visits_min).bind(protocol.visits_max).bind(Json(&protocol.gap))
            .bind(protocol.before.as_ref().map(Json)).bind(protocol.after_each.as_ref().map(Json))
            .bind(protocol.after_last.as_ref().map(Json)).bind(protocol.active).bind(protocol.package_cents)
            .execute(c).await?.rows_affected());
        Ok(())
    }
}
