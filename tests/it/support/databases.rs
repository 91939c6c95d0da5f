//! Both databases for every case: SQLite in a temporary folder always, a fresh PostgreSQL database when one is reachable.

use std::collections::BTreeMap;
use std::sync::Once;

use seriesbook::store::Store;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Names the PostgreSQL server the tests may create databases on.
const VARIABLE: &str = "TEST_DATABASE_URL";

/// Runs a case on each database, migrated and empty.
pub async fn on_each_database<F, Fut>(case: F)
where
    F: Fn(Store) -> Fut,
    Fut: Future<Output = ()>,
{
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = sqlite(&folder).await;
    case(store.clone()).await;
    store.close().await;

    let Some(server) = postgres_server() else { return };
    let name = format!("t_{}", uuid::Uuid::now_v7().simple());
    admin(&server, format!("CREATE DATABASE {name}")).await;
    let store = Store::open(&with_database(&server, &name)).await.expect("the new PostgreSQL database opens");
    store.migrate().await.expect("PostgreSQL's migrations apply");
    case(store.clone()).await;
    store.close().await;
    // After a failed case the database stays, to be looked at.
    admin(&server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
}

/// Runs a case on the address of each database, migrated and empty: for programs of their own.
pub async fn on_each_address<F, Fut>(case: F)
where
    F: Fn(String) -> Fut,
    Fut: Future<Output = ()>,
{
    let folder = tempfile::tempdir().expect("a temporary folder");
    sqlite(&folder).await.close().await;
    case(format!("sqlite:{}", folder.path().join("clinic.sqlite").display())).await;

    let Some(server) = postgres_server() else { return };
    let name = format!("t_{}", uuid::Uuid::now_v7().simple());
    admin(&server, format!("CREATE DATABASE {name}")).await;
    let address = with_database(&server, &name);
    let store = Store::open(&address).await.expect("the new PostgreSQL database opens");
    store.migrate().await.expect("PostgreSQL's migrations apply");
    store.close().await;
    case(address).await;
    admin(&server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
}

/// A migrated, empty SQLite database in a folder.
pub async fn sqlite(folder: &tempfile::TempDir) -> Store {
    let url = format!("sqlite:{}", folder.path().join("clinic.sqlite").display());
    let store = Store::open(&url).await.expect("a SQLite file opens");
    store.migrate().await.expect("SQLite's migrations apply");
    store
}

/// The PostgreSQL server for tests; says once that it was left out when there is none.
pub fn postgres_server() -> Option<String> {
    static SAID: Once = Once::new();
    let server = std::env::var(VARIABLE).ok().filter(|url| !url.is_empty());
    if server.is_none() {
        SAID.call_once(|| eprintln!("PostgreSQL was left out: {VARIABLE} is not set"));
    }
    server
}

async fn admin(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server).await.expect("the PostgreSQL server answers");
    sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.expect("the server obeys");
    connection.close().await.expect("the connection closes");
}

/// The server's address with another database in it.
fn with_database(server: &str, name: &str) -> String {
    let (address, query) = server.split_once('?').map_or((server, None), |(a, q)| (a, Some(q)));
    let host_from = address.find("://").map_or(0, |at| at + 3);
    let end = address[host_from..].find('/').map_or(address.len(), |at| host_from + at);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{name}{query}", &address[..end])
}

/// The number a statement answers, such as `SELECT COUNT(*) FROM appointments`.
pub async fn count(store: &Store, sql: &str) -> i64 {
    let sql = AssertSqlSafe(sql.to_owned());
    match store {
        Store::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
        Store::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
    }
    .expect("a number")
}

/// Every row of every table as text, by table: what looking may not have changed.
pub async fn dump(store: &Store) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    match store {
        Store::Sqlite(pool) => {
            let tables: Vec<String> = sqlx::query_scalar(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            )
            .fetch_all(pool)
            .await
            .expect("tables");
            for table in tables {
                let columns = AssertSqlSafe(format!("SELECT name FROM pragma_table_info('{table}')"));
                let columns: Vec<String> =
                    sqlx::query_scalar(columns).fetch_all(pool).await.expect("columns");
                let quoted: Vec<String> =
                    columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
                let rows = AssertSqlSafe(format!("SELECT {} FROM \"{table}\"", quoted.join(" || ',' || ")));
                let mut rows: Vec<String> = sqlx::query_scalar(rows).fetch_all(pool).await.expect("rows");
                rows.sort_unstable();
                all.insert(table, rows);
            }
        }
        Store::Postgres(pool) => {
            let tables: Vec<String> = sqlx::query_scalar(
                "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
                 WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
            )
            .fetch_all(pool)
            .await
            .expect("tables");
            for table in tables {
                let rows = AssertSqlSafe(format!("SELECT CAST(whole AS TEXT) FROM \"{table}\" AS whole"));
                let mut rows: Vec<String> = sqlx::query_scalar(rows).fetch_all(pool).await.expect("rows");
                rows.sort_unstable();
                all.insert(table, rows);
            }
        }
    }
    all
}

/// Runs a raw statement; the rows it changed, or what the database said.
pub async fn execute(store: &Store, sql: &str) -> Result<u64, String> {
    let sql = AssertSqlSafe(sql.to_owned());
    match store {
        Store::Sqlite(pool) => sqlx::query(sql).execute(pool).await.map(|done| done.rows_affected()),
        Store::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|done| done.rows_affected()),
    }
    .map_err(|error| error.to_string())
}

/// An id as a literal of either database: `X'…'` for SQLite's bytes, `'…'` for PostgreSQL's UUID.
pub fn literal(store: &Store, id: uuid::Uuid) -> String {
    match store {
        Store::Sqlite(_) => format!("X'{}'", id.simple()),
        Store::Postgres(_) => format!("'{id}'"),
    }
}
