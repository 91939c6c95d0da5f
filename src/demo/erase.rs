//! Throws the demo's database away, so that it can be made up anew.

use crate::config::Config;
use crate::store::Store;

/// Removes the demo's own database: its file, or everything in the schema of a PostgreSQL database.
///
/// # Errors
/// When a file cannot be removed or the database does not answer.
pub async fn erase(config: &Config) -> anyhow::Result<()> {
    if config.database_url.is_some() {
        return Ok(Store::open(&config.database()).await?.erase_demo().await?);
    }
    let file = config.data_dir.join("demo.sqlite");
    for suffix in ["", "-wal", "-shm"] {
        let mut path = file.clone().into_os_string();
        path.push(suffix);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
