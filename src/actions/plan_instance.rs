//! The planning instance of one patient: the clinic's hours, absences and taken time, and the patient's wishes, as FORMAT.md spells them.
//!
//! Wishes about days and times are about treatments, not about the talks around them, so they are given to a resource of
//! their own that every treatment needs ([`WISH`]): it works on the wished days at the wished times, and is busy on
//! days with another treatment and from the end of the candidacy decision on.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc, Weekday};

use super::availability::Window;
use super::plan::{ChosenVisit, Wishes, planner_role};
use crate::domain::ids::{PatientId, ServiceId};
use crate::domain::protocols::{DayWindow, Protocol, VisitRole};
use crate::domain::services::{Kind, Service};
use crate::planner::document::{
    AfterEachDoc, BeforeDoc, CurrentVisitDoc, GapDoc, HorizonDoc, InstanceDoc, Interval, PhaseDoc,
    RequestDoc, ResourceDoc, ServiceDoc, WeeklyWindow, WeightsDoc, day, local, weekday,
};
use crate::store::sites::Site;

/// Kind and id of the resource that carries the wishes about treatments.
pub(super) const WISH: &str = "wish";
/// Starts the planner looks at, minutes. Coarser than the book's grid: patients are given times they can remember.
const GRID_MINUTES: i64 = 15;

/// What the search knows.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub protocol: Protocol,
    pub services: Vec<Service>,
    pub window: std::sync::Arc<Window>,
    pub patient: PatientId,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    pub earliest: NaiveDate,
    pub last: NaiveDate,
    pub expires_on: Option<NaiveDate>,
    pub treatment_days: Vec<NaiveDate>,
}

impl Setting {
    /// The service of a place in the course.
    pub fn service_for(&self, role: VisitRole) -> Option<&Service> {
        let id = match role {
            VisitRole::Main => Some(self.protocol.service),
            VisitRole::Before => self.protocol.before.map(|window| window.service),
            VisitRole::AfterEach => self.protocol.after_each.map(|window| window.service),
            VisitRole::AfterLast => self.protocol.after_last.map(|window| window.service),
        }?;
        self.services.iter().find(|service| service.id == id)
    }
}

/// The instance with its one request.
pub(super) fn build(site: &Site, setting: &Setting, wishes: &Wishes) -> InstanceDoc {
    let civil = |at: DateTime<Utc>| at.with_timezone(&site.timezone).naive_local();
    let mut resources: Vec<ResourceDoc> = Vec::new();
    let mut active: Vec<_> = setting.window.resources().iter().filter(|resource| resource.active).collect();
    // Whoever serves least else comes first, as in single bookings.
    active.sort_by_key(|resource| resource.serves.len());
    for resource in active {
        let mut busy: Vec<Interval> = Vec::new();
        for (from, to) in setting.window.absences_of(resource.id) {
            busy.extend(interval(setting, civil(*from), civil(*to)));
        }
        for (from, to, _) in setting.window.taken_of(resource.id.0) {
            busy.extend(interval(setting, civil(*from), civil(*to)));
        }
        resources.push(ResourceDoc {
            id: resource.id.to_string(),
            serves: resource.serves.iter().map(Kind::to_string).collect(),
            capacity: 1,
            hours: setting
                .window
                .hours_of(resource.id)
                .iter()
                .filter_map(|(day, from, to)| weekly(*day, *from, *to))
                .collect(),
            busy,
        });
    }
    resources.push(wish_resource(setting, wishes));
    InstanceDoc {
        timezone: site.timezone.name().to_owned(),
        grid_minutes: GRID_MINUTES,
        horizon: HorizonDoc { from: day(setting.today), to: day(setting.last) },
        resources,
        services: services(setting),
        requests: vec![request(site, setting, wishes)],
        continuity: vec![Kind::Clinician.to_string(), Kind::Coach.to_string()],
        weights: WeightsDoc::default(),
    }
}

fn wish_resource(setting: &Setting, wishes: &Wishes) -> ResourceDoc {
    let (from, to) = wishes.must_hours.unwrap_or((0, 1440));
    let hours = (0..7)
        .filter(|number| {
            wishes.weekdays.is_empty() || wishes.weekdays.iter().any(|day| number_of(*day) == *number)
        })
        .filter_map(|number| weekly(number, from, to))
        .collect();
    let mut busy: Vec<Interval> = Vec::new();
    let midnight = |date: NaiveDate| date.and_time(NaiveTime::MIN);
    for date in &setting.treatment_days {
        busy.extend(interval(setting, midnight(*date), midnight(*date) + TimeDelta::days(1)));
    }
    if let Some(last) = setting.expires_on.filter(|last| *last < setting.last) {
        busy.extend(interval(
            setting,
            midnight(last) + TimeDelta::days(1),
            midnight(setting.last) + TimeDelta::days(1),
        ));
    }
    ResourceDoc { id: WISH.to_owned(), serves: vec![WISH.to_owned()], capacity: 1, hours, busy }
}

fn services(setting: &Setting) -> BTreeMap<String, ServiceDoc> {
    let mut docs = BTreeMap::new();
    for role in VisitRole::ALL {
        let Some(service) = setting.service_for(*role) else { continue };
        let mut phases: Vec<PhaseDoc> = service
            .phases
            .iter()
            .map(|phase| PhaseDoc {
                name: phase.name.clone(),
                offset: phase.offset,
                minutes: phase.minutes,
                needs: phase.needs.iter().map(Kind::to_string).collect(),
            })
            .collect();
        if *role == VisitRole::Main {
            phases.push(PhaseDoc {
                name: WISH.to_owned(),
                offset: 0,
                minutes: service.minutes(),
                needs: vec![WISH.to_owned()],
            });
        }
        docs.insert(service_key(*role, service.id), ServiceDoc { phases });
    }
    docs
}

/// Main visits carry the wish, so their service may not be shared with another role's.
fn service_key(role: VisitRole, id: ServiceId) -> String {
    if role == VisitRole::Main { format!("main {id}") } else { id.to_string() }
}

/// The service a key of [`service_key`] names.
pub(super) fn service_of_key(key: &str) -> &str {
    key.strip_prefix("main ").unwrap_or(key)
}

fn request(site: &Site, setting: &Setting, wishes: &Wishes) -> RequestDoc {
    let protocol = &setting.protocol;
    let window = |window: DayWindow| BeforeDoc {
        service: service_key(VisitRole::Before, window.service),
        min_days: window.min_days,
        max_days: window.max_days,
    };
    RequestDoc {
        id: "course".to_owned(),
        weight: 1,
        service: service_key(VisitRole::Main, protocol.service),
        visits: wishes.visits,
        gap_days: Some(GapDoc { min: protocol.gap.min, target: protocol.gap.target, max: protocol.gap.max }),
        before: protocol.before.map(window),
        after_each: protocol.after_each.map(|after| AfterEachDoc {
            service: service_key(VisitRole::AfterEach, after.service),
            min_hours: after.min_hours,
            max_hours: after.max_hours,
        }),
        after_last: protocol.after_last.map(window),
        earliest: Some(day(setting.earliest)),
        latest: Some(day(setting.last)),
        available: Vec::new(),
        unavailable: unavailable(site, setting, wishes),
        preferred: preferred(wishes),
        current: wishes.pins.iter().map(pin).collect(),
    }
}

/// What is past, when the patient is away, and their other visits.
fn unavailable(site: &Site, setting: &Setting, wishes: &Wishes) -> Vec<Interval> {
    let civil = |at: DateTime<Utc>| at.with_timezone(&site.timezone).naive_local();
    let midnight = |date: NaiveDate| date.and_time(NaiveTime::MIN);
    let mut out: Vec<Interval> = Vec::new();
    out.extend(interval(setting, midnight(setting.today), civil(setting.now) + TimeDelta::minutes(1)));
    for (from, to) in &wishes.away {
        out.extend(interval(setting, midnight(*from), midnight(*to) + TimeDelta::days(1)));
    }
    for (from, to, _) in setting.window.taken_of(setting.patient.0) {
        out.extend(interval(setting, civil(*from), civil(*to)));
    }
    out
}

/// Weekdays and hours the treatments should rather have; no wish means no windows.
fn preferred(wishes: &Wishes) -> Vec<WeeklyWindow> {
    if wishes.rather_weekdays.is_empty() && wishes.rather_hours.is_none() {
        return Vec::new();
    }
    let (from, to) = wishes.rather_hours.unwrap_or((0, 1440));
    let all =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    all.into_iter()
        .filter(|day| wishes.rather_weekdays.is_empty() || wishes.rather_weekdays.contains(day))
        .filter_map(|day| weekly(number_of(day), from, to))
        .collect()
}

fn pin(visit: &ChosenVisit) -> CurrentVisitDoc {
    let mut resources: BTreeMap<String, String> =
        visit.assigned.iter().map(|one| (one.kind.to_string(), one.resource.to_string())).collect();
    if visit.role == VisitRole::Main {
        resources.insert(WISH.to_owned(), WISH.to_owned());
    }
    CurrentVisitDoc {
        role: planner_role(visit.role).as_str().to_owned(),
        index: visit.index,
        start: local(visit.start),
        resources,
        confirmed: false,
        fixed: true,
    }
}

/// A stretch of local time cut to the horizon; `None` when nothing of it is left.
fn interval(setting: &Setting, from: NaiveDateTime, to: NaiveDateTime) -> Option<Interval> {
    let first = setting.today.and_time(NaiveTime::MIN);
    let end = setting.last.and_time(NaiveTime::MIN) + TimeDelta::days(1);
    let from = from.max(first);
    // Seconds round outwards; an hour that the clock takes back in autumn still takes its minutes.
    let up = |at: NaiveDateTime| {
        if at.second() == 0 {
            at
        } else {
            at - TimeDelta::seconds(i64::from(at.second())) + TimeDelta::minutes(1)
        }
    };
    let to = up(to).min(end);
    (from < to).then(|| Interval { from: local(from), to: local(to) })
}

fn weekly(number: i64, from: i64, to: i64) -> Option<WeeklyWindow> {
    let name = weekday(Weekday::try_from(u8::try_from(number).ok()?).ok()?);
    let text = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    (from < to).then(|| WeeklyWindow { weekday: name.to_owned(), from: text(from), to: text(to) })
}

fn number_of(day: Weekday) -> i64 {
    i64::from(day.num_days_from_monday())
}

/// The weekday of a date as the wishes name it.
pub(super) fn weekday_of(at: NaiveDateTime) -> Weekday {
    at.weekday()
}
