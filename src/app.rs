//! The program's shared parts, and the one place that builds its router.

use std::sync::Arc;

use axum::Router;

use crate::actions::planning_runs::PlanningRuns;
use crate::clock::Clock;
use crate::config::Config;
use crate::demo::DemoAccount;
use crate::jobs::Heartbeat;
use crate::store::Store;
use crate::web;

/// What every request and job shares; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// The settings.
    pub config: Arc<Config>,
    /// When the last tick ran.
    pub heartbeat: Heartbeat,
    /// Accounts the sign-in page names; empty outside the demo.
    pub demo_accounts: Arc<Vec<DemoAccount>>,
    /// Searches for plans under way.
    pub planning: PlanningRuns,
}

impl App {
    /// The parts together.
    pub fn new(store: Store, clock: Clock, config: Config) -> Self {
        let demo_accounts = if config.demo { crate::demo::accounts() } else { Vec::new() };
        Self {
            store,
            clock,
            config: Arc::new(config),
            heartbeat: Heartbeat::default(),
            demo_accounts: Arc::new(demo_accounts),
            planning: PlanningRuns::default(),
        }
    }
}

/// The whole router; the server and the tests both call this.
pub fn create_app(app: App) -> Router {
    web::routes::router(app)
}
