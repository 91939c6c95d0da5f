//! The demo's past, told in order: a queue of steps, each in a transaction at its own instant and in its own actor's name.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::cast::{Cast, Who};
use super::eras::Era;
use super::folk::Folk;
use super::rng::Rng;
use super::story::{self, Stage, Step};
use super::{people, times};
use crate::actions::patients::NewPatient;
use crate::actions::{ActionError, patients, settings};
use crate::config::Rules;
use crate::domain::ids::{AppointmentId, PatientId};
use crate::jobs::PastWorker;
use crate::store::{Store, Tx};
use crate::words::Words;

/// Everything the steps need.
pub(super) struct Timeline<'a> {
    store: &'a Store,
    pub rules: &'a Rules,
    pub w: Words,
    /// The instant the stories are told from.
    pub now: DateTime<Utc>,
    /// The time they belong to; nothing happens after its end.
    pub era: Era,
    pub cast: Cast,
    pub folk: Vec<Folk>,
    pub rng: Rng,
    /// How many patients may still come early for the present.
    pub early: usize,
    /// Whether somebody was left in recovery yesterday, and whether a talk was missed.
    pub loose_end: bool,
    pub missed_talk: bool,
    /// Whose visits the steps are about.
    pub visits: HashMap<AppointmentId, PatientId>,
    queue: BTreeMap<(DateTime<Utc>, u64), Step>,
    pushed: u64,
}

impl<'a> Timeline<'a> {
    /// Everybody's first step, and nothing done yet.
    pub(super) fn new(store: &'a Store, rules: &'a Rules, w: Words, era: Era, cast: Cast) -> Self {
        let now = era.now;
        let today = era.is_today();
        let mut timeline = Self {
            store,
            rules,
            w,
            now,
            era,
            cast,
            folk: Vec::new(),
            rng: Rng::new(12),
            early: if today { 2 } else { 0 },
            loose_end: !today,
            missed_talk: !today,
            visits: HashMap::new(),
            queue: BTreeMap::new(),
            pushed: 0,
        };
        for (number, stage) in story::stages().into_iter().take(people::COUNT).enumerate() {
            timeline.folk.push(Folk {
                id: PatientId::new(),
                stage,
                habit: story::habit(number, stage),
                clinician: number % 2,
                has_email: people::patient(era.first_patient + number).email.is_some(),
                driver: None,
            });
            let first = timeline.first_call(stage);
            timeline.push(first, Step::Inquire(number));
        }
        if today {
            timeline.push(now - TimeDelta::days(58), Step::Absence);
        }
        timeline
    }

    /// The demo's day at the clinic.
    pub(super) fn today(&self) -> NaiveDate {
        times::day_of(self.cast.site.timezone, self.now)
    }

    /// Who the patient of a number is in this era.
    fn person(&self, number: usize) -> NewPatient {
        people::patient(self.era.first_patient + number)
    }

    /// The instant of a minute of a day.
    pub(super) fn at(&self, date: NaiveDate, minute: i64) -> DateTime<Utc> {
        times::at(self.cast.site.timezone, date, minute)
    }

    /// Adds a step; one that lies after the demo's beginning never happens.
    pub(super) fn push(&mut self, at: DateTime<Utc>, step: Step) {
        if at < self.era.until {
            self.pushed += 1;
            self.queue.insert((at, self.pushed), step);
        }
    }

    /// Plays every step in order. A refused step leaves its patient where they are; only the store's failures end it.
    pub(super) async fn run(mut self) -> anyhow::Result<Cast> {
        let mut open: Option<(DateTime<Utc>, Who, Tx)> = None;
        let mut mail: Option<PastWorker> = None;
        while let Some(((at, _), step)) = self.queue.pop_first() {
            let who = self.who(step);
            if open.as_ref().is_none_or(|(was_at, _, _)| *was_at != at) {
                if let Some((_, _, tx)) = open.take() {
                    tx.commit().await?;
                }
                // Messages went out between the steps, as they would have.
                match &mail {
                    Some(mail) => mail.go_to(at).await?,
                    None => mail = Some(PastWorker::new(self.store, at)?),
                }
            }
            let mut tx = match open.take() {
                Some((was_at, was, tx)) if was_at == at && was == who && !step.stands_alone() => tx,
                other => {
                    if let Some((_, _, tx)) = other {
                        tx.commit().await?;
                    }
                    self.store.write(self.cast.actor(who).context(None, None), at).await?
                }
            };
            let outcome = self.play(&mut tx, who, step).await;
            match outcome {
                Err(ActionError::Store(error)) => return Err(error.into()),
                Err(refused) => {
                    tracing::debug!(%refused, ?step, "a step of the demo was refused");
                    if step.stands_alone() {
                        continue;
                    }
                }
                Ok(()) if step.stands_alone() => {
                    tx.commit().await?;
                    continue;
                }
                Ok(()) => {}
            }
            open = Some((at, who, tx));
        }
        if let Some((_, _, tx)) = open {
            tx.commit().await?;
        }
        if let Some(mail) = mail {
            mail.go_to(self.era.until).await?;
        }
        Ok(self.cast)
    }

    async fn play(&mut self, tx: &mut Tx, who: Who, step: Step) -> Result<(), ActionError> {
        let actor = self.cast.actor(who);
        match step {
            Step::Inquire(number) => {
                let Some(folk) = self.folk.get(number) else { return Ok(()) };
                let (id, stage) = (folk.id, folk.stage);
                patients::add_patient(tx, &actor, self.cast.site.id, self.person(number), id).await?;
                let soon = tx.now() + TimeDelta::minutes(7);
                match stage {
                    Stage::Inquiry(_) => self.inquire(tx, &actor, number).await?,
                    Stage::ConsultationNear(_) => self.push(soon, Step::BookNear(number)),
                    _ => self.push(soon, Step::BookConsultation(number)),
                }
                Ok(())
            }
            Step::FillIn(number) => self.fill_in(tx, &actor, number).await,
            Step::BookConsultation(number) => self.book_consultation(tx, &actor, number).await,
            Step::BookNear(number) => self.book_near(tx, &actor, number).await,
            Step::Decide(number) => self.decide(tx, &actor, number).await,
            Step::Plan(number) => self.plan(tx, &actor, number).await,
            Step::Confirm(number) => self.confirm(tx, &actor, number).await,
            Step::Answer(number) => self.answer(tx, &actor, number).await,
            Step::Absence => {
                let friday = times::friday_next_week(self.today());
                let (Some(from), Some(to)) = (friday.and_hms_opt(13, 0, 0), friday.and_hms_opt(17, 0, 0))
                else {
                    return Ok(());
                };
                let [_, lind] = self.cast.clinicians;
                let note = "Conference in Boston".to_owned();
                settings::add_absence(tx, &actor, &self.cast.site, lind, from, to, note).await.map(drop)
            }
            Step::Mood(visit, days) => self.tell_mood(tx, &actor, visit, days).await,
            Step::Week(number, week) => self.tell_week(tx, &actor, number, week).await,
            Step::Seen(number) => self.see_item9(tx, &actor, number).await,
            Step::Intend(visit) => self.intend(tx, &actor, visit).await,
            Step::Note(visit) => self.note(tx, &actor, visit).await,
            Step::Review(number, series) => self.review(tx, &actor, number, series).await,
            Step::Provider(number) => self.add_outside(tx, &actor, number).await,
            Step::CheckIn(_)
            | Step::Begin(..)
            | Step::Rest(_)
            | Step::CoachCheckIn(_)
            | Step::GoHome(..)
            | Step::Missed(_)
            | Step::Cancel(..) => self.run_visit(tx, &actor, step).await,
        }
    }
}
