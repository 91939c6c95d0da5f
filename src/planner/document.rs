//! The planning instance as JSON spells it: plain structs, no meaning checked yet.
//!
//! The command line reads them from a file, the web service fills them from its tables. Dates and
//! times stay text here, so that one document is one file; [`day`], [`local`] and [`clock`] write them.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};
use serde::{Deserialize, Serialize};

/// A whole planning instance (times in the zone `timezone`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceDoc {
    /// IANA name, for example `America/Los_Angeles`.
    pub timezone: String,
    /// Starts are multiples of this many minutes after local midnight.
    pub grid_minutes: i64,
    /// First and last date on which anything may be planned.
    pub horizon: HorizonDoc,
    /// Staff, rooms and pools.
    pub resources: Vec<ResourceDoc>,
    /// Services by id.
    pub services: BTreeMap<String, ServiceDoc>,
    /// What is to be planned.
    pub requests: Vec<RequestDoc>,
    /// Kinds for which a change of resource between visits costs `change`.
    #[serde(default)]
    pub continuity: Vec<String>,
    /// Prices of what a plan gives up.
    pub weights: WeightsDoc,
}

/// The planned dates, both inclusive.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HorizonDoc {
    /// First date, `YYYY-MM-DD`.
    pub from: String,
    /// Last date, `YYYY-MM-DD`.
    pub to: String,
}

/// A person, a room or a pool of equal ones.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceDoc {
    /// Unique id.
    pub id: String,
    /// Kinds it can serve.
    pub serves: Vec<String>,
    /// Units it can carry at one moment.
    #[serde(default = "one")]
    pub capacity: i64,
    /// Weekly working hours.
    pub hours: Vec<WeeklyWindow>,
    /// Time already taken, one unit each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub busy: Vec<Interval>,
}

/// A service: its phases, offsets from the visit's start.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceDoc {
    /// One or more phases; they may overlap.
    pub phases: Vec<PhaseDoc>,
}

/// A stretch of a visit and the kinds it needs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhaseDoc {
    /// What people call it.
    pub name: String,
    /// Minutes after the visit's start.
    pub offset: i64,
    /// Length in minutes.
    pub minutes: i64,
    /// Kinds needed; a kind listed twice takes two units of its resource.
    pub needs: Vec<String>,
}

/// One course to plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestDoc {
    /// Unique id.
    pub id: String,
    /// Multiplies the price of leaving it unplanned.
    #[serde(default = "one")]
    pub weight: i64,
    /// Service of the main visits.
    pub service: String,
    /// How many main visits.
    pub visits: i64,
    /// Days between consecutive main visits; needed from two visits on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap_days: Option<GapDoc>,
    /// A visit before the first main one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<BeforeDoc>,
    /// A visit after each main one, in elapsed hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_each: Option<AfterEachDoc>,
    /// A visit after the last main one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_last: Option<AfterLastDoc>,
    /// First date allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest: Option<String>,
    /// Last date allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<String>,
    /// When the patient can come; empty: whenever.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub available: Vec<WeeklyWindow>,
    /// When the patient cannot come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unavailable: Vec<Interval>,
    /// When the patient would like to come; empty: no wish.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preferred: Vec<WeeklyWindow>,
    /// What is booked already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub current: Vec<CurrentVisitDoc>,
}

/// Days between the dates of consecutive main visits.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GapDoc {
    /// Fewest days.
    pub min: i64,
    /// Days that cost nothing.
    pub target: i64,
    /// Most days.
    pub max: i64,
}

/// The visit before the first main one, in days ahead of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeforeDoc {
    /// Its service.
    pub service: String,
    /// Fewest days ahead.
    pub min_days: i64,
    /// Most days ahead.
    pub max_days: i64,
}

/// The visit after the last main one, in days after it.
pub type AfterLastDoc = BeforeDoc;

/// The visit after each main one, in elapsed hours from the main visit's end to its start.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterEachDoc {
    /// Its service.
    pub service: String,
    /// Fewest hours.
    pub min_hours: i64,
    /// Most hours.
    pub max_hours: i64,
}

/// A stretch of one weekday, `HH:MM`, the end may be `24:00`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeeklyWindow {
    /// `mon` to `sun`.
    pub weekday: String,
    /// Start.
    pub from: String,
    /// End.
    pub to: String,
}

/// Half-open stretch of local time, `YYYY-MM-DDTHH:MM`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Start.
    pub from: String,
    /// End.
    pub to: String,
}

/// A booked visit of a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurrentVisitDoc {
    /// `before`, `main`, `after_each` or `after_last`.
    pub role: String,
    /// From 1, within the role.
    pub index: i64,
    /// Local start.
    pub start: String,
    /// Kind to resource id.
    pub resources: BTreeMap<String, String>,
    /// The patient confirmed it: moving it costs `move_confirmed`.
    #[serde(default)]
    pub confirmed: bool,
    /// Must stay exactly as it is.
    #[serde(default)]
    pub fixed: bool,
}

/// Prices, whole numbers of 0 or more.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightsDoc {
    /// Per day off the target gap.
    pub gap_day: i64,
    /// Per minute of difference in time of day.
    pub shift_minute: i64,
    /// Per change of a continuity resource.
    pub change: i64,
    /// Per main visit outside the preferred windows.
    pub outside_preferred: i64,
    /// Per day the first main visit waits.
    pub delay_day: i64,
    /// Per unplanned request, times its weight.
    pub unplanned: i64,
    /// Per moved visit.
    #[serde(rename = "move")]
    pub move_visit: i64,
    /// Per moved visit that was confirmed.
    pub move_confirmed: i64,
    /// Per visit whose resources alone change.
    pub reassign: i64,
}

impl Default for WeightsDoc {
    /// The prices of FORMAT.md.
    fn default() -> Self {
        WeightsDoc {
            gap_day: 40,
            shift_minute: 1,
            change: 60,
            outside_preferred: 30,
            delay_day: 5,
            unplanned: 100_000,
            move_visit: 500,
            move_confirmed: 1000,
            reassign: 50,
        }
    }
}

fn one() -> i64 {
    1
}

/// A date as the document writes it.
pub fn day(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

/// A local time as the document writes it.
pub fn local(time: NaiveDateTime) -> String {
    time.format("%Y-%m-%dT%H:%M").to_string()
}

/// A time of day as the document writes it.
pub fn clock(time: NaiveTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// The document's name of a weekday.
pub fn weekday(day: Weekday) -> &'static str {
    WEEKDAYS[day.num_days_from_monday() as usize % 7]
}

/// Weekday names, Monday first.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
