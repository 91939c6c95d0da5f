//! The migrations of both databases say the same: same files, same tables, same columns.

use std::collections::BTreeSet;
use std::path::Path;

use seriesbook::store::Store;
use sqlx::Row;

use crate::support::databases::{count, on_each_database};

fn file_names(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
    std::fs::read_dir(folder)
        .expect("a folder of migrations")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name in UTF-8"))
        .collect()
}

#[test]
fn both_databases_have_the_same_migration_files() {
    let files = file_names("sqlite");
    assert!(!files.is_empty());
    assert_eq!(files, file_names("postgres"));
}

/// `table.column` of everything the program made.
async fn columns(store: &Store) -> BTreeSet<String> {
    let sqlite = "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c
                  WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '_sqlx%'";
    let postgres = "SELECT CAST(table_name || '.' || column_name AS TEXT) FROM information_schema.columns
                    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'";
    match store {
        Store::Sqlite(pool) => {
            let rows = sqlx::query(sqlite).fetch_all(pool).await.expect("columns");
            rows.iter().map(|row| row.get(0)).collect()
        }
        Store::Postgres(pool) => {
            let rows = sqlx::query(postgres).fetch_all(pool).await.expect("columns");
            rows.iter().map(|row| row.get(0)).collect()
        }
    }
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let seen = std::sync::Mutex::new(Vec::new());
    on_each_database(|store| {
        let seen = &seen;
        async move {
            let found = columns(&store).await;
            assert!(found.contains("occupancy.holder"), "{found:?}");
            seen.lock().unwrap().push(found);
        }
    })
    .await;
    let seen = seen.into_inner().unwrap();
    for pair in seen.windows(2) {
        let apart: Vec<_> = pair[0].symmetric_difference(&pair[1]).collect();
        assert!(apart.is_empty(), "only in one of the databases: {apart:?}");
    }
}

#[tokio::test]
async fn migrating_twice_changes_nothing() {
    on_each_database(|store| async move {
        let applied = "SELECT COUNT(*) FROM _sqlx_migrations";
        let before = count(&store, applied).await;
        store.migrate().await.expect("a second run");
        assert_eq!(count(&store, applied).await, before);
        assert_eq!(usize::try_from(before).unwrap(), file_names("sqlite").len());
    })
    .await;
}
