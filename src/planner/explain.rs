//! Why a request cannot be planned: the smallest set of rules without which it could be, each as a reason.

use super::alone::{alone, best, planned};
use super::binding::{Binding, leave_out, smallest};
use super::certify::{nobody, one_visit, reached, roles, too_few_days};
use super::document::InstanceDoc;
use super::follow::never_followed;
use super::instance::{Attached, Instance, Request, Role};
use super::reason::{Explanation, Reason};
use super::relaxation::relaxations;

/// Sets of rules tried for an explanation somebody asked for, and for each request that a plan leaves.
const TRIES: usize = 400;
const FEW_TRIES: usize = 60;

/// Why `request` cannot be planned on its own, and what would free it. A request that can be planned alone (or is
/// unknown) has [`Reason::OthersFirst`] and no relaxations.
pub fn explain(instance: &Instance, request: usize) -> Explanation {
    let (reasons, bindings) = reasons(instance, request, TRIES);
    let mut reasons = reasons.into_iter();
    let reason = reasons.next().unwrap_or(Reason::OthersFirst);
    let also = reasons.collect();
    let free = matches!(reason, Reason::OthersFirst | Reason::DearerThanLeaving { .. });
    let relaxations = if free { Vec::new() } else { relaxations(instance, request, &bindings) };
    Explanation { reason, also, bindings, relaxations }
}

/// The first rule that binds.
pub(super) fn reason(instance: &Instance, q: usize) -> Reason {
    reasons(instance, q, FEW_TRIES).0.into_iter().next().unwrap_or(Reason::OthersFirst)
}

/// One reason or more, and the set of rules they stand for.
fn reasons(instance: &Instance, q: usize, tries: usize) -> (Vec<Reason>, Vec<Binding>) {
    if q >= instance.requests.len() {
        return (vec![Reason::OthersFirst], Vec::new());
    }
    if let Some(course) = best(instance, q) {
        let unplanned = instance.unplanned_cost(q);
        let reason = match course.cost > unplanned {
            true => Reason::DearerThanLeaving { cost: course.cost, unplanned },
            false => Reason::OthersFirst,
        };
        return (vec![reason], Vec::new());
    }
    let bindings = smallest(instance, q, tries);
    let doc = alone(instance, q);
    let mut reasons: Vec<Reason> = Vec::new();
    for binding in &bindings {
        // What a rule means shows only without the others that bind.
        let others: Vec<Binding> = bindings.iter().filter(|other| *other != binding).cloned().collect();
        let reason = Case::of(leave_out(&doc, &others), |case| case.reason(binding));
        if let Some(reason) = reason.filter(|reason| !reasons.contains(reason)) {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() {
        reasons.push(Case::of(doc, |case| case.without_set()).unwrap_or(Reason::OwnOverlap));
    }
    (reasons, bindings)
}

/// A request that cannot be planned, alone in its instance.
struct Case<'a> {
    instance: &'a Instance,
    request: &'a Request,
    doc: &'a InstanceDoc,
}

impl Case<'_> {
    /// Looks into a document with one request.
    fn of(doc: InstanceDoc, look: impl FnOnce(&Case) -> Reason) -> Option<Reason> {
        let instance = Instance::from_document(doc.clone()).ok()?;
        let request = instance.requests.first()?;
        Some(look(&Case { instance: &instance, request, doc: &doc }))
    }

    /// What a binding rule means for this request.
    fn reason(&self, binding: &Binding) -> Reason {
        let few = || too_few_days(self.instance, self.request);
        let one = |role| one_visit(self.instance, 0, role, None);
        let any = || roles(self.instance, 0).find_map(one);
        match binding {
            Binding::Latest => self.ends_before(),
            Binding::Earliest => few().unwrap_or_else(|| self.starts_after()),
            Binding::AfterEach => few()
                .or_else(|| one(Role::AfterEach))
                .or_else(|| self.no_after_each())
                .unwrap_or(Reason::OwnOverlap),
            Binding::Before => {
                few().or_else(|| one(Role::Before)).or_else(|| self.no_before()).unwrap_or(Reason::OwnOverlap)
            }
            Binding::AfterLast => few()
                .or_else(|| one(Role::AfterLast))
                .or_else(|| self.no_after_last())
                .unwrap_or(Reason::OwnOverlap),
            Binding::Kind(kind) => self.kind(kind),
            Binding::Windows => any().unwrap_or(Reason::PatientTimes),
            Binding::Absences => any().unwrap_or(Reason::PatientAbsences),
            Binding::Fixed => self.around_fixed().unwrap_or(Reason::OwnOverlap),
            Binding::Gap => few().or_else(|| self.chain()).unwrap_or(Reason::OwnOverlap),
        }
    }

    /// The reason where no set of rules was found.
    fn without_set(&self) -> Reason {
        nobody(self.instance, 0)
            .or_else(|| too_few_days(self.instance, self.request))
            .or_else(|| roles(self.instance, 0).find_map(|role| one_visit(self.instance, 0, role, None)))
            .or_else(|| self.around_fixed())
            .or_else(|| self.chain())
            .unwrap_or(Reason::OwnOverlap)
    }

    fn service(&self, attached: &Attached) -> String {
        self.instance.services[attached.service].id.clone()
    }

    fn ends_before(&self) -> Reason {
        let last = self.request.latest.unwrap_or(self.instance.days - 1);
        let (n, _) = reached(self.doc);
        let cut = n < self.request.visits;
        let (role, index) = if cut { (Role::Main, n + 1) } else { (Role::AfterLast, 1) };
        Reason::EndsBefore { date: self.instance.time.date(last), role, index }
    }

    fn starts_after(&self) -> Reason {
        let first = self.request.earliest.unwrap_or(0);
        Reason::StartsAfter { date: self.instance.time.date(first) }
    }

    fn no_after_each(&self) -> Option<Reason> {
        let after = self.request.after_each.as_ref()?;
        let (weekdays, missing) = never_followed(self.instance, 0);
        Some(Reason::NoAfterEach {
            service: self.service(after),
            main: self.instance.services[self.request.service].id.clone(),
            min_hours: after.min / 60,
            max_hours: after.max / 60,
            weekdays,
            missing,
        })
    }

    fn no_before(&self) -> Option<Reason> {
        let before = self.request.before.as_ref()?;
        let service = self.service(before);
        Some(Reason::NoBefore { service, min_days: before.min, max_days: before.max })
    }

    fn no_after_last(&self) -> Option<Reason> {
        let last = self.request.after_last.as_ref()?;
        let service = self.service(last);
        Some(Reason::NoAfterLast { service, min_days: last.min, max_days: last.max })
    }

    /// Why a kind binds: nobody serves it, it is never free, or not often enough.
    fn kind(&self, kind: &str) -> Reason {
        let instance = self.instance;
        let need = |role: Role| {
            let needs = &instance.services[instance.service_of(0, role)].needs;
            needs.iter().find(|n| instance.kinds[n.kind] == kind)
        };
        let mut needing: Vec<Role> = roles(instance, 0).collect();
        needing.retain(|role| need(*role).is_some());
        let unserved = |role: &&Role| need(**role).is_some_and(|n| n.serving.is_empty());
        if let Some(role) = needing.iter().find(unserved) {
            return Reason::NobodyServes { role: *role, kind: kind.to_owned() };
        }
        let single = needing.iter().find_map(|role| one_visit(instance, 0, *role, Some(kind)));
        if let Some(reason) = single {
            return reason;
        }
        let visits = self.request.visits;
        let (n, _) = reached(self.doc);
        if n >= visits
            && let Some(reason) = self.no_after_last()
        {
            return reason;
        }
        let role = needing.first().copied().unwrap_or(Role::Main);
        let service = instance.services[instance.service_of(0, role)].id.clone();
        Reason::KindRunsOut { kind: kind.to_owned(), service, index: (n + 1).min(visits), visits }
    }

    fn around_fixed(&self) -> Option<Reason> {
        let fixed: Vec<_> = self.request.current.iter().filter(|c| c.fixed).collect();
        let last = fixed.last()?;
        let loosened = |which: Option<usize>| {
            let mut doc = self.doc.clone();
            let visits = doc.requests.iter_mut().flat_map(|r| &mut r.current).filter(|c| c.fixed);
            for (at, visit) in visits.enumerate() {
                visit.fixed = which.is_some_and(|which| which != at);
            }
            planned(doc).is_some()
        };
        let one = (0..fixed.len()).find(|&at| loosened(Some(at))).map(|at| fixed[at]);
        let visit = one.or_else(|| loosened(None).then_some(*last))?;
        Some(Reason::AroundFixed { role: visit.role, index: visit.index + 1 })
    }

    /// How many visits can follow each other.
    fn chain(&self) -> Option<Reason> {
        let (reached, last) = reached(self.doc);
        let (visits, gap) = (self.request.visits, self.request.gap);
        if reached >= visits {
            return self.no_after_last();
        }
        let (min_days, max_days) = (gap.min, gap.max);
        Some(Reason::ChainBreaks { reached, visits, min_days, max_days, last: last? })
    }
}
