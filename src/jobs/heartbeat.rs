//! When the last tick ran, for `/readyz`.

use std::sync::{Arc, Mutex};

use tokio::time::Instant;

/// Remembers the last tick.
#[derive(Clone, Debug, Default)]
pub struct Heartbeat(Arc<Mutex<Option<Instant>>>);

impl Heartbeat {
    /// A tick has run.
    pub fn beat(&self, at: Instant) {
        if let Ok(mut last) = self.0.lock() {
            *last = Some(at);
        }
    }

    /// Seconds since the last tick; `None` before the first.
    pub fn seconds_since(&self, now: Instant) -> Option<i64> {
        let last = self.0.lock().ok().and_then(|last| *last)?;
        i64::try_from(now.saturating_duration_since(last).as_secs()).ok()
    }
}
