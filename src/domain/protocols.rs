//! Protocols: what a course consists of, its spacing and its price.

use serde::{Deserialize, Serialize};

use super::ids::{ProtocolId, ServiceId};
use crate::text_enum;

text_enum! {
    /// Where a visit stands in its series (FORMAT.md's roles).
    pub enum VisitRole {
        /// Before the first main visit.
        Before = "before", "role-visit-before";
        /// The treatments themselves.
        Main = "main", "role-visit-main";
        /// Coaching after each main visit.
        AfterEach = "after_each", "role-visit-after-each";
        /// The review after the last.
        AfterLast = "after_last", "role-visit-after-last";
    }
}

/// Days between main visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Fewest days.
    pub min: i64,
    /// Wished days.
    pub target: i64,
    /// Most days.
    pub max: i64,
}

/// A visit a number of days before the first or after the last main visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayWindow {
    /// Which service.
    pub service: ServiceId,
    /// Fewest days.
    pub min_days: i64,
    /// Most days.
    pub max_days: i64,
}

/// A visit a number of elapsed hours after the end of each main visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourWindow {
    /// Which service.
    pub service: ServiceId,
    /// Fewest hours (domain.md: 48).
    pub min_hours: i64,
    /// Most hours (domain.md: 72).
    pub max_hours: i64,
}

/// A course the clinic offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protocol {
    /// Its id.
    pub id: ProtocolId,
    /// Name for staff, such as "Induction, 60 minutes".
    pub name: String,
    /// The programme it belongs to, such as "Induction".
    pub programme: String,
    /// The main service.
    pub service: ServiceId,
    /// Planned number of main visits unless the decision says otherwise.
    pub visits: i64,
    /// Fewest a decision may name.
    pub visits_min: i64,
    /// Most a decision may name.
    pub visits_max: i64,
    /// Days between main visits.
    pub gap: Gap,
    /// Preparation, if any.
    pub before: Option<DayWindow>,
    /// Coaching after each, if any.
    pub after_each: Option<HourWindow>,
    /// Review, if any.
    pub after_last: Option<DayWindow>,
    /// A fixed price of the whole course in cents, for the usual number of main visits; `None` where visits are charged
    /// one by one.
    pub package_cents: Option<i64>,
    /// Whether it can be planned now.
    pub active: bool,
}

impl Protocol {
    /// The services of a course of `visits` main visits, with how often each occurs.
    pub fn parts(&self, visits: i64) -> Vec<(VisitRole, ServiceId, i64)> {
        let mut parts = Vec::new();
        if let Some(before) = self.before {
            parts.push((VisitRole::Before, before.service, 1));
        }
        parts.push((VisitRole::Main, self.service, visits));
        if let Some(after) = self.after_each {
            parts.push((VisitRole::AfterEach, after.service, visits));
        }
        if let Some(last) = self.after_last {
            parts.push((VisitRole::AfterLast, last.service, 1));
        }
        parts
    }

    /// The package price of a course of `visits` main visits, in cents. A package is for the usual number: a shorter or longer
    /// course is charged visit by visit.
    pub fn package_for(&self, visits: i64) -> Option<i64> {
        self.package_cents.filter(|_| visits == self.visits)
    }

    /// The total price in cents, given each service's price in cents; a package price replaces the sum.
    pub fn total_cents(&self, visits: i64, price_of: impl Fn(ServiceId) -> i64) -> i64 {
        self.package_for(visits).unwrap_or_else(|| {
            self.parts(visits).iter().map(|(_, service, count)| price_of(*service) * count).sum()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_of_a_course_counts_every_visit_that_belongs_to_it() {
        let (infusion, coaching, talk) = (ServiceId::new(), ServiceId::new(), ServiceId::new());
        let window = |service| DayWindow { service, min_days: 1, max_days: 7 };
        let protocol = Protocol {
            id: ProtocolId::new(),
            name: "Induction, 60 minutes".into(),
            programme: "Induction".into(),
            service: infusion,
            visits: 6,
            visits_min: 4,
            visits_max: 6,
            gap: Gap { min: 6, target: 7, max: 8 },
            before: Some(window(talk)),
            after_each: Some(HourWindow { service: coaching, min_hours: 48, max_hours: 72 }),
            after_last: Some(window(talk)),
            package_cents: None,
            active: true,
        };
        let price = |service| if service == infusion { 50_000 } else { 15_000 };
        assert_eq!(protocol.total_cents(6, price), 6 * 50_000 + 8 * 15_000);
        assert_eq!(protocol.parts(6).iter().map(|part| part.2).sum::<i64>(), 14);
        let package = Protocol { package_cents: Some(390_000), ..protocol };
        assert_eq!(package.total_cents(6, price), 390_000, "the package replaces the sum");
        assert_eq!(package.total_cents(5, price), 5 * 50_000 + 7 * 15_000, "another number has no package");
    }
}
