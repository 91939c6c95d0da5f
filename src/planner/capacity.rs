//! What-if: how many more series fit, which kind of resource binds, and what one more of it or one more day would add.
//!
//! Series are inserted one after another, each planned exactly against those before it, until none fits. The count is
//! a proof that so many fit; another order or other choices might fit more, so it reads "at least".

use chrono::{NaiveDate, Weekday};

use super::alone::{needed_kinds, open_day};
use super::capacity_count::{count, with_one_more, with_template};
use super::course::PlannedCourse;
use super::document::{InstanceDoc, RequestDoc};
use super::error::InstanceError;
use super::instance::Instance;
use super::load::Load;
use super::reason::Reason;
use super::utilization::{Week, weeks};

/// Extra weekdays tried per kind.
const MOST_DAYS: usize = 8;

/// How to count.
pub struct CapacityOptions<'a> {
    /// Counting ends here; 1 or more.
    pub most: usize,
    /// Kinds of which one resource works one more weekday, besides the kind that binds.
    pub days_of: &'a [String],
    /// Asked between the steps of the search; true ends it with what was found.
    pub stop: &'a dyn Fn() -> bool,
}

/// What one more resource of a kind would add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindGain {
    /// The kind.
    pub kind: String,
    /// Further series.
    pub adds: usize,
    /// Whether counting ended at its limit, so that it may be more.
    pub limit_reached: bool,
}

/// What one more weekday of a resource would add: the best of all weekdays and resources of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayGain {
    /// The kind.
    pub kind: String,
    /// Id of the resource.
    pub resource: String,
    /// The weekday.
    pub weekday: Weekday,
    /// Further series; 0 if no weekday of any resource adds one.
    pub adds: usize,
    /// Whether counting ended at its limit, so that it may be more.
    pub limit_reached: bool,
}

/// How many more series of one kind fit, and what would make it more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Id of the template.
    pub template: String,
    /// The series that fit, in the order in which they were inserted; `request` counts them from 0.
    pub courses: Vec<PlannedCourse>,
    /// Whether counting ended at its limit.
    pub limit_reached: bool,
    /// Why not even one fits.
    pub reason: Option<Reason>,
    /// One more of each kind the series needs; empty if counting ended at its limit.
    pub one_more: Vec<KindGain>,
    /// The kind with the largest gain, if any gains.
    pub binding: Option<String>,
    /// One more day, for the kinds asked for and the one that binds.
    pub one_more_day: Vec<DayGain>,
    /// The use of each kind the series needs, now and with them.
    pub weeks: Vec<Week>,
}

impl Capacity {
    /// Dates of the first main visits, in order.
    pub fn starts(&self) -> Vec<NaiveDate> {
        let first = |course: &PlannedCourse| course.mains().first().map(|visit| visit.start.date());
        let mut starts: Vec<NaiveDate> = self.courses.iter().filter_map(first).collect();
        starts.sort_unstable();
        starts
    }
}

/// Counts how many more series like `template` fit into `base`. What is booked for the requests of `base` stays where
/// it is; bookings of the template are nothing to count and are left out.
///
/// # Errors
/// The first malformed or contradictory value, with its JSON path.
pub fn capacity(
    base: &InstanceDoc,
    template: &RequestDoc,
    options: &CapacityOptions,
) -> Result<Capacity, InstanceError> {
    let now = count(with_template(base, template)?, options)?;
    let instance = &now.instance;
    let kinds = needed_kinds(instance, 0);
    let mut one_more = Vec::new();
    if !now.limit_reached {
        for &kind in &kinds {
            let more = count(with_one_more(instance, kind), options)?;
            one_more.push(KindGain {
                kind: instance.kinds[kind].clone(),
                adds: more.courses.len().saturating_sub(now.courses.len()),
                limit_reached: more.limit_reached,
            });
        }
    }
    let best = one_more.iter().map(|gain| gain.adds).max().filter(|adds| *adds > 0);
    let binding = one_more.iter().find(|gain| Some(gain.adds) == best).map(|gain| gain.kind.clone());
    let mut one_more_day = Vec::new();
    for &kind in kinds.iter().filter(|_| !now.limit_reached) {
        let name = &instance.kinds[kind];
        if options.days_of.contains(name) || binding.as_ref() == Some(name) {
            one_more_day.extend(best_day(instance, kind, now.courses.len(), options)?);
        }
    }
    let nothing = now.courses.is_empty();
    let courses = now.courses.iter().enumerate();
    Ok(Capacity {
        template: template.id.clone(),
        courses: courses.map(|(n, c)| PlannedCourse { request: n, ..c.publish(instance, 0) }).collect(),
        limit_reached: now.limit_reached,
        reason: nothing.then(|| super::explain::reason(instance, 0)),
        one_more,
        binding,
        one_more_day,
        weeks: weeks(instance, &kinds, &Load::new(instance), &now.load),
    })
}

/// The weekday and the resource of a kind that add most; none if all of them work every day or never.
fn best_day(
    instance: &Instance,
    kind: usize,
    now: usize,
    options: &CapacityOptions,
) -> Result<Option<DayGain>, InstanceError> {
    let serving = instance.resources.iter().enumerate().filter(|r| r.1.serves.contains(&kind));
    let closed = serving.filter(|r| r.1.hours.any).flat_map(|(at, r)| {
        (0u8..7).filter(move |w| r.hours.by_day[usize::from(*w)].is_empty()).map(move |w| (at, w))
    });
    let mut best: Option<DayGain> = None;
    for (at, number) in closed.take(MOST_DAYS) {
        let Ok(weekday) = Weekday::try_from(number) else { continue };
        let mut doc = instance.doc.clone();
        open_day(&mut doc.resources[at], usize::from(number));
        let more = count(doc, options)?;
        let adds = more.courses.len().saturating_sub(now);
        if best.as_ref().is_none_or(|b| adds > b.adds) {
            best = Some(DayGain {
                kind: instance.kinds[kind].clone(),
                resource: instance.resources[at].id.clone(),
                weekday,
                adds,
                limit_reached: more.limit_reached,
            });
        }
    }
    Ok(best)
}
