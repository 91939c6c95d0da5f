//! The demo clinic.
pub mod erase;
use crate::{
    config::{Config, Rules},
    store::Store,
    words::Words,
};
use chrono::{DateTime, Utc};
pub use erase::erase;
#[derive(Clone, Debug)]
pub struct DemoAccount {
    pub email: String,
    pub password: String,
    pub role: String,
}
pub fn accounts() -> Vec<DemoAccount> {
    Vec::new()
}
pub async fn seed(_: &Store, _: &Rules, _: Words, _: DateTime<Utc>) -> anyhow::Result<()> {
    Ok(())
}
pub async fn summary(_: &Store, _: DateTime<Utc>) -> anyhow::Result<String> {
    Ok(String::new())
}
