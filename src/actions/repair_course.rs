//! A course that an absence hits, cut into what the planner repairs as one: which visits may move, which stay, what hangs on what.
//!
//! Indexes are counted anew within a part: a canceled or missed visit leaves no hole. A visit stays fixed when it is done,
//! running or past, or when the planner's rules do not describe how it stands (booked outside today's hours, say): a repair
//! must not move what nothing hits only to put it in order. Where coaching is missing for some treatments, those stay fixed
//! too, with an imagined talk in its window.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::availability::{Wanted, Window, is_sound};
use super::book::date_at;
use super::plan_instance::civil;
use super::repair_part::{Part, Slot};
use crate::domain::candidacy::{Decision, allows_on};
use crate::domain::ids::AppointmentId;
use crate::domain::protocols::{DayWindow, Protocol, VisitRole};
use crate::domain::repair::runs;
use crate::domain::services::{Phase, length};
use crate::store::appointments::Appointment;
use crate::store::sites::Site;

/// What decides whether a visit may move.
pub(super) struct Facts<'a> {
    pub site: &'a Site,
    pub now: DateTime<Utc>,
    /// With the absence in it.
    pub window: &'a Window,
    pub decision: Option<&'a Decision>,
    pub hit: &'a HashSet<AppointmentId>,
    /// Minutes of the planner's grid.
    pub grid: i64,
}

impl Facts<'_> {
    fn is_hit(&self, visit: &Appointment) -> bool {
        self.hit.contains(&visit.id)
    }

    fn is_movable(&self, visit: &Appointment) -> bool {
        visit.status.is_ahead() && visit.starts_at > self.now
    }

    /// Whether the planner may move it.
    fn is_free(&self, visit: &Appointment) -> bool {
        self.is_movable(visit) && (self.is_hit(visit) || self.stands(visit))
    }

    /// Whether the planner would find it right where it is.
    fn stands(&self, visit: &Appointment) -> bool {
        let local = civil(self.site, visit.starts_at);
        let minute = (local - local.date().and_time(NaiveTime::MIN)).num_minutes();
        let wanted = Wanted {
            name: &visit.name,
            phases: &visit.phases,
            start: visit.starts_at,
            patient: Some(visit.patient_id),
            with: None,
            except: &[visit.id],
        };
        minute % self.grid == 0
            && (!visit.is_treatment() || allows_on(self.decision, local.date()).is_ok())
            && is_sound(&visit.phases, &visit.assigned, self.window.resources())
            && self.window.conflicts_of_assigned(&wanted, &visit.assigned).is_empty()
    }

    fn day(&self, visit: &Appointment) -> NaiveDate {
        date_at(self.site, visit.starts_at)
    }

    /// Days from one visit's date to another's.
    fn days(&self, from: &Appointment, to: &Appointment) -> i64 {
        (self.day(to) - self.day(from)).num_days()
    }

    /// A visit that stays, or that may move if it is `free` and as long as the others in its role.
    fn slot(&self, visit: &Appointment, phases: &[Phase], free: bool) -> Result<Slot, &'static str> {
        let same = visit.phases == phases;
        if free && !same && self.is_hit(visit) {
            return Err("absence-left-lengths");
        }
        if self.is_hit(visit) && !free {
            return Err("absence-left-begun");
        }
        let free = free && same;
        let listed = is_sound(&visit.phases, &visit.assigned, self.window.resources());
        // The talk after a treatment counts from its end: one of another length is shown with its true end.
        let start = civil(self.site, visit.ends_at) - TimeDelta::minutes(length(phases));
        Ok(Slot { start, free, real: free || (same && listed), visit: Some(visit.clone()) })
    }
}

/// The parts of a course (or of single visits, without a protocol) that something hits.
///
/// # Errors
/// Why it cannot be repaired by planning, as a key of the catalogue.
pub(super) fn parts(
    facts: &Facts<'_>,
    protocol: Option<&Protocol>,
    visits: &[Appointment],
) -> Result<Vec<Part>, &'static str> {
    let live: Vec<&Appointment> = visits.iter().filter(|visit| visit.status.occupies()).collect();
    let mut parts = Vec::new();
    if let Some(protocol) = protocol {
        let numbered = live.iter().copied().filter(|visit| visit.role == Some(VisitRole::Main));
        let mut mains: Vec<(i64, &Appointment)> =
            numbered.filter_map(|visit| visit.role_index.map(|number| (number, visit))).collect();
        mains.sort_by_key(|(number, _)| *number);
        let dated: Vec<(i64, NaiveDate)> =
            mains.iter().map(|(number, visit)| (*number, facts.day(visit))).collect();
        let runs = runs(&dated, protocol.gap);
        for run in &runs {
            let chain = Chain {
                protocol,
                live: &live,
                mains: mains[run.clone()].to_vec(),
                before: run.start.checked_sub(1).map(|at| dated[at].1),
                next: dated.get(run.end).map(|(_, day)| *day),
            };
            parts.extend(chain.part(facts)?);
        }
    }
    let covered: HashSet<AppointmentId> = parts.iter().flat_map(|part: &Part| part.ids()).collect();
    for visit in live.into_iter().filter(|visit| facts.is_hit(visit) && !covered.contains(&visit.id)) {
        let slot = facts.slot(visit, &visit.phases, facts.is_movable(visit))?;
        parts.push(Part::single(visit, slot));
    }
    Ok(parts)
}

/// Treatments that follow each other, with what hangs on them.
struct Chain<'a> {
    protocol: &'a Protocol,
    live: &'a [&'a Appointment],
    mains: Vec<(i64, &'a Appointment)>,
    /// Date of the treatment before the chain.
    before: Option<NaiveDate>,
    /// Date of the treatment after it.
    next: Option<NaiveDate>,
}

impl<'a> Chain<'a> {
    fn find(&self, role: VisitRole, number: i64) -> Option<&'a Appointment> {
        self.live.iter().copied().find(|one| one.role == Some(role) && one.role_index == Some(number))
    }

    /// The talk of a treatment, if it lies in its window.
    fn talk(&self, number: i64, main: &Appointment) -> Option<&'a Appointment> {
        let hours = self.protocol.after_each?;
        let talk = self.find(VisitRole::AfterEach, number)?;
        let after = talk.starts_at - main.ends_at;
        let fits = TimeDelta::hours(hours.min_hours) <= after && after <= TimeDelta::hours(hours.max_hours);
        fits.then_some(talk)
    }

    /// The visit before the first or after the last treatment, if it is ahead and lies in its window.
    fn hanging(&self, facts: &Facts<'_>, role: VisitRole) -> Option<(&'a Appointment, DayWindow)> {
        let visit = self.find(role, 1).filter(|visit| facts.is_free(visit))?;
        let (window, days) = match role {
            VisitRole::Before if self.before.is_none() => {
                let (_, first) = self.mains.first().filter(|(number, _)| *number == 1)?;
                (self.protocol.before?, facts.days(visit, first))
            }
            VisitRole::AfterLast if self.next.is_none() => {
                (self.protocol.after_last?, facts.days(self.mains.last()?.1, visit))
            }
            _ => return None,
        };
        (window.min_days..=window.max_days).contains(&days).then_some((visit, window))
    }

    /// The request, if anything of it is hit.
    fn part(&self, facts: &Facts<'_>) -> Result<Option<Part>, &'static str> {
        let talks: Vec<Option<&Appointment>> =
            self.mains.iter().map(|(number, main)| self.talk(*number, main)).collect();
        let before = self.hanging(facts, VisitRole::Before);
        let after_last = self.hanging(facts, VisitRole::AfterLast);
        let hanging = before.iter().chain(&after_last).map(|(visit, _)| *visit);
        let all = self.mains.iter().map(|(_, main)| *main).chain(talks.iter().flatten().copied());
        if !all.chain(hanging).any(|visit| facts.is_hit(visit)) {
            return Ok(None);
        }
        // Of what is done, only the treatment right before what may still move has a say.
        let moves = |at: usize| {
            facts.is_movable(self.mains[at].1) || talks[at].is_some_and(|talk| facts.is_movable(talk))
        };
        let from = (0..self.mains.len()).find(|at| moves(*at)).unwrap_or(0).saturating_sub(1);
        let (mains, talks) = (&self.mains[from..], &talks[from..]);
        let with_talks = talks.iter().any(Option::is_some);
        let main_phases = leading(facts, mains.iter().map(|(_, main)| *main));
        let talk_phases = leading(facts, talks.iter().flatten().copied());
        let hours = self.protocol.after_each.map_or((0, 0), |hours| (hours.min_hours, hours.max_hours));

        let mut main_slots = Vec::with_capacity(mains.len());
        let mut talk_slots = Vec::new();
        for ((_, main), talk) in mains.iter().zip(talks) {
            let lacks = with_talks && talk.is_none();
            if lacks && facts.is_hit(main) {
                return Err("absence-left-talk");
            }
            main_slots.push(facts.slot(main, &main_phases, facts.is_free(main) && !lacks)?);
            if let Some(talk) = talk {
                talk_slots.push(facts.slot(talk, &talk_phases, facts.is_free(talk))?);
            } else if with_talks {
                talk_slots.push(Slot::imagined(civil(facts.site, main.ends_at) + TimeDelta::hours(hours.0)));
            }
        }
        let single = |found: Option<(&Appointment, DayWindow)>| -> Result<_, &'static str> {
            let Some((visit, window)) = found else { return Ok(None) };
            Ok(Some((facts.slot(visit, &visit.phases, true)?, window)))
        };
        let Some((_, first)) = mains.first() else { return Ok(None) };
        let (first_day, last_day) = (facts.day(first), mains.last().map(|(_, main)| facts.day(main)));
        let gap = self.protocol.gap;
        Ok(Some(Part {
            patient: first.patient_id,
            before: single(before)?,
            after_last: single(after_last)?,
            mains: main_slots,
            talks: talk_slots,
            treats: first.is_treatment(),
            main_phases,
            talk_phases,
            gap: (mains.len() > 1).then_some(gap),
            talk_hours: hours,
            earliest: self.before.map(|day| (day + TimeDelta::days(gap.min)).min(first_day)),
            latest: self.next.zip(last_day).map(|(day, last)| (day - TimeDelta::days(gap.min)).max(last)),
        }))
    }
}

/// The phases of the first visit that is hit, else of the first that may move, else of the first.
fn leading<'a>(facts: &Facts<'_>, visits: impl Iterator<Item = &'a Appointment>) -> Vec<Phase> {
    let visits: Vec<&Appointment> = visits.collect();
    let hit = visits.iter().find(|visit| facts.is_hit(visit));
    let free = || visits.iter().find(|visit| facts.is_free(visit));
    hit.or_else(free).or_else(|| visits.first()).map(|visit| visit.phases.clone()).unwrap_or_default()
}
