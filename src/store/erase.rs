//! Empties a demo's database. A database that holds a real clinic is never touched.

use sqlx::AssertSqlSafe;

use super::{Store, StoreError};

/// Tables in an order in which nothing that is referred to goes first.
const TABLES: &[&str] = &[
    "feeds",
    "mood_scores",
    "phq9_answers",
    "wishes",
    "reviews",
    "recall_settings",
    "intake_links",
    "intake_answers",
    "intakes",
    "letters",
    "provider_consents",
    "providers",
    "session_notes",
    "intentions",
    "estimates",
    "work_items",
    "message_tries",
    "bounces",
    "mail_holds",
    "messages",
    "message_preferences",
    "unsubscribe_links",
    "message_rules",
    "links",
    "drives",
    "drivers",
    "occupancy",
    "appointments",
    "series",
    "decisions",
    "patients",
    "protocols",
    "services",
    "absences",
    "weekly_hours",
    "resources",
    "sessions",
    "wordings",
    "sample_mails",
    "staff",
    "settings",
    "sign_in_tries",
    "idempotency",
];

/// The setting every demo database carries.
pub const DEMO_MARK: &str = "demo_clock_offset";

impl Store {
    /// Empties every table, audit log included, of a database that carries the demo's mark.
    ///
    /// # Errors
    /// When the database holds data but no mark: it is somebody's clinic.
    pub async fn erase_demo(&self) -> Result<(), StoreError> {
        self.migrate().await?;
        let mut tx = self.read(chrono::DateTime::UNIX_EPOCH).await?;
        let (marked, used) = (tx.setting(DEMO_MARK).await?.is_some(), tx.has_staff().await?);
        drop(tx);
        if used && !marked {
            return Err(StoreError::Database(
                "the database holds a clinic that is no demo; it is left alone".to_owned(),
            ));
        }
        let mut statements: Vec<String> = TABLES.iter().map(|table| format!("DELETE FROM {table}")).collect();
        statements.push("DELETE FROM sites".to_owned());
        let state =
            "UPDATE mail_state SET generation = 0, claimed_at = NULL, last_tick_at = NULL, jumped_at = NULL";
        statements.push(state.to_owned());
        match self {
            Self::Sqlite(pool) => {
                let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
                sqlx::query("DROP TRIGGER audit_no_delete").execute(&mut *tx).await?;
                for statement in statements {
                    sqlx::query(AssertSqlSafe(statement)).execute(&mut *tx).await?;
                }
                sqlx::query("DELETE FROM audit").execute(&mut *tx).await?;
                sqlx::query("UPDATE audit_head SET number = 0, hash = zeroblob(32)")
                    .execute(&mut *tx)
                    .await?;
                sqlx::query(
                    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
                     BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END",
                )
                .execute(&mut *tx)
                .await?;
                tx.commit().await?;
            }
            Self::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                sqlx::query("ALTER TABLE audit DISABLE TRIGGER audit_no_change").execute(&mut *tx).await?;
                for statement in statements {
                    sqlx::query(AssertSqlSafe(statement)).execute(&mut *tx).await?;
                }
                sqlx::query("DELETE FROM audit").execute(&mut *tx).await?;
                sqlx::query("UPDATE audit_head SET number = 0, hash = decode(repeat('00', 32), 'hex')")
                    .execute(&mut *tx)
                    .await?;
                sqlx::query("ALTER TABLE audit ENABLE TRIGGER audit_no_change").execute(&mut *tx).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }
}
