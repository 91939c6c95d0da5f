//! The planning instance of one patient, and what instances of many share: the clinic's hours, absences and taken time.
//!
//! Wishes about days and times are about treatments, not about the talks around them, so they are given to a resource of
//! their own that every treatment needs ([`WISH`]): it works on the wished days at the wished times, and is busy on
//! days with another treatment and from the end of the candidacy decision on.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc, Weekday};

use super::availability::Window;
use super::plan::Wishes;
use super::plan_request::Ask;
use crate::domain::ids::PatientId;
use crate::domain::protocols::{Protocol, VisitRole};
use crate::domain::services::{Kind, Service};
use crate::planner::document::{
    HorizonDoc, InstanceDoc, Interval, ResourceDoc, WeeklyWindow, WeightsDoc, day, local, weekday,
};
use crate::store::sites::Site;

/// Kind and id of the resource that carries the wishes about treatments; of several, each has a number behind it.
pub(super) const WISH: &str = "wish";
/// Starts the planner looks at, minutes. Coarser than the book's grid: patients are given times they can remember.
pub(super) const GRID_MINUTES: i64 = 15;

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

    /// The dates looked at.
    pub fn days(&self) -> Days {
        Days { first: self.today, last: self.last }
    }
}

/// The dates of a horizon, both included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Days {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Days {
    /// A stretch of local time cut to these dates; `None` when nothing of it is left.
    pub fn interval(self, from: NaiveDateTime, to: NaiveDateTime) -> Option<Interval> {
        let first = midnight(self.first);
        let end = midnight(self.last) + TimeDelta::days(1);
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

    /// Whole dates, both included.
    pub fn dates(self, from: NaiveDate, to: NaiveDate) -> Option<Interval> {
        self.interval(midnight(from), midnight(to) + TimeDelta::days(1))
    }

    /// As the document writes them.
    pub fn horizon(self) -> HorizonDoc {
        HorizonDoc { from: day(self.first), to: day(self.last) }
    }
}

/// The instance with its one request.
pub(super) fn build(site: &Site, setting: &Setting, wishes: &Wishes) -> InstanceDoc {
    let ask = Ask { site, setting, wishes, tag: String::new(), weight: 1 };
    let mut resources = resources(site, &setting.window, setting.today, setting.last);
    resources.push(ask.wish_resource());
    InstanceDoc {
        timezone: site.timezone.name().to_owned(),
        grid_minutes: GRID_MINUTES,
        horizon: setting.days().horizon(),
        resources,
        services: ask.services(),
        requests: vec![ask.request()],
        continuity: continuity(),
        weights: WeightsDoc::default(),
    }
}

/// Kinds for which patients keep the same person.
pub(super) fn continuity() -> Vec<String> {
    vec![Kind::Clinician.to_string(), Kind::Coach.to_string()]
}

/// People and rooms that can be booked, with their hours; their absences and taken time are busy.
pub(super) fn resources(site: &Site, window: &Window, from: NaiveDate, to: NaiveDate) -> Vec<ResourceDoc> {
    let days = Days { first: from, last: to };
    let mut active: Vec<_> = window.resources().iter().filter(|resource| resource.active).collect();
    // Whoever serves least else comes first, as in single bookings.
    active.sort_by_key(|resource| resource.serves.len());
    let mut docs = Vec::with_capacity(active.len());
    for resource in active {
        let mut busy: Vec<Interval> = Vec::new();
        for (from, to) in window.absences_of(resource.id) {
            busy.extend(days.interval(civil(site, *from), civil(site, *to)));
        }
        for (from, to, _) in window.taken_of(resource.id.0) {
            busy.extend(days.interval(civil(site, *from), civil(site, *to)));
        }
        let hours = window.hours_of(resource.id).iter();
        docs.push(ResourceDoc {
            id: resource.id.to_string(),
            serves: resource.serves.iter().map(Kind::to_string).collect(),
            capacity: 1,
            hours: hours.filter_map(|(day, from, to)| weekly(*day, *from, *to)).collect(),
            busy,
        });
    }
    docs
}

/// An instant on the site's wall clock.
pub(super) fn civil(site: &Site, at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&site.timezone).naive_local()
}

/// The first moment of a date.
pub(super) fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN)
}

/// A weekly window of the document; `None` when it is empty.
pub(super) fn weekly(number: i64, from: i64, to: i64) -> Option<WeeklyWindow> {
    let name = weekday(Weekday::try_from(u8::try_from(number).ok()?).ok()?);
    let text = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    (from < to).then(|| WeeklyWindow { weekday: name.to_owned(), from: text(from), to: text(to) })
}

/// Every hour of every day.
pub(super) fn always() -> Vec<WeeklyWindow> {
    (0..7).filter_map(|number| weekly(number, 0, 1440)).collect()
}

/// Days from Monday.
pub(super) fn number_of(day: Weekday) -> i64 {
    i64::from(day.num_days_from_monday())
}

/// The weekday of a date as the wishes name it.
pub(super) fn weekday_of(at: NaiveDateTime) -> Weekday {
    at.weekday()
}

/// Whether a kind or resource of an instance is one that carries wishes.
pub(super) fn is_wish(id: &str) -> bool {
    id.split(' ').next() == Some(WISH)
}

/// The service a key of an instance names: what stands behind the role and the request.
pub(super) fn service_of_key(key: &str) -> &str {
    key.rsplit(' ').next().unwrap_or(key)
}

/// The kind of people or rooms that a kind of an instance stands for; `None` for wishes.
pub(super) fn kind_of(text: &str) -> Option<Kind> {
    Kind::parse(text.split(' ').next().unwrap_or(text))
}
