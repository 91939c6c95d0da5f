//! The store: one body per query over SQLite and PostgreSQL. Nothing outside this folder imports sqlx.
//!
//! Everything runs on a [`Tx`]: a request holds one connection and sees one state of the data. A page reads on
//! [`Store::read`]; a change runs on [`Store::write`], whose audit rows are written by [`Tx::commit`] itself.
//!
//! Instants are `TIMESTAMPTZ` in PostgreSQL, because the exclusion constraint and people with `psql` need real
//! times; in SQLite they are RFC 3339 text written only by this program's encoder, which sorts as time does.

pub mod appointments;
pub mod audit;
pub mod bounces;
mod by_ids;
mod chart;
mod columns;
pub mod decisions;
pub mod drivers;
pub mod erase;
mod error;
pub mod estimates;
pub mod feeds;
pub mod idempotency;
pub mod intakes;
pub mod integration;
pub mod links;
pub mod mail_holds;
pub mod message_rules;
pub mod message_tries;
pub mod messages;
pub mod mood;
pub mod occupancy;
pub mod outbox;
pub mod patients;
pub mod phq9;
pub mod preferences;
pub mod protocols;
pub mod providers;
pub mod recall;
pub mod resources;
pub mod reviews;
pub mod sample_mails;
pub mod series;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod sites;
pub mod staff;
pub mod wishes;
pub mod wordings;
pub mod work_items;

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Postgres, Sqlite, Transaction};

pub use audit::{AuditContext, AuditEntry};
pub use error::StoreError;

/// Connections a SQLite store opens at most: one writes, the others read.
const SQLITE_CONNECTIONS: u32 = 6;
/// Connections a PostgreSQL store opens at most.
const POSTGRES_CONNECTIONS: u32 = 12;
/// How long a request waits for a connection or a lock before it says "busy".
const WAIT: Duration = Duration::from_secs(5);

/// The database, whichever it is.
#[derive(Clone, Debug)]
pub enum Store {
    /// An embedded SQLite file.
    Sqlite(SqlitePool),
    /// A PostgreSQL server.
    Postgres(PgPool),
}

/// One transaction. Dropped without [`Tx::commit`], nothing of it remains.
pub struct Tx {
    conn: Conn,
    audit: Option<AuditContext>,
    entries: Vec<AuditEntry>,
    now: DateTime<Utc>,
}

pub(crate) enum Conn {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs one body against whichever database this transaction is on.
macro_rules! on_db {
    ($tx:expr, $conn:ident => $body:expr) => {
        match &mut $tx.conn {
            $crate::store::Conn::Sqlite(open) => {
                let $conn = &mut **open;
                $body
            }
            $crate::store::Conn::Postgres(open) => {
                let $conn = &mut **open;
                $body
            }
        }
    };
}
pub(crate) use on_db;

impl Store {
    /// Opens the database an address names: `sqlite:path`, `sqlite::memory:` (tests) or `postgres://…`.
    ///
    /// # Errors
    /// When the address cannot be read or the database cannot be reached.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url)?;
            let pool = PgPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(WAIT)
                .connect_with(options)
                .await?;
            return Ok(Self::Postgres(pool));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A power cut may not lose an acknowledged booking.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(WAIT);
        // Every connection to an in-memory database would see its own, empty one.
        let connections = if url.contains(":memory:") { 1 } else { SQLITE_CONNECTIONS };
        let pool = SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(WAIT)
            .connect_with(options)
            .await?;
        Ok(Self::Sqlite(pool))
    }

    /// Brings the tables up to this program's version.
    ///
    /// # Errors
    /// When a migration fails or the database is newer than the program.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(pool) => sqlx::migrate!("migrations/sqlite").run(pool).await?,
            Self::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await?,
        }
        Ok(())
    }

    /// A transaction that only reads; it needs no commit.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn read(&self, now: DateTime<Utc>) -> Result<Tx, StoreError> {
        let conn = match self {
            Self::Sqlite(pool) => Conn::Sqlite(pool.begin().await?),
            Self::Postgres(pool) => {
                Conn::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        };
        Ok(Tx { conn, audit: None, entries: Vec::new(), now })
    }

    /// A transaction that changes things in somebody's name. On SQLite it takes the write lock at once: a later
    /// upgrade from reading to writing would fail without waiting.
    ///
    /// # Errors
    /// When no connection or lock is free in time.
    pub async fn write(&self, who: AuditContext, now: DateTime<Utc>) -> Result<Tx, StoreError> {
        let conn = match self {
            Self::Sqlite(pool) => Conn::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Conn::Postgres(pool.begin().await?),
        };
        Ok(Tx { conn, audit: Some(who), entries: Vec::new(), now })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(pool) => sqlx::query("SELECT 1").execute(pool).await.map(|_| ())?,
            Self::Postgres(pool) => sqlx::query("SELECT 1").execute(pool).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Waits for open connections and closes them.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// The instant this transaction happens at.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Notes a change for the audit log; it is written when the transaction commits, or never.
    pub fn audit(&mut self, entry: AuditEntry) {
        self.entries.push(entry);
    }

    /// Who acts in this transaction, as the audit log will name them.
    pub fn actor_label(&self) -> String {
        self.audit.as_ref().map(|who| who.actor.clone()).unwrap_or_default()
    }

    /// Writes the audit rows and makes everything of this transaction last.
    ///
    /// # Errors
    /// When the database refuses; nothing of the transaction remains then.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.write_audit().await?;
        match self.conn {
            Conn::Sqlite(open) => open.commit().await?,
            Conn::Postgres(open) => open.commit().await?,
        }
        Ok(())
    }
}
