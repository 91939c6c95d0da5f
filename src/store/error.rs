//! What can go wrong in the store, mapped from both databases to the few cases the program tells apart.

use sqlx::error::ErrorKind;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused an overlap: somebody or some room is taken at that time.
    #[error("somebody or a room is taken at that time")]
    Overlap,
    /// The database refused a second treatment of one patient on one day.
    #[error("the patient has another treatment that day")]
    TreatmentThatDay,
    /// A unique value is there already; which one, the operation knows.
    #[error("a unique value is there already")]
    Unique,
    /// Locks or connections were not free in time; trying again helps.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// A stored value no program of this version writes.
    #[error("inconsistent data: {0}")]
    Inconsistent(String),
    /// Anything else the database said.
    #[error("database: {0}")]
    Database(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(db) => {
                let (message, code) = (db.message(), db.code().unwrap_or_default());
                if message.contains("occupancy_no_overlap") || db.kind() == ErrorKind::ExclusionViolation {
                    return Self::Overlap;
                }
                if db.kind() == ErrorKind::UniqueViolation {
                    // SQLite names the columns, PostgreSQL the index.
                    let one_a_day =
                        message.contains("treatment_day") || message.contains("one_treatment_a_day");
                    return if one_a_day { Self::TreatmentThatDay } else { Self::Unique };
                }
                // SQLite: 5 busy, 6 locked, 517 busy snapshot. PostgreSQL: serialization failure, deadlock.
                if matches!(code.as_ref(), "5" | "6" | "517" | "40001" | "40P01") {
                    return Self::Busy(message.to_owned());
                }
                Self::Database(error.to_string())
            }
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                Self::Busy(error.to_string())
            }
            sqlx::Error::ColumnDecode { .. } => Self::Inconsistent(error.to_string()),
            _ => Self::Database(error.to_string()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Database(format!("migration: {error}"))
    }
}
