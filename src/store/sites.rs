//! Sites: the clinic's locations, each with its zone. One installation starts with one.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::columns::ZoneColumn;
use super::{StoreError, Tx, on_db};
use crate::domain::ids::SiteId;

/// A location.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// The clinic's name, as patients read it.
    pub name: String,
    /// Its IANA zone.
    #[sqlx(try_from = "ZoneColumn")]
    pub timezone: Tz,
    /// Phone as people write it.
    pub phone: String,
    /// Address mail answers go to.
    pub email: String,
    /// Street address.
    pub address: String,
    /// ISO 4217 code of all prices.
    pub currency: String,
    /// When it was set up.
    pub created_at: DateTime<Utc>,
}

impl Tx {
    /// The site, if the clinic has been set up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn site(&mut self) -> Result<Option<Site>, StoreError> {
        Ok(on_db!(self, c => sqlx::query_as("SELECT * FROM sites ORDER BY created_at, id LIMIT 1")
            .fetch_optional(c).await?))
    }

    /// Adds a site.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_site(&mut self, site: &Site) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "INSERT INTO sites (id, name, timezone, phone, email, address, currency, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(site.id).bind(&site.name).bind(ZoneColumn(site.timezone)).bind(&site.phone).bind(&site.email)
            .bind(&site.address).bind(&site.currency).bind(site.created_at)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Changes a site's name, phone, email and address. Its zone stays: booked wall-clock times hang on it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn update_site(&mut self, site: &Site) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query(
            "UPDATE sites SET name = $2, phone = $3, email = $4, address = $5 WHERE id = $1")
            .bind(site.id).bind(&site.name).bind(&site.phone).bind(&site.email).bind(&site.address)
            .execute(c).await?.rows_affected());
        Ok(())
    }

    /// Lines up everybody who books at a site, so that a check and the rows it allows are one step.
    ///
    /// # Errors
    /// When the lock is not free in time.
    pub async fn lock_bookings(&mut self, site: SiteId) -> Result<(), StoreError> {
        on_db!(self, c => sqlx::query("UPDATE sites SET booking_revision = booking_revision + 1 WHERE id = $1")
            .bind(site).execute(c).await?.rows_affected());
        Ok(())
    }
}
