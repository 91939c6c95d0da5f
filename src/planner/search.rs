//! One request against one load: prices of single visits, and the rules a search narrows them by.

use std::rc::Rc;

use super::course::Visit;
use super::instance::*;
use super::localtime::DAY;
use super::prices::Prices;
use super::rng::Rng;
use super::table::{Scene, Table};

/// Narrows the starts of a course's visits; indices from 0. Fixed visits are never narrowed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rule {
    /// This visit is not under way at this minute.
    NotCovering(Role, usize, i64),
    /// This visit does not start at this minute.
    NotStart(Role, usize, i64),
    /// This visit is not on this day.
    NotDay(Role, usize, i64),
    /// No main visit on this weekday.
    NotWeekday(usize),
    /// Every main visit starts this many minutes or more from this time of day.
    AwayFrom(i64, i64),
    /// The first main visit is on this day or later.
    FirstFrom(i64),
    /// The first main visit is on this day or earlier.
    FirstUntil(i64),
}

impl Rule {
    fn allows(&self, search: &Search, role: Role, index: usize, start: i64) -> bool {
        let here = |r: &Role, i: &usize| *r == role && *i == index;
        let day = start.div_euclid(DAY);
        match self {
            Rule::NotCovering(r, i, minute) => {
                let length = search.minutes(role);
                !here(r, i) || *minute < start || start + length <= *minute
            }
            Rule::NotStart(r, i, minute) => !here(r, i) || start != *minute,
            Rule::NotDay(r, i, date) => !here(r, i) || day != *date,
            Rule::NotWeekday(weekday) => {
                role != Role::Main || search.scene.instance.time.weekday(day) != *weekday
            }
            Rule::AwayFrom(minute, by) => role != Role::Main || (start.rem_euclid(DAY) - minute).abs() >= *by,
            Rule::FirstFrom(date) => role != Role::Main || index > 0 || day >= *date,
            Rule::FirstUntil(date) => role != Role::Main || index > 0 || day <= *date,
        }
    }

    /// Whether the rule can say no to this visit.
    pub fn concerns(&self, role: Role, index: usize) -> bool {
        match self {
            Rule::NotCovering(r, i, _) | Rule::NotStart(r, i, _) | Rule::NotDay(r, i, _) => {
                *r == role && *i == index
            }
            Rule::NotWeekday(_) | Rule::AwayFrom(..) => role == Role::Main,
            Rule::FirstFrom(_) | Rule::FirstUntil(_) => role == Role::Main && index == 0,
        }
    }
}

/// The tables of one request and what each visit's start and resources cost.
pub(crate) struct Search<'a> {
    pub(super) scene: Scene<'a>,
    pub(super) main: Table,
    pub(super) after: Option<Table>,
    pub(super) before: Option<Table>,
    pub(super) last: Option<Table>,
    pub(super) rng: Rng,
    /// Prices that visits pay besides their costs; only the bound of many courses sets them.
    pub(super) prices: Option<Rc<Prices>>,
}

impl<'a> Search<'a> {
    /// `banned` are (kind, resource) pairs the main visits may not use.
    pub fn new(scene: Scene<'a>, banned: &[(usize, usize)], seed: u64) -> Self {
        let request = scene.request();
        let table = |there: bool, role| there.then(|| Table::new(scene, role, &[]));
        Search {
            main: Table::new(scene, Role::Main, banned),
            after: table(request.after_each.is_some(), Role::AfterEach),
            before: table(request.before.is_some(), Role::Before),
            last: table(request.after_last.is_some(), Role::AfterLast),
            rng: Rng::new(seed),
            prices: None,
            scene,
        }
    }

    pub fn table(&mut self, role: Role) -> Option<&mut Table> {
        match role {
            Role::Main => Some(&mut self.main),
            Role::AfterEach => self.after.as_mut(),
            Role::Before => self.before.as_mut(),
            Role::AfterLast => self.last.as_mut(),
        }
    }

    /// Length of a visit.
    pub fn minutes(&self, role: Role) -> i64 {
        let service = self.scene.instance.service_of(self.scene.request, role);
        self.scene.instance.services[service].minutes
    }

    pub fn fixed(&self, role: Role, index: usize) -> Option<&'a Current> {
        self.scene.instance.requests[self.scene.request].fixed(role, index)
    }

    /// The candidates of a visit on a day: start, bits of combinations.
    pub fn candidates(&mut self, rules: &[Rule], role: Role, index: usize, day: i64) -> Vec<(i64, Vec<u64>)> {
        let scene = self.scene;
        let fixed = self.fixed(role, index);
        let Some(table) = self.table(role) else {
            return Vec::new();
        };
        let words = table.words;
        if let Some(fixed) = fixed {
            if fixed.start.div_euclid(DAY) != day {
                return Vec::new();
            }
            let held = fixed.resources.as_deref().unwrap_or(&[]);
            let combo = table.combo_of(held).unwrap_or(0);
            let mut bits = vec![0; words];
            bits[combo / 64] |= 1 << (combo % 64);
            return vec![(fixed.start, bits)];
        }
        let options = table.day(scene, day);
        let rows = options.starts.iter().zip(options.bits.chunks(words));
        let all: Vec<(i64, Vec<u64>)> = rows.map(|(s, b)| (*s, b.to_vec())).collect();
        let mine: Vec<&Rule> = rules.iter().filter(|r| r.concerns(role, index)).collect();
        let keep = |c: &(i64, Vec<u64>)| mine.iter().all(|r| r.allows(self, role, index, c.0));
        all.into_iter().filter(keep).collect()
    }

    /// What the visit pays for leaving its booking: nothing, a move, or a change of resources.
    pub fn disturbance(&mut self, role: Role, index: usize, start: i64, combo: usize) -> i64 {
        let scene = self.scene;
        let weights = &scene.instance.doc.weights;
        let request = &scene.instance.requests[scene.request];
        let Some(current) = request.current(role, index) else {
            return 0;
        };
        if current.fixed {
            return 0;
        }
        if current.start != start {
            return if current.confirmed { weights.move_confirmed } else { weights.move_visit };
        }
        match self.kept(role, index, start, combo) {
            Some(_) => 0,
            None => weights.reassign,
        }
    }

    /// What each combination pays for a visit at `start` under the prices; empty without prices and for what is fixed.
    pub fn priced(&mut self, role: Role, index: usize, start: i64) -> Vec<i64> {
        let Some(prices) = self.prices.clone() else {
            return Vec::new();
        };
        let (scene, fixed) = (self.scene, self.fixed(role, index).is_some());
        let table = self.table(role).filter(|_| !fixed);
        table.map_or_else(Vec::new, |table| table.priced(scene, &prices, start))
    }

    /// Leaving the booking and the price, together.
    fn extra(&mut self, role: Role, index: usize, start: i64, combo: usize) -> i64 {
        let price = match self.prices {
            Some(_) => self.priced(role, index, start).get(combo).copied().unwrap_or(0),
            None => 0,
        };
        price + self.disturbance(role, index, start, combo)
    }

    /// The booked resources, if the visit can stay at its booked start with them and this combination.
    fn kept(&mut self, role: Role, index: usize, start: i64, combo: usize) -> Option<Vec<usize>> {
        let scene = self.scene;
        let current = scene.instance.requests[scene.request].current(role, index)?;
        let held = current.resources.as_ref()?;
        if current.fixed {
            return Some(held.clone());
        }
        let table = self.table(role)?;
        let same = current.start == start && table.combo_of(held) == Some(combo);
        (same && table.works(scene, start, held)).then(|| held.clone())
    }

    /// The visit with a whole assignment of resources.
    pub fn visit(&mut self, role: Role, index: usize, start: i64, combo: usize) -> Option<Visit> {
        let turn = self.rng.below(64);
        let scene = self.scene;
        let resources = match self.kept(role, index, start, combo) {
            Some(kept) => kept,
            None => self.table(role)?.assign(scene, start, combo, turn)?,
        };
        Some(Visit { role, index, start, resources })
    }

    /// Candidates of a `before` or `after_last` visit for a main visit on `day`, with their prices.
    pub fn around(&mut self, rules: &[Rule], role: Role, day: i64) -> Vec<(i64, i64)> {
        let scene = self.scene;
        let request = &scene.instance.requests[scene.request];
        let (attached, main_index, sign) = match role {
            Role::Before => (request.before.as_ref(), 0, -1),
            _ => (request.after_last.as_ref(), request.visits - 1, 1),
        };
        let Some(attached) = attached else {
            return Vec::new();
        };
        if let Some(fixed) = self.fixed(role, 0) {
            let apart = (fixed.start.div_euclid(DAY) - day) * sign;
            let both = self.fixed(Role::Main, main_index).is_some();
            let holds = both || (attached.min <= apart && apart <= attached.max);
            return if holds { vec![(fixed.start, 0)] } else { Vec::new() };
        }
        let mut out = Vec::new();
        let (low, high) = if sign < 0 {
            (day - attached.max, day - attached.min)
        } else {
            (day + attached.min, day + attached.max)
        };
        for date in low.max(0)..=high.min(scene.instance.days - 1) {
            for (start, _) in self.candidates(rules, role, 0, date) {
                out.push((start, self.extra(role, 0, start, 0)));
            }
        }
        out
    }

    /// Candidates of the `after_each` visit of a main visit: start, combination, price.
    pub fn following(
        &mut self,
        rules: &[Rule],
        index: usize,
        main_start: i64,
        combo: usize,
    ) -> Vec<(i64, i64)> {
        let scene = self.scene;
        let Some((low, high)) = self.after_window(main_start) else {
            return Vec::new();
        };
        if let Some(fixed) = self.fixed(Role::AfterEach, index) {
            let utc = scene.instance.time.utc(fixed.start);
            let both = self.fixed(Role::Main, index).is_some();
            let holds = both || (low <= utc && utc <= high);
            return if holds { vec![(fixed.start, 0)] } else { Vec::new() };
        }
        let mut out = Vec::new();
        let end = main_start + self.minutes(Role::Main);
        // The clock changes by at most a day anywhere, so one day more on each side holds the window.
        let apart = low - scene.instance.time.utc(end);
        let first = (end + apart).div_euclid(DAY) - 1;
        let last = (end + apart + high - low).div_euclid(DAY) + 1;
        for day in first.max(0)..=last.min(scene.instance.days - 1) {
            for (start, bits) in self.candidates(rules, Role::AfterEach, index, day) {
                let utc = scene.instance.time.utc(start);
                if low <= utc && utc <= high && bits[combo / 64] >> (combo % 64) & 1 == 1 {
                    out.push((start, self.extra(Role::AfterEach, index, start, combo)));
                }
            }
        }
        out
    }

    /// UTC minutes between which the visit after a main visit starts, both inclusive.
    pub fn after_window(&self, main_start: i64) -> Option<(i64, i64)> {
        let after = self.scene.request().after_each.as_ref()?;
        let end = main_start + self.minutes(Role::Main);
        let end = self.scene.instance.time.utc(end);
        Some((end + after.min, end + after.max))
    }
}
