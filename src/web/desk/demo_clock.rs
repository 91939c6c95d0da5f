//! The demo's clock: moves time on, so that a visitor can watch messages go out. Outside the demo there is no such page.

use chrono::{NaiveTime, TimeDelta};

use super::DeskForm;
use crate::domain::time::bound;
use crate::jobs;
use crate::web::kit::back::local_path;
use crate::web::kit::{PageError, PageResult, redirect};

/// The setting that keeps the demo's clock over a restart (microseconds ahead of the machine's).
pub const OFFSET_SETTING: &str = "demo_clock_offset";
/// When the demo's next morning begins.
const MORNING: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("a time of day");

/// Moves the clock and runs the tick at every half hour on the way, as it would have run.
pub async fn post(DeskForm { desk, fields, .. }: DeskForm) -> PageResult {
    if !desk.app.config.demo {
        return Err(PageError::NotFound);
    }
    let now = desk.now();
    let by = match fields.get("to") {
        "hour" => TimeDelta::hours(1),
        "morning" => {
            let local = desk.f().local(now);
            let date = if local.time() < MORNING { local.date() } else { local.date() + TimeDelta::days(1) };
            bound(desk.zone(), date.and_time(MORNING)) - now
        }
        "week" => TimeDelta::weeks(1),
        _ => return Err(PageError::BadRequest),
    };
    jobs::advance(&desk.app, by).await.map_err(|error| PageError::Internal(error.to_string()))?;
    let offset = desk.app.clock.offset().and_then(|offset| offset.num_microseconds()).unwrap_or(0);
    let mut tx = desk.write().await?;
    tx.set_setting(OFFSET_SETTING, &offset.to_string()).await?;
    tx.commit().await?;
    Ok(redirect(&local_path(fields.get("back"), "/today")))
}
