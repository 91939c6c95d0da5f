//! Whether the process lives, and whether it can serve.

use axum::extract::State;
use axum::http::StatusCode;

use crate::app::App;

/// A tick may be this many intervals late before the program calls itself not ready.
const LATE_TICKS: i64 = 10;

/// The process answers.
pub async fn live() -> &'static str {
    "ok\n"
}

/// The database answers and the tick runs.
pub async fn ready(State(app): State<App>) -> (StatusCode, String) {
    if let Err(error) = app.store.ping().await {
        tracing::warn!(%error, "not ready: the database does not answer");
        return (StatusCode::SERVICE_UNAVAILABLE, "database: no answer\n".to_owned());
    }
    let limit = i64::try_from(app.config.tick_seconds).unwrap_or(30) * LATE_TICKS;
    match app.heartbeat.seconds_since(tokio::time::Instant::now()) {
        Some(age) if age > limit => (StatusCode::SERVICE_UNAVAILABLE, format!("tick: {age} s ago\n")),
        Some(age) => (StatusCode::OK, format!("ok\ntick: {age} s ago\n")),
        None => (StatusCode::OK, "ok\ntick: not yet\n".to_owned()),
    }
}
