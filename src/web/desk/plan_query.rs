//! A patient's wishes for a course as the query of an address, so that a plan can be linked, reloaded and gone back to.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Weekday};

use crate::actions::plan::{ChosenVisit, Wishes};
use crate::domain::ids::{ProtocolId, ResourceId};
use crate::domain::protocols::{Protocol, VisitRole};
use crate::domain::wishes::KeptWishes;
use crate::text_enum;
use crate::web::kit::Fields;
use crate::web::kit::fields::parse_date;
use crate::words::Words;

/// Most stretches of absence a patient can name.
pub const MAX_AWAY: usize = 4;
/// Most pinned and most dropped visits, so that an address stays below 4 KB.
const MAX_PINS: usize = 14;
const MAX_DROPS: usize = 20;
/// How far ahead a course may begin, in days.
pub const FARTHEST_DAYS: i64 = 365;
const START: &str = "%Y-%m-%dT%H:%M";

/// Every weekday with its code in addresses and forms.
pub const WEEK: [(Weekday, &str); 7] = [
    (Weekday::Mon, "mon"),
    (Weekday::Tue, "tue"),
    (Weekday::Wed, "wed"),
    (Weekday::Thu, "thu"),
    (Weekday::Fri, "fri"),
    (Weekday::Sat, "sat"),
    (Weekday::Sun, "sun"),
];

text_enum! {
    /// A part of the day.
    pub enum Part {
        /// From morning to evening.
        Any = "any", "book-part-any";
        /// Until noon.
        Morning = "morning", "book-part-morning";
        /// From noon.
        Afternoon = "afternoon", "book-part-afternoon";
    }
}

impl Part {
    /// From and to in minutes after the site's midnight.
    pub fn minutes(self) -> (i64, i64) {
        match self {
            Self::Any => (0, 1440),
            Self::Morning => (0, 720),
            Self::Afternoon => (720, 1440),
        }
    }
}

/// One visit the patient does not want at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Its place in the course.
    pub role: VisitRole,
    /// Counts from 1 within the role.
    pub index: i64,
    /// The start not wanted, in the site's civil time.
    pub start: NaiveDateTime,
}

impl Dropped {
    /// `role:index:start`.
    pub fn to_text(self) -> String {
        format!("{}:{}:{}", self.role, self.index, self.start.format(START))
    }

    /// Reads what [`Dropped::to_text`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ':');
        let role = VisitRole::parse(parts.next()?)?;
        let index = parts.next()?.parse::<i64>().ok().filter(|index| (1..=100).contains(index))?;
        let start = NaiveDateTime::parse_from_str(parts.next()?, START).ok()?;
        parse_date(&start.date().to_string())?;
        Some(Self { role, index, start })
    }
}

/// What the address of the plan page says. Empty or `None` is "no such wish".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanQuery {
    /// Which course.
    pub protocol: Option<ProtocolId>,
    /// How many main visits.
    pub visits: Option<i64>,
    /// Not before this date.
    pub from: Option<NaiveDate>,
    /// Weekdays that work; empty for any.
    pub days: Vec<Weekday>,
    /// Weekdays the patient would rather have.
    pub rather: Vec<Weekday>,
    /// Part of the day.
    pub part: Part,
    /// Whether the part of the day is a must.
    pub part_must: bool,
    /// With whom.
    pub with: Option<ResourceId>,
    /// Whether the person is a must.
    pub with_must: bool,
    /// Dates away, both ends included.
    pub away: Vec<(NaiveDate, NaiveDate)>,
    /// Visits held fast, each in [`ChosenVisit`]'s own text.
    pub pins: Vec<String>,
    /// Visits not wanted at a time.
    pub drops: Vec<Dropped>,
}

impl PlanQuery {
    /// Reads the query. What cannot be read gets a message at its field and counts as not said.
    pub fn read(fields: &mut Fields, w: Words, today: NaiveDate) -> Self {
        Self {
            protocol: optional(fields, "protocol", &w.t("plan-protocol-choose"), |text| text.parse().ok()),
            visits: optional(fields, "visits", &w.t("plan-visits-number"), |text| {
                text.parse::<i64>().ok().filter(|visits| (1..=60).contains(visits))
            }),
            from: optional(fields, "from", &w.t("plan-from-date"), |text| start_date(text, today)),
            days: days(fields, "days"),
            rather: proper_part(days_given(fields, "rather")),
            part: optional(fields, "part", &w.t("plan-choose-one"), Part::parse).unwrap_or(Part::Any),
            part_must: is_must(fields, "part_how"),
            with: optional(fields, "with", &w.t("plan-with-choose"), |text| text.parse().ok()),
            with_must: is_must(fields, "with_how"),
            away: away(fields, w),
            pins: pins(fields, w),
            drops: drops(fields, w),
        }
    }

    /// The query of an address with these wishes; what is not said is left out.
    pub fn to_query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(protocol) = self.protocol {
            query.append_pair("protocol", &protocol.to_string());
        }
        if let Some(visits) = self.visits {
            query.append_pair("visits", &visits.to_string());
        }
        if let Some(from) = self.from {
            query.append_pair("from", &from.to_string());
        }
        for (name, days) in [("days", &self.days), ("rather", &self.rather)] {
            for day in days {
                query.append_pair(name, day_code(*day));
            }
        }
        if self.part != Part::Any {
            query.append_pair("part", self.part.as_str()).append_pair("part_how", how(self.part_must));
        }
        if let Some(with) = self.with {
            query.append_pair("with", &with.to_string()).append_pair("with_how", how(self.with_must));
        }
        for (number, (from, to)) in (1..).zip(&self.away) {
            query.append_pair(&format!("away_from_{number}"), &from.to_string());
            query.append_pair(&format!("away_to_{number}"), &to.to_string());
        }
        for pin in &self.pins {
            query.append_pair("pin", pin);
        }
        for drop in &self.drops {
            query.append_pair("drop", &drop.to_text());
        }
        query.finish()
    }

    /// The wishes to be kept for later: what hangs on this one plan (pinned and dropped visits, the course) is left out.
    pub fn kept(&self) -> KeptWishes {
        KeptWishes {
            visits: self.visits,
            from: self.from,
            days: self.days.clone(),
            rather: self.rather.clone(),
            hours: (self.part != Part::Any).then(|| self.part.minutes()),
            hours_must: self.part_must,
            with: self.with,
            with_must: self.with_must,
            away: self.away.clone(),
        }
    }

    /// Kept wishes as an address says them; a first day that has passed is no wish any more.
    pub fn from_kept(kept: &KeptWishes, today: NaiveDate) -> Self {
        let part = Part::ALL.iter().copied().find(|part| kept.hours == Some(part.minutes()));
        Self {
            protocol: None,
            visits: kept.visits,
            from: kept.from.filter(|from| *from > today),
            days: kept.days.clone(),
            rather: kept.rather.clone(),
            part: part.unwrap_or(Part::Any),
            part_must: kept.hours_must,
            with: kept.with,
            with_must: kept.with_must,
            away: kept.away.iter().copied().filter(|(_, to)| *to >= today).take(MAX_AWAY).collect(),
            pins: Vec::new(),
            drops: Vec::new(),
        }
    }

    /// The pinned visits.
    pub fn pinned(&self) -> Vec<ChosenVisit> {
        self.pins.iter().filter_map(|pin| read_pin(pin)).collect()
    }

    /// The same wishes with a visit held fast where it is.
    #[must_use]
    pub fn with_pin(&self, visit: &ChosenVisit) -> Self {
        let mut query = self.without_pin(visit.role, visit.index);
        query.pins.push(ChosenVisit::to_text(std::slice::from_ref(visit)));
        query
    }

    /// The same wishes with a visit free again.
    #[must_use]
    pub fn without_pin(&self, role: VisitRole, index: i64) -> Self {
        let mut query = self.clone();
        query.pins.retain(|pin| read_pin(pin).is_none_or(|held| held.role != role || held.index != index));
        query
    }

    /// The same wishes without a visit at a time.
    #[must_use]
    pub fn with_drop(&self, drop: Dropped) -> Self {
        let mut query = self.without_pin(drop.role, drop.index).without_drop(drop);
        query.drops.push(drop);
        query
    }

    /// The same wishes with that time allowed again.
    #[must_use]
    pub fn without_drop(&self, drop: Dropped) -> Self {
        let mut query = self.clone();
        query.drops.retain(|other| *other != drop);
        query
    }

    /// The wishes as the planner takes them.
    pub fn wishes(&self, protocol: &Protocol, visits: i64, today: NaiveDate) -> Wishes {
        let hours = (self.part != Part::Any).then(|| self.part.minutes());
        let belongs = |role: VisitRole, index: i64| match role {
            VisitRole::Main | VisitRole::AfterEach => index <= visits,
            VisitRole::Before | VisitRole::AfterLast => index == 1,
        };
        Wishes {
            protocol: protocol.id,
            visits,
            earliest: self.from.unwrap_or(today),
            weekdays: self.days.clone(),
            rather_weekdays: self.rather.clone(),
            must_hours: hours.filter(|_| self.part_must),
            rather_hours: hours.filter(|_| !self.part_must),
            away: self.away.clone(),
            must_with: self.with.filter(|_| self.with_must),
            rather_with: self.with.filter(|_| !self.with_must),
            pins: self.pinned().into_iter().filter(|pin| belongs(pin.role, pin.index)).collect(),
            excluded: self.drops.iter().map(|drop| (drop.role, drop.index, drop.start)).collect(),
        }
    }
}

/// The code of a weekday in addresses and forms.
pub fn day_code(day: Weekday) -> &'static str {
    WEEK.iter().find(|(other, _)| *other == day).map_or("mon", |(_, code)| code)
}

/// Weekdays ticked under a name; all seven and none at all both mean any, which is empty.
pub fn days(fields: &Fields, name: &str) -> Vec<Weekday> {
    proper_part(days_given(fields, name))
}

fn days_given(fields: &Fields, name: &str) -> Vec<Weekday> {
    let given = fields.all(name);
    WEEK.iter().filter(|(_, code)| given.contains(code)).map(|(day, _)| *day).collect()
}

fn proper_part(days: Vec<Weekday>) -> Vec<Weekday> {
    if days.len() == WEEK.len() { Vec::new() } else { days }
}

/// A date from today on that is not absurdly far.
pub fn start_date(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let last = today.checked_add_signed(TimeDelta::days(FARTHEST_DAYS))?;
    parse_date(text).filter(|date| (today..=last).contains(date))
}

/// A field that may be left out; a message at it if it is there and cannot be read.
pub fn optional<T>(
    fields: &mut Fields,
    name: &str,
    message: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    if fields.get(name).is_empty() { None } else { fields.parsed(name, read, message) }
}

fn how(must: bool) -> &'static str {
    if must { "must" } else { "rather" }
}

fn is_must(fields: &Fields, name: &str) -> bool {
    fields.get(name) != "rather"
}

fn away(fields: &mut Fields, w: Words) -> Vec<(NaiveDate, NaiveDate)> {
    let mut away = Vec::new();
    for number in 1..=MAX_AWAY {
        let (from_name, to_name) = (format!("away_from_{number}"), format!("away_to_{number}"));
        let from = optional(fields, &from_name, &w.t("plan-away-date"), parse_date);
        let to = optional(fields, &to_name, &w.t("plan-away-date"), parse_date);
        match (from, to) {
            (Some(from), Some(to)) if to < from => fields.fail(&to_name, w.t("plan-away-order")),
            (Some(from), Some(to)) => away.push((from, to)),
            // One date alone is one day.
            (Some(day), None) | (None, Some(day)) => away.push((day, day)),
            (None, None) => {}
        }
    }
    away
}

fn read_pin(text: &str) -> Option<ChosenVisit> {
    let mut visits = ChosenVisit::from_text(text)?;
    let visit = visits.pop()?;
    // A year nobody plans in would leave the calendar in later sums.
    parse_date(&visit.start.date().to_string())?;
    visits.is_empty().then_some(visit)
}

fn pins(fields: &mut Fields, w: Words) -> Vec<String> {
    let given: Vec<String> = fields.all("pin").into_iter().map(str::to_owned).collect();
    let sound: Vec<String> =
        given.iter().filter(|pin| read_pin(pin).is_some()).take(MAX_PINS).cloned().collect();
    if sound.len() < given.len() {
        fields.fail("pin", w.t("plan-pin-unknown"));
    }
    sound
}

fn drops(fields: &mut Fields, w: Words) -> Vec<Dropped> {
    let given = fields.all("drop");
    let sound: Vec<Dropped> =
        given.iter().filter_map(|text| Dropped::from_text(text)).take(MAX_DROPS).collect();
    if sound.len() < given.len() {
        fields.fail("drop", w.t("plan-drop-unknown"));
    }
    sound
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::services::{Assignment, Kind};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn read(query: &str) -> (PlanQuery, Fields) {
        let mut fields = Fields::parse(query.as_bytes());
        let query = PlanQuery::read(&mut fields, Words::default(), day("2026-11-20"));
        (query, fields)
    }

    fn full() -> PlanQuery {
        let start = day("2026-12-15").and_hms_opt(10, 0, 0).expect("a time");
        let assigned = vec![Assignment { kind: Kind::Clinician, resource: ResourceId::new() }];
        let pin = ChosenVisit { role: VisitRole::Main, index: 2, start, assigned };
        let drop = Dropped { role: VisitRole::AfterEach, index: 3, start };
        let plain = read("").0;
        PlanQuery {
            protocol: Some(ProtocolId::new()),
            visits: Some(6),
            from: Some(day("2026-11-30")),
            days: vec![Weekday::Mon, Weekday::Tue],
            rather: vec![Weekday::Tue],
            part: Part::Morning,
            part_must: false,
            with: Some(ResourceId::new()),
            with_must: true,
            away: vec![(day("2026-12-24"), day("2026-12-26"))],
            ..plain
        }
        .with_pin(&pin)
        .with_drop(drop)
    }

    #[test]
    fn wishes_survive_the_way_through_an_address() {
        let wishes = full();
        assert_eq!((wishes.pins.len(), wishes.drops.len()), (1, 1));
        let (again, fields) = read(&wishes.to_query());
        assert!(fields.is_ok(), "{:?}", fields.errors());
        assert_eq!(again, wishes);
    }

    #[test]
    fn kept_wishes_come_back_without_what_hung_on_one_plan() {
        let wishes = full();
        let again = PlanQuery::from_kept(&wishes.kept(), day("2026-11-20"));
        let bare = PlanQuery { protocol: None, pins: Vec::new(), drops: Vec::new(), ..wishes.clone() };
        assert_eq!(again, bare);
        let late = PlanQuery::from_kept(&wishes.kept(), day("2027-02-01"));
        assert_eq!((late.from, late.away.len()), (None, 0), "what has passed is no wish");
    }

    #[test]
    fn nothing_said_is_an_empty_address() {
        let (query, fields) = read("");
        assert!(fields.is_ok());
        assert_eq!(query.to_query(), "");
        assert_eq!(read("days=mon&days=tue&days=wed&days=thu&days=fri&days=sat&days=sun").0, query);
    }

    #[test]
    fn what_cannot_be_read_is_said_at_its_field_and_left_out() {
        let text = "protocol=x&visits=-1&from=2020-01-01&part=night&with=9&away_from_1=2026-12-05&away_to_1=2026-12-01\
                    &pin=zz%00&drop=main:0:2026-12-01T10:00";
        let (query, fields) = read(text);
        assert_eq!(query, read("").0);
        for name in ["protocol", "visits", "from", "part", "with", "away_to_1", "pin", "drop"] {
            assert!(fields.error(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_dropped_visit_is_no_longer_pinned_and_can_be_allowed_again() {
        let wishes = full();
        let start = day("2026-12-15").and_hms_opt(10, 0, 0).expect("a time");
        let drop = Dropped { role: VisitRole::Main, index: 2, start };
        let dropped = wishes.with_drop(drop);
        assert!(dropped.pins.is_empty());
        assert_eq!(dropped.without_drop(drop).drops, wishes.drops);
    }
}
