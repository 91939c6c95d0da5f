//! One request of a planning instance: a patient's course with their wishes, as FORMAT.md spells it.
//!
//! In an instance of many, a request's tag keeps its own things apart: the resource of its wishes, the service of its
//! treatments, and, if somebody must give them, the kinds that only this person serves for it.

use std::collections::BTreeMap;

use chrono::{TimeDelta, Weekday};

use super::plan::{ChosenVisit, Wishes, planner_role};
use super::plan_instance::{Setting, WISH, civil, midnight, number_of, weekly};
use crate::domain::ids::{ResourceId, ServiceId};
use crate::domain::protocols::{DayWindow, VisitRole};
use crate::domain::services::{Kind, Phase};
use crate::planner::document::{
    AfterEachDoc, BeforeDoc, CurrentVisitDoc, GapDoc, Interval, PhaseDoc, RequestDoc, ResourceDoc,
    ServiceDoc, WeeklyWindow, day, local,
};
use crate::store::sites::Site;

/// A patient's course to be planned.
pub(super) struct Ask<'a> {
    pub site: &'a Site,
    pub setting: &'a Setting,
    pub wishes: &'a Wishes,
    /// Tells the requests of one instance apart; empty for the only one.
    pub tag: String,
    pub weight: i64,
}

impl Ask<'_> {
    /// Kind and id of the resource that carries the wishes.
    fn wish(&self) -> String {
        if self.tag.is_empty() { WISH.to_owned() } else { format!("{WISH} {}", self.tag) }
    }

    /// The resource that works on the wished days at the wished times.
    pub fn wish_resource(&self) -> ResourceDoc {
        let (setting, wishes) = (self.setting, self.wishes);
        let days = setting.days();
        let (from, to) = wishes.must_hours.unwrap_or((0, 1440));
        let hours = (0..7)
            .filter(|number| {
                wishes.weekdays.is_empty() || wishes.weekdays.iter().any(|day| number_of(*day) == *number)
            })
            .filter_map(|number| weekly(number, from, to))
            .collect();
        let mut busy: Vec<Interval> = Vec::new();
        for date in &setting.treatment_days {
            busy.extend(days.dates(*date, *date));
        }
        if let Some(last) = setting.expires_on.filter(|last| *last < setting.last) {
            busy.extend(
                days.interval(
                    midnight(last) + TimeDelta::days(1),
                    midnight(setting.last) + TimeDelta::days(1),
                ),
            );
        }
        ResourceDoc { id: self.wish(), serves: vec![self.wish()], capacity: 1, hours, busy }
    }

    /// Kinds that one person must serve for this request, under the request's own names. A single plan leaves out
    /// everybody else in its search; a search for many cannot, so there these kinds are named.
    pub fn own_kinds(&self) -> Option<(ResourceId, Vec<String>)> {
        let with = self.wishes.must_with.filter(|_| !self.tag.is_empty())?;
        let person = self.setting.window.resources().iter().find(|one| one.id == with)?;
        let kinds: Vec<String> =
            person.serves.iter().filter(|kind| is_chosen(**kind)).map(|kind| self.own_kind(*kind)).collect();
        Some((with, kinds))
    }

    fn own_kind(&self, kind: Kind) -> String {
        format!("{kind} {}", self.tag)
    }

    /// The name of a kind for this request.
    fn kind(&self, kind: Kind) -> String {
        let own = self.own_kinds().is_some_and(|(_, kinds)| kinds.contains(&self.own_kind(kind)));
        if own { self.own_kind(kind) } else { kind.to_string() }
    }

    /// The services of the course.
    pub fn services(&self) -> BTreeMap<String, ServiceDoc> {
        let mut docs = BTreeMap::new();
        for role in VisitRole::ALL {
            let Some(service) = self.setting.service_for(*role) else { continue };
            let mut phases: Vec<PhaseDoc> = service.phases.iter().map(|phase| self.phase(phase)).collect();
            if *role == VisitRole::Main {
                phases.push(PhaseDoc {
                    name: WISH.to_owned(),
                    offset: 0,
                    minutes: service.minutes(),
                    needs: vec![self.wish()],
                });
            }
            docs.insert(self.key(*role, service.id), ServiceDoc { phases });
        }
        docs
    }

    fn phase(&self, phase: &Phase) -> PhaseDoc {
        PhaseDoc {
            name: phase.name.clone(),
            offset: phase.offset,
            minutes: phase.minutes,
            needs: phase.needs.iter().map(|kind| self.kind(*kind)).collect(),
        }
    }

    /// Main visits carry the wish, so their service may not be shared with another role's or another request's.
    fn key(&self, role: VisitRole, id: ServiceId) -> String {
        let is_own = role == VisitRole::Main || self.own_kinds().is_some();
        match (is_own, self.tag.is_empty()) {
            (false, _) => id.to_string(),
            (true, true) => format!("{role} {id}"),
            (true, false) => format!("{role} {} {id}", self.tag),
        }
    }

    /// The request itself.
    pub fn request(&self) -> RequestDoc {
        let (setting, wishes, protocol) = (self.setting, self.wishes, &self.setting.protocol);
        let window = |role: VisitRole, window: DayWindow| BeforeDoc {
            service: self.key(role, window.service),
            min_days: window.min_days,
            max_days: window.max_days,
        };
        RequestDoc {
            id: if self.tag.is_empty() { "course".to_owned() } else { format!("course {}", self.tag) },
            weight: self.weight,
            service: self.key(VisitRole::Main, protocol.service),
            visits: wishes.visits,
            gap_days: Some(GapDoc {
                min: protocol.gap.min,
                target: protocol.gap.target,
                max: protocol.gap.max,
            }),
            before: protocol.before.map(|before| window(VisitRole::Before, before)),
            after_each: protocol.after_each.map(|after| AfterEachDoc {
                service: self.key(VisitRole::AfterEach, after.service),
                min_hours: after.min_hours,
                max_hours: after.max_hours,
            }),
            after_last: protocol.after_last.map(|after| window(VisitRole::AfterLast, after)),
            earliest: Some(day(setting.earliest)),
            latest: Some(day(setting.last)),
            available: Vec::new(),
            unavailable: self.unavailable(),
            preferred: preferred(wishes),
            current: wishes.pins.iter().map(|pin| self.pin(pin)).collect(),
        }
    }

    /// What is past, when the patient is away, and their other visits.
    fn unavailable(&self) -> Vec<Interval> {
        let (site, setting, days) = (self.site, self.setting, self.setting.days());
        let mut out: Vec<Interval> = Vec::new();
        let past = civil(site, setting.now) + TimeDelta::minutes(1);
        out.extend(days.interval(midnight(setting.today), past));
        for (from, to) in &self.wishes.away {
            out.extend(days.dates(*from, *to));
        }
        for (from, to, _) in setting.window.taken_of(setting.patient.0) {
            out.extend(days.interval(civil(site, *from), civil(site, *to)));
        }
        out
    }

    fn pin(&self, visit: &ChosenVisit) -> CurrentVisitDoc {
        let mut resources: BTreeMap<String, String> =
            visit.assigned.iter().map(|one| (self.kind(one.kind), one.resource.to_string())).collect();
        if visit.role == VisitRole::Main {
            resources.insert(self.wish(), self.wish());
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
}

/// Whether a wished person stands alone for a kind: whoever rests with the patient and the room do not matter.
fn is_chosen(kind: Kind) -> bool {
    kind != Kind::Attendant && !kind.is_room()
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
